//! Stories about guessing passwords: stopped by place and by account, without locking anybody out.

use http::StatusCode;
use jiff::SignedDuration;
use kernel::App;
use testkit::World;

use crate::accounts_entry::{PASSWORD, give_password, sign_in};
use crate::world;

#[tokio::test]
async fn guessing_is_stopped_and_the_wait_is_told() {
    let world = world().await;
    give_password(&world, "owner@harbor.test").await;
    for _ in 0..10 {
        sign_in(&world, "owner@harbor.test", "a wrong guess").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    world.advance(SignedDuration::from_mins(5));
    let blocked = sign_in(&world, "owner@harbor.test", PASSWORD).await.is(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(blocked.header("retry-after"), "600");
    assert!(blocked.text().contains("Try again in 10 minutes"));
    // Other people at the same place still get in, up to the limit of the place.
    give_password(&world, "admin@harbor.test").await;
    sign_in(&world, "admin@harbor.test", PASSWORD).await.is(StatusCode::SEE_OTHER);

    world.advance(SignedDuration::from_mins(10));
    sign_in(&world, "owner@harbor.test", PASSWORD).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_place_that_guesses_at_many_accounts_is_stopped_too() {
    let world = world().await;
    for number in 0..50 {
        let email = format!("nobody{number}@harbor.test");
        sign_in(&world, &email, "a wrong guess").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    sign_in(&world, "somebody@harbor.test", "a wrong guess").await.is(StatusCode::TOO_MANY_REQUESTS);
}

/// A world whose program believes what a proxy at the loopback says of its clients.
async fn behind_proxy() -> World {
    let mut world = world().await;
    let mut settings = world.app.settings.clone();
    settings.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    world.app = App::new(world.app.database.clone(), world.app.clock.clone(), settings, world.app.secret_key.clone());
    world.router = contentpilot::router(world.app.clone());
    world
}

async fn guess_from(world: &World, ip: &str, email: &str, password: &str) -> StatusCode {
    let fields = [("email", email), ("password", password)];
    world.stranger().in_browser().with("x-forwarded-for", ip).form("/admin/sign-in", &fields).await.status
}

#[tokio::test]
async fn strangers_elsewhere_cannot_lock_somebody_out_but_are_stopped_together() {
    let world = behind_proxy().await;
    let email = "owner@harbor.test";
    give_password(&world, email).await;
    // Neighbours in one IPv6 network are one place.
    for number in 0..10 {
        let status = guess_from(&world, &format!("2001:db8::{number:x}"), email, "a wrong guess").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(guess_from(&world, "2001:db8::ffff", email, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(guess_from(&world, "2001:db8:0:1::1", email, PASSWORD).await, StatusCode::SEE_OTHER);

    let sql = "INSERT INTO app.sign_in_attempts (email, ip, at, succeeded)
               SELECT $1, '192.0.2.' || n, $2, false FROM generate_series(1, 90) n";
    world.superuser().await.execute(sql, &[&email, &world.now()]).await.unwrap();
    assert_eq!(guess_from(&world, "198.51.100.1", email, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    world.advance(SignedDuration::from_mins(15));
    assert_eq!(guess_from(&world, "198.51.100.1", email, PASSWORD).await, StatusCode::SEE_OTHER);
}
