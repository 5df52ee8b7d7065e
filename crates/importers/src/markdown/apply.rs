//! A file becomes an item: what it names is looked up, then it is written.

use std::path::Path;

use accounts::authors::ImportedAuthor;
use kernel::Result;
use kernel::access::Caller;
use percent_encoding::percent_decode_str;

use super::document::{Author, Document};
use super::{folder, links};
use crate::carry::Carrier;
use crate::ledger::Ledger;
use crate::report::{Kind, Summary};
use crate::{names, pictures};

/// Files by their paths.
pub(super) const KIND: &str = "markdown";

/// What is known while files are applied.
pub(super) struct Import {
    pub source: String,
    pub summary: Summary,
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
        let pictures: Vec<String> = document.pictures.iter().filter_map(|address| place_of(path, address)).collect();
        if pictures.iter().any(|place| !is_on_the_web(place)) {
            document.item.note("Its pictures lie in the folder and are noted, not yet brought in.");
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
        for place in &pictures {
            pictures::note(caller, &self.source, place, &id, &mut self.summary).await?;
        }
        Ok(())
    }

    async fn author_id(&mut self, caller: &Caller, author: Option<&Author>) -> Result<String> {
        let Some(Author { name, email }) = author else { return Ok(caller.actor.user_id.clone()) };
        let login = if name.is_empty() { email } else { name };
        let author = ImportedAuthor { login, name, email, source: &self.source };
        names::author_id(caller, author, &mut self.summary).await
    }
}

/// Where a picture is: its web address, or its path in the folder.
fn place_of(from: &str, address: &str) -> Option<String> {
    if is_on_the_web(address) {
        return Some(address.to_owned());
    }
    if address.starts_with("//") || url::Url::parse(address).is_ok() {
        return None;
    }
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let path = percent_decode_str(path).decode_utf8().ok()?;
    links::from_here(from, &path).filter(|place| !place.is_empty())
}

fn is_on_the_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn pictures_are_found_from_where_the_text_is() {
        for (address, place) in [
            ("a%20b.png", Some("posts/a b.png")),
            ("../img/a.png?w=1", Some("img/a.png")),
            ("/img/a.png", Some("img/a.png")),
            ("https://e.org/a.png", Some("https://e.org/a.png")),
            ("data:image/png;base64,AA", None),
            ("../../a.png", None),
        ] {
            assert_eq!(place_of("posts/x.md", address).as_deref(), place, "{address}");
        }
    }
}
