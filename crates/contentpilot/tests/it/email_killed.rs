//! Nodes that die in the middle of sending: nobody gets an email twice, and who is in doubt is told.

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use http::StatusCode;
use kernel::db::Statements;
use serde_json::json;
use testkit::World;

use crate::email_emails::{email, read};
use crate::email_sending::assert_counted;
use crate::smtp_server::MailServer;
use crate::world;

const RECIPIENTS: usize = 600;
const CONNECTIONS: usize = 6;

/// A node that only works; killed when dropped.
struct Node(Child);

impl Node {
    fn start(world: &World, server: &MailServer) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_contentpilot"));
        command.current_dir(world.data_dir.path()).env_clear().arg("worker");
        command.envs(std::env::var("PATH").map(|value| ("PATH", value)));
        command.env("DATABASE_URL", &world.database_url).env("CONTENTPILOT_SECRET_KEY", "test".repeat(16));
        command.env("SMTP_URL", server.url()).env("SMTP_CONNECTIONS", CONNECTIONS.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Looks again and again, for the nodes run by a clock of their own.
async fn until(what: impl AsyncFn() -> bool) {
    while !what().await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_a_killed_node_was_writing_to_is_in_doubt_and_nobody_else() {
    let (world, server) = (world().await, MailServer::start().await);
    let sql = "INSERT INTO app.contacts (organization_id, id, email, email_key, email_hash)
               SELECT 'org-harbor', 'c' || n, 'n' || n || '@n.example', 'n' || n || '@n.example', decode(md5(n::text), 'hex')
               FROM generate_series(1, $1) AS n";
    let tx = world.tenant().await;
    tx.execute(sql, &[&i32::try_from(RECIPIENTS).unwrap()]).await.unwrap();
    tx.commit().await.unwrap();
    let id = email(&world, json!({ "content": "<p>Hello, <a href=\"https://harbor.test/a\">read</a></p>" })).await;
    world.as_admin().post(&format!("/api/v1/emails/{id}/send"), ()).await.is(StatusCode::OK);
    world.run_jobs().await;

    let (mut first, mut second) = (Node::start(&world, &server), Node::start(&world, &server));
    until(async || server.taken().len() > RECIPIENTS / 4).await;
    first.kill();
    until(async || server.taken().len() > RECIPIENTS / 2).await;
    second.kill();
    let _third = Node::start(&world, &server);
    until(async || read(&world, &id).await["status"] == "SENT").await;

    let counted = assert_counted(&world, &id).await;
    let uncertain = usize::try_from(counted["uncertain"].as_u64().unwrap()).unwrap();
    assert!(uncertain <= 2 * CONNECTIONS, "{uncertain} in doubt");
    assert_eq!(counted["sent"].as_u64().unwrap() + counted["uncertain"].as_u64().unwrap(), RECIPIENTS as u64);
    let mut taken: HashMap<String, usize> = HashMap::new();
    for message in server.taken() {
        *taken.entry(message.recipient).or_default() += 1;
    }
    assert!(taken.values().all(|count| *count == 1), "somebody got it twice");
    let rows = world.tenant().await;
    let rows = rows.rows("SELECT email, state FROM app.email_recipients WHERE email_id = $1", &[&id]).await.unwrap();
    let lost = rows
        .iter()
        .filter(|row| row.get::<_, String>("state") == "sent" && !taken.contains_key(row.get::<_, &str>("email")));
    assert_eq!(lost.count(), 0, "somebody counts as sent and got nothing");
}
