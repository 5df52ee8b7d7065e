//! Two versions beside each other, and what of the older one can be brought back.

use http::HeaderMap;
use kernel::access::{Caller, Permission};
use kernel::organization;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use ui::Breadcrumb;

use super::{editor_address, frame, kept_row};
use crate::changes::{self, Changes};
use crate::items::model::{ContentStatus, Item};
use crate::revisions::diff::{self, Block, Kind};
use crate::revisions::{RevisionWithText, store};
use crate::views::{ComparisonPage, DiffPart, Restoring};

pub async fn compare(
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
    let changes = changes::store::find(&caller.tx, &item.id).await?;
    let restoring = restoring(caller, item, changes.as_ref(), (&from, &to, newest))?;
    let blocks = diff::compare(&from.content_body, &to.content_body);
    let takes_parts = restoring.parts_into.is_some();
    let part_of = |part: &str| if takes_parts { part.to_owned() } else { String::new() };
    let crumb = format!("{} and {}", from.revision.version, to.revision.version);
    let steps =
        [Breadcrumb::link("History", format!("{}/revisions", editor_address(page, &item.id))), Breadcrumb::here(crumb)];
    Ok(ComparisonPage {
        frame: frame(page, headers, item, &steps),
        id: item.id.clone(),
        title: compared_text(&from.revision.title, &to.revision.title, part_of("title")),
        excerpt: compared_text(excerpt(&from), excerpt(&to), part_of("excerpt")),
        changes: blocks.iter().filter(|block| block.kind != Kind::Same).count(),
        parts: parts(blocks, takes_parts),
        from: kept_row(from.revision, newest, &zone),
        to: kept_row(to.revision, newest, &zone),
        restoring,
    })
}

/// Where the older version can be brought back to: the item as it is, or the draft changes of one that is public.
///
/// Parts are taken back from a text as it is, so only a comparison with that can offer them.
fn restoring(
    caller: &Caller,
    item: &Item,
    changes: Option<&Changes>,
    (from, to, newest): (&RevisionWithText, &RevisionWithText, i32),
) -> Result<Restoring> {
    let into_item = may_edit(caller, item) && from.revision.version != newest;
    let differs = changes.is_some() || from.revision.version != newest;
    let into_changes = item.status == ContentStatus::Published && may_change(caller, changes) && differs;
    let of_item = to.revision.version == newest && to.content_body == item.body();
    let of_changes = match changes {
        Some(changes) => to.content_body == changes.draft(item)?.content.as_str(),
        None => of_item,
    };
    let parts_into = if into_item && of_item {
        Some("")
    } else if into_changes && of_changes && from.revision.version != to.revision.version {
        Some("changes")
    } else {
        None
    };
    Ok(Restoring {
        into_item,
        into_changes,
        parts_into,
        item_version: item.version,
        changes_version: changes.map_or(0, |changes| changes.version),
    })
}

fn excerpt(kept: &RevisionWithText) -> &str {
    kept.excerpt.as_deref().unwrap_or_default()
}

/// Whether the caller may edit the item as it stands.
fn may_edit(caller: &Caller, item: &Item) -> bool {
    match item.status {
        ContentStatus::Draft | ContentStatus::Review => caller.may(Permission::ContentEdit),
        _ => caller.may(Permission::ContentPublish),
    }
}

/// Whether the caller may write the draft changes as they stand.
fn may_change(caller: &Caller, changes: Option<&Changes>) -> bool {
    match changes.map(|changes| changes.status) {
        Some(ContentStatus::Approved | ContentStatus::Scheduled) => caller.may(Permission::ContentPublish),
        _ => caller.may(Permission::ContentEdit),
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
