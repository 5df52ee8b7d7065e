//! Files are served: whole and in part, kept by caches, and private ones to those who have a signed address.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use kernel::App;
use kernel::config::{Delivery, Settings};
use serde_json::json;
use testkit::World;
use testkit::world::Answer;

use crate::media_upload::upload;
use crate::{files, world};

async fn get(world: &World, address: &str, headers: &[(&str, &str)]) -> Answer {
    let client = headers.iter().fold(world.stranger(), |client, (name, value)| client.with(name, value));
    client.get(address).await
}

#[tokio::test]
async fn a_file_is_served_to_everybody_and_kept_for_ever() {
    let world = world().await;
    let png = files::png(300, 300);
    let asset = upload(&world.as_member(), "boat.png", &png).await.json();
    let address = asset["file_url"].as_str().unwrap();
    let answer = get(&world, address, &[("accept-encoding", "gzip, br")]).await.is(StatusCode::OK);
    assert_eq!(answer.body, png);
    assert_eq!(answer.header("content-type"), "image/png");
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!((answer.header("x-content-type-options"), answer.header("accept-ranges")), ("nosniff", "bytes"));
    assert_eq!((answer.header("content-length"), answer.header("content-encoding")), (&*png.len().to_string(), ""));
    assert!(
        answer.header("content-security-policy").contains("sandbox") && answer.header("content-disposition").is_empty()
    );

    let etag = answer.header("etag").to_owned();
    assert!(etag.starts_with('"'), "{etag}");
    let again =
        get(&world, address, &[("if-none-match", &format!("\"x\", {etag}"))]).await.is(StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty() && again.header("etag") == etag);
    let unversioned = address.split('?').next().unwrap();
    let asked_again = get(&world, unversioned, &[]).await.is(StatusCode::OK);
    assert_eq!(asked_again.header("cache-control"), "public, max-age=0, must-revalidate");

    // Whatever others put behind an address, it is the same file.
    get(&world, &format!("{address}&fbclid=abc"), &[]).await.is(StatusCode::OK);

    let head = Request::builder().method(Method::HEAD).uri(address).body(Body::empty()).unwrap();
    let head = world.stranger().raw(head).await.is(StatusCode::OK);
    assert_eq!((head.body.len(), head.header("content-length")), (0, &*png.len().to_string()));
}

#[tokio::test]
async fn parts_are_served_as_they_are_asked_for() {
    let world = world().await;
    let film = files::mp4(2_000_000);
    let asset = upload(&world.as_member(), "film.mp4", &film).await.json();
    let address = asset["file_url"].as_str().unwrap();
    let part = get(&world, address, &[("range", "bytes=1000000-1000009")]).await.is(StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.body, film[1_000_000..1_000_010]);
    assert_eq!(part.header("content-range"), "bytes 1000000-1000009/2000000");
    let end = get(&world, address, &[("range", "bytes=-5")]).await.is(StatusCode::PARTIAL_CONTENT);
    assert_eq!(end.body, film[1_999_995..]);
    let beyond = get(&world, address, &[("range", "bytes=2000000-")]).await.is(StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.header("content-range"), "bytes */2000000");
    get(&world, address, &[("range", "bytes=0-1,5-6")]).await.is(StatusCode::OK);
    let (known, stale) = (part.header("etag").to_owned(), "\"other\"");
    get(&world, address, &[("range", "bytes=0-1"), ("if-range", &known)]).await.is(StatusCode::PARTIAL_CONTENT);
    assert_eq!(
        get(&world, address, &[("range", "bytes=0-1"), ("if-range", stale)]).await.is(StatusCode::OK).body,
        film
    );
}

#[tokio::test]
async fn documents_and_drawings_can_do_nothing() {
    let world = world().await;
    let csv = upload(&world.as_member(), "Ärger 'a'.csv", b"name;count\n").await.json();
    let answer = get(&world, csv["file_url"].as_str().unwrap(), &[]).await.is(StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename*=UTF-8''%C3%84rger%20%27a%27.csv");
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" width="8" height="4"><path d="M0 0h8"/></svg>"#;
    let drawing = upload(&world.as_member(), "line.svg", svg).await.json();
    assert_eq!((drawing["width"].as_i64(), drawing["height"].as_i64()), (Some(8), Some(4)));
    let answer = get(&world, drawing["file_url"].as_str().unwrap(), &[]).await.is(StatusCode::OK);
    assert!(
        answer.header("content-security-policy").contains("default-src 'none'") && answer.text().contains("M0 0h8")
    );
    let kept = get(&world, &format!("{}&download", drawing["file_url"].as_str().unwrap()), &[]).await;
    assert!(kept.header("content-disposition").starts_with("attachment"));
}

#[tokio::test]
async fn what_is_not_there_is_not_there() {
    let world = world().await;
    let asset = upload(&world.as_member(), "boat.png", &files::png(2, 2)).await.json();
    let key = asset["file_name"].as_str().unwrap();
    let (folder, _) = key.rsplit_once('/').unwrap();
    for address in [
        format!("/media/{folder}/other.png"),
        format!("/media/{}", key.replace("org-harbor", "org-rival")),
        format!("/media/{}", key.replace("org-harbor", "org%00")),
        "/media/org-harbor/..%2f..%2fsecret/key".to_owned(),
        format!("/media/{folder}"),
    ] {
        world.stranger().get(&address).await.is(StatusCode::NOT_FOUND);
    }
    let deleted = upload(&world.as_member(), "other.png", &files::png(3, 3)).await.json();
    world
        .as_admin()
        .delete(&format!("/api/v1/media/{}", deleted["id"].as_str().unwrap()))
        .await
        .is(StatusCode::NO_CONTENT);
    world.stranger().get(deleted["file_url"].as_str().unwrap()).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn private_files_are_had_by_signed_addresses_for_a_while() {
    let world = world().await;
    let id = upload(&world.as_member(), "boat.png", &files::png(2, 2)).await.id();
    let path = format!("/api/v1/media/{id}");
    let asset = world.as_member().patch(&path, json!({ "is_private": true })).await.is(StatusCode::OK).json();
    let address = asset["file_url"].as_str().unwrap();
    get(&world, address, &[]).await.is(StatusCode::NOT_FOUND);
    get(&world, &format!("{address}&expires=99999999999&signature=x"), &[]).await.is(StatusCode::NOT_FOUND);
    let signed = world.as_viewer().post(&format!("{path}/sign"), json!({ "expires_in": 600 })).await.is(StatusCode::OK);
    let signed = signed.json()["url"].as_str().unwrap().to_owned();
    let answer = get(&world, &signed, &[]).await.is(StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "private, max-age=600");
    world.advance(SignedDuration::from_secs(601));
    get(&world, &signed, &[]).await.is(StatusCode::FORBIDDEN);
    let answer = world.as_viewer().post(&format!("{path}/sign"), json!({ "expires_in": 5 })).await;
    assert_eq!(answer.is(StatusCode::UNPROCESSABLE_ENTITY).errors()[0].0, "expires_in");
}

#[tokio::test]
async fn nginx_is_told_what_to_send_where_it_sends() {
    let mut world = world().await;
    let asset = upload(&world.as_member(), "boat.png", &files::png(2, 2)).await.json();
    let settings = Settings { media_delivery: Delivery::Accelerated("/files/".into()), ..world.app.settings.clone() };
    let (database, clock) = (world.app.database.clone(), world.app.clock.clone());
    world.app = App::new(database, clock, settings, world.app.secret_key.clone());
    world.router = contentpilot::router(world.app.clone());
    let answer = get(&world, asset["file_url"].as_str().unwrap(), &[]).await.is(StatusCode::OK);
    assert_eq!(answer.header("x-accel-redirect"), format!("/files/{}", asset["file_name"].as_str().unwrap()));
    assert!(answer.body.is_empty() && answer.header("content-type") == "image/png");
}
