//! What was spent on a campaign, entered and taken back on its page.

use axum::extract::Path;
use axum::response::Response;
use http::HeaderMap;
use kernel::Result;
use kernel::api::Id;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;

use super::form::found;
use super::{address, finish, one};
use crate::money::RawMoney;
use crate::spend::{RawEntry, actions};
use crate::views::SpendForm;

pub async fn add(
    mut page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Form(form): Form<SpendForm>,
) -> Result<Response> {
    let raw = RawEntry {
        amount: RawMoney(form.amount.clone()),
        spent_on: Some(form.spent_on.clone()),
        purpose: form.purpose.clone(),
    };
    match actions::add(&page.caller, &id, &raw, Problems::new()).await {
        Ok(entry) => {
            let back = address(&page, &format!("/{id}#spend"));
            finish(page, &back, Ok(format!("{} for {} is written down.", entry.amount.shown(), entry.purpose))).await
        }
        Err(error) => {
            let (status, errors) = ui::refusal(error)?;
            page.caller.start_over().await?;
            let campaign = found(&page.caller, &id).await?;
            let shown = one::view(&page, &headers, &campaign, (form, errors)).await?;
            Ok(ui::html_with(status, &shown))
        }
    }
}

pub async fn remove(page: PageCaller, Path((_, id, entry)): Path<(String, String, String)>) -> Result<Response> {
    crate::well_formed(&[&id, &entry])?;
    let removed = actions::remove(&page.caller, &id, &entry).await;
    let back = address(&page, &format!("/{id}#spend"));
    finish(page, &back, removed.map(|()| "The entry is taken back.".to_owned())).await
}
