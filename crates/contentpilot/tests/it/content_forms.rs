//! The editor's form: it loses nothing that it shows, and shows everything that it would replace.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::World;

use crate::content_life::draft;
use crate::world;

async fn item(world: &World, id: &str) -> Value {
    world.as_admin().get(&format!("/api/v1/content/{id}")).await.is(StatusCode::OK).json()
}

async fn category(world: &World, name: &str) -> String {
    world.as_admin().post("/api/v1/categories", json!({ "name": name })).await.is(StatusCode::CREATED).id()
}

#[tokio::test]
async fn a_form_in_conflict_shows_every_field_that_it_would_replace() {
    let world = world().await;
    let (mine, theirs) = (category(&world, "Rivers").await, category(&world, "Oceans").await);
    let id = draft(&world, json!({ "title": "Tides", "category_id": mine })).await;
    let changed = json!({
        "category_id": theirs, "keywords": ["moon"], "canonical_url": "https://elsewhere.example/tides", "featured": true,
        "featured_image": "/media/theirs.jpg", "author_id": "user-harbor-owner", "comments_enabled": false,
        "language": "de", "type": "PAGE", "video_url": "https://vimeo.com/1", "expires_at": "2027-01-01T00:00:00Z",
    });
    world.as_admin().patch(&format!("/api/v1/content/{id}"), changed).await.is(StatusCode::OK);
    let form = [
        ("version", "1"),
        ("title", "Tides"),
        ("content", ""),
        ("type", "ARTICLE"),
        ("language", "en"),
        ("category_id", mine.as_str()),
        ("author_id", "user-harbor-member"),
        ("comments_enabled_shown", "1"),
        ("comments_enabled", "true"),
        ("expires_at", ""),
        ("expires_at_was", ""),
    ];
    let admin = world.as_admin().in_browser();
    let page = admin.form(&format!("/admin/harbor/content/{id}"), &form).await.is(StatusCode::CONFLICT).text();
    let labels = [
        "Type",
        "Category",
        "Language",
        "Featured on the home page",
        "Featured image",
        "Video",
        "Keywords",
        "Canonical address",
        "Comments",
        "Author",
    ];
    for label in labels {
        assert!(page.contains(&format!("<summary>{label}</summary>")), "{label} is not told: {page}");
    }
    assert!(page.contains("Oceans</pre>") && page.contains("Rivers</pre>"), "names, not ids: {page}");
    assert!(!page.contains("<summary>Expires at</summary>"), "a time that nobody touched replaces nothing");
}

#[tokio::test]
async fn a_category_that_the_list_does_not_hold_is_not_lost_by_saving() {
    let world = world().await;
    let last = category(&world, "zz last").await;
    let id = draft(&world, json!({ "title": "Tides", "category_id": last })).await;
    let sql = "INSERT INTO content_categories (organization_id, id, name, slug, sort_order, created_by, created_at, updated_at)
               SELECT organization_id, 'more-' || n, 'A' || n, 'more-' || n, -1, created_by, created_at, updated_at
               FROM content_categories, generate_series(1, 1000) AS n WHERE id = $1";
    world.superuser().await.execute(sql, &[&last]).await.unwrap();
    let page =
        world.as_admin().in_browser().get(&format!("/admin/harbor/content/{id}")).await.is(StatusCode::OK).text();
    assert!(page.contains(&format!("value=\"{last}\" selected")), "the category is chosen");
    let refused = world.as_admin().post("/api/v1/categories", json!({ "name": "One more" })).await;
    refused.is(StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_tag_holds_no_comma_on_any_road_and_one_that_does_survives_the_form() {
    let world = world().await;
    let refused = world.as_member().post("/api/v1/content", json!({ "title": "T", "tags": ["Sun, moon"] })).await;
    assert_eq!(refused.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [("tags".to_owned(), "not_a_tag".to_owned())]);
    let id = draft(&world, json!({ "title": "Tides", "tags": ["Sun moon"] })).await;
    let bulk = json!({ "ids": [id], "action": "tag", "tags": ["a, b"] });
    world.as_member().post("/api/v1/content/bulk", bulk).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    // As an organization may have had it before.
    let sql = "UPDATE content_tags SET name = 'Sun, moon' WHERE slug = 'sun-moon'";
    world.superuser().await.execute(sql, &[]).await.unwrap();
    let before = item(&world, &id).await;
    let editor = format!("/admin/harbor/content/{id}");
    let browser = world.as_admin().in_browser();
    let page = browser.get(&editor).await.is(StatusCode::OK).text();
    assert!(page.contains("value=\"Sun moon\""), "{page}");
    let form = [("version", "1"), ("title", "Ebb"), ("content", ""), ("tags", "Sun moon")];
    browser.form(&editor, &form).await.is(StatusCode::SEE_OTHER);
    assert_eq!(item(&world, &id).await["tags"], before["tags"], "it is one tag still");
}

#[tokio::test]
async fn video_audio_and_gallery_are_written_in_the_form_and_shown_on_the_site() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let form = [
        ("title", "Tides"),
        ("content", "<p>Water</p>"),
        ("video_url", "https://youtu.be/dQw4w9WgXcQ"),
        ("audio_url", "https://a.example/episode.mp3"),
        ("gallery", "https://a.example/one.jpg\r\n\r\n https://a.example/two.jpg "),
        ("then", "publish"),
    ];
    let made = admin.form("/admin/harbor/content", &form).await.is(StatusCode::SEE_OTHER);
    let id = made.location().rsplit('/').next().unwrap().to_owned();
    let stored = item(&world, &id).await;
    assert_eq!(stored["gallery"], json!(["https://a.example/one.jpg", "https://a.example/two.jpg"]));
    let page = admin.get(&format!("/admin/harbor/content/{id}")).await.is(StatusCode::OK).text();
    assert!(page.contains("https://a.example/one.jpg\nhttps://a.example/two.jpg"), "{page}");
    let site = world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK).text();
    for part in
        ["youtube-nocookie.com/embed/dQw4w9WgXcQ", "<audio src=\"https://a.example/episode.mp3\"", "a.example/two.jpg"]
    {
        assert!(site.contains(part), "{part} is missing: {site}");
    }
    let feed = world.stranger().get("/s/harbor/feed.json").await.is(StatusCode::OK).json();
    assert!(feed["items"][0]["content_html"].as_str().unwrap().contains("episode.mp3"), "{feed}");

    let wrong = [("title", "T"), ("content", ""), ("video_url", "javascript:alert(1)")];
    let page = admin.form("/admin/harbor/content", &wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(page.contains("<details class=\"panel-more\" open>"), "what is wrong is in sight: {page}");
}

#[tokio::test]
async fn the_library_names_the_category_of_each_item() {
    let world = world().await;
    let rivers = category(&world, "Rivers").await;
    draft(&world, json!({ "title": "Tides", "category_id": rivers })).await;
    let page = world.as_viewer().in_browser().get("/admin/harbor/content").await.is(StatusCode::OK).text();
    let row = page.split("<tbody>").nth(1).unwrap();
    assert!(page.contains(">Category</th>") && row.contains(">Rivers</td>"), "{page}");
}
