//! An organization goes into a file and comes back whole.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use http::StatusCode;
use importers::archive::{self, LEFT_OUT, TABLES};
use importers::report::Summary;
use importers::{Options, report::Kind};
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use zip::write::SimpleFileOptions;

use crate::media_upload::upload;
use crate::{files, world};

/// Gives Harbor something of everything.
async fn fill(world: &World) {
    let (admin, member) = (world.as_admin(), world.as_member());
    let above = admin.post("/api/v1/categories", json!({ "name": "Sea" })).await.is(StatusCode::CREATED).id();
    let below = json!({ "name": "Tides", "parent_id": above });
    let category = admin.post("/api/v1/categories", below).await.is(StatusCode::CREATED).id();
    let asset = upload(&member, "boat.png", &files::png(30, 20)).await.is(StatusCode::CREATED).json();
    // Another picture under the address that the text below names.
    let id = asset["id"].as_str().unwrap();
    let other =
        crate::media_changes::replace(&member, &asset, "ship.png", &files::png(40, 20)).await.is(StatusCode::OK).json();
    assert!(other["id"] == id && other["file_name"] != asset["file_name"]);
    let (url, now) = (asset["file_url"].as_str().unwrap(), "2026-04-01T10:00:00Z");
    let body = format!(
        "<p>See <a href=\"/s/harbor/gezeiten\">more</a>.</p><figure><img src=\"{url}\" alt=\"A boat\"></figure>"
    );
    let item = json!({ "title": "Tides", "content": body, "category_id": category, "tags": ["Moon", "Water"],
                       "excerpt": "Ebb and flow", "featured_image": url });
    let id = member.post("/api/v1/content", item).await.is(StatusCode::CREATED).id();
    member.patch(&format!("/api/v1/content/{id}"), json!({ "slug": "tides-and-time" })).await.is(StatusCode::OK);
    admin.post(&format!("/api/v1/content/{id}/publish"), ()).await.is(StatusCode::OK);
    admin.patch(&format!("/api/v1/content/{id}"), json!({ "slug": "high-tides" })).await.is(StatusCode::OK);
    let waiting = json!({ "excerpt": "Ebb, flow and the moon" });
    member.patch(&format!("/api/v1/content/{id}/changes"), waiting).await.is(StatusCode::OK);
    let at = json!({ "scheduled_for": "2026-04-02T10:00:00Z" });
    admin.post(&format!("/api/v1/content/{id}/changes/publish"), at.clone()).await.is(StatusCode::OK);
    let german = json!({ "title": "Gezeiten", "language": "de" });
    let german = admin.post("/api/v1/content", german).await.is(StatusCode::CREATED).id();
    admin.post(&format!("/api/v1/content/{german}/publish"), json!({ "scheduled_for": now })).await.is(StatusCode::OK);
    let later = admin.post("/api/v1/content", json!({ "title": "Later" })).await.is(StatusCode::CREATED).id();
    let release = json!({ "name": "April", "items": [later] });
    let release = admin.post("/api/v1/releases", release).await.is(StatusCode::CREATED).id();
    admin.post(&format!("/api/v1/releases/{release}/publish"), at).await.is(StatusCode::OK);
    let first = json!({ "comment": "How high?" });
    let first = member.post(&format!("/api/v1/content/{id}/comments"), first).await.is(StatusCode::CREATED).id();
    let answer = json!({ "comment": "Three metres.", "parent_id": first });
    admin.post(&format!("/api/v1/content/{id}/comments"), answer).await.is(StatusCode::CREATED);
    let settings =
        json!({ "title": "Harbor News", "navigation": [{ "label": "About", "url": "/about" }], "logo_url": url });
    admin.patch("/api/v1/organization", settings).await.is(StatusCode::OK);
    let contact = json!({ "email": "Ann@Example.org", "name": "Ann", "tags": ["reader"] });
    admin.post("/api/v1/contacts", contact).await.is(StatusCode::CREATED);
    let campaign = json!({ "name": "Spring", "type": "PRODUCT_LAUNCH", "budget": "100", "start_date": "2026-03-01" });
    let campaign = admin.post("/api/v1/campaigns", campaign).await.is(StatusCode::CREATED).id();
    let part = |part: &str| format!("/api/v1/campaigns/{campaign}/{part}");
    admin.post(&part("content"), json!({ "content_id": id, "role": "featured" })).await.is(StatusCode::CREATED);
    admin.post(&part("spend"), json!({ "amount": "12.50", "purpose": "Posters" })).await.is(StatusCode::CREATED);
    admin.post(&part("template"), json!({})).await.is(StatusCode::CREATED);
    let tx = world.tenant().await;
    let letter = json!({ "subject": "The tide", "campaign_id": campaign });
    let letter = admin.post("/api/v1/emails", letter).await.is(StatusCode::CREATED).id();
    tx.execute("UPDATE email_campaigns SET opened = 3, clicked = 1 WHERE id = $1", &[&letter]).await.unwrap();
    tx.commit().await.unwrap();
    admin.post("/api/v1/segments", json!({ "name": "All", "rule": { "all": true } })).await.is(StatusCode::CREATED);
    world.run_jobs().await;
}

async fn export(world: &World, slug: &str, path: &Path) {
    let organization = world.app.organization(slug).await.unwrap();
    let file = File::create(path).unwrap();
    let exported = archive::export(&world.app, &organization, file, |_| {}).await.unwrap();
    assert_eq!(exported.missing, Vec::<String>::new());
}

/// An empty organization in which the authors are members already.
async fn port(world: &World) {
    accounts::commands::create_organization(&world.app, "Port", Some("port")).await.unwrap();
    let sql = "INSERT INTO organization_members (id, user_id, organization_id, role)
               SELECT 'port-' || user_id, user_id, (SELECT id FROM organizations WHERE slug = 'port'), role
               FROM organization_members WHERE organization_id = 'org-harbor'";
    world.superuser().await.batch_execute(sql).await.unwrap();
}

async fn import(world: &World, slug: &str, path: &Path, dry_run: bool) -> kernel::Result<Summary> {
    archive::run(&world.app, slug, path, Options { dry_run }, |_| {}).await
}

fn read(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut found = BTreeMap::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let name = file.name().unwrap().into_owned();
        found.insert(name, bytes);
    }
    found
}

/// What must be the same on both sides: all but when and of whom an archive was made, and records.
fn comparable(path: &Path, slug: &str, id: &str) -> BTreeMap<String, String> {
    let is_compared = |name: &str| {
        let record = TABLES.iter().any(|table| table.is_record && name.contains(table.name.trim_start_matches("app.")));
        !record && name != "manifest.json"
    };
    let plain = |bytes: Vec<u8>| {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        text.replace(&format!("/media/{id}/"), "/media/ID/")
            .replace(&format!("\"{id}/"), "\"ID/")
            .replace(&format!("/s/{slug}/"), "/s/SLUG/")
    };
    let files = read(path).into_iter().filter(|(name, _)| is_compared(name));
    files.map(|(name, bytes)| (name, plain(bytes))).collect()
}

fn folder() -> (tempfile::TempDir, impl Fn(&str) -> PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    (folder, move |name: &str| path.join(name))
}

#[tokio::test]
async fn what_was_exported_comes_back_whole_and_only_once() {
    let (world, (_folder, path)) = (world().await, folder());
    fill(&world).await;
    let first = path("first.zip");
    export(&world, "harbor", &first).await;
    // A settings row as old as the archive's would be taken for an edit of it.
    world.advance(SignedDuration::from_mins(1));
    port(&world).await;
    let tried = import(&world, "port", &first, true).await.unwrap();
    assert!(tried.dry_run && tried.kinds[&Kind::Items].created == 3);
    let summary = import(&world, "port", &first, false).await.unwrap();
    assert_eq!(summary.skipped.count, 0, "{summary}");
    assert_eq!((summary.kinds[&Kind::Items].created, summary.kinds[&Kind::Comments].created), (3, 2));
    world.run_jobs().await;

    let second = path("second.zip");
    export(&world, "port", &second).await;
    let port = world.app.organization("port").await.unwrap();
    let (before, after) = (comparable(&first, "harbor", "org-harbor"), comparable(&second, "port", port.id.as_str()));
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (name, text) in &before {
        assert_eq!(text, &after[name], "{name}");
    }
    let figures = "SELECT impressions, clicks, spend::text AS spend FROM campaigns";
    let figures = world.app.database.tenant(&port.id).await.unwrap().one(figures, &[]).await.unwrap();
    assert_eq!((figures.get::<_, i32>("impressions"), figures.get::<_, i32>("clicks")), (3, 1));
    assert_eq!(figures.get::<_, &str>("spend"), "12.50", "figures follow from the rows that came");
    let again = import(&world, "port", &first, false).await.unwrap();
    assert_eq!(again.created, 0, "{again}");

    let page = world.stranger().get("/s/port/high-tides").await.is(StatusCode::OK).text();
    assert!(page.contains("Three metres.") && page.contains("href=\"/s/port/gezeiten\""), "{page}");
    let moved = world.stranger().get("/s/port/tides-and-time").await.is(StatusCode::MOVED_PERMANENTLY);
    assert_eq!(moved.location(), "/s/port/high-tides");
    let picture = page.split("src=\"/media/").nth(1).unwrap().split('"').next().unwrap();
    let served = world.stranger().get(&format!("/media/{picture}")).await.is(StatusCode::OK);
    assert_eq!(served.body, files::png(40, 20), "what took its place is there, under the old address");
    let found = world.stranger().get("/s/port/search?q=tides").await.is(StatusCode::OK).text();
    assert!(found.contains("high-tides"), "{found}");
    world.advance(SignedDuration::from_hours(24 * 60));
    world.run_jobs().await;
    world.stranger().get("/s/port/gezeiten").await.is(StatusCode::OK);
    world.stranger().get("/s/port/later").await.is(StatusCode::OK);
    let changed = world.stranger().get("/s/port/high-tides").await.is(StatusCode::OK).text();
    assert!(changed.contains("Ebb, flow and the moon"), "{changed}");
}

#[tokio::test]
async fn an_archive_goes_into_an_empty_organization_alone_and_names_nobody_in() {
    let (world, (_folder, path)) = (world().await, folder());
    fill(&world).await;
    let file = path("harbor.zip");
    export(&world, "harbor", &file).await;
    let refused = import(&world, "rival", &file, false).await.unwrap_err().to_string();
    assert!(refused.contains("already holds"), "{refused}");
    accounts::commands::create_organization(&world.app, "Quay", Some("quay")).await.unwrap();
    let sql = "INSERT INTO organization_members (id, user_id, organization_id, role)
               SELECT 'quay-owner', 'user-rival-owner', id, 'OWNER' FROM organizations WHERE slug = 'quay'";
    world.superuser().await.batch_execute(sql).await.unwrap();
    let summary = import(&world, "quay", &file, false).await.unwrap();
    assert!(summary.kinds[&Kind::Authors].created >= 2, "{summary}");
    let sql = "SELECT count(*) FROM organization_members m JOIN users u ON u.id = m.user_id
               JOIN organizations o ON o.id = m.organization_id WHERE o.slug = 'quay' AND u.is_active AND u.id <> 'user-rival-owner'";
    let known: i64 = world.superuser().await.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(known, 0, "an archive opens no door");
}

#[tokio::test]
async fn nothing_in_an_archive_is_believed() {
    let (world, (_folder, path)) = (world().await, folder());
    fill(&world).await;
    let (good, bad) = (path("good.zip"), path("bad.zip"));
    export(&world, "harbor", &good).await;
    let mut zip = zip::ZipWriter::new(File::create(&bad).unwrap());
    for (name, bytes) in read(&good) {
        let bytes = match name.as_str() {
            "data/content_items.jsonl" => String::from_utf8(bytes)
                .unwrap()
                .replace("<p>See ", "<script>alert(1)</script><p onclick='x()'>See ")
                .into_bytes(),
            name if name.starts_with("media/") => b"<html><script>alert(1)</script></html>".to_vec(),
            _ => bytes,
        };
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap();
    port(&world).await;
    let summary = import(&world, "port", &bad, false).await.unwrap();
    assert_eq!(summary.kinds[&Kind::Attachments].skipped, 1, "{summary}");
    let page = world.stranger().get("/s/port/high-tides").await.is(StatusCode::OK).text();
    assert!(!page.contains("alert(1)") && !page.contains("onclick"), "{page}");
    std::fs::write(&bad, "no archive").unwrap();
    assert!(import(&world, "port", &bad, false).await.unwrap_err().to_string().contains("is no archive"));
}

#[tokio::test]
async fn no_secret_is_in_an_archive_and_no_table_is_forgotten() {
    let (world, (_folder, path)) = (world().await, folder());
    let sql = "SELECT CASE WHEN n.nspname = 'app' THEN 'app.' ELSE '' END || c.relname FROM pg_class c
               JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relrowsecurity AND n.nspname IN ('public', 'app') ORDER BY 1";
    let rows = world.superuser().await.query(sql, &[]).await.unwrap();
    let named =
        |table: &str| TABLES.iter().any(|one| one.name == table) || LEFT_OUT.iter().any(|(one, _)| *one == table);
    let forgotten: Vec<String> = rows.iter().map(|row| row.get(0)).filter(|table: &String| !named(table)).collect();
    assert_eq!(forgotten, Vec::<String>::new(), "say in importers::archive::tables what becomes of them");

    let rival = path("rival.zip");
    let organization = world.app.organization("rival").await.unwrap();
    let exported = archive::export(&world.app, &organization, File::create(&rival).unwrap(), |_| {}).await.unwrap();
    assert_eq!(exported.missing, ["RIVAL-MARKER.png"], "a lost file is told and stops nothing");
    let files = read(&rival);
    assert!(files.contains_key("README.txt") && files.contains_key("data/audit_log.jsonl"));
    for (name, bytes) in files {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for secret in ["password", "token_hash", "secret", "Harbor"] {
            assert!(name == "README.txt" || !text.contains(secret), "{name} holds {secret}");
        }
    }
}

#[tokio::test]
async fn an_admin_asks_for_an_export_and_fetches_it_by_an_address_that_ends() {
    let world = world().await;
    fill(&world).await;
    let admin = world.as_admin().in_browser();
    let path = "/admin/harbor/settings/exports";
    admin.form(path, &[]).await.is(StatusCode::SEE_OTHER);
    admin.form(path, &[]).await.is(StatusCode::SEE_OTHER);
    assert!(admin.get(path).await.is(StatusCode::OK).text().contains("Being made"));
    world.as_admin().post("/api/v1/exports", ()).await.is(StatusCode::CONFLICT);
    world.as_member().post("/api/v1/exports", ()).await.is(StatusCode::FORBIDDEN);
    // As a program leaves it that broke off each time: its job is given up, and nobody waits for it.
    let tx = world.tenant().await;
    tx.execute("UPDATE app.jobs SET failed_at = now() WHERE kind = 'exports.make'", &[]).await.unwrap();
    tx.commit().await.unwrap();
    let again = world.as_admin().post("/api/v1/exports", ()).await.is(StatusCode::CREATED).id();
    let listed = world.as_admin().get("/api/v1/exports").await.json();
    assert!(listed["data"][1]["failure"].as_str().unwrap().contains("broke off"), "{listed}");
    let tx = world.tenant().await;
    tx.execute("DELETE FROM app.exports WHERE id <> $1", &[&again]).await.unwrap();
    tx.execute("DELETE FROM app.jobs WHERE failed_at IS NOT NULL", &[]).await.unwrap();
    tx.commit().await.unwrap();
    world.run_jobs().await;
    let page = admin.get(path).await.is(StatusCode::OK).text();
    assert!(page.contains("Ready") && page.contains("3 items"), "{page}");
    let listed = world.as_admin().get("/api/v1/exports").await.is(StatusCode::OK).json();
    assert_eq!(listed["page"]["total"], 1);
    let address = listed["data"][0]["download_url"].as_str().unwrap().to_owned();
    let file = world.stranger().get(&address).await.is(StatusCode::OK);
    assert_eq!(file.header("content-type"), "application/zip");
    assert!(file.header("content-disposition").contains("harbor-2026-03-01.zip"));
    world.stranger().get(&address.replace("org-harbor", "org-rival")).await.is(StatusCode::NOT_FOUND);
    world.stranger().get(address.split('?').next().unwrap()).await.is(StatusCode::NOT_FOUND);
    world.advance(SignedDuration::from_mins(61));
    world.stranger().get(&address).await.is(StatusCode::FORBIDDEN);
    world.advance(SignedDuration::from_hours(24 * 8));
    world.run_jobs().await;
    let export: Value = world.as_admin().get("/api/v1/exports").await.json()["data"][0].clone();
    assert_eq!((&export["state"], &export["download_url"]), (&json!("expired"), &Value::Null));
    let left = world
        .tenant()
        .await
        .one("SELECT count(*) AS count FROM app.jobs WHERE failed_at IS NOT NULL", &[])
        .await
        .unwrap();
    assert_eq!(left.get::<_, i64>("count"), 0);
}
