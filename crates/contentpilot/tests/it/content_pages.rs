//! The library and the editor as forms, without any script.

use http::StatusCode;
use serde_json::json;
use testkit::World;

use crate::comments_visitors::comment;
use crate::media_upload::upload;
use crate::{files, world};

async fn version(world: &World, id: &str) -> String {
    world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json()["version"].to_string()
}

fn id_of(location: &str) -> String {
    location.rsplit('/').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_article_is_written_published_and_deleted_with_forms_alone() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let empty = admin.get("/admin/harbor/content").await.is(StatusCode::OK).text();
    assert!(empty.contains("/admin/harbor/content/new"));
    admin.get("/admin/harbor/content/new").await.is(StatusCode::OK);
    let fields = [
        ("title", "Tides"),
        ("content", "<p>Water</p>"),
        ("tags", "moon, sea"),
        ("type", "ARTICLE"),
        ("language", "en"),
    ];
    let saved = admin.form("/admin/harbor/content", &fields).await.is(StatusCode::SEE_OTHER);
    let id = id_of(saved.location());
    let editor = format!("/admin/harbor/content/{id}");
    assert!(admin.get(&editor).await.is(StatusCode::OK).text().contains("moon, sea"));
    assert!(admin.get("/admin/harbor/content?q=&status=DRAFT").await.is(StatusCode::OK).text().contains("Tides"));

    let fields = [
        ("title", "Tides and time"),
        ("content", "<p>Water</p>"),
        ("tags", "moon"),
        ("slug", "tides"),
        ("version", "1"),
    ];
    admin.form(&format!("{editor}/publish"), &fields).await.is(StatusCode::SEE_OTHER);
    let page = world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK).text();
    assert!(page.contains("Tides and time"), "the button saves what was typed before it publishes");

    let ask = admin.get(&format!("{editor}/delete")).await.is(StatusCode::OK).text();
    assert!(ask.contains("2 versions") && ask.contains("/tides"), "{ask}");
    let version = version(&world, &id).await;
    admin.form(&format!("{editor}/delete"), &[("version", &version)]).await.is(StatusCode::SEE_OTHER);
    admin.get(&editor).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nothing_typed_is_lost_when_a_form_is_refused() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let fields = [
        ("title", ""),
        ("content", "<p>Long work</p>"),
        ("excerpt", "Kept"),
        ("slug", "Wrong Slug"),
        ("type", "ARTICLE"),
    ];
    let page = admin.form("/admin/harbor/content", &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(page.contains("Long work") && page.contains("Kept") && page.contains("Wrong Slug"), "{page}");
    assert!(page.contains("The title is missing"), "{page}");

    world
        .as_admin()
        .post("/api/v1/content", json!({ "title": "First", "slug": "first" }))
        .await
        .is(StatusCode::CREATED);
    let fields = [("title", "Second"), ("content", "<p>Long work</p>"), ("slug", "first"), ("type", "ARTICLE")];
    let page = admin.form("/admin/harbor/content", &fields).await.is(StatusCode::CONFLICT).text();
    assert!(page.contains("Long work") && page.contains("Another item has this slug"), "{page}");
}

#[tokio::test]
async fn two_people_on_one_item_see_both_versions() {
    let world = world().await;
    let item = world.as_member().post("/api/v1/content", json!({ "title": "Draft", "content": "<p>Start</p>" })).await;
    let editor = format!("/admin/harbor/content/{}", item.id());
    let fields = |text: &'static str| [("title", "Draft"), ("slug", "draft"), ("content", text), ("version", "1")];
    world.as_member().in_browser().form(&editor, &fields("<p>Their words</p>")).await.is(StatusCode::SEE_OTHER);
    let page =
        world.as_admin().in_browser().form(&editor, &fields("<p>My words</p>")).await.is(StatusCode::CONFLICT).text();
    assert!(page.contains("Their words") && page.contains("My words") && page.contains("value=\"2\""), "{page}");
    let stored = world.as_viewer().get(&format!("/api/v1/content/{}", item.id())).await.json();
    assert_eq!(stored["content"], "<p>Their words</p>");
}

#[tokio::test]
async fn a_member_is_shown_no_way_to_publish_and_refused_one_without_loss() {
    let world = world().await;
    let item = world.as_member().post("/api/v1/content", json!({ "title": "Draft" })).await;
    let editor = format!("/admin/harbor/content/{}", item.id());
    let member = world.as_member().in_browser();
    let page = member.get(&editor).await.is(StatusCode::OK).text();
    assert!(page.contains(&format!("{editor}/submit")) && !page.contains(&format!("{editor}/publish")), "{page}");
    let fields = [("title", "Draft"), ("slug", "draft"), ("content", "<p>Work</p>"), ("version", "1")];
    let refused = member.form(&format!("{editor}/publish"), &fields).await.is(StatusCode::FORBIDDEN).text();
    assert!(refused.contains("Work"), "{refused}");
    let viewer = world.as_viewer().in_browser().get(&editor).await.is(StatusCode::OK).text();
    assert!(!viewer.contains("Save draft"));
    world.as_viewer().in_browser().get("/admin/harbor/content/new").await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_library_is_paged_both_ways() {
    let world = world().await;
    for number in 0..30 {
        world
            .as_member()
            .post("/api/v1/content", json!({ "title": format!("Item {number:02}") }))
            .await
            .is(StatusCode::CREATED);
    }
    let viewer = world.as_viewer().in_browser();
    let first = viewer.get("/admin/harbor/content?sort=title").await.is(StatusCode::OK).text();
    assert!(first.contains("Item 00") && first.contains("Item 24") && !first.contains("Item 25"));
    let link = |page: &str, rel: &str| {
        let document = scraper::Html::parse_document(page);
        let selector = scraper::Selector::parse(&format!("a[rel={rel}]")).unwrap();
        document.select(&selector).next().and_then(|link| link.attr("href")).map(str::to_owned)
    };
    let next = link(&first, "next").expect("a link to the next page");
    let second = viewer.get(&next).await.is(StatusCode::OK).text();
    assert!(second.contains("Item 29") && !second.contains("Item 24"));
    let previous = link(&second, "prev").expect("a link to the page before");
    let again = viewer.get(&previous).await.is(StatusCode::OK).text();
    assert!(again.contains("Item 00") && again.contains("Item 24") && !again.contains("Item 25"));
}

#[tokio::test]
async fn a_button_without_a_title_publishes_nothing_and_a_field_that_was_not_sent_stays() {
    let world = world().await;
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "Draft", "content": "<p>Old</p>" })).await;
    let editor = format!("/admin/harbor/content/{}", item.id());
    let admin = world.as_admin().in_browser();
    let fields = [("title", ""), ("slug", "draft"), ("content", "<p>New words</p>"), ("version", "1")];
    let page = admin.form(&format!("{editor}/publish"), &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(page.contains("New words") && page.contains("The title is missing"), "{page}");
    world.stranger().get("/s/harbor/draft").await.is(StatusCode::NOT_FOUND);

    admin.form(&editor, &[("title", "Renamed"), ("version", "1")]).await.is(StatusCode::SEE_OTHER);
    let stored = world.as_viewer().get(&format!("/api/v1/content/{}", item.id())).await.json();
    assert_eq!((stored["title"].as_str(), stored["content"].as_str()), (Some("Renamed"), Some("<p>Old</p>")));
    admin.form(&format!("{editor}/publish"), &[]).await.is(StatusCode::SEE_OTHER);
    world.stranger().get("/s/harbor/draft").await.is(StatusCode::OK);
}

#[tokio::test]
async fn the_panels_show_picture_history_and_comments_and_keep_what_was_not_sent() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let boat = upload(&world.as_member(), "boat.png", &files::png(20, 10)).await.json();
    let (file, url) = (boat["id"].as_str().unwrap(), boat["file_url"].as_str().unwrap());
    let path = format!("/api/v1/media/{file}");
    world.as_admin().patch(&path, json!({ "alt": "A red dinghy" })).await.is(StatusCode::OK);
    let fields = [
        ("title", "Tides"),
        ("content", "<p>Water</p>"),
        ("featured_image", url),
        ("comments_enabled_shown", "1"),
        ("then", "publish"),
    ];
    let saved = admin.form("/admin/harbor/content", &fields).await.is(StatusCode::SEE_OTHER);
    let (editor, id) = (saved.location().to_owned(), id_of(saved.location()));
    let api = format!("/api/v1/content/{id}");
    let stored = world.as_viewer().get(&api).await.json();
    assert_eq!((stored["featured_image"].as_str(), stored["comments_enabled"].as_bool()), (Some(url), Some(false)));
    let page = admin.get(&editor).await.is(StatusCode::OK).text();
    assert!(page.contains("A red dinghy") && page.contains(&format!("/admin/harbor/media/{file}")), "{page}");
    assert!(
        page.contains(&format!("<option value=\"{url}\">boat.png")) && page.contains("Nobody has commented"),
        "{page}"
    );

    admin.form(&editor, &[("title", "High tides"), ("version", "2")]).await;
    let version = version(&world, &id).await;
    let stored = world.as_viewer().get(&api).await.json();
    assert_eq!((stored["featured_image"].as_str(), stored["comments_enabled"].as_bool()), (Some(url), Some(false)));
    let fields = [
        ("title", "High tides"),
        ("featured_image", ""),
        ("comments_enabled_shown", "1"),
        ("comments_enabled", "true"),
    ];
    admin.form(&editor, &[&fields[..], &[("version", version.as_str())]].concat()).await.is(StatusCode::SEE_OTHER);
    let stored = world.as_viewer().get(&api).await.json();
    assert!(stored["featured_image"].is_null() && stored["comments_enabled"] == true, "{stored}");

    comment(&world, "tides", &[("comment", "How high?")]).await.is(StatusCode::SEE_OTHER);
    let page = admin.get(&editor).await.text();
    assert!(
        page.contains("How high?") && page.contains("Answer or decide") && page.contains("from=1&amp;to=2"),
        "{page}"
    );
    let page = world.as_member().in_browser().get(&editor).await.text();
    assert!(!page.contains("How high?") && !page.contains("Answer or decide"), "what waits is the moderators'");
    let wrong = [("title", "High tides"), ("featured_image", "javascript:alert(1)")];
    let page = admin.form(&editor, &wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(page.contains("featured image must be a web address") && !page.contains("src=\"javascript"), "{page}");
}
