//! `/media/{organization}/{token}/{name}`: files as they are sent to everybody, in whole or in part.
//!
//! An address with the revision that an asset has now (`?v=3`) is kept by caches for ever; one without is asked about again.

mod answer;
mod hot;
mod range;
pub mod signed;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use http::{HeaderMap, Method};
use kernel::api::Query;
use kernel::db::OrganizationId;
use kernel::organization::REMEMBERED_FOR;
use kernel::{App, Error, Result};
use moka::future::Cache;
use serde::Deserialize;

use crate::assets::{self, Asset};
use hot::HotFiles;

/// How many assets are remembered at most.
const REMEMBERED_AT_MOST: u64 = 10_000;

/// What was lately asked for; a moment's delay in what changed saves a query a request.
type Remembered = Cache<(OrganizationId, String), Option<Arc<Asset>>>;

pub fn router() -> Router<App> {
    let remembered: Remembered = Cache::builder().max_capacity(REMEMBERED_AT_MOST).time_to_live(REMEMBERED_FOR).build();
    Router::new()
        .route("/media/{organization}/{token}/{name}", get(serve))
        .layer(Extension(remembered))
        .layer(Extension(HotFiles::new()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Params {
    /// The revision that the address was made for.
    v: Option<i32>,
    /// Of a private file: until when the address is good, in seconds since 1970, and its signature.
    expires: Option<i64>,
    signature: Option<String>,
    /// Present: to be kept and not shown.
    download: Option<String>,
}

async fn serve(
    State(app): State<App>,
    (Extension(remembered), Extension(hot)): (Extension<Remembered>, Extension<HotFiles>),
    Path((organization, token, name)): Path<(String, String, String)>,
    Query(params): Query<Params>,
    (method, headers): (Method, HeaderMap),
) -> Result<Response> {
    let asset = find(&app, &remembered, (&organization, &token)).await?;
    // What is made from a file lies beside it under names of its own.
    let key =
        if asset.file_name.ends_with(&format!("/{name}")) { &asset.file_name } else { return Err(Error::NotFound) };
    if asset.is_private {
        signed::must_be_good(&app, &asset, params.expires, params.signature.as_deref())?;
    }
    let wanted = answer::Wanted {
        key,
        size: u64::try_from(asset.file_size).unwrap_or(0),
        content_type: &asset.mime_type,
        is_current: params.v == Some(asset.revision),
        is_download: params.download.is_some(),
        good_until: params.expires.filter(|_| asset.is_private),
    };
    answer::give((&app, &hot), &asset, &wanted, (&method, &headers)).await
}

async fn find(app: &App, remembered: &Remembered, (organization, token): (&str, &str)) -> Result<Arc<Asset>> {
    let organization = OrganizationId::parse(organization)?;
    if !kernel::id::is_well_formed(token) {
        return Err(Error::NotFound);
    }
    let key = (organization, token.to_owned());
    if let Some(known) = remembered.get(&key).await {
        return known.ok_or(Error::NotFound);
    }
    let tx = app.database.tenant(&key.0).await?;
    let found = assets::store::by_token(&tx, token).await?.map(Arc::new);
    remembered.insert(key, found.clone()).await;
    found.ok_or(Error::NotFound)
}
