//! Writes about revisions: bringing back what was.

use kernel::access::{Caller, Permission};
use kernel::api::Patch;
use kernel::validate::Problems;
use kernel::{Error, Result};

use super::diff;
use super::store;
use crate::items::draft::RawItem;
use crate::items::model::Item;
use crate::items::{self, actions as item_actions};

/// What of a revision comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Whole,
    Title,
    Excerpt,
    /// One change of the comparison between the revision and the item as it is, counted from 0.
    Change(usize),
}

/// Brings back a revision, or a part of it, as a new revision. Does nothing where the item is like that already.
///
/// It is an edit like any other: whoever may edit the item may do it, and the text passes the same sanitizer.
pub async fn restore(
    caller: &Caller,
    content_id: &str,
    version: i32,
    part: Part,
    expected_version: Option<i32>,
) -> Result<Item> {
    caller.must(Permission::ContentEdit)?;
    let item = items::store::find(&caller.tx, content_id).await?.ok_or(Error::NotFound)?;
    let kept = store::find(&caller.tx, content_id, version).await?.ok_or(Error::NotFound)?;
    let comment = |what: &str| Patch::Set(format!("{what} from version {version}"));
    let title = Patch::Set(kept.revision.title.clone());
    let excerpt = kept.excerpt.clone().map_or(Patch::Clear, Patch::Set);
    let (raw, expected) = match part {
        Part::Whole => {
            let content = Patch::Set(kept.content_body);
            (RawItem { title, excerpt, content, comment: comment("Restored"), ..RawItem::default() }, expected_version)
        }
        Part::Title => (RawItem { title, comment: comment("Title restored"), ..RawItem::default() }, expected_version),
        Part::Excerpt => {
            (RawItem { excerpt, comment: comment("Excerpt restored"), ..RawItem::default() }, expected_version)
        }
        Part::Change(number) => {
            let body = diff::with_change_undone(&kept.content_body, item.body(), number).ok_or_else(|| {
                Error::Conflict("This change is not there any more. Compare the versions again.".into())
            })?;
            let raw =
                RawItem { content: Patch::Set(body), comment: comment("One block restored"), ..RawItem::default() };
            // Changes are counted in the text that was read here, so nobody may have written another since.
            (raw, Some(expected_version.unwrap_or(item.version)))
        }
    };
    item_actions::edit(caller, content_id, raw, Problems::new(), expected).await
}
