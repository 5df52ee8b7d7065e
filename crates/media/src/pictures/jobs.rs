//! Pictures made smaller after their upload.

use jiff::SignedDuration;
use kernel::db::{OrganizationId, Tenant};
use kernel::jobs::{self, Job, Task};
use kernel::{App, Result};
use serde::{Deserialize, Serialize};

use super::{can_be_varied, making, variants};
use crate::assets::{Asset, store};

/// How long the variants of what was replaced are kept for those who are about to ask for them.
pub const OLD_KEPT_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Makes what pages will ask for of one picture.
#[derive(Serialize, Deserialize)]
pub struct MakeVariants {
    pub asset_id: String,
    /// A picture that was replaced meanwhile has a job of its own.
    pub revision: i32,
}

impl Job for MakeVariants {
    const KIND: &'static str = "media.make_variants";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization()?;
        let Some(asset) = present(&app, organization, (&self.asset_id, self.revision)).await? else { return Ok(()) };
        let size = asset.width.zip(asset.height).unwrap_or((0, 0));
        let side = |side: i32| u32::try_from(side).unwrap_or(0);
        let wanted = variants::made_ahead(&asset.mime_type, (side(size.0), side(size.1)));
        let Some(glance) = making::make(&app, &asset, &wanted).await? else {
            tracing::info!(asset = asset.id, "a picture cannot be unpacked and is served as it is");
            return Ok(());
        };
        let tx = app.database.tenant(organization).await?;
        store::set_glance(&tx, (&asset.id, asset.revision), &glance).await?;
        if app.settings.media_avif {
            let job = MakeAvif { asset_id: asset.id.clone(), revision: asset.revision };
            jobs::enqueue(&tx, Some(organization), &job, task.now).await?;
        }
        tx.commit().await
    }
}

/// The asset, unless it was deleted or its file replaced since.
async fn present(app: &App, organization: &OrganizationId, (id, revision): (&str, i32)) -> Result<Option<Asset>> {
    let tx = app.database.tenant(organization).await?;
    Ok(store::find(&tx, id).await?.filter(|asset| asset.revision == revision))
}

/// Makes what pages offer of one picture in AVIF, whose files are smaller and take seconds each.
#[derive(Serialize, Deserialize)]
pub struct MakeAvif {
    pub asset_id: String,
    pub revision: i32,
}

impl Job for MakeAvif {
    const KIND: &'static str = "media.make_avif";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization()?;
        match present(&app, organization, (&self.asset_id, self.revision)).await? {
            Some(asset) => making::make_avif(&app, &asset).await,
            None => Ok(()),
        }
    }
}

/// Queues the job for a picture that is new or was changed.
pub async fn queue(tx: &Tenant, asset: &Asset, now: jiff::Timestamp) -> Result<()> {
    queue_for(tx, (&asset.id, asset.revision), (&asset.mime_type, asset.is_animated), now).await
}

/// The same where no more is known of the asset than this.
pub async fn queue_for(
    tx: &Tenant,
    (asset_id, revision): (&str, i32),
    (mime, is_animated): (&str, bool),
    now: jiff::Timestamp,
) -> Result<()> {
    if !can_be_varied(mime, is_animated) {
        return Ok(());
    }
    let job = MakeVariants { asset_id: asset_id.to_owned(), revision };
    jobs::enqueue(tx, Some(tx.organization()), &job, now).await
}

/// Queues the deletion of the variants that an asset had before a change.
pub async fn queue_cleanup(tx: &Tenant, before: &Asset, now: jiff::Timestamp) -> Result<()> {
    let job = DeleteFolders { folders: vec![making::folder(before, before.revision)] };
    jobs::enqueue(tx, Some(tx.organization()), &job, now + OLD_KEPT_FOR).await
}

/// Deletes folders of the store: the variants of a picture that was replaced.
#[derive(Serialize, Deserialize)]
pub struct DeleteFolders {
    pub folders: Vec<String>,
}

impl Job for DeleteFolders {
    const KIND: &'static str = "media.delete_folders";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization()?;
        for folder in self.folders.iter().filter(|folder| folder.starts_with(&format!("{organization}/"))) {
            app.files.delete_folder(folder).await?;
        }
        Ok(())
    }
}
