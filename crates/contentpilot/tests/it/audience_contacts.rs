//! Contacts: who they are, that they agreed, and that who left stays away.

use http::{Request, StatusCode};
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Side;

use crate::world;

pub async fn contact(world: &World, values: Value) -> String {
    world.as_admin().post("/api/v1/contacts", values).await.is(StatusCode::CREATED).id()
}

async fn unsubscribe_path(world: &World, id: &str) -> String {
    let tx = world.tenant().await;
    let row = tx.one("SELECT email_hash FROM app.contacts WHERE id = $1", &[&id]).await.unwrap();
    let organization = Side::Harbor.organization_id();
    let url = email::audience::link::unsubscribe_url(&world.app, &organization, row.get("email_hash"), None);
    url.strip_prefix(&world.app.settings.public_url).unwrap().to_owned()
}

async fn status(world: &World, id: &str) -> String {
    let contact = world.as_admin().get(&format!("/api/v1/contacts/{id}")).await.is(StatusCode::OK).json();
    contact["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_contact_is_added_found_and_changed_with_its_history() {
    let world = world().await;
    let made = json!({ "email": "Ada@Bücher.example", "name": "Ada Lovelace", "language": "en-GB", "timezone": "Europe/London",
        "fields": { "shoe_size": 38 }, "tags": ["VIP", "vip", "Sea"], "consent_source": "Fair", "consent_wording": "Yes, write me." });
    let id = contact(&world, made).await;
    let path = format!("/api/v1/contacts/{id}");
    let contact = world.as_admin().get(&path).await.is(StatusCode::OK).json();
    assert_eq!((&contact["email"], &contact["tags"]), (&json!("Ada@xn--bcher-kva.example"), &json!(["sea", "vip"])));
    assert_eq!(contact["consent_at"], testkit::world::NOW);

    let again = world.as_admin().post("/api/v1/contacts", json!({ "email": "ada@bücher.EXAMPLE" })).await;
    assert_eq!(again.is(StatusCode::CONFLICT).errors(), [("email".into(), "taken".into())]);
    let wrong = json!({ "email": "nobody", "language": "english!", "timezone": "Mars/Base", "fields": { "A b": 1 } });
    let wrong = world.as_admin().post("/api/v1/contacts", wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let fields: Vec<String> = wrong.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["email", "language", "timezone", "fields.A b"]);

    world
        .as_admin()
        .with("if-match", "\"v9\"")
        .patch(&path, json!({ "name": "X" }))
        .await
        .is(StatusCode::PRECONDITION_FAILED);
    world.as_admin().patch(&path, json!({ "name": null, "tags": ["sea"] })).await.is(StatusCode::OK);
    let history = world.as_admin().get(&format!("{path}/history")).await.is(StatusCode::OK).json();
    let words: Vec<&str> =
        history["data"].as_array().unwrap().iter().map(|entry| entry["words"].as_str().unwrap()).collect();
    assert_eq!(
        words,
        ["Tags are now: sea", "Changed name from Ada Lovelace to nothing", "Added by hand; consent from: Fair"]
    );
    for (query, found) in [("q=ADA", 1), ("q=lovelace", 0), ("status=subscribed", 1), ("tag=Sea", 1), ("tag=vip", 0)] {
        let page = world.as_admin().get(&format!("/api/v1/contacts?{query}")).await.is(StatusCode::OK).json();
        assert_eq!(page["page"]["total"], found, "{query}");
        assert_eq!(page["data"].as_array().unwrap().len(), usize::try_from(found).unwrap(), "{query}");
    }
    world.as_member().get("/api/v1/contacts").await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn lists_are_read_page_by_page() {
    let world = world().await;
    for number in 0..5 {
        contact(&world, json!({ "email": format!("n{number}@example.org") })).await;
    }
    for (sort, first) in
        [("-created_at", "n4@example.org"), ("created_at", "n0@example.org"), ("email", "n0@example.org")]
    {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/api/v1/contacts?limit=2&sort={sort}{cursor}");
            let page = world.as_admin().get(&path).await.is(StatusCode::OK).json();
            seen.extend(
                page["data"].as_array().unwrap().iter().map(|contact| contact["email"].as_str().unwrap().to_owned()),
            );
            let Some(next) = page["page"]["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!((seen.len(), seen[0].as_str()), (5, first));
    }
}

#[tokio::test]
async fn looking_at_the_link_changes_nothing_and_one_click_unsubscribes_for_good() {
    let world = world().await;
    let id = contact(&world, json!({ "email": "eve@example.org" })).await;
    let path = unsubscribe_path(&world, &id).await;

    let page = world.stranger().get(&path).await.is(StatusCode::OK);
    assert!(page.text().contains("Nothing has changed yet") && !page.text().contains("eve@example.org"));
    assert_eq!(status(&world, &id).await, "subscribed");

    // What a mail provider sends: no cookies, another origin, a form of its own.
    let one_click = || {
        let request = Request::post(&path).header("content-type", "application/x-www-form-urlencoded");
        let request = request.header("origin", "https://mail.example").header("sec-fetch-site", "cross-site");
        request.body("List-Unsubscribe=One-Click".into()).unwrap()
    };
    for _ in 0..2 {
        world.stranger().raw(one_click()).await.is(StatusCode::OK);
        assert_eq!(status(&world, &id).await, "unsubscribed");
    }
    let back = json!({ "status": "subscribed" });
    let refused = world.as_admin().patch(&format!("/api/v1/contacts/{id}"), back).await;
    assert_eq!(refused.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [("status".into(), "needs_consent".into())]);

    // Deleted and added anew, the person stays away, and the old link still answers.
    world.as_admin().delete(&format!("/api/v1/contacts/{id}")).await.is(StatusCode::NO_CONTENT);
    let again = world.as_admin().post("/api/v1/contacts", json!({ "email": "EVE@example.org" })).await;
    assert_eq!(again.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [("email".into(), "suppressed".into())]);
    world.stranger().raw(one_click()).await.is(StatusCode::OK);

    let forged = path.replace("/unsubscribe/", "/unsubscribe/x");
    world.stranger().get(&forged).await.is(StatusCode::NOT_FOUND);
    world.stranger().post(&forged, ()).await.is(StatusCode::NOT_FOUND);
    let rival = path.replace("org-harbor", "org-rival");
    world.stranger().post(&rival, ()).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_person_gets_everything_and_is_forgotten_but_stays_blocked() {
    let world = world().await;
    let id = contact(&world, json!({ "email": "kim@example.org", "name": "Kim", "tags": ["sea"] })).await;
    let path = format!("/api/v1/contacts/{id}");
    let export = world.as_admin().get(&format!("{path}/export")).await.is(StatusCode::OK).json();
    assert_eq!((&export["contact"]["name"], export["history"].as_array().unwrap().len()), (&json!("Kim"), 1));
    let tx = world.tenant().await;
    for sql in [
        "INSERT INTO email_campaigns (organization_id, id, subject, from_name, from_email, created_by)
         VALUES ('org-harbor', 'mail', 'Hello', 'Harbor', 'mail@harbor.test', 'user-harbor-owner')".to_owned(),
        format!("INSERT INTO app.email_recipients (organization_id, id, email_id, contact_id, email, state)
         VALUES ('org-harbor', 'recipient', 'mail', '{id}', 'kim@example.org', 'sent')"),
        format!("INSERT INTO app.email_events (organization_id, id, email_id, recipient_id, contact_id, kind, at, user_agent)
         VALUES ('org-harbor', 'event', 'mail', 'recipient', '{id}', 'open', '2026-02-01', 'Kim browser')"),
    ] {
        tx.execute(&sql, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();

    world.as_member().post(&format!("{path}/erase"), ()).await.is(StatusCode::FORBIDDEN);
    world.as_admin().post(&format!("{path}/erase"), ()).await.is(StatusCode::NO_CONTENT);
    world.as_admin().get(&path).await.is(StatusCode::NOT_FOUND);
    let tx = world.tenant().await;
    let sql = "SELECT count(*) AS count FROM app.email_events e JOIN app.email_recipients r ON r.id = e.recipient_id
               WHERE e.contact_id IS NULL AND e.user_agent IS NULL AND r.contact_id IS NULL AND r.email = ''";
    assert_eq!(tx.one(sql, &[]).await.unwrap().get::<_, i64>("count"), 1);
    let list = world.as_admin().get("/api/v1/suppressions?email=Kim@example.org").await.is(StatusCode::OK).json();
    assert_eq!((&list["data"][0]["reason"], &list["data"][0]["email"]), (&json!("erased"), &Value::Null));
    let again = world.as_admin().post("/api/v1/contacts", json!({ "email": "kim@example.org" })).await;
    again.is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn blocks_are_set_and_lifted_with_a_reason() {
    let world = world().await;
    let id = contact(&world, json!({ "email": "block@example.org" })).await;
    let body = json!({ "email": "Block@example.org", "details": "Asked on the phone" });
    let made = world.as_admin().post("/api/v1/suppressions", body).await.is(StatusCode::CREATED).id();
    assert_eq!(status(&world, &id).await, "unsubscribed");
    let lift = format!("/api/v1/suppressions/{made}/lift");
    world.as_admin().post(&lift, json!({ "details": " " })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    world.as_rival_admin().post(&lift, json!({ "details": "no" })).await.is(StatusCode::NOT_FOUND);
    world.as_admin().post(&lift, json!({ "details": "They called back." })).await.is(StatusCode::NO_CONTENT);
    let back = json!({ "status": "subscribed", "consent_source": "Phone", "consent_wording": "Write me again." });
    world.as_admin().patch(&format!("/api/v1/contacts/{id}"), back).await.is(StatusCode::OK);
    assert_eq!(status(&world, &id).await, "subscribed");
}
