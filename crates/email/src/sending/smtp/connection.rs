//! One connection to a mail server (RFC 5321), over which messages are sent one after the other.

use std::io;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::Reply;
use super::relay::{Encryption, Relay};

/// How long connecting and an answer to a command may take.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);
/// How long the answer to a whole message may take (RFC 5321, 4.5.3.2.6).
const DECIDES_WITHIN: Duration = Duration::from_secs(600);
/// The longest answer, in bytes; more is nonsense.
const ANSWER_LONGEST: usize = 16 * 1024;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send + Sync {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync> Stream for T {}

/// Why there is no connection.
#[derive(Debug)]
pub enum Failure {
    /// The server cannot be reached, or answers with nonsense.
    Unreachable(String),
    /// The server takes nothing from us now, or never: its greeting or its answer to our sign-in.
    Refused(Reply),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable(words) => formatter.write_str(words),
            Self::Refused(reply) => write!(formatter, "{reply}"),
        }
    }
}

/// At which command a message was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Sender,
    Recipient,
    Message,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Accepted(Reply),
    Refused(Stage, Reply),
    /// The connection broke before the message was whole: it was certainly not taken.
    Broken(String),
    /// The whole message was sent, and the answer never came: it may have been taken.
    Uncertain(String),
}

/// An open connection on which we are known.
pub struct Connection {
    stream: BufReader<Box<dyn Stream>>,
    pipelines: bool,
    is_broken: bool,
}

impl Connection {
    /// Connects, encrypts and signs in, as the relay is set.
    pub async fn open(relay: &Relay) -> Result<Self, Failure> {
        let unreachable = |error: io::Error| Failure::Unreachable(format!("{relay:?}: {error}"));
        match timeout(ANSWERS_WITHIN, Self::set_up(relay)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(unreachable(io::ErrorKind::TimedOut.into())),
        }
    }

    async fn set_up(relay: &Relay) -> Result<Self, Failure> {
        let unreachable = |error: io::Error| Failure::Unreachable(format!("{relay:?}: {error}"));
        let tcp = TcpStream::connect((relay.host.as_str(), relay.port)).await.map_err(unreachable)?;
        tcp.set_nodelay(true).map_err(unreachable)?;
        let stream: Box<dyn Stream> = match relay.encryption {
            Encryption::Whole => encrypted(relay, Box::new(tcp)).await.map_err(unreachable)?,
            _ => Box::new(tcp),
        };
        let mut connection = Self { stream: BufReader::new(stream), pipelines: false, is_broken: false };
        connection.reply().await.map_err(unreachable).and_then(positive)?;
        let mut offers = connection.hello(relay).await?;
        let offers_tls = offers.iter().any(|offer| offer == "STARTTLS");
        match relay.encryption {
            Encryption::Required if !offers_tls => {
                return Err(Failure::Unreachable(format!("{relay:?} offers no STARTTLS, which the setting asks for")));
            }
            Encryption::Required | Encryption::Opportunistic if offers_tls => {
                connection.command("STARTTLS\r\n").await.map_err(unreachable).and_then(positive)?;
                let stream = encrypted(relay, connection.stream.into_inner()).await.map_err(unreachable)?;
                connection = Self { stream: BufReader::new(stream), pipelines: false, is_broken: false };
                offers = connection.hello(relay).await?;
            }
            _ => {}
        }
        connection.pipelines = offers.iter().any(|offer| offer == "PIPELINING");
        if let Some((user, password)) = &relay.credentials {
            connection.sign_in(&offers, (user, password)).await.map_err(unreachable).and_then(positive)?;
        }
        Ok(connection)
    }

    /// Says who we are, and gives what the server offers.
    async fn hello(&mut self, relay: &Relay) -> Result<Vec<String>, Failure> {
        let unreachable = |error: io::Error| Failure::Unreachable(format!("{relay:?}: {error}"));
        self.write(format!("EHLO {}\r\n", relay.hello).as_bytes()).await.map_err(unreachable)?;
        let (code, lines) = self.lines().await.map_err(unreachable)?;
        positive(Reply { code, text: lines.join(" ") })?;
        Ok(lines.into_iter().map(|line| line.to_ascii_uppercase()).collect())
    }

    async fn sign_in(&mut self, offers: &[String], (user, password): (&str, &str)) -> io::Result<Reply> {
        let mechanisms = offers.iter().find(|offer| offer.starts_with("AUTH ")).map_or("", String::as_str);
        if mechanisms.split(' ').any(|one| one == "LOGIN") && !mechanisms.split(' ').any(|one| one == "PLAIN") {
            let asked = self.command("AUTH LOGIN\r\n").await?;
            if asked.code != 334 {
                return Ok(asked);
            }
            let asked = self.command(&format!("{}\r\n", BASE64_STANDARD.encode(user))).await?;
            if asked.code != 334 {
                return Ok(asked);
            }
            return self.command(&format!("{}\r\n", BASE64_STANDARD.encode(password))).await;
        }
        let secret = BASE64_STANDARD.encode(format!("\0{user}\0{password}"));
        self.command(&format!("AUTH PLAIN {secret}\r\n")).await
    }

    /// Whether another message can be sent over it.
    pub fn is_usable(&self) -> bool {
        !self.is_broken
    }

    /// Sends one message to one person. Lines of the message end with CRLF.
    pub async fn send(&mut self, (sender, recipient): (&str, &str), message: &[u8]) -> Outcome {
        let envelope = self.envelope(sender, recipient).await;
        let outcome = match envelope {
            Ok(None) => self.hand_over(message).await,
            Ok(Some((stage, reply))) => {
                // What is left of a refused message must not meet the next one.
                self.is_broken = self.is_broken || !self.command("RSET\r\n").await.is_ok_and(|reply| reply.code < 300);
                Outcome::Refused(stage, reply)
            }
            Err(error) => Outcome::Broken(error.to_string()),
        };
        let closes = |reply: &Reply| reply.code == 421;
        self.is_broken |= match &outcome {
            Outcome::Accepted(_) => false,
            Outcome::Refused(_, reply) => closes(reply),
            Outcome::Broken(_) | Outcome::Uncertain(_) => true,
        };
        outcome
    }

    /// Names sender and recipient and asks to begin; gives the first refusal.
    async fn envelope(&mut self, sender: &str, recipient: &str) -> io::Result<Option<(Stage, Reply)>> {
        let commands = [
            (Stage::Sender, format!("MAIL FROM:<{sender}>\r\n")),
            (Stage::Recipient, format!("RCPT TO:<{recipient}>\r\n")),
            (Stage::Message, "DATA\r\n".to_owned()),
        ];
        let mut refused = None;
        if self.pipelines {
            let together: String = commands.iter().map(|(_, command)| command.as_str()).collect();
            self.write(together.as_bytes()).await?;
        }
        for (stage, command) in &commands {
            if !self.pipelines {
                self.write(command.as_bytes()).await?;
            }
            let reply = match self.reply().await {
                Ok(reply) => reply,
                // Who says 421 hangs up (RFC 5321, 3.8), and leaves the other commands without an answer.
                Err(_) if refused.is_some() => {
                    self.is_broken = true;
                    return Ok(refused);
                }
                Err(error) => return Err(error),
            };
            let is_good = reply.code < 300 || *stage == Stage::Message && reply.code == 354;
            if !is_good {
                refused = refused.or(Some((*stage, reply)));
                if !self.pipelines {
                    break;
                }
            } else if *stage == Stage::Message && refused.is_some() {
                // A server that asks for the message all the same gets an empty one, which it refuses (RFC 2920, 3.1).
                self.command(".\r\n").await?;
            }
        }
        Ok(refused)
    }

    async fn hand_over(&mut self, message: &[u8]) -> Outcome {
        // The end goes out with the last bytes: while a write fails, the server has not seen it.
        if let Err(error) = self.write(&stuffed(message)).await {
            return Outcome::Broken(error.to_string());
        }
        match timeout(DECIDES_WITHIN, self.lines()).await {
            Ok(Ok((code, lines))) => {
                let reply = Reply { code, text: lines.join(" ") };
                if code < 300 { Outcome::Accepted(reply) } else { Outcome::Refused(Stage::Message, reply) }
            }
            Ok(Err(error)) => Outcome::Uncertain(error.to_string()),
            Err(_) => Outcome::Uncertain("no answer within ten minutes".to_owned()),
        }
    }

    /// Says goodbye, without waiting for the answer.
    pub async fn close(mut self) {
        if !self.is_broken {
            let _ = self.write(b"QUIT\r\n").await;
        }
    }

    async fn command(&mut self, command: &str) -> io::Result<Reply> {
        self.write(command.as_bytes()).await?;
        self.reply().await
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let writing = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        timeout(DECIDES_WITHIN, writing).await?
    }

    async fn reply(&mut self) -> io::Result<Reply> {
        let (code, lines) = timeout(ANSWERS_WITHIN, self.lines()).await??;
        Ok(Reply { code, text: lines.join(" ") })
    }

    /// All lines of an answer, without their codes.
    async fn lines(&mut self) -> io::Result<(u16, Vec<String>)> {
        let (mut lines, mut read) = (Vec::new(), 0);
        loop {
            let mut line = Vec::new();
            read += self.stream.read_until(b'\n', &mut line).await?;
            if !line.ends_with(b"\n") || read > ANSWER_LONGEST {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server hung up"));
            }
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let code = line.get(..3).and_then(|code| code.parse::<u16>().ok()).filter(|code| (200..600).contains(code));
            let Some(code) = code else {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the server's answer is no SMTP"));
            };
            lines.push(line.get(4..).unwrap_or_default().to_owned());
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok((code, lines));
            }
        }
    }
}

fn positive(reply: Reply) -> Result<Reply, Failure> {
    if reply.code < 400 { Ok(reply) } else { Err(Failure::Refused(reply)) }
}

/// The message with its end mark, lines that begin with a dot given another (RFC 5321, 4.5.2).
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(message.len() + 64);
    if message.starts_with(b".") {
        stuffed.push(b'.');
    }
    let mut from = 0;
    for at in memchr::memmem::find_iter(message, b"\r\n.") {
        stuffed.extend_from_slice(&message[from..at + 3]);
        stuffed.push(b'.');
        from = at + 3;
    }
    stuffed.extend_from_slice(&message[from..]);
    stuffed.extend_from_slice(if message.ends_with(b"\r\n") { b".\r\n" } else { b"\r\n.\r\n" });
    stuffed
}

static TLS: LazyLock<Option<Arc<rustls::ClientConfig>>> = LazyLock::new(|| {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    Some(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
});

async fn encrypted(relay: &Relay, stream: Box<dyn Stream>) -> io::Result<Box<dyn Stream>> {
    let config = TLS.clone().ok_or_else(|| io::Error::other("TLS cannot be set up"))?;
    let name = ServerName::try_from(relay.host.clone()).map_err(io::Error::other)?;
    Ok(Box::new(TlsConnector::from(config).connect(name, stream).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_a_dot_are_told_from_the_end() {
        assert_eq!(stuffed(b".a\r\n..b\r\nc.\r\n"), b"..a\r\n...b\r\nc.\r\n.\r\n");
        assert_eq!(stuffed(b"a"), b"a\r\n.\r\n");
    }

    #[test]
    fn enhanced_codes_are_read_where_they_fit() {
        let read = |code, text: &str| Reply { code, text: text.to_owned() }.enhanced();
        assert_eq!(read(550, "5.1.1 <a@b>: unknown"), Some((5, 1, 1)));
        assert_eq!(read(550, "4.1.1 odd"), None);
        assert_eq!(read(550, "no such user"), None);
    }
}
