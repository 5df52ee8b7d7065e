//! What stands beside the text in the editor: buttons, times, people and the conversation of a review.

use jiff::tz::TimeZone;
use kernel::Result;
use kernel::access::{Caller, Permission};
use ui::{Moment, SelectOption};

use super::subject::Edited;
use crate::items::model::{ContentStatus, Move};
use crate::reviews::{self, Review};
use crate::views::{EditorMoves, EditorPanels, ReviewRow};

/// The panels about publishing and reviews.
pub async fn panels(caller: &Caller, edited: Option<&Edited>, zone: &TimeZone) -> Result<EditorPanels> {
    let item = edited.map(|edited| &edited.item);
    let people = reviews::store::people(&caller.tx).await?;
    let conversation = match item {
        Some(item) => reviews::store::of_item(&caller.tx, &item.id).await?,
        None => Vec::new(),
    };
    let mut authors: Vec<SelectOption> =
        people.iter().map(|person| SelectOption::new(person.id.as_str(), person.name.as_str())).collect();
    // Somebody who left, or an author that an import brought.
    if let Some(item) = item.filter(|item| !authors.iter().any(|option| option.is(&item.author_id))) {
        authors.insert(0, SelectOption::new(item.author_id.as_str(), item.author.name.as_str()));
    }
    let others = people.iter().filter(|person| person.may_approve && person.id != caller.actor.user_id);
    let mut reviewers = vec![SelectOption::new("", "Any owner or admin")];
    reviewers.extend(others.map(|person| SelectOption::new(person.id.as_str(), person.name.as_str())));
    let scheduled = edited.and_then(Edited::scheduled_for);
    Ok(EditorPanels {
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        scheduled: Moment::maybe(scheduled, zone),
        authors,
        reviewers,
        reviews: conversation.into_iter().map(|review| row(review, zone)).collect(),
    })
}

fn row(review: Review, zone: &TimeZone) -> ReviewRow {
    let words = match (review.kind.as_str(), &review.assignee_name) {
        ("submitted", Some(assignee)) => format!("asked {assignee} for a review"),
        ("submitted", None) => "asked for a review".to_owned(),
        ("approved", _) => "approved it".to_owned(),
        _ => "asked for changes".to_owned(),
    };
    ReviewRow {
        author: review.author_name,
        words,
        note: review.note.unwrap_or_default(),
        at: Moment::new(review.created_at, zone),
        is_open: review.is_open,
    }
}

/// The buttons: what the role may do and the status allows.
pub fn moves(caller: &Caller, status: Option<ContentStatus>) -> EditorMoves {
    let (may_edit, may_publish) = (caller.may(Permission::ContentEdit), caller.may(Permission::ContentPublish));
    let Some(status) = status else {
        return EditorMoves { save: may_edit, autosave: may_edit, publish: may_publish, ..EditorMoves::default() };
    };
    let allows = |step: Move| status.target(step).is_some();
    let is_draft = matches!(status, ContentStatus::Draft | ContentStatus::Review);
    EditorMoves {
        save: may_edit && (is_draft || may_publish),
        autosave: may_edit && is_draft,
        submit: may_edit && allows(Move::Submit),
        approve: may_publish && allows(Move::Approve),
        request_changes: may_publish && allows(Move::RequestChanges),
        publish: may_publish && allows(Move::Publish),
        schedule: may_publish && allows(Move::Schedule),
        unpublish: may_publish && allows(Move::Unpublish),
        archive: may_publish && allows(Move::Archive),
        restore: may_publish && allows(Move::Restore),
        duplicate: may_edit,
        delete: may_publish,
    }
}

/// Languages to choose from; an item's own is always among them.
pub fn languages(current: &str) -> Vec<SelectOption> {
    let common = [
        ("en", "English"),
        ("de", "German"),
        ("fr", "French"),
        ("es", "Spanish"),
        ("it", "Italian"),
        ("pt", "Portuguese"),
        ("nl", "Dutch"),
        ("sv", "Swedish"),
        ("da", "Danish"),
        ("nb", "Norwegian"),
        ("fi", "Finnish"),
        ("pl", "Polish"),
        ("cs", "Czech"),
        ("tr", "Turkish"),
        ("ru", "Russian"),
        ("uk", "Ukrainian"),
        ("ar", "Arabic"),
        ("he", "Hebrew"),
        ("hi", "Hindi"),
        ("zh", "Chinese"),
        ("ja", "Japanese"),
        ("ko", "Korean"),
    ];
    let mut options: Vec<SelectOption> = common.into_iter().map(|(tag, name)| SelectOption::new(tag, name)).collect();
    if !current.is_empty() && !options.iter().any(|option| option.is(current)) {
        options.insert(0, SelectOption::new(current, current));
    }
    options
}
