//! What is being written is shown as a reader will see it, and nothing of it is stored.

use http::StatusCode;
use serde_json::json;

use crate::harmless::{dangers, words};
use crate::world;

const PREVIEW: &str = "/admin/harbor/content/preview";

#[tokio::test]
async fn unsaved_text_is_shown_by_the_sites_theme_and_not_stored() {
    let world = world().await;
    let category = world.as_admin().post("/api/v1/categories", json!({ "name": "Sea & Shore" })).await.id();
    let fields = [
        ("title", "Tides <i>"),
        ("content", "<h2>Moon</h2><p>Water.<script>alert(1)</script></p>"),
        ("excerpt", "Up & down"),
        ("tags", "Moon, Sea"),
        ("category_id", category.as_str()),
        ("author_id", "user-harbor-member"),
        ("featured_image", "javascript:alert(1)"),
        ("type", "ARTICLE"),
        ("then", "publish"),
    ];
    let member = world.as_member().in_browser();
    let answer = member.form(PREVIEW, &fields).await.is(StatusCode::OK);
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'self'") && policy.contains("frame-src https://"), "{policy}");
    assert_eq!((answer.header("x-frame-options"), answer.header("cache-control")), ("SAMEORIGIN", "no-store"));
    let page = answer.text();
    assert_eq!(dangers(&page), Vec::<String>::new());
    assert_eq!((words(&page, "h1"), words(&page, ".prose h2")), ("Tides <i>".to_owned(), "Moon".to_owned()));
    assert!(page.contains("Sea &#38; Shore") && page.contains("/tag/moon") && page.contains("Up &#38; down"), "{page}");
    assert!(!page.contains("javascript:") && !page.contains("id=\"respond\""), "{page}");
    let listed = world.as_viewer().get("/api/v1/content").await.is(StatusCode::OK).json();
    assert_eq!(listed["page"]["total"], 0);

    let fields = [("title", ""), ("content", "<p>No title yet</p>"), ("type", "PAGE")];
    let page = member.form(PREVIEW, &fields).await.is(StatusCode::OK).text();
    assert!(page.contains("No title yet") && words(&page, ".meta").is_empty(), "{page}");
    world.as_viewer().in_browser().form(PREVIEW, &fields).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn players_of_other_sites_may_stand_on_the_site_and_nowhere_else() {
    let world = world().await;
    let film = "<figure class=\"embed\"><a href=\"https://youtu.be/abc\">A film</a></figure>";
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "Film", "content": film })).await;
    world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
    let page = world.stranger().get("/s/harbor/film").await.is(StatusCode::OK);
    let policy = page.header("content-security-policy").to_owned();
    assert!(
        policy.contains("frame-src https://www.youtube-nocookie.com") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(!policy.contains("frame-src https: ") && page.text().contains("youtube-nocookie.com/embed/abc"));
    let link = world.as_admin().post(&format!("{}/previews", item.location()), json!({})).await.is(StatusCode::CREATED);
    let address = link.json()["url"].as_str().unwrap().strip_prefix(&world.app.settings.public_url).unwrap().to_owned();
    let preview = world.stranger().get(&address).await.is(StatusCode::OK);
    assert!(preview.header("content-security-policy").contains("frame-src https://www.youtube-nocookie.com"));
    let feed = world.stranger().get("/s/harbor/feed.json").await.json();
    assert!(!feed["items"][0]["content_html"].as_str().unwrap().contains("iframe"), "{feed}");
    let editor = world.as_admin().in_browser().get(&format!("/admin/harbor/content/{}", item.id())).await;
    assert!(editor.header("content-security-policy").contains("frame-src 'self'"));
}
