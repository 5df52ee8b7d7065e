//! Pictures: cleaned and upright when they come, smaller when they go, and at their right size on every page.

use futures_util::future::join_all;
use http::StatusCode;
use kernel::db::Statements;
use media::pictures::{self, Pixels, WHOLE};
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Answer;

use crate::media_upload::{stored, upload};
use crate::{files, world};

const MEDIA: &str = "/api/v1/media";

/// The address of a variant: beside the asset's own.
fn variant(asset: &Value, name: &str) -> String {
    let (path, query) = asset["file_url"].as_str().unwrap().split_once('?').unwrap();
    format!("{}/{name}?{query}", path.rsplit_once('/').unwrap().0)
}

async fn get(world: &World, address: &str) -> Answer {
    world.stranger().get(address).await
}

fn unpacked(answer: &Answer) -> Pixels {
    pictures::decode(answer.header("content-type"), &answer.body, WHOLE).unwrap()
}

fn is_black(pixels: &Pixels, (x, y): (usize, usize)) -> bool {
    let start = (y * pixels.width + x) * pixels.channels;
    pixels.data[start..start + 3].iter().all(|value| *value < 40)
}

#[tokio::test]
async fn a_photograph_says_nothing_of_people_and_stands_upright() {
    let world = world().await;
    let member = world.as_member();
    let phone = files::told(&files::photo_jpeg(300, 200), 6);
    let asset = upload(&member, "boat.jpg", &phone).await.is(StatusCode::CREATED).json();
    assert_eq!((asset["width"].as_i64(), asset["height"].as_i64()), (Some(200), Some(300)));
    let original = get(&world, asset["file_url"].as_str().unwrap()).await.is(StatusCode::OK);
    for word in ["GPSLatitude", "Ada", "Exif"] {
        assert!(memchr_in(&original.body, word.as_bytes()).is_none(), "{word} is still there");
    }
    let pixels = unpacked(&original);
    assert_eq!((pixels.width, pixels.height), (200, 300));
    assert!(is_black(&pixels, (190, 10)) && !is_black(&pixels, (10, 10)), "the dark corner went to the right");
    assert_eq!(asset["file_size"].as_u64().unwrap(), original.body.len() as u64);

    // The same file is known again, though it was changed on its way in.
    upload(&member, "again.jpg", &phone).await.is(StatusCode::OK);
    let plain = upload(&member, "plain.jpg", &files::told(&files::photo_jpeg(40, 20), 1)).await.json();
    let kept = get(&world, plain["file_url"].as_str().unwrap()).await.is(StatusCode::OK);
    assert_eq!(kept.body, files::photo_jpeg(40, 20), "nothing is packed anew without need");
}

fn memchr_in(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[tokio::test]
async fn smaller_pictures_are_made_by_a_job_and_by_whoever_comes_before_it() {
    let world = world().await;
    let member = world.as_member();
    let asset = upload(&member, "boat.jpg", &files::photo_jpeg(1300, 800)).await.is(StatusCode::CREATED).json();
    assert_eq!(world.queued("media.make_variants").await, 1);
    let early = variant(&asset, "w480.webp");
    let answers = join_all((0..4).map(|_| get(&world, &early))).await;
    for answer in &answers {
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), "image/webp");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.body, answers[0].body);
    }
    let pixels = unpacked(&answers[0]);
    assert_eq!((pixels.width, pixels.height), (480, 295));
    assert!(is_black(&pixels, (20, 20)) && !is_black(&pixels, (200, 200)));

    world.run_jobs().await;
    for (name, size) in [
        ("w160.webp", (160, 98)),
        ("w160.jpg", (160, 98)),
        ("w960.webp", (960, 591)),
        ("w960.jpg", (960, 591)),
        ("whole.webp", (1300, 800)),
        ("social.jpg", (1200, 630)),
        ("square.webp", (480, 480)),
    ] {
        let answer = get(&world, &variant(&asset, name)).await.is(StatusCode::OK);
        let pixels = unpacked(&answer);
        assert_eq!((pixels.width, pixels.height), size, "{name}");
        assert!(answer.body.len() < asset["file_size"].as_u64().unwrap() as usize, "{name}");
    }
    let told = member.get(&format!("{MEDIA}/{}", asset["id"].as_str().unwrap())).await.json();
    assert!(told["placeholder"].as_str().unwrap().starts_with("data:image/webp;base64,"));
    assert_eq!((told["version"].as_i64(), told["updated_at"].clone()), (Some(1), asset["updated_at"].clone()));
    for name in ["w481.webp", "w480.png", "w480.avif", "social.webp", "../w480.webp", "v1"] {
        let status = get(&world, &variant(&asset, name)).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{name}");
    }
    let etag = answers[0].header("etag").to_owned();
    world.stranger().with("if-none-match", &etag).get(&early).await.is(StatusCode::NOT_MODIFIED);
    assert_ne!(etag, get(&world, &variant(&asset, "w160.webp")).await.header("etag"));
}

#[tokio::test]
async fn what_cannot_be_made_smaller_is_given_as_it_is() {
    let world = world().await;
    let member = world.as_member();
    let moving = upload(&member, "wave.gif", &files::moving_gif()).await.is(StatusCode::CREATED).json();
    assert_eq!(moving["is_animated"], true);
    assert_eq!(world.queued("media.make_variants").await, 0);
    let original = get(&world, moving["file_url"].as_str().unwrap()).await.is(StatusCode::OK);
    assert!(memchr_in(&original.body, b"NETSCAPE2.0").is_some() && memchr_in(&original.body, b"Ada").is_none());
    let small = get(&world, &variant(&moving, "w160.webp")).await.is(StatusCode::OK);
    assert_eq!((small.header("content-type"), &small.body), ("image/gif", &original.body));
    assert_eq!(small.header("cache-control"), "public, max-age=0, must-revalidate", "it may be made one day");

    // Its beginning and its end are fine, and nothing between them can be unpacked.
    let mut broken = files::photo_jpeg(200, 200);
    let tables = memchr_in(&broken, b"\xff\xc4").unwrap();
    broken[tables + 5..tables + 21].fill(0xff);
    let broken = upload(&member, "broken.jpg", &broken).await.is(StatusCode::CREATED).json();
    world.run_jobs().await;
    let small = get(&world, &variant(&broken, "w160.webp")).await.is(StatusCode::OK);
    assert_eq!(small.header("content-type"), "image/jpeg");

    let whole = files::photo_jpeg(200, 200);
    let cut = upload(&member, "cut.jpg", &whole[..whole.len() / 2]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(cut.errors()[0].1, "damaged");
    assert_eq!(stored(&world).len(), 2);
}

#[tokio::test]
async fn variants_of_a_private_picture_need_its_signature() {
    let world = world().await;
    let member = world.as_member();
    let asset = upload(&member, "boat.jpg", &files::photo_jpeg(600, 400)).await.json();
    let path = format!("{MEDIA}/{}", asset["id"].as_str().unwrap());
    member.patch(&path, json!({ "is_private": true })).await.is(StatusCode::OK);
    let address = variant(&asset, "w160.webp");
    get(&world, &address).await.is(StatusCode::NOT_FOUND);
    let signed = member.post(&format!("{path}/sign"), json!({})).await.is(StatusCode::OK).json();
    let (_, query) = signed["url"].as_str().unwrap().split_once('?').unwrap();
    let (bare, _) = address.split_once('?').unwrap();
    get(&world, &format!("{bare}?{query}")).await.is(StatusCode::OK);
}

async fn published(world: &World, fields: Value) -> String {
    let item = world.as_admin().post("/api/v1/content", fields).await.is(StatusCode::CREATED);
    world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
    item.id()
}

#[tokio::test]
async fn pages_and_feeds_show_pictures_at_every_width() {
    let world = world().await;
    let member = world.as_member();
    let asset = upload(&member, "boat.jpg", &files::photo_jpeg(1300, 800)).await.json();
    let url = asset["file_url"].as_str().unwrap();
    let path = format!("{MEDIA}/{}", asset["id"].as_str().unwrap());
    let body = format!("<p>A boat.</p><img src=\"{url}\" alt=\"A dinghy\">");
    published(&world, json!({ "title": "Tides", "content": body, "featured_image": url })).await;
    published(&world, json!({ "title": "Harbour", "type": "PAGE", "content": body })).await;

    let article = get(&world, "/s/harbor/tides").await.is(StatusCode::OK).text();
    let social = format!("http://localhost{}", variant(&asset, "social.jpg"));
    for part in [
        format!("<source type=\"image/webp\" srcset=\"{} 160w, ", variant(&asset, "w160.webp")),
        format!("{} 1300w\"", variant(&asset, "whole.webp")),
        format!("{} 960w", variant(&asset, "w960.jpg")),
        "alt=\"A dinghy\" width=\"1300\" height=\"800\" srcset=".to_owned(),
        "fetchpriority=\"high\"".to_owned(),
        variant(&asset, "social.jpg"),
        "\"og:image:width\" content=\"1200\"".to_owned(),
        "\"og:image:height\" content=\"630\"".to_owned(),
    ] {
        assert!(article.contains(&part), "{part} is missing in {article}");
    }
    assert!(!article.contains("content=\"/media"), "networks need whole addresses, as {social}");
    for page in ["/s/harbor/", "/s/harbor/harbour"] {
        let page_text = get(&world, page).await.is(StatusCode::OK).text();
        assert!(page_text.contains(&variant(&asset, "w480.webp")), "{page}: {page_text}");
    }
    let feed = get(&world, "/s/harbor/feed.json").await.is(StatusCode::OK).json();
    let html = feed["items"][0]["content_html"].as_str().unwrap();
    assert!(html.contains("w480.jpg?v=1 480w") && html.contains("width=\"1300\""), "{html}");
    assert!(!html.contains("src=\"/media"), "{html}");

    // Another focal point makes other crops, under addresses that no cache knows.
    let moved =
        world.as_admin().patch(&path, json!({ "focal_x": 0.0, "focal_y": 0.0 })).await.is(StatusCode::OK).json();
    assert_eq!((moved["revision"].as_i64(), moved["file_url"].as_str().unwrap().ends_with("?v=2")), (Some(2), true));
    let before = unpacked(&get(&world, &variant(&asset, "square.webp")).await);
    let crop = unpacked(&get(&world, &variant(&moved, "square.webp")).await);
    assert!(is_black(&crop, (20, 20)), "the corner is in the crop now");
    assert_eq!(before.width, crop.width);
    let article = get(&world, "/s/harbor/tides").await.is(StatusCode::OK).text();
    assert!(article.contains(&variant(&moved, "w480.webp")) && !article.contains("?v=1"), "{article}");
    let count = "SELECT count(*) AS count FROM app.media_uses";
    assert_eq!(world.tenant().await.one(count, &[]).await.unwrap().get::<_, i64>("count"), 2);
}

#[tokio::test]
async fn pictures_that_look_the_same_are_found() {
    let world = world().await;
    let member = world.as_member();
    let large = files::photo(900, 600);
    let boat = upload(&member, "boat.jpg", &pictures::encode(&large, pictures::Format::Jpeg).unwrap()).await.json();
    let small = large.resized(None, (450, 300)).unwrap();
    upload(&member, "small boat.png", &pictures::encode(&small, pictures::Format::Png).unwrap()).await;
    let other = large.oriented(pictures::Orientation::MIRRORED);
    upload(&member, "other.jpg", &pictures::encode(&other, pictures::Format::Jpeg).unwrap()).await;
    world.run_jobs().await;
    let id = boat["id"].as_str().unwrap();
    let alike = member.get(&format!("{MEDIA}?similar_to={id}")).await.is(StatusCode::OK).json();
    assert_eq!((alike["page"]["total"].as_i64(), alike["data"][0]["name"].as_str()), (Some(1), Some("small boat.png")));
    let page = world.as_member().in_browser().get(&format!("/admin/harbor/media/{id}")).await.is(StatusCode::OK).text();
    assert!(page.contains("Looks the same") && page.contains("small boat.png"), "{page}");
    let rival = world.as_rival_owner().get(&format!("{MEDIA}?similar_to={id}")).await.is(StatusCode::OK).json();
    assert_eq!(rival["page"]["total"], 0);
}

/// The next of numbers that look random and are the same each time.
fn next(state: &mut u32, below: u32) -> u32 {
    *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    (*state >> 8) % below
}

#[tokio::test]
async fn uses_are_right_whatever_is_done_in_whichever_order() {
    let world = world().await;
    let admin = world.as_admin();
    let mut urls = Vec::new();
    for size in 1..=4 {
        urls.push(
            upload(&admin, "x.png", &files::png(size, size)).await.json()["file_url"].as_str().unwrap().to_owned(),
        );
    }
    let mut items: Vec<String> = Vec::new();
    let mut state = 7;
    for step in 0..60 {
        let chosen: Vec<&String> = urls.iter().filter(|_| next(&mut state, 2) == 0).collect();
        let body: String = chosen.iter().map(|url| format!("<img src=\"{url}\" alt=\"\">")).collect();
        let featured = urls.get(next(&mut state, 6) as usize);
        let fields = json!({ "title": format!("Item {step}"), "content": body, "featured_image": featured });
        let place = if items.is_empty() { 0 } else { next(&mut state, u32::try_from(items.len()).unwrap()) as usize };
        match next(&mut state, 4) {
            0 | 1 => items.push(admin.post("/api/v1/content", fields).await.is(StatusCode::CREATED).id()),
            2 if !items.is_empty() => {
                admin.patch(&format!("/api/v1/content/{}", items[place]), fields).await.is(StatusCode::OK);
            }
            3 if !items.is_empty() => {
                let id = items.swap_remove(place);
                admin.delete(&format!("/api/v1/content/{id}")).await.is(StatusCode::NO_CONTENT);
            }
            _ => {}
        }
        let sql = "SELECT count(*) AS wrong FROM media_assets a WHERE usage_count <> (SELECT count(*) FROM content_items i
                   WHERE strpos(i.content, '/' || a.token || '/') > 0 OR strpos(coalesce(i.featured_image, ''), '/' || a.token || '/') > 0)";
        let wrong: i64 = world.tenant().await.one(sql, &[]).await.unwrap().get("wrong");
        assert_eq!(wrong, 0, "after step {step}");
    }
}

#[tokio::test]
async fn a_picture_too_long_for_webp_is_given_as_it_is() {
    let world = world().await;
    let asset = upload(&world.as_member(), "scroll.png", &files::png(16_400, 3)).await.is(StatusCode::CREATED).json();
    let whole = get(&world, &variant(&asset, "whole.webp")).await.is(StatusCode::OK);
    assert_eq!((whole.header("content-type"), unpacked(&whole).width), ("image/png", 16_400));
    let small = get(&world, &variant(&asset, "w480.webp")).await.is(StatusCode::OK);
    assert_eq!((small.header("content-type"), unpacked(&small).width), ("image/webp", 480));
}
