//! Comments of visitors on the site: from what was typed to a row that waits, is shown or is spam.

use jiff::{SignedDuration, Timestamp};
use kernel::db::Tenant;
use kernel::validate::{self, Lines, Problems};
use kernel::{App, Error, Result, events};
use serde::Deserialize;
use serde_json::json;

use super::model::CommentStatus;
use super::spam::{self, Verdict, Written};
use super::stamp::{self, Age};
use super::{blocklist, jobs, store};
use crate::items::model::Item;

/// The longest comment of a visitor, in characters.
pub const COMMENT_LONGEST: usize = 5_000;
/// The longest name of a visitor, in characters.
pub const NAME_LONGEST: usize = 100;
/// The same comment sent again within this time is the same comment, or spam.
const REPEATED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// What the form of the site sends: every field a text, so that nothing typed can fail to be read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RawVisitorComment {
    pub name: String,
    pub email: String,
    pub comment: String,
    /// The comment that is answered; empty for none.
    pub parent: String,
    /// A field that people do not see and programs fill in.
    pub website: String,
    /// When the form was given, see [`stamp`].
    pub stamp: String,
}

/// Somebody on the site of the transaction's organization.
pub struct Visitor<'a> {
    pub app: &'a App,
    pub tx: &'a Tenant,
    /// Empty when it is not known.
    pub ip: &'a str,
    pub now: Timestamp,
}

/// What became of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// It waits for somebody to look at it. Spam is told the same, so that nobody learns what to avoid.
    Waiting,
    /// It is shown, under this id.
    Shown(String),
}

/// A comment that holds to the rules, ready to be stored.
pub struct VisitorComment {
    pub name: String,
    pub email: String,
    pub comment: String,
    pub parent_id: Option<String>,
    pub origin: Option<String>,
}

/// How many comments may come within a time.
struct Limit {
    most: i64,
    within: SignedDuration,
}

const IP_SHORT: Limit = Limit { most: 5, within: SignedDuration::from_mins(10) };
const IP_LONG: Limit = Limit { most: 40, within: SignedDuration::from_hours(24) };
const ITEM: Limit = Limit { most: 60, within: SignedDuration::from_mins(10) };

/// Leaves a comment on a published item.
pub async fn leave(visitor: &Visitor<'_>, item: &Item, raw: &RawVisitorComment) -> Result<Left> {
    if !item.comments_enabled {
        return Err(Error::Conflict("Comments on this article are closed.".into()));
    }
    let comment = check(visitor, item, raw).await?;
    // One at a time in each organization, so that many at once do not slip through the limits together.
    store::wait_for_turn(visitor.tx).await?;
    let since = visitor.now - REPEATED_WITHIN;
    if let Some((id, status)) = store::sent_before(visitor.tx, &item.id, &comment, since).await? {
        return Ok(if status == CommentStatus::Approved { Left::Shown(id) } else { Left::Waiting });
    }
    refuse_too_many(visitor, &item.id, &comment).await?;
    let status = decide(visitor, &comment, raw).await?;
    let id = kernel::id::new(visitor.now);
    store::insert_visitors(visitor.tx, (&id, &item.id), (&comment, status), visitor.now).await?;
    if status != CommentStatus::Spam {
        let details = json!({ "title": item.title, "content_id": item.id, "status": status });
        events::emit(visitor.tx, "comment.created", (&id, details), visitor.now).await?;
    }
    if status == CommentStatus::Pending {
        jobs::tell_moderators(visitor.tx, visitor.now).await?;
    }
    Ok(if status == CommentStatus::Approved { Left::Shown(id) } else { Left::Waiting })
}

async fn check(visitor: &Visitor<'_>, item: &Item, raw: &RawVisitorComment) -> Result<VisitorComment> {
    let mut problems = Problems::new();
    let name = problems.required("name", "The name", &raw.name, NAME_LONGEST);
    let email = validate::email(&mut problems, "email", &raw.email);
    let comment = problems.text("comment", "The comment", &raw.comment, COMMENT_LONGEST, Lines::Many);
    if comment.is_empty() {
        problems.add("comment", "required", "The comment is empty. Write something first.");
    }
    let parent_id = Some(raw.parent.trim()).filter(|parent| !parent.is_empty()).map(str::to_owned);
    if let Some(parent) = &parent_id
        && !(kernel::id::is_well_formed(parent) && store::is_shown(visitor.tx, &item.id, parent).await?)
    {
        let words = "The comment you answer is no longer there. Send yours again to place it below the article.";
        problems.add("parent", "unknown", words);
    }
    match stamp::age(visitor.app, visitor.tx.organization(), &item.id, (&raw.stamp, visitor.now)) {
        Age::Right => {}
        Age::TooQuick => {
            problems.add("stamp", "too_quick", "That was quicker than people type. Wait a moment and send it again.");
        }
        Age::Unknown => problems.add("stamp", "expired", "This form was open for too long. Send it again."),
    }
    problems.finish(VisitorComment { name, email, comment, parent_id, origin: spam::origin(visitor.ip) })
}

async fn refuse_too_many(visitor: &Visitor<'_>, content_id: &str, comment: &VisitorComment) -> Result<()> {
    let mut until = store::filled_by_item(visitor.tx, content_id, (ITEM.most, visitor.now - ITEM.within))
        .await?
        .map(|oldest| oldest + ITEM.within);
    if let Some(origin) = &comment.origin {
        for limit in [IP_SHORT, IP_LONG] {
            let filled = store::filled_by_origin(visitor.tx, origin, (limit.most, visitor.now - limit.within)).await?;
            until = until.max(filled.map(|oldest| oldest + limit.within));
        }
    }
    let Some(until) = until else { return Ok(()) };
    let seconds = until.duration_since(visitor.now).as_secs().max(1);
    Err(Error::TooManyRequests { retry_after_seconds: u64::try_from(seconds).unwrap_or(1) })
}

async fn decide(visitor: &Visitor<'_>, comment: &VisitorComment, raw: &RawVisitorComment) -> Result<CommentStatus> {
    let written = Written {
        name: &comment.name,
        email: &comment.email,
        comment: &comment.comment,
        ip: visitor.ip.parse().ok().map(|ip: std::net::IpAddr| ip.to_canonical()),
    };
    let verdict = spam::judge(&written, &blocklist::of(visitor.tx).await?);
    if verdict == Verdict::Spam || !raw.website.trim().is_empty() {
        return Ok(CommentStatus::Spam);
    }
    let is_repeatable = comment.comment.chars().count() < spam::REPEATABLE;
    if !is_repeatable && store::is_repeated(visitor.tx, &comment.comment, visitor.now - REPEATED_WITHIN).await? {
        return Ok(CommentStatus::Spam);
    }
    let is_known = verdict == Verdict::Clean && store::was_approved(visitor.tx, &comment.email).await?;
    Ok(if is_known { CommentStatus::Approved } else { CommentStatus::Pending })
}
