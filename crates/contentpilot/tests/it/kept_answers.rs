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

#[tokio::test]
async fn what_is_kept_goes_out_whole_and_to_keys_alone_that_still_hold() {
    let (world, stop) = listening().await;
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "Tides" })).await;
    let count = world.app.changes.count();
    world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
    hears_more_than(&world, count).await;
    let first = world.as_viewer().get(LIST).await.is(StatusCode::OK);
    let packed = world.as_viewer().with("accept-encoding", "gzip").get(LIST).await.is(StatusCode::OK);
    change_silently(&world, &item.id(), "Secretly changed").await;
    let again = world.as_viewer().get(LIST).await.is(StatusCode::OK);
    assert_eq!(again.text(), first.text());
    for name in ["content-type", "etag", "cache-control", "x-content-type-options", "content-security-policy"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"), "each request has an id of its own");
    let packed_again = world.as_viewer().with("accept-encoding", "gzip").get(LIST).await;
    assert_eq!((packed_again.header("content-encoding"), &packed_again.body), ("gzip", &packed.body));

    let asked_with =
        async |authorization: &str| world.stranger().with("authorization", authorization).get(LIST).await.status;
    assert_eq!(asked_with("Bearer cp_harbor_nobody").await, StatusCode::UNAUTHORIZED);
    assert_eq!(asked_with("Basic cp_harbor_viewer").await, StatusCode::UNAUTHORIZED);
    world.superuser().await.execute("UPDATE app.api_keys SET revoked_at = now()", &[]).await.unwrap();
    world.app.forget();
    world.as_viewer().get(LIST).await.is(StatusCode::UNAUTHORIZED);
    stop.cancel();
}
