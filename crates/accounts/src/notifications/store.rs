use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

/// Something a person was told.
pub struct Notification {
    pub id: String,
    pub kind: String,
    pub title: String,
    pub detail: String,
    pub created_at: Timestamp,
    pub is_read: bool,
}

/// A person's own notifications, the newest first, older than `before`.
pub async fn list(tx: &Tenant, user_id: &str, before: Option<&str>, limit: i64) -> Result<Vec<Notification>> {
    let sql = "SELECT id, kind, title, detail, created_at, read_at IS NOT NULL AS is_read FROM app.notifications
               WHERE user_id = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3";
    let before = before.map(str::to_owned);
    let rows = tx.rows(sql, &[&user_id, &before, &limit]).await?;
    let notification = |row: &kernel::db::Row| Notification {
        id: row.get("id"),
        kind: row.get("kind"),
        title: row.get("title"),
        detail: row.get("detail"),
        created_at: row.get("created_at"),
        is_read: row.get("is_read"),
    };
    Ok(rows.iter().map(notification).collect())
}

/// Marks one of a person's notifications as read, and gives where it leads.
pub async fn read_one(tx: &Tenant, user_id: &str, id: &str, now: Timestamp) -> Result<Option<String>> {
    let sql =
        "UPDATE app.notifications SET read_at = coalesce(read_at, $3) WHERE user_id = $1 AND id = $2 RETURNING path";
    Ok(tx.row(sql, &[&user_id, &id, &now]).await?.map(|row| row.get("path")))
}

pub async fn read_all(tx: &Tenant, user_id: &str, now: Timestamp) -> Result<()> {
    tx.execute("UPDATE app.notifications SET read_at = $2 WHERE user_id = $1 AND read_at IS NULL", &[&user_id, &now])
        .await?;
    Ok(())
}

/// The kinds of which a person wants no mails.
pub async fn silenced(tx: &impl Statements, user_id: &str) -> Result<Vec<String>> {
    let rows = tx.rows("SELECT kind FROM app.silenced_mails WHERE user_id = $1", &[&user_id]).await?;
    Ok(rows.iter().map(|row| row.get("kind")).collect())
}

/// Replaces the kinds of which a person wants no mails.
pub async fn silence(tx: &impl Statements, user_id: &str, kinds: &[String]) -> Result<()> {
    let kinds = kinds.to_vec();
    tx.execute("DELETE FROM app.silenced_mails WHERE user_id = $1 AND kind <> ALL ($2)", &[&user_id, &kinds]).await?;
    let sql = "INSERT INTO app.silenced_mails (user_id, kind) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING";
    tx.execute(sql, &[&user_id, &kinds]).await?;
    Ok(())
}
