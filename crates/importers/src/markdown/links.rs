//! Links from file to file: pointed to where the other file's item is now.

use std::collections::HashMap;

use kernel::Result;
use kernel::access::Caller;
use kernel::db::Statements;
use percent_encoding::percent_decode_str;

use super::apply::{Import, KIND};
use super::folder;
use crate::carry::replace_links;
use crate::ledger::Ledger;
use crate::wordpress::rewrite_links;

/// Files by their paths without ending, as links name them.
const PATH_KIND: &str = "markdown-path";
/// Files by their names alone, as Obsidian links them.
const NAME_KIND: &str = "markdown-name";
/// Files with links to others that come later.
pub(super) const WAITING_KIND: &str = "links-waiting";
/// How many items are gone through in one transaction.
const ITEMS_AT_ONCE: i64 = 50;
/// Links of one item that are looked up; the rest stays as it is.
const LINKS_MOST: usize = 2_000;

/// Another file, as a link names it.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    path: String,
    /// The last part of the path, where the file may be in any folder.
    name: Option<String>,
}

impl Import {
    /// The body with links to known files pointed to their items, and whether all could be. Where not, all stay for later.
    pub(super) async fn with_new_links(&self, caller: &Caller, from: &str, html: &str) -> Result<(String, bool)> {
        let (new, is_whole) = new_addresses(&self.source, caller, from, html).await?;
        let body = if is_whole { rewrite_links(html, |address| new.get(address).cloned()) } else { html.to_owned() };
        Ok((body, is_whole))
    }

    /// Remembers under which paths and name other files may link to this one. The first file of a name keeps it.
    pub(super) async fn remember_places(&self, caller: &Caller, path: &str, item: &str) -> Result<()> {
        let key = key_of(path);
        self.ledger(caller, PATH_KIND).write(&key, item, "").await?;
        let names = self.ledger(caller, NAME_KIND);
        let name = key.rsplit('/').next().unwrap_or_default();
        if names.find(name).await?.is_none() {
            names.write(name, item, "").await?;
        }
        Ok(())
    }

    /// Sets the links of some items to those that were imported after them; `false` when none was left to do.
    pub async fn set_links(&self, caller: &Caller) -> Result<bool> {
        let waiting = self.ledger(caller, WAITING_KIND).first(ITEMS_AT_ONCE).await?;
        for entry in &waiting {
            let from = &entry.source_id;
            replace_links(caller, self.ledger(caller, KIND), from, async |html| {
                let (new, _) = new_addresses(&self.source, caller, from, html).await?;
                Ok(rewrite_links(html, |address| new.get(address).cloned()))
            })
            .await?;
            self.ledger(caller, WAITING_KIND).forget(from).await?;
        }
        Ok(!waiting.is_empty())
    }
}

/// The new addresses of links to files that are known, and whether all of them are.
async fn new_addresses(
    source: &str,
    caller: &Caller,
    from: &str,
    html: &str,
) -> Result<(HashMap<String, String>, bool)> {
    let mut old: HashMap<String, Target> = HashMap::new();
    rewrite_links(html, |address| {
        if old.len() < LINKS_MOST
            && let Some(target) = target(from, address)
        {
            old.insert(address.to_owned(), target);
        }
        None
    });
    let mut new = HashMap::new();
    let count = old.len();
    for (address, target) in old {
        if let Some(slug) = slug_of(source, caller, &target).await? {
            let fragment = address.find('#').map_or("", |at| &address[at..]);
            let slug = format!("{slug}{fragment}");
            new.insert(address, slug);
        }
    }
    let is_whole = new.len() == count;
    Ok((new, is_whole))
}

async fn slug_of(source: &str, caller: &Caller, target: &Target) -> Result<Option<String>> {
    let mut entry = Ledger { tx: &caller.tx, source, kind: PATH_KIND }.find(&target.path).await?;
    if entry.is_none()
        && let Some(name) = &target.name
    {
        entry = Ledger { tx: &caller.tx, source, kind: NAME_KIND }.find(name).await?;
    }
    let Some(entry) = entry else { return Ok(None) };
    let row = caller.tx.row("SELECT slug FROM content_items WHERE id = $1", &[&entry.target_id]).await?;
    Ok(row.map(|row| row.get("slug")))
}

/// The file that an address in another file names, if it may name one.
fn target(from: &str, address: &str) -> Option<Target> {
    if address.starts_with(['#', '?']) || address.starts_with("//") || url::Url::parse(address).is_ok() {
        return None;
    }
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let file = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let has_other_ending = file.rsplit_once('.').is_some_and(|(_, ending)| {
        !folder::is_markdown(file)
            && (2..=5).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    if has_other_ending {
        return None;
    }
    let key = key_of(&from_here(from, &path)?);
    let may_be_anywhere = path.starts_with('/') || !path.trim_end_matches('/').contains('/');
    let name = may_be_anywhere.then(|| key.rsplit('/').next().unwrap_or_default().to_owned());
    (!key.is_empty()).then_some(Target { path: key, name })
}

/// A path as it is written in a file, from the top of the folder.
pub(super) fn from_here(from: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return folder::normalized(path);
    }
    let here = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    folder::normalized(&format!("{here}/{path}"))
}

/// A path as links are compared: without ending, an index as its folder, in small letters.
fn key_of(path: &str) -> String {
    let path = path.trim_matches('/');
    let path = if folder::is_markdown(path) { path.rsplit_once('.').map_or(path, |(stem, _)| stem) } else { path };
    let key = path.to_lowercase();
    let (folder, name) = key.rsplit_once('/').unwrap_or(("", &key));
    if matches!(name, "index" | "_index") { folder.to_owned() } else { key }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_name_files_in_many_ways() {
        for (address, path) in [
            ("other.md#part", Some("posts/other")),
            ("../About.md", Some("about")),
            ("./sub/", Some("posts/sub")),
            ("sub/index.md", Some("posts/sub")),
            ("/guides/setup/", Some("guides/setup")),
            ("Other%20note", Some("posts/other note")),
            ("a.pdf", None),
            ("picture.png", None),
            ("https://e.org/a.md", None),
            ("mailto:a@e.org", None),
            ("#part", None),
            ("../../outside.md", None),
        ] {
            let found = target("posts/x.md", address).map(|target| target.path);
            assert_eq!(found.as_deref(), path, "{address}");
        }
    }
}
