//! Ghost's Content API: keys, headers, tags, authors and settings, and that organizations stay apart.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::world::Side;

use crate::ghost::{Reader, key, published, titles};
use crate::world;

#[tokio::test]
async fn only_a_key_of_this_organization_opens_the_api() {
    let world = world().await;
    published(&world, json!({ "title": "Tides" })).await;
    let own = key(&world, Side::Harbor).await;
    let rivals = key(&world, Side::Rival).await;
    let get = |query: String| {
        let world = &world;
        async move { world.stranger().get(&format!("/s/harbor/ghost/api/content/posts/{query}")).await }
    };
    let missing = get(String::new()).await.is(StatusCode::FORBIDDEN);
    assert_eq!(missing.json()["errors"][0]["type"], "NoPermissionError");
    assert!(missing.header("cache-control").contains("no-store"));
    get("?key=".to_owned()).await.is(StatusCode::FORBIDDEN);
    for wrong in ["0".repeat(26), rivals.clone(), "x".to_owned(), "cp_harbor_owner".to_owned()] {
        let answer = get(format!("?key={wrong}")).await.is(StatusCode::UNAUTHORIZED);
        assert_eq!(answer.json()["errors"][0]["message"], "Unknown Content API Key");
        assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    }
    get(format!("?key={own}")).await.is(StatusCode::OK);
    // It reads what is published, and is no way into the rest.
    let bearer = format!("Bearer {own}");
    world.stranger().with("authorization", &bearer).get("/api/v1/content").await.is(StatusCode::UNAUTHORIZED);
    let revoke = "UPDATE app.api_keys SET revoked_at = now() WHERE kind = 'ghost_content'";
    world.superuser().await.execute(revoke, &[]).await.unwrap();
    world.app.forget();
    get(format!("?key={own}")).await.is(StatusCode::UNAUTHORIZED);
    let strange = format!("/s/nobody/ghost/api/content/posts/?key={own}");
    world.stranger().get(&strange).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_that_has_expired_opens_nothing() {
    let world = world().await;
    let own = key(&world, Side::Harbor).await;
    let expire = "UPDATE app.api_keys SET expires_at = '2026-03-01T12:01:00Z' WHERE kind = 'ghost_content'";
    world.superuser().await.execute(expire, &[]).await.unwrap();
    let address = format!("/s/harbor/ghost/api/content/settings/?key={own}");
    world.stranger().get(&address).await.is(StatusCode::OK);
    world.advance(SignedDuration::from_mins(2));
    world.stranger().get(&address).await.is(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn nothing_of_the_rival_is_ever_shown() {
    let world = world().await;
    published(&world, json!({ "title": "Tides", "tags": ["Moon"] })).await;
    let reader = Reader::of(&world).await;
    let everything = "include=tags,authors,count.posts&formats=html,plaintext&limit=all";
    for address in ["posts/", "pages/", "tags/", "authors/", "settings/", "tiers/", "newsletters/"] {
        reader.get(address, everything).await;
    }
    for filter in [
        "tag:rival-marker-tag",
        "slug:rival-marker-item",
        "author:user-rival-owner",
        "id:rival-item",
        "tags.name:~'RIVAL'",
    ] {
        let body = reader.ask("posts/", &[("filter", filter), ("include", "tags,authors")]).await;
        assert_eq!(body["posts"], json!([]), "{filter}");
    }
    for address in [
        "posts/rival-item/",
        "posts/slug/rival-marker-item/",
        "tags/slug/rival-marker-tag/",
        "authors/slug/user-rival-owner/",
        "tags/rival-tag/",
    ] {
        reader.refused(address, "", StatusCode::NOT_FOUND).await;
    }
    let rivals = key(&world, Side::Rival).await;
    for address in
        ["posts/rival-item/", "posts/slug/rival-marker-item/", "authors/user-rival-owner/", "tags/rival-tag/"]
    {
        let address = format!("/s/rival/ghost/api/content/{address}?key={rivals}&include=tags");
        world.stranger().get(&address).await.is(StatusCode::OK);
    }
    let drafts =
        world.stranger().get(&format!("/s/rival/ghost/api/content/posts/?key={rivals}")).await.is(StatusCode::OK);
    assert_eq!(titles(&drafts.json(), "posts"), ["RIVAL-MARKER-item lantern"]);
}

#[tokio::test]
async fn tags_and_authors_are_those_of_published_posts() {
    let world = world().await;
    published(&world, json!({ "title": "One", "tags": ["Moon", "Sea"] })).await;
    published(&world, json!({ "title": "Two", "tags": ["Sea", "#internal"] })).await;
    published(&world, json!({ "title": "About", "type": "PAGE", "tags": ["Paged"] })).await;
    world
        .as_member()
        .post("/api/v1/content", json!({ "title": "Draft", "tags": ["Drafted"] }))
        .await
        .is(StatusCode::CREATED);
    let reader = Reader::of(&world).await;
    let tags = reader.ask("tags/", &[("include", "count.posts"), ("order", "count.posts desc")]).await;
    assert_eq!(titles(&tags, "tags"), ["Sea", "Moon", "#internal"]);
    assert_eq!(tags["tags"][0]["count"], json!({ "posts": 2 }));
    assert_eq!(tags["meta"]["pagination"]["total"], 3);
    assert_eq!(titles(&reader.ask("tags/", &[("filter", "visibility:public")]).await, "tags"), ["Moon", "Sea"]);
    assert_eq!(titles(&reader.ask("tags/", &[("filter", "count.posts:>1")]).await, "tags"), ["Sea"]);
    let sea = reader.get("tags/slug/sea/", "").await;
    assert!(sea["tags"][0].get("count").is_none() && sea.get("meta").is_none());
    let id = sea["tags"][0]["id"].as_str().unwrap();
    assert_eq!(reader.get(&format!("tags/{id}/"), "fields=name").await["tags"][0], json!({ "name": "Sea" }));
    let authors = reader.get("authors/", "include=count.posts").await;
    assert_eq!(authors["authors"].as_array().unwrap().len(), 1);
    assert_eq!(authors["authors"][0]["count"]["posts"], 2);
    assert_eq!(authors["authors"][0]["url"], "http://127.0.0.1:8080/s/harbor/author/user-harbor-admin");
    let read = reader.get("authors/slug/user-harbor-admin/", "").await;
    assert_eq!(read["authors"][0]["id"], authors["authors"][0]["id"]);
    assert!(authors.to_string().to_lowercase().find("harbor.test").is_none());
    assert_eq!(reader.ask("authors/", &[("filter", "email:~'zzz'")]).await["meta"]["pagination"]["total"], 1);
}

#[tokio::test]
async fn settings_are_an_object_and_dates_are_in_the_sites_zone() {
    let world = world().await;
    published(&world, json!({ "title": "Tides" })).await;
    let tx = world.tenant().await;
    let sql = "INSERT INTO app.site_settings (organization_id, title, timezone, navigation)
               VALUES ('org-harbor', 'Harbour news', 'Asia/Kolkata', '[{\"label\": \"Home\", \"url\": \"/\"}, {\"label\": \"Bad\", \"url\": \"javascript:x\"}]')
               ON CONFLICT (organization_id) DO UPDATE SET title = excluded.title, timezone = excluded.timezone, navigation = excluded.navigation";
    tx.execute(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let reader = Reader::of(&world).await;
    let body = reader.get("settings/", "").await;
    assert_eq!(body["meta"], json!({}));
    let settings = &body["settings"];
    assert_eq!((&settings["title"], &settings["timezone"]), (&json!("Harbour news"), &json!("Asia/Kolkata")));
    assert_eq!(settings["navigation"], json!([{ "label": "Home", "url": "/" }]));
    assert_eq!(settings["url"], "http://127.0.0.1:8080/s/harbor/");
    let posts = reader.get("posts/", "").await;
    assert_eq!(posts["posts"][0]["published_at"], "2026-03-01T17:30:00.000+05:30");
}

#[tokio::test]
async fn browsers_of_other_sites_may_ask_and_nothing_is_sent_twice() {
    let world = world().await;
    let reader = Reader::of(&world).await;
    let preflight = Request::builder().method(Method::OPTIONS).uri("/s/harbor/ghost/api/content/posts/");
    let preflight =
        preflight.header("origin", "https://front.example").header("access-control-request-headers", "accept-version");
    let allowed = world.stranger().raw(preflight.body(Body::empty()).unwrap()).await.is(StatusCode::NO_CONTENT);
    assert_eq!(allowed.header("access-control-allow-origin"), "*");
    assert!(allowed.header("access-control-allow-headers").contains("Accept-Version"));
    assert!(!allowed.header("access-control-max-age").is_empty());
    let first = reader.send("posts/", "").await.is(StatusCode::OK);
    for (name, value) in [
        ("content-version", "v6.0"),
        ("access-control-allow-origin", "*"),
        ("cache-control", "public, max-age=0"),
        ("content-type", "application/json; charset=utf-8"),
    ] {
        assert_eq!(first.header(name), value, "{name}");
    }
    assert!(first.header("vary").contains("Accept-Version"));
    let key = key(&world, Side::Harbor).await;
    let address = |path: &str| format!("/s/harbor/ghost/api/{path}?key={key}");
    let again = world.stranger().with("if-none-match", first.header("etag"));
    again.get(&address("content/posts/")).await.is(StatusCode::NOT_MODIFIED);
    for path in ["v2/content/posts/", "v3/content/posts", "v4/content/tags/", "canary/content/settings/"] {
        world.stranger().get(&address(path)).await.is(StatusCode::OK);
    }
    world.stranger().with("accept-version", "v5.8").get(&address("content/posts/")).await.is(StatusCode::OK);
    let strange = world.stranger().with("accept-version", "v99.0").get(&address("content/posts/")).await;
    assert_eq!(strange.is(StatusCode::NOT_ACCEPTABLE).json()["errors"][0]["type"], "RequestNotAcceptableError");
    let sent = world.stranger().post(&address("content/posts/"), json!({})).await.is(StatusCode::NOT_FOUND);
    assert_eq!(sent.json()["errors"][0]["code"], Value::Null);
}
