//! `/exports/{organization}/{export}`: the file itself, for whoever has a signed address that is still good.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::header;
use kernel::access::Caller;
use kernel::api::Query;
use kernel::db::OrganizationId;
use kernel::{App, Error, Result};
use serde::Deserialize;

use super::model::{ADDRESS_LASTS, Export, State as ExportState};
use super::store;

const PURPOSE: &str = "export";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Signed {
    expires: i64,
    signature: String,
}

fn message(organization: &OrganizationId, id: &str, expires: i64) -> String {
    format!("{organization}\n{id}\n{expires}")
}

/// The export with an address for its file, if it has one.
pub fn with_address(caller: &Caller, mut export: Export) -> Export {
    if export.state == ExportState::Ready {
        let (organization, expires) = (caller.tx.organization(), (caller.now + ADDRESS_LASTS).as_second());
        let signature = caller.app.secret_key.sign(PURPOSE, &message(organization, &export.id, expires));
        export.download_url =
            Some(format!("/exports/{organization}/{}?expires={expires}&signature={signature}", export.id));
    }
    export
}

pub async fn fetch(
    State(app): State<App>,
    Path((organization, id)): Path<(String, String)>,
    Query(signed): Query<Signed>,
) -> Result<Response> {
    let organization = OrganizationId::parse(&organization)?;
    if !app.secret_key.verifies(PURPOSE, &message(&organization, &id, signed.expires), &signed.signature) {
        return Err(Error::NotFound);
    }
    if signed.expires <= app.clock.now().as_second() {
        return Err(Error::Forbidden("This address is over. Open the page of exports for a new one.".into()));
    }
    let tx = app.database.tenant(&organization).await?;
    let export = store::find(&tx, &id).await?.ok_or(Error::NotFound)?;
    let key = export.file_key.ok_or(Error::NotFound)?;
    let reading = app.files.read(&key, None).await?.ok_or(Error::NotFound)?;
    let name = key.rsplit('/').next().unwrap_or("export.zip").to_owned();
    Response::builder()
        .header(header::CONTENT_TYPE, "application/zip")
        .header(header::CONTENT_LENGTH, reading.size)
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
        .header(header::CACHE_CONTROL, "private, no-store")
        // Also keeps it from being compressed on its way: an archive is as small as it gets.
        .header(header::ACCEPT_RANGES, "none")
        .body(Body::from_stream(reading.stream()))
        .map_err(Error::internal)
}
