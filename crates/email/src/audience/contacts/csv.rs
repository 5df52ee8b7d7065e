//! Contacts as a CSV file, sent while it is read: a million of them take no more memory than a thousand.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, stream};
use http::header;
use kernel::access::Permission;
use kernel::db::OrganizationId;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::{App, Error, Result, audit};
use serde_json::json;

use super::Contact;
use super::list::{self, Filter, ListQuery, Order, Position};
use super::pages::ListParams;
use crate::audience::fields::{self, Field};

/// Contacts that are read at a time.
const ROWS_AT_ONCE: i64 = 1000;
const COLUMNS: [&str; 12] = [
    "Email Address",
    "Name",
    "Company",
    "Language",
    "Time Zone",
    "Status",
    "Tags",
    "Consent Source",
    "Consent Time",
    "Consent Wording",
    "Unsubscribed Time",
    "Added Time",
];

/// `POST /admin/{org}/audience/export.csv`: the contacts of the list as it is filtered. The audit log tells who took them.
pub async fn export(page: PageCaller, Form(params): Form<ListParams>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let filter = params.filter(&page.caller.tx).await?;
    let known = fields::all(&page.caller.tx).await?;
    audit::record(&page.caller, "contact.export", ("contact", ""), json!({ "filter": params.query() })).await?;
    let name = format!("{}-contacts.csv", page.caller.organization.slug);
    let (app, organization) = (page.caller.app.clone(), page.caller.organization.id.clone());
    page.caller.commit().await?;
    let state = Reading { app, organization, filter, known, after: None, is_begun: false, is_done: false };
    Response::builder()
        .header(header::CONTENT_TYPE, "text/csv; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
        .header(header::CACHE_CONTROL, "no-store")
        .body(Body::from_stream(blocks(state)))
        .map_err(Error::internal)
}

struct Reading {
    app: App,
    organization: OrganizationId,
    filter: Filter,
    known: Vec<Field>,
    after: Option<Position>,
    is_begun: bool,
    is_done: bool,
}

/// A transaction for each block, so that a slow reader holds none open.
fn blocks(state: Reading) -> impl Stream<Item = Result<Bytes>> + Send {
    stream::try_unfold(state, async |mut state| {
        if state.is_done {
            return Ok(None);
        }
        let tx = state.app.database.tenant(&state.organization).await?;
        let now = state.app.clock.now();
        let after = state.after.take();
        let query = ListQuery { filter: &state.filter, order: Order::Oldest, after, limit: ROWS_AT_ONCE, now };
        let contacts = list::page(&tx, &query).await?;
        state.is_done = i64::try_from(contacts.len()).unwrap_or(0) < ROWS_AT_ONCE;
        state.after = contacts.last().map(Position::of);
        let block = written(&contacts, &state.known, !state.is_begun)?;
        state.is_begun = true;
        Ok(Some((block, state)))
    })
}

fn written(contacts: &[Contact], known: &[Field], with_head: bool) -> Result<Bytes> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    if with_head {
        let own = known.iter().map(|field| field.label.as_str());
        writer.write_record(COLUMNS.into_iter().chain(own)).map_err(Error::internal)?;
    }
    for contact in contacts {
        let own = known.iter().map(|field| fields::shown(&contact.fields[&field.key]));
        let cells = fixed(contact).into_iter().chain(own).map(guarded);
        writer.write_record(cells).map_err(Error::internal)?;
    }
    Ok(writer.into_inner().map_err(|error| Error::internal(error.to_string()))?.into())
}

fn fixed(contact: &Contact) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let time = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    vec![
        contact.email.clone(),
        text(&contact.name),
        text(&contact.company),
        text(&contact.language),
        text(&contact.timezone),
        contact.status.as_str().to_owned(),
        contact.tags.join(", "),
        text(&contact.consent_source),
        time(contact.consent_at),
        text(&contact.consent_wording),
        time(contact.unsubscribed_at),
        time(Some(contact.created_at)),
    ]
}

/// Spreadsheets take what begins with one of these for a formula and run it (OWASP, CSV injection).
pub fn guarded(cell: String) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(super::guarded("=1+1".into()), "'=1+1");
        assert_eq!(super::guarded("@x".into()), "'@x");
        assert_eq!(super::guarded("Ada".into()), "Ada");
    }
}
