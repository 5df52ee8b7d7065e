//! The doors into the application: first set-up, signing in and out, a forgotten password.

pub mod reset;
pub mod setup;
pub mod sign_in;

use axum::response::Response;
use http::{HeaderValue, header};
use kernel::{App, session, web};

/// Where to go after signing in: `next` if it is a path of our own, else the start page.
///
/// Browsers take `//host` and `/\host` for another site, and drop tabs and line breaks before they look.
fn own_path(next: &str) -> &str {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && next.bytes().all(|byte| byte.is_ascii_graphic());
    if own { next } else { "/admin" }
}

/// Sends the browser on with a new session.
pub(crate) fn signed_in(app: &App, token: &str, location: &str) -> Response {
    with_cookie(web::see_other(location), session::cookie(token, app.settings.is_secure()))
}

pub(crate) fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for own in ["/admin/acme/members?page=2#top", "/admin", "/api/docs"] {
            assert_eq!(own_path(own), own);
        }
        let evil = ["", "//evil.org", "/\\evil.org", "/\t/evil.org", "https://evil.org", "javascript:x", "/ä", "evil"];
        for other in evil {
            assert_eq!(own_path(other), "/admin", "{other:?}");
        }
    }
}
