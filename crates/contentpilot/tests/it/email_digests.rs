//! Digests: what was published goes out once a period, to whoever is meant, and what does not fit is told.

use http::StatusCode;
use serde_json::json;
use testkit::World;

use crate::audience_contacts::contact;
use crate::email_automation::{PATH, active, arrived, automation, hours, pairs, runs, work};
use crate::email_emails::{email, read};
use crate::smtp_server::MailServer;
use crate::world;

async fn publish(world: &World, title: &str) {
    let item = json!({ "title": title, "type": "ARTICLE", "content": "<p>It comes.</p>" });
    let id = world.as_admin().post("/api/v1/content", item).await.is(StatusCode::CREATED).id();
    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), ()).await.is(StatusCode::OK);
}

#[tokio::test]
async fn a_digest_goes_out_once_a_period_and_not_without_news() {
    let (world, server) = (world().await, MailServer::start().await);
    contact(&world, json!({ "email": "ada@e.example" })).await;
    let blocks = json!({ "blocks": [{ "type": "heading", "text": "News" }, { "type": "article" }] });
    let template = email(&world, json!({ "subject": "Digest", "composition": blocks, "content": null })).await;
    let trigger = json!({ "kind": "digest", "every": "day", "hour": 6 });
    let id = active(&world, trigger, json!([{ "kind": "send", "email_id": template }])).await;
    publish(&world, "The tide").await;
    publish(&world, "The ebb").await;

    world.advance(hours(18));
    // Two nodes at the same instant.
    let (one, two) = tokio::join!(world.run_jobs(), world.run_jobs());
    assert!(one + two > 0);
    work(&world, &server).await;
    assert_eq!(arrived(&server), pairs(&[("ada@e.example", "Digest")]));
    let body = server.taken()[0].body();
    assert!(body.contains("The tide") && body.contains("The ebb"), "{body}");

    world.advance(hours(24));
    work(&world, &server).await;
    assert_eq!(server.taken().len(), 1, "there is nothing new");
    let issues = runs(&world, &id).await;
    assert_eq!((&issues[0]["state"], &issues[1]["state"]), (&json!("LEFT"), &json!("DONE")));
    assert!(issues[0]["reason"].as_str().unwrap().starts_with("Nothing new was published since"), "{issues:?}");
    let sent = issues[1]["email_id"].as_str().unwrap();
    assert_eq!(read(&world, sent).await["status"], "SENT");
    assert_eq!(read(&world, &template).await["status"], "DRAFT");

    // After a long stop it comes once, not once for each day.
    publish(&world, "The moon").await;
    world.advance(hours(10 * 24));
    for _ in 0..3 {
        work(&world, &server).await;
    }
    assert_eq!(server.taken().len(), 2, "{:?}", runs(&world, &id).await);
    let body = server.taken()[1].body();
    assert!(body.contains("The moon") && !body.contains("The tide"), "{body}");
}

#[tokio::test]
async fn a_digest_is_looked_at_before_it_runs_and_tells_what_did_not_fit() {
    let (world, server) = (world().await, MailServer::start().await);
    let blocks = json!({ "blocks": [{ "type": "heading", "text": "News for {{firstname}}" }, { "type": "article" }] });
    let torn = json!({ "subject": "Digest", "composition": blocks, "content": null });
    let template = email(&world, torn).await;
    let trigger = json!({ "kind": "digest", "every": "day", "hour": 6 });
    let id = automation(&world, trigger, json!([{ "kind": "send", "email_id": template }])).await;
    let activate = format!("{PATH}/{id}/activate");
    let refused = world.as_admin().post(&activate, ()).await.is(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(refused["errors"][0]["field"], "steps[0].email_id", "{refused}");

    let blocks = json!({ "blocks": [{ "type": "article" }] });
    world
        .as_admin()
        .patch(&format!("/api/v1/emails/{template}"), json!({ "composition": blocks }))
        .await
        .is(StatusCode::OK);
    // Readers may come later, and so may articles.
    world.as_admin().post(&activate, ()).await.is(StatusCode::OK);
    contact(&world, json!({ "email": "ada@e.example" })).await;
    for number in 0..12 {
        publish(&world, &format!("Tide {number}")).await;
    }
    world.advance(hours(18));
    work(&world, &server).await;
    work(&world, &server).await;
    assert_eq!(server.taken().len(), 1);
    assert_eq!(runs(&world, &id).await[0]["reason"], "Sent with the newest 10 articles of 12.");
}
