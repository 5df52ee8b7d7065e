//! A folder of Markdown becomes a site.

use std::path::Path;

use http::StatusCode;
use importers::report::{Kind, Summary};
use importers::{Options, markdown};
use kernel::db::Statements;
use tempfile::TempDir;
use testkit::World;

use crate::world;

const FILES: [(&str, &str); 9] = [
    (
        "site/content/posts/first.md",
        "---\ntitle: The first\ndate: 2024-01-02T10:00:00+01:00\nlastmod: 2024-02-03\ntags: [Tea, \"Two words\"]\n\
         categories: [News, Extra]\ndescription: What it says\nslug: my-first\nauthor: Ann Writer\nlang: de\n\
         keywords: [k]\naliases: [/old/place/]\nfeatured: true\nimage: https://e.org/head.png\n---\n\
         # The first\n\nSee [two](../notes/second.md#part), [top](/about/) and [[Obsidian note|that]].\n\n\
         ![A picture](img/a%20b.png) <script>alert(1)</script>\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n- [x] done\n",
    ),
    (
        "site/content/notes/second.md",
        "+++\ntitle = \"Second\"\ndate = 2024-03-04\ndraft = true\n+++\n[back](../posts/first.md)\n",
    ),
    ("site/content/notes/Obsidian note.md", "Only text, ![[photo.png]] and [nowhere](missing.md)\n"),
    ("site/content/about/index.md", "---\ntitle: About\n---\n\nWho we are\n"),
    (
        "site/content/_posts/2023-05-06-jekyll-post.markdown",
        "---\nlayout: post\ntags: one two\n---\n# Jekyll speaks\n\ntext\n",
    ),
    ("site/content/posts/future.md", "---\ntitle: To come\ndate: 2026-12-24T18:00:00Z\n---\ntext\n"),
    ("site/content/broken.md", "---\ntitle: [unclosed\n---\ntext\n"),
    ("site/content/.obsidian/hidden.md", "---\ntitle: Hidden\n---\n"),
    ("site/content/picture.png", "not a text"),
];

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in FILES {
        write(&folder, path, text.as_bytes());
    }
    write(&folder, "site/content/latin.md", b"---\ntitle: caf\xe9\n---\n");
    folder
}

fn write(folder: &TempDir, path: &str, bytes: &[u8]) {
    let path = folder.path().join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
    std::fs::write(path, bytes).expect("the file is written");
}

async fn import(world: &World, folder: &Path) -> Summary {
    let folder = folder.join("site/content");
    markdown::run(&world.app, "harbor", &folder, Options::default(), |_, _| {}).await.expect("the import succeeds")
}

async fn text(world: &World, sql: &str) -> String {
    let row = world.tenant().await.one(&format!("SELECT coalesce(({sql})::text, 'NULL') AS found"), &[]).await;
    row.expect("the statement is right").get("found")
}

async fn is(world: &World, slug: &str, column: &str, expected: &str) {
    let sql = format!("SELECT {column} FROM content_items WHERE slug = '{slug}'");
    assert_eq!(text(world, &sql).await, expected, "{sql}");
}

#[tokio::test]
async fn files_become_items_with_all_their_front_matter() {
    let (world, folder) = (world().await, folder());
    let summary = import(&world, folder.path()).await;
    let items = summary.kinds[&Kind::Items];
    assert_eq!((items.created, items.skipped), (6, 2), "{summary}");
    assert!(summary.skipped.reasons.keys().any(|reason| reason.contains("not YAML")), "{summary}");
    assert!(summary.skipped.reasons.keys().any(|reason| reason.contains("not UTF-8")), "{summary}");

    is(
        &world,
        "my-first",
        "title || '|' || status || '|' || type || '|' || language",
        "The first|PUBLISHED|BLOG_POST|de",
    )
    .await;
    is(&world, "my-first", "published_at AT TIME ZONE 'UTC'", "2024-01-02 09:00:00").await;
    is(&world, "my-first", "updated_at AT TIME ZONE 'UTC'", "2024-02-03 00:00:00").await;
    is(
        &world,
        "my-first",
        "meta_description || '|' || excerpt || '|' || keywords[1] || '|' || featured || '|' || featured_image",
        "What it says|What it says|k|true|https://e.org/head.png",
    )
    .await;
    is(&world, "my-first", "(SELECT name FROM users u WHERE u.id = author_id)", "Ann Writer").await;
    is(&world, "my-first", "(SELECT name FROM content_categories c WHERE c.id = category_id)", "News").await;
    let tags = "SELECT string_agg(t.name, ',' ORDER BY l.position) FROM app.content_item_tags l
                JOIN content_tags t ON t.id = l.tag_id JOIN content_items i ON i.id = l.content_id WHERE i.slug = ";
    assert_eq!(text(&world, &format!("{tags}'my-first'")).await, "Tea,Two words,Extra");
    assert_eq!(text(&world, &format!("{tags}'jekyll-post'")).await, "one,two");
    is(&world, "second", "status || '|' || coalesce(published_at::text, '-')", "DRAFT|-").await;
    is(&world, "obsidian-note", "title || '|' || status", "Obsidian note|DRAFT").await;
    is(&world, "about", "title || '|' || status || '|' || type", "About|PUBLISHED|PAGE").await;
    is(&world, "jekyll-post", "title || '|' || (published_at AT TIME ZONE 'UTC')", "Jekyll speaks|2023-05-06 00:00:00")
        .await;
    is(&world, "to-come", "status", "NULL").await;
    is(&world, "future", "status || '|' || (scheduled_for AT TIME ZONE 'UTC')", "SCHEDULED|2026-12-24 18:00:00").await;
}

#[tokio::test]
async fn bodies_are_clean_and_links_lead_to_the_new_places() {
    let (world, folder) = (world().await, folder());
    import(&world, folder.path()).await;
    let body = text(&world, "SELECT content FROM content_items WHERE slug = 'my-first'").await;
    for piece in
        [r#"href="second#part""#, r#"href="about""#, r#"href="obsidian-note""#, "<table>", "task-done", "img/a%20b.png"]
    {
        assert!(body.contains(piece), "{piece} in {body}");
    }
    assert!(!body.contains("<script") && !body.contains("<h1"), "{body}");
    let body = text(&world, "SELECT content FROM content_items WHERE slug = 'second'").await;
    assert!(body.contains(r#"href="my-first""#), "{body}");
    let body = text(&world, "SELECT content FROM content_items WHERE slug = 'obsidian-note'").await;
    assert!(body.contains(r#"<img src="photo.png""#) && body.contains(r#"href="missing.md""#), "{body}");
    let pictures = "SELECT string_agg(url, ',' ORDER BY url) FROM app.import_attachments";
    assert_eq!(text(&world, pictures).await, "https://e.org/head.png,notes/photo.png,posts/img/a b.png");
    assert_eq!(text(&world, "SELECT count(*) FROM app.import_records WHERE kind = 'links-waiting'").await, "0");

    world.run_jobs().await;
    world.stranger().get("/s/harbor/my-first").await.is(StatusCode::OK);
    world.stranger().get("/s/harbor/place").await.is(StatusCode::MOVED_PERMANENTLY);
    world.stranger().get("/s/harbor/second").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn running_again_brings_only_what_changed() {
    let (world, folder) = (world().await, folder());
    import(&world, folder.path()).await;
    let again = import(&world, folder.path()).await;
    assert_eq!((again.created, again.updated), (0, 0), "{again}");
    assert_eq!(again.kinds[&Kind::Items].unchanged, 6, "{again}");

    let path = text(&world, "SELECT '/api/v1/content/' || id FROM content_items WHERE slug = 'about'").await;
    world.as_admin().patch(&path, serde_json::json!({ "title": "About all of us" })).await.is(StatusCode::OK);
    write(&folder, "site/content/about/index.md", b"---\ntitle: About them\n---\n");
    write(
        &folder,
        "site/content/notes/second.md",
        b"---\ntitle: Second thoughts\n---\n[back](../posts/first.md) [n](new.md)\n",
    );
    write(&folder, "site/content/notes/new.md", b"---\ntitle: New\n---\n");
    let later = import(&world, folder.path()).await;
    assert_eq!((later.created, later.updated), (1, 1), "{later}");
    is(&world, "about", "title", "About all of us").await;
    is(&world, "second", "title || '|' || status", "Second thoughts|PUBLISHED").await;
    let body = text(&world, "SELECT content FROM content_items WHERE slug = 'second'").await;
    assert!(body.contains(r#"href="my-first""#) && body.contains(r#"href="new""#), "{body}");
}

#[tokio::test]
async fn a_dry_run_tells_the_same_and_writes_nothing() {
    let (world, folder) = (world().await, folder());
    let place = folder.path().join("site/content");
    let told = markdown::run(&world.app, "harbor", &place, Options { dry_run: true }, |_, _| {}).await;
    assert_eq!(text(&world, "SELECT count(*) FROM content_items").await, "0");
    let done = import(&world, folder.path()).await;
    assert_eq!(Summary { dry_run: false, ..told.expect("the dry run succeeds") }, done);
}

#[tokio::test]
async fn what_is_no_folder_is_told_in_words() {
    let (world, folder) = (world().await, folder());
    let file = folder.path().join("site/content/broken.md");
    let error = markdown::run(&world.app, "harbor", &file, Options::default(), |_, _| {}).await.expect_err("refused");
    assert!(error.to_string().contains("not a folder"), "{error}");
}
