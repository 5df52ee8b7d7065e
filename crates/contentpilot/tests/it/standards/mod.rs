//! What the public site sends, held against the standards it claims to follow, with content that strains them.

mod feeds;
mod head;
mod html;
mod sitemap;
mod tree;

use http::StatusCode;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use testkit::World;

use crate::world;

/// Where a test's site says it lives.
const HOST: &str = "http://127.0.0.1:8080";

async fn publish(world: &World, item: Value) -> String {
    let id = world.as_admin().post("/api/v1/content", item).await.is(StatusCode::CREATED).id();
    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), ()).await.is(StatusCode::OK);
    id
}

/// A site with what editors write and what nobody should.
async fn strained() -> World {
    let world = world().await;
    let admin = world.as_admin();
    let settings = json!({
        "title": "Ebb & \"Flow\" <News>", "description": "Water, <b>twice</b> a day & more", "timezone": "Europe/Berlin",
        "navigation": [{ "label": "More & <less>", "url": "/more", "children": [{ "label": "Sea", "url": "/category/sea" }] }],
        "social_links": [{ "label": "Elsewhere", "url": "https://social.example/@harbor?a=1&b=2" }],
    });
    admin.patch("/api/v1/organization", settings).await.is(StatusCode::OK);
    let category = json!({ "name": "Sea & <Shore>", "slug": "sea", "description": "By \"the\" water" });
    let category = admin.post("/api/v1/categories", category).await.is(StatusCode::CREATED).id();
    let body = "<h2>One</h2><p>Text &amp; <em>more</em> <a href=\"/s/harbor/gezeiten?a=1&amp;b=2\">link</a>.</p><h4>Deep</h4>\
        <ul><li>a<ul><li>b</li></ul></li></ul><table><thead><tr><th>h</th></tr></thead><tbody><tr><td>d</td></tr></tbody></table>\
        <figure><img src=\"https://cdn.example/a.png?x=1&amp;y=2\" alt=\"A &quot;boat&quot;\"><figcaption>c</figcaption></figure>\
        <pre><code>let a = &lt;b&gt;;</code></pre><blockquote><p>q</p></blockquote><p>\u{1f30a} ]]&gt; \u{202e}rtl</p>";
    let tides = publish(
        &world,
        json!({ "title": "Tides & <time> \"quoted\" ]]>", "slug": "tides", "content": body, "category_id": category,
                "tags": ["Moon & stars", "水"], "excerpt": "Short & <sweet>", "keywords": ["tide"],
                "featured_image": "https://cdn.example/head%20image.jpg?a=1&b=2" }),
    )
    .await;
    let german = publish(&world, json!({ "title": "Gezeiten", "language": "de", "content": "<p>Ebbe.</p>" })).await;
    let link = json!({ "content_id": german });
    admin.post(&format!("/api/v1/content/{tides}/translations"), link).await.is(StatusCode::OK);
    publish(&world, json!({ "title": "Empty", "content": "" })).await;
    publish(&world, json!({ "title": "About", "type": "PAGE", "content": "<p>We.</p>" })).await;
    let comment = json!({ "comment": "How <b>high</b> & why?" });
    admin.post(&format!("/api/v1/content/{tides}/comments"), comment).await.is(StatusCode::CREATED);
    world
}

async fn get(world: &World, path: &str) -> String {
    world.stranger().get(path).await.is(StatusCode::OK).text()
}

const PAGES: [&str; 9] =
    ["", "tides", "gezeiten", "empty", "about", "category/sea", "tag/moon-stars", "search", "search?q=tides"];

async fn pages(world: &World) -> Vec<(String, String)> {
    let author = format!("author/{}", "user-harbor-admin");
    let mut pages = Vec::new();
    for path in PAGES.iter().map(|path| (*path).to_owned()).chain([author]) {
        pages.push((path.clone(), get(world, &format!("/s/harbor/{path}")).await));
    }
    pages.push(("nothing".into(), world.stranger().get("/s/harbor/nothing").await.is(StatusCode::NOT_FOUND).text()));
    pages
}

/// The values of an attribute of every element that is selected.
fn attributes(page: &Html, selector: &str, name: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
}

#[tokio::test]
async fn feeds_are_rss_and_json_feed_to_the_letter() {
    let world = strained().await;
    for list in ["", "category/sea/", "tag/moon-stars/", "author/user-harbor-admin/"] {
        let address = format!("/s/harbor/{list}feed.xml");
        feeds::rss(&get(&world, &address).await, &format!("{HOST}{address}"));
        let address = format!("/s/harbor/{list}feed.json");
        feeds::json(&get(&world, &address).await, &format!("{HOST}{address}"));
    }
}

#[tokio::test]
async fn the_sitemap_lists_what_may_be_listed_and_languages_answer_each_other() {
    let world = strained().await;
    let listed = sitemap::urls(&get(&world, "/s/harbor/sitemap.xml").await);
    for path in ["", "tides", "gezeiten", "empty", "about"] {
        assert!(listed.iter().any(|url| *url == format!("{HOST}/s/harbor/{path}")), "{path} in {listed:?}");
    }
    sitemap::robots(&get(&world, "/s/harbor/robots.txt").await, &format!("{HOST}/s/harbor/sitemap.xml"));
    let closed = json!({ "search_engines": false, "ai_crawlers": false });
    world.as_admin().patch("/api/v1/organization", closed).await.is(StatusCode::OK);
    sitemap::robots(&get(&world, "/s/harbor/robots.txt").await, "");
}

#[tokio::test]
async fn every_pages_head_is_what_search_engines_and_networks_ask_for() {
    let world = strained().await;
    let pages = pages(&world).await;
    for (path, text) in &pages {
        head::check(path, &Html::parse_document(text));
    }
    head::languages_answer(&pages);
}

#[tokio::test]
async fn every_page_is_html_without_a_single_error() {
    let world = strained().await;
    let form = [("name", ""), ("email", "nobody"), ("comment", ""), ("stamp", "x")];
    let visitor = world.stranger().in_browser();
    let again = visitor.form("/s/harbor/tides/comments", &form).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    let mut pages = pages(&world).await;
    pages.push(("tides/comments".into(), again));
    for (path, text) in pages {
        html::check(&path, &text);
    }
}

/// What an article costs with its style, packed (the budget of the public pages).
const ARTICLE_LARGEST: usize = 14 * 1024;

#[tokio::test]
async fn an_article_with_its_style_costs_little() {
    let world = strained().await;
    let page = Html::parse_document(&get(&world, "/s/harbor/tides").await);
    let style = attributes(&page, "link[rel=stylesheet]", "href").remove(0);
    let mut size = 0;
    for path in ["/s/harbor/tides", style.as_str()] {
        let packed = world.stranger().with("accept-encoding", "br").get(path).await.is(StatusCode::OK);
        assert_eq!(packed.header("content-encoding"), "br", "{path}");
        size += packed.body.len();
    }
    assert!(size <= ARTICLE_LARGEST, "{size} bytes");
    assert_eq!(attributes(&page, "script:not([type='application/ld+json'])", "src").len(), 0);
}
