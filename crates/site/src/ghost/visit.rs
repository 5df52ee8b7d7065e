//! One request: who asks, of which organization, with which parameters.

use std::sync::Arc;

use http::request::Parts;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::db::Tenant;
use kernel::organization::SiteSettings;
use kernel::{App, session};
use serde_json::{Value, json};

use super::options::Options;
use super::refusal::{Refusal, Refused};
use crate::domains::{self, OwnDomain};
use crate::links::Site;

/// A request whose key has been found to be the organization's.
pub struct Visit {
    pub tx: Tenant,
    pub links: Site,
    pub settings: Arc<SiteSettings>,
    pub options: Options,
    pub now: Timestamp,
}

impl Visit {
    /// Lets in who shows a key that reads this organization.
    pub async fn begin(app: &App, organization: &str, parts: &Parts) -> Refused<Self> {
        let organization = app.organization(organization).await?;
        refuse_strange_version(parts)?;
        let options = Options::parse(parts.uri.query().unwrap_or_default());
        let key = options.key.as_deref().filter(|key| !key.is_empty()).ok_or(Refusal::MissingKey)?;
        if !session::is_ghost_content_key(app, &organization.id, key).await? {
            return Err(Refusal::UnknownKey);
        }
        let tx = app.database.tenant(&organization.id).await?;
        let settings = app.public_site(&tx).await?;
        let domain = parts.extensions.get::<OwnDomain>();
        let links = match domain {
            Some(OwnDomain(address)) => Site::own_domain(address),
            None => Site::shared(&app.settings.public_url, &organization.slug),
        };
        let links = links.known_as(domains::known_address(app, domain, settings.domain.as_deref()));
        Ok(Self { tx, links, settings, options, now: app.clock.now() })
    }

    /// The full form of an address of this site.
    pub fn absolute(&self, path: &str) -> String {
        self.links.absolute(path)
    }
}

/// A moment as Ghost writes it: milliseconds, and the offset of the site's zone.
pub fn moment(at: Option<Timestamp>, zone: &TimeZone) -> Value {
    json!(at.map(|at| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()))
}

/// `Accept-Version` names the least version that will do; every version there has been will, and none of the future.
fn refuse_strange_version(parts: &Parts) -> Refused<()> {
    let Some(asked) = parts.headers.get("accept-version").and_then(|value| value.to_str().ok()) else {
        return Ok(());
    };
    let major = asked.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if asked == "canary" || major.is_some_and(|major| major <= 6) {
        return Ok(());
    }
    let shown: String = asked.chars().take(20).collect();
    Err(Refusal::Version(format!("This is version v6.0, which cannot serve Accept-Version {shown}. Ask for v6.0.")))
}
