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
async fn an_answer_with_a_secret_is_given_once_and_never_kept() {
    let world = world().await;
    let admin = world.as_admin().with("idempotency-key", "k");
    let body = json!({ "name": "Build server", "role": "MEMBER" });
    let made = admin.post("/api/v1/api-keys", &body).await.is(StatusCode::CREATED);
    assert!(made.json()["key"].as_str().unwrap().starts_with("cp_"));
    let again = admin.post("/api/v1/api-keys", &body).await.is(StatusCode::CONFLICT);
    assert!(again.text().contains("shown once"), "{}", again.text());
    let sql = "SELECT count(*) FROM app.idempotency_keys WHERE convert_from(body, 'UTF8') LIKE '%cp_%'";
    assert_eq!(world.superuser().await.query_one(sql, &[]).await.unwrap().get::<_, i64>(0), 0);
    let keys = "SELECT count(*) FROM app.api_keys WHERE name = 'Build server'";
    assert_eq!(world.superuser().await.query_one(keys, &[]).await.unwrap().get::<_, i64>(0), 1);
}

#[tokio::test]
async fn an_answer_past_its_day_is_replaced_however_far_clearing_lags() {
    let world = world().await;
    let member = world.as_member().with("idempotency-key", "k");
    let first = member.post(CONTENT, json!({ "title": "Once" })).await.is(StatusCode::CREATED);
    let sql =
        "INSERT INTO app.idempotency_keys (organization_id, key, principal, request_hash, status, body, created_at)
               SELECT 'org-harbor', 'old' || n, 'user:x', '', 200, '', '2020-01-01' FROM generate_series(1, 300) n";
    world.superuser().await.execute(sql, &[]).await.unwrap();
    world.advance(SignedDuration::from_hours(24));
    let later = member.post(CONTENT, json!({ "title": "Another" })).await.is(StatusCode::CREATED);
    assert_ne!(later.id(), first.id());
    let again = member.post(CONTENT, json!({ "title": "Another" })).await.is(StatusCode::CREATED);
    assert_eq!((again.id(), again.header("idempotency-replayed")), (later.id(), "true"));
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
