//! What stands beside the text in the editor: buttons, times, people and the conversation of a review.

use jiff::tz::TimeZone;
use kernel::Result;
use kernel::access::{Caller, Permission};
use media::assets::{self, Asset};
use media::kinds::Kind;
use ui::{Moment, SelectOption, StatusPill};

use super::subject::Edited;
use crate::comments::list::CommentQuery;
use crate::comments::model::CommentStatus;
use crate::html;
use crate::items::model::{ContentStatus, Item, Move};
use crate::releases;
use crate::reviews::{self, Review};
use crate::views::{EditorMoves, EditorPanels, FeaturedImage, ItemComment, ReleasePanel, ReviewRow};

/// Pictures of the library that the field of the featured image offers.
const PICTURES_OFFERED: i64 = 50;
/// Comments that the panel shows, and characters of each.
const COMMENTS_SHOWN: i64 = 10;
const COMMENT_SHOWN: usize = 200;

/// The panels beside the text. The featured image is the one that the form names.
pub async fn panels(
    caller: &Caller,
    edited: Option<&Edited>,
    (zone, featured_image): (&TimeZone, &str),
) -> Result<EditorPanels> {
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
    let (comments, comment_count) = comments(caller, item, zone).await?;
    let scheduled = edited.and_then(Edited::scheduled_for);
    Ok(EditorPanels {
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        scheduled: Moment::maybe(scheduled, zone),
        authors,
        reviewers,
        reviews: conversation.into_iter().map(|review| row(review, zone)).collect(),
        featured: featured(caller, featured_image).await?,
        pictures: pictures(caller).await?,
        comments,
        comment_count,
        may_moderate: caller.may(Permission::TaxonomyManage),
        release: release(caller, item, zone).await?,
    })
}

/// The picture of an address, with what the library knows about it.
async fn featured(caller: &Caller, address: &str) -> Result<Option<FeaturedImage>> {
    let address = address.trim();
    if address.is_empty() || !html::is_harmless_address(address) {
        return Ok(None);
    }
    let tokens = media::uses::tokens_in(address, caller.tx.organization().as_str());
    let asset: Option<Asset> = match tokens.first() {
        Some(token) => assets::store::by_token(&caller.tx, token).await?.filter(|asset| !asset.is_in_bin),
        None => None,
    };
    let about = asset.as_ref();
    Ok(Some(FeaturedImage {
        url: address.to_owned(),
        asset_id: about.map(|asset| asset.id.clone()),
        alt: about.and_then(|asset| asset.alt.clone()),
        is_private: about.is_some_and(|asset| asset.is_private),
    }))
}

/// The newest pictures of the library by their addresses.
async fn pictures(caller: &Caller) -> Result<Vec<SelectOption>> {
    let wanted = assets::list::ListParams {
        r#type: Some(Kind::Image),
        limit: Some(PICTURES_OFFERED),
        ..assets::list::ListParams::default()
    };
    let found = assets::list::read(&caller.tx, &wanted).await?;
    let shown = found.data.into_iter().filter(|asset| !asset.is_private);
    Ok(shown.map(|asset| SelectOption::new(asset.file_url, asset.name)).collect())
}

/// The newest comments on an item; those that are not approved are shown to moderators alone.
async fn comments(caller: &Caller, item: Option<&Item>, zone: &TimeZone) -> Result<(Vec<ItemComment>, i64)> {
    let Some(item) = item else { return Ok((Vec::new(), 0)) };
    let query = CommentQuery {
        status: (!caller.may(Permission::TaxonomyManage)).then_some(CommentStatus::Approved),
        content_id: Some(item.id.clone()),
        limit: COMMENTS_SHOWN,
        ..CommentQuery::default()
    };
    let listed = crate::comments::list::read(&caller.tx, &query).await?;
    let shown = listed.comments.into_iter().map(|comment| ItemComment {
        text: html::shorten(&comment.comment, COMMENT_SHOWN),
        status: StatusPill::of(comment.status.as_str()),
        written: Moment::new(comment.created_at, zone),
        author: comment.author_name,
        id: comment.id,
    });
    Ok((shown.collect(), listed.total))
}

/// The release that an item waits in, or for those who may publish the releases that it could be put into.
async fn release(caller: &Caller, item: Option<&Item>, zone: &TimeZone) -> Result<ReleasePanel> {
    let Some(item) = item else { return Ok(ReleasePanel::default()) };
    let may_change = caller.may(Permission::ContentPublish);
    let fits = matches!(item.status, ContentStatus::Draft | ContentStatus::Review | ContentStatus::Approved);
    if let Some(release) = releases::store::open_release_of(&caller.tx, &item.id).await? {
        let at = Moment::maybe(release.scheduled_for, zone);
        return Ok(ReleasePanel {
            waits_in: Some((release.id, release.name)),
            at,
            may_change,
            ..ReleasePanel::default()
        });
    }
    if !(may_change && fits) {
        return Ok(ReleasePanel::default());
    }
    let open = releases::store::choices(&caller.tx).await?;
    let choices = open.into_iter().map(|(id, name)| SelectOption::new(id, name)).collect();
    Ok(ReleasePanel { choices, may_change, ..ReleasePanel::default() })
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
        return EditorMoves {
            save: may_edit,
            autosave: may_edit,
            publish: may_publish,
            schedule: may_publish,
            ..EditorMoves::default()
        };
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
