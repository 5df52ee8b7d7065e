use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use deadpool_postgres::Object;
use futures_util::FutureExt;
use futures_util::future::{join, join3};
use serde::Serialize;
use tokio::sync::OnceCell;
use tokio_postgres::Row;

use super::connection::{self, Statements};
use super::{Database, Mode, Param};
use crate::{Error, Result};

const BEGIN: &str = "BEGIN";

/// The id of an organization, known to be made of `[A-Za-z0-9_-]` alone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct OrganizationId(String);

impl OrganizationId {
    /// Takes an id from outside; anything that cannot be one is answered like an organization that does not exist.
    pub fn parse(text: &str) -> Result<Self> {
        if crate::id::is_well_formed(text) { Ok(Self(text.to_owned())) } else { Err(Error::NotFound) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl OrganizationId {
    /// No organization: set for a transaction, it makes row security show no tenant's rows at all.
    pub(super) fn none() -> Self {
        Self(String::new())
    }
}

impl fmt::Debug for OrganizationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for OrganizationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A transaction of one organization: the only door to tenant tables.
///
/// `BEGIN`, the organization and the first statement travel together in one round trip. Dropped without
/// [`commit`](Self::commit) it rolls back, again without waiting, so a read costs a single round trip.
pub struct Tenant {
    database: Database,
    /// Taken at the first statement: who has not asked anything yet, such as a request whose body is still on its way,
    /// keeps no connection from others.
    client: OnceCell<Object>,
    organization: OrganizationId,
    /// How the transaction begins.
    begin: &'static str,
    begun: AtomicBool,
    failed: AtomicBool,
    ended: bool,
}

impl Tenant {
    pub(super) fn new(database: Database, organization: OrganizationId) -> Self {
        let (begun, failed) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { database, client: OnceCell::new(), organization, begin: BEGIN, begun, failed, ended: false }
    }

    /// Makes it see the database as it is at its first statement, and change nothing.
    pub(super) fn at_one_moment(mut self) -> Self {
        self.begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        self
    }

    async fn client(&self) -> Result<&Object> {
        self.client.get_or_try_init(|| self.database.take()).await
    }

    pub fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// Makes everything done through this transaction permanent.
    pub async fn commit(self) -> Result<()> {
        self.end_with("COMMIT").await
    }

    /// Makes everything permanent soon, without waiting for the disk: for what is done again when a crash of the machine
    /// takes its last moments. Never for what a person was told is saved.
    pub async fn commit_soon(self) -> Result<()> {
        self.end_with("SET LOCAL synchronous_commit = off;COMMIT").await
    }

    async fn end_with(mut self, commit: &str) -> Result<()> {
        self.ended = true;
        if self.failed.load(Ordering::Relaxed) {
            self.roll_back();
            return Err(Error::internal("a transaction in which a statement failed was to be committed"));
        }
        match self.client.get() {
            Some(client) if self.begun.load(Ordering::Relaxed) => {
                client.batch_execute(commit).await?;
                self.database.changes.note_write(&self.organization);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The one place where the organization is set, for this transaction alone.
    async fn begin(&self, client: &Object) -> Result<()> {
        if self.begun.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        Ok(client.batch_execute(&self.beginning()).await?)
    }

    fn beginning(&self) -> String {
        // The id is of plain characters by its type, so it can stand in the text: SET takes no parameters.
        let session = self.database.mode.session_in_transaction();
        format!("{};{session}SET LOCAL app.current_org_id = '{}'", self.begin, self.organization)
    }

    fn roll_back(&self) {
        // Polling once hands the message to the connection; nobody needs to wait for the answer.
        let _ = self.client.get().and_then(|client| client.batch_execute("ROLLBACK").now_or_never());
    }

    /// Runs a statement whose text varies with what was asked, and keeps nothing of it.
    ///
    /// Other statements stay prepared for the life of their connection, so their number has to be small.
    pub async fn rows_unprepared(&self, sql: &str, params: &[&dyn Param]) -> Result<Vec<Row>> {
        let mode = Mode { named_statements: false, ..self.database.mode };
        let client = self.client().await?;
        self.within(client, connection::rows(client, mode, sql, params)).await
    }

    /// The first row of a statement that only reads and stands for itself: where nothing was asked before, the end of the
    /// transaction travels with its beginning and the statement, so that neither side waits or wakes for it. What is asked
    /// later begins anew.
    pub async fn row_alone(&self, sql: &str, params: &[&dyn Param]) -> Result<Option<Row>> {
        if self.begun.load(Ordering::Relaxed) || self.begin != BEGIN {
            return self.row(sql, params).await;
        }
        let client = self.client().await?;
        // The end has to be sent after the statement, so that must not have to be prepared first.
        let statement = connection::prepare(client, self.database.mode, sql, params).await?;
        // Something else may have begun meanwhile.
        if self.begun.load(Ordering::Relaxed) {
            return self.row(sql, params).await;
        }
        self.database.count_statement();
        // Each of them is sent when it is polled first, which is in this order and with nothing between.
        let beginning = self.beginning();
        let begin = client.batch_execute(&beginning);
        let rows = connection::rows_of(client, statement.as_ref(), sql, params);
        let (begun, rows, ()) = join3(begin, rows, async { self.roll_back() }).await;
        begun?;
        Ok(rows?.into_iter().next())
    }

    async fn within<T>(&self, client: &Object, statement: impl Future<Output = Result<T>> + Send) -> Result<T> {
        self.database.count_statement();
        let (begun, result) = join(self.begin(client), statement).await;
        if result.is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
        begun?;
        result
    }
}

impl Statements for Tenant {
    async fn rows(&self, sql: &str, params: &[&dyn Param]) -> Result<Vec<Row>> {
        let client = self.client().await?;
        self.within(client, connection::rows(client, self.database.mode, sql, params)).await
    }

    async fn execute(&self, sql: &str, params: &[&dyn Param]) -> Result<u64> {
        let client = self.client().await?;
        self.within(client, connection::execute(client, self.database.mode, sql, params)).await
    }
}

impl Drop for Tenant {
    fn drop(&mut self) {
        if !self.ended && self.begun.load(Ordering::Relaxed) {
            self.roll_back();
        }
    }
}
