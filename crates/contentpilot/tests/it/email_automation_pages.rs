//! The pages of automations, without scripts.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::World;

use crate::audience_contacts::contact;
use crate::email_emails::email;
use crate::world;

const PAGES: &str = "/admin/harbor/automations";
const API: &str = "/api/v1/automations";

/// The automation of this name.
async fn named(world: &World, name: &str) -> Value {
    let page = world.as_admin().get(API).await.is(StatusCode::OK).json();
    page["data"].as_array().unwrap().iter().find(|one| one["name"] == name).cloned().unwrap_or_default()
}

#[tokio::test]
async fn every_trigger_is_made_by_its_form_and_what_was_typed_stays_when_it_is_refused() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let date = [("kind", "date"), ("field", "birthday"), ("days", "2"), ("side", "before"), ("date_hour", "7")];
    let typed = [&[("name", "Birthday")], &date[..]].concat();
    let refused = admin.form(PAGES, &typed).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(
        refused.contains("Choose a field of your contacts that holds a date.")
            && refused.contains("value=\"Birthday\"")
    );
    let field = [("label", "Birthday"), ("kind", "date")];
    admin.form("/admin/harbor/audience/fields", &field).await.is(StatusCode::SEE_OTHER);
    admin.form(PAGES, &typed).await.is(StatusCode::SEE_OTHER);
    let made = named(&world, "Birthday").await;
    let expected = json!({ "kind": "date", "field": "birthday", "every_year": false, "days": -2, "hour": 7, "in_local_time": false });
    assert_eq!((&made["trigger"], &made["status"], &made["steps"]), (&expected, &json!("DRAFT"), &json!([])));

    let segment = [("name", "Crew"), ("subject", "tag"), ("test", "has"), ("value", "crew"), ("email", "")];
    admin.form("/admin/harbor/audience/segments", &segment).await.is(StatusCode::SEE_OTHER);
    let segments = world.as_admin().get("/api/v1/segments").await.json();
    let crew = segments["data"][0]["id"].as_str().unwrap();
    let digest = [
        ("name", "Weekly"),
        ("kind", "digest"),
        ("every", "week"),
        ("weekday", "friday"),
        ("day", "1"),
        ("digest_hour", "6"),
        ("audience", crew),
        ("with_email", "true"),
    ];
    admin.form(PAGES, &digest).await.is(StatusCode::SEE_OTHER);
    let made = named(&world, "Weekly").await;
    let trigger = &made["trigger"];
    assert_eq!((&trigger["weekday"], &trigger["hour"], &trigger["day"]), (&json!("friday"), &json!(6), &Value::Null));
    assert_eq!(trigger["audience"], json!({ "and": [{ "tag": "crew" }] }));
    assert_eq!(made["steps"][0]["kind"], "send");
    // The form shows it as it is, and saving it unchanged changes nothing.
    let id = made["id"].as_str().unwrap();
    let page = admin.get(&format!("{PAGES}/{id}/trigger")).await.is(StatusCode::OK).text();
    assert!(page.contains(&format!("<option value=\"{crew}\" selected>Crew</option>")), "{page}");
    admin.form(&format!("{PAGES}/{id}/trigger"), &digest).await.is(StatusCode::SEE_OTHER);
    assert_eq!(named(&world, "Weekly").await["version"], made["version"]);
    let twice = admin.form(PAGES, &digest).await.is(StatusCode::CONFLICT).text();
    assert!(twice.contains("There is an automation of this name already."), "{twice}");
}

#[tokio::test]
async fn steps_are_added_anywhere_changed_moved_and_taken_out() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let id = world.as_admin().post(API, json!({ "name": "Line" })).await.is(StatusCode::CREATED).id();
    let line = format!("{PAGES}/{id}");
    let steps = format!("{line}/steps");
    let letter = email(&world, json!({ "subject": "Chosen", "audience_segment": null })).await;

    admin.form(&steps, &[("kind", "send"), ("email_id", &letter)]).await.is(StatusCode::SEE_OTHER);
    let wait = [("kind", "wait"), ("amount", "9999"), ("unit", "days"), ("after", "")];
    let refused = admin.form(&steps, &wait).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains("Give a whole number from 1 to 365.") && refused.contains("value=\"9999\""), "{refused}");
    admin
        .form(&steps, &[("kind", "wait"), ("amount", "2"), ("unit", "days"), ("after", "")])
        .await
        .is(StatusCode::SEE_OTHER);
    let line_now = named(&world, "Line").await;
    let kinds = |line: &Value| -> Vec<String> {
        line["steps"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&line_now), ["wait", "send"]);
    let first = line_now["steps"][0]["id"].as_str().unwrap().to_owned();

    // A row of a condition is added by a button, and what was typed in the others stays.
    let row = [("subject", "tag"), ("test", "has"), ("value", "vip"), ("email", "")];
    let rows = [&[("kind", "condition"), ("after", first.as_str()), ("skip", "1")], &row[..]].concat();
    let more = [&rows[..], &[("do", "add")]].concat();
    let page = admin.form(&steps, &more).await.is(StatusCode::OK).text();
    assert!(page.contains("value=\"vip\"") && page.contains("Condition 2"), "{page}");
    admin.form(&steps, &[&rows[..], &[("do", "save")]].concat()).await.is(StatusCode::SEE_OTHER);
    let made = named(&world, "Line").await;
    assert_eq!(kinds(&made), ["wait", "condition", "send"]);
    assert_eq!(
        (&made["steps"][1]["skip"], &made["steps"][1]["rule"]),
        (&json!(1), &json!({ "and": [{ "tag": "vip" }] }))
    );

    admin
        .form(&format!("{steps}/{first}"), &[("kind", "wait"), ("amount", "5"), ("unit", "hours")])
        .await
        .is(StatusCode::SEE_OTHER);
    admin.form(&format!("{steps}/{first}/down"), &[]).await.is(StatusCode::SEE_OTHER);
    let made = named(&world, "Line").await;
    assert_eq!(kinds(&made), ["condition", "wait", "send"]);
    assert_eq!((&made["steps"][1]["id"], &made["steps"][1]["amount"]), (&json!(first), &json!(5)));
    admin.form(&format!("{steps}/{first}/up"), &[]).await.is(StatusCode::SEE_OTHER);
    admin.form(&format!("{steps}/{first}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(kinds(&named(&world, "Line").await), ["condition", "send"]);
    let gone = admin.form(&format!("{steps}/{first}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(gone.location(), line);

    // A new email begins as a draft of the automation's.
    admin
        .form(&steps, &[("kind", "send"), ("email_id", ""), ("email_subject", "Begun here"), ("start", "welcome")])
        .await
        .is(StatusCode::SEE_OTHER);
    let page = admin.get(&line).await.is(StatusCode::OK).text();
    assert!(page.contains("Send “Begun here”") && page.contains("A draft"), "{page}");
    let begun = named(&world, "Line").await["steps"][0]["email_id"].as_str().unwrap().to_owned();
    let page = admin.get(&format!("/admin/harbor/emails/{begun}")).await.is(StatusCode::OK).text();
    assert!(page.contains("It belongs to the automation") && !page.contains("Who gets it"), "{page}");
}

#[tokio::test]
async fn it_is_activated_when_nothing_stands_in_the_way_and_people_are_let_in_by_their_address() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let id = world.as_admin().post(API, json!({ "name": "Line" })).await.is(StatusCode::CREATED).id();
    let line = format!("{PAGES}/{id}");
    admin.form(&format!("{line}/activate"), &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(named(&world, "Line").await["status"], "DRAFT");
    let wait = [("kind", "wait"), ("amount", "2"), ("unit", "days"), ("after", "")];
    admin.form(&format!("{line}/steps"), &wait).await.is(StatusCode::SEE_OTHER);
    admin.form(&format!("{line}/activate"), &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(named(&world, "Line").await["status"], "ACTIVE");

    let person = contact(&world, json!({ "email": "ada@e.example", "name": "Ada" })).await;
    let refused = admin.form(&format!("{line}/runs"), &[("email", "who@e.example")]).await;
    assert!(refused.is(StatusCode::UNPROCESSABLE_ENTITY).text().contains("There is no contact of this address."));
    admin.form(&format!("{line}/runs"), &[("email", " ADA@e.example ")]).await.is(StatusCode::SEE_OTHER);
    let twice = admin.form(&format!("{line}/runs"), &[("email", "ada@e.example")]).await;
    assert!(twice.is(StatusCode::UNPROCESSABLE_ENTITY).text().contains("This contact is on the way already."));
    world.run_jobs().await;
    let page = admin.get(&line).await.is(StatusCode::OK).text();
    assert!(page.contains("1 wait here") && page.contains("ada@e.example"), "{page}");
    assert!(!admin.get(&format!("{line}?q=grace")).await.text().contains("ada@e.example"));
    assert!(admin.get(&format!("{line}?q=ada&state=WAITING")).await.text().contains("ada@e.example"));
    let page = admin.get(&format!("/admin/harbor/audience/contacts/{person}")).await.is(StatusCode::OK).text();
    assert!(page.contains("On the way"), "{page}");

    admin.form(&format!("{line}/pause"), &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(named(&world, "Line").await["status"], "PAUSED");
    admin.form(&format!("{line}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(named(&world, "Line").await, Value::Null);
}
