use jiff::Timestamp;
use kernel::Result;
use kernel::access::Role;
use kernel::db::{Row, Statements, Tenant};

use super::model::{ApiKey, NewApiKey, hint};

const COLUMNS: &str = "k.id, k.name, k.role::text AS role, k.kind, k.token_hint, k.created_by,
                       coalesce(nullif(u.name, ''), u.email, '') AS creator, k.created_at, k.last_used_at, k.expires_at";
const WORKS: &str = "k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)";

fn from_row(row: &Row) -> Result<ApiKey> {
    Ok(ApiKey {
        id: row.get("id"),
        name: row.get("name"),
        role: row.get::<_, &str>("role").parse()?,
        kind: row.get("kind"),
        token_hint: row.get("token_hint"),
        created_by: row.get("created_by"),
        creator: row.get("creator"),
        created_at: row.get("created_at"),
        last_used_at: row.get("last_used_at"),
        expires_at: row.get("expires_at"),
    })
}

/// The keys that work, the newest first, from before the one with the id `before`.
pub async fn list(tx: &Tenant, before: Option<&str>, limit: i64, now: Timestamp) -> Result<Vec<ApiKey>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.api_keys k LEFT JOIN users u ON u.id = k.created_by
         WHERE k.organization_id = $1 AND {WORKS} AND ($3::text IS NULL OR k.id < $3) ORDER BY k.id DESC LIMIT $4"
    );
    tx.rows(&sql, &[&tx.organization().as_str(), &now, &before, &limit]).await?.iter().map(from_row).collect()
}

pub async fn count(tx: &Tenant, now: Timestamp) -> Result<i64> {
    let sql = format!("SELECT count(*) AS total FROM app.api_keys k WHERE k.organization_id = $1 AND {WORKS}");
    Ok(tx.one(&sql, &[&tx.organization().as_str(), &now]).await?.get("total"))
}

pub async fn find(tx: &Tenant, id: &str, now: Timestamp) -> Result<Option<ApiKey>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.api_keys k LEFT JOIN users u ON u.id = k.created_by
         WHERE k.organization_id = $1 AND {WORKS} AND k.id = $3"
    );
    tx.row(&sql, &[&tx.organization().as_str(), &now, &id]).await?.as_ref().map(from_row).transpose()
}

/// Keeps the hash of a new key; gives the key's id.
pub async fn insert(
    tx: &Tenant,
    new: &NewApiKey,
    key: &str,
    created_by: Option<&str>,
    now: Timestamp,
) -> Result<String> {
    let id = kernel::id::new(now);
    let sql = r#"INSERT INTO app.api_keys
                   (id, organization_id, name, role, kind, token_hash, token_hint, created_by, created_at, expires_at)
                 VALUES ($1, $2, $3, $4::"OrgRole", $5, $6, $7, $8, $9, $10)"#;
    tx.execute(
        sql,
        &[
            &id,
            &tx.organization().as_str(),
            &new.name,
            &new.role.as_str(),
            &new.kind.as_str(),
            &kernel::secret::hash(key),
            &hint(key),
            &created_by,
            &now,
            &new.expires_at,
        ],
    )
    .await?;
    Ok(id)
}

/// Ends the keys that a user has made and could not make any more in their role of now; without a role, all of them.
/// Gives the ids and names of those that worked.
pub async fn revoke_beyond(
    tx: &Tenant,
    user_id: &str,
    role: Option<Role>,
    now: Timestamp,
) -> Result<Vec<(String, String)>> {
    let beyond: Vec<&str> = Role::ALL.into_iter().filter(|of| Some(*of) > role).map(Role::as_str).collect();
    let sql = format!(
        "UPDATE app.api_keys k SET revoked_at = $2
         WHERE k.organization_id = $1 AND k.created_by = $3 AND k.role::text = ANY($4) AND {WORKS}
         RETURNING k.id, k.name"
    );
    let rows = tx.rows(&sql, &[&tx.organization().as_str(), &now, &user_id, &beyond]).await?;
    Ok(rows.iter().map(|row| (row.get("id"), row.get("name"))).collect())
}

pub async fn revoke(tx: &Tenant, id: &str, now: Timestamp) -> Result<()> {
    let sql = "UPDATE app.api_keys SET revoked_at = $3 WHERE organization_id = $1 AND id = $2 AND revoked_at IS NULL";
    tx.execute(sql, &[&tx.organization().as_str(), &id, &now]).await?;
    Ok(())
}
