//! From blocks to HTML that is written by hand, and back.

use axum::response::Response;
use kernel::access::Permission;
use kernel::api::{Id, Patch};
use kernel::doors::{Access, Pages};
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use ui::Flash;

use super::from_html;
use super::pages::{address, found};
use super::views::done;
use crate::sending::emails::draft::RawEmail;
use crate::sending::emails::{Email, actions};

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new().post("/admin/{org}/emails/{id}/to-blocks", access(), to_blocks).post(
        "/admin/{org}/emails/{id}/to-html",
        access(),
        to_html,
    )
}

/// From HTML to blocks.
async fn to_blocks(page: PageCaller, Id(id): Id) -> Result<Response> {
    let email = found(&page, &id).await?;
    let composition = serde_json::to_value(from_html::blocks(&email.content))?;
    let raw = RawEmail { composition: Patch::Set(composition), ..RawEmail::default() };
    let words = "Its words, links, headings and pictures are blocks now.";
    converted(page, &email, (raw, words, "/compose")).await
}

/// From blocks to the HTML that is made of them.
async fn to_html(page: PageCaller, Id(id): Id) -> Result<Response> {
    let email = found(&page, &id).await?;
    let raw = RawEmail { composition: Patch::Clear, ..RawEmail::default() };
    converted(page, &email, (raw, "It is written in HTML now.", "")).await
}

async fn converted(page: PageCaller, email: &Email, (raw, words, there): (RawEmail, &str, &str)) -> Result<Response> {
    let back = address(&page, &email.id);
    match actions::edit(&page.caller, &email.id, &raw, Problems::new(), None).await {
        Ok(_) => {
            page.caller.commit().await?;
            Ok(done(words, &format!("{back}{there}")))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&back)),
        Err(Error::Invalid(problems)) => {
            let words: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
            Ok(Flash::error(words.join(" ")).redirect(&back))
        }
        Err(error) => Err(error),
    }
}
