//! Once a day: whoever stands still although it is time goes on. That happens only where a job was lost, such as one that
//! broke its node again and again.

use jiff::SignedDuration;
use kernel::db::Statements;
use kernel::jobs::{self, Job, Task};
use kernel::{App, Result};
use serde::{Deserialize, Serialize};

use super::run::TakeSteps;
use super::tick::Tick;

/// How late something has to be.
const LATE: SignedDuration = SignedDuration::from_hours(6);
/// How many are set going at once.
const AT_ONCE: i64 = 10_000;

#[derive(Serialize, Deserialize)]
pub struct Care {}

impl Job for Care {
    const KIND: &'static str = "email.automation_care";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization()?;
        let tx = app.database.tenant(organization).await?;
        let since = task.now - LATE;
        let sql = "SELECT r.id FROM app.automation_runs AS r
                   JOIN app.automations AS a ON a.organization_id = r.organization_id AND a.id = r.automation_id
                   WHERE r.state = 'WAITING' AND r.wake_at < $1 AND a.status = 'ACTIVE' ORDER BY r.wake_at LIMIT $2";
        let late = tx.rows(sql, &[&since, &AT_ONCE]).await?;
        let steps: Vec<_> = late.iter().map(|row| (TakeSteps { run: row.get("id") }, task.now)).collect();
        jobs::enqueue_all(&tx, organization, &steps).await?;
        let sql = "SELECT id FROM app.automations WHERE status = 'ACTIVE' AND next_at < $1";
        let late = tx.rows(sql, &[&since]).await?;
        let ticks: Vec<_> = late.iter().map(|row| (Tick { automation: row.get("id") }, task.now)).collect();
        jobs::enqueue_all(&tx, organization, &ticks).await?;
        tx.commit().await
    }
}
