//! What is forgotten with time by itself, in organizations where nothing else happens.

use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::json;
use testkit::World;

use crate::world;

const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

async fn count(world: &World, what: &str) -> i64 {
    let sql = format!("SELECT count(*) AS count FROM {what}");
    world.tenant().await.one(&sql, &[]).await.unwrap().get("count")
}

/// The next day comes, as a worker that runs meanwhile has planned it.
async fn a_day_passes(world: &World) {
    kernel::jobs::plan_the_day(&world.app, &world.registry).await.unwrap();
    world.advance(SignedDuration::from_hours(24));
    world.run_jobs().await;
}

async fn article(world: &World) -> String {
    let made = world.as_admin().post("/api/v1/content", json!({ "title": "Tides" })).await;
    made.is(StatusCode::CREATED).id()
}

#[tokio::test]
async fn from_where_visitors_wrote_is_forgotten_after_a_month_also_where_nobody_comments_any_more() {
    let world = world().await;
    let item = article(&world).await;
    let sql = "INSERT INTO content_comments (organization_id, id, content_id, comment, author_name, author_email, author_ip, created_at)
               VALUES ('org-harbor', $2, $1, 'Hello', 'Vera', 'vera@example.org', '192.0.2.7', $3)";
    let tx = world.tenant().await;
    tx.execute(sql, &[&item, &"old", &world.now()]).await.unwrap();
    tx.execute(sql, &[&item, &"new", &(world.now() + SignedDuration::from_hours(48))]).await.unwrap();
    tx.commit().await.unwrap();
    world.advance(MONTH - SignedDuration::from_hours(48));
    a_day_passes(&world).await;
    assert_eq!(count(&world, "content_comments WHERE author_ip IS NOT NULL").await, 2, "not before its time");
    a_day_passes(&world).await;
    a_day_passes(&world).await;
    assert_eq!(count(&world, "content_comments WHERE author_ip IS NOT NULL").await, 1);
}

#[tokio::test]
async fn a_deleted_comment_keeps_no_address_in_the_bin() {
    let world = world().await;
    let item = article(&world).await;
    let sql = "INSERT INTO content_comments (organization_id, id, content_id, comment, author_name, author_ip)
               VALUES ('org-harbor', 'written', $1, 'Hello', 'Vera', '192.0.2.7')";
    let tx = world.tenant().await;
    tx.execute(sql, &[&item]).await.unwrap();
    tx.commit().await.unwrap();
    world.as_admin().delete(&format!("/api/v1/content/{item}")).await.is(StatusCode::NO_CONTENT);
    assert_eq!(count(&world, "app.content_bin_parts WHERE part ->> 'author_name' = 'Vera'").await, 1);
    assert_eq!(count(&world, "app.content_bin_parts WHERE part::text LIKE '%192.0.2.7%'").await, 0);
}

#[tokio::test]
async fn a_change_to_many_can_be_taken_back_for_a_month_and_is_then_forgotten() {
    let world = world().await;
    let item = article(&world).await;
    let mut changes = Vec::new();
    for tag in ["Moon", "Sea"] {
        let change = json!({ "ids": [item], "action": "tag", "tags": [tag] });
        let outcome = world.as_admin().post("/api/v1/content/bulk", change).await.is(StatusCode::OK).json();
        changes.push(format!("/api/v1/content/bulk/{}/undo", outcome["undo"].as_str().unwrap()));
    }
    world.advance(MONTH - SignedDuration::from_secs(1));
    world.as_admin().post(&changes[1], ()).await.is(StatusCode::OK);
    world.advance(SignedDuration::from_secs(1));
    world.as_admin().post(&changes[0], ()).await.is(StatusCode::NOT_FOUND);
    assert_eq!(count(&world, "app.content_bulk_changes").await, 1);
    a_day_passes(&world).await;
    assert_eq!(count(&world, "app.content_bulk_changes").await, 0);
}

#[tokio::test]
async fn what_still_lies_in_the_bin_after_its_time_goes_though_its_own_job_was_given_up() {
    let world = world().await;
    let item = article(&world).await;
    world.as_admin().delete(&format!("/api/v1/content/{item}")).await.is(StatusCode::NO_CONTENT);
    let sql = "UPDATE app.jobs SET failed_at = $1 WHERE kind = 'content.purge_bin'";
    world.app.database.global().await.unwrap().execute(sql, &[&world.now()]).await.unwrap();
    world.advance(MONTH);
    assert_eq!(count(&world, "app.content_bin").await, 1);
    a_day_passes(&world).await;
    assert_eq!(count(&world, "app.content_bin").await, 0);
}

#[tokio::test]
async fn a_day_is_planned_once_for_each_organization() {
    let world = world().await;
    for _ in 0..2 {
        kernel::jobs::plan_the_day(&world.app, &world.registry).await.unwrap();
    }
    assert_eq!(world.queued("content.forget").await, 2, "one for Harbor, one for the rival");
}

#[tokio::test]
async fn jobs_that_were_given_up_are_kept_for_a_month() {
    let world = world().await;
    let sql = "INSERT INTO app.jobs (id, kind, run_at, attempts, max_attempts, failed_at, created_at)
               VALUES ('lost', 'content.index', $1, 10, 10, $1, $1)";
    world.app.database.global().await.unwrap().execute(sql, &[&world.now()]).await.unwrap();
    let kept = async || {
        kernel::jobs::plan_the_day(&world.app, &world.registry).await.unwrap();
        let global = world.app.database.global().await.unwrap();
        !global.rows("SELECT 1 FROM app.jobs WHERE id = 'lost'", &[]).await.unwrap().is_empty()
    };
    world.advance(MONTH - SignedDuration::from_secs(1));
    assert!(kept().await);
    world.advance(SignedDuration::from_secs(2));
    assert!(!kept().await);
}
