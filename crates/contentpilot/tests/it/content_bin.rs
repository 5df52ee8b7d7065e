//! What is deleted comes back whole, and what was done to many is taken back.

use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Answer;

use crate::world;

async fn article(world: &World, title: &str) -> Answer {
    let raw = json!({ "title": title, "content": "<p>Text</p>", "tags": ["Moon", "Sea"] });
    world.as_admin().post("/api/v1/content", raw).await.is(StatusCode::CREATED)
}

async fn bulk(world: &World, body: Value) -> Value {
    world.as_admin().post("/api/v1/content/bulk", body).await.is(StatusCode::OK).json()
}

#[tokio::test]
async fn a_deleted_item_comes_back_with_all_that_belonged_to_it() {
    let world = world().await;
    let item = article(&world, "Tides").await;
    let path = item.location().to_owned();
    world.as_admin().patch(&path, json!({ "content": "<p>Second text</p>" })).await.is(StatusCode::OK);
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    let comment = json!({ "comment": "Well said" });
    world.as_admin().post(&format!("{path}/comments"), comment).await.is(StatusCode::CREATED);
    world.run_jobs().await;
    let before: Value = world.as_admin().get(&path).await.is(StatusCode::OK).json();

    world.as_member().delete(&path).await.is(StatusCode::FORBIDDEN);
    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    world.as_admin().get(&path).await.is(StatusCode::NOT_FOUND);
    world.stranger().get("/s/harbor/tides").await.is(StatusCode::NOT_FOUND);
    let bin: Value = world.as_admin().get("/api/v1/content/bin").await.is(StatusCode::OK).json();
    assert_eq!((&bin["data"][0]["title"], &bin["page"]["total"]), (&json!("Tides"), &json!(1)));
    let tags: Value = world.as_admin().get("/api/v1/tags?q=moon").await.json();
    assert_eq!(tags["data"][0]["usage_count"], 0);

    let back = format!("/api/v1/content/bin/{}/restore", item.id());
    world.as_rival_owner().post(&back, json!({})).await.is(StatusCode::NOT_FOUND);
    world.as_admin().post(&back, json!({})).await.is(StatusCode::OK);
    world.run_jobs().await;
    let after: Value = world.as_admin().get(&path).await.is(StatusCode::OK).json();
    for field in ["title", "slug", "content", "status", "tags", "comment_count", "published_at", "created_at"] {
        assert_eq!(before[field], after[field], "{field}");
    }
    assert!(world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK).text().contains("Well said"));
    let revisions: Value = world.as_admin().get(&format!("{path}/revisions")).await.json();
    assert_eq!(revisions["page"]["total"], 2);
    let found: Value = world.as_admin().get("/api/v1/content?q=second").await.json();
    assert_eq!(found["page"]["total"], 1, "it is found again");
    let tags: Value = world.as_admin().get("/api/v1/tags?q=moon").await.json();
    assert_eq!(tags["data"][0]["usage_count"], 1);
    world.as_admin().post(&back, json!({})).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_lost_meanwhile_stays_lost_and_a_slug_that_was_taken_gets_a_number() {
    let world = world().await;
    let item = article(&world, "Tides").await;
    world.as_admin().delete(item.location()).await.is(StatusCode::NO_CONTENT);
    article(&world, "Tides").await;
    let tags: Value = world.as_admin().get("/api/v1/tags?q=moon").await.json();
    let tag = tags["data"][0]["id"].as_str().unwrap().to_owned();
    world.as_admin().delete(&format!("/api/v1/tags/{tag}")).await.is(StatusCode::NO_CONTENT);
    let back = format!("/api/v1/content/bin/{}/restore", item.id());
    let item: Value = world.as_admin().post(&back, json!({})).await.is(StatusCode::OK).json();
    assert_eq!(item["slug"], "tides-2");
    assert_eq!(item["tags"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_to_be_published_meanwhile_comes_back_as_a_draft() {
    let world = world().await;
    let early = article(&world, "Early").await.location().to_owned();
    let late = article(&world, "Late").await.location().to_owned();
    for (path, at) in [(&early, "2026-03-02T10:00:00Z"), (&late, "2026-03-20T10:00:00Z")] {
        let body = json!({ "scheduled_for": at });
        world.as_admin().post(&format!("{path}/publish"), body).await.is(StatusCode::OK);
        world.as_admin().delete(path).await.is(StatusCode::NO_CONTENT);
    }
    world.advance(SignedDuration::from_hours(5 * 24));
    world.run_jobs().await;
    for (path, status) in [(&early, "DRAFT"), (&late, "SCHEDULED")] {
        let id = path.rsplit('/').next().unwrap();
        world.as_admin().post(&format!("/api/v1/content/bin/{id}/restore"), json!({})).await.is(StatusCode::OK);
        world.run_jobs().await;
        assert_eq!(world.as_admin().get(path).await.is(StatusCode::OK).json()["status"], status);
    }
    world.advance(SignedDuration::from_hours(20 * 24));
    world.run_jobs().await;
    assert_eq!(world.as_admin().get(&late).await.json()["status"], "PUBLISHED");
}

#[tokio::test]
async fn the_longest_history_goes_into_the_bin_and_comes_back() {
    let world = world().await;
    let item = article(&world, "Tides").await;
    // More together than the 256 MB that one value of the database holds.
    let sql = "INSERT INTO content_revisions (organization_id, id, content_id, title, content_body, version, created_by)
               SELECT 'org-harbor', 'version-' || number, $1, 'Tides', repeat('tide ', 400000), number, 'user-harbor-admin'
               FROM generate_series(2, 142) AS number";
    let tx = world.tenant().await;
    tx.execute(sql, &[&item.id()]).await.unwrap();
    tx.commit().await.unwrap();
    world.as_admin().delete(item.location()).await.is(StatusCode::NO_CONTENT);
    let back = format!("/api/v1/content/bin/{}/restore", item.id());
    world.as_admin().post(&back, json!({})).await.is(StatusCode::OK);
    let revisions: Value = world.as_admin().get(&format!("{}/revisions", item.location())).await.json();
    assert_eq!(revisions["page"]["total"], 142);
}

#[tokio::test]
async fn what_an_earlier_version_of_the_program_deleted_comes_back_as_well() {
    let world = world().await;
    let item = article(&world, "Tides").await;
    world.as_admin().delete(item.location()).await.is(StatusCode::NO_CONTENT);
    let sql = "UPDATE app.content_bin SET belongings = (
                 SELECT jsonb_object_agg(table_name, parts) FROM (
                   SELECT table_name, jsonb_agg(part) AS parts FROM app.content_bin_parts GROUP BY table_name) AS tables)";
    let tx = world.tenant().await;
    tx.execute(sql, &[]).await.unwrap();
    tx.execute("DELETE FROM app.content_bin_parts", &[]).await.unwrap();
    tx.commit().await.unwrap();
    let back = format!("/api/v1/content/bin/{}/restore", item.id());
    let item: Value = world.as_admin().post(&back, json!({})).await.is(StatusCode::OK).json();
    assert_eq!(item["tags"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_bin_is_emptied_after_a_month_or_by_hand() {
    let world = world().await;
    let (one, other) = (article(&world, "One").await, article(&world, "Other").await);
    for item in [&one, &other] {
        world.as_admin().delete(item.location()).await.is(StatusCode::NO_CONTENT);
    }
    world.as_admin().delete(&format!("/api/v1/content/bin/{}", one.id())).await.is(StatusCode::NO_CONTENT);
    world.advance(SignedDuration::from_hours(31 * 24));
    world.run_jobs().await;
    let tx = world.tenant().await;
    let left = tx.one("SELECT count(*) AS count FROM app.content_bin", &[]).await.unwrap();
    assert_eq!(left.get::<_, i64>("count"), 0);
}

#[tokio::test]
async fn many_are_changed_together_and_each_refusal_is_told() {
    let world = world().await;
    let (one, other) = (article(&world, "One").await, article(&world, "Other").await);
    world.as_admin().post(&format!("{}/publish", other.location()), json!({})).await.is(StatusCode::OK);
    let ids = json!([one.id(), other.id(), "no-such-item"]);
    let outcome = bulk(&world, json!({ "ids": ids, "action": "unpublish" })).await;
    assert_eq!(outcome["changed"], json!([other.id()]));
    assert_eq!(outcome["refused"].as_array().unwrap().len(), 2, "{outcome}");
    let undo = format!("/api/v1/content/bulk/{}/undo", outcome["undo"].as_str().unwrap());
    world.as_owner().post(&undo, json!({})).await.is(StatusCode::NOT_FOUND);
    let undone: Value = world.as_admin().post(&undo, json!({})).await.is(StatusCode::OK).json();
    assert_eq!(undone["changed"], json!([other.id()]));
    let item: Value = world.as_admin().get(other.location()).await.json();
    assert_eq!(item["status"], "PUBLISHED");
    world.as_admin().post(&undo, json!({})).await.is(StatusCode::NOT_FOUND);

    let forbidden = json!({ "ids": [one.id()], "action": "publish" });
    world.as_member().post("/api/v1/content/bulk", forbidden).await.is(StatusCode::FORBIDDEN);
    world
        .as_admin()
        .post("/api/v1/content/bulk", json!({ "ids": [], "action": "tag" }))
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn tags_categories_and_deletions_of_many_are_taken_back() {
    let world = world().await;
    let (one, other) = (article(&world, "One").await, article(&world, "Other").await);
    let ids = json!([one.id(), other.id()]);
    let tagged = bulk(&world, json!({ "ids": ids, "action": "tag", "tags": ["Wind"] })).await;
    let item: Value = world.as_admin().get(one.location()).await.json();
    assert_eq!(item["tags"].as_array().unwrap().len(), 3);
    // Somebody changes one of them; that one keeps the tag.
    world.as_admin().patch(other.location(), json!({ "title": "Another" })).await.is(StatusCode::OK);
    let undo = format!("/api/v1/content/bulk/{}/undo", tagged["undo"].as_str().unwrap());
    let undone: Value = world.as_admin().post(&undo, json!({})).await.is(StatusCode::OK).json();
    assert_eq!((&undone["changed"], undone["refused"].as_array().unwrap().len()), (&json!([one.id()]), 1));

    let deleted = bulk(&world, json!({ "ids": ids, "action": "delete" })).await;
    assert_eq!(deleted["changed"].as_array().unwrap().len(), 2);
    let undo = format!("/api/v1/content/bulk/{}/undo", deleted["undo"].as_str().unwrap());
    world.as_admin().post(&undo, json!({})).await.is(StatusCode::OK);
    for item in [&one, &other] {
        world.as_admin().get(item.location()).await.is(StatusCode::OK);
    }
}

#[tokio::test]
async fn the_librarys_form_changes_many_and_offers_to_undo() {
    let world = world().await;
    let item = article(&world, "One").await;
    let admin = world.as_admin().in_browser();
    let id = item.id();
    let fields = [("id", id.as_str()), ("do", "delete"), ("back", "status=DRAFT")];
    let answer = admin.form("/admin/harbor/content/bulk", &fields).await.is(StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/admin/harbor/content?status=DRAFT");
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let tx = world.tenant().await;
    let change = tx.one("SELECT id FROM app.content_bulk_changes", &[]).await.unwrap().get::<_, String>("id");
    drop(tx);
    assert!(cookie.contains('.'), "the message carries where to undo it: {cookie}");
    assert!(admin.get("/admin/harbor/bin").await.is(StatusCode::OK).text().contains("One"));
    admin.form(&format!("/admin/harbor/content/bulk/{change}/undo"), &[]).await.is(StatusCode::SEE_OTHER);
    world.as_admin().get(item.location()).await.is(StatusCode::OK);
}
