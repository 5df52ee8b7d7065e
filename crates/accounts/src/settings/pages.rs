use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::Patch;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{FieldErrors, Flash, Section};

use super::model::{Changes, Link, Settings};
use super::{actions, choices, store};
use crate::refusal;
use crate::views::{SettingsForm, SettingsPage};

/// The colour that the field shows while none was chosen: the theme's own.
const THEME_COLOR: &str = "#2463eb";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    name: String,
    site_title: String,
    site_description: String,
    language: String,
    timezone: String,
    accent_color: String,
    logo_url: String,
    navigation: String,
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
        // A colour field always sends one; the theme's own stays unchosen.
        let accent_color = match self.accent_color.trim() {
            THEME_COLOR => Patch::Clear,
            color => Patch::Set(color.to_owned()),
        };
        Changes {
            name: Some(self.name.clone()),
            title: Patch::Set(self.site_title.clone()),
            description: Patch::Set(self.site_description.clone()),
            language: Some(self.language.clone()),
            timezone: Some(self.timezone.clone()),
            accent_color,
            logo_url: Patch::Set(self.logo_url.clone()),
            navigation: Some(links_from_lines(&self.navigation)),
            // What is no number is refused like one that is out of range; a form without the field changes nothing.
            revisions_kept: (!self.revisions_kept.is_empty()).then(|| self.revisions_kept.trim().parse().unwrap_or(0)),
        }
    }

    fn into_form(self) -> SettingsForm {
        SettingsForm {
            name: self.name,
            site_title: self.site_title,
            site_description: self.site_description,
            language: self.language,
            timezone: self.timezone,
            accent_color: self.accent_color,
            logo_url: self.logo_url,
            navigation: self.navigation,
            revisions_kept: self.revisions_kept,
            version: self.version,
        }
    }
}

/// Links from lines of the form `Label | address`.
fn links_from_lines(text: &str) -> Vec<Link> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let link = |line: &str| {
        let (label, url) = line.rsplit_once('|').unwrap_or((line, ""));
        Link { label: label.trim().to_owned(), url: url.trim().to_owned() }
    };
    lines.map(link).collect()
}

fn form_of(settings: &Settings) -> SettingsForm {
    let lines = settings.navigation.iter().map(|link| format!("{} | {}", link.label, link.url));
    SettingsForm {
        name: settings.name.clone(),
        site_title: settings.title.clone().unwrap_or_default(),
        site_description: settings.description.clone().unwrap_or_default(),
        language: settings.language.clone(),
        timezone: settings.timezone.clone(),
        accent_color: settings.accent_color.clone().unwrap_or_else(|| THEME_COLOR.to_owned()),
        logo_url: settings.logo_url.clone().unwrap_or_default(),
        navigation: lines.collect::<Vec<_>>().join("\n"),
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
        timezones: choices::timezones(&form.timezone),
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
            // The page calls the site's title and description by longer names, beside the organization's own.
            let named = |(field, words): (&str, &str)| {
                let field =
                    if matches!(field, "title" | "description") { format!("site_{field}") } else { field.into() };
                (field, words.to_owned())
            };
            let errors = errors.iter().map(named).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_written_one_a_line() {
        let link = |label: &str, url: &str| Link { label: label.into(), url: url.into() };
        let text = "About us | /about\n\n A | B | https://example.org/ \nno address";
        let links = [link("About us", "/about"), link("A | B", "https://example.org/"), link("no address", "")];
        assert_eq!(links_from_lines(text), links);
    }
}
