//! The folder of the socket. It is the lock: whoever can enter it can connect as any role.

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, lchown};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::account::Account;

/// A socket address holds 107 bytes on Linux and 103 on macOS; the file's name takes some of them.
const LONGEST_PATH_BYTES: usize = 80;

/// Makes the folder, or checks that the one there is ours alone, and empties it.
///
/// Only called while no server runs: a socket left by a killed one would name a process id that may be used again, and
/// PostgreSQL would refuse to start.
pub(crate) fn prepare(data_dir: &Path, account: &Account) -> Result<PathBuf, Error> {
    let path = place(data_dir, account);
    match DirBuilder::new().mode(0o700).create(&path) {
        Ok(()) if account.switch => {
            lchown(&path, Some(account.uid), Some(account.gid)).map_err(Error::io("change the owner of", &path))?;
        }
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => adopt(&path, data_dir, account)?,
        Err(error) => return Err(Error::io("create", &path)(error)),
    }
    for name in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
        let left = path.join(name);
        match fs::remove_file(&left) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::io("remove", &left)(error)),
            _ => {}
        }
    }
    Ok(path)
}

/// In the data directory nobody else could have made the folder; elsewhere anybody could.
fn adopt(path: &Path, data_dir: &Path, account: &Account) -> Result<(), Error> {
    let metadata = fs::symlink_metadata(path).map_err(Error::io("look at", path))?;
    let refuse = |reason| Err(Error::SocketFolder { path: path.to_path_buf(), reason });
    if !metadata.is_dir() {
        return refuse("is not a folder");
    }
    if path.starts_with(data_dir) {
        account.own(path)?;
        let private = fs::Permissions::from_mode(0o700);
        return fs::set_permissions(path, private).map_err(Error::io("close", path));
    }
    if metadata.uid() != account.uid {
        return refuse("belongs to another user");
    }
    if metadata.mode() & 0o077 != 0 {
        return refuse("is open to other users");
    }
    Ok(())
}

fn place(data_dir: &Path, account: &Account) -> PathBuf {
    let inside = data_dir.join("pg-socket");
    if inside.as_os_str().len() <= LONGEST_PATH_BYTES {
        return inside;
    }
    short_place(account).join(format!("contentpilot-{:016x}", fingerprint(data_dir)))
}

/// A folder with a short path in which only we, or everybody but each only his own, can make and remove things.
fn short_place(account: &Account) -> PathBuf {
    let run = Path::new("/run");
    if account.switch && fs::metadata(run).is_ok_and(|run| run.uid() == 0 && run.mode() & 0o022 == 0) {
        return run.to_path_buf();
    }
    let session = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|_| !account.switch);
    let ours = |path: &PathBuf| {
        path.as_os_str().len() <= LONGEST_PATH_BYTES / 2
            && fs::symlink_metadata(path).is_ok_and(|found| found.uid() == account.uid && found.mode() & 0o077 == 0)
    };
    session.filter(ours).unwrap_or_else(|| PathBuf::from("/tmp"))
}

/// FNV-1a, which is the same in every run and version; it only has to tell data directories apart.
fn fingerprint(path: &Path) -> u64 {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account::choose(Path::new("/")).unwrap()
    }

    fn long(root: &Path) -> PathBuf {
        let path = root.join("a-long-name/".repeat(10));
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn a_long_path_gets_a_short_and_stable_place() {
        let root = tempfile::tempdir().unwrap();
        let data_dir = long(root.path());
        let first = prepare(&data_dir, &account()).unwrap();
        assert!(first.as_os_str().len() <= LONGEST_PATH_BYTES);
        assert_eq!(fs::metadata(&first).unwrap().mode() & 0o777, 0o700);
        assert_eq!(prepare(&data_dir, &account()).unwrap(), first);
        fs::remove_dir(&first).unwrap();
    }

    #[test]
    fn links_and_open_folders_are_refused_outside_the_data_directory() {
        let root = tempfile::tempdir().unwrap();
        let data_dir = long(root.path());
        let place = place(&data_dir, &account());
        std::os::unix::fs::symlink(root.path(), &place).unwrap();
        assert!(matches!(prepare(&data_dir, &account()), Err(Error::SocketFolder { .. })));
        fs::remove_file(&place).unwrap();

        prepare(&data_dir, &account()).unwrap();
        fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(prepare(&data_dir, &account()), Err(Error::SocketFolder { .. })));
        fs::remove_dir(&place).unwrap();
    }

    #[test]
    fn what_a_killed_server_left_is_cleared_away() {
        let root = tempfile::tempdir().unwrap();
        let place = prepare(root.path(), &account()).unwrap();
        fs::write(place.join(".s.PGSQL.5432.lock"), "1\n").unwrap();
        fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).unwrap();
        prepare(root.path(), &account()).unwrap();
        assert_eq!(fs::read_dir(&place).unwrap().count(), 0);
        assert_eq!(fs::metadata(&place).unwrap().mode() & 0o777, 0o700);
    }
}
