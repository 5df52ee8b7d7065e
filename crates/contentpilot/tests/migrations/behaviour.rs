//! What the database does by itself: counters, times, search, and going by cascade.

use crate::database::{Database, begin_as_app, text};
use tokio_postgres::Client;

const ROWS: &str = "
    INSERT INTO organizations (id, name, slug, updated_at) VALUES ('one', 'One', 'one', now()), ('two', 'Two', 'two', now());
    INSERT INTO users (id, email, updated_at) VALUES ('ann', 'ann@one.example', now());
    SELECT set_config('app.current_org_id', 'one', false);
    INSERT INTO content_items (organization_id, id, title, slug, content, type, author_id, updated_at, language) VALUES
        ('one', 'c1', 'Winter boats', 'boats', '<p>Sailing through <b>freezing</b> waters</p>', 'ARTICLE', 'ann', '2020-01-01Z', 'en'),
        ('one', 'c2', 'Häuser im Winter', 'haeuser', '<p>Warme Stuben</p>', 'ARTICLE', 'ann', '2020-01-01Z', 'de-AT');
    INSERT INTO content_tags (organization_id, id, name, slug) VALUES ('one', 't1', 'Harbours', 'harbours');
    INSERT INTO app.content_item_tags (organization_id, content_id, tag_id) VALUES ('one', 'c1', 't1'), ('one', 'c2', 't1');
    RESET app.current_org_id";

async fn one() -> Client {
    let database = Database::migrated().await;
    let client = database.connect().await;
    client.batch_execute(ROWS).await.unwrap();
    begin_as_app(&client, "one").await;
    client
}

#[tokio::test]
async fn comment_counts_follow_what_is_approved() {
    let client = one().await;
    let count = "SELECT comment_count::text FROM content_items WHERE id = 'c1'";
    client
        .batch_execute(
            "INSERT INTO content_comments (organization_id, id, content_id, comment, status)
             SELECT 'one', 'k' || n, 'c1', 'Fine', (CASE WHEN n <= 3 THEN 'APPROVED' ELSE 'PENDING' END)::\"CommentStatus\"
             FROM generate_series(1, 5) AS n",
        )
        .await
        .unwrap();
    assert_eq!(text(&client, count).await, "3");
    client.batch_execute("UPDATE content_comments SET status = 'APPROVED' WHERE id = 'k4'").await.unwrap();
    assert_eq!(text(&client, count).await, "4");
    client.batch_execute("UPDATE content_comments SET status = 'SPAM' WHERE id IN ('k1', 'k5')").await.unwrap();
    assert_eq!(text(&client, count).await, "3");
    client.batch_execute("DELETE FROM content_comments").await.unwrap();
    assert_eq!(text(&client, count).await, "0");
}

#[tokio::test]
async fn tag_counts_follow_use_and_everything_goes_with_its_organization() {
    let client = one().await;
    let count = "SELECT usage_count::text FROM content_tags";
    assert_eq!(text(&client, count).await, "2");
    client
        .batch_execute(
            "INSERT INTO content_comments (organization_id, id, content_id, comment, status) VALUES ('one', 'k', 'c1', 'Hi', 'APPROVED');
             INSERT INTO content_comments (organization_id, id, content_id, comment, parent_id) VALUES ('one', 'l', 'c1', 'Hi', 'k');
             SELECT app.index_content('c1'); DELETE FROM content_items WHERE id = 'c2'",
        )
        .await
        .unwrap();
    assert_eq!(text(&client, count).await, "1");
    client.batch_execute("DELETE FROM organizations WHERE id = 'one'; RESET ROLE").await.unwrap();
    let left = "SELECT ((SELECT count(*) FROM content_items) + (SELECT count(*) FROM content_comments)
                + (SELECT count(*) FROM content_tags) + (SELECT count(*) FROM app.search_documents)
                + (SELECT count(*) FROM app.content_item_tags))::text";
    assert_eq!(text(&client, left).await, "0");
}

#[tokio::test]
async fn only_an_edit_moves_updated_at() {
    let client = one().await;
    let moved = "SELECT (updated_at > '2020-06-01')::text FROM content_items WHERE id = 'c1'";
    for machine in [
        "UPDATE content_items SET view_count = view_count + 1, share_count = 2, like_count = 3 WHERE id = 'c1'",
        "UPDATE content_items SET comment_count = 7, search_vector = 'x' WHERE id = 'c1'",
        "UPDATE content_items SET title = title WHERE id = 'c1'",
        "SELECT app.index_content('c1')",
    ] {
        client.batch_execute(machine).await.unwrap();
        assert_eq!(text(&client, moved).await, "false", "{machine}");
    }
    client
        .batch_execute("UPDATE content_items SET updated_at = '2020-02-02Z', title = 'Imported' WHERE id = 'c1'")
        .await
        .unwrap();
    assert_eq!(text(&client, moved).await, "false", "a time the statement sets is kept");
    client.batch_execute("UPDATE content_items SET title = 'Edited', view_count = 9 WHERE id = 'c1'").await.unwrap();
    assert_eq!(text(&client, moved).await, "true");
    let version = "SELECT version::text FROM content_items WHERE id = 'c1'";
    assert_eq!(text(&client, version).await, "1", "the program raises the version, not the trigger");
}

#[tokio::test]
async fn search_knows_languages_beginnings_tags_and_what_is_published() {
    let client = one().await;
    client.batch_execute("SELECT app.index_content(id) FROM content_items").await.unwrap();
    for (query, wanted) in [
        ("sail", "c1"),
        ("\"winter boats\"", "c1"),
        ("free", "c1"),
        ("harbour", "c2,c1"),
        ("haus", "c2"),
        ("winter -boats", "c2"),
        ("winter bo", "c1"),
        ("b", "c1"),
        ("p", ""),
        ("the", ""),
        ("'\"&|!:*() \\", ""),
        ("", ""),
    ] {
        let sql = "SELECT coalesce(string_agg(content_id, ',' ORDER BY content_id DESC), '') FROM app.search_content($1, false, 10)";
        let found: String = client.query_one(sql, &[&query]).await.unwrap().get(0);
        assert_eq!(found, wanted, "{query}");
    }
    let published = "SELECT count(*)::text FROM app.search_content('winter', true, 10)";
    assert_eq!(text(&client, published).await, "0");
    client
        .batch_execute("UPDATE content_items SET status = 'PUBLISHED' WHERE id = 'c1'; SELECT app.index_content('c1')")
        .await
        .unwrap();
    assert_eq!(text(&client, published).await, "1");
    let longest =
        "UPDATE content_items SET content = (SELECT string_agg(md5(n::text), ' ') FROM generate_series(1, 60000) AS n)
                   WHERE id = 'c1'; SELECT app.index_content('c1')";
    client.batch_execute(longest).await.unwrap();
}

#[tokio::test]
async fn an_old_item_is_found_by_its_title_among_many_newer_matches() {
    let client = one().await;
    client
        .batch_execute(
            "INSERT INTO content_items (organization_id, id, title, slug, content, type, author_id)
             SELECT 'one', 'd' || n, 'Note ' || n, 'note-' || n, 'about boats', 'ARTICLE', 'ann' FROM generate_series(1, 600) AS n;
             SELECT app.index_content(id) FROM content_items",
        )
        .await
        .unwrap();
    assert_eq!(text(&client, "SELECT content_id FROM app.search_content('boats', false, 1)").await, "c1");
}

#[tokio::test]
async fn hard_rules_hold() {
    let client = one().await;
    for wrong in [
        "UPDATE content_items SET slug = 'Not A Slug'",
        "UPDATE content_items SET title = ''",
        "UPDATE content_items SET title = repeat('x', 201)",
        "UPDATE content_items SET view_count = -1",
        "INSERT INTO campaigns (organization_id, id, name, type, created_by, start_date, end_date)
         VALUES ('one', 'x', 'x', 'SOCIAL_MEDIA', 'ann', '2026-02-01', '2026-01-01')",
        "INSERT INTO content_revisions (organization_id, id, content_id, title, content_body, version, created_by)
         VALUES ('one', 'x', 'c1', 'x', '', 0, 'ann')",
        "UPDATE app.audit_log SET action = 'x'",
        "DELETE FROM app.audit_log",
        "DELETE FROM app.migrations",
        "TRUNCATE content_items",
    ] {
        client.batch_execute("SAVEPOINT try").await.unwrap();
        assert!(client.batch_execute(wrong).await.is_err(), "{wrong}");
        client.batch_execute("ROLLBACK TO SAVEPOINT try").await.unwrap();
    }
}
