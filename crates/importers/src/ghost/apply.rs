//! Tags and posts are written.

use accounts::authors::ImportedAuthor;
use content::taxonomy::tags::actions;
use kernel::Result;
use kernel::access::Caller;
use url::Url;

use super::export::Row;
use super::related::Related;
use super::{SOURCE, addresses, post};
use crate::carry::{Carried, Carrier};
use crate::fields::one_line;
use crate::ledger::Ledger;
use crate::report::{Kind, Outcome, Summary};
use crate::wordpress::rewrite_links;
use crate::{names, pictures};

const KIND: &str = "post";
const TAG_KIND: &str = "tag";

/// What is known while records are applied.
pub(super) struct Import {
    pub related: Related,
    pub site: Option<Url>,
    pub summary: Summary,
}

impl Import {
    /// Makes the tags that are not there yet.
    pub async fn apply_tags(&mut self, caller: &Caller) -> Result<()> {
        let ledger = Ledger { tx: &caller.tx, source: SOURCE, kind: TAG_KIND };
        for tag in self.related.all_tags() {
            let name = one_line(&tag.name);
            if tag.is_internal {
                self.summary.skip(Kind::Tags, &name, "It is an internal tag, which only Ghost's themes understand.");
            } else if ledger.find(&name).await?.is_some() {
                self.summary.count(Kind::Tags, Outcome::Unchanged);
            } else if let Some((found, is_new)) = actions::find_or_add(caller, &name).await? {
                ledger.write(&name, &found.id, "").await?;
                self.summary.count(Kind::Tags, if is_new { Outcome::Created } else { Outcome::Unchanged });
            } else {
                self.summary.skip(Kind::Tags, &name, "A tag needs at least one letter or digit.");
            }
        }
        Ok(())
    }

    /// Makes or changes the item of a post or page, and notes what it could not carry.
    pub async fn apply_post(&mut self, caller: &Caller, row: &Row) -> Result<()> {
        let title = row.text("title").unwrap_or_default();
        let Some(id) = row.text("id") else {
            self.summary.skip(Kind::Posts, &title, "It has no id, by which it could be found again.");
            return Ok(());
        };
        let mut item = post::item(row, &id, &self.related);
        item.author_id = self.author_id(caller, row, &id, &mut item).await?;
        let pictures = self.move_addresses(&mut item);
        item.fit();
        let kind =
            if row.text("type").as_deref() == Some("page") || row.truth("page") { Kind::Pages } else { Kind::Posts };
        let ledger = Ledger { tx: &caller.tx, source: SOURCE, kind: KIND };
        let mut carrier = Carrier { caller, ledger, summary: &mut self.summary, kind };
        let Some(written) = carrier.carry(&source_id(row, id), &item, item.body.clone()).await? else { return Ok(()) };
        for address in pictures {
            pictures::note(caller, SOURCE, &address, &written, &mut self.summary).await?;
        }
        Ok(())
    }

    async fn author_id(&mut self, caller: &Caller, row: &Row, id: &str, item: &mut Carried) -> Result<String> {
        let otherwise = row.text("author_id");
        let authors = self.related.authors(id, otherwise.as_deref());
        if authors.len() > 1 {
            item.note("It had several authors; the first one stands under it.");
        }
        let Some((_, user)) = authors.first() else { return Ok(caller.actor.user_id.clone()) };
        let login = if user.slug.is_empty() { &user.name } else { &user.slug };
        let author = ImportedAuthor { login, name: &user.name, email: &user.email, source: SOURCE };
        names::author_id(caller, author, &mut self.summary).await
    }

    /// Points addresses of the old site to where they lead now, and gives the web addresses of the pictures.
    fn move_addresses(&self, item: &mut Carried) -> Vec<String> {
        let site = self.site.as_ref();
        let mut pictures: Vec<String> = Vec::new();
        let mut stays_behind = false;
        let mut see = |address: &str| {
            if pictures::is_picture(address) {
                match address.starts_with("https://") || address.starts_with("http://") {
                    true if !pictures.iter().any(|seen| seen == address) => pictures.push(address.to_owned()),
                    true => {}
                    false => stays_behind = true,
                }
            }
        };
        item.body = rewrite_links(&item.body, |address| {
            let moved = addresses::moved(address, site);
            see(moved.as_deref().unwrap_or(address));
            moved
        });
        if let Some(image) = item.featured_image.take() {
            let image = addresses::moved(&image, site).unwrap_or(image);
            see(&image);
            // A path alone would lead nowhere here.
            item.featured_image = crate::fields::web_address(&image, 2048);
        }
        item.canonical_url = item.canonical_url.take().filter(|url| addresses::moved(url, site).is_none());
        if stays_behind {
            item.note("Pictures of it lie on the old site; say its address with --site to have them shown.");
        }
        pictures
    }
}

/// An id that is one in every export: the first versions counted posts, but gave them a UUID as well.
fn source_id(row: &Row, id: String) -> String {
    if id.len() == 24 { id } else { row.text("uuid").unwrap_or(id) }
}
