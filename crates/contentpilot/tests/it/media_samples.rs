//! Files as cameras, phones and programs make them: made small by ffmpeg, libheif and libvips, and sent here.

use http::StatusCode;
use kernel::App;
use kernel::config::Settings;
use media::pictures::{self, Pixels, WHOLE};
use serde_json::{Value, json};
use testkit::World;
use testkit::world::{Answer, Client};

use crate::media_changes::replace;
use crate::media_upload::{stored, upload};
use crate::{files, world};

const FILM: &[u8] = include_bytes!("samples/film.mp4");
const FILM_IN_PIECES: &[u8] = include_bytes!("samples/pieces.mp4");
const WEBM: &[u8] = include_bytes!("samples/film.webm");
const HEIC: &[u8] = include_bytes!("samples/phone.heic");
const AVIF: &[u8] = include_bytes!("samples/phone.avif");
const CMYK: &[u8] = include_bytes!("samples/cmyk.jpg");
const SIXTEEN_BITS: &[u8] = include_bytes!("samples/deep.png");
const MOVING_WEBP: &[u8] = include_bytes!("samples/moving.webp");
const MOVING_GIF: &[u8] = include_bytes!("samples/moving.gif");

/// A document of so many pages, twice as wide as high; the left half of each is black.
fn pdf(pages: usize) -> Vec<u8> {
    let kids: Vec<String> = (0..pages).map(|page| format!("{} 0 R", page + 4)).collect();
    let drawn = "0 0 0 rg 0 0 100 100 re f";
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{}] /Count {pages} >>", kids.join(" ")),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
    ];
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 3 0 R >>";
    objects.extend((0..pages).map(|_| page.to_owned()));
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    places.iter().for_each(|place| file.extend(format!("{place:010} 00000 n \n").bytes()));
    let end = format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1);
    file.extend(end.bytes());
    file
}

/// Sends a file, runs what follows from it, and gives the asset as it is then.
async fn settled(world: &World, client: &Client<'_>, name: &str, bytes: &[u8]) -> Value {
    let id = upload(client, name, bytes).await.is(StatusCode::CREATED).id();
    world.run_jobs().await;
    client.get(&format!("/api/v1/media/{id}")).await.is(StatusCode::OK).json()
}

async fn picture(world: &World, address: &str) -> Pixels {
    let answer = world.stranger().get(address).await.is(StatusCode::OK);
    pictures::decode(answer.header("content-type"), &answer.body, WHOLE).unwrap()
}

fn colour(pixels: &Pixels, (x, y): (f64, f64)) -> [u8; 3] {
    let place = |share: f64, side: usize| (share * side as f64) as usize;
    let start = (place(y, pixels.height) * pixels.width + place(x, pixels.width)) * pixels.channels;
    [pixels.data[start], pixels.data[start + 1], pixels.data[start + 2]]
}

fn variant(asset: &Value, name: &str) -> String {
    let (path, query) = asset["file_url"].as_str().unwrap().split_once('?').unwrap();
    format!("{}/{name}?{query}", path.rsplit_once('/').unwrap().0)
}

#[tokio::test]
async fn films_show_a_still_in_the_library_on_pages_and_wherever_they_play() {
    let world = world().await;
    let member = world.as_member();
    for (name, bytes) in [("trip.mp4", FILM), ("trip.webm", WEBM), ("live.mp4", FILM_IN_PIECES)] {
        let asset = settled(&world, &member, name, bytes).await;
        let size = (asset["width"].as_i64(), asset["height"].as_i64(), asset["duration"].as_i64());
        assert_eq!(size, (Some(160), Some(90), Some(2)), "{name}");
        let poster = asset["poster_url"].as_str().unwrap();
        let pixels = picture(&world, poster).await;
        assert_eq!((pixels.width, pixels.height), (160, 90), "{name}");
        assert!(asset["version"] == 1 && asset["updated_at"] == asset["uploaded_at"], "that is nobody's edit");
    }
    let page = world.as_member().in_browser().get("/admin/harbor/media").await.is(StatusCode::OK).text();
    assert_eq!(page.matches("/poster.jpg?v=1").count(), 3, "{page}");

    let films = member.get("/api/v1/media?type=video&q=trip.mp4").await.json();
    let (film, poster) = (&films["data"][0]["file_url"], films["data"][0]["poster_url"].as_str().unwrap());
    let body = format!("<figure><video src=\"{}\" controls></video></figure>", film.as_str().unwrap());
    let item = world.as_admin().post("/api/v1/content", json!({ "title": "A trip", "content": body })).await.id();
    world.as_admin().post(&format!("/api/v1/content/{item}/publish"), ()).await.is(StatusCode::OK);
    let page = world.stranger().get("/s/harbor/a-trip").await.is(StatusCode::OK).text();
    assert!(page.contains(&format!("poster=\"{poster}\" width=\"160\" height=\"90\"")), "{page}");
}

#[tokio::test]
async fn documents_show_their_first_page_and_tell_how_many_there_are() {
    let world = world().await;
    let member = world.as_member();
    let asset = settled(&world, &member, "plan.pdf", &pdf(3)).await;
    assert_eq!(asset["pages"], 3);
    let poster = asset["poster_url"].as_str().unwrap().to_owned();
    let pixels = picture(&world, &poster).await;
    assert_eq!((pixels.width, pixels.height), (960, 480));
    assert!(colour(&pixels, (0.2, 0.5))[0] < 20 && colour(&pixels, (0.8, 0.5))[0] > 235);
    let id = asset["id"].as_str().unwrap();
    let page = world.as_member().in_browser().get(&format!("/admin/harbor/media/{id}")).await.is(StatusCode::OK).text();
    assert!(page.contains("First page of plan.pdf") && page.contains("<dt>Pages</dt><dd>3</dd>"), "{page}");

    let changed = replace(&member, &asset, "plan.pdf", &pdf(1)).await.is(StatusCode::OK).json();
    assert_eq!((&changed["pages"], &changed["poster_url"]), (&Value::Null, &Value::Null), "it is of the old file");
    world.run_jobs().await;
    let changed = member.get(&format!("/api/v1/media/{id}")).await.json();
    assert_eq!((&changed["pages"], changed["poster_url"] != poster.as_str()), (&json!(1), true));

    member.patch(&format!("/api/v1/media/{id}"), json!({ "is_private": true })).await.is(StatusCode::OK);
    let poster = changed["poster_url"].as_str().unwrap();
    world.stranger().get(poster).await.is(StatusCode::NOT_FOUND);
    let signed = member.post(&format!("/api/v1/media/{id}/sign"), json!({})).await.is(StatusCode::OK).json();
    let (_, query) = signed["url"].as_str().unwrap().split_once('?').unwrap();
    world.stranger().get(&format!("{}?{query}", poster.split('?').next().unwrap())).await.is(StatusCode::OK);
}

#[tokio::test]
async fn what_no_program_can_draw_keeps_its_icon() {
    let world = world().await;
    let member = world.as_member();
    for (name, bytes) in [("film.mp4", files::mp4(60_000)), ("plan.pdf", b"%PDF-1.4\nnothing more".to_vec())] {
        let asset = settled(&world, &member, name, &bytes).await;
        assert_eq!((&asset["poster_url"], &asset["pages"]), (&Value::Null, &Value::Null), "{name}");
        world.stranger().get(&variant(&asset, "poster.jpg")).await.is(StatusCode::NOT_FOUND);
    }
    assert_eq!((stored(&world).len(), world.queued("media.make_poster").await), (2, 0));
}

#[tokio::test]
async fn pictures_of_phones_and_printers_go_through_and_heic_is_told_what_to_become() {
    let world = world().await;
    let member = world.as_member();
    for name in ["IMG_0042.HEIC", "IMG_0042.jpg"] {
        let refused = upload(&member, name, HEIC).await.is(StatusCode::UNSUPPORTED_MEDIA_TYPE).text();
        assert!(refused.contains("HEIC image") && refused.contains("Export it as JPEG"), "{refused}");
    }
    assert_eq!(stored(&world), [""; 0]);

    let print = settled(&world, &member, "print.jpg", CMYK).await;
    let small = picture(&world, &variant(&print, "w160.webp")).await;
    let ([red, green, _], paper) = (colour(&small, (0.2, 0.5)), colour(&small, (0.8, 0.5)));
    assert_eq!((small.width, small.channels), (120, 3));
    assert!(red > 200 && green < 80 && paper.iter().all(|light| *light > 240), "{red} {green}, {paper:?}");
    let deep = settled(&world, &member, "deep.png", SIXTEEN_BITS).await;
    let small = picture(&world, &variant(&deep, "w160.png")).await;
    assert_eq!((deep["width"].as_i64(), small.width, small.height), (Some(48), 48, 32));
    let card = pictures::decode("image/png", SIXTEEN_BITS, WHOLE).unwrap();
    assert_eq!(colour(&small, (0.5, 0.5)), colour(&card, (0.5, 0.5)));
    assert!(print["placeholder"].is_string() && deep["placeholder"].is_string());

    let still = settled(&world, &member, "phone.avif", AVIF).await;
    assert_eq!((still["width"].as_i64(), still["height"].as_i64()), (Some(120), Some(80)));
    for (name, bytes) in [("wave.webp", MOVING_WEBP), ("wave.gif", MOVING_GIF)] {
        let moving = settled(&world, &member, name, bytes).await;
        assert_eq!((&moving["is_animated"], moving["width"].as_i64()), (&json!(true), Some(64)), "{name}");
        let served = world.stranger().get(&variant(&moving, "w160.webp")).await.is(StatusCode::OK);
        assert_eq!(served.header("content-type"), moving["mime_type"].as_str().unwrap(), "{name} keeps moving");
    }
}

/// The world's program, with AVIF switched on.
async fn with_avif() -> World {
    let mut world = world().await;
    let settings = Settings { media_avif: true, ..world.app.settings.clone() };
    let (database, clock) = (world.app.database.clone(), world.app.clock.clone());
    world.app = App::new(database, clock, settings, world.app.secret_key.clone());
    world.router = contentpilot::router(world.app.clone());
    world
}

async fn asked_for(world: &World, address: &str, accept: &str) -> Answer {
    world.stranger().with("accept", accept).get(address).await.is(StatusCode::OK)
}

#[tokio::test]
async fn browsers_that_know_avif_get_it_where_the_operator_wants_it() {
    const KNOWS: &str = "image/avif,image/webp,*/*;q=0.8";
    let world = with_avif().await;
    let member = world.as_member();
    let asset = settled(&world, &member, "boat.jpg", &files::photo_jpeg(300, 200)).await;
    for (name, width) in [("w160.webp", 160), ("whole.webp", 300)] {
        let address = variant(&asset, name);
        let better = asked_for(&world, &address, KNOWS).await;
        assert_eq!((better.header("content-type"), better.header("vary")), ("image/avif", "Accept"));
        let size = imagesize::blob_size(&better.body).unwrap();
        assert_eq!(size.width, width);
        let plain = asked_for(&world, &address, "image/webp,*/*").await;
        assert_eq!((plain.header("content-type"), plain.header("vary")), ("image/webp", "Accept"));
        assert_ne!(better.header("etag"), plain.header("etag"));
    }
    let fallback = asked_for(&world, &variant(&asset, "w160.jpg"), KNOWS).await;
    assert_eq!(fallback.header("content-type"), "image/jpeg", "whoever is given this knows nothing else");
    let square = asked_for(&world, &variant(&asset, "square.webp"), KNOWS).await;
    assert_eq!(square.header("content-type"), "image/webp");

    // One that came before the switch is given as it was, until the operator has it made.
    let world = crate::world().await;
    let member = world.as_member();
    let asset = settled(&world, &member, "boat.jpg", &files::photo_jpeg(300, 200)).await;
    let answer = asked_for(&world, &variant(&asset, "w160.webp"), KNOWS).await;
    assert_eq!((answer.header("content-type"), answer.headers.contains_key("vary")), ("image/webp", false));
    assert_eq!(media::remake::remake(&world.app, world.now()).await.unwrap(), 1);
    assert_eq!(world.queued("media.make_variants").await, 1);
}
