//! Background jobs: turns between organizations, giving up, and connections that nobody holds for nothing.

use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::future::join_all;
use futures_util::stream;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use kernel::App;
use kernel::db::Statements;
use kernel::jobs::{Job, Task};
use serde::{Deserialize, Serialize};
use serde_json::json;
use testkit::World;
use tokio_util::sync::CancellationToken;

use crate::world;

async fn queue(world: &World, id: &str, organization: &str, attempts: i32) {
    let sql = "INSERT INTO app.jobs (id, organization_id, kind, payload, run_at, attempts, max_attempts, created_at)
               VALUES ($1, $2, 'content.index', '{\"item\": \"nothing\"}', $3, $4, 10, $3)";
    let global = world.app.database.global().await.unwrap();
    global.execute(sql, &[&id, &organization, &world.now(), &attempts]).await.unwrap();
}

async fn waiting(world: &World) -> Vec<String> {
    let sql = "SELECT id FROM app.jobs WHERE failed_at IS NULL AND kind = 'content.index' ORDER BY id";
    let rows = world.app.database.global().await.unwrap().rows(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get("id")).collect()
}

#[tokio::test]
async fn organizations_take_turns() {
    let world = world().await;
    for number in 0..20 {
        queue(&world, &format!("a{number:02}"), "org-harbor", 0).await;
    }
    queue(&world, "z-rival", "org-rival", 0).await;
    kernel::jobs::run_batch(&world.app, &world.registry).await.unwrap();
    assert!(
        !waiting(&world).await.contains(&"z-rival".to_owned()),
        "it waits behind twenty jobs of another organization"
    );
}

#[tokio::test]
async fn what_runs_in_turn_is_worked_through_beside_the_rest() {
    let world = world().await;
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "Tides" })).await;
    let stop = CancellationToken::new();
    let work = tokio::spawn(kernel::jobs::work(world.app.clone(), world.registry.clone(), stop.clone()));
    let found = async || world.as_admin().get("/api/v1/content?q=tides").await.text().contains(&item.id());
    let searched = tokio::time::timeout(Duration::from_secs(20), async { while !found().await {} }).await;
    assert!(searched.is_ok(), "the item was not indexed");
    stop.cancel();
    work.await.unwrap();
    assert_eq!(waiting(&world).await, Vec::<String>::new());
}

/// A request to a server that never answers.
#[derive(Serialize, Deserialize)]
struct Endless {}

impl Job for Endless {
    const KIND: &'static str = "test.endless";

    async fn run(self, _: App, _: Task) -> kernel::Result<()> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn what_has_its_time_waits_for_no_slow_job() {
    let world = world().await;
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "On time" })).await;
    let at = world.now() + SignedDuration::from_mins(10);
    let publish = format!("{}/publish", item.location());
    world.as_admin().post(&publish, json!({ "scheduled_for": at.to_string() })).await.is(StatusCode::OK);
    world.run_jobs().await;
    let slots = world.app.settings.jobs_at_once;
    let tx = world.tenant().await;
    for _ in 0..2 * slots {
        kernel::jobs::enqueue(&tx, Some(tx.organization()), &Endless {}, world.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let registry = world.registry.clone().with::<Endless>();
    let work = tokio::spawn(kernel::jobs::work(world.app.clone(), registry, CancellationToken::new()));
    let taken = "SELECT count(*) AS count FROM app.jobs WHERE kind = 'test.endless' AND lease_token IS NOT NULL";
    let are_taken = async || {
        let row = world.app.database.global().await.unwrap().one(taken, &[]).await.unwrap();
        usize::try_from(row.get::<_, i64>("count")).unwrap() == slots
    };
    tokio::time::timeout(Duration::from_secs(20), async { while !are_taken().await {} }).await.unwrap();

    world.advance(SignedDuration::from_mins(10));
    let published = async { while world.as_viewer().get(item.location()).await.json()["status"] != "PUBLISHED" {} };
    tokio::time::timeout(Duration::from_secs(2), published).await.expect("published within two seconds");
    work.abort();
}

#[tokio::test]
async fn a_job_that_never_comes_to_an_end_is_given_up() {
    let world = world().await;
    queue(&world, "killer", "org-harbor", 10).await;
    kernel::jobs::run_batch(&world.app, &world.registry).await.unwrap();
    let sql = "SELECT failed_at IS NOT NULL AS failed, last_error FROM app.jobs WHERE id = 'killer'";
    let row = world.app.database.global().await.unwrap().one(sql, &[]).await.unwrap();
    assert!(row.get::<_, bool>("failed"));
    assert!(row.get::<_, String>("last_error").contains("the program ended"));
}

#[tokio::test]
async fn the_cause_of_a_failure_is_kept() {
    let world = world().await;
    let sql = "INSERT INTO app.jobs (id, kind, payload, run_at, max_attempts, created_at) VALUES ('odd', 'content.index', '{}', $1, 10, $1)";
    world.app.database.global().await.unwrap().execute(sql, &[&world.now()]).await.unwrap();
    kernel::jobs::run_batch(&world.app, &world.registry).await.unwrap();
    let row = world
        .app
        .database
        .global()
        .await
        .unwrap()
        .one("SELECT last_error FROM app.jobs WHERE id = 'odd'", &[])
        .await
        .unwrap();
    assert!(row.get::<_, String>("last_error").contains("missing field"), "{}", row.get::<_, String>("last_error"));
}

#[tokio::test]
async fn bodies_that_never_arrive_keep_no_connection() {
    let world = world().await;
    let viewer = world.as_viewer();
    let endless = || {
        let body = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let request = Request::post("/api/v1/content").header("content-type", "application/json");
        viewer.raw(request.body(body).unwrap())
    };
    // More of them than the pool has connections, all waiting while another request is answered.
    let waiting = join_all((0..30).map(|_| endless()));
    let in_time = async {
        world.as_member().post("/api/v1/content", json!({ "title": "In time" })).await.is(StatusCode::CREATED);
    };
    tokio::select! {
        biased;
        _ = waiting => panic!("a body that never arrived was answered"),
        () = in_time => {}
    }
}
