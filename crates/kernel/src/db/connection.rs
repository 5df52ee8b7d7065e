use std::ops::Deref;

use deadpool_postgres::{ClientWrapper, Object};
use futures_util::FutureExt;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Connection, Row, Socket, Statement};

use super::{APP_ROLE, Mode, Param};
use crate::Result;

/// What can be asked of any connection, whether it has an organization or not.
pub trait Statements: Sync {
    fn rows(&self, sql: &str, params: &[&dyn Param]) -> impl Future<Output = Result<Vec<Row>>> + Send;

    /// Runs a statement for its effect and gives the number of rows it touched.
    fn execute(&self, sql: &str, params: &[&dyn Param]) -> impl Future<Output = Result<u64>> + Send;

    /// The first row, if there is one.
    fn row(&self, sql: &str, params: &[&dyn Param]) -> impl Future<Output = Result<Option<Row>>> + Send {
        async move { Ok(self.rows(sql, params).await?.into_iter().next()) }
    }

    /// The first row of a statement that always gives one.
    fn one(&self, sql: &str, params: &[&dyn Param]) -> impl Future<Output = Result<Row>> + Send {
        async move {
            let row = self.row(sql, params).await?;
            row.ok_or_else(|| crate::Error::internal(format!("no row where one must be: {sql}")))
        }
    }
}

pub(super) async fn rows(client: &ClientWrapper, mode: Mode, sql: &str, params: &[&dyn Param]) -> Result<Vec<Row>> {
    let statement = prepare(client, mode, sql, params).await?;
    rows_of(client, statement.as_ref(), sql, params).await
}

/// The statement as the connection knows it from now on; none where statements are sent each time as they are.
pub(super) async fn prepare(
    client: &ClientWrapper,
    mode: Mode,
    sql: &str,
    params: &[&dyn Param],
) -> Result<Option<Statement>> {
    if !mode.named_statements {
        return Ok(None);
    }
    let types: Vec<_> = params.iter().map(|param| param.sql_type()).collect();
    Ok(Some(client.prepare_typed_cached(sql, &types).await?))
}

/// The rows of a statement that is prepared as far as it will be: it is sent when this is polled first.
pub(super) async fn rows_of(
    client: &ClientWrapper,
    statement: Option<&Statement>,
    sql: &str,
    params: &[&dyn Param],
) -> Result<Vec<Row>> {
    if let Some(statement) = statement {
        let values: Vec<_> = params.iter().map(|param| param.as_sql()).collect();
        Ok(client.query(statement, &values).await?)
    } else {
        let values: Vec<_> = params.iter().map(|param| (param.as_sql(), param.sql_type())).collect();
        Ok(client.query_typed(sql, &values).await?)
    }
}

pub(super) async fn execute(client: &ClientWrapper, mode: Mode, sql: &str, params: &[&dyn Param]) -> Result<u64> {
    if mode.named_statements {
        let types: Vec<_> = params.iter().map(|param| param.sql_type()).collect();
        let statement = client.prepare_typed_cached(sql, &types).await?;
        let values: Vec<_> = params.iter().map(|param| param.as_sql()).collect();
        Ok(client.execute(&statement, &values).await?)
    } else {
        let values: Vec<_> = params.iter().map(|param| (param.as_sql(), param.sql_type())).collect();
        Ok(client.execute_typed(sql, &values).await?)
    }
}

/// A pooled connection without an organization: row security shows it no tenant's rows.
pub struct Global {
    client: Object,
    mode: Mode,
}

impl Global {
    pub(super) fn new(client: Object, mode: Mode) -> Self {
        Self { client, mode }
    }

    /// Takes on the app role around one statement, where a pooler leaves no session to hold it.
    async fn bound<T>(&self, work: impl Future<Output = Result<T>> + Send) -> Result<T> {
        if !self.mode.role_in_transaction {
            return work.await;
        }
        let mut open = OpenTransaction { client: &self.client, is_open: true };
        self.client.batch_execute(&format!("BEGIN;{}", self.mode.session_in_transaction())).await?;
        let result = work.await?;
        self.client.batch_execute("COMMIT").await?;
        open.is_open = false;
        Ok(result)
    }
}

/// Rolls back when whoever waited is gone or the statement failed: the connection goes back to others.
struct OpenTransaction<'a> {
    client: &'a Object,
    is_open: bool,
}

impl Drop for OpenTransaction<'_> {
    fn drop(&mut self) {
        if self.is_open {
            let _ = self.client.batch_execute("ROLLBACK").now_or_never();
        }
    }
}

impl Statements for Global {
    async fn rows(&self, sql: &str, params: &[&dyn Param]) -> Result<Vec<Row>> {
        self.bound(rows(&self.client, self.mode, sql, params)).await
    }

    async fn execute(&self, sql: &str, params: &[&dyn Param]) -> Result<u64> {
        self.bound(execute(&self.client, self.mode, sql, params)).await
    }
}

/// One connection outside the pool, as the login itself. For migrations, `LISTEN` and the doctor alone.
pub struct Direct {
    client: Client,
    driver: JoinHandle<()>,
}

impl Direct {
    pub(super) fn new<T>(client: Client, connection: Connection<Socket, T>) -> Self
    where
        Connection<Socket, T>: Future<Output = Result<(), tokio_postgres::Error>> + Send + 'static,
    {
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "a direct database connection ended");
            }
        });
        Self { client, driver }
    }

    /// Refuses a login that may not act as [`APP_ROLE`], with the statement that mends it.
    pub(super) async fn refuse_stranger(&self) -> anyhow::Result<()> {
        let sql = "SELECT current_user::text AS login, pg_has_role(current_user, r.oid, 'MEMBER') AS is_member
                   FROM pg_roles r WHERE r.rolname = 'contentpilot_app'";
        let rows = self.client.query_typed(sql, &[]).await?;
        match rows.first() {
            Some(row) if row.get("is_member") => Ok(()),
            Some(row) => {
                let login: &str = row.get("login");
                anyhow::bail!("the login {login} may not act as {APP_ROLE}: run GRANT {APP_ROLE} TO \"{login}\"")
            }
            None => anyhow::bail!("there is no role {APP_ROLE} on this server yet: run `contentpilot migrate` first"),
        }
    }

    /// Whether this login must take on [`APP_ROLE`] to be bound by the policies: it is a superuser, bypasses row
    /// security, or owns or created the schema.
    pub(super) async fn needs_role(&self) -> Result<bool, tokio_postgres::Error> {
        let sql = "SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (
                     SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relrowsecurity
                   ) FROM pg_roles r WHERE r.rolname = current_user";
        let rows = self.client.query_typed(sql, &[]).await?;
        Ok(rows.first().is_none_or(|row| row.get(0)))
    }
}

impl Deref for Direct {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl std::ops::DerefMut for Direct {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}

impl Drop for Direct {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
