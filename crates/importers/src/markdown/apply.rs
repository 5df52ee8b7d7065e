//! A file becomes an item: what it names is looked up, then it is written.

use std::path::Path;

use accounts::authors::ImportedAuthor;
use kernel::Result;
use kernel::access::Caller;

use super::document::{Author, Document};
use super::pictures::Shelf;
use super::{folder, links};
use crate::carry::Carrier;
use crate::ledger::Ledger;
use crate::names;
use crate::report::{Kind, Summary};

/// Files by their paths.
pub(crate) const KIND: &str = "markdown";

/// What is known while files are applied.
pub(super) struct Import {
    pub source: String,
    pub summary: Summary,
    /// Pictures that lie in the folder.
    pub shelf: Shelf,
}

impl Import {
    pub(super) fn ledger<'a>(&'a self, caller: &'a Caller, kind: &'a str) -> Ledger<'a> {
        Ledger { tx: &caller.tx, source: &self.source, kind }
    }

    /// Imports one file; what is wrong with it is told and ends nothing else.
    pub async fn apply_file(&mut self, caller: &Caller, root: &Path, path: &str) -> Result<()> {
        let read = folder::read(&root.join(path)).and_then(|text| Document::read(path, &text));
        match read {
            Ok(document) => self.apply(caller, path, document).await,
            Err(reason) => {
                self.summary.skip(Kind::Items, path, reason);
                Ok(())
            }
        }
    }

    async fn apply(&mut self, caller: &Caller, path: &str, mut document: Document) -> Result<()> {
        document.item.author_id = self.author_id(caller, document.author.as_ref()).await?;
        if let Some(category) = &document.category {
            document.item.category_id = names::category_id(caller, &self.source, category, &mut self.summary).await?;
        }
        document.item.fit();
        let (body, is_whole) = self.with_new_links(caller, path, &document.item.body).await?;
        let ledger = Ledger { tx: &caller.tx, source: &self.source, kind: KIND };
        let mut carrier = Carrier { caller, ledger, summary: &mut self.summary, kind: Kind::Items };
        let before = carrier.summary.written();
        let Some(id) = carrier.carry(path, &document.item, body).await? else { return Ok(()) };
        let is_written = self.summary.written() != before;
        self.remember_places(caller, path, &id).await?;
        if is_written && !is_whole {
            self.ledger(caller, links::WAITING_KIND).write(path, &id, "").await?;
        }
        self.note_pictures(caller, (path, &id), &document).await
    }

    async fn author_id(&mut self, caller: &Caller, author: Option<&Author>) -> Result<String> {
        let Some(Author { name, email }) = author else { return Ok(caller.actor.user_id.clone()) };
        let login = if name.is_empty() { email } else { name };
        let author = ImportedAuthor { login, name, email, source: &self.source };
        names::author_id(caller, author, &mut self.summary).await
    }
}
