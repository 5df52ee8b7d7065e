//! What readers said, in threads.

use std::collections::HashMap;

use askama::Template;
use jiff::Timestamp;
use media::pictures::Known;

use super::parts::Pager;
use super::site::SiteView;
use crate::body;
use crate::html::SafeHtml;

/// Replies deeper than this stand beside the one they answer: on a phone there is no room for more.
pub const DEEPEST_REPLY: usize = 5;

/// One approved comment, as stored.
#[derive(Clone, Debug, Default)]
pub struct CommentRow {
    /// Also the fragment of its address.
    pub id: String,
    /// The comment it answers.
    pub parent_id: Option<String>,
    /// The name shown; empty becomes "Anonymous".
    pub author_name: String,
    /// Whether the item's own author wrote it.
    pub by_author: bool,
    /// When it was written.
    pub created_at: Option<Timestamp>,
    /// Sanitized, or made from text.
    pub body: SafeHtml,
}

/// A comment with what was answered to it.
#[derive(Clone, Debug)]
pub struct Comment {
    /// The comment itself.
    pub row: CommentRow,
    /// Oldest first.
    pub replies: Vec<Comment>,
}

/// All comments of an item.
#[derive(Clone, Debug, Default)]
pub struct Comments {
    /// How many there are, replies included.
    pub total: usize,
    /// Those that answer no other on this page.
    pub threads: Vec<Comment>,
    /// The comments before and after these.
    pub pager: Pager,
}

impl Comments {
    /// Puts rows, oldest first, into threads.
    ///
    /// A reply whose parent is not among them (not approved, deleted) starts a thread of its own, as does one that answers itself
    /// in a circle; nothing is lost and nothing is shown twice.
    pub fn threaded(mut rows: Vec<CommentRow>) -> Self {
        rows.iter_mut().for_each(|row| row.body = body::for_page(&row.body, &Known::default()));
        let total = rows.len();
        let position: HashMap<String, usize> =
            rows.iter().enumerate().map(|(index, row)| (row.id.clone(), index)).collect();
        let parents: Vec<Option<usize>> =
            rows.iter().map(|row| row.parent_id.as_ref().and_then(|id| position.get(id).copied())).collect();
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); total];
        let mut roots = Vec::new();
        for (index, parent) in parents.iter().enumerate() {
            match parent {
                // A parent that stands later is part of a circle or of a clock gone wrong; either way it cannot hold this one.
                Some(parent) if *parent < index => {
                    if let Some(replies) = children.get_mut(*parent) {
                        replies.push(index);
                    }
                }
                _ => roots.push(index),
            }
        }
        let mut rows: Vec<Option<CommentRow>> = rows.into_iter().map(Some).collect();
        let threads = roots.into_iter().flat_map(|root| gather(root, 0, &mut rows, &children)).collect();
        Self { total, threads, pager: Pager::default() }
    }
}

/// The comment at `index` with its replies; at the deepest level the replies follow it instead.
fn gather(index: usize, depth: usize, rows: &mut [Option<CommentRow>], children: &[Vec<usize>]) -> Vec<Comment> {
    let Some(row) = rows.get_mut(index).and_then(Option::take) else {
        return Vec::new();
    };
    if depth + 1 < DEEPEST_REPLY {
        let replies = children[index].iter().flat_map(|child| gather(*child, depth + 1, rows, children)).collect();
        return vec![Comment { row, replies }];
    }
    let mut flat = vec![Comment { row, replies: Vec::new() }];
    let mut waiting: Vec<usize> = children[index].iter().rev().copied().collect();
    while let Some(next) = waiting.pop() {
        waiting.extend(children[next].iter().rev());
        flat.extend(rows.get_mut(next).and_then(Option::take).map(|row| Comment { row, replies: Vec::new() }));
    }
    flat
}

/// One comment and, inside it, its replies: templates cannot call themselves, a struct can render its own kind.
#[derive(Template)]
#[template(path = "parts/comment.html")]
pub(super) struct CommentItem<'view> {
    site: &'view SiteView,
    comment: &'view Comment,
    answer: Option<&'view str>,
}

impl Comment {
    /// The list item with everything below it, for a template to print.
    /// Where somebody may answer it, `answer` is the address of the item's comments.
    pub(super) fn rendered(&self, site: &SiteView, answer: Option<&str>) -> Result<SafeHtml, askama::Error> {
        CommentItem { site, comment: self, answer }.render().map(SafeHtml::already_sanitized)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(id: usize, parent: Option<usize>) -> CommentRow {
        CommentRow { id: id.to_string(), parent_id: parent.map(|parent| parent.to_string()), ..CommentRow::default() }
    }

    fn outline(comments: &[Comment]) -> String {
        comments.iter().map(|comment| format!("{}({})", comment.row.id, outline(&comment.replies))).collect()
    }

    #[test]
    fn replies_stand_below_what_they_answer() {
        let comments =
            Comments::threaded(vec![row(0, None), row(1, Some(0)), row(2, None), row(3, Some(1)), row(4, Some(9))]);
        assert_eq!(outline(&comments.threads), "0(1(3()))2()4()");
        assert_eq!(comments.total, 5);
    }

    #[test]
    fn a_very_deep_thread_goes_on_at_the_deepest_level_and_a_circle_ends() {
        let deep: Vec<CommentRow> = (0..8).map(|index| row(index, index.checked_sub(1))).collect();
        assert_eq!(outline(&Comments::threaded(deep).threads), "0(1(2(3(4()5()6()7()))))");
        assert_eq!(outline(&Comments::threaded(vec![row(0, Some(1)), row(1, Some(0))]).threads), "0(1())");
    }

    proptest! {
        #[test]
        fn no_comment_is_lost_or_shown_twice(parents in proptest::collection::vec(proptest::option::of(0usize..40), 0..40)) {
            let rows: Vec<CommentRow> = parents.iter().enumerate().map(|(index, parent)| row(index, *parent)).collect();
            let outline = outline(&Comments::threaded(rows).threads);
            prop_assert_eq!(outline.matches('(').count(), parents.len());
        }
    }
}
