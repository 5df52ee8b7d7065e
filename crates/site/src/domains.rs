//! An organization's own domain: the same site at `/` instead of `/s/{org}`.

use std::borrow::Cow;

use axum::extract::Request;
use http::uri::{PathAndQuery, Uri};
use http::{HeaderMap, header};
use kernel::{App, Error, Result};

/// Marks a request that came in by an organization's own domain, with the site's address as people see it.
#[derive(Clone, Debug)]
pub struct OwnDomain(pub String);

impl OwnDomain {
    fn host_and_port(&self) -> Option<(String, Option<u16>)> {
        host_and_port(self.0.split_once("://")?.1)
    }
}

/// The site's address at the domain by which it is to be known, for a request that came in by another one or by the
/// program's own host; none where it came in by that domain, or the site has none.
pub(crate) fn known_address(app: &App, asked: Option<&OwnDomain>, domain: Option<&str>) -> Option<String> {
    let domain = domain?;
    let port = match asked {
        Some(asked) => {
            let (host, port) = asked.host_and_port()?;
            if host == domain {
                return None;
            }
            port
        }
        // Behind the program's own port, where its address names one, the domain is reached as well.
        None => url::Url::parse(&app.settings.public_url).ok()?.port(),
    };
    Some(own_domain(app, domain, port).0)
}

/// Paths that stay what they are on every host.
const SHARED: [&str; 2] = ["/assets/", "/media/"];
const SHARED_PAGES: [&str; 2] = ["/healthz", "/readyz"];

/// Before the router: leads a request for an organization's domain to its site.
pub async fn lead(app: &App, request: &mut Request) -> Result<()> {
    if let Some((uri, domain)) = redirected(app, request.headers(), request.uri()).await? {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(domain);
    }
    Ok(())
}

async fn redirected(app: &App, headers: &HeaderMap, uri: &Uri) -> Result<Option<(Uri, OwnDomain)>> {
    let Some(authority) = foreign(app, headers, uri) else { return Ok(None) };
    let Some((host, port)) = host_and_port(authority) else {
        return Err(Error::Malformed("The Host header names no host.".into()));
    };
    let Some(organization) = app.organization_of_domain(&host).await? else { return Ok(None) };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let target = format!("/s/{}{}{query}", organization.slug, uri.path());
    let Ok(target) = target.parse::<PathAndQuery>() else { return Ok(None) };
    Ok(Some((Uri::from(target), own_domain(app, &host, port))))
}

/// Where a request leads, as far as that is remembered: its path on the program's own host, and the domain it came in by.
pub(crate) fn remembered<'a>(
    app: &App,
    headers: &HeaderMap,
    uri: &'a Uri,
) -> Option<(Cow<'a, str>, Option<OwnDomain>)> {
    let Some(authority) = foreign(app, headers, uri) else { return Some((uri.path().into(), None)) };
    let (host, port) = host_and_port(authority)?;
    Some(match app.remembered_domain(&host)? {
        Some(organization) => {
            (format!("/s/{}{}", organization.slug, uri.path()).into(), Some(own_domain(app, &host, port)))
        }
        None => (uri.path().into(), None),
    })
}

/// The host that a request names, unless it is the program's own or the path is the same on every host.
fn foreign<'a>(app: &App, headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let named = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let authority = named.or_else(|| uri.authority().map(http::uri::Authority::as_str))?;
    let path = uri.path();
    let is_shared = SHARED_PAGES.contains(&path) || SHARED.iter().any(|shared| path.starts_with(shared));
    (!is_shared && !is_ours(app, authority)).then_some(authority)
}

/// Links and caches take the site's address from here, so only the domain that is kept and a number get into it.
fn own_domain(app: &App, host: &str, port: Option<u16>) -> OwnDomain {
    let (scheme, usual) = if app.settings.is_secure() { ("https", 443) } else { ("http", 80) };
    let port = port.filter(|port| *port != usual).map(|port| format!(":{port}")).unwrap_or_default();
    OwnDomain(format!("{scheme}://{host}{port}"))
}

/// The parts of a Host header (RFC 9110, 7.2), the name in lower case; none when it is of another form.
fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (authority, None),
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    (!host.is_empty() && host.bytes().all(is_name)).then(|| (host.to_ascii_lowercase(), port))
}

/// Whether a host is the program's own, by its public address or as it listens.
fn is_ours(app: &App, authority: &str) -> bool {
    let public = app.settings.public_url.split_once("://").map_or("", |(_, rest)| rest);
    authority.eq_ignore_ascii_case(public)
        || authority.parse() == Ok(app.settings.listen)
        || authority.starts_with("localhost:")
}
