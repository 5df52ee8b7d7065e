//! From records to content: each kind of record in a file of its own.

mod attachments;
mod authors;
mod categories;
mod comments;
mod item;
mod items;
mod links;
mod tags;

use kernel::access::Caller;
use kernel::{Result, validate};
use url::Url;

use super::record::{Post, PostKind, Record, Skipped, Term};
use crate::fields::{one_line, web_address};
use crate::ledger::Ledger;
use crate::report::{Kind, Summary};

/// What is known while records are applied; no more than that is kept in memory.
pub(super) struct Import {
    /// The name under which records are remembered: the exported site's address.
    pub source: String,
    /// The same as an address, where it is one.
    base: Option<Url>,
    /// The language of items, where the export names a well-formed one.
    language: Option<String>,
    pub summary: Summary,
}

impl Import {
    /// An import of a site with this address, language and title.
    pub fn new(base_url: &str, language: &str, title: &str) -> Self {
        let address = base_url.trim().trim_end_matches('/');
        let source = [address, title.trim()].into_iter().find(|name| !name.is_empty()).unwrap_or("WordPress");
        Self {
            source: source.to_owned(),
            base: Url::parse(address).ok().filter(Url::has_host),
            language: validate::language_of_import(language),
            summary: Summary { source: source.to_owned(), ..Summary::default() },
        }
    }

    fn ledger<'a>(&'a self, caller: &'a Caller, kind: &'a str) -> Ledger<'a> {
        Ledger { tx: &caller.tx, source: &self.source, kind }
    }

    /// Applies what items refer to. Items themselves wait for the second reading.
    pub async fn prepare(&mut self, caller: &Caller, record: Record) -> Result<()> {
        match record {
            Record::Author(author) => self.apply_author(caller, &author).await,
            Record::Category(category) => self.apply_category(caller, &category).await,
            Record::Tag(tag) => self.apply_tag(caller, &tag).await,
            Record::Attachment(attachment) => self.apply_attachment(caller, &attachment).await,
            Record::Term(term) => {
                self.skip_term(&term);
                Ok(())
            }
            Record::Skipped(skipped) => {
                self.skip_record(&skipped);
                Ok(())
            }
            Record::Site(_) | Record::Post(_) => Ok(()),
        }
    }

    /// Applies an item with its comments; everything else was done in the first reading.
    pub async fn apply(&mut self, caller: &Caller, record: Record) -> Result<()> {
        match record {
            Record::Post(post) => self.apply_post(caller, *post).await,
            _ => Ok(()),
        }
    }

    fn skip_record(&mut self, skipped: &Skipped) {
        let kind = match skipped.kind.as_str() {
            "post" => Kind::Posts,
            "page" => Kind::Pages,
            "attachment" => Kind::Attachments,
            _ => Kind::Others,
        };
        self.summary.skip(kind, &skipped.title, skipped.reason);
    }

    fn skip_term(&mut self, term: &Term) {
        // These two come a second time in some exports and are done already.
        if !matches!(term.taxonomy.as_str(), "category" | "post_tag") {
            let reason = "Only categories and tags are carried, no terms of other taxonomies.";
            self.summary.skip(Kind::Others, &term.name, reason);
        }
    }
}

fn kind_of(post: &Post) -> Kind {
    if post.kind == PostKind::Page { Kind::Pages } else { Kind::Posts }
}
