//! Pictures of texts: those of the web are noted to be fetched later, those that lie in the folder are taken into the
//! library after the texts, and a job points the texts at them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use futures_util::stream;
use kernel::access::Caller;
use kernel::db::{Param, Statements};
use kernel::validate::Problems;
use kernel::{Error, Result};
use media::uploads::actions::{self as uploads, ALT_LONGEST, Announced};
use percent_encoding::percent_decode_str;

use super::apply::Import;
use super::document::Document;
use super::links;
use crate::carry::refusal;
use crate::fetch::FOLDER;
use crate::pictures;
use crate::report::{Kind, Outcome};
use crate::writer::Writer;

/// The pictures at the heads of files that lie in the folder, by the files' paths.
pub(crate) const HEAD_KIND: &str = "markdown-head";
/// How many pictures are looked up in one transaction.
const PICTURES_AT_ONCE: usize = 50;

/// The pictures of a folder, and which of them texts show.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    /// Paths by the last part of each, in small letters.
    by_name: HashMap<String, Vec<String>>,
    /// What texts show, by the place that they name.
    shown: BTreeMap<String, Shown>,
    /// Places at which there is nothing, told once each.
    missing: HashSet<String>,
}

#[derive(Debug, Clone)]
struct Shown {
    /// Where it lies in the folder.
    path: String,
    alt: String,
}

impl Shelf {
    pub fn new(paths: Vec<String>) -> Self {
        let mut by_name: HashMap<String, Vec<String>> = HashMap::new();
        for path in paths {
            by_name.entry(name_of(&path).to_lowercase()).or_default().push(path);
        }
        Self { by_name, ..Self::default() }
    }

    /// The picture that a text means: the one at this place; else the only one whose path ends like it, as Hugo leaves
    /// `static` out; else, written as a name alone, the only one of that name, as Obsidian embeds them.
    fn find(&self, place: &str, address: &str) -> Option<&str> {
        let named = self.by_name.get(&name_of(place).to_lowercase())?;
        if let Some(path) = named.iter().find(|path| *path == place) {
            return Some(path);
        }
        let ending = format!("/{place}");
        let mut alike = named.iter().filter(|path| path.ends_with(&ending));
        let (alike, is_only) = (alike.next(), alike.next().is_none());
        match (alike, named.as_slice()) {
            (Some(path), _) if is_only => Some(path),
            (None, [path]) if !address.contains('/') => Some(path),
            _ => None,
        }
    }
}

impl Import {
    /// Notes the pictures of a file that is the item of this id.
    pub(super) async fn note_pictures(
        &mut self,
        caller: &Caller,
        file: (&str, &str),
        document: &Document,
    ) -> Result<()> {
        let (path, item) = file;
        for picture in &document.pictures {
            let Some(place) = place_of(path, &picture.address) else { continue };
            if is_on_the_web(&place) {
                pictures::note(caller, &self.source, &place, item, &mut self.summary).await?;
            } else if let Some(found) = self.shelf.find(&place, &picture.address).map(str::to_owned) {
                let shown = Shown { path: found, alt: picture.alt.chars().take(ALT_LONGEST).collect() };
                if !self.shelf.shown.contains_key(&place) {
                    self.note_local(caller, (&place, item)).await?;
                }
                self.shelf.shown.entry(place).or_insert(shown);
            } else if self.shelf.missing.insert(place.clone()) {
                self.summary.skip(Kind::Attachments, &place, "There is no such picture in the folder.");
            }
        }
        match document.head.as_deref().and_then(|address| place_of(path, address)) {
            Some(place) => self.ledger(caller, HEAD_KIND).write(path, item, &place).await,
            None => self.ledger(caller, HEAD_KIND).forget(path).await,
        }
    }

    async fn note_local(&self, caller: &Caller, (place, item): (&str, &str)) -> Result<()> {
        let sql = "INSERT INTO app.import_attachments
                     (organization_id, id, source, source_id, url, content_id, created_at)
                   VALUES ($1, $2, $3, $4, $4, $5, $6) ON CONFLICT (organization_id, source, source_id) DO NOTHING";
        let (organization, id) = (caller.organization_id(), caller.new_id());
        let params: [&dyn Param; 6] = [&organization, &id, &self.source, &place, &item, &caller.now];
        caller.tx.execute(sql, &params).await?;
        Ok(())
    }

    /// Takes the pictures that texts show into the library, but those that it has from an earlier import. A dry run looks
    /// only whether they are small enough.
    pub async fn bring_pictures(&mut self, writer: &mut Writer<'_>, root: &Path) -> Result<()> {
        let shown: Vec<(String, Shown)> = std::mem::take(&mut self.shelf.shown).into_iter().collect();
        for some in shown.chunks(PICTURES_AT_ONCE) {
            let mut caller = writer.begin().await?;
            let taken = self.taken(&caller, some.iter().map(|(place, _)| place.clone()).collect()).await?;
            for (place, shown) in some {
                if taken.contains(place) {
                    self.summary.count(Kind::Attachments, Outcome::Unchanged);
                    continue;
                }
                let brought = match read(root, &shown.path) {
                    Ok(_) if self.summary.dry_run => Ok(None),
                    Ok(bytes) => take(&mut caller, shown, bytes).await.map(Some),
                    Err(error) => Err(error),
                };
                match brought {
                    Ok(asset) => {
                        self.settle(&caller, place, (asset.as_deref(), None)).await?;
                        self.summary.count(Kind::Attachments, Outcome::Created);
                    }
                    Err(error) => {
                        let words = refusal(error)?;
                        self.settle(&caller, place, (None, Some(&words))).await?;
                        self.summary.skip(Kind::Attachments, place, words);
                    }
                }
            }
            writer.end(caller).await?;
        }
        Ok(())
    }

    /// Those of these places whose pictures the library has.
    async fn taken(&self, caller: &Caller, places: Vec<String>) -> Result<HashSet<String>> {
        let sql = "SELECT source_id FROM app.import_attachments
                   WHERE source = $1 AND source_id = ANY ($2::text[]) AND asset_id IS NOT NULL";
        let rows = caller.tx.rows(sql, &[&self.source, &places]).await?;
        Ok(rows.iter().map(|row| row.get("source_id")).collect())
    }

    async fn settle(&self, caller: &Caller, place: &str, (asset, failure): (Option<&str>, Option<&str>)) -> Result<()> {
        let sql = "UPDATE app.import_attachments SET asset_id = $3, failure = $4 WHERE source = $1 AND source_id = $2";
        caller.tx.execute(sql, &[&self.source, &place, &asset, &failure]).await?;
        Ok(())
    }
}

/// The bytes of a file that is not larger than files of its kind may be.
fn read(root: &Path, path: &str) -> Result<Vec<u8>> {
    let unreadable = |error: std::io::Error| Error::Conflict(format!("The picture cannot be read: {error}."));
    let file = root.join(path);
    uploads::must_fit_by_name(path, std::fs::metadata(&file).map_err(unreadable)?.len())?;
    std::fs::read(&file).map_err(unreadable)
}

/// Makes a picture an asset, or finds the one with the same bytes; gives its id. Commits on the way.
async fn take(caller: &mut Caller, shown: &Shown, bytes: Vec<u8>) -> Result<String> {
    let folder = media::folders::actions::ensure(caller, FOLDER, Problems::new()).await?;
    let announced = Announced {
        name: name_of(&shown.path).to_owned(),
        folder_id: Some(folder.id),
        alt: Some(shown.alt.clone()).filter(|alt| !alt.trim().is_empty()),
        ..Announced::default()
    };
    let taken = uploads::take(caller, announced, stream::iter([Ok(bytes.into())])).await?;
    Ok(taken.asset.id)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Where a picture is: its web address, or its path in the folder.
pub(crate) fn place_of(from: &str, address: &str) -> Option<String> {
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

pub(super) fn is_on_the_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn pictures_are_found_where_hugo_and_obsidian_keep_them() {
        let paths = ["static/img/boat.png", "attachments/Photo.png", "a/twice.png", "b/twice.png", "posts/here.png"];
        let shelf = Shelf::new(paths.map(str::to_owned).to_vec());
        for (place, address, path) in [
            ("posts/here.png", "here.png", Some("posts/here.png")),
            ("img/boat.png", "/img/boat.png", Some("static/img/boat.png")),
            ("notes/photo.png", "photo.png", Some("attachments/Photo.png")),
            ("notes/photo.png", "./photo.png", None),
            ("notes/twice.png", "twice.png", None),
            ("notes/none.png", "none.png", None),
        ] {
            assert_eq!(shelf.find(place, address), path, "{place}");
        }
    }
}
