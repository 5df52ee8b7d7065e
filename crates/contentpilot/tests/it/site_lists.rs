//! What the site lists: only what a reader can open, all of it, and nothing that has its home elsewhere.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::World;

use crate::content_life::draft;
use crate::world;

async fn published(world: &World, fields: Value) -> String {
    let id = draft(world, fields).await;
    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), json!({})).await.is(StatusCode::OK);
    id
}

async fn site(world: &World, path: &str) -> String {
    world.stranger().get(&format!("/s/harbor{path}")).await.is(StatusCode::OK).text()
}

#[tokio::test]
async fn a_category_that_is_not_shown_is_linked_from_nowhere() {
    let world = world().await;
    let raw = json!({ "name": "Secret rivers" });
    let above = world.as_admin().post("/api/v1/categories", raw).await.is(StatusCode::CREATED).id();
    let raw = json!({ "name": "Brooks", "parent_id": above });
    let below = world.as_admin().post("/api/v1/categories", raw).await.is(StatusCode::CREATED).id();
    published(&world, json!({ "title": "Tides", "category_id": above })).await;
    published(&world, json!({ "title": "Ebb", "category_id": below })).await;
    assert!(site(&world, "/tides").await.contains("/category/secret-rivers"));
    let hidden = json!({ "is_active": false });
    world.as_admin().patch(&format!("/api/v1/categories/{above}"), hidden).await.is(StatusCode::OK);
    world.stranger().get("/s/harbor/category/secret-rivers").await.is(StatusCode::NOT_FOUND);
    for path in ["/", "/tides", "/feed.xml", "/category/brooks"] {
        let page = site(&world, path).await;
        assert!(!page.contains("secret-rivers") && !page.contains("Secret rivers"), "{path}: {page}");
    }
    assert!(site(&world, "/ebb").await.contains("/category/brooks"));
}

#[tokio::test]
async fn a_category_shows_what_stands_below_it_and_counts_it() {
    let world = world().await;
    let category = |name: &'static str, parent: Option<String>| {
        let world = &world;
        async move {
            let raw = json!({ "name": name, "parent_id": parent });
            world.as_admin().post("/api/v1/categories", raw).await.is(StatusCode::CREATED).id()
        }
    };
    let rivers = category("Rivers", None).await;
    let brooks = category("Brooks", Some(rivers.clone())).await;
    let springs = category("Springs", Some(brooks.clone())).await;
    let hidden = category("Hidden", Some(rivers.clone())).await;
    let fields = json!({ "is_active": false });
    world.as_admin().patch(&format!("/api/v1/categories/{hidden}"), fields).await.is(StatusCode::OK);
    published(&world, json!({ "title": "Deep", "category_id": springs })).await;
    published(&world, json!({ "title": "Unseen here", "category_id": hidden })).await;
    published(&world, json!({ "title": "A page", "category_id": brooks, "type": "PAGE" })).await;
    let page = site(&world, "/category/rivers").await;
    assert!(page.contains(">Deep<") && !page.contains("Unseen here") && !page.contains("A page"), "{page}");
    assert!(page.contains("<bdi>Brooks</bdi> <span class=\"count\">1</span>") && !page.contains("/category/hidden"));
    for feed in ["/category/rivers/feed.xml", "/category/rivers/feed.json"] {
        let feed = site(&world, feed).await;
        assert!(feed.contains("Deep") && !feed.contains("Unseen here"), "{feed}");
    }
}

#[tokio::test]
async fn what_to_read_next_comes_from_elsewhere_where_a_category_has_too_few() {
    let world = world().await;
    let raw = json!({ "name": "Rivers" });
    let rivers = world.as_admin().post("/api/v1/categories", raw).await.is(StatusCode::CREATED).id();
    for number in 1..=3 {
        published(&world, json!({ "title": format!("Sea {number}") })).await;
    }
    for title in ["Source", "Mouth"] {
        published(&world, json!({ "title": title, "category_id": rivers })).await;
    }
    let page = site(&world, "/source").await;
    let next = page.split_once("related-title").unwrap().1;
    let at = |title: &str| next.find(&format!(">{title}<")).unwrap_or(usize::MAX);
    assert!(at("Mouth") < at("Sea 3") && at("Sea 3") < at("Sea 2") && at("Sea 1") == usize::MAX, "{next}");
    assert!(at("Source") == usize::MAX, "{next}");
}

#[tokio::test]
async fn a_search_counts_what_it_shows() {
    let world = world().await;
    published(&world, json!({ "title": "Tides", "content": "<p>anchors</p>" })).await;
    for number in 0..3 {
        let title = format!("Template {number}");
        published(&world, json!({ "title": title, "content": "<p>anchors</p>", "type": "TEMPLATE" })).await;
    }
    world.run_jobs().await;
    let page = site(&world, "/search?q=anchors").await;
    assert!(page.contains("1 result for") && !page.contains("Template 0"), "{page}");
}

#[tokio::test]
async fn the_sitemap_names_pages_at_home_with_their_pictures() {
    let world = world().await;
    let tides = published(&world, json!({ "title": "Tides", "featured_image": "/media/tide.jpg" })).await;
    published(&world, json!({ "title": "Lent", "canonical_url": "https://elsewhere.example/lent" })).await;
    let ebbe = published(&world, json!({ "title": "Ebbe", "language": "de" })).await;
    let link = json!({ "content_id": ebbe });
    world.as_admin().post(&format!("/api/v1/content/{tides}/translations"), link).await;
    let map = site(&world, "/sitemap.xml").await;
    assert!(map.contains("/s/harbor/tides</loc>") && !map.contains("/s/harbor/lent"), "{map}");
    assert!(map.contains("/media/tide.jpg</image:loc>"), "{map}");
}

#[tokio::test]
async fn a_feed_shows_the_sites_logo() {
    let world = world().await;
    let logo = json!({ "logo_url": "https://a.example/logo.png" });
    world.as_admin().patch("/api/v1/organization", logo).await.is(StatusCode::OK);
    published(&world, json!({ "title": "Tides" })).await;
    assert!(site(&world, "/feed.xml").await.contains("<url>https://a.example/logo.png</url>"));
    let feed = world.stranger().get("/s/harbor/feed.json").await.is(StatusCode::OK).json();
    assert_eq!(feed["icon"], "https://a.example/logo.png");
}

#[tokio::test]
async fn comments_beyond_the_first_page_are_read_on_the_next() {
    let world = world().await;
    let id = published(&world, json!({ "title": "Tides" })).await;
    let sql = r#"INSERT INTO content_comments (organization_id, id, content_id, author_name, comment, status, created_at, updated_at)
                 SELECT organization_id, 'comment-' || n, id, 'Ada', 'Said ' || n || '.', 'APPROVED',
                   created_at + make_interval(secs => n), created_at
                 FROM content_items, generate_series(1, 501) AS n WHERE id = $1"#;
    world.superuser().await.execute(sql, &[&id]).await.unwrap();
    let first = site(&world, "/tides").await;
    assert!(first.contains("Said 500.") && !first.contains("Said 501."), "{}", first.len());
    assert!(first.contains("501 comments") && first.contains("/s/harbor/tides/comments?page=2#comments"), "{first}");
    let second = site(&world, "/tides/comments?page=2").await;
    assert!(second.contains("Said 501.") && !second.contains("Said 500."), "{second}");
    assert!(second.contains("href=\"/s/harbor/tides#comments\"") && second.contains("501 comments"), "{second}");
    world.stranger().get("/s/harbor/tides/comments?page=3").await.is(StatusCode::NOT_FOUND);
}

/// The titles on a page of the home page, the one that leads first.
async fn titles(world: &World, path: &str) -> Vec<String> {
    let page = scraper::Html::parse_document(&site(world, path).await);
    let title = scraper::Selector::parse(".lead-title, .card-title").unwrap();
    page.select(&title).map(|title| title.text().collect::<String>().trim().to_owned()).collect()
}

#[tokio::test]
async fn the_newest_featured_item_leads_the_home_page_however_old_it_is() {
    let world = world().await;
    published(&world, json!({ "title": "Old and featured", "featured": true })).await;
    let hidden = json!({ "title": "A featured page", "featured": true, "type": "PAGE" });
    for number in 0..14 {
        world.advance(jiff::SignedDuration::from_secs(1));
        published(&world, json!({ "title": format!("News {number}") })).await;
    }
    published(&world, hidden).await;
    let first = titles(&world, "/").await;
    assert_eq!(first[..3], ["Old and featured", "News 13", "News 12"]);
    assert_eq!(first.len(), 13, "the page's own, and the one that leads");
    assert_eq!(titles(&world, "/?page=2").await, ["News 1", "News 0", "Old and featured"]);
    world.advance(jiff::SignedDuration::from_secs(1));
    published(&world, json!({ "title": "Featured now", "featured": true })).await;
    assert_eq!(titles(&world, "/").await[..2], ["Featured now", "News 13"]);
}
