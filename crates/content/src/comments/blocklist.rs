//! Words, mail addresses and networks whose comments are spam to an organization.

use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::db::{Statements, Tenant};
use kernel::validate::{Lines, Problems};
use kernel::{Error, Result, audit};
use serde_json::json;

use super::spam::Blocked;

/// The most entries of an organization.
const ENTRIES_MOST: i64 = 2_000;
/// The longest entry, in characters.
const ENTRY_LONGEST: usize = 200;
/// The longest text of entries that is taken at once, in characters.
const TEXT_LONGEST: usize = 100_000;

/// One entry, as the page lists it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: String,
    /// `word`, `email` or `ip`.
    pub kind: String,
    pub value: String,
    pub created_at: Timestamp,
}

/// What the organization does not want.
pub async fn of(tx: &Tenant) -> Result<Vec<Blocked>> {
    Ok(list(tx).await?.iter().filter_map(|entry| Blocked::parse(&entry.value)).collect())
}

/// Every entry, by kind and value.
pub async fn list(tx: &Tenant) -> Result<Vec<Entry>> {
    let sql = "SELECT id, kind, value, created_at FROM app.comment_blocklist ORDER BY kind, value LIMIT $1";
    let entry = |row: &kernel::db::Row| Entry {
        id: row.get("id"),
        kind: row.get("kind"),
        value: row.get("value"),
        created_at: row.get("created_at"),
    };
    Ok(tx.rows(sql, &[&ENTRIES_MOST]).await?.iter().map(entry).collect())
}

/// Adds entries, one a line; those that are there already stay. Gives the number of new ones.
pub async fn add(caller: &Caller, text: &str) -> Result<u64> {
    caller.must(Permission::TaxonomyManage)?;
    let entries = check(text)?;
    let ids: Vec<String> = entries.iter().map(|_| caller.new_id()).collect();
    let kinds: Vec<&str> = entries.iter().map(Blocked::kind).collect();
    let values: Vec<String> = entries.iter().map(Blocked::value).collect();
    let sql = "INSERT INTO app.comment_blocklist (organization_id, id, kind, value, created_at)
               SELECT $1, n.id, n.kind, n.value, $5 FROM unnest($2::text[], $3::text[], $4::text[]) AS n (id, kind, value)
               ON CONFLICT (organization_id, kind, value) DO NOTHING";
    let added = caller.tx.execute(sql, &[&caller.organization_id(), &ids, &kinds, &values, &caller.now]).await?;
    let row = caller.tx.one("SELECT count(*) AS count FROM app.comment_blocklist", &[]).await?;
    if row.get::<_, i64>("count") > ENTRIES_MOST {
        let words = format!("The blocklist holds at most {ENTRIES_MOST} entries. Remove some first.");
        return Err(Error::invalid("entries", "too_many", words));
    }
    if added > 0 {
        audit::record(caller, "comment_blocklist.add", ("comment_blocklist", ""), json!({ "entries": values })).await?;
    }
    Ok(added)
}

fn check(text: &str) -> Result<Vec<Blocked>> {
    let mut problems = Problems::new();
    let text = problems.text("entries", "The text", text, TEXT_LONGEST, Lines::Many);
    let entries: Vec<Blocked> = text.lines().filter_map(Blocked::parse).collect();
    if entries.is_empty() {
        problems.add("entries", "required", "Enter at least one word, mail address or network.");
    }
    if let Some(long) = entries.iter().map(Blocked::value).find(|value| value.chars().count() > ENTRY_LONGEST) {
        let begin: String = long.chars().take(40).collect();
        let words = format!("“{begin}…” is too long; an entry has at most {ENTRY_LONGEST} characters.");
        problems.add("entries", "too_long", words);
    }
    problems.finish(entries)
}

/// Takes an entry away.
pub async fn remove(caller: &Caller, id: &str) -> Result<()> {
    caller.must(Permission::TaxonomyManage)?;
    let sql = "DELETE FROM app.comment_blocklist WHERE id = $1 RETURNING value";
    let row = caller.tx.row(sql, &[&id]).await?.ok_or(Error::NotFound)?;
    let details = json!({ "name": row.get::<_, String>("value") });
    audit::record(caller, "comment_blocklist.remove", ("comment_blocklist", id), details).await
}
