//! A world of its own for one test: a database with two organizations, the program's router, a clock that stands still.
//!
//! Nothing here is part of the product; whatever goes wrong ends the test with words.

#![allow(clippy::expect_used, clippy::panic, reason = "only tests use it, and a test ends where something is wrong")]

mod client;
mod template;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use kernel::App;
use kernel::access::Role;
use kernel::clock::Clock;
use kernel::config::Settings;
use kernel::db::{Database, Direct, OrganizationId, Tenant};
use kernel::jobs::Registry;
use kernel::mail::OutboxMail;
use kernel::secret::SecretKey;
use tokio::sync::Mutex;

pub use client::{Answer, Client};

/// When every test begins.
pub const NOW: &str = "2026-03-01T12:00:00Z";
/// What the rival's texts carry; nobody but the rival may ever be shown it.
pub const MARKER: &str = "RIVAL-MARKER";
/// Connections a test holds at most.
const POOL_SIZE: usize = 5;

/// An organization of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The organization whose story a test tells: Harbor, with the slug `harbor`.
    Harbor,
    /// The other one, which has rows in every tenant table: Rival, with the slug `rival`.
    Rival,
}

impl Side {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Harbor => "harbor",
            Self::Rival => "rival",
        }
    }

    pub fn organization_id(self) -> OrganizationId {
        OrganizationId::parse(&format!("org-{}", self.slug())).expect("the id is well-formed")
    }

    /// The id of this side's user of a role: `user-harbor-owner`. Mail address: `owner@harbor.test`.
    pub fn user_id(self, role: Role) -> String {
        format!("user-{}-{}", self.slug(), role.as_str().to_lowercase())
    }
}

/// One test's world.
pub struct World {
    pub app: App,
    /// The program's routes, as they answer requests.
    pub router: Router,
    pub registry: Registry,
    /// The superuser's address of this world's database.
    pub database_url: String,
    /// Where this world's files are kept.
    pub data_dir: tempfile::TempDir,
    admin_url: String,
    database_name: String,
    sessions: Mutex<HashMap<(Side, Role), String>>,
}

impl World {
    /// A world with Harbor and Rival, each with a user and an API key for every role.
    pub async fn new(build: impl FnOnce(App) -> (Router, Registry)) -> Self {
        Self::made(template::Kind::Settled, build).await
    }

    /// A world on the day of the first run: migrated, with nobody in it.
    pub async fn empty(build: impl FnOnce(App) -> (Router, Registry)) -> Self {
        Self::made(template::Kind::Empty, build).await
    }

    async fn made(kind: template::Kind, build: impl FnOnce(App) -> (Router, Registry)) -> Self {
        let admin_url = crate::cluster::admin_url();
        let database_name = format!("world_{}", kernel::secret::hex_digits(8));
        if let Err(error) = template::copy(&admin_url, kind, &database_name).await {
            panic!("no database for this test: {error:#}");
        }
        let database_url = template::url_of(&admin_url, &database_name);
        let settings = kernel::db::Settings { url: database_url.clone(), pool_size: POOL_SIZE };
        let database = match Database::connect(&settings).await {
            Ok(database) => database,
            Err(error) => panic!("the test's database cannot be used: {error:#}"),
        };
        let clock = Clock::fixed(NOW.parse().expect("the moment is well-formed"));
        let key = SecretKey::from_text(&"test".repeat(16)).expect("the key is long enough");
        let data_dir = tempfile::tempdir().expect("a folder for files can be made");
        let app = App::new(database, clock, default_settings(data_dir.path()), key);
        let (router, registry) = build(app.clone());
        Self { app, router, registry, database_url, data_dir, admin_url, database_name, sessions: Mutex::default() }
    }

    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// Moves the clock on.
    pub fn advance(&self, by: SignedDuration) {
        self.app.clock.advance(by);
    }

    /// A member of Harbor.
    pub fn client(&self, side: Side, role: Role) -> Client<'_> {
        Client::member(self, side, role)
    }

    pub fn as_owner(&self) -> Client<'_> {
        self.client(Side::Harbor, Role::Owner)
    }

    pub fn as_admin(&self) -> Client<'_> {
        self.client(Side::Harbor, Role::Admin)
    }

    pub fn as_member(&self) -> Client<'_> {
        self.client(Side::Harbor, Role::Member)
    }

    pub fn as_viewer(&self) -> Client<'_> {
        self.client(Side::Harbor, Role::Viewer)
    }

    pub fn as_rival_owner(&self) -> Client<'_> {
        self.client(Side::Rival, Role::Owner)
    }

    pub fn as_rival_admin(&self) -> Client<'_> {
        self.client(Side::Rival, Role::Admin)
    }

    /// Somebody without key or session.
    pub fn stranger(&self) -> Client<'_> {
        Client::stranger(self)
    }

    /// A transaction of Harbor, for looking at what a story left behind.
    pub async fn tenant(&self) -> Tenant {
        self.tenant_of(Side::Harbor).await
    }

    pub async fn tenant_of(&self, side: Side) -> Tenant {
        self.app.database.tenant(&side.organization_id()).await.expect("a connection can be had")
    }

    /// The superuser's own connection to this world's database, which row security does not bind.
    pub async fn superuser(&self) -> Direct {
        kernel::db::connect_directly(&self.database_url).await.expect("the superuser can connect")
    }

    /// Runs what is due until nothing is, and gives the number of jobs.
    pub async fn run_jobs(&self) -> usize {
        let mut count = 0;
        loop {
            match kernel::jobs::run_batch(&self.app, &self.registry).await {
                Ok(0) => return count,
                Ok(more) => count += more,
                Err(error) => panic!("jobs could not be run: {error:?}"),
            }
        }
    }

    /// How many jobs of a kind wait or have not yet been finished.
    pub async fn queued(&self, kind: &str) -> i64 {
        let sql = "SELECT count(*) FROM app.jobs WHERE kind = $1 AND finished_at IS NULL AND failed_at IS NULL";
        let row = self.superuser().await.query_one(sql, &[&kind]).await.expect("jobs can be counted");
        row.get(0)
    }

    /// The mails of Harbor and of no organization that were not sent, oldest first.
    pub async fn outbox(&self) -> Vec<OutboxMail> {
        let sql = "SELECT id, recipient, subject, body_text, created_at FROM app.mails
                   WHERE organization_id IS DISTINCT FROM 'org-rival' AND sent_at IS NULL ORDER BY created_at, id";
        let rows = self.superuser().await.query(sql, &[]).await.expect("mails can be read");
        let mail = |row: &tokio_postgres::Row| OutboxMail {
            id: row.get("id"),
            recipient: row.get("recipient"),
            subject: row.get("subject"),
            text: row.get("body_text"),
            created_at: row.get("created_at"),
        };
        rows.iter().map(mail).collect()
    }

    /// The token of a user's browser session, begun when first asked for.
    async fn session(&self, side: Side, role: Role) -> String {
        let mut sessions = self.sessions.lock().await;
        if let Some(token) = sessions.get(&(side, role)) {
            return token.clone();
        }
        let global = self.app.database.global().await.expect("a connection can be had");
        let client = kernel::web::Client { ip: "127.0.0.1".into(), user_agent: "testkit".into() };
        let begun = kernel::session::start(&global, &side.user_id(role), &client, self.now()).await;
        let token = begun.expect("a session begins");
        sessions.insert((side, role), token.clone());
        token
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.app.database.close();
        let (url, name) = (self.admin_url.clone(), self.database_name.clone());
        // A thread of its own: dropping cannot wait, and the runtime here may have only this one thread. What cannot
        // be removed now goes with the cluster.
        let removal = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(template::remove(&url, &name)))
        });
        let _ = removal.join();
    }
}

fn default_settings(data_dir: &Path) -> Settings {
    let variables = BTreeMap::from([
        ("CONTENTPILOT_DATA_DIR".to_owned(), data_dir.display().to_string()),
        // Receivers of tests listen here; every other private address stays refused.
        ("CONTENTPILOT_OUTGOING_ALLOWED".to_owned(), "127.0.0.1".to_owned()),
        // Nobody answers there; a test that asks starts a server of its own.
        ("CONTENTPILOT_DNS_SERVER".to_owned(), "127.0.0.1:9".to_owned()),
    ]);
    Settings::from_sources(variables, Path::new("/nonexistent/contentpilot.toml")).expect("the defaults are valid")
}
