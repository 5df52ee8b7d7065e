use bytes::Bytes;
use kernel::db::OrganizationId;
use kernel::jobs::{self, Job, Task};
use kernel::organization::{self, Organization};
use kernel::{App, Error, Result, secret};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::io::AsyncReadExt;

use super::model::KEPT_FOR;
use super::store::{self, Made};
use crate::archive;

/// How much of the finished archive is sent to the store at once.
const BLOCK: usize = 512 * 1024;

/// Makes an export and keeps its file in the store.
#[derive(Serialize, Deserialize)]
pub struct MakeExport {
    pub export: String,
}

impl Job for MakeExport {
    const KIND: &'static str = "exports.make";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let id = task.organization()?;
        let outcome = self.make(&app, id).await;
        if let Err(error) = &outcome
            && task.is_last_attempt
        {
            let tx = app.database.tenant(id).await?;
            let words = "It could not be made. Whoever runs this server finds the reason in its log.";
            store::fail(&tx, &self.export, words, app.clock.now()).await?;
            tx.commit().await?;
            tracing::error!(export = self.export, error = error.to_string(), "an export failed for good");
        }
        outcome
    }
}

impl MakeExport {
    async fn make(&self, app: &App, id: &OrganizationId) -> Result<()> {
        let tx = app.database.tenant(id).await?;
        let is_wanted = store::find(&tx, &self.export).await?.is_some_and(|export| export.finished_at.is_none());
        let Some(organization) = organization::by_id(&tx, id).await?.filter(|_| is_wanted) else { return Ok(()) };
        drop(tx);
        let file = tempfile::NamedTempFile::new().map_err(Error::internal)?;
        let out = file.reopen().map_err(Error::internal)?;
        let exported = archive::export(app, &organization, out, |_| {}).await?;
        for key in &exported.missing {
            tracing::error!(key, "an asset's file is not in the store, so an export does not hold it");
        }
        let (key, size) = keep(app, &organization, file.path()).await?;
        let now = app.clock.now();
        let made = Made {
            file_key: &key,
            file_size: i64::try_from(size).unwrap_or(i64::MAX),
            counts: &json!(exported.counts),
            now,
            expires_at: now + KEPT_FOR,
        };
        match self.finish(app, id, &made).await {
            Ok(true) => Ok(()),
            // Another node was quicker.
            Ok(false) => app.files.delete_folder(folder_of(&key)).await,
            Err(error) => {
                app.files.delete_folder(folder_of(&key)).await?;
                Err(error)
            }
        }
    }

    /// Writes down that the file is there, until it is deleted; `false` when the export was finished by another node.
    async fn finish(&self, app: &App, id: &OrganizationId, made: &Made<'_>) -> Result<bool> {
        let tx = app.database.tenant(id).await?;
        if !store::finish(&tx, &self.export, made).await? {
            return Ok(false);
        }
        let job = DropExport { export: self.export.clone() };
        jobs::enqueue(&tx, Some(id), &job, made.expires_at).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Brings the finished archive into the store, for any node to send it.
async fn keep(app: &App, organization: &Organization, path: &std::path::Path) -> Result<(String, u64)> {
    let day = app.clock.now().strftime("%Y-%m-%d");
    let key = format!("{}/exports/{}/{}-{day}.zip", organization.id, secret::token(), organization.slug);
    let mut file = tokio::fs::File::open(path).await.map_err(Error::internal)?;
    let mut writer = app.files.write(&key, "application/zip").await?;
    let mut size = 0;
    loop {
        let mut block = Vec::with_capacity(BLOCK);
        let length = (&mut file).take(BLOCK as u64).read_to_end(&mut block).await.map_err(Error::internal)?;
        if length == 0 {
            break;
        }
        size += length as u64;
        writer.put(Bytes::from(block)).await?;
    }
    writer.finish().await?;
    Ok((key, size))
}

fn folder_of(key: &str) -> &str {
    key.rsplit_once('/').map_or(key, |(folder, _)| folder)
}

/// Deletes the file of an export that was kept long enough.
#[derive(Serialize, Deserialize)]
pub struct DropExport {
    pub export: String,
}

impl Job for DropExport {
    const KIND: &'static str = "exports.drop";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let tx = app.database.tenant(task.organization()?).await?;
        let Some(key) = store::find(&tx, &self.export).await?.and_then(|export| export.file_key) else { return Ok(()) };
        drop(tx);
        app.files.delete_folder(folder_of(&key)).await?;
        let tx = app.database.tenant(task.organization()?).await?;
        store::forget_file(&tx, &self.export).await?;
        tx.commit().await
    }
}
