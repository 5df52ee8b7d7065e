//! Pages kept in memory: as fast as nothing, and never old.

use std::time::Duration;

use axum::body::Body;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use kernel::App;
use kernel::config::Settings;
use kernel::db::Statements;
use scraper::{Html, Selector};
use serde_json::json;
use testkit::World;
use tokio_util::sync::CancellationToken;

use crate::world;

/// Longer than any notification takes on a busy machine; a test that waits this long has failed.
const NEVER: Duration = Duration::from_secs(20);

/// A world whose node listens for changes, as a running program does.
pub(crate) async fn listening() -> (World, CancellationToken) {
    let world = world().await;
    let stop = CancellationToken::new();
    let (app, url, until) = (world.app.clone(), world.database_url.clone(), stop.clone());
    tokio::spawn(async move { kernel::changes::listen(&app.changes, &url, until).await });
    hears_more_than(&world, 0).await;
    (world, stop)
}

pub(crate) async fn hears_more_than(world: &World, count: u64) {
    let heard = tokio::time::timeout(NEVER, world.app.changes.heard_more_than(count)).await;
    assert!(heard.is_ok(), "no change was heard");
}

/// Changes an item behind the program's back, without any announcement, to see whether a page comes from memory.
pub(crate) async fn change_silently(world: &World, id: &str, title: &str) {
    let superuser = world.superuser().await;
    superuser.batch_execute("SET session_replication_role = replica").await.unwrap();
    superuser.execute("UPDATE content_items SET title = $1 WHERE id = $2", &[&title, &id]).await.unwrap();
}

#[tokio::test]
async fn a_page_is_kept_until_something_public_changes() {
    let (world, stop) = listening().await;
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "Tides", "tags": ["Moon"] })).await;
    let count = world.app.changes.count();
    world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
    hears_more_than(&world, count).await;
    let first = world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK);
    change_silently(&world, &item.id(), "Secretly changed").await;
    let second = world.stranger().get("/s/harbor/tides?utm_source=mail").await.is(StatusCode::OK);
    assert_eq!(first.text(), second.text(), "it comes from memory, whatever a campaign adds to its address");
    assert_eq!(first.header("etag"), second.header("etag"));
    let known = world.stranger().with("if-none-match", first.header("etag")).get("/s/harbor/tides").await;
    assert!(known.is(StatusCode::NOT_MODIFIED).text().is_empty());

    let count = world.app.changes.count();
    world.as_admin().patch(item.location(), json!({ "title": "Tides and time" })).await.is(StatusCode::OK);
    hears_more_than(&world, count).await;
    assert!(world.stranger().get("/s/harbor/tides").await.text().contains("Tides and time"));

    let count = world.app.changes.count();
    world.as_admin().post(&format!("{}/unpublish", item.location()), json!({})).await.is(StatusCode::OK);
    hears_more_than(&world, count).await;
    world.stranger().get("/s/harbor/tides").await.is(StatusCode::NOT_FOUND);
    stop.cancel();
}

#[tokio::test]
async fn comments_settings_categories_and_schedules_are_heard_and_drafts_are_not() {
    let (world, stop) = listening().await;
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "Tides" })).await;
    let path = item.location();
    let count = world.app.changes.count();
    world.as_member().patch(path, json!({ "content": "<p>Draft</p>", "tags": ["a"] })).await.is(StatusCode::OK);
    world.run_jobs().await;
    // Publishing is announced after everything before it, so had the draft been announced there would be two.
    let at = world.now() + SignedDuration::from_hours(1);
    world.as_admin().post(&format!("{path}/publish"), json!({ "scheduled_for": at })).await.is(StatusCode::OK);
    world.advance(SignedDuration::from_hours(1));
    world.run_jobs().await;
    hears_more_than(&world, count).await;
    assert_eq!(world.app.changes.count(), count + 1);
    world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK);

    let sql = "INSERT INTO content_comments (organization_id, id, content_id, comment, status, author_name)
               VALUES ('org-harbor', 'c1', $1, 'Well said', 'APPROVED', 'Visitor')";
    let tx = world.tenant().await;
    tx.execute(sql, &[&item.id()]).await.unwrap();
    tx.commit().await.unwrap();
    hears_more_than(&world, count + 1).await;
    assert!(world.stranger().get("/s/harbor/tides").await.text().contains("Well said"));

    let count = world.app.changes.count();
    let tx = world.tenant().await;
    let sql = "INSERT INTO app.site_settings (organization_id, title) VALUES ('org-harbor', 'The Harbor Times')
               ON CONFLICT (organization_id) DO UPDATE SET title = excluded.title";
    tx.execute(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    hears_more_than(&world, count).await;
    assert!(world.stranger().get("/s/harbor/").await.text().contains("The Harbor Times"));
    stop.cancel();
}

/// That nothing of a site has variants is remembered by its pages for each other, until something has.
#[tokio::test]
async fn variants_are_looked_for_again_once_something_has_some() {
    let (world, stop) = listening().await;
    let mut ids = Vec::new();
    for (title, language) in [("Tides", "en"), ("Gezeiten", "de"), ("Moon", "en")] {
        let item = world.as_admin().post("/api/v1/content", json!({ "title": title, "language": language })).await;
        let count = world.app.changes.count();
        world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
        hears_more_than(&world, count).await;
        ids.push(item.id());
    }
    let names_others = async |slug: &str| {
        world.stranger().get(&format!("/s/harbor/{slug}")).await.is(StatusCode::OK).text().contains("hreflang=\"de\"")
    };
    assert!(!names_others("moon").await);
    // Behind the program's back, which must not look again.
    let superuser = world.superuser().await;
    superuser.batch_execute("SET session_replication_role = replica").await.unwrap();
    let sql = "INSERT INTO app.content_translations (organization_id, content_id, group_id) VALUES ('org-harbor', $1, 'silent')";
    for id in &ids[..2] {
        superuser.execute(sql, &[id]).await.unwrap();
    }
    assert!(!names_others("tides").await, "it was known that nothing has variants");
    superuser.batch_execute("DELETE FROM app.content_translations WHERE group_id = 'silent'").await.unwrap();
    let count = world.app.changes.count();
    let link = json!({ "content_id": ids[1] });
    world.as_admin().post(&format!("/api/v1/content/{}/translations", ids[0]), link).await.is(StatusCode::OK);
    hears_more_than(&world, count).await;
    assert!(names_others("tides").await && names_others("gezeiten").await && !names_others("moon").await);
    stop.cancel();
}

#[tokio::test]
async fn a_rivals_changes_drop_nothing_of_ours_and_its_pages_are_its_own() {
    let (world, stop) = listening().await;
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "Tides" })).await;
    let count = world.app.changes.count();
    world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
    hears_more_than(&world, count).await;
    let first = world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK).text();
    change_silently(&world, &item.id(), "Secretly changed").await;
    let count = world.app.changes.count();
    world.as_rival_owner().patch("/api/v1/content/rival-item", json!({ "excerpt": "New" })).await.is(StatusCode::OK);
    hears_more_than(&world, count).await;
    assert_eq!(world.stranger().get("/s/harbor/tides").await.text(), first);
    world.stranger().get("/s/rival/tides").await.is(StatusCode::NOT_FOUND);
    stop.cancel();
}

#[tokio::test]
async fn a_page_of_an_own_domain_is_kept_as_its_own() {
    let (world, stop) = listening().await;
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "Tides" })).await;
    let count = world.app.changes.count();
    world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
    let sql = "INSERT INTO app.domains (domain, organization_id) VALUES ('harbor.example', 'org-harbor')";
    world.app.database.global().await.unwrap().execute(sql, &[]).await.unwrap();
    // The item became public, and the site has a domain.
    hears_more_than(&world, count + 1).await;
    let by_domain = async |path: &str| {
        let request = Request::get(path).header("host", "harbor.example").body(Body::empty()).unwrap();
        world.stranger().raw(request).await
    };
    let first = by_domain("/tides").await.is(StatusCode::OK).text();
    change_silently(&world, &item.id(), "Secretly changed").await;
    assert_eq!(by_domain("/tides").await.text(), first, "it comes from memory");
    let shared = world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK).text();
    assert!(shared.contains("Secretly changed") && shared.contains("/s/harbor/"), "its links are others");
    assert!(shared.contains("http://harbor.example:8080/tides"), "but it is known by its domain: {shared}");
    let count = world.app.changes.count();
    let global = world.app.database.global().await.unwrap();
    global.execute("DELETE FROM app.domains WHERE domain = 'harbor.example'", &[]).await.unwrap();
    hears_more_than(&world, count).await;
    let shared = world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK).text();
    assert!(!shared.contains("harbor.example"), "{shared}");
    stop.cancel();
}

#[tokio::test]
async fn a_program_that_is_to_keep_nothing_reads_each_page_and_answer_anew() {
    let (mut world, stop) = listening().await;
    let settings = Settings { cache_mb: 0, ..world.app.settings.clone() };
    let (database, clock, key) = (world.app.database.clone(), world.app.clock.clone(), world.app.secret_key.clone());
    world.app = App::new(database, clock, settings, key);
    world.router = contentpilot::router(world.app.clone());
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "Tides" })).await;
    world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
    world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK);
    world.as_viewer().get(item.location()).await.is(StatusCode::OK);
    change_silently(&world, &item.id(), "Secretly changed").await;
    assert!(world.stranger().get("/s/harbor/tides").await.text().contains("Secretly changed"));
    assert!(world.as_viewer().get(item.location()).await.text().contains("Secretly changed"));
    stop.cancel();
}

/// The titles of the cards below an article.
async fn neighbours(world: &World, slug: &str) -> Vec<String> {
    let page = world.stranger().get(&format!("/s/harbor/{slug}")).await.is(StatusCode::OK).text();
    let cards = Selector::parse(".related .card-title").unwrap();
    Html::parse_document(&page).select(&cards).map(|card| card.text().collect::<String>().trim().to_owned()).collect()
}

#[tokio::test]
async fn what_stands_below_articles_is_read_once_for_a_category_and_anew_after_a_change() {
    let (world, stop) = listening().await;
    let count = world.app.changes.count();
    let category = world.as_admin().post("/api/v1/categories", json!({ "name": "Boats" })).await.id();
    hears_more_than(&world, count).await;
    let write = async |title: &str, category: Option<&str>| {
        let item = world.as_admin().post("/api/v1/content", json!({ "title": title, "category_id": category })).await;
        let count = world.app.changes.count();
        world.advance(SignedDuration::from_secs(1));
        world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
        hears_more_than(&world, count).await;
        item.id()
    };
    let boats = Some(category.as_str());
    write("Ketch", boats).await;
    let sloop = write("Sloop", boats).await;
    write("Yawl", boats).await;
    write("Elsewhere", None).await;
    assert_eq!(neighbours(&world, "ketch").await, ["Yawl", "Sloop", "Elsewhere"], "the others of the category first");
    change_silently(&world, &sloop, "Secretly changed").await;
    assert_eq!(neighbours(&world, "yawl").await, ["Sloop", "Ketch", "Elsewhere"], "another page reads nothing anew");
    let of_site = neighbours(&world, "elsewhere").await;
    assert_eq!(of_site, ["Yawl", "Sloop", "Ketch"], "the newest of the site, but not itself");

    write("Brig", boats).await;
    assert_eq!(neighbours(&world, "ketch").await, ["Brig", "Yawl", "Secretly changed"], "three, and never itself");
    stop.cancel();
}

/// What a page calls the category, the author and the tags of its article.
async fn names(world: &World, slug: &str) -> Vec<String> {
    let page = world.stranger().get(&format!("/s/harbor/{slug}")).await.is(StatusCode::OK).text();
    let shown = Selector::parse(".breadcrumbs li:nth-child(2), .article-head .meta a, .tags li").unwrap();
    Html::parse_document(&page).select(&shown).map(|name| name.text().collect::<String>().trim().to_owned()).collect()
}

#[tokio::test]
async fn names_are_read_once_for_all_pages_and_anew_after_a_change() {
    let (world, stop) = listening().await;
    let count = world.app.changes.count();
    let category = world.as_admin().post("/api/v1/categories", json!({ "name": "Boats" })).await.id();
    hears_more_than(&world, count).await;
    for title in ["Ketch", "Sloop"] {
        let body = json!({ "title": title, "category_id": category, "tags": ["Zinc", "Oak"] });
        let item = world.as_admin().post("/api/v1/content", body).await;
        let count = world.app.changes.count();
        world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
        hears_more_than(&world, count).await;
    }
    let first = names(&world, "ketch").await;
    assert_eq!((first[0].as_str(), &first[2..]), ("Boats", &["Zinc".to_owned(), "Oak".to_owned()][..]), "{first:?}");

    let superuser = world.superuser().await;
    superuser.batch_execute("SET session_replication_role = replica").await.unwrap();
    superuser.batch_execute("UPDATE content_tags SET name = 'Secret' WHERE slug = 'oak'").await.unwrap();
    assert_eq!(names(&world, "sloop").await, first, "another page of the same names reads nothing anew");

    let count = world.app.changes.count();
    let renamed = json!({ "name": "Ships" });
    world.as_admin().patch(&format!("/api/v1/categories/{category}"), renamed).await.is(StatusCode::OK);
    hears_more_than(&world, count).await;
    let anew = names(&world, "sloop").await;
    assert_eq!((anew[0].as_str(), &anew[2..]), ("Ships", &["Zinc".to_owned(), "Secret".to_owned()][..]));

    // Tags that no place tells apart stand by their names, as everywhere.
    superuser.batch_execute("UPDATE app.content_item_tags SET position = 0").await.unwrap();
    let count = world.app.changes.count();
    world
        .as_admin()
        .patch(&format!("/api/v1/categories/{category}"), json!({ "name": "Boats" }))
        .await
        .is(StatusCode::OK);
    hears_more_than(&world, count).await;
    assert_eq!(names(&world, "ketch").await[2..], ["Secret", "Zinc"]);
    stop.cancel();
}
