//! What can go wrong with the private server, in sentences that say what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::OLDEST_MAJOR;

/// Why the private server could not be had. `Display` says what happened and what to do.
#[derive(Debug)]
pub enum Error {
    /// A file or folder could not be used; `doing` completes "could not …".
    Io { doing: &'static str, path: PathBuf, source: io::Error },
    /// Another program holds the data directory.
    InUse { data_dir: PathBuf, holder: String },
    /// The program runs under a number the system has no account for.
    NoAccount { uid: u32 },
    /// The program is root and there is no unprivileged account to run the server as.
    NoServerAccount,
    /// The unprivileged account cannot get to a path because of a private folder.
    Unreachable { path: PathBuf, private: PathBuf, account: String },
    /// The cluster belongs to somebody else.
    OtherOwner { path: PathBuf, owner: u32 },
    /// No server programs anywhere.
    NoBinaries { looked: Vec<PathBuf> },
    /// Server programs were found, but all are too old.
    TooOld { found: String },
    /// The cluster was made by a major version that is not installed.
    NoFittingBinaries { wanted: u32, path: PathBuf, found: String },
    /// The place given in the settings holds no usable server programs.
    BadBinaries { path: PathBuf, reason: String },
    /// There is a folder where the cluster should be, but it is none.
    NotACluster { path: PathBuf },
    /// `initdb` or the first single-user session failed.
    Create { output: String },
    /// The server ended while starting.
    Ended { status: String, log: PathBuf, tail: String },
    /// The server did not become ready in time.
    NotReady { seconds: u64, log: PathBuf },
    /// A folder for the socket cannot be trusted.
    SocketFolder { path: PathBuf, reason: &'static str },
    /// A server process would not end.
    WillNotStop { pid: i32 },
}

impl Error {
    /// For `map_err`: remembers what was being done to which path.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error + use<> {
        let path = path.to_path_buf();
        move |source| Error::Io { doing, path, source }
    }
}

const OWN_SERVER: &str = "or set DATABASE_URL to use a PostgreSQL server of your own";

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io { doing, path, source } => write!(
                f,
                "Could not {doing} {}: {source}. Check that the data directory belongs to the user the program runs as and that its disk has room, {OWN_SERVER}.",
                path.display()
            ),
            Error::InUse { data_dir, holder } => write!(
                f,
                "The data directory {} is in use by another running ContentPilot{holder}. Stop that one first, or give this one a data directory of its own.",
                data_dir.display()
            ),
            Error::OtherOwner { path, owner } => write!(
                f,
                "The database in {} belongs to the user with id {owner}. Start the program as that user or as root, or give it a data directory of its own.",
                path.display()
            ),
            Error::NotACluster { path } => write!(
                f,
                "{} exists but is not a PostgreSQL cluster. Move it away, and a new database is created in its place.",
                path.display()
            ),
            Error::SocketFolder { path, reason } => write!(
                f,
                "The folder for the database socket, {}, {reason}. Remove it, or choose a shorter data directory path.",
                path.display()
            ),
            Error::WillNotStop { pid } => write!(
                f,
                "The database server (process {pid}) did not stop when asked. Look at its log, end it, and start again."
            ),
            Error::NoAccount { .. } | Error::NoServerAccount | Error::Unreachable { .. } => self.fmt_account(f),
            Error::NoBinaries { .. }
            | Error::TooOld { .. }
            | Error::NoFittingBinaries { .. }
            | Error::BadBinaries { .. } => self.fmt_binaries(f),
            Error::Create { .. } | Error::Ended { .. } | Error::NotReady { .. } => self.fmt_server(f),
        }
    }
}

impl Error {
    fn fmt_account(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoAccount { uid } => write!(
                f,
                "PostgreSQL refuses to run under user id {uid}, which has no entry in /etc/passwd. Add one, run as another user, {OWN_SERVER}."
            ),
            Error::NoServerAccount => write!(
                f,
                "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody to run it as. Create one, start the program as an ordinary user, {OWN_SERVER}."
            ),
            Error::Unreachable { path, private, account } => write!(
                f,
                "PostgreSQL refuses to run as root, and the user {account} cannot reach {} because {} is private. Put it somewhere else, for example under /var/lib, allow passage with `chmod o+x {}`, {OWN_SERVER}.",
                path.display(),
                private.display(),
                private.display()
            ),
            _ => Ok(()),
        }
    }

    fn fmt_binaries(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoBinaries { looked } => {
                let looked: Vec<String> = looked.iter().map(|path| path.display().to_string()).collect();
                write!(
                    f,
                    "No PostgreSQL server programs (postgres, initdb) were found in PATH or in {}. Install PostgreSQL {OLDEST_MAJOR} or newer, name the folder of its programs in the settings, {OWN_SERVER}.",
                    looked.join(", ")
                )
            }
            Error::TooOld { found } => write!(
                f,
                "PostgreSQL {OLDEST_MAJOR} or newer is needed, but only this was found: {found}. Install a newer one, {OWN_SERVER}."
            ),
            Error::NoFittingBinaries { wanted, path, found } => write!(
                f,
                "The database in {} was made by PostgreSQL {wanted}, but only this is installed: {found}. Install PostgreSQL {wanted}, or upgrade the database with pg_upgrade.",
                path.display()
            ),
            Error::BadBinaries { path, reason } => write!(
                f,
                "The PostgreSQL programs set as {} cannot be used: {reason}. Name the folder that holds postgres and initdb, or leave the setting out.",
                path.display()
            ),
            _ => Ok(()),
        }
    }

    fn fmt_server(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Create { output } => {
                write!(
                    f,
                    "The database could not be created; PostgreSQL says: {output}. Nothing was kept; solve this and start again."
                )
            }
            Error::Ended { status, log, tail } => write!(
                f,
                "The database server ended while starting ({status}). Its log {} ends with: {tail}",
                log.display()
            ),
            Error::NotReady { seconds, log } => write!(
                f,
                "The database server was not ready after {seconds} seconds and was stopped. Its log {} says why; start again when that is solved.",
                log.display()
            ),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
