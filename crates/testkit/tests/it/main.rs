//! The world itself: rivals in every tenant table, databases apart, leaks noticed.

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use jiff::SignedDuration;
use kernel::access::{Caller, Role};
use kernel::db::Statements;
use kernel::jobs::Registry;
use testkit::World;
use testkit::world::{MARKER, Side};

fn program(app: kernel::App) -> (Router, Registry) {
    let who = |caller: Caller| async move { format!("{} {}", caller.organization.slug, caller.role) };
    let routes = Router::new().route("/who", get(who)).route("/leak", get(|| async { format!("<p>{MARKER}-x</p>") }));
    (routes.with_state(app), Registry::default())
}

#[tokio::test]
async fn keys_and_sessions_say_who_asks() {
    let world = World::new(program).await;
    assert_eq!(world.as_admin().get("/who").await.is(StatusCode::OK).text(), "harbor ADMIN");
    assert_eq!(world.as_viewer().in_browser().get("/who").await.is(StatusCode::OK).text(), "harbor VIEWER");
    assert_eq!(world.as_rival_owner().in_browser().get("/who").await.is(StatusCode::OK).text(), "rival OWNER");
    world.stranger().get("/who").await.is(StatusCode::UNAUTHORIZED);
    world.stranger().in_browser().get("/who").await.is(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
#[should_panic(expected = "showed the rival's rows")]
async fn a_leak_ends_the_test() {
    let world = World::new(program).await;
    world.as_rival_owner().get("/leak").await.is(StatusCode::OK);
    world.client(Side::Harbor, Role::Owner).get("/leak").await.is(StatusCode::OK);
}

#[tokio::test]
async fn the_rival_has_rows_in_every_tenant_table() {
    let world = World::new(program).await;
    let superuser = world.superuser().await;
    let sql = "SELECT c.oid::regclass::text FROM pg_class c
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id' AND NOT a.attisdropped
               WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity ORDER BY 1";
    let tables: Vec<String> = superuser.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert!(tables.len() >= 19, "{tables:?}");
    for table in tables {
        let sql = format!("SELECT count(*) FROM {table} WHERE organization_id = 'org-rival'");
        let rows: i64 = superuser.query_one(&sql, &[]).await.unwrap().get(0);
        assert!(rows > 0, "rival.sql has no row for {table}");
    }
}

#[tokio::test]
async fn worlds_are_apart_and_their_clocks_stand_still() {
    let (one, other) = (World::new(program).await, World::empty(program).await);
    assert_eq!(one.now().to_string(), testkit::world::NOW);
    one.advance(SignedDuration::from_hours(1));
    assert_eq!(one.now().to_string(), "2026-03-01T13:00:00Z");
    let rows = |world: &World| {
        let app = world.app.clone();
        async move {
            app.database.global().await.unwrap().one("SELECT count(*) FROM users", &[]).await.unwrap().get::<_, i64>(0)
        }
    };
    assert_eq!((rows(&one).await, rows(&other).await), (8, 0));
    assert_eq!(one.run_jobs().await, 0);
    assert!(one.outbox().await.is_empty());
    let seen = one.tenant().await.one("SELECT count(*) FROM content_items", &[]).await.unwrap();
    assert_eq!(seen.get::<_, i64>(0), 0);
}
