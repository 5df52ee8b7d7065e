use tokio_postgres::Row;

use super::{Param, Statements, Tenant};
use crate::Result;

/// A transaction without an organization, for changes of global tables that stand or fall together.
///
/// Row security shows it no tenant's rows. Dropped without [`commit`](Self::commit) it rolls back.
pub struct GlobalTransaction(Tenant);

impl GlobalTransaction {
    pub(super) fn new(transaction: Tenant) -> Self {
        Self(transaction)
    }

    /// Makes everything done through this transaction permanent.
    pub async fn commit(self) -> Result<()> {
        self.0.commit().await
    }
}

impl Statements for GlobalTransaction {
    async fn rows(&self, sql: &str, params: &[&dyn Param]) -> Result<Vec<Row>> {
        self.0.rows(sql, params).await
    }

    async fn execute(&self, sql: &str, params: &[&dyn Param]) -> Result<u64> {
        self.0.execute(sql, params).await
    }
}
