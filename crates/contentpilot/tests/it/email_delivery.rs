//! What changes while an email is on its way: addresses, time zones, other emails beside it, and what is left of it later.

use email::sending::delivery::drain;
use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::json;
use testkit::World;
use testkit::world::Side;

use crate::audience_contacts::contact;
use crate::email_emails::{email, read};
use crate::email_sending::{assert_counted, contacts, send};
use crate::smtp_server::MailServer;
use crate::world;

async fn replies(world: &World, id: &str) -> Vec<String> {
    let sql = "SELECT coalesce(reply, '') AS reply FROM app.email_recipients WHERE email_id = $1 ORDER BY email";
    let rows = world.tenant().await.rows(sql, &[&id]).await.unwrap();
    rows.iter().map(|row| row.get("reply")).collect()
}

#[tokio::test]
async fn a_server_that_hangs_up_after_its_answer_has_answered() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["rate"]).await;
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!(replies(&world, &id).await, ["421 4.7.28 too many"]);
}

#[tokio::test]
async fn what_is_refused_without_a_reason_bounces_and_suppresses_nobody() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["later", "unclear"]).await;
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    for _ in 0..12 {
        drain(&world.app, server.relay()).await.unwrap();
        world.advance(SignedDuration::from_hours(4));
    }
    let ended = assert_counted(&world, &id).await;
    assert_eq!((&ended["bounced"], &ended["failed"]), (&json!(2), &json!(0)), "who said later for a day bounces too");
    let suppressed = world.as_admin().get("/api/v1/suppressions").await.json();
    assert_eq!(suppressed["page"]["total"], 0);
    let sql = "SELECT count(*) AS count FROM app.email_events WHERE email_id = $1 AND kind = 'soft_bounce'";
    assert_eq!(world.tenant().await.one(sql, &[&id]).await.unwrap().get::<_, i64>("count"), 2);
}

#[tokio::test]
async fn who_has_a_new_address_is_written_to_there() {
    let (world, server) = (world().await, MailServer::start().await);
    let ada = contact(&world, json!({ "email": "ada@old.example" })).await;
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    world
        .as_admin()
        .patch(&format!("/api/v1/contacts/{ada}"), json!({ "email": "gone@new.example" }))
        .await
        .is(StatusCode::OK);
    drain(&world.app, server.relay()).await.unwrap();
    let suppressed = world.as_admin().get("/api/v1/suppressions").await.json();
    assert_eq!(suppressed["data"][0]["email"], "gone@new.example", "the address that was tried");
    assert!(replies(&world, &id).await[0].starts_with("550 5.1.1"));
}

#[tokio::test]
async fn a_zone_that_moves_east_delays_local_time_and_loses_nobody() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["ada"]).await;
    let zone = |name: &str| json!({ "timezone": name });
    world.as_owner().patch("/api/v1/organization", zone("America/New_York")).await.is(StatusCode::OK);
    let id = email(&world, json!({})).await;
    let when = json!({ "scheduled_for": "2026-03-02T12:00:00Z", "in_local_time": true });
    world.as_admin().post(&format!("/api/v1/emails/{id}/send"), when).await.is(StatusCode::OK);
    world.as_owner().patch("/api/v1/organization", zone("Asia/Tokyo")).await.is(StatusCode::OK);
    for _ in 0..5 {
        world.advance(SignedDuration::from_hours(12));
        world.run_jobs().await;
        drain(&world.app, server.relay()).await.unwrap();
    }
    assert_eq!(read(&world, &id).await["status"], "SENT");
    assert_eq!(server.recipients(), ["ada@ada.example"]);
}

#[tokio::test]
async fn a_small_email_does_not_wait_for_the_end_of_a_large_one() {
    let (world, server) = (world().await, MailServer::start().await);
    let names: Vec<String> = (0..150).map(|number| format!("many{number}")).collect();
    contacts(&world, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    contact(&world, json!({ "email": "new@new.example", "tags": ["new"] })).await;
    let large = email(&world, json!({ "subject": "For all" })).await;
    send(&world, &large).await;
    world.advance(SignedDuration::from_secs(1));
    let small = email(&world, json!({ "subject": "Welcome", "audience_segment": { "tag": "new" } })).await;
    send(&world, &small).await;
    drain(&world.app, server.relay()).await.unwrap();
    let place = server.taken().iter().position(|one| one.header("Subject") == "Welcome").unwrap();
    assert!(place < 75, "it came as number {place} of 152");
    assert_eq!(assert_counted(&world, &large).await["sent"], 151);
}

#[tokio::test]
async fn a_paused_email_tells_what_a_dead_node_had_on_its_way() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["ada", "bob"]).await;
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    let sql = "UPDATE app.email_recipients SET state = 'sending', lease_token = 'dead', lease_until = $1 WHERE email LIKE 'ada%'";
    let tx = world.tenant().await;
    tx.execute(sql, &[&(world.now() + SignedDuration::from_secs(30))]).await.unwrap();
    tx.commit().await.unwrap();
    world.as_admin().post(&format!("/api/v1/emails/{id}/pause"), ()).await.is(StatusCode::OK);
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!(assert_counted(&world, &id).await["uncertain"], 0);
    world.advance(SignedDuration::from_secs(31));
    drain(&world.app, server.relay()).await.unwrap();
    let paused = assert_counted(&world, &id).await;
    assert_eq!((&paused["uncertain"], &paused["status"]), (&json!(1), &json!("SENDING")));
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn a_minute_that_finds_nobody_leaves_its_messages_to_others() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["ada", "bob"]).await;
    let tx = world.tenant().await;
    let sql = "INSERT INTO app.plan_limits (organization_id, messages_a_minute) VALUES ('org-harbor', 10)";
    tx.execute(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    for _ in 0..3 {
        let id = email(&world, json!({})).await;
        send(&world, &id).await;
    }
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!(server.taken().len(), 6, "six of ten");
    let sql = "SELECT sending_used FROM app.plan_limits WHERE organization_id = 'org-harbor'";
    assert_eq!(world.tenant().await.one(sql, &[]).await.unwrap().get::<_, i32>("sending_used"), 6);
}

#[tokio::test]
async fn links_lead_on_after_an_email_was_deleted() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["ada"]).await;
    let content = "<p><a href=\"https://harbor.test/tide\">more</a></p>";
    let id = email(&world, json!({ "content": content })).await;
    send(&world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    let body = server.taken()[0].body();
    let public = &world.app.settings.public_url;
    let link = body.split('"').find(|part| part.starts_with(public.as_str())).unwrap();
    let path = link.strip_prefix(public.as_str()).unwrap().to_owned();
    world.as_admin().delete(&format!("/api/v1/emails/{id}")).await.is(StatusCode::NO_CONTENT);
    let answer = world.stranger().get(&path).await.is(StatusCode::FOUND);
    assert_eq!(answer.header("location"), "https://harbor.test/tide");
}

#[tokio::test]
async fn tests_are_counted_and_their_links_unsubscribe_nobody() {
    let (world, server) = (world().await, MailServer::start().await);
    let id = email(&world, json!({ "content": "<p><a href=\"{{unsubscribe_url}}\">leave</a></p>" })).await;
    let path = format!("/api/v1/emails/{id}/test");
    let to: Vec<String> = (0..5).map(|number| format!("t{number}@harbor.test")).collect();
    for _ in 0..12 {
        world.as_admin().post(&path, json!({ "to": to })).await.is(StatusCode::OK);
    }
    world.as_admin().post(&path, json!({ "to": to[..1] })).await.is(StatusCode::TOO_MANY_REQUESTS);
    world.advance(SignedDuration::from_mins(61));
    world.as_admin().post(&path, json!({ "to": to[..1] })).await.is(StatusCode::OK);
    world.run_jobs().await;
    assert!(server.taken().is_empty(), "without a server they are kept in the outbox");

    let hash = email::audience::link::OF_TEST;
    let url = email::audience::link::unsubscribe_url(&world.app, &Side::Harbor.organization_id(), hash, None);
    let way_out = url.strip_prefix(&world.app.settings.public_url).unwrap().to_owned();
    let page = world.stranger().form(&way_out, &[("List-Unsubscribe", "One-Click")]).await.is(StatusCode::OK);
    assert!(page.text().contains("This was a test"), "{}", page.text());
    assert_eq!(world.as_admin().get("/api/v1/suppressions").await.json()["page"]["total"], 0);
}

#[tokio::test]
async fn a_block_by_hand_outweighs_a_goodbye() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["ada"]).await;
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    let way_out = server.taken()[0].header("List-Unsubscribe");
    let way_out = way_out.trim_matches(['<', '>']).strip_prefix(&world.app.settings.public_url).unwrap().to_owned();
    world.stranger().form(&way_out, &[("List-Unsubscribe", "One-Click")]).await.is(StatusCode::OK);
    let block = json!({ "email": "ada@ada.example", "details": "asked us by telephone" });
    world.as_admin().post("/api/v1/suppressions", block).await.is(StatusCode::CREATED);
    let blocked = world.as_admin().get("/api/v1/suppressions?email=ada@ada.example").await.json();
    assert_eq!(blocked["data"][0]["reason"], "manual", "no form of a stranger lifts it");
}
