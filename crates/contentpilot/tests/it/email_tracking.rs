//! Openings, clicks and goodbyes: counted once each, programs apart from people, and links that lead nowhere else.

use email::sending::delivery::drain;
use http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::json;
use testkit::World;
use testkit::world::{Answer, Side};

use crate::email_emails::email;
use crate::email_sending::{assert_counted, contacts, send};
use crate::smtp_server::MailServer;
use crate::world;

pub const PERSON: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const TARGET: &str = "https://harbor.test/tide?a=1&b=2#top";

/// The addresses in the message that one person got: the picture, the link, the way out.
pub struct Addresses {
    pub open: String,
    pub click: String,
    leave: String,
}

pub async fn sent(world: &World, names: &[&str]) -> (String, Vec<Addresses>) {
    let server = MailServer::start().await;
    contacts(world, names).await;
    let content = "<p>See <a href=\"https://harbor.test/tide?a=1&amp;b=2#top\">the tide</a>, <a href=\"https://harbor.test/own\" data-no-track>ours</a> \
                   or <a href=\"mailto:ada@harbor.test\">write</a>.</p>";
    let id = email(world, json!({ "content": content })).await;
    send(world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    world.advance(SignedDuration::from_mins(1));
    let mut taken = server.taken();
    taken.sort_by(|one, other| one.recipient.cmp(&other.recipient));
    let addresses = taken.iter().map(|one| {
        let body = one.body();
        assert!(body.contains("href=\"https://harbor.test/own\"") && body.contains("mailto:ada@harbor.test"), "{body}");
        let find = |start: &str| {
            let start = format!("{}/e/org-harbor/{start}/", world.app.settings.public_url);
            let at = body.find(&start).unwrap_or_else(|| panic!("{start} in {body}"));
            let url = body[at..].split(['"', ' ', '\r']).next().unwrap();
            url.strip_prefix(&world.app.settings.public_url).unwrap().to_owned()
        };
        Addresses { open: find("o"), click: find("c"), leave: find("unsubscribe") }
    });
    (id, addresses.collect())
}

pub async fn get(world: &World, path: &str, method: Method, user_agent: &str) -> Answer {
    let request = Request::builder().method(method).uri(path).header("user-agent", user_agent);
    world.stranger().raw(request.body(axum::body::Body::empty()).unwrap()).await
}

#[tokio::test]
async fn people_and_programs_are_counted_apart() {
    let world = world().await;
    let (id, mails) = sent(&world, &["ada", "bob"]).await;
    let picture = get(&world, &mails[0].open, Method::GET, "Mozilla/5.0").await.is(StatusCode::OK);
    assert_eq!(
        (picture.header("content-type"), picture.header("cache-control"), picture.body.len()),
        ("image/gif", "no-store, private", 43)
    );
    let counted = assert_counted(&world, &id).await;
    assert_eq!((&counted["opened"], &counted["opened_raw"]), (&json!(0), &json!(1)));
    for _ in 0..3 {
        get(&world, &mails[0].open, Method::GET, PERSON).await.is(StatusCode::OK);
    }
    let leads = get(&world, &mails[1].click, Method::HEAD, PERSON).await.is(StatusCode::FOUND);
    assert_eq!(leads.location(), TARGET);
    assert_eq!(assert_counted(&world, &id).await["clicked_raw"], 0);
    get(&world, &mails[1].click, Method::GET, "Barracuda Sentinel").await.is(StatusCode::FOUND);
    let counted = assert_counted(&world, &id).await;
    assert_eq!((&counted["opened"], &counted["clicked"], &counted["clicked_raw"]), (&json!(1), &json!(0), &json!(1)));
    let leads = get(&world, &mails[1].click, Method::GET, PERSON).await.is(StatusCode::FOUND);
    assert_eq!((leads.location(), leads.header("referrer-policy")), (TARGET, "no-referrer"));
    let counted = assert_counted(&world, &id).await;
    assert_eq!((&counted["opened"], &counted["clicked"]), (&json!(2), &json!(1)), "who clicks has opened");
    let rule = json!({ "rule": { "email": "opened", "id": id } });
    let meant = world.as_admin().post("/api/v1/segments/count", rule).await.is(StatusCode::OK).json();
    assert_eq!(meant["contacts"], 2, "for segments as well");
    // A visit that began in an email can be asked for; what programs followed is none.
    for (rule, count) in [
        (json!({ "visited": "https://Harbor.test/tide" }), 1),
        (json!({ "visited": "harbor.test", "days": 1 }), 1),
        (json!({ "visited": "harbor.test/ebb" }), 0),
        (json!({ "not": { "visited": "harbor.test/tide", "days": 30 } }), 1),
    ] {
        let counted = world.as_admin().post("/api/v1/segments/count", json!({ "rule": rule })).await.is(StatusCode::OK);
        assert_eq!(counted.json()["contacts"], count, "{rule}");
    }
    let sql = "SELECT count(*) AS count FROM app.email_events WHERE email_id = $1";
    let events: i64 = world.tenant().await.one(sql, &[&id]).await.unwrap().get("count");
    assert_eq!(events, 6, "every sighting is kept");
}

#[tokio::test]
async fn links_cannot_be_bent_and_outlive_their_recipients() {
    let world = world().await;
    let (id, mails) = sent(&world, &["ada"]).await;
    let click = &mails[0].click;
    for forged in [
        click.replace("-1.0.", "-1.1."),
        click.replace("-1.0.", "-2.0."),
        click.replace("org-harbor", "org-rival"),
        format!("{click}x"),
        "/e/org-harbor/c/x".to_owned(),
    ] {
        get(&world, &forged, Method::GET, PERSON).await.is(StatusCode::NOT_FOUND);
    }
    let leads =
        get(&world, &format!("{click}?url=https://evil.example"), Method::GET, PERSON).await.is(StatusCode::FOUND);
    assert_eq!(leads.location(), TARGET);
    get(&world, "/e/org-harbor/o/forged.x", Method::GET, PERSON).await.is(StatusCode::OK);
    let tx = world.tenant().await;
    tx.execute("DELETE FROM app.email_recipients WHERE email_id = $1", &[&id]).await.unwrap();
    tx.commit().await.unwrap();
    let counted = assert_counted(&world, &id).await;
    assert_eq!((&counted["recipients"], &counted["clicked"]), (&json!(0), &json!(0)));
    get(&world, click, Method::GET, PERSON).await.is(StatusCode::FOUND);
    get(&world, &mails[0].open, Method::GET, PERSON).await.is(StatusCode::OK);
}

#[tokio::test]
async fn a_goodbye_counts_for_the_email_that_it_came_through() {
    let world = world().await;
    let (id, mails) = sent(&world, &["ada", "bob"]).await;
    world.stranger().get(&mails[0].leave).await.is(StatusCode::OK);
    assert_eq!(assert_counted(&world, &id).await["unsubscribed"], 0);
    // The row of another in the address counts for nobody.
    let other = mails[1].leave.split("?m=").nth(1).unwrap();
    let mixed = format!("{}?m={other}", mails[0].leave.split('?').next().unwrap());
    world.stranger().form(&mixed, &[]).await.is(StatusCode::OK);
    assert_eq!(assert_counted(&world, &id).await["unsubscribed"], 0);
    for _ in 0..2 {
        world.stranger().form(&mails[1].leave, &[("List-Unsubscribe", "One-Click")]).await.is(StatusCode::OK);
    }
    assert_eq!(assert_counted(&world, &id).await["unsubscribed"], 1);
    let tx = world.tenant_of(Side::Harbor).await;
    let left = tx.one("SELECT count(*) AS count FROM app.suppressions", &[]).await.unwrap();
    assert_eq!(left.get::<_, i64>("count"), 2);
}

#[tokio::test]
async fn counters_equal_the_rows_whatever_happens_in_whatever_order() {
    let world = world().await;
    let (id, mails) = sent(&world, &["ada", "bob", "cyd", "dan"]).await;
    let mut number: u32 = 12_345;
    let mut next = |most: usize| {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(number >> 8).unwrap() % most
    };
    for _ in 0..12 {
        let steps: Vec<(usize, usize, usize)> = (0..8).map(|_| (next(3), next(mails.len()), next(3))).collect();
        let together = steps.iter().map(|(step, mail, agent)| {
            let (world, mail, agent) = (&world, &mails[*mail], [PERSON, "Mozilla/5.0", "curl/8"][*agent]);
            async move {
                match step {
                    0 => _ = get(world, &mail.open, Method::GET, agent).await.is(StatusCode::OK),
                    1 => _ = get(world, &mail.click, Method::GET, agent).await.is(StatusCode::FOUND),
                    _ => _ = world.stranger().form(&mail.leave, &[]).await.is(StatusCode::OK),
                }
            }
        });
        futures_util::future::join_all(together).await;
        let tx = world.tenant().await;
        let state = ["delivered", "bounced", "failed", "uncertain", "sent", "skipped"][next(6)];
        let sql = "UPDATE app.email_recipients SET state = $2 WHERE id = (SELECT id FROM app.email_recipients WHERE email_id = $1 ORDER BY id OFFSET $3 LIMIT 1)";
        tx.execute(sql, &[&id, &state, &i64::try_from(next(4)).unwrap()]).await.unwrap();
        tx.commit().await.unwrap();
        assert_counted(&world, &id).await;
    }
}

#[tokio::test]
async fn whoever_follows_many_links_at_once_is_a_program_whatever_it_calls_itself() {
    let (world, server) = (world().await, MailServer::start().await);
    contacts(&world, &["ada"]).await;
    let link = |number: usize| format!("<a href=\"https://harbor.test/{number}\">{number}</a>");
    let id = email(&world, json!({ "content": (0..4).map(link).collect::<String>() })).await;
    send(&world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    world.advance(SignedDuration::from_mins(1));
    let body = server.taken()[0].body();
    let start = format!("href=\"{}", world.app.settings.public_url);
    let links: Vec<&str> = body
        .split(&start)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .filter(|path| path.contains("/c/"))
        .collect();
    assert_eq!(links.len(), 4);
    get(&world, links[0], Method::GET, PERSON).await.is(StatusCode::FOUND);
    world.advance(SignedDuration::from_mins(1));
    for link in &links[..2] {
        get(&world, link, Method::GET, PERSON).await.is(StatusCode::FOUND);
    }
    assert_eq!(assert_counted(&world, &id).await["clicked"], 1);
    get(&world, links[2], Method::GET, PERSON).await.is(StatusCode::FOUND);
    let machines = || async {
        let sql = "SELECT count(*) FILTER (WHERE is_machine) AS machines, count(*) AS all FROM app.email_events WHERE email_id = $1";
        let row = world.tenant().await.one(sql, &[&id]).await.unwrap();
        (row.get::<_, i64>("machines"), row.get::<_, i64>("all"))
    };
    // The click of the minute before stays a person's.
    assert_eq!((machines().await, assert_counted(&world, &id).await["clicked"].clone()), ((3, 4), json!(1)));
    let tx = world.tenant().await;
    tx.execute("DELETE FROM app.email_events WHERE NOT is_machine", &[]).await.unwrap();
    tx.commit().await.unwrap();
    get(&world, links[3], Method::GET, PERSON).await.is(StatusCode::FOUND);
    let counted = assert_counted(&world, &id).await;
    assert_eq!((&counted["clicked"], &counted["opened"], &counted["clicked_raw"]), (&json!(0), &json!(0), &json!(1)));
}
