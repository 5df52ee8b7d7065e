//! Segments: rules that mean the right people.

use http::StatusCode;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;

use crate::audience_contacts::contact;
use crate::world;

async fn counted(world: &World, rule: Value) -> (i64, i64) {
    let answer =
        world.as_admin().post("/api/v1/segments/count", json!({ "rule": rule })).await.is(StatusCode::OK).json();
    (answer["contacts"].as_i64().unwrap(), answer["reachable"].as_i64().unwrap())
}

async fn settled() -> World {
    let world = world().await;
    let ada = contact(
        &world,
        json!({ "email": "ada@example.org", "name": "Ada", "company": "Harbor & Sons", "language": "de",
        "tags": ["vip"], "fields": { "shoe_size": 38, "birthday": "1990-05-01", "member": true } }),
    )
    .await;
    contact(
        &world,
        json!({ "email": "ben@example.com", "name": "Ben", "tags": ["vip", "sea"], "fields": { "shoe_size": 45 } }),
    )
    .await;
    let cleo = contact(&world, json!({ "email": "cleo@example.net" })).await;
    let sql = [
        "INSERT INTO email_campaigns (organization_id, id, subject, from_name, from_email, created_by)
         VALUES ('org-harbor', 'mail', 'Hello', 'Harbor', 'mail@harbor.test', 'user-harbor-owner')".to_owned(),
        format!("INSERT INTO app.email_recipients (organization_id, id, email_id, contact_id, email, state, sent_at)
         VALUES ('org-harbor', 'r1', 'mail', '{ada}', 'ada@example.org', 'sent', '2026-02-20'),
                ('org-harbor', 'r2', 'mail', '{cleo}', 'cleo@example.net', 'sent', '2026-02-20')"),
        format!("INSERT INTO app.email_events (organization_id, id, email_id, recipient_id, contact_id, kind, at, is_machine)
         VALUES ('org-harbor', 'e1', 'mail', 'r1', '{ada}', 'open', '2026-02-20', false),
                ('org-harbor', 'e2', 'mail', 'r2', '{cleo}', 'open', '2026-02-20', true)"),
    ];
    let tx = world.tenant().await;
    for sql in sql {
        tx.execute(&sql, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    world
}

#[tokio::test]
async fn rules_mean_whom_they_say() {
    let world = settled().await;
    for (rule, contacts) in [
        (json!({ "all": true }), 3),
        (json!({ "tag": "VIP" }), 2),
        (json!({ "not": { "tag": "vip" } }), 1),
        (json!({ "and": [{ "tag": "vip" }, { "tag": "sea" }] }), 1),
        (json!({ "field": "company", "contains": "harbor &" }), 1),
        (json!({ "field": "company", "is_empty": true }), 2),
        (json!({ "field": "language", "is_not": "de" }), 2),
        (json!({ "field": "email", "ends_with": ".COM" }), 1),
        (json!({ "not": { "field": "name", "begins_with": "a" } }), 2),
        (json!({ "field": "fields.shoe_size", "greater_than": 40 }), 1),
        (json!({ "field": "fields.member", "is": "true" }), 1),
        (json!({ "field": "fields.birthday", "before": "1995-01-01" }), 1),
        (json!({ "field": "created_at", "in_last_days": 1 }), 3),
        (json!({ "field": "created_at", "before": "2026-03-01" }), 0),
        (json!({ "field": "consent_at", "not_in_last_days": 30 }), 3),
        (json!({ "field": "status", "is": "subscribed" }), 3),
        (json!({ "email": "sent", "id": "mail" }), 2),
        (json!({ "email": "opened", "days": 30 }), 1),
        (json!({ "email": "opened", "days": 3 }), 0),
        (json!({ "not": { "email": "opened", "id": "mail" } }), 2),
        (json!({ "and": [{ "email": "sent" }, { "not": { "email": "opened" } }] }), 1),
        (json!({ "or": [{ "tag": "sea" }, { "email": "clicked" }] }), 1),
    ] {
        assert_eq!(counted(&world, rule.clone()).await.0, contacts, "{rule}");
    }
    world.as_admin().post("/api/v1/suppressions", json!({ "email": "ben@example.com" })).await.is(StatusCode::CREATED);
    assert_eq!(counted(&world, json!({ "all": true })).await, (3, 2));
}

#[tokio::test]
async fn a_segment_is_kept_read_back_and_filters_the_list() {
    let world = settled().await;
    let raw = json!({ "name": "Friends", "rule": { "and": [{ "tag": "vip" }, { "email": "opened", "days": 30 }] } });
    let made = world.as_admin().post("/api/v1/segments", raw.clone()).await.is(StatusCode::CREATED);
    let (path, id) = (made.location().to_owned(), made.id());
    assert_eq!(made.json()["words"], "tagged “vip” and opened any email in the last 30 days");
    world.as_admin().post("/api/v1/segments", raw).await.is(StatusCode::CONFLICT);
    let asks = json!({ "rule": { "not": { "email": "clicked", "id": "mail" } } });
    let counted = world.as_admin().post("/api/v1/segments/count", asks).await.is(StatusCode::OK).json();
    assert_eq!(counted["words"], "did not click in the email “Hello”");
    let found = world.as_admin().get(&format!("/api/v1/contacts?segment={id}")).await.is(StatusCode::OK).json();
    assert_eq!((&found["page"]["total"], &found["data"][0]["email"]), (&json!(1), &json!("ada@example.org")));
    let wrong = world.as_admin().patch(&path, json!({ "rule": { "or": [{ "tag": "a" }, { "sql": "1=1" }] } })).await;
    assert_eq!(wrong.is(StatusCode::UNPROCESSABLE_ENTITY).errors()[0].0, "rule.or[1]");
    world.as_admin().patch(&path, json!({ "rule": { "all": true } })).await.is(StatusCode::OK);
    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    world.as_admin().get(&path).await.is(StatusCode::NOT_FOUND);
}
