//! The hot lists and search enter their indexes beneath the policies, as the app role.

use crate::database::{Database, begin_as_app, text};
use tokio_postgres::Client;

const ROWS: &str = "
    INSERT INTO organizations (id, name, slug, updated_at) VALUES ('big', 'Big', 'big', now()), ('small', 'Small', 'small', now());
    INSERT INTO users (id, email, updated_at) VALUES ('ann', 'ann@big.example', now()), ('bob', 'bob@big.example', now());
    INSERT INTO content_items (organization_id, id, title, slug, type, author_id, status, published_at)
    SELECT CASE WHEN n % 10 = 0 THEN 'small' ELSE 'big' END, 'item' || lpad(n::text, 6, '0'), 'Item ' || n, 'item-' || n,
           'ARTICLE', CASE WHEN n % 50 = 1 THEN 'bob' ELSE 'ann' END, (CASE WHEN n % 3 = 0 THEN 'DRAFT' ELSE 'PUBLISHED' END)::\"ContentStatus\",
           now() - n * interval '1 minute'
    FROM generate_series(1, 20000) AS n;
    UPDATE content_items SET featured = true WHERE id LIKE '%500';
    INSERT INTO app.search_documents (organization_id, content_id, language, is_published, vector)
    SELECT organization_id, id, 'english', status = 'PUBLISHED',
           to_tsvector('english', 'common ' || (CASE WHEN slug = 'item-77' THEN 'pelican ' ELSE '' END)
                       || (SELECT string_agg(left(md5(slug || word), 5), ' ') FROM generate_series(1, 80) AS word))
    FROM content_items WHERE id < 'item006000';
    INSERT INTO app.search_words (organization_id, content_id, language, is_published, words)
    SELECT d.organization_id, content_id, d.language, is_published,
           app.search_words_of(d.organization_id, to_tsvector('english', title), vector)
    FROM app.search_documents d JOIN content_items i ON i.organization_id = d.organization_id AND i.id = content_id;
    ANALYZE content_items; ANALYZE app.search_documents; ANALYZE app.search_words";

async fn plan(client: &Client, sql: &str) -> String {
    let rows = client.query(&format!("EXPLAIN {sql}"), &[]).await.unwrap();
    rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn hot_lists_read_their_index_in_order() {
    let database = Database::migrated().await;
    let client = database.connect().await;
    client.batch_execute(ROWS).await.unwrap();
    begin_as_app(&client, "big").await;
    for (sql, index) in [
        (
            "SELECT id FROM content_items WHERE status = 'PUBLISHED' ORDER BY published_at DESC, id DESC LIMIT 15",
            "idx_content_org_live",
        ),
        (
            "SELECT id FROM content_items WHERE featured AND status = 'PUBLISHED' AND type IN ('ARTICLE', 'BLOG_POST', 'NEWSLETTER')
             ORDER BY published_at DESC, id DESC LIMIT 1",
            "idx_content_items_org_featured",
        ),
        ("SELECT id FROM content_items ORDER BY updated_at DESC, id DESC LIMIT 25", "idx_content_org_updated"),
        (
            "SELECT id FROM content_items ORDER BY app.name_of(status) DESC, id DESC LIMIT 25",
            "idx_content_org_status_name",
        ),
        ("SELECT id FROM content_items ORDER BY app.name_of(type), id LIMIT 25", "idx_content_org_type_name"),
        ("SELECT id FROM content_items WHERE author_id = 'bob' ORDER BY id LIMIT 25", "idx_content_org_author"),
        ("SELECT id FROM content_items WHERE slug = 'item-9'", "content_items_organization_id_slug_key"),
    ] {
        let plan = plan(&client, sql).await;
        assert!(plan.contains(index) && !plan.contains("Seq Scan") && !plan.contains("Sort"), "{sql}\n{plan}");
    }
}

/// How often an index was entered so far.
async fn scans(client: &Client, index: &str) -> u64 {
    client.batch_execute("SELECT pg_stat_force_next_flush()").await.unwrap();
    let sql = format!("SELECT coalesce(idx_scan, 0)::text FROM pg_stat_user_indexes WHERE indexrelname = '{index}'");
    text(client, &sql).await.parse().unwrap()
}

#[tokio::test]
async fn search_enters_the_index_of_words_as_the_app_role() {
    let database = Database::migrated().await;
    let client = database.connect().await;
    client.batch_execute(ROWS).await.unwrap();
    for (call, found) in [
        ("app.search_content('pelicans', false, 10)", "1"),
        // Side by side and not wanted, which the words alone do not tell.
        ("app.search_content('\"common pelican\"', false, 10)", "1"),
        ("app.search_content('pelicans -common', false, 10)", "0"),
        ("app.search_content('pelicans', false, 10, ARRAY['ARTICLE'], 'PUBLISHED')", "1"),
        ("app.search_content('pelicans', false, 10, ARRAY['PAGE'])", "0"),
    ] {
        let before = scans(&client, "idx_search_words").await;
        begin_as_app(&client, "big").await;
        assert_eq!(text(&client, &format!("SELECT count(*)::text FROM {call}")).await, found, "{call}");
        client.batch_execute("COMMIT").await.unwrap();
        assert!(scans(&client, "idx_search_words").await > before, "{call} found it otherwise");
    }
    // What most items have is found among the newest, and nothing of anybody else is.
    begin_as_app(&client, "big").await;
    assert_eq!(text(&client, "SELECT count(*)::text FROM app.search_content('common', true, 50)").await, "50");
    assert_eq!(text(&client, "SELECT count(*)::text FROM app.search_content('-pelicans', true, 50)").await, "50");
    client.batch_execute("COMMIT").await.unwrap();
    begin_as_app(&client, "small").await;
    assert_eq!(text(&client, "SELECT count(*)::text FROM app.search_content('pelicans', false, 10)").await, "0");
}

#[tokio::test]
async fn the_words_of_a_search_are_looked_up_by_their_index() {
    let database = Database::migrated().await;
    let client = database.connect().await;
    client.batch_execute(ROWS).await.unwrap();
    let sql = "SELECT content_id FROM app.search_words WHERE organization_id || '' = 'big'
               AND words @@ app.search_marked('pelican'::tsquery, app.search_mark('big')) ORDER BY content_id COLLATE \"C\" DESC LIMIT 250";
    client.batch_execute("SET enable_seqscan = off; SET plan_cache_mode = force_custom_plan").await.unwrap();
    let plan = plan(&client, sql).await;
    assert!(plan.contains("Bitmap Index Scan on idx_search_words"), "{plan}");
}
