//! The databases that every test's own is copied from: migrated once a run, whichever process comes first.

use anyhow::Context;
use kernel::db::{Direct, connect_directly};

/// Which template: only migrated, or with the two organizations in it as well.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Empty,
    Settled,
}

/// Any fixed number that the migrations do not lock.
const LOCK: i64 = 0x7465_7374_6b69_7400;
const ACCOUNTS: &str = include_str!("accounts.sql");
const RIVAL: &str = include_str!("rival.sql");

/// Copies the template into a fresh database of this name.
pub(super) async fn copy(admin_url: &str, kind: Kind, name: &str) -> anyhow::Result<()> {
    let admin = connect_directly(admin_url).await?;
    let (empty, settled) = template_names()?;
    let wanted = match kind {
        Kind::Empty => &empty,
        Kind::Settled => &settled,
    };
    if !exists(&admin, wanted).await? {
        admin.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})")).await?;
        let made = make_both(&admin, admin_url, &empty, &settled).await;
        admin.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})")).await?;
        made.context("the template database could not be made")?;
    }
    admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {wanted}")).await.context("no copy could be made")?;
    Ok(())
}

/// Removes a test's database with whatever is still connected to it.
pub(super) async fn remove(admin_url: &str, name: &str) -> anyhow::Result<()> {
    let admin = connect_directly(admin_url).await?;
    admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    Ok(())
}

/// The address of another database of the same cluster.
pub(super) fn url_of(admin_url: &str, name: &str) -> String {
    let (address, query) = admin_url.split_once('?').map_or((admin_url, ""), |(address, query)| (address, query));
    let server = address.rsplit_once('/').map_or(address, |(server, _)| server);
    if query.is_empty() { format!("{server}/{name}") } else { format!("{server}/{name}?{query}") }
}

/// Named after what they are made from, so that a cluster that outlives a run never serves an old one.
fn template_names() -> anyhow::Result<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    paths.sort();
    let mut text = String::from(ACCOUNTS) + RIVAL;
    for path in paths {
        text.push_str(&std::fs::read_to_string(path)?);
    }
    let digest = &kernel::secret::digest_hex(text.as_bytes())[..16];
    Ok((format!("template_{digest}"), format!("template_{digest}_settled")))
}

async fn exists(admin: &Direct, name: &str) -> anyhow::Result<bool> {
    Ok(admin.query_opt("SELECT FROM pg_database WHERE datname = $1", &[&name]).await?.is_some())
}

async fn make_both(admin: &Direct, admin_url: &str, empty: &str, settled: &str) -> anyhow::Result<()> {
    if !exists(admin, empty).await? {
        let unfinished = format!("{empty}_new");
        begin(admin, &unfinished, "template0").await?;
        let mut database = connect_directly(&url_of(admin_url, &unfinished)).await?;
        kernel::migrate::run(&mut database).await?;
        close(admin, database, &unfinished).await?;
        admin.batch_execute(&format!("ALTER DATABASE {unfinished} RENAME TO {empty}")).await?;
    }
    if !exists(admin, settled).await? {
        let unfinished = format!("{settled}_new");
        begin(admin, &unfinished, empty).await?;
        let mut database = connect_directly(&url_of(admin_url, &unfinished)).await?;
        let transaction = database.transaction().await?;
        transaction.batch_execute(ACCOUNTS).await.context("accounts.sql")?;
        transaction.batch_execute(RIVAL).await.context("rival.sql")?;
        transaction.commit().await?;
        database.batch_execute("ANALYZE").await?;
        close(admin, database, &unfinished).await?;
        admin.batch_execute(&format!("ALTER DATABASE {unfinished} RENAME TO {settled}")).await?;
    }
    Ok(())
}

async fn begin(admin: &Direct, unfinished: &str, template: &str) -> anyhow::Result<()> {
    admin.batch_execute(&format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await?;
    admin.batch_execute(&format!("CREATE DATABASE {unfinished} TEMPLATE {template}")).await?;
    Ok(())
}

/// Ends the connection and whatever the server still has of it: a database in use cannot be renamed or copied.
async fn close(admin: &Direct, database: Direct, name: &str) -> anyhow::Result<()> {
    drop(database);
    let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1";
    admin.query(sql, &[&name]).await?;
    Ok(())
}
