//! Stories about getting in: set-up, signing in and out, forgotten passwords.

use http::StatusCode;
use jiff::SignedDuration;
use testkit::World;
use testkit::world::{Answer, Client};

use crate::world;

pub const PASSWORD: &str = "seven ducks on the pond 5";

/// The session cookie that an answer sets, as a browser sends it back.
pub fn cookie(answer: &Answer) -> String {
    let lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    let session =
        lines.filter_map(|line| line.split(';').next()).find(|pair| pair.starts_with("contentpilot_session="));
    session.map(str::to_owned).unwrap_or_else(|| panic!("no session was begun: {:?}", answer.headers))
}

/// A browser with this cookie and no other.
pub fn browser<'a>(world: &'a World, cookie: &str) -> Client<'a> {
    world.stranger().in_browser().with("cookie", cookie)
}

/// Gives a user of the world a password.
pub async fn give_password(world: &World, email: &str) {
    accounts::commands::set_password(&world.app, email, PASSWORD).await.unwrap();
}

pub async fn sign_in(world: &World, email: &str, password: &str) -> Answer {
    world.stranger().in_browser().form("/admin/sign-in", &[("email", email), ("password", password)]).await
}

/// The part of the newest mail's link to somebody behind `path`.
pub async fn token_from_mail(world: &World, recipient: &str, path: &str) -> String {
    world.run_jobs().await;
    let mails = world.outbox().await;
    let mail = mails.iter().rev().find(|mail| mail.recipient == recipient).expect("a mail was written");
    let (_, rest) = mail.text.split_once(path).expect("it holds the link");
    rest.split_whitespace().next().unwrap().to_owned()
}

async fn empty() -> World {
    World::empty(|app| (contentpilot::router(app), contentpilot::jobs())).await
}

fn setup_form<'a>(email: &'a str, organization: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("name", "Olivia Owner"),
        ("email", email),
        ("password", PASSWORD),
        ("organization_name", organization),
        ("organization_slug", ""),
    ]
}

#[tokio::test]
async fn the_first_visitor_sets_up_and_nobody_after_them() {
    let world = empty().await;
    let stranger = world.stranger().in_browser();
    assert_eq!(stranger.get("/admin").await.is(StatusCode::SEE_OTHER).location(), "/admin/setup");
    assert_eq!(stranger.get("/admin/sign-in").await.location(), "/admin/setup");
    stranger.get("/admin/setup").await.is(StatusCode::OK);

    let wrong = stranger.form("/admin/setup", &[("name", "Olivia"), ("email", "nobody"), ("password", "short")]).await;
    let text = wrong.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(
        text.contains("value=\"Olivia\"") && text.contains("value=\"nobody\"") && !text.contains("value=\"short\"")
    );

    let made = stranger.form("/admin/setup", &setup_form("olivia@example.com", "Café Müller")).await;
    let owner = browser(&world, &cookie(&made.is(StatusCode::SEE_OTHER)));
    assert_eq!(owner.get("/admin").await.location(), "/admin/cafe-muller");

    assert_eq!(stranger.get("/admin/setup").await.location(), "/admin/sign-in");
    stranger.form("/admin/setup", &setup_form("second@example.com", "Second")).await.is(StatusCode::CONFLICT);
}

#[tokio::test]
async fn two_setting_up_at_once_make_one_owner() {
    let world = empty().await;
    let visitor = world.stranger().in_browser();
    let (one, other) = (setup_form("one@example.com", "One"), setup_form("other@example.com", "Other"));
    let (one, other) = tokio::join!(visitor.form("/admin/setup", &one), visitor.form("/admin/setup", &other));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    let users = world.superuser().await.query_one("SELECT count(*) FROM users", &[]).await.unwrap();
    assert_eq!(users.get::<_, i64>(0), 1);
}

#[tokio::test]
async fn signing_in_leads_where_one_wanted_to_go_and_signing_out_ends_it() {
    let world = world().await;
    give_password(&world, "owner@harbor.test").await;
    let asked = world.stranger().in_browser().get("/admin/harbor/members").await.is(StatusCode::SEE_OTHER);
    assert_eq!(asked.location(), "/admin/sign-in?next=%2Fadmin%2Fharbor%2Fmembers");

    let fields = [("email", " Owner@Harbor.test"), ("password", PASSWORD), ("next", "/admin/harbor/members")];
    let answer = world.stranger().in_browser().form("/admin/sign-in", &fields).await.is(StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/admin/harbor/members");
    let line = answer.header("set-cookie");
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax") && !line.contains("Secure"), "{line}");
    let owner = browser(&world, &cookie(&answer));
    owner.get("/admin/harbor/members").await.is(StatusCode::OK);

    // Signing in again gives a new session and ends the one the browser came with.
    let again = owner.form("/admin/sign-in", &fields).await;
    assert_ne!(cookie(&again), cookie(&answer));
    owner.get("/admin/harbor/members").await.is(StatusCode::SEE_OTHER);
    let owner = browser(&world, &cookie(&again));
    owner.form("/admin/sign-out", &[]).await.is(StatusCode::SEE_OTHER);
    owner.get("/admin/harbor/members").await.is(StatusCode::SEE_OTHER);

    let evil = [("email", "owner@harbor.test"), ("password", PASSWORD), ("next", "//evil.example")];
    assert_eq!(world.stranger().in_browser().form("/admin/sign-in", &evil).await.location(), "/admin");
}

#[tokio::test]
async fn wrong_passwords_and_unknown_addresses_get_the_same_answer() {
    let world = world().await;
    give_password(&world, "owner@harbor.test").await;
    let wrong = sign_in(&world, "owner@harbor.test", "not the password").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = sign_in(&world, "nobody@harbor.test", "not the password").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.text().replace("owner@", "nobody@"), unknown.text());
    // A user of the host platform who never set a password here.
    let without = sign_in(&world, "viewer@harbor.test", "").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(without.text().replace("viewer@", "nobody@"), unknown.text());

    world
        .superuser()
        .await
        .execute("UPDATE users SET is_active = false WHERE id = 'user-harbor-owner'", &[])
        .await
        .unwrap();
    sign_in(&world, "owner@harbor.test", PASSWORD).await.is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_address_that_the_host_writes_with_capitals_signs_in() {
    let world = world().await;
    let host = world.superuser().await;
    host.batch_execute("UPDATE users SET email = 'Owner@Harbor.test' WHERE id = 'user-harbor-owner'").await.unwrap();
    give_password(&world, "owner@harbor.test").await;
    sign_in(&world, "OWNER@harbor.test", PASSWORD).await.is(StatusCode::SEE_OTHER);
    // Once the host has changed it, the old one lets nobody in.
    host.batch_execute("UPDATE users SET email = 'olga@harbor.test' WHERE id = 'user-harbor-owner'").await.unwrap();
    sign_in(&world, "owner@harbor.test", PASSWORD).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    sign_in(&world, "olga@harbor.test", PASSWORD).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_ends_two_weeks_after_its_last_use() {
    let world = world().await;
    let owner = world.as_owner().in_browser();
    owner.get("/admin/organizations").await.is(StatusCode::OK);
    world.advance(SignedDuration::from_hours(13 * 24));
    owner.get("/admin/organizations").await.is(StatusCode::OK);
    world.advance(SignedDuration::from_hours(13 * 24));
    owner.get("/admin/organizations").await.is(StatusCode::OK);
    world.advance(SignedDuration::from_hours(15 * 24));
    owner.get("/admin/organizations").await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let world = world().await;
    let forged = world.as_owner().in_browser().with("sec-fetch-site", "cross-site");
    forged.form("/admin/organizations", &[("name", "Forged")]).await.is(StatusCode::FORBIDDEN);
    let cookie = "contentpilot_session=x";
    let old = world.stranger().with("cookie", cookie).with("origin", "https://evil.example").with("host", "a.example");
    old.form("/admin/sign-out", &[]).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_once_and_every_device_is_signed_out() {
    let world = world().await;
    give_password(&world, "member@harbor.test").await;
    let before = browser(&world, &cookie(&sign_in(&world, "member@harbor.test", PASSWORD).await));
    let stranger = world.stranger().in_browser();
    let known = stranger.form("/admin/forgot-password", &[("email", "member@harbor.test")]).await.is(StatusCode::OK);
    let unknown = stranger.form("/admin/forgot-password", &[("email", "nobody@harbor.test")]).await.is(StatusCode::OK);
    assert_eq!(known.text().replace("member@", "nobody@"), unknown.text());
    // What tells the two apart happens later, so that the answers take equally long.
    assert_eq!((world.queued("password.send_reset_link").await, world.outbox().await.len()), (2, 0));
    world.run_jobs().await;
    assert_eq!(world.outbox().await.len(), 1);

    let token = token_from_mail(&world, "member@harbor.test", "/admin/reset-password/").await;
    let path = format!("/admin/reset-password/{token}");
    stranger.get(&path).await.is(StatusCode::OK);
    stranger.form(&path, &[("password", "password1234")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let renewed = "a second umbrella there 4";
    let answer = stranger.form(&path, &[("password", renewed)]).await.is(StatusCode::SEE_OTHER);
    browser(&world, &cookie(&answer)).get("/admin/account").await.is(StatusCode::OK);
    before.get("/admin/account").await.is(StatusCode::SEE_OTHER);
    sign_in(&world, "member@harbor.test", PASSWORD).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    sign_in(&world, "member@harbor.test", renewed).await.is(StatusCode::SEE_OTHER);

    stranger.get(&path).await.is(StatusCode::NOT_FOUND);
    stranger.form(&path, &[("password", "yet another umbrella 5")]).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_reset_link_works_for_an_hour_and_is_not_mailed_endlessly() {
    let world = world().await;
    let stranger = world.stranger().in_browser();
    let asking = [("email", "member@harbor.test")];
    stranger.form("/admin/forgot-password", &asking).await.is(StatusCode::OK);
    let token = token_from_mail(&world, "member@harbor.test", "/admin/reset-password/").await;
    for _ in 0..4 {
        stranger.form("/admin/forgot-password", &asking).await.is(StatusCode::OK);
    }
    let answer = stranger.form("/admin/forgot-password", &asking).await.is(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after"), "3600");
    world.advance(SignedDuration::from_hours(1));
    stranger.get(&format!("/admin/reset-password/{token}")).await.is(StatusCode::NOT_FOUND);
    stranger.form("/admin/forgot-password", &asking).await.is(StatusCode::OK);
}

#[tokio::test]
async fn a_new_password_signs_out_other_devices_and_needs_the_present_one() {
    let world = world().await;
    give_password(&world, "admin@harbor.test").await;
    let here = browser(&world, &cookie(&sign_in(&world, "admin@harbor.test", PASSWORD).await));
    let there = browser(&world, &cookie(&sign_in(&world, "admin@harbor.test", PASSWORD).await));
    let path = "/admin/account/password";
    let wrong = [("current_password", "a wrong guess"), ("new_password", "nine lanterns in a row 8")];
    here.form(path, &wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    there.get("/admin/account").await.is(StatusCode::OK);
    let right = [("current_password", PASSWORD), ("new_password", "nine lanterns in a row 8")];
    here.form(path, &right).await.is(StatusCode::SEE_OTHER);
    here.get("/admin/account").await.is(StatusCode::OK);
    there.get("/admin/account").await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn devices_are_listed_and_signed_out_one_by_one() {
    let world = world().await;
    give_password(&world, "admin@harbor.test").await;
    let here = browser(&world, &cookie(&sign_in(&world, "admin@harbor.test", PASSWORD).await));
    let there = browser(&world, &cookie(&sign_in(&world, "admin@harbor.test", PASSWORD).await));
    let page = here.get("/admin/account").await.is(StatusCode::OK).text();
    let (_, rest) = page.split_once("/admin/account/sessions/").expect("the other device is listed");
    let path = format!("/admin/account/sessions/{}", rest.split('"').next().unwrap());
    // Nobody ends the session of somebody else.
    world.as_owner().in_browser().form(&path, &[]).await.is(StatusCode::SEE_OTHER);
    there.get("/admin/account").await.is(StatusCode::OK);
    here.form(&path, &[]).await.is(StatusCode::SEE_OTHER);
    there.get("/admin/account").await.is(StatusCode::SEE_OTHER);
    here.get("/admin/account").await.is(StatusCode::OK);
}
