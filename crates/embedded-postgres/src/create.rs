//! Makes a new cluster under a name that counts for nothing, then renames it.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, lchown};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::data_folder::DataFolder;
use crate::{DATABASE, Error};

/// PostgreSQL brings its own C.UTF-8 since this version.
const BUILTIN_LOCALE_MAJOR: u32 = 17;
/// How often, and how far apart, the removal of an unfinished cluster is tried: a process of a killed `initdb` may
/// still be writing into it for a moment.
const REMOVAL_TRIES: u32 = 20;
const REMOVAL_PAUSE: Duration = Duration::from_millis(100);

/// The major version that made the cluster; `None` when there is no cluster yet.
pub(crate) fn major_of(cluster: &Path) -> Result<Option<u32>, Error> {
    let owner = match fs::symlink_metadata(cluster) {
        Ok(metadata) => metadata.uid(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("look at", cluster)(error)),
    };
    let path = cluster.join("PG_VERSION");
    match fs::read_to_string(&path) {
        Ok(text) => match text.trim().parse() {
            Ok(major) => Ok(Some(major)),
            Err(_) => Err(Error::NotACluster { path: cluster.to_path_buf() }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Error::NotACluster { path: cluster.to_path_buf() })
        }
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            Err(Error::OtherOwner { path: cluster.to_path_buf(), owner })
        }
        Err(error) => Err(Error::io("read", &path)(error)),
    }
}

/// Makes the cluster and its database. A crash at any point leaves no `pg`, and the next start begins anew.
pub(crate) fn create(folder: &DataFolder, account: &Account, binaries: &Binaries, fsync: bool) -> Result<(), Error> {
    let unfinished = folder.unfinished_cluster();
    remove(&unfinished)?;
    DirBuilder::new().mode(0o700).create(&unfinished).map_err(Error::io("create", &unfinished))?;
    if account.switch {
        let given = lchown(&unfinished, Some(account.uid), Some(account.gid));
        given.map_err(Error::io("change the owner of", &unfinished))?;
    }
    let made = initdb(&unfinished, account, binaries, fsync)
        .and_then(|()| create_database(&unfinished, account, binaries, fsync));
    if let Err(error) = made {
        remove(&unfinished)?;
        return Err(error);
    }
    let cluster = folder.cluster();
    fs::rename(&unfinished, &cluster).map_err(Error::io("put in place", &cluster))?;
    let written = File::open(folder.path()).and_then(|parent| parent.sync_all());
    written.map_err(Error::io("write", folder.path()))
}

fn remove(path: &Path) -> Result<(), Error> {
    let mut tries = 0;
    loop {
        match fs::remove_dir_all(path) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if tries == REMOVAL_TRIES => return Err(Error::io("remove", path)(error)),
            Err(_) => thread::sleep(REMOVAL_PAUSE),
        }
        tries += 1;
    }
}

fn initdb(cluster: &Path, account: &Account, binaries: &Binaries, fsync: bool) -> Result<(), Error> {
    let mut command = account.command(&binaries.initdb(), libc::SIGKILL);
    command.arg("--pgdata").arg(cluster);
    command.args(["--username", DATABASE, "--encoding", "UTF8", "--data-checksums", "--no-instructions"]);
    command.args(["--auth-local", "trust", "--auth-host", "reject"]);
    command.arg(format!("--locale={}", system_locale()));
    if binaries.major >= BUILTIN_LOCALE_MAJOR {
        command.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
    }
    if !fsync {
        command.arg("--no-sync");
    }
    run(&mut command, &binaries.initdb(), "")
}

/// C.UTF-8 knows letters beyond ASCII, which search needs; not every system has it.
fn system_locale() -> &'static str {
    // SAFETY: the name ends with a zero byte; a locale that was made is freed at once.
    unsafe {
        let locale = libc::newlocale(libc::LC_ALL_MASK, c"C.UTF-8".as_ptr(), std::ptr::null_mut());
        if locale.is_null() {
            return "C";
        }
        libc::freelocale(locale);
    }
    "C.UTF-8"
}

/// In single-user mode, so that the database is there before the cluster counts and no client is needed.
fn create_database(cluster: &Path, account: &Account, binaries: &Binaries, fsync: bool) -> Result<(), Error> {
    let mut command = account.command(&binaries.postgres(), libc::SIGKILL);
    let fsync_setting = if fsync { "fsync=on" } else { "fsync=off" };
    command.arg("--single").arg("-D").arg(cluster);
    command.args(["-c", "exit_on_error=on", "-c", "log_checkpoints=off", "-c", fsync_setting, "postgres"]);
    command.stdin(Stdio::piped());
    run(&mut command, &binaries.postgres(), &format!("CREATE DATABASE {DATABASE};\n"))
}

/// Runs a program to its end; the input is far smaller than what a pipe holds.
fn run(command: &mut Command, program: &Path, input: &str) -> Result<(), Error> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(Error::io("run", program))?;
    // A program that has ended already does not read its input; its own words then say why.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().map_err(Error::io("run", program))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr).trim().replace('\n', " / ");
    Err(Error::Create { output: if text.is_empty() { output.status.to_string() } else { text } })
}
