//! The database: one pool, and the two doors through which the product uses it.
//!
//! [`Tenant`] is the only thing through which tenant tables can be queried: a transaction that has set
//! `app.current_org_id` for itself alone, so that row security shows one organization's rows and no others, also
//! behind a pooler in transaction mode. [`Global`] has no organization: through it tenant tables are empty.

mod connection;
mod joint;
mod listener;
mod param;
mod reading;
mod tenant;
mod tls;

pub use connection::{Direct, Global, Statements};
pub use joint::GlobalTransaction;
pub use listener::listen;
pub use param::{Param, Typed};
pub use reading::Reading;
pub use tenant::{OrganizationId, Tenant};
pub use tokio_postgres::Row;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, QueueMode, RecyclingMethod, Runtime};

use crate::Result;
use crate::changes::Changes;

/// The role as which every statement of the product runs: owns nothing, cannot bypass the policies.
pub const APP_ROLE: &str = "contentpilot_app";

/// Where the database is and how connections to it behave.
#[derive(Clone, Debug)]
pub struct Settings {
    pub url: String,
    /// Connections the program holds at most.
    pub pool_size: usize,
}

/// The product's pool of connections, each one running as a role that row security binds.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
    mode: Mode,
    changes: Arc<Changes>,
    statements: Arc<AtomicU64>,
}

/// Statements that a connection keeps prepared at most; composed lists have thousands of variants.
const PREPARED_MOST: usize = 400;
/// How long to wait for a connection before the program is too busy to answer.
const WAITS_FOR_CONNECTION: Duration = Duration::from_secs(10);
/// What bounds every session, in transactions and outside: no statement outlives the request that waits for it.
const SESSION_LIMITS: [&str; 2] = ["statement_timeout = '25s'", "idle_in_transaction_session_timeout = '60s'"];

/// How statements are sent and where the role is taken on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mode {
    /// Named statements live with a connection; behind a transaction-mode pooler there is no such thing.
    pub named_statements: bool,
    /// Behind a pooler a session belongs to nobody, so the role is taken on in each transaction.
    pub role_in_transaction: bool,
}

impl Mode {
    /// What a transaction must set for itself because no session of ours could hold it.
    fn session_in_transaction(self) -> String {
        if self.named_statements {
            return String::new();
        }
        let limits: String = SESSION_LIMITS.iter().map(|limit| format!("SET LOCAL {limit};")).collect();
        if self.role_in_transaction { format!("SET LOCAL ROLE {APP_ROLE};{limits}") } else { limits }
    }
}

impl Database {
    /// Opens the pool and makes sure that its role is bound by the policies.
    ///
    /// A URL with `?pgbouncer=true` is taken for a pooler in transaction mode. Fails, with words for the operator,
    /// when the server cannot be reached or only a role that could bypass the policies is to be had.
    pub async fn connect(settings: &Settings) -> anyhow::Result<Self> {
        let (config, pooler) = parse_url(&settings.url)?;
        let login = direct(&config).await?;
        let takes_role = login.needs_role().await?;
        if takes_role {
            login.refuse_stranger().await?;
        }
        let mode = Mode { named_statements: !pooler, role_in_transaction: pooler && takes_role };
        let manager =
            Manager::from_config(config, tls::connector()?, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let mut builder = Pool::builder(manager)
            .max_size(settings.pool_size)
            // The one given back last: its server process has what it needs at hand.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAITS_FOR_CONNECTION));
        if !pooler {
            let role = if takes_role { format!("SET ROLE {APP_ROLE};") } else { String::new() };
            let session: String = SESSION_LIMITS.iter().map(|limit| format!("SET {limit};")).collect();
            builder = builder.post_create(Hook::async_fn(move |client, _| {
                let sql = format!("{role}{session}");
                Box::pin(async move { client.batch_execute(&sql).await.map_err(HookError::Backend) })
            }));
        }
        let database = Self {
            pool: builder.build().context("the connection pool could not be made")?,
            mode,
            changes: Arc::default(),
            statements: Arc::default(),
        };
        database.refuse_unsafe_role().await?;
        login.refuse_stranger().await?;
        Ok(database)
    }

    async fn refuse_unsafe_role(&self) -> anyhow::Result<()> {
        let client = self.pool.get().await.context("the database cannot be reached")?;
        if self.mode.role_in_transaction {
            client.batch_execute(&format!("BEGIN; SET LOCAL ROLE {APP_ROLE}")).await?;
        }
        let verdict = crate::migrate::check_safe_role(&client).await;
        if self.mode.role_in_transaction {
            client.batch_execute("ROLLBACK").await?;
        }
        verdict.map_err(Into::into)
    }

    /// Begins a transaction of one organization. Nothing is sent before its first statement.
    pub async fn tenant(&self, organization: &OrganizationId) -> Result<Tenant> {
        Ok(Tenant::new(self.clone(), organization.clone()))
    }

    /// Begins a transaction of one organization that sees everything as it is at its first statement, and only reads.
    pub async fn tenant_at_one_moment(&self, organization: &OrganizationId) -> Result<Tenant> {
        Ok(Tenant::new(self.clone(), organization.clone()).at_one_moment())
    }

    async fn take(&self) -> Result<Object> {
        let client = self.pool.get().await?;
        if client.statement_cache.size() > PREPARED_MOST {
            client.statement_cache.clear();
        }
        Ok(client)
    }

    /// A connection without an organization, for the few global tables; each statement stands for itself.
    pub async fn global(&self) -> Result<Global> {
        Ok(Global::new(self.take().await?, self.mode))
    }

    /// Begins a transaction without an organization, for changes of several global rows together.
    pub async fn global_transaction(&self) -> Result<GlobalTransaction> {
        Ok(GlobalTransaction::new(self.tenant(&OrganizationId::none()).await?))
    }

    /// What this node heard of changes, and wrote itself.
    pub(crate) fn changes(&self) -> &Arc<Changes> {
        &self.changes
    }

    /// Statements that organizations' transactions have sent since the start. The metrics show it, and a test holds each
    /// page to a number of them that does not grow with what it shows.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    fn count_statement(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    /// Connections in use and at most, for the metrics.
    pub fn usage(&self) -> (usize, usize) {
        let status = self.pool.status();
        (status.size.saturating_sub(status.available), status.max_size)
    }

    /// Closes the pool; connections in use end with their transaction.
    pub fn close(&self) {
        self.pool.close();
    }
}

/// Opens one connection outside any pool: for migrations, `LISTEN`, the doctor.
pub async fn connect_directly(url: &str) -> anyhow::Result<Direct> {
    direct(&parse_url(url)?.0).await
}

async fn direct(config: &tokio_postgres::Config) -> anyhow::Result<Direct> {
    let (client, connection) = config
        .connect(tls::connector()?)
        .await
        .context("the database cannot be reached; check DATABASE_URL and that the server is running")?;
    Ok(Direct::new(client, connection))
}

/// Reads a connection URL; the second part says whether it names a pooler (`pgbouncer=true`).
pub fn parse_url(url: &str) -> anyhow::Result<(tokio_postgres::Config, bool)> {
    let mut pooler = false;
    let cleaned = match url.split_once('?') {
        Some((base, query)) => {
            let rest: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("pgbouncer=")).collect();
            pooler = query.split('&').any(|pair| pair == "pgbouncer=true");
            if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) }
        }
        None => url.to_owned(),
    };
    let mut config: tokio_postgres::Config =
        cleaned.parse().context("it is no PostgreSQL address (postgres://user:password@host:port/database)")?;
    config.application_name("contentpilot");
    Ok((config, pooler))
}

/// The name of the constraint that a failed statement violated, if that is why it failed.
pub fn violated_constraint(error: &crate::Error) -> Option<&str> {
    match error {
        crate::Error::Internal(cause) => cause.downcast_ref::<tokio_postgres::Error>()?.as_db_error()?.constraint(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pooler_is_announced_in_the_address() {
        let (config, pooler) = parse_url("postgres://app@localhost:6432/cp?pgbouncer=true&connect_timeout=5").unwrap();
        assert!(pooler);
        assert_eq!(config.get_dbname(), Some("cp"));
        assert_eq!(config.get_connect_timeout(), Some(&std::time::Duration::from_secs(5)));
        assert!(!parse_url("postgres://app@localhost/cp").unwrap().1);
        assert!(parse_url("mysql://localhost/cp").is_err());
    }
}
