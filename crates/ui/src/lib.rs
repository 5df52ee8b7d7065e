//! The look of the application: frame, cards, form and list macros, error pages and the built web assets.
//!
//! Pages are askama templates. A feature's page extends `frame.html` (with a field `frame: ui::Frame`) or
//! `card.html` (with a field `card: ui::Card`) and is answered with [`html`] or [`html_with`].

extern crate self as ui;

pub mod assets;
mod card;
mod error;
mod flash;
mod form;
mod frame;
#[cfg(any(test, feature = "gallery"))]
pub mod gallery;
mod list;
mod moment;
mod refusal;
mod response;
mod zones;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

pub use assets::icon;
pub use card::Card;
pub use error::error_page;
pub use flash::{Flash, FlashKind, forget_flash};
pub use form::{FieldErrors, SelectOption};
pub use frame::{Breadcrumb, Frame, Organization, Section, Sections, User};
pub use list::{Pager, StatusPill};
pub use moment::Moment;
pub use refusal::{refusal, words_of};
pub use response::{error_pages, frame_for, frame_of_person, sections_of};
pub use zones::time_zones;

/// What a page of the application may load: only its own files, nothing inline and nothing from elsewhere.
/// Pictures may come from anywhere over TLS, because articles show pictures that are hosted elsewhere.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     font-src 'self'; img-src 'self' data: https:; media-src 'self' https:; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
     frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Answers 200 with a rendered page.
pub fn html<T: Template>(page: &T) -> Response {
    html_with(StatusCode::OK, page)
}

/// Answers with a rendered page and the given status, 422 for a form that was not accepted.
///
/// Pages of the application are personal, so nobody may keep a copy of them.
pub fn html_with<T: Template>(status: StatusCode, page: &T) -> Response {
    match page.render() {
        Ok(text) => with_headers((status, text).into_response()),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            error_page(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "This page could not be shown. Try again; if it keeps happening, tell whoever runs this server.",
                None,
            )
        }
    }
}

fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests;
