//! A WordPress export becomes a site, once and completely.

use std::collections::BTreeMap;
use std::io::{BufReader, Cursor};
use std::path::Path;

use http::StatusCode;
use importers::report::{Counts, Kind, Summary};
use importers::wordpress::{Options, run};
use jiff::SignedDuration;
use kernel::db::Statements;
use testkit::{MARKER, Side, World};

use crate::world;

const FILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/wordpress/themeunittestdata.wordpress.xml");
const SMALL: &str = include_str!("import_wordpress.xml");
const SOURCE: &str = "https://old.example/blog";

async fn import(world: &World, file: &str) -> Summary {
    import_with(world, file, Options::default()).await
}

async fn import_with(world: &World, file: &str, options: Options) -> Summary {
    let source = Cursor::new(file.as_bytes().to_vec());
    run(&world.app, "harbor", source, options, |_| {}).await.expect("the import succeeds")
}

/// One text out of Harbor's rows.
async fn text(world: &World, sql: &str) -> String {
    let row = world.tenant().await.one(&format!("SELECT coalesce(({sql})::text, 'NULL') AS found"), &[]).await;
    row.expect("the statement is right").get("found")
}

async fn is(world: &World, sql: &str, expected: &str) {
    assert_eq!(text(world, sql).await, expected, "{sql}");
}

/// A checksum of each table's rows, of both organizations.
async fn everything(world: &World) -> BTreeMap<String, String> {
    let client = world.superuser().await;
    let sql = "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relkind = 'r' AND n.nspname IN ('public', 'app')";
    let mut sums = BTreeMap::new();
    for row in client.query(sql, &[]).await.expect("tables can be listed") {
        let table: String = row.get(0);
        let sql = format!("SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t");
        let sum: String = client.query_one(&sql, &[]).await.expect("a table can be read").get(0);
        sums.insert(table, sum);
    }
    sums
}

fn counts(summary: &Summary, kind: Kind) -> (u64, u64, u64, u64) {
    let Counts { created, updated, unchanged, skipped } = summary.kinds.get(&kind).copied().unwrap_or_default();
    (created, updated, unchanged, skipped)
}

#[tokio::test]
async fn each_kind_of_record_becomes_what_it_was() {
    let world = world().await;
    let summary = import(&world, SMALL).await;
    let kinds =
        [Kind::Authors, Kind::Categories, Kind::Tags, Kind::Attachments, Kind::Posts, Kind::Pages, Kind::Comments];
    let created: Vec<u64> = kinds.iter().map(|kind| counts(&summary, *kind).0).collect();
    assert_eq!(created, [1, 4, 3, 3, 8, 1, 5], "{summary}");
    assert_eq!(counts(&summary, Kind::Authors).2, 1, "one is a member already: {summary}");
    assert_eq!(counts(&summary, Kind::Posts).3, 1, "the one in the trash: {summary}");
    assert_eq!(counts(&summary, Kind::Comments).3, 3, "trash, pingback and empty: {summary}");
    assert_eq!(summary.source, SOURCE);

    let of = |slug: &str, column: &str| format!("SELECT {column} FROM content_items WHERE slug = '{slug}'");
    for (slug, status) in [
        ("hello", "PUBLISHED"),
        ("secret", "DRAFT"),
        ("private-thoughts", "DRAFT"),
        ("waiting", "REVIEW"),
        ("to-come", "SCHEDULED"),
        ("was-to-come", "PUBLISHED"),
        ("mrhb-bl-lm", "PUBLISHED"),
        ("about", "PUBLISHED"),
    ] {
        is(&world, &of(slug, "status"), status).await;
    }
    is(&world, &of("hello", "published_at AT TIME ZONE 'UTC'"), "2020-02-14 10:31:00").await;
    is(&world, &of("hello", "created_at AT TIME ZONE 'UTC'"), "2020-02-14 10:31:00").await;
    is(&world, &of("hello", "updated_at AT TIME ZONE 'UTC'"), "2021-03-04 05:06:07").await;
    is(&world, &of("hello", "featured"), "true").await;
    is(&world, &of("hello", "language"), "de-DE").await;
    is(&world, &of("hello", "featured_image"), "https://old.example/blog/wp-content/uploads/a.jpg").await;
    is(
        &world,
        &of("hello", "meta_title || '|' || meta_description || '|' || keywords[1]"),
        "SEO title|SEO words|greeting",
    )
    .await;
    is(&world, &of("hello", "type"), "BLOG_POST").await;
    is(&world, &of("about", "type"), "PAGE").await;
    is(&world, &of("mrhb-bl-lm", "title"), "مرحبا بالعالم").await;
    is(&world, &of("to-come", "scheduled_for AT TIME ZONE 'UTC'"), "2026-12-24 18:00:00").await;
    is(&world, "SELECT title FROM content_items WHERE content LIKE '%Only words%'", "Only words, and no title at all.")
        .await;
    is(&world, "SELECT string_agg(t.name, ',' ORDER BY l.position) FROM app.content_item_tags l JOIN content_tags t ON t.id = l.tag_id
        JOIN content_items i ON i.id = l.content_id WHERE i.slug = 'hello'", "Tea & Cake,Grün,Reisen").await;
    is(&world, &of("hello", "(SELECT name FROM content_categories c WHERE c.id = category_id)"), "Neuigkeiten & mehr")
        .await;
}

#[tokio::test]
async fn bodies_are_clean_and_their_links_lead_to_the_new_places() {
    let world = world().await;
    import(&world, SMALL).await;
    let body = text(&world, "SELECT content FROM content_items WHERE slug = 'hello'").await;
    for sign in ["<script", "[gallery", "<!-- wp:", "onclick", "data-wordpress-gallery"] {
        assert!(!body.contains(sign), "{sign} in {body}");
    }
    assert!(body.contains(r#"href="about""#) && body.contains(r#"href="mrhb-bl-lm#top""#), "{body}");
    assert!(body.contains(r#"href="waiting""#), "by number, and behind it in the file: {body}");
    assert!(body.contains(r#"href="https://old.example/blog/category/news/""#), "{body}");
    let second = body.find("uploads/b.png").expect("the gallery's first picture");
    let first = body.find("<figcaption>The first</figcaption>").expect("the gallery's second picture");
    assert!(second < first, "in the gallery's order: {body}");

    world.run_jobs().await;
    let page = world.stranger().get("/s/harbor/hello").await.is(StatusCode::OK).text();
    assert!(page.contains("Hello &#38; welcome") || page.contains("Hello &amp; welcome"), "{page}");
    world.stranger().get("/s/harbor/greetings").await.is(StatusCode::MOVED_PERMANENTLY);
    // Its address there has another name than the post.
    let moved = world.stranger().get("/s/harbor/2020/04/came-at-last/").await.is(StatusCode::MOVED_PERMANENTLY);
    assert_eq!(moved.location(), "/s/harbor/was-to-come");
    world.stranger().get("/s/harbor/secret").await.is(StatusCode::NOT_FOUND);
    assert!(world.stranger().get("/s/harbor/").await.is(StatusCode::OK).text().contains("مرحبا بالعالم"));
    assert!(world.stranger().get("/s/harbor/feed.xml").await.is(StatusCode::OK).text().contains("مرحبا"));
}

#[tokio::test]
async fn categories_keep_their_tree_and_circles_are_opened() {
    let world = world().await;
    let summary = import(&world, SMALL).await;
    let path = "SELECT string_agg(c.slug || '<' || coalesce(p.slug, ''), ' ' ORDER BY c.slug)
                FROM content_categories c LEFT JOIN content_categories p ON p.id = c.parent_id";
    let tree = text(&world, path).await;
    assert!(tree.contains("news<") && tree.contains("reisen<news"), "{tree}");
    let open = [tree.contains("egg<hen"), tree.contains("hen<egg")];
    assert_eq!(open.iter().filter(|open| **open).count(), 1, "{tree}");
    assert_eq!(summary.adjusted.examples.iter().filter(|remark| remark.reason.contains("circle")).count(), 1);
    is(&world, "SELECT description FROM content_categories WHERE slug = 'news'", "What is new").await;
}

#[tokio::test]
async fn comments_keep_their_threads_and_what_moderation_decided() {
    let world = world().await;
    import(&world, SMALL).await;
    is(&world, "SELECT comment_count FROM content_items WHERE slug = 'hello'", "3").await;
    let threads = "SELECT string_agg(k.author_name || '<' || coalesce(p.author_name, '') || ' ' || k.status, ',' ORDER BY k.author_name)
                   FROM content_comments k LEFT JOIN content_comments p ON p.id = k.parent_id
                   JOIN content_items i ON i.id = k.content_id WHERE i.slug = 'hello'";
    let expected = "Ann< APPROVED,Ben<Ann APPROVED,Cid<Ben PENDING,Dot< SPAM,Eve< APPROVED";
    is(&world, threads, expected).await;
    is(&world, "SELECT comment FROM content_comments WHERE author_name = 'Ann'", "First line\nsecond & last").await;
    is(
        &world,
        "SELECT author_url || ' ' || author_email FROM content_comments WHERE author_name = 'Ann'",
        "https://ann.example/ ann@ann.example",
    )
    .await;
    is(
        &world,
        "SELECT created_at AT TIME ZONE 'UTC' FROM content_comments WHERE author_name = 'Ann'",
        "2020-02-15 08:00:00",
    )
    .await;
    is(&world, "SELECT author_url FROM content_comments WHERE author_name = 'Eve'", "NULL").await;
}

#[tokio::test]
async fn authors_are_shown_but_cannot_come_in() {
    let world = world().await;
    // Mia is a member; the other address is the rival's owner, a stranger here.
    import(&world, SMALL).await;
    is(&world, "SELECT author_id FROM content_items WHERE slug = 'hello'", "user-harbor-member").await;
    let author = "SELECT u.name || '|' || u.is_active || '|' || m.role || '|' || (u.email LIKE '%@import.invalid')
                  FROM content_items i JOIN users u ON u.id = i.author_id
                  JOIN organization_members m ON m.user_id = u.id AND m.organization_id = i.organization_id WHERE i.slug = 'about'";
    is(&world, author, "Ray Stranger|false|VIEWER|true").await;
    is(&world, "SELECT count(*) FROM organization_members WHERE user_id = 'user-rival-owner' AND organization_id = 'org-harbor'", "0").await;
    is(&world, "SELECT role FROM organization_members WHERE user_id = 'user-harbor-member'", "MEMBER").await;
}

#[tokio::test]
async fn a_second_run_adds_nothing_and_the_rival_sees_nothing() {
    let world = world().await;
    let rival = "SELECT md5(string_agg(i::text, '|' ORDER BY i.id)) AS sum, count(*) AS count FROM content_items i";
    let before: String = world.tenant_of(Side::Rival).await.one(rival, &[]).await.expect("rows").get("sum");
    let first = import(&world, SMALL).await;
    let rows = everything(&world).await;
    let second = import(&world, SMALL).await;
    let all = first.created + first.unchanged;
    assert_eq!((second.created, second.updated, second.unchanged), (0, 0, all), "{second}");
    assert_eq!(second.skipped.count, first.skipped.count);
    let mut again = everything(&world).await;
    assert_ne!(again.insert("app.audit_log".into(), rows["app.audit_log"].clone()), None);
    assert_eq!(again, rows);
    let after: String = world.tenant_of(Side::Rival).await.one(rival, &[]).await.expect("rows").get("sum");
    assert_eq!(before, after);
    is(&world, "SELECT count(*) FROM app.audit_log WHERE action = 'import.wordpress'", "2").await;
    is(
        &world,
        "SELECT details->>'created' FROM app.audit_log WHERE action = 'import.wordpress' ORDER BY id LIMIT 1",
        &first.created.to_string(),
    )
    .await;
    assert!(!serde_json::to_string(&first).expect("JSON").contains(MARKER));
}

#[tokio::test]
async fn a_dry_run_tells_the_same_and_writes_nothing() {
    let world = world().await;
    let before = everything(&world).await;
    let told = import_with(&world, SMALL, Options { dry_run: true }).await;
    assert_eq!(everything(&world).await, before);
    let done = import(&world, SMALL).await;
    assert_eq!(Summary { dry_run: false, ..told }, done);
}

#[tokio::test]
async fn what_changed_there_is_brought_and_what_was_edited_here_stays() {
    let world = world().await;
    import(&world, SMALL).await;
    let path = text(&world, "SELECT '/api/v1/content/' || id FROM content_items WHERE slug = 'about'").await;
    let edit = serde_json::json!({ "title": "About all of us" });
    world.as_admin().patch(&path, edit).await.is(StatusCode::OK);

    let changed = SMALL
        .replace("Hello &amp; welcome", "Hello again")
        .replace("Who we are", "Who we were")
        .replace("second &amp; last", "second and last")
        .replace("What is new", "What is newest");
    let summary = import(&world, &changed).await;
    assert_eq!((summary.created, summary.updated), (0, 3), "{summary}");
    is(&world, "SELECT title FROM content_items WHERE slug = 'hello'", "Hello again").await;
    is(&world, "SELECT updated_at AT TIME ZONE 'UTC' FROM content_items WHERE slug = 'hello'", "2021-03-04 05:06:07")
        .await;
    is(&world, "SELECT title || content FROM content_items WHERE slug = 'about'", "About all of us<p>Who we are</p>")
        .await;
    is(&world, "SELECT comment FROM content_comments WHERE author_name = 'Ann'", "First line\nsecond and last").await;
    is(&world, "SELECT description FROM content_categories WHERE slug = 'news'", "What is newest").await;
    let stays = summary.skipped.examples.iter().filter(|remark| remark.reason.contains("edited here")).count();
    assert_eq!(stays, 1, "{summary}");

    world
        .as_admin()
        .delete(&text(&world, "SELECT '/api/v1/content/' || id FROM content_items WHERE slug = 'hello'").await)
        .await
        .is(StatusCode::NO_CONTENT);
    let summary = import(&world, &changed).await;
    assert_eq!(summary.created, 0, "what was deleted here does not come back: {summary}");
}

#[tokio::test]
async fn a_planned_item_that_was_published_meanwhile_counts_as_unchanged() {
    let world = world().await;
    import(&world, SMALL).await;
    world.run_jobs().await;
    world.advance(SignedDuration::from_hours(24 * 365));
    world.run_jobs().await;
    is(&world, "SELECT status FROM content_items WHERE slug = 'to-come'", "PUBLISHED").await;
    let again = import(&world, SMALL).await;
    assert_eq!((again.created, again.updated), (0, 0), "{again}");
}

#[tokio::test]
async fn an_import_that_was_stopped_is_completed_by_the_next() {
    // Enough for several transactions, with a link from the first item to the last.
    let items: String = (1..=130)
        .map(|number| {
            format!(
                "<item><title>Item {number}</title><link>https://old.example/blog/item-{number}/</link><wp:post_id>{number}</wp:post_id>\
                 <wp:post_type>post</wp:post_type><wp:status>publish</wp:status><wp:post_name>item-{number}</wp:post_name>\
                 <wp:post_date_gmt>2020-01-01 00:00:00</wp:post_date_gmt><content:encoded><![CDATA[<p><a href=\"https://old.example/blog/item-{}/\">x</a></p>]]></content:encoded>\
                 <wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>A</wp:comment_author><wp:comment_content>c</wp:comment_content><wp:comment_approved>1</wp:comment_approved></wp:comment></item>",
                131 - number
            )
        })
        .collect();
    let file = SMALL.split("<item>").next().expect("a beginning").to_owned() + &items + "</channel></rss>";
    let world = world().await;
    let app = world.app.clone();
    let (sender, stop) = tokio::sync::oneshot::channel();
    let mut sender = Some(sender);
    let source = BufReader::new(Cursor::new(file.clone().into_bytes()));
    let one = async {
        run(&app, "harbor", source, Options::default(), |progress| {
            if progress.step == importers::wordpress::Step::Items
                && let Some(sender) = sender.take()
            {
                let _ = sender.send(());
            }
        })
        .await
    };
    tokio::select! {
        biased;
        _ = stop => {}
        _ = one => panic!("the import was not stopped"),
    }
    is(&world, "SELECT count(*) BETWEEN 1 AND 129 FROM content_items", "true").await;

    let rest = import(&world, &file).await;
    let (created, _, unchanged, _) = counts(&rest, Kind::Posts);
    assert_eq!(created + unchanged, 130);
    assert!(created > 0 && unchanged > 0, "{rest}");
    is(&world, "SELECT count(*) FROM content_items", "130").await;
    is(&world, "SELECT count(*) FROM content_comments", "130").await;
    is(&world, "SELECT count(*) FROM content_items WHERE content NOT LIKE '%href=\"item-%'", "0").await;
    is(&world, "SELECT count(*) FROM app.import_records WHERE kind = 'links-waiting'", "0").await;
}

#[tokio::test]
async fn what_is_no_export_is_told_in_words() {
    let world = world().await;
    for (slug, file, words) in
        [("harbor", "<html></html>", "not a WordPress export"), ("nobody", SMALL, "no organization")]
    {
        let source = Cursor::new(file.as_bytes().to_vec());
        let error = run(&world.app, slug, source, Options::default(), |_| {}).await.expect_err("it is refused");
        assert!(error.to_string().contains(words), "{error}");
    }
}

/// How often a piece of text stands in the file, which is how the expected numbers are found without the importer.
fn times(file: &str, piece: &str) -> u64 {
    u64::try_from(file.matches(piece).count()).expect("a count")
}

#[tokio::test]
async fn the_theme_unit_test_data_arrives_whole() {
    if !Path::new(FILE).exists() {
        eprintln!("skipped: ../shared/data/wordpress/themeunittestdata.wordpress.xml is not beside this repository");
        return;
    }
    let file = std::fs::read_to_string(FILE).expect("the file is readable");
    let world = world().await;
    let summary = import(&world, &file).await;
    let of_type = |name: &str| {
        ["{}", "<![CDATA[{}]]>"]
            .iter()
            .map(|form| times(&file, &format!("<wp:post_type>{}<", form.replace("{}", name))))
            .sum::<u64>()
    };
    for (kind, expected) in [
        (Kind::Authors, times(&file, "<wp:author>")),
        (Kind::Categories, times(&file, "<wp:category>")),
        (Kind::Tags, times(&file, "<wp:tag>")),
        (Kind::Attachments, of_type("attachment")),
        (Kind::Posts, of_type("post")),
        (Kind::Pages, of_type("page")),
        (Kind::Comments, times(&file, "<wp:comment>")),
    ] {
        let (created, updated, unchanged, skipped) = counts(&summary, kind);
        assert_eq!(created + updated + unchanged + skipped, expected, "{kind:?}: {summary}");
    }
    is(&world, "SELECT count(*) FROM content_items", &(of_type("post") + of_type("page")).to_string()).await;
    let odd = "SELECT count(*) FROM content_items WHERE content ~ '<script|\\[gallery|<!-- wp:|\\[caption|onclick='";
    is(&world, odd, "0").await;
    is(&world, "SELECT count(*) FROM content_items WHERE comment_count <> (SELECT count(*) FROM content_comments k WHERE k.content_id = content_items.id AND k.status = 'APPROVED')", "0").await;
    is(&world, "SELECT count(*) FROM content_items WHERE featured", "1").await;
    assert_ne!(text(&world, "SELECT count(*) FROM content_categories WHERE parent_id IS NOT NULL").await, "0");

    let again = import(&world, &file).await;
    assert_eq!((again.created, again.updated, again.unchanged), (0, 0, summary.created + summary.unchanged), "{again}");

    let mut pages = 0;
    for row in
        world.tenant().await.rows("SELECT slug FROM content_items WHERE status = 'PUBLISHED'", &[]).await.expect("rows")
    {
        let slug: &str = row.get("slug");
        world.stranger().get(&format!("/s/harbor/{slug}")).await.is(StatusCode::OK);
        pages += 1;
    }
    assert!(pages > 70, "{pages}");
}
