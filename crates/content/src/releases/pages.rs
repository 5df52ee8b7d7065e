//! `/admin/{org}/releases`: the list, and one release.

use axum::http::HeaderMap;
use axum::response::Response;
use jiff::tz::TimeZone;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Id, Patch, Query};
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Moment, Pager, Section, StatusPill};

use super::model::{RawNewRelease, RawRelease, Release, ReleaseStatus};
use super::store::{self, Position};
use super::{actions, publish};
use crate::items::local_time;
use crate::views::{ReleaseForm, ReleaseItemRow, ReleasePage, ReleaseRow, ReleasesPage, type_word};

const ROWS: i64 = 25;

pub fn routes() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    const PUBLISH: Access = Access::Member(Permission::ContentPublish);
    Pages::new()
        .get("/admin/{org}/releases", READ, list)
        .post("/admin/{org}/releases", PUBLISH, create)
        .get("/admin/{org}/releases/{id}", READ, show)
        .post("/admin/{org}/releases/{id}", PUBLISH, save)
        .post("/admin/{org}/releases/{id}/remove", PUBLISH, remove)
        .post("/admin/{org}/releases/{id}/publish", PUBLISH, publish_now)
        .post("/admin/{org}/releases/{id}/schedule", PUBLISH, schedule)
        .post("/admin/{org}/releases/{id}/cancel", PUBLISH, cancel)
        .post("/admin/{org}/releases/{id}/delete", PUBLISH, delete)
}

/// What the list's address says; a status that is not known is as good as none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReleasesParams {
    status: String,
    cursor: Option<String>,
}

/// The fields of a release's forms.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ReleaseInput {
    name: Option<String>,
    note: Option<String>,
    scheduled_for: Option<String>,
    item: String,
    version: String,
}

impl ReleaseInput {
    fn version(&self) -> Option<i32> {
        self.version.parse().ok()
    }
}

pub async fn list(page: PageCaller, headers: HeaderMap, Query(params): Query<ReleasesParams>) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    let view = list_view(&page, &headers, &params, (ReleaseForm::default(), FieldErrors::none())).await?;
    Ok(ui::html(&view))
}

async fn list_view(
    page: &PageCaller,
    headers: &HeaderMap,
    params: &ReleasesParams,
    (form, errors): (ReleaseForm, FieldErrors),
) -> Result<ReleasesPage> {
    let caller = &page.caller;
    let status: Option<ReleaseStatus> = params.status.parse().ok();
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    let mut releases = store::list(&caller.tx, status, after.as_ref(), ROWS + 1).await?;
    let total = store::count(&caller.tx, status).await?;
    let zone = site_settings(&caller.tx).await?.zone();
    let most = usize::try_from(ROWS).unwrap_or(0);
    let has_more = releases.len() > most;
    releases.truncate(most);
    let base = format!("/admin/{}/releases", caller.organization.slug);
    let next = releases.last().filter(|_| has_more).map(|last| api::write_cursor(&Position::of(last))).transpose()?;
    let noun = if total == 1 { "release" } else { "releases" };
    let pager = Pager {
        previous: params
            .cursor
            .is_some()
            .then(|| format!("{base}?status={}", status.map_or("", ReleaseStatus::as_str))),
        next: next.map(|cursor| format!("{base}?status={}&cursor={cursor}", status.map_or("", ReleaseStatus::as_str))),
        summary: format!("{} of {total} {noun}", releases.len()),
    };
    Ok(ReleasesPage {
        rows: releases.into_iter().map(|release| row(release, &zone)).collect(),
        is_filtered: status.is_some(),
        status: status.map_or("", ReleaseStatus::as_str),
        pager,
        may_publish: caller.may(Permission::ContentPublish),
        form,
        errors,
        frame: ui::frame_for(page, headers, "Releases", Section::Releases),
    })
}

fn row(release: Release, zone: &TimeZone) -> ReleaseRow {
    ReleaseRow {
        status: StatusPill::of(release.status.as_str()),
        items: release.item_count,
        at: Moment::maybe(release.published_at.or(release.scheduled_for), zone),
        updated: Moment::new(release.updated_at, zone),
        id: release.id,
        name: release.name,
    }
}

pub async fn create(mut page: PageCaller, headers: HeaderMap, Form(input): Form<ReleaseInput>) -> Result<Response> {
    let raw =
        RawNewRelease { name: input.name.clone().unwrap_or_default(), note: input.note.clone(), items: Vec::new() };
    match actions::create(&page.caller, &raw, Problems::new()).await {
        Ok(release) => done(page, &release.id, "The release is made. Add items to it.").await,
        Err(error) => {
            let (status, errors) = ui::refusal(error)?;
            page.caller.start_over().await?;
            let form = ReleaseForm { name: raw.name, note: raw.note.unwrap_or_default(), ..ReleaseForm::default() };
            let view = list_view(&page, &headers, &ReleasesParams::default(), (form, errors)).await?;
            Ok(ui::html_with(status, &view))
        }
    }
}

pub async fn show(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    Ok(ui::html(&one(&page, &headers, &id, (None, FieldErrors::none())).await?))
}

/// One release; with what was typed, where a form is shown again.
async fn one(
    page: &PageCaller,
    headers: &HeaderMap,
    id: &str,
    (typed, errors): (Option<&ReleaseInput>, FieldErrors),
) -> Result<ReleasePage> {
    let caller = &page.caller;
    let release = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let items = store::items(&caller.tx, id).await?;
    let zone = site_settings(&caller.tx).await?.zone();
    let may_publish = caller.may(Permission::ContentPublish);
    let is_open = release.status != ReleaseStatus::Published;
    let form = form_of(&release, typed, &zone);
    let list = format!("/admin/{}/releases", caller.organization.slug);
    let mut frame = ui::frame_for(page, headers, &release.name, Section::Releases);
    frame.breadcrumbs = vec![Breadcrumb::link("Releases", list), Breadcrumb::here(&release.name)];
    Ok(ReleasePage {
        frame,
        items: items
            .into_iter()
            .map(|item| ReleaseItemRow {
                id: item.id,
                title: item.title,
                status: StatusPill::of(item.status.as_str()),
                type_word: type_word(item.r#type.as_str()),
                author: item.author_name,
            })
            .collect(),
        status: StatusPill::of(release.status.as_str()),
        scheduled: Moment::maybe(release.scheduled_for.filter(|_| is_open), &zone),
        published: Moment::maybe(release.published_at, &zone),
        failure: release.failure.unwrap_or_default(),
        is_scheduled: release.status == ReleaseStatus::Scheduled,
        may_change: may_publish && is_open,
        may_publish: may_publish && is_open && release.item_count > 0,
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        id: release.id,
        name: release.name,
        note: release.note.unwrap_or_default(),
        form,
        errors,
    })
}

/// What was typed, and what is stored where nothing was.
fn form_of(release: &Release, typed: Option<&ReleaseInput>, zone: &TimeZone) -> ReleaseForm {
    let stored_time = release.scheduled_for.map(|at| local_time::shown(at, zone)).unwrap_or_default();
    let of = |field: fn(&ReleaseInput) -> &Option<String>, stored: &str| {
        typed.and_then(|input| field(input).clone()).unwrap_or_else(|| stored.to_owned())
    };
    ReleaseForm {
        name: of(|input| &input.name, &release.name),
        note: of(|input| &input.note, release.note.as_deref().unwrap_or_default()),
        scheduled_for: of(|input| &input.scheduled_for, &stored_time),
        version: release.version.to_string(),
    }
}

pub async fn save(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<ReleaseInput>,
) -> Result<Response> {
    let raw = RawRelease { name: input.name.clone(), note: input.note.clone().map_or(Patch::Keep, Patch::Set) };
    let saved = actions::edit(&page.caller, &id, &raw, Problems::new(), input.version()).await;
    finish(page, (id, headers, input), saved.map(|_| "Saved.".to_owned())).await
}

pub async fn remove(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<ReleaseInput>,
) -> Result<Response> {
    let removed = actions::remove(&page.caller, &id, &input.item).await;
    finish(page, (id, headers, input), removed.map(|_| "It is taken out of the release.".to_owned())).await
}

pub async fn publish_now(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<ReleaseInput>,
) -> Result<Response> {
    let published = publish::publish(&page.caller, &id, input.version()).await;
    let words = published.map(|release| match release.item_count {
        1 => "Published: one item is public now.".to_owned(),
        count => format!("Published: all {count} items are public now."),
    });
    finish(page, (id, headers, input), words).await
}

pub async fn schedule(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<ReleaseInput>,
) -> Result<Response> {
    let scheduled = async {
        page.caller.must(Permission::ContentPublish)?;
        let zone = site_settings(&page.caller.tx).await?.zone();
        let typed = input.scheduled_for.as_deref().unwrap_or_default();
        let time = local_time::read(typed, &zone).ok_or_else(|| {
            let words = "Choose the date and the time when it is to be published.";
            Error::invalid("scheduled_for", "not_a_time", words)
        })?;
        actions::schedule(&page.caller, &id, time.at, input.version()).await?;
        let shown = time.at.to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M").to_string();
        let name = zone.iana_name().unwrap_or("UTC");
        Ok(format!("Scheduled for {shown} ({name}). {}", time.note.unwrap_or_default()).trim().to_owned())
    };
    let words = scheduled.await;
    finish(page, (id, headers, input), words).await
}

pub async fn cancel(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<ReleaseInput>,
) -> Result<Response> {
    let cancelled = actions::cancel(&page.caller, &id, input.version()).await;
    let words = cancelled.map(|_| "Its time is cancelled. Nothing is published by itself.".to_owned());
    finish(page, (id, headers, input), words).await
}

pub async fn delete(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<ReleaseInput>,
) -> Result<Response> {
    match actions::delete(&page.caller, &id, input.version()).await {
        Ok(()) => {
            let list = format!("/admin/{}/releases", page.caller.organization.slug);
            page.caller.commit().await?;
            Ok(Flash::success("The release is deleted. Its items stay as they were.").redirect(&list))
        }
        Err(error) => finish(page, (id, headers, input), Err(error)).await,
    }
}

async fn done(page: PageCaller, id: &str, words: &str) -> Result<Response> {
    let address = address(&page.caller, id);
    page.caller.commit().await?;
    Ok(Flash::success(words).redirect(&address))
}

fn address(caller: &Caller, id: &str) -> String {
    format!("/admin/{}/releases/{id}", caller.organization.slug)
}

/// Commits and says what was done; or rolls back and shows the release again with what was typed and why it was refused.
async fn finish(
    mut page: PageCaller,
    (id, headers, input): (String, HeaderMap, ReleaseInput),
    outcome: Result<String>,
) -> Result<Response> {
    let error = match outcome {
        Ok(words) => return done(page, &id, &words).await,
        Err(error) => error,
    };
    let (status, errors) = ui::refusal(error)?;
    page.caller.start_over().await?;
    let view = one(&page, &headers, &id, (Some(&input), errors)).await?;
    Ok(ui::html_with(status, &view))
}
