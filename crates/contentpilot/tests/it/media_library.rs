//! The library is kept tidy: found, described, filed, used, deleted and brought back.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::world::Client;

use crate::media_upload::{stored, upload};
use crate::{files, world};

const MEDIA: &str = "/api/v1/media";

pub(crate) async fn names(client: &Client<'_>, query: &str) -> Vec<String> {
    let answer = client.get(&format!("{MEDIA}?{query}")).await.is(StatusCode::OK).json();
    let mut names: Vec<String> =
        answer["data"].as_array().unwrap().iter().map(|asset| asset["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(answer["page"]["total"].as_i64(), Some(i64::try_from(names.len()).unwrap()), "{query}");
    names.sort();
    names
}

#[tokio::test]
async fn files_are_found_by_what_they_are_and_what_is_said_of_them() {
    let world = world().await;
    let member = world.as_member();
    let folder = member.post("/api/v1/folders", json!({ "name": "Boats" })).await.is(StatusCode::CREATED).id();
    let boat = upload(&member, "boat.png", &files::png(40, 40)).await.id();
    upload(&member, "film.mp4", &files::mp4(5000)).await.is(StatusCode::CREATED);
    world.advance(SignedDuration::from_hours(1));
    upload(&member, "list.csv", b"a;b\n").await.is(StatusCode::CREATED);
    let change = json!({ "alt": "A red dinghy", "tags": ["Summer ", "summer", "50%"], "folder_id": folder });
    let asset = member.patch(&format!("{MEDIA}/{boat}"), change).await.is(StatusCode::OK).json();
    assert_eq!(asset["tags"], json!(["50%", "summer"]));

    for (query, expected) in [
        ("", &["boat.png", "film.mp4", "list.csv"][..]),
        ("type=image", &["boat.png"]),
        ("type=document", &["list.csv"]),
        ("folder=none", &["film.mp4", "list.csv"]),
        (&format!("folder={folder}"), &["boat.png"]),
        ("q=DINGHY", &["boat.png"]),
        ("q=red+summer", &["boat.png"]),
        ("q=0%25", &["boat.png"]),
        ("q=red+film", &[]),
        ("tag=summer", &["boat.png"]),
        ("min_size=5000", &["film.mp4"]),
        ("max_size=100", &["list.csv"]),
        ("created_from=2026-03-01T12:30:00Z", &["list.csv"]),
        ("created_to=2026-03-01T12:30:00Z", &["boat.png", "film.mp4"]),
        ("missing_alt=true", &[]),
        ("unused=true&type=video", &["film.mp4"]),
        ("deleted=true", &[]),
    ] {
        assert_eq!(names(&member, query).await, expected, "{query}");
    }
    for sort in ["uploaded_at", "-uploaded_at", "name", "-name", "file_size", "-file_size"] {
        let all = member.get(&format!("{MEDIA}?sort={sort}")).await.json();
        let mut walked = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = member.get(&format!("{MEDIA}?sort={sort}&limit=1{cursor}")).await.is(StatusCode::OK).json();
            walked.extend(page["data"].as_array().unwrap().clone());
            let Some(next) = page["page"]["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(json!(walked), all["data"], "{sort}");
    }
    member.get(&format!("{MEDIA}?sort=colour")).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let usage = member.get(&format!("{MEDIA}/usage")).await.is(StatusCode::OK).json();
    assert_eq!((usage["assets"].as_i64(), usage["assets_limit"].clone()), (Some(3), Value::Null));
}

#[tokio::test]
async fn what_is_said_is_checked_and_nobody_overwrites_unseen() {
    let world = world().await;
    let member = world.as_member();
    let answer = upload(&member, "boat.png", &files::png(4, 4)).await;
    let (id, etag) = (answer.id(), answer.header("etag").to_owned());
    let path = format!("{MEDIA}/{id}");
    let change = json!({ "focal_x": 0.25, "focal_y": 0.75, "caption": "At noon" });
    let asset = member.clone().with("if-match", &etag).patch(&path, change).await.is(StatusCode::OK).json();
    assert_eq!((asset["focal_x"].as_f64(), asset["version"].as_i64()), (Some(0.25), Some(2)));
    member
        .clone()
        .with("if-match", &etag)
        .patch(&path, json!({ "name": "x" }))
        .await
        .is(StatusCode::PRECONDITION_FAILED);
    for (change, field) in [
        (json!({ "name": " " }), "name"),
        (json!({ "focal_x": 2.0 }), "focal_x"),
        (json!({ "focal_y": null }), "focal_y"),
        (json!({ "folder_id": "rival-folder" }), "folder_id"),
        (json!({ "alt": "x".repeat(1001) }), "alt"),
        (json!({ "tags": vec!["x"; 51] }), "tags"),
    ] {
        let errors = member.patch(&path, change).await.is(StatusCode::UNPROCESSABLE_ENTITY).errors();
        assert_eq!(errors[0].0, field);
    }
    world.as_viewer().patch(&path, json!({ "name": "x" })).await.is(StatusCode::FORBIDDEN);
    let told = world
        .as_viewer()
        .get(&format!("{MEDIA}?created_from=yesterday"))
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .text();
    assert!(told.contains("2026-01-31T09:30:00Z"), "{told}");
    world.as_rival_owner().get(&path).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_used_is_known_and_warned_of() {
    let world = world().await;
    let (admin, member) = (world.as_admin(), world.as_member());
    let asset = upload(&member, "boat.png", &files::png(4, 4)).await.json();
    let (id, url) = (asset["id"].as_str().unwrap(), asset["file_url"].as_str().unwrap());
    let path = format!("{MEDIA}/{id}");
    let body = format!("<p><img src=\"https://harbor.test{url}\" alt=\"\"></p>");
    let item = member
        .post("/api/v1/content", json!({ "title": "The tide", "content": body }))
        .await
        .is(StatusCode::CREATED)
        .id();
    let other = json!({ "title": "Ebb", "featured_image": url, "gallery": [url] });
    let other = member.post("/api/v1/content", other).await.is(StatusCode::CREATED).id();
    assert_eq!(member.get(&path).await.json()["usage_count"], 2);
    let uses = member.get(&format!("{path}/uses")).await.is(StatusCode::OK).json();
    let mut titles: Vec<&str> =
        uses["data"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["Ebb", "The tide"]);

    let refusal = admin.delete(&path).await.is(StatusCode::CONFLICT).text();
    assert!(refusal.contains("The tide") && refusal.contains("Ebb"), "{refusal}");
    member
        .patch(&format!("/api/v1/content/{other}"), json!({ "featured_image": null, "gallery": [] }))
        .await
        .is(StatusCode::OK);
    assert_eq!(member.get(&path).await.json()["usage_count"], 1);
    admin.delete(&format!("/api/v1/content/{item}")).await.is(StatusCode::NO_CONTENT);
    assert_eq!(member.get(&path).await.json()["usage_count"], 0);
    member.delete(&path).await.is(StatusCode::FORBIDDEN);
    admin.delete(&path).await.is(StatusCode::NO_CONTENT);
    member.get(&path).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_deleted_comes_back_within_a_week_and_is_gone_after() {
    let world = world().await;
    let admin = world.as_admin();
    let png = files::png(4, 4);
    let id = upload(&admin, "boat.png", &png).await.id();
    let path = format!("{MEDIA}/{id}");
    admin.delete(&path).await.is(StatusCode::NO_CONTENT);
    assert_eq!((names(&admin, "").await.len(), names(&admin, "deleted=true").await.len()), (0, 1));
    world.advance(SignedDuration::from_hours(24 * 6));
    world.run_jobs().await;
    admin.post(&format!("{path}/restore"), ()).await.is(StatusCode::OK);
    admin.post(&format!("{path}/restore"), ()).await.is(StatusCode::OK);
    // The first deletion's job is due by now, and must not take what was brought back.
    world.advance(SignedDuration::from_hours(24 * 2));
    world.run_jobs().await;
    admin.get(&path).await.is(StatusCode::OK);

    admin.delete(&path).await.is(StatusCode::NO_CONTENT);
    let twin = upload(&admin, "twin.png", &png).await.is(StatusCode::CREATED).id();
    admin.post(&format!("{path}/restore"), ()).await.is(StatusCode::CONFLICT);
    assert_eq!(stored(&world).len(), 2);
    world.advance(SignedDuration::from_hours(24 * 8));
    world.run_jobs().await;
    admin.post(&format!("{path}/restore"), ()).await.is(StatusCode::NOT_FOUND);
    assert_eq!(stored(&world).len(), 1);
    admin.get(&format!("{MEDIA}/{twin}")).await.is(StatusCode::OK);
}

#[tokio::test]
async fn many_are_changed_at_once_and_those_that_cannot_be_are_named() {
    let world = world().await;
    let admin = world.as_admin();
    let one = upload(&admin, "one.png", &files::png(1, 1)).await.json();
    let two = upload(&admin, "two.png", &files::png(2, 2)).await.id();
    let id = one["id"].as_str().unwrap();
    let item = json!({ "title": "The tide", "featured_image": one["file_url"] });
    admin.post("/api/v1/content", item).await.is(StatusCode::CREATED);
    let folder = admin.post("/api/v1/folders", json!({ "name": "Boats" })).await.id();
    let bulk = format!("{MEDIA}/bulk");
    let ids = json!([id, two, "rival-asset"]);
    let moved =
        admin.post(&bulk, json!({ "ids": ids, "action": "move", "folder_id": folder })).await.is(StatusCode::OK).json();
    assert_eq!(moved["changed"].as_array().unwrap().len(), 2);
    assert_eq!(
        (moved["refused"][0]["id"].as_str(), moved["refused"][0]["code"].as_str()),
        (Some("rival-asset"), Some("unknown"))
    );
    admin.post(&bulk, json!({ "ids": ids, "action": "tag", "tags": ["red"] })).await.is(StatusCode::OK);
    assert_eq!(names(&admin, &format!("folder={folder}&tag=red")).await, ["one.png", "two.png"]);
    admin.post(&bulk, json!({ "ids": [two], "action": "untag", "tags": ["red"] })).await.is(StatusCode::OK);
    let deleted = admin.post(&bulk, json!({ "ids": ids, "action": "delete" })).await.is(StatusCode::OK).json();
    assert_eq!(deleted["changed"], json!([two]));
    let in_use = deleted["refused"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
    assert_eq!(in_use["code"], "in_use");
    admin.post(&bulk, json!({ "ids": [two], "action": "restore" })).await.is(StatusCode::OK);
    assert_eq!(names(&admin, "").await, ["one.png", "two.png"]);
    world.as_member().post(&bulk, json!({ "ids": [two], "action": "delete" })).await.is(StatusCode::FORBIDDEN);
    admin.post(&bulk, json!({ "ids": [], "action": "move" })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_sites_logo_is_in_use_until_another_takes_its_place() {
    let world = world().await;
    let owner = world.as_owner();
    let one = upload(&owner, "one.png", &files::png(8, 8)).await.json();
    let other = upload(&owner, "other.png", &files::png(9, 9)).await.json();
    let path = |asset: &Value| format!("{MEDIA}/{}", asset["id"].as_str().unwrap());
    let set = async |url: &Value| {
        owner.patch("/api/v1/organization", json!({ "logo_url": url })).await.is(StatusCode::OK);
        (
            owner.get(&path(&one)).await.json()["usage_count"].clone(),
            owner.get(&path(&other)).await.json()["usage_count"].clone(),
        )
    };
    assert_eq!(set(&one["file_url"]).await, (json!(1), json!(0)));
    let refused = owner.delete(&path(&one)).await.is(StatusCode::CONFLICT).text();
    assert!(refused.contains("the site “Logo”"), "{refused}");
    let page = format!("/admin/harbor/media/{}", one["id"].as_str().unwrap());
    let browser = world.as_owner().in_browser();
    let page = browser.get(&page).await.is(StatusCode::OK).text();
    let href =
        page.split("href=\"").find(|part| part.starts_with("/admin/harbor/settings/")).expect("a link to the settings");
    browser.get(href.split('"').next().unwrap()).await.is(StatusCode::OK);
    assert_eq!(set(&other["file_url"]).await, (json!(0), json!(1)));
    assert_eq!(set(&json!("https://elsewhere.example/logo.png")).await, (json!(0), json!(0)));
    assert_eq!(set(&json!(null)).await, (json!(0), json!(0)));
}

#[tokio::test]
async fn what_is_public_at_once_takes_the_right_to_publish() {
    let world = world().await;
    let (admin, member) = (world.as_admin(), world.as_member());
    let asset = upload(&member, "boat.png", &files::png(40, 40)).await.json();
    let path = format!("{MEDIA}/{}", asset["id"].as_str().unwrap());
    member.patch(&path, json!({ "focal_x": 0.2, "focal_y": 0.2 })).await.is(StatusCode::OK);
    admin
        .post("/api/v1/content", json!({ "title": "Tide", "featured_image": asset["file_url"] }))
        .await
        .is(StatusCode::CREATED);
    for (field, change) in
        [("focal_x", json!({ "focal_x": 0.8, "focal_y": 0.8 })), ("is_private", json!({ "is_private": true }))]
    {
        let refused = member.patch(&path, change).await.is(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.errors()[0], (field.to_owned(), "in_use".to_owned()));
    }
    member.patch(&path, json!({ "alt": "A boat" })).await.is(StatusCode::OK);
    admin.patch(&path, json!({ "focal_x": 0.8, "focal_y": 0.8 })).await.is(StatusCode::OK);
}

#[tokio::test]
async fn files_that_nobody_knows_are_swept_and_all_others_stay() {
    let world = world().await;
    let asset = upload(&world.as_member(), "boat.png", &files::png(4, 4)).await.json();
    let lost = "org-harbor/lost-lost-lost-lost-lost/boat.png";
    let gone = "org-gone/lost-lost-lost-lost-lost/boat.png";
    for key in [lost, gone] {
        world.app.files.put(key, "image/png", vec![1].into()).await.unwrap();
    }
    let sweep = async |now, only_looks| media::sweep::sweep(&world.app, now, only_looks, |_| {}).await.unwrap();
    let now = jiff::Timestamp::now();
    assert_eq!(sweep(now, false).await, 0, "what is young stays");
    let tomorrow = now + SignedDuration::from_hours(25);
    assert_eq!((sweep(tomorrow, true).await, stored(&world).len()), (2, 3));
    assert_eq!(sweep(tomorrow, false).await, 2);
    assert_eq!(stored(&world), [asset["file_name"].as_str().unwrap()]);
}

#[tokio::test]
async fn an_operator_sets_what_a_plan_allows() {
    use media::limits::{Plan, allowance, set_allowance};
    let world = world().await;
    let tx = world.tenant().await;
    assert_eq!(allowance(&tx).await.unwrap(), Plan::Custom.allowance());
    set_allowance(&tx, &Plan::Growth.allowance(), world.now()).await.unwrap();
    assert_eq!(allowance(&tx).await.unwrap(), Plan::Growth.allowance());
    set_allowance(&tx, &Plan::Free.allowance(), world.now()).await.unwrap();
    tx.commit().await.unwrap();
    upload(&world.as_member(), "boat.png", &files::png(4, 4)).await.is(StatusCode::PAYMENT_REQUIRED);
    let usage = world.as_viewer().get(&format!("{MEDIA}/usage")).await.json();
    assert_eq!((usage["assets_limit"].as_i64(), usage["bytes_limit"].as_i64()), (Some(0), Some(0)));
}

#[tokio::test]
async fn twins_brought_back_side_by_side_do_not_collide() {
    let world = world().await;
    let admin = world.as_admin();
    let png = files::png(3, 3);
    let mut twins = Vec::new();
    for name in ["one.png", "two.png"] {
        let id = upload(&admin, name, &png).await.is(StatusCode::CREATED).id();
        admin.delete(&format!("{MEDIA}/{id}")).await.is(StatusCode::NO_CONTENT);
        twins.push(id);
    }
    // The first is on its way back, in a transaction that takes its time.
    let first = world.tenant().await;
    media::assets::store::lock_bin(&first).await.unwrap();
    media::assets::store::take_from_bin(&first, &twins[0]).await.unwrap();
    let second = async {
        let body = json!({ "ids": [twins[1]], "action": "restore" });
        admin.post(&format!("{MEDIA}/bulk"), body).await.is(StatusCode::OK).json()
    };
    let end = async {
        crate::media_resumable::somebody_waits(&world).await;
        first.commit().await.unwrap();
    };
    let (answer, ()) = futures_util::future::join(second, end).await;
    assert_eq!(answer["refused"][0]["code"].as_str(), Some("duplicate"), "{answer}");
    assert_eq!((names(&admin, "").await.len(), names(&admin, "deleted=true").await.len()), (1, 1));
}
