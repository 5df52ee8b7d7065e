//! Emails as drafts: written, checked, moved along, and limited by the plan.

use http::StatusCode;
use kernel::App;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;

use crate::audience_contacts::contact;
use crate::world;

/// An email that can be sent to everybody.
pub async fn email(world: &World, more: Value) -> String {
    let mut values = json!({ "subject": "The tide", "content": "<p>It comes.</p>", "from_name": "Harbor",
        "from_email": "news@harbor.test", "audience_segment": { "all": true } });
    for (name, value) in more.as_object().unwrap() {
        values[name] = value.clone();
    }
    world.as_admin().post("/api/v1/emails", values).await.is(StatusCode::CREATED).id()
}

pub async fn read(world: &World, id: &str) -> Value {
    world.as_admin().get(&format!("/api/v1/emails/{id}")).await.is(StatusCode::OK).json()
}

#[tokio::test]
async fn a_draft_is_made_changed_duplicated_and_deleted() {
    let world = world().await;
    let made = world.as_admin().post("/api/v1/emails", json!({ "subject": " Hello " })).await.is(StatusCode::CREATED);
    let id = made.id();
    let path = format!("/api/v1/emails/{id}");
    assert_eq!(made.location(), path);
    let draft = made.json();
    assert_eq!(
        (&draft["subject"], &draft["status"], &draft["from_name"]),
        (&json!("Hello"), &json!("DRAFT"), &json!("Harbor"))
    );
    assert_eq!(
        (&draft["sent"], &draft["audience_segment"], &draft["plain_text"]),
        (&json!(0), &Value::Null, &Value::Null)
    );

    let wrong = json!({ "subject": "", "from_email": "nobody", "audience_segment": { "and": [] }, "campaign_id": "none", "preheader": "x".repeat(151) });
    let wrong = world.as_admin().patch(&path, wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let mut fields: Vec<String> = wrong.errors().into_iter().map(|(field, _)| field).collect();
    fields.sort();
    assert_eq!(fields, ["audience_segment.and", "from_email", "preheader", "subject"]);
    let unknown = world.as_admin().patch(&path, json!({ "campaign_id": "none" })).await;
    assert_eq!(unknown.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [("campaign_id".into(), "unknown".into())]);

    let stale = world.as_admin().with("if-match", "\"v7\"").patch(&path, json!({ "subject": "X" })).await;
    stale.is(StatusCode::PRECONDITION_FAILED);
    let change =
        json!({ "preheader": "From the pier", "reply_to": "ada@harbor.test", "audience_segment": { "tag": "sea" } });
    let changed = world.as_admin().with("if-match", "\"v1\"").patch(&path, change).await.is(StatusCode::OK);
    assert_eq!((changed.header("etag"), &changed.json()["preheader"]), ("\"v2\"", &json!("From the pier")));

    let copy = world.as_admin().post(&format!("{path}/duplicate"), ()).await.is(StatusCode::CREATED).json();
    assert_eq!((&copy["subject"], &copy["reply_to"]), (&json!("Hello (copy)"), &json!("ada@harbor.test")));
    let list = world.as_admin().get("/api/v1/emails?status=DRAFT&q=COPY").await.is(StatusCode::OK).json();
    assert_eq!(
        (&list["page"]["total"], &list["data"][0]["id"], &list["data"][0]["content"]),
        (&json!(1), &copy["id"], &Value::Null)
    );
    let first = world.as_admin().get("/api/v1/emails?limit=1&sort=created_at").await.is(StatusCode::OK).json();
    assert_eq!(first["data"][0]["id"], json!(id));
    let cursor = first["page"]["next"].as_str().unwrap();
    let second = world.as_admin().get(&format!("/api/v1/emails?limit=1&sort=created_at&cursor={cursor}")).await.json();
    assert_eq!((&second["data"][0]["id"], &second["page"]["next"]), (&copy["id"], &Value::Null));

    world.as_member().get("/api/v1/emails").await.is(StatusCode::FORBIDDEN);
    world.as_rival_admin().get(&path).await.is(StatusCode::NOT_FOUND);
    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    world.as_admin().get(&path).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_sent_says_why() {
    let world = world().await;
    let id = email(&world, json!({ "content": "<p>Hi {{nickname}}, <a href=\"/pricing\">look</a><img src=\"https://e.org/a.png\"></p>", "audience_segment": null })).await;
    let path = format!("/api/v1/emails/{id}");
    let checks = world.as_admin().get(&format!("{path}/checks")).await.is(StatusCode::OK).json();
    let level = |code: &str| {
        let found = checks["checks"].as_array().unwrap().iter().find(|check| check["code"] == code);
        found.map(|check| check["level"].as_str().unwrap().to_owned()).unwrap_or_default()
    };
    assert_eq!(checks["is_ready"], false);
    for (code, expected) in [
        ("merge_tag", "error"),
        ("link_relative", "error"),
        ("audience_missing", "error"),
        ("alt_missing", "warning"),
        ("preheader_missing", "warning"),
        ("unsubscribe_added", "good"),
        ("unsigned", "warning"),
        ("smtp_missing", "warning"),
    ] {
        assert_eq!(level(code), expected, "{code}");
    }
    let refused = world.as_admin().post(&format!("{path}/send"), ()).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let codes: Vec<String> = refused.errors().into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["merge_tag", "link_relative", "audience_missing"]);
    world
        .as_admin()
        .patch(&path, json!({ "content": "<p>Hi</p>", "audience_segment": { "all": true } }))
        .await
        .is(StatusCode::OK);
    let refused = world.as_admin().post(&format!("{path}/send"), ()).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.errors(), [("audience_segment".into(), "audience_empty".into())]);
    // Written as entities these are no braces in the HTML, but they are in the plain text made of it.
    world.as_admin().patch(&path, json!({ "content": "<p>Hi &#123;&#123;you</p>" })).await.is(StatusCode::OK);
    let refused = world.as_admin().post(&format!("{path}/send"), ()).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.errors()[0], ("content".into(), "merge_tag".into()));
}

#[tokio::test]
async fn only_legal_moves_are_made() {
    let world = world().await;
    contact(&world, json!({ "email": "ada@example.org" })).await;
    let id = email(&world, json!({})).await;
    let path = format!("/api/v1/emails/{id}");
    let post = async |step: &str, body: Value| world.as_admin().post(&format!("{path}/{step}"), body).await;

    let refused = post("pause", Value::Null).await.is(StatusCode::CONFLICT).json();
    assert!(
        refused["detail"]
            .as_str()
            .unwrap()
            .contains("is a draft, so it cannot be paused. Possible now: send, schedule."),
        "{refused}"
    );
    let past =
        post("send", json!({ "scheduled_for": "2026-03-01T11:00:00Z" })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(past.errors(), [("scheduled_for".into(), "in_the_past".into())]);
    let scheduled = post("send", json!({ "scheduled_for": "2026-03-01T14:00:00Z" })).await.is(StatusCode::OK).json();
    assert_eq!(
        (&scheduled["status"], &scheduled["scheduled_for"]),
        (&json!("SCHEDULED"), &json!("2026-03-01T14:00:00Z"))
    );
    world.as_admin().patch(&path, json!({ "subject": "Other" })).await.is(StatusCode::CONFLICT);
    world.as_admin().delete(&path).await.is(StatusCode::CONFLICT);
    post("resume", Value::Null).await.is(StatusCode::CONFLICT);
    assert_eq!(post("cancel", Value::Null).await.is(StatusCode::OK).json()["status"], "DRAFT");

    let sending = post("send", Value::Null).await.is(StatusCode::OK).json();
    assert_eq!(sending["status"], "SENDING");
    assert!(post("pause", Value::Null).await.is(StatusCode::OK).json()["paused_at"].is_string());
    let refused = post("pause", Value::Null).await.is(StatusCode::CONFLICT).json();
    assert!(refused["detail"].as_str().unwrap().contains("Possible now: resume, cancel."));
    assert!(post("resume", Value::Null).await.is(StatusCode::OK).json()["paused_at"].is_null());
    // Nothing was frozen yet, so it is a draft again.
    assert_eq!(post("cancel", Value::Null).await.is(StatusCode::OK).json()["status"], "DRAFT");
    world.run_jobs().await;
    assert_eq!(read(&world, &id).await["recipients"], 0);
    world.as_member().post(&format!("{path}/send"), ()).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_plan_limits_emails_a_month() {
    let world = world().await;
    let tx = world.tenant().await;
    let sql = "INSERT INTO app.plan_limits (organization_id, emails_a_month) VALUES ('org-harbor', 1)";
    tx.execute(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let id = email(&world, json!({})).await;
    world.as_admin().post("/api/v1/emails", json!({ "subject": "One more" })).await.is(StatusCode::PAYMENT_REQUIRED);
    world.as_admin().post(&format!("/api/v1/emails/{id}/duplicate"), ()).await.is(StatusCode::PAYMENT_REQUIRED);
    world.advance(jiff::SignedDuration::from_hours(24 * 31));
    world.as_admin().post("/api/v1/emails", json!({ "subject": "One more" })).await.is(StatusCode::CREATED);
}

#[tokio::test]
async fn a_test_goes_to_who_asks_and_counts_nothing() {
    let world = world().await;
    let id = email(
        &world,
        json!({ "content": "<p>Dear {{first_name|you}}, <a href=\"https://harbor.test/a\">read</a></p>" }),
    )
    .await;
    let path = format!("/api/v1/emails/{id}/test");
    let answer = world.as_admin().post(&path, ()).await.is(StatusCode::OK).json();
    assert_eq!(answer["to"], json!(["admin@harbor.test"]));
    let wrong = world.as_admin().post(&path, json!({ "to": ["x"], "contact_id": "nobody" })).await;
    assert_eq!(wrong.is(StatusCode::UNPROCESSABLE_ENTITY).errors().len(), 2);
    world.run_jobs().await;
    let mails = world.outbox().await;
    let mail = mails.iter().find(|mail| mail.subject == "[Test] The tide").unwrap();
    assert_eq!(mail.recipient, "admin@harbor.test");
    assert!(mail.text.contains("Dear Alex, read ( https://harbor.test/a )"), "{}", mail.text);
    let email = read(&world, &id).await;
    assert_eq!((&email["status"], &email["recipients"]), (&json!("DRAFT"), &json!(0)));
}

#[tokio::test]
async fn a_test_with_the_values_of_a_contact_does_not_unsubscribe_them() {
    let world = world().await;
    contact(&world, json!({ "email": "ada@example.org", "name": "Ada Doe" })).await;
    let ada = async || world.as_admin().get("/api/v1/contacts?q=ada").await.json()["data"][0].clone();
    let id = email(&world, json!({ "content": "<p>Dear {{first_name}}</p>" })).await;
    let body = json!({ "contact_id": ada().await["id"] });
    world.as_admin().post(&format!("/api/v1/emails/{id}/test"), body).await.is(StatusCode::OK);
    world.run_jobs().await;
    let mails = world.outbox().await;
    let text = &mails.iter().find(|mail| mail.subject == "[Test] The tide").unwrap().text;
    assert!(text.contains("Dear Ada"), "{text}");
    let way_out = text.split_whitespace().find(|word| word.contains("/unsubscribe/")).unwrap();
    let way_out = way_out.strip_prefix(&world.app.settings.public_url).unwrap();
    let _ = world.stranger().form(way_out, &[("List-Unsubscribe", "One-Click")]).await;
    assert_eq!(ada().await["status"], "subscribed");
}

#[tokio::test]
async fn a_test_that_cannot_be_sent_is_told_to_who_asked() {
    let mut world = world().await;
    let id = email(&world, json!({ "content": "<p>Hi</p>" })).await;
    world.as_admin().post(&format!("/api/v1/emails/{id}/test"), ()).await.is(StatusCode::OK);
    let mut settings = world.app.settings.clone();
    // Nothing listens there.
    settings.smtp_url = Some("smtp://127.0.0.1:1".to_owned());
    world.app = App::new(world.app.database.clone(), world.app.clock.clone(), settings, world.app.secret_key.clone());
    world.run_jobs().await;
    assert_eq!(world.queued("email.test").await, 0, "hours later nobody waits for it");
    let page = world.as_admin().in_browser().get("/admin/harbor/notifications").await.is(StatusCode::OK).text();
    assert!(page.contains("A test to admin@harbor.test could not be sent"), "{page}");
}

#[tokio::test]
async fn tags_of_fields_that_nobody_made_are_refused_and_those_of_some_are_not() {
    let world = world().await;
    contact(&world, json!({ "email": "ada@example.org" })).await;
    let id =
        email(&world, json!({ "subject": "{{fields.size|One}} size", "content": "<p>{{fields.nope|x}}</p>" })).await;
    let path = format!("/api/v1/emails/{id}");
    world.as_admin().post("/api/v1/contact-fields", json!({ "label": "Size" })).await.is(StatusCode::CREATED);
    let refused = world.as_admin().post(&format!("{path}/send"), ()).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.errors(), [("content".into(), "merge_tag".into())]);
    assert!(refused.text().contains("There is no field for {{fields.nope}}."), "{}", refused.text());
    let mended = json!({ "content": "<p><a href=\"https://e.org/?of={{email}}\">yours</a></p>" });
    world.as_admin().patch(&path, mended).await.is(StatusCode::OK);
    let checks = world.as_admin().get(&format!("{path}/checks")).await.json();
    let has = |code: &str| checks["checks"].as_array().unwrap().iter().any(|check| check["code"] == code);
    assert!(checks["is_ready"] == true && has("link_personal"), "{checks}");
}
