//! What is taken back: by whom, what becomes of draft changes, and who hears of it.

use http::StatusCode;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;

use crate::content_life::draft;
use crate::world;

async fn bulk(world: &World, id: &str, action: &str) -> String {
    let body = json!({ "ids": [id], "action": action });
    let outcome: Value = world.as_admin().post("/api/v1/content/bulk", body).await.is(StatusCode::OK).json();
    assert_eq!(outcome["changed"], json!([id]), "{outcome}");
    format!("/api/v1/content/bulk/{}/undo", outcome["undo"].as_str().unwrap())
}

async fn status(world: &World, id: &str) -> String {
    let item: Value = world.as_admin().get(&format!("/api/v1/content/{id}")).await.is(StatusCode::OK).json();
    item["status"].as_str().unwrap().to_owned()
}

/// What webhooks are told, each kind as often as it was told.
async fn told(world: &World) -> Vec<String> {
    let sql = "SELECT kind FROM app.webhook_messages ORDER BY kind";
    let rows = world.tenant().await.rows(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get("kind")).collect()
}

#[tokio::test]
async fn a_key_that_may_not_publish_publishes_nothing_by_taking_back() {
    let world = world().await;
    let id = draft(&world, json!({ "title": "Tides" })).await;
    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), json!({})).await.is(StatusCode::OK);
    let undo = bulk(&world, &id, "unpublish").await;
    let made = json!({ "name": "Writer", "role": "MEMBER" });
    let made = world.as_admin().post("/api/v1/api-keys", made).await.is(StatusCode::CREATED).json();
    let key = format!("Bearer {}", made["key"].as_str().unwrap());
    let outcome: Value =
        world.stranger().with("authorization", &key).post(&undo, json!({})).await.is(StatusCode::OK).json();
    assert_eq!((&outcome["changed"], outcome["refused"].as_array().unwrap().len()), (&json!([]), 1), "{outcome}");
    assert_eq!(status(&world, &id).await, "DRAFT");
}

#[tokio::test]
async fn a_writer_takes_back_what_was_submitted_and_it_waits_for_no_review() {
    let world = world().await;
    let id = draft(&world, json!({ "title": "Tides" })).await;
    let body = json!({ "ids": [id], "action": "submit" });
    let outcome: Value = world.as_member().post("/api/v1/content/bulk", body).await.is(StatusCode::OK).json();
    let undo = format!("/api/v1/content/bulk/{}/undo", outcome["undo"].as_str().unwrap());
    let open = "SELECT count(*) AS count FROM app.content_reviews WHERE is_open";
    let open = async || world.tenant().await.one(open, &[]).await.unwrap().get::<_, i64>("count");
    assert_eq!(open().await, 1);
    let undone: Value = world.as_member().post(&undo, json!({})).await.is(StatusCode::OK).json();
    assert_eq!(undone["changed"], json!([id]), "{undone}");
    assert_eq!((status(&world, &id).await, open().await), ("DRAFT".to_owned(), 0));
}

#[tokio::test]
async fn what_cannot_be_taken_back_is_named() {
    let world = world().await;
    let id = draft(&world, json!({ "title": "Tides" })).await;
    let undo = bulk(&world, &id, "publish").await;
    world
        .as_admin()
        .patch(&format!("/api/v1/content/{id}"), json!({ "title": "Tides again" }))
        .await
        .is(StatusCode::OK);
    let outcome: Value = world.as_admin().post(&undo, json!({})).await.is(StatusCode::OK).json();
    let refused = &outcome["refused"][0];
    assert_eq!((&refused["title"], &refused["message"]), (&json!("Tides again"), &json!("Somebody changed it since.")));
}

#[tokio::test]
async fn taking_back_a_publication_takes_the_draft_changes_over() {
    let world = world().await;
    let id = draft(&world, json!({ "title": "Tides", "content": "<p>Old</p>" })).await;
    let undo = bulk(&world, &id, "publish").await;
    let changes = format!("/api/v1/content/{id}/changes");
    world.as_member().patch(&changes, json!({ "content": "<p>New</p>" })).await.is(StatusCode::OK);
    let undone: Value = world.as_admin().post(&undo, json!({})).await.is(StatusCode::OK).json();
    assert_eq!(undone["changed"], json!([id]), "{undone}");
    let item: Value = world.as_admin().get(&format!("/api/v1/content/{id}")).await.is(StatusCode::OK).json();
    assert_eq!((&item["status"], &item["content"]), (&json!("DRAFT"), &json!("<p>New</p>")));
    world.as_admin().get(&changes).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_listens_hears_of_what_was_taken_back() {
    let world = world().await;
    let hook = json!({ "url": "https://hooks.example/x", "events": ["content.published", "content.unpublished", "content.restored"] });
    world.as_admin().post("/api/v1/webhooks", hook).await.is(StatusCode::CREATED);
    let id = draft(&world, json!({ "title": "Tides" })).await;
    let publish = bulk(&world, &id, "publish").await;
    world.as_admin().post(&publish, json!({})).await.is(StatusCode::OK);
    let delete = bulk(&world, &id, "delete").await;
    world.as_admin().post(&delete, json!({})).await.is(StatusCode::OK);
    assert_eq!(told(&world).await, ["content.published", "content.restored", "content.unpublished"]);
    let log: Value = world.as_owner().get("/api/v1/audit-log?action=content.unpublish").await.is(StatusCode::OK).json();
    assert_eq!(log["data"][0]["details"]["undo"], true, "{log}");
}
