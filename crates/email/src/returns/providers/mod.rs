//! Providers that send for an organization and report by requests to an address of their own. Each report is checked by the
//! provider's signature or password, and counts once however often it comes.

mod actions;
mod api;
mod certificates;
mod kind;
mod mailgun;
mod pages;
mod postmark;
mod public;
mod sendgrid;
mod ses;
mod store;

pub use api::routes as api;
pub use certificates::keep as keep_certificate;
pub use kind::Kind;
pub use pages::routes as pages;
pub use public::router;
pub use store::kinds;

use jiff::Timestamp;
use kernel::db::OrganizationId;
use kernel::{App, Error, Result};
use serde_json::Value;

use super::Told;
use store::Provider;

/// The name under which providers give the mark back that they were given.
const MARK: &str = "contentpilot";
/// What keys and passwords are sealed for.
const PURPOSE: &str = "key of an email provider";
const ADDRESS: &str = "address of an email provider";
/// Reports in one request at most.
const REPORTS_MOST: usize = 2000;

/// One thing that a provider reports.
#[derive(Debug, Clone, PartialEq)]
struct Report {
    /// The signed mark of the message, not checked yet.
    mark: String,
    /// What the provider calls the event.
    id: String,
    told: Told,
    at: Option<Timestamp>,
}

/// Why a request is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// It is not the provider's, or an old one sent again.
    Unsigned,
    /// It cannot be read.
    Unreadable,
}

/// The last part of the address that reports of this provider are sent to. It cannot be guessed.
fn token(app: &App, organization: &OrganizationId, id: &str) -> String {
    format!("{id}.{}", app.secret_key.sign(ADDRESS, &format!("{organization} {id}")))
}

/// The address to enter at the provider; Postmark's has the user name and the password in it.
fn reports_go_to(app: &App, organization: &OrganizationId, provider: &Provider) -> Result<String> {
    let public = &app.settings.public_url;
    let path = format!("/e/{organization}/providers/{}", token(app, organization, &provider.id));
    match (&provider.secret, provider.kind, public.split_once("://")) {
        (Some(sealed), Kind::Postmark, Some((scheme, host))) => {
            let password = String::from_utf8(app.secret_key.open(PURPOSE, sealed)?).map_err(Error::internal)?;
            Ok(format!("{scheme}://{}:{password}@{host}{path}", postmark::USER))
        }
        _ => Ok(format!("{public}{path}")),
    }
}

/// The provider that an address names, if it was made here.
fn read_token(app: &App, organization: &OrganizationId, token: &str) -> Option<String> {
    let (id, signature) = token.split_once('.')?;
    app.secret_key.verifies(ADDRESS, &format!("{organization} {id}"), signature).then(|| id.to_owned())
}

/// A text within a document; empty when there is none.
fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A number or a text that stands for an id.
fn id_in(value: &Value, pointer: &str) -> Option<String> {
    match value.pointer(pointer)? {
        Value::String(text) if !text.is_empty() => Some(text.chars().take(200).collect()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A moment as JSON has it: a text, or seconds since 1970.
fn moment(value: &Value, pointer: &str) -> Option<Timestamp> {
    match value.pointer(pointer)? {
        Value::String(text) => text.parse().ok().or_else(|| Timestamp::from_second(text.parse().ok()?).ok()),
        number => Timestamp::from_millisecond(milliseconds(number.as_f64()?)?).ok(),
    }
}

/// Seconds as whole milliseconds, for moments that a calendar can hold.
#[allow(clippy::cast_possible_truncation, reason = "what does not fit was left out just before")]
fn milliseconds(seconds: f64) -> Option<i64> {
    (0.0..1e11).contains(&seconds).then_some((seconds * 1000.0) as i64)
}
