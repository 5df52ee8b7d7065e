//! An organization's own domain: the same site at `/` instead of `/s/{org}`.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::uri::{PathAndQuery, Uri};
use http::{HeaderMap, header};
use kernel::{App, Result};

/// Marks a request that came in by an organization's own domain, with the site's address as people see it.
#[derive(Clone, Debug)]
pub struct OwnDomain(pub String);

/// Paths that stay what they are on every host.
const SHARED: [&str; 4] = ["/assets/", "/media/", "/healthz", "/readyz"];

/// Middleware before the router: sends requests for an organization's domain to its site.
pub async fn route(State(app): State<App>, mut request: Request, next: Next) -> Response {
    match redirected(&app, request.headers(), request.uri()).await {
        Ok(Some((uri, domain))) => {
            *request.uri_mut() = uri;
            request.extensions_mut().insert(domain);
            next.run(request).await
        }
        Ok(None) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

async fn redirected(app: &App, headers: &HeaderMap, uri: &Uri) -> Result<Option<(Uri, OwnDomain)>> {
    let named = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let Some(authority) = named.or_else(|| uri.authority().map(http::uri::Authority::as_str)) else {
        return Ok(None);
    };
    let path = uri.path();
    if is_ours(app, authority) || SHARED.iter().any(|shared| path.starts_with(shared)) {
        return Ok(None);
    }
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host).to_ascii_lowercase();
    let Some(organization) = app.organization_of_domain(&host).await? else { return Ok(None) };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let target = format!("/s/{}{path}{query}", organization.slug);
    let Ok(target) = target.parse::<PathAndQuery>() else { return Ok(None) };
    let scheme = if app.settings.is_secure() { "https" } else { "http" };
    Ok(Some((Uri::from(target), OwnDomain(format!("{scheme}://{authority}")))))
}

/// Whether a host is the program's own, by its public address or as it listens.
fn is_ours(app: &App, authority: &str) -> bool {
    let public = app.settings.public_url.split_once("://").map_or("", |(_, rest)| rest);
    authority.eq_ignore_ascii_case(public)
        || authority.parse() == Ok(app.settings.listen)
        || authority.starts_with("localhost:")
}
