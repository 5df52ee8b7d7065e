//! Emails that go out by themselves: what lets contacts in, the steps they take, and that nothing is done twice or lost.

use email::sending::delivery::drain;
use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Side;

use crate::audience_contacts::contact;
use crate::audience_forms::{found, link, make, sign_up};
use crate::email_emails::{email, read};
use crate::email_sending::assert_counted;
use crate::smtp_server::MailServer;
use crate::world;

pub const PATH: &str = "/api/v1/automations";

/// An email for a step.
pub async fn letter(world: &World, subject: &str) -> String {
    email(world, json!({ "subject": subject, "audience_segment": null })).await
}

pub async fn automation(world: &World, trigger: Value, steps: Value) -> String {
    let raw = json!({ "name": "Line", "trigger": trigger, "steps": steps });
    world.as_admin().post(PATH, raw).await.is(StatusCode::CREATED).id()
}

pub async fn active(world: &World, trigger: Value, steps: Value) -> String {
    let id = automation(world, trigger, steps).await;
    world.as_admin().post(&format!("{PATH}/{id}/activate"), ()).await.is(StatusCode::OK);
    id
}

pub async fn get(world: &World, id: &str) -> Value {
    world.as_admin().get(&format!("{PATH}/{id}")).await.is(StatusCode::OK).json()
}

pub async fn runs(world: &World, id: &str) -> Vec<Value> {
    let page = world.as_admin().get(&format!("{PATH}/{id}/runs")).await.is(StatusCode::OK).json();
    page["data"].as_array().unwrap().clone()
}

/// Does what is due, and sends what is to be sent.
pub async fn work(world: &World, server: &MailServer) {
    world.run_jobs().await;
    drain(&world.app, server.relay()).await.unwrap();
}

/// Who got what, in the order of arrival.
pub fn arrived(server: &MailServer) -> Vec<(String, String)> {
    server.taken().into_iter().map(|one| (one.recipient.clone(), one.header("Subject"))).collect()
}

pub fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

async fn tag(world: &World, contact: &str, tags: &[&str]) {
    let path = format!("/api/v1/contacts/{contact}");
    world.as_admin().patch(&path, json!({ "tags": tags })).await.is(StatusCode::OK);
}

pub fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

#[tokio::test]
async fn a_welcome_goes_out_once_after_a_confirmed_sign_up_and_the_rest_of_the_line_in_its_time() {
    let (world, server) = (world().await, MailServer::start().await);
    make(&world, &[]).await;
    let (first, second) = (letter(&world, "Welcome").await, letter(&world, "How is it?").await);
    let steps = json!([
        { "kind": "send", "email_id": first },
        { "kind": "add_tag", "tag": "welcomed" },
        { "kind": "wait", "amount": 2, "unit": "days" },
        { "kind": "send", "email_id": second },
    ]);
    let id = active(&world, json!({ "kind": "sign_up" }), steps).await;
    // Added by hand, nobody signed up.
    contact(&world, json!({ "email": "added@example.org" })).await;
    sign_up(&world, &[("email", "rita@example.org"), ("name", "Rita")]).await.is(StatusCode::OK);
    work(&world, &server).await;
    assert_eq!(server.taken().len(), 0, "nothing before the click");

    let path = link(&world, "rita@example.org").await.unwrap();
    for _ in 0..2 {
        world.stranger().form(&path, &[]).await.is(StatusCode::SEE_OTHER);
        work(&world, &server).await;
    }
    assert_eq!(arrived(&server), pairs(&[("rita@example.org", "Welcome")]));
    let message = &server.taken()[0];
    assert!(message.header("List-Unsubscribe").starts_with("<http"), "{}", message.text);
    assert_eq!(found(&world, "rita@").await["tags"], json!(["welcomed"]));
    let run = runs(&world, &id).await.remove(0);
    assert_eq!((&run["state"], &run["contact_email"]), (&json!("WAITING"), &json!("rita@example.org")));
    let waiting_at = get(&world, &id).await["steps"][2]["id"].clone();
    assert_eq!(run["step"], waiting_at);

    world.advance(hours(47));
    work(&world, &server).await;
    assert_eq!(server.taken().len(), 1);
    world.advance(hours(1));
    work(&world, &server).await;
    assert_eq!(arrived(&server).last().unwrap().1, "How is it?");
    let automation = get(&world, &id).await;
    assert_eq!((&automation["waiting"], &automation["done"]), (&json!(0), &json!(1)));

    // The report is the ordinary one, and the email is open for whoever comes next.
    let sent = assert_counted(&world, &first).await;
    assert_eq!((&sent["status"], &sent["sent"], &sent["automation_id"]), (&json!("SENDING"), &json!(1), &json!(id)));
    world.as_admin().get(&format!("/api/v1/emails/{first}/report")).await.is(StatusCode::OK);
}

#[tokio::test]
async fn a_condition_lets_some_through_and_others_leave_or_pass_over_steps() {
    let (world, server) = (world().await, MailServer::start().await);
    let (vip, all) = (letter(&world, "For few").await, letter(&world, "For all").await);
    let steps = json!([
        { "kind": "condition", "rule": { "tag": "vip" }, "skip": 1 },
        { "kind": "send", "email_id": vip },
        { "kind": "condition", "rule": { "not": { "tag": "gone" } } },
        { "kind": "send", "email_id": all },
        { "kind": "remove_tag", "tag": "vip" },
    ]);
    let id = active(&world, json!({ "kind": "tag", "tag": "new" }), steps).await;
    for (name, tags) in [("ada", json!(["new", "vip"])), ("bob", json!(["new"])), ("cyd", json!(["new", "gone"]))] {
        contact(&world, json!({ "email": format!("{name}@e.example"), "tags": tags })).await;
        work(&world, &server).await;
    }
    let expected = [("ada@e.example", "For few"), ("ada@e.example", "For all"), ("bob@e.example", "For all")];
    let mut came = arrived(&server);
    came.sort();
    let mut expected = pairs(&expected);
    expected.sort();
    assert_eq!(came, expected);
    assert_eq!(found(&world, "ada@").await["tags"], json!(["new"]));
    let automation = get(&world, &id).await;
    assert_eq!((&automation["done"], &automation["left"]), (&json!(2), &json!(1)));
    let left = world.as_admin().get(&format!("{PATH}/{id}/runs?state=LEFT&q=CYD")).await.is(StatusCode::OK).json();
    assert_eq!(left["page"]["total"], 1);
    assert_eq!(left["data"][0]["reason"], "The condition was not met.");
}

#[tokio::test]
async fn a_tag_lets_somebody_in_once_whatever_road_it_came() {
    let (world, server) = (world().await, MailServer::start().await);
    let one = letter(&world, "Tagged").await;
    let id = active(&world, json!({ "kind": "tag", "tag": "VIP" }), json!([{ "kind": "send", "email_id": one }])).await;
    let ada = contact(&world, json!({ "email": "ada@e.example" })).await;
    let bob = contact(&world, json!({ "email": "bob@e.example", "tags": ["vip"] })).await;
    tag(&world, &ada, &["vip", "x"]).await;
    tag(&world, &ada, &[]).await;
    tag(&world, &ada, &["vip"]).await;
    work(&world, &server).await;
    let mut came: Vec<String> = server.recipients();
    came.sort();
    assert_eq!(came, ["ada@e.example", "bob@e.example"]);
    // By hand somebody goes through it once more.
    let path = format!("{PATH}/{id}/runs");
    world.as_admin().post(&path, json!({ "contact_id": bob })).await.is(StatusCode::CREATED);
    let twice = world.as_admin().post(&path, json!({ "contact_id": bob })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(twice.errors()[0], ("contact_id".to_owned(), "taken".to_owned()));
    work(&world, &server).await;
    assert_eq!(server.taken().len(), 3);
    assert_counted(&world, &one).await;
}

#[tokio::test]
async fn a_birthday_comes_every_year_by_the_clock_at_the_contacts() {
    let (world, server) = (world().await, MailServer::start().await);
    let field = [("label", "Birthday"), ("kind", "date"), ("key", "birthday")];
    world.as_admin().in_browser().form("/admin/harbor/audience/fields", &field).await.is(StatusCode::SEE_OTHER);
    for (name, day, zone) in [
        ("tokyo", "1990-03-03", json!("Asia/Tokyo")),
        ("home", "1980-03-03", Value::Null),
        ("other", "1980-03-09", Value::Null),
        ("unborn", "2030-03-03", Value::Null),
        ("lost", "1980-03-03", json!("Europe/Berlin")),
    ] {
        let raw = json!({ "email": format!("{name}@e.example"), "timezone": zone, "fields": { "birthday": day } });
        contact(&world, raw).await;
    }
    let one = letter(&world, "Happy birthday").await;
    let trigger = json!({ "kind": "date", "field": "birthday", "every_year": true, "hour": 9, "in_local_time": true });
    let id = active(&world, trigger, json!([{ "kind": "send", "email_id": one }])).await;
    let lost = found(&world, "lost@").await["id"].as_str().unwrap().to_owned();
    world
        .as_admin()
        .patch(&format!("/api/v1/contacts/{lost}"), json!({ "status": "unsubscribed" }))
        .await
        .is(StatusCode::OK);

    // It is noon on the first of March when it all begins.
    let mut came = Vec::new();
    for hour in 0..72 {
        work(&world, &server).await;
        for one in server.taken().iter().skip(came.len()) {
            came.push((hour, one.recipient.split('@').next().unwrap().to_owned()));
        }
        world.advance(hours(1));
    }
    assert_eq!(came, [(36, "tokyo".to_owned()), (45, "home".to_owned())]);

    // A program that stood still for a year finds the day of that week, and only that; the next year comes as well.
    world.advance(hours(365 * 24 - 72));
    for _ in 0..72 {
        work(&world, &server).await;
        world.advance(hours(1));
    }
    let mut names: Vec<String> = server.recipients();
    names.sort();
    assert_eq!(names, ["home@e.example", "home@e.example", "tokyo@e.example", "tokyo@e.example"]);
    assert_counted(&world, &one).await;
    assert_eq!(get(&world, &id).await["done"], 4);
}

#[tokio::test]
async fn an_email_that_failed_before_reaches_everybody_in_an_automation() {
    let (world, server) = (world().await, MailServer::start().await);
    for number in 0..3 {
        contact(&world, json!({ "email": format!("old{number}@e.example") })).await;
    }
    let one = email(&world, json!({ "subject": "Hello" })).await;
    world.as_admin().post(&format!("/api/v1/emails/{one}/send"), ()).await.is(StatusCode::OK);
    world.run_jobs().await;
    world.as_admin().post(&format!("/api/v1/emails/{one}/cancel"), ()).await.is(StatusCode::OK);
    drain(&world.app, server.relay()).await.unwrap();
    assert_eq!(read(&world, &one).await["status"], "FAILED");
    active(&world, json!({ "kind": "tag", "tag": "new" }), json!([{ "kind": "send", "email_id": one }])).await;
    for number in 0..3 {
        contact(&world, json!({ "email": format!("new{number}@e.example"), "tags": ["new"] })).await;
    }
    work(&world, &server).await;
    assert_eq!(server.recipients(), ["new0@e.example", "new1@e.example", "new2@e.example"]);
    assert_counted(&world, &one).await;
}

#[tokio::test]
async fn a_pause_stops_everybody_where_they_stand_and_edits_keep_their_places() {
    let (world, server) = (world().await, MailServer::start().await);
    let (first, second) = (letter(&world, "One").await, letter(&world, "Two").await);
    let steps = json!([
        { "id": "wait", "kind": "wait", "amount": 1, "unit": "hours" },
        { "id": "first", "kind": "send", "email_id": first },
        { "id": "long", "kind": "wait", "amount": 300, "unit": "days" },
        { "id": "second", "kind": "send", "email_id": second },
    ]);
    let id = active(&world, json!({ "kind": "tag", "tag": "new" }), steps).await;
    let path = format!("{PATH}/{id}");
    contact(&world, json!({ "email": "ada@e.example", "tags": ["new"] })).await;
    work(&world, &server).await;
    world.as_admin().post(&format!("{path}/pause"), ()).await.is(StatusCode::OK);
    contact(&world, json!({ "email": "late@e.example", "tags": ["new"] })).await;
    world.advance(hours(5));
    work(&world, &server).await;
    assert_eq!((server.taken().len(), runs(&world, &id).await.len()), (0, 1));
    world.as_admin().post(&format!("{path}/activate"), ()).await.is(StatusCode::OK);
    work(&world, &server).await;
    assert_eq!(arrived(&server), pairs(&[("ada@e.example", "One")]));

    // The text changes for who comes next; a step that is taken out sends people to the one behind it.
    let change =
        json!({ "subject": "One, better", "content": "<p>New <a href=\"https://harbor.test/new\">words</a></p>" });
    world.as_admin().patch(&format!("/api/v1/emails/{first}"), change).await.is(StatusCode::OK);
    let mut steps = get(&world, &id).await["steps"].as_array().unwrap().clone();
    steps.remove(2);
    world.as_admin().patch(&path, json!({ "steps": steps })).await.is(StatusCode::OK);
    work(&world, &server).await;
    assert_eq!(arrived(&server)[1..], pairs(&[("ada@e.example", "Two")]));
    contact(&world, json!({ "email": "next@e.example", "tags": ["new"] })).await;
    work(&world, &server).await;
    world.advance(hours(1));
    work(&world, &server).await;
    let mut last = arrived(&server).split_off(2);
    last.sort();
    assert_eq!(last, pairs(&[("next@e.example", "One, better"), ("next@e.example", "Two")]));

    // An email of a line is neither sent nor deleted on its own; with its step it becomes an ordinary one again.
    for verb in ["send", "cancel"] {
        world.as_admin().post(&format!("/api/v1/emails/{first}/{verb}"), ()).await.is(StatusCode::CONFLICT);
    }
    world.as_admin().delete(&format!("/api/v1/emails/{first}")).await.is(StatusCode::CONFLICT);
    let told = world.outbox().await.len();
    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    work(&world, &server).await;
    assert_eq!(world.outbox().await.len(), told, "nobody is told that it was sent");
    let ended = assert_counted(&world, &first).await;
    assert_eq!((&ended["status"], &ended["automation_id"]), (&json!("SENT"), &Value::Null));
}

#[tokio::test]
async fn who_left_the_list_or_was_erased_gets_nothing_more() {
    let (world, server) = (world().await, MailServer::start().await);
    let one = letter(&world, "Later").await;
    let steps = json!([{ "kind": "wait", "amount": 1, "unit": "days" }, { "kind": "send", "email_id": one }]);
    let id = active(&world, json!({ "kind": "tag", "tag": "new" }), steps).await;
    let mut ids = Vec::new();
    for name in ["stays", "left", "blocked", "erased", "pauses"] {
        ids.push(contact(&world, json!({ "email": format!("{name}@e.example"), "tags": ["new"] })).await);
    }
    world.run_jobs().await;
    let left = json!({ "status": "unsubscribed" });
    world.as_admin().patch(&format!("/api/v1/contacts/{}", ids[1]), left).await.is(StatusCode::OK);
    let blocked = json!({ "email": "blocked@e.example" });
    world.as_admin().post("/api/v1/suppressions", blocked).await.is(StatusCode::CREATED);
    world.as_admin().post(&format!("/api/v1/contacts/{}/erase", ids[3]), ()).await.is(StatusCode::NO_CONTENT);
    let tx = world.tenant().await;
    let sql = "UPDATE app.contacts SET paused_until = $2 WHERE id = $1";
    tx.execute(sql, &[&ids[4], &(world.now() + hours(72))]).await.unwrap();
    tx.commit().await.unwrap();

    world.advance(hours(24));
    work(&world, &server).await;
    assert_eq!(server.recipients(), ["stays@e.example"]);
    let states: Vec<(String, String)> = runs(&world, &id)
        .await
        .iter()
        .map(|run| (run["contact_email"].as_str().unwrap().to_owned(), run["state"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [("pauses", "WAITING"), ("blocked", "LEFT"), ("left", "LEFT"), ("stays", "DONE")];
    let expected: Vec<_> = expected.map(|(name, state)| (format!("{name}@e.example"), state.to_owned())).into();
    assert_eq!(states, expected);
    world.advance(hours(48));
    work(&world, &server).await;
    assert_eq!(server.recipients(), ["pauses@e.example", "stays@e.example"]);
}

#[tokio::test]
async fn many_nodes_and_repeated_jobs_do_nothing_twice() {
    let (world, server) = (world().await, MailServer::start().await);
    let one = letter(&world, "Once").await;
    let steps = json!([{ "kind": "wait", "amount": 1, "unit": "minutes" }, { "kind": "send", "email_id": one }]);
    let id = active(&world, json!({ "kind": "tag", "tag": "new" }), steps).await;
    for number in 0..12 {
        contact(&world, json!({ "email": format!("n{number}@e.example"), "tags": ["new"] })).await;
    }
    world.run_jobs().await;
    // Each job once more, as a node that died before it wrote down that it was done leaves it.
    let sql = "INSERT INTO app.jobs (id, organization_id, kind, payload, run_at, attempts, max_attempts, created_at)
               SELECT id || '-again', organization_id, kind, payload, run_at, 0, max_attempts, created_at FROM app.jobs
               WHERE kind = 'email.automation_steps'";
    world.app.database.global().await.unwrap().execute(sql, &[]).await.unwrap();
    world.advance(SignedDuration::from_mins(1));
    tokio::join!(world.run_jobs(), world.run_jobs(), world.run_jobs());
    work(&world, &server).await;
    let mut came = server.recipients();
    came.sort();
    came.dedup();
    assert_eq!((came.len(), server.taken().len()), (12, 12));
    assert_eq!(get(&world, &id).await["done"], 12);
    assert_eq!(assert_counted(&world, &one).await["sent"], 12);
}

#[tokio::test]
async fn mistakes_are_told_at_their_places_and_nobody_else_sees_or_changes_anything() {
    let world = world().await;
    let wrong = json!({ "name": "", "trigger": { "kind": "date", "field": "nothing", "hour": 25 },
        "steps": [{ "kind": "wait", "amount": 0, "unit": "days" }, { "kind": "send" }] });
    let told = world.as_admin().post(PATH, wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY).errors();
    let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["name", "trigger.hour", "steps[0].amount", "steps[1].email_id", "trigger.field"]);

    let id = automation(&world, json!({ "kind": "sign_up" }), json!([])).await;
    let path = format!("{PATH}/{id}");
    let empty = world.as_admin().post(&format!("{path}/activate"), ()).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(empty.errors()[0].0, "steps");
    let taken = world.as_admin().post(PATH, json!({ "name": "Line" })).await.is(StatusCode::CONFLICT);
    assert_eq!(taken.errors()[0].0, "name");
    let unwritten = email(&world, json!({ "content": "" })).await;
    let steps = json!([{ "kind": "send", "email_id": unwritten }]);
    world.as_admin().patch(&path, json!({ "steps": steps })).await.is(StatusCode::OK);
    let unready = world.as_admin().post(&format!("{path}/activate"), ()).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unready.errors(), [("steps[0].email_id".to_owned(), "not_ready".to_owned())]);
    world
        .as_admin()
        .with("if-match", "\"v1\"")
        .patch(&path, json!({ "name": "X" }))
        .await
        .is(StatusCode::PRECONDITION_FAILED);

    for member in [world.as_member(), world.as_viewer()] {
        member.get(PATH).await.is(StatusCode::FORBIDDEN);
        member.patch(&path, json!({ "name": "X" })).await.is(StatusCode::FORBIDDEN);
        member.post(&format!("{path}/activate"), ()).await.is(StatusCode::FORBIDDEN);
    }
    let rival = world.client(Side::Rival, kernel::access::Role::Admin);
    rival.get(&path).await.is(StatusCode::NOT_FOUND);
    rival.post(&format!("{path}/activate"), ()).await.is(StatusCode::NOT_FOUND);
    let list = world.as_admin().get(PATH).await.is(StatusCode::OK).json();
    assert_eq!(list["page"]["total"], 1);
    let entries = world.as_admin().get("/api/v1/audit-log?action=automation.change").await.is(StatusCode::OK).json();
    assert_eq!(entries["data"][0]["details"]["name"], "Line");
}
