//! Settings: from the environment, else from `contentpilot.toml`, else the default. Each is described once, here.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::files::{BucketSettings, Location};
use crate::outgoing::Allowed;
use crate::secret::SecretKey;

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
    setting("CONTENTPILOT_POOL_SIZE", "pool_size", "20", "Database connections at most, 2 to 500"),
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
        "What is logged: error, warn, info, debug, trace, or per module as tracing filters",
    ),
    setting("CONTENTPILOT_LOG_FORMAT", "log_format", "text", "text or json"),
    setting("CONTENTPILOT_JOBS_AT_ONCE", "jobs_at_once", "4", "Background jobs running at once, 1 to 64"),
    setting(
        "CONTENTPILOT_CACHE_MB",
        "cache_mb",
        "64",
        "Megabytes of memory for public pages, and as many for answers of the API, up to 4096; 0 keeps none",
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

const MEDIA_URLS: &str = "it must be file:/a/folder or s3://bucket";

/// A setting that cannot be used, in one line for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct SettingError {
    place: String,
    problem: String,
}

type Outcome<T> = Result<T, SettingError>;

impl Settings {
    /// Reads the environment and the file in the working directory.
    pub fn read() -> Outcome<Self> {
        Self::from_sources(environment()?, Path::new(FILE))
    }

    /// Reads from the given variables and file. `SECRET` values never appear in errors.
    pub fn from_sources(environment: BTreeMap<String, String>, file: &Path) -> Outcome<Self> {
        let values = Values { file: read_file(file)?, environment, path: file.display().to_string() };
        values.refuse_unknown_variables()?;
        values.refuse_owner_alone()?;
        let listen: SocketAddr = values.parsed("listen", "an address with a port, as 127.0.0.1:8080")?;
        let log_format = values.text("log_format")?;
        if !matches!(log_format.as_str(), "text" | "json") {
            return Err(values.error("log_format", "it must be text or json"));
        }
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
            pool_size: values.number("pool_size", 2, 500)?,
            postgres_bin: values.optional("postgres_bin")?.map(PathBuf::from),
            trusted_proxies: values.addresses("trusted_proxies")?,
            outgoing_allowed: values.allowed("outgoing_allowed")?,
            dns_server: values.address_if_set("dns_server", "an address with a port, as 127.0.0.1:53")?,
            log: values.text("log")?,
            log_as_json: log_format == "json",
            jobs_at_once: values.number("jobs_at_once", 1, 64)?,
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

/// The environment. Variables of others may hold anything; ours must be text.
fn environment() -> Outcome<BTreeMap<String, String>> {
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

struct Values {
    environment: BTreeMap<String, String>,
    file: toml::Table,
    path: String,
}

impl Values {
    fn described(key: &str) -> &'static Setting {
        SETTINGS.iter().find(|setting| setting.key == key).unwrap_or(&SETTINGS[0])
    }

    fn refuse_unknown_variables(&self) -> Outcome<()> {
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
    fn refuse_owner_alone(&self) -> Outcome<()> {
        if self.optional("database_owner_url")?.is_some() && self.optional("database_url")?.is_none() {
            return Err(self.error("database_owner_url", "it needs DATABASE_URL beside it, which is not set"));
        }
        Ok(())
    }

    fn error(&self, key: &str, problem: impl Into<String>) -> SettingError {
        let setting = Self::described(key);
        let place = if self.environment.contains_key(setting.variable) || !self.file.contains_key(key) {
            setting.variable.to_owned()
        } else {
            format!("{key} in {}", self.path)
        };
        SettingError { place, problem: problem.into() }
    }

    fn text(&self, key: &str) -> Outcome<String> {
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

    fn optional(&self, key: &str) -> Outcome<Option<String>> {
        let text = self.text(key)?;
        Ok((!text.is_empty()).then_some(text))
    }

    fn parsed<T: std::str::FromStr>(&self, key: &str, shape: &str) -> Outcome<T> {
        self.text(key)?.parse().map_err(|_| self.error(key, format!("it must be {shape}")))
    }

    fn number(&self, key: &str, least: usize, most: usize) -> Outcome<usize> {
        let shape = format!("a number from {least} to {most}");
        let number: usize = self.parsed(key, &shape)?;
        if (least..=most).contains(&number) { Ok(number) } else { Err(self.error(key, format!("it must be {shape}"))) }
    }

    fn postgres_address(&self, key: &str) -> Outcome<Option<String>> {
        let Some(url) = self.optional(key)? else { return Ok(None) };
        // The parser's own words could repeat the password, so they are not shown.
        crate::db::parse_url(&url).map_err(|_| {
            self.error(key, "it is no PostgreSQL address (postgres://user:password@host:port/database)")
        })?;
        Ok(Some(url))
    }

    fn public_url(&self, listen: SocketAddr) -> Outcome<String> {
        let Some(text) = self.optional("public_url")? else { return Ok(format!("http://{listen}")) };
        let shape = "it must be an address like https://example.org, without a path";
        let url = url::Url::parse(&text).map_err(|_| self.error("public_url", shape))?;
        let plain = matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none();
        if plain { Ok(text.trim_end_matches('/').to_owned()) } else { Err(self.error("public_url", shape)) }
    }

    fn secret_key(&self) -> Outcome<Option<SecretKey>> {
        let Some(text) = self.optional("secret_key")? else { return Ok(None) };
        let key = SecretKey::from_text(&text);
        key.map(Some).ok_or_else(|| self.error("secret_key", "it must have at least 32 characters"))
    }

    fn smtp_url(&self) -> Outcome<Option<String>> {
        let Some(text) = self.optional("smtp_url")? else { return Ok(None) };
        let known = ["smtp://", "smtps://"].iter().any(|scheme| text.starts_with(scheme));
        if known && crate::mail::is_smtp_url(&text) {
            return Ok(Some(text));
        }
        Err(self.error("smtp_url", "it must be an address like smtps://user:password@mail.example.org"))
    }

    fn files(&self) -> Outcome<Location> {
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

    fn media_delivery(&self) -> Outcome<Delivery> {
        let text = self.text("media_delivery")?;
        let prefix = text.strip_prefix("x-accel:").filter(|prefix| prefix.starts_with('/') && prefix.ends_with('/'));
        match (text.as_str(), prefix) {
            ("program", _) => Ok(Delivery::Program),
            ("redirect", _) => Ok(Delivery::Redirect),
            (_, Some(prefix)) => Ok(Delivery::Accelerated(prefix.to_owned())),
            _ => Err(self.error("media_delivery", "it must be program, redirect or x-accel:/prefix/")),
        }
    }

    fn address_if_set(&self, key: &str, shape: &str) -> Outcome<Option<SocketAddr>> {
        match self.optional(key)? {
            Some(_) => Ok(Some(self.parsed(key, shape)?)),
            None => Ok(None),
        }
    }

    /// A name that mail is sent to, in its ASCII form.
    fn host(&self, key: &str) -> Outcome<Option<String>> {
        let Some(text) = self.optional(key)? else { return Ok(None) };
        match url::Host::parse(&text) {
            Ok(url::Host::Domain(host)) if host.contains('.') => Ok(Some(host)),
            _ => Err(self.error(key, "it must be the name of a host, as bounces.example.org")),
        }
    }

    fn switch(&self, name: &'static str) -> Outcome<bool> {
        match self.text(name)?.as_str() {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err(self.error(name, "it must be on or off")),
        }
    }

    fn mail_from(&self) -> Outcome<String> {
        let text = self.text("mail_from")?;
        match text.parse::<lettre::message::Mailbox>() {
            Ok(_) => Ok(text),
            Err(_) => Err(self.error("mail_from", "it must be a sender like Name <name@example.org>")),
        }
    }

    fn addresses(&self, key: &str) -> Outcome<Vec<IpAddr>> {
        let text = self.text(key)?;
        listed(&text)
            .map(|part| part.parse().map_err(|_| self.error(key, format!("{part} is no IP address"))))
            .collect()
    }

    fn allowed(&self, key: &str) -> Outcome<Vec<Allowed>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Outcome<Settings> {
        let environment = pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Settings::from_sources(environment, Path::new("no-such-file.toml"))
    }

    #[test]
    fn nothing_set_gives_the_defaults() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(settings.public_url, "http://127.0.0.1:8080");
        assert!(settings.database_url.is_none() && !settings.is_secure());
    }

    #[test]
    fn a_mail_server_is_checked_without_being_opened() {
        let settings = read(&[("SMTP_URL", "smtps://user:password@mail.example.org")]).unwrap();
        assert!(settings.smtp_url.is_some());
    }

    #[test]
    fn a_wrong_setting_is_named_and_no_secret_is_told() {
        for (name, value) in [
            ("CONTENTPILOT_LISTEN", "everywhere"),
            ("DATABASE_URL", "postgres:/hunter2"),
            ("CONTENTPILOT_PUBLIC_URL", "example.org"),
            ("CONTENTPILOT_POOL_SIZE", "1"),
            ("CONTENTPILOT_SECRET_KEY", "hunter2"),
            ("CONTENTPILOT_LOG_FORMAT", "xml"),
            ("CONTENTPILOT_TRUSTED_PROXIES", "127.0.0.1, nobody"),
            ("CONTENTPILOT_OUTGOING_ALLOWED", "10.0.0.0/33"),
            ("CONTENTPILOT_LISTEM", "127.0.0.1:1"),
            ("SMTP_URL", "mail.example.org"),
            ("MEDIA_URL", "gopher://x"),
            ("MEDIA_URL", "s3://"),
            ("MEDIA_DELIVERY", "x-accel:internal"),
            ("DATABASE_OWNER_URL", "postgres://owner@localhost/cp"),
            ("CONTENTPILOT_MAIL_FROM", "nobody"),
        ] {
            let error = read(&[(name, value)]).unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
            assert!(!error.contains('\n') && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn files_are_kept_in_the_data_directory_a_folder_or_a_bucket() {
        let folder = |pairs: &[(&str, &str)]| match read(pairs).unwrap().files {
            Location::Folder(folder) => folder.display().to_string(),
            Location::Bucket(bucket) => panic!("{bucket:?}"),
        };
        assert_eq!(folder(&[("CONTENTPILOT_DATA_DIR", "/srv/cp")]), "/srv/cp/media");
        assert_eq!(folder(&[("MEDIA_URL", "file:///srv/files")]), "/srv/files");
        let mut settings = read(&[]).unwrap();
        settings.keep_data_in(Path::new("/elsewhere"));
        assert!(matches!(settings.files, Location::Folder(folder) if folder == Path::new("/elsewhere/media")));
        let key = ("MEDIA_S3_SECRET_KEY", "hunter2");
        assert!(
            read(&[("MEDIA_URL", "s3://pictures"), key]).unwrap_err().to_string().starts_with("MEDIA_S3_ACCESS_KEY")
        );
        let settings = [
            ("MEDIA_URL", "s3://pictures"),
            key,
            ("MEDIA_S3_ACCESS_KEY", "id"),
            ("MEDIA_S3_ENDPOINT", "http://s3:9000"),
        ];
        let Location::Bucket(bucket) = read(&settings).unwrap().files else { panic!("it is a bucket") };
        assert!(bucket.in_path && !format!("{bucket:?}").contains("hunter2"));
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\npool_size = 7\n").unwrap();
        let environment = [("CONTENTPILOT_LISTEN".to_owned(), "127.0.0.1:2".to_owned())].into();
        let settings = Settings::from_sources(environment, &file).unwrap();
        assert_eq!((settings.listen.port(), settings.pool_size), (2, 7));
        std::fs::write(&file, "listne = \"127.0.0.1:1\"\n").unwrap();
        assert!(Settings::from_sources(BTreeMap::new(), &file).unwrap_err().to_string().contains("listne"));
    }
}
