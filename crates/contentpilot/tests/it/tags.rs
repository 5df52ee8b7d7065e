//! Tags: made by writers, renamed and merged by admins, always with the right counts.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::World;

use crate::content_life::draft;
use crate::world;

async fn tags(world: &World, query: &str) -> Vec<(String, i64)> {
    let page = world.as_viewer().get(&format!("/api/v1/tags?{query}")).await.is(StatusCode::OK).json();
    let tag = |tag: &Value| (tag["name"].as_str().unwrap().to_owned(), tag["usage_count"].as_i64().unwrap());
    page["data"].as_array().unwrap().iter().map(tag).collect()
}

async fn id_of(world: &World, name: &str) -> String {
    let page = world.as_viewer().get("/api/v1/tags?limit=100").await.json();
    let found = page["data"].as_array().unwrap().iter().find(|tag| tag["name"] == name).cloned();
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

async fn names_on(world: &World, item: &str) -> Vec<String> {
    let item = world.as_viewer().get(&format!("/api/v1/content/{item}")).await.json();
    item["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
}

async fn found(world: &World, words: &str) -> usize {
    let page = world.as_viewer().get(&format!("/api/v1/content?q={words}")).await.is(StatusCode::OK).json();
    page["data"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_member_makes_tags_and_an_admin_changes_them() {
    let world = world().await;
    let made = world.as_member().post("/api/v1/tags", json!({ "name": "Crème brûlée", "color": "#ABCDEF" })).await;
    let made = made.is(StatusCode::CREATED);
    let (path, tag) = (made.location().to_owned(), made.json());
    assert_eq!((tag["slug"].as_str(), tag["usage_count"].as_i64()), (Some("creme-brulee"), Some(0)));
    assert_eq!(tag["color"], "#abcdef");
    let taken =
        world.as_member().post("/api/v1/tags", json!({ "name": "creme brulee" })).await.is(StatusCode::CONFLICT);
    assert_eq!(taken.errors(), [("slug".into(), "taken".into())]);
    let wrong = world.as_member().post("/api/v1/tags", json!({ "name": "a, b" })).await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY);
    world.as_member().post("/api/v1/tags", json!({ "name": "!!!" })).await.is(StatusCode::UNPROCESSABLE_ENTITY);

    world.as_member().patch(&path, json!({ "name": "Dessert" })).await.is(StatusCode::FORBIDDEN);
    let stale = world.as_admin().with("if-match", "\"v9\"");
    stale.patch(&path, json!({ "name": "Dessert" })).await.is(StatusCode::PRECONDITION_FAILED);
    let renamed = world.as_admin().patch(&path, json!({ "name": "Dessert" })).await.is(StatusCode::OK).json();
    assert_eq!((renamed["name"].as_str(), renamed["slug"].as_str()), (Some("Dessert"), Some("creme-brulee")));
    world.as_viewer().post("/api/v1/tags", json!({ "name": "No" })).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn lists_complete_what_is_typed_and_sort_by_use() {
    let world = world().await;
    draft(&world, json!({ "title": "One", "tags": ["Économie", "rust", "rugby"] })).await;
    draft(&world, json!({ "title": "Two", "tags": ["rust", "ruby"] })).await;
    let pair = |name: &str, count| (name.to_owned(), count);
    assert_eq!(tags(&world, "q=RU").await, [pair("ruby", 1), pair("rugby", 1), pair("rust", 2)]);
    assert_eq!(tags(&world, "q=%C3%A9co").await, [pair("Économie", 1)]);
    assert!(tags(&world, "q=%25").await.is_empty() && tags(&world, "q=rival").await.is_empty());
    let mut seen = Vec::new();
    let mut address = "/api/v1/tags?limit=1&sort=-usage_count".to_owned();
    loop {
        let page = world.as_viewer().get(&address).await.is(StatusCode::OK).json();
        seen.push(page["data"][0]["name"].as_str().unwrap().to_owned());
        let Some(cursor) = page["page"]["next"].as_str() else { break };
        address = format!("/api/v1/tags?limit=1&sort=-usage_count&cursor={cursor}");
    }
    assert_eq!(seen, ["rust", "Économie", "ruby", "rugby"]);
    world.as_viewer().get("/api/v1/tags?sort=colour").await.is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_renamed_tag_is_found_by_its_new_name_and_never_made_twice() {
    let world = world().await;
    let item = draft(&world, json!({ "title": "Paint", "tags": ["colour"] })).await;
    world.run_jobs().await;
    let path = format!("/api/v1/tags/{}", id_of(&world, "colour").await);
    world.as_admin().patch(&path, json!({ "name": "Hue" })).await.is(StatusCode::OK);
    assert_eq!(world.queued("content.index_items").await, 1);
    world.run_jobs().await;
    assert_eq!((found(&world, "hue").await, found(&world, "colour").await), (1, 0));
    // The editor sends names: the new one and the old one both mean this tag.
    world.as_member().patch(&format!("/api/v1/content/{item}"), json!({ "tags": ["hue"] })).await.is(StatusCode::OK);
    let second = draft(&world, json!({ "title": "Wall", "tags": ["Colour", "HUE"] })).await;
    assert_eq!(names_on(&world, &second).await, ["Hue"]);
    assert_eq!(tags(&world, "").await, [("Hue".to_owned(), 2)]);

    draft(&world, json!({ "title": "Other", "tags": ["shade"] })).await;
    let other = format!("/api/v1/tags/{}", id_of(&world, "shade").await);
    let refused = world.as_admin().patch(&other, json!({ "name": "hue" })).await.is(StatusCode::CONFLICT);
    assert_eq!(refused.errors(), [("name".into(), "taken".into())]);
    assert!(refused.text().contains("Merge"), "{}", refused.text());
}

#[tokio::test]
async fn merging_moves_every_item_once_and_counts_stay_right() {
    let world = world().await;
    let both = draft(&world, json!({ "title": "Both", "tags": ["colour", "color"] })).await;
    let one = draft(&world, json!({ "title": "One", "tags": ["first", "colour", "last"] })).await;
    draft(&world, json!({ "title": "None", "tags": ["last"] })).await;
    world.run_jobs().await;
    let (from, into) = (id_of(&world, "colour").await, id_of(&world, "color").await);
    let path = format!("/api/v1/tags/{from}/merge");
    let itself = world.as_admin().post(&path, json!({ "into": from })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(itself.errors(), [("into".into(), "same_tag".into())]);
    for unknown in ["nobody", "rival-tag", ""] {
        world.as_admin().post(&path, json!({ "into": unknown })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    world.as_member().post(&path, json!({ "into": into })).await.is(StatusCode::FORBIDDEN);
    let merged = world.as_admin().post(&path, json!({ "into": into })).await.is(StatusCode::OK).json();
    assert_eq!((merged["id"].as_str(), merged["usage_count"].as_i64()), (Some(into.as_str()), Some(2)));
    world.as_viewer().get(&format!("/api/v1/tags/{from}")).await.is(StatusCode::NOT_FOUND);
    assert_eq!(names_on(&world, &both).await, ["color"]);
    assert_eq!(names_on(&world, &one).await, ["first", "color", "last"], "in the place of the old one");
    world.run_jobs().await;
    assert_eq!((found(&world, "colour").await, found(&world, "color").await), (0, 2));

    world.as_admin().delete(&format!("/api/v1/tags/{into}")).await.is(StatusCode::NO_CONTENT);
    world.run_jobs().await;
    assert_eq!((found(&world, "color").await, names_on(&world, &both).await.len()), (0, 0));
    assert_eq!(tags(&world, "").await, [("first".to_owned(), 1), ("last".to_owned(), 2)]);
}

#[tokio::test]
async fn tags_are_kept_with_forms_alone() {
    let world = world().await;
    let (admin, member) = (world.as_admin().in_browser(), world.as_member().in_browser());
    assert!(member.get("/admin/harbor/tags").await.is(StatusCode::OK).text().contains("No tags yet"));
    member.form("/admin/harbor/tags", &[("name", "Sea")]).await.is(StatusCode::SEE_OTHER);
    let again = member.form("/admin/harbor/tags", &[("name", "sea")]).await.is(StatusCode::CONFLICT).text();
    assert!(again.contains("name-error") && again.contains("value=\"sea\""), "{again}");
    draft(&world, json!({ "title": "Waves", "tags": ["Sea", "Ocean"] })).await;
    let sea = format!("/admin/harbor/tags/{}", id_of(&world, "Sea").await);
    let page = admin.get(&sea).await.is(StatusCode::OK).text();
    assert!(page.contains("On 1 item") && page.contains("<option value=\"Ocean\">"), "{page}");
    let fields = [("name", "The sea"), ("slug", "sea"), ("has_color", "true"), ("color", "#0000ff"), ("version", "1")];
    admin.form(&sea, &fields).await.is(StatusCode::SEE_OTHER);
    let list = admin.get("/admin/harbor/tags?q=the").await.is(StatusCode::OK).text();
    assert!(list.contains("No tag’s name begins like this"), "slugs stay: {list}");
    assert!(admin.get("/admin/harbor/tags?sort=-usage_count").await.is(StatusCode::OK).text().contains("The sea"));
    let stale = admin.form(&sea, &[("name", "Late"), ("version", "1")]).await.is(StatusCode::CONFLICT).text();
    assert!(stale.contains("Late") && stale.contains("value=\"2\""), "{stale}");

    let wrong = admin.form(&format!("{sea}/merge"), &[("into", "Lake"), ("version", "2")]).await;
    assert!(wrong.is(StatusCode::UNPROCESSABLE_ENTITY).text().contains("There is no tag of this name"));
    admin.form(&format!("{sea}/merge"), &[("into", "ocean"), ("version", "2")]).await.is(StatusCode::SEE_OTHER);
    let ocean = format!("/admin/harbor/tags/{}", id_of(&world, "Ocean").await);
    let ask = admin.get(&format!("{ocean}/delete")).await.is(StatusCode::OK).text();
    assert!(ask.contains("taken from 1 item"), "{ask}");
    admin.form(&format!("{ocean}/delete"), &[("version", "1")]).await.is(StatusCode::SEE_OTHER);
    assert!(tags(&world, "").await.is_empty());
}
