//! Stories about an organization's own domain: claimed, proven by its DNS, and given up.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::{Request, StatusCode};
use kernel::App;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use tokio::net::UdpSocket;

use crate::world;

/// TXT records by name and MX records by `MX` and the name, changed while the server runs.
pub type Records = Arc<Mutex<HashMap<String, Vec<String>>>>;

/// A DNS server that knows these records and refuses every question that is not put as RFC 1035 says.
async fn dns() -> (SocketAddr, Records) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let records = Records::default();
    let known = records.clone();
    tokio::spawn(async move {
        let mut packet = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut packet).await {
            let answer = answer(&packet[..length], &known.lock().unwrap());
            let _ = socket.send_to(&answer, from).await;
        }
    });
    (address, records)
}

fn answer(asked: &[u8], known: &HashMap<String, Vec<String>>) -> Vec<u8> {
    assert_eq!(&asked[4..6], [0, 1], "one question");
    let (mut at, mut labels) = (12, Vec::new());
    while asked[at] != 0 {
        let length = usize::from(asked[at]);
        labels.push(String::from_utf8(asked[at + 1..=at + length].to_vec()).unwrap());
        at += length + 1;
    }
    let question = &asked[12..at + 5];
    let (kind, name) = (asked[at + 2], labels.join(".").to_lowercase());
    assert!(asked[at + 1] == 0 && asked[at + 3..at + 5] == [0, 1] && (kind == 15 || kind == 16), "a TXT or MX record");
    let texts = known.get(&if kind == 15 { format!("MX {name}") } else { name });
    let code = if texts.is_some() { 0x80 } else { 0x83 };
    let count = u8::try_from(texts.map_or(0, Vec::len)).unwrap();
    let mut answer = vec![asked[0], asked[1], 0x81 | (asked[2] & 1), code, 0, 1, 0, count, 0, 0, 0, 0];
    answer.extend(question);
    for text in texts.into_iter().flatten() {
        let data = if kind == 15 { mail_host(text) } else { pieces(text) };
        answer.extend([0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60]);
        answer.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        answer.extend(data);
    }
    answer
}

/// A text in two pieces, as long ones are.
fn pieces(text: &str) -> Vec<u8> {
    let (one, other) = text.split_at(text.len() / 2);
    [one, other].map(counted).concat()
}

/// `10 mx.example.org` as a preference and a name.
fn mail_host(text: &str) -> Vec<u8> {
    let (preference, host) = text.split_once(' ').unwrap();
    let labels: Vec<u8> = host.split('.').flat_map(counted).collect();
    [&preference.parse::<u16>().unwrap().to_be_bytes()[..], &labels, &[0]].concat()
}

fn counted(piece: &str) -> Vec<u8> {
    [&[u8::try_from(piece.len()).unwrap()], piece.as_bytes()].concat()
}

/// A world whose program asks the test's own DNS server.
pub async fn world_with_dns() -> (World, Records) {
    let (mut world, (address, records)) = (world().await, dns().await);
    let mut settings = world.app.settings.clone();
    settings.dns_server = Some(address);
    let (database, clock) = (world.app.database.clone(), world.app.clock.clone());
    world.app = App::new(database, clock, settings, world.app.secret_key.clone());
    world.router = contentpilot::router(world.app.clone());
    (world, records)
}

async fn claim(world: &World, domain: &str) -> Value {
    world.as_admin().post("/api/v1/domains", json!({ "domain": domain })).await.is(StatusCode::CREATED).json()
}

async fn site_at(world: &World, host: &str) -> StatusCode {
    let request = Request::get("/").header("host", host).body(Body::empty()).unwrap();
    world.stranger().raw(request).await.status
}

fn set(records: &Records, claimed: &Value) {
    let record = &claimed["records"][0];
    let text = record["value"].as_str().unwrap().to_owned();
    records.lock().unwrap().insert(record["name"].as_str().unwrap().to_owned(), vec!["v=spf1 -all".into(), text]);
}

#[tokio::test]
async fn the_site_answers_at_a_domain_once_its_dns_proves_it_and_until_it_is_removed() {
    let (world, records) = world_with_dns().await;
    let claimed = claim(&world, " https://News.Harbor.Example/about ").await;
    assert_eq!((&claimed["domain"], &claimed["is_proven"]), (&json!("news.harbor.example"), &json!(false)));
    assert_eq!(claimed["records"][0]["name"], "_contentpilot.news.harbor.example");
    let check = format!("/api/v1/domains/{}/check", claimed["id"].as_str().unwrap());
    let looked = world.as_admin().post(&check, ()).await.is(StatusCode::OK).json();
    assert!(looked["problem"].as_str().unwrap().contains("no TXT record"), "{looked}");
    assert_ne!(site_at(&world, "news.harbor.example").await, StatusCode::OK);

    let name = "_contentpilot.news.harbor.example".to_owned();
    records.lock().unwrap().insert(name, vec!["contentpilot-domain=somebody-elses".into()]);
    let looked = world.as_admin().post(&check, ()).await.is(StatusCode::OK).json();
    assert!(looked["problem"].as_str().unwrap().contains("something else"), "{looked}");

    set(&records, &claimed);
    let proven = world.as_admin().post(&check, ()).await.is(StatusCode::OK).json();
    assert_eq!((&proven["is_proven"], &proven["problem"]), (&json!(true), &Value::Null));
    assert_eq!(site_at(&world, "news.harbor.example").await, StatusCode::OK);

    let own = format!("/api/v1/domains/{}", claimed["id"].as_str().unwrap());
    world.as_rival_owner().delete(&own).await.is(StatusCode::NOT_FOUND);
    world.as_member().delete(&own).await.is(StatusCode::FORBIDDEN);
    world.as_admin().delete(&own).await.is(StatusCode::NO_CONTENT);
    assert_ne!(site_at(&world, "news.harbor.example").await, StatusCode::OK);
}

#[tokio::test]
async fn two_organizations_never_hold_one_domain() {
    let (world, records) = world_with_dns().await;
    let ours = claim(&world, "shared.example").await;
    let rival = world.as_rival_owner();
    let theirs =
        rival.post("/api/v1/domains", json!({ "domain": "shared.example" })).await.is(StatusCode::CREATED).json();
    assert_ne!(ours["records"][0]["value"], theirs["records"][0]["value"]);
    set(&records, &theirs);
    let check = |claimed: &Value| format!("/api/v1/domains/{}/check", claimed["id"].as_str().unwrap());
    let looked = world.as_admin().post(&check(&ours), ()).await.is(StatusCode::OK).json();
    assert_eq!(looked["is_proven"], false, "the proof of another organization is none");
    rival.post(&check(&theirs), ()).await.is(StatusCode::OK);
    set(&records, &ours);
    let looked = world.as_admin().post(&check(&ours), ()).await.is(StatusCode::OK).json();
    assert!(looked["problem"].as_str().unwrap().contains("another organization's site"), "{looked}");
}

#[tokio::test]
async fn what_is_no_domain_is_refused_and_a_silent_server_is_told() {
    let world = world().await;
    for wrong in ["", "harbor", "127.0.0.1", "a b.example", "-x.example", "http://", "[::1]", "a..example"] {
        let answer = world.as_admin().post("/api/v1/domains", json!({ "domain": wrong })).await;
        assert_eq!(answer.is(StatusCode::UNPROCESSABLE_ENTITY).errors()[0].0, "domain", "{wrong}");
    }
    let claimed = claim(&world, "bücher.example").await;
    assert_eq!(claimed["domain"], "xn--bcher-kva.example");
    let again = json!({ "domain": "bücher.example" });
    world.as_admin().post("/api/v1/domains", again).await.is(StatusCode::CONFLICT);
    let check = format!("/api/v1/domains/{}/check", claimed["id"].as_str().unwrap());
    let looked = world.as_admin().post(&check, ()).await.is(StatusCode::OK).json();
    assert!(looked["problem"].as_str().unwrap().contains("did not answer"), "{looked}");
}

#[tokio::test]
async fn the_page_shows_the_records_and_how_the_domain_stands() {
    let (world, records) = world_with_dns().await;
    let admin = world.as_admin().in_browser();
    let path = "/admin/harbor/settings/domain";
    let wrong = admin.form(path, &[("domain", "nothing")]).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(wrong.contains("value=\"nothing\""));
    admin.form(path, &[("domain", "harbor.example")]).await.is(StatusCode::SEE_OTHER);
    let again = admin.form(path, &[("domain", "harbor.example")]).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(again.contains("harbor.example is in the list already."), "{again}");
    let page = admin.get(path).await.is(StatusCode::OK).text();
    assert!(page.contains("_contentpilot.harbor.example") && page.contains("Waiting for its records"), "{page}");
    let listed = world.as_admin().get("/api/v1/domains").await.is(StatusCode::OK).json();
    set(&records, &listed["data"][0]);
    let id = listed["data"][0]["id"].as_str().unwrap();
    admin.form(&format!("{path}/{id}/check"), &[]).await.is(StatusCode::SEE_OTHER);
    assert!(admin.get(path).await.text().contains("Proven"));
    admin.form(&format!("{path}/{id}/remove"), &[]).await.is(StatusCode::SEE_OTHER);
    assert!(!admin.get(path).await.text().contains("harbor.example"));
}

async fn read_at(world: &World, host: &str, path: &str) -> String {
    let request = Request::get(path).header("host", host).body(Body::empty()).unwrap();
    world.stranger().raw(request).await.is(StatusCode::OK).text()
}

async fn shared(world: &World, path: &str) -> String {
    world.stranger().get(&format!("/s/harbor{path}")).await.is(StatusCode::OK).text()
}

#[tokio::test]
async fn a_site_with_a_domain_names_that_wherever_it_is_read() {
    let world = world().await;
    let own = "http://news.harbor.example:8080";
    for (title, language) in [("Tides", "en"), ("Gezeiten", "de")] {
        let fields = json!({ "title": title, "language": language, "content": "<p>Water.</p>" });
        let made = world.as_admin().post("/api/v1/content", fields).await.is(StatusCode::CREATED);
        world.as_admin().post(&format!("{}/publish", made.location()), json!({})).await.is(StatusCode::OK);
    }
    let listed = world.as_admin().get("/api/v1/content?sort=title").await.json();
    let id = |index: usize| listed["data"][index]["id"].as_str().unwrap().to_owned();
    let link = format!("/api/v1/content/{}/translations", id(0));
    world.as_admin().post(&link, json!({ "content_id": id(1) })).await;
    let before = shared(&world, "/tides").await;
    assert!(before.contains("rel=\"canonical\" href=\"http://127.0.0.1:8080/s/harbor/tides\""), "{before}");

    let sql = "INSERT INTO app.domains (domain, organization_id) VALUES ('news.harbor.example', 'org-harbor')";
    world.app.database.global().await.unwrap().execute(sql, &[]).await.unwrap();
    for article in [shared(&world, "/tides").await, read_at(&world, "news.harbor.example:8080", "/tides").await] {
        for part in [
            format!("rel=\"canonical\" href=\"{own}/tides\""),
            format!("\"og:url\" content=\"{own}/tides\""),
            format!("hreflang=\"de\" href=\"{own}/gezeiten\""),
            format!("\"url\":\"{own}/"),
        ] {
            assert!(article.contains(&part), "{part} is missing in {article}");
        }
        assert!(!article.contains("127.0.0.1"), "{article}");
    }
    let article = shared(&world, "/tides").await;
    assert!(article.contains("href=\"/s/harbor/\""), "links stay on the host where the reader is: {article}");
    for path in ["/feed.xml", "/feed.json", "/sitemap.xml", "/author/user-harbor-admin/feed.xml"] {
        let text = shared(&world, path).await;
        assert!(text.contains(&format!("{own}/tides")) && !text.contains(":8080/s/harbor"), "{path}: {text}");
    }
    assert!(shared(&world, "/robots.txt").await.contains(&format!("Sitemap: {own}/sitemap.xml")));
    let posts = crate::ghost::Reader::of(&world).await.get("posts/", "").await;
    assert!(posts["posts"][0]["url"].as_str().unwrap().starts_with(own), "{posts}");
}
