//! Stories about the settings of an organization's site, and what its pages make of them.

use http::StatusCode;
use serde_json::json;
use testkit::World;

use crate::world;

async fn publish(world: &World, item: serde_json::Value) {
    let id = world.as_admin().post("/api/v1/content", item).await.is(StatusCode::CREATED).id();
    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), ()).await.is(StatusCode::OK);
}

async fn set(world: &World, changes: serde_json::Value) {
    world.as_admin().patch("/api/v1/organization", changes).await.is(StatusCode::OK);
}

async fn read(world: &World, path: &str) -> String {
    world.stranger().get(&format!("/s/harbor{path}")).await.text()
}

#[tokio::test]
async fn the_form_keeps_what_is_typed_moves_rows_without_saving_and_saves() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let version = world.as_admin().get("/api/v1/organization").await.json()["version"].to_string();
    let base = vec![
        ("site_title", "News of the harbour"),
        ("site_description", "Ships,\nand who is on them."),
        ("accent_color", "#2463eb"),
        ("logo_url", "javascript:alert(1)"),
        ("typeface", "sans"),
        ("color_scheme", "dark"),
        ("search_engines", "true"),
        ("navigation.0.label", "Team"),
        ("navigation.0.url", "/team"),
        ("navigation.1.label", "About"),
        ("navigation.1.url", "/about"),
        ("navigation.2.label", ""),
        ("footer_links.0.label", "Imprint"),
        ("footer_links.0.url", "/imprint"),
        ("version", version.as_str()),
    ];
    let path = "/admin/harbor/settings/site";
    let wrong = admin.form(path, &base).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    for kept in ["News of the harbour", "who is on them", "value=\"/team\"", "value=\"Imprint\"", "no address"] {
        assert!(wrong.contains(kept), "{kept}");
    }
    let mut moved = base.clone();
    moved[3].1 = "";
    moved.push(("do", "navigation.up.1"));
    let page = admin.form(path, &moved).await.is(StatusCode::OK).text();
    assert!(page.find("value=\"/about\"").unwrap() < page.find("value=\"/team\"").unwrap());
    let read = world.as_admin().get("/api/v1/organization").await.json();
    assert_eq!(read["navigation"], json!([]), "a moved row is not saved yet");

    let mut good = base.clone();
    good[3].1 = "";
    good.push(("navigation.1.below", "true"));
    admin.form(path, &good).await.is(StatusCode::SEE_OTHER);
    admin.form(path, &good).await.is(StatusCode::PRECONDITION_FAILED);
    let read = world.as_admin().get("/api/v1/organization").await.json();
    let about = json!([{ "label": "About", "url": "/about" }]);
    assert_eq!(read["navigation"], json!([{ "label": "Team", "url": "/team", "children": about }]));
    assert_eq!((&read["search_engines"], &read["ai_crawlers"]), (&json!(true), &json!(false)));
    assert_eq!((&read["typeface"], &read["color_scheme"]), (&json!("sans"), &json!("dark")));
}

#[tokio::test]
async fn links_lead_into_the_site_wherever_it_lives() {
    let world = world().await;
    set(
        &world,
        json!({
            "navigation": [{ "label": "More", "url": "/more", "children": [{ "label": "News", "url": "/category/news" }] }],
            "footer_links": [{ "label": "Imprint", "url": "/imprint" }],
            "social_links": [{ "label": "Mastodon", "url": "https://social.example/@harbor" }],
            "typeface": "sans", "color_scheme": "dark",
        }),
    )
    .await;
    let page = read(&world, "/").await;
    for part in [
        r#"<a href="/s/harbor/category/news">News</a>"#,
        r#"<a href="/s/harbor/imprint">Imprint</a>"#,
        r#"<a rel="me" href="https://social.example/@harbor">Mastodon</a>"#,
        r#"data-typeface="sans" data-scheme="dark""#,
        r#""sameAs":["https://social.example/@harbor"]"#,
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[tokio::test]
async fn crawlers_are_told_who_may_come() {
    let world = world().await;
    publish(&world, json!({ "title": "Tides" })).await;
    assert!(read(&world, "/tides").await.contains("content=\"index, follow"));
    set(&world, json!({ "search_engines": false, "ai_crawlers": false })).await;
    assert!(read(&world, "/tides").await.contains("content=\"noindex, follow\""));
    assert!(read(&world, "/").await.contains("content=\"noindex, follow\""));
    let robots = read(&world, "/robots.txt").await;
    assert!(robots.contains("User-agent: GPTBot\n") && robots.contains("Disallow: /s/harbor/\n"), "{robots}");
    assert!(!robots.contains("Sitemap"), "{robots}");
}

#[tokio::test]
async fn closed_comments_take_the_form_away_and_refuse_what_is_sent() {
    let world = world().await;
    publish(&world, json!({ "title": "Tides" })).await;
    assert!(read(&world, "/tides").await.contains("id=\"respond\""));
    set(&world, json!({ "comments_open": false })).await;
    assert!(!read(&world, "/tides").await.contains("id=\"respond\""));
    let fields = [("name", "Ann"), ("email", "ann@example.org"), ("comment", "Hello"), ("stamp", "x")];
    let visitor = world.stranger().in_browser();
    visitor.form("/s/harbor/tides/comments", &fields).await.is(StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_theme_speaks_the_readers_language() {
    let world = world().await;
    set(&world, json!({ "language": "de", "timezone": "Europe/Berlin" })).await;
    publish(&world, json!({ "title": "Gezeiten", "language": "de", "content": "<p>Ebbe und Flut.</p>" })).await;
    publish(&world, json!({ "title": "Tides", "language": "en", "content": "<p>Ebb and flow.</p>" })).await;
    publish(&world, json!({ "title": "Marees", "language": "fr", "content": "<p>Flux.</p>" })).await;
    let german = read(&world, "/gezeiten").await;
    assert!(german.contains("<html lang=\"de\"") && german.contains("1. März 2026"), "{german}");
    assert!(german.contains("Kommentar schreiben") && german.contains("Zum Inhalt"));
    let english = read(&world, "/tides").await;
    assert!(english.contains("<html lang=\"en\"") && english.contains("1 March 2026"), "{english}");
    assert!(english.contains("Write a comment"));
    // The theme knows no French, so it speaks the site's language and says so.
    let french = read(&world, "/marees").await;
    assert!(french.contains("<html lang=\"fr\"") && french.contains("lang=\"de\" dir=\"ltr\">Zum Inhalt"), "{french}");
    let lost = read(&world, "/nichts-da").await;
    assert!(lost.contains("Unter dieser Adresse gibt es nichts"), "{lost}");
    let fields = [("name", ""), ("email", "nobody"), ("comment", ""), ("stamp", "x")];
    let visitor = world.stranger().in_browser();
    let again = visitor.form("/s/harbor/gezeiten/comments", &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(again.contains("Der Name fehlt") && again.contains("keine E-Mail-Adresse"), "{again}");
}
