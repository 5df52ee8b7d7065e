//! The library's pages: files sent by the plain form and from an address, found, changed together, undone, deleted.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::{Request, StatusCode, header};
use kernel::db::Statements;
use serde_json::json;
use testkit::world::{Answer, Client};

use crate::media_upload::upload;
use crate::{files, world};

const PAGES: &str = "/admin/harbor/media";

/// Sends files by the form of the page, as a browser without scripts does.
async fn send(client: &Client<'_>, folder: &str, sent: &[(&str, &[u8])]) -> Answer {
    let mut body =
        format!("--cut\r\ncontent-disposition: form-data; name=\"folder_id\"\r\n\r\n{folder}\r\n").into_bytes();
    for (name, bytes) in sent {
        let head = format!("--cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
    }
    body.extend(b"--cut--\r\n");
    let request = Request::post(PAGES).header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
    client.raw(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn the_plain_form_takes_many_files_and_tells_of_each_that_it_refuses() {
    let world = world().await;
    let member = world.as_member().in_browser();
    let boat = files::png(20, 10);
    assert!(member.get(PAGES).await.is(StatusCode::OK).text().contains("Bring in your pictures"));

    let answer = send(&member, "", &[("boat.png", &boat), ("list.csv", b"a;b\n")]).await;
    assert_eq!(answer.is(StatusCode::SEE_OTHER).location(), PAGES);
    let page = member.get(PAGES).await.text();
    assert!(page.contains("boat.png") && page.contains("list.csv") && page.contains("No alt text"));

    let page = send(&member, "", &[("tide.png", &files::png(9, 9)), ("lie.png", b"<html>")]).await;
    let page = page.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(page.contains("1 file was added.") && page.contains("“lie.png” was not added"), "{page}");
    let again = send(&member, "", &[("same.png", &boat)]).await;
    again.is(StatusCode::SEE_OTHER);
    send(&member, "", &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(member.get("/api/v1/media").await.json()["page"]["total"], 3);
}

#[tokio::test]
async fn what_was_done_to_many_is_undone_exactly() {
    let world = world().await;
    let (member, admin) = (world.as_member().in_browser(), world.as_admin().in_browser());
    let folder = world.as_member().post("/api/v1/folders", json!({ "name": "Boats" })).await.id();
    let one = upload(&world.as_member(), "one.png", &files::png(1, 1)).await.id();
    let two = upload(&world.as_member(), "two.png", &files::png(2, 2)).await.id();
    let path = |id: &str| format!("/api/v1/media/{id}");
    world.as_member().patch(&path(&two), json!({ "folder_id": folder, "tags": ["old"] })).await.is(StatusCode::OK);

    let both = [("ids", one.as_str()), ("ids", two.as_str())];
    let moved = [&both[..], &[("action", "move"), ("folder_id", ""), ("back", "sort=name")]].concat();
    let page = member.form(&format!("{PAGES}/bulk"), &moved).await.is(StatusCode::OK).text();
    assert!(page.contains("2 files moved.") && page.contains(&format!("{two}/{folder}")));
    assert!(world.as_member().get(&path(&two)).await.json()["folder_id"].is_null());
    let (first, second) = (format!("{one}/"), format!("{two}/{folder}"));
    let undo = [("action", "move"), ("was", &first), ("was", &second), ("back", "sort=name")];
    let answer = member.form(&format!("{PAGES}/undo"), &undo).await.is(StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), format!("{PAGES}?sort=name"));
    assert_eq!(world.as_member().get(&path(&two)).await.json()["folder_id"], json!(folder));

    let tagged = [&both[..], &[("action", "tag"), ("tag", "Old")]].concat();
    let page = member.form(&format!("{PAGES}/bulk"), &tagged).await.is(StatusCode::OK).text();
    assert!(page.contains(&format!("value=\"{one}/\"")) && !page.contains(&format!("value=\"{two}/\"")), "{page}");

    let deleted = [&both[..], &[("action", "delete")]].concat();
    member.form(&format!("{PAGES}/bulk"), &deleted).await.is(StatusCode::FORBIDDEN);
    admin.form(&format!("{PAGES}/bulk"), &deleted).await.is(StatusCode::OK);
    assert!(member.get(&format!("{PAGES}?show=bin")).await.text().contains("two.png"));
    let second = format!("{two}/");
    admin
        .form(&format!("{PAGES}/undo"), &[("action", "restore"), ("was", &first), ("was", &second)])
        .await
        .is(StatusCode::SEE_OTHER);
    assert_eq!(world.as_member().get("/api/v1/media").await.json()["page"]["total"], 2);
}

#[tokio::test]
async fn a_file_is_described_and_one_in_use_is_deleted_only_after_its_uses_were_named() {
    let world = world().await;
    let (member, admin) = (world.as_member().in_browser(), world.as_admin().in_browser());
    let asset = upload(&world.as_member(), "boat.png", &files::png(20, 10)).await.json();
    let (id, url) = (asset["id"].as_str().unwrap(), asset["file_url"].as_str().unwrap());
    let body = json!({ "title": "The regatta", "content": format!("<p><img src=\"{url}\" alt=\"Boat\"></p>") });
    world.as_member().post("/api/v1/content", body).await.is(StatusCode::CREATED);
    let page = format!("{PAGES}/{id}");
    let text = member.get(&page).await.is(StatusCode::OK).text();
    assert!(text.contains("The regatta") && text.contains("no alternative text"), "{text}");

    let typed = [
        ("name", "Boat"),
        ("alt", "A red dinghy"),
        ("tags", "Summer, sea"),
        ("focal_x", "30"),
        ("focal_y", "120"),
        ("version", "1"),
    ];
    let refused = member.form(&page, &typed).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains("A red dinghy") && refused.contains("from 0 to 100"));
    let typed = typed.map(|(name, value)| if name == "focal_y" { (name, "70") } else { (name, value) });
    let refused = member.form(&page, &typed).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains("A red dinghy") && refused.contains("readers would see that at once"), "{refused}");
    admin.form(&page, &typed).await.is(StatusCode::SEE_OTHER);
    let now = member.get(&format!("/api/v1/media/{id}")).await.json();
    assert_eq!(
        (&now["name"], &now["alt"], &now["tags"]),
        (&json!("Boat"), &json!("A red dinghy"), &json!(["sea", "summer"]))
    );
    let stale = member.form(&page, &[("name", "Ship"), ("version", "1")]).await.is(StatusCode::CONFLICT).text();
    assert!(stale.contains("Ship") && stale.contains("Somebody else"));

    assert!(admin.get(&format!("{page}/delete")).await.is(StatusCode::OK).text().contains("The regatta"));
    admin.form(&format!("{page}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    member.get(&page).await.is(StatusCode::NOT_FOUND);
    admin.form(&format!("{page}/restore"), &[]).await.is(StatusCode::SEE_OTHER);
    member.get(&page).await.is(StatusCode::OK);
}

#[tokio::test]
async fn folders_are_made_renamed_moved_and_deleted_without_scripts() {
    let world = world().await;
    let (member, admin) = (world.as_member().in_browser(), world.as_admin().in_browser());
    let made = member.form(&format!("{PAGES}/folders"), &[("name", "Boats")]).await.is(StatusCode::SEE_OTHER);
    let boats = made.location().rsplit('=').next().unwrap().to_owned();
    let made = member.form(&format!("{PAGES}/folders"), &[("name", "Red"), ("parent_id", &boats)]).await;
    let red = made.location().rsplit('=').next().unwrap().to_owned();
    let taken = member.form(&format!("{PAGES}/folders"), &[("name", "Boats")]).await.is(StatusCode::CONFLICT).text();
    assert!(taken.contains("There is a folder named"));

    let page = format!("{PAGES}/folders/{boats}");
    let refused = member.form(&page, &[("name", "Ships"), ("parent_id", &red)]).await;
    assert!(refused.is(StatusCode::UNPROCESSABLE_ENTITY).text().contains("Ships"));
    member.form(&page, &[("name", "Ships")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(member.get(&format!("/api/v1/folders/{red}")).await.json()["path"], "/Ships/Red");
    let tree = member.get(&format!("{PAGES}?folder={red}")).await.is(StatusCode::OK).text();
    assert!(tree.contains("folder-depth-1"));

    member.form(&format!("{page}/delete"), &[("contents", "keep")]).await.is(StatusCode::FORBIDDEN);
    admin.form(&format!("{page}/delete"), &[("contents", "keep")]).await.is(StatusCode::SEE_OTHER);
    member.get(&format!("{PAGES}?folder={red}")).await.is(StatusCode::NOT_FOUND);
}

/// A server with a picture, a page that says it is one, an address that leads away, and nothing else.
async fn other_server() -> String {
    let boat = files::png(30, 20);
    let routes = Router::new()
        .route("/boat.png", get(move || async { boat }))
        .route("/lie.png", get(|| async { "<!doctype html><title>Sign in</title>" }))
        .route("/away.png", get(|| async { axum::response::Redirect::to("http://10.0.0.1/boat.png") }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("http://{address}")
}

#[tokio::test]
async fn files_come_from_addresses_that_are_public_or_allowed_and_are_checked_like_any() {
    let server = other_server().await;
    let world = world().await;
    let member = world.as_member();
    let import = async |path: &str| {
        member.post("/api/v1/media/import", json!({ "url": format!("{server}{path}"), "alt": "A boat" })).await
    };
    let asset = import("/boat.png").await.is(StatusCode::CREATED).json();
    assert_eq!((&asset["name"], &asset["width"], &asset["alt"]), (&json!("boat.png"), &json!(30), &json!("A boat")));
    assert_eq!(import("/boat.png").await.is(StatusCode::OK).json()["duplicate_of"], asset["id"]);
    for (path, code) in [("/none.png", "not_found"), ("/away.png", "not_allowed")] {
        assert_eq!(import(path).await.is(StatusCode::UNPROCESSABLE_ENTITY).errors()[0].1, code, "{path}");
    }
    for url in
        ["https://10.0.0.1/boat.png", "https://[::1]/boat.png", "http://example.org/boat.png", "file:///etc/passwd"]
    {
        let refused = member.post("/api/v1/media/import", json!({ "url": url })).await;
        assert_eq!(refused.is(StatusCode::UNPROCESSABLE_ENTITY).errors()[0].1, "not_allowed", "{url}");
    }
    import("/lie.png").await.is(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let left = world.tenant().await.one("SELECT count(*) AS count FROM app.media_uploads", &[]).await.unwrap();
    assert_eq!(left.get::<_, i64>("count"), 0);

    let page = world.as_member().in_browser();
    let form = page.form(&format!("{PAGES}/import"), &[("url", &format!("{server}/none.png"))]).await;
    assert!(form.is(StatusCode::UNPROCESSABLE_ENTITY).text().contains("/none.png"));
    let form = page.form(&format!("{PAGES}/import"), &[("url", &format!("{server}/boat.png"))]).await;
    assert!(form.is(StatusCode::SEE_OTHER).location().ends_with(asset["id"].as_str().unwrap()));
}

#[tokio::test]
async fn the_picker_lists_what_fits() {
    let world = world().await;
    upload(&world.as_member(), "boat.png", &files::png(20, 10)).await.is(StatusCode::CREATED);
    upload(&world.as_member(), "list.csv", b"a;b\n").await.is(StatusCode::CREATED);
    let viewer = world.as_viewer().in_browser();
    let piece = viewer.get(&format!("{PAGES}/picker?type=image")).await.is(StatusCode::OK).text();
    assert!(piece.contains("data-kind=\"image\"") && !piece.contains("list.csv"));
    let plan = upload(&world.as_member(), "plan.png", &files::png(3, 3)).await.is(StatusCode::CREATED).id();
    world.as_member().patch(&format!("/api/v1/media/{plan}"), json!({ "is_private": true })).await.is(StatusCode::OK);
    let piece = viewer.get(&format!("{PAGES}/picker?type=image")).await.is(StatusCode::OK).text();
    assert!(piece.contains("boat.png") && !piece.contains("plan.png"), "readers could not open it: {piece}");
    assert!(viewer.get(&format!("{PAGES}/picker?q=nowhere")).await.text().contains("No file has these words"));
}

#[tokio::test]
async fn of_many_those_in_use_are_named_and_deleted_when_that_is_wanted() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let used = upload(&world.as_member(), "boat.png", &files::png(20, 10)).await.json();
    let free = upload(&world.as_member(), "free.png", &files::png(2, 2)).await.id();
    let (id, url) = (used["id"].as_str().unwrap(), used["file_url"].as_str().unwrap());
    let body = json!({ "title": "The regatta", "content": format!("<p><img src=\"{url}\" alt=\"Boat\"></p>") });
    let item = world.as_member().post("/api/v1/content", body).await.is(StatusCode::CREATED).id();

    let chosen = [("ids", id), ("ids", &free), ("action", "delete")];
    let page = admin.form(&format!("{PAGES}/bulk"), &chosen).await.is(StatusCode::CONFLICT).text();
    assert!(
        page.contains("1 file put into the bin") && page.contains("One file is used and was not deleted"),
        "{page}"
    );
    assert!(page.contains(&format!("/admin/harbor/content/{item}")) && page.contains("The regatta"));
    assert!(page.contains("name=\"force\" value=\"true\"") && page.contains(&format!("name=\"ids\" value=\"{id}\"")));
    let page = admin
        .form(&format!("{PAGES}/bulk"), &[("ids", id), ("action", "delete"), ("force", "true")])
        .await
        .is(StatusCode::OK)
        .text();
    assert!(!page.contains("was not deleted") && page.contains("Undo"));
    assert_eq!(admin.get("/api/v1/media").await.json()["page"]["total"], 0);
    // Opened again, the address of the form leads to the page that has it.
    assert_eq!(admin.get(&format!("{PAGES}/bulk")).await.is(StatusCode::SEE_OTHER).location(), PAGES);
}

#[tokio::test]
async fn the_bin_shows_its_pictures_to_members_alone() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let asset = upload(&world.as_member(), "boat.png", &files::png(20, 10)).await.json();
    let (id, url) = (asset["id"].as_str().unwrap(), asset["file_url"].as_str().unwrap());
    admin.form(&format!("{PAGES}/{id}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    let page = admin.get(&format!("{PAGES}?show=bin")).await.is(StatusCode::OK).text();
    assert!(page.contains("What is deleted waits here"), "{page}");
    let shown = page.split("src=\"").find(|part| part.starts_with("/media/org-harbor/"));
    let shown = shown.and_then(|part| part.split('"').next()).unwrap().replace("&amp;", "&").replace("&#38;", "&");
    assert!(shown.contains("signature="), "{shown}");
    world.stranger().get(&shown).await.is(StatusCode::OK);
    world.stranger().get(url).await.is(StatusCode::NOT_FOUND);
    world.advance(jiff::SignedDuration::from_hours(2));
    world.stranger().get(&shown).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_picture_is_described_or_decorates_and_the_rest_is_saved_either_way() {
    let world = world().await;
    let member = world.as_member().in_browser();
    let id = upload(&world.as_member(), "line.png", &files::png(20, 1)).await.id();
    let (page, missing) = (format!("{PAGES}/{id}"), "/api/v1/media?missing_alt=true");
    member.form(&page, &[("name", "Line"), ("alt", ""), ("version", "1")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(member.get(missing).await.json()["page"]["total"], 1);
    let both = [("name", "Line"), ("alt", "A line"), ("is_decorative", "true"), ("version", "2")];
    let refused = member.form(&page, &both).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains("A line") && refused.contains("untick"), "{refused}");
    let decorates = [("name", "Line"), ("alt", ""), ("is_decorative", "true"), ("version", "2")];
    member.form(&page, &decorates).await.is(StatusCode::SEE_OTHER);
    assert_eq!(member.get(&format!("/api/v1/media/{id}")).await.json()["alt"], "");
    assert_eq!(member.get(missing).await.json()["page"]["total"], 0);
    assert!(!member.get(&page).await.text().contains("no alternative text"));

    let url = member.get(&format!("/api/v1/media/{id}")).await.json()["file_url"].as_str().unwrap().to_owned();
    let item = json!({ "title": "The line", "featured_image": url });
    let item = world.as_member().post("/api/v1/content", item).await.is(StatusCode::CREATED).id();
    let editor = format!("/admin/harbor/content/{item}");
    assert!(member.get(&editor).await.text().contains("Decorative: it has no alternative text."));
    let cleared = json!({ "alt": null });
    world.as_member().patch(&format!("/api/v1/media/{id}"), cleared).await.is(StatusCode::OK);
    assert!(member.get(&editor).await.text().contains("> No alternative text.<"));
}

#[tokio::test]
async fn names_read_as_they_were_given_and_folders_differ_by_more_than_case() {
    let world = world().await;
    let member = world.as_member().in_browser();
    let sent = [("a %22red%22 boat\u{202e}gpj.png", &files::png(3, 3)[..])];
    send(&member, "", &sent).await.is(StatusCode::SEE_OTHER);
    assert_eq!(member.get("/api/v1/media").await.json()["data"][0]["name"], "a \"red\" boatgpj.png");
    let trip = world.as_member().post("/api/v1/folders", json!({ "name": "Trip" })).await.is(StatusCode::CREATED).id();
    world.as_member().post("/api/v1/folders", json!({ "name": "trip" })).await.is(StatusCode::CONFLICT);
    let path = format!("/api/v1/folders/{trip}");
    world.as_member().patch(&path, json!({ "name": "TRIP" })).await.is(StatusCode::OK);
    let refused = member.form(&format!("{PAGES}/import"), &[("url", "file:///etc/passwd")]).await;
    assert!(refused.is(StatusCode::UNPROCESSABLE_ENTITY).text().contains("must begin with https://"));
}

#[tokio::test]
async fn an_address_given_out_closes_when_its_file_goes_into_the_bin() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let id = upload(&world.as_member(), "plan.png", &files::png(4, 4)).await.id();
    let path = format!("/api/v1/media/{id}");
    world.as_member().patch(&path, json!({ "is_private": true })).await.is(StatusCode::OK);
    let signed = world.as_member().post(&format!("{path}/sign"), json!({})).await.is(StatusCode::OK).json();
    let given = signed["url"].as_str().unwrap();
    let given = &given[given.find("/media/").unwrap()..];
    world.stranger().get(given).await.is(StatusCode::OK);
    admin.form(&format!("{PAGES}/{id}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    // What a node remembers of files is over after a moment.
    let closed = async {
        while world.stranger().get(given).await.status != StatusCode::NOT_FOUND {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), closed).await.expect("the address closes");
}
