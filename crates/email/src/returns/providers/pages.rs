//! The page of providers: where they report to, and whether it works.

use askama::Template;
use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Frame, Moment, Section, SelectOption};

use super::{Kind, actions, reports_go_to, store};
use crate::audience::refusal;

/// All that there can be.
const SHOWN_MOST: i64 = 10;

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::SettingsManage);
    Pages::new()
        .get("/admin/{org}/email-providers", access(), list)
        .post("/admin/{org}/email-providers", access(), create)
        .post("/admin/{org}/email-providers/{id}/delete", access(), delete)
}

/// One provider with the address to copy.
struct ProviderView {
    id: String,
    kind: Kind,
    address: String,
    taken: i64,
    taken_at: Moment,
    problem: String,
    problem_at: Moment,
    waits_for_topic: bool,
}

/// `/admin/{org}/email-providers`. A new one is a POST to the same address.
#[derive(Template)]
#[template(path = "email-providers.html")]
struct ProvidersPage {
    frame: Frame,
    providers: Vec<ProviderView>,
    kinds: Vec<SelectOption>,
    provider: String,
    errors: FieldErrors,
}

fn address(page: &PageCaller) -> String {
    format!("/admin/{}/email-providers", page.caller.organization.slug)
}

async fn list(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::SettingsManage)?;
    Ok(ui::html(&show(&page, &headers, (String::new(), FieldErrors::none())).await?))
}

async fn show(
    page: &PageCaller,
    headers: &HeaderMap,
    (provider, errors): (String, FieldErrors),
) -> Result<ProvidersPage> {
    let caller = &page.caller;
    let zone = site_settings(&caller.tx).await?.zone();
    let mut frame = ui::frame_for(page, headers, "Email providers", Section::Email);
    let emails = format!("/admin/{}/emails", caller.organization.slug);
    frame.breadcrumbs = vec![Breadcrumb::link("Email", emails), Breadcrumb::here("Email providers")];
    let mut kinds = vec![SelectOption::new("", "Choose your provider")];
    kinds.extend(Kind::ALL.map(|kind| SelectOption::new(kind.as_str(), kind.label())));
    let mut providers = Vec::new();
    for provider in store::list(&caller.tx, None, SHOWN_MOST).await? {
        providers.push(ProviderView {
            address: reports_go_to(&caller.app, caller.tx.organization(), &provider)?,
            kind: provider.kind,
            taken: provider.taken,
            taken_at: Moment::maybe(provider.taken_at, &zone),
            waits_for_topic: provider.kind == Kind::Ses && provider.topic.is_none(),
            problem: provider.problem.unwrap_or_default(),
            problem_at: Moment::maybe(provider.problem_at, &zone),
            id: provider.id,
        });
    }
    Ok(ProvidersPage { frame, providers, kinds, provider, errors })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ProviderForm {
    provider: String,
    key: String,
}

async fn create(mut page: PageCaller, headers: HeaderMap, Form(form): Form<ProviderForm>) -> Result<Response> {
    page.caller.must(Permission::SettingsManage)?;
    match actions::create(&page.caller, &form.provider, &form.key).await {
        Ok(provider) => {
            let back = address(&page);
            page.caller.commit().await?;
            Ok(Flash::success(format!("{} may report now. Enter the address below there.", provider.kind.label()))
                .redirect(&back))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&address(&page))),
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            Ok(ui::html_with(status, &show(&page, &headers, (form.provider, errors)).await?))
        }
    }
}

async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    let back = address(&page);
    let kind = actions::delete(&page.caller, &id).await?;
    page.caller.commit().await?;
    Ok(Flash::success(format!("Reports of {} are taken no more.", kind.label())).redirect(&back))
}
