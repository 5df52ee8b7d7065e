//! Files come into the library: checked, known again, within the plan, and never half.

use axum::body::Body;
use futures_util::{StreamExt, stream};
use http::{Request, StatusCode, header};
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::Value;
use testkit::World;
use testkit::world::{Answer, Client};

use crate::{files, world};

/// The parts of a form that sends one file.
pub fn form(name: &str, kind: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, value) in fields {
        body.extend(
            format!("--frontier\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    let kind = if kind.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
    body.extend(
        format!("--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n{kind}\r\n")
            .bytes(),
    );
    body.extend(bytes);
    body.extend(b"\r\n--frontier--\r\n");
    body
}

pub async fn send(client: &Client<'_>, body: impl Into<Body>) -> Answer {
    let request = Request::post("/api/v1/media").header(header::CONTENT_TYPE, "multipart/form-data; boundary=frontier");
    client.raw(request.body(body.into()).unwrap()).await
}

pub async fn upload(client: &Client<'_>, name: &str, bytes: &[u8]) -> Answer {
    send(client, form(name, "", bytes, &[])).await
}

/// What the store holds, as paths below the organizations' folders, without what is made from pictures.
pub fn stored(world: &World) -> Vec<String> {
    let root = world.data_dir.path().join("media");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                let name = entry.file_name().into_string().unwrap();
                if name.strip_prefix('v').is_none_or(|number| number.parse::<u32>().is_err()) {
                    folders.push(entry.path());
                }
            } else {
                found.push(entry.path().strip_prefix(&root).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

async fn count(world: &World, table: &str) -> i64 {
    let row = world.tenant().await.one(&format!("SELECT count(*) AS count FROM {table}"), &[]).await.unwrap();
    row.get("count")
}

#[tokio::test]
async fn a_picture_becomes_an_asset_under_an_address_that_nobody_can_guess() {
    let world = world().await;
    let body = form("Größe der Boote.PNG", "image/png", &files::png(60, 40), &[("alt", "Three boats")]);
    let answer = send(&world.as_member(), body).await.is(StatusCode::CREATED);
    let asset = answer.json();
    assert_eq!(answer.location(), format!("/api/v1/media/{}", answer.id()));
    assert_eq!((asset["width"].as_i64(), asset["height"].as_i64()), (Some(60), Some(40)));
    assert_eq!((asset["mime_type"].as_str(), asset["alt"].as_str()), (Some("image/png"), Some("Three boats")));
    assert_eq!((asset["name"].as_str(), asset["duplicate_of"].as_str()), (Some("Größe der Boote.PNG"), None));
    let key = asset["file_name"].as_str().unwrap();
    let parts: Vec<&str> = key.split('/').collect();
    assert_eq!((parts[0], parts[1].len(), parts[2]), ("org-harbor", 43, "grosse-der-boote.png"));
    assert_eq!(stored(&world), [key]);
    assert_eq!(count(&world, "app.media_uploads").await, 0);

    world.as_viewer().post("/api/v1/media", ()).await.is(StatusCode::FORBIDDEN);
    upload(&world.stranger(), "x.png", &files::png(1, 1)).await.is(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn fields_count_wherever_they_stand_and_unknown_ones_are_refused() {
    let world = world().await;
    let mut body = form("a.png", "", &files::png(2, 2), &[]);
    body.truncate(body.len() - "--frontier--\r\n".len());
    body.extend(b"--frontier\r\nContent-Disposition: form-data; name=\"alt\"\r\n\r\nLate\r\n--frontier--\r\n");
    let asset = send(&world.as_member(), body).await.is(StatusCode::CREATED).json();
    assert_eq!(asset["alt"], "Late");

    let png = files::png(3, 3);
    for (field, value, code) in
        [("folder_id", "nowhere", "unknown"), ("colour", "red", "unknown_field"), ("alt", "a\0b", "control_characters")]
    {
        let answer = send(&world.as_member(), form("b.png", "", &png, &[(field, value)])).await;
        assert_eq!(answer.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [(field.to_owned(), code.to_owned())]);
    }
    let answer = send(&world.as_member(), form("b.png", "", &png, &[("folder_id", "rival-folder")])).await;
    assert_eq!(answer.is(StatusCode::UNPROCESSABLE_ENTITY).errors()[0].1, "unknown");
    send(&world.as_member(), "--frontier--\r\n").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    send(&world.as_member(), "nothing of the kind").await.is(StatusCode::BAD_REQUEST);
    assert_eq!(stored(&world).len(), 1);
}

#[tokio::test]
async fn what_lies_is_too_large_or_dangerous_is_refused_and_leaves_nothing() {
    let world = world().await;
    let script = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    let cases: [(&str, &str, Vec<u8>, StatusCode, &str); 9] = [
        ("boat.png", "", files::jpeg(4, 4), StatusCode::UNPROCESSABLE_ENTITY, "type_mismatch"),
        ("boat.jpg", "image/png", files::jpeg(4, 4), StatusCode::UNPROCESSABLE_ENTITY, "type_mismatch"),
        ("boat.png", "", files::png_saying(60_000, 60_000), StatusCode::UNPROCESSABLE_ENTITY, "too_many_pixels"),
        ("boat.svg", "", script.to_vec(), StatusCode::UNPROCESSABLE_ENTITY, "script"),
        (
            "boat.jpg",
            "",
            [files::jpeg(4, 4), b"<?php echo 1; ?>".to_vec()].concat(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "polyglot",
        ),
        ("boat.png", "", [files::png(4, 4), vec![0; 11 * 1024 * 1024]].concat(), StatusCode::PAYLOAD_TOO_LARGE, ""),
        ("boat.html", "", b"<!doctype html><p>Hello".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE, ""),
        ("boat.jpg", "", b"MZ\x90\x00\x03\x00\x00\x00".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE, ""),
        ("boat.txt", "", Vec::new(), StatusCode::UNPROCESSABLE_ENTITY, "empty"),
    ];
    for (name, kind, bytes, status, code) in cases {
        let answer = send(&world.as_member(), form(name, kind, &bytes, &[])).await.is(status);
        assert_eq!(answer.errors().first().map_or("", |error| error.1.as_str()), code, "{}", answer.text());
    }
    assert_eq!(stored(&world), [""; 0]);
    assert_eq!((count(&world, "app.media_uploads").await, count(&world, "media_assets").await), (0, 0));
}

#[tokio::test]
async fn what_is_too_long_is_refused_before_it_is_read() {
    let world = world().await;
    let unread = stream::once(async { panic!("the body was read") as Result<Vec<u8>, std::io::Error> });
    let request = Request::post("/api/v1/media")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=frontier")
        .header(header::CONTENT_LENGTH, 60 * 1024 * 1024);
    let answer = world.as_member().raw(request.body(Body::from_stream(unread)).unwrap()).await;
    answer.is(StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_lost_connection_leaves_nothing() {
    let world = world().await;
    let beginning = form("film.mp4", "", &files::mp4(3 * 1024 * 1024), &[]);
    let chunks = beginning[..2_000_000].chunks(50_000).map(|chunk| Ok(chunk.to_vec())).collect::<Vec<_>>();
    let lost = stream::iter(chunks).chain(stream::once(async { Err(std::io::Error::other("the line went dead")) }));
    send(&world.as_member(), Body::from_stream(lost)).await.is(StatusCode::BAD_REQUEST);
    assert_eq!(stored(&world), [""; 0]);
    assert_eq!(count(&world, "app.media_uploads").await, 0);
}

#[tokio::test]
async fn the_same_bytes_are_known_again_in_the_organization_alone() {
    let world = world().await;
    let png = files::png(8, 8);
    let first = upload(&world.as_member(), "one.png", &png).await.is(StatusCode::CREATED).id();
    let again = upload(&world.as_admin(), "two.png", &png).await.is(StatusCode::OK).json();
    assert_eq!((again["id"].as_str(), again["duplicate_of"].as_str()), (Some(&*first), Some(&*first)));
    assert_eq!(stored(&world).len(), 1);
    upload(&world.as_rival_owner(), "one.png", &png).await.is(StatusCode::CREATED);
    assert_eq!(stored(&world).len(), 2);
}

#[tokio::test]
async fn two_who_send_the_same_at_once_make_one_asset() {
    let world = world().await;
    let png = files::png(9, 9);
    let clients: Vec<_> = (0..5).map(|_| world.as_member()).collect();
    let answers = futures_util::future::join_all(clients.iter().map(|client| upload(client, "a.png", &png))).await;
    let created = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    let known = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!((created, known), (1, 4));
    assert_eq!(stored(&world).len(), 1);
}

#[tokio::test]
async fn the_plan_holds_however_many_send_at_once() {
    let world = world().await;
    let tx = world.tenant().await;
    tx.execute("INSERT INTO app.plan_limits (organization_id, media_assets) VALUES ('org-harbor', 3)", &[])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let clients: Vec<_> = (0..8).map(|_| world.as_member()).collect();
    let pictures: Vec<_> = (1..=8).map(|side| files::png(side, side)).collect();
    let sent = clients.iter().zip(&pictures).map(|(client, png)| upload(client, "a.png", png));
    let answers = futures_util::future::join_all(sent).await;
    let created = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    let refused = answers.iter().filter(|answer| answer.status == StatusCode::PAYMENT_REQUIRED).count();
    assert_eq!((created, refused), (3, 5));
    assert_eq!((stored(&world).len(), count(&world, "media_assets").await), (3, 3));

    let tx = world.tenant().await;
    tx.execute("UPDATE app.plan_limits SET media_assets = NULL, media_bytes = 1000", &[]).await.unwrap();
    tx.commit().await.unwrap();
    upload(&world.as_member(), "a.txt", &[b'a'; 2000]).await.is(StatusCode::PAYMENT_REQUIRED);
    upload(&world.as_member(), "a.txt", &[b'a'; 20]).await.is(StatusCode::CREATED);
}

#[tokio::test]
async fn the_plan_holds_bytes_however_many_send_and_replace_at_once() {
    let world = world().await;
    let small = upload(&world.as_member(), "small.txt", b"small").await.is(StatusCode::CREATED).json();
    let tx = world.tenant().await;
    tx.execute("INSERT INTO app.plan_limits (organization_id, media_bytes) VALUES ('org-harbor', 1000)", &[])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let clients: Vec<_> = (0..8).map(|_| world.as_member()).collect();
    let texts: Vec<Vec<u8>> = (b'a'..=b'h').map(|letter| vec![letter; 300]).collect();
    let sent = clients.iter().zip(&texts).map(|(client, text)| upload(client, "a.txt", text));
    let replaced = crate::media_changes::replace(&clients[0], &small, "small.txt", &[b'z'; 300]);
    let (mut answers, replaced) = futures_util::future::join(futures_util::future::join_all(sent), replaced).await;
    answers.push(replaced);
    let taken = answers.iter().filter(|answer| answer.status.is_success()).count();
    let refused = answers.iter().filter(|answer| answer.status == StatusCode::PAYMENT_REQUIRED).count();
    assert_eq!((taken, refused), (3, 6), "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    let usage = world.as_viewer().get("/api/v1/media/usage").await.json();
    assert!(usage["bytes"].as_i64().unwrap() <= 1000, "{usage}");
}

#[tokio::test]
async fn a_file_sent_again_with_its_key_is_answered_again() {
    let world = world().await;
    let member = world.as_member().with("idempotency-key", "once");
    let png = files::png(5, 5);
    let first = upload(&member, "a.png", &png).await.is(StatusCode::CREATED);
    let again = upload(&member, "a.png", &png).await.is(StatusCode::CREATED);
    assert_eq!((first.id(), again.header("idempotency-replayed")), (again.id(), "true"));
}

/// The program may be killed between any two steps: an asset never lacks its bytes, and bytes without one are swept.
#[tokio::test]
async fn whenever_the_program_is_killed_nothing_half_stays() {
    use media::uploads::actions::{self, Announced, SENT_WITHIN};
    let world = world().await;
    let png = files::png(7, 7);
    for killed_after in ["the row", "the bytes", "the asset"] {
        let mut caller = files::caller(&world).await;
        let announced = Announced { name: "a.png".into(), ..Announced::default() };
        let upload = actions::begin(&caller, announced, SENT_WITHIN).await.unwrap();
        caller.commit_and_continue().await.unwrap();
        if killed_after != "the row" {
            let source = stream::iter([Ok(png.clone().into())]);
            let received = actions::receive(&caller, &upload, source).await.unwrap();
            if killed_after == "the asset" {
                actions::finish(&caller, &upload, received).await.unwrap();
                // Dropped without a commit: the asset is as if it had never been.
            }
        }
        drop(caller);
        assert_eq!(count(&world, "media_assets").await, 0, "{killed_after}");
        assert_eq!(stored(&world).len(), usize::from(killed_after != "the row"), "{killed_after}");
        world.run_jobs().await;
        assert_eq!(count(&world, "app.media_uploads").await, 1, "{killed_after}");
        world.advance(SignedDuration::from_hours(4));
        world.run_jobs().await;
        assert_eq!((stored(&world).len(), count(&world, "app.media_uploads").await), (0, 0), "{killed_after}");
    }
}

#[tokio::test]
async fn a_sweep_never_takes_what_became_an_asset_and_an_upload_too_late_becomes_none() {
    use media::uploads::actions::{self, Announced, SENT_WITHIN};
    let world = world().await;
    let caller = files::caller(&world).await;
    let announced = Announced { name: "a.png".into(), ..Announced::default() };
    let upload = actions::begin(&caller, announced, SENT_WITHIN).await.unwrap();
    caller.commit().await.unwrap();
    let caller = files::caller(&world).await;
    let source = || stream::iter([Ok(files::png(7, 7).into())]);
    let received = actions::receive(&caller, &upload, source()).await.unwrap();
    world.advance(SignedDuration::from_hours(4));
    world.run_jobs().await;
    assert!(actions::finish(&caller, &upload, received).await.is_err());
    drop(caller);
    assert_eq!((count(&world, "media_assets").await, stored(&world).len()), (0, 0));
    let asset: Value = super::media_upload::upload(&world.as_member(), "a.png", &files::png(7, 7)).await.json();
    world.advance(SignedDuration::from_hours(24));
    world.run_jobs().await;
    assert_eq!(stored(&world), [asset["file_name"].as_str().unwrap()]);
}

#[tokio::test]
async fn films_tell_how_long_they_are_and_not_where_they_were_made() {
    let world = world().await;
    let boxed = |name: &[u8; 4], content: &[u8]| {
        [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], name, content].concat()
    };
    let mvhd = [&[0; 12][..], &1000_u32.to_be_bytes(), &2500_u32.to_be_bytes(), &[0; 80]].concat();
    let size = [&(640_u32 << 16).to_be_bytes()[..], &(360_u32 << 16).to_be_bytes()].concat();
    let tkhd = [&[0; 40][..], &[0, 1, 0, 0], &[0; 32], &size].concat();
    let place = boxed(b"udta", b"+53.5511+009.9937/");
    let moov = [boxed(b"mvhd", &mvhd), boxed(b"trak", &boxed(b"tkhd", &tkhd)), place].concat();
    let film = [boxed(b"ftyp", b"isom\0\0\0\0isommp42"), boxed(b"mdat", &[7; 5000]), boxed(b"moov", &moov)].concat();
    let asset = upload(&world.as_member(), "trip.mp4", &film).await.is(StatusCode::CREATED).json();
    let told = (asset["duration"].as_i64(), asset["width"].as_i64(), asset["height"].as_i64());
    assert_eq!(told, (Some(3), Some(640), Some(360)));
    let served = world.stranger().get(asset["file_url"].as_str().unwrap()).await.is(StatusCode::OK);
    assert_eq!(served.body.len(), film.len());
    assert!(!String::from_utf8_lossy(&served.body).contains("53.5511"));
}
