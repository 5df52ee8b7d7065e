//! Files of an import come from the old site into the library, and texts show them from there.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use importers::{Options, ghost};
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;

use crate::media_upload::stored;
use crate::{files, world};

/// The old site: a picture, one that comes only when it is asked for again, and one that is gone.
async fn old_site() -> String {
    let asked = Arc::new(AtomicUsize::new(0));
    let picture = |seed: usize| move || async move { files::photo_jpeg(300 + seed, 200) };
    let late = move || async move {
        let is_first = asked.fetch_add(1, Ordering::Relaxed) == 0;
        if is_first { Err(StatusCode::SERVICE_UNAVAILABLE) } else { Ok(files::photo_jpeg(120, 80)) }
    };
    let routes = Router::new()
        .route("/content/images/boat.jpg", get(picture(0)))
        .route("/content/images/head.jpg", get(picture(1)))
        .route("/content/images/late.jpg", get(late));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

fn export() -> Value {
    json!({ "db": [{ "meta": { "version": "5.80.0" }, "data": { "posts": [
        { "id": "aaaaaaaaaaaaaaaaaaaaaaa1", "title": "First", "slug": "first", "type": "post", "status": "published",
          "html": "<p><img src=\"__GHOST_URL__/content/images/boat.jpg\" srcset=\"__GHOST_URL__/content/images/size/w600/boat.jpg 600w\" alt=\"A boat\"><img src=\"__GHOST_URL__/content/images/late.jpg\"><img src=\"__GHOST_URL__/content/images/gone.jpg\"></p>",
          "feature_image": "__GHOST_URL__/content/images/head.jpg", "published_at": "2024-01-02T08:00:00.000Z",
          "updated_at": "2024-02-01 08:00:00" },
        { "id": "aaaaaaaaaaaaaaaaaaaaaaa2", "title": "Second", "slug": "second", "type": "post", "status": "published",
          "html": "<p><img src=\"__GHOST_URL__/content/images/boat.jpg\"></p>", "published_at": "2024-01-03T08:00:00.000Z" },
    ]}}]})
}

async fn import(world: &World, site: &str) {
    let bytes = Cursor::new(serde_json::to_vec(&export()).unwrap());
    ghost::run(&world.app, "harbor", bytes, (Some(site), Options::default()), |_| {}).await.unwrap();
}

async fn body(world: &World, slug: &str) -> (String, Option<String>) {
    let sql = "SELECT content, featured_image FROM content_items WHERE slug = $1";
    let row = world.tenant().await.one(sql, &[&slug]).await.unwrap();
    (row.get("content"), row.get("featured_image"))
}

#[tokio::test]
async fn pictures_of_an_import_come_into_the_library_and_texts_show_them_from_there() {
    let world = world().await;
    let site = old_site().await;
    import(&world, &site).await;
    world.run_jobs().await;
    assert_eq!(stored(&world).len(), 2, "the late one did not answer yet, the gone one never will");
    world.advance(SignedDuration::from_mins(10));
    world.run_jobs().await;
    world.advance(SignedDuration::from_mins(10));
    world.run_jobs().await;
    assert_eq!(stored(&world).len(), 3);

    let (first, featured) = body(&world, "first").await;
    assert!(first.contains("src=\"/media/org-harbor/") && first.contains("late.jpg?v=1"), "{first}");
    assert!(first.contains(&format!("{site}/content/images/gone.jpg")) && !first.contains("srcset"), "{first}");
    assert!(featured.unwrap().starts_with("/media/org-harbor/"));
    assert!(body(&world, "second").await.0.contains("/boat.jpg?v=1"));
    let library = world.as_member().get("/api/v1/media?sort=name").await.is(StatusCode::OK).json();
    let boat = &library["data"][0];
    assert_eq!((boat["name"].as_str(), boat["usage_count"].as_i64()), (Some("boat.jpg"), Some(2)));
    let sql = "SELECT failure FROM app.import_attachments WHERE url LIKE '%gone.jpg'";
    let failure: Option<String> = world.tenant().await.one(sql, &[]).await.unwrap().get("failure");
    assert!(failure.unwrap().contains("404"));

    // The same import again changes nothing and keeps what was pointed at the library.
    import(&world, &site).await;
    world.run_jobs().await;
    assert_eq!((stored(&world).len(), body(&world, "first").await.0), (3, first));
}
