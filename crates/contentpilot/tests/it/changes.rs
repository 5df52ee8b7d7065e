//! Draft changes: a published item is rewritten and reviewed while the site shows what it showed before.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::World;

use crate::content_life::draft;
use crate::media_upload::upload;
use crate::{files, world};

/// A published item.
async fn published(world: &World) -> String {
    let fields =
        json!({ "title": "Prices", "content": "<p>Ten crowns</p>", "excerpt": "All of them", "tags": ["Shop"] });
    let id = draft(world, fields).await;
    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), json!({})).await.is(StatusCode::OK);
    id
}

fn changes(id: &str) -> String {
    format!("/api/v1/content/{id}/changes")
}

async fn change(world: &World, id: &str, fields: Value) -> Value {
    world.as_member().patch(&changes(id), fields).await.is(StatusCode::OK).json()
}

async fn site(world: &World) -> String {
    world.stranger().get("/s/harbor/prices").await.is(StatusCode::OK).text()
}

#[tokio::test]
async fn changes_wait_beside_what_is_public_until_they_are_published() {
    let world = world().await;
    let id = published(&world).await;
    world.as_viewer().get(&changes(&id)).await.is(StatusCode::NOT_FOUND);
    let before: Value = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json();

    let first = change(&world, &id, json!({ "content": "<p>Twelve crowns<script>1</script></p>" })).await;
    assert_eq!(first["fields"], json!({ "content": "<p>Twelve crowns</p>" }));
    assert_eq!((first["status"].as_str(), first["version"].as_i64()), (Some("DRAFT"), Some(1)));
    let more = change(&world, &id, json!({ "meta_title": "What it costs", "tags": ["Shop", "New"] })).await;
    assert_eq!(more["fields"].as_object().unwrap().len(), 3);
    let less = change(&world, &id, json!({ "meta_title": null })).await;
    assert_eq!(less["fields"].as_object().unwrap().len(), 2, "what is as it was is no change");

    let now: Value = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json();
    assert_eq!(before, now);
    assert!(site(&world).await.contains("Ten crowns"));
    let publish = format!("{}/publish", changes(&id));
    world.as_member().post(&publish, json!({})).await.is(StatusCode::FORBIDDEN);
    let item: Value = world.as_admin().post(&publish, json!({})).await.is(StatusCode::OK).json();
    assert_eq!((item["status"].as_str(), item["tags"].as_array().unwrap().len()), (Some("PUBLISHED"), 2));
    assert!(site(&world).await.contains("Twelve crowns"));
    world.as_viewer().get(&changes(&id)).await.is(StatusCode::NOT_FOUND);
    world.as_admin().post(&publish, json!({})).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_saved_change_of_the_text_is_in_the_history_as_what_it_is() {
    let world = world().await;
    let id = published(&world).await;
    change(&world, &id, json!({ "title": "New prices", "autosave": true })).await;
    change(&world, &id, json!({ "title": "Our new prices", "autosave": true })).await;
    change(&world, &id, json!({ "excerpt": "Most of them" })).await;
    change(&world, &id, json!({ "meta_title": "Not text" })).await;
    let history: Value = world.as_viewer().get(&format!("/api/v1/content/{id}/revisions")).await.json();
    let kinds: Vec<(&str, bool)> = history["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["title"].as_str().unwrap(), one["of_changes"].as_bool().unwrap()))
        .collect();
    assert_eq!(kinds, [("Our new prices", true), ("Our new prices", true), ("Prices", false)]);
    let page = world.as_member().in_browser().get(&format!("/admin/harbor/content/{id}/revisions?from=1&to=3")).await;
    let page = page.is(StatusCode::OK).text();
    assert!(page.contains("Draft change") && page.contains(">Now<"), "{page}");
    let editor = world.as_admin().in_browser().get(&format!("/admin/harbor/content/{id}")).await.text();
    assert!(editor.contains("revisions?from=3&amp;to=1"), "the history compares with what is public: {editor}");

    world.as_admin().post(&format!("{}/publish", changes(&id)), json!({})).await.is(StatusCode::OK);
    let history: Value = world.as_viewer().get(&format!("/api/v1/content/{id}/revisions")).await.json();
    let newest = &history["data"][0];
    assert_eq!(
        (newest["of_changes"].as_bool(), newest["comment"].as_str()),
        (Some(false), Some("Draft changes published"))
    );
}

#[tokio::test]
async fn two_writers_of_changes_do_not_overwrite_each_other() {
    let world = world().await;
    let id = published(&world).await;
    let member = world.as_member().with("if-match", "\"v0\"");
    member.patch(&changes(&id), json!({ "title": "Mine" })).await.is(StatusCode::OK);
    let admin = world.as_admin().with("if-match", "\"v0\"");
    admin.patch(&changes(&id), json!({ "title": "Theirs" })).await.is(StatusCode::PRECONDITION_FAILED);
    let read = world.as_viewer().get(&changes(&id)).await.is(StatusCode::OK);
    assert_eq!(read.header("etag"), "\"v1\"");
    let admin = world.as_admin().with("if-match", "\"v1\"");
    admin.patch(&changes(&id), json!({ "excerpt": "Theirs" })).await.is(StatusCode::OK);

    // An edit of the item itself goes its own way and is kept when the changes are published.
    world.as_admin().patch(&format!("/api/v1/content/{id}"), json!({ "meta_title": "Live" })).await.is(StatusCode::OK);
    let item: Value = world.as_admin().post(&format!("{}/publish", changes(&id)), json!({})).await.json();
    assert_eq!(
        (item["title"].as_str(), item["excerpt"].as_str(), item["meta_title"].as_str()),
        (Some("Mine"), Some("Theirs"), Some("Live"))
    );
}

#[tokio::test]
async fn changes_are_reviewed_like_a_draft() {
    let world = world().await;
    let id = published(&world).await;
    change(&world, &id, json!({ "title": "New prices" })).await;
    let step = |step: &str| format!("{}/{step}", changes(&id));
    let ask = json!({ "assignee_id": "user-harbor-admin", "note": "Are they right?" });
    let asked: Value = world.as_member().post(&step("submit"), ask).await.is(StatusCode::OK).json();
    assert_eq!(asked["status"], "REVIEW");
    let mails = world.outbox().await;
    assert!(
        mails
            .iter()
            .any(|mail| mail.recipient == "admin@harbor.test" && mail.subject.contains("the changes to “Prices”"))
    );
    world.as_member().post(&step("approve"), json!({})).await.is(StatusCode::FORBIDDEN);
    world.as_admin().post(&step("request-changes"), json!({ "note": "No" })).await.is(StatusCode::OK);
    world.as_member().post(&step("submit"), json!({})).await.is(StatusCode::OK);
    world.as_admin().post(&step("approve"), json!({})).await.is(StatusCode::OK);
    // What was approved is changed only by those who may publish.
    world.as_member().patch(&changes(&id), json!({ "title": "Other" })).await.is(StatusCode::FORBIDDEN);
    world.as_member().delete(&changes(&id)).await.is(StatusCode::FORBIDDEN);
    world.as_admin().post(&step("approve"), json!({})).await.is(StatusCode::CONFLICT);
    let talk: Value = world.as_viewer().get(&format!("/api/v1/content/{id}/reviews")).await.json();
    let kinds: Vec<&Value> = talk["data"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["approved", "submitted", "changes_requested", "submitted"]);
    assert!(site(&world).await.contains("Ten crowns"));
}

#[tokio::test]
async fn changes_are_published_at_their_time_or_taken_off_the_schedule() {
    let world = world().await;
    let id = published(&world).await;
    change(&world, &id, json!({ "content": "<p>Twelve crowns</p>" })).await;
    let publish = format!("{}/publish", changes(&id));
    let past = json!({ "scheduled_for": "2020-01-01T00:00:00Z" });
    world.as_admin().post(&publish, past).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let at = |hours| json!({ "scheduled_for": (world.now() + SignedDuration::from_hours(hours)).to_string() });
    world.as_admin().post(&publish, at(1)).await.is(StatusCode::OK);
    let waiting: Value = world.as_viewer().get(&changes(&id)).await.json();
    assert_eq!(waiting["status"], "SCHEDULED");
    world.as_admin().post(&format!("{}/unschedule", changes(&id)), json!({})).await.is(StatusCode::OK);
    world.advance(SignedDuration::from_hours(2));
    world.run_jobs().await;
    assert!(site(&world).await.contains("Ten crowns"));

    world.as_admin().post(&publish, at(1)).await.is(StatusCode::OK);
    world.advance(SignedDuration::from_hours(2));
    world.run_jobs().await;
    assert!(site(&world).await.contains("Twelve crowns"));
    world.as_viewer().get(&changes(&id)).await.is(StatusCode::NOT_FOUND);
    let history: Value = world.as_viewer().get(&format!("/api/v1/content/{id}/revisions")).await.json();
    assert_eq!(history["data"][0]["created_by"], "user-harbor-admin");
}

#[tokio::test]
async fn what_leaves_the_site_takes_its_changes_over_and_what_is_given_up_stays_in_the_history() {
    let world = world().await;
    let id = published(&world).await;
    let address = format!("/api/v1/content/{id}");
    world.as_rival_owner().delete(&changes(&id)).await.is(StatusCode::NOT_FOUND);
    change(&world, &id, json!({ "title": "Given up" })).await;
    world.as_member().delete(&changes(&id)).await.is(StatusCode::NO_CONTENT);
    world.as_member().delete(&changes(&id)).await.is(StatusCode::NOT_FOUND);
    let history: Value = world.as_viewer().get(&format!("{address}/revisions")).await.json();
    assert_eq!(history["data"][0]["title"], "Given up");
    let back = format!("/admin/harbor/content/{id}/revisions?from=2&to=1");
    let page = world.as_admin().in_browser().get(&back).await.is(StatusCode::OK).text();
    assert!(page.contains("revisions/2/restore"), "what was given up can be brought back: {page}");

    change(&world, &id, json!({ "title": "Taken over", "slug": "taken" })).await;
    draft(&world, json!({ "title": "Meanwhile", "slug": "taken" })).await;
    world.as_admin().post(&format!("{}/publish", changes(&id)), json!({})).await.is(StatusCode::CONFLICT);
    let item: Value = world.as_admin().post(&format!("{address}/unpublish"), ()).await.is(StatusCode::OK).json();
    assert_eq!((item["title"].as_str(), item["slug"].as_str()), (Some("Taken over"), Some("prices")));
    world.as_viewer().get(&changes(&id)).await.is(StatusCode::NOT_FOUND);
    world.as_admin().post(&format!("{address}/publish"), json!({})).await.is(StatusCode::OK);
    change(&world, &id, json!({ "title": "Not looked at" })).await;
    let bulk = json!({ "ids": [id], "action": "archive" });
    let undo: Value = world.as_admin().post("/api/v1/content/bulk", bulk).await.is(StatusCode::OK).json();
    let undo = format!("/api/v1/content/bulk/{}/undo", undo["undo"].as_str().unwrap());
    let undone: Value = world.as_admin().post(&undo, json!({})).await.is(StatusCode::OK).json();
    assert_eq!(undone["changed"], json!([]), "what nobody looked at does not get public by an undo");
    let refused = world.as_member().patch(&changes(&id), json!({ "title": "Other" })).await.is(StatusCode::CONFLICT);
    assert!(refused.text().contains("Change the item itself"));
}

#[tokio::test]
async fn the_editor_shows_and_saves_changes_beside_the_live_version() {
    let world = world().await;
    let id = published(&world).await;
    let (member, admin) = (world.as_member().in_browser(), world.as_admin().in_browser());
    let editor = format!("/admin/harbor/content/{id}");
    let page = member.get(&editor).await.is(StatusCode::OK).text();
    assert!(
        page.contains("name=\"of\" value=\"changes\"") && page.contains(&format!("action=\"{editor}/changes\"")),
        "{page}"
    );
    assert!(admin.get(&editor).await.text().contains("Save as draft changes"));

    let live = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json()["version"].to_string();
    let typed = |title: &'static str, version: &'static str| {
        [
            ("title", title),
            ("slug", "prices"),
            ("content", "<p>Ten crowns</p>"),
            ("excerpt", "All of them"),
            ("tags", "Shop"),
            ("version", version),
            ("of", "changes"),
        ]
    };
    let post = async |who: &testkit::world::Client<'_>, fields: &[(&str, &str)], live: &str| {
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("live_version", live)]).collect();
        who.form(&format!("{editor}/changes"), &fields).await
    };
    post(&member, &typed("New prices", "0"), &live).await.is(StatusCode::SEE_OTHER);
    let stale = post(&member, &typed("Other prices", "0"), &live).await.is(StatusCode::CONFLICT).text();
    assert!(stale.contains("Other prices") && stale.contains("New prices"), "both are shown: {stale}");
    let kept: Value = world.as_viewer().get(&changes(&id)).await.json();
    assert_eq!(kept["fields"], json!({ "title": "New prices" }));

    let page = admin.get(&editor).await.text();
    assert!(page.contains("New prices") && page.contains("Publish changes") && page.contains("?of=live"), "{page}");
    let beside = admin.get(&format!("{editor}?of=live")).await.text();
    assert!(beside.contains("Go on with the draft changes") && !beside.contains("name=\"of\""), "{beside}");
    let compared = world.as_viewer().in_browser().get(&format!("{editor}/changes")).await.is(StatusCode::OK).text();
    assert!(compared.contains("<ins>New prices</ins>") || compared.contains("<ins>New"), "{compared}");

    // The live version moves on; the form that showed the old one must not undo that.
    world.as_admin().patch(&format!("/api/v1/content/{id}"), json!({ "excerpt": "Fixed" })).await.is(StatusCode::OK);
    post(&member, &typed("Newest prices", "1"), &live).await.is(StatusCode::CONFLICT);
    let form = [("title", "New prices"), ("version", "1"), ("of", "changes")];
    admin.form(&format!("{editor}/changes/publish"), &form).await.is(StatusCode::SEE_OTHER);
    let item: Value = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json();
    assert_eq!((item["title"].as_str(), item["excerpt"].as_str()), (Some("New prices"), Some("Fixed")));
}

#[tokio::test]
async fn a_preview_shows_the_changes_and_files_in_them_are_in_use() {
    let world = world().await;
    let id = published(&world).await;
    change(&world, &id, json!({ "content": "<p>Twelve crowns</p>", "tags": ["Brand new"] })).await;
    let made: Value = world.as_member().post(&format!("/api/v1/content/{id}/previews"), json!({})).await.json();
    let url = made["url"].as_str().unwrap();
    let page = world.stranger().get(&url[url.find("/s/").unwrap()..]).await.is(StatusCode::OK).text();
    for part in ["Twelve crowns", "Brand new", "these changes are not published"] {
        assert!(page.contains(part), "{part} is missing: {page}");
    }
}

#[tokio::test]
async fn an_item_whose_author_has_left_is_edited_and_leaves_the_site_like_any_other() {
    let world = world().await;
    let id = published(&world).await;
    let address = format!("/api/v1/content/{id}");
    let author = json!({ "author_id": "user-harbor-member" });
    world.as_admin().patch(&address, author).await.is(StatusCode::OK);
    change(&world, &id, json!({ "title": "Last prices" })).await;
    world.as_owner().delete("/api/v1/members/membership-harbor-member").await.is(StatusCode::NO_CONTENT);

    let admin = world.as_admin();
    admin.patch(&changes(&id), json!({ "excerpt": "Most of them" })).await.is(StatusCode::OK);
    admin.patch(&address, json!({ "meta_title": "What it costs" })).await.is(StatusCode::OK);
    let item = admin.post(&format!("{address}/unpublish"), ()).await.is(StatusCode::OK).json();
    assert_eq!((&item["title"], &item["author_id"]), (&json!("Last prices"), &json!("user-harbor-member")));
    admin.patch(&address, json!({ "author_id": "user-harbor-admin" })).await.is(StatusCode::OK);
    let back = admin.patch(&address, json!({ "author_id": "user-harbor-member" })).await;
    assert_eq!(back.is(StatusCode::UNPROCESSABLE_ENTITY).errors()[0].0, "author_id");
}

#[tokio::test]
async fn changes_whose_time_passed_in_the_bin_come_back_as_drafts_with_their_item() {
    let world = world().await;
    let (id, admin) = (published(&world).await, world.as_admin());
    change(&world, &id, json!({ "content": "<p>Twelve crowns</p>" })).await;
    let at = json!({ "scheduled_for": (world.now() + SignedDuration::from_hours(1)).to_string() });
    admin.post(&format!("{}/publish", changes(&id)), at).await.is(StatusCode::OK);
    admin.delete(&format!("/api/v1/content/{id}")).await.is(StatusCode::NO_CONTENT);
    world.advance(SignedDuration::from_hours(2));
    world.run_jobs().await;
    let restore = format!("/api/v1/content/bin/{id}/restore");
    world.as_admin().post(&restore, json!({})).await.is(StatusCode::OK);
    world.run_jobs().await;
    assert!(!site(&world).await.contains("Twelve crowns"));
    let waiting: Value = world.as_viewer().get(&changes(&id)).await.is(StatusCode::OK).json();
    assert_eq!((&waiting["status"], &waiting["scheduled_for"]), (&json!("DRAFT"), &Value::Null));
}

#[tokio::test]
async fn a_file_that_only_changes_show_stays_in_use_when_the_item_itself_is_edited() {
    let world = world().await;
    let (id, admin) = (published(&world).await, world.as_admin());
    let asset = upload(&world.as_member(), "boat.png", &files::png(4, 4)).await.is(StatusCode::CREATED).json();
    let (file, url) = (format!("/api/v1/media/{}", asset["id"].as_str().unwrap()), asset["file_url"].as_str().unwrap());
    let uses = async || world.as_viewer().get(&file).await.is(StatusCode::OK).json()["usage_count"].clone();
    change(&world, &id, json!({ "gallery": [url] })).await;
    assert_eq!(uses().await, 1);
    admin.patch(&format!("/api/v1/content/{id}"), json!({ "content": "<p>Nine</p>" })).await.is(StatusCode::OK);
    assert_eq!(uses().await, 1);
    admin.delete(&format!("/api/v1/content/{id}")).await.is(StatusCode::NO_CONTENT);
    assert_eq!(uses().await, 0);
    admin.post(&format!("/api/v1/content/bin/{id}/restore"), json!({})).await.is(StatusCode::OK);
    assert_eq!(uses().await, 1);
    admin.delete(&changes(&id)).await.is(StatusCode::NO_CONTENT);
    assert_eq!(uses().await, 0);
}
