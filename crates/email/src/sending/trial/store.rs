//! Statements about trials of subject lines.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::verdict::Arm;

/// Parts the recipients by a hash of the email and the contact: the same each time, and by nothing that they are known for.
///
/// The variant of those who wait is the first until it is decided, and so it stays should nobody ever decide.
pub async fn split(tx: &Tenant, email_id: &str, share: i16, decides_at: Timestamp) -> Result<()> {
    let sql = "WITH placed AS (
                 SELECT id, ('x' || substr(md5(email_id || ' ' || coalesce(contact_id, id)), 1, 7))::bit(28)::int % 10000 AS place
                 FROM app.email_recipients WHERE organization_id = $1 AND email_id = $2)
               UPDATE app.email_recipients AS r
               SET variant = CASE WHEN placed.place < $3 * 100 AND placed.place % 2 = 1 THEN 1 ELSE 0 END,
                   is_tried = placed.place < $3 * 100,
                   due_at = CASE WHEN placed.place < $3 * 100 THEN r.due_at ELSE $4 END,
                   begins_at = CASE WHEN placed.place < $3 * 100 THEN r.begins_at ELSE $4 END
               FROM placed WHERE r.organization_id = $1 AND r.id = placed.id";
    tx.execute(sql, &[&tx.organization().as_str(), &email_id, &i32::from(share), &decides_at]).await?;
    Ok(())
}

/// What the lines brought among those they were tried on.
pub async fn arms(tx: &Tenant, email_id: &str) -> Result<[Arm; 2]> {
    let sql = "SELECT variant, count(*) FILTER (WHERE state IN ('sent', 'delivered')) AS delivered,
                      count(opened_at) AS opened, count(clicked_at) AS clicked
               FROM app.email_recipients WHERE organization_id = $1 AND email_id = $2 AND is_tried GROUP BY variant";
    let mut arms = [Arm::default(), Arm::default()];
    for row in tx.rows(sql, &[&tx.organization().as_str(), &email_id]).await? {
        let place = usize::from(row.get::<_, i16>("variant") == 1);
        arms[place] = Arm { delivered: row.get("delivered"), opened: row.get("opened"), clicked: row.get("clicked") };
    }
    Ok(arms)
}

/// Gives the rest this line, now; `false` when it was decided before, or the email is gone.
pub async fn choose(tx: &Tenant, email_id: &str, (chosen, now): (i16, Timestamp)) -> Result<bool> {
    let organization = tx.organization().as_str();
    let sql = "UPDATE app.email_recipients SET variant = $3, due_at = $4, begins_at = $4
               WHERE organization_id = $1 AND email_id = $2 AND state = 'queued' AND NOT is_tried AND attempts = 0";
    tx.execute(sql, &[&organization, &email_id, &chosen, &now]).await?;
    let sql =
        "UPDATE email_campaigns SET trial_chosen = $2 WHERE id = $1 AND trial IS NOT NULL AND trial_chosen IS NULL
                 AND status IN ('SENDING', 'SENT')";
    Ok(tx.execute(sql, &[&email_id, &chosen]).await? == 1)
}
