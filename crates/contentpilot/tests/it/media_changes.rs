//! Files changed under the address that they have: cropped, turned, replaced, and put back.

use http::{Request, StatusCode, header};
use jiff::SignedDuration;
use kernel::db::Statements;
use media::pictures::{self, WHOLE};
use serde_json::{Value, json};
use testkit::World;
use testkit::world::{Answer, Client};

use crate::media_upload::{form, stored, upload};
use crate::{files, world};

const MEDIA: &str = "/api/v1/media";

fn path(asset: &Value) -> String {
    format!("{MEDIA}/{}", asset["id"].as_str().unwrap())
}

pub async fn replace(client: &Client<'_>, asset: &Value, name: &str, bytes: &[u8]) -> Answer {
    let request = Request::post(format!("{}/replace", path(asset)))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=frontier");
    client.raw(request.body(form(name, "", bytes, &[]).into()).unwrap()).await
}

async fn size_at(world: &World, asset: &Value) -> (usize, usize) {
    let answer = world.stranger().get(asset["file_url"].as_str().unwrap()).await.is(StatusCode::OK);
    let pixels = pictures::decode(answer.header("content-type"), &answer.body, WHOLE).unwrap();
    (pixels.width, pixels.height)
}

fn address(asset: &Value) -> &str {
    asset["file_url"].as_str().unwrap().split('?').next().unwrap()
}

#[tokio::test]
async fn a_picture_is_cropped_and_turned_under_its_address_and_put_back() {
    let world = world().await;
    let member = world.as_member();
    let asset = upload(&member, "boat.jpg", &files::photo_jpeg(400, 300)).await.json();
    let edit = format!("{}/edit", path(&asset));
    member.patch(&path(&asset), json!({ "focal_x": 0.5, "focal_y": 0.5 })).await.is(StatusCode::OK);
    let crop = json!({ "crop": { "left": 100, "top": 0, "width": 200, "height": 300 }, "turn": 90 });
    let changed = member.post(&edit, crop).await.is(StatusCode::OK).json();
    assert_eq!((changed["width"].as_i64(), changed["height"].as_i64()), (Some(300), Some(200)));
    assert_eq!((address(&changed), changed["revision"].as_i64()), (address(&asset), Some(3)));
    assert_eq!((changed["focal_x"].as_f64(), changed["focal_y"].as_f64()), (Some(0.5), Some(0.5)));
    assert_eq!(size_at(&world, &changed).await, (300, 200));
    assert_eq!(stored(&world).len(), 2, "the picture from before is kept");

    // Caches that kept the first answer for ever have it under another address.
    let old = world.stranger().get(asset["file_url"].as_str().unwrap()).await.is(StatusCode::OK);
    assert_eq!(old.header("cache-control"), "public, max-age=0, must-revalidate");
    let stale = json!({ "turn": 180 });
    let stale = member.clone().with("if-match", "\"1\"").post(&edit, stale).await;
    stale.is(StatusCode::PRECONDITION_FAILED);

    let turned = member.post(&edit, json!({ "mirror": "horizontal" })).await.is(StatusCode::OK).json();
    let undo = format!("{}/undo", path(&asset));
    let back = member.post(&undo, ()).await.is(StatusCode::OK).json();
    assert_eq!((back["revision"].as_i64(), &back["sha256"]), (Some(5), &changed["sha256"]));
    assert_ne!(turned["sha256"], changed["sha256"]);
    let first = member.post(&undo, ()).await.is(StatusCode::OK).json();
    assert_eq!((&first["sha256"], size_at(&world, &first).await), (&asset["sha256"], (400, 300)));
    member.post(&undo, ()).await.is(StatusCode::CONFLICT);
    world.advance(SignedDuration::from_hours(1));
    world.run_jobs().await;
    assert_eq!(stored(&world), [asset["file_name"].as_str().unwrap()], "what nobody can put back is gone");
}

#[tokio::test]
async fn what_cannot_be_changed_is_told_and_stays() {
    let world = world().await;
    let member = world.as_member();
    let asset = upload(&member, "boat.jpg", &files::photo_jpeg(40, 30)).await.json();
    let edit = format!("{}/edit", path(&asset));
    for change in [
        json!({}),
        json!({ "turn": 45 }),
        json!({ "crop": { "left": 30, "top": 0, "width": 20, "height": 10 } }),
        json!({ "crop": { "width": 0, "height": 10 } }),
        json!({ "mirror": "sideways" }),
    ] {
        assert_eq!(member.post(&edit, change.clone()).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{change}");
    }
    let moving = upload(&member, "wave.gif", &files::moving_gif()).await.json();
    member.post(&format!("{}/edit", path(&moving)), json!({ "turn": 90 })).await.is(StatusCode::CONFLICT);
    world.as_viewer().post(&edit, json!({ "turn": 90 })).await.is(StatusCode::FORBIDDEN);
    world.as_rival_owner().post(&edit, json!({ "turn": 90 })).await.is(StatusCode::NOT_FOUND);

    // What is in use is public at once, so it takes the right to publish.
    let item = json!({ "title": "Tides", "featured_image": asset["file_url"] });
    member.post("/api/v1/content", item).await.is(StatusCode::CREATED);
    member.post(&edit, json!({ "turn": 90 })).await.is(StatusCode::FORBIDDEN);
    world.as_admin().post(&edit, json!({ "turn": 90 })).await.is(StatusCode::OK);
}

#[tokio::test]
async fn a_file_takes_anothers_place() {
    let world = world().await;
    let member = world.as_member();
    let asset = upload(&member, "boat.jpg", &files::photo_jpeg(400, 300)).await.json();
    let replaced = replace(&member, &asset, "new boat.png", &files::png(50, 60)).await.is(StatusCode::OK).json();
    assert_eq!((address(&replaced), replaced["mime_type"].as_str()), (address(&asset), Some("image/png")));
    assert_eq!(size_at(&world, &replaced).await, (50, 60));
    assert_eq!(replaced["name"], "boat.jpg", "what is said about the file stays");
    let answer = world.stranger().get(replaced["file_url"].as_str().unwrap()).await.is(StatusCode::OK);
    assert_eq!(answer.header("content-type"), "image/png");

    let other = upload(&member, "other.png", &files::png(7, 7)).await.json();
    let count = stored(&world).len();
    for (name, bytes, status) in [
        ("film.mp4", files::mp4(5000), StatusCode::UNPROCESSABLE_ENTITY),
        ("lie.png", files::photo_jpeg(4, 4), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(replace(&member, &asset, name, &bytes).await.status, status, "{name}");
    }
    assert_eq!(stored(&world).len(), count, "nothing is left of what was refused");
    let twin = replace(&member, &asset, "twin.png", &files::png(7, 7)).await.is(StatusCode::OK).json();
    assert_eq!((size_at(&world, &twin).await, size_at(&world, &other).await), ((7, 7), (7, 7)));
    let again = upload(&member, "again.png", &files::png(7, 7)).await.json();
    assert_eq!(again["id"], other["id"], "the bytes are known again by the first that brought them");
    let text = upload(&member, "list.csv", b"a;b\n").await.json();
    let text = replace(&member, &text, "list.csv", b"a;b\nc;d\n").await.is(StatusCode::OK).json();
    assert_eq!(world.stranger().get(text["file_url"].as_str().unwrap()).await.text(), "a;b\nc;d\n");
    world.as_rival_owner().get(&path(&other)).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_changes_files_without_scripts() {
    let world = world().await;
    let member = world.as_member();
    let asset = upload(&member, "boat.jpg", &files::photo_jpeg(400, 300)).await.json();
    let page = format!("/admin/harbor/media/{}", asset["id"].as_str().unwrap());
    let browser = world.as_member().in_browser();
    let wrong =
        [("crop_left", "390"), ("crop_top", "0"), ("crop_width", "100"), ("crop_height", "300"), ("version", "1")];
    let refused = browser.form(&format!("{page}/edit"), &wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains("must lie within the picture") && refused.contains("value=\"390\""), "{refused}");
    let right = [("crop_left", ""), ("turn", "270"), ("version", "1")];
    browser.form(&format!("{page}/edit"), &right).await.is(StatusCode::SEE_OTHER);
    let shown = browser.get(&page).await.is(StatusCode::OK).text();
    assert!(shown.contains("cropped or turned") && shown.contains("300×400 pixels"), "{shown}");
    browser.form(&format!("{page}/undo"), &[("version", "2")]).await.is(StatusCode::SEE_OTHER);
    assert!(browser.get(&page).await.text().contains("400×300 pixels"));
    browser.form(&format!("{page}/undo"), &[("version", "3")]).await.is(StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_change_that_was_not_made_leaves_no_file() {
    let world = world().await;
    let member = world.as_member();
    let asset = upload(&member, "boat.jpg", &files::photo_jpeg(40, 30)).await.json();
    let edit = format!("{}/edit", path(&asset));
    let tx = world.tenant().await;
    let sql = "INSERT INTO app.plan_limits (organization_id, media_bytes) VALUES ('org-harbor', 10)";
    tx.execute(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    member.post(&edit, json!({ "turn": 90 })).await.is(StatusCode::PAYMENT_REQUIRED);
    assert_eq!(stored(&world).len(), 1);
    let tx = world.tenant().await;
    tx.execute("DELETE FROM app.plan_limits", &[]).await.unwrap();
    tx.commit().await.unwrap();

    // The program ended after it had written the file, and before the asset came to name it.
    let before = stored(&world).remove(0);
    member.post(&edit, json!({ "turn": 90 })).await.is(StatusCode::OK);
    let made = stored(&world).into_iter().find(|file| *file != before).unwrap();
    let lost = format!("{}/o9-abcdefabcdef/boat.jpg", before.rsplit_once('/').unwrap().0);
    world.app.files.put(&lost, "image/jpeg", files::photo_jpeg(4, 4).into()).await.unwrap();
    let job = media::changes::jobs::DropUnnamed {
        asset: asset["id"].as_str().unwrap().to_owned(),
        folder: lost.rsplit_once('/').unwrap().0.to_owned(),
    };
    let tx = world.tenant().await;
    kernel::jobs::enqueue(&tx, Some(tx.organization()), &job, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    world.advance(SignedDuration::from_hours(3));
    world.run_jobs().await;
    let mut left = vec![before, made];
    left.sort();
    assert_eq!(stored(&world), left, "what the asset names, now or before, stays");
}
