//! Addresses in messages, open to everybody: the picture that counts an opening and links that count a click.

use std::time::Duration;

use axum::Router;
use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use kernel::db::{OrganizationId, Statements};
use kernel::web::Client;
use kernel::{App, Error, Result};
use moka::future::Cache;

use super::intake::Intake;
use super::{Kind, Sighting, machine, token};

/// A picture of one transparent point.
const POINT: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
/// Links remembered, and for how long: a link never changes, but an email may be deleted.
const LINKS_MOST: u64 = 10_000;
const LINKS_KEPT: Duration = Duration::from_secs(60);

#[derive(Clone)]
struct Tracking {
    intake: Intake,
    links: Cache<(OrganizationId, String), String>,
}

pub fn router() -> Router<App> {
    let links = Cache::builder().max_capacity(LINKS_MOST).time_to_live(LINKS_KEPT).build();
    let tracking = Tracking { intake: Intake::default(), links };
    Router::new()
        .route("/e/{organization}/o/{token}", get(open))
        .route("/e/{organization}/c/{token}", get(click))
        .layer(Extension(tracking))
}

/// Answers with the picture in any case: a mail with a broken picture helps nobody.
async fn open(
    State(app): State<App>,
    Extension(tracking): Extension<Tracking>,
    Path((organization, token)): Path<(String, String)>,
    method: Method,
    client: Client,
) -> Response {
    if let Ok(organization) = OrganizationId::parse(&organization)
        && let Some(recipient) = token::read_open(&app, &organization, &token)
        && method == Method::GET
    {
        let sighting = sighting(&app, organization, (recipient, Kind::Open, None), client);
        if let Err(error) = tracking.intake.note(&app, sighting).await {
            return error.into_response();
        }
    }
    let headers = [(header::CONTENT_TYPE, "image/gif"), (header::CACHE_CONTROL, "no-store, private")];
    (headers, POINT).into_response()
}

/// Leads where the link of this position led when the email was frozen, also when its recipient is not known any more.
async fn click(
    State(app): State<App>,
    Extension(tracking): Extension<Tracking>,
    Path((organization, token)): Path<(String, String)>,
    method: Method,
    client: Client,
) -> Result<Response> {
    let organization = OrganizationId::parse(&organization)?;
    let (recipient, position) = token::read_click(&app, &organization, &token).ok_or(Error::NotFound)?;
    let (email, _) = recipient.rsplit_once('-').ok_or(Error::NotFound)?;
    let link = format!("{email}-{position}");
    let url = address(&app, &tracking, (organization.clone(), link.clone())).await?;
    if method == Method::GET {
        let sighting = sighting(&app, organization, (recipient, Kind::Click, Some(link)), client);
        // The person comes first: what cannot be counted is logged, and leads on.
        if let Err(error) = tracking.intake.note(&app, sighting).await {
            tracing::warn!(error = error.cause(), "a click was not counted");
        }
    }
    let location = HeaderValue::from_str(&url).map_err(|_| Error::NotFound)?;
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store, private")),
        (HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer")),
    ];
    Ok((StatusCode::FOUND, headers).into_response())
}

async fn address(app: &App, tracking: &Tracking, key: (OrganizationId, String)) -> Result<String> {
    if let Some(known) = tracking.links.get(&key).await {
        return Ok(known);
    }
    let tx = app.database.tenant(&key.0).await?;
    let sql = "SELECT url FROM app.email_links WHERE organization_id = $1 AND id = $2";
    let row = tx.row(sql, &[&key.0.as_str(), &key.1]).await?.ok_or(Error::NotFound)?;
    // As a header takes it: anything beyond ASCII is percent-encoded.
    let url = url::Url::parse(row.get("url")).map_err(|_| Error::NotFound)?.to_string();
    tracking.links.insert(key, url.clone()).await;
    Ok(url)
}

fn sighting(
    app: &App,
    organization: OrganizationId,
    (recipient, kind, link): (String, Kind, Option<String>),
    client: Client,
) -> Sighting {
    let machine = machine::verdict(&client.user_agent);
    Sighting { organization, recipient, kind, link, at: app.clock.now(), machine, user_agent: client.user_agent }
}
