//! An export of Ghost becomes a site.

use std::io::Cursor;

use http::StatusCode;
use importers::report::{Counts, Kind, Summary};
use importers::{Options, ghost};
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;

use crate::world;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/ghost/small-export.json");

/// Posts stand before what they refer to, as Ghost writes them.
fn export() -> Value {
    let lexical = json!({ "root": { "type": "root", "children": [
        { "type": "paragraph", "children": [
            { "type": "extended-text", "text": "Bold", "format": 1 },
            { "type": "link", "url": "__GHOST_URL__/first/", "children": [{ "type": "text", "text": "first" }] },
        ]},
        { "type": "html", "html": "<script>alert(1)</script><p>own</p>" },
    ]}});
    let mobiledoc = json!({ "version": "0.3.1", "atoms": [], "cards": [], "markups": [["em"]],
        "sections": [[1, "p", [[0, [0], 1, "old"]]]] });
    json!({ "db": [{ "meta": { "version": "5.80.0" }, "data": {
        "posts": [
            { "id": "aaaaaaaaaaaaaaaaaaaaaaa1", "title": "First", "slug": "first", "type": "post", "status": "published",
              "html": "<p>Hello <a href=\"__GHOST_URL__/about/\">about</a><img src=\"__GHOST_URL__/content/images/a.png\"></p>",
              "feature_image": "__GHOST_URL__/content/images/head.jpg", "featured": 1, "visibility": "public",
              "created_at": "2024-01-01 08:00:00", "updated_at": "2024-02-01 08:00:00", "published_at": "2024-01-02T08:00:00.000Z",
              "custom_excerpt": "Short" },
            { "id": "aaaaaaaaaaaaaaaaaaaaaaa2", "title": "About", "slug": "about", "type": "page", "status": "published",
              "html": null, "lexical": lexical.to_string(), "published_at": "2023-01-02 08:00:00" },
            { "id": "aaaaaaaaaaaaaaaaaaaaaaa3", "title": "Paid", "slug": "paid", "type": "post", "status": "published",
              "mobiledoc": mobiledoc.to_string(), "visibility": "paid", "published_at": "2023-01-02 08:00:00" },
            { "id": "aaaaaaaaaaaaaaaaaaaaaaa4", "title": "Later", "slug": "later", "status": "scheduled", "type": "post",
              "html": "<p>x</p>", "published_at": "2026-12-24 18:00:00" },
            { "id": "aaaaaaaaaaaaaaaaaaaaaaa5", "title": "Mailed", "slug": "mailed", "status": "sent", "type": "post",
              "html": "<p>x</p>", "published_at": "2024-05-01 18:00:00" },
        ],
        "posts_meta": [{ "post_id": "aaaaaaaaaaaaaaaaaaaaaaa1", "meta_title": "SEO", "meta_description": "Found", "og_title": "S" }],
        "posts_tags": [
            { "post_id": "aaaaaaaaaaaaaaaaaaaaaaa1", "tag_id": "t2", "sort_order": 1 },
            { "post_id": "aaaaaaaaaaaaaaaaaaaaaaa1", "tag_id": "t1", "sort_order": 0 },
            { "post_id": "aaaaaaaaaaaaaaaaaaaaaaa1", "tag_id": "t3", "sort_order": 2 },
        ],
        "posts_authors": [
            { "post_id": "aaaaaaaaaaaaaaaaaaaaaaa1", "author_id": "u1", "sort_order": 0 },
            { "post_id": "aaaaaaaaaaaaaaaaaaaaaaa2", "author_id": "u2", "sort_order": 0 },
        ],
        "tags": [{ "id": "t1", "name": "Tea", "slug": "tea" }, { "id": "t2", "name": "Cake", "slug": "cake" },
                 { "id": "t3", "name": "#hidden", "slug": "hash-hidden", "visibility": "internal" }],
        "users": [{ "id": "u1", "name": "Mia", "slug": "mia", "email": "member@harbor.test" },
                  { "id": "u2", "name": "Ray", "slug": "ray", "email": "owner@rival.test" }],
    }}]})
}

async fn import(world: &World, export: &Value, site: Option<&str>) -> Summary {
    let source = Cursor::new(export.to_string());
    ghost::run(&world.app, "harbor", source, (site, Options::default()), |_| {}).await.expect("the import succeeds")
}

async fn text(world: &World, sql: &str) -> String {
    let row = world.tenant().await.one(&format!("SELECT coalesce(({sql})::text, 'NULL') AS found"), &[]).await;
    row.expect("the statement is right").get("found")
}

async fn is(world: &World, slug: &str, column: &str, expected: &str) {
    let sql = format!("SELECT {column} FROM content_items WHERE slug = '{slug}'");
    assert_eq!(text(world, &sql).await, expected, "{sql}");
}

fn created(summary: &Summary, kind: Kind) -> u64 {
    summary.kinds.get(&kind).map_or(0, |counts| counts.created)
}

#[tokio::test]
async fn posts_pages_tags_and_authors_arrive() {
    let world = world().await;
    let summary = import(&world, &export(), Some("https://old.example")).await;
    let counts = [Kind::Posts, Kind::Pages, Kind::Tags, Kind::Authors].map(|kind| created(&summary, kind));
    assert_eq!(counts, [4, 1, 2, 1], "one author is a member already: {summary}");

    is(
        &world,
        "first",
        "type || '|' || status || '|' || author_id || '|' || featured",
        "BLOG_POST|PUBLISHED|user-harbor-member|true",
    )
    .await;
    is(&world, "first", "meta_title || '|' || meta_description || '|' || excerpt", "SEO|Found|Short").await;
    is(&world, "first", "featured_image", "https://old.example/content/images/head.jpg").await;
    is(&world, "first", "published_at AT TIME ZONE 'UTC'", "2024-01-02 08:00:00").await;
    is(&world, "first", "created_at AT TIME ZONE 'UTC'", "2024-01-01 08:00:00").await;
    is(&world, "first", "updated_at AT TIME ZONE 'UTC'", "2024-02-01 08:00:00").await;
    let tags = "SELECT string_agg(t.name, ',' ORDER BY l.position) FROM app.content_item_tags l
                JOIN content_tags t ON t.id = l.tag_id JOIN content_items i ON i.id = l.content_id WHERE i.slug = 'first'";
    assert_eq!(text(&world, tags).await, "Tea,Cake");
    is(
        &world,
        "about",
        "type || '|' || (SELECT name || '|' || is_active FROM users u WHERE u.id = author_id)",
        "PAGE|Ray|false",
    )
    .await;
    is(&world, "paid", "status || '|' || content", "DRAFT|<p><em>old</em></p>").await;
    is(&world, "later", "status || '|' || (scheduled_for AT TIME ZONE 'UTC')", "SCHEDULED|2026-12-24 18:00:00").await;
    is(&world, "mailed", "status", "ARCHIVED").await;
    let pictures = "SELECT string_agg(url, ',' ORDER BY url) FROM app.import_attachments";
    assert_eq!(
        text(&world, pictures).await,
        "https://old.example/content/images/a.png,https://old.example/content/images/head.jpg"
    );

    world.run_jobs().await;
    world.stranger().get("/s/harbor/first").await.is(StatusCode::OK);
    world.stranger().get("/s/harbor/paid").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn bodies_are_clean_and_links_lead_to_the_new_places() {
    let world = world().await;
    let summary = import(&world, &export(), None).await;
    let first = text(&world, "SELECT content FROM content_items WHERE slug = 'first'").await;
    assert!(first.contains(r#"href="about""#) && first.contains(r#"src="/content/images/a.png""#), "{first}");
    let about = text(&world, "SELECT content FROM content_items WHERE slug = 'about'").await;
    assert!(about.contains(r#"<strong>Bold</strong><a href="first""#) && about.contains("<p>own</p>"), "{about}");
    assert!(!about.contains("script") && !about.contains("GHOST_URL"), "{about}");
    is(&world, "first", "featured_image", "NULL").await;
    assert!(summary.adjusted.reasons.keys().any(|reason| reason.contains("--site")), "{summary}");
}

#[tokio::test]
async fn running_again_brings_only_what_changed() {
    let world = world().await;
    let dry = (None, Options { dry_run: true });
    let told = ghost::run(&world.app, "harbor", Cursor::new(export().to_string()), dry, |_| {}).await.expect("it runs");
    assert_eq!(text(&world, "SELECT count(*) FROM content_items").await, "0");
    let done = import(&world, &export(), None).await;
    assert_eq!(Summary { dry_run: false, ..told }, done);
    let again = import(&world, &export(), None).await;
    assert_eq!((again.created, again.updated), (0, 0), "{again}");
    let changed = export().to_string().replace("Mailed", "Mailed again");
    let later = import(&world, &serde_json::from_str(&changed).expect("JSON"), None).await;
    assert_eq!((later.created, later.updated), (0, 1), "{later}");
    is(&world, "mailed", "title", "Mailed again").await;
}

#[tokio::test]
async fn what_is_no_export_is_told_in_words() {
    let world = world().await;
    for (file, site, words) in [
        ("[]", None, "not an export of Ghost"),
        ("{\"db\"", None, "not whole JSON"),
        ("{}", Some("here"), "no web address"),
    ] {
        let how = (site, Options::default());
        let error = ghost::run(&world.app, "harbor", Cursor::new(file), how, |_| {}).await.expect_err("it is refused");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn the_small_export_arrives_whole() {
    let Ok(file) = std::fs::read_to_string(FILE) else {
        eprintln!("skipped: ../shared/data/ghost/small-export.json is not beside this repository");
        return;
    };
    let export: Value = serde_json::from_str(&file).expect("JSON");
    let data = &export["db"][0]["data"];
    let count = |table: &str| u64::try_from(data[table].as_array().expect("a table").len()).expect("a count");
    let world = world().await;
    let summary = import(&world, &export, None).await;
    for (kind, expected) in
        [(Kind::Posts, count("posts")), (Kind::Tags, count("tags")), (Kind::Authors, count("users"))]
    {
        assert_eq!(created(&summary, kind), expected, "{kind:?}: {summary}");
    }
    let links = "SELECT count(*) FROM app.content_item_tags";
    assert_eq!(text(&world, links).await, count("posts_tags").to_string());
    for post in data["posts"].as_array().expect("posts") {
        let slug = post["slug"].as_str().expect("a slug");
        is(&world, slug, "title", post["title"].as_str().expect("a title")).await;
        is(&world, slug, "content LIKE '%<img src=\"https://example.com/images/%'", "true").await;
    }
    let again = import(&world, &export, None).await;
    let Counts { created, unchanged, .. } = again.kinds[&Kind::Posts];
    assert_eq!((created, unchanged), (0, count("posts")), "{again}");
}
