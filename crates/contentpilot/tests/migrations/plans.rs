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
    INSERT INTO app.search_documents (organization_id, content_id, language, is_published, title, vector)
    SELECT organization_id, id, 'english', status = 'PUBLISHED', to_tsvector('english', title),
           to_tsvector('english', 'common ' || (CASE WHEN slug = 'item-77' THEN 'pelican ' ELSE '' END)
                       || (SELECT string_agg(left(md5(slug || word), 5), ' ') FROM generate_series(1, 80) AS word))
    FROM content_items WHERE id < 'item006000';
    ANALYZE content_items; ANALYZE app.search_documents";

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

#[tokio::test]
async fn search_enters_the_index_of_words() {
    let database = Database::migrated().await;
    let client = database.connect().await;
    client.batch_execute(ROWS).await.unwrap();
    let scans = "SELECT coalesce(idx_scan, 0)::text FROM pg_stat_user_indexes WHERE indexrelname = 'idx_search_documents_vector'";
    client.batch_execute("SELECT pg_stat_force_next_flush()").await.unwrap();
    let before: u64 = text(&client, scans).await.parse().unwrap();
    begin_as_app(&client, "big").await;
    assert_eq!(text(&client, "SELECT count(*)::text FROM app.search_content('pelicans', false, 10)").await, "1");
    assert_eq!(text(&client, "SELECT count(*)::text FROM app.search_content('common', true, 50)").await, "50");
    client.batch_execute("COMMIT; SELECT pg_stat_force_next_flush()").await.unwrap();
    assert!(text(&client, scans).await.parse::<u64>().unwrap() > before);
}
