//! The pages of revisions: the list, and two of them compared.

use axum::response::Response;
use http::HeaderMap;
use jiff::tz::TimeZone;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Id, Query};
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::{Error, Result, organization};
use serde::Deserialize;
use ui::{Breadcrumb, Flash, Frame, Moment, Pager, Section};

use super::actions::{self, Part};
use super::diff::{self, Block, Kind};
use super::{Revision, RevisionOf, RevisionWithText, store};
use crate::items;
use crate::items::model::{ContentStatus, Item};
use crate::views::{ComparisonPage, DiffPart, KeptRow, RevisionsPage};

/// Versions on one page of the list.
const ROWS: i64 = 25;

pub fn routes() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    const EDIT: Access = Access::Member(Permission::ContentEdit);
    Pages::new().get("/admin/{org}/content/{id}/revisions", READ, show).post(
        "/admin/{org}/content/{id}/revisions/{version}/restore",
        EDIT,
        restore,
    )
}

/// What the address bar says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RevisionsParams {
    from: Option<i32>,
    to: Option<i32>,
    cursor: Option<String>,
}

async fn show(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Query(params): Query<RevisionsParams>,
) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    let item = items::store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    match (params.from, params.to) {
        (Some(from), Some(to)) => {
            let view = comparison(&page, &headers, &item, (from, to)).await?;
            Ok(ui::html(&view))
        }
        _ => Ok(ui::html(&list(&page, &headers, &item, params.cursor.as_deref()).await?)),
    }
}

async fn list(page: &PageCaller, headers: &HeaderMap, item: &Item, cursor: Option<&str>) -> Result<RevisionsPage> {
    let tx = &page.caller.tx;
    let zone = organization::site_settings(tx).await?.zone();
    let before: Option<i32> = api::read_cursor(cursor)?;
    let mut revisions = store::of_item(tx, &item.id, before, ROWS + 1).await?;
    let most = usize::try_from(ROWS).unwrap_or_default();
    let more = revisions.len() > most;
    revisions.truncate(most);
    let address = format!("{}/revisions", editor_address(page, &item.id));
    let next = revisions.last().filter(|_| more).map(|last| api::write_cursor(&last.version)).transpose()?;
    let total = store::count(tx, &item.id).await?;
    let newest = store::newest_own(tx, &item.id).await?;
    let noun = if total == 1 { "version" } else { "versions" };
    let pager = Pager {
        previous: before.map(|_| address.clone()),
        next: next.map(|cursor| format!("{address}?cursor={cursor}")),
        summary: format!("{} of {total} {noun}", revisions.len()),
    };
    let row = |(position, revision): (usize, Revision)| {
        let row = kept_row(revision, newest, &zone);
        KeptRow { is_to: position == 0, is_from: position == 1, ..row }
    };
    Ok(RevisionsPage {
        frame: frame(page, headers, item, &[Breadcrumb::here("History")]),
        id: item.id.clone(),
        title: item.title.clone(),
        rows: revisions.into_iter().enumerate().map(row).collect(),
        pager,
    })
}

fn kept_row(revision: Revision, newest: i32, zone: &TimeZone) -> KeptRow {
    KeptRow {
        is_newest: revision.version == newest,
        of_changes: revision.of_changes,
        version: revision.version,
        title: revision.title,
        author: revision.author_name,
        at: Moment::new(revision.created_at, zone),
        comment: revision.comment.unwrap_or_default(),
        is_from: false,
        is_to: false,
    }
}

async fn comparison(
    page: &PageCaller,
    headers: &HeaderMap,
    item: &Item,
    (from, to): (i32, i32),
) -> Result<ComparisonPage> {
    let caller = &page.caller;
    let newest = store::newest_own(&caller.tx, &item.id).await?;
    // The older one stands first, but for draft changes that are to be brought back into the item as it is.
    let (from, to) = if to == newest { (from, to) } else { (from.min(to), from.max(to)) };
    let from = store::find(&caller.tx, &item.id, from).await?.ok_or(Error::NotFound)?;
    let to = store::find(&caller.tx, &item.id, to).await?.ok_or(Error::NotFound)?;
    let zone = organization::site_settings(&caller.tx).await?.zone();
    let may_restore = may_restore(caller, item) && from.revision.version != newest;
    // Parts are taken back from the item as it is, so only a comparison with that can offer it.
    let is_present = to.revision.version == newest && to.content_body == item.body();
    let blocks = diff::compare(&from.content_body, &to.content_body);
    let part_of = |part: &str| if may_restore && is_present { part.to_owned() } else { String::new() };
    let crumb = format!("{} and {}", from.revision.version, to.revision.version);
    let steps =
        [Breadcrumb::link("History", format!("{}/revisions", editor_address(page, &item.id))), Breadcrumb::here(crumb)];
    Ok(ComparisonPage {
        frame: frame(page, headers, item, &steps),
        id: item.id.clone(),
        title: compared_text(&from.revision.title, &to.revision.title, part_of("title")),
        excerpt: compared_text(excerpt(&from), excerpt(&to), part_of("excerpt")),
        changes: blocks.iter().filter(|block| block.kind != Kind::Same).count(),
        parts: parts(blocks, may_restore && is_present),
        from: kept_row(from.revision, newest, &zone),
        to: kept_row(to.revision, newest, &zone),
        item_version: item.version,
        may_restore,
    })
}

fn excerpt(kept: &RevisionWithText) -> &str {
    kept.excerpt.as_deref().unwrap_or_default()
}

/// Whether the caller may edit the item as it stands.
fn may_restore(caller: &Caller, item: &Item) -> bool {
    match item.status {
        ContentStatus::Draft | ContentStatus::Review => caller.may(Permission::ContentEdit),
        _ => caller.may(Permission::ContentPublish),
    }
}

pub(crate) fn compared_text(old: &str, new: &str, part: String) -> Option<DiffPart> {
    let block = diff::compare_text(old, new);
    (block.kind != Kind::Same).then(|| DiffPart { part, ..shown(block) })
}

/// The blocks as the page shows them: unchanged ones that follow each other as one part, changes numbered.
pub(crate) fn parts(blocks: Vec<Block>, may_take_back: bool) -> Vec<DiffPart> {
    let mut parts: Vec<DiffPart> = Vec::new();
    let mut changes = 0;
    for block in blocks {
        match parts.last_mut().filter(|last| block.kind == Kind::Same && last.kind == "same") {
            Some(last) => {
                last.html.push_str(&block.html);
                last.blocks += 1;
            }
            None if block.kind == Kind::Same => parts.push(shown(block)),
            None => {
                let part = if may_take_back { changes.to_string() } else { String::new() };
                parts.push(DiffPart { part, ..shown(block) });
                changes += 1;
            }
        }
    }
    parts
}

fn shown(block: Block) -> DiffPart {
    let (kind, word) = match block.kind {
        Kind::Same => ("same", ""),
        Kind::Changed => ("changed", "Changed"),
        Kind::Added => ("added", "Added"),
        Kind::Removed => ("removed", "Removed"),
    };
    DiffPart { kind, word, html: block.html, blocks: 1, part: String::new() }
}

/// What comes back, and the version of the item that was looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RestoreInput {
    /// `title`, `excerpt`, the number of a change, or empty for the whole version.
    part: String,
    version: String,
}

async fn restore(page: PageCaller, at: RevisionOf, Form(input): Form<RestoreInput>) -> Result<Response> {
    let (part, words) = match input.part.as_str() {
        "" => (Part::Whole, "was restored"),
        "title" => (Part::Title, "gave its title back"),
        "excerpt" => (Part::Excerpt, "gave its excerpt back"),
        number => (Part::Change(number.parse().map_err(|_| Error::NotFound)?), "gave one block back"),
    };
    let address = editor_address(&page, &at.content_id);
    let restored = actions::restore(&page.caller, &at.content_id, at.version, part, input.version.parse().ok()).await;
    match restored {
        Ok(_) => {
            page.caller.commit().await?;
            let words = format!("Version {} {words}. What was there before stays in the history.", at.version);
            Ok(Flash::success(words).redirect(&address))
        }
        Err(Error::StaleVersion(_) | Error::Conflict(_)) => {
            let words = "Somebody saved a newer version in the meantime, so nothing was restored. Compare again.";
            Ok(Flash::error(words).redirect(&format!("{address}/revisions")))
        }
        Err(error) => Err(error),
    }
}

fn frame(page: &PageCaller, headers: &HeaderMap, item: &Item, steps: &[Breadcrumb]) -> Frame {
    let mut frame = ui::frame_for(page, headers, "History", Section::Content);
    let list = format!("/admin/{}/content", page.caller.organization.slug);
    frame.breadcrumbs =
        vec![Breadcrumb::link("Content", list), Breadcrumb::link(&item.title, editor_address(page, &item.id))];
    frame.breadcrumbs.extend_from_slice(steps);
    frame
}

fn editor_address(page: &PageCaller, content_id: &str) -> String {
    format!("/admin/{}/content/{content_id}", page.caller.organization.slug)
}
