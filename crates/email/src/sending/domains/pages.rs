//! The page of sending domains: records to copy, and whether they are seen.

use askama::Template;
use axum::response::Response;
use http::HeaderMap;
use jiff::tz::TimeZone;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use ui::{Breadcrumb, FieldErrors, Flash, Frame, Moment, Section};

use super::actions::{self, RawDomain};
use super::model::SendingDomain;
use super::store;
use crate::audience::refusal;

/// All that there can be.
const SHOWN_MOST: i64 = 50;

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::SettingsManage);
    Pages::new()
        .get("/admin/{org}/sending-domains", access(), list)
        .post("/admin/{org}/sending-domains", access(), create)
        .post("/admin/{org}/sending-domains/{id}/check", access(), check)
        .post("/admin/{org}/sending-domains/{id}/rotate", access(), rotate)
        .post("/admin/{org}/sending-domains/{id}/delete", access(), delete)
}

/// One domain with its times in the organization's zone.
struct DomainView {
    domain: SendingDomain,
    checked: Moment,
}

/// `/admin/{org}/sending-domains`. A new one is a POST to the same address.
#[derive(Template)]
#[template(path = "sending-domains.html")]
struct SendingDomainsPage {
    frame: Frame,
    domains: Vec<DomainView>,
    domain: String,
    return_path: String,
    errors: FieldErrors,
}

fn address(page: &PageCaller) -> String {
    format!("/admin/{}/sending-domains", page.caller.organization.slug)
}

async fn list(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::SettingsManage)?;
    Ok(ui::html(&show(&page, &headers, &RawDomain::default(), FieldErrors::none()).await?))
}

async fn show(
    page: &PageCaller,
    headers: &HeaderMap,
    typed: &RawDomain,
    errors: FieldErrors,
) -> Result<SendingDomainsPage> {
    let tx = &page.caller.tx;
    let zone = site_settings(tx).await?.zone();
    let mut frame = ui::frame_for(page, headers, "Sending domains", Section::Email);
    let emails = format!("/admin/{}/emails", page.caller.organization.slug);
    frame.breadcrumbs = vec![Breadcrumb::link("Email", emails), Breadcrumb::here("Sending domains")];
    let domains = store::list(&page.caller, None, SHOWN_MOST).await?;
    Ok(SendingDomainsPage {
        frame,
        domains: domains.into_iter().map(|domain| view(domain, &zone)).collect(),
        domain: typed.domain.clone(),
        return_path: typed.return_path.clone().unwrap_or_default(),
        errors,
    })
}

fn view(domain: SendingDomain, zone: &TimeZone) -> DomainView {
    DomainView { checked: Moment::maybe(domain.checked_at, zone), domain }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct DomainForm {
    domain: String,
    return_path: String,
}

async fn create(mut page: PageCaller, headers: HeaderMap, Form(form): Form<DomainForm>) -> Result<Response> {
    page.caller.must(Permission::SettingsManage)?;
    let raw = RawDomain { domain: form.domain, return_path: Some(form.return_path) };
    match actions::create(&page.caller, &raw, Problems::new()).await {
        Ok(domain) => {
            let back = address(&page);
            page.caller.commit().await?;
            let words = format!("{} is added. Set the records below at your provider, then check them.", domain.domain);
            Ok(Flash::success(words).redirect(&back))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            Ok(ui::html_with(status, &show(&page, &headers, &raw, errors).await?))
        }
    }
}

async fn check(mut page: PageCaller, Id(id): Id) -> Result<Response> {
    let back = address(&page);
    match actions::check(&mut page.caller, &id).await {
        Ok(domain) => {
            page.caller.commit().await?;
            let flash = if domain.verified_at.is_some() {
                Flash::success(format!("Messages from {} are signed.", domain.domain))
            } else {
                Flash::error(format!(
                    "The key of {} is not seen yet. New records take minutes, sometimes hours.",
                    domain.domain
                ))
            };
            Ok(flash.redirect(&back))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&back)),
        Err(error) => Err(error),
    }
}

async fn rotate(page: PageCaller, Id(id): Id) -> Result<Response> {
    let back = address(&page);
    match actions::rotate(&page.caller, &id).await {
        Ok(_) => {
            page.caller.commit().await?;
            Ok(Flash::success("There is a next key. Set its record, then check it.").redirect(&back))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&back)),
        Err(error) => Err(error),
    }
}

async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    let back = address(&page);
    let domain = actions::delete(&page.caller, &id).await?;
    page.caller.commit().await?;
    Ok(Flash::success(format!("{} is removed.", domain.domain)).redirect(&back))
}
