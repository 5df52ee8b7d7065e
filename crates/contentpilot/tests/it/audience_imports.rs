//! Files of contacts: from an upload to contacts and a report, and nobody who left comes back.

use axum::body::Body;
use http::{Request, StatusCode, header};
use importers::report::{Kind, Summary};
use importers::{Options, contacts};
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::{Answer, Client};

use crate::audience_contacts::contact;
use crate::world;

const PAGES: &str = "/admin/harbor/audience/imports";
/// In the form of Mailchimp's export, with what people write into such files.
const SAMPLE: &str = include_str!("audience_imports.csv");

async fn upload(client: &Client<'_>, name: &str, bytes: &[u8]) -> Answer {
    let head = format!(
        "--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: text/csv\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--cut--\r\n"].concat();
    let request = Request::post(PAGES).header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
    client.raw(request.body(Body::from(body)).unwrap()).await
}

/// What the form of a page has chosen for each column.
fn chosen(page: &str) -> Vec<String> {
    let document = scraper::Html::parse_document(page);
    let selects = scraper::Selector::parse("select[name=column]").unwrap();
    let option = scraper::Selector::parse("option[selected]").unwrap();
    let value = |select: scraper::ElementRef| {
        let found = select.select(&option).next().and_then(|option| option.attr("value"));
        found.unwrap_or("skip").to_owned()
    };
    document.select(&selects).map(value).collect()
}

/// Uploads a file, takes what is guessed, begins it and reads it to its end; gives the page of its report.
async fn import(world: &World, (name, text): (&str, &[u8]), more: &[(&str, &str)]) -> (String, String) {
    let admin = world.as_admin().in_browser();
    let one = upload(&admin, name, text).await.is(StatusCode::SEE_OTHER).location().to_owned();
    let page = admin.get(&one).await.is(StatusCode::OK).text();
    let columns = chosen(&page);
    let mut fields: Vec<(&str, &str)> = columns.iter().map(|column| ("column", column.as_str())).collect();
    fields.extend_from_slice(more);
    admin.form(&one, &fields).await.is(StatusCode::SEE_OTHER);
    world.run_jobs().await;
    let report = admin.get(&one).await.is(StatusCode::OK).text();
    (one, report)
}

/// The numbers of a report: rows read, new, changed, nothing new, refused, in without some value.
fn numbers(report: &str) -> Vec<String> {
    let document = scraper::Html::parse_document(report);
    let cells = scraper::Selector::parse("#import tbody td").unwrap();
    document.select(&cells).map(|cell| cell.text().collect::<String>()).collect()
}

async fn stored(world: &World, email: &str) -> Value {
    let page = world.as_admin().get(&format!("/api/v1/contacts?q={email}")).await.is(StatusCode::OK).json();
    page["data"][0].clone()
}

#[tokio::test]
async fn mailchimps_export_works_as_it_is() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let one = upload(&admin, "subscribed.csv", SAMPLE.as_bytes()).await.is(StatusCode::SEE_OTHER).location().to_owned();
    let page = admin.get(&one).await.is(StatusCode::OK).text();
    assert!(page.contains("Lorem Co.") && page.contains("New field “Position”"), "{page}");
    let columns = chosen(&page);
    let mut fields: Vec<(&str, &str)> = columns.iter().map(|column| ("column", column.as_str())).collect();
    let refused = admin.form(&one, &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains("Confirm that these people agreed"), "{refused}");
    fields.extend([
        ("status", "subscribed"),
        ("has_consent", "true"),
        ("consent_source", "Old list"),
        ("tags", "Moved"),
    ]);
    admin.form(&one, &fields).await.is(StatusCode::SEE_OTHER);
    admin.form(&one, &fields).await.is(StatusCode::CONFLICT);
    world.run_jobs().await;

    let report = admin.get(&one).await.is(StatusCode::OK).text();
    assert_eq!(numbers(&report), ["8", "5", "0", "0", "3", "1"], "{report}");
    let ada = stored(&world, "ada@example.org").await;
    assert_eq!((&ada["name"], &ada["company"]), (&json!("Ada Lovelace"), &json!("Lorem Co.")));
    assert_eq!(
        (&ada["tags"], &ada["fields"]["position"]),
        (&json!(["lorem editors", "moved", "two words"]), &json!("Editor"))
    );
    assert_eq!((&ada["consent_source"], &ada["consent_at"]), (&json!("Old list"), &json!("2018-02-05T19:28:22Z")));
    assert_eq!((&ada["timezone"], &ada["status"]), (&json!("Europe/London"), &json!("subscribed")));
    assert_eq!(stored(&world, "eve@example.org").await["timezone"], Value::Null, "one that is none is left out");
    assert_eq!(stored(&world, "twice@example.org").await["name"], "The second");
    let file = admin.get(&format!("{one}/refused.csv")).await.is(StatusCode::OK).text();
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines.len(), 5, "{file}");
    assert!(
        file.contains("eve@example.org,A time zone is named like Europe/Berlin; what is none was left out.,yes"),
        "{file}"
    );
    assert!(lines[2].starts_with("5,not an address,This is no mail address."), "{file}");

    // The file is gone from the store, the same file again changes nothing.
    assert!(
        !world
            .data_dir
            .path()
            .join("media/org-harbor/imports")
            .read_dir()
            .is_ok_and(|mut files| files.next().is_some())
    );
    let (_, again) =
        import(&world, ("subscribed.csv", SAMPLE.as_bytes()), &[("has_consent", "true"), ("tags", "moved")]).await;
    assert_eq!(numbers(&again), ["8", "0", "0", "5", "3", "1"], "{again}");
}

#[tokio::test]
async fn nobody_who_left_is_brought_back_and_who_left_elsewhere_leaves_here() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let left = contact(&world, json!({ "email": "left@example.org", "name": "Left" })).await;
    contact(&world, json!({ "email": "here@example.org", "name": "Here" })).await;
    let erased = contact(&world, json!({ "email": "erased@example.org" })).await;
    let unsubscribed = json!({ "status": "unsubscribed" });
    world.as_admin().patch(&format!("/api/v1/contacts/{left}"), unsubscribed).await.is(StatusCode::OK);
    world.as_admin().post(&format!("/api/v1/contacts/{erased}/erase"), ()).await.is(StatusCode::NO_CONTENT);

    let text = b"email,name\nleft@example.org,Back\nERASED@example.org,Again\nhere@example.org,Here Now\nnew@example.org,New\n";
    let (one, report) = import(&world, ("list.csv", text), &[("has_consent", "true")]).await;
    assert_eq!(numbers(&report), ["4", "1", "1", "0", "2", "0"], "{report}");
    assert!(report.contains("this person had unsubscribed") && report.contains("this person was erased"), "{report}");
    let file = admin.get(&format!("{one}/refused.csv")).await.text();
    assert!(file.contains("left@example.org") && !file.to_lowercase().contains("erased@example.org"), "{file}");
    let left = stored(&world, "left@example.org").await;
    assert_eq!((&left["status"], &left["name"]), (&json!("unsubscribed"), &json!("Left")));

    let kept = b"email,name\nhere@example.org,Other\nnewer@example.org,Newer\n";
    let (_, report) =
        import(&world, ("kept.csv", kept), &[("has_consent", "true"), ("keeps_existing", "true"), ("tags", "t")]).await;
    assert_eq!(numbers(&report), ["2", "1", "0", "1", "0", "0"], "{report}");
    let here = stored(&world, "here@example.org").await;
    assert_eq!((&here["name"], &here["tags"]), (&json!("Here Now"), &json!([])));

    // No consent is asked for where people are taken away.
    let (_, report) = import(
        &world,
        ("unsubscribed.csv", b"Email\nhere@example.org\nunknown@example.org\n"),
        &[("status", "unsubscribed")],
    )
    .await;
    assert_eq!(numbers(&report), ["2", "1", "1", "0", "0", "0"], "{report}");
    for email in ["here@example.org", "unknown@example.org"] {
        assert_eq!(stored(&world, email).await["status"], "unsubscribed", "{email}");
        let listed = world.as_admin().get(&format!("/api/v1/suppressions?email={email}")).await.json();
        assert_eq!(listed["page"]["total"], 1, "{email}");
    }
}

#[tokio::test]
async fn a_broken_file_is_told_and_a_stopped_import_goes_on_where_it_was() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    upload(&admin, "", b"").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let empty = upload(&admin, "empty.csv", b" \r\n").await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(empty.contains("This file is empty."), "{empty}");
    let archive = upload(&admin, "list.xlsx", b"PK\x03\x04\x14\x00\x06\x00").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(archive.text().contains("This is no CSV file."));
    assert_eq!(world.as_admin().get("/api/v1/contact-imports").await.json()["page"]["total"], 0);
    let waits = upload(&admin, "waits.csv", b"email\n").await.is(StatusCode::SEE_OTHER).location().to_owned();
    admin.form(&format!("{waits}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    admin.get(&waits).await.is(StatusCode::NOT_FOUND);

    // A quotation mark that is closed by one far below swallows the rows between; those are not lost in silence.
    let swallows = "email,name,city\nok@example.org,\"Ok,Bonn\na@example.org,A,Ulm\nb@example.org,\"B\",Rom\nc@example.org,C,Kiel\n";
    let (_, report) = import(&world, ("swallows.csv", swallows.as_bytes()), &[("has_consent", "true")]).await;
    assert!(report.contains("A quotation mark in this row is not closed"), "{report}");
    assert_eq!(stored(&world, "ok@").await, Value::Null);
    assert_eq!(stored(&world, "c@").await["name"], "C");

    let broken = format!("email,name\na@example.org,\"{}\n", "x".repeat(1_200_000));
    let (_, report) = import(&world, ("broken.csv", broken.as_bytes()), &[("has_consent", "true")]).await;
    assert!(report.contains("Failed") && report.contains("quotation mark that nothing closes"), "{report}");

    // As a worker leaves it that was killed behind its first batch.
    let rows: String = (0..5000).map(|number| format!("n{number}@example.org\n")).collect();
    let one = upload(&admin, "long.csv", format!("email\n{rows}").as_bytes())
        .await
        .is(StatusCode::SEE_OTHER)
        .location()
        .to_owned();
    let id = one.rsplit('/').next().unwrap().to_owned();
    admin.form(&one, &[("column", "email"), ("has_consent", "true")]).await.is(StatusCode::SEE_OTHER);
    let tx = world.tenant().await;
    tx.execute("UPDATE app.contact_imports SET rows_read = 4000, created = 4000 WHERE id = $1", &[&id]).await.unwrap();
    tx.commit().await.unwrap();
    world.run_jobs().await;
    let report = admin.get(&one).await.is(StatusCode::OK).text();
    assert_eq!(numbers(&report), ["5,000", "5,000", "0", "0", "0", "0"], "{report}");
    let first = world.as_admin().get("/api/v1/contacts?q=n4000@").await.json();
    assert_eq!((&first["page"]["total"], &stored(&world, "n3999@").await), (&json!(1), &Value::Null));
}

#[tokio::test]
async fn a_file_nobody_begins_is_forgotten_after_a_week() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let old =
        upload(&admin, "old.csv", b"email\na@example.org\n").await.is(StatusCode::SEE_OTHER).location().to_owned();
    world.run_jobs().await;
    admin.get(&old).await.is(StatusCode::OK);
    world.advance(jiff::SignedDuration::from_hours(8 * 24));
    let new =
        upload(&admin, "new.csv", b"email\na@example.org\n").await.is(StatusCode::SEE_OTHER).location().to_owned();
    world.run_jobs().await;
    admin.get(&old).await.is(StatusCode::NOT_FOUND);
    admin.get(&new).await.is(StatusCode::OK);
    let kept = world.data_dir.path().join("media/org-harbor/imports").read_dir().unwrap().count();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn what_cannot_be_kept_of_a_row_is_told() {
    let world = world().await;
    let admin = world.as_admin();
    for field in [json!({ "label": "Size", "kind": "number" }), json!({ "label": "Birthday", "kind": "date" })] {
        admin.post("/api/v1/contact-fields", field).await.is(StatusCode::CREATED);
    }
    let long = "x".repeat(1001);
    let text = format!(
        "email;name;size;birthday;lang;tz;consent time;Note\n\
         a@example.org;A;12,5;2001-02-03;de;Europe/Berlin;2020-01-02;short\n\
         b@example.org;B;1.250,5;03.02.2001;Klingon;CEST;soon;{long}\n\
         nobody;C;1;;;;;\n"
    );
    let (one, report) = import(&world, ("list.csv", text.as_bytes()), &[("has_consent", "true")]).await;
    assert_eq!(numbers(&report), ["3", "2", "0", "0", "1", "1"], "{report}");
    let first = stored(&world, "a@example.org").await;
    assert_eq!((&first["fields"]["size"], &first["timezone"]), (&json!(12.5), &json!("Europe/Berlin")));
    let second = stored(&world, "b@example.org").await;
    assert_eq!((&second["fields"]["size"], &second["fields"]["birthday"]), (&json!(1250.5), &Value::Null));
    assert_eq!(second["fields"]["note"].as_str().map(str::len), Some(1000));
    let id = one.rsplit('/').next().unwrap();
    let told = admin.get(&format!("/api/v1/contact-imports/{id}/refusals")).await.is(StatusCode::OK).json();
    assert_eq!((&told["page"]["total"], &told["data"][0]["is_partial"]), (&json!(2), &json!(true)), "{told}");
    let words = told["data"][0]["reason"].as_str().unwrap();
    for part in
        ["A language is", "A time zone is", "A time is", "Birthday is a date", "Note is cut after 1000 characters."]
    {
        assert!(words.contains(part), "{part}: {words}");
    }
    let page = world.as_admin().in_browser().get(&one).await.text();
    assert!(page.contains("What rows came in without") && page.contains("Why rows were refused"), "{page}");
}

async fn command(world: &World, dry_run: bool) -> Summary {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("subscribed.csv");
    std::fs::write(&path, SAMPLE).unwrap();
    contacts::run(&world.app, "harbor", &path, ("Old list", Options { dry_run }), |_| {}).await.unwrap()
}

#[tokio::test]
async fn the_command_imports_the_same_and_a_dry_run_keeps_nothing() {
    let world = world().await;
    let summary = command(&world, true).await;
    assert_eq!((summary.created, summary.skipped.count), (5, 3), "{summary}");
    assert_eq!(world.as_admin().get("/api/v1/contacts").await.json()["page"]["total"], 0);
    let summary = command(&world, false).await;
    assert_eq!((summary.created, summary.updated, summary.unchanged), (5, 0, 0), "{summary}");
    assert_eq!((summary.kinds[&Kind::Contacts].skipped, summary.adjusted.count), (3, 1), "{summary}");
    assert_eq!(stored(&world, "ada@example.org").await["consent_source"], "Old list");
    let summary = command(&world, false).await;
    assert_eq!((summary.created, summary.unchanged), (0, 5), "{summary}");
}
