//! No page and no call asks the database once for each row it shows: with thirty rows of everything it asks as often as
//! with three. Every route is tried, so a new one cannot be forgotten.

use std::collections::BTreeMap;

use http::Method;
use kernel::access::Role;
use kernel::doors::Access;
use testkit::World;

use crate::{calls, world};

const FEW: i32 = 3;
const MANY: i32 = 30;

/// Pages of the public site and of the programs that read it, which no list of doors knows.
const PUBLIC: [&str; 14] = [
    "/s/harbor/subscribe/tide-news",
    "/s/harbor",
    "/s/harbor/the-tide",
    "/s/harbor/category/boats",
    "/s/harbor/tag/tide",
    "/s/harbor/author/user-harbor-owner",
    "/s/harbor/search?q=tide",
    "/s/harbor/feed.xml",
    "/s/harbor/feed.json",
    "/s/harbor/tag/tide/feed.xml",
    "/s/harbor/sitemap.xml",
    "/s/harbor/robots.txt",
    "/api/v1/find?q=tide",
    "/admin/harbor/find?q=tide",
];

/// Gives Harbor so many rows of everything it has one of: each is copied under another id, with other values wherever
/// one must differ, and everything carries every tag.
async fn multiply(world: &World, rows: i32) {
    let sql = include_str!("statements.sql").replace("{copies}", &(rows - 1).to_string());
    world.superuser().await.batch_execute(&sql).await.unwrap();
}

/// Every address that is read, with who may read it.
fn addresses() -> Vec<(String, Role, bool)> {
    let pages = contentpilot::doors().into_iter().filter(|door| door.method == Method::GET);
    let pages = pages.filter_map(|door| match door.access {
        Access::Member(_) | Access::SignedIn => Some((calls::with_ids(door.path), Role::Owner, true)),
        Access::Public => None,
    });
    let calls = calls::all().into_iter().filter(|call| call.method == Method::GET && call.least_role.is_some());
    let calls = calls.map(|call| (call.address(), Role::Owner, false));
    let public = PUBLIC.iter().map(|path| ((*path).to_owned(), Role::Owner, path.starts_with("/admin")));
    pages.chain(calls).chain(public).collect()
}

/// How many statements each address takes, in a world with so many rows of everything.
async fn counted(rows: i32) -> BTreeMap<String, u64> {
    let world = world().await;
    calls::settle(&world).await;
    multiply(&world, rows).await;
    // Without rows to show, equal numbers would prove nothing.
    for list in [
        "content",
        "tags",
        "categories",
        "media",
        "contacts",
        "webhooks",
        "comments",
        "members",
        "audit-log",
        "campaigns",
    ] {
        let page = world.as_owner().get(&format!("/api/v1/{list}")).await.json();
        let shown = page["data"].as_array().map_or(0, Vec::len);
        assert!(shown >= usize::try_from(rows.min(25)).unwrap(), "{list} shows only {shown} of {rows} rows");
    }
    let mut counts = BTreeMap::new();
    for (address, role, is_page) in addresses() {
        let client = world.client(testkit::world::Side::Harbor, role);
        let client = if is_page { client.in_browser() } else { client };
        let before = world.app.database.statements();
        let answer = client.get(&address).await;
        assert!(!answer.status.is_server_error(), "{address}: {}", answer.text());
        counts.insert(address, world.app.database.statements() - before);
    }
    counts
}

#[tokio::test]
async fn thirty_rows_take_as_many_statements_as_three() {
    let (few, many) = (counted(FEW).await, counted(MANY).await);
    let differing: Vec<String> = few
        .iter()
        .filter(|(address, count)| many[*address] != **count)
        .map(|(address, count)| format!("{address}: {count} statements with {FEW} rows, {} with {MANY}", many[address]))
        .collect();
    assert!(differing.is_empty(), "\n{}", differing.join("\n"));
    assert!(few["/api/v1/content"] > 0 && few["/admin/harbor/content"] > 0, "statements are counted");
}
