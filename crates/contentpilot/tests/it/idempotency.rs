//! `Idempotency-Key`: what is sent twice is done once.

use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::json;
use testkit::World;

use crate::world;

const CONTENT: &str = "/api/v1/content";

async fn items(world: &World) -> i64 {
    world.tenant().await.one("SELECT count(*) FROM content_items", &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn the_same_request_is_answered_the_same_and_done_once() {
    let world = world().await;
    let member = world.as_member().with("idempotency-key", "order 66");
    let first = member.post(CONTENT, json!({ "title": "Once" })).await.is(StatusCode::CREATED);
    let again = member.post(CONTENT, json!({ "title": "Once" })).await.is(StatusCode::CREATED);
    assert_eq!(
        (first.id(), first.location(), first.header("etag")),
        (again.id(), again.location(), again.header("etag"))
    );
    assert_eq!(first.body, again.body);
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!(items(&world).await, 1);

    member.post(CONTENT, json!({ "title": "Twice" })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    member.post("/api/v1/content?again=1", json!({ "title": "Once" })).await.is(StatusCode::UNPROCESSABLE_ENTITY);

    world.advance(SignedDuration::from_hours(25));
    let later = member.post(CONTENT, json!({ "title": "Once" })).await.is(StatusCode::CREATED);
    assert_ne!(later.id(), first.id());
}

#[tokio::test]
async fn keys_of_others_are_other_keys() {
    let world = world().await;
    let body = json!({ "title": "Mine" });
    let ids = [
        world.as_member().with("idempotency-key", "k").post(CONTENT, &body).await.is(StatusCode::CREATED).id(),
        world.as_admin().with("idempotency-key", "k").post(CONTENT, &body).await.is(StatusCode::CREATED).id(),
        world.as_rival_admin().with("idempotency-key", "k").post(CONTENT, &body).await.is(StatusCode::CREATED).id(),
        world
            .as_admin()
            .in_browser()
            .with("idempotency-key", "k")
            .post(CONTENT, &body)
            .await
            .is(StatusCode::CREATED)
            .id(),
    ];
    assert!(ids.iter().all(|id| ids.iter().filter(|other| *other == id).count() == 1));
    world.stranger().with("idempotency-key", "k").post(CONTENT, &body).await.is(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn refusals_are_kept_and_odd_keys_are_malformed() {
    let world = world().await;
    let member = world.as_member().with("idempotency-key", "k");
    let first = member.post(CONTENT, json!({})).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let again = member.post(CONTENT, json!({})).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((first.body, again.header("content-type")), (again.body.clone(), "application/problem+json"));

    for key in ["", &"x".repeat(256)] {
        let member = world.as_member().with("idempotency-key", key);
        member.post(CONTENT, json!({ "title": "x" })).await.is(StatusCode::BAD_REQUEST);
    }
    let longest = "x".repeat(255);
    let member = world.as_member().with("idempotency-key", &longest);
    member.post(CONTENT, json!({ "title": "x" })).await.is(StatusCode::CREATED);
}

#[tokio::test]
async fn a_claim_without_an_answer_holds_for_a_minute() {
    let world = world().await;
    let member = world.as_member().with("idempotency-key", "k");
    member.post(CONTENT, json!({ "title": "Once" })).await.is(StatusCode::CREATED);
    let tx = world.tenant().await;
    tx.execute("UPDATE app.idempotency_keys SET status = NULL, headers = NULL, body = NULL", &[]).await.unwrap();
    tx.commit().await.unwrap();

    member.post(CONTENT, json!({ "title": "Once" })).await.is(StatusCode::CONFLICT);
    world.advance(SignedDuration::from_secs(61));
    member.post(CONTENT, json!({ "title": "Once" })).await.is(StatusCode::CREATED);
    assert_eq!(items(&world).await, 2);
}

#[tokio::test]
async fn requests_at_the_same_moment_are_done_once() {
    let world = world().await;
    let member = world.as_member().with("idempotency-key", "k");
    let body = json!({ "title": "Once" });
    let post = || member.post(CONTENT, &body);
    let answers = tokio::join!(post(), post(), post(), post());
    let statuses = [answers.0.status, answers.1.status, answers.2.status, answers.3.status];
    assert!(statuses.contains(&StatusCode::CREATED), "{statuses:?}");
    assert!(statuses.iter().all(|one| [StatusCode::CREATED, StatusCode::CONFLICT].contains(one)), "{statuses:?}");
    assert_eq!(items(&world).await, 1);
}
