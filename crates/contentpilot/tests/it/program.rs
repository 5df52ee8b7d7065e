//! The program itself, as an operator starts, stops and kills it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use kernel::db::connect_directly;
use tempfile::TempDir;

/// A folder that the database's account can pass through when the tests run as root.
fn folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("contentpilot-program-").tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// The program in a folder of its own, with nothing set but PATH and what is given here.
fn command(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_contentpilot"));
    command.current_dir(folder).env_clear().args(arguments).stdin(Stdio::null());
    for name in ["PATH", "HOME", "CONTENTPILOT_POSTGRES_BIN"] {
        command.envs(std::env::var(name).map(|value| (name, value)));
    }
    command.envs(settings.iter().copied());
    command
}

fn run(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    command(folder, arguments, settings).output().unwrap()
}

/// What a command said on standard error, which must be one line.
fn one_line(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

/// A serving program; killed when dropped.
struct Server {
    child: Child,
    address: String,
    data_dir: PathBuf,
}

impl Server {
    /// Starts it and waits for its first line on standard output.
    fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let log = fs::OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap();
        let mut command = command(folder, &["serve", "--listen", "127.0.0.1:0"], settings);
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let Some(address) = address else { panic!("{line}\n{}", fs::read_to_string(folder.join("log")).unwrap()) };
        Self { address: address.to_owned(), child, data_dir: folder.join("data") }
    }

    /// The status of a GET.
    fn get(&self, path: &str) -> u16 {
        self.get_with(path, "")
    }

    /// The status of a GET with more headers.
    fn get_with(&self, path: &str, headers: &str) -> u16 {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn postmaster(&self) -> i32 {
        let text = fs::read_to_string(self.data_dir.join("pg/postmaster.pid")).unwrap();
        text.lines().next().unwrap().parse().unwrap()
    }

    fn signal(&self, signal: i32) {
        // SAFETY: the process is this test's own child, which has not been waited for.
        unsafe { libc::kill(self.child.id().cast_signed(), signal) };
    }

    /// Sends the signal and gives the exit code, if there is one.
    fn end(mut self, signal: i32) -> Option<i32> {
        self.signal(signal);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether the process runs; one that has ended and waits to be reaped has no working directory.
fn is_alive(pid: i32) -> bool {
    fs::read_link(format!("/proc/{pid}/cwd")).is_ok()
}

#[test]
fn a_wrong_setting_is_named_in_one_line_before_anything_is_touched() {
    let folder = folder();
    for (name, value) in [
        ("CONTENTPILOT_POOL_SIZE", "many"),
        ("CONTENTPILOT_LISTEN", "everywhere"),
        ("DATABASE_URL", "mysql://localhost"),
        ("CONTENTPILOT_LOG", "loud=="),
        ("CONTENTPILOT_UNKNOWN", "1"),
    ] {
        for arguments in [&["serve"][..], &["migrate"], &["doctor"]] {
            let output = run(folder.path(), arguments, &[(name, value)]);
            assert_eq!(
                output.status.code(),
                Some(2),
                "{name} {arguments:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            assert!(one_line(&output).contains(name));
        }
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn it_stops_when_asked_and_leaves_no_server_behind() {
    let folder = folder();
    let server = Server::start(folder.path(), &[]);
    assert_eq!((server.get("/healthz"), server.get("/readyz"), server.get("/admin/setup")), (200, 200, 200));
    let postmaster = server.postmaster();
    assert!(is_alive(postmaster));
    assert_eq!(server.end(libc::SIGTERM), Some(0));
    assert!(!is_alive(postmaster));

    let again = Server::start(folder.path(), &[]);
    assert_eq!(again.get("/readyz"), 200);
    assert_eq!(again.end(libc::SIGINT), Some(0));
}

#[tokio::test]
async fn what_was_written_is_there_after_the_program_was_killed() {
    let folder = folder();
    let server = Server::start(folder.path(), &[]);
    let url = embedded_postgres::running(&server.data_dir).unwrap();
    let database = connect_directly(&url).await.unwrap();
    let sql = "INSERT INTO organizations (id, name, slug, updated_at) VALUES ('kept', 'Kept', 'kept', now())";
    database.batch_execute(sql).await.unwrap();
    let key = fs::read_to_string(folder.path().join("data/secret-key")).unwrap();
    let postmaster = server.postmaster();
    assert_eq!(server.end(libc::SIGKILL), None);

    let again = Server::start(folder.path(), &[]);
    assert_eq!(again.get("/s/kept/"), 200);
    assert_ne!(again.postmaster(), postmaster);
    assert!(!is_alive(postmaster));
    assert_eq!(fs::read_to_string(folder.path().join("data/secret-key")).unwrap(), key);
}

#[test]
fn commands_work_beside_the_server_and_without_it() {
    let folder = folder();
    let output = run(folder.path(), &["migrate", "--dry-run"], &[]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("would apply  0001_host_tables"), "{output:?}");
    let output = run(folder.path(), &["migrate"], &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");

    let server = Server::start(folder.path(), &[]);
    let output = run(folder.path(), &["migrate", "--status"], &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("applied  0001_host_tables") && !text.contains("missing"), "{text}");
    let output = run(folder.path(), &["doctor", "--json"], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["checks"].as_array().unwrap().iter().all(|check| check["ok"] == true));
    assert_eq!(server.get("/readyz"), 200);

    let output = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(one_line(&output).contains("in use by another running ContentPilot"));
}

#[test]
fn a_port_in_use_is_told_at_once() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(folder.path(), &["serve", "--listen", &address], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(one_line(&output).contains(&format!("{address} is in use")));
    assert!(!folder.path().join("data").exists());
}

#[tokio::test]
async fn a_role_that_could_see_other_tenants_is_refused() {
    let folder = folder();
    let world = crate::world().await;
    let role = format!("intruder_{}", kernel::secret::hex_digits(6));
    let superuser = world.superuser().await;
    // It is no superuser itself, but could become one.
    superuser.batch_execute(&format!("CREATE ROLE {role} LOGIN; GRANT contentpilot TO {role}")).await.unwrap();
    let url = world.database_url.replacen("contentpilot@", &format!("{role}@"), 1);
    let settings = [("DATABASE_URL", url.as_str()), ("DATABASE_OWNER_URL", world.database_url.as_str())];
    let output = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"], &settings);
    superuser.batch_execute(&format!("DROP ROLE {role}")).await.unwrap();

    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(&role) && text.contains("could get around the tenants' isolation"), "{text}");
}

#[tokio::test]
async fn a_server_of_the_operator_s_is_used_and_left_running() {
    let folder = folder();
    let world = crate::world().await;
    let server = Server::start(folder.path(), &[("DATABASE_URL", &world.database_url)]);
    assert_eq!((server.get("/readyz"), server.get("/s/rival/")), (200, 200));
    assert_eq!(server.end(libc::SIGTERM), Some(0));
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(log.contains("a login of its own"), "{log}");
    assert!(!folder.path().join("data/pg").exists());
    world.stranger().get("/readyz").await.is(http::StatusCode::OK);
}

#[test]
fn the_api_s_description_needs_no_database() {
    let folder = folder();
    let output = run(folder.path(), &["openapi"], &[("DATABASE_URL", "wrong")]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}

/// Runs a command that must succeed and gives what it printed; `input` goes to its standard input.
fn succeed(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut command = command(folder, arguments, &[]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_operator_makes_organizations_people_and_keys_beside_the_server() {
    let folder = folder();
    succeed(folder.path(), &["org", "create", "--name", "Acme & Söhne"], "");
    let server = Server::start(folder.path(), &[]);
    assert_eq!(server.get("/s/acme-sohne/"), 200);
    succeed(folder.path(), &["org", "create", "--name", "Bench", "--slug", "bench"], "");
    let person = ["user", "create", "--email", "bo@example.com", "--name", "Bo", "--org", "bench", "--role", "owner"];
    succeed(folder.path(), &[&person[..], &["--password-stdin"]].concat(), "a measured mile of water 9\n");
    let set = ["user", "set-password", "--email", "bo@example.com", "--password-stdin"];
    succeed(folder.path(), &set, "another mile of water 10\n");
    let key = succeed(folder.path(), &["api-key", "create", "--org", "bench", "--role", "ADMIN"], "");
    assert!(key.starts_with("cp_") && key.lines().count() == 1, "{key}");
    let ghost = ["api-key", "create", "--org", "bench", "--role", "VIEWER", "--ghost-content"];
    let ghost = succeed(folder.path(), &ghost, "");
    assert!(ghost.trim().len() == 26 && ghost.trim().bytes().all(|byte| byte.is_ascii_hexdigit()), "{ghost}");
    assert_eq!(server.get_with("/api/v1/content", &format!("Authorization: Bearer {}\r\n", key.trim())), 200);

    let output = run(folder.path(), &["api-key", "create", "--org", "nobody", "--role", "ADMIN"], &[]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert!(one_line(&output).contains("nobody"));
    let output = run(folder.path(), &["user", "create", "--email", "no", "--name", ""], &[]);
    assert_eq!(output.status.code(), Some(1));
    let line = one_line(&output);
    assert!(line.contains("email:") && line.contains("name:"), "{line}");
}

#[test]
fn the_sample_organization_is_made_once() {
    let folder = folder();
    let first = succeed(folder.path(), &["demo"], "");
    assert!(first.contains("/s/demo/") && first.contains("demo@example.org"), "{first}");
    assert_eq!(succeed(folder.path(), &["demo"], ""), first);
    let server = Server::start(folder.path(), &[]);
    assert_eq!((server.get("/s/demo/"), server.get("/s/demo/about")), (200, 200));
}

#[test]
fn bounces_are_taken_where_the_setting_says_and_a_port_in_use_is_told_at_once() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"], &[("BOUNCE_LISTEN", &address)]);
    assert!(one_line(&refused).contains("BOUNCE_LISTEN") && refused.status.code() == Some(1));
    drop(taken);
    let settings = [("BOUNCE_LISTEN", address.as_str()), ("BOUNCE_HOST", "bounces.harbor.test")];
    let server = Server::start(folder.path(), &settings);
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.write_all(b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nQUIT\r\n").unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).unwrap();
    assert!(answers.starts_with("220 bounces.harbor.test ") && answers.contains("\r\n550 5.1.1 "), "{answers}");
    assert_eq!(server.end(libc::SIGTERM), Some(0));
}

#[test]
fn an_operator_shows_and_sets_what_a_plan_allows() {
    let folder = folder();
    let limits = |more: &[&str]| {
        let arguments = [&["org", "limits", "--org", "harbor"][..], more].concat();
        let output = run(folder.path(), &arguments, &[]);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    assert!(run(folder.path(), &["org", "create", "--name", "Harbor", "--slug", "harbor"], &[]).status.success());
    assert!(limits(&[]).1.contains("emails         no limit a month\nmessages       no limit a minute\n"));
    let (code, told) = limits(&["--plan", "GROWTH", "--messages-a-minute", "600"]);
    assert!(code == Some(0) && told.contains("emails         10 a month\nmessages       600 a minute\n"), "{told}");
    assert!(told.contains("campaigns      5 a month\n"), "{told}");
    let (_, told) = limits(&["--campaigns-a-month", "7"]);
    assert!(told.contains("campaigns      7 a month\n") && told.contains("emails         10 a month\n"), "{told}");
    let (_, told) = limits(&["--emails-a-month", "none"]);
    assert!(told.contains("media assets   0 of 500\n") && told.contains("emails         no limit a month"), "{told}");
    assert_eq!(limits(&["--messages-a-minute", "0"]).0, Some(2));
}
