//! One search over everything: what it finds, in which order, and for whom.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Client;

use crate::content_life::draft;
use crate::{calls, world};

async fn found(client: &Client<'_>, query: &str) -> Vec<(String, String)> {
    let answer = client.get(&format!("/api/v1/find?{query}")).await.is(StatusCode::OK).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    answer["data"].as_array().unwrap().iter().map(|one| (text(&one["kind"]), text(&one["title"]))).collect()
}

fn pair(kind: &str, title: &str) -> (String, String) {
    (kind.to_owned(), title.to_owned())
}

async fn settled() -> World {
    let world = world().await;
    calls::settle(&world).await;
    draft(&world, json!({ "title": "Harbour lights", "content": "<p>They know the tide.</p>" })).await;
    // What the settled rows skip: the index is filled when an item is saved.
    world
        .as_admin()
        .patch("/api/v1/content/harbor-item", json!({ "excerpt": "Twice a day." }))
        .await
        .is(StatusCode::OK);
    world.run_jobs().await;
    world
}

#[tokio::test]
async fn everything_that_answers_is_found_kind_by_kind() {
    let world = settled().await;
    let all = found(&world.as_admin(), "q=tide").await;
    let pages = found(&world.as_admin(), "").await;
    assert!(pages.contains(&pair("page", "Audience")));
    let expected = [
        // A whole title first, then those that begin so, then where it stands in a title or in the text alone.
        pair("tag", "Tide"),
        pair("media", "Tide"),
        pair("contact", "tide@harbor.test"),
        pair("content", "The tide"),
        pair("content", "Harbour lights"),
    ];
    let mut sorted = all.clone();
    sorted.sort();
    let mut wanted = expected.to_vec();
    wanted.sort();
    assert_eq!(sorted, wanted);
    assert_eq!(all[0], expected[0]);
    let content: Vec<_> = all.iter().filter(|(kind, _)| kind == "content").collect();
    assert_eq!(content, [&expected[3], &expected[4]]);
    assert_eq!(found(&world.as_admin(), "q=boats").await, [pair("category", "Boats")]);
    assert_eq!(found(&world.as_admin(), "q=tide&limit=1").await.len(), 4);
}

#[tokio::test]
async fn a_role_finds_only_what_it_may_open() {
    let world = settled().await;
    let viewer = found(&world.as_viewer(), "q=tide").await;
    assert!(viewer.iter().all(|(kind, _)| kind != "contact") && viewer.contains(&pair("content", "The tide")));
    assert_eq!(found(&world.as_admin(), "q=audit").await, [pair("page", "Audit log")]);
    assert_eq!(found(&world.as_member(), "q=audit").await, []);
    assert_eq!(found(&world.as_member(), "q=create+article").await, [pair("action", "New article")]);
    assert_eq!(found(&world.as_viewer(), "q=new").await, []);
    // Without words it tells where one may go and what one may begin.
    let everything = found(&world.as_viewer(), "").await;
    assert!(everything.contains(&pair("page", "Content")) && everything.iter().all(|(kind, _)| kind == "page"));
    assert!(found(&world.as_rival_owner(), "q=tide").await.iter().all(|(kind, _)| kind != "content"));
}

#[tokio::test]
async fn the_page_shows_the_same_without_any_script_and_every_link_leads_somewhere() {
    let world = settled().await;
    let admin = world.as_admin().in_browser();
    let page = admin.get("/admin/harbor/find?q=tide").await.is(StatusCode::OK).text();
    assert!(page.contains("/admin/harbor/content/harbor-item") && page.contains(" results"), "{page}");
    let nothing = admin.get("/admin/harbor/find?q=xyzzy").await.is(StatusCode::OK).text();
    assert!(nothing.contains("Nothing found"));
    let odd = admin.get("/admin/harbor/find?q=%22%27%3Cscript%3E").await.is(StatusCode::OK).text();
    assert!(!odd.contains("<script>") && odd.contains("&#60;script&#62;"), "{odd}");
    for query in ["", "q=tide", "q=boats"] {
        let everything = world.as_admin().get(&format!("/api/v1/find?{query}")).await.json();
        for one in everything["data"].as_array().unwrap() {
            admin.get(one["address"].as_str().unwrap()).await.is(StatusCode::OK);
        }
    }
    let long = "x".repeat(201);
    let refused = world.as_viewer().get(&format!("/api/v1/find?q={long}")).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.errors(), [("q".into(), "too_long".into())]);
}
