//! An item's way back to the status that it had before a change to many.

use kernel::access::Caller;
use kernel::{Result, audit};
use serde_json::json;

use super::Entry;
use crate::items::actions;
use crate::items::model::{ContentStatus, Item};
use crate::items::store::{self, Dates};
use crate::{changes, reviews};

/// Gives an item the status that it had, with all that goes with a move.
pub(super) async fn set_back(caller: &Caller, item: &Item, entry: &Entry) -> Result<()> {
    let dates = Dates { published_at: entry.published_at, scheduled_for: entry.scheduled_for };
    store::set_status(&caller.tx, &item.id, entry.status, &dates).await?;
    reviews::store::close(&caller.tx, &item.id).await?;
    if entry.status == ContentStatus::Review {
        reviews::store::reopen(&caller.tx, &item.id).await?;
    }
    actions::settle_again(caller, &item.id).await?;
    if item.status == ContentStatus::Published {
        changes::actions::take_over(caller, &item.id).await?;
    }
    let details = json!({
        "title": item.title, "slug": item.slug, "from": item.status, "to": entry.status,
        "scheduled_for": entry.scheduled_for, "undo": true,
    });
    audit::record(caller, way_back(item.status, entry.status), ("content", &item.id), details).await
}

/// Whether it takes the right to publish to set an item back from one status to another: writers take back what they
/// submitted, and nobody outside sees that.
pub(super) fn takes_publishing(from: ContentStatus, to: ContentStatus) -> bool {
    let is_writers = |status| matches!(status, ContentStatus::Draft | ContentStatus::Review);
    from != to && !(is_writers(from) && is_writers(to))
}

/// The action of the audit log that stands for a way back, so that whoever listens hears of it as of any other move.
fn way_back(from: ContentStatus, to: ContentStatus) -> &'static str {
    use ContentStatus::{Approved, Archived, Draft, Published, Review, Scheduled};
    match (from, to) {
        (_, Published) => "content.publish",
        (_, Archived) => "content.archive",
        (_, Scheduled) => "content.schedule",
        (Published | Scheduled, _) => "content.unpublish",
        (Archived, _) => "content.restore",
        (_, Approved) => "content.approve",
        (_, Review) => "content.submit",
        (_, Draft) => "content.withdraw",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_outside_sees_is_taken_back_without_the_right_to_publish() {
        use ContentStatus::{Draft, Review};
        for from in ContentStatus::ALL {
            for to in ContentStatus::ALL {
                let is_writers = from == to || matches!((from, to), (Draft, Review) | (Review, Draft));
                assert_eq!(takes_publishing(from, to), !is_writers, "{from} {to}");
            }
        }
        assert_eq!(way_back(ContentStatus::Archived, ContentStatus::Published), "content.publish");
        assert_eq!(way_back(ContentStatus::Published, ContentStatus::Draft), "content.unpublish");
    }
}
