//! Stories about webhooks, told by a receiver that believes nothing: it checks every signature as the standard says.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::post;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use testkit::World;

use crate::world;

/// One message as it came in.
#[derive(Clone, Debug)]
struct Received {
    id: String,
    at: i64,
    signatures: Vec<String>,
    body: String,
}

#[derive(Default)]
struct Inner {
    received: Vec<Received>,
    /// What to answer, in turn; 204 when there is nothing left.
    answers: Vec<(u16, Option<&'static str>)>,
}

/// A server on this machine that remembers what it was sent.
#[derive(Clone, Default)]
struct Receiver(Arc<Mutex<Inner>>);

impl Receiver {
    async fn start() -> (Self, String) {
        let receiver = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/hook?token=hidden", listener.local_addr().unwrap());
        let router = axum::Router::new().route("/hook", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (receiver, address)
    }

    fn will_answer(&self, answers: &[(u16, Option<&'static str>)]) {
        self.0.lock().unwrap().answers = answers.to_vec();
    }

    fn received(&self) -> Vec<Received> {
        self.0.lock().unwrap().received.clone()
    }

    fn types(&self) -> Vec<String> {
        let kind = |one: &Received| json_of(&one.body)["type"].as_str().unwrap().to_owned();
        self.received().iter().map(kind).collect()
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> axum::response::Response {
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(text("content-type"), "application/json");
    let received = Received {
        id: text("webhook-id"),
        at: text("webhook-timestamp").parse().unwrap(),
        signatures: text("webhook-signature").split(' ').map(str::to_owned).collect(),
        body,
    };
    let mut inner = receiver.0.lock().unwrap();
    inner.received.push(received);
    let (status, wish) = if inner.answers.is_empty() { (204, None) } else { inner.answers.remove(0) };
    let status = StatusCode::from_u16(status).unwrap();
    match wish {
        Some(wish) => (status, [("retry-after", wish)], "no").into_response(),
        None => (status, "thanks").into_response(),
    }
}

/// What a receiver does by the standard: decode the secret, sign `id.timestamp.body`, compare, and look at the clock.
fn verifies(secret: &str, received: &Received, now: Timestamp) -> bool {
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    assert!((24..=64).contains(&key.len()) && !received.id.contains('.'));
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{}.{}.{}", received.id, received.at, received.body).as_bytes());
    let expected = format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
    received.signatures.contains(&expected) && (now.as_second() - received.at).abs() <= 300
}

async fn add(world: &World, url: &str, events: &[&str]) -> (String, String) {
    let sent = json!({ "url": url, "events": events });
    let made = world.as_admin().post("/api/v1/webhooks", sent).await.is(StatusCode::CREATED).json();
    (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

async fn deliveries(world: &World, id: &str) -> Vec<Value> {
    let list = world.as_admin().get(&format!("/api/v1/webhooks/{id}/deliveries")).await.is(StatusCode::OK).json();
    list["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_receiver_hears_of_what_it_asked_for_signed_and_once() {
    let world = world().await;
    let (receiver, url) = Receiver::start().await;
    let (id, secret) = add(&world, &url, &["content.published", "content.deleted", "comment.created"]).await;
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "Tide" })).await.id();
    for _ in 0..2 {
        world.as_admin().post(&format!("/api/v1/content/{item}/publish"), ()).await.is(StatusCode::OK);
    }
    let comment = json!({ "comment": "Lovely." });
    world.as_admin().post(&format!("/api/v1/content/{item}/comments"), comment).await.is(StatusCode::CREATED);
    world.as_admin().delete(&format!("/api/v1/content/{item}")).await.is(StatusCode::NO_CONTENT);
    world.run_jobs().await;

    let mut types = receiver.types();
    types.sort();
    assert_eq!(types, ["comment.created", "content.deleted", "content.published"]);
    for received in receiver.received() {
        assert!(verifies(&secret, &received, world.now()), "{received:?}");
        assert!(!verifies(&format!("whsec_{}", BASE64_STANDARD.encode([7; 32])), &received, world.now()));
        assert!(received.body.len() < 20_000 && !received.body.contains('\n'), "{}", received.body);
    }
    let published = receiver.received().into_iter().find(|one| one.body.contains("content.published")).unwrap();
    let body = json_of(&published.body);
    assert_eq!((&body["data"]["id"], &body["data"]["slug"]), (&json!(item), &json!("tide")));
    assert!(body["timestamp"].as_str().unwrap().parse::<Timestamp>().is_ok());
    let log = deliveries(&world, &id).await;
    assert!(log.len() == 3 && log.iter().all(|one| one["status"] == "delivered"), "{log:?}");
    let shown = world.as_admin().get(&format!("/api/v1/webhooks/{id}")).await.text();
    assert!(!shown.contains("whsec_"), "a secret is shown once");
}

#[tokio::test]
async fn nothing_is_told_of_what_was_rolled_back_or_belongs_to_others() {
    let world = world().await;
    let (receiver, url) = Receiver::start().await;
    add(&world, &url, &[]).await;
    world.as_admin().post("/api/v1/content", json!({ "title": "" })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    world.as_rival_admin().post("/api/v1/content", json!({ "title": "Not yours" })).await.is(StatusCode::CREATED);
    world.run_jobs().await;
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn failures_are_tried_again_on_schedule_under_the_same_id_until_one_succeeds() {
    let world = world().await;
    let (receiver, url) = Receiver::start().await;
    let (id, secret) = add(&world, &url, &[]).await;
    receiver.will_answer(&[(500, None), (302, None), (429, Some("900"))]);
    world.as_admin().post("/api/v1/tags", json!({ "name": "Tide" })).await.is(StatusCode::CREATED);
    world.run_jobs().await;
    assert_eq!(receiver.received().len(), 1);
    let pending = &deliveries(&world, &id).await[0];
    assert_eq!((pending["status"].as_str(), pending["attempts"].as_i64()), (Some("pending"), Some(1)));
    world.run_jobs().await;
    assert_eq!(receiver.received().len(), 1, "not before its time");

    for (wait, count) in [(6, 2), (331, 3), (600, 3), (2_000, 4)] {
        world.advance(SignedDuration::from_secs(wait));
        world.run_jobs().await;
        assert_eq!(receiver.received().len(), count, "after {wait} seconds");
    }
    let received = receiver.received();
    assert!(received.iter().all(|one| one.id == received[0].id), "the id stays the same");
    assert!(received.iter().rev().take(1).all(|one| verifies(&secret, one, world.now())), "the time is the attempt's");
    let delivery = deliveries(&world, &id).await[0]["id"].as_str().unwrap().to_owned();
    let record =
        world.as_admin().get(&format!("/api/v1/webhook-deliveries/{delivery}")).await.is(StatusCode::OK).json();
    let statuses: Vec<_> = record["log"].as_array().unwrap().iter().map(|one| one["response_status"].clone()).collect();
    assert_eq!(statuses, [204, 429, 302, 500].map(|status| json!(status)));
    assert!(!record.to_string().contains("v1,"), "signatures are left out of the log");
    let endpoint = world.as_admin().get(&format!("/api/v1/webhooks/{id}")).await.json();
    assert_eq!(endpoint["failing_since"], Value::Null, "a success ends the failing");
}

#[tokio::test]
async fn a_receiver_that_is_gone_or_fails_for_days_is_switched_off_and_admins_are_told() {
    let world = world().await;
    let (receiver, url) = Receiver::start().await;
    let (id, _) = add(&world, &url, &[]).await;
    receiver.will_answer(&[(410, None)]);
    world.as_admin().post("/api/v1/tags", json!({ "name": "Tide" })).await.is(StatusCode::CREATED);
    world.run_jobs().await;
    let endpoint = world.as_admin().get(&format!("/api/v1/webhooks/{id}")).await.json();
    assert_eq!((&endpoint["is_active"], &endpoint["disabled_reason"]), (&json!(false), &json!("gone")));
    assert!(
        world.outbox().await.iter().any(|mail| mail.subject.contains("switched off") && !mail.text.contains("hidden"))
    );

    let address = format!("/api/v1/webhooks/{id}");
    world.as_admin().patch(&address, json!({ "is_active": true })).await.is(StatusCode::OK);
    receiver.will_answer(&[(500, None); 40]);
    for day in 0..6 {
        world.as_admin().post("/api/v1/tags", json!({ "name": format!("Day {day}") })).await.is(StatusCode::CREATED);
        world.run_jobs().await;
        world.advance(SignedDuration::from_hours(25));
        world.run_jobs().await;
    }
    let endpoint = world.as_admin().get(&address).await.json();
    assert_eq!((&endpoint["is_active"], &endpoint["disabled_reason"]), (&json!(false), &json!("failing")));
    let count = receiver.received().len();
    world.as_admin().post("/api/v1/tags", json!({ "name": "Later" })).await.is(StatusCode::CREATED);
    world.run_jobs().await;
    assert_eq!(receiver.received().len(), count, "nothing is sent to what is switched off");
}

#[tokio::test]
async fn while_a_secret_changes_both_sign_and_messages_can_be_sent_again() {
    let world = world().await;
    let (receiver, url) = Receiver::start().await;
    let (id, old) = add(&world, &url, &[]).await;
    let rotated = world.as_admin().post(&format!("/api/v1/webhooks/{id}/rotate-secret"), ()).await.is(StatusCode::OK);
    let new = rotated.json()["secret"].as_str().unwrap().to_owned();
    world.as_admin().post(&format!("/api/v1/webhooks/{id}/ping"), ()).await.is(StatusCode::NO_CONTENT);
    world.run_jobs().await;
    let first = receiver.received()[0].clone();
    assert_eq!(receiver.types(), ["webhook.ping"]);
    assert!(verifies(&old, &first, world.now()) && verifies(&new, &first, world.now()));

    world.advance(SignedDuration::from_hours(25));
    let delivery = deliveries(&world, &id).await[0]["id"].as_str().unwrap().to_owned();
    world.as_admin().post(&format!("/api/v1/webhook-deliveries/{delivery}/replay"), ()).await.is(StatusCode::OK);
    world.run_jobs().await;
    let again = receiver.received()[1].clone();
    assert_eq!((&again.id, &again.body), (&first.id, &first.body));
    assert!(!verifies(&old, &again, world.now()) && verifies(&new, &again, world.now()));
}

#[tokio::test]
async fn receivers_inside_private_networks_are_refused() {
    let world = world().await;
    for url in
        ["http://example.org/", "https://127.0.0.2/", "https://10.0.0.1/", "https://[::1]/", "https://169.254.169.254/"]
    {
        let answer = world.as_admin().post("/api/v1/webhooks", json!({ "url": url })).await;
        assert_eq!(answer.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [("url".to_owned(), "refused".to_owned())]);
    }
    // A name is looked up when something is sent.
    let (id, _) = add(&world, "https://localhost/hook", &[]).await;
    world.as_admin().post(&format!("/api/v1/webhooks/{id}/ping"), ()).await.is(StatusCode::NO_CONTENT);
    world.run_jobs().await;
    let failure = deliveries(&world, &id).await[0]["failure"].to_string();
    assert!(failure.contains("private network") || failure.contains("No connection"), "{failure}");
}

#[tokio::test]
async fn the_pages_make_change_test_and_delete_a_webhook_without_scripts() {
    let world = world().await;
    let (receiver, url) = Receiver::start().await;
    let admin = world.as_admin().in_browser();
    let refused =
        admin.form("/admin/harbor/webhooks", &[("url", "http://example.org"), ("events", "tag.created")]).await;
    let text = refused.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(text.contains("https://") && text.contains("value=\"tag.created\" checked"), "what was ticked is kept");
    let made =
        admin.form("/admin/harbor/webhooks", &[("url", &url), ("events", "tag.created")]).await.is(StatusCode::OK);
    assert!(made.text().contains("whsec_"));
    let list = world.as_admin().get("/api/v1/webhooks").await.json();
    let page = format!("/admin/harbor/webhooks/{}", list["data"][0]["id"].as_str().unwrap());
    assert!(!admin.get(&page).await.is(StatusCode::OK).text().contains("whsec_"));
    admin.form(&format!("{page}/ping"), &[]).await.is(StatusCode::SEE_OTHER);
    world.run_jobs().await;
    assert_eq!(receiver.types(), ["webhook.ping"]);
    let shown = admin.get(&page).await.text();
    assert!(shown.contains("webhook.ping") && shown.contains("Delivered"), "{shown}");
    let id = deliveries(&world, list["data"][0]["id"].as_str().unwrap()).await[0]["id"].as_str().unwrap().to_owned();
    let delivery = admin.get(&format!("/admin/harbor/webhook-deliveries/{id}")).await.is(StatusCode::OK).text();
    assert!(delivery.contains("Answered with 204") && !delivery.contains("v1,"), "{delivery}");
    admin.form(&page, &[("url", &url)]).await.is(StatusCode::SEE_OTHER);
    let one = world.as_admin().get("/api/v1/webhooks").await.json()["data"][0].clone();
    assert_eq!((&one["is_active"], &one["events"]), (&json!(false), &json!([])), "an unticked box is off");
    admin.form(&format!("{page}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    admin.get(&page).await.is(StatusCode::NOT_FOUND);
}
