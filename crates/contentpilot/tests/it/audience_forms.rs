//! Signing up: a form anywhere, a mail, a click; the same answer for everybody, and nothing for programs.

use http::{Request, StatusCode};
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::{Answer, Side};

use crate::audience_contacts::contact;
use crate::world;

const PAGES: &str = "/admin/harbor/audience/forms";
const FORM: &str = "/s/harbor/subscribe/newsletter";

pub async fn make(world: &World, more: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("title", "Newsletter"),
        ("consent_wording", "Write me monthly."),
        ("double_opt_in", "true"),
        ("asks_name", "true"),
    ];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend_from_slice(more);
    let made = world.as_admin().in_browser().form(PAGES, &fields).await.is(StatusCode::SEE_OTHER);
    made.location().to_owned()
}

fn hidden(page: &str, name: &str) -> String {
    let document = scraper::Html::parse_document(page);
    let selector = scraper::Selector::parse(&format!("input[name={name}]")).unwrap();
    document.select(&selector).next().expect("the page has the field").attr("value").unwrap_or_default().to_owned()
}

/// Opens the form, thinks for a while and sends it.
pub async fn sign_up(world: &World, fields: &[(&str, &str)]) -> Answer {
    let page = world.stranger().get(FORM).await.is(StatusCode::OK).text();
    world.advance(SignedDuration::from_mins(11));
    let stamp = hidden(&page, "stamp");
    let mut all = vec![("stamp", stamp.as_str())];
    all.extend_from_slice(fields);
    world.stranger().in_browser().form(FORM, &all).await
}

/// The address of this program in the last mail to somebody.
pub async fn link(world: &World, recipient: &str) -> Option<String> {
    let mails = world.outbox().await;
    let mail = mails.iter().rfind(|mail| mail.recipient == recipient)?;
    let url = mail.text.split_whitespace().find(|word| word.starts_with(&world.app.settings.public_url))?;
    url.strip_prefix(&world.app.settings.public_url).map(str::to_owned)
}

pub async fn found(world: &World, email: &str) -> Value {
    let page = world.as_admin().get(&format!("/api/v1/contacts?q={email}")).await.is(StatusCode::OK).json();
    page["data"][0].clone()
}

#[tokio::test]
async fn who_signs_up_is_on_the_list_after_the_click_and_not_before() {
    let world = world().await;
    make(&world, &[("tags", "news"), ("thanks", "Welcome aboard.")]).await;
    let answer = sign_up(&world, &[("email", "Rita@Example.org"), ("name", "Rita")]).await.is(StatusCode::OK).text();
    assert!(answer.contains("Look into your mailbox"), "{answer}");
    assert_eq!(found(&world, "rita@").await, Value::Null);

    let path = link(&world, "Rita@example.org").await.expect("a mail with a link");
    let mail = world.outbox().await.pop().unwrap();
    assert!(mail.text.contains("> Write me monthly.") && mail.subject.contains("Harbor"), "{}", mail.text);
    // A scanner looks at the link; that confirms nothing.
    let page = world.stranger().get(&path).await.is(StatusCode::OK);
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert!(page.text().contains("Write me monthly.") && page.text().contains("Confirm"));
    assert_eq!(found(&world, "rita@").await, Value::Null);

    let done = world.stranger().form(&path, &[]).await.is(StatusCode::SEE_OTHER).location().to_owned();
    assert!(world.stranger().get(&done).await.is(StatusCode::OK).text().contains("Welcome aboard."));
    world.stranger().form(&path, &[]).await.is(StatusCode::SEE_OTHER);
    assert!(world.stranger().get(&path).await.is(StatusCode::OK).text().contains("Confirmed already"));
    let rita = found(&world, "rita@").await;
    assert_eq!(
        (&rita["status"], &rita["name"], &rita["tags"]),
        (&json!("subscribed"), &json!("Rita"), &json!(["news"]))
    );
    assert_eq!(
        (&rita["consent_source"], &rita["consent_wording"]),
        (&json!("Form “Newsletter”"), &json!("Write me monthly."))
    );
    let id = rita["id"].as_str().unwrap();
    let history = world.as_admin().get(&format!("/api/v1/contacts/{id}/history")).await.json();
    assert!(history["data"][0]["words"].as_str().unwrap().starts_with("Subscribed by: Form “Newsletter”"), "{history}");

    world.advance(SignedDuration::from_hours(8 * 24));
    world.stranger().get(&path).await.is(StatusCode::NOT_FOUND);
    world.stranger().get("/e/org-harbor/confirm/made-up").await.is(StatusCode::NOT_FOUND);
    world.stranger().get("/s/harbor/subscribe/other").await.is(StatusCode::NOT_FOUND);
    world.stranger().get("/s/rival/subscribe/newsletter").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn known_and_unknown_are_answered_alike_and_no_mailbox_is_filled() {
    let world = world().await;
    make(&world, &[]).await;
    contact(&world, json!({ "email": "known@example.org" })).await;
    world
        .as_admin()
        .post("/api/v1/suppressions", json!({ "email": "blocked@example.org" }))
        .await
        .is(StatusCode::CREATED);
    let unknown = sign_up(&world, &[("email", "unknown@example.org")]).await.is(StatusCode::OK).text();
    for email in ["known@example.org", "blocked@example.org"] {
        let answer = sign_up(&world, &[("email", email)]).await.is(StatusCode::OK).text();
        assert_eq!(answer, unknown, "{email}");
    }
    assert!(link(&world, "known@example.org").await.unwrap().contains("/preferences/"));
    assert_eq!(link(&world, "blocked@example.org").await, None);

    for _ in 0..4 {
        assert_eq!(sign_up(&world, &[("email", "unknown@example.org")]).await.is(StatusCode::OK).text(), unknown);
    }
    let mails = world.outbox().await;
    assert_eq!(mails.iter().filter(|mail| mail.recipient == "unknown@example.org").count(), 3);
}

#[tokio::test]
async fn a_form_on_another_site_needs_one_more_click_and_programs_get_nowhere() {
    let world = world().await;
    make(&world, &[]).await;
    let elsewhere = || {
        let request = Request::post(FORM).header("content-type", "application/x-www-form-urlencoded");
        let request = request.header("origin", "https://elsewhere.example").header("sec-fetch-site", "cross-site");
        request.body("email=eve%40example.org&name=Eve".into()).unwrap()
    };
    let page = world.stranger().raw(elsewhere()).await.is(StatusCode::OK).text();
    assert!(page.contains("value=\"eve@example.org\"") && page.contains("value=\"Eve\""), "{page}");
    let stamp = hidden(&page, "stamp");
    let quick = [("email", "eve@example.org"), ("stamp", stamp.as_str())];
    let page = world.stranger().form(FORM, &quick).await.is(StatusCode::OK).text();
    assert!(page.contains("Subscribe</button>") && page.contains("You are not on the list yet."), "{page}");
    assert!(world.outbox().await.is_empty());

    // A program fills in every field it finds; it hears the same as everybody.
    let robot = sign_up(&world, &[("email", "robot@example.org"), ("website", "https://spam.example")]).await;
    assert!(robot.is(StatusCode::OK).text().contains("Look into your mailbox"));
    assert!(world.outbox().await.is_empty());
    let wrong =
        sign_up(&world, &[("email", "no address"), ("name", "Eve")]).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(wrong.contains("That is no mail address") && wrong.contains("value=\"Eve\""), "{wrong}");

    let page = world.stranger().get(FORM).await.text();
    let stamp = hidden(&page, "stamp");
    world.advance(SignedDuration::from_secs(5));
    for number in 0..12 {
        let email = format!("n{number}@example.org");
        let answer = world.stranger().form(FORM, &[("email", &email), ("stamp", &stamp)]).await;
        let expected = if number < 10 { StatusCode::OK } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(answer.status, expected, "{number}");
    }
    assert_eq!(world.outbox().await.len(), 10);
}

#[tokio::test]
async fn who_left_comes_back_by_the_own_click_alone() {
    let world = world().await;
    make(&world, &[("double_opt_in", "")]).await;
    let id = contact(&world, json!({ "email": "back@example.org" })).await;
    let away = json!({ "status": "unsubscribed" });
    world.as_admin().patch(&format!("/api/v1/contacts/{id}"), away).await.is(StatusCode::OK);
    sign_up(&world, &[("email", "new@example.org")]).await.is(StatusCode::OK);
    assert_eq!(found(&world, "new@").await["status"], "subscribed");
    sign_up(&world, &[("email", "back@example.org")]).await.is(StatusCode::OK);
    assert_eq!(found(&world, "back@").await["status"], "unsubscribed");
    let path = link(&world, "back@example.org").await.unwrap();
    world.stranger().form(&path, &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(found(&world, "back@").await["status"], "subscribed");
    let listed = world.as_admin().get("/api/v1/suppressions?email=back@example.org").await.json();
    assert_eq!(listed["page"]["total"], 0);
}

#[tokio::test]
async fn a_person_sees_and_changes_what_is_kept_and_pauses() {
    let world = world().await;
    let id = contact(&world, json!({ "email": "rita@example.org", "name": "Rita", "consent_source": "Fair" })).await;
    let tx = world.tenant().await;
    let row = tx.one("SELECT email_hash FROM app.contacts WHERE id = $1", &[&id]).await.unwrap();
    let organization = Side::Harbor.organization_id();
    let url = email::audience::link::preferences_url(&world.app, &organization, row.get("email_hash"));
    drop(tx);
    let path = url.strip_prefix(&world.app.settings.public_url).unwrap().to_owned();
    let page = world.stranger().get(&path).await.is(StatusCode::OK).text();
    assert!(page.contains("r•••@example.org") && !page.contains("rita@example.org") && page.contains("Fair"), "{page}");
    let wrong = world.stranger().form(&path, &[("language", "english!")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("A language is a short tag"));
    let right = [("name", "Rita Reader"), ("language", "de"), ("pause", "30")];
    let saved = world.stranger().form(&path, &right).await.is(StatusCode::OK).text();
    assert!(saved.contains("Saved.") && saved.contains("Nothing before 31 Mar 2026"), "{saved}");
    let rita = found(&world, "rita@").await;
    assert_eq!(
        (&rita["name"], &rita["language"], &rita["paused_until"]),
        (&json!("Rita Reader"), &json!("de"), &json!("2026-03-31T12:00:00Z"))
    );
    let one = world.as_admin().in_browser().get(&format!("/admin/harbor/audience/contacts/{id}")).await.text();
    assert!(one.contains("Asked for a pause") && one.contains("Changed their preferences"), "{one}");

    world.as_admin().post(&format!("/api/v1/contacts/{id}/erase"), ()).await.is(StatusCode::NO_CONTENT);
    assert!(world.stranger().get(&path).await.is(StatusCode::OK).text().contains("Nothing is kept of you"));
    world.stranger().form(&path, &[("name", "X")]).await.is(StatusCode::OK);
    world.stranger().get("/e/org-harbor/preferences/made.up").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_pages_of_the_site_offer_the_chosen_form() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let home = || async { world.stranger().get("/s/harbor/").await.is(StatusCode::OK).text() };
    assert!(!home().await.contains("sign-up"));
    let one = make(&world, &[("on_site", "true"), ("intro", "Once a month.")]).await;
    let page = home().await;
    assert!(page.contains("action=\"/s/harbor/subscribe/newsletter\"") && page.contains("Once a month."), "{page}");
    let sent =
        world.stranger().in_browser().form(FORM, &[("email", "rita@example.org")]).await.is(StatusCode::OK).text();
    assert!(sent.contains("value=\"rita@example.org\""), "{sent}");

    let page = admin.get(&one).await.is(StatusCode::OK).text();
    assert!(page.contains("&#60;form method=&#34;post&#34;"), "{page}");
    let version = hidden(&page, "version");
    let moved = [
        ("title", "Letters"),
        ("slug", "letters"),
        ("consent_wording", "Yes."),
        ("on_site", "true"),
        ("version", version.as_str()),
    ];
    admin.form(&one, &moved).await.is(StatusCode::SEE_OTHER);
    assert!(home().await.contains("/subscribe/letters"));
    admin.form(&one, &moved).await.is(StatusCode::CONFLICT);
    let second = make(&world, &[("title", "Second"), ("on_site", "true")]).await;
    assert!(home().await.contains("/subscribe/second"));
    assert!(admin.get(PAGES).await.text().contains("subscribe/second · on the pages of the site"));
    let taken = [("title", "Third"), ("slug", "second"), ("consent_wording", "Yes.")];
    admin.form(PAGES, &taken).await.is(StatusCode::CONFLICT);
    admin
        .form(PAGES, &[("title", "X"), ("redirect_url", "javascript:alert(1)")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY);
    admin.form(&format!("{second}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    assert!(!home().await.contains("sign-up"));
}
