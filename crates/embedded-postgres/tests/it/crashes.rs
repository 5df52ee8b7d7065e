//! Whatever dies, the next start has the data and there is one server.

use std::fs;
use std::os::unix::fs::PermissionsExt;

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
    let mut holder = Holder::start(folder.path());
    let pid = server_pid(folder.path());
    // Stopped, the server cannot follow the order it gets when its program dies.
    signal(pid, libc::SIGSTOP);
    holder.child.kill().unwrap();
    holder.child.wait().unwrap();
    let woken = std::thread::scope(|scope| {
        let starting = scope.spawn(|| Cluster::start(&options(folder.path())).unwrap());
        while fs::read_to_string(folder.path().join("contentpilot.lock")).unwrap().trim()
            != std::process::id().to_string()
        {
            std::thread::yield_now();
        }
        signal(pid, libc::SIGCONT);
        starting.join().unwrap()
    });
    assert!(!is_alive(pid));
    assert!(woken.is_running());
    assert_ne!(server_pid(folder.path()), pid);
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
