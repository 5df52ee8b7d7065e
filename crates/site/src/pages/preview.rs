use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use content::items::model::{ContentStatus, Item};
use content::items::store;
use content::{changes, previews};
use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use kernel::{App, Error, Result, secret};

use super::context::{Visit, policy};
use super::items::{article, is_page};
use crate::head::Indexing;
use crate::views::{ArticlePage, ArticleView, PreviewEnded, SiteView, StaticPage};

/// An item as it was last saved, for whoever has a link to it. Nothing keeps it and nothing lists it.
pub async fn show(visit: Visit, State(app): State<App>) -> Response {
    let now = app.clock.now();
    let mut response = preview(&visit, now).await.unwrap_or_else(IntoResponse::into_response);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert("x-robots-tag", HeaderValue::from_static(Indexing::Hidden.directive()));
    // The address is the key: no other site may learn it from a link that is followed.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy("'none'"));
    response
}

async fn preview(visit: &Visit, now: Timestamp) -> Result<Response> {
    let hash = secret::hash(&visit.slug);
    let (found, settings) = futures_util::try_join!(previews::store::by_token(&visit.tx, &hash), visit.settings())?;
    let site = visit.site(&settings);
    let Some(found) = found else { return page(StatusCode::NOT_FOUND, &PreviewEnded::unknown(&site)) };
    if found.expires_at <= now {
        return page(StatusCode::GONE, &PreviewEnded::expired(&site));
    }
    let mut item = store::find(&visit.tx, &found.content_id).await?.ok_or(Error::NotFound)?;
    let changes = changes::store::find(&visit.tx, &item.id).await?;
    if let Some(changes) = &changes {
        item = changes::store::as_it_will_be(&visit.tx, &item, changes).await?;
    }
    let site = site.in_language(&item.language);
    let note = note(&item, changes.is_some(), &site, found.expires_at);
    let pictures = visit.pictures(&[&item]).await?;
    let view = ArticleView { preview_note: Some(note), ..article(&item, is_page(&item), pictures) };
    if is_page(&item) {
        let mut shown = StaticPage::new(&site, &view);
        shown.head = shown.head.hidden();
        return page(StatusCode::OK, &shown);
    }
    let mut shown = ArticlePage::new(&site, &view);
    shown.head = shown.head.hidden();
    page(StatusCode::OK, &shown)
}

fn note(item: &Item, has_changes: bool, site: &SiteView, until: Timestamp) -> String {
    let words = site.words.preview;
    let what = match item.status {
        ContentStatus::Published if has_changes => words.of_changes,
        ContentStatus::Published => words.of_page,
        _ => words.of_draft,
    };
    let time = until.to_zoned(site.time_zone.clone()).strftime("%H:%M").to_string();
    format!("{what} {}", (words.until)(&site.date(&until), &time))
}

fn page(status: StatusCode, shown: &impl Template) -> Result<Response> {
    let body = shown.render().map_err(Error::internal)?;
    Ok((status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response())
}
