//! Requests to addresses that users typed: webhooks, files to fetch, feeds to read.
//!
//! Such an address could name a machine of the operator's own network. So a name is resolved once, every address it
//! has is looked at, and the connection goes to exactly those addresses: a name that answers differently a moment later
//! gains nothing. Redirects are not followed by themselves; who wants to follows them one by one, each checked anew.

mod range;
mod request;

pub use range::{Allowed, is_public};
pub use request::{Failure, Limits, Reply, Request, Stream};

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// How long a connection may take to be made.
const CONNECTS_WITHIN: Duration = Duration::from_secs(10);
const ADDRESS_LONGEST: usize = 2000;

/// The one client for addresses of users. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Made at the first request, for many programs and most tests never send one.
    client: Arc<OnceLock<Option<reqwest::Client>>>,
    allowed: Arc<Vec<Allowed>>,
}

impl Outgoing {
    /// A client that reaches public addresses by https, and beside them those that the operator allowed.
    pub fn new(allowed: Vec<Allowed>) -> Self {
        Self { client: Arc::default(), allowed: Arc::new(allowed) }
    }

    fn client(&self) -> Result<&reqwest::Client, Failure> {
        let made = self.client.get_or_init(|| {
            let made = make_client(self.allowed.clone());
            made.inspect_err(|error| tracing::error!(?error, "outgoing requests could not be set up")).ok()
        });
        made.as_ref()
            .ok_or_else(|| Failure::Unreachable("Outgoing requests could not be set up on this server.".into()))
    }

    /// Reads an address as somebody typed it. What it says is wrong is for them to read.
    ///
    /// A name is looked up only when the request is made; an address written as numbers is judged here already.
    pub fn check(&self, text: &str) -> Result<Url, String> {
        if text.len() > ADDRESS_LONGEST {
            return Err(format!("This address is longer than {ADDRESS_LONGEST} characters."));
        }
        let url = Url::parse(text.trim())
            .map_err(|_| "This is no web address. Enter one like https://example.org/here.".to_owned())?;
        self.admit(&url)?;
        Ok(url)
    }

    fn admit(&self, url: &Url) -> Result<(), String> {
        let needs_https = || "The address must begin with https://.".to_owned();
        // Addresses of the web have a host; `file:` and others have none.
        let host = url.host().ok_or_else(needs_https)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("An address with a user name or password in it is not taken.".to_owned());
        }
        let literal = literal_of(&host);
        let name = url.host_str().unwrap_or_default();
        let is_allowed = self.allowed.iter().any(|rule| rule.names(name) || literal.is_some_and(|ip| rule.holds(ip)));
        match url.scheme() {
            "https" => {}
            "http" if is_allowed => {}
            _ => return Err(needs_https()),
        }
        match literal {
            Some(ip) if !is_allowed && !is_public(ip) => Err(private(name)),
            _ => Ok(()),
        }
    }
}

fn make_client(allowed: Arc<Vec<Allowed>>) -> anyhow::Result<reqwest::Client> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Arc::new(CheckedResolver { allowed }))
        .redirect(reqwest::redirect::Policy::none())
        // A proxy would resolve the name again, unchecked.
        .no_proxy()
        .connect_timeout(CONNECTS_WITHIN)
        .pool_max_idle_per_host(0)
        .user_agent(concat!("ContentPilot/", env!("CARGO_PKG_VERSION")))
        .build()?;
    Ok(client)
}

fn literal_of(host: &Host<&str>) -> Option<IpAddr> {
    match host {
        Host::Ipv4(ip) => Some(IpAddr::V4(*ip)),
        Host::Ipv6(ip) => Some(IpAddr::V6(*ip)),
        Host::Domain(_) => None,
    }
}

/// What is said of an address inside a private network.
fn private(host: &str) -> String {
    format!(
        "{host} lies in a private network, and requests there are refused. Whoever runs this server can allow it by the \
         setting CONTENTPILOT_OUTGOING_ALLOWED."
    )
}

/// Resolves names to addresses that may be connected to, or to none at all.
struct CheckedResolver {
    allowed: Arc<Vec<Allowed>>,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.allowed.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            let may = |ip: IpAddr| is_public(ip) || allowed.iter().any(|rule| rule.names(&host) || rule.holds(ip));
            // One private address among public ones is somebody's trick, or a mistake; neither is served.
            if found.iter().any(|address| !may(address.ip())) {
                return Err(Box::new(Refused(private(&host))) as Box<dyn std::error::Error + Send + Sync>);
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// An address that was looked up and may not be connected to.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(String);

#[cfg(test)]
mod tests {
    use super::*;

    fn client(rules: &str) -> Outgoing {
        Outgoing::new(rules.split_whitespace().map(|rule| rule.parse().unwrap()).collect())
    }

    #[test]
    fn only_public_addresses_by_https_are_taken() {
        let outgoing = client("");
        assert!(outgoing.check("https://example.org/hook").is_ok());
        assert!(outgoing.check("https://8.8.8.8/").is_ok());
        for address in [
            "http://example.org/",
            "ftp://example.org/",
            "nonsense",
            "https://user:word@example.org/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://10.1.2.3/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fd00::1]/",
            "https://[64:ff9b::a00:1]/",
            "https://[2002:7f00:1::]/",
        ] {
            assert!(outgoing.check(address).is_err(), "{address}");
        }
    }

    #[test]
    fn the_operator_allows_hosts_and_ranges_by_name() {
        let outgoing = client("hooks.internal 10.1.0.0/16 127.0.0.1");
        for address in
            ["http://hooks.internal:8080/x", "http://10.1.200.9/", "http://127.0.0.1:1/", "https://10.1.0.1/"]
        {
            assert!(outgoing.check(address).is_ok(), "{address}");
        }
        for address in ["http://10.2.0.1/", "https://127.0.0.2/", "http://evil.hooks.internal/"] {
            assert!(outgoing.check(address).is_err(), "{address}");
        }
        assert!("10.0.0.0/40".parse::<Allowed>().is_err() && "a b".parse::<Allowed>().is_err());
    }

    #[tokio::test]
    async fn a_name_of_the_own_machine_is_refused_when_it_is_looked_up() {
        let outgoing = client("");
        let url = outgoing.check("https://localhost/hook").unwrap();
        let outcome = outgoing.send(Request::get(url), Limits::SMALL).await;
        assert!(matches!(outcome, Err(Failure::Refused(words)) if words.contains("private network")));
    }
}
