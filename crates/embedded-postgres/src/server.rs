//! The running server process: started, watched until it is ready, stopped.

use std::io;
use std::mem;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::Error;
use crate::data_folder::Log;
use crate::postmaster::{self, FAST_STOP_LIMIT, IMMEDIATE_STOP_LIMIT};

/// Recovery after a crash replays at most `max_wal_size`; slow disks take minutes for it.
const START_LIMIT: Duration = Duration::from_secs(600);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(5);

/// A server that is a child of this process.
#[derive(Debug)]
pub(crate) struct Server {
    pid: i32,
    end: Arc<End>,
}

#[derive(Debug, Default)]
struct End {
    status: Mutex<Option<ExitStatus>>,
    changed: Condvar,
}

impl End {
    fn status(&self) -> MutexGuard<'_, Option<ExitStatus>> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    /// Runs the command from a thread of its own that lives as long as the server.
    ///
    /// The server is told to end when the *thread* that started it ends, not the process; threads of a pool come and go.
    pub fn spawn(command: Command) -> io::Result<Server> {
        let end = Arc::new(End::default());
        let (sender, receiver) = mpsc::channel();
        let shared = Arc::clone(&end);
        thread::Builder::new().name("postgres".to_owned()).spawn(move || keep(command, &shared, &sender))?;
        let pid = receiver.recv().map_err(io::Error::other)??;
        Ok(Server { pid, end })
    }

    /// Waits until the server takes connections.
    pub fn wait_ready(&self, cluster: &Path, log: &Log) -> Result<(), Error> {
        let until = Instant::now() + START_LIMIT;
        while Instant::now() < until {
            if let Some(status) = self.wait_ended(LOOK_AGAIN_AFTER) {
                let (log, tail) = (log.path.clone(), log.tail());
                return Err(Error::Ended { status: status.to_string(), log, tail });
            }
            if postmaster::read(cluster).is_some_and(|found| found.is_ready && found.pid == self.pid) {
                return Ok(());
            }
        }
        self.stop()?;
        Err(Error::NotReady { seconds: START_LIMIT.as_secs(), log: log.path.clone() })
    }

    /// Whether the process has not ended.
    pub fn is_running(&self) -> bool {
        self.end.status().is_none()
    }

    /// Ends all connections and the server, cleanly if it can in time. Does nothing when it has ended.
    pub fn stop(&self) -> Result<(), Error> {
        for (signal, limit) in [(libc::SIGINT, FAST_STOP_LIMIT), (libc::SIGQUIT, IMMEDIATE_STOP_LIMIT)] {
            self.send(signal);
            if self.wait_ended(limit).is_some() {
                return Ok(());
            }
        }
        Err(Error::WillNotStop { pid: self.pid })
    }

    /// The status is set under the same lock as the process is reaped, so the number is still this server's.
    fn send(&self, signal: i32) {
        let status = self.end.status();
        if status.is_none() {
            // SAFETY: kill has no memory preconditions.
            unsafe { libc::kill(self.pid, signal) };
        }
    }

    fn wait_ended(&self, limit: Duration) -> Option<ExitStatus> {
        let waited = self.end.changed.wait_timeout_while(self.end.status(), limit, |status| status.is_none());
        let (status, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *status
    }
}

/// The body of the server's thread.
fn keep(mut command: Command, end: &End, started: &Sender<io::Result<i32>>) {
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            // Nobody listens only when the starting thread is gone, and then nobody needs to know.
            let _ = started.send(Err(error));
            return;
        }
    };
    drop(command);
    let _ = started.send(Ok(child.id().cast_signed()));
    wait_without_reaping(child.id());
    let mut status = end.status();
    *status = child.wait().ok().or(Some(ExitStatus::default()));
    end.changed.notify_all();
}

/// Returns when the process has ended, leaving its number taken.
fn wait_without_reaping(pid: u32) {
    loop {
        // SAFETY: the structure is plain data that the call fills.
        let code = unsafe {
            let mut information: libc::siginfo_t = mem::zeroed();
            libc::waitid(libc::P_PID, pid, &raw mut information, libc::WEXITED | libc::WNOWAIT)
        };
        if code == 0 || io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return;
        }
    }
}
