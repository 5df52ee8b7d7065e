//! First start, second start, stop, and what stands in the way of a start.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use embedded_postgres::{Cluster, Error, Options, Origin};

use crate::holder::{Holder, ask, folder, is_alive, options, server_pid};

#[test]
fn the_second_start_finds_what_the_first_one_made() {
    let folder = folder();
    let data_dir = folder.path().join("data");
    // Safe commits once: the files' way to the disk is part of what is tested.
    let cluster = Cluster::start(&Options::new(&data_dir)).unwrap();
    assert_eq!(cluster.origin(), Origin::Created);
    assert!(cluster.version().split('.').next().unwrap().parse::<u32>().unwrap() >= 15);
    let url = cluster.connection_string();
    assert_eq!(ask(&url, "SHOW data_checksums"), "on");
    assert_eq!(ask(&url, "SHOW server_encoding"), "UTF8");
    assert_eq!(ask(&url, "SHOW fsync"), "on");
    assert_eq!(ask(&url, "SHOW listen_addresses"), "");
    assert_eq!(ask(&url, "SELECT lower('ÄÖÜ')"), "äöü");
    ask(&url, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')");
    let pid = server_pid(&data_dir);
    cluster.stop().unwrap();
    assert!(!cluster.is_running() && !is_alive(pid));
    cluster.stop().unwrap();
    drop(cluster);

    let options = Options { settings: vec![("max_connections".into(), "7".into())], ..options(&data_dir) };
    let cluster = Cluster::start(&options).unwrap();
    assert_eq!(cluster.origin(), Origin::Reused);
    assert_eq!(ask(&cluster.connection_string(), "SELECT word FROM kept"), "here");
    assert_eq!(ask(&cluster.connection_string(), "SHOW max_connections"), "7");
    let pid = server_pid(&data_dir);
    drop(cluster);
    assert!(!is_alive(pid));
    assert!(!fs::read_to_string(data_dir.join("pg.log")).unwrap().contains("not properly shut down"));
}

#[test]
fn only_the_server_s_user_can_enter_its_folders() {
    let folder = folder();
    let cluster = Cluster::start(&options(folder.path())).unwrap();
    let owner = fs::metadata(folder.path().join("pg")).unwrap().uid();
    assert_ne!(owner, 0);
    for name in ["pg", "pg-socket"] {
        let metadata = fs::metadata(folder.path().join(name)).unwrap();
        assert_eq!((metadata.uid(), metadata.mode() & 0o777), (owner, 0o700), "{name}");
    }
    assert!(!folder.path().join("pg.new").exists());
    drop(cluster);
}

#[test]
fn a_second_program_is_told_and_leaves_the_first_one_s_server_alone() {
    let folder = folder();
    let cluster = Cluster::start(&options(folder.path())).unwrap();
    let pid = server_pid(folder.path());

    let error = Cluster::start(&options(folder.path())).unwrap_err().to_string();
    assert!(error.contains("in use by another running ContentPilot"), "{error}");
    let second = Holder::start(folder.path());
    assert!(second.said.contains(&format!("(process {})", std::process::id())), "{}", second.said);
    second.end();

    assert_eq!(server_pid(folder.path()), pid);
    assert_eq!(ask(&cluster.connection_string(), "SELECT 1"), "1");
}

#[test]
fn a_long_path_and_odd_characters_do_not_matter() {
    let folder = folder();
    let data_dir = folder.path().join("a \"long\", it's 50% näme/".repeat(6));
    let cluster = Cluster::start(&options(&data_dir)).unwrap();
    assert_eq!(ask(&cluster.connection_string(), "SELECT 1"), "1");
    let sockets = ask(&cluster.connection_string(), "SHOW unix_socket_directories");
    drop(cluster);
    assert!(!std::path::Path::new(sockets.trim_matches('"')).exists());

    let short = folder.path().join("it's, \"50%\"");
    let cluster = Cluster::start(&options(&short)).unwrap();
    assert_eq!(ask(&cluster.connection_string(), "SELECT 1"), "1");
}

#[test]
fn a_cluster_of_another_version_is_left_alone() {
    let folder = folder();
    drop(Cluster::start(&options(folder.path())).unwrap());
    fs::write(folder.path().join("pg/PG_VERSION"), "99\n").unwrap();
    let error = Cluster::start(&options(folder.path())).unwrap_err();
    assert!(matches!(error, Error::NoFittingBinaries { wanted: 99, .. }), "{error}");
    fs::remove_file(folder.path().join("pg/PG_VERSION")).unwrap();
    let error = Cluster::start(&options(folder.path())).unwrap_err();
    assert!(matches!(error, Error::NotACluster { .. }), "{error}");
}

#[test]
fn programs_that_are_too_old_are_refused_before_anything_is_made() {
    let folder = folder();
    for program in ["postgres", "initdb"] {
        let path = folder.path().join(program);
        fs::write(&path, "#!/bin/sh\necho 'postgres (PostgreSQL) 13.9'\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let data_dir = folder.path().join("data");
    let options = Options { binaries: Some(folder.path().to_path_buf()), ..options(&data_dir) };
    let error = Cluster::start(&options).unwrap_err().to_string();
    assert!(error.contains("15 or newer") && error.contains("13.9"), "{error}");
    assert!(!data_dir.join("pg").exists());
}

#[test]
fn a_wrong_setting_is_shown_in_the_server_s_words() {
    let folder = folder();
    let options = Options { settings: vec![("no_such_setting".into(), "1".into())], ..options(folder.path()) };
    let error = Cluster::start(&options).unwrap_err().to_string();
    assert!(error.contains("no_such_setting"), "{error}");
}
