//! Reads `postmaster.pid` and ends a server that an earlier program left behind.

use std::fs;
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::Error;

/// How long a server may take to write its memory to disk and end.
pub(crate) const FAST_STOP_LIMIT: Duration = Duration::from_secs(60);
/// How long it may take to end at once.
pub(crate) const IMMEDIATE_STOP_LIMIT: Duration = Duration::from_secs(15);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(10);

/// What a server says about itself in the first and eighth line of `postmaster.pid`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Postmaster {
    pub pid: i32,
    pub is_ready: bool,
}

/// The content of `postmaster.pid`; `None` when there is none or it makes no sense.
pub(crate) fn read(cluster: &Path) -> Option<Postmaster> {
    parse(&fs::read_to_string(cluster.join("postmaster.pid")).ok()?)
}

fn parse(text: &str) -> Option<Postmaster> {
    let mut lines = text.lines();
    // A process started in single-user mode writes its number with a minus.
    let pid: i32 = lines.next()?.trim().trim_start_matches('-').parse().ok().filter(|pid| *pid > 1)?;
    Some(Postmaster { pid, is_ready: lines.nth(6).is_some_and(|status| status.trim() == "ready") })
}

/// Ends the server that runs on this cluster without a program of its own; says whether there was one.
///
/// It is ended rather than kept: after `kill -9` of its program the system has told it to end, so it may be about to,
/// and a server that is no child of this program would outlive its next crash. The caller holds the data directory, so
/// no living program owns the server.
pub(crate) fn end_orphan(cluster: &Path) -> Result<bool, Error> {
    let Some(found) = read(cluster) else {
        return remove_pid_file(cluster).map(|()| false);
    };
    if !runs(found.pid, cluster) {
        // PostgreSQL tells a stale file itself, unless the number has been given to another process.
        if exists(found.pid) {
            remove_pid_file(cluster)?;
        }
        return Ok(false);
    }
    for (signal, limit) in [(libc::SIGINT, FAST_STOP_LIMIT), (libc::SIGQUIT, IMMEDIATE_STOP_LIMIT)] {
        // SAFETY: kill has no memory preconditions; the process was just seen to be this cluster's server.
        unsafe { libc::kill(found.pid, signal) };
        let until = Instant::now() + limit;
        while Instant::now() < until {
            if !runs(found.pid, cluster) {
                return Ok(true);
            }
            thread::sleep(LOOK_AGAIN_AFTER);
        }
    }
    Err(Error::WillNotStop { pid: found.pid })
}

fn remove_pid_file(cluster: &Path) -> Result<(), Error> {
    let path = cluster.join("postmaster.pid");
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", &path)(error)),
        _ => Ok(()),
    }
}

/// Whether any process has this number.
fn exists(pid: i32) -> bool {
    // SAFETY: signal 0 only asks.
    unsafe { libc::kill(pid, 0) == 0 }
}

/// Whether the process is a PostgreSQL server whose data is this cluster: it works in that folder.
#[cfg(target_os = "linux")]
fn runs(pid: i32, cluster: &Path) -> bool {
    let process = Path::new("/proc").join(pid.to_string());
    let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
    let folder = fs::read_link(process.join("cwd"));
    (name.starts_with("postgres") || name.starts_with("postmaster")) && folder.is_ok_and(|folder| folder == cluster)
}

/// Whether the process is a PostgreSQL server that was started with this cluster.
#[cfg(not(target_os = "linux"))]
fn runs(pid: i32, cluster: &Path) -> bool {
    let output = std::process::Command::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).output();
    let Ok(output) = output else { return exists(pid) };
    let command = String::from_utf8_lossy(&output.stdout);
    command.contains("postgres") && command.contains(&cluster.display().to_string())
}

#[cfg(test)]
mod tests {
    use std::process;

    use super::*;

    const FILE: &str = "4711\n/data/pg\n1700000000\n5432\n/data/pg-socket\n\n  123 456\nready   \n";

    #[test]
    fn the_first_and_eighth_line_are_read() {
        assert_eq!(parse(FILE), Some(Postmaster { pid: 4711, is_ready: true }));
        assert_eq!(parse(&FILE.replace("ready", "starting")), Some(Postmaster { pid: 4711, is_ready: false }));
        assert_eq!(parse("4711\n"), Some(Postmaster { pid: 4711, is_ready: false }));
        for nonsense in ["", "x\n", "0\n", "1\n", "-1\n"] {
            assert_eq!(parse(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn a_number_given_to_another_process_is_no_server() {
        let cluster = tempfile::tempdir().unwrap();
        let file = cluster.path().join("postmaster.pid");
        fs::write(&file, FILE.replace("4711", &process::id().to_string())).unwrap();
        assert!(!end_orphan(cluster.path()).unwrap());
        assert!(!file.exists());
    }

    #[test]
    fn an_empty_file_is_removed() {
        let cluster = tempfile::tempdir().unwrap();
        let file = cluster.path().join("postmaster.pid");
        fs::write(&file, "").unwrap();
        assert!(!end_orphan(cluster.path()).unwrap());
        assert!(!file.exists());
    }
}
