use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use deadpool_postgres::Object;
use futures_util::FutureExt;
use futures_util::future::join;
use serde::Serialize;
use tokio_postgres::Row;

use super::connection::{self, Statements};
use super::{APP_ROLE, Mode, Param};
use crate::{Error, Result};

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
    client: Object,
    mode: Mode,
    organization: OrganizationId,
    begun: AtomicBool,
    failed: AtomicBool,
    ended: bool,
}

impl Tenant {
    pub(super) fn new(client: Object, mode: Mode, organization: OrganizationId) -> Self {
        let (begun, failed) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { client, mode, organization, begun, failed, ended: false }
    }

    pub fn organization(&self) -> &OrganizationId {
        &self.organization
    }

    /// Makes everything done through this transaction permanent.
    pub async fn commit(mut self) -> Result<()> {
        self.ended = true;
        if self.failed.load(Ordering::Relaxed) {
            self.roll_back();
            return Err(Error::internal("a transaction in which a statement failed was to be committed"));
        }
        if self.begun.load(Ordering::Relaxed) {
            self.client.batch_execute("COMMIT").await?;
        }
        Ok(())
    }

    /// The one place where the organization is set, for this transaction alone.
    async fn begin(&self) -> Result<()> {
        if self.begun.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        // The id is of plain characters by its type, so it can stand in the text: SET takes no parameters.
        let role = if self.mode.role_in_transaction { format!("SET LOCAL ROLE {APP_ROLE};") } else { String::new() };
        let sql = format!("BEGIN;{role}SET LOCAL app.current_org_id = '{}'", self.organization);
        Ok(self.client.batch_execute(&sql).await?)
    }

    fn roll_back(&self) {
        // Polling once hands the message to the connection; nobody needs to wait for the answer.
        let _ = self.client.batch_execute("ROLLBACK").now_or_never();
    }

    /// Runs a statement whose text varies with what was asked, and keeps nothing of it.
    ///
    /// Other statements stay prepared for the life of their connection, so their number has to be small.
    pub async fn rows_unprepared(&self, sql: &str, params: &[&dyn Param]) -> Result<Vec<Row>> {
        let mode = Mode { named_statements: false, ..self.mode };
        self.within(connection::rows(&self.client, mode, sql, params)).await
    }

    async fn within<T>(&self, statement: impl Future<Output = Result<T>> + Send) -> Result<T> {
        let (begun, result) = join(self.begin(), statement).await;
        if result.is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
        begun?;
        result
    }
}

impl Statements for Tenant {
    async fn rows(&self, sql: &str, params: &[&dyn Param]) -> Result<Vec<Row>> {
        self.within(connection::rows(&self.client, self.mode, sql, params)).await
    }

    async fn execute(&self, sql: &str, params: &[&dyn Param]) -> Result<u64> {
        self.within(connection::execute(&self.client, self.mode, sql, params)).await
    }
}

impl Drop for Tenant {
    fn drop(&mut self) {
        if !self.ended && self.begun.load(Ordering::Relaxed) {
            self.roll_back();
        }
    }
}
