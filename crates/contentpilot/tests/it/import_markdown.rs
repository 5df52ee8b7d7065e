//! A folder of Markdown becomes a site.

use std::path::Path;

use http::StatusCode;
use importers::report::{Kind, Summary};
use importers::{Options, markdown};
use kernel::db::Statements;
use tempfile::TempDir;
use testkit::World;

use crate::{files, world};

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
    write(&folder, "site/content/posts/img/a b.png", &files::png(30, 20));
    write(&folder, "site/content/attachments/photo.png", &files::png(40, 20));
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

/// The address in the library of the picture with this name.
async fn library(world: &World, name: &str) -> String {
    text(world, &format!("SELECT file_url FROM media_assets WHERE original_name = '{name}'")).await
}

#[tokio::test]
async fn pictures_of_the_folder_come_into_the_library_and_the_texts_show_them() {
    let (world, folder) = (world().await, folder());
    write(&folder, "site/content/static/head.png", &files::png(50, 20));
    write(
        &folder,
        "site/content/headed.md",
        b"---\ntitle: Headed\nimage: /head.png\n---\n![](picture.png) ![](gone.png)\n",
    );
    let summary = import(&world, folder.path()).await;
    let pictures = summary.kinds[&Kind::Attachments];
    assert_eq!((pictures.created, pictures.skipped), (4, 2), "three of the folder and one of the web: {summary}");
    assert!(summary.skipped.reasons.contains_key("There is no such picture in the folder."), "{summary}");
    world.run_jobs().await;

    let (boat, photo) = (library(&world, "a b.png").await, library(&world, "photo.png").await);
    let body = text(&world, "SELECT content FROM content_items WHERE slug = 'my-first'").await;
    assert!(body.contains(&format!("src=\"{boat}\"")), "{body}");
    let body = text(&world, "SELECT content FROM content_items WHERE slug = 'obsidian-note'").await;
    assert!(body.contains(&format!("src=\"{photo}\"")), "{body}");
    is(&world, "headed", "featured_image", &library(&world, "head.png").await).await;
    let told = "SELECT string_agg(alt || ' in ' || (SELECT path FROM media_folders f WHERE f.id = folder_id), ',')
                FROM media_assets WHERE original_name = 'a b.png' AND usage_count = 1";
    assert_eq!(text(&world, told).await, "A picture in /Imported");
    world.stranger().get(&boat).await.is(StatusCode::OK);

    let again = import(&world, folder.path()).await;
    assert_eq!((again.created, again.updated, again.kinds[&Kind::Attachments].unchanged), (0, 0, 4), "{again}");
    // What people took out stays out.
    let path = text(&world, "SELECT '/api/v1/content/' || id FROM content_items WHERE slug = 'headed'").await;
    world.as_admin().patch(&path, serde_json::json!({ "featured_image": null })).await.is(StatusCode::OK);
    import(&world, folder.path()).await;
    world.run_jobs().await;
    is(&world, "headed", "coalesce(featured_image, 'none')", "none").await;
}

#[tokio::test]
async fn a_changed_text_shows_the_same_pictures_again() {
    let (world, folder) = (world().await, folder());
    import(&world, folder.path()).await;
    world.run_jobs().await;
    write(&folder, "site/content/notes/Obsidian note.md", b"Other text, ![[photo.png|Our photo]]\n");
    assert_eq!(import(&world, folder.path()).await.updated, 1);
    world.run_jobs().await;
    let (body, photo) = (
        text(&world, "SELECT content FROM content_items WHERE slug = 'obsidian-note'").await,
        library(&world, "photo.png").await,
    );
    assert!(body.contains("Other text") && body.contains(&format!("src=\"{photo}\"")), "{body}");
}

#[tokio::test]
async fn what_is_imported_stands_in_the_name_of_somebody_who_may_still_sign_in() {
    let (world, folder) = (world().await, folder());
    let superuser = world.superuser().await;
    superuser.batch_execute("UPDATE users SET is_active = false WHERE id = 'user-harbor-owner'").await.unwrap();
    import(&world, folder.path()).await;
    is(&world, "about", "author_id", "user-harbor-admin").await;
    superuser.batch_execute("UPDATE users SET is_active = false WHERE id LIKE 'user-harbor-%'").await.unwrap();
    let place = folder.path().join("site/content");
    let refused =
        markdown::run(&world.app, "harbor", &place, Options::default(), |_, _| {}).await.expect_err("refused");
    assert!(refused.to_string().contains("no member who may sign in"), "{refused}");
}
