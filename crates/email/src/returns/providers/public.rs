//! The address that a provider sends its reports to, open to everybody who can sign.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use kernel::db::{OrganizationId, Tenant};
use kernel::outgoing::{Limits, Request};
use kernel::{App, Error, Result};
use serde_json::Value;

use super::store::{self, Provider};
use super::{Kind, PURPOSE, Refusal, Report, certificates, mailgun, postmark, read_token, sendgrid, ses, text};
use crate::returns::record;
use crate::sending::tracking::token::Mark;

pub fn router() -> Router<App> {
    Router::new().route("/e/{organization}/providers/{token}", post(take))
}

/// What a request turned out to be.
enum Sent {
    Reports(Vec<Report>),
    /// Amazon asks whether its topic may send to us; the address says yes when it is looked at.
    Confirmation {
        topic: String,
        address: String,
    },
}

/// Takes reports. What is answered with success is written down for good; else the provider sends it again.
async fn take(
    State(app): State<App>,
    Path((organization, token)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode> {
    let organization = OrganizationId::parse(&organization)?;
    let id = read_token(&app, &organization, &token).ok_or(Error::NotFound)?;
    let tx = app.database.tenant(&organization).await?;
    let provider = store::find(&tx, &id).await?.ok_or(Error::NotFound)?;
    drop(tx);
    let key = match &provider.secret {
        Some(sealed) => app.secret_key.open(PURPOSE, sealed)?,
        None => amazons_key(&app, &organization, (&id, &body)).await?,
    };
    let tx = app.database.tenant(&organization).await?;
    match read(&tx, &app, &provider, (&headers, &body, &key)).await? {
        Ok(Sent::Reports(reports)) => {
            let taken = note(&tx, &app, provider.kind, &reports).await?;
            store::note_taken(&tx, &id, (taken, app.clock.now())).await?;
            tx.commit().await?;
        }
        Ok(Sent::Confirmation { topic, address }) => {
            if !store::keep_topic(&tx, &id, &topic).await? {
                return refuse(tx, &app, &id, "Another topic wanted to report. Add a provider of its own for it.")
                    .await;
            }
            tx.commit().await?;
            confirm(&app, &address).await?;
        }
        Err(Refusal::Unsigned) => {
            return refuse(tx, &app, &id, "A report came without a signature that fits. Check the key.").await;
        }
        Err(Refusal::Unreadable) => {
            return refuse(tx, &app, &id, "A report came that cannot be read.").await;
        }
    }
    Ok(StatusCode::OK)
}

/// Says no, and keeps why for whoever sets it up. 403 tells providers not to try again for long.
async fn refuse(tx: Tenant, app: &App, id: &str, why: &str) -> Result<StatusCode> {
    store::note_problem(&tx, id, (why, app.clock.now())).await?;
    tx.commit().await?;
    Err(Error::Forbidden(why.to_owned()))
}

/// The key of the certificate that a message of Amazon's names: asked for before anything is written, and outside of any
/// transaction.
async fn amazons_key(app: &App, organization: &OrganizationId, (id, body): (&str, &[u8])) -> Result<Vec<u8>> {
    let message: Value = serde_json::from_slice(body).unwrap_or_default();
    match certificates::public_key(app, text(&message, "/SigningCertURL")).await {
        Ok(key) => Ok(key),
        Err(why) => {
            let tx = app.database.tenant(organization).await?;
            refuse(tx, app, id, &why).await?;
            Err(Error::Forbidden(why))
        }
    }
}

/// Checks who sent it, then reads it.
async fn read(
    tx: &Tenant,
    app: &App,
    provider: &Provider,
    (headers, body, key): (&HeaderMap, &[u8], &[u8]),
) -> Result<Result<Sent, Refusal>> {
    let Ok(json) = serde_json::from_slice::<Value>(body) else { return Ok(Err(Refusal::Unreadable)) };
    let checked = match provider.kind {
        Kind::Ses => ses::check(&json, key),
        Kind::Postmark => postmark::check(headers, key),
        Kind::Sendgrid => sendgrid::check(headers, body, key),
        Kind::Mailgun => match mailgun::check(&json, key, app.clock.now()) {
            Err(refusal) => Err(refusal),
            Ok(token) => {
                let is_first =
                    store::use_token(tx, &provider.id, (&token, mailgun::BELIEVED_FOR), app.clock.now()).await?;
                is_first.then_some(()).ok_or(Refusal::Unsigned)
            }
        },
    };
    if let Err(refusal) = checked {
        return Ok(Err(refusal));
    }
    Ok(match provider.kind {
        Kind::Ses => of_amazon(&json, provider),
        Kind::Mailgun => Ok(Sent::Reports(mailgun::read(&json).into_iter().collect())),
        Kind::Postmark => Ok(Sent::Reports(postmark::read(&json).into_iter().collect())),
        Kind::Sendgrid => sendgrid::read(&json).map(Sent::Reports).ok_or(Refusal::Unreadable),
    })
}

fn of_amazon(message: &Value, provider: &Provider) -> Result<Sent, Refusal> {
    let topic = text(message, "/TopicArn").to_owned();
    match text(message, "/Type") {
        "SubscriptionConfirmation" => {
            Ok(Sent::Confirmation { topic, address: text(message, "/SubscribeURL").to_owned() })
        }
        // Whoever has an account there can have Amazon sign; only the topic that was confirmed is believed.
        "Notification" if provider.topic.as_deref() != Some(&topic) => Err(Refusal::Unsigned),
        "Notification" => Ok(Sent::Reports(ses::read(message).into_iter().collect())),
        _ => Ok(Sent::Reports(Vec::new())),
    }
}

/// Says yes to Amazon. When that fails, Amazon asks again.
async fn confirm(app: &App, address: &str) -> Result<()> {
    let url = url::Url::parse(address).ok().filter(certificates::is_of_amazon);
    let url = url.ok_or_else(|| Error::Forbidden("The address to confirm at is none of Amazon's.".into()))?;
    let reply = app.outgoing.send(Request::get(url), Limits::SMALL).await;
    match reply {
        Ok(reply) if reply.status.is_success() => Ok(()),
        Ok(reply) => Err(Error::Conflict(format!("Amazon answered {} to the confirmation.", reply.status))),
        Err(failure) => Err(Error::Conflict(failure.to_string())),
    }
}

/// Writes down reports about messages of this organization, and gives how many were new.
async fn note(tx: &Tenant, app: &App, kind: Kind, reports: &[Report]) -> Result<i64> {
    let mut taken = 0;
    for report in reports {
        let mark = Mark::parse(&report.mark).filter(|mark| mark.is_of(app, tx.organization()));
        let Some(mark) = mark else { continue };
        let Some(recipient) = store::recipient(tx, &mark).await? else { continue };
        let source = format!("{} {}", kind.as_str(), report.id);
        let at = report.at.unwrap_or_else(|| app.clock.now());
        if record::note(tx, app, (&recipient, &report.told), (&source, at)).await? {
            taken += 1;
        }
    }
    Ok(taken)
}
