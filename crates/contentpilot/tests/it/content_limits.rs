//! What an organization's plan allows in content, on every road by which an item comes.

use std::path::Path;

use futures_util::future::join_all;
use http::StatusCode;
use importers::report::Kind;
use importers::{Options, archive, markdown};
use serde_json::{Value, json};
use testkit::World;

use crate::world;

const CONTENT: &str = "/api/v1/content";
const WORDS: &str = "Your plan allows 2 items of content";

async fn limit(world: &World, limit: Option<i64>) {
    let tx = world.tenant().await;
    content::limits::set_limit(&tx, limit, world.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Harbor with two items, which is all that its plan allows.
async fn full(world: &World) -> [String; 2] {
    limit(world, Some(2)).await;
    let mut ids = Vec::new();
    for title in ["One", "Two"] {
        ids.push(world.as_admin().post(CONTENT, json!({ "title": title })).await.is(StatusCode::CREATED).id());
    }
    ids.try_into().unwrap()
}

async fn count(world: &World) -> i64 {
    world.as_viewer().get(CONTENT).await.json()["page"]["total"].as_i64().unwrap()
}

#[tokio::test]
async fn a_full_plan_is_told_in_words_and_deleting_makes_room() {
    let world = world().await;
    let [one, _] = full(&world).await;
    let refused = world.as_member().post(CONTENT, json!({ "title": "Three" })).await;
    let problem: Value = refused.is(StatusCode::PAYMENT_REQUIRED).json();
    assert!(problem["detail"].as_str().unwrap().starts_with(WORDS), "{problem}");
    world.as_member().post(&format!("{CONTENT}/{one}/duplicate"), ()).await.is(StatusCode::PAYMENT_REQUIRED);
    // What is there can be worked on.
    let path = format!("{CONTENT}/{one}");
    world.as_member().patch(&path, json!({ "title": "One and a half" })).await.is(StatusCode::OK);
    world.as_admin().post(&format!("{path}/publish"), ()).await.is(StatusCode::OK);

    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    world.as_member().post(CONTENT, json!({ "title": "Three" })).await.is(StatusCode::CREATED);
    let back = format!("{CONTENT}/bin/{one}/restore");
    world.as_admin().post(&back, ()).await.is(StatusCode::PAYMENT_REQUIRED);
    assert_eq!(count(&world).await, 2);
    limit(&world, Some(3)).await;
    world.as_admin().post(&back, ()).await.is(StatusCode::OK);
    limit(&world, None).await;
    world.as_member().post(CONTENT, json!({ "title": "Four" })).await.is(StatusCode::CREATED);
}

#[tokio::test]
async fn many_at_once_are_counted_one_after_the_other() {
    let world = world().await;
    limit(&world, Some(3)).await;
    let answers = join_all((0..8).map(|number| {
        let world = &world;
        async move { world.as_member().post(CONTENT, json!({ "title": format!("Item {number}") })).await.status }
    }));
    let answers = answers.await;
    let made = answers.iter().filter(|status| **status == StatusCode::CREATED).count();
    let refused = answers.iter().filter(|status| **status == StatusCode::PAYMENT_REQUIRED).count();
    assert_eq!((made, refused), (3, 5), "{answers:?}");
}

#[tokio::test]
async fn forms_say_it_and_keep_what_was_typed() {
    let world = world().await;
    let [one, two] = full(&world).await;
    let admin = world.as_admin().in_browser();
    let typed = [("title", "Three"), ("content", "<p>Typed in vain?</p>"), ("language", "en")];
    let refused = admin.form("/admin/harbor/content", &typed).await.is(StatusCode::PAYMENT_REQUIRED).text();
    assert!(refused.contains(WORDS) && refused.contains("Typed in vain?"), "{refused}");
    let item = format!("/admin/harbor/content/{one}");
    let copied = admin.form(&format!("{item}/duplicate"), &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(copied.location(), item);
    let german = [("language", "de")];
    let refused = admin.form(&format!("{item}/translations/begin"), &german).await.is(StatusCode::PAYMENT_REQUIRED);
    assert!(refused.text().contains(WORDS));

    world.as_admin().delete(&format!("{CONTENT}/{two}")).await.is(StatusCode::NO_CONTENT);
    world.as_admin().post(CONTENT, json!({ "title": "Three" })).await.is(StatusCode::CREATED);
    let taken_back = admin.form(&format!("/admin/harbor/bin/{two}/restore"), &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(taken_back.location(), "/admin/harbor/bin");
    assert_eq!(count(&world).await, 2);
}

#[tokio::test]
async fn what_is_used_is_shown_where_there_is_a_limit() {
    let world = world().await;
    let viewer = world.as_viewer();
    let library = async || {
        let browser = world.as_viewer().in_browser();
        browser.get("/admin/harbor/content?view=all").await.is(StatusCode::OK).text()
    };
    assert!(!library().await.contains("plan-meter"));
    assert_eq!(viewer.get("/api/v1/content/usage").await.json(), json!({ "items": 0, "items_limit": null }));
    full(&world).await;
    let shown = library().await;
    assert!(shown.contains("2 of 2 items in your plan") && shown.contains("Full. Delete"), "{shown}");
    assert_eq!(viewer.get("/api/v1/content/usage").await.json(), json!({ "items": 2, "items_limit": 2 }));
    let rival = world.as_rival_owner().get("/api/v1/content/usage").await.json();
    assert_eq!(rival["items_limit"], Value::Null);
}

#[tokio::test]
async fn taking_a_deletion_of_many_back_stops_where_the_plan_is_full() {
    let world = world().await;
    let ids = full(&world).await;
    let deleted = world.as_admin().post(&format!("{CONTENT}/bulk"), json!({ "ids": ids, "action": "delete" })).await;
    world.as_admin().post(CONTENT, json!({ "title": "Three" })).await.is(StatusCode::CREATED);
    let undo = format!("{CONTENT}/bulk/{}/undo", deleted.json()["undo"].as_str().unwrap());
    let undone: Value = world.as_admin().post(&undo, ()).await.is(StatusCode::OK).json();
    assert_eq!((undone["changed"].as_array().unwrap().len(), undone["refused"].as_array().unwrap().len()), (1, 1));
    assert!(undone["refused"][0]["message"].as_str().unwrap().starts_with(WORDS), "{undone}");
    assert_eq!(count(&world).await, 2);
}

#[tokio::test]
async fn an_import_reports_what_had_no_room() {
    let world = world().await;
    limit(&world, Some(2)).await;
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c"] {
        std::fs::write(folder.path().join(format!("{name}.md")), format!("---\ntitle: {name}\n---\nText\n")).unwrap();
    }
    let import = async || markdown::run(&world.app, "harbor", folder.path(), Options::default(), |_, _| {}).await;
    let summary = import().await.unwrap();
    let items = summary.kinds[&Kind::Items];
    assert_eq!((items.created, items.skipped), (2, 1), "{summary}");
    assert!(summary.skipped.reasons.keys().any(|reason| reason.starts_with(WORDS)), "{summary}");
    limit(&world, Some(3)).await;
    let again = import().await.unwrap().kinds[&Kind::Items];
    assert_eq!((again.created, again.unchanged), (1, 2));
}

#[tokio::test]
async fn an_archive_with_more_than_there_is_room_for_is_not_brought_in() {
    let world = world().await;
    for title in ["One", "Two", "Three"] {
        world.as_admin().post(CONTENT, json!({ "title": title })).await.is(StatusCode::CREATED);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("harbor.zip");
    let harbor = world.app.organization("harbor").await.unwrap();
    archive::export(&world.app, &harbor, std::fs::File::create(&path).unwrap(), |_| {}).await.unwrap();
    let port = accounts::commands::create_organization(&world.app, "Port", Some("port")).await.unwrap();
    let sql = "INSERT INTO organization_members (id, user_id, organization_id, role)
               SELECT 'port-owner', 'user-harbor-owner', id, 'OWNER' FROM organizations WHERE slug = 'port'";
    world.superuser().await.batch_execute(sql).await.unwrap();
    let allow = async |items| {
        let tx = world.app.database.tenant(&port.id).await.unwrap();
        content::limits::set_limit(&tx, Some(items), world.now()).await.unwrap();
        tx.commit().await.unwrap();
    };
    let import = async |path: &Path| archive::run(&world.app, "port", path, Options::default(), |_| {}).await;
    allow(2).await;
    let refused = import(&path).await.unwrap_err().to_string();
    assert!(refused.starts_with(WORDS) && refused.contains("add 3"), "{refused}");
    allow(3).await;
    assert_eq!(import(&path).await.unwrap().kinds[&Kind::Items].created, 3);
    assert_eq!(import(&path).await.unwrap().kinds[&Kind::Items].unchanged, 3);
}
