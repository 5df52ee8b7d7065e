//! `/admin/{org}/settings/exports`: what was exported, and a button for the next.

use axum::response::Response;
use http::HeaderMap;
use jiff::tz::TimeZone;
use kernel::access::Permission;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use serde_json::Value;
use ui::{Flash, Moment, Section};

use super::model::{Export, State};
use super::views::{ExportRow, ExportsPage};
use super::{actions, download, store};

/// Exports that are shown.
const ROWS: i64 = 20;

pub async fn list(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::SettingsManage)?;
    let zone = site_settings(&caller.tx).await?.zone();
    let exports = store::list(&caller.tx, None, ROWS).await?;
    let is_running = exports.iter().any(|export| export.state == State::Running);
    let rows = exports.into_iter().map(|export| row(download::with_address(caller, export), &zone)).collect();
    Ok(ui::html(&ExportsPage {
        frame: ui::frame_for(&page, &headers, "Export", Section::Settings),
        slug: caller.organization.slug.clone(),
        exports: rows,
        is_running,
    }))
}

fn row(export: Export, zone: &TimeZone) -> ExportRow {
    let state = match export.state {
        State::Running => ("review", "Being made"),
        State::Ready => ("published", "Ready"),
        State::Failed => ("failed", "Failed"),
        State::Expired => ("archived", "Deleted"),
    };
    ExportRow {
        asked: Moment::new(export.created_at, zone),
        state,
        words: export.failure.unwrap_or_else(|| contents(&export.counts)),
        address: export.download_url,
        size: export.file_size.map(size).unwrap_or_default(),
        until: export.expires_at.map(|at| Moment::new(at, zone)),
    }
}

/// `12 items, 3 comments, 4 files`.
fn contents(counts: &Value) -> String {
    let parts = [
        ("content_items", "item", "items"),
        ("content_comments", "comment", "comments"),
        ("media", "file", "files"),
        ("app.contacts", "contact", "contacts"),
    ];
    let told = parts.into_iter().filter_map(|(name, one, many)| match counts[name].as_u64()? {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    });
    told.collect::<Vec<_>>().join(", ")
}

#[allow(clippy::cast_precision_loss, reason = "sizes are rounded for people")]
fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.0} KB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

pub async fn begin(page: PageCaller) -> Result<Response> {
    let back = format!("/admin/{}/settings/exports", page.caller.organization.slug);
    match actions::begin(&page.caller).await {
        Ok(_) => {
            page.caller.commit().await?;
            Ok(Flash::success("The export is being made. Reload this page in a moment.").redirect(&back))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&back)),
        Err(error) => Err(error),
    }
}
