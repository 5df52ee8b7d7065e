use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that was done.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AuditLogEntry)]
pub struct Entry {
    pub id: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `user`, `api_key` or `system`.
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub actor_name: Option<String>,
    /// The kind of thing and what was done to it: `member.change_role`.
    pub action: String,
    pub entity_type: String,
    pub entity_id: Option<String>,
    pub details: Option<serde_json::Value>,
    pub request_id: Option<String>,
}

impl Entry {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            at: row.get("at"),
            actor_kind: row.get("actor_kind"),
            actor_id: row.get("actor_id"),
            actor_name: row.get("actor_name"),
            action: row.get("action"),
            entity_type: row.get("entity_type"),
            entity_id: row.get("entity_id"),
            details: row.get("details"),
            request_id: row.get("request_id"),
        }
    }
}

/// Where a page of entries ended.
#[derive(Debug, Serialize, Deserialize)]
pub struct Position(Timestamp, String);

impl Position {
    pub fn after(entry: &Entry) -> Self {
        Self(entry.at, entry.id.clone())
    }
}

/// Which entries are asked for.
#[derive(Debug, Default)]
pub struct Filter<'a> {
    pub action: Option<&'a str>,
    pub entity_type: Option<&'a str>,
    pub entity_id: Option<&'a str>,
    pub actor_id: Option<&'a str>,
}

const MATCHES: &str =
    "organization_id = $1 AND ($2::text IS NULL OR action = $2) AND ($3::text IS NULL OR entity_type = $3)
                       AND ($4::text IS NULL OR entity_id = $4) AND ($5::text IS NULL OR actor_id = $5)";

/// Entries, the newest first.
pub async fn list(tx: &Tenant, filter: &Filter<'_>, after: Option<&Position>, limit: i64) -> Result<Vec<Entry>> {
    let sql = format!(
        "SELECT id, at, actor_kind, actor_id, actor_name, action, entity_type, entity_id, details, request_id
         FROM app.audit_log WHERE {MATCHES} AND ($6::timestamptz IS NULL OR (at, id) < ($6, $7::text))
         ORDER BY at DESC, id DESC LIMIT $8"
    );
    let Filter { action, entity_type, entity_id, actor_id } = filter;
    let (at, id) = (after.map(|position| position.0), after.map(|position| position.1.as_str()));
    let organization = tx.organization().as_str();
    let rows = tx.rows(&sql, &[&organization, action, entity_type, entity_id, actor_id, &at, &id, &limit]).await?;
    Ok(rows.iter().map(Entry::from_row).collect())
}

pub async fn count(tx: &Tenant, filter: &Filter<'_>) -> Result<i64> {
    let sql = format!("SELECT count(*) AS total FROM app.audit_log WHERE {MATCHES}");
    let Filter { action, entity_type, entity_id, actor_id } = filter;
    let organization = tx.organization().as_str();
    Ok(tx.one(&sql, &[&organization, action, entity_type, entity_id, actor_id]).await?.get("total"))
}
