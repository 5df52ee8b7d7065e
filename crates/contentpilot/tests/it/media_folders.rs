//! Folders of the library: a tree whose paths are right, moved and deleted with what lies in it.

use http::StatusCode;
use kernel::db::Statements;
use serde_json::json;
use testkit::World;

use crate::media_library::names;
use crate::media_upload::upload;
use crate::{files, world};

const MEDIA: &str = "/api/v1/media";

async fn path_of(world: &World, id: &str) -> String {
    let folder = world.as_viewer().get(&format!("/api/v1/folders/{id}")).await.is(StatusCode::OK).json();
    folder["path"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn folders_make_a_tree_whose_paths_are_right() {
    let world = world().await;
    let member = world.as_member();
    let deep = member.post("/api/v1/folders/ensure", json!({ "path": "Boats/Small/Red" })).await.is(StatusCode::OK);
    let (red, small) = (deep.id(), deep.json()["parent_id"].as_str().unwrap().to_owned());
    let again = member.post("/api/v1/folders/ensure", json!({ "path": "/Boats/Small/Red/" })).await.is(StatusCode::OK);
    assert_eq!(again.id(), red);
    let boats = member.get(&format!("/api/v1/folders/{small}")).await.json()["parent_id"].as_str().unwrap().to_owned();
    let folder = |id: &str| format!("/api/v1/folders/{id}");

    member.patch(&folder(&boats), json!({ "name": "Ships" })).await.is(StatusCode::OK);
    assert_eq!(path_of(&world, &red).await, "/Ships/Small/Red");
    let cycle = member.patch(&folder(&boats), json!({ "parent_id": red })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(cycle.errors(), [("parent_id".to_owned(), "cycle".to_owned())]);
    member.patch(&folder(&boats), json!({ "parent_id": boats })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    member.patch(&folder(&red), json!({ "parent_id": null })).await.is(StatusCode::OK);
    assert_eq!(path_of(&world, &red).await, "/Red");
    member.post("/api/v1/folders", json!({ "name": "Red" })).await.is(StatusCode::CONFLICT);
    let taken =
        member.patch(&folder(&small), json!({ "parent_id": null, "name": "Red" })).await.is(StatusCode::CONFLICT);
    assert_eq!(taken.errors(), [("name".to_owned(), "taken".to_owned())]);
    for name in ["", "a/b", "..", "x\u{7}"] {
        member.post("/api/v1/folders", json!({ "name": name })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    // A neighbour whose name begins alike stays where it is.
    let neighbour = member.post("/api/v1/folders", json!({ "name": "Shipsmate" })).await.id();
    member.patch(&folder(&boats), json!({ "name": "Vessels" })).await.is(StatusCode::OK);
    assert_eq!(path_of(&world, &neighbour).await, "/Shipsmate");
    world.as_rival_owner().patch(&folder(&red), json!({ "name": "x" })).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_folder_goes_with_or_without_what_lies_in_it() {
    let world = world().await;
    let admin = world.as_admin();
    let (outer, inner) = {
        let inner = admin.post("/api/v1/folders/ensure", json!({ "path": "Boats/Small" })).await.json();
        (inner["parent_id"].as_str().unwrap().to_owned(), inner["id"].as_str().unwrap().to_owned())
    };
    let id = upload(&admin, "one.png", &files::png(1, 1)).await.id();
    admin.patch(&format!("{MEDIA}/{id}"), json!({ "folder_id": inner })).await.is(StatusCode::OK);
    let folder = format!("/api/v1/folders/{outer}");
    admin.delete(&folder).await.is(StatusCode::CONFLICT);
    admin.delete(&format!("{folder}?contents=keep")).await.is(StatusCode::NO_CONTENT);
    assert_eq!(names(&admin, "folder=none").await, ["one.png"]);
    let folder = admin.post("/api/v1/folders", json!({ "name": "Boats" })).await.id();
    admin.patch(&format!("{MEDIA}/{id}"), json!({ "folder_id": folder })).await.is(StatusCode::OK);
    world.as_member().delete(&format!("/api/v1/folders/{folder}")).await.is(StatusCode::FORBIDDEN);
    admin.delete(&format!("/api/v1/folders/{folder}?contents=delete")).await.is(StatusCode::NO_CONTENT);
    assert_eq!(names(&admin, "deleted=true").await, ["one.png"]);
}

#[tokio::test]
async fn a_folder_with_files_in_use_names_their_uses_before_it_goes_with_them() {
    let world = world().await;
    let admin = world.as_admin();
    let folder = admin.post("/api/v1/folders", json!({ "name": "Boats" })).await.id();
    for (name, side) in [("one.png", 1), ("two.png", 2)] {
        let asset = upload(&admin, name, &files::png(side, side)).await.json();
        let path = format!("{MEDIA}/{}", asset["id"].as_str().unwrap());
        admin.patch(&path, json!({ "folder_id": folder })).await.is(StatusCode::OK);
        if name == "one.png" {
            let item = json!({ "title": "The tide", "featured_image": asset["file_url"] });
            admin.post("/api/v1/content", item).await.is(StatusCode::CREATED);
        }
    }
    let path = format!("/api/v1/folders/{folder}?contents=delete");
    let refused = admin.delete(&path).await.is(StatusCode::CONFLICT).text();
    assert!(refused.contains("One file is used below") && refused.contains("The tide"), "{refused}");
    let page = world
        .as_admin()
        .in_browser()
        .get(&format!("/admin/harbor/media/folders/{folder}"))
        .await
        .is(StatusCode::OK)
        .text();
    assert!(page.contains("One file is used by the item “The tide”"), "{page}");
    admin.delete(&format!("{path}&force=true")).await.is(StatusCode::NO_CONTENT);
    assert_eq!(names(&admin, "deleted=true").await.len(), 2);
}

#[tokio::test]
async fn a_tree_of_ten_thousand_files_moves_at_once() {
    let world = world().await;
    let tx = world.tenant().await;
    tx.execute(
        "INSERT INTO media_folders (organization_id, id, name, path, parent_id, created_by)
         SELECT 'org-harbor', 'f' || n, 'f' || n, CASE WHEN n = 0 THEN '/f0' ELSE '/f0/f' || n END, CASE WHEN n > 0 THEN 'f0' END, 'user-harbor-owner'
         FROM generate_series(0, 500) AS n",
        &[],
    )
    .await
    .unwrap();
    tx.execute(
        "INSERT INTO media_assets (organization_id, id, name, original_name, file_name, file_url, mime_type, file_size, folder_id, uploaded_by)
         SELECT 'org-harbor', 'a' || n, 'a', 'a', 'a' || n, '/media/a', 'image/png', 1, 'f' || n % 500, 'user-harbor-owner'
         FROM generate_series(1, 10000) AS n",
        &[],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    world.as_member().patch("/api/v1/folders/f0", json!({ "name": "moved" })).await.is(StatusCode::OK);
    let sql = "SELECT count(*) AS count FROM media_folders WHERE path = '/moved' OR path = '/moved/' || name";
    assert_eq!(world.tenant().await.one(sql, &[]).await.unwrap().get::<_, i64>("count"), 501);
}

#[tokio::test]
async fn two_who_put_folders_into_each_other_at_once_make_no_ring() {
    let world = world().await;
    let admin = world.as_admin();
    let mut ids = Vec::new();
    for name in ["one", "two"] {
        let folder = json!({ "name": name });
        ids.push(admin.post("/api/v1/folders", folder).await.is(StatusCode::CREATED).id());
    }
    let (first, second) = (world.as_member(), world.as_member());
    let paths = [format!("/api/v1/folders/{}", ids[0]), format!("/api/v1/folders/{}", ids[1])];
    let (one, two) = futures_util::future::join(
        first.patch(&paths[0], json!({ "parent_id": ids[1] })),
        second.patch(&paths[1], json!({ "parent_id": ids[0] })),
    )
    .await;
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY]);
    let found = [path_of(&world, &ids[0]).await, path_of(&world, &ids[1]).await];
    assert!(found == ["/two/one", "/two"] || found == ["/one", "/one/two"], "{found:?}");
}
