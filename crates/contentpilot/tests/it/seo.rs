//! Scores, previews, feeds of lists and language variants, as writers, readers and search engines meet them.

use http::StatusCode;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Answer;

use crate::media_upload::upload;
use crate::world;

async fn item(world: &World, fields: Value) -> String {
    world.as_admin().post("/api/v1/content", fields).await.is(StatusCode::CREATED).id()
}

async fn published(world: &World, fields: Value) -> String {
    let id = item(world, fields).await;
    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), json!({})).await.is(StatusCode::OK);
    id
}

async fn link(world: &World, id: &str, other: &str) -> Answer {
    world.as_admin().post(&format!("/api/v1/content/{id}/translations"), json!({ "content_id": other })).await
}

/// The values of an attribute of every element that is selected.
fn attributes(page: &str, selector: &str, name: &str) -> Vec<String> {
    let document = Html::parse_document(page);
    let selector = Selector::parse(selector).unwrap();
    document.select(&selector).filter_map(|element| element.attr(name)).map(str::to_owned).collect()
}

#[tokio::test]
async fn an_item_has_a_score_with_checks_that_say_what_to_do() {
    let world = world().await;
    let fields = json!({
        "title": "Tides", "content": "<h1>Water</h1><h4>Moon</h4><p>It comes.</p><a href=\"/x\">here</a>", "keywords": ["moon"]
    });
    let id = item(&world, fields).await;
    let report = world.as_viewer().get(&format!("/api/v1/content/{id}/seo")).await.is(StatusCode::OK).json();
    let score = report["score"].as_u64().unwrap();
    assert!(score < 50 && report["status"] == "bad", "{report}");
    let check =
        |id: &str| report["checks"].as_array().unwrap().iter().find(|check| check["id"] == id).cloned().unwrap();
    assert_eq!(check("title_length")["status"], "ok");
    assert_eq!(check("heading_order")["place"], json!({ "field": "content", "quote": "Moon" }));
    assert_eq!(check("keyword_in_title")["status"], "bad");
    assert!(check("link_text")["advice"].as_str().unwrap().contains("where it leads"));
    world.as_viewer().get("/api/v1/content/nothing/seo").await.is(StatusCode::NOT_FOUND);
    world.as_rival_owner().get(&format!("/api/v1/content/{id}/seo")).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn files_that_visitors_do_not_see_are_named() {
    let world = world().await;
    let asset = upload(&world.as_member(), "notes.txt", b"Tides of the week").await.is(StatusCode::CREATED).json();
    let content = format!("<p>See <a href=\"{}\">the notes</a>.</p>", asset["file_url"].as_str().unwrap());
    let id = item(&world, json!({ "title": "Tides", "content": content })).await;
    let found = async || {
        let report = world.as_viewer().get(&format!("/api/v1/content/{id}/seo")).await.is(StatusCode::OK).json();
        report["checks"].as_array().unwrap().iter().any(|check| check["id"] == "files_seen" && check["status"] == "bad")
    };
    assert!(!found().await);
    let path = format!("/api/v1/media/{}", asset["id"].as_str().unwrap());
    world.as_admin().patch(&path, json!({ "is_private": true })).await.is(StatusCode::OK);
    assert!(found().await);
}

#[tokio::test]
async fn what_is_typed_is_checked_and_nothing_is_stored() {
    let world = world().await;
    let member = world.as_member().in_browser();
    let fields = [
        ("title", "Tides <script>"),
        ("content", "<p>Water.</p><script>alert(1)</script><img src=x onerror=alert(1)>"),
        ("featured_image", "javascript:alert(1)"),
        ("keywords", "moon, sea"),
        ("then", "publish"),
    ];
    let panel = member.form("/admin/harbor/content/seo-preview", &fields).await.is(StatusCode::OK).text();
    assert!(!panel.contains("<html") && !panel.contains("<script") && !panel.contains("javascript:"), "{panel}");
    assert!(panel.contains("of 100") && panel.contains("Google") && panel.contains("s › harbor › tides"), "{panel}");
    assert_eq!(attributes(&panel, "a[data-seo-place=title]", "href").first().map(String::as_str), Some("#title"));
    let listed = world.as_viewer().get("/api/v1/content").await.is(StatusCode::OK).json();
    assert_eq!(listed["page"]["total"], 0);
    let viewer = world.as_viewer().in_browser();
    viewer.form("/admin/harbor/content/seo-preview", &fields).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_editor_shows_the_stored_score_and_saves_keywords() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let fields =
        [("title", "Tides"), ("content", "<p>Water</p>"), ("keywords", "slow tide, moon"), ("type", "ARTICLE")];
    let saved = admin.form("/admin/harbor/content", &fields).await.is(StatusCode::SEE_OTHER);
    let editor = saved.location().to_owned();
    let page = admin.get(&editor).await.is(StatusCode::OK).text();
    assert_eq!(attributes(&page, "#keywords", "value"), ["slow tide, moon"]);
    assert!(page.contains("of 100") && page.contains("Focus keyword"), "{page}");
    assert_eq!(attributes(&page, "[hx-post]", "hx-post"), ["/admin/harbor/content/seo-preview"]);
    let id = editor.rsplit('/').next().unwrap();
    let stored = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json();
    assert_eq!(stored["keywords"], json!(["slow tide", "moon"]));
    let fields = [("title", "Tides"), ("content", "<p>Water</p>"), ("slug", "tides"), ("version", "1")];
    admin.form(&editor, &fields).await.is(StatusCode::SEE_OTHER);
    let stored = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json();
    assert_eq!(stored["keywords"], json!(["slow tide", "moon"]), "a form without the field changes nothing");
}

#[tokio::test]
async fn categories_tags_and_authors_have_feeds_that_their_pages_name() {
    let world = world().await;
    let category = world
        .as_admin()
        .post("/api/v1/categories", json!({ "name": "Sea & Shore" }))
        .await
        .is(StatusCode::CREATED)
        .id();
    published(
        &world,
        json!({ "title": "Tides & <b>", "tags": ["Moon"], "category_id": category, "content": "<p>Water</p>" }),
    )
    .await;
    published(&world, json!({ "title": "Elsewhere" })).await;
    for list in ["category/sea-shore", "tag/moon", "author/user-harbor-admin"] {
        let base = format!("/s/harbor/{list}");
        let page = world.stranger().get(&base).await.is(StatusCode::OK).text();
        let rss = attributes(&page, "link[rel=alternate][type='application/rss+xml']", "href");
        let json = attributes(&page, "link[rel=alternate][type='application/feed+json']", "href");
        assert!(rss[0].ends_with(&format!("{base}/feed.xml")) && rss[1].ends_with("/s/harbor/feed.xml"), "{rss:?}");
        assert!(json[0].ends_with(&format!("{base}/feed.json")), "{json:?}");

        let answer = world.stranger().get(&format!("{base}/feed.xml")).await.is(StatusCode::OK);
        assert!(answer.header("content-type").starts_with("application/rss+xml"));
        let is_author = list.starts_with("author");
        check_rss(&answer.text(), &base, if is_author { 2 } else { 1 });
        let feed = world.stranger().get(&format!("{base}/feed.json")).await.is(StatusCode::OK);
        assert!(feed.header("content-type").starts_with("application/feed+json"));
        check_json_feed(&feed.json(), &base);
    }
    for path in [
        "category/nothing",
        "tag/nothing",
        "author/nothing",
        "tag/rival-marker-tag",
        "author/user-rival-owner",
        "tag/%00",
    ] {
        world.stranger().get(&format!("/s/harbor/{path}/feed.xml")).await.is(StatusCode::NOT_FOUND);
    }
}

/// What the RSS 2.0 specification and the feed validator ask for.
fn check_rss(xml: &str, base: &str, items: usize) {
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"), "{xml}");
    assert_well_formed(xml);
    for part in [
        "<rss version=\"2.0\"",
        "<channel><title>",
        "<language>en</language>",
        "rel=\"self\"",
        "<guid isPermaLink=\"false\">",
        "<pubDate>",
    ] {
        assert!(xml.contains(part), "{part} is missing in {xml}");
    }
    assert!(xml.contains(&format!("{base}</link>")) && xml.contains(&format!("{base}/feed.xml\"")), "{xml}");
    assert!(!xml.contains("<description></description><") || !xml.contains("<channel><description></description>"));
    assert_eq!(xml.matches("<item>").count(), items, "{xml}");
}

/// What JSON Feed 1.1 asks for.
fn check_json_feed(feed: &Value, base: &str) {
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert!(feed["title"].as_str().is_some_and(|title| title.contains(" – ")), "{feed}");
    assert!(feed["home_page_url"].as_str().unwrap().ends_with(base));
    assert!(feed["feed_url"].as_str().unwrap().ends_with(&format!("{base}/feed.json")));
    for item in feed["items"].as_array().unwrap() {
        assert!(item["id"].is_string() && item["url"].as_str().unwrap().starts_with("http"));
        assert!(item["content_html"].is_string() || item["content_text"].is_string());
    }
}

/// Every element is closed in order and every ampersand begins an entity.
fn assert_well_formed(xml: &str) {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().expect(xml) {
            quick_xml::events::Event::Eof => return,
            quick_xml::events::Event::Start(start) => assert!(start.attributes().all(|one| one.is_ok()), "{xml}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn language_variants_name_each_other_and_only_what_is_published() {
    let world = world().await;
    let english = published(&world, json!({ "title": "Tides", "language": "en" })).await;
    let german = item(&world, json!({ "title": "Gezeiten", "language": "de" })).await;
    let about = published(&world, json!({ "title": "Marées", "language": "fr", "type": "PAGE" })).await;
    assert_eq!(link(&world, &english, &german).await.is(StatusCode::OK).json()["page"]["total"], 2);
    assert_eq!(link(&world, &german, &about).await.is(StatusCode::OK).json()["page"]["total"], 3);

    let head = |page: &str| {
        let languages = attributes(page, "link[rel=alternate][hreflang]", "hreflang");
        languages.into_iter().zip(attributes(page, "link[rel=alternate][hreflang]", "href")).collect::<Vec<_>>()
    };
    let get = async |slug: &str| world.stranger().get(&format!("/s/harbor/{slug}")).await.is(StatusCode::OK).text();
    let first = head(&get("tides").await);
    let languages: Vec<&str> = first.iter().map(|(language, _)| language.as_str()).collect();
    assert_eq!(languages, ["en", "fr", "x-default"], "a draft is no variant for readers");
    assert!(first[0].1.ends_with("/s/harbor/tides") && first[2].1 == first[0].1, "{first:?}");
    assert_eq!(head(&get("marees").await), first, "links are returned");

    world.as_admin().post(&format!("/api/v1/content/{german}/publish"), json!({})).await.is(StatusCode::OK);
    let sitemap = world.stranger().get("/s/harbor/sitemap.xml").await.is(StatusCode::OK).text();
    assert_well_formed(&sitemap);
    assert_eq!(sitemap.matches("hreflang=\"de\"").count(), 3, "{sitemap}");
    assert_eq!(sitemap.matches("hreflang=\"x-default\"").count(), 3);

    world.as_admin().delete(&format!("/api/v1/content/{about}/translations")).await.is(StatusCode::NO_CONTENT);
    assert_eq!(head(&get("marees").await), []);
    assert_eq!(head(&get("gezeiten").await).len(), 3);
    world.as_admin().delete(&format!("/api/v1/content/{german}/translations")).await.is(StatusCode::NO_CONTENT);
    assert_eq!(head(&get("tides").await), [], "one alone has no variants");
    let left = world.as_viewer().get(&format!("/api/v1/content/{english}/translations")).await.is(StatusCode::OK);
    assert_eq!(left.json()["data"], json!([]));
}

#[tokio::test]
async fn a_translation_does_not_change_to_a_language_that_another_has() {
    let world = world().await;
    let english = published(&world, json!({ "title": "Tides", "language": "en" })).await;
    let german = published(&world, json!({ "title": "Gezeiten", "language": "de" })).await;
    link(&world, &english, &german).await.is(StatusCode::OK);
    let change = |language: &str| json!({ "language": language });
    let address = format!("/api/v1/content/{german}");
    let refused = world.as_admin().patch(&address, change("EN")).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.errors(), [("language".to_owned(), "same_language".to_owned())]);
    world.as_admin().patch(&address, change("de-AT")).await.is(StatusCode::OK);
    let waiting = world.as_admin().patch(&format!("{address}/changes"), change("en")).await;
    assert_eq!(waiting.is(StatusCode::UNPROCESSABLE_ENTITY).errors()[0].1, "same_language");

    // Another gets the language of one that is in the bin, which comes back on its own then.
    let french = published(&world, json!({ "title": "Marées", "language": "fr" })).await;
    link(&world, &english, &french).await.is(StatusCode::OK);
    world.as_admin().delete(&format!("/api/v1/content/{english}")).await.is(StatusCode::NO_CONTENT);
    world.as_admin().patch(&address, change("en")).await.is(StatusCode::OK);
    world.as_admin().post(&format!("/api/v1/content/bin/{english}/restore"), json!({})).await.is(StatusCode::OK);
    for (id, count) in [(&english, 0), (&german, 2)] {
        let variants = world.as_viewer().get(&format!("/api/v1/content/{id}/translations")).await.json();
        assert_eq!(variants["data"].as_array().unwrap().len(), count);
    }
}

#[tokio::test]
async fn items_that_are_no_translations_are_not_linked() {
    let world = world().await;
    let english = item(&world, json!({ "title": "Tides", "language": "en" })).await;
    let other = item(&world, json!({ "title": "Waves", "language": "EN" })).await;
    for (target, code) in [
        (&*other, "same_language"),
        (&*english, "same_item"),
        ("nothing", "unknown"),
        ("rival-item", "unknown"),
        ("", "unknown"),
    ] {
        let errors = link(&world, &english, target).await.is(StatusCode::UNPROCESSABLE_ENTITY).errors();
        assert_eq!(errors, [("content_id".to_owned(), code.to_owned())], "{target}");
    }
    link(&world, "nothing", &english).await.is(StatusCode::NOT_FOUND);
    let german = published(&world, json!({ "title": "Gezeiten", "language": "de" })).await;
    let french = published(&world, json!({ "title": "Marées", "language": "fr" })).await;
    let member = world.as_member();
    let body = |id: &str| json!({ "content_id": id });
    member.post(&format!("/api/v1/content/{german}/translations"), body(&french)).await.is(StatusCode::FORBIDDEN);
    member.post(&format!("/api/v1/content/{german}/translations"), body(&english)).await.is(StatusCode::OK);
    member.post(&format!("/api/v1/content/{english}/translations"), body(&french)).await.is(StatusCode::FORBIDDEN);
    member.delete(&format!("/api/v1/content/{german}/translations")).await.is(StatusCode::FORBIDDEN);
    member.delete(&format!("/api/v1/content/{english}/translations")).await.is(StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_translation_is_begun_and_linked_with_forms_alone() {
    let world = world().await;
    let id = published(&world, json!({ "title": "Tides", "language": "en", "content": "<p>Water</p>" })).await;
    let page = format!("/admin/harbor/content/{id}/translations");
    let member = world.as_member().in_browser();
    member.form(&format!("{page}/begin"), &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let begun = member.form(&format!("{page}/begin"), &[("language", "de")]).await.is(StatusCode::SEE_OTHER);
    let copy = begun.location().rsplit('/').next().unwrap().to_owned();
    let stored = world.as_viewer().get(&format!("/api/v1/content/{copy}")).await.json();
    assert_eq!(
        (&stored["language"], &stored["title"], &stored["status"]),
        (&json!("de"), &json!("Tides"), &json!("DRAFT"))
    );
    let shown = member.get(&page).await.is(StatusCode::OK).text();
    assert!(shown.contains(&format!("/admin/harbor/content/{copy}\"")), "{shown}");
    assert!(!attributes(&shown, "#language option", "value").contains(&"de".to_owned()));
    member.form(&format!("{page}/unlink"), &[("content_id", &copy)]).await.is(StatusCode::SEE_OTHER);
    let shown = member.get(&page).await.is(StatusCode::OK).text();
    assert_eq!(attributes(&shown, "#content_id option", "value"), ["", &*copy]);
    member.form(&page, &[("content_id", &copy)]).await.is(StatusCode::SEE_OTHER);
    let linked = world.as_viewer().get(&format!("/api/v1/content/{id}/translations")).await.json();
    assert_eq!(linked["page"]["total"], 2);
}

#[tokio::test]
async fn structured_data_has_what_search_engines_require() {
    let world = world().await;
    let fields = json!({ "title": "Tides </script>", "content": "<p>Water</p>", "featured_image": "https://a.example/i.png", "tags": ["Moon"] });
    published(&world, fields).await;
    let page = world.stranger().get("/s/harbor/tides-script").await.is(StatusCode::OK).text();
    let document = Html::parse_document(&page);
    let scripts: Vec<String> = document
        .select(&Selector::parse("script[type='application/ld+json']").unwrap())
        .map(|script| script.text().collect())
        .collect();
    assert_eq!(scripts.len(), 1);
    let graph: Value = serde_json::from_str(&scripts[0]).unwrap();
    assert_eq!(graph["@context"], "https://schema.org");
    let posting = &graph["@graph"][0];
    for field in ["headline", "datePublished", "dateModified", "author", "publisher", "image", "mainEntityOfPage"] {
        assert!(!posting[field].is_null(), "{field} is missing in {posting}");
    }
    let trail = graph["@graph"].as_array().unwrap().iter().find(|node| node["@type"] == "BreadcrumbList").unwrap();
    for (position, step) in trail["itemListElement"].as_array().unwrap().iter().enumerate() {
        assert_eq!(step["position"], position + 1);
        assert!(step["name"].is_string() && step["item"].as_str().unwrap().starts_with("http"));
    }
    for property in ["og:title", "og:type", "og:url", "og:image"] {
        assert_eq!(attributes(&page, &format!("meta[property='{property}']"), "content").len(), 1, "{property}");
    }
    assert_eq!(attributes(&page, "link[rel=canonical]", "href").len(), 1);
    assert!(attributes(&page, "meta[name=robots]", "content")[0].starts_with("index"));
}
