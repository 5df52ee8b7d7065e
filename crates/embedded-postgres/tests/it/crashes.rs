//! Whatever dies, the next start has the data and there is one server.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use embedded_postgres::{Cluster, Error, Options, Origin};

use crate::holder::{Holder, ask, folder, is_alive, options, server_pid};

#[test]
fn a_killed_program_leaves_its_data_and_no_second_server() {
    let folder = folder();
    let holder = Holder::start(folder.path());
    ask(holder.url(), "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')");
    let pid = server_pid(folder.path());
    holder.kill();

    let cluster = Cluster::start(&options(folder.path())).unwrap();
    assert!(!is_alive(pid));
    assert_ne!(cluster.origin(), Origin::Created);
    assert_eq!(ask(&cluster.connection_string(), "SELECT word FROM kept"), "here");
    drop(cluster);

    for _ in 0..5 {
        let holder = Holder::start(folder.path());
        assert!(holder.said.starts_with("Reused") || holder.said.starts_with("TakenOver"), "{}", holder.said);
        holder.kill();
    }
    assert!(!fs::read_to_string(folder.path().join("pg.log")).unwrap().contains("PANIC"));
}

#[test]
fn a_server_without_a_program_is_taken_over() {
    let folder = folder();
    drop(Cluster::start(&options(folder.path())).unwrap());
    // Moved to another disk, as far as the program can tell.
    fs::rename(folder.path().join("pg"), folder.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere", folder.path().join("pg")).unwrap();
    let cluster = Cluster::start(&options(folder.path())).unwrap();
    let mut command = same_command(server_pid(folder.path()), folder.path());
    drop(cluster);

    let mut orphan = command.spawn().unwrap();
    while !fs::read_to_string(folder.path().join("pg/postmaster.pid")).unwrap_or_default().contains("ready") {
        assert!(orphan.try_wait().unwrap().is_none());
        std::thread::yield_now();
    }
    let cluster = Cluster::start(&options(folder.path())).unwrap();
    assert_eq!(cluster.origin(), Origin::TakenOver);
    assert!(orphan.wait().unwrap().success());
    assert_eq!(ask(&cluster.connection_string(), "SELECT 1"), "1");
}

/// What starts a server like the one running, as the user who owns its data.
fn same_command(pid: i32, data_dir: &Path) -> Command {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap();
    let mut words = line.split(|byte| *byte == 0).map(OsStr::from_bytes);
    let owner = fs::metadata(data_dir.join("pg")).unwrap();
    let mut command = Command::new(words.next().unwrap());
    command.args(words.take_while(|word| !word.is_empty()));
    command.uid(owner.uid()).gid(owner.gid()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn a_killed_server_s_leftovers_are_no_obstacle() {
    let folder = folder();
    let safe = Options::new(folder.path());
    let cluster = Cluster::start(&safe).unwrap();
    ask(&cluster.connection_string(), "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')");
    let pid = server_pid(folder.path());
    signal(pid, libc::SIGKILL);
    drop(cluster);
    // The number of the dead server now belongs to a living process of somebody else.
    let file = folder.path().join("pg/postmaster.pid");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen(&pid.to_string(), &std::process::id().to_string(), 1)).unwrap();

    let cluster = Cluster::start(&safe).unwrap();
    assert_eq!(ask(&cluster.connection_string(), "SELECT word FROM kept"), "here");
}

#[test]
fn a_creation_that_breaks_off_leaves_nothing_valid() {
    let folder = folder();
    let programs = folder.path().join("programs");
    let data_dir = folder.path().join("data");
    fs::create_dir(&programs).unwrap();
    for (program, script) in [
        ("postgres", "echo 'postgres (PostgreSQL) 16.1'"),
        ("initdb", "echo 16 > \"$2/PG_VERSION\"; echo 'the disk is full' >&2; exit 1"),
    ] {
        fs::write(programs.join(program), format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(programs.join(program), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let broken = Options { binaries: Some(programs), ..options(&data_dir) };
    let error = Cluster::start(&broken).unwrap_err();
    assert!(matches!(&error, Error::Create { output } if output == "the disk is full"), "{error}");
    assert!(!data_dir.join("pg").exists());

    // What a power cut would leave.
    fs::create_dir(data_dir.join("pg.new")).unwrap();
    fs::write(data_dir.join("pg.new/PG_VERSION"), "15\n").unwrap();
    let cluster = Cluster::start(&options(&data_dir)).unwrap();
    assert_eq!(cluster.origin(), Origin::Created);
    assert!(!data_dir.join("pg.new").exists());
}

#[test]
fn a_thread_that_ends_takes_no_server_with_it() {
    let folder = folder();
    let path = folder.path().to_path_buf();
    let cluster = std::thread::spawn(move || Cluster::start(&options(&path)).unwrap()).join().unwrap();
    assert_eq!(ask(&cluster.connection_string(), "SELECT 1"), "1");
    assert!(cluster.is_running());
}

fn signal(pid: i32, number: i32) {
    // SAFETY: kill has no memory preconditions, and the process is a server these tests started.
    assert_eq!(unsafe { libc::kill(pid, number) }, 0);
}
