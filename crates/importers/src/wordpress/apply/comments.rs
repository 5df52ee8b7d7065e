//! Comments, in their threads.

use std::collections::{HashMap, HashSet};

use content::comments::actions::{
    self, COMMENT_LONGEST, CommentStatus as Status, EMAIL_LONGEST, ImportedComment, NAME_LONGEST, URL_LONGEST,
};
use kernel::Result;
use kernel::access::Caller;

use super::{Import, one_line, web_address};
use crate::ledger::{self, Entry, halves, mark};
use crate::report::{Kind, Outcome};
use crate::wordpress::record::{Comment, CommentKind, CommentStatus, Post};
use crate::wordpress::text::plain_lines;

const KIND: &str = "comment";
/// Comments that are written in one statement.
const WRITTEN_AT_ONCE: usize = 500;
/// The version in which a new comment is.
const FIRST_VERSION: i32 = 1;

impl Import {
    pub(super) async fn apply_comments(&mut self, caller: &Caller, post: &Post, item: &str) -> Result<()> {
        let carried: Vec<&Comment> = post.comments.iter().filter(|comment| self.is_carried(post, comment)).collect();
        let ids: Vec<String> = carried.iter().map(|comment| comment.wordpress_id.to_string()).collect();
        let known = self.ledger(caller, KIND).find_all(&ids).await?;
        let new_ids = ids.iter().filter(|id| !known.contains_key(*id)).map(|id| (id.clone(), caller.new_id()));
        let mut targets: HashMap<String, String> = new_ids.collect();
        targets.extend(known.iter().map(|(id, entry)| (id.clone(), entry.target_id.clone())));
        let mut entries = Vec::new();
        let mut new = Vec::new();
        for comment in parents_first(&carried) {
            let source_id = comment.comment.wordpress_id.to_string();
            let Some(target) = targets.get(&source_id) else { continue };
            let parent_id = comment.parent.and_then(|parent| targets.get(&parent.to_string()).cloned());
            let imported = self.imported(caller, post, comment.comment, (target.clone(), parent_id));
            let says = checksum(&imported)?;
            match known.get(&source_id) {
                None => {
                    let checksum = mark(&says, &FIRST_VERSION.to_string());
                    entries.push(Entry { source_id, target_id: target.clone(), checksum });
                    new.push(imported);
                    self.summary.count(Kind::Comments, Outcome::Created);
                }
                Some(entry) => self.refresh_comment(caller, &imported, entry, &says).await?,
            }
        }
        for some in new.chunks(WRITTEN_AT_ONCE) {
            actions::import(caller, item, some).await?;
        }
        self.ledger(caller, KIND).write_all(&entries).await
    }

    pub(super) fn skip_comments(&mut self, post: &Post, reason: &'static str) -> Result<()> {
        for comment in &post.comments {
            self.summary.skip(Kind::Comments, &comment.author_name, reason);
        }
        Ok(())
    }

    fn is_carried(&mut self, post: &Post, comment: &Comment) -> bool {
        let reason = match (&comment.kind, comment.status) {
            (CommentKind::Pingback | CommentKind::Trackback, _) => "It is a pingback or trackback, which nobody wrote.",
            (CommentKind::Other(_), _) => "It is a plugin's own kind of comment.",
            (_, CommentStatus::Trash) => "It lies in the trash.",
            _ if plain_lines(&comment.content).is_empty() => "It is empty.",
            _ => return true,
        };
        self.summary.skip(Kind::Comments, &post.title, reason);
        false
    }

    fn imported(
        &mut self,
        caller: &Caller,
        post: &Post,
        comment: &Comment,
        (id, parent_id): (String, Option<String>),
    ) -> ImportedComment {
        let text = plain_lines(&comment.content);
        if text.chars().count() > COMMENT_LONGEST {
            self.summary.adjust(Kind::Comments, &post.title, "It was longer than 20,000 characters and is cut.");
        }
        let short = |text: &str, longest: usize| {
            let text: String = one_line(text).chars().take(longest).collect();
            (!text.is_empty()).then_some(text)
        };
        let created_at = comment.written_at.or(post.published_at).unwrap_or(caller.now);
        ImportedComment {
            id,
            parent_id,
            author_name: short(&comment.author_name, NAME_LONGEST),
            author_email: short(&comment.author_email, EMAIL_LONGEST),
            author_url: web_address(&comment.author_url, URL_LONGEST),
            comment: text.chars().take(COMMENT_LONGEST).collect(),
            status: match comment.status {
                CommentStatus::Approved => Status::Approved,
                CommentStatus::Spam => Status::Spam,
                CommentStatus::Pending | CommentStatus::Trash => Status::Pending,
            },
            created_at,
        }
    }

    async fn refresh_comment(
        &mut self,
        caller: &Caller,
        imported: &ImportedComment,
        entry: &Entry,
        says: &str,
    ) -> Result<()> {
        let (said, left_as) = halves(&entry.checksum);
        if said == says {
            self.summary.count(Kind::Comments, Outcome::Unchanged);
            return Ok(());
        }
        let version = left_as.parse().unwrap_or(0);
        if actions::update_imported(caller, imported, version).await? {
            let checksum = mark(says, &(version + 1).to_string());
            self.ledger(caller, KIND).write(&entry.source_id, &entry.target_id, &checksum).await?;
            self.summary.count(Kind::Comments, Outcome::Updated);
        } else {
            let reason = "It changed on the old site, but was moderated or deleted here too; what is here stays.";
            self.summary.skip(Kind::Comments, imported.author_name.as_deref().unwrap_or_default(), reason);
        }
        Ok(())
    }
}

fn checksum(comment: &ImportedComment) -> Result<String> {
    let ImportedComment { author_name, author_email, author_url, comment: text, status, .. } = comment;
    ledger::checksum(&(author_name, author_email, author_url, text, status.as_str()))
}

/// A comment with the one it answers, where that one is carried too.
struct Placed<'a> {
    comment: &'a Comment,
    parent: Option<u64>,
}

/// Every comment once, each after the one it answers. One whose parent is not carried stands at the top, as does one
/// that would answer itself by way of others.
fn parents_first<'a>(comments: &[&'a Comment]) -> Vec<Placed<'a>> {
    let mut numbers: HashSet<u64> = HashSet::new();
    let once: Vec<&Comment> = comments.iter().copied().filter(|comment| numbers.insert(comment.wordpress_id)).collect();
    let mut answers: HashMap<u64, Vec<&Comment>> = HashMap::new();
    let mut placed: Vec<Placed<'_>> = Vec::with_capacity(once.len());
    for comment in &once {
        match comment.parent_id.filter(|parent| numbers.contains(parent)) {
            Some(parent) => answers.entry(parent).or_default().push(comment),
            None => placed.push(Placed { comment, parent: None }),
        }
    }
    let (mut at, mut rest) = (0, once.iter());
    loop {
        while let Some(done) = placed.get(at).map(|done| done.comment.wordpress_id) {
            for answer in answers.remove(&done).unwrap_or_default() {
                placed.push(Placed { comment: answer, parent: Some(done) });
            }
            at += 1;
        }
        // What is left answers itself in a circle, which is opened at its first comment.
        let Some(next) = rest.find(|comment| comment.parent_id.is_some_and(|parent| answers.contains_key(&parent)))
        else {
            return placed;
        };
        for siblings in answers.values_mut() {
            siblings.retain(|comment| comment.wordpress_id != next.wordpress_id);
        }
        answers.retain(|_, siblings| !siblings.is_empty());
        placed.push(Placed { comment: next, parent: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(pairs: &[(u64, Option<u64>)]) -> Vec<(u64, Option<u64>)> {
        let comment = |&(wordpress_id, parent_id): &(u64, Option<u64>)| Comment {
            wordpress_id,
            parent_id,
            author_name: String::new(),
            author_email: String::new(),
            author_url: String::new(),
            written_at: None,
            content: String::new(),
            status: CommentStatus::Approved,
            kind: CommentKind::Comment,
        };
        let comments: Vec<Comment> = pairs.iter().map(comment).collect();
        let references: Vec<&Comment> = comments.iter().collect();
        parents_first(&references).iter().map(|placed| (placed.comment.wordpress_id, placed.parent)).collect()
    }

    #[test]
    fn answers_follow_what_they_answer() {
        assert_eq!(placed(&[(3, Some(2)), (2, Some(1)), (1, None)]), [(1, None), (2, Some(1)), (3, Some(2))]);
        assert_eq!(placed(&[(5, Some(99)), (5, None)]), [(5, None)]);
    }

    #[test]
    fn circles_are_opened() {
        assert_eq!(placed(&[(1, Some(1))]), [(1, None)]);
        assert_eq!(placed(&[(1, Some(3)), (2, Some(1)), (3, Some(2))]), [(1, None), (2, Some(1)), (3, Some(2))]);
        assert_eq!(
            placed(&[(7, None), (1, Some(2)), (2, Some(1)), (3, Some(1))]),
            [(7, None), (1, None), (2, Some(1)), (3, Some(1))]
        );
    }
}
