//! Statements that stand for themselves: the end of their transaction travels with them, and nothing else does.

use futures_util::try_join;
use kernel::db::{Database, Param, Settings, Statements, Tenant};
use testkit::{Side, World};

use crate::world;

/// Which organization a statement saw, and how many items of others.
const SEEN: &str = "SELECT app.current_org() AS organization,
    (SELECT count(*) FROM content_items WHERE organization_id <> $1) AS others,
    (SELECT count(*) FROM content_items) AS own";

/// Connections that know no statement yet.
async fn fresh(world: &World) -> Database {
    Database::connect(&Settings { url: world.database_url.clone(), pool_size: 2 }).await.unwrap()
}

async fn sees_its_own_alone(tx: &Tenant) {
    let row = tx.row_alone(SEEN, &[&tx.organization().as_str()]).await.unwrap().unwrap();
    assert_eq!(row.get::<_, &str>("organization"), tx.organization().as_str());
    assert_eq!(row.get::<_, i64>("others"), 0);
    assert!(row.get::<_, i64>("own") > 0);
}

/// The client refuses an answer that shows a text of the rival's to others.
#[tokio::test]
async fn what_pages_share_is_shared_within_one_organization() {
    let world = world().await;
    let host = world.superuser().await;
    let sql = "INSERT INTO content_categories (organization_id, id, name, slug, created_by)
               VALUES ('org-harbor', 'rival-category', 'Harbor boats', 'boats', 'user-harbor-owner');
               INSERT INTO content_tags (organization_id, id, name, slug) VALUES ('org-harbor', 'rival-tag', 'Harbor moon', 'moon');
               INSERT INTO content_items (organization_id, id, title, slug, type, status, published_at, author_id, category_id)
               VALUES ('org-harbor', 'rival-item', 'Harbor tide', 'tide', 'ARTICLE', 'PUBLISHED', '2026-01-01', 'user-harbor-owner', 'rival-category'),
                      ('org-harbor', 'bare', 'Harbor bare', 'bare', 'ARTICLE', 'PUBLISHED', '2026-01-02', 'user-harbor-owner', NULL);
               INSERT INTO app.content_item_tags (organization_id, content_id, tag_id) VALUES ('org-harbor', 'rival-item', 'rival-tag');
               UPDATE content_items SET category_id = NULL WHERE organization_id = 'org-rival' AND id = 'rival-draft';
               UPDATE content_items SET status = 'PUBLISHED', published_at = '2026-01-03' WHERE id = 'rival-draft'";
    host.batch_execute(sql).await.unwrap();
    for _ in 0..2 {
        for slug in ["rival-marker-item", "rival-marker-draft"] {
            let page = world.stranger().get(&format!("/s/rival/{slug}")).await.is(http::StatusCode::OK).text();
            assert!(page.contains("RIVAL-MARKER") && !page.contains("Harbor "), "{page}");
        }
        let page = world.stranger().get("/s/harbor/tide").await.is(http::StatusCode::OK).text();
        assert!(
            page.contains("Harbor boats") && page.contains("Harbor moon") && page.contains("Harbor bare"),
            "{page}"
        );
        world.stranger().get("/s/harbor/bare").await.is(http::StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_alone_is_its_organizations_and_leaves_nothing_behind() {
    let world = world().await;
    crate::calls::settle(&world).await;
    let database = fresh(&world).await;
    for round in 0..6 {
        let side = if round % 2 == 0 { Side::Harbor } else { Side::Rival };
        let tx = database.tenant(&side.organization_id()).await.unwrap();
        sees_its_own_alone(&tx).await;
        sees_its_own_alone(&tx).await;
        drop(tx);
        let sql = "SELECT app.current_org() IS NULL AS is_nobody, (SELECT count(*) FROM content_items) AS seen";
        let row = database.global().await.unwrap().one(sql, &[]).await.unwrap();
        assert!(row.get::<_, bool>("is_nobody"), "the transaction has ended");
        assert_eq!(row.get::<_, i64>("seen"), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_on_beside_it_or_after_it_keeps_its_transaction() {
    let world = world().await;
    crate::calls::settle(&world).await;
    // Also the first time on a connection, when the statement has to be made known first and others begin meanwhile.
    for _ in 0..3 {
        let database = fresh(&world).await;
        let tx = database.tenant(&Side::Harbor.organization_id()).await.unwrap();
        let organization = tx.organization().as_str();
        let own: [&dyn Param; 1] = [&organization];
        let count = "SELECT count(*) AS own FROM content_items";
        let rename = "UPDATE content_items SET title = title || '!' WHERE status = 'DRAFT'";
        let (alone, beside, _) =
            try_join!(tx.row_alone(SEEN, &own), tx.one(count, &[]), tx.execute(rename, &[]),).unwrap();
        assert_eq!(alone.unwrap().get::<_, i64>("own"), beside.get::<_, i64>("own"));
        sees_its_own_alone(&tx).await;
        tx.execute("UPDATE content_items SET excerpt = 'kept'", &[]).await.unwrap();
        tx.commit().await.unwrap();
        let tx = database.tenant(&Side::Harbor.organization_id()).await.unwrap();
        let row = tx.one("SELECT bool_and(excerpt = 'kept') AS kept FROM content_items", &[]).await.unwrap();
        assert!(row.get::<_, bool>("kept"), "what was committed after it is there");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_fails_or_writes_leaves_the_data_and_the_connection_as_they_were() {
    let world = world().await;
    crate::calls::settle(&world).await;
    let database = fresh(&world).await;
    let tx = database.tenant(&Side::Harbor.organization_id()).await.unwrap();
    assert!(tx.row_alone("SELECT 1 / (SELECT count(*) FROM content_items WHERE false)", &[]).await.is_err());
    let written = tx.row_alone("UPDATE content_items SET title = 'gone' RETURNING title", &[]).await.unwrap();
    assert_eq!(written.unwrap().get::<_, &str>("title"), "gone");
    let row = tx.one("SELECT count(*) AS gone FROM content_items WHERE title = 'gone'", &[]).await.unwrap();
    assert_eq!(row.get::<_, i64>("gone"), 0, "it only reads: its transaction is rolled back");
    tx.commit().await.unwrap();
}
