//! Out of the database into an archive, as it was at one moment and without ever holding more than a few rows.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use kernel::db::{Statements, Tenant};
use kernel::organization::Organization;
use kernel::{App, Result, id};
use serde_json::Value;

use super::Step;
use super::catalogue::{self, Shape};
use super::manifest::{FORMAT, Manifest, Origin, Person, README};
use super::pack::Pack;
use super::tables::{TABLES, Table};

/// Rows that are fetched at once.
const ROWS_AT_ONCE: usize = 200;

/// What an archive holds.
pub struct Exported {
    /// Rows of each table, and files under `media`.
    pub counts: BTreeMap<String, u64>,
    /// Files of the library that the store no longer has.
    pub missing: Vec<String>,
}

/// Writes everything of an organization into an archive.
pub async fn export(
    app: &App,
    organization: &Organization,
    out: impl Write + Send + 'static,
    mut progress: impl FnMut(Step<'_>) + Send,
) -> Result<Exported> {
    let tx = app.database.tenant_at_one_moment(&organization.id).await?;
    let mut work = Work {
        app,
        pack: Pack::begin(out),
        exported: Exported { counts: BTreeMap::new(), missing: Vec::new() },
        people: BTreeSet::new(),
        files: Vec::new(),
    };
    work.pack.text("README.txt").await?;
    work.pack.put(Bytes::from_static(README.as_bytes())).await?;
    for table in TABLES {
        work.table(&tx, table, &mut progress).await?;
    }
    work.users(&tx).await?;
    // Files are copied for as long as the store takes; no moment of the database is held for that.
    drop(tx);
    work.media(&mut progress).await?;
    work.manifest(organization, app.clock.now()).await?;
    work.pack.finish().await?;
    Ok(work.exported)
}

struct Work<'a> {
    app: &'a App,
    pack: Pack,
    exported: Exported,
    /// Ids of users that rows name.
    people: BTreeSet<String>,
    /// Keys of files in the store.
    files: Vec<String>,
}

impl Work<'_> {
    async fn table(&mut self, tx: &Tenant, table: &Table, progress: &mut (impl FnMut(Step<'_>) + Send)) -> Result<()> {
        let shape = catalogue::shape(tx, table.name).await?;
        if shape.columns.is_empty() {
            return Ok(());
        }
        self.pack.text(&format!("data/{}.jsonl", table.name.trim_start_matches("app."))).await?;
        tx.rows_unprepared(&format!("DECLARE archive NO SCROLL CURSOR FOR {}", select(table, &shape)), &[]).await?;
        let mut count = 0;
        loop {
            let rows = tx.rows_unprepared(&format!("FETCH {ROWS_AT_ONCE} FROM archive"), &[]).await?;
            let mut lines = BytesMut::new();
            for row in &rows {
                let value: Value = row.get("value");
                self.note(table, &shape, &value);
                serde_json::to_writer((&mut lines).writer(), &value)?;
                lines.put_u8(b'\n');
            }
            count += rows.len() as u64;
            self.pack.put(lines.freeze()).await?;
            progress((table.name, count));
            if rows.len() < ROWS_AT_ONCE {
                break;
            }
        }
        tx.rows_unprepared("CLOSE archive", &[]).await?;
        self.exported.counts.insert(table.name.to_owned(), count);
        Ok(())
    }

    /// Remembers whom a row names, and which file it stands for.
    fn note(&mut self, table: &Table, shape: &Shape, row: &Value) {
        let named = shape.users.iter().filter_map(|column| row[column].as_str());
        self.people.extend(named.map(str::to_owned));
        if table.name == "media_assets" {
            self.files.extend(row["file_name"].as_str().map(str::to_owned));
        }
    }

    async fn users(&mut self, tx: &Tenant) -> Result<()> {
        let members = "SELECT user_id FROM organization_members WHERE organization_id = $1";
        let members = tx.rows(members, &[&tx.organization().as_str()]).await?;
        self.people.extend(members.iter().map(|row| row.get::<_, String>("user_id")));
        let ids: Vec<String> = self.people.iter().cloned().collect();
        let sql = "SELECT id, email, coalesce(name, '') AS name FROM users WHERE id = ANY ($1::text[]) ORDER BY id";
        let mut lines = BytesMut::new();
        let rows = tx.rows(sql, &[&ids]).await?;
        for row in &rows {
            let person = Person { id: row.get("id"), email: row.get("email"), name: row.get("name") };
            serde_json::to_writer((&mut lines).writer(), &person)?;
            lines.put_u8(b'\n');
        }
        self.exported.counts.insert("users".to_owned(), rows.len() as u64);
        self.pack.text("data/users.jsonl").await?;
        self.pack.put(lines.freeze()).await
    }

    async fn media(&mut self, progress: &mut (impl FnMut(Step<'_>) + Send)) -> Result<()> {
        let mut count = 0;
        for key in std::mem::take(&mut self.files) {
            let Some(reading) = self.app.files.read(&key, None).await? else {
                self.exported.missing.push(key);
                continue;
            };
            // The first part of a key is the organization, which an archive leaves behind.
            let name = key.split_once('/').map_or(key.as_str(), |(_, rest)| rest);
            self.pack.file(&format!("media/{name}")).await?;
            let mut bytes = reading.stream();
            while let Some(bytes) = bytes.try_next().await? {
                self.pack.put(bytes).await?;
            }
            count += 1;
            progress(("media", count));
        }
        self.exported.counts.insert("media".to_owned(), count);
        Ok(())
    }

    async fn manifest(&mut self, organization: &Organization, made_at: Timestamp) -> Result<()> {
        let origin = Origin {
            id: organization.id.as_str().to_owned(),
            slug: organization.slug.clone(),
            name: organization.name.clone(),
        };
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            id: id::new(made_at),
            made_at,
            organization: origin,
            counts: self.exported.counts.clone(),
        };
        self.pack.text("manifest.json").await?;
        self.pack.put(serde_json::to_vec_pretty(&manifest)?.into()).await
    }
}

/// The rows of a table as JSON, in the order of its key. The organization is the archive's, so no row names it.
fn select(table: &Table, shape: &Shape) -> String {
    let omitted = table.omitted.iter().chain(&["organization_id"]).map(|column| format!(" - '{column}'"));
    let order: Vec<String> = shape.key.iter().map(|column| format!("t.\"{column}\"")).collect();
    let own = if table.name == "app.import_records" {
        format!("WHERE t.source <> '{}'", super::import::SOURCE)
    } else {
        String::new()
    };
    format!(
        "SELECT to_jsonb(t){} AS value FROM {} AS t {own} ORDER BY {}",
        omitted.collect::<String>(),
        table.name,
        order.join(", ")
    )
}
