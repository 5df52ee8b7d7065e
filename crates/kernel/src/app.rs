//! What every handler and job is given.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::answers::Answers;
use crate::changes::{self, Changes};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::{Database, Tenant};
use crate::dns::Dns;
use crate::files::Files;
use crate::organization::{self, Organization, REMEMBERED_FOR, SiteSettings};
use crate::outgoing::Outgoing;
use crate::secret::SecretKey;
use crate::session::{ApiKey, ReadingKey};

/// How many keys and organizations are remembered at most.
const REMEMBERED_AT_MOST: u64 = 10_000;

/// An organization's name announces no change when a host platform changes it, so its site is not remembered for longer.
const SITES_ARE_REMEMBERED_FOR: Duration = Duration::from_secs(60);

/// The running program: its database, clock, settings and key. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub database: Database,
    pub clock: Clock,
    pub settings: Settings,
    pub secret_key: SecretKey,
    pub files: Files,
    /// Asked about domains that users name.
    pub dns: Dns,
    /// The client for addresses that users typed.
    pub outgoing: Outgoing,
    /// What this node heard of changed public pages.
    pub changes: Arc<Changes>,
    /// Answers of the API that show only what is public.
    pub(crate) answers: Answers,
    pub(crate) api_keys: Cache<Vec<u8>, ApiKey>,
    /// Keys that only read what is public. Apart from the others, so that none of them passes for an API key.
    pub(crate) reading_keys: Cache<Vec<u8>, ReadingKey>,
    organizations: Cache<String, Arc<Organization>>,
    /// Whose site a domain is; also remembered when it is nobody's, for such requests come in numbers.
    domains: Cache<String, Option<Arc<Organization>>>,
    /// How organizations present themselves, each with the state in which it was read.
    sites: Cache<String, (changes::State, Arc<SiteSettings>)>,
}

impl App {
    pub fn new(database: Database, clock: Clock, settings: Settings, secret_key: SecretKey) -> Self {
        let api_keys = Cache::builder().max_capacity(REMEMBERED_AT_MOST).time_to_live(REMEMBERED_FOR).build();
        let reading_keys = Cache::builder().max_capacity(REMEMBERED_AT_MOST).time_to_live(REMEMBERED_FOR).build();
        let organizations = Cache::builder().max_capacity(REMEMBERED_AT_MOST).time_to_live(REMEMBERED_FOR).build();
        let domains = Cache::builder().max_capacity(REMEMBERED_AT_MOST).time_to_live(REMEMBERED_FOR).build();
        let sites = Cache::builder().max_capacity(REMEMBERED_AT_MOST).time_to_live(SITES_ARE_REMEMBERED_FOR).build();
        let files = Files::new(settings.files.clone());
        let changes = database.changes().clone();
        let answers = Answers::new(settings.cache_bytes());
        let outgoing = Outgoing::new(settings.outgoing_allowed.clone());
        let dns = Dns::new(settings.dns_server);
        Self(Arc::new(Inner {
            database,
            clock,
            settings,
            secret_key,
            files,
            dns,
            outgoing,
            changes,
            answers,
            api_keys,
            reading_keys,
            organizations,
            domains,
            sites,
        }))
    }

    /// The organization of this slug, or [`NotFound`](crate::Error::NotFound).
    pub async fn organization(&self, slug: &str) -> crate::Result<Organization> {
        if let Some(known) = self.organizations.get(slug) {
            return Ok(Organization::clone(&known));
        }
        if !crate::id::is_segment(slug) {
            return Err(crate::Error::NotFound);
        }
        let global = self.database.global().await?;
        let found = crate::organization::by_slug(&global, slug).await?.ok_or(crate::Error::NotFound)?;
        self.organizations.insert(slug.to_owned(), Arc::new(found.clone()));
        Ok(found)
    }

    /// The organization of this slug, if it is remembered.
    pub fn remembered_organization(&self, slug: &str) -> Option<Arc<Organization>> {
        self.organizations.get(slug)
    }

    /// The organization whose site this host is, if it is one's.
    pub async fn organization_of_domain(&self, host: &str) -> crate::Result<Option<Organization>> {
        if let Some(known) = self.domains.get(host) {
            return Ok(known.map(|known| Organization::clone(&known)));
        }
        let found = crate::organization::by_domain(&self.database.global().await?, host).await?;
        self.domains.insert(host.to_owned(), found.clone().map(Arc::new));
        Ok(found)
    }

    /// Whose site this host is, if that is remembered: `Some(None)` when it is nobody's.
    pub fn remembered_domain(&self, host: &str) -> Option<Option<Arc<Organization>>> {
        self.domains.get(host)
    }

    /// How the transaction's organization presents itself, for its public pages: remembered until a change is heard.
    pub async fn public_site(&self, tx: &Tenant) -> crate::Result<Arc<SiteSettings>> {
        let organization = tx.organization();
        // Read before the settings are, so that a change that comes meanwhile makes them old at once.
        let Some(state) = self.changes.state(organization) else {
            return Ok(Arc::new(organization::site_settings(tx).await?));
        };
        if let Some((_, known)) = self.sites.get(organization.as_str()).filter(|(known, _)| *known == state) {
            return Ok(known);
        }
        let read = Arc::new(organization::site_settings(tx).await?);
        self.sites.insert(organization.as_str().to_owned(), (state, read.clone()));
        Ok(read)
    }

    /// Forgets what is remembered about keys and organizations, after one of them changed on this node.
    pub fn forget(&self) {
        self.api_keys.invalidate_all();
        self.reading_keys.invalidate_all();
        self.organizations.invalidate_all();
        self.domains.invalidate_all();
        self.sites.invalidate_all();
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
