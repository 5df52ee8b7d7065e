use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use content::comments::stamp::{self, Age};
use content::comments::store;
use content::comments::visitor::{self, Left, RawVisitorComment, Visitor};
use content::items::model::Item;
use http::{HeaderValue, StatusCode, header};
use kernel::error::FieldError;
use kernel::form::Form;
use kernel::organization::SiteSettings;
use kernel::web::Client;
use kernel::{App, Error, Result, web};
use serde::Deserialize;

use super::context::Visit;
use super::items::{self, Found};
use crate::head::Indexing;
use crate::views::{Answered, ArticlePage, CommentForm, Pager};

/// Stands in a page until it is sent, in the place of the moment at which the form is given: the page itself is the
/// same for everybody and known by its content.
pub const STAMP_MARK: &str = "\u{e002}stamp\u{e003}";

/// What the address of an article's comments may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CommentAddress {
    /// The comment to answer.
    reply: String,
    /// What became of the comment just sent.
    sent: String,
    /// Which page of the comments; a number that is none is the first.
    page: String,
}

/// The pages before and after one of an article's comments. The first is the article itself.
pub fn pager(visit: &Visit, item: &Item, page: usize, total: usize) -> Pager {
    let pages = pages_for(total);
    let at = |page: usize| match page {
        1 => format!("{}#comments", visit.links.article(&item.slug)),
        _ => format!("{}?page={page}#comments", visit.links.comments(&item.slug)),
    };
    Pager { page, pages, previous: (page > 1).then(|| at(page - 1)), next: (page < pages).then(|| at(page + 1)) }
}

fn pages_for(comments: usize) -> usize {
    comments.div_ceil(store::SHOWN_MOST).max(1)
}

/// The empty form for a page that is kept for everybody.
pub fn form(visit: &Visit, item: &Item, settings: &SiteSettings) -> Option<CommentForm> {
    let form = CommentForm { action: visit.links.comments(&item.slug), stamp: STAMP_MARK.into(), ..Default::default() };
    (item.comments_enabled && settings.comments_open).then_some(form)
}

/// A stamp for a form that is given now.
pub fn stamp_now(app: &App, visit: &Visit, item: &Item) -> String {
    stamp::make(app, visit.tx.organization(), &item.id, app.clock.now())
}

/// The article of the visit's address; pages of their own kind have no comments.
async fn find(visit: &Visit) -> Result<Found> {
    match items::find(visit).await? {
        Found::Here(here) if items::is_page(&here.item) => Err(Error::NotFound),
        found => Ok(found),
    }
}

/// The article with the form that answers a comment, or with the thanks for one.
pub async fn show(visit: Visit, State(app): State<App>, Query(address): Query<CommentAddress>) -> Response {
    let outcome = async {
        let (item, settings) = match find(&visit).await? {
            Found::Here(here) => here.into_parts(),
            Found::Moved(slug) => {
                return Ok(web::redirect(StatusCode::MOVED_PERMANENTLY, &visit.links.comments(&slug)));
            }
        };
        let mut form = CommentForm { stamp: stamp_now(&app, &visit, &item), ..CommentForm::default() };
        let words = visit.site(&settings).in_language(&item.language).words;
        form.notice = match address.sent.as_str() {
            "waiting" => Some(words.comment_waits),
            "shown" => Some(words.comment_shown),
            _ => None,
        };
        form.answered = answered(&visit, &item, &address.reply).await?;
        let number = address.page.parse().unwrap_or(1).max(1);
        page(&visit, (&item, &settings), number, (StatusCode::OK, form)).await
    };
    visit.finish(outcome.await).await
}

/// Takes a visitor's comment.
pub async fn leave(
    visit: Visit,
    State(app): State<App>,
    client: Client,
    Form(raw): Form<RawVisitorComment>,
) -> Response {
    let (item, settings) = match find(&visit).await {
        Ok(Found::Here(here)) => here.into_parts(),
        Ok(Found::Moved(slug)) => return web::redirect(StatusCode::PERMANENT_REDIRECT, &visit.links.comments(&slug)),
        Err(error) => return visit.finish(Err(error)).await,
    };
    if !settings.comments_open {
        return visit.finish(Err(Error::Conflict("Comments on this site are closed.".into()))).await;
    }
    let now = app.clock.now();
    let visitor = Visitor { app: &app, tx: &visit.tx, ip: &client.ip, now };
    let left = match visitor::leave(&visitor, &item, &raw).await {
        Ok(left) => left,
        Err(error) => {
            let outcome = show_again(&visit, &app, (&item, &settings), (raw, error)).await;
            return visit.finish(outcome).await;
        }
    };
    let address = visit.links.comments(&item.slug);
    // The newest comment stands on the last page.
    let last = match &left {
        Left::Shown(_) => store::count_approved(&visit.tx, &item.id).await.map_or(1, pages_for),
        Left::Waiting => 1,
    };
    let page = if last > 1 { format!("&page={last}") } else { String::new() };
    match visit.tx.commit().await {
        Ok(()) => web::see_other(&match left {
            Left::Waiting => format!("{address}?sent=waiting#respond"),
            Left::Shown(id) => format!("{address}?sent=shown{page}#comment-{id}"),
        }),
        Err(error) => error.into_response(),
    }
}

/// The article again, with what was typed and what is wrong with it.
async fn show_again(
    visit: &Visit,
    app: &App,
    (item, settings): (&Item, &Arc<SiteSettings>),
    (raw, error): (RawVisitorComment, Error),
) -> Result<Response> {
    let status = error.status();
    let retry_after = error.retry_after();
    let words = visit.site(settings).in_language(&item.language).words;
    let told = |error: FieldError| {
        let message = words.problem(&error.field, error.code).map_or(error.message, str::to_owned);
        (error.field, message)
    };
    let errors: Vec<(String, String)> = match error {
        Error::Invalid(errors) => errors.into_iter().map(told).collect(),
        Error::TooManyRequests { retry_after_seconds } => {
            vec![(String::new(), words.too_many_comments(retry_after_seconds.div_ceil(60)))]
        }
        error => return Err(error),
    };
    // A stamp that is only too fresh stays, so that sending once more is late enough.
    let age = stamp::age(app, visit.tx.organization(), &item.id, (&raw.stamp, app.clock.now()));
    let stamp = if age == Age::Unknown { stamp_now(app, visit, item) } else { raw.stamp };
    let form = CommentForm {
        stamp,
        answered: answered(visit, item, &raw.parent).await?,
        name: raw.name,
        email: raw.email,
        comment: raw.comment,
        errors,
        ..CommentForm::default()
    };
    let mut response = page(visit, (item, settings), 1, (status, form)).await?;
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    Ok(response)
}

/// The comment of this id, if visitors see it below this item.
async fn answered(visit: &Visit, item: &Item, id: &str) -> Result<Option<Answered>> {
    if !kernel::id::is_well_formed(id) || !store::is_shown(&visit.tx, &item.id, id).await? {
        return Ok(None);
    }
    let comment = store::find(&visit.tx, id).await?;
    Ok(comment.map(|comment| Answered { id: comment.id, author_name: comment.author_name }))
}

/// The article with this form instead of the empty one, and this page of its comments. Nobody keeps it, and no search engine lists it.
async fn page(
    visit: &Visit,
    (item, settings): (&Item, &Arc<SiteSettings>),
    number: usize,
    (status, form): (StatusCode, CommentForm),
) -> Result<Response> {
    let site = visit.site(settings).in_language(&item.language);
    let mut view = items::whole(visit, item, settings, number).await?;
    view.comment_form = view.comment_form.map(|empty| CommentForm { action: empty.action, ..form });
    let mut page = ArticlePage::new(&site, &view);
    page.head.indexing = Indexing::Unlisted;
    let mut response = visit.page(&page)?;
    *response.status_mut() = status;
    response.headers_mut().remove(header::ETAG);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
