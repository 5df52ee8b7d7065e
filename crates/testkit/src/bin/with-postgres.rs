//! Runs a command beside a throw-away PostgreSQL: `with-postgres cargo nextest run`.
//!
//! The command finds the cluster in `CONTENTPILOT_TEST_DATABASE_URL`; its exit code is handed on, and nothing of the
//! cluster is left afterwards. With the variable already set the command simply runs on that cluster.

use std::env;
use std::ffi::OsString;
use std::fs::Permissions;
use std::io::{self, IsTerminal};
use std::mem;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Command, ExitCode, ExitStatus};
use std::ptr;
use std::thread;

use anyhow::{Context, bail};
use embedded_postgres::{Cluster, Options};
use testkit::cluster::TEST_DATABASE_URL;

/// Tests run side by side, each with a pool of its own.
const MAX_CONNECTIONS: &str = "300";
/// Signals that ask a program to end.
const ENDING: [i32; 3] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP];

fn main() -> ExitCode {
    match run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("with-postgres: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run() -> anyhow::Result<u8> {
    let mut arguments = env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        bail!("give the command to run, as in `with-postgres cargo nextest run`");
    };
    let arguments: Vec<OsString> = arguments.collect();
    // Before any thread is started, so that all of them leave these signals to the one that waits for them.
    let signals = block_ending_signals();
    if env::var_os(TEST_DATABASE_URL).is_some() {
        return run_command(&program, &arguments, None, signals);
    }

    // When the tests run as root, the server's account has to pass through this folder.
    let folder = tempfile::Builder::new()
        .prefix("contentpilot-test-")
        .permissions(Permissions::from_mode(0o711))
        .tempdir()
        .context("could not create a temporary folder")?;
    let cluster = Cluster::start(&Options {
        data_dir: folder.path().join("data"),
        binaries: env::var_os("CONTENTPILOT_POSTGRES_BIN").filter(|path| !path.is_empty()).map(PathBuf::from),
        fsync: false,
        settings: vec![("max_connections".to_owned(), MAX_CONNECTIONS.to_owned())],
    })?;
    eprintln!("with-postgres: PostgreSQL {} runs in {}", cluster.version(), folder.path().display());
    let code = run_command(&program, &arguments, Some(&cluster.connection_string()), signals);
    let stopped = cluster.stop();
    drop(cluster);
    folder.close().context("could not remove the temporary folder")?;
    stopped?;
    code
}

/// Runs the command to its end, handing on the signals that ask this program to end, and gives its exit code.
fn run_command(
    program: &OsString,
    arguments: &[OsString],
    url: Option<&str>,
    signals: libc::sigset_t,
) -> anyhow::Result<u8> {
    if let Some(signal) = pending_signal() {
        return Ok(code_of_signal(signal));
    }
    let mut command = Command::new(program);
    command.args(arguments).envs(url.map(|url| (TEST_DATABASE_URL, url)));
    // SAFETY: the closure only makes an async-signal-safe system call.
    unsafe {
        command.pre_exec(|| {
            set_mask(libc::SIG_SETMASK, &empty_set());
            Ok(())
        })
    };
    let mut child = command.spawn().with_context(|| format!("could not run {}", program.display()))?;
    let pid = child.id().cast_signed();
    thread::spawn(move || hand_on(&signals, pid));
    let status = child.wait().context("could not wait for the command")?;
    Ok(code_of(status))
}

/// A terminal sends its interrupt to the command as well, which takes a second one as an order to drop everything.
fn hand_on(signals: &libc::sigset_t, pid: i32) {
    let from_terminal = io::stdin().is_terminal();
    loop {
        let mut signal = 0;
        // SAFETY: both pointers are valid for the call.
        if unsafe { libc::sigwait(signals, &raw mut signal) } != 0 {
            return;
        }
        if signal != libc::SIGINT || !from_terminal {
            // SAFETY: kill has no memory preconditions; this program ends as soon as the command is reaped.
            unsafe { libc::kill(pid, signal) };
        }
    }
}

fn code_of(status: ExitStatus) -> u8 {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.unwrap_or_else(|| status.signal().map_or(1, code_of_signal))
}

/// As shells tell that a signal ended a command.
fn code_of_signal(signal: i32) -> u8 {
    u8::try_from(signal).map_or(1, |signal| signal.saturating_add(128))
}

fn block_ending_signals() -> libc::sigset_t {
    let mut set = empty_set();
    for signal in ENDING {
        // SAFETY: the set is initialised and the signal's number is valid.
        unsafe { libc::sigaddset(&raw mut set, signal) };
    }
    set_mask(libc::SIG_BLOCK, &set);
    set
}

/// A signal that came while the cluster was starting.
fn pending_signal() -> Option<i32> {
    let mut set = empty_set();
    // SAFETY: the pointer is valid for the call.
    unsafe { libc::sigpending(&raw mut set) };
    // SAFETY: the set was filled by the call above.
    ENDING.into_iter().find(|signal| unsafe { libc::sigismember(&raw const set, *signal) } == 1)
}

fn empty_set() -> libc::sigset_t {
    // SAFETY: the type is plain data, and sigemptyset gives it its value.
    unsafe {
        let mut set: libc::sigset_t = mem::zeroed();
        libc::sigemptyset(&raw mut set);
        set
    }
}

fn set_mask(how: i32, set: &libc::sigset_t) {
    // SAFETY: the set is valid for the call and the former mask is not asked for.
    unsafe { libc::pthread_sigmask(how, set, ptr::null_mut()) };
}
