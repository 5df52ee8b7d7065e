//! A mail server that does what the address says, and remembers what it took.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use email::sending::smtp::Relay;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A message as it was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    pub sender: String,
    pub recipient: String,
    /// Lines as they came, with CRLF.
    pub text: String,
}

impl Taken {
    /// A header's value, unfolded; empty when there is none.
    pub fn header(&self, name: &str) -> String {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        let start = format!("{name}: ");
        head.split("\r\n").find_map(|line| line.strip_prefix(&start)).unwrap_or_default().to_owned()
    }

    /// The parts, read back from quoted-printable.
    pub fn body(&self) -> String {
        let joined = self.text.split_once("\r\n\r\n").map_or("", |(_, body)| body).replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let Some((&first, after)) = rest.split_first() {
            let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
            match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| first == b'=') {
                Some(byte) => {
                    bytes.push(byte);
                    rest = &after[2..];
                }
                None => {
                    bytes.push(first);
                    rest = after;
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[derive(Default)]
struct Inner {
    taken: Vec<Taken>,
    connections: usize,
    /// Whether troubles have ended: every address is taken.
    is_kind: bool,
    offers_pipelining: bool,
    /// Messages that are being handed over by domain, and the most there ever were to one.
    under_way: HashMap<String, usize>,
    most_to_one: usize,
}

/// Listens on this machine until the test ends.
#[derive(Clone, Default)]
pub struct MailServer {
    inner: Arc<Mutex<Inner>>,
    port: u16,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), ..Self::default() };
        server.inner.lock().unwrap().offers_pipelining = true;
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.inner.lock().unwrap().connections += 1;
                tokio::spawn(serving.clone().talk(stream));
            }
        });
        server
    }

    pub fn relay(&self) -> Option<Relay> {
        Some(Relay::parse(&self.url()).unwrap())
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.inner.lock().unwrap().taken.clone()
    }

    /// Who got something, in order.
    pub fn recipients(&self) -> Vec<String> {
        let mut all: Vec<String> = self.taken().into_iter().map(|taken| taken.recipient).collect();
        all.sort();
        all
    }

    pub fn connections(&self) -> usize {
        self.inner.lock().unwrap().connections
    }

    /// The most messages to one domain that were handed over at a time.
    pub fn most_to_one_domain(&self) -> usize {
        self.inner.lock().unwrap().most_to_one
    }

    fn begins(&self, recipient: &str) {
        let mut inner = self.inner.lock().unwrap();
        let count = inner.under_way.entry(domain_of(recipient)).or_default();
        *count += 1;
        let count = *count;
        inner.most_to_one = inner.most_to_one.max(count);
    }

    fn ends(&self, recipient: &str) {
        if let Some(count) = self.inner.lock().unwrap().under_way.get_mut(&domain_of(recipient)) {
            *count -= 1;
        }
    }

    /// From now on every message is taken.
    pub fn be_kind(&self) {
        self.inner.lock().unwrap().is_kind = true;
    }

    /// From now on one command is taken at a time.
    pub fn take_one_command_at_a_time(&self) {
        self.inner.lock().unwrap().offers_pipelining = false;
    }

    async fn talk(self, stream: TcpStream) -> Option<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read);
        write.write_all(b"220 test ESMTP\r\n").await.ok()?;
        let (mut sender, mut recipient) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let (is_kind, pipelining) = {
                let inner = self.inner.lock().unwrap();
                (inner.is_kind, inner.offers_pipelining)
            };
            let command = line.trim_end();
            let answer = match command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase().as_str() {
                "EHLO" if pipelining => "250-test\r\n250 PIPELINING\r\n".to_owned(),
                "EHLO" => "250 test\r\n".to_owned(),
                "MAIL" => {
                    (sender, recipient) = (between(command), String::new());
                    if sender.starts_with("forbidden") {
                        "550 5.7.60 you may not send as this\r\n"
                    } else {
                        "250 2.1.0 ok\r\n"
                    }
                    .to_owned()
                }
                "RCPT" => {
                    let address = between(command);
                    let answer = if is_kind { None } else { answer_to(&address) };
                    if answer.is_none() {
                        recipient = address;
                    }
                    answer.unwrap_or("250 2.1.5 ok").to_owned() + "\r\n"
                }
                "DATA" if recipient.is_empty() => "554 5.5.1 no valid recipients\r\n".to_owned(),
                "DATA" => {
                    if recipient.starts_with("dropped-early") && !is_kind {
                        return None;
                    }
                    write.write_all(b"354 go on\r\n").await.ok()?;
                    self.begins(&recipient);
                    let text = read_message(&mut lines).await;
                    self.ends(&recipient);
                    let text = text?;
                    let (is_lost, is_spam) = (recipient.starts_with("lost-answer"), recipient.starts_with("spam"));
                    if is_spam && !is_kind {
                        "554 5.6.0 we do not like it\r\n".to_owned()
                    } else {
                        let taken = Taken { sender: sender.clone(), recipient: recipient.clone(), text };
                        self.inner.lock().unwrap().taken.push(taken);
                        if is_lost && !is_kind {
                            return None;
                        }
                        "250 2.0.0 taken\r\n".to_owned()
                    }
                }
                "QUIT" => {
                    write.write_all(b"221 bye\r\n").await.ok()?;
                    return None;
                }
                _ => "250 ok\r\n".to_owned(),
            };
            write.write_all(answer.as_bytes()).await.ok()?;
            if answer.starts_with("421") {
                return None;
            }
        }
    }
}

fn domain_of(address: &str) -> String {
    address.rsplit('@').next().unwrap_or_default().to_owned()
}

fn between(command: &str) -> String {
    let (_, rest) = command.split_once('<').unwrap_or_default();
    rest.split('>').next().unwrap_or_default().to_owned()
}

/// What the beginning of an address makes the server say.
fn answer_to(address: &str) -> Option<&'static str> {
    let answers = [
        ("gone", "550 5.1.1 no such user"),
        ("full", "552 5.2.2 over quota"),
        ("later", "451 4.3.0 come back"),
        ("grey", "450 4.7.1 greylisted"),
        ("policy", "550 5.7.1 not from you"),
        ("rate", "421 4.7.28 too many"),
        ("unclear", "550 no"),
    ];
    answers.into_iter().find(|(start, _)| address.starts_with(start)).map(|(_, answer)| answer)
}

async fn read_message(lines: &mut BufReader<tokio::net::tcp::OwnedReadHalf>) -> Option<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line == ".\r\n" {
            return Some(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
