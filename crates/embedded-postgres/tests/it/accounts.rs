//! Who the server runs as. These tests change the user, which only root can; others skip them.

use std::env;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use embedded_postgres::{Cluster, Error, Origin};

use crate::holder::{Holder, ask, folder, options};

/// `nobody` on every system these tests run on.
const NOBODY: u32 = 65534;

fn is_root() -> bool {
    // SAFETY: geteuid has no preconditions.
    unsafe { libc::geteuid() == 0 }
}

/// This test binary as another user, from a place every user can reach.
fn as_user(uid: u32, folder: &Path) -> Command {
    let copy = folder.join("holder");
    if !copy.exists() {
        fs::copy(env::current_exe().unwrap(), &copy).unwrap();
    }
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={uid}")).arg(format!("--regid={uid}")).arg("--clear-groups").arg(copy);
    command
}

#[test]
fn an_ordinary_user_runs_the_server_as_oneself_and_root_after_that_as_that_user() {
    if !is_root() {
        return;
    }
    let folder = folder();
    let data_dir = folder.path().join("data");
    fs::create_dir(&data_dir).unwrap();
    chown(&data_dir, Some(NOBODY), Some(NOBODY)).unwrap();
    fs::set_permissions(&data_dir, fs::Permissions::from_mode(0o700)).unwrap();

    for expected in ["Created as nobody", "Reused as nobody"] {
        let holder = Holder::run(as_user(NOBODY, folder.path()), &data_dir);
        assert!(holder.said.starts_with(expected), "{}", holder.said);
        assert_eq!(ask(holder.url(), "SELECT 1"), "1");
        holder.end();
    }
    let cluster = Cluster::start(&options(&data_dir)).unwrap();
    assert_eq!((cluster.origin(), cluster.account()), (Origin::Reused, "nobody"));
    drop(cluster);
    let holder = Holder::run(as_user(NOBODY, folder.path()), &data_dir);
    assert!(holder.said.starts_with("Reused as nobody"), "{}", holder.said);
    holder.kill();
    drop(Cluster::start(&options(&data_dir)).unwrap());
}

#[test]
fn a_number_without_an_account_is_told_the_way_out() {
    if !is_root() {
        return;
    }
    let folder = folder();
    let data_dir = folder.path().join("data");
    fs::create_dir(&data_dir).unwrap();
    chown(&data_dir, Some(54321), Some(54321)).unwrap();
    let holder = Holder::run(as_user(54321, folder.path()), &data_dir);
    assert!(holder.said.contains("54321") && holder.said.contains("DATABASE_URL"), "{}", holder.said);
    holder.end();
    // Root falls back to an account the system has.
    let cluster = Cluster::start(&options(&data_dir)).unwrap();
    assert!(["postgres", "nobody"].contains(&cluster.account()));
}

#[test]
fn root_s_private_folder_is_named() {
    if !is_root() {
        return;
    }
    let folder = folder();
    let private = folder.path().join("private");
    fs::create_dir(&private).unwrap();
    fs::set_permissions(&private, fs::Permissions::from_mode(0o700)).unwrap();
    let private = private.canonicalize().unwrap();
    let error = Cluster::start(&options(&private.join("a/data"))).unwrap_err();
    let named = matches!(&error, Error::Unreachable { private: found, .. } if *found == private);
    assert!(named && error.to_string().contains("chmod o+x"), "{error}");
}

#[test]
fn another_user_s_cluster_is_refused_and_root_s_own_is_handed_over() {
    if !is_root() {
        return;
    }
    let folder = folder();
    let data_dir = folder.path().join("data");
    let cluster = Cluster::start(&options(&data_dir)).unwrap();
    drop(cluster);
    let owner = fs::metadata(data_dir.join("pg")).unwrap().uid();
    chown(&data_dir, Some(NOBODY), Some(NOBODY)).unwrap();
    chown(data_dir.join("contentpilot.lock"), Some(NOBODY), Some(NOBODY)).unwrap();
    if owner != NOBODY {
        let holder = Holder::run(as_user(NOBODY, folder.path()), &data_dir);
        assert!(holder.said.contains(&format!("belongs to the user with id {owner}")), "{}", holder.said);
        holder.end();
    }
    let cluster = Cluster::start(&options(&data_dir)).unwrap();
    assert_eq!((cluster.origin(), cluster.account()), (Origin::Reused, "nobody"));
    assert_eq!(ask(&cluster.connection_string(), "SELECT 1"), "1");
}
