use axum::response::Response;
use http::HeaderMap;
use kernel::Result;
use kernel::access::Permission;
use kernel::api::{Query, read_cursor};
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use serde::Deserialize;
use ui::{Moment, Pager, Section};

use super::store::{self, Filter, Position};
use super::words;
use crate::paging;
use crate::views::{AuditLogPage, AuditRow};

const ROWS: i64 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    cursor: Option<String>,
}

pub async fn list(page: PageCaller, Query(parameters): Query<Parameters>, headers: HeaderMap) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::AuditLogRead)?;
    let after: Option<Position> = read_cursor(parameters.cursor.as_deref())?;
    let mut entries = store::list(&caller.tx, &Filter::default(), after.as_ref(), ROWS + 1).await?;
    let total = store::count(&caller.tx, &Filter::default()).await?;
    let zone = site_settings(&caller.tx).await?.zone();
    let next = paging::cut(&mut entries, ROWS, Position::after)?;
    let address = format!("/admin/{}/audit-log", caller.organization.slug);
    let row = |entry: store::Entry| AuditRow {
        at: Moment::new(entry.at, &zone),
        actor: entry.actor_name.unwrap_or(entry.actor_kind),
        action: words::of(&entry.action),
        target: words::target(entry.details.as_ref()),
    };
    let pager = Pager {
        previous: after.is_some().then(|| address.clone()),
        next: next.map(|cursor| format!("{address}?cursor={cursor}")),
        summary: format!("{} of {total} entries", entries.len()),
    };
    Ok(ui::html(&AuditLogPage {
        frame: ui::frame_for(&page, &headers, "Audit log", Section::AuditLog),
        entries: entries.into_iter().map(row).collect(),
        pager,
    }))
}
