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
use http::{HeaderMap, Method, header};
use kernel::api::Query;
use kernel::db::OrganizationId;
use kernel::organization::REMEMBERED_FOR;
use kernel::{App, Error, Result};
use moka::future::Cache;
use serde::Deserialize;

use crate::assets::{self, Asset};
use crate::pictures::Format;
use crate::pictures::making::{self, Made};
use crate::pictures::variants::Variant;
use crate::posters;
use hot::HotFiles;

/// How many assets are remembered at most.
const REMEMBERED_AT_MOST: u64 = 10_000;

/// What this node keeps in mind of files.
#[derive(Clone)]
struct Kept {
    hot: HotFiles,
    made: Made,
}

/// What was lately asked for; a moment's delay in what changed saves a query a request.
type Remembered = Cache<(OrganizationId, String), Option<Arc<Asset>>>;

/// `/media/{organization}/{token}/{name}`, open to everybody who has the address.
pub fn router() -> Router<App> {
    let remembered: Remembered = Cache::builder().max_capacity(REMEMBERED_AT_MOST).time_to_live(REMEMBERED_FOR).build();
    Router::new()
        .route("/media/{organization}/{token}/{name}", get(serve))
        .layer(Extension(remembered))
        .layer(Extension(Kept { hot: HotFiles::new(), made: Made::default() }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
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
    (Extension(remembered), Extension(kept)): (Extension<Remembered>, Extension<Kept>),
    Path((organization, token, name)): Path<(String, String, String)>,
    Query(params): Query<Params>,
    (method, headers): (Method, HeaderMap),
) -> Result<Response> {
    let asset = find(&app, &remembered, (&organization, &token), params.v).await?;
    let is_poster = name == posters::NAME && asset.poster_url.is_some();
    let variant = if is_poster || name == asset.name_in_address() { None } else { Some(named(&asset, &name)?) };
    if asset.needs_signature() {
        signed::must_be_good(&app, &asset, params.expires, params.signature.as_deref())?;
    }
    let has_choice = app.settings.media_avif && variant.is_some_and(|variant| variant.in_avif().is_some());
    let file = match variant {
        _ if is_poster => poster(&app, &asset).await?,
        Some(variant) if has_choice && takes_avif(&headers) => better(&app, &kept.made, &asset, variant).await?,
        variant => file(&app, &kept.made, &asset, variant).await?,
    };
    let wanted = answer::Wanted {
        key: &file.key,
        size: file.size,
        content_type: file.content_type,
        variant: file.variant.as_deref(),
        depends_on_reader: has_choice,
        is_current: params.v == Some(asset.revision) && !file.is_stand_in,
        is_download: params.download.is_some(),
        good_until: params.expires.filter(|_| asset.needs_signature()),
    };
    answer::give((&app, &kept.hot), &asset, &wanted, (&method, &headers)).await
}

/// What is made from a file stands beside it under names of its own.
fn named(asset: &Asset, name: &str) -> Result<Variant> {
    if !asset.is_image() {
        return Err(Error::NotFound);
    }
    Variant::named(name, &asset.mime_type).ok_or(Error::NotFound)
}

/// A file that is given.
struct File<'a> {
    key: String,
    size: u64,
    content_type: &'a str,
    variant: Option<String>,
    /// The original in place of a variant that cannot be made, or not soon.
    is_stand_in: bool,
}

async fn poster<'a>(app: &App, asset: &Asset) -> Result<File<'a>> {
    let key = posters::key(asset);
    let size = app.files.read(&key, None).await?.ok_or(Error::NotFound)?.size;
    let (content_type, variant) = (Format::Jpeg.mime(), Some(posters::NAME.to_owned()));
    Ok(File { key, size, content_type, variant, is_stand_in: false })
}

/// Whether a browser says that it shows AVIF. Wildcards are sent by programs that do not know it.
fn takes_avif(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').filter_map(|one| one.split(';').next()).any(|one| one.trim() == Format::Avif.mime())
}

/// A variant in AVIF where that was made already, else as it is named.
async fn better<'a>(app: &App, made: &Made, asset: &'a Asset, variant: Variant) -> Result<File<'a>> {
    if let Some(avif) = variant.in_avif()
        && let Some(size) = made.size_if_there(app, asset, avif).await?
    {
        let (key, name) = (making::key(asset, avif), Some(avif.name()));
        return Ok(File { key, size, content_type: avif.format.mime(), variant: name, is_stand_in: false });
    }
    file(app, made, asset, Some(variant)).await
}

async fn file<'a>(app: &App, made: &Made, asset: &'a Asset, variant: Option<Variant>) -> Result<File<'a>> {
    if let Some(variant) = variant
        && let Some(size) = made.size(app, asset, variant).await?
    {
        let (key, name) = (making::key(asset, variant), Some(variant.name()));
        return Ok(File { key, size, content_type: variant.format.mime(), variant: name, is_stand_in: false });
    }
    Ok(File {
        key: asset.file_name.clone(),
        size: u64::try_from(asset.file_size).unwrap_or(0),
        content_type: &asset.mime_type,
        variant: None,
        is_stand_in: variant.is_some(),
    })
}

/// The asset of an address. One that names a later revision than is remembered was made after that.
async fn find(
    app: &App,
    remembered: &Remembered,
    (organization, token): (&str, &str),
    revision: Option<i32>,
) -> Result<Arc<Asset>> {
    let organization = OrganizationId::parse(organization)?;
    if !kernel::id::is_well_formed(token) {
        return Err(Error::NotFound);
    }
    let key = (organization, token.to_owned());
    match remembered.get(&key).await {
        Some(None) => return Err(Error::NotFound),
        Some(Some(known)) if revision <= Some(known.revision) => return Ok(known),
        _ => {}
    }
    let tx = app.database.tenant(&key.0).await?;
    let found = assets::store::by_token(&tx, token).await?.map(Arc::new);
    remembered.insert(key, found.clone()).await;
    found.ok_or(Error::NotFound)
}
