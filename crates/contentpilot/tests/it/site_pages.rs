//! The public site as a visitor, a feed reader and a search engine see it.

use axum::body::Body;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;

use crate::world;

async fn published(world: &World, fields: Value) -> String {
    let item = world.as_admin().post("/api/v1/content", fields).await.is(StatusCode::CREATED);
    world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
    world.advance(SignedDuration::from_mins(1));
    item.id()
}

#[tokio::test]
async fn every_page_of_a_site_answers_and_links_to_its_own() {
    let world = world().await;
    let category = world
        .as_admin()
        .post("/api/v1/categories", json!({ "name": "Sea & Shore" }))
        .await
        .is(StatusCode::CREATED)
        .id();
    let fields = json!({
        "title": "Tides", "content": "<p>Water comes and goes.</p>", "tags": ["Moon"], "category_id": category, "excerpt": "In & out"
    });
    published(&world, fields).await;
    published(&world, json!({ "title": "About", "type": "PAGE" })).await;
    published(&world, json!({ "title": "Secret recipe", "type": "TEMPLATE" })).await;
    world.run_jobs().await;
    let get = |path: &'static str| {
        let world = &world;
        async move { world.stranger().get(path).await.is(StatusCode::OK).text() }
    };
    let home = get("/s/harbor/").await;
    assert!(home.contains("Tides") && !home.contains("Secret recipe") && !home.contains(">About<"), "{home}");
    assert!(get("/s/harbor/category/sea-shore").await.contains("Tides"));
    assert!(get("/s/harbor/tag/moon").await.contains("Tides"));
    assert!(get("/s/harbor/author/user-harbor-admin").await.contains("Tides"));
    assert!(get("/s/harbor/search?q=water").await.contains("<mark>Water</mark>"));
    assert!(get("/s/harbor/search").await.contains("<form"));
    assert!(get("/s/harbor/robots.txt").await.contains("Sitemap: http"));
    let sitemap = get("/s/harbor/sitemap.xml").await;
    assert!(
        sitemap.contains("/s/harbor/tides<") && sitemap.contains("/s/harbor/about<") && !sitemap.contains("secret")
    );
    let article = get("/s/harbor/tides").await;
    for part in [
        "rel=\"canonical\"",
        "og:title",
        "application/ld+json",
        "/s/harbor/category/sea-shore",
        "/s/harbor/tag/moon",
        "In &#38; out",
    ] {
        assert!(article.contains(part), "{part} is missing in {article}");
    }
    assert!(!get("/s/harbor/about").await.contains("article:published_time"));
}

#[tokio::test]
async fn what_is_not_there_is_said_on_the_sites_own_page() {
    let world = world().await;
    for path in [
        "nothing",
        "category/nothing",
        "tag/nothing",
        "author/nothing",
        "author/user-harbor-owner",
        "a/b/c",
        "?page=2",
        "?page=5000",
        "feed.atom",
    ] {
        let answer = world.stranger().get(&format!("/s/harbor/{path}")).await.is(StatusCode::NOT_FOUND);
        assert!(answer.text().contains("Page not found"), "{path}");
    }
    let odd = [
        "%00",
        "%ff",
        "a%00b",
        "tag/%00",
        "author/%00",
        "category/%00",
        "search?q=%00",
        "?page=-1",
        "?page=x",
        "?utm_source=x",
    ];
    for path in odd {
        let status = world.stranger().get(&format!("/s/harbor/{path}")).await.status;
        assert!([StatusCode::OK, StatusCode::NOT_FOUND].contains(&status), "{path}: {status}");
    }
    world.stranger().get("/s/nobody/").await.is(StatusCode::NOT_FOUND);
    assert_eq!(world.stranger().get("/s/harbor").await.is(StatusCode::PERMANENT_REDIRECT).location(), "/s/harbor/");
}

#[tokio::test]
async fn another_organizations_pages_are_not_on_this_site() {
    let world = world().await;
    for path in [
        "rival-marker-item",
        "tag/rival-marker-tag",
        "category/rival-marker-category",
        "rival-marker-former",
        "author/user-rival-owner",
    ] {
        world.stranger().get(&format!("/s/harbor/{path}")).await.is(StatusCode::NOT_FOUND);
    }
    let found = world.stranger().get("/s/harbor/search?q=lantern").await.is(StatusCode::OK);
    assert!(!found.text().contains("/s/harbor/rival"));
}

#[tokio::test]
async fn a_page_that_did_not_change_is_not_sent_again() {
    let world = world().await;
    let id = published(&world, json!({ "title": "Tides" })).await;
    let first = world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK);
    let again = |tag: &str| Request::get("/s/harbor/tides").header("if-none-match", tag).body(Body::empty()).unwrap();
    world.stranger().raw(again(first.header("etag"))).await.is(StatusCode::NOT_MODIFIED);
    world
        .as_admin()
        .patch(&format!("/api/v1/content/{id}"), json!({ "title": "Tides and time" }))
        .await
        .is(StatusCode::OK);
    let second = world.stranger().raw(again(first.header("etag"))).await.is(StatusCode::OK);
    assert!(second.text().contains("Tides and time"));
    assert!(second.header("cache-control").contains("no-cache"));
    assert!(second.header("content-security-policy").contains("default-src 'none'"));
}

#[tokio::test]
async fn lists_are_paged_and_the_newest_comes_first() {
    let world = world().await;
    for number in 0..13 {
        published(&world, json!({ "title": format!("Story {number:02}") })).await;
    }
    let first = world.stranger().get("/s/harbor/").await.is(StatusCode::OK).text();
    assert!(first.find("Story 12").unwrap() < first.find("Story 11").unwrap());
    assert!(!first.contains("Story 00") && first.contains("?page=2"));
    let second = world.stranger().get("/s/harbor/?page=2").await.is(StatusCode::OK).text();
    assert!(second.contains("Story 00") && !second.contains("Story 12"));
}

#[tokio::test]
async fn an_organizations_domain_shows_its_site_at_the_top() {
    let world = world().await;
    published(&world, json!({ "title": "Tides" })).await;
    let sql = "INSERT INTO app.domains (domain, organization_id) VALUES ('harbor.example', 'org-harbor')";
    world.app.database.global().await.unwrap().execute(sql, &[]).await.unwrap();
    let visit = |host: &'static str, path: &'static str| {
        let world = &world;
        let request = Request::get(path).header("host", host).body(Body::empty()).unwrap();
        async move { world.stranger().raw(request).await }
    };
    let home = visit("harbor.example", "/").await.is(StatusCode::OK).text();
    assert!(home.contains("href=\"/tides\"") && !home.contains("/s/harbor"), "{home}");
    let article = visit("Harbor.Example:80", "/tides").await.is(StatusCode::OK).text();
    assert!(article.contains("rel=\"canonical\""), "{article}");
    for odd in ["harbor.example:80@evil.example", "harbor.example:x", "harbor.example/evil", "[::1]:80", "a b"] {
        let answer = visit(odd, "/tides").await;
        assert!(!answer.status.is_success() && !answer.text().contains("evil"), "{odd}");
    }
    visit("harbor.example", "/sitemap.xml").await.is(StatusCode::OK);
    visit("harbor.example", "/nothing").await.is(StatusCode::NOT_FOUND);
    visit("elsewhere.example", "/tides").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn approved_comments_stand_below_their_article() {
    let world = world().await;
    let id = published(&world, json!({ "title": "Tides" })).await;
    let tx = world.tenant().await;
    let sql = r#"INSERT INTO content_comments (organization_id, id, content_id, comment, status, parent_id, author_name)
        VALUES ('org-harbor', $2, $1, $3, $4::"CommentStatus", $5, 'Visitor')"#;
    for (comment, text, status, parent) in [
        ("c1", "First <b>here</b>", "APPROVED", None),
        ("c2", "An answer", "APPROVED", Some("c1")),
        ("c3", "Not yet", "PENDING", None),
    ] {
        tx.execute(sql, &[&id, &comment, &text, &status, &parent]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let page = world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK).text();
    assert!(page.contains("First &#60;b&#62;here") || page.contains("First &lt;b&gt;here"), "{page}");
    assert!(page.contains("An answer") && !page.contains("Not yet") && page.contains("2 comments"));
}
