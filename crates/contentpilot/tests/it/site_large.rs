//! A site of more pages than one sitemap may hold.

use http::StatusCode;
use testkit::World;

use crate::world;

/// One more than a sitemap holds beside the home page.
const ITEMS: i64 = 50_000;

/// Published items behind the program's back: through its own road each would take its time.
async fn fill(world: &World) {
    let sql = format!(
        "SET session_replication_role = replica;
         INSERT INTO content_items (organization_id, id, title, slug, type, status, author_id, published_at)
         SELECT 'org-harbor', 'large-' || lpad(n::text, 6, '0'), 'Item ' || n, 'item-' || n, 'ARTICLE', 'PUBLISHED',
                'user-harbor-owner', timestamptz '2026-02-01' + n * interval '1 second'
         FROM generate_series(1, {ITEMS}) AS n;
         ANALYZE content_items"
    );
    world.superuser().await.batch_execute(&sql).await.unwrap();
}

async fn text(world: &World, path: &str) -> String {
    world.stranger().get(path).await.is(StatusCode::OK).text()
}

#[tokio::test]
async fn beyond_fifty_thousand_pages_the_sitemap_is_an_index_of_its_parts() {
    let world = world().await;
    fill(&world).await;
    let index = text(&world, "/s/harbor/sitemap.xml").await;
    assert!(index.contains("<sitemapindex") && !index.contains("<urlset"), "{index}");
    let parts: Vec<&str> = index.split("<loc>").skip(1).filter_map(|rest| rest.split("</loc>").next()).collect();
    assert_eq!(parts, [1, 2].map(|part| format!("http://127.0.0.1:8080/s/harbor/sitemap.xml?part={part}")));
    let first = text(&world, "/s/harbor/sitemap.xml?part=1").await;
    let second = text(&world, "/s/harbor/sitemap.xml?part=2").await;
    assert!(first.len() < 50 * 1024 * 1024, "a sitemap has at most 50 MB");
    let pages: std::collections::HashSet<&str> = [&first, &second]
        .into_iter()
        .flat_map(|part| part.split("<loc>").skip(1).filter_map(|rest| rest.split("</loc>").next()))
        .collect();
    assert_eq!((first.matches("<url>").count(), second.matches("<url>").count()), (50_000, 1));
    assert_eq!(pages.len(), 50_001, "every page and the home page, none twice");
    for nothing in ["0", "3", "x"] {
        world.stranger().get(&format!("/s/harbor/sitemap.xml?part={nothing}")).await.is(StatusCode::NOT_FOUND);
    }
}
