//! Resumable uploads (tus 1.0.0) survive lost connections and the end of the program.

use axum::body::Body;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::{StreamExt, stream};
use http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use kernel::db::Statements;
use sha2::{Digest, Sha256};
use testkit::World;
use testkit::world::{Answer, Client};

use crate::media_upload::stored;
use crate::{files, world};

const UPLOADS: &str = "/api/v1/media/uploads";

fn tus(client: Client<'_>) -> Client<'_> {
    client.with("tus-resumable", "1.0.0")
}

async fn ask(
    client: &Client<'_>,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let request = headers
        .iter()
        .fold(Request::builder().method(method).uri(path), |request, (name, value)| request.header(*name, *value));
    client.raw(request.body(body.into()).unwrap()).await
}

async fn create(client: &Client<'_>, name: &str, length: usize) -> String {
    let metadata = format!("filename {},alt {}", BASE64_STANDARD.encode(name), BASE64_STANDARD.encode("At sea"));
    let headers = [("upload-length", &*length.to_string()), ("upload-metadata", &metadata)];
    let answer = ask(client, Method::POST, UPLOADS, &headers, Body::empty()).await.is(StatusCode::CREATED);
    assert!(!answer.header("upload-expires").is_empty() && answer.header("tus-resumable") == "1.0.0");
    answer.location().to_owned()
}

async fn append(client: &Client<'_>, path: &str, offset: usize, body: impl Into<Body>) -> Answer {
    let headers = [("upload-offset", &*offset.to_string()), ("content-type", "application/offset+octet-stream")];
    ask(client, Method::PATCH, path, &headers, body).await
}

async fn offset(client: &Client<'_>, path: &str) -> usize {
    let answer = ask(client, Method::HEAD, path, &[], Body::empty()).await.is(StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.header("upload-offset").parse().unwrap()
}

async fn served(world: &World, id: &str) -> Vec<u8> {
    let asset = world.as_viewer().get(&format!("/api/v1/media/{id}")).await.is(StatusCode::OK).json();
    assert_eq!((asset["name"].as_str(), asset["alt"].as_str()), (Some("film.mp4"), Some("At sea")));
    world.stranger().get(asset["file_url"].as_str().unwrap()).await.is(StatusCode::OK).body
}

#[tokio::test]
async fn a_film_comes_in_pieces_and_is_whole_at_the_end() {
    let world = world().await;
    let member = tus(world.as_member());
    let film = files::mp4(11_000_000);
    let path = create(&member, "film.mp4", film.len()).await;
    assert_eq!(offset(&member, &path).await, 0);
    append(&member, &path, 0, film[..9_000_000].to_vec()).await.is(StatusCode::NO_CONTENT);
    assert_eq!(offset(&member, &path).await, 9_000_000);
    let answer = ask(&member, Method::HEAD, &path, &[], Body::empty()).await;
    assert_eq!(answer.header("upload-metadata"), "filename ZmlsbS5tcDQ=,alt QXQgc2Vh");
    append(&member, &path, 8_000_000, film[8_000_000..].to_vec()).await.is(StatusCode::CONFLICT);
    let end = append(&member, &path, 9_000_000, film[9_000_000..].to_vec()).await.is(StatusCode::NO_CONTENT);
    assert_eq!(served(&world, end.header("media-asset")).await, film);
    assert_eq!(stored(&world).len(), 1);
    assert_eq!(offset(&member, &path).await, film.len());
    let state = member.get(&path).await.is(StatusCode::OK).json();
    assert_eq!(state["asset_id"], end.header("media-asset"));
    world.advance(SignedDuration::from_hours(26));
    world.run_jobs().await;
    assert_eq!(stored(&world).len(), 1);
    ask(&member, Method::HEAD, &path, &[], Body::empty()).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_arrived_before_the_line_went_dead_is_kept() {
    let world = world().await;
    let member = tus(world.as_member());
    let film = files::mp4(6_000_000);
    let path = create(&member, "film.mp4", film.len()).await;
    let chunks: Vec<_> = film[..5_000_000].chunks(100_000).map(|chunk| Ok(chunk.to_vec())).collect();
    let lost = stream::iter(chunks).chain(stream::once(async { Err(std::io::Error::other("the line went dead")) }));
    append(&member, &path, 0, Body::from_stream(lost)).await.is(StatusCode::BAD_REQUEST);
    assert_eq!(offset(&member, &path).await, 5_000_000);
    let end = append(&member, &path, 5_000_000, film[5_000_000..].to_vec()).await.is(StatusCode::NO_CONTENT);
    assert_eq!(served(&world, end.header("media-asset")).await, film);
}

#[tokio::test]
async fn a_whole_upload_that_a_killed_program_left_is_finished_by_a_job() {
    let world = world().await;
    let member = tus(world.as_member());
    let film = files::mp4(300_000);
    let path = create(&member, "film.mp4", film.len()).await;
    append(&member, &path, 0, film.clone()).await.is(StatusCode::NO_CONTENT);
    // As if the program had been killed after the last part was noted: the parts are there, the asset is not.
    let id = path.rsplit('/').next().unwrap();
    let superuser = world.superuser().await;
    let row = superuser.query_one("SELECT token, asset_id FROM app.media_uploads WHERE id = $1", &[&id]).await.unwrap();
    let (token, asset): (String, String) = (row.get(0), row.get(1));
    superuser.execute("DELETE FROM media_assets WHERE id = $1", &[&asset]).await.unwrap();
    superuser
        .execute("UPDATE app.media_uploads SET asset_id = NULL, parts = '{a}' WHERE id = $1", &[&id])
        .await
        .unwrap();
    world.app.files.put(&format!("org-harbor/{token}/parts/a"), "video/mp4", film.clone().into()).await.unwrap();
    world.run_jobs().await;
    assert!(member.get(&path).await.json()["asset_id"].is_null());
    world.advance(SignedDuration::from_mins(3));
    world.run_jobs().await;
    let state = member.get(&path).await.is(StatusCode::OK).json();
    assert_eq!(served(&world, state["asset_id"].as_str().unwrap()).await, film);
    assert_eq!(stored(&world).len(), 1);
}

#[tokio::test]
async fn a_checksum_that_does_not_agree_costs_nothing_but_the_request() {
    let world = world().await;
    let member = tus(world.as_member());
    let film = files::mp4(100_000);
    let path = create(&member, "film.mp4", film.len()).await;
    let send = async |digest: &[u8]| {
        let checksum = format!("sha256 {}", BASE64_STANDARD.encode(digest));
        let headers = [
            ("upload-offset", "0"),
            ("content-type", "application/offset+octet-stream"),
            ("upload-checksum", &checksum),
        ];
        ask(&member, Method::PATCH, &path, &headers, film.clone()).await
    };
    assert_eq!(send(&[0; 32]).await.status.as_u16(), 460);
    assert_eq!(stored(&world), [""; 0], "what does not count is not kept");
    let checksum = format!("sha256 {}", BASE64_STANDARD.encode([0; 32]));
    let headers =
        [("upload-offset", "0"), ("content-type", "application/offset+octet-stream"), ("upload-checksum", &*checksum)];
    let more = [film.clone(), vec![7; 5_000_000]].concat();
    ask(&member, Method::PATCH, &path, &headers, more).await.is(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(stored(&world), [""; 0], "nor what came before one byte too many");
    assert_eq!(offset(&member, &path).await, 0);
    let end = send(&Sha256::digest(&film)).await.is(StatusCode::NO_CONTENT);
    assert_eq!(served(&world, end.header("media-asset")).await, film);
    assert_eq!(stored(&world).len(), 1);
}

#[tokio::test]
async fn what_is_refused_says_why_and_leaves_nothing() {
    let world = world().await;
    let member = tus(world.as_member());
    let png = files::png(5, 5);
    let path = create(&member, "film.mp4", png.len()).await;
    let refusal = append(&member, &path, 0, png.clone()).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refusal.errors()[0].1, "type_mismatch");
    assert_eq!(stored(&world), [""; 0]);
    assert_eq!(member.get(&path).await.json()["refusal"]["status"], 422);
    append(&member, &path, png.len(), Body::empty()).await.is(StatusCode::CONFLICT);

    let path = create(&member, "film.mp4", 1000).await;
    append(&member, &path, 0, vec![7; 1001]).await.is(StatusCode::PAYLOAD_TOO_LARGE);
    let too_long = [("upload-length", "60000000")];
    ask(&member, Method::POST, UPLOADS, &too_long, Body::empty()).await.is(StatusCode::PAYLOAD_TOO_LARGE);
    let large_png = [("upload-length", "20000000"), ("upload-metadata", "filename Ym9hdC5wbmc=")];
    ask(&member, Method::POST, UPLOADS, &large_png, Body::empty()).await.is(StatusCode::PAYLOAD_TOO_LARGE);
    ask(&member, Method::POST, UPLOADS, &[], Body::empty()).await.is(StatusCode::BAD_REQUEST);
    let nothing = ask(&member, Method::POST, UPLOADS, &[("upload-length", "0")], Body::empty()).await;
    assert_eq!(nothing.is(StatusCode::UNPROCESSABLE_ENTITY).errors()[0].1, "empty");
}

/// Waits until somebody waits for a row that somebody else holds.
pub(crate) async fn somebody_waits(world: &World) {
    let database = world.app.database.global().await.unwrap();
    let sql = "SELECT count(*) AS waiting FROM pg_locks WHERE NOT granted AND pid IN (
                 SELECT pid FROM pg_stat_activity WHERE datname = current_database())";
    while database.one(sql, &[]).await.unwrap().get::<_, i64>("waiting") == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_ends_an_upload_that_just_became_an_asset_takes_nothing_of_it_away() {
    let world = world().await;
    let member = tus(world.as_member());
    let film = files::mp4(1000);
    let path = create(&member, "film.mp4", film.len()).await;
    let id = path.rsplit('/').next().unwrap();
    // Somebody is about to make an asset of it, and holds it.
    let finishing = world.tenant().await;
    let row = finishing.one("SELECT token FROM app.media_uploads WHERE id = $1 FOR UPDATE", &[&id]).await.unwrap();
    let token: String = row.get("token");
    let key = format!("org-harbor/{token}/film.mp4");
    world.app.files.put(&key, "video/mp4", film.clone().into()).await.unwrap();
    let ending = ask(&member, Method::DELETE, &path, &[], Body::empty());
    let finish = async {
        somebody_waits(&world).await;
        let sql = "INSERT INTO media_assets (organization_id, id, name, original_name, token, file_name, file_url, mime_type, file_size, uploaded_by)
                   VALUES ('org-harbor', 'film', 'film.mp4', 'film.mp4', $1, $2, '/media/' || $2, 'video/mp4', 9, 'user-harbor-member')";
        finishing.execute(sql, &[&token, &key]).await.unwrap();
        finishing.execute("UPDATE app.media_uploads SET asset_id = 'film' WHERE id = $1", &[&id]).await.unwrap();
        finishing.commit().await.unwrap();
    };
    let (ended, ()) = futures_util::future::join(ending, finish).await;
    ended.is(StatusCode::NO_CONTENT);
    assert_eq!(stored(&world), [key]);
}

#[tokio::test]
async fn what_is_on_its_way_counts_to_the_plan() {
    let world = world().await;
    let tx = world.tenant().await;
    let sql = "INSERT INTO app.plan_limits (organization_id, media_bytes) VALUES ('org-harbor', 10000)";
    tx.execute(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let member = tus(world.as_member());
    let first = create(&member, "film.mp4", 8_000).await;
    let headers = [("upload-length", "4000"), ("upload-metadata", "filename ZmlsbS5tcDQ=")];
    let refused = ask(&member, Method::POST, UPLOADS, &headers, Body::empty()).await;
    let words = refused.is(StatusCode::PAYMENT_REQUIRED).text();
    assert!(words.contains("1 on their way"), "{words}");
    ask(&member, Method::DELETE, &first, &[], Body::empty()).await.is(StatusCode::NO_CONTENT);
    ask(&member, Method::POST, UPLOADS, &headers, Body::empty()).await.is(StatusCode::CREATED);
}

#[tokio::test]
async fn an_upload_is_ended_by_its_sender_or_by_time_and_is_nobody_elses() {
    let world = world().await;
    let member = tus(world.as_member());
    let ended = create(&member, "film.mp4", 5_000_000).await;
    append(&member, &ended, 0, vec![7; 4_500_000]).await.is(StatusCode::NO_CONTENT);
    ask(&tus(world.as_rival_owner()), Method::HEAD, &ended, &[], Body::empty()).await.is(StatusCode::NOT_FOUND);
    ask(&tus(world.as_viewer()), Method::DELETE, &ended, &[], Body::empty()).await.is(StatusCode::FORBIDDEN);
    ask(&member, Method::DELETE, &ended, &[], Body::empty()).await.is(StatusCode::NO_CONTENT);
    append(&member, &ended, 4_500_000, vec![7; 10]).await.is(StatusCode::NOT_FOUND);
    assert_eq!(stored(&world), [""; 0]);

    let forgotten = create(&member, "film.mp4", 5_000_000).await;
    append(&member, &forgotten, 0, vec![7; 1000]).await.is(StatusCode::NO_CONTENT);
    world.advance(SignedDuration::from_hours(26));
    append(&member, &forgotten, 1000, vec![7; 1000]).await.is(StatusCode::NOT_FOUND);
    world.run_jobs().await;
    assert_eq!(stored(&world), [""; 0]);
}

#[tokio::test]
async fn the_protocol_is_described_and_no_other_version_spoken() {
    let world = world().await;
    let answer = ask(&world.stranger(), Method::OPTIONS, UPLOADS, &[], Body::empty()).await.is(StatusCode::NO_CONTENT);
    assert_eq!(answer.header("tus-version"), "1.0.0");
    assert_eq!(answer.header("tus-extension"), "creation,expiration,termination,checksum");
    assert_eq!(answer.header("tus-max-size"), "52428800");
    let other = world.as_member().with("tus-resumable", "0.2.2");
    let answer = ask(&other, Method::POST, UPLOADS, &[("upload-length", "1")], Body::empty()).await;
    assert_eq!(answer.is(StatusCode::PRECONDITION_FAILED).header("tus-version"), "1.0.0");
    world.as_member().post(UPLOADS, ()).await.is(StatusCode::BAD_REQUEST);
}
