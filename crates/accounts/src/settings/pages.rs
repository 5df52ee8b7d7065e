use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{FieldErrors, Flash, Section};

use super::model::{Changes, Settings};
use super::{actions, choices, store};
use crate::refusal;
use crate::views::{SettingsForm, SettingsPage};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    name: String,
    language: String,
    timezone: String,
    revisions_kept: String,
    version: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Deletion {
    slug: String,
}

impl Input {
    fn changes(&self) -> Changes {
        Changes {
            name: Some(self.name.clone()),
            language: Some(self.language.clone()),
            timezone: Some(self.timezone.clone()),
            // What is no number is refused like one that is out of range; a form without the field changes nothing.
            revisions_kept: (!self.revisions_kept.is_empty()).then(|| self.revisions_kept.trim().parse().unwrap_or(0)),
            ..Changes::default()
        }
    }

    fn into_form(self) -> SettingsForm {
        SettingsForm {
            name: self.name,
            language: self.language,
            timezone: self.timezone,
            revisions_kept: self.revisions_kept,
            version: self.version,
        }
    }
}

fn form_of(settings: &Settings) -> SettingsForm {
    SettingsForm {
        name: settings.name.clone(),
        language: settings.language.clone(),
        timezone: settings.timezone.clone(),
        revisions_kept: settings.revisions_kept.to_string(),
        version: settings.version.to_string(),
    }
}

pub async fn page(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::SettingsManage)?;
    let form = form_of(&store::find(&page.caller.tx).await?);
    Ok(ui::html(&show(&page, &headers, form, FieldErrors::none())))
}

fn show(page: &PageCaller, headers: &HeaderMap, form: SettingsForm, errors: FieldErrors) -> SettingsPage {
    SettingsPage {
        frame: ui::frame_for(page, headers, "Settings", Section::Settings),
        slug: page.caller.organization.slug.clone(),
        may_delete: page.caller.may(Permission::OrganizationOwn),
        languages: choices::languages(&form.language),
        timezones: ui::time_zones(&form.timezone),
        form,
        errors,
    }
}

pub async fn save(page: PageCaller, headers: HeaderMap, Form(input): Form<Input>) -> Result<Response> {
    let version = input.version.trim().parse().ok();
    match actions::change(&page.caller, input.changes(), Problems::new(), version).await {
        Ok(_) => {
            let app = page.caller.app.clone();
            let address = format!("/admin/{}/settings", page.caller.organization.slug);
            page.caller.commit().await?;
            app.forget();
            Ok(Flash::success("The settings were saved.").redirect(&address))
        }
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            Ok(ui::html_with(status, &show(&page, &headers, input.into_form(), errors)))
        }
    }
}

pub async fn delete(page: PageCaller, headers: HeaderMap, Form(input): Form<Deletion>) -> Result<Response> {
    match actions::delete(&page.caller, &input.slug).await {
        Ok(()) => {
            let app = page.caller.app.clone();
            let words = format!("{} was deleted.", page.caller.organization.name);
            page.caller.commit().await?;
            app.forget();
            Ok(Flash::success(words).redirect("/admin/organizations"))
        }
        Err(error @ Error::Invalid(_)) => {
            let (status, errors) = refusal::read(error)?;
            let form = form_of(&store::find(&page.caller.tx).await?);
            Ok(ui::html_with(status, &show(&page, &headers, form, errors)))
        }
        Err(error) => Err(error),
    }
}
