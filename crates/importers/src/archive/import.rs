//! Out of an archive into an organization that holds nothing yet.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use accounts::authors::{self, ImportedAuthor};
use kernel::access::{Caller, Permission};
use kernel::db::{OrganizationId, Statements};
use kernel::{App, Error, Result};
use media::limits;
use media::uploads::intake::{self, Named};
use serde_json::{Value, json};

use super::Step;
use super::catalogue::{self, Shape};
use super::incoming;
use super::manifest::{FORMAT, Manifest, Person};
use super::rows::{Move, Parents, Row};
use super::tables::{TABLES, Table};
use super::unpack::Unpack;
use super::write::{insert, queue, queue_files, queue_planned};
use crate::ledger::Ledger;
use crate::report::{Kind, Outcome, Summary};
use crate::writer::{Options, Writer};

/// Under what an import is remembered.
pub const SOURCE: &str = "archive";
/// Rows that are written in one transaction.
const ROWS_AT_ONCE: usize = 200;

/// Brings an archive back into an organization. Safe to run again: what is there already stays as it is.
pub async fn run(
    app: &App,
    slug: &str,
    path: &Path,
    options: Options,
    mut progress: impl FnMut(Step<'_>),
) -> Result<Summary> {
    let mut unpack = Unpack::open(path)?;
    let manifest: Manifest = unpack.json("manifest.json")?;
    if manifest.format != FORMAT {
        let words = "This archive was made by another version of the program; bring this one up to date.";
        return Err(Error::Malformed(words.into()));
    }
    let mut writer = Writer::open(app, slug, "Archive import", options).await?;
    SOURCE.clone_into(&mut writer.source);
    let caller = writer.begin().await?;
    admit(&caller, &manifest).await?;
    let change = Move::new(&manifest.organization, (caller.organization_id(), &caller.organization.slug));
    writer.end(caller).await?;
    let source = format!("{} of {}", manifest.organization.name, manifest.made_at.strftime("%-d %B %Y"));
    let mut import = Import {
        people: people(&unpack).await?,
        unpack,
        change,
        origin: manifest.organization.id,
        lost_assets: HashSet::new(),
        summary: Summary { source, dry_run: options.dry_run, ..Summary::default() },
    };
    for table in TABLES.iter().filter(|table| !table.is_record) {
        import.table(&mut writer, table, &mut progress).await?;
    }
    writer.record("import.archive", &import.summary).await?;
    Ok(import.summary)
}

/// Refuses an organization that holds something of its own: its slugs, folders and tags could be the archive's, too.
async fn admit(caller: &Caller, manifest: &Manifest) -> Result<()> {
    caller.must(Permission::OrganizationOwn)?;
    let ledger = Ledger { tx: &caller.tx, source: SOURCE, kind: "archive" };
    if ledger.find(&manifest.id).await?.is_some() {
        return Ok(());
    }
    let sql = "SELECT EXISTS (SELECT FROM content_items WHERE organization_id = $1)
                   OR EXISTS (SELECT FROM content_categories WHERE organization_id = $1)
                   OR EXISTS (SELECT FROM content_tags WHERE organization_id = $1)
                   OR EXISTS (SELECT FROM media_assets WHERE organization_id = $1)
                   OR EXISTS (SELECT FROM media_folders WHERE organization_id = $1)
                   OR EXISTS (SELECT FROM campaigns WHERE organization_id = $1)
                   OR EXISTS (SELECT FROM app.contacts WHERE organization_id = $1) AS holds_something";
    if caller.tx.one(sql, &[&caller.organization_id()]).await?.get("holds_something") {
        let words = format!(
            "{} already holds content, files or contacts. An archive is brought back into an empty organization: make one \
             with `contentpilot org create`, then import into it.",
            caller.organization.name
        );
        return Err(Error::Conflict(words));
    }
    let items = manifest.counts.get("content_items").copied().unwrap_or(0);
    content::limits::must_have_room(&caller.tx, i64::try_from(items).unwrap_or(i64::MAX)).await?;
    ledger.write(&manifest.id, caller.organization_id(), "").await
}

async fn people(unpack: &Unpack) -> Result<HashMap<String, Person>> {
    let mut people = HashMap::new();
    let mut lines = unpack.lines("data/users.jsonl")?;
    while let Some(line) = lines.recv().await {
        let person: Person =
            serde_json::from_value(line?).map_err(|error| Error::Malformed(format!("data/users.jsonl: {error}.")))?;
        people.insert(person.id.clone(), person);
    }
    Ok(people)
}

struct Import {
    unpack: Unpack,
    change: Move,
    people: HashMap<String, Person>,
    /// The id of the organization that the archive was made of.
    origin: String,
    /// Assets whose file is not in the archive, or no file that the library takes.
    lost_assets: HashSet<String>,
    summary: Summary,
}

impl Import {
    async fn table(
        &mut self,
        writer: &mut Writer<'_>,
        table: &Table,
        progress: &mut impl FnMut(Step<'_>),
    ) -> Result<()> {
        let caller = writer.begin().await?;
        let shape = catalogue::shape(&caller.tx, table.name).await?;
        writer.end(caller).await?;
        if shape.columns.is_empty() {
            return Ok(());
        }
        let mut lines = self.unpack.lines(&format!("data/{}.jsonl", table.name.trim_start_matches("app.")))?;
        let (mut parents, mut ready, mut done) = (Parents::default(), Vec::new(), 0);
        loop {
            let line = lines.recv().await;
            let is_over = line.is_none();
            if let Some(line) = line {
                let Value::Object(row) = line? else { continue };
                match table.parent {
                    Some(column) => parents.take(row, column, &mut ready),
                    None => ready.push(row),
                }
            } else if let Some(column) = table.parent {
                parents.rest(column, &mut ready);
            }
            if ready.len() >= ROWS_AT_ONCE || (is_over && !ready.is_empty()) {
                done += ready.len() as u64;
                self.batch(writer, (table, &shape), std::mem::take(&mut ready)).await?;
                progress((table.name, done));
            }
            if is_over {
                return Ok(());
            }
        }
    }

    /// Brings some rows in. Files come between two transactions: none is held while the store takes them.
    async fn batch(&mut self, writer: &mut Writer<'_>, (table, shape): (&Table, &Shape), rows: Vec<Row>) -> Result<()> {
        let mut caller = writer.begin().await?;
        let mut taken = self.checked(&caller, (table, shape), rows).await?;
        if table.name == "media_assets" && !self.summary.dry_run {
            writer.end(caller).await?;
            taken = self.with_files(writer, table, taken).await?;
            caller = writer.begin().await?;
        }
        self.write(&caller, (table, shape), taken.into_iter().map(Value::Object).collect()).await?;
        writer.end(caller).await
    }

    /// The rows that may come in, made this organization's; the others are counted.
    async fn checked(&mut self, caller: &Caller, (table, shape): (&Table, &Shape), rows: Vec<Row>) -> Result<Vec<Row>> {
        let mut taken = Vec::with_capacity(rows.len());
        for mut row in rows {
            self.meet(caller, shape, &row).await?;
            self.change.apply(&mut row, &shape.users);
            if table.name == "app.content_changes" {
                self.change.apply_to_changes(&mut row);
            }
            let refusal = match incoming::check(&caller.app, caller.tx.organization(), table.name, &mut row) {
                Err(words) => Some(words),
                Ok(()) if self.is_of_lost_asset(&row) => Some("Its file is not in the library."),
                Ok(()) => None,
            };
            match refusal {
                Some(words) => self.summary.skip(table.kind, title(&row), words),
                None => taken.push(row),
            }
        }
        Ok(taken)
    }

    /// The assets whose files are in the library now; the others are counted.
    async fn with_files(&mut self, writer: &mut Writer<'_>, table: &Table, rows: Vec<Row>) -> Result<Vec<Row>> {
        let mut taken = Vec::with_capacity(rows.len());
        for mut row in rows {
            match self.file(writer, &mut row).await? {
                Some(words) => self.summary.skip(table.kind, title(&row), words),
                None => taken.push(row),
            }
        }
        Ok(taken)
    }

    async fn write(&mut self, caller: &Caller, (table, shape): (&Table, &Shape), taken: Vec<Value>) -> Result<()> {
        let written = insert(caller, (table, shape), &taken).await?;
        for index in 0..taken.len() as u64 {
            self.summary.count(table.kind, if index < written { Outcome::Created } else { Outcome::Unchanged });
        }
        match table.name {
            "content_items" => {
                // Refused as a whole: comments and versions of an item that is not there could not be brought in either.
                content::limits::must_have_room(&caller.tx, 0).await?;
                queue(caller, &taken).await?;
            }
            "media_assets" => queue_files(caller, &taken).await?,
            "app.releases" | "app.content_changes" => queue_planned(caller, table.name, &taken).await?,
            _ => {}
        }
        Ok(())
    }

    fn is_of_lost_asset(&self, row: &Row) -> bool {
        row.get("asset_id").and_then(Value::as_str).is_some_and(|asset| self.lost_assets.contains(asset))
    }

    /// Finds somebody here for everybody whom a row names.
    async fn meet(&mut self, caller: &Caller, shape: &Shape, row: &Row) -> Result<()> {
        for id in shape.users.iter().filter_map(|column| row.get(column)?.as_str()) {
            if self.change.people.contains_key(id) {
                continue;
            }
            let unknown = Person { id: id.to_owned(), email: String::new(), name: String::new() };
            let person = self.people.get(id).cloned().unwrap_or(unknown);
            let name = if person.name.trim().is_empty() {
                person.email.split('@').next().unwrap_or_default()
            } else {
                &person.name
            };
            let author = ImportedAuthor { login: id, name, email: &person.email, source: &self.origin };
            let (here, is_new) = authors::find_or_add(caller, author).await?;
            let outcome = if is_new { Outcome::Created } else { Outcome::Unchanged };
            self.summary.count(Kind::Authors, outcome);
            self.change.people.insert(id.to_owned(), here);
        }
        Ok(())
    }

    /// Takes the file of an asset into the store, past the checks of every upload. The words say why it cannot be.
    async fn file(&mut self, writer: &mut Writer<'_>, row: &mut Row) -> Result<Option<String>> {
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (id, token, mime) = (text("id"), text("token"), text("mime_type"));
        // Below the organization's folder; a file that was changed lies deeper than the one it began with.
        let path = text("file_name").split_once('/').map(|(_, path)| path.to_owned()).unwrap_or_default();
        let caller = writer.begin().await?;
        let sql = "SELECT EXISTS (SELECT FROM media_assets WHERE organization_id = $1 AND id = $2) AS is_there";
        let is_there: bool = caller.tx.one(sql, &[&caller.organization_id(), &id]).await?.get("is_there");
        let size = row.get("file_size").and_then(Value::as_i64).unwrap_or(0);
        let room = if is_there { Ok(()) } else { limits::must_have_room(&caller.tx, 1, size).await };
        let (app, organization) = (caller.app.clone(), caller.organization.id.clone());
        writer.end(caller).await?;
        if is_there {
            return Ok(None);
        }
        let received = match room {
            Ok(()) => self.receive((&app, &organization), (&token, &path, &mime), row).await,
            Err(error) => Err(error),
        };
        let refused = match received {
            Ok(true) => return Ok(None),
            Ok(false) => "The archive does not hold its file.".to_owned(),
            Err(error @ (Error::Internal(_) | Error::Unavailable)) => return Err(error),
            Err(Error::Invalid(errors)) => errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        };
        self.lost_assets.insert(id);
        Ok(Some(refused))
    }

    /// Whether the archive holds the file. What the row says of it is then what the file turned out to be.
    async fn receive(
        &self,
        (app, organization): (&App, &OrganizationId),
        (token, path, mime): (&str, &str, &str),
        row: &mut Row,
    ) -> Result<bool> {
        if !kernel::id::is_well_formed(token) {
            return Ok(false);
        }
        let Some(bytes) = self.unpack.bytes(&format!("media/{path}"))? else { return Ok(false) };
        let (within, name) = path.rsplit_once('/').unwrap_or_default();
        if within != token && !within.strip_prefix(token).is_some_and(is_of_change) {
            return Ok(false);
        }
        let named = Named { name: name.to_owned(), declared_type: mime.to_owned() };
        let folder = format!("{organization}/{within}");
        let received = match intake::receive(&app.files, &folder, &named, bytes).await {
            Ok(received) => received,
            Err(error) => {
                app.files.delete_folder(&folder).await?;
                return Err(error);
            }
        };
        row.insert("file_name".to_owned(), json!(received.key));
        row.insert("file_url".to_owned(), json!(file_url(organization.as_str(), row)));
        row.insert("mime_type".to_owned(), json!(received.file_type.mime));
        row.insert("file_size".to_owned(), json!(received.size));
        Ok(true)
    }
}

/// Whether a path goes on as that of a file which took another's place does: `/o2-` and what tells it from others.
fn is_of_change(rest: &str) -> bool {
    rest.strip_prefix("/o").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(is_plain))
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// The address of a file in the store, with the revision that the row is at. Its name is the one that it came with: that of
/// a file which took another's place lies elsewhere in the store, under the old address.
fn file_url(organization: &str, row: &Row) -> Option<String> {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    let name = text("file_url")?.split('?').next()?.rsplit('/').next()?;
    let is_name =
        !name.starts_with('.') && name.contains('.') && name.bytes().all(|byte| is_plain(byte) || byte == b'.');
    let name = if is_name { name } else { text("file_name")?.rsplit('/').next()? };
    let revision = row.get("revision").and_then(Value::as_i64).unwrap_or(1);
    Some(format!("/media/{organization}/{}/{name}?v={revision}", text("token")?))
}

/// How a report calls a row.
fn title(row: &Row) -> &str {
    let named = ["title", "name", "original_name", "email", "comment", "id"]
        .into_iter()
        .find_map(|name| row.get(name)?.as_str());
    named.unwrap_or_default()
}
