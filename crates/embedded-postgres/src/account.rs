//! Who the server runs as: PostgreSQL refuses root and refuses a user without a passwd entry.

use std::ffi::{CStr, CString, c_char};
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, mem, process, ptr};

use crate::Error;

const PASSWD_BUFFER_BYTES: usize = 16 * 1024;

/// The account that owns the cluster and runs the server's programs.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
    /// Set when the program is root and has to become this account for the server's programs.
    pub switch: bool,
}

impl Account {
    /// Oneself, or for root: the data directory's owner, else `postgres`, else `nobody`.
    pub fn choose(data_dir: &Path) -> Result<Account, Error> {
        // SAFETY: geteuid has no preconditions and cannot fail.
        let uid = unsafe { libc::geteuid() };
        if uid != 0 {
            return by_uid(uid).ok_or(Error::NoAccount { uid });
        }
        let owner = fs::metadata(data_dir).map_err(Error::io("look at", data_dir))?.uid();
        let account = Some(owner).filter(|owner| *owner != 0).and_then(by_uid);
        let account = account.or_else(|| by_name("postgres")).or_else(|| by_name("nobody"));
        let account = account.filter(|account| account.uid != 0).ok_or(Error::NoServerAccount)?;
        Ok(Account { switch: true, ..account })
    }

    /// A command that runs as this account, from `/`, without the caller's environment, and gets `when_orphaned` when
    /// the calling *thread* ends.
    ///
    /// PostgreSQL takes settings from variables such as PGPORT; none of the caller's may leak into the server.
    pub fn command(&self, program: &Path, when_orphaned: i32) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").env_clear().stdin(Stdio::null());
        if let Some(path) = env::var_os("PATH") {
            command.env("PATH", path);
        }
        if self.switch {
            command.uid(self.uid).gid(self.gid);
        }
        let parent = process::id();
        // SAFETY: the closure only makes async-signal-safe system calls and allocates nothing.
        unsafe { command.pre_exec(move || detach(parent, when_orphaned)) };
        command
    }

    /// Refuses a path this account cannot get to, naming the folder that stands in the way.
    pub fn must_reach(&self, path: &Path) -> Result<(), Error> {
        if !self.switch || self.reaches(path) {
            return Ok(());
        }
        let mut ancestors: Vec<&Path> = path.ancestors().collect();
        ancestors.reverse();
        let private = ancestors.into_iter().find(|folder| !self.reaches(folder)).unwrap_or(path);
        let private: PathBuf = private.to_path_buf();
        Err(Error::Unreachable { path: path.to_path_buf(), private, account: self.name.clone() })
    }

    /// Asked of the system itself, as access lists may say more than the mode.
    fn reaches(&self, path: &Path) -> bool {
        let mut command = self.command(Path::new("/bin/sh"), libc::SIGKILL);
        command.args(["-c", "test -x \"$0\""]).arg(path).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// Gives a path and all below it to this account where it is not the owner yet.
    pub fn own(&self, path: &Path) -> Result<(), Error> {
        let metadata = fs::symlink_metadata(path).map_err(Error::io("look at", path))?;
        if metadata.uid() == self.uid {
            return Ok(());
        }
        if !self.switch {
            return Err(Error::OtherOwner { path: path.to_path_buf(), owner: metadata.uid() });
        }
        self.give(path, metadata.is_dir()).map_err(Error::io("change the owner of", path))
    }

    /// The folder itself comes last, so that an interrupted run is taken up again.
    fn give(&self, path: &Path, is_folder: bool) -> io::Result<()> {
        if is_folder {
            for entry in fs::read_dir(path)? {
                let entry = entry?;
                self.give(&entry.path(), entry.file_type()?.is_dir())?;
            }
        }
        lchown(path, Some(self.uid), Some(self.gid))
    }
}

/// Runs in the new process, after the change of user: changing it would clear the parent-death signal.
fn detach(parent: u32, when_orphaned: i32) -> io::Result<()> {
    // SAFETY: plain system calls on this process; the signal set is initialised before its use.
    unsafe {
        let mut none: libc::sigset_t = mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
        libc::umask(0o077);
        if libc::setsid() == -1 {
            return Err(io::Error::last_os_error());
        }
        #[cfg(target_os = "linux")]
        if libc::prctl(libc::PR_SET_PDEATHSIG, when_orphaned) == -1 {
            return Err(io::Error::last_os_error());
        }
        #[cfg(not(target_os = "linux"))]
        let _ = when_orphaned;
        // Where cores are fewer than those who work, a server that interrupts its client whenever it is asked costs both what
        // they have in their caches. One of the batch class waits for its turn (sched(7)). Whoever runs the program in another
        // class than the usual one is not overruled, and where it is not allowed, the server is as any other.
        #[cfg(target_os = "linux")]
        if libc::syscall(libc::SYS_sched_getscheduler, 0) == libc::c_long::from(libc::SCHED_OTHER) {
            let no_priority: libc::c_int = 0;
            libc::syscall(libc::SYS_sched_setscheduler, 0, libc::SCHED_BATCH, &raw const no_priority);
        }
        // A parent that died before the call above sends no signal any more.
        if libc::getppid().cast_unsigned() != parent {
            libc::_exit(1);
        }
    }
    Ok(())
}

fn by_uid(uid: u32) -> Option<Account> {
    // SAFETY: every pointer is valid for the call and the buffer's length is the one given.
    look_up(|entry, buffer, length, found| unsafe { libc::getpwuid_r(uid, entry, buffer, length, found) })
}

fn by_name(name: &str) -> Option<Account> {
    let name = CString::new(name).ok()?;
    // SAFETY: as above, and the name ends with a zero byte.
    look_up(|entry, buffer, length, found| unsafe { libc::getpwnam_r(name.as_ptr(), entry, buffer, length, found) })
}

fn look_up(ask: impl FnOnce(*mut libc::passwd, *mut c_char, usize, *mut *mut libc::passwd) -> i32) -> Option<Account> {
    // SAFETY: passwd is plain data, for which all zeroes is a valid value.
    let mut entry: libc::passwd = unsafe { mem::zeroed() };
    let mut buffer = vec![0 as c_char; PASSWD_BUFFER_BYTES];
    let mut found = ptr::null_mut();
    let code = ask(&raw mut entry, buffer.as_mut_ptr(), buffer.len(), &raw mut found);
    if code != 0 || found.is_null() {
        return None;
    }
    // SAFETY: the call succeeded, so the name is a string that ends with a zero byte inside the buffer.
    let name = unsafe { CStr::from_ptr(entry.pw_name) }.to_string_lossy().into_owned();
    Some(Account { name, uid: entry.pw_uid, gid: entry.pw_gid, switch: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_never_the_server_s_account() {
        let account = Account::choose(Path::new("/")).unwrap();
        assert_ne!(account.uid, 0);
    }

    #[test]
    fn an_unknown_number_has_no_account() {
        assert!(by_uid(4_000_000_123).is_none());
        assert!(by_name("no-such-account-here").is_none());
        assert_eq!(by_uid(0).unwrap().name, "root");
    }

    #[test]
    fn a_command_starts_from_the_root_folder_with_a_clean_environment() {
        let account = Account::choose(Path::new("/")).unwrap();
        let mut command = account.command(Path::new("/bin/sh"), libc::SIGKILL);
        let output = command.args(["-c", "pwd; id -u; echo \"$CARGO_MANIFEST_DIR\""]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text, format!("/\n{}\n\n", account.uid));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_command_is_of_the_batch_class() {
        let account = Account::choose(Path::new("/")).unwrap();
        let mut command = account.command(Path::new("/bin/cat"), libc::SIGKILL);
        let output = command.arg("/proc/self/stat").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        // The policy is field 41 (proc(5)); the name in field 2 may hold spaces.
        let policy = text.rsplit(')').next().unwrap().split_whitespace().nth(38).unwrap();
        assert_eq!(policy, libc::SCHED_BATCH.to_string());
    }
}
