//! Addresses that readers know: they lead on, whatever is written elsewhere.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::World;

use crate::content_life::draft;
use crate::world;

/// A public item that was at `/tides` and is at `/high-tides` now.
async fn moved(world: &World) {
    let id = draft(world, json!({ "title": "Tides" })).await;
    let path = format!("/api/v1/content/{id}");
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    world.as_admin().patch(&path, json!({ "slug": "high-tides" })).await.is(StatusCode::OK);
}

async fn leads_on(world: &World) {
    let answer = world.stranger().get("/s/harbor/tides").await.is(StatusCode::MOVED_PERMANENTLY);
    assert_eq!(answer.location(), "/s/harbor/high-tides");
}

#[tokio::test]
async fn a_draft_of_the_same_title_takes_no_address_that_leads_on() {
    let world = world().await;
    moved(&world).await;
    let item: Value = world.as_member().post("/api/v1/content", json!({ "title": "Tides" })).await.json();
    assert_eq!(item["slug"], "tides-2");
    leads_on(&world).await;
    // Nor does the next one take the number of an address that once was.
    let again: Value = world.as_member().post("/api/v1/content", json!({ "title": "Tides" })).await.json();
    assert_eq!(again["slug"], "tides-3");
}

#[tokio::test]
async fn an_address_that_somebody_chose_is_taken_over_when_it_goes_public_and_not_before() {
    let world = world().await;
    moved(&world).await;
    let id = draft(&world, json!({ "title": "Ebb", "slug": "tides" })).await;
    let path = format!("/api/v1/content/{id}");
    leads_on(&world).await;
    // A draft that moves through an address leaves it as it was.
    for slug in ["ebb", "tides"] {
        world.as_member().patch(&path, json!({ "slug": slug })).await.is(StatusCode::OK);
        leads_on(&world).await;
    }
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    assert!(world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK).text().contains("Ebb"));
    world.as_admin().patch(&path, json!({ "slug": "ebb" })).await.is(StatusCode::OK);
    let answer = world.stranger().get("/s/harbor/tides").await.is(StatusCode::MOVED_PERMANENTLY);
    assert_eq!(answer.location(), "/s/harbor/ebb", "it leads to whoever was public there last");
}
