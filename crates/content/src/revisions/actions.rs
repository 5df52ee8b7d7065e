//! Writes about revisions: bringing back what was.

use kernel::access::{Caller, Permission};
use kernel::api::Patch;
use kernel::validate::Problems;
use kernel::{Error, Result};

use super::{RevisionWithText, diff, store};
use crate::changes::{self, Changes};
use crate::items::draft::RawItem;
use crate::items::model::Item;
use crate::items::{self, actions as item_actions};

/// What of a revision comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Whole,
    Title,
    Excerpt,
    /// One change of the comparison between the revision and the text as it is, counted from 0.
    Change(usize),
}

impl Part {
    fn is_counted(self) -> bool {
        matches!(self, Self::Change(_))
    }

    /// What somebody would send to bring this part of a version back into a text.
    fn of(self, kept: RevisionWithText, present: &str) -> Result<RawItem> {
        let comment = |what: &str| Patch::Set(format!("{what} from version {}", kept.revision.version));
        let title = Patch::Set(kept.revision.title.clone());
        let excerpt = kept.excerpt.clone().map_or(Patch::Clear, Patch::Set);
        let nothing = RawItem::default();
        Ok(match self {
            Self::Whole => {
                let comment = comment("Restored");
                RawItem { title, excerpt, content: Patch::Set(kept.content_body), comment, ..nothing }
            }
            Self::Title => RawItem { title, comment: comment("Title restored"), ..nothing },
            Self::Excerpt => RawItem { excerpt, comment: comment("Excerpt restored"), ..nothing },
            Self::Change(number) => {
                let body = diff::with_change_undone(&kept.content_body, present, number).ok_or_else(|| {
                    Error::Conflict("This change is not there any more. Compare the versions again.".into())
                })?;
                RawItem { content: Patch::Set(body), comment: comment("One block restored"), ..nothing }
            }
        })
    }
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
    let (item, kept) = found(caller, content_id, version).await?;
    let raw = part.of(kept, item.body())?;
    // Changes are counted in the text that was read here, so nobody may have written another since.
    let expected = expected_version.or(part.is_counted().then_some(item.version));
    item_actions::edit(caller, content_id, raw, Problems::new(), expected).await
}

/// Brings the same back into the draft changes of a published item, which stays as it is on the site.
///
/// Whoever may write draft changes may do it. The version expected is that of the changes, 0 where there are none yet.
pub async fn restore_into_changes(
    caller: &Caller,
    content_id: &str,
    version: i32,
    part: Part,
    expected_version: Option<i32>,
) -> Result<Changes> {
    caller.must(Permission::ContentEdit)?;
    let (item, kept) = found(caller, content_id, version).await?;
    let waiting = changes::store::find(&caller.tx, content_id).await?;
    let raw = match &waiting {
        Some(changes) => part.of(kept, changes.draft(&item)?.content.as_str())?,
        None => part.of(kept, item.body())?,
    };
    let present = waiting.map_or(0, |changes| changes.version);
    let expected = expected_version.or(part.is_counted().then_some(present));
    let seen = part.is_counted().then_some(item.version);
    changes::actions::save(caller, content_id, (raw, Problems::new()), expected, seen).await
}

async fn found(caller: &Caller, content_id: &str, version: i32) -> Result<(Item, RevisionWithText)> {
    let item = items::store::find(&caller.tx, content_id).await?.ok_or(Error::NotFound)?;
    let kept = store::find(&caller.tx, content_id, version).await?.ok_or(Error::NotFound)?;
    Ok((item, kept))
}
