//! Addresses that are open to everybody: leaving the list.
//!
//! They stand outside the application's protection against forged requests: mail programs and forms on other sites send them,
//! without cookies, and no session is looked at.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use kernel::db::{OrganizationId, Tenant};
use kernel::{App, Error, Result};
use serde::Deserialize;
use ui::Card;

use super::contacts::consent;
use super::link;

pub fn router() -> Router<App> {
    Router::new().route("/e/{organization}/unsubscribe/{token}", get(ask).post(unsubscribe))
}

/// `/e/{organization}/unsubscribe/{token}`: asks, and says that it is done.
#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct UnsubscribePage {
    card: Card,
    site: String,
    address: String,
    is_done: bool,
}

/// The recipient's row that the mail was sent for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Via {
    m: String,
}

/// Programs look at links before people do, so looking changes nothing.
async fn ask(
    State(app): State<App>,
    Path((organization, token)): Path<(String, String)>,
    Query(via): Query<Via>,
) -> Result<Response> {
    let (tx, _) = open(&app, &organization, &token).await?;
    let name = name_of(&tx).await?;
    let card = Card::new("Unsubscribe", format!("{name} will send you no more emails."));
    let address = address(&organization, &token, &via.m);
    Ok(personal(StatusCode::OK, &UnsubscribePage { card, site: name, address, is_done: false }))
}

/// Both the button and the mail program's own (RFC 8058) end here. Whatever the body says, the address says it all.
async fn unsubscribe(
    State(app): State<App>,
    Path((organization, token)): Path<(String, String)>,
    Query(via): Query<Via>,
) -> Result<Response> {
    let (tx, hash) = open(&app, &organization, &token).await?;
    if hash == link::OF_TEST {
        let card = Card::new("This was a test", "The link works. A test is nobody's, so it unsubscribes nobody.");
        let site = name_of(&tx).await?;
        return Ok(personal(StatusCode::OK, &UnsubscribePage { card, site, address: String::new(), is_done: true }));
    }
    let how = if via.m.is_empty() { "by the link in an email" } else { "by the link in an email of ours" };
    // First the recipient's row, then the contact's, as openings lock them: else the two could wait for each other.
    crate::sending::tracking::note_unsubscribe(&tx, &via.m, &hash, app.clock.now()).await?;
    consent::unsubscribe(&tx, &hash, how, app.clock.now()).await?;
    let name = name_of(&tx).await?;
    tx.commit().await?;
    let card = Card::new("You are unsubscribed", format!("{name} will send you no more emails."));
    Ok(personal(StatusCode::OK, &UnsubscribePage { card, site: name, address: String::new(), is_done: true }))
}

pub async fn open(app: &App, organization: &str, token: &str) -> Result<(Tenant, Vec<u8>)> {
    let organization = OrganizationId::parse(organization)?;
    let hash = link::read(app, &organization, token).ok_or(Error::NotFound)?;
    Ok((app.database.tenant(&organization).await?, hash))
}

pub async fn name_of(tx: &Tenant) -> Result<String> {
    Ok(kernel::organization::site_settings(tx).await?.title)
}

fn address(organization: &str, token: &str, recipient: &str) -> String {
    let via = if kernel::id::is_well_formed(recipient) { format!("?m={recipient}") } else { String::new() };
    format!("/e/{organization}/unsubscribe/{token}{via}")
}

/// A page that concerns one person: nobody keeps a copy, and no other site learns its address.
pub fn personal(status: StatusCode, page: &impl Template) -> Response {
    let mut response = ui::html_with(status, page);
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
