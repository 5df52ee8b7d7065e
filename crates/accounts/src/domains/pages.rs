//! `/admin/{org}/settings/domain`: the organization's domains, what to set for them and how they stand.

use axum::response::Response;
use http::HeaderMap;
use kernel::Result;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use ui::{FieldErrors, Flash, Moment, Section};

use super::model::{CLAIMS_AT_MOST, RawDomain};
use super::{actions, store};
use crate::refusal;
use crate::views::{DomainPage, DomainRow};

pub async fn list(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::SettingsManage)?;
    Ok(ui::html(&show(&page, &headers, String::new(), FieldErrors::none()).await?))
}

async fn show(page: &PageCaller, headers: &HeaderMap, typed: String, errors: FieldErrors) -> Result<DomainPage> {
    let caller = &page.caller;
    let zone = site_settings(&caller.tx).await?.zone();
    let claims = store::list(&caller.tx, None, CLAIMS_AT_MOST).await?;
    let row = |claim: store::Claim| {
        let domain = claim.shown(&caller.app);
        DomainRow { checked: domain.checked_at.map(|at| Moment::new(at, &zone)), domain }
    };
    Ok(DomainPage {
        frame: ui::frame_for(page, headers, "Domain", Section::Settings),
        scheme: if caller.app.settings.is_secure() { "https" } else { "http" },
        slug: caller.organization.slug.clone(),
        domains: claims.into_iter().map(row).collect(),
        typed,
        errors,
    })
}

fn address(page: &PageCaller) -> String {
    format!("/admin/{}/settings/domain", page.caller.organization.slug)
}

pub async fn claim(mut page: PageCaller, headers: HeaderMap, Form(raw): Form<RawDomain>) -> Result<Response> {
    match actions::claim(&page.caller, &raw, Problems::new()).await {
        Ok(domain) => {
            let back = address(&page);
            page.caller.commit().await?;
            let words = format!("{} is in the list. Set its records, then check them here.", domain.domain);
            Ok(Flash::success(words).redirect(&back))
        }
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            // What the database refused has ended the transaction.
            page.caller.start_over().await?;
            Ok(ui::html_with(status, &show(&page, &headers, raw.domain, errors).await?))
        }
    }
}

pub async fn check(mut page: PageCaller, Id(id): Id) -> Result<Response> {
    let domain = actions::check(&mut page.caller, &id).await?;
    let (back, app) = (address(&page), page.caller.app.clone());
    page.caller.commit().await?;
    app.forget();
    let flash = match &domain.problem {
        None => Flash::success(format!("{} is proven. Your site answers there.", domain.domain)),
        Some(problem) => Flash::error(problem.clone()),
    };
    Ok(flash.redirect(&back))
}

pub async fn remove(page: PageCaller, Id(id): Id) -> Result<Response> {
    let domain = actions::remove(&page.caller, &id).await?;
    let (back, app) = (address(&page), page.caller.app.clone());
    page.caller.commit().await?;
    app.forget();
    Ok(Flash::success(format!("{domain} is removed. Your site no longer answers there.")).redirect(&back))
}
