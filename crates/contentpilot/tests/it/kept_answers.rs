//! Answers of the API that show only what is public come from memory, and never show less than their reader just wrote.

use http::StatusCode;
use kernel::db::Statements;
use serde_json::json;

use crate::site_cache::{change_silently, hears_more_than, listening};

const LIST: &str = "/api/v1/content?status=PUBLISHED&limit=15";

#[tokio::test]
async fn lists_of_published_items_are_kept_until_one_of_them_changes() {
    let (world, stop) = listening().await;
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "Tides" })).await;
    let count = world.app.changes.count();
    world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
    hears_more_than(&world, count).await;
    let first = world.as_viewer().get(LIST).await.is(StatusCode::OK);
    change_silently(&world, &item.id(), "Secretly changed").await;
    assert_eq!(world.as_member().get(LIST).await.text(), first.text(), "it comes from memory, whoever may read it");
    let known = world.as_viewer().with("if-none-match", first.header("etag")).get(LIST).await;
    assert!(known.is(StatusCode::NOT_MODIFIED).text().is_empty());
    assert!(world.as_rival_owner().get(LIST).await.text().contains("RIVAL-MARKER"), "others have lists of their own");

    // The writer's next answer shows it, before any notification has come round.
    let changed = world.as_admin().patch(item.location(), json!({ "title": "Tides and time" })).await;
    changed.is(StatusCode::OK);
    assert!(world.as_admin().get(LIST).await.text().contains("Tides and time"));
    world.as_admin().post(&format!("{}/unpublish", item.location()), json!({})).await.is(StatusCode::OK);
    assert!(!world.as_admin().get(LIST).await.text().contains("Tides and time"));
    stop.cancel();
}

#[tokio::test]
async fn an_item_is_kept_while_it_is_public_and_other_nodes_are_heard() {
    let (world, stop) = listening().await;
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "Tides" })).await;
    change_silently(&world, &item.id(), "A draft is read each time").await;
    assert!(world.as_viewer().get(item.location()).await.text().contains("A draft is read each time"));
    let count = world.app.changes.count();
    world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
    hears_more_than(&world, count).await;
    let first = world.as_viewer().get(item.location()).await.is(StatusCode::OK);
    change_silently(&world, &item.id(), "Secretly changed").await;
    assert_eq!(world.as_viewer().get(item.location()).await.text(), first.text());
    world.stranger().get(item.location()).await.is(StatusCode::UNAUTHORIZED);
    world.as_rival_owner().get(item.location()).await.is(StatusCode::NOT_FOUND);

    // Another node writes: only the database tells this one.
    let count = world.app.changes.count();
    let elsewhere = world.superuser().await;
    let sql = "UPDATE content_items SET title = 'From elsewhere', version = version + 1 WHERE id = $1";
    elsewhere.execute(sql, &[&item.id()]).await.unwrap();
    hears_more_than(&world, count).await;
    assert!(world.as_viewer().get(item.location()).await.text().contains("From elsewhere"));
    let tx = world.tenant().await;
    assert!(tx.row("SELECT 1 FROM content_items WHERE title = 'From elsewhere'", &[]).await.unwrap().is_some());
    stop.cancel();
}
