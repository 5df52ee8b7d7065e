//! Reading a file that was begun, and forgetting old ones.

use jiff::SignedDuration;
use kernel::db::OrganizationId;
use kernel::jobs::{Job, Task};
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};

use super::run::{self, Target};
use super::{Import, State, store};

/// A file that nobody began is kept for so long.
const UNBEGUN_ARE_KEPT_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A report is kept for so long: refused rows name people.
const REPORTS_ARE_KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Reads the rows of a file.
#[derive(Serialize, Deserialize)]
pub struct RunImport {
    pub import: String,
}

impl Job for RunImport {
    const KIND: &'static str = "contacts.import";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization.ok_or_else(|| Error::internal("a job came without its organization"))?;
        let tx = app.database.tenant(&organization).await?;
        let Some(import) = store::find(&tx, &self.import).await? else { return Ok(()) };
        drop(tx);
        if import.state != State::Running {
            return Ok(());
        }
        let problem = match read(&app, &organization, &import).await {
            Ok(()) => None,
            Err(error @ (Error::Internal(_) | Error::Unavailable)) if !task.is_last_attempt => return Err(error),
            // Another worker reads this file, and needs it to its end.
            Err(Error::Conflict(_)) => return Ok(()),
            Err(Error::Invalid(problems)) => {
                Some(problems.into_iter().map(|one| one.message).collect::<Vec<_>>().join(" "))
            }
            Err(Error::Internal(cause)) => {
                tracing::error!(import = import.id, "an import was given up: {cause:#}");
                Some("Something went wrong here, again and again. What was read so far is kept; begin anew with the same file.".into())
            }
            Err(error) => Some(error.to_string()),
        };
        let state = if problem.is_some() { State::Failed } else { State::Done };
        let tx = app.database.tenant(&organization).await?;
        store::finish(&tx, &import.id, (state, problem.as_deref()), app.clock.now()).await?;
        tx.commit().await?;
        super::actions::drop_file(&app, &import.file_key).await?;
        // Known until it is gone, so that one left behind by a crash goes with its report.
        let tx = app.database.tenant(&organization).await?;
        store::forget_file(&tx, &import.id).await?;
        tx.commit().await
    }
}

async fn read(app: &App, organization: &OrganizationId, import: &Import) -> Result<()> {
    let reading = app
        .files
        .read(&import.file_key, None)
        .await?
        .ok_or_else(|| Error::invalid("file", "gone", "The file is no longer in the store. Upload it again."))?;
    let target = Target { app, organization, import, held: None };
    run::run(&target, reading.stream(), |_| {}).await.map(|_| ())
}

/// Forgets files that were never begun, and reports of long ago.
#[derive(Serialize, Deserialize)]
pub struct ForgetImports {}

impl Job for ForgetImports {
    const KIND: &'static str = "contacts.forget_imports";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization.ok_or_else(|| Error::internal("a job came without its organization"))?;
        let tx = app.database.tenant(&organization).await?;
        let before = (task.now - UNBEGUN_ARE_KEPT_FOR, task.now - REPORTS_ARE_KEPT_FOR);
        let files = store::forget(&tx, before).await?;
        tx.commit().await?;
        for key in files {
            super::actions::drop_file(&app, &key).await?;
        }
        Ok(())
    }
}
