//! Statements about imports.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::record::Refusal;
use super::{Counts, Import, Settings, State};

const COLUMNS: &str =
    "id, file_key, file_name, state, settings, rows_read, created, updated, skipped, refused, partial, problem, created_at,
    finished_at";
/// Rows that the report of one import names; more are counted.
pub const REFUSALS_KEPT: i64 = 100_000;
/// Reasons that a report names.
const REASONS_NAMED: i64 = 50;

pub async fn insert(
    tx: &Tenant,
    id: &str,
    (file_key, file_name): (&str, &str),
    (settings, created_by): (&Settings, &str),
    now: Timestamp,
) -> Result<()> {
    let sql =
        "INSERT INTO app.contact_imports (organization_id, id, file_key, file_name, settings, created_by, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let settings = serde_json::to_value(settings)?;
    tx.execute(sql, &[&tx.organization().as_str(), &id, &file_key, &file_name, &settings, &created_by, &now]).await?;
    Ok(())
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Import>> {
    let sql = format!("SELECT {COLUMNS} FROM app.contact_imports WHERE id = $1");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Import::from_row))
}

/// The import of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Import>> {
    let sql = format!("SELECT {COLUMNS} FROM app.contact_imports WHERE id = $1 FOR UPDATE");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Import::from_row))
}

/// The newest first, from after one; ids rise with time.
pub async fn list(tx: &Tenant, after: Option<&str>, limit: i64) -> Result<Vec<Import>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.contact_imports WHERE $1::text IS NULL OR id < $1 ORDER BY id DESC LIMIT $2"
    );
    Ok(tx.rows(&sql, &[&after, &limit]).await?.iter().map(Import::from_row).collect())
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    Ok(tx.one("SELECT count(*) AS count FROM app.contact_imports", &[]).await?.get("count"))
}

/// Keeps how the file is read, and begins.
pub async fn begin(tx: &Tenant, id: &str, settings: &Settings) -> Result<()> {
    let settings = serde_json::to_value(settings)?;
    let sql = "UPDATE app.contact_imports SET settings = $2, state = 'running' WHERE id = $1";
    tx.execute(sql, &[&id, &settings]).await?;
    Ok(())
}

/// Adds what became of a batch.
pub async fn advance(tx: &Tenant, id: &str, counts: &Counts) -> Result<()> {
    let sql =
        "UPDATE app.contact_imports SET rows_read = rows_read + $2, created = created + $3, updated = updated + $4,
                 skipped = skipped + $5, refused = refused + $6, partial = partial + $7 WHERE id = $1";
    let Counts { rows_read, created, updated, skipped, refused, partial } = counts;
    tx.execute(sql, &[&id, rows_read, created, updated, skipped, refused, partial]).await?;
    Ok(())
}

pub async fn finish(tx: &Tenant, id: &str, (state, problem): (State, Option<&str>), now: Timestamp) -> Result<()> {
    let sql = "UPDATE app.contact_imports SET state = $2, problem = left($3, 1000), finished_at = $4 WHERE id = $1";
    tx.execute(sql, &[&id, &state.as_str(), &problem, &now]).await?;
    Ok(())
}

/// Notes that the file is no longer in the store.
pub async fn forget_file(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("UPDATE app.contact_imports SET file_key = '' WHERE id = $1", &[&id]).await?;
    Ok(())
}

/// Keeps rows that were refused or came in without something, up to a number of them.
pub async fn refuse(tx: &Tenant, id: &str, (refusals, kept): (&[Refusal], i64)) -> Result<()> {
    let room = usize::try_from(REFUSALS_KEPT - kept).unwrap_or(0);
    let refusals = &refusals[..refusals.len().min(room)];
    if refusals.is_empty() {
        return Ok(());
    }
    let lines: Vec<i64> = refusals.iter().map(|refusal| refusal.row).collect();
    let emails: Vec<Option<String>> = refusals.iter().map(|refusal| refusal.email.clone()).collect();
    let reasons: Vec<&str> = refusals.iter().map(|refusal| refusal.reason.as_ref()).collect();
    let partial: Vec<bool> = refusals.iter().map(|refusal| refusal.is_partial).collect();
    let sql = "INSERT INTO app.contact_import_refusals (organization_id, import_id, line, email, reason, is_partial)
               SELECT $1, $2, t.line, t.email, left(t.reason, 500), t.is_partial
               FROM unnest($3::bigint[], $4::text[], $5::text[], $6::boolean[]) AS t (line, email, reason, is_partial)
               ON CONFLICT DO NOTHING";
    tx.execute(sql, &[&tx.organization().as_str(), &id, &lines, &emails, &reasons, &partial]).await?;
    Ok(())
}

/// One row that was refused, or came in without something, as the report tells it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefusedContact)]
pub struct Refused {
    /// The row of the file as spreadsheets show it: that of the names is 1.
    pub row: i64,
    /// What stood where the address should be.
    pub email: Option<String>,
    pub reason: String,
    /// Whether the row came in all the same, without some of its values.
    pub is_partial: bool,
}

/// Rows of the report in the order of the file, from after a row.
pub async fn refused(tx: &Tenant, id: &str, after: i64, limit: i64) -> Result<Vec<Refused>> {
    let sql = "SELECT line, email, reason, is_partial FROM app.contact_import_refusals
               WHERE import_id = $1 AND line > $2 ORDER BY line LIMIT $3";
    let rows = tx.rows(sql, &[&id, &after, &limit]).await?;
    let one = |row: &kernel::db::Row| Refused {
        row: row.get("line"),
        email: row.get("email"),
        reason: row.get("reason"),
        is_partial: row.get("is_partial"),
    };
    Ok(rows.iter().map(one).collect())
}

/// How many rows were refused, or came in without something, for which reason; the most frequent reasons first.
pub async fn reasons(tx: &Tenant, id: &str, are_partial: bool) -> Result<Vec<(String, i64)>> {
    let sql =
        "SELECT reason, count(*) AS count FROM app.contact_import_refusals WHERE import_id = $1 AND is_partial = $2
               GROUP BY reason ORDER BY count(*) DESC, reason LIMIT $3";
    Ok(tx
        .rows(sql, &[&id, &are_partial, &REASONS_NAMED])
        .await?
        .iter()
        .map(|row| (row.get("reason"), row.get("count")))
        .collect())
}

/// Forgets imports that were never begun or are long over, and gives the keys of files that are left.
pub async fn forget(tx: &Tenant, (unbegun_before, done_before): (Timestamp, Timestamp)) -> Result<Vec<String>> {
    let sql = "DELETE FROM app.contact_imports
               WHERE state = 'uploaded' AND created_at < $1 OR state IN ('done', 'failed') AND created_at < $2 RETURNING file_key";
    let rows = tx.rows(sql, &[&unbegun_before, &done_before]).await?;
    Ok(rows.iter().map(|row| row.get::<_, String>("file_key")).filter(|key| !key.is_empty()).collect())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("DELETE FROM app.contact_imports WHERE id = $1", &[&id]).await?;
    Ok(())
}

/// What an audit entry keeps of an import.
pub fn numbers(counts: &Counts) -> Value {
    let Counts { rows_read, created, updated, skipped, refused, partial } = counts;
    serde_json::json!({
        "rows": rows_read, "created": created, "updated": updated, "skipped": skipped, "refused": refused, "partial": partial
    })
}
