use jiff::Timestamp;
use kernel::App;
use kernel::validate::Problems;
use serde::{Deserialize, Serialize};
use url::Host;
use utoipa::ToSchema;

/// Claims that an organization may hold.
pub const CLAIMS_AT_MOST: i64 = 20;
/// The name before a domain under which its proof is looked for.
pub const PROOF_LABEL: &str = "_contentpilot";
/// The longest domain (RFC 1035, 2.3.4, as text).
const DOMAIN_LONGEST: usize = 253;

/// What is asked for.
#[derive(Debug, Default, Clone, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = RawSiteDomain)]
pub struct RawDomain {
    /// The domain alone, as `news.example.org`.
    pub domain: String,
}

/// A record to set where the domain's DNS is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DnsRecord {
    /// `TXT` or `CNAME`.
    pub kind: &'static str,
    pub name: String,
    pub value: String,
    /// What it is for.
    pub purpose: &'static str,
}

/// A domain that the organization says is its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Domain {
    pub id: String,
    pub domain: String,
    /// Whether the site answers there.
    pub is_proven: bool,
    /// The records to set: the proof, and the way here.
    pub records: Vec<DnsRecord>,
    /// What the last look at the records found missing.
    pub problem: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub checked_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub proven_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// The name of the record that proves a domain.
pub fn proof_name(domain: &str) -> String {
    format!("{PROOF_LABEL}.{domain}")
}

/// What that record must hold.
pub fn proof_value(token: &str) -> String {
    format!("contentpilot-domain={token}")
}

/// The records to set for a domain. Where the program has no name of its own, only whoever runs it knows its address.
pub fn records(app: &App, domain: &str, token: &str) -> Vec<DnsRecord> {
    let proof = DnsRecord {
        kind: "TXT",
        name: proof_name(domain),
        value: proof_value(token),
        purpose: "Proves that the domain is yours",
    };
    let here = own_host(app).filter(|host| host.contains('.') && host.parse::<std::net::IpAddr>().is_err());
    let way = here.map(|host| DnsRecord {
        kind: "CNAME",
        name: domain.to_owned(),
        value: host,
        purpose: "Leads visitors here",
    });
    [proof].into_iter().chain(way).collect()
}

/// The program's own host, without a port.
fn own_host(app: &App) -> Option<String> {
    url::Url::parse(&app.settings.public_url).ok()?.host_str().map(str::to_ascii_lowercase)
}

/// Checks a domain as it was typed: alone, or copied out of the address bar. Letters of other scripts become what DNS
/// knows them as (IDNA).
pub fn check(app: &App, problems: &mut Problems, typed: &str) -> String {
    let text = typed.trim();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split(['/', '?', '#']).next().unwrap_or_default().trim_end_matches('.');
    let domain = match Host::parse(text) {
        Ok(Host::Domain(domain)) => domain.to_ascii_lowercase(),
        _ => String::new(),
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if domain.len() > DOMAIN_LONGEST || !domain.contains('.') || !domain.split('.').all(is_label) {
        problems.add("domain", "not_a_domain", "Enter a domain like news.example.org, without anything around it.");
    } else if own_host(app).is_some_and(|own| own == domain) {
        problems.add("domain", "not_allowed", "This is the address of the program itself. Choose another domain.");
    }
    domain
}
