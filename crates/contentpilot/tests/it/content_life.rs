//! An item from its making to its end, through the API.

use http::{Request, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::World;

use crate::world;

pub async fn draft(world: &World, fields: Value) -> String {
    world.as_member().post("/api/v1/content", fields).await.is(StatusCode::CREATED).id()
}

#[tokio::test]
async fn a_draft_becomes_an_article_on_the_site_and_is_gone_again() {
    let world = world().await;
    let fields = json!({
        "title": "Größe zählt", "content": "<p>Body<script>alert(1)</script></p>", "tags": ["News", "Rust"], "excerpt": "Short"
    });
    let made = world.as_member().post("/api/v1/content", fields).await.is(StatusCode::CREATED);
    let item = made.json();
    assert_eq!(item["slug"], "grosse-zahlt");
    assert_eq!(item["content"], "<p>Body</p>");
    assert_eq!(item["status"], "DRAFT");
    assert_eq!(item["version"], 1);
    assert_eq!(item["tags"][1]["slug"], "rust");
    assert_eq!(made.header("etag"), "\"v1\"");
    let path = made.location().to_owned();

    world.stranger().get("/s/harbor/grosse-zahlt").await.is(StatusCode::NOT_FOUND);
    let changed = world.as_member().patch(&path, json!({ "title": "Size matters" })).await.is(StatusCode::OK);
    assert_eq!(changed.json()["slug"], "grosse-zahlt", "a new title alone moves no address");
    assert_eq!(changed.json()["version"], 2);

    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    let page = world.stranger().get("/s/harbor/grosse-zahlt").await.is(StatusCode::OK).text();
    assert!(page.contains("<h1") && page.contains("Size matters") && page.contains("<p>Body</p>"), "{page}");
    assert!(world.stranger().get("/s/harbor/feed.xml").await.is(StatusCode::OK).text().contains("Size matters"));
    let feed = world.stranger().get("/s/harbor/feed.json").await.is(StatusCode::OK).json();
    assert_eq!(feed["items"][0]["title"], "Size matters");
    assert!(world.stranger().get("/s/harbor/sitemap.xml").await.text().contains("/s/harbor/grosse-zahlt</loc>"));
    assert!(world.stranger().get("/s/harbor/").await.is(StatusCode::OK).text().contains("Size matters"));

    world.as_admin().post(&format!("{path}/unpublish"), json!({})).await.is(StatusCode::OK);
    world.stranger().get("/s/harbor/grosse-zahlt").await.is(StatusCode::NOT_FOUND);
    assert!(!world.stranger().get("/s/harbor/feed.xml").await.text().contains("Size matters"));

    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    world.as_admin().get(&path).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_an_admin_of_the_organization_publishes() {
    let world = world().await;
    let item = draft(&world, json!({ "title": "Hello" })).await;
    let publish = format!("/api/v1/content/{item}/publish");
    world.as_viewer().post(&publish, json!({})).await.is(StatusCode::FORBIDDEN);
    world.as_member().post(&publish, json!({})).await.is(StatusCode::FORBIDDEN);
    world.as_rival_admin().post(&publish, json!({})).await.is(StatusCode::NOT_FOUND);
    let first = world.as_admin().post(&publish, json!({})).await.is(StatusCode::OK).json();
    world.advance(SignedDuration::from_hours(1));
    let second = world.as_admin().post(&publish, json!({})).await.is(StatusCode::OK).json();
    assert_eq!(first["published_at"], second["published_at"], "publishing twice changes nothing");
    assert_eq!(first["version"], second["version"]);
}

#[tokio::test]
async fn members_leave_what_is_public_alone() {
    let world = world().await;
    let path = format!("/api/v1/content/{}", draft(&world, json!({ "title": "Hello" })).await);
    world.as_member().patch(&path, json!({ "title": "Mine" })).await.is(StatusCode::OK);
    world.as_member().post(&format!("{path}/submit"), json!({})).await.is(StatusCode::OK);
    world.as_member().patch(&path, json!({ "title": "In review" })).await.is(StatusCode::OK);
    world.as_admin().post(&format!("{path}/approve"), json!({})).await.is(StatusCode::OK);
    world.as_member().patch(&path, json!({ "title": "Sneaked in" })).await.is(StatusCode::FORBIDDEN);
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    world.as_member().patch(&path, json!({ "title": "Sneaked in" })).await.is(StatusCode::FORBIDDEN);
    world.as_admin().patch(&path, json!({ "title": "Corrected" })).await.is(StatusCode::OK);
    assert!(world.stranger().get("/s/harbor/hello").await.text().contains("Corrected"));
}

#[tokio::test]
async fn moves_that_are_not_allowed_name_those_that_are() {
    let world = world().await;
    let path = format!("/api/v1/content/{}", draft(&world, json!({ "title": "Hello" })).await);
    let refused = world.as_admin().post(&format!("{path}/approve"), json!({})).await.is(StatusCode::CONFLICT);
    let words = refused.json()["detail"].as_str().unwrap_or_default().to_owned();
    assert!(words.contains("DRAFT") && words.contains("submit") && words.contains("publish"), "{words}");
    for (step, status) in [
        ("submit", "REVIEW"),
        ("request-changes", "DRAFT"),
        ("publish", "PUBLISHED"),
        ("archive", "ARCHIVED"),
        ("restore", "DRAFT"),
    ] {
        let answer = world.as_admin().post(&format!("{path}/{step}"), json!({})).await.is(StatusCode::OK);
        assert_eq!(answer.json()["status"], status, "{step}");
    }
}

#[tokio::test]
async fn a_stale_version_changes_nothing() {
    let world = world().await;
    let path = format!("/api/v1/content/{}", draft(&world, json!({ "title": "Hello" })).await);
    let patch = |version: &str, title: &str| {
        Request::patch(&path)
            .header("content-type", "application/json")
            .header("if-match", version)
            .body(axum::body::Body::from(json!({ "title": title }).to_string()))
            .unwrap()
    };
    world.as_member().raw(patch("\"v1\"", "Second")).await.is(StatusCode::OK);
    world.as_member().raw(patch("\"v1\"", "Lost")).await.is(StatusCode::PRECONDITION_FAILED);
    world.as_member().raw(patch("\"nonsense\"", "Lost")).await.is(StatusCode::PRECONDITION_FAILED);
    world.as_member().raw(patch("*", "Third")).await.is(StatusCode::OK);
    let read = world.as_member().get(&path).await;
    assert_eq!(read.json()["title"], "Third");
    let known =
        Request::get(&path).header("if-none-match", read.header("etag")).body(axum::body::Body::empty()).unwrap();
    world.as_member().raw(known).await.is(StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn slugs_are_made_unique_or_refused_and_old_addresses_lead_on() {
    let world = world().await;
    let slug = |value: Value| value["slug"].as_str().unwrap_or_default().to_owned();
    let first = world.as_member().post("/api/v1/content", json!({ "title": "Same title" })).await;
    let second = world.as_member().post("/api/v1/content", json!({ "title": "Same title" })).await;
    assert_eq!((slug(first.json()), slug(second.json())), ("same-title".into(), "same-title-2".into()));
    let taken = world.as_member().post("/api/v1/content", json!({ "title": "X", "slug": "same-title" })).await;
    assert_eq!(taken.is(StatusCode::CONFLICT).errors(), [("slug".to_owned(), "taken".to_owned())]);
    let taken = world.as_member().patch(second.location(), json!({ "slug": "same-title" })).await;
    taken.is(StatusCode::CONFLICT);
    for _ in 0..3 {
        let cleared = world.as_member().patch(second.location(), json!({ "slug": null })).await.is(StatusCode::OK);
        assert_eq!(slug(cleared.json()), "same-title-2", "an item's own slug is not in its way");
    }
    // The same slug in another organization is nobody's business here.
    world
        .as_rival_owner()
        .post("/api/v1/content", json!({ "title": "Same title", "slug": "same-title" }))
        .await
        .is(StatusCode::CREATED);

    let path = first.location();
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    world.as_admin().patch(path, json!({ "slug": "second-home" })).await.is(StatusCode::OK);
    world.as_admin().patch(path, json!({ "slug": "third-home" })).await.is(StatusCode::OK);
    for old in ["same-title", "second-home"] {
        let moved = world.stranger().get(&format!("/s/harbor/{old}")).await.is(StatusCode::MOVED_PERMANENTLY);
        assert_eq!(moved.location(), "/s/harbor/third-home");
    }
    world.stranger().get("/s/rival/second-home").await.is(StatusCode::NOT_FOUND);
    // An address in use again is its new owner's.
    let heir = world
        .as_member()
        .post("/api/v1/content", json!({ "title": "Heir", "slug": "second-home" }))
        .await
        .is(StatusCode::CREATED);
    world.as_admin().post(&format!("{}/publish", heir.location()), json!({})).await.is(StatusCode::OK);
    assert!(world.stranger().get("/s/harbor/second-home").await.is(StatusCode::OK).text().contains("Heir"));
}

#[tokio::test]
async fn a_scheduled_item_is_published_at_its_time_and_expires_at_its_end() {
    let world = world().await;
    let path = format!("/api/v1/content/{}", draft(&world, json!({ "title": "Later" })).await);
    let at = world.now() + SignedDuration::from_hours(2);
    let past = json!({ "scheduled_for": world.now() - SignedDuration::from_secs(1) });
    world.as_admin().post(&format!("{path}/publish"), past).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let answer =
        world.as_admin().post(&format!("{path}/publish"), json!({ "scheduled_for": at })).await.is(StatusCode::OK);
    assert_eq!(answer.json()["status"], "SCHEDULED");
    world.as_admin().patch(&path, json!({ "expires_at": at + SignedDuration::from_hours(1) })).await.is(StatusCode::OK);
    world.run_jobs().await;
    world.stranger().get("/s/harbor/later").await.is(StatusCode::NOT_FOUND);

    world.advance(SignedDuration::from_hours(2));
    world.run_jobs().await;
    world.stranger().get("/s/harbor/later").await.is(StatusCode::OK);

    world.advance(SignedDuration::from_hours(1));
    world.run_jobs().await;
    assert_eq!(world.as_admin().get(&path).await.json()["status"], "ARCHIVED");
    world.stranger().get("/s/harbor/later").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_item_unscheduled_or_moved_to_another_time_waits() {
    let world = world().await;
    let path = format!("/api/v1/content/{}", draft(&world, json!({ "title": "Later" })).await);
    let publish = format!("{path}/publish");
    let hours = |hours| world.now() + SignedDuration::from_hours(hours);
    world.as_admin().post(&publish, json!({ "scheduled_for": hours(1) })).await.is(StatusCode::OK);
    world.as_admin().post(&publish, json!({ "scheduled_for": hours(5) })).await.is(StatusCode::OK);
    world.advance(SignedDuration::from_hours(2));
    world.run_jobs().await;
    assert_eq!(world.as_admin().get(&path).await.json()["status"], "SCHEDULED");
    world.as_admin().post(&format!("{path}/unpublish"), json!({})).await.is(StatusCode::OK);
    world.advance(SignedDuration::from_hours(4));
    world.run_jobs().await;
    assert_eq!(world.as_admin().get(&path).await.json()["status"], "DRAFT");
}

#[tokio::test]
async fn every_saved_text_is_kept_as_a_revision_and_only_the_newest_fifty() {
    let world = world().await;
    let path = format!("/api/v1/content/{}", draft(&world, json!({ "title": "Zero" })).await);
    world.as_member().patch(&path, json!({ "featured": true })).await.is(StatusCode::OK);
    let revisions = world.as_member().get(&format!("{path}/revisions")).await.json();
    assert_eq!(revisions["page"]["total"], 1, "only texts make revisions");
    for number in 1..=51 {
        world.as_member().patch(&path, json!({ "title": format!("Number {number}") })).await.is(StatusCode::OK);
    }
    let first = world.as_member().get(&format!("{path}/revisions?limit=30")).await.json();
    assert_eq!(first["page"]["total"], 50);
    assert_eq!(first["data"][0]["title"], "Number 51");
    let next = first["page"]["next"].as_str().unwrap();
    let second = world.as_member().get(&format!("{path}/revisions?limit=30&cursor={next}")).await.json();
    assert_eq!(second["data"].as_array().unwrap().len(), 20);
    assert_eq!(second["page"]["next"], Value::Null);
    let before = world.as_member().get(&path).await.json()["version"].clone();
    world.as_member().patch(&path, json!({ "title": "Number 51" })).await.is(StatusCode::OK);
    assert_eq!(world.as_member().get(&path).await.json()["version"], before, "what changes nothing is no new version");
}

#[tokio::test]
async fn a_copy_is_a_draft_of_its_own() {
    let world = world().await;
    let path = format!("/api/v1/content/{}", draft(&world, json!({ "title": "Original", "tags": ["a", "b"] })).await);
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    let copy = world.as_member().post(&format!("{path}/duplicate"), json!({})).await.is(StatusCode::CREATED).json();
    assert_eq!((copy["title"].as_str(), copy["status"].as_str()), (Some("Original (copy)"), Some("DRAFT")));
    assert_eq!(copy["slug"], "original-copy");
    assert_eq!(copy["tags"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn references_must_be_the_organizations_own() {
    let world = world().await;
    for (field, value) in
        [("category_id", "rival-category"), ("author_id", "user-rival-owner"), ("category_id", "nowhere")]
    {
        let answer = world.as_member().post("/api/v1/content", json!({ "title": "X", field: value })).await;
        assert_eq!(answer.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [(field.to_owned(), "unknown".to_owned())]);
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_an_item_is_told_at_once() {
    let world = world().await;
    let answer = world
        .as_member()
        .post(
            "/api/v1/content",
            json!({ "title": "x".repeat(201), "slug": "NO", "excerpt": "a\u{7}b", "type": "NOVEL", "surprise": 1 }),
        )
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let mut errors = answer.errors();
    errors.sort();
    let expected = [
        ("excerpt", "control_characters"),
        ("slug", "not_a_slug"),
        ("surprise", "unknown_field"),
        ("title", "too_long"),
        ("type", "unknown_value"),
    ];
    assert_eq!(errors, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
}

#[tokio::test]
async fn tags_count_their_items_right() {
    let world = world().await;
    let counts = || async {
        let tags = world.as_viewer().get("/api/v1/tags").await.is(StatusCode::OK).json();
        let tags = tags["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tag| (tag["slug"].as_str().unwrap().to_owned(), tag["usage_count"].as_i64().unwrap()));
        tags.collect::<Vec<_>>()
    };
    let first = draft(&world, json!({ "title": "One", "tags": ["Blue", "Größe", "blue"] })).await;
    let second = draft(&world, json!({ "title": "Two", "tags": ["blue"] })).await;
    assert_eq!(counts().await, [("blue".to_owned(), 2), ("grosse".to_owned(), 1)]);
    world.as_member().patch(&format!("/api/v1/content/{first}"), json!({ "tags": [] })).await.is(StatusCode::OK);
    assert_eq!(counts().await, [("blue".to_owned(), 1), ("grosse".to_owned(), 0)]);
    world.as_admin().delete(&format!("/api/v1/content/{second}")).await.is(StatusCode::NO_CONTENT);
    assert_eq!(counts().await[0].1, 0);
}

#[tokio::test]
async fn an_end_comes_after_now_and_after_the_beginning_on_every_road() {
    let world = world().await;
    let past = world.now() - SignedDuration::from_hours(1);
    let soon = world.now() + SignedDuration::from_hours(1);
    let later = world.now() + SignedDuration::from_hours(2);
    let refused = |answer: testkit::world::Answer| {
        let errors = answer.is(StatusCode::UNPROCESSABLE_ENTITY).errors();
        assert_eq!(errors[0].0, "expires_at", "{errors:?}");
        errors[0].1.clone()
    };
    let made = world.as_member().post("/api/v1/content", json!({ "title": "T", "expires_at": past })).await;
    assert_eq!(refused(made), "in_the_past");
    let path = format!("/api/v1/content/{}", draft(&world, json!({ "title": "Tides" })).await);
    assert_eq!(refused(world.as_member().patch(&path, json!({ "expires_at": past })).await), "in_the_past");
    let publish = format!("{path}/publish");
    world.as_admin().post(&publish, json!({ "scheduled_for": later })).await.is(StatusCode::OK);
    let edit = world.as_admin().patch(&path, json!({ "expires_at": soon })).await;
    assert_eq!(refused(edit), "before_publication");
    world.as_admin().post(&format!("{path}/unpublish"), json!({})).await.is(StatusCode::OK);
    world.as_admin().patch(&path, json!({ "expires_at": soon })).await.is(StatusCode::OK);
    let schedule = world.as_admin().post(&publish, json!({ "scheduled_for": later })).await;
    assert_eq!(refused(schedule), "before_publication");
    world.advance(SignedDuration::from_hours(3));
    assert_eq!(refused(world.as_admin().post(&publish, json!({})).await), "in_the_past");
    // What has ended already can be edited, and its copy has no end.
    world.as_admin().patch(&path, json!({ "excerpt": "Still here" })).await.is(StatusCode::OK);
    let copy: Value = world.as_admin().post(&format!("{path}/duplicate"), json!({})).await.json();
    assert_eq!(copy["expires_at"], Value::Null);

    let live = draft(&world, json!({ "title": "Live" })).await;
    world.as_admin().post(&format!("/api/v1/content/{live}/publish"), json!({})).await.is(StatusCode::OK);
    let changes = format!("/api/v1/content/{live}/changes");
    assert_eq!(refused(world.as_admin().patch(&changes, json!({ "expires_at": past })).await), "in_the_past");
}
