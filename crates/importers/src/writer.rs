//! The transactions of an import, one after the other.

use kernel::access::Caller;
use kernel::db::Statements;
use kernel::organization::Organization;
use kernel::{App, Error, Result, audit};

use crate::fetch;
use crate::report::Summary;

/// Imports in the audit log, beside their names.
const ACTOR: &str = "import";
/// How many records are written in one transaction. What was committed stays when an import is stopped.
pub(crate) const RECORDS_AT_ONCE: u32 = 50;

/// How to import.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Do everything and give the same summary, but keep nothing. One transaction, rolled back, stays open as long as that takes.
    pub dry_run: bool,
}

/// Opens one transaction after the other, or, for a dry run, one that is never committed.
pub(crate) struct Writer<'a> {
    app: &'a App,
    organization: Organization,
    /// Who stands in the audit log and in revisions, such as `WordPress import`.
    name: &'static str,
    /// Under what its records are remembered.
    pub source: String,
    options: Options,
    /// The dry run's one transaction between two uses.
    held: Option<Caller>,
}

impl<'a> Writer<'a> {
    /// Looks up the organization and in whose name is written. Fails when nobody there may.
    pub async fn open(app: &'a App, slug: &str, name: &'static str, options: Options) -> Result<Self> {
        let organization = app.organization(slug).await.map_err(|error| match error {
            Error::NotFound => Error::Malformed(format!("There is no organization with the slug {slug}.")),
            error => error,
        })?;
        // Refused before anything is read where there is nobody in whose name to write.
        Caller::program(app, &organization.id, (ACTOR, name), app.clock.now()).await?;
        Ok(Self { app, organization, name, source: String::new(), options, held: None })
    }

    /// Begins the transaction of the next records; a dry run goes on with its only one.
    pub async fn begin(&mut self) -> Result<Caller> {
        if let Some(caller) = self.held.take() {
            return Ok(caller);
        }
        let (app, id) = (self.app, &self.organization.id);
        let caller = Caller::program(app, id, (ACTOR, self.name), app.clock.now()).await?;
        // Two imports of the same source take turns, so that neither adds what the other has just added.
        let key = format!("import {id} {}", self.source);
        caller.tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", &[&key]).await?;
        Ok(caller)
    }

    /// Ends it: commits, or keeps the one of a dry run for what comes next.
    pub async fn end(&mut self, caller: Caller) -> Result<()> {
        if self.options.dry_run {
            self.held = Some(caller);
            return Ok(());
        }
        caller.commit().await
    }

    /// Notes the import in the audit log, as `import.wordpress` or the like.
    pub async fn record(mut self, action: &str, summary: &Summary) -> Result<()> {
        if self.options.dry_run {
            return Ok(());
        }
        let caller = self.begin().await?;
        fetch::begin(&caller, &self.source).await?;
        audit::record(&caller, action, ("import", &summary.source), summary.numbers()).await?;
        self.end(caller).await
    }
}
