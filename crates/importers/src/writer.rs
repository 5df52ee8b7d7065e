//! The transactions of an import: one after the other, in the name of the organization's first owner.

use kernel::access::{Actor, ActorKind, Caller, Role};
use kernel::db::Statements;
use kernel::organization::{self, Organization};
use kernel::{App, Error, Result, audit};

use crate::fetch;
use crate::report::Summary;

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
    user_id: String,
    /// Who stands in the audit log and in revisions, such as `WordPress import`.
    name: &'static str,
    /// Under what its records are remembered.
    pub source: String,
    options: Options,
    /// The dry run's one transaction between two uses.
    held: Option<Caller>,
}

impl<'a> Writer<'a> {
    pub async fn open(app: &'a App, slug: &str, name: &'static str, options: Options) -> Result<Self> {
        let organization = app.organization(slug).await.map_err(|error| match error {
            Error::NotFound => Error::Malformed(format!("There is no organization with the slug {slug}.")),
            error => error,
        })?;
        let owner = organization::first_owner(&app.database.global().await?, &organization.id).await?;
        let user_id = owner.ok_or_else(|| {
            Error::Conflict(format!(
                "{} has no members. Add an owner first: what is imported needs one.",
                organization.name
            ))
        })?;
        Ok(Self { app, organization, user_id, name, source: String::new(), options, held: None })
    }

    pub async fn begin(&mut self) -> Result<Caller> {
        if let Some(caller) = self.held.take() {
            return Ok(caller);
        }
        let tx = self.app.database.tenant(&self.organization.id).await?;
        // Two imports of the same source take turns, so that neither adds what the other has just added.
        let key = format!("import {} {}", self.organization.id, self.source);
        tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", &[&key]).await?;
        let user_id = self.user_id.clone();
        Ok(Caller {
            app: self.app.clone(),
            tx,
            organization: self.organization.clone(),
            actor: Actor { kind: ActorKind::System, id: "import".into(), name: self.name.into(), user_id },
            role: Role::Owner,
            now: self.app.clock.now(),
            request_id: String::new(),
        })
    }

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
