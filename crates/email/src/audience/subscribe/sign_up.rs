//! What becomes of a form that somebody sent.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use kernel::db::Tenant;
use kernel::validate::Problems;
use kernel::{App, Error, Result, organization, secret};
use serde::Deserialize;

use super::confirm::{self, CONFIRMED_WITHIN};
use super::mails;
use super::requests::{self, Request};
use super::stamp::{self, Age};
use crate::audience::address::Address;
use crate::audience::contacts::draft::NAME_LONGEST;
use crate::audience::contacts::{Status, store};
use crate::audience::forms::SubscribeForm;
use crate::audience::link;
use crate::audience::suppressions::{self, Reason};

/// Another mail to the same address only after this time, and only so many in a day: nobody's mailbox is filled from here.
const MAILS_APART: SignedDuration = SignedDuration::from_mins(10);
const MAILS_A_DAY: usize = 3;
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Sign-ups from one network within ten minutes, and within a day.
const NETWORK_SHORT: (i64, SignedDuration) = (10, SignedDuration::from_mins(10));
const NETWORK_LONG: (i64, SignedDuration) = (100, DAY);

/// What a form sends: every field a text, so that nothing typed can fail to be read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RawSignUp {
    pub email: String,
    pub name: String,
    pub company: String,
    /// A field that people do not see and programs fill in.
    pub website: String,
    /// When the form was given, see [`stamp`].
    pub stamp: String,
}

/// Somebody at a form of the transaction's organization.
pub struct Visitor<'a> {
    pub app: &'a App,
    pub tx: &'a Tenant,
    /// Empty when it is not known.
    pub ip: &'a str,
    pub now: Timestamp,
}

/// What became of what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// The form has to be sent once more, from its own page: it came from another site, was too old or too quick.
    OnceMore,
    /// Told alike to everybody.
    Taken,
}

/// Takes a sign-up.
pub async fn take(visitor: &Visitor<'_>, form: &SubscribeForm, raw: &RawSignUp) -> Result<Sent> {
    let organization = visitor.tx.organization();
    let age = stamp::age(visitor.app, organization, &form.id, (&raw.stamp, visitor.now));
    let (address, request) = check(visitor, form, raw)?;
    if age != Age::Right {
        return Ok(Sent::OnceMore);
    }
    if !raw.website.trim().is_empty() {
        return Ok(Sent::Taken);
    }
    requests::wait_for_turn(visitor.tx).await?;
    let network = network(visitor);
    refuse_too_many(visitor, network.as_deref()).await?;
    requests::forget(visitor.tx, visitor.now - CONFIRMED_WITHIN).await?;
    let earlier = requests::of_address(visitor.tx, &request.email_hash, visitor.now - DAY).await?;
    let is_soon = earlier.first().is_some_and(|last| *last + MAILS_APART > visitor.now);
    if is_soon || earlier.len() >= MAILS_A_DAY {
        return Ok(Sent::Taken);
    }
    answer(visitor, (form, &address), request, network.as_deref()).await?;
    Ok(Sent::Taken)
}

fn check(visitor: &Visitor<'_>, form: &SubscribeForm, raw: &RawSignUp) -> Result<(Address, Request)> {
    let mut problems = Problems::new();
    let address = Address::parse(&raw.email);
    if address.is_none() {
        problems.add("email", "not_an_email", "That is no mail address. Enter one like name@example.org.");
    }
    let mut text = |field: &str, label: &str, text: &str, is_asked: bool| {
        problems.optional(field, label, Some(text).filter(|_| is_asked), NAME_LONGEST)
    };
    let name = text("name", "The name", &raw.name, form.asks_name);
    let company = text("company", "The company", &raw.company, form.asks_company);
    let address = problems.finish(address)?.ok_or_else(|| Error::internal("an address passed that is none"))?;
    let request = Request {
        id: kernel::id::new(visitor.now),
        form_id: form.id.clone(),
        email_hash: address.hash(visitor.app, visitor.tx.organization()),
        email: address.email.clone(),
        name,
        company,
        consent_wording: form.consent_wording.clone(),
        created_at: visitor.now,
        confirmed_at: None,
    };
    Ok((address, request))
}

/// Where somebody is, as limits know it: a code for the address, of IPv6 for the network of 64 bits that a household has.
fn network(visitor: &Visitor<'_>) -> Option<String> {
    let ip = visitor.ip.parse::<IpAddr>().ok()?.to_canonical();
    let network = match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("{:x?}", &ip.octets()[..8]),
    };
    let organization = visitor.tx.organization();
    Some(visitor.app.secret_key.sign("network of a sign-up", &format!("{organization} {network}")))
}

async fn refuse_too_many(visitor: &Visitor<'_>, network: Option<&str>) -> Result<()> {
    let Some(network) = network else { return Ok(()) };
    let mut until = None;
    for (most, within) in [NETWORK_SHORT, NETWORK_LONG] {
        let filled = requests::filled(visitor.tx, network, (most, visitor.now - within)).await?;
        until = until.max(filled.map(|oldest| oldest + within));
    }
    let Some(until) = until else { return Ok(()) };
    let seconds = until.duration_since(visitor.now).as_secs().max(1);
    Err(Error::TooManyRequests { retry_after_seconds: u64::try_from(seconds).unwrap_or(1) })
}

async fn answer(
    visitor: &Visitor<'_>,
    (form, address): (&SubscribeForm, &Address),
    request: Request,
    network: Option<&str>,
) -> Result<()> {
    let (app, tx) = (visitor.app, visitor.tx);
    let contact = store::lock_by_hash(tx, &request.email_hash).await?;
    let blocked = suppressions::store::find(tx, &request.email_hash).await?.map(|found| found.reason);
    let token = secret::token();
    let is_new = contact.is_none() && blocked.is_none();
    let confirmed_at = (is_new && !form.double_opt_in).then_some(visitor.now);
    let request = Request { confirmed_at, ..request };
    requests::insert(tx, &request, (&secret::hash(&token), network)).await?;
    if confirmed_at.is_some() {
        return confirm::subscribe(tx, (form, &request), address, visitor.now).await;
    }
    let site = organization::site_settings(tx).await?.title;
    let organization = tx.organization();
    if contact.is_some_and(|contact| contact.status == Status::Subscribed) && blocked.is_none() {
        let url = link::preferences_url(app, organization, &request.email_hash);
        return mails::known(tx, &request, (&site, &url)).await;
    }
    // Who reported us as spam, or was blocked by hand, hears nothing; they are told the same as everybody.
    if matches!(blocked, Some(Reason::Complaint | Reason::Manual)) {
        return Ok(());
    }
    let url = format!("{}/e/{organization}/confirm/{token}", app.settings.public_url);
    mails::confirm(tx, &request, (&site, &url)).await
}
