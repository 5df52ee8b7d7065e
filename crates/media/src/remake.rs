//! Everything that is made from files, made anew at an operator's word: when a program for films and documents was
//! installed after they came, or AVIF was switched on after the pictures did.

use jiff::Timestamp;
use kernel::db::{OrganizationId, Statements, Tenant};
use kernel::{App, Result};

use crate::{pictures, posters};

/// Organizations that are looked at at most.
const ORGANIZATIONS_MOST: usize = 1_000_000;
/// Assets whose jobs are queued in one transaction.
const QUEUED_AT_ONCE: i64 = 500;

/// Queues the jobs of every file in the library of every organization; gives of how many files.
pub async fn remake(app: &App, now: Timestamp) -> Result<usize> {
    let mut count = 0;
    for name in app.files.folders("", ORGANIZATIONS_MOST).await? {
        let Ok(organization) = OrganizationId::parse(&name) else { continue };
        let mut after = String::new();
        loop {
            let tx = app.database.tenant(&organization).await?;
            let Some(last) = queue_some(&tx, &after, now, &mut count).await? else { break };
            tx.commit().await?;
            after = last;
        }
    }
    Ok(count)
}

/// Queues the jobs of the next assets after an id; gives the id of the last of them.
async fn queue_some(tx: &Tenant, after: &str, now: Timestamp, count: &mut usize) -> Result<Option<String>> {
    let sql = "SELECT id, revision, mime_type, is_animated FROM media_assets
               WHERE organization_id = $1 AND id > $2 AND deleted_at IS NULL ORDER BY id LIMIT $3";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &after, &QUEUED_AT_ONCE]).await?;
    let mut last = None;
    for row in &rows {
        let (id, mime): (String, String) = (row.get("id"), row.get("mime_type"));
        let (revision, is_animated) = (row.get("revision"), row.get("is_animated"));
        pictures::jobs::queue_for(tx, (&id, revision), (&mime, is_animated), now).await?;
        posters::jobs::queue_for(tx, (&id, revision), &mime, now).await?;
        *count += usize::from(pictures::can_be_varied(&mime, is_animated) || posters::can_have_one(&mime));
        last = Some(id);
    }
    Ok(last)
}
