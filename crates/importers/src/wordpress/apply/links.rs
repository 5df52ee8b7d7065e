//! Links from one imported item to another: pointed to where the other one is now.

use std::collections::HashMap;

use content::items::{import, store};
use kernel::Result;
use kernel::access::Caller;
use kernel::db::Statements;
use kernel::validate::slug_from;
use percent_encoding::percent_decode_str;
use url::Url;

use super::Import;
use super::items::KIND;
use crate::carry::state_of;
use crate::ledger::{halves, mark};
use crate::wordpress::rewrite_links;

/// Where an item was on the old site: paths by which it is found again.
const LINK_KIND: &str = "link";
/// Items with links to others that may be imported later.
const WAITING_KIND: &str = "links-waiting";
/// How many items are gone through in one transaction.
const ITEMS_AT_ONCE: i64 = 50;
/// Links of one item that are looked up; the rest stays as it is.
const LINKS_MOST: usize = 2_000;
/// First parts of paths under which no items are.
const NOT_ITEMS: [&str; 10] =
    ["wp-content", "wp-admin", "wp-includes", "wp-json", "category", "tag", "author", "feed", "comments", "page"];

/// Where a link of the old site leads.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    Number(String),
    Path(String),
}

impl Import {
    /// The body with links to known items pointed to their new addresses, and whether all links could be.
    pub(super) async fn with_new_links(&self, caller: &Caller, html: &str) -> Result<(String, bool)> {
        let mut old: HashMap<String, Target> = HashMap::new();
        rewrite_links(html, |address| {
            if old.len() < LINKS_MOST
                && let Some(target) = self.target(address)
            {
                old.insert(address.to_owned(), target);
            }
            None
        });
        let mut new: HashMap<&str, String> = HashMap::new();
        for (address, target) in &old {
            if let Some(slug) = self.slug_of(caller, target).await? {
                let fragment = address.find('#').map_or("", |at| &address[at..]);
                new.insert(address, format!("{slug}{fragment}"));
            }
        }
        let is_whole = new.len() == old.len();
        if new.is_empty() {
            return Ok((html.to_owned(), is_whole));
        }
        Ok((rewrite_links(html, |address| new.get(address).cloned()), is_whole))
    }

    /// Whether an address is of the exported site.
    pub(super) fn is_own_address(&self, address: &str) -> bool {
        self.own_url(address).is_some()
    }

    /// The address in full, if it is one below the exported site's, by whatever scheme and with or without `www.`.
    fn own_url(&self, address: &str) -> Option<Url> {
        let base = self.base.as_ref()?;
        let url = base.join(address).ok()?;
        let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
        let is_own = matches!(url.scheme(), "http" | "https") && host(&url) == host(base) && url.port() == base.port();
        (is_own && url.path().starts_with(base.path().trim_end_matches('/'))).then_some(url)
    }

    fn target(&self, address: &str) -> Option<Target> {
        if address.starts_with('#') || !(address.contains("//") || address.starts_with('/') || address.starts_with('?'))
        {
            return None;
        }
        let url = self.own_url(address)?;
        if let Some((_, id)) = url.query_pairs().find(|(key, _)| matches!(key.as_ref(), "p" | "page_id")) {
            return Some(Target::Number(id.into_owned()));
        }
        let path = self.path_of(&url);
        let first = path.split('/').next().unwrap_or_default();
        (!path.is_empty() && !NOT_ITEMS.contains(&first)).then_some(Target::Path(path))
    }

    /// The path below the site's own address, decoded, without slashes at its ends.
    fn path_of(&self, url: &Url) -> String {
        let base = self.base.as_ref().map_or("", |base| base.path().trim_end_matches('/'));
        let path = url.path().strip_prefix(base).unwrap_or(url.path());
        percent_decode_str(path).decode_utf8_lossy().trim_matches('/').to_lowercase()
    }

    async fn slug_of(&self, caller: &Caller, target: &Target) -> Result<Option<String>> {
        let entry = match target {
            Target::Number(id) => self.ledger(caller, KIND).find(id).await?,
            Target::Path(path) => self.ledger(caller, LINK_KIND).find(path).await?,
        };
        let row = match (entry, target) {
            (Some(entry), _) => {
                caller.tx.row("SELECT slug FROM content_items WHERE id = $1", &[&entry.target_id]).await?
            }
            // The form of addresses changes over the years, but they nearly always end with the slug.
            (None, Target::Path(path)) => {
                let slug = slug_from(path.rsplit('/').next().unwrap_or_default());
                caller.tx.row("SELECT slug FROM content_items WHERE slug = $1", &[&slug]).await?
            }
            (None, Target::Number(_)) => None,
        };
        Ok(row.map(|row| row.get("slug")))
    }

    pub(super) async fn remember_link(&self, caller: &Caller, link: &str, item: &str) -> Result<()> {
        match self.target(link) {
            Some(Target::Path(path)) => self.ledger(caller, LINK_KIND).write(&path, item, "").await,
            _ => Ok(()),
        }
    }

    pub(super) async fn wait_for_links(&self, caller: &Caller, wordpress_id: &str, item: &str) -> Result<()> {
        self.ledger(caller, WAITING_KIND).write(wordpress_id, item, "").await
    }

    /// Sets the links of some items to those that were imported after them; `false` when none was left to do.
    pub async fn set_links(&mut self, caller: &Caller) -> Result<bool> {
        let waiting = self.ledger(caller, WAITING_KIND).first(ITEMS_AT_ONCE).await?;
        for entry in &waiting {
            self.set_links_of(caller, &entry.source_id).await?;
            self.ledger(caller, WAITING_KIND).forget(&entry.source_id).await?;
        }
        Ok(!waiting.is_empty())
    }

    async fn set_links_of(&self, caller: &Caller, wordpress_id: &str) -> Result<()> {
        let ledger = self.ledger(caller, KIND);
        let Some(entry) = ledger.find(wordpress_id).await? else { return Ok(()) };
        let Some(item) = store::lock(&caller.tx, &entry.target_id).await? else { return Ok(()) };
        let (says, left_as) = halves(&entry.checksum);
        if left_as != state_of(&item)? {
            return Ok(());
        }
        let (body, _) = self.with_new_links(caller, item.body()).await?;
        if body == item.body() {
            return Ok(());
        }
        let item = import::replace_body(caller, &item.id, body).await?;
        ledger.write(wordpress_id, &item.id, &mark(says, &state_of(&item)?)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_links_are_known_in_all_their_forms() {
        let import = Import::new("https://old.example/blog/", "en", "Old");
        let path = |path: &str| Some(Target::Path(path.to_owned()));
        for (address, target) in [
            ("https://old.example/blog/2020/01/%C3%A9t%C3%A9/", path("2020/01/été")),
            ("http://www.old.example/blog/about#team", path("about")),
            ("/blog/about", path("about")),
            ("https://old.example/blog/?p=12", Some(Target::Number("12".into()))),
            ("https://old.example/blog/?page_id=7", Some(Target::Number("7".into()))),
            ("https://old.example/blog/category/news/", None),
            ("https://old.example/blog/wp-content/uploads/a.png", None),
            ("https://old.example/shop/about", None),
            ("https://other.example/blog/about", None),
            ("#note", None),
            ("mailto:a@old.example", None),
            ("https://old.example/blog/", None),
        ] {
            assert_eq!(import.target(address), target, "{address}");
        }
    }
}
