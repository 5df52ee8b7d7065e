use jiff::tz::TimeZone;
use kernel::Result;
use kernel::access::Caller;
use ui::{Moment, StatusPill};

use crate::comments::model::{CommentRecord, CommentStatus};
use crate::comments::store;
use crate::views::CommentCard;

/// Comments as the pages show them, their texts cut to `longest` characters.
pub async fn cards(
    caller: &Caller,
    comments: Vec<CommentRecord>,
    longest: usize,
    zone: &TimeZone,
) -> Result<Vec<CommentCard>> {
    let parents: Vec<String> = comments.iter().filter_map(|comment| comment.parent_id.clone()).collect();
    let parents = if parents.is_empty() { Vec::new() } else { store::find_many(&caller.tx, &parents).await? };
    let site = format!("/s/{}", caller.organization.slug);
    let card = |comment: CommentRecord| {
        let is_answered = |parent: &&CommentRecord| Some(&parent.id) == comment.parent_id.as_ref();
        let answers = parents.iter().find(is_answered).map(|parent| parent.author_name.clone());
        let slug = comment.public_slug.as_ref().filter(|_| comment.status == CommentStatus::Approved);
        CommentCard {
            from: match (&comment.author_id, comment.author_email) {
                (Some(_), _) => "Member".to_owned(),
                (None, email) => email.unwrap_or_default(),
            },
            origin: comment.author_ip.unwrap_or_default(),
            text: crate::html::shorten(&comment.comment, longest),
            is_cut: comment.comment.chars().count() > longest,
            status: StatusPill::of(comment.status.as_str()),
            status_name: comment.status.as_str(),
            written: Moment::new(comment.created_at, zone),
            site_href: slug.map(|slug| format!("{site}/{slug}#comment-{}", comment.id)),
            answers: answers.unwrap_or_default(),
            author: comment.author_name,
            content_title: comment.content_title,
            content_id: comment.content_id,
            id: comment.id,
        }
    };
    Ok(comments.into_iter().map(card).collect())
}
