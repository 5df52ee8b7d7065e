//! Emails on their way to a mail server that says no, hangs up, or loses its answer.

use email::sending::delivery::drain;
use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Side;

use crate::audience_contacts::contact;
use crate::email_emails::{email, read};
use crate::smtp_server::MailServer;
use crate::world;

pub async fn contacts(world: &World, names: &[&str]) {
    for name in names {
        contact(world, json!({ "email": format!("{name}@{name}.example"), "name": format!("{name} Doe") })).await;
    }
}

pub async fn send(world: &World, id: &str) {
    world.as_admin().post(&format!("/api/v1/emails/{id}/send"), ()).await.is(StatusCode::OK);
    world.run_jobs().await;
}

async fn states(world: &World, id: &str) -> Vec<(String, String)> {
    let tx = world.tenant().await;
    let sql =
        "SELECT split_part(email, '@', 1) AS name, state FROM app.email_recipients WHERE email_id = $1 ORDER BY 1";
    let rows = tx.rows(sql, &[&id]).await.unwrap();
    rows.iter().map(|row| (row.get("name"), row.get("state"))).collect()
}

/// The counters of an email are what its recipients' rows say.
pub async fn assert_counted(world: &World, id: &str) -> Value {
    let sql = "SELECT count(*) AS recipients, count(*) FILTER (WHERE state IN ('sent', 'delivered', 'bounced')) AS sent,
                 count(*) FILTER (WHERE state IN ('sent', 'delivered')) AS delivered, count(*) FILTER (WHERE state = 'bounced') AS bounced,
                 count(*) FILTER (WHERE state = 'failed') AS failed, count(*) FILTER (WHERE state = 'uncertain') AS uncertain,
                 count(*) FILTER (WHERE state = 'skipped') AS skipped, count(opened_at) AS opened, count(opened_raw_at) AS opened_raw,
                 count(clicked_at) AS clicked, count(clicked_raw_at) AS clicked_raw, count(unsubscribed_at) AS unsubscribed,
                 count(complained_at) AS complained
               FROM app.email_recipients WHERE email_id = $1";
    let row = world.tenant().await.one(sql, &[&id]).await.unwrap();
    let email = read(world, id).await;
    for column in row.columns() {
        assert_eq!(email[column.name()], json!(row.get::<_, i64>(column.name())), "{}", column.name());
    }
    email
}

#[tokio::test]
async fn everybody_on_the_list_gets_one_message_of_their_own() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["ada", "bob", "cyd", "left", "blocked"]).await;
    let list = world.as_admin().get("/api/v1/contacts?q=left").await.json();
    let left = list["data"][0]["id"].as_str().unwrap();
    world
        .as_admin()
        .patch(&format!("/api/v1/contacts/{left}"), json!({ "status": "unsubscribed" }))
        .await
        .is(StatusCode::OK);
    world
        .as_admin()
        .post("/api/v1/suppressions", json!({ "email": "blocked@blocked.example" }))
        .await
        .is(StatusCode::CREATED);
    let content = "<h1>Hello {{first_name|there}}</h1><p>Grüße &amp; <a href=\"https://harbor.test/tide?a=1&amp;b=2\">more</a> for {{email}}.</p>";
    let id = email(&world, json!({ "subject": "Für {{first_name}}", "preheader": "It comes", "content": content, "reply_to": "ada@harbor.test" })).await;
    send(&world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();

    assert_eq!(server.recipients(), ["ada@ada.example", "bob@bob.example", "cyd@cyd.example"]);
    let sent = assert_counted(&world, &id).await;
    assert_eq!(
        (&sent["status"], &sent["recipients"], &sent["sent"], &sent["delivered"]),
        (&json!("SENT"), &json!(3), &json!(3), &json!(3))
    );
    assert!(sent["finished_at"].is_string());

    let taken = server.taken();
    let message = taken.iter().find(|one| one.recipient == "ada@ada.example").unwrap();
    assert_eq!(message.sender, "news@harbor.test");
    assert_eq!(message.header("From"), "Harbor <news@harbor.test>");
    assert_eq!(message.header("Subject"), "=?UTF-8?B?RsO8ciBhZGE=?=");
    assert_eq!(message.header("Reply-To"), "ada@harbor.test");
    assert_eq!(message.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    assert!(message.header("List-Id").ends_with("<org-harbor.harbor.test>"));
    assert!(message.header("Content-Type").starts_with("multipart/alternative; boundary="));
    let ids: std::collections::HashSet<String> = taken.iter().map(|one| one.header("Message-ID")).collect();
    assert_eq!(ids.len(), 3);
    let body = message.body();
    assert!(body.contains("Hello ada\r\n\r\nGrüße & more ( http"), "{body}");
    assert!(body.contains("<h1>Hello ada</h1><p>Grüße &amp; <a href=\"http"), "{body}");
    assert!(!body.contains("{{") && !body.contains("https://harbor.test/tide"), "{body}");
    assert_eq!(body.matches("It comes").count(), 1, "the preheader is for the HTML alone: {body}");
    assert!(message.text.is_ascii() && message.text.lines().all(|line| line.len() <= 998));

    // The link of the header takes the person off the list, and the report knows through which email.
    let way_out = message.header("List-Unsubscribe");
    let way_out = way_out.trim_matches(['<', '>']).strip_prefix(&world.app.settings.public_url).unwrap().to_owned();
    world.stranger().form(&way_out, &[("List-Unsubscribe", "One-Click")]).await.is(StatusCode::OK);
    let list = world.as_admin().get("/api/v1/contacts?q=ada").await.json();
    assert_eq!(list["data"][0]["status"], "unsubscribed");
    // A second email leaves her out.
    let second = email(&world, json!({})).await;
    send(&world, &second).await;
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!(assert_counted(&world, &second).await["recipients"], 2);
}

#[tokio::test]
async fn a_connection_carries_many_messages() {
    let (world, server) = (world().await, MailServer::start().await);
    let names: Vec<String> = (0..60).map(|number| format!("n{number}")).collect();
    contacts(&world, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    server.take_one_command_at_a_time();
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!((server.taken().len(), assert_counted(&world, &id).await["sent"].clone()), (60, json!(60)));
    assert!(server.connections() <= world.app.settings.smtp_connections, "{}", server.connections());
}

#[tokio::test]
async fn a_domain_gets_no_more_at_a_time_than_it_may() {
    let (world, server) = (world().await, MailServer::start().await);
    for number in 0..40 {
        contact(
            &world,
            json!({ "email": format!("n{number}@{}.example", if number < 30 { "large" } else { "small" }) }),
        )
        .await;
    }
    let mut settings = world.app.settings.clone();
    settings.smtp_connections_a_domain = 2;
    let app =
        kernel::App::new(world.app.database.clone(), world.app.clock.clone(), settings, world.app.secret_key.clone());
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    for _ in 0..40 {
        drain(&app, server.relay()).await.unwrap();
        world.advance(SignedDuration::from_secs(2));
    }
    assert_eq!((server.taken().len(), assert_counted(&world, &id).await["sent"].clone()), (40, json!(40)));
    assert!(server.most_to_one_domain() <= 2, "{}", server.most_to_one_domain());
}

#[tokio::test]
async fn each_kind_of_refusal_has_its_consequence() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["dropped-early", "fine", "full", "gone", "grey", "later", "policy", "rate", "spam"]).await;
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    let expected = [
        ("dropped-early", "queued"),
        ("fine", "sent"),
        ("full", "bounced"),
        ("gone", "bounced"),
        ("grey", "queued"),
        ("later", "queued"),
        ("policy", "failed"),
        ("rate", "queued"),
        ("spam", "failed"),
    ];
    assert_eq!(states(&world, &id).await, expected.map(|(name, state)| (name.to_owned(), state.to_owned())));
    assert_eq!(read(&world, &id).await["status"], "SENDING");
    // Only who is not there any more is never written to again.
    let suppressed = world.as_admin().get("/api/v1/suppressions").await.json();
    assert_eq!(
        (&suppressed["page"]["total"], &suppressed["data"][0]["email"]),
        (&json!(1), &json!("gone@gone.example"))
    );
    let list = world.as_admin().get("/api/v1/contacts?q=gone").await.json();
    assert_eq!(list["data"][0]["status"], "bounced");

    server.be_kind();
    world.advance(SignedDuration::from_mins(2));
    drain(&world.app, server.relay()).await.unwrap();
    let sent = assert_counted(&world, &id).await;
    assert_eq!(
        (&sent["status"], &sent["sent"], &sent["bounced"], &sent["failed"]),
        (&json!("SENT"), &json!(7), &json!(2), &json!(2))
    );
    assert_eq!(server.recipients().len(), 5);
}

#[tokio::test]
async fn nobody_is_written_to_again_while_it_is_not_known_whether_they_got_it() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["fine", "lost-answer"]).await;
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    world.advance(SignedDuration::from_hours(3));
    drain(&world.app, server.relay()).await.unwrap();
    let sent = assert_counted(&world, &id).await;
    assert_eq!((&sent["status"], &sent["sent"], &sent["uncertain"]), (&json!("SENT"), &json!(1), &json!(1)));
    assert_eq!(server.recipients(), ["fine@fine.example", "lost-answer@lost-answer.example"]);

    let settle = format!("/api/v1/emails/{id}/settle");
    world.as_admin().post(&settle, ()).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    server.be_kind();
    world.as_admin().post(&settle, json!({ "uncertain": "send_again" })).await.is(StatusCode::OK);
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!(assert_counted(&world, &id).await["sent"], 2);
    let twice: Vec<_> = server.taken().into_iter().filter(|one| one.recipient.starts_with("lost")).collect();
    assert_eq!((twice.len(), twice[0].header("Message-ID")), (2, twice[1].header("Message-ID")));
    world.as_admin().post(&settle, json!({ "uncertain": "take_as_sent" })).await.is(StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_a_dead_node_had_on_its_way_is_told_as_uncertain() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["ada", "bob", "cyd"]).await;
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    let sql = "UPDATE app.email_recipients SET state = 'sending', lease_token = 'dead', lease_until = $1 WHERE email LIKE 'ada%'";
    let tx = world.tenant().await;
    tx.execute(sql, &[&(world.now() + SignedDuration::from_secs(30))]).await.unwrap();
    tx.commit().await.unwrap();
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!(read(&world, &id).await["status"], "SENDING");
    world.advance(SignedDuration::from_secs(31));
    drain(&world.app, server.relay()).await.unwrap();
    let sent = assert_counted(&world, &id).await;
    assert_eq!((&sent["status"], &sent["sent"], &sent["uncertain"]), (&json!("SENT"), &json!(2), &json!(1)));
    assert_eq!(server.recipients(), ["bob@bob.example", "cyd@cyd.example"]);
    world
        .as_admin()
        .post(&format!("/api/v1/emails/{id}/settle"), json!({ "uncertain": "take_as_sent" }))
        .await
        .is(StatusCode::OK);
    assert_eq!(assert_counted(&world, &id).await["delivered"], 3);
}

/// Waits until somebody waits for a lock that somebody else holds.
async fn somebody_waits(world: &World) {
    let database = world.app.database.global().await.unwrap();
    let sql = "SELECT count(*) AS waiting FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while database.one(sql, &[]).await.unwrap().get::<_, i64>("waiting") == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_is_deleted_while_an_email_is_given_its_recipients_is_none_of_them() {
    let world = world().await;
    contacts(&world, &["ada"]).await;
    let email = email(&world, json!({})).await;
    let list = world.as_admin().get("/api/v1/contacts").await.json();
    let ada = list["data"][0]["id"].as_str().unwrap();
    let tx = world.tenant().await;
    let organization = tx.organization().as_str();
    tx.rows("SELECT pg_advisory_xact_lock(app.recipients_lock($1))", &[&organization]).await.unwrap();
    let sql = "INSERT INTO app.email_recipients (organization_id, id, email_id, contact_id, email, state)
               SELECT organization_id, 'made', $1, id, email, 'queued' FROM app.contacts";
    tx.execute(sql, &[&email]).await.unwrap();
    let made = async {
        somebody_waits(&world).await;
        tx.commit().await.unwrap();
    };
    let path = format!("/api/v1/contacts/{ada}");
    let admin = world.as_admin();
    let (deleted, ()) = tokio::join!(admin.delete(&path), made);
    deleted.is(StatusCode::NO_CONTENT);
    let row = world.tenant().await.one("SELECT contact_id FROM app.email_recipients", &[]).await.unwrap();
    assert_eq!(row.get::<_, Option<String>>("contact_id"), None);
}

#[tokio::test]
async fn sending_is_scheduled_paused_and_cancelled() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["fine", "later"]).await;
    let id = email(&world, json!({})).await;
    let path = format!("/api/v1/emails/{id}");
    world
        .as_admin()
        .post(&format!("{path}/send"), json!({ "scheduled_for": "2026-03-01T14:00:00Z" }))
        .await
        .is(StatusCode::OK);
    world.run_jobs().await;
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!((read(&world, &id).await["status"].clone(), server.taken().len()), (json!("SCHEDULED"), 0));
    // Who joins before its time gets it too.
    contacts(&world, &["zoe"]).await;
    world.advance(SignedDuration::from_hours(2));
    world.run_jobs().await;
    world.as_admin().post(&format!("{path}/pause"), ()).await.is(StatusCode::OK);
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!((read(&world, &id).await["recipients"].clone(), server.taken().len()), (json!(3), 0));
    world.as_admin().post(&format!("{path}/resume"), ()).await.is(StatusCode::OK);
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!(server.recipients(), ["fine@fine.example", "zoe@zoe.example"]);
    world.as_admin().post(&format!("{path}/cancel"), ()).await.is(StatusCode::OK);
    drain(&world.app, server.relay()).await.unwrap();
    let ended = assert_counted(&world, &id).await;
    assert_eq!((&ended["status"], &ended["skipped"], &ended["sent"]), (&json!("SENT"), &json!(1), &json!(2)));
    assert!(ended["cancelled_at"].is_string());
    let page = world.as_admin().in_browser().get(&format!("/admin/harbor/emails/{id}")).await.is(StatusCode::OK).text();
    assert!(
        page.contains(">Cancelled<") && page.contains("2 of 3 recipients") && page.contains("value=\"66\""),
        "{page}"
    );
    world.as_admin().post(&format!("{path}/send"), ()).await.is(StatusCode::CONFLICT);
}

#[tokio::test]
async fn cancelling_does_not_wait_for_who_claims() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["ada", "bob"]).await;
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    let claiming = world.tenant().await;
    let sql = "SELECT id FROM app.email_recipients WHERE email_id = $1 AND email = 'ada@ada.example' FOR UPDATE";
    assert_eq!(claiming.rows(sql, &[&id]).await.unwrap().len(), 1);
    world.as_admin().post(&format!("/api/v1/emails/{id}/cancel"), ()).await.is(StatusCode::OK);
    let expected = [("ada", "queued"), ("bob", "skipped")];
    assert_eq!(states(&world, &id).await, expected.map(|(name, state)| (name.to_owned(), state.to_owned())));
    claiming.commit().await.unwrap();
    drain(&world.app, server.relay()).await.unwrap();
    assert!(server.taken().is_empty());
    let ended = assert_counted(&world, &id).await;
    assert_eq!((&ended["status"], &ended["skipped"]), (&json!("FAILED"), &json!(2)));
}

#[tokio::test]
async fn an_email_that_cannot_be_read_pauses_and_holds_up_no_other() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["ada"]).await;
    let (torn, whole) = (email(&world, json!({})).await, email(&world, json!({})).await);
    send(&world, &torn).await;
    let tx = world.tenant().await;
    tx.execute("UPDATE app.email_bodies SET plain_text = 'Hi {{you' WHERE id = $1", &[&torn]).await.unwrap();
    tx.commit().await.unwrap();
    send(&world, &whole).await;
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!((server.taken().len(), &assert_counted(&world, &whole).await["status"]), (1, &json!("SENT")));
    let paused = assert_counted(&world, &torn).await;
    assert!(paused["paused_at"].is_string() && paused["problem"].as_str().unwrap().contains("{{you"), "{paused}");
}

#[tokio::test]
async fn a_refused_sender_pauses_the_email_and_loses_nobody() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["ada", "bob"]).await;
    let id = email(&world, json!({ "from_email": "forbidden@harbor.test" })).await;
    send(&world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    let paused = assert_counted(&world, &id).await;
    assert!(paused["paused_at"].is_string() && paused["problem"].as_str().unwrap().contains("5.7.60"), "{paused}");
    assert!(states(&world, &id).await.iter().all(|(_, state)| state == "queued"));
}

#[tokio::test]
async fn organizations_share_the_connections_and_keep_their_pace() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["ada", "bob", "cyd"]).await;
    let id = email(&world, json!({})).await;
    let tx = world.tenant().await;
    let sql = "INSERT INTO app.plan_limits (organization_id, messages_a_minute) VALUES ('org-harbor', 2)";
    tx.execute(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    send(&world, &id).await;
    let rival = json!({ "subject": "Ours", "content": "<p>x</p>", "audience_segment": { "all": true }, "from_email": "a@rival.test" });
    let rival = world.as_rival_admin().post("/api/v1/emails", rival).await.is(StatusCode::CREATED).id();
    world.as_rival_admin().post(&format!("/api/v1/emails/{rival}/send"), ()).await.is(StatusCode::OK);
    world.run_jobs().await;
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!(server.taken().len(), 3, "two of ours in this minute, and the rival's one");
    let tx = world.tenant_of(Side::Rival).await;
    let state = tx.one("SELECT status::text AS status FROM email_campaigns WHERE id = $1", &[&rival]).await.unwrap();
    assert_eq!(state.get::<_, String>("status"), "SENT");
    world.advance(SignedDuration::from_mins(1));
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!(assert_counted(&world, &id).await["status"], "SENT");
}

#[tokio::test]
async fn without_a_mail_server_messages_are_kept_in_the_outbox() {
    let world = world().await;
    contacts(&world, &["ada"]).await;
    let id = email(&world, json!({ "content": "<p>Dear {{first_name}}</p>" })).await;
    send(&world, &id).await;
    drain(&world.app, None).await.unwrap();
    assert_eq!(assert_counted(&world, &id).await["status"], "SENT");
    let mails = world.outbox().await;
    assert!(mails.iter().any(|mail| mail.recipient == "ada@ada.example" && mail.text.contains("Dear ada")));
}
