//! Reading what was set: from text to what each setting has to be.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use super::{Delivery, Outcome, SETTINGS, Setting, SettingError};
use crate::files::{BucketSettings, Location};
use crate::outgoing::Allowed;
use crate::secret::SecretKey;

const MEDIA_URLS: &str = "it must be file:/a/folder or s3://bucket";

/// Connections to the database for each core, where nobody says how many. More than the cores keep busy only take each other's
/// place in their caches: on two cores with the database beside the program, eight give a third more pages than twenty.
const CONNECTIONS_A_CORE: usize = 4;
const FEWEST_CONNECTIONS: usize = 8;
/// So that three nodes fit into what a server allows that nobody configured.
const MOST_CONNECTIONS: usize = 30;
/// What is left for visitors while as many jobs run as may.
const BESIDE_JOBS: usize = 4;

/// The environment. Variables of others may hold anything; ours must be text.
pub fn environment() -> Outcome<BTreeMap<String, String>> {
    let mut variables = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => _ = variables.insert(name, value),
            Err(_) if SETTINGS.iter().any(|setting| setting.variable == name) => {
                return Err(SettingError { place: name, problem: "it must be UTF-8 text".into() });
            }
            Err(_) => {}
        }
    }
    Ok(variables)
}

/// The size of the pool on a machine with so many cores, where so many jobs run at once.
pub(super) fn usual_pool_size(cores: usize, jobs: usize) -> usize {
    (CONNECTIONS_A_CORE * cores).clamp(FEWEST_CONNECTIONS, MOST_CONNECTIONS).max(jobs + BESIDE_JOBS)
}

/// What was set, each value read as what it has to be, or refused in the operator's words.
pub struct Values {
    environment: BTreeMap<String, String>,
    file: toml::Table,
    path: String,
}

impl Values {
    /// What is set in these variables and this file; the environment goes first.
    pub fn new(environment: BTreeMap<String, String>, file: &Path) -> Outcome<Self> {
        Ok(Self { file: read_file(file)?, environment, path: file.display().to_string() })
    }

    fn described(key: &str) -> &'static Setting {
        SETTINGS.iter().find(|setting| setting.key == key).unwrap_or(&SETTINGS[0])
    }

    pub fn refuse_unknown_variables(&self) -> Outcome<()> {
        let known = |name: &str| SETTINGS.iter().any(|setting| setting.variable == name);
        let ours = |name: &str| name.starts_with("CONTENTPILOT_") && !name.starts_with("CONTENTPILOT_TEST_");
        match self.environment.keys().find(|name| ours(name) && !known(name)) {
            Some(name) => Err(SettingError {
                place: name.clone(),
                problem: "there is no such setting; `contentpilot serve --help` and the README list them".into(),
            }),
            None => Ok(()),
        }
    }

    /// Without the server's own address the program would quietly start a new, empty database.
    pub fn refuse_owner_alone(&self) -> Outcome<()> {
        if self.optional("database_owner_url")?.is_some() && self.optional("database_url")?.is_none() {
            return Err(self.error("database_owner_url", "it needs DATABASE_URL beside it, which is not set"));
        }
        Ok(())
    }

    pub fn error(&self, key: &str, problem: impl Into<String>) -> SettingError {
        let setting = Self::described(key);
        let place = if self.environment.contains_key(setting.variable) || !self.file.contains_key(key) {
            setting.variable.to_owned()
        } else {
            format!("{key} in {}", self.path)
        };
        SettingError { place, problem: problem.into() }
    }

    pub fn text(&self, key: &str) -> Outcome<String> {
        let setting = Self::described(key);
        if let Some(value) = self.environment.get(setting.variable).filter(|value| !value.trim().is_empty()) {
            return Ok(value.trim().to_owned());
        }
        match self.file.get(key) {
            None => Ok(setting.default.to_owned()),
            Some(toml::Value::String(text)) => Ok(text.trim().to_owned()),
            Some(toml::Value::Integer(number)) => Ok(number.to_string()),
            Some(_) => Err(self.error(key, "it must be a text")),
        }
    }

    pub fn optional(&self, key: &str) -> Outcome<Option<String>> {
        let text = self.text(key)?;
        Ok((!text.is_empty()).then_some(text))
    }

    pub fn parsed<T: std::str::FromStr>(&self, key: &str, shape: &str) -> Outcome<T> {
        self.text(key)?.parse().map_err(|_| self.error(key, format!("it must be {shape}")))
    }

    pub fn number(&self, key: &str, least: usize, most: usize) -> Outcome<usize> {
        let shape = format!("a number from {least} to {most}");
        let number: usize = self.parsed(key, &shape)?;
        if (least..=most).contains(&number) { Ok(number) } else { Err(self.error(key, format!("it must be {shape}"))) }
    }

    /// Connections to the database at most; `jobs` run at once.
    pub fn pool_size(&self, jobs: usize) -> Outcome<usize> {
        if self.optional("pool_size")?.is_some() {
            return self.number("pool_size", 2, 500);
        }
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(usual_pool_size(cores, jobs))
    }

    pub fn postgres_address(&self, key: &str) -> Outcome<Option<String>> {
        let Some(url) = self.optional(key)? else { return Ok(None) };
        // The parser's own words could repeat the password, so they are not shown.
        crate::db::parse_url(&url).map_err(|_| {
            self.error(key, "it is no PostgreSQL address (postgres://user:password@host:port/database)")
        })?;
        Ok(Some(url))
    }

    pub fn public_url(&self, listen: SocketAddr) -> Outcome<String> {
        let Some(text) = self.optional("public_url")? else { return Ok(format!("http://{listen}")) };
        let shape = "it must be an address like https://example.org, without a path";
        let url = url::Url::parse(&text).map_err(|_| self.error("public_url", shape))?;
        let plain = matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none();
        if plain { Ok(text.trim_end_matches('/').to_owned()) } else { Err(self.error("public_url", shape)) }
    }

    pub fn secret_key(&self) -> Outcome<Option<SecretKey>> {
        let Some(text) = self.optional("secret_key")? else { return Ok(None) };
        let key = SecretKey::from_text(&text);
        key.map(Some).ok_or_else(|| self.error("secret_key", "it must have at least 32 characters"))
    }

    pub fn smtp_url(&self) -> Outcome<Option<String>> {
        let Some(text) = self.optional("smtp_url")? else { return Ok(None) };
        let known = ["smtp://", "smtps://"].iter().any(|scheme| text.starts_with(scheme));
        if known && crate::mail::is_smtp_url(&text) {
            return Ok(Some(text));
        }
        Err(self.error("smtp_url", "it must be an address like smtps://user:password@mail.example.org"))
    }

    pub fn files(&self) -> Outcome<Location> {
        let Some(url) = self.optional("media_url")? else {
            return Ok(Location::Folder(PathBuf::from(self.text("data_dir")?).join("media")));
        };
        if let Some(folder) = url.strip_prefix("file:") {
            let folder = folder.strip_prefix("//").unwrap_or(folder);
            let is_named = !folder.is_empty();
            return if is_named {
                Ok(Location::Folder(folder.into()))
            } else {
                Err(self.error("media_url", MEDIA_URLS))
            };
        }
        let bucket = url.strip_prefix("s3://").map(|rest| rest.trim_end_matches('/'));
        match bucket.filter(|bucket| !bucket.is_empty() && !bucket.contains(['/', '?', '@', ' '])) {
            Some(bucket) => self.bucket(bucket.to_owned()).map(Location::Bucket),
            None => Err(self.error("media_url", MEDIA_URLS)),
        }
    }

    fn bucket(&self, bucket: String) -> Outcome<BucketSettings> {
        let endpoint = self.optional("media_s3_endpoint")?;
        let is_address =
            |text: &String| url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if endpoint.as_ref().is_some_and(|text| !is_address(text)) {
            return Err(self.error("media_s3_endpoint", "it must be an address like https://s3.example.org"));
        }
        let credentials = match (self.optional("media_s3_access_key")?, self.optional("media_s3_secret_key")?) {
            (Some(id), Some(secret)) => Some((id, secret)),
            (None, None) => None,
            (None, Some(_)) => {
                return Err(self.error("media_s3_access_key", "it is missing beside MEDIA_S3_SECRET_KEY"));
            }
            (Some(_), None) => {
                return Err(self.error("media_s3_secret_key", "it is missing beside MEDIA_S3_ACCESS_KEY"));
            }
        };
        let in_path = endpoint.is_some();
        Ok(BucketSettings { bucket, region: self.text("media_s3_region")?, endpoint, credentials, in_path })
    }

    pub fn media_delivery(&self) -> Outcome<Delivery> {
        let text = self.text("media_delivery")?;
        let prefix = text.strip_prefix("x-accel:").filter(|prefix| prefix.starts_with('/') && prefix.ends_with('/'));
        match (text.as_str(), prefix) {
            ("program", _) => Ok(Delivery::Program),
            ("redirect", _) => Ok(Delivery::Redirect),
            (_, Some(prefix)) => Ok(Delivery::Accelerated(prefix.to_owned())),
            _ => Err(self.error("media_delivery", "it must be program, redirect or x-accel:/prefix/")),
        }
    }

    pub fn address_if_set(&self, key: &str, shape: &str) -> Outcome<Option<SocketAddr>> {
        match self.optional(key)? {
            Some(_) => Ok(Some(self.parsed(key, shape)?)),
            None => Ok(None),
        }
    }

    /// A name that mail is sent to, in its ASCII form.
    pub fn host(&self, key: &str) -> Outcome<Option<String>> {
        let Some(text) = self.optional(key)? else { return Ok(None) };
        match url::Host::parse(&text) {
            Ok(url::Host::Domain(host)) if host.contains('.') => Ok(Some(host)),
            _ => Err(self.error(key, "it must be the name of a host, as bounces.example.org")),
        }
    }

    pub fn switch(&self, name: &'static str) -> Outcome<bool> {
        match self.text(name)?.as_str() {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err(self.error(name, "it must be on or off")),
        }
    }

    pub fn mail_from(&self) -> Outcome<String> {
        let text = self.text("mail_from")?;
        match text.parse::<lettre::message::Mailbox>() {
            Ok(_) => Ok(text),
            Err(_) => Err(self.error("mail_from", "it must be a sender like Name <name@example.org>")),
        }
    }

    pub fn addresses(&self, key: &str) -> Outcome<Vec<IpAddr>> {
        let text = self.text(key)?;
        listed(&text)
            .map(|part| part.parse().map_err(|_| self.error(key, format!("{part} is no IP address"))))
            .collect()
    }

    pub fn allowed(&self, key: &str) -> Outcome<Vec<Allowed>> {
        let text = self.text(key)?;
        listed(&text).map(|part| part.parse().map_err(|problem: String| self.error(key, problem))).collect()
    }
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

fn read_file(path: &Path) -> Outcome<toml::Table> {
    let failed = |problem: String| SettingError { place: path.display().to_string(), problem };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(toml::Table::new()),
        Err(error) => return Err(failed(format!("it cannot be read: {error}"))),
    };
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| failed(error.message().to_owned()))?;
    match table.keys().find(|key| !SETTINGS.iter().any(|setting| setting.key == key.as_str())) {
        Some(key) => Err(failed(format!("there is no setting named {key}"))),
        None => Ok(table),
    }
}
