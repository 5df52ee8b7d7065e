//! Comments by the JSON API: roles, filters, pages, counts.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::World;

use crate::comments_visitors::{comment, published};
use crate::world;

async fn write(world: &World, item: &str, text: &str) -> String {
    world.advance(SignedDuration::from_secs(1));
    let path = format!("/api/v1/content/{item}/comments");
    world.as_admin().post(&path, json!({ "comment": text })).await.is(StatusCode::CREATED).id()
}

async fn list(world: &World, query: &str) -> Value {
    world.as_viewer().get(&format!("/api/v1/comments{query}")).await.is(StatusCode::OK).json()
}

fn texts(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|comment| comment["comment"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn members_comment_as_themselves_and_admins_decide() {
    let world = world().await;
    let item = published(&world, "Tides").await;
    let path = format!("/api/v1/content/{item}/comments");
    world.as_viewer().post(&path, json!({ "comment": "No" })).await.is(StatusCode::FORBIDDEN);
    world.as_rival_admin().post(&path, json!({ "comment": "No" })).await.is(StatusCode::NOT_FOUND);
    let answer = world.as_member().post(&path, json!({ "comment": " Well seen\n" })).await.is(StatusCode::CREATED);
    let made = answer.json();
    assert_eq!((&made["status"], &made["author_id"]), (&json!("PENDING"), &json!("user-harbor-member")));
    assert_eq!((&made["comment"], &made["content_id"]), (&json!("Well seen"), &json!(item)));
    let one = answer.location().to_owned();
    world.as_rival_admin().get(&one).await.is(StatusCode::NOT_FOUND);
    assert_eq!(world.as_viewer().get(&one).await.is(StatusCode::OK).json(), made);
    for deed in ["approve", "reject", "spam"] {
        world.as_member().post(&format!("{one}/{deed}"), ()).await.is(StatusCode::FORBIDDEN);
        world.as_rival_admin().post(&format!("{one}/{deed}"), ()).await.is(StatusCode::NOT_FOUND);
    }
    world.as_rival_admin().patch(&one, json!({ "status": "SPAM" })).await.is(StatusCode::NOT_FOUND);
    world.as_rival_admin().delete(&one).await.is(StatusCode::NOT_FOUND);
    world.as_admin().patch(&one, json!({ "status": "APPROVED" })).await.is(StatusCode::OK);
    assert!(world.stranger().get("/s/harbor/tides").await.text().contains("Well seen"));
}

#[tokio::test]
async fn wrong_comments_are_refused_with_all_reasons() {
    let world = world().await;
    let item = published(&world, "Tides").await;
    let other = published(&world, "Winds").await;
    let elsewhere = write(&world, &other, "Elsewhere").await;
    let path = format!("/api/v1/content/{item}/comments");
    let fields = json!({ "comment": " ", "parent_id": elsewhere, "colour": 1 });
    let problem = world.as_admin().post(&path, fields).await.is(StatusCode::UNPROCESSABLE_ENTITY).json();
    let told: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert!(["comment", "parent_id", "colour"].iter().all(|field| told.contains(field)), "{told:?}");
    for parent in ["rival-comment", "", "a\u{7}b"] {
        let fields = json!({ "comment": "x", "parent_id": parent });
        world.as_admin().post(&path, fields).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let one = format!("/api/v1/comments/{elsewhere}");
    for change in [json!({ "status": "PUBLISHED" }), json!({ "comment": "" }), json!({ "author_name": "x" })] {
        world.as_admin().patch(&one, change).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let long = json!({ "comment": "x".repeat(20_001) });
    world.as_admin().patch(&one, long).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    world
        .as_admin()
        .patch(&format!("/api/v1/content/{item}"), json!({ "comments_enabled": false }))
        .await
        .is(StatusCode::OK);
    world.as_admin().post(&path, json!({ "comment": "x" })).await.is(StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_count_is_right_whatever_happens() {
    let world = world().await;
    let item = published(&world, "Tides").await;
    let count =
        || async { world.as_viewer().get(&format!("/api/v1/content/{item}")).await.json()["comment_count"].clone() };
    let (first, second) = (write(&world, &item, "One").await, write(&world, &item, "Two").await);
    assert_eq!(count().await, 2);
    world.as_admin().post(&format!("/api/v1/comments/{first}/spam"), ()).await.is(StatusCode::OK);
    assert_eq!(count().await, 1);
    world
        .as_admin()
        .patch(&format!("/api/v1/comments/{first}"), json!({ "status": "APPROVED", "comment": "Won" }))
        .await
        .is(StatusCode::OK);
    assert_eq!(count().await, 2);
    world.as_admin().delete(&format!("/api/v1/comments/{second}")).await.is(StatusCode::NO_CONTENT);
    world.as_admin().delete(&format!("/api/v1/comments/{second}")).await.is(StatusCode::NOT_FOUND);
    assert_eq!(count().await, 1);
    world.as_admin().post(&format!("/api/v1/comments/{first}/reject"), ()).await.is(StatusCode::OK);
    assert_eq!(count().await, 0);
}

#[tokio::test]
async fn a_stale_change_is_refused() {
    let world = world().await;
    let item = published(&world, "Tides").await;
    let one = format!("/api/v1/comments/{}", write(&world, &item, "One").await);
    let tag = world.as_admin().get(&one).await.is(StatusCode::OK).header("etag").to_owned();
    let insistent = world.as_admin().with("if-match", &tag);
    insistent.patch(&one, json!({ "comment": "Other" })).await.is(StatusCode::OK);
    insistent.patch(&one, json!({ "comment": "Third" })).await.is(StatusCode::PRECONDITION_FAILED);
    insistent.delete(&one).await.is(StatusCode::PRECONDITION_FAILED);
    insistent.post(&format!("{one}/spam"), ()).await.is(StatusCode::PRECONDITION_FAILED);
    assert_eq!(world.as_viewer().get(&one).await.json()["comment"], "Other");
}

#[tokio::test]
async fn lists_are_filtered_searched_and_paged() {
    let world = world().await;
    let (tides, winds) = (published(&world, "Tides").await, published(&world, "Winds").await);
    for number in 0..5 {
        write(&world, &tides, &format!("Tide {number} 100%")).await;
    }
    let spam = write(&world, &winds, "Wind").await;
    world.as_admin().post(&format!("/api/v1/comments/{spam}/spam"), ()).await.is(StatusCode::OK);
    let all = list(&world, "").await;
    assert_eq!((texts(&all).len(), &all["page"]["total"], &all["page"]["next"]), (6, &json!(6), &Value::Null));
    assert_eq!(texts(&list(&world, "?status=SPAM").await), ["Wind"]);
    assert_eq!(texts(&list(&world, &format!("?content={winds}")).await), ["Wind"]);
    assert_eq!(texts(&list(&world, "?q=tide%203").await), ["Tide 3 100%"]);
    assert!(texts(&list(&world, "?q=%25_").await).is_empty());
    assert_eq!(list(&world, "?q=0%25").await["page"]["total"], 5);
    let of_item = world.as_viewer().get(&format!("/api/v1/content/{tides}/comments?sort=created_at&limit=2")).await;
    let page = of_item.is(StatusCode::OK).json();
    assert_eq!(texts(&page), ["Tide 0 100%", "Tide 1 100%"]);
    let cursor = page["page"]["next"].as_str().unwrap();
    let path = format!("/api/v1/content/{tides}/comments?sort=created_at&limit=3&cursor={cursor}");
    let next = world.as_viewer().get(&path).await.is(StatusCode::OK).json();
    assert_eq!(texts(&next), ["Tide 2 100%", "Tide 3 100%", "Tide 4 100%"]);
    assert_eq!((&next["page"]["next"], &next["page"]["total"]), (&Value::Null, &json!(5)));
    for wrong in [format!("?cursor={cursor}"), "?cursor=x".into(), "?colour=1".into()] {
        world.as_viewer().get(&format!("/api/v1/comments{wrong}")).await.is(StatusCode::BAD_REQUEST);
    }
    for wrong in ["?sort=comment", "?status=SHOWN", "?limit=0", "?limit=101"] {
        world.as_viewer().get(&format!("/api/v1/comments{wrong}")).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert!(texts(&list(&world, "?content=rival-item").await).is_empty());
    world.as_viewer().get("/api/v1/content/rival-item/comments").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn mail_addresses_are_for_those_who_moderate() {
    let world = world().await;
    published(&world, "Tides").await;
    comment(&world, "tides", &[("comment", "Hello")]).await.is(StatusCode::SEE_OTHER);
    let told = world.as_admin().get("/api/v1/comments?q=vera@mail").await.is(StatusCode::OK).json();
    assert_eq!(told["data"][0]["author_email"], "vera@mail.example");
    let hidden = world.as_member().get("/api/v1/comments").await.is(StatusCode::OK);
    assert!(!hidden.text().contains("vera@mail") && hidden.json()["data"][0]["author_name"] == "Vera");
    assert_eq!(world.as_member().get("/api/v1/comments?q=vera@mail").await.json()["page"]["total"], 0);
    let one = format!("/api/v1/comments/{}", told["data"][0]["id"].as_str().unwrap());
    assert!(!world.as_viewer().get(&one).await.text().contains("vera@mail"));
    assert!(!world.as_admin().get(&one).await.text().contains("127.0.0.1"));
}
