//! The data directory: made, locked to one program, with the server's log in it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};
use std::process;
use std::thread;
use std::time::Duration;

use crate::Error;
use crate::account::Account;

/// A log larger than this is put aside at the next start; one older log is kept.
const LOG_LIMIT_BYTES: u64 = 10 * 1024 * 1024;
/// How much of the log goes into an error.
const LOG_TAIL_BYTES: u64 = 2 * 1024;
/// How often, and how far apart, the lock is tried: a program that was just killed may not be gone quite yet.
const LOCK_TRIES: u32 = 10;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

/// The data directory, held by this program for as long as the value lives.
#[derive(Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
    lock: File,
}

impl DataFolder {
    /// Makes the folder where it is missing and locks it.
    ///
    /// The lock belongs to the open file, so the system drops it with the program however that ends.
    pub fn open(path: &Path) -> Result<DataFolder, Error> {
        // SAFETY: geteuid has no preconditions and cannot fail.
        let is_root = unsafe { libc::geteuid() } == 0;
        // The server of a program that is root runs as another user, who has to pass through.
        let mode = if is_root { 0o711 } else { 0o700 };
        if !path.is_dir() {
            let above = path.parent().unwrap_or(path);
            fs::create_dir_all(above).map_err(Error::io("create", above))?;
            DirBuilder::new().recursive(true).mode(mode).create(path).map_err(Error::io("create", path))?;
        }
        let path = path.canonicalize().map_err(Error::io("find", path))?;
        let lock = lock(&path)?;
        Ok(DataFolder { path, lock })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The cluster, which may be a link to another disk: a server knows the folder by its real name only.
    pub fn cluster(&self) -> PathBuf {
        let path = self.path.join("pg");
        path.canonicalize().unwrap_or(path)
    }

    /// The cluster while it is being made.
    pub fn unfinished_cluster(&self) -> PathBuf {
        self.path.join("pg.new")
    }

    /// Gives the program's own files to the account, so that a start as that user works after one as root.
    pub fn share_with(&self, account: &Account) -> Result<(), Error> {
        give(&self.lock, account).map_err(Error::io("change the owner of", &self.path))
    }

    /// Opens the server's log for appending.
    pub fn log(&self, account: &Account) -> Result<Log, Error> {
        let path = self.path.join("pg.log");
        if fs::symlink_metadata(&path).is_ok_and(|log| log.len() > LOG_LIMIT_BYTES) {
            fs::rename(&path, self.path.join("pg.log.1")).map_err(Error::io("put aside", &path))?;
        }
        let file = options().append(true).open(&path).map_err(Error::io("open", &path))?;
        give(&file, account).map_err(Error::io("change the owner of", &path))?;
        let start = file.metadata().map_err(Error::io("look at", &path))?.len();
        Ok(Log { path, file, start })
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        // Closing alone would not do: a process just forked by another thread holds the file open until it runs its
        // program. An unlocking that fails leaves the lock to the closing.
        let _ = self.lock.unlock();
    }
}

fn lock(data_dir: &Path) -> Result<File, Error> {
    let path = data_dir.join("contentpilot.lock");
    let mut file = options().read(true).write(true).open(&path).map_err(Error::io("open", &path))?;
    let mut tries = 1;
    while let Err(refused) = file.try_lock() {
        match refused {
            fs::TryLockError::WouldBlock if tries < LOCK_TRIES => thread::sleep(LOCK_PAUSE),
            fs::TryLockError::WouldBlock => return Err(in_use(data_dir, &file)),
            fs::TryLockError::Error(error) => return Err(Error::io("lock", &path)(error)),
        }
        tries += 1;
    }
    let note = file.set_len(0).and_then(|()| writeln!(file, "{}", process::id()));
    note.map_err(Error::io("write", &path))?;
    Ok(file)
}

fn in_use(data_dir: &Path, lock: &File) -> Error {
    let mut holder = String::new();
    let read = lock.take(20).read_to_string(&mut holder);
    let known = read.is_ok() && !holder.trim().is_empty();
    let holder = if known { format!(" (process {})", holder.trim()) } else { String::new() };
    Error::InUse { data_dir: data_dir.to_path_buf(), holder }
}

/// Links are not followed: the folder may belong to a user other than root, who could point one anywhere.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).mode(0o600).custom_flags(libc::O_NOFOLLOW);
    options
}

fn give(file: &File, account: &Account) -> io::Result<()> {
    if account.switch { fchown(file, Some(account.uid), Some(account.gid)) } else { Ok(()) }
}

/// The server's log and where this start's part of it begins.
#[derive(Debug)]
pub(crate) struct Log {
    pub path: PathBuf,
    pub file: File,
    start: u64,
}

impl Log {
    /// The last lines since this start, for an error message.
    pub fn tail(&self) -> String {
        let mut bytes = Vec::new();
        let read = File::open(&self.path).and_then(|mut file| {
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(self.start.max(length.saturating_sub(LOG_TAIL_BYTES))))?;
            file.take(LOG_TAIL_BYTES).read_to_end(&mut bytes)
        });
        match read {
            Ok(_) => String::from_utf8_lossy(&bytes).trim().to_owned(),
            Err(error) => format!("(the log cannot be read: {error})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_holder_at_a_time() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b");
        let first = DataFolder::open(&path).unwrap();
        let error = DataFolder::open(&path).unwrap_err().to_string();
        assert!(error.contains(&format!("process {}", process::id())), "{error}");
        drop(first);
        DataFolder::open(&path).unwrap();
    }

    #[test]
    fn a_large_log_is_put_aside_and_its_tail_is_bounded() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(root.path()).unwrap();
        let account = Account::choose(root.path()).unwrap();
        File::create(root.path().join("pg.log")).unwrap().set_len(LOG_LIMIT_BYTES + 1).unwrap();

        let mut log = folder.log(&account).unwrap();
        assert!(root.path().join("pg.log.1").is_file());
        writeln!(log.file, "{}\nthe end", "x".repeat(9000)).unwrap();
        assert!(log.tail().ends_with("the end") && log.tail().len() <= 2048);
        assert_eq!(folder.log(&account).unwrap().tail(), "");
    }

    #[test]
    fn a_link_in_place_of_the_log_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(root.path()).unwrap();
        let account = Account::choose(root.path()).unwrap();
        std::os::unix::fs::symlink("/tmp/elsewhere", root.path().join("pg.log")).unwrap();
        assert!(folder.log(&account).is_err());
    }
}
