//! The tenants' isolation behind a real PgBouncer in transaction mode, with fewer server connections than clients.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use futures_util::future::join_all;
use http::StatusCode;
use kernel::App;
use kernel::db::{Database, Statements, connect_directly};
use serde_json::json;
use testkit::World;
use testkit::world::Side;
use tokio_postgres::config::Host;

use crate::world;

const PROGRAMS: [&str; 3] = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"];

/// PgBouncer between the tests and their cluster; ended when dropped.
struct Pooler {
    child: Child,
    folder: tempfile::TempDir,
}

impl Pooler {
    fn start(world: &World) -> Self {
        let found = PROGRAMS.iter().find(|path| Path::new(path).exists());
        let program = found.expect("PgBouncer is not installed: install the package pgbouncer, or run bin/test");
        let folder = tempfile::Builder::new().prefix("cp-pooler-").tempdir().unwrap();
        let server = server_of(&world.database_url);
        let settings = format!(
            "[databases]\n* = host={} port=5432 user=contentpilot\n[pgbouncer]\npool_mode = transaction\n\
             default_pool_size = 2\nmax_client_conn = 200\nauth_type = any\nlisten_addr =\nlisten_port = 6432\n\
             unix_socket_dir = {}\nserver_reset_query =\n",
            server.display(),
            folder.path().display(),
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, settings).unwrap();
        let mut command = Command::new(program);
        command.arg(&file).stdout(Stdio::null()).stderr(Stdio::piped()).current_dir("/");
        // It refuses root, and only the cluster's own account reaches the cluster's socket.
        let owner = fs::metadata(&server).unwrap();
        if owner.uid() != fs::metadata(folder.path()).unwrap().uid() {
            chown(folder.path(), Some(owner.uid()), Some(owner.gid())).unwrap();
            chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
            command.uid(owner.uid()).gid(owner.gid());
        }
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let is_up = lines.by_ref().map_while(Result::ok).any(|line| {
            said.push(line);
            said.last().is_some_and(|line| line.contains("process up"))
        });
        assert!(is_up, "PgBouncer did not start:\n{}", said.join("\n"));
        // Its log must be read, or it would stand still with a full pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { child, folder }
    }

    /// The world's database by way of the pooler, marked as such.
    fn url(&self, world: &World) -> String {
        let name = world.database_url.rsplit('/').next().unwrap();
        let folder = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgresql://contentpilot@{folder}:6432/{name}?pgbouncer=true")
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn server_of(url: &str) -> PathBuf {
    let config: tokio_postgres::Config = url.parse().unwrap();
    match config.get_hosts() {
        [Host::Unix(folder)] => folder.clone(),
        other => panic!("the tests' cluster is expected on a Unix socket, not on {other:?}"),
    }
}

/// The world's program, but on the pooler.
async fn pooled(world: &World, pooler: &Pooler) -> App {
    let settings = kernel::db::Settings { url: pooler.url(world), pool_size: 10 };
    let database = Database::connect(&settings).await.unwrap();
    App::new(database, world.app.clock.clone(), world.app.settings.clone(), world.app.secret_key.clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interleaved_transactions_keep_their_organization_and_role() {
    let world = world().await;
    crate::calls::settle(&world).await;
    let pooler = Pooler::start(&world);
    let app = pooled(&world, &pooler).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..300 {
        let database = app.database.clone();
        tasks.spawn(async move {
            let side = if number % 2 == 0 { Side::Harbor } else { Side::Rival };
            let organization = side.organization_id();
            let tx = database.tenant(&organization).await.unwrap();
            let alone = tx.row_alone("SELECT app.current_org() AS organization", &[]).await.unwrap().unwrap();
            assert_eq!(alone.get::<_, &str>("organization"), organization.as_str());
            for _ in 0..3 {
                let sql = "SELECT current_user::text AS role, app.current_org() AS organization,
                                  (SELECT count(*) FROM content_items WHERE organization_id <> $1) AS others,
                                  (SELECT count(*) FROM content_items) AS own";
                let row = tx.one(sql, &[&organization.as_str()]).await.unwrap();
                assert_eq!(row.get::<_, &str>("role"), kernel::db::APP_ROLE);
                assert_eq!(row.get::<_, &str>("organization"), organization.as_str());
                assert_eq!(row.get::<_, i64>("others"), 0);
                assert!(row.get::<_, i64>("own") > 0);
            }
            match number % 3 {
                0 => tx.commit().await.unwrap(),
                1 => drop(tx),
                _ => {
                    assert!(tx.one("SELECT 1 / 0 AS nothing", &[]).await.is_err());
                    assert!(tx.commit().await.is_err());
                }
            }
            let global = database.global().await.unwrap();
            let sql = "SELECT current_user::text AS role, app.current_org() IS NULL AS is_nobody,
                              (SELECT count(*) FROM content_items) AS seen";
            let row = global.one(sql, &[]).await.unwrap();
            assert_eq!((row.get::<_, &str>("role"), row.get::<_, i64>("seen")), (kernel::db::APP_ROLE, 0));
            assert!(row.get::<_, bool>("is_nobody"));
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_transaction_stays_with_the_server_connection() {
    let world = world().await;
    let pooler = Pooler::start(&world);
    let app = pooled(&world, &pooler).await;
    for side in [Side::Harbor, Side::Rival] {
        let tx = app.database.tenant(&side.organization_id()).await.unwrap();
        tx.one("SELECT count(*) FROM content_items", &[]).await.unwrap();
        tx.commit().await.unwrap();
    }
    // The next client on the same server connections is neither an organization nor the app role.
    let url = pooler.url(&world);
    let other = connect_directly(&url).await.unwrap();
    for _ in 0..4 {
        let sql = "SELECT current_user::text, coalesce(current_setting('app.current_org_id', true), '')";
        let rows = other.query_typed(sql, &[]).await.unwrap();
        assert_eq!((rows[0].get::<_, &str>(0), rows[0].get::<_, &str>(1)), ("contentpilot", ""));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_works_through_the_pooler() {
    let mut world = world().await;
    let pooler = Pooler::start(&world);
    let app = pooled(&world, &pooler).await;
    world.router = contentpilot::router(app);
    world.stranger().get("/readyz").await.is(StatusCode::OK);
    let create = |number: usize| {
        let world = &world;
        async move {
            let side = if number.is_multiple_of(2) { Side::Harbor } else { Side::Rival };
            let client = world.client(side, kernel::access::Role::Admin);
            let title = format!("Item {number}");
            let id = client.post("/api/v1/content", json!({ "title": title })).await.is(StatusCode::CREATED).id();
            client.post(&format!("/api/v1/content/{id}/publish"), ()).await.is(StatusCode::OK);
            let read = client.get(&format!("/api/v1/content/{id}")).await.is(StatusCode::OK);
            assert_eq!(read.json()["title"], title.as_str());
            let rival = if side == Side::Harbor { world.as_rival_admin() } else { world.as_admin() };
            rival.get(&format!("/api/v1/content/{id}")).await.is(StatusCode::NOT_FOUND);
        }
    };
    join_all((0..20).map(create)).await;
    let listed = world.as_admin().get("/api/v1/content?limit=100").await.is(StatusCode::OK).json();
    assert_eq!(listed["page"]["total"], 10);
}
