use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

/// A mail that was not sent.
pub struct KeptMail {
    pub id: String,
    pub recipient: String,
    pub subject: String,
    pub text: String,
    pub created_at: Timestamp,
}

impl KeptMail {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            recipient: row.get("recipient"),
            subject: row.get("subject"),
            text: row.get("body_text"),
            created_at: row.get("created_at"),
        }
    }
}

/// Mails of the organization, and with `$2` those to persons who belong to it alone.
const SHOWN: &str = "SELECT id, recipient, subject, body_text, created_at FROM app.mails
    WHERE sent_at IS NULL AND (organization_id = $1 OR ($2 AND organization_id IS NULL AND recipient IN (
      SELECT u.email FROM users u JOIN organization_members m ON m.user_id = u.id
      WHERE u.role <> 'SUPER_ADMIN' GROUP BY u.id HAVING bool_and(m.organization_id = $1))))";

/// Mails, the newest first, from before the one with the id `before`.
pub async fn list(tx: &Tenant, personal: bool, before: Option<&str>, limit: i64) -> Result<Vec<KeptMail>> {
    let sql = format!("{SHOWN} AND ($3::text IS NULL OR id < $3) ORDER BY id DESC LIMIT $4");
    let rows = tx.rows(&sql, &[&tx.organization().as_str(), &personal, &before, &limit]).await?;
    Ok(rows.iter().map(KeptMail::from_row).collect())
}

pub async fn find(tx: &Tenant, personal: bool, id: &str) -> Result<Option<KeptMail>> {
    let sql = format!("{SHOWN} AND id = $3");
    Ok(tx.row(&sql, &[&tx.organization().as_str(), &personal, &id]).await?.as_ref().map(KeptMail::from_row))
}
