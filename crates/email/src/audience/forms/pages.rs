//! The pages of forms: the list, and one to write and to embed.

use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use ui::{FieldErrors, Flash};

use super::actions;
use super::typed::TypedForm;
use super::views::{FormPage, FormsPage, snippet};
use super::{SubscribeForm, find};
use crate::audience::refusal;
use crate::audience::views::{Tabs, address, frame};

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new()
        .get("/admin/{org}/audience/forms", access(), list)
        .post("/admin/{org}/audience/forms", access(), create)
        .get("/admin/{org}/audience/forms/new", access(), new)
        .get("/admin/{org}/audience/forms/{id}", access(), show)
        .post("/admin/{org}/audience/forms/{id}", access(), save)
        .post("/admin/{org}/audience/forms/{id}/delete", access(), delete)
}

async fn list(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let shown = site_settings(&page.caller.tx).await?.newsletter;
    Ok(ui::html(&FormsPage {
        frame: frame(&page, &headers, "Forms", &[]),
        tabs: Tabs::new(&page, "/forms"),
        forms: super::all(&page.caller.tx).await?,
        on_site: shown.map(|shown| shown.form).unwrap_or_default(),
    }))
}

async fn new(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let name = site_settings(&page.caller.tx).await?.title;
    let form = TypedForm {
        title: "Newsletter".to_owned(),
        consent_wording: format!(
            "I want to get emails from {name}. I can unsubscribe at any time by the link in each email."
        ),
        asks_name: "true".to_owned(),
        double_opt_in: "true".to_owned(),
        ..TypedForm::default()
    };
    Ok(ui::html(&view(&page, &headers, None, (form, FieldErrors::none()))))
}

async fn create(mut page: PageCaller, headers: HeaderMap, Form(form): Form<TypedForm>) -> Result<Response> {
    match actions::create(&page.caller, &form.raw(), Problems::new()).await {
        Ok(made) => {
            let there = address(&page, &format!("/forms/{}", made.id));
            page.caller.commit().await?;
            Ok(Flash::success("The form is made. Below is what you need to embed it.").redirect(&there))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            Ok(ui::html_with(status, &view(&page, &headers, None, (form, errors))))
        }
    }
}

async fn show(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let stored = find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let shown = site_settings(&page.caller.tx).await?.newsletter;
    let form = TypedForm::of(&stored, shown.is_some_and(|shown| shown.form == stored.slug));
    Ok(ui::html(&view(&page, &headers, Some(&stored), (form, FieldErrors::none()))))
}

async fn save(mut page: PageCaller, headers: HeaderMap, Id(id): Id, Form(form): Form<TypedForm>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let stored = find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let version = form.version.trim().parse().ok();
    match actions::edit(&page.caller, &id, &form.raw(), Problems::new(), version).await {
        Ok(_) => {
            let back = address(&page, &format!("/forms/{id}"));
            page.caller.commit().await?;
            Ok(Flash::success("The form is saved.").redirect(&back))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let form = TypedForm { version: stored.version.to_string(), ..form };
            Ok(ui::html_with(status, &view(&page, &headers, Some(&stored), (form, errors))))
        }
    }
}

fn view(
    page: &PageCaller,
    headers: &HeaderMap,
    stored: Option<&SubscribeForm>,
    (form, errors): (TypedForm, FieldErrors),
) -> FormPage {
    let title = stored.map_or("New form", |stored| &stored.title);
    let slug = stored.map(|stored| stored.slug.as_str()).unwrap_or_default();
    let caller = &page.caller;
    let there = format!("{}/s/{}/subscribe/{slug}", caller.app.settings.public_url, caller.organization.slug);
    FormPage {
        frame: frame(page, headers, title, &[("Forms", "/forms")]),
        id: stored.map(|stored| stored.id.clone()),
        snippet: stored.map(|stored| snippet(stored, &there)).unwrap_or_default(),
        address: there,
        form,
        errors,
    }
}

async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    actions::delete(&page.caller, &id, None).await?;
    let back = address(&page, "/forms");
    page.caller.commit().await?;
    Ok(Flash::success("The form is deleted. Who came by it stays on the list.").redirect(&back))
}
