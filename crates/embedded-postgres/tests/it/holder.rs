//! A program that holds a cluster, for tests that need a second process: this test binary, started again.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use embedded_postgres::{Cluster, Options};
use tempfile::TempDir;

const FOLDER: &str = "HOLDER_DATA_DIR";

/// A folder that the server's account can pass through when the tests run as root.
pub fn folder() -> TempDir {
    tempfile::Builder::new()
        .prefix("embedded-postgres-")
        .permissions(fs::Permissions::from_mode(0o755))
        .tempdir()
        .unwrap()
}

/// The usual options without waiting for the disk.
pub fn options(data_dir: &Path) -> Options {
    Options { fsync: false, ..Options::new(data_dir) }
}

/// Not a test of its own: holds a cluster until its input ends, telling where it came from.
#[test]
#[ignore = "started by other tests"]
#[allow(clippy::print_stdout, reason = "what it prints is what it is for")]
fn hold() {
    let data_dir = PathBuf::from(env::var_os(FOLDER).unwrap());
    match Cluster::start(&options(&data_dir)) {
        Ok(cluster) => {
            println!("\nholder: {:?} as {} at {}", cluster.origin(), cluster.account(), cluster.connection_string());
            std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        }
        Err(error) => println!("\nholder: {error}"),
    }
}

pub struct Holder {
    pub child: Child,
    /// What the holder said of its start.
    pub said: String,
    // Kept open, as the holder writes to it until its end.
    _output: BufReader<ChildStdout>,
}

impl Holder {
    pub fn start(data_dir: &Path) -> Holder {
        Holder::run(Command::new(env::current_exe().unwrap()), data_dir)
    }

    /// Runs the test binary through another program, such as one that changes the user.
    pub fn run(mut command: Command, data_dir: &Path) -> Holder {
        command.args(["--exact", "holder::hold", "--ignored", "--nocapture"]).env(FOLDER, data_dir);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let lines = output.by_ref().lines().map_while(Result::ok);
        let said = lines.filter_map(|line| line.strip_prefix("holder: ").map(str::to_owned)).next();
        Holder { child, said: said.unwrap_or_default(), _output: output }
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Lets it end by itself.
    pub fn end(mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }

    pub fn url(&self) -> &str {
        self.said.rsplit(" at ").next().unwrap()
    }
}

/// Runs one statement and gives the first column of the first row as text.
pub fn ask(url: &str, statement: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        let messages = client.simple_query(statement).await.unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
        let row = messages.iter().find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
            _ => None,
        });
        row.unwrap_or_default()
    })
}

/// The number of the server's process.
pub fn server_pid(data_dir: &Path) -> i32 {
    let text = fs::read_to_string(data_dir.join("pg/postmaster.pid")).unwrap();
    text.lines().next().unwrap().parse().unwrap()
}

/// Whether the process runs; one that has ended and waits to be reaped works in no folder any more.
pub fn is_alive(pid: i32) -> bool {
    fs::read_link(format!("/proc/{pid}/cwd")).is_ok()
}
