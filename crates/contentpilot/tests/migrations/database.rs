//! A database of its own for each test.

use kernel::migrate;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio_postgres::{Client, Config, NoTls};

pub const HOST: &str = include_str!("host.sql");

pub struct Database {
    config: Config,
}

/// A name that no other test of this or another process uses.
pub fn unique(prefix: &str) -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let nanoseconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    format!("{prefix}_{}_{nanoseconds}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed))
}

impl Database {
    /// An empty database.
    pub async fn empty() -> Self {
        let url = std::env::var("CONTENTPILOT_TEST_DATABASE_URL").expect(
            "CONTENTPILOT_TEST_DATABASE_URL is not set: run the tests with \
             `cargo run -p testkit --bin with-postgres -- cargo test -p contentpilot`",
        );
        let mut config: Config = url.parse().unwrap();
        let name = unique("migrations");
        // template0 so that nobody's connection to template1 stands in the way.
        connect(&config).await.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).await.unwrap();
        config.dbname(&name);
        Self { config }
    }

    /// A host platform's database, not migrated yet.
    pub async fn of_host() -> Self {
        let database = Self::empty().await;
        database.connect().await.batch_execute(HOST).await.unwrap();
        database
    }

    /// An empty database with every migration applied.
    pub async fn migrated() -> Self {
        let database = Self::empty().await;
        migrate::run(&mut database.connect().await).await.unwrap();
        database
    }

    pub fn name(&self) -> &str {
        self.config.get_dbname().unwrap()
    }

    /// A new connection as superuser.
    pub async fn connect(&self) -> Client {
        connect(&self.config).await
    }
}

async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// One text from a query that returns one row.
pub async fn text(client: &Client, sql: &str) -> String {
    client.query_one(sql, &[]).await.unwrap().get::<_, Option<String>>(0).unwrap_or_default()
}

/// Two organizations with a user, and the app role working for the first from here on in a transaction.
pub async fn begin_as_app(client: &Client, organization: &str) {
    let sql = format!(
        "BEGIN; SET LOCAL ROLE contentpilot_app; SELECT set_config('app.current_org_id', '{organization}', true)"
    );
    client.batch_execute(&sql).await.unwrap();
}
