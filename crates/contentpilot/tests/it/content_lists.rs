//! Lists of content: pages, order, filters and search.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::World;

use crate::content_life::draft;
use crate::world;

async fn ten_items(world: &World) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..10 {
        world.advance(SignedDuration::from_mins(1));
        let fields = json!({
            "title": format!("Item {number}"), "tags": [if number % 2 == 0 { "even" } else { "odd" }],
            "content": format!("<p>Word number{number} anchors</p>"), "type": if number < 3 { "PAGE" } else { "ARTICLE" }
        });
        let id = draft(world, fields).await;
        if number >= 5 {
            world.as_admin().post(&format!("/api/v1/content/{id}/publish"), json!({})).await.is(StatusCode::OK);
        }
        ids.push(id);
    }
    world.run_jobs().await;
    ids
}

fn titles(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition_in_every_order() {
    let world = world().await;
    ten_items(&world).await;
    for sort in
        ["updated_at", "-updated_at", "created_at", "-created_at", "title", "-title", "published_at", "-published_at"]
    {
        let mut seen: Vec<String> = Vec::new();
        let mut address = format!("/api/v1/content?limit=3&sort={sort}");
        loop {
            let page = world.as_viewer().get(&address).await.is(StatusCode::OK).json();
            assert_eq!(page["page"]["total"], 10);
            seen.extend(titles(&page).iter().map(|title| (*title).to_owned()));
            match page["page"]["next"].as_str() {
                Some(cursor) => address = format!("/api/v1/content?limit=3&sort={sort}&cursor={cursor}"),
                None => break,
            }
        }
        let mut unique = seen.clone();
        unique.sort();
        unique.dedup();
        assert_eq!((seen.len(), unique.len()), (10, 10), "{sort}: {seen:?}");
        if sort == "title" {
            assert_eq!(seen, unique);
        }
    }
}

#[tokio::test]
async fn filters_narrow_a_list_and_bodies_come_when_asked_for() {
    let world = world().await;
    let ids = ten_items(&world).await;
    for (query, count) in [
        ("status=PUBLISHED", 5),
        ("status=DRAFT&type=PAGE", 3),
        ("tag=even", 5),
        ("tag=even&status=PUBLISHED", 2),
        ("tag=nothing", 0),
        ("author=user-harbor-member", 10),
        ("author=user-rival-owner", 0),
        ("language=en", 10),
        ("featured=true", 0),
        ("q=number7", 1),
        ("q=anch&status=PUBLISHED", 5),
        ("q=lantern", 0),
    ] {
        let page = world.as_viewer().get(&format!("/api/v1/content?{query}")).await.is(StatusCode::OK).json();
        assert_eq!(page["page"]["total"], count, "{query}");
        assert_eq!(page["data"].as_array().unwrap().len(), count, "{query}");
    }
    let listed = world.as_viewer().get("/api/v1/content?limit=1").await.json();
    assert!(listed["data"][0].get("content").is_none());
    assert_eq!(listed["data"][0]["author"]["id"], "user-harbor-member");
    let listed = world.as_viewer().get("/api/v1/content?limit=1&include=content&sort=created_at").await.json();
    assert_eq!(listed["data"][0]["content"], "<p>Word number0 anchors</p>");
    assert_eq!(listed["data"][0]["id"].as_str(), Some(ids[0].as_str()));
}

#[tokio::test]
async fn what_a_list_cannot_do_is_said() {
    let world = world().await;
    for (query, status) in [
        ("limit=0", StatusCode::UNPROCESSABLE_ENTITY),
        ("limit=101", StatusCode::UNPROCESSABLE_ENTITY),
        ("limit=many", StatusCode::UNPROCESSABLE_ENTITY),
        ("status=GONE", StatusCode::UNPROCESSABLE_ENTITY),
        ("sort=colour", StatusCode::UNPROCESSABLE_ENTITY),
        ("include=everything", StatusCode::UNPROCESSABLE_ENTITY),
        ("colour=blue", StatusCode::BAD_REQUEST),
        ("cursor=nonsense", StatusCode::BAD_REQUEST),
    ] {
        world.as_viewer().get(&format!("/api/v1/content?{query}")).await.is(status);
    }
    ten_items(&world).await;
    let page = world.as_viewer().get("/api/v1/content?limit=2&sort=title").await.json();
    let cursor = page["page"]["next"].as_str().unwrap();
    world.as_viewer().get(&format!("/api/v1/content?sort=-title&cursor={cursor}")).await.is(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn search_ranks_titles_first_understands_phrases_and_exclusion_and_follows_changes() {
    let world = world().await;
    draft(&world, json!({ "title": "Harbour lights", "content": "<p>Nothing else.</p>" })).await;
    draft(&world, json!({ "title": "Night", "content": "<p>The lights of the harbour, seen from the sea.</p>" })).await;
    let third = draft(&world, json!({ "title": "Gulls", "content": "<p>No lamps here.</p>" })).await;
    world.run_jobs().await;
    let found = |query: &'static str| {
        let world = &world;
        async move {
            let page = world.as_viewer().get(&format!("/api/v1/content?q={query}")).await.is(StatusCode::OK).json();
            titles(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
        }
    };
    assert_eq!(found("harbour").await, ["Harbour lights", "Night"]);
    assert_eq!(found("%22harbour%20lights%22").await, ["Harbour lights"]);
    assert_eq!(found("lights%20-night").await, ["Harbour lights"]);
    assert_eq!(found("lig").await.len(), 2);
    assert!(found("%27%3B%20drop%20table%20content_items%3B%20--").await.is_empty());
    world
        .as_member()
        .patch(&format!("/api/v1/content/{third}"), json!({ "title": "Lightships" }))
        .await
        .is(StatusCode::OK);
    assert_eq!(found("lightships").await.len(), 0, "the index follows by a job");
    world.run_jobs().await;
    assert_eq!(found("lightships").await, ["Lightships"]);
    world.as_admin().delete(&format!("/api/v1/content/{third}")).await.is(StatusCode::NO_CONTENT);
    assert!(found("lightships").await.is_empty());
}
