//! `/admin/{org}/audience/fields`: the fields that are kept of contacts.

use askama::Template;
use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{FieldErrors, Flash, Frame, SelectOption};

use super::actions::{self, RawField};
use super::{Field, Kind};
use crate::audience::refusal;
use crate::audience::views::{Tabs, address, frame};

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new()
        .get("/admin/{org}/audience/fields", access(), list)
        .post("/admin/{org}/audience/fields", access(), create)
        .post("/admin/{org}/audience/fields/{id}", access(), edit)
        .post("/admin/{org}/audience/fields/{id}/delete", access(), delete)
}

/// The fields, each with its form, and a form for a new one.
#[derive(Template)]
#[template(path = "audience-fields.html")]
struct FieldsPage {
    frame: Frame,
    tabs: Tabs,
    fields: Vec<Field>,
    form: TypedField,
    kinds: Vec<SelectOption>,
    errors: FieldErrors,
}

impl FieldsPage {
    fn has_choices(&self, field: &Field) -> bool {
        field.kind == Kind::Choice
    }
}

/// What was typed for a field.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct TypedField {
    label: String,
    key: String,
    kind: String,
    /// Choices with commas.
    choices: String,
}

impl TypedField {
    /// Of a new field.
    fn raw(&self) -> RawField {
        RawField {
            label: Some(self.label.clone()),
            key: Some(self.key.clone()),
            kind: Some(self.kind.clone()),
            choices: Some(self.choices.split(',').map(str::to_owned).collect()),
        }
    }
}

async fn list(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    Ok(ui::html(&show(&page, &headers, (TypedField::default(), FieldErrors::none())).await?))
}

async fn show(page: &PageCaller, headers: &HeaderMap, (form, errors): (TypedField, FieldErrors)) -> Result<FieldsPage> {
    Ok(FieldsPage {
        frame: frame(page, headers, "Fields", &[]),
        tabs: Tabs::new(page, "/fields"),
        fields: super::all(&page.caller.tx).await?,
        kinds: Kind::ALL.into_iter().map(|kind| SelectOption::new(kind.as_str(), kind.label())).collect(),
        form,
        errors,
    })
}

async fn create(mut page: PageCaller, headers: HeaderMap, Form(form): Form<TypedField>) -> Result<Response> {
    match actions::create(&page.caller, &form.raw(), Problems::new()).await {
        Ok(_) => {
            let back = address(&page, "/fields");
            page.caller.commit().await?;
            Ok(Flash::success("The field is added. It is on every contact's page now.").redirect(&back))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            Ok(ui::html_with(status, &show(&page, &headers, (form, errors)).await?))
        }
    }
}

async fn edit(page: PageCaller, Id(id): Id, Form(form): Form<TypedField>) -> Result<Response> {
    let back = address(&page, "/fields");
    let raw = RawField { key: None, kind: None, ..form.raw() };
    match actions::edit(&page.caller, &id, &raw, Problems::new()).await {
        Ok(_) => {
            page.caller.commit().await?;
            Ok(Flash::success("The field is saved.").redirect(&back))
        }
        Err(error) => {
            let (_, errors) = refusal(error)?;
            let words: Vec<&str> = errors.iter().map(|(_, message)| message).collect();
            Ok(Flash::error(format!("Nothing was saved. {}", words.join(" "))).redirect(&back))
        }
    }
}

async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    let back = address(&page, "/fields");
    match actions::delete(&page.caller, &id).await {
        Ok(()) => {
            page.caller.commit().await?;
            Ok(Flash::success("The field is deleted.").redirect(&back))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&back)),
        Err(error) => Err(error),
    }
}
