//! Revisions: kept on every road, compared word by word, brought back whole or in part.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::World;

use crate::content_life::draft;
use crate::world;

async fn edit(world: &World, id: &str, fields: Value) -> Value {
    world.as_member().patch(&format!("/api/v1/content/{id}"), fields).await.is(StatusCode::OK).json()
}

async fn versions(world: &World, id: &str) -> Vec<(i64, Option<String>)> {
    let page =
        world.as_viewer().get(&format!("/api/v1/content/{id}/revisions?limit=100")).await.is(StatusCode::OK).json();
    let one = |one: &Value| (one["version"].as_i64().unwrap(), one["comment"].as_str().map(str::to_owned));
    page["data"].as_array().unwrap().iter().map(one).collect()
}

async fn three_versions(world: &World) -> String {
    let body = "<p>First words</p><p>Second words</p>";
    let id = draft(world, json!({ "title": "Old", "content": body, "excerpt": "Short" })).await;
    edit(world, &id, json!({ "title": "New", "comment": "A better title" })).await;
    let body = "<p>First things</p><p>Second words</p><p>Third words</p>";
    edit(world, &id, json!({ "content": body, "excerpt": null })).await;
    id
}

#[tokio::test]
async fn a_revision_is_read_with_its_text_and_its_comment() {
    let world = world().await;
    let id = three_versions(&world).await;
    assert_eq!(versions(&world, &id).await, [(3, None), (2, Some("A better title".into())), (1, None)]);
    let kept = world.as_viewer().get(&format!("/api/v1/content/{id}/revisions/1")).await.is(StatusCode::OK);
    assert_eq!(kept.header("etag"), "\"v1\"");
    let kept = kept.json();
    assert_eq!((kept["title"].as_str(), kept["excerpt"].as_str()), (Some("Old"), Some("Short")));
    assert_eq!(kept["content_body"], "<p>First words</p><p>Second words</p>");
    assert_eq!(kept["created_by"], "user-harbor-member");
    for nothing in ["4", "0", "-1", "x", "99999999999"] {
        world.as_viewer().get(&format!("/api/v1/content/{id}/revisions/{nothing}")).await.is(StatusCode::NOT_FOUND);
    }
    world.as_admin().get("/api/v1/content/rival-item/revisions/1").await.is(StatusCode::NOT_FOUND);
    let long = json!({ "title": "Next", "comment": "x".repeat(501) });
    let refused = world.as_member().patch(&format!("/api/v1/content/{id}"), long).await;
    assert_eq!(refused.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [("comment".into(), "too_long".into())]);
}

#[tokio::test]
async fn restoring_brings_the_text_back_as_a_new_version() {
    let world = world().await;
    let id = three_versions(&world).await;
    let restore = format!("/api/v1/content/{id}/revisions/1/restore");
    world.as_viewer().post(&restore, ()).await.is(StatusCode::FORBIDDEN);
    world.as_member().with("if-match", "\"v1\"").post(&restore, ()).await.is(StatusCode::PRECONDITION_FAILED);
    let item = world.as_member().with("if-match", "\"v3\"").post(&restore, ()).await.is(StatusCode::OK).json();
    assert_eq!((item["title"].as_str(), item["excerpt"].as_str()), (Some("Old"), Some("Short")));
    assert_eq!(
        (item["content"].as_str(), item["slug"].as_str()),
        (Some("<p>First words</p><p>Second words</p>"), Some("old"))
    );
    assert_eq!(versions(&world, &id).await[0], (4, Some("Restored from version 1".into())));
    world.as_member().post(&restore, ()).await.is(StatusCode::OK);
    assert_eq!(versions(&world, &id).await.len(), 4, "nothing to restore, nothing kept");

    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), json!({})).await.is(StatusCode::OK);
    let restore = format!("/api/v1/content/{id}/revisions/3/restore");
    world.as_member().post(&restore, ()).await.is(StatusCode::FORBIDDEN);
    world.as_admin().post(&restore, ()).await.is(StatusCode::OK);
}

#[tokio::test]
async fn two_versions_are_compared_word_by_word() {
    let world = world().await;
    let id = three_versions(&world).await;
    let viewer = world.as_viewer().in_browser();
    let address = format!("/admin/harbor/content/{id}/revisions");
    let list = viewer.get(&address).await.is(StatusCode::OK).text();
    assert!(list.contains("Version 3") && list.contains("A better title") && list.contains("name=\"from\""), "{list}");
    let page = viewer.get(&format!("{address}?from=3&to=1")).await.is(StatusCode::OK).text();
    for part in [
        "<del>Old</del><ins>New</ins>",
        "<p>First <del>words</del><ins>things</ins></p>",
        "<p><ins>Third words</ins></p>",
        "<del>Short</del>",
        "2 blocks of the text",
    ] {
        assert!(page.contains(part), "{part} is missing: {page}");
    }
    assert!(!page.contains("Restore this version") && !page.contains("Bring back"), "a viewer restores nothing");
    let same = viewer.get(&format!("{address}?from=2&to=2")).await.is(StatusCode::OK).text();
    assert!(same.contains("are the same in both"), "{same}");
    viewer.get(&format!("{address}?from=1&to=9")).await.is(StatusCode::NOT_FOUND);
    let member = world.as_member().in_browser();
    let between = member.get(&format!("{address}?from=1&to=2")).await.is(StatusCode::OK).text();
    assert!(between.contains("Restore this version") && !between.contains("Bring back"), "{between}");
}

#[tokio::test]
async fn one_part_is_brought_back_and_the_rest_stays() {
    let world = world().await;
    let id = three_versions(&world).await;
    let member = world.as_member().in_browser();
    let compare = format!("/admin/harbor/content/{id}/revisions?from=1&to=3");
    assert!(member.get(&compare).await.is(StatusCode::OK).text().contains("name=\"part\" value=\"1\""));
    let restore = format!("/admin/harbor/content/{id}/revisions/1/restore");
    member.form(&restore, &[("part", "0"), ("version", "3")]).await.is(StatusCode::SEE_OTHER);
    let item = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json();
    assert_eq!(item["content"], "<p>First words</p><p>Second words</p><p>Third words</p>");
    assert_eq!((item["title"].as_str(), item["version"].as_i64()), (Some("New"), Some(4)));
    assert_eq!(versions(&world, &id).await[0], (4, Some("One block restored from version 1".into())));

    let stale = member.form(&restore, &[("part", "0"), ("version", "3")]).await.is(StatusCode::SEE_OTHER);
    assert!(stale.header("set-cookie").starts_with("flash=e"), "somebody else's text stays");
    member.form(&restore, &[("part", "title"), ("version", "4")]).await.is(StatusCode::SEE_OTHER);
    member.form(&restore, &[("part", "excerpt"), ("version", "5")]).await.is(StatusCode::SEE_OTHER);
    member.form(&restore, &[("part", "nonsense"), ("version", "6")]).await.is(StatusCode::NOT_FOUND);
    let item = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json();
    assert_eq!((item["title"].as_str(), item["excerpt"].as_str()), (Some("Old"), Some("Short")));
    member.form(&restore, &[("part", ""), ("version", "6")]).await.is(StatusCode::SEE_OTHER);
    let item = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json();
    assert_eq!(item["content"], "<p>First words</p><p>Second words</p>");
}

/// The versions of an item, each with its title.
async fn titles(world: &World, id: &str) -> Vec<String> {
    let page = world.as_viewer().get(&format!("/api/v1/content/{id}/revisions?limit=100")).await.json();
    let mut titles: Vec<String> =
        page["data"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect();
    titles.reverse();
    titles
}

async fn autosave(world: &World, id: &str, title: &str) {
    edit(world, id, json!({ "title": title, "autosave": true })).await;
    world.advance(SignedDuration::from_secs(2));
}

#[tokio::test]
async fn writing_that_saves_itself_makes_one_version_until_somebody_saves() {
    let world = world().await;
    let id = draft(&world, json!({ "title": "A" })).await;
    for title in ["B", "C", "D"] {
        autosave(&world, &id, title).await;
    }
    assert_eq!(titles(&world, &id).await, ["A", "D"], "the first was saved by hand");
    let open = world.as_viewer().get(&format!("/api/v1/content/{id}/revisions/2")).await.is(StatusCode::OK);
    assert!(!open.headers.contains_key("etag") && open.json()["is_autosave"] == true);
    // Saving the same text by hand makes the version stand.
    edit(&world, &id, json!({ "title": "D" })).await;
    autosave(&world, &id, "E").await;
    edit(&world, &id, json!({ "title": "F" })).await;
    edit(&world, &id, json!({ "title": "G" })).await;
    assert_eq!(titles(&world, &id).await, ["A", "D", "E", "F", "G"]);
    let item = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json();
    assert_eq!(item["title"], "G");
}

#[tokio::test]
async fn another_author_a_comment_a_move_or_ten_minutes_begin_a_new_version() {
    let world = world().await;
    let id = draft(&world, json!({ "title": "A" })).await;
    let address = format!("/api/v1/content/{id}");
    autosave(&world, &id, "B").await;
    let other = json!({ "title": "C", "autosave": true });
    world.as_admin().patch(&address, other).await.is(StatusCode::OK);
    autosave(&world, &id, "D").await;
    edit(&world, &id, json!({ "title": "E", "autosave": true, "comment": "Read by Ann" })).await;
    autosave(&world, &id, "F").await;
    world.as_member().post(&format!("{address}/submit"), ()).await.is(StatusCode::OK);
    autosave(&world, &id, "G").await;
    world.advance(SignedDuration::from_mins(9));
    autosave(&world, &id, "H").await;
    world.advance(SignedDuration::from_mins(2));
    autosave(&world, &id, "I").await;
    assert_eq!(titles(&world, &id).await, ["A", "B", "C", "D", "E", "F", "H", "I"]);
}

#[tokio::test]
async fn an_organization_keeps_as_many_as_it_wants() {
    let world = world().await;
    let settings = "/api/v1/organization";
    for wrong in [0, 501] {
        let refused = world.as_admin().patch(settings, json!({ "revisions_kept": wrong })).await;
        assert_eq!(
            refused.is(StatusCode::UNPROCESSABLE_ENTITY).errors(),
            [("revisions_kept".into(), "out_of_range".into())]
        );
    }
    assert_eq!(world.as_viewer().get(settings).await.json()["revisions_kept"], 50);
    world.as_admin().patch(settings, json!({ "revisions_kept": 3 })).await.is(StatusCode::OK);
    let id = draft(&world, json!({ "title": "Title 0" })).await;
    for number in 1..6 {
        edit(&world, &id, json!({ "title": format!("Title {number}") })).await;
    }
    let kept: Vec<i64> = versions(&world, &id).await.into_iter().map(|(version, _)| version).collect();
    assert_eq!(kept, [6, 5, 4]);
    let form = world.as_admin().in_browser().get("/admin/harbor/settings").await.is(StatusCode::OK).text();
    assert!(form.contains("name=\"revisions_kept\" type=\"number\" value=\"3\""), "{form}");
}

async fn published_with_versions(world: &World) -> String {
    let id = three_versions(world).await;
    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), json!({})).await.is(StatusCode::OK);
    id
}

#[tokio::test]
async fn a_member_brings_an_old_version_of_a_public_item_into_its_draft_changes() {
    let world = world().await;
    let id = published_with_versions(&world).await;
    let member = world.as_member();
    let restore = format!("/api/v1/content/{id}/revisions/1/restore-into-changes");
    world.as_viewer().post(&restore, ()).await.is(StatusCode::FORBIDDEN);
    world.as_rival_owner().post(&restore, ()).await.is(StatusCode::NOT_FOUND);
    member.with("if-match", "\"v1\"").post(&restore, ()).await.is(StatusCode::PRECONDITION_FAILED);
    let changes = world.as_member().with("if-match", "\"v0\"").post(&restore, ()).await.is(StatusCode::OK).json();
    let body = "<p>First words</p><p>Second words</p>";
    assert_eq!(changes["fields"], json!({ "title": "Old", "excerpt": "Short", "content": body }));
    let live = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json();
    assert_eq!(live["title"], "New", "the site shows what it showed");
    assert_eq!(versions(&world, &id).await[0].1.as_deref(), Some("Restored from version 1"));

    let draft = draft(&world, json!({ "title": "Nobody sees it" })).await;
    let refused = format!("/api/v1/content/{draft}/revisions/1/restore-into-changes");
    world.as_member().post(&refused, ()).await.is(StatusCode::CONFLICT);
    world.as_admin().post(&format!("/api/v1/content/{id}/changes/submit"), json!({})).await.is(StatusCode::OK);
    world.as_admin().post(&format!("/api/v1/content/{id}/changes/approve"), json!({})).await.is(StatusCode::OK);
    world.as_member().post(&restore, ()).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn single_parts_of_a_public_item_come_back_in_its_draft_changes() {
    let world = world().await;
    let id = published_with_versions(&world).await;
    let member = world.as_member().in_browser();
    let address = format!("/admin/harbor/content/{id}/revisions");
    let restore = format!("{address}/1/restore");
    let page = member.get(&format!("{address}?from=1&to=3")).await.is(StatusCode::OK).text();
    assert!(page.contains("Restore into draft changes") && !page.contains("Restore this version"), "{page}");
    assert!(page.contains("goes into the draft changes") && page.contains("name=\"part\" value=\"0\""), "{page}");
    let block = [("part", "0"), ("into", "changes"), ("version", "0")];
    let done = member.form(&restore, &block).await.is(StatusCode::SEE_OTHER);
    assert_eq!(done.location(), format!("/admin/harbor/content/{id}?of=changes"));
    let changes = world.as_viewer().get(&format!("/api/v1/content/{id}/changes")).await.is(StatusCode::OK).json();
    let body = "<p>First words</p><p>Second words</p><p>Third words</p>";
    assert_eq!(changes["fields"], json!({ "content": body }));

    let again = member.form(&restore, &block).await.is(StatusCode::SEE_OTHER);
    assert!(again.header("set-cookie").starts_with("flash=e"), "what was saved meanwhile stays");
    let page = member.get(&format!("{address}?from=1&to=4")).await.is(StatusCode::OK).text();
    assert!(page.contains("name=\"part\" value=\"0\"") && page.contains("name=\"version\" value=\"1\""), "{page}");
    let title = [("part", "title"), ("into", "changes"), ("version", "1")];
    member.form(&restore, &title).await.is(StatusCode::SEE_OTHER);
    let changes = world.as_viewer().get(&format!("/api/v1/content/{id}/changes")).await.json();
    assert_eq!(changes["fields"], json!({ "content": body, "title": "Old" }));
    member.form(&restore, &[("part", "")]).await.is(StatusCode::FORBIDDEN);

    // Whoever may publish has both ways.
    let admin = world.as_admin().in_browser();
    let page = admin.get(&format!("{address}?from=1&to=3")).await.is(StatusCode::OK).text();
    assert!(page.contains("Restore this version") && page.contains("Restore into draft changes"), "{page}");
    assert!(!page.contains("goes into the draft changes"), "parts go where the newer one stands");
    let live = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json();
    assert_eq!(live["title"], "New");
}
