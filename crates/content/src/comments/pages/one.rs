use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result, organization};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Section};

use super::cards::cards;
use crate::comments::actions::{self, COMMENT_LONGEST, CommentChange, RawComment};
use crate::comments::model::CommentStatus;
use crate::comments::store;
use crate::views::CommentPage;

/// What the page's two forms send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CommentInput {
    comment: String,
    version: String,
    reply: String,
}

pub async fn show(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::TaxonomyManage)?;
    Ok(ui::html(&view(&page, &headers, &id, (None, FieldErrors::none())).await?))
}

async fn view(
    page: &PageCaller,
    headers: &HeaderMap,
    id: &str,
    (typed, errors): (Option<CommentInput>, FieldErrors),
) -> Result<CommentPage> {
    let caller = &page.caller;
    let comment = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let zone = organization::site_settings(&caller.tx).await?.zone();
    let (stored, version) = (comment.comment.clone(), comment.version.to_string());
    let card = cards(caller, vec![comment], COMMENT_LONGEST, &zone).await?.pop().ok_or(Error::NotFound)?;
    let mut frame = ui::frame_for(page, headers, &format!("Comment of {}", card.author), Section::Comments);
    let list = format!("{}/comments", frame.base());
    frame.breadcrumbs = vec![Breadcrumb::link("Comments", list), Breadcrumb::here(card.author.clone())];
    let typed = typed.unwrap_or_default();
    let text = if errors.has("comment") { typed.comment } else { stored };
    Ok(CommentPage { frame, comment: card, version, text, reply: typed.reply, errors })
}

/// Shows the page again with what was typed and what is wrong with it.
async fn show_again(
    mut page: PageCaller,
    headers: &HeaderMap,
    id: &str,
    (typed, error): (CommentInput, Error),
) -> Result<Response> {
    let status = error.status();
    let errors: FieldErrors = match error {
        Error::Invalid(errors) => errors.into_iter().map(|error| (error.field, error.message)).collect(),
        error @ (Error::Conflict(_) | Error::StaleVersion(_)) => [("comment", error.to_string())].into_iter().collect(),
        error => return Err(error),
    };
    page.caller.start_over().await?;
    // A stale save was typed on top of another text; both are on the page, so it is a conflict to look at.
    let status = if status == StatusCode::PRECONDITION_FAILED { StatusCode::CONFLICT } else { status };
    Ok(ui::html_with(status, &view(&page, headers, id, (Some(typed), errors)).await?))
}

/// Corrects a comment's text.
pub async fn save(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<CommentInput>,
) -> Result<Response> {
    let change = CommentChange { comment: Some(input.comment.clone()), status: None };
    let edited = actions::edit(&page.caller, &id, &change, Problems::new(), input.version.parse().ok()).await;
    if let Err(error) = edited {
        return show_again(page, &headers, &id, (input, error)).await;
    }
    let address = format!("/admin/{}/comments/{id}", page.caller.organization.slug);
    page.caller.commit().await?;
    Ok(Flash::success("Saved.").redirect(&address))
}

/// Answers a comment in one's own name. A comment that waits is approved with it: an answer to nothing helps nobody.
pub async fn reply(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<CommentInput>,
) -> Result<Response> {
    page.caller.must(Permission::TaxonomyManage)?;
    let answered = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let raw = RawComment { comment: input.reply.clone(), parent_id: Some(id.clone()) };
    let written = actions::write(&page.caller, &answered.content_id, &raw, Problems::new()).await;
    if let Err(error) = written {
        return show_again(page, &headers, &id, (input, about_reply(error))).await;
    }
    if answered.status == CommentStatus::Pending {
        actions::set_status(&page.caller, &id, CommentStatus::Approved, None).await?;
    }
    let address = format!("/admin/{}/comments", page.caller.organization.slug);
    page.caller.commit().await?;
    Ok(Flash::success("Answered.").redirect(&address))
}

/// The rules speak of the field `comment`; on this page the text of the answer stands in `reply`.
fn about_reply(error: Error) -> Error {
    match error {
        Error::Invalid(mut errors) => {
            for error in &mut errors {
                "reply".clone_into(&mut error.field);
            }
            Error::Invalid(errors)
        }
        Error::Conflict(words) => Error::invalid("reply", "closed", words),
        error => error,
    }
}
