//! Publishing at a time to come: in the organization's zone, once, soon, and also after everything was down.

use std::time::{Duration, Instant};

use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use tokio_util::sync::CancellationToken;

use crate::world;

async fn draft(world: &World) -> String {
    let made = world.as_member().post("/api/v1/content", json!({ "title": "At its time" })).await;
    made.is(StatusCode::CREATED).json()["id"].as_str().unwrap().to_owned()
}

async fn item(world: &World, id: &str) -> Value {
    world.as_viewer().get(&format!("/api/v1/content/{id}")).await.is(StatusCode::OK).json()
}

/// How often an item was published, by the audit log.
async fn publications(world: &World, id: &str) -> i64 {
    let sql = "SELECT count(*) AS count FROM app.audit_log WHERE action = 'content.publish' AND entity_id = $1";
    world.tenant().await.one(sql, &[&id]).await.unwrap().get("count")
}

async fn schedule(world: &World, id: &str, minutes: i64) {
    let at = (world.now() + SignedDuration::from_mins(minutes)).to_string();
    let publish = format!("/api/v1/content/{id}/publish");
    world.as_admin().post(&publish, json!({ "scheduled_for": at })).await.is(StatusCode::OK);
}

#[tokio::test]
async fn two_workers_publish_once_and_within_two_seconds() {
    let world = world().await;
    let id = draft(&world).await;
    schedule(&world, &id, 10).await;
    world.run_jobs().await;
    assert_eq!(item(&world, &id).await["status"], "SCHEDULED");

    let stop = CancellationToken::new();
    let worker = || tokio::spawn(kernel::jobs::work(world.app.clone(), world.registry.clone(), stop.clone()));
    let workers = [worker(), worker()];
    world.advance(SignedDuration::from_mins(10));
    let begun = Instant::now();
    let published = async { while item(&world, &id).await["status"] != "PUBLISHED" {} };
    tokio::time::timeout(Duration::from_secs(2), published).await.expect("published within two seconds");
    assert!(begun.elapsed() < Duration::from_secs(2));
    stop.cancel();
    for worker in workers {
        worker.await.unwrap();
    }
    world.run_jobs().await;
    assert_eq!(publications(&world, &id).await, 1);
    let told = world.outbox().await;
    let told: Vec<&str> =
        told.iter().filter(|mail| mail.subject.contains("is published")).map(|mail| mail.recipient.as_str()).collect();
    assert_eq!(told.len(), 2, "its author and who scheduled it: {told:?}");
}

#[tokio::test]
async fn what_was_due_while_all_were_down_is_published_at_the_next_start_with_its_own_time() {
    let world = world().await;
    let id = draft(&world).await;
    schedule(&world, &id, 10).await;
    let meant = item(&world, &id).await["scheduled_for"].clone();
    world.advance(SignedDuration::from_hours(30));
    world.run_jobs().await;
    let published = item(&world, &id).await;
    assert_eq!((&published["status"], &published["published_at"]), (&json!("PUBLISHED"), &meant));
}

#[tokio::test]
async fn a_worker_that_died_half_way_is_followed_by_another() {
    let world = world().await;
    let id = draft(&world).await;
    schedule(&world, &id, 10).await;
    world.run_jobs().await;
    world.advance(SignedDuration::from_mins(10));
    // What a killed program leaves behind: a lease, and nothing done.
    let sql = "UPDATE app.jobs SET attempts = 1, lease_token = 'dead', lease_until = $1 WHERE kind = 'content.publish_scheduled'";
    let until = world.now() + SignedDuration::from_mins(5);
    world.app.database.global().await.unwrap().execute(sql, &[&until]).await.unwrap();
    world.run_jobs().await;
    assert_eq!(item(&world, &id).await["status"], "SCHEDULED");
    world.advance(SignedDuration::from_mins(6));
    world.run_jobs().await;
    assert_eq!(item(&world, &id).await["status"], "PUBLISHED");
    assert_eq!(publications(&world, &id).await, 1);
}

#[tokio::test]
async fn moved_and_cancelled_schedules_fire_at_their_last_time_or_not_at_all() {
    let world = world().await;
    let (moved, cancelled) = (draft(&world).await, draft(&world).await);
    for id in [&moved, &cancelled] {
        schedule(&world, id, 10).await;
    }
    schedule(&world, &moved, 60).await;
    world.as_admin().post(&format!("/api/v1/content/{cancelled}/unpublish"), ()).await.is(StatusCode::OK);
    world.advance(SignedDuration::from_mins(20));
    world.run_jobs().await;
    assert_eq!(item(&world, &moved).await["status"], "SCHEDULED");
    world.advance(SignedDuration::from_mins(60));
    world.run_jobs().await;
    assert_eq!(item(&world, &moved).await["status"], "PUBLISHED");
    assert_eq!(item(&world, &cancelled).await["status"], "DRAFT");
}

#[tokio::test]
async fn times_are_typed_in_the_organizations_zone_and_changing_clocks_are_told_of() {
    let world = world().await;
    let zone = json!({ "timezone": "Europe/Berlin" });
    world.as_admin().patch("/api/v1/organization", zone).await.is(StatusCode::OK);
    let id = draft(&world).await;
    let admin = world.as_admin().in_browser();
    let address = format!("/admin/harbor/content/{id}/schedule");
    let shown = admin.get(&format!("/admin/harbor/content/{id}")).await.text();
    assert!(shown.contains("Europe/Berlin"), "{shown}");
    let typed = |time: &'static str| {
        [
            ("title", "At its time"),
            ("content", "<p>New</p>"),
            ("scheduled_for", time),
            ("expires_at", "2026-12-24T18:00"),
        ]
    };
    let refused = admin.form(&address, &typed("soon")).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains("Choose the date and the time") && refused.contains("&#60;p&#62;New"), "{refused}");

    admin.form(&address, &typed("2026-03-29T02:30")).await.is(StatusCode::SEE_OTHER);
    let scheduled = item(&world, &id).await;
    assert_eq!(scheduled["scheduled_for"], "2026-03-29T01:00:00Z");
    assert_eq!(scheduled["expires_at"], "2026-12-24T17:00:00Z");
    assert_eq!(scheduled["content"], "<p>New</p>");
    let late = admin.form(&address, &typed("2026-12-25T10:00")).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text().contains("would expire before"));

    world.advance("2026-12-24T17:00:01Z".parse::<jiff::Timestamp>().unwrap().duration_since(world.now()));
    world.run_jobs().await;
    assert_eq!(item(&world, &id).await["status"], "ARCHIVED", "published at its time, gone at its end");
}
