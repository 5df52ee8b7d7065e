//! The program's own mails on their way to a mail server.

use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use kernel::App;
use kernel::mail::{Mail, queue};
use testkit::World;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::world;

/// A mail server that answers `RCPT` with what it was told last.
struct Server {
    url: String,
    answer: Arc<Mutex<&'static str>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new("250 ok"));
        let shared = answer.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, shared.clone()));
            }
        });
        Self { url, answer }
    }

    fn answers(&self, words: &'static str) {
        *self.answer.lock().unwrap() = words;
    }
}

async fn talk(stream: TcpStream, answer: Arc<Mutex<&'static str>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut in_text = false;
    writer.write_all(b"220 here\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let words = match line.split([' ', ':']).next().unwrap_or_default() {
            "." => {
                in_text = false;
                "250 taken"
            }
            _ if in_text => continue,
            "DATA" => {
                in_text = true;
                "354 go on"
            }
            "RCPT" => *answer.lock().unwrap(),
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        if writer.write_all(format!("{words}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

/// A world whose mails go to this server.
async fn world_with(server: &Server) -> World {
    let mut world = world().await;
    let mut settings = world.app.settings.clone();
    settings.smtp_url = Some(server.url.clone());
    world.app = App::new(world.app.database.clone(), world.app.clock.clone(), settings, world.app.secret_key.clone());
    world
}

async fn send(world: &World, recipient: &str) {
    let mail = Mail { recipient, subject: "Hello", text: "A secret link" };
    queue(&world.app.database.global().await.unwrap(), None, &mail, world.now()).await.unwrap();
    world.run_jobs().await;
}

/// Of each mail: whether it was sent, its text and how often it was tried.
async fn mails(world: &World) -> Vec<(bool, String, i32)> {
    let sql = "SELECT sent_at IS NOT NULL, body_text, attempts FROM app.mails
               WHERE organization_id IS DISTINCT FROM 'org-rival' ORDER BY id";
    let rows = world.superuser().await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

#[tokio::test]
async fn what_will_never_be_taken_is_given_up_at_once_and_its_text_forgotten() {
    let server = Server::start().await;
    let world = world_with(&server).await;
    server.answers("550 no such mailbox");
    send(&world, "nobody@example.org").await;
    send(&world, "not an address").await;
    assert_eq!(mails(&world).await, [(false, String::new(), 1), (false, String::new(), 1)]);
    assert_eq!(world.queued("mail.deliver").await, 0);
}

#[tokio::test]
async fn what_may_be_taken_later_is_tried_again_and_given_up_in_the_end() {
    let server = Server::start().await;
    let world = world_with(&server).await;
    // A full mailbox, and a sign-in that the operator has to mend.
    for (words, tried) in [("452 the mailbox is full", 1), ("535 wrong password", 2)] {
        server.answers(words);
        if tried == 1 {
            send(&world, "somebody@example.org").await
        } else {
            _ = world.run_jobs().await
        }
        assert_eq!(mails(&world).await, [(false, "A secret link".to_owned(), tried)]);
        world.advance(SignedDuration::from_hours(1));
    }
    for _ in 0..8 {
        world.run_jobs().await;
        world.advance(SignedDuration::from_hours(1));
    }
    assert_eq!(mails(&world).await, [(false, String::new(), 10)]);
    assert_eq!(world.queued("mail.deliver").await, 0);
}

#[tokio::test]
async fn sent_mails_are_forgotten_after_a_month() {
    let server = Server::start().await;
    let world = world_with(&server).await;
    send(&world, "somebody@example.org").await;
    assert_eq!(mails(&world).await, [(true, String::new(), 1)]);
    world.advance(SignedDuration::from_hours(30 * 24 + 1));
    send(&world, "somebody@example.org").await;
    assert_eq!(mails(&world).await.len(), 1);
}
