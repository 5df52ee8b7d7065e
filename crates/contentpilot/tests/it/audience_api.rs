//! Fields, sign-up forms and imports through the API.

use axum::body::Body;
use http::{Request, StatusCode, header};
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Answer;

use crate::audience_contacts::contact;
use crate::world;

const FIELDS: &str = "/api/v1/contact-fields";
const FORMS: &str = "/api/v1/subscribe-forms";
const IMPORTS: &str = "/api/v1/contact-imports";

/// The fields that an answer complains about.
fn told(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn fields_are_made_changed_and_deleted_and_keep_their_key_and_kind() {
    let world = world().await;
    let admin = world.as_admin();
    let refused = admin.post(FIELDS, json!({ "label": "", "kind": "colour", "choices": [] })).await;
    assert_eq!(told(&refused.is(StatusCode::UNPROCESSABLE_ENTITY)), ["kind", "label"]);
    let size = json!({ "label": "Size", "kind": "choice", "choices": ["S", "M", "S", " L "] });
    let made = admin.post(FIELDS, size.clone()).await.is(StatusCode::CREATED);
    assert_eq!(made.location(), format!("{FIELDS}/{}", made.id()));
    let field = made.json();
    assert_eq!((&field["key"], &field["choices"]), (&json!("size"), &json!(["S", "M", "L"])));
    admin.post(FIELDS, size).await.is(StatusCode::CONFLICT);

    let path = format!("{FIELDS}/{}", made.id());
    let fixed =
        admin.patch(&path, json!({ "key": "other", "kind": "text" })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(told(&fixed), ["key", "kind"]);
    let changed = admin.patch(&path, json!({ "label": "Shirt", "kind": "choice" })).await.is(StatusCode::OK).json();
    assert_eq!((&changed["label"], &changed["choices"]), (&json!("Shirt"), &json!(["S", "M", "L"])));
    assert_eq!(admin.get(&path).await.is(StatusCode::OK).json(), changed);
    assert_eq!(admin.get(FIELDS).await.json()["page"]["total"], 1);
    let wrong = json!({ "email": "ada@e.example", "fields": { "size": "XL" } });
    admin.post("/api/v1/contacts", wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    contact(&world, json!({ "email": "ada@e.example", "fields": { "size": "m" } })).await;
    let reserved = admin.post(FIELDS, json!({ "label": "First name" })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reserved.errors(), [("key".into(), "reserved".into())]);
    admin.delete(&path).await.is(StatusCode::NO_CONTENT);
    admin.get(&path).await.is(StatusCode::NOT_FOUND);
    world.as_member().get(FIELDS).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_field_that_something_asks_for_is_not_deleted() {
    let world = world().await;
    let admin = world.as_admin();
    let field = admin.post(FIELDS, json!({ "label": "Born", "kind": "date" })).await.is(StatusCode::CREATED).id();
    let path = format!("{FIELDS}/{field}");
    let rule = json!({ "and": [{ "tag": "vip" }, { "not": { "field": "fields.born", "is_empty": true } }] });
    let date = json!({ "kind": "date", "field": "born", "days": 0, "hour": 9 });
    let uses = [
        ("/api/v1/segments", json!({ "name": "Dated", "rule": rule }), "the segment “Dated”"),
        (
            "/api/v1/automations",
            json!({ "name": "Birthdays", "trigger": date, "steps": [] }),
            "the automation “Birthdays”",
        ),
        (
            "/api/v1/emails",
            json!({ "subject": "Hi {{ fields.born | you }}" }),
            "the email “Hi {{ fields.born | you }}”",
        ),
        ("/api/v1/emails", json!({ "subject": "To some", "audience_segment": rule }), "the email “To some”"),
    ];
    for (list, raw, words) in uses {
        let made = admin.post(list, raw).await.is(StatusCode::CREATED).id();
        let refused = admin.delete(&path).await.is(StatusCode::CONFLICT).json();
        assert_eq!(refused["detail"], format!("Born is used by {words}. Change that first."));
        admin.delete(&format!("{list}/{made}")).await.is(StatusCode::NO_CONTENT);
    }
    admin
        .post("/api/v1/emails", json!({ "subject": "{{fields.born_in}} and fields.born" }))
        .await
        .is(StatusCode::CREATED);
    admin.delete(&path).await.is(StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn forms_are_made_by_programs_and_a_change_leaves_what_it_does_not_name() {
    let world = world().await;
    let admin = world.as_admin();
    let refused = admin.post(FORMS, json!({ "title": "News", "redirect_url": "javascript:1" })).await;
    assert_eq!(told(&refused.is(StatusCode::UNPROCESSABLE_ENTITY)), ["consent_wording", "redirect_url"]);
    let raw = json!({ "title": "Sea news", "consent_wording": "Write me.", "tags": ["Sea"], "intro": "Monthly.", "on_site": true });
    let made = admin.post(FORMS, raw.clone()).await.is(StatusCode::CREATED);
    let form = made.json();
    assert_eq!(
        (&form["slug"], &form["double_opt_in"], &form["on_site"]),
        (&json!("sea-news"), &json!(true), &json!(true))
    );
    let page = form["url"].as_str().unwrap().strip_prefix(&world.app.settings.public_url).unwrap().to_owned();
    assert!(world.stranger().get(&page).await.is(StatusCode::OK).text().contains("Monthly."));
    admin.post(FORMS, raw).await.is(StatusCode::CONFLICT);

    let path = format!("{FORMS}/{}", made.id());
    let changed = admin.patch(&path, json!({ "intro": null, "asks_name": true })).await.is(StatusCode::OK).json();
    assert_eq!(
        (&changed["intro"], &changed["asks_name"], &changed["tags"]),
        (&Value::Null, &json!(true), &json!(["sea"]))
    );
    assert_eq!((&changed["on_site"], &changed["version"]), (&json!(true), &json!(2)));
    let stale = world.as_admin().with("if-match", made.header("etag"));
    stale.patch(&path, json!({ "title": "Other" })).await.is(StatusCode::PRECONDITION_FAILED);
    let hidden = admin.patch(&path, json!({ "on_site": false })).await.is(StatusCode::OK).json();
    assert_eq!(hidden["on_site"], false);
    assert_eq!(admin.get(FORMS).await.json()["data"][0]["id"], made.id());
    admin.delete(&path).await.is(StatusCode::NO_CONTENT);
    world.stranger().get(&page).await.is(StatusCode::NOT_FOUND);
}

async fn upload(world: &World, text: &str) -> Answer {
    let head = "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"people.csv\"\r\ncontent-type: text/csv\r\n\r\n";
    let body = format!("{head}{text}\r\n--cut--\r\n");
    let request = Request::post(IMPORTS).header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
    world.as_admin().raw(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_file_is_sent_looked_at_begun_and_told_of() {
    let world = world().await;
    let admin = world.as_admin();
    let text = "Email Address,First Name,Boat\nada@e.example,Ada,Pram\nnobody,,\ngrace@e.example,Grace,Dory\n";
    let made = upload(&world, text).await.is(StatusCode::CREATED);
    let import = made.json();
    assert_eq!((&import["state"], &import["file_name"]), (&json!("uploaded"), &json!("people.csv")));
    assert_eq!(import["settings"]["columns"], json!(["email", "first_name", "new:Boat"]));
    let path = format!("{IMPORTS}/{}", made.id());
    let refused = admin.post(&format!("{path}/begin"), json!({ "status": "friends" })).await;
    assert_eq!(told(&refused.is(StatusCode::UNPROCESSABLE_ENTITY)), ["status", "has_consent"]);
    let reserved = json!({ "has_consent": true, "columns": ["email", "first_name", "new:Status"] });
    let refused = admin.post(&format!("{path}/begin"), reserved).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.errors(), [("columns".into(), "reserved".into())]);
    let begun = json!({ "has_consent": true, "tags": ["Moved"], "consent_source": "the fair" });
    let begun = admin.post(&format!("{path}/begin"), begun).await.is(StatusCode::ACCEPTED).json();
    assert_eq!(begun["state"], "running");
    admin.delete(&path).await.is(StatusCode::CONFLICT);
    admin.post(&format!("{path}/begin"), json!({ "has_consent": true })).await.is(StatusCode::CONFLICT);
    world.run_jobs().await;
    let done = admin.get(&path).await.is(StatusCode::OK).json();
    assert_eq!(
        (&done["state"], &done["counts"]["created"], &done["counts"]["refused"]),
        (&json!("done"), &json!(2), &json!(1))
    );
    let refusals = admin.get(&format!("{path}/refusals")).await.is(StatusCode::OK).json();
    assert_eq!((&refusals["data"][0]["row"], &refusals["data"][0]["email"]), (&json!(3), &json!("nobody")));
    let ada = admin.get("/api/v1/contacts?q=ada").await.json()["data"][0].clone();
    assert_eq!((&ada["fields"]["boat"], &ada["tags"]), (&json!("Pram"), &json!(["moved"])));
    assert_eq!(admin.get(IMPORTS).await.json()["page"]["total"], 1);
    admin.delete(&path).await.is(StatusCode::NO_CONTENT);
    admin.get(&path).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_import_whose_work_was_given_up_can_be_deleted() {
    let world = world().await;
    let admin = world.as_admin();
    let path = format!("{IMPORTS}/{}", upload(&world, "Email\nada@e.example\n").await.is(StatusCode::CREATED).id());
    admin.post(&format!("{path}/begin"), json!({ "has_consent": true })).await.is(StatusCode::ACCEPTED);
    admin.delete(&path).await.is(StatusCode::CONFLICT);
    // As after a program that ended while it ran, every time.
    let tx = world.tenant().await;
    tx.execute("UPDATE app.jobs SET failed_at = now() WHERE kind = 'contacts.import'", &[]).await.unwrap();
    tx.commit().await.unwrap();
    admin.delete(&path).await.is(StatusCode::NO_CONTENT);
}
