use jiff::Timestamp;
use kernel::Result;
use kernel::db::Statements;

/// The most devices that are listed.
const LISTED_AT_MOST: i64 = 50;
/// What a session is called outside: a hash of what the database keeps, which is itself the hash of the secret.
const PUBLIC_ID: &str = "left(encode(sha256(token_hash), 'hex'), 32)";

/// A session as its owner sees it.
pub struct Device {
    pub id: String,
    pub token_hash: Vec<u8>,
    pub ip: String,
    pub user_agent: String,
    pub last_seen_at: Timestamp,
}

/// A person's sessions, the last seen first.
pub async fn devices(tx: &impl Statements, user_id: &str, now: Timestamp) -> Result<Vec<Device>> {
    let sql = format!(
        "SELECT {PUBLIC_ID} AS id, token_hash, coalesce(ip, '') AS ip, coalesce(user_agent, '') AS user_agent, last_seen_at
         FROM app.sessions WHERE user_id = $1 AND expires_at > $2 ORDER BY last_seen_at DESC, created_at DESC LIMIT $3"
    );
    let rows = tx.rows(&sql, &[&user_id, &now, &LISTED_AT_MOST]).await?;
    let device = |row: &kernel::db::Row| Device {
        id: row.get("id"),
        token_hash: row.get("token_hash"),
        ip: row.get("ip"),
        user_agent: row.get("user_agent"),
        last_seen_at: row.get("last_seen_at"),
    };
    Ok(rows.iter().map(device).collect())
}

/// Ends one of a person's sessions; says whether it was there.
pub async fn end(tx: &impl Statements, user_id: &str, id: &str) -> Result<bool> {
    let sql = format!("DELETE FROM app.sessions WHERE user_id = $1 AND {PUBLIC_ID} = $2");
    Ok(tx.execute(&sql, &[&user_id, &id]).await? > 0)
}
