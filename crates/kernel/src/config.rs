//! Settings: from the environment, else from `contentpilot.toml`, else the default. Each is described once, here.

mod values;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::files::Location;
use crate::outgoing::Allowed;
use crate::secret::SecretKey;
use values::Values;

/// The file of settings, looked for in the working directory.
pub const FILE: &str = "contentpilot.toml";

/// One setting: its name in the environment, in the file, its default and what it is for (as the README shows it).
pub struct Setting {
    pub variable: &'static str,
    pub key: &'static str,
    pub default: &'static str,
    pub purpose: &'static str,
}

const fn setting(variable: &'static str, key: &'static str, default: &'static str, purpose: &'static str) -> Setting {
    Setting { variable, key, default, purpose }
}

/// All settings there are.
pub const SETTINGS: [Setting; 28] = [
    setting(
        "DATABASE_URL",
        "database_url",
        "",
        "PostgreSQL 15 or newer; add `?pgbouncer=true` behind a transaction-mode pooler. Empty: a private server under the data directory",
    ),
    setting(
        "DATABASE_OWNER_URL",
        "database_owner_url",
        "",
        "The login that owns the schema and migrates it, straight to the server (no pooler). Empty: DATABASE_URL",
    ),
    setting("CONTENTPILOT_LISTEN", "listen", "127.0.0.1:8080", "Address and port to listen on"),
    setting(
        "CONTENTPILOT_DATA_DIR",
        "data_dir",
        "./data",
        "Where the private database, the secret key and media are kept",
    ),
    setting(
        "CONTENTPILOT_PUBLIC_URL",
        "public_url",
        "",
        "The address people use, as https://example.org. Empty: http:// and the listening address",
    ),
    setting(
        "CONTENTPILOT_SECRET_KEY",
        "secret_key",
        "",
        "At least 32 random characters that sign links. Empty: made once and kept in the data directory",
    ),
    setting(
        "SMTP_URL",
        "smtp_url",
        "",
        "smtps:// address, or smtp://host:587?tls=required for STARTTLS, that sends mail, as smtps://user:password@host. Empty: mails are kept in the development outbox",
    ),
    setting(
        "SMTP_CONNECTIONS",
        "smtp_connections",
        "10",
        "Connections to the SMTP server at most on this node, for emails to an audience, 1 to 200",
    ),
    setting(
        "SMTP_CONNECTIONS_A_DOMAIN",
        "smtp_connections_a_domain",
        "0",
        "Of those, connections with messages to one domain at most, 1 to 200; 0 sets no such limit",
    ),
    setting(
        "BOUNCE_LISTEN",
        "bounce_listen",
        "",
        "Address and port where bounces and complaints are taken by SMTP, as 0.0.0.0:25. Empty: nowhere",
    ),
    setting(
        "BOUNCE_HOST",
        "bounce_host",
        "",
        "The host whose mail comes to BOUNCE_LISTEN, as bounces.example.org: return path of senders whose domain has no host of its own for bounces. Empty: their own address",
    ),
    setting(
        "CONTENTPILOT_MAIL_FROM",
        "mail_from",
        "ContentPilot <contentpilot@localhost>",
        "The sender of the program's own mails",
    ),
    setting(
        "MEDIA_URL",
        "media_url",
        "",
        "Where the media library keeps files: file:/a/folder, or s3://bucket. Empty: the folder media in the data directory",
    ),
    setting(
        "MEDIA_S3_ENDPOINT",
        "media_s3_endpoint",
        "",
        "The address of an S3-compatible store, as https://s3.example.org; buckets are named in the path. Empty: Amazon's",
    ),
    setting("MEDIA_S3_REGION", "media_s3_region", "us-east-1", "The region of the bucket"),
    setting(
        "MEDIA_S3_ACCESS_KEY",
        "media_s3_access_key",
        "",
        "The id of the key to the bucket. Empty: the machine's own right to it",
    ),
    setting("MEDIA_S3_SECRET_KEY", "media_s3_secret_key", "", "The secret of the key to the bucket"),
    setting(
        "MEDIA_DELIVERY",
        "media_delivery",
        "program",
        "Who sends files: program; redirect, to a signed address of the bucket; or x-accel:/prefix/, by nginx from an internal location of that prefix",
    ),
    setting(
        "MEDIA_AVIF",
        "media_avif",
        "off",
        "on: smaller pictures are made in AVIF too, later and on one core, and given to browsers that know it",
    ),
    setting(
        "CONTENTPILOT_POOL_SIZE",
        "pool_size",
        "",
        "Database connections at most, 2 to 500. Empty: four for each core, 8 to 30, and at least four more than CONTENTPILOT_JOBS_AT_ONCE",
    ),
    setting(
        "CONTENTPILOT_POSTGRES_BIN",
        "postgres_bin",
        "",
        "Folder of the PostgreSQL programs for the private database. Empty: found by itself",
    ),
    setting(
        "CONTENTPILOT_TRUSTED_PROXIES",
        "trusted_proxies",
        "",
        "Addresses of proxies whose X-Forwarded-For is believed, separated by commas",
    ),
    setting(
        "CONTENTPILOT_OUTGOING_ALLOWED",
        "outgoing_allowed",
        "",
        "Private hosts, addresses and ranges that users' webhooks and fetches may reach, also by http, separated by commas, as hooks.internal, 10.1.0.0/16",
    ),
    setting(
        "CONTENTPILOT_DNS_SERVER",
        "dns_server",
        "",
        "The DNS server that is asked about organizations' domains, as 127.0.0.1:53. Empty: the system's",
    ),
    setting(
        "CONTENTPILOT_LOG",
        "log",
        "info",
        "What is logged: error, warn, info (each request), debug (also those answered from memory), trace, or per module as tracing filters",
    ),
    setting("CONTENTPILOT_LOG_FORMAT", "log_format", "text", "text or json"),
    setting("CONTENTPILOT_JOBS_AT_ONCE", "jobs_at_once", "4", "Background jobs running at once, 1 to 64"),
    setting(
        "CONTENTPILOT_CACHE_MB",
        "cache_mb",
        "64",
        "Megabytes of memory for public pages, and as many for answers of the API, up to 4096; 0 makes each page anew",
    ),
];

/// Checked settings.
#[derive(Debug, Clone)]
pub struct Settings {
    pub database_url: Option<String>,
    pub database_owner_url: Option<String>,
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    /// Without a slash at the end.
    pub public_url: String,
    pub secret_key: Option<SecretKey>,
    pub smtp_url: Option<String>,
    /// Connections that emails to an audience are sent over at most.
    pub smtp_connections: usize,
    /// Of those, with messages to one domain at most; 0 sets no limit.
    pub smtp_connections_a_domain: usize,
    /// Where bounces are taken by SMTP, if anywhere.
    pub bounce_listen: Option<SocketAddr>,
    /// The host whose mail comes there.
    pub bounce_host: Option<String>,
    pub mail_from: String,
    /// Where files are kept.
    pub files: crate::files::Location,
    pub media_delivery: Delivery,
    /// Whether smaller pictures are made in AVIF, too.
    pub media_avif: bool,
    pub pool_size: usize,
    pub postgres_bin: Option<PathBuf>,
    pub trusted_proxies: Vec<IpAddr>,
    /// Private hosts and ranges that requests to users' addresses may reach.
    pub outgoing_allowed: Vec<Allowed>,
    /// Asked about domains instead of the system's resolver.
    pub dns_server: Option<SocketAddr>,
    pub log: String,
    pub log_as_json: bool,
    pub jobs_at_once: usize,
    /// Megabytes of public pages, and of answers of the API, that are kept in memory.
    pub cache_mb: usize,
}

/// Who sends the bytes of a file to those who may have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    Program,
    /// The store itself, by an address that is signed for a while.
    Redirect,
    /// nginx, told by `X-Accel-Redirect` with this prefix before the key.
    Accelerated(String),
}

/// A setting that cannot be used, in one line for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct SettingError {
    place: String,
    problem: String,
}

type Outcome<T> = Result<T, SettingError>;

impl Settings {
    /// The name under which this server takes mail.
    pub fn mail_host(&self) -> String {
        let host = || url::Url::parse(&self.public_url).ok()?.host_str().map(str::to_owned);
        self.bounce_host.clone().or_else(host).unwrap_or_else(|| "localhost".to_owned())
    }

    /// Reads the environment and the file in the working directory.
    pub fn read() -> Outcome<Self> {
        Self::from_sources(values::environment()?, Path::new(FILE))
    }

    /// Reads from the given variables and file. `SECRET` values never appear in errors.
    pub fn from_sources(environment: BTreeMap<String, String>, file: &Path) -> Outcome<Self> {
        let values = Values::new(environment, file)?;
        values.refuse_unknown_variables()?;
        values.refuse_owner_alone()?;
        let listen: SocketAddr = values.parsed("listen", "an address with a port, as 127.0.0.1:8080")?;
        let log_format = values.text("log_format")?;
        if !matches!(log_format.as_str(), "text" | "json") {
            return Err(values.error("log_format", "it must be text or json"));
        }
        let jobs_at_once = values.number("jobs_at_once", 1, 64)?;
        Ok(Self {
            database_url: values.postgres_address("database_url")?,
            database_owner_url: values.postgres_address("database_owner_url")?,
            listen,
            data_dir: PathBuf::from(values.text("data_dir")?),
            public_url: values.public_url(listen)?,
            secret_key: values.secret_key()?,
            smtp_url: values.smtp_url()?,
            smtp_connections: values.number("smtp_connections", 1, 200)?,
            smtp_connections_a_domain: values.number("smtp_connections_a_domain", 0, 200)?,
            bounce_listen: values.address_if_set("bounce_listen", "an address with a port, as 0.0.0.0:25")?,
            bounce_host: values.host("bounce_host")?,
            mail_from: values.mail_from()?,
            files: values.files()?,
            media_delivery: values.media_delivery()?,
            media_avif: values.switch("media_avif")?,
            pool_size: values.pool_size(jobs_at_once)?,
            postgres_bin: values.optional("postgres_bin")?.map(PathBuf::from),
            trusted_proxies: values.addresses("trusted_proxies")?,
            outgoing_allowed: values.allowed("outgoing_allowed")?,
            dns_server: values.address_if_set("dns_server", "an address with a port, as 127.0.0.1:53")?,
            log: values.text("log")?,
            log_as_json: log_format == "json",
            jobs_at_once,
            cache_mb: values.number("cache_mb", 0, 4096)?,
        })
    }

    /// Whether cookies may travel over TLS alone, because people reach the site by https.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Bytes of public pages, and of answers of the API, that are kept in memory.
    pub fn cache_bytes(&self) -> u64 {
        u64::try_from(self.cache_mb).unwrap_or(0) * 1024 * 1024
    }

    /// Takes a new data directory, and with it the place of files when none was set.
    pub fn keep_data_in(&mut self, data_dir: &Path) {
        if let Location::Folder(folder) = &mut self.files
            && *folder == self.data_dir.join("media")
        {
            *folder = data_dir.join("media");
        }
        self.data_dir = data_dir.to_owned();
    }

    /// Takes a new listening address, and with it the public address when none was set.
    pub fn listen_on(&mut self, listen: SocketAddr) {
        if self.public_url == format!("http://{}", self.listen) {
            self.public_url = format!("http://{listen}");
        }
        self.listen = listen;
    }
}

#[cfg(test)]
mod tests;
