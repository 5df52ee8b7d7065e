//! Releases: all of their items are published together, now or at a time, or none is and everybody knows why.

use std::time::Duration;

use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use tokio_util::sync::CancellationToken;

use crate::world;

async fn draft(world: &World, title: &str) -> String {
    world.as_member().post("/api/v1/content", json!({ "title": title })).await.is(StatusCode::CREATED).id()
}

/// A release of two drafts: its address and their ids.
async fn release(world: &World) -> (String, [String; 2]) {
    let items = [draft(world, "One").await, draft(world, "Two").await];
    let body = json!({ "name": "Spring", "note": "The spring issue", "items": items });
    let made = world.as_admin().post("/api/v1/releases", body).await.is(StatusCode::CREATED);
    assert_eq!(made.json()["items"].as_array().unwrap().len(), 2);
    (made.location().to_owned(), items)
}

async fn schedule(world: &World, path: &str, minutes: i64) {
    let at = (world.now() + SignedDuration::from_mins(minutes)).to_string();
    let body = json!({ "scheduled_for": at });
    world.as_admin().post(&format!("{path}/publish"), body).await.is(StatusCode::OK);
}

async fn read(world: &World, path: &str) -> Value {
    world.as_viewer().get(path).await.is(StatusCode::OK).json()
}

async fn statuses(world: &World, items: &[String]) -> Vec<String> {
    let mut statuses = Vec::new();
    for id in items {
        statuses.push(read(world, &format!("/api/v1/content/{id}")).await["status"].as_str().unwrap().to_owned());
    }
    statuses
}

/// How often this was done, by the audit log.
async fn audited(world: &World, action: &str) -> i64 {
    let sql = "SELECT count(*) AS count FROM app.audit_log WHERE action = $1";
    world.tenant().await.one(sql, &[&action]).await.unwrap().get("count")
}

#[tokio::test]
async fn a_release_is_published_whole_and_stays_as_it_is() {
    let world = world().await;
    let (path, items) = release(&world).await;
    world.as_member().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::FORBIDDEN);
    world.as_rival_owner().get(&path).await.is(StatusCode::NOT_FOUND);
    world.as_rival_owner().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::NOT_FOUND);
    let published = world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK).json();
    assert_eq!((&published["status"], &published["item_count"]), (&json!("PUBLISHED"), &json!(2)));
    assert_eq!(statuses(&world, &items).await, ["PUBLISHED", "PUBLISHED"]);
    world.stranger().get("/s/harbor/one").await.is(StatusCode::OK);
    let more = json!({ "ids": [draft(&world, "Three").await] });
    world.as_admin().post(&format!("{path}/items"), more).await.is(StatusCode::CONFLICT);
    world.as_admin().delete(&format!("{path}/items/{}", items[0])).await.is(StatusCode::CONFLICT);
    world.as_admin().delete(&path).await.is(StatusCode::CONFLICT);
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::CONFLICT);
    assert_eq!((audited(&world, "content.publish").await, audited(&world, "release.publish").await), (2, 1));
}

#[tokio::test]
async fn a_release_that_grew_too_large_is_published_only_when_some_are_taken_out() {
    let world = world().await;
    let (path, items) = release(&world).await;
    // Items that come back out of the bin are in their release again.
    let sql = "INSERT INTO content_items SELECT copy.* FROM content_items AS kept, generate_series(1, 199) AS number,
                   jsonb_populate_record(NULL::content_items, to_jsonb(kept) - 'search_vector'
                       || jsonb_build_object('id', kept.id || '-' || number, 'slug', kept.slug || '-' || number)) AS copy
               WHERE kept.organization_id = 'org-harbor' AND kept.slug = 'one';
               INSERT INTO app.release_items (organization_id, release_id, content_id)
               SELECT kept.organization_id, kept.release_id, item.id FROM app.release_items AS kept
               JOIN content_items AS item ON item.id LIKE kept.content_id || '-%' AND item.slug LIKE 'one-%'";
    world.superuser().await.batch_execute(sql).await.unwrap();
    let publish = format!("{path}/publish");
    let refused = world.as_admin().post(&publish, json!({})).await.is(StatusCode::CONFLICT).text();
    assert!(refused.contains("at most 200 items"), "{refused}");
    assert_eq!(statuses(&world, &items).await, ["DRAFT", "DRAFT"]);
    world.as_admin().delete(&format!("{path}/items/{}", items[1])).await.is(StatusCode::NO_CONTENT);
    world.as_admin().post(&publish, json!({})).await.is(StatusCode::OK);
}

#[tokio::test]
async fn when_one_item_cannot_be_published_none_is() {
    let world = world().await;
    let (path, items) = release(&world).await;
    // It goes its own way after it was added.
    let second = format!("/api/v1/content/{}", items[1]);
    world.as_admin().post(&format!("{second}/publish"), json!({})).await.is(StatusCode::OK);
    world.as_admin().post(&format!("{second}/archive"), json!({})).await.is(StatusCode::OK);
    let refused = world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::CONFLICT).json();
    let words = refused["detail"].as_str().unwrap();
    assert!(words.contains("1 of 2") && words.contains("“Two”"), "{words}");
    assert_eq!(statuses(&world, &items).await, ["DRAFT", "ARCHIVED"]);

    schedule(&world, &path, 10).await;
    world.advance(SignedDuration::from_mins(10));
    world.run_jobs().await;
    let failed = read(&world, &path).await;
    assert_eq!(failed["status"], "FAILED");
    assert!(failed["failure"].as_str().unwrap().contains("“Two”"), "{failed}");
    assert_eq!(statuses(&world, &items).await, ["DRAFT", "ARCHIVED"]);
    assert_eq!(audited(&world, "release.fail").await, 1);
    let mails = world.outbox().await;
    let told = mails.iter().find(|mail| mail.subject == "The release “Spring” could not be published");
    assert!(told.is_some_and(|mail| mail.text.contains("“Two”")));
    let dashboard = world.as_admin().in_browser().get("/admin/harbor").await.text();
    assert!(dashboard.contains("One release could not be published"));

    world.as_admin().post(&format!("{second}/restore"), json!({})).await.is(StatusCode::OK);
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    assert_eq!(statuses(&world, &items).await, ["PUBLISHED", "PUBLISHED"]);
}

#[tokio::test]
async fn two_nodes_publish_a_release_once_and_within_two_seconds() {
    let world = world().await;
    let (path, items) = release(&world).await;
    schedule(&world, &path, 10).await;
    world.run_jobs().await;
    assert_eq!(statuses(&world, &items).await, ["DRAFT", "DRAFT"]);
    let stop = CancellationToken::new();
    let worker = || tokio::spawn(kernel::jobs::work(world.app.clone(), world.registry.clone(), stop.clone()));
    let workers = [worker(), worker()];
    world.advance(SignedDuration::from_mins(10));
    let published = async { while read(&world, &path).await["status"] != "PUBLISHED" {} };
    tokio::time::timeout(Duration::from_secs(2), published).await.expect("published within two seconds");
    assert_eq!(statuses(&world, &items).await, ["PUBLISHED", "PUBLISHED"]);
    stop.cancel();
    for worker in workers {
        worker.await.unwrap();
    }
    world.run_jobs().await;
    assert_eq!((audited(&world, "release.publish").await, audited(&world, "content.publish").await), (1, 2));
}

#[tokio::test]
async fn moved_and_cancelled_releases_fire_at_their_last_time_or_not_at_all() {
    let world = world().await;
    let (path, items) = release(&world).await;
    schedule(&world, &path, 10).await;
    schedule(&world, &path, 60).await;
    world.advance(SignedDuration::from_mins(20));
    world.run_jobs().await;
    assert_eq!(read(&world, &path).await["status"], "SCHEDULED");
    world.as_admin().post(&format!("{path}/cancel"), ()).await.is(StatusCode::OK);
    world.as_admin().post(&format!("{path}/cancel"), ()).await.is(StatusCode::CONFLICT);
    world.advance(SignedDuration::from_mins(60));
    world.run_jobs().await;
    assert_eq!(read(&world, &path).await["status"], "DRAFT");
    assert_eq!(statuses(&world, &items).await, ["DRAFT", "DRAFT"]);
    // Everything was down at its time: it is published at the next start.
    schedule(&world, &path, 10).await;
    let meant = read(&world, &path).await["scheduled_for"].clone();
    world.advance(SignedDuration::from_hours(30));
    world.run_jobs().await;
    let published = read(&world, &path).await;
    assert_eq!((&published["status"], &published["published_at"]), (&json!("PUBLISHED"), &meant));
    for id in &items {
        let item = read(&world, &format!("/api/v1/content/{id}")).await;
        assert_eq!(
            (&item["published_at"], &item["scheduled_for"]),
            (&meant, &Value::Null),
            "readers are told the same"
        );
    }
}

#[tokio::test]
async fn items_wait_in_one_release_at_a_time_and_only_while_they_can_be_published() {
    let world = world().await;
    let (path, items) = release(&world).await;
    let public = draft(&world, "Public").await;
    world.as_admin().post(&format!("/api/v1/content/{public}/publish"), json!({})).await.is(StatusCode::OK);
    let add = json!({ "ids": [public, "no-such-item", "rival-draft"] });
    let refused = world.as_admin().post(&format!("{path}/items"), add).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("published already") && refused.text().contains("no-such-item"));
    let other = json!({ "name": "Another", "items": [items[0]] });
    let refused = world.as_admin().post("/api/v1/releases", other).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("waits in the release “Spring”"));
    assert_eq!(read(&world, "/api/v1/releases").await["page"]["total"], 1, "nothing is made half");

    world.as_admin().delete(&format!("{path}/items/{}", items[0])).await.is(StatusCode::NO_CONTENT);
    world.as_admin().delete(&format!("{path}/items/{}", items[0])).await.is(StatusCode::NOT_FOUND);
    // What is deleted is no longer in it, and is again when it comes back from the bin.
    world.as_admin().delete(&format!("/api/v1/content/{}", items[1])).await.is(StatusCode::NO_CONTENT);
    assert_eq!(read(&world, &path).await["item_count"], 0);
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::CONFLICT);
    world.as_admin().post(&format!("/api/v1/content/bin/{}/restore", items[1]), ()).await.is(StatusCode::OK);
    assert_eq!(read(&world, &path).await["item_count"], 1);

    let stale = world.as_admin().with("if-match", "\"v1\"");
    stale.patch(&path, json!({ "name": "Summer" })).await.is(StatusCode::PRECONDITION_FAILED);
    let renamed = world.as_admin().patch(&path, json!({ "name": "Summer", "note": null })).await.is(StatusCode::OK);
    assert_eq!((&renamed.json()["name"], &renamed.json()["note"]), (&json!("Summer"), &Value::Null));
    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    assert_eq!(statuses(&world, &items).await, ["DRAFT", "DRAFT"]);
}

#[tokio::test]
async fn what_goes_out_by_itself_is_not_changed_unseen() {
    let world = world().await;
    let (path, items) = release(&world).await;
    let item = format!("/api/v1/content/{}", items[0]);
    world.as_member().patch(&item, json!({ "title": "Still mine" })).await.is(StatusCode::OK);
    schedule(&world, &path, 10).await;
    let refused = world.as_member().patch(&item, json!({ "title": "Unseen" })).await.is(StatusCode::FORBIDDEN);
    assert!(refused.text().contains("“Spring”"));
    world.as_admin().patch(&item, json!({ "title": "Seen" })).await.is(StatusCode::OK);
}

#[tokio::test]
async fn what_goes_out_by_itself_is_not_deleted_and_what_did_not_go_out_is_not_in_it() {
    let world = world().await;
    let (path, items) = release(&world).await;
    let item = format!("/api/v1/content/{}", items[0]);
    // It was public once: that it did not go out with this release is not to be told by its dates.
    for step in ["publish", "unpublish"] {
        world.as_admin().post(&format!("{item}/{step}"), json!({})).await.is(StatusCode::OK);
    }
    schedule(&world, &path, 10).await;
    let refused = world.as_admin().delete(&item).await.is(StatusCode::CONFLICT);
    assert!(refused.text().contains("“Spring”"), "{}", refused.text());
    let body = json!({ "ids": [items[0]], "action": "delete" });
    let many = world.as_admin().post("/api/v1/content/bulk", body).await.is(StatusCode::OK).json();
    assert!(many["refused"][0]["message"].as_str().unwrap().contains("“Spring”"), "{many}");
    world.as_admin().post(&format!("{path}/cancel"), json!({})).await.is(StatusCode::OK);
    world.as_admin().delete(&item).await.is(StatusCode::NO_CONTENT);
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    world.as_admin().post(&format!("/api/v1/content/bin/{}/restore", items[0]), json!({})).await.is(StatusCode::OK);
    let held: Vec<Value> =
        read(&world, &path).await["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(held, [json!(items[1])], "the one that went out");
}

#[tokio::test]
async fn what_is_deleted_while_a_time_is_set_does_not_wait_for_it() {
    let world = world().await;
    let (path, items) = release(&world).await;
    let deleting = world.tenant().await;
    let sql = "DELETE FROM content_items WHERE id = ANY ($1)";
    deleting.execute(sql, &[&items.to_vec()]).await.unwrap();
    let at = (world.now() + SignedDuration::from_mins(10)).to_string();
    let admin = world.as_admin();
    let publish = format!("{path}/publish");
    let scheduling = admin.post(&publish, json!({ "scheduled_for": at }));
    let end = async {
        crate::media_resumable::somebody_waits(&world).await;
        deleting.commit().await.unwrap();
    };
    let (answer, ()) = futures_util::future::join(scheduling, end).await;
    assert!(answer.is(StatusCode::CONFLICT).text().contains("holds nothing yet"));
}

#[tokio::test]
async fn a_release_is_made_filled_scheduled_and_published_with_forms_alone() {
    let world = world().await;
    world.as_admin().patch("/api/v1/organization", json!({ "timezone": "Europe/Berlin" })).await.is(StatusCode::OK);
    let items = [draft(&world, "One").await, draft(&world, "Two").await, draft(&world, "Three").await];
    let admin = world.as_admin().in_browser();
    let refused = admin.form("/admin/harbor/releases", &[("name", ""), ("note", "Kept")]).await;
    assert!(refused.is(StatusCode::UNPROCESSABLE_ENTITY).text().contains("Kept"));
    let made = admin.form("/admin/harbor/releases", &[("name", "Spring")]).await.is(StatusCode::SEE_OTHER);
    let page = made.location().to_owned();
    let id = page.rsplit('/').next().unwrap().to_owned();

    assert!(admin.get("/admin/harbor/content").await.text().contains("Put into a release"));
    let fields = [("id", items[0].as_str()), ("id", &items[1]), ("do", "release"), ("release_id", &id)];
    let put = admin.form("/admin/harbor/content/bulk", &fields).await.is(StatusCode::SEE_OTHER);
    assert_eq!(put.location(), page);
    let editor = format!("/admin/harbor/content/{}", items[2]);
    assert!(admin.get(&editor).await.text().contains("Or publish it with a release"));
    let typed = [("title", "Third"), ("content", "<p>Text</p>"), ("release_id", id.as_str())];
    admin.form(&format!("{editor}/release"), &typed).await.is(StatusCode::SEE_OTHER);
    let shown = admin.get(&page).await.is(StatusCode::OK).text();
    assert!(shown.contains("3 items") && shown.contains("Third"), "{shown}");
    assert!(admin.get(&editor).await.text().contains("Goes out with the release"));
    admin.form(&format!("{editor}/release"), &[("release", "out")]).await.is(StatusCode::SEE_OTHER);

    let late = [("scheduled_for", "2026-02-01T09:00")];
    let refused = admin.form(&format!("{page}/schedule"), &late).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains("2026-02-01T09:00") && refused.contains("This time has passed"), "{refused}");
    let gap = [("scheduled_for", "2026-03-29T02:30")];
    admin.form(&format!("{page}/schedule"), &gap).await.is(StatusCode::SEE_OTHER);
    assert_eq!(read(&world, &format!("/api/v1/releases/{id}")).await["scheduled_for"], "2026-03-29T01:00:00Z");
    let calendar = admin.get("/admin/harbor/calendar?date=2026-03-29&kind=release").await.text();
    assert!(calendar.contains("Release goes live: Spring") && calendar.contains("03:00"), "{calendar}");
    let moved = [("day", "2026-03-31")];
    admin.form(&format!("/admin/harbor/calendar/releases/{id}"), &moved).await.is(StatusCode::SEE_OTHER);
    assert_eq!(read(&world, &format!("/api/v1/releases/{id}")).await["scheduled_for"], "2026-03-31T01:00:00Z");

    let viewer = world.as_viewer().in_browser().get(&page).await.is(StatusCode::OK).text();
    assert!(!viewer.contains("Publish all now") && !viewer.contains("Take out"));
    admin.form(&format!("{page}/cancel"), &[]).await.is(StatusCode::SEE_OTHER);
    admin.form(&format!("{page}/publish"), &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(statuses(&world, &items[..2]).await, ["PUBLISHED", "PUBLISHED"]);
    let again = admin.form(&format!("{page}/publish"), &[]).await.is(StatusCode::CONFLICT).text();
    assert!(again.contains("is published and stays as it is"), "{again}");
}
