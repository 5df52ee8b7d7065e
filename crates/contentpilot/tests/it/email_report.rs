//! The report of an email: rates beside what is usual, hours, links, domains and devices.

use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;

use crate::email_emails::email;
use crate::email_returns::sent;
use crate::email_sending::contacts;
use crate::world;

const PHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";
const COMPUTER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

fn find(body: &str, world: &World, kind: &str) -> String {
    let start = format!("{}/e/org-harbor/{kind}/", world.app.settings.public_url);
    let at = body.find(&start).unwrap_or_else(|| panic!("{start} in {body}"));
    let url = body[at..].split(['"', ' ', '\r']).next().unwrap();
    url.strip_prefix(&world.app.settings.public_url).unwrap().to_owned()
}

fn rate<'a>(report: &'a Value, code: &str) -> &'a Value {
    report["rates"].as_array().unwrap().iter().find(|rate| rate["code"] == code).unwrap()
}

#[tokio::test]
async fn a_report_tells_what_became_of_it_beside_what_is_usual() {
    let world = world().await;
    contacts(&world, &["ada", "bob", "cyd", "dan"]).await;
    let draft = email(&world, json!({})).await;
    world.as_admin().get(&format!("/api/v1/emails/{draft}/report")).await.is(StatusCode::NOT_FOUND);
    let mut last = None;
    for number in 0..12_usize {
        world.advance(SignedDuration::from_hours(1));
        let (id, taken) = sent(&world, &["ada", "bob", "cyd", "dan"]).await;
        world.advance(SignedDuration::from_mins(5));
        let body = taken[0].body();
        if number % 2 == 0 {
            world.stranger().with("user-agent", PHONE).get(&find(&body, &world, "o")).await.is(StatusCode::OK);
        }
        last = Some((id, taken));
    }
    let (id, taken) = last.unwrap();
    let click = find(&taken[1].body(), &world, "c");
    world.stranger().with("user-agent", COMPUTER).get(&click).await.is(StatusCode::FOUND);
    world.advance(SignedDuration::from_hours(3));
    world.stranger().with("user-agent", PHONE).get(&find(&taken[0].body(), &world, "o")).await.is(StatusCode::OK);
    world.advance(SignedDuration::from_hours(100));
    world.stranger().with("user-agent", PHONE).get(&find(&taken[2].body(), &world, "o")).await.is(StatusCode::OK);
    world.stranger().with("user-agent", "Barracuda").get(&click).await.is(StatusCode::FOUND);

    let report = world.as_admin().get(&format!("/api/v1/emails/{id}/report")).await.is(StatusCode::OK).json();
    assert_eq!(report["compared_with"], 10);
    let opened = rate(&report, "opened");
    assert_eq!((&opened["count"], &opened["of"], &opened["percent"]), (&json!(3), &json!(4), &json!(75.0)));
    assert_eq!(opened["usual_percent"], 12.5, "five of forty");
    assert_eq!(rate(&report, "click_to_open")["usual_percent"], 0.0);
    assert_eq!(rate(&report, "complained")["percent"], 0.0);
    assert_eq!(
        report["hours"],
        json!([{ "hour": 0, "opened": 1, "clicked": 1 }, { "hour": 3, "opened": 1, "clicked": 0 }])
    );
    assert_eq!(report["later"], json!({ "hour": 48, "opened": 1, "clicked": 0 }));
    assert_eq!((&report["links"][0]["people"], &report["links"][0]["programs"]), (&json!(1), &json!(1)));
    assert_eq!(report["domains"].as_array().unwrap().len(), 4);
    assert_eq!(
        report["devices"],
        json!([{ "device": "phone", "opened": 2, "clicked": 0 }, { "device": "computer", "opened": 1, "clicked": 1 }])
    );

    let browser = world.as_admin().in_browser();
    let page = browser.get(&format!("/admin/harbor/emails/{id}/report")).await.is(StatusCode::OK).text();
    for words in ["Usual is what the 10 emails", "+62.5", "bob.example", "Phone", "chart-opened"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let map = browser.get(&format!("/admin/harbor/emails/{id}/click-map")).await.is(StatusCode::OK);
    assert!(map.text().contains("1 person, 100 %") && map.header("content-security-policy").contains("sandbox"));
    browser.get(&format!("/admin/harbor/emails/{draft}/report")).await.is(StatusCode::NOT_FOUND);
    browser.get(&format!("/admin/harbor/emails/{draft}/click-map")).await.is(StatusCode::NOT_FOUND);
    world.as_rival_admin().get(&format!("/api/v1/emails/{id}/report")).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_erased_person_leaves_numbers_alone() {
    let world = world().await;
    contacts(&world, &["ada"]).await;
    let (id, _) = sent(&world, &["ada"]).await;
    let tx = world.tenant().await;
    tx.execute("UPDATE app.email_recipients SET email = '' WHERE email_id = $1", &[&id]).await.unwrap();
    tx.commit().await.unwrap();
    let report = world.as_admin().get(&format!("/api/v1/emails/{id}/report")).await.is(StatusCode::OK).json();
    assert_eq!((&rate(&report, "delivered")["count"], &report["domains"]), (&json!(1), &json!([])));
}
