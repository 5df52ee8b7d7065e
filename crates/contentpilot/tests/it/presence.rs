//! Two people at one item know of each other.

use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::world::Client;

use crate::content_life::draft;
use crate::world;

async fn others(who: &Client<'_>, address: &str) -> Vec<String> {
    let seen: Value = who.post(address, ()).await.is(StatusCode::OK).json();
    seen["data"].as_array().unwrap().iter().map(|one| one["user_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn whoever_has_the_item_open_is_seen_until_they_close_it_or_are_gone() {
    let world = world().await;
    let id = draft(&world, json!({ "title": "Shared" })).await;
    let address = format!("/api/v1/content/{id}/presence");
    let (member, admin) = (world.as_member(), world.as_admin());
    assert!(others(&member, &address).await.is_empty(), "nobody is told of themselves");
    assert_eq!(others(&admin, &address).await, ["user-harbor-member"]);
    let first: Value = admin.post(&address, ()).await.json();
    world.advance(SignedDuration::from_secs(20));
    assert_eq!(others(&member, &address).await, ["user-harbor-admin"]);
    world.advance(SignedDuration::from_secs(10));
    let again: Value = admin.post(&address, ()).await.json();
    assert_eq!(first["data"][0]["since"], again["data"][0]["since"], "renewing is not coming anew");

    world.advance(SignedDuration::from_secs(16));
    assert!(others(&admin, &address).await.is_empty(), "the member was not seen for 26 seconds");
    let tx = world.tenant().await;
    let left = tx.one("SELECT count(*) AS count FROM app.content_presence", &[]).await.unwrap();
    assert_eq!(left.get::<_, i64>("count"), 1, "leases that ran out are cleared away");
    drop(tx);
    assert_eq!(others(&member, &address).await, ["user-harbor-admin"]);
    admin.delete(&address).await.is(StatusCode::NO_CONTENT);
    assert!(others(&member, &address).await.is_empty());

    world.as_viewer().post(&address, ()).await.is(StatusCode::FORBIDDEN);
    world.as_rival_owner().post(&address, ()).await.is(StatusCode::NOT_FOUND);
    world.as_rival_owner().delete(&address).await.is(StatusCode::NOT_FOUND);
}
