//! Two subject lines tried on a part of the recipients, and emails at each reader's own time of day.

use email::sending::delivery::drain;
use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;

use crate::audience_contacts::contact;
use crate::email_emails::{email, read};
use crate::email_sending::{assert_counted, contacts, send};
use crate::smtp_server::MailServer;
use crate::world;

/// Puts so many people on the list at once.
async fn crowd(world: &World, count: i32) {
    let sql = "INSERT INTO app.contacts (organization_id, id, email, email_key, email_hash)
               SELECT 'org-harbor', 'c' || n, 'n' || n || '@c.example', 'n' || n || '@c.example', decode(md5(n::text), 'hex')
               FROM generate_series(1, $1::int) n";
    let tx = world.tenant().await;
    tx.execute(sql, &[&count]).await.unwrap();
    tx.commit().await.unwrap();
}

/// Lets so many of those who got a line click, as if they had.
async fn click(world: &World, id: &str, variant: i16, count: i64) {
    let sql = "UPDATE app.email_recipients SET clicked_at = $4, opened_at = $4, clicked_raw_at = $4, opened_raw_at = $4
               WHERE id IN (SELECT id FROM app.email_recipients WHERE email_id = $1 AND variant = $2 AND is_tried ORDER BY id LIMIT $3)";
    let tx = world.tenant().await;
    tx.execute(sql, &[&id, &variant, &count, &world.now()]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn tried(world: &World, server: &MailServer, share: i16) -> String {
    let trial = json!({ "subject": "Second", "share": share, "hours": 4 });
    let id = email(world, json!({ "subject": "First", "trial": trial })).await;
    send(world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    id
}

fn with_subject(server: &MailServer, subject: &str) -> usize {
    server.taken().iter().filter(|one| one.header("Subject") == subject).count()
}

#[tokio::test]
async fn the_rest_gets_the_line_that_won_when_its_time_has_come() {
    let (world, server) = (world().await, MailServer::start().await);
    crowd(&world, 600).await;
    let id = tried(&world, &server, 50).await;
    let (first, second) = (with_subject(&server, "First"), with_subject(&server, "Second"));
    assert!((240..=360).contains(&(first + second)) && first.abs_diff(second) < 80, "{first} {second}");
    assert_eq!(read(&world, &id).await["status"], "SENDING");
    click(&world, &id, 0, 6).await;
    click(&world, &id, 1, 40).await;
    world.advance(SignedDuration::from_hours(3));
    world.run_jobs().await;
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!(server.taken().len(), first + second, "the rest waits");

    world.advance(SignedDuration::from_hours(1));
    world.run_jobs().await;
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!((with_subject(&server, "First"), with_subject(&server, "Second")), (first, 600 - first));
    let sent = assert_counted(&world, &id).await;
    assert_eq!((&sent["status"], &sent["sent"], &sent["trial_chosen"]), (&json!("SENT"), &json!(600), &json!(1)));
    // Whoever waited is written to as of then.
    let last = server.taken().last().unwrap().header("Date");
    assert!(last.starts_with("Sun, 01 Mar 2026 16:00"), "{last}");
    let report = world.as_admin().get(&format!("/api/v1/emails/{id}/report")).await.is(StatusCode::OK).json();
    assert_eq!(
        (&report["trial"]["finding"]["winner"], &report["trial"]["lines"][1]["clicked"]),
        (&json!(1), &json!(40))
    );
    let page = world.as_admin().in_browser().get(&format!("/admin/harbor/emails/{id}/report")).await.text();
    assert!(page.contains("The second line won") && page.contains("The rest got the second line"), "{page}");
}

#[tokio::test]
async fn where_neither_is_better_for_sure_the_rest_gets_the_first() {
    let (world, server) = (world().await, MailServer::start().await);
    crowd(&world, 60).await;
    let id = tried(&world, &server, 50).await;
    click(&world, &id, 1, 9).await;
    let checks = world.as_admin().get(&format!("/api/v1/emails/{id}/checks")).await.text();
    assert!(checks.contains("trial_small"), "{checks}");
    world.advance(SignedDuration::from_hours(4));
    world.run_jobs().await;
    drain(&world.app, server.relay()).await.unwrap();
    let sent = assert_counted(&world, &id).await;
    assert_eq!((&sent["status"], &sent["sent"], &sent["trial_chosen"]), (&json!("SENT"), &json!(60), &json!(0)));
    let report = world.as_admin().get(&format!("/api/v1/emails/{id}/report")).await.json();
    assert_eq!(report["trial"]["finding"]["winner"], Value::Null);
    assert!(report["trial"]["finding"]["words"].as_str().unwrap().starts_with("No winner"));
}

#[tokio::test]
async fn a_trial_is_checked_kept_and_copied() {
    let world = world().await;
    let raw = json!({ "subject": "", "share": 5, "hours": 99 });
    let refused = world.as_admin().post("/api/v1/emails", json!({ "subject": "x", "trial": raw })).await;
    let fields: Vec<String> =
        refused.is(StatusCode::UNPROCESSABLE_ENTITY).errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields.len(), 3, "{fields:?}");
    contacts(&world, &["ada"]).await;
    let id = email(&world, json!({ "trial": { "subject": "For {{nobody}}", "share": 20, "hours": 4 } })).await;
    let path = format!("/api/v1/emails/{id}");
    world.as_admin().post(&format!("{path}/send"), ()).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let trial = json!({ "subject": "For {{first_name|you}}", "share": 20, "hours": 4 });
    world.as_admin().patch(&path, json!({ "trial": trial })).await.is(StatusCode::OK);
    let at = json!({ "scheduled_for": "2026-03-02T09:00:00Z", "in_local_time": true });
    let both = world.as_admin().post(&format!("{path}/send"), at).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(both.errors()[0].0, "in_local_time");
    let copy = world.as_admin().post(&format!("{path}/duplicate"), ()).await.is(StatusCode::CREATED).json();
    assert_eq!(copy["trial"], trial);
    let cleared = world.as_admin().patch(&path, json!({ "trial": null })).await.is(StatusCode::OK).json();
    assert_eq!(cleared["trial"], Value::Null);
}

#[tokio::test]
async fn everybody_gets_it_by_their_own_clock() {
    let (world, server) = (world().await, MailServer::start().await);
    for (name, zone) in [
        ("tokyo", Some("Asia/Tokyo")),
        ("berlin", Some("Europe/Berlin")),
        ("york", Some("America/New_York")),
        ("home", None),
    ] {
        contact(&world, json!({ "email": format!("{name}@{name}.example"), "timezone": zone })).await;
    }
    let id = email(&world, json!({})).await;
    // Nine o'clock the next morning, in UTC at home.
    let at = json!({ "scheduled_for": "2026-03-02T09:00:00Z", "in_local_time": true });
    world.as_admin().post(&format!("/api/v1/emails/{id}/send"), at).await.is(StatusCode::OK);
    let mut arrived = Vec::new();
    for hour in 0..28 {
        world.run_jobs().await;
        drain(&world.app, server.relay()).await.unwrap();
        for one in server.taken().iter().skip(arrived.len()) {
            arrived.push((hour, one.recipient.split('@').next().unwrap().to_owned(), one.header("Date")));
        }
        world.advance(SignedDuration::from_hours(1));
    }
    let times: Vec<(i32, &str)> = arrived.iter().map(|(hour, name, _)| (*hour, name.as_str())).collect();
    // It is noon when it all begins.
    assert_eq!(times, [(12, "tokyo"), (20, "berlin"), (21, "home"), (26, "york")]);
    assert!(arrived[3].2.starts_with("Mon, 02 Mar 2026 14:00"), "{}", arrived[3].2);
    assert_eq!(assert_counted(&world, &id).await["status"], "SENT");
}
