//! Where the database is: a server of the operator's, or the private one under the data directory.

use anyhow::{Context, bail};
use embedded_postgres::{Cluster, Error, Options, Origin};
use kernel::clock::Clock;
use kernel::config::Settings;
use kernel::db::{Database, Direct, Statements, connect_directly};
use kernel::{App, migrate};

use crate::secret_key;

/// The database that the program works on; a private server runs for as long as this lives.
pub(crate) struct Place {
    url: String,
    /// Where migrations go; `None` when only a pooler is known, through which they cannot.
    owner_url: Option<String>,
    cluster: Option<Cluster>,
    is_private: bool,
}

/// What the private server needs beyond PostgreSQL's defaults: a place for each connection of the pool, of commands and
/// of people who look; and statistics soon after many rows came, for small databases change fast.
fn private_settings(settings: &Settings) -> Vec<(String, String)> {
    let connections = (settings.pool_size + 30).to_string();
    [("max_connections", connections.as_str()), ("autovacuum_naptime", "10s")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

impl Place {
    /// Finds the database, starting the private server when no other is named.
    ///
    /// The server ends with the thread that started it, so this is called from the main thread. With `beside_server`
    /// a private server that another program already runs will do.
    pub fn find(settings: &Settings, beside_server: bool) -> anyhow::Result<Self> {
        if let Some(url) = &settings.database_url {
            let is_pooler = kernel::db::parse_url(url)?.1;
            let owner_url = settings.database_owner_url.clone().or((!is_pooler).then(|| url.clone()));
            return Ok(Self { url: url.clone(), owner_url, cluster: None, is_private: false });
        }
        let mut options = Options { binaries: settings.postgres_bin.clone(), ..Options::new(&settings.data_dir) };
        options.settings = private_settings(settings);
        let private = |url: String, cluster| Self { owner_url: Some(url.clone()), url, cluster, is_private: true };
        match Cluster::start(&options) {
            Ok(cluster) => {
                let how = match cluster.origin() {
                    Origin::Created => "created",
                    Origin::Reused => "started",
                    Origin::TakenOver => "taken over from a program that had ended",
                };
                tracing::info!(version = cluster.version(), account = cluster.account(), "private PostgreSQL {how}");
                Ok(private(cluster.connection_string(), Some(cluster)))
            }
            Err(in_use @ Error::InUse { .. }) if beside_server => {
                match embedded_postgres::running(&settings.data_dir) {
                    Some(url) => Ok(private(url, None)),
                    None => Err(in_use.into()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A connection as the schema's owner, straight to the server.
    pub async fn connect_as_owner(&self) -> anyhow::Result<Direct> {
        let Some(url) = &self.owner_url else {
            bail!(
                "DATABASE_URL goes through a pooler, and migrations cannot: set DATABASE_OWNER_URL, or use --no-migrate"
            );
        };
        connect_directly(url).await
    }

    /// Where changes can be listened to; `None` when only a pooler is known, which passes no notifications on.
    pub fn listening_url(&self) -> Option<&str> {
        self.owner_url.as_deref()
    }

    /// Applies the migrations that are missing.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        let report = migrate::run(&mut *self.connect_as_owner().await?).await?;
        if !report.applied.is_empty() {
            tracing::info!(applied = report.applied.len(), "the database is migrated");
        }
        Ok(())
    }

    /// The program on this database.
    pub async fn open(&self, settings: &Settings) -> anyhow::Result<App> {
        let pool = kernel::db::Settings { url: self.url.clone(), pool_size: settings.pool_size };
        let database = Database::connect(&pool).await?;
        self.warn_of_powerful_login(&database).await?;
        Ok(App::new(database, Clock::System, settings.clone(), secret_key::find(settings)?))
    }

    /// The program for a command that ends by itself. The private database is brought up to date on the way; one of
    /// the operator's is left to `migrate` and `serve`.
    pub async fn open_for_command(&self, settings: &Settings) -> anyhow::Result<App> {
        if self.is_private {
            self.migrate().await?;
        } else if let Ok(owner) = self.connect_as_owner().await {
            let status = migrate::status(&owner).await?;
            if let Some(missing) = status.iter().find(|one| !one.applied) {
                bail!("the database lacks migration {}: run `contentpilot migrate` first", missing.name);
            }
        }
        self.open(settings).await
    }

    async fn warn_of_powerful_login(&self, database: &Database) -> anyhow::Result<()> {
        if self.is_private {
            return Ok(());
        }
        let sql = "SELECT session_user::text AS login, session_user <> current_user AS has_changed";
        let row = database.global().await?.one(sql, &[]).await?;
        if row.get("has_changed") {
            let login: &str = row.get("login");
            tracing::warn!(
                login,
                "DATABASE_URL's login could bypass the tenants' isolation, so every statement runs as {}; a login of \
                 its own for the server, with DATABASE_OWNER_URL for migrations, is safer",
                migrate::APP_ROLE
            );
        }
        Ok(())
    }

    /// Stops the private server, if this program started it.
    pub fn stop(self) -> anyhow::Result<()> {
        self.cluster.map_or(Ok(()), |cluster| cluster.stop()).context("the private PostgreSQL did not stop cleanly")
    }
}
