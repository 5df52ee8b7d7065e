//! The addresses of signing up, open to everybody: a form's own page, the page behind the link in the mail.
//!
//! Forms on other sites send here, so a request from another site is no forgery: nothing is looked at but what it says, and
//! one without a stamp of ours only gets the form's own page, filled in.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use kernel::db::{OrganizationId, Tenant};
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::web::Client;
use kernel::{App, Error, Result, web};
use serde::Deserialize;
use ui::{Card, FieldErrors};

use super::sign_up::{self, RawSignUp, Sent, Visitor};
use super::{confirm, stamp};
use crate::audience::forms::{self, SubscribeForm};
use crate::audience::public::personal;
use crate::audience::refusal;

pub fn router() -> Router<App> {
    Router::new()
        .route("/s/{org}/subscribe/{form}", get(show).post(take))
        .route("/e/{organization}/confirm/{token}", get(ask).post(confirmed))
}

/// `/s/{org}/subscribe/{form}`: the form, and what was answered.
#[derive(Template)]
#[template(path = "subscribe.html")]
struct SubscribePage {
    card: Card,
    site: String,
    form: SubscribeForm,
    typed: RawSignUp,
    stamp: String,
    errors: FieldErrors,
    /// Nothing is asked any more.
    is_taken: bool,
}

/// `/e/{organization}/confirm/{token}`: asks, and says that it is done.
#[derive(Template)]
#[template(path = "subscribe-confirm.html")]
struct ConfirmPage {
    card: Card,
    site: String,
    address: String,
    wording: String,
    is_done: bool,
}

struct Place {
    tx: Tenant,
    form: SubscribeForm,
    site: String,
}

async fn place(app: &App, organization: &str, form: &str) -> Result<Place> {
    let organization = app.organization(organization).await?;
    let tx = app.database.tenant(&organization.id).await?;
    let form = if kernel::id::is_segment(form) { forms::by_slug(&tx, form).await? } else { None };
    let form = form.ok_or(Error::NotFound)?;
    let site = app.public_site(&tx).await?.title.clone();
    Ok(Place { tx, form, site })
}

fn form_page(app: &App, place: &Place, (typed, errors): (RawSignUp, FieldErrors)) -> SubscribePage {
    let form = place.form.clone();
    SubscribePage {
        card: Card::new(&form.title, form.intro.clone().unwrap_or_default()),
        site: place.site.clone(),
        stamp: stamp::make(app, place.tx.organization(), &form.id, app.clock.now()),
        form,
        typed,
        errors,
        is_taken: false,
    }
}

fn taken_page(form: SubscribeForm, site: String) -> SubscribePage {
    let card = if form.double_opt_in {
        let words = "We have sent you a mail. Press the link in it to confirm; without that, nothing is sent to you.";
        Card::new("Look into your mailbox", words)
    } else {
        let words = "You are on the list. If we know the address already, you get a mail that says what to do.";
        Card::new("Thank you", words)
    };
    let (typed, errors) = (RawSignUp::default(), FieldErrors::none());
    SubscribePage { card, site, form, typed, stamp: String::new(), errors, is_taken: true }
}

async fn show(State(app): State<App>, Path((organization, form)): Path<(String, String)>) -> Result<Response> {
    let place = place(&app, &organization, &form).await?;
    let typed = (RawSignUp::default(), FieldErrors::none());
    Ok(personal(StatusCode::OK, &form_page(&app, &place, typed)))
}

async fn take(
    State(app): State<App>,
    Path((organization, form)): Path<(String, String)>,
    client: Client,
    Form(raw): Form<RawSignUp>,
) -> Result<Response> {
    let place = place(&app, &organization, &form).await?;
    let visitor = Visitor { app: &app, tx: &place.tx, ip: &client.ip, now: app.clock.now() };
    match sign_up::take(&visitor, &place.form, &raw).await {
        Ok(Sent::OnceMore) => {
            let words = "You are not on the list yet. Look over what stands here, and press Subscribe once more.";
            Ok(personal(StatusCode::OK, &form_page(&app, &place, (raw, FieldErrors::from_iter([("", words)])))))
        }
        Ok(Sent::Taken) => {
            let Place { tx, form, site } = place;
            tx.commit().await?;
            Ok(personal(StatusCode::OK, &taken_page(form, site)))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            // A stamp that still holds stays, so that mending a slip is not too quick.
            let stamp = raw.stamp.clone();
            let page = form_page(&app, &place, (raw, errors));
            let is_right = stamp::age(&app, place.tx.organization(), &place.form.id, (&stamp, app.clock.now()))
                != stamp::Age::Unknown;
            let page = if is_right { SubscribePage { stamp, ..page } } else { page };
            Ok(personal(status, &page))
        }
    }
}

/// Where the end of a sign-up is told.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Done {
    done: String,
}

/// Programs look at links before people do, so looking changes nothing.
async fn ask(
    State(app): State<App>,
    Path((organization, token)): Path<(String, String)>,
    Query(done): Query<Done>,
) -> Result<Response> {
    let tx = app.database.tenant(&OrganizationId::parse(&organization)?).await?;
    let site = site_settings(&tx).await?.title;
    let (request, form) = match confirm::find(&tx, (&token, app.clock.now())).await {
        Ok(found) => found,
        Err(Error::NotFound) => return Ok(over(site)),
        Err(error) => return Err(error),
    };
    if request.confirmed_at.is_some() {
        return Ok(if done.done.is_empty() { confirmed_before(site) } else { thanks(&form, site) });
    }
    let card = Card::new(
        "Confirm your subscription",
        format!("Nothing is sent before you press the button. {site} writes to {}.", request.email),
    );
    let address = format!("/e/{organization}/confirm/{token}");
    let page = ConfirmPage { card, site, address, wording: request.consent_wording, is_done: false };
    let mut response = personal(StatusCode::OK, &page);
    if form.redirect_url.is_some() {
        // Browsers hold the redirect that answers a form to the same rule as the form.
        let policy = ui::CONTENT_SECURITY_POLICY.replace("form-action 'self'", "form-action 'self' https: http:");
        let policy = HeaderValue::from_str(&policy).map_err(Error::internal)?;
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

fn confirmed_before(site: String) -> Response {
    let words = "This subscription was confirmed already. There is nothing more to do, and you can close this page.";
    let card = Card::new("Confirmed already", words);
    let page = ConfirmPage { card, site, address: String::new(), wording: String::new(), is_done: true };
    personal(StatusCode::OK, &page)
}

fn over(site: String) -> Response {
    let card = Card::new("This link is over", "It works for seven days. Sign up again, and you get a new one.");
    let page = ConfirmPage { card, site, address: String::new(), wording: String::new(), is_done: true };
    personal(StatusCode::NOT_FOUND, &page)
}

fn thanks(form: &SubscribeForm, site: String) -> Response {
    let words = form.thanks.clone().unwrap_or_else(|| format!("You get emails from {site} from now on."));
    let page = ConfirmPage {
        card: Card::new("You are subscribed", words),
        site,
        address: String::new(),
        wording: String::new(),
        is_done: true,
    };
    personal(StatusCode::OK, &page)
}

async fn confirmed(State(app): State<App>, Path((organization, token)): Path<(String, String)>) -> Result<Response> {
    let tx = app.database.tenant(&OrganizationId::parse(&organization)?).await?;
    let site = site_settings(&tx).await?.title;
    let form = match confirm::confirm(&tx, (&token, app.clock.now())).await {
        Ok(form) => form,
        Err(Error::NotFound) => return Ok(over(site)),
        Err(Error::Conflict(words)) => {
            let card = Card::new("This address cannot be subscribed", words);
            let page = ConfirmPage { card, site, address: String::new(), wording: String::new(), is_done: true };
            return Ok(personal(StatusCode::CONFLICT, &page));
        }
        Err(error) => return Err(error),
    };
    tx.commit().await?;
    let there = match &form.redirect_url {
        Some(url) => url.clone(),
        None => format!("/e/{organization}/confirm/{token}?done=yes"),
    };
    let mut response = web::see_other(&there).into_response();
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}
