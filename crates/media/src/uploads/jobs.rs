//! What happens to uploads by itself, later.

use jiff::{SignedDuration, Timestamp};
use kernel::db::{OrganizationId, Tenant};
use kernel::jobs::{self, Job, Task};
use kernel::{App, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::store::{self, Upload};

/// Uploads cleared away at a time.
const SWEPT_AT_ONCE: i64 = 100;
/// Sweeps are due at full hours, so that there is one for all uploads of an hour.
const EVERY: i64 = 3600;

/// Clears away uploads of an organization whose time is over, with their bytes.
#[derive(Serialize, Deserialize)]
pub struct SweepUploads {}

impl Job for SweepUploads {
    const KIND: &'static str = "media.sweep_uploads";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization()?;
        loop {
            let tx = app.database.tenant(organization).await?;
            let expired = store::expired(&tx, task.now, SWEPT_AT_ONCE).await?;
            drop(tx);
            if expired.is_empty() {
                return Ok(());
            }
            for upload in expired {
                sweep(&app, organization, &upload, task.now).await?;
            }
        }
    }
}

/// Marked first, so that nobody makes an asset of it any more; then the bytes go, and the row last, so that an interrupted
/// sweep is taken up again.
async fn sweep(app: &App, organization: &OrganizationId, upload: &Upload, now: Timestamp) -> Result<()> {
    let tx = app.database.tenant(organization).await?;
    // It may have gone on in the meantime.
    let Some(upload) = store::lock(&tx, &upload.id).await?.filter(|upload| upload.expires_at <= now) else {
        return Ok(());
    };
    let is_assets = store::is_assets(&tx, &upload.token).await?;
    store::set_refusal(&tx, &upload.id, &json!({ "status": 410, "detail": "This upload was given up." })).await?;
    tx.commit().await?;
    let folder = upload.folder(organization.as_str());
    let leftover = if is_assets { format!("{folder}/{}", super::PARTS) } else { folder };
    app.files.delete_folder(&leftover).await?;
    let tx = app.database.tenant(organization).await?;
    store::delete(&tx, &upload.id).await?;
    tx.commit().await
}

/// Queues the sweep for uploads that end at this moment, unless it is queued.
pub async fn queue_sweep(tx: &Tenant, expires_at: Timestamp) -> Result<()> {
    let hour = expires_at.as_second() / EVERY + 1;
    let due = Timestamp::from_second(hour * EVERY).unwrap_or(expires_at) + SignedDuration::from_secs(1);
    let key = format!("{}:{}:{hour}", SweepUploads::KIND, tx.organization());
    jobs::enqueue_once(tx, tx.organization(), &SweepUploads {}, (&key, due)).await
}
