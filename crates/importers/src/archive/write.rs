//! Rows of an archive into the tables of this database.

use content::changes::jobs::PublishChanges;
use content::items::jobs::{ExpireItem, IndexItem, PublishScheduled};
use content::releases::jobs::PublishRelease;
use jiff::Timestamp;
use kernel::access::Caller;
use kernel::db::violated_constraint;
use kernel::{Error, Result, jobs};
use media::{pictures, posters};
use serde_json::Value;

use super::catalogue::Shape;
use super::tables::Table;

/// Writes rows, and gives how many of them were not there yet. Columns that this database does not have stay behind.
pub async fn insert(caller: &Caller, (table, shape): (&Table, &Shape), rows: &[Value]) -> Result<u64> {
    let Some(first) = rows.first() else { return Ok(0) };
    let is_known = |column: &&String| *column != "organization_id" && first.get(column.as_str()).is_some();
    let columns: Vec<String> = shape.columns.iter().filter(is_known).map(|column| format!("\"{column}\"")).collect();
    let list = columns.join(", ");
    let conflict = if table.name == "app.site_settings" {
        let each = |form: &dyn Fn(&String) -> String| columns.iter().map(form).collect::<Vec<_>>().join(", ");
        format!(
            "(organization_id) DO UPDATE SET {} WHERE ({}) IS DISTINCT FROM ({})",
            each(&|column| format!("{column} = EXCLUDED.{column}")),
            each(&|column| format!("site_settings.{column}")),
            each(&|column| format!("EXCLUDED.{column}"))
        )
    } else {
        "DO NOTHING".to_owned()
    };
    let sql = format!(
        "INSERT INTO {name} (organization_id, {list})
         SELECT $1, {list} FROM jsonb_populate_recordset(NULL::{name}, $2) ON CONFLICT {conflict} RETURNING 1",
        name = table.name
    );
    let written = caller.tx.rows_unprepared(&sql, &[&caller.organization_id(), &Value::Array(rows.to_vec())]).await;
    written.map(|rows| rows.len() as u64).map_err(|error| {
        let rule = violated_constraint(&error).map(str::to_owned);
        match rule {
            Some(rule) => Error::Malformed(format!(
                "A row of data/{}.jsonl breaks the rule {rule}. What came before it is imported.",
                table.name.trim_start_matches("app.")
            )),
            None => error,
        }
    })
}

/// What would have been waiting for these items where they come from.
pub async fn queue(caller: &Caller, items: &[Value]) -> Result<()> {
    let organization = Some(caller.tx.organization());
    let at = |item: &Value, name: &str| item[name].as_str().and_then(|text| text.parse::<Timestamp>().ok());
    for item in items {
        let Some(id) = item["id"].as_str().map(str::to_owned) else { continue };
        let status = item["status"].as_str().unwrap_or_default();
        jobs::enqueue(&caller.tx, organization, &IndexItem { item: id.clone() }, caller.now).await?;
        if let (Some(at), "SCHEDULED") = (at(item, "scheduled_for"), status) {
            let job = PublishScheduled { item: id.clone(), by: None };
            jobs::enqueue(&caller.tx, organization, &job, at).await?;
        }
        if let (Some(at), "SCHEDULED" | "PUBLISHED") = (at(item, "expires_at"), status) {
            jobs::enqueue(&caller.tx, organization, &ExpireItem { item: id }, at).await?;
        }
    }
    Ok(())
}

/// Publishes releases and changes at the times that they were planned for.
pub async fn queue_planned(caller: &Caller, table: &str, rows: &[Value]) -> Result<()> {
    let organization = Some(caller.tx.organization());
    for row in rows.iter().filter(|row| row["status"] == "SCHEDULED") {
        let Some(at) = row["scheduled_for"].as_str().and_then(|text| text.parse::<Timestamp>().ok()) else { continue };
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        if table == "app.releases" {
            let job = PublishRelease { release: text("id"), by: None };
            jobs::enqueue(&caller.tx, organization, &job, at).await?;
        } else {
            let job = PublishChanges { item: text("content_id"), by: text("updated_by") };
            jobs::enqueue(&caller.tx, organization, &job, at).await?;
        }
    }
    Ok(())
}

/// What is made from files after they came: smaller pictures, stills, first pages.
pub async fn queue_files(caller: &Caller, assets: &[Value]) -> Result<()> {
    for asset in assets {
        let (Some(id), Some(mime)) = (asset["id"].as_str(), asset["mime_type"].as_str()) else { continue };
        let revision = asset["revision"].as_i64().and_then(|revision| i32::try_from(revision).ok()).unwrap_or(1);
        let is_animated = asset["is_animated"].as_bool().unwrap_or(false);
        pictures::jobs::queue_for(&caller.tx, (id, revision), (mime, is_animated), caller.now).await?;
        posters::jobs::queue_for(&caller.tx, (id, revision), mime, caller.now).await?;
    }
    Ok(())
}
