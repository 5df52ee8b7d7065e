//! Asking for a review, being told, answering; and who is told by mail.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Client;

use crate::world;

async fn draft(world: &World, title: &str) -> String {
    let made = world.as_member().post("/api/v1/content", json!({ "title": title, "content": "<p>Text</p>" })).await;
    made.is(StatusCode::CREATED).json()["id"].as_str().unwrap().to_owned()
}

async fn mails_to(world: &World, recipient: &str) -> Vec<String> {
    let mails = world.outbox().await.into_iter().filter(|mail| mail.recipient == recipient);
    mails.map(|mail| format!("{}\n{}", mail.subject, mail.text)).collect()
}

/// How many items wait for this person's review.
async fn waiting(who: &Client<'_>) -> Value {
    let listed = who.get("/api/v1/content?status=REVIEW&reviewer=me").await.is(StatusCode::OK);
    listed.json()["page"]["total"].clone()
}

async fn unread(who: &Client<'_>) -> Value {
    who.get("/admin/harbor/notifications/unread").await.is(StatusCode::OK).json()["unread"].clone()
}

#[tokio::test]
async fn a_reviewer_is_asked_and_the_writer_is_answered() {
    let world = world().await;
    let id = draft(&world, "The tide").await;
    let submit = format!("/api/v1/content/{id}/submit");
    let wrong = world.as_member().post(&submit, json!({ "assignee_id": "user-harbor-member" })).await;
    assert_eq!(wrong.is(StatusCode::UNPROCESSABLE_ENTITY).json()["errors"][0]["field"], "assignee_id");
    let rival = world.as_member().post(&submit, json!({ "assignee_id": "user-rival-owner" })).await;
    rival.is(StatusCode::UNPROCESSABLE_ENTITY);
    let ask = json!({ "assignee_id": "user-harbor-admin", "note": "Please check the figures." });
    world.as_member().post(&submit, ask).await.is(StatusCode::OK);

    let told = mails_to(&world, "admin@harbor.test").await;
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("The tide") && told[0].contains("Please check the figures."), "{}", told[0]);
    assert!(told[0].contains(&format!("/admin/harbor/content/{id}")), "{}", told[0]);
    assert!(mails_to(&world, "owner@harbor.test").await.is_empty());

    assert_eq!(waiting(&world.as_admin()).await, 1);
    assert_eq!(waiting(&world.as_owner()).await, 0);
    let library = world.as_admin().in_browser().get("/admin/harbor/content?reviewer=me").await;
    assert!(library.text().contains("The tide"));

    let answer = json!({ "note": "The second one is off." });
    world.as_admin().post(&format!("/api/v1/content/{id}/request-changes"), answer).await.is(StatusCode::OK);
    assert!(mails_to(&world, "member@harbor.test").await[0].contains("The second one is off."));
    assert_eq!(waiting(&world.as_admin()).await, 0);

    world.as_member().post(&submit, ()).await.is(StatusCode::OK);
    assert_eq!(mails_to(&world, "owner@harbor.test").await.len(), 1, "without an assignee all who may are asked");
    world.as_owner().post(&format!("/api/v1/content/{id}/approve"), ()).await.is(StatusCode::OK);
    let conversation = world.as_viewer().get(&format!("/api/v1/content/{id}/reviews")).await.json();
    let kinds: Vec<&Value> = conversation["data"].as_array().unwrap().iter().map(|step| &step["kind"]).collect();
    assert_eq!(kinds, ["approved", "submitted", "changes_requested", "submitted"]);
    assert_eq!(conversation["data"][3]["note"], "Please check the figures.");
    let editor = world.as_member().in_browser().get(&format!("/admin/harbor/content/{id}")).await.text();
    assert!(editor.contains("The second one is off.") && editor.contains("approved it"), "{editor}");
    world.as_rival_owner().get(&format!("/api/v1/content/{id}/reviews")).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_bell_counts_and_is_ones_own() {
    let world = world().await;
    let id = draft(&world, "The tide").await;
    let page = world.as_member().in_browser();
    let form = [
        ("title", "The tide"),
        ("content", "<p>Text</p>"),
        ("note", "Look here"),
        ("assignee_id", "user-harbor-admin"),
    ];
    page.form(&format!("/admin/harbor/content/{id}/submit"), &form).await.is(StatusCode::SEE_OTHER);

    let admin = world.as_admin().in_browser();
    assert_eq!(unread(&admin).await, 1);
    assert_eq!(unread(&world.as_owner().in_browser()).await, 0);
    assert_eq!(unread(&page).await, 0, "nobody is told of what they did themselves");
    let list = admin.get("/admin/harbor/notifications").await.text();
    assert!(list.contains("The tide") && list.contains("Look here") && list.contains(">1<"), "{list}");

    let open = list.split("/notifications/").find_map(|part| Some(part.split_once("/open\"")?.0)).unwrap();
    let address = format!("/admin/harbor/notifications/{open}/open");
    world.as_owner().in_browser().form(&address, &[]).await.is(StatusCode::NOT_FOUND);
    let opened = admin.form(&address, &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(opened.location(), format!("/admin/harbor/content/{id}"));
    assert_eq!(unread(&admin).await, 0);
    admin.form("/admin/harbor/notifications/read", &[]).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn mails_can_be_switched_off_and_the_bell_still_rings() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    assert!(admin.get("/admin/account").await.text().contains("Somebody asks me for a review"));
    admin.form("/admin/account/mails", &[("approved", "true")]).await.is(StatusCode::SEE_OTHER);
    let id = draft(&world, "Quiet").await;
    let ask = json!({ "assignee_id": "user-harbor-admin" });
    world.as_member().post(&format!("/api/v1/content/{id}/submit"), ask).await.is(StatusCode::OK);
    assert!(mails_to(&world, "admin@harbor.test").await.is_empty());
    assert!(admin.get("/admin/harbor/notifications").await.text().contains("Quiet"));
}

#[tokio::test]
async fn edits_of_published_items_are_in_the_audit_log() {
    let world = world().await;
    let id = draft(&world, "The tide").await;
    world.as_admin().patch(&format!("/api/v1/content/{id}"), json!({ "excerpt": "Before" })).await.is(StatusCode::OK);
    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), ()).await.is(StatusCode::OK);
    world.as_admin().patch(&format!("/api/v1/content/{id}"), json!({ "excerpt": "After" })).await.is(StatusCode::OK);
    let log = world.as_admin().get("/api/v1/audit-log").await.json();
    let edits: Vec<&Value> =
        log["data"].as_array().unwrap().iter().filter(|entry| entry["action"] == "content.edit").collect();
    assert_eq!(edits.len(), 1, "{log}");
    assert_eq!(edits[0]["details"]["changed"], json!(["excerpt"]));
}

#[tokio::test]
async fn many_are_submitted_and_answered_together_and_each_person_is_told_once() {
    let world = world().await;
    let ids = [draft(&world, "The tide").await, draft(&world, "The moon").await, draft(&world, "The pier").await];
    let bulk = async |who: &Client<'_>, action: &str| {
        let body = json!({ "ids": ids, "action": action });
        let outcome = who.post("/api/v1/content/bulk", body).await.is(StatusCode::OK).json();
        assert_eq!(outcome["changed"].as_array().unwrap().len(), 3, "{outcome}");
        format!("/api/v1/content/bulk/{}/undo", outcome["undo"].as_str().unwrap())
    };
    bulk(&world.as_member(), "submit").await;
    for who in [world.as_admin(), world.as_owner()] {
        assert_eq!(waiting(&who).await, 3, "nobody is named, so all who may approve are asked");
    }
    let told = mails_to(&world, "admin@harbor.test").await;
    assert!(
        told.len() == 1 && told[0].contains("asks for a review of 3 items") && told[0].contains("“The moon”"),
        "{told:?}"
    );
    let dashboard = world.as_owner().in_browser().get("/admin/harbor").await.is(StatusCode::OK).text();
    assert!(dashboard.contains("The pier"), "{dashboard}");

    let undo = bulk(&world.as_owner(), "approve").await;
    assert_eq!(waiting(&world.as_admin()).await, 0);
    let told = mails_to(&world, "member@harbor.test").await;
    assert!(told.len() == 1 && told[0].contains("approved 3 items"), "{told:?}");
    let log = world.as_viewer().get(&format!("/api/v1/content/{}/reviews", ids[0])).await.json();
    assert_eq!((&log["data"][0]["kind"], &log["page"]["total"]), (&json!("approved"), &json!(2)));
    world.as_owner().post(&undo, json!({})).await.is(StatusCode::OK);
    assert_eq!(waiting(&world.as_admin()).await, 3, "what waits for review again is in somebody's list again");
    bulk(&world.as_admin(), "request_changes").await;
    assert_eq!(mails_to(&world, "member@harbor.test").await.len(), 2);
}

#[tokio::test]
async fn whoever_asks_everybody_is_not_asked_and_neither_is_who_may_not_answer() {
    let world = world().await;
    let made = world.as_admin().post("/api/v1/content", json!({ "title": "The quay" })).await.is(StatusCode::CREATED);
    world.as_admin().post(&format!("{}/submit", made.location()), ()).await.is(StatusCode::OK);
    assert_eq!(waiting(&world.as_admin()).await, 0);
    assert_eq!(waiting(&world.as_member()).await, 0);
    assert_eq!(waiting(&world.as_owner()).await, 1);
}
