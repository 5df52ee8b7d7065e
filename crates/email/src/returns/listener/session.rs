//! One connection of a mail server with something that came back (RFC 5321, the server's side).

use std::io;
use std::time::Duration;

use kernel::App;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::returns::{Target, record, target};

/// The largest mail that is taken, in bytes, and how much of it is kept for reading: what matters stands at its beginning.
const MAIL_LARGEST: usize = 10 * 1024 * 1024;
const MAIL_READ: usize = 256 * 1024;
/// The longest command, in bytes (RFC 5321, 4.5.3.1.4, with room for parameters).
const COMMAND_LONGEST: u64 = 2048;
/// How long the other side may say nothing.
const SILENT_FOR: Duration = Duration::from_secs(120);
const RECIPIENTS_MOST: usize = 20;
const MAILS_MOST: usize = 100;
const MISTAKES_MOST: usize = 10;
/// Mailboxes of ours: complaints are sent to an address that was registered for them, and every mail server has the first two
/// (RFC 2142).
const MAILBOXES: [&str; 5] = ["postmaster", "abuse", "feedback", "fbl", "complaints"];

/// What is known of the mail that is being handed over.
#[derive(Default)]
struct Envelope {
    /// None before `MAIL`; then the address, which is none for a bounce.
    sender: Option<Option<String>>,
    targets: Vec<Target>,
    /// Whether it goes to a mailbox of ours.
    is_to_mailbox: bool,
}

pub(super) struct Session {
    app: App,
    /// None where nothing can be encrypted, or is already.
    tls: Option<TlsAcceptor>,
    stop: CancellationToken,
    envelope: Envelope,
    mails: usize,
    mistakes: usize,
}

/// What comes after an answer.
enum Next {
    Go(&'static str),
    Lines(String),
    Data,
    Encrypt(TlsAcceptor),
    Mistake(&'static str),
    End(&'static str),
}

impl Session {
    pub fn new(app: App, tls: Option<TlsAcceptor>, stop: CancellationToken) -> Self {
        Self { app, tls, stop, envelope: Envelope::default(), mails: 0, mistakes: 0 }
    }

    /// Answers until the other side goes, or has to.
    pub async fn talk(mut self, stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        let name = self.app.settings.mail_host();
        stream.write_all(format!("220 {name} ESMTP, for bounces alone\r\n").as_bytes()).await?;
        let Some(tls) = self.converse(&mut stream, &name).await? else { return Ok(()) };
        // What was sent in plain behind the command may be somebody else's, and would be taken for encrypted (RFC 3207, 6).
        if !stream.buffer().is_empty() {
            return Ok(());
        }
        let stream = tokio::time::timeout(SILENT_FOR, tls.accept(stream.into_inner())).await;
        let mut stream = BufReader::new(stream.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??);
        // Everything that was said before counts for nothing.
        self.envelope = Envelope::default();
        self.converse(&mut stream, &name).await.map(drop)
    }

    /// Answers commands to the end, or to the one from which on everything is encrypted.
    async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        stream: &mut BufReader<S>,
        name: &str,
    ) -> io::Result<Option<TlsAcceptor>> {
        loop {
            let Some(line) = self.command(stream).await? else { return Ok(None) };
            let answer = match self.answer(&line, name).await {
                Next::Go(answer) => answer.to_owned(),
                Next::Lines(answer) => answer,
                Next::Data => match self.data(stream).await? {
                    Some(answer) => answer.to_owned(),
                    None => return say(stream, "552 5.3.4 That is too large").await.map(|()| None),
                },
                Next::Encrypt(tls) => return say(stream, "220 2.0.0 Go on").await.map(|()| Some(tls)),
                Next::Mistake(answer) => {
                    self.mistakes += 1;
                    if self.mistakes > MISTAKES_MOST {
                        return say(stream, "421 4.7.0 Too many mistakes").await.map(|()| None);
                    }
                    answer.to_owned()
                }
                Next::End(answer) => return say(stream, answer).await.map(|()| None),
            };
            say(stream, &answer).await?;
        }
    }

    /// The next command; none at the end, after too long a silence, or when the program stops.
    async fn command(&self, stream: &mut (impl AsyncBufReadExt + AsyncWrite + Unpin)) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let mut limited = (&mut *stream).take(COMMAND_LONGEST);
        let read = tokio::select! {
            () = self.stop.cancelled() => None,
            read = tokio::time::timeout(SILENT_FOR, limited.read_until(b'\n', &mut line)) => read.ok(),
        };
        match read.transpose()? {
            None => {
                say(stream, "421 4.3.2 Closing, try again later").await?;
                Ok(None)
            }
            Some(_) if !line.ends_with(b"\n") => Ok(None),
            Some(_) => Ok(Some(String::from_utf8_lossy(&line).trim().to_owned())),
        }
    }

    async fn answer(&mut self, line: &str, name: &str) -> Next {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word.to_ascii_uppercase().as_str() {
            "EHLO" => {
                self.envelope = Envelope::default();
                let tls = if self.tls.is_some() { "250-STARTTLS\r\n" } else { "" };
                Next::Lines(format!(
                    "250-{name}\r\n250-PIPELINING\r\n{tls}250-SIZE {MAIL_LARGEST}\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES"
                ))
            }
            "HELO" => {
                self.envelope = Envelope::default();
                Next::Lines(format!("250 {name}"))
            }
            "MAIL" => self.mail(rest),
            "RCPT" => self.rcpt(rest).await,
            "DATA" if self.envelope.targets.is_empty() && !self.envelope.is_to_mailbox => {
                Next::Mistake("503 5.5.1 Say first whom it is for")
            }
            "DATA" => Next::Data,
            "RSET" => {
                self.envelope = Envelope::default();
                Next::Go("250 2.0.0 Forgotten")
            }
            "NOOP" => Next::Go("250 2.0.0 Still here"),
            "VRFY" => Next::Mistake("252 2.1.5 Send it and see"),
            "QUIT" => Next::End("221 2.0.0 Goodbye"),
            "STARTTLS" if !rest.is_empty() => Next::Mistake("501 5.5.4 STARTTLS takes no parameters"),
            "STARTTLS" => match self.tls.take() {
                Some(tls) => Next::Encrypt(tls),
                None => Next::Mistake("503 5.5.1 Nothing to encrypt here"),
            },
            "AUTH" => Next::Mistake("502 5.5.1 Nobody signs in here"),
            _ => Next::Mistake("500 5.5.2 This command is not known here"),
        }
    }

    fn mail(&mut self, rest: &str) -> Next {
        let Some((address, parameters)) = address_after(rest, "FROM:") else {
            return Next::Mistake("501 5.5.4 Write MAIL FROM:<address>");
        };
        let parameters = parameters.to_ascii_uppercase();
        let size = parameters.split_whitespace().find_map(|one| one.strip_prefix("SIZE="));
        if size.is_some_and(|size| size.parse::<usize>().is_ok_and(|size| size > MAIL_LARGEST)) {
            return Next::Mistake("552 5.3.4 That is too large");
        }
        if self.mails >= MAILS_MOST {
            return Next::End("421 4.7.0 Enough for one connection");
        }
        let sender = (!address.is_empty()).then(|| address.to_owned());
        self.envelope = Envelope { sender: Some(sender), ..Envelope::default() };
        Next::Go("250 2.1.0 Go on")
    }

    async fn rcpt(&mut self, rest: &str) -> Next {
        if self.envelope.sender.is_none() {
            return Next::Mistake("503 5.5.1 Say first who sends it");
        }
        let Some((address, _)) = address_after(rest, "TO:") else {
            return Next::Mistake("501 5.5.4 Write RCPT TO:<address>");
        };
        if self.envelope.targets.len() >= RECIPIENTS_MOST {
            return Next::Mistake("452 4.5.3 Too many recipients at once");
        }
        match target(&self.app, address).await {
            Ok(Some(target)) => self.envelope.targets.push(target),
            Ok(None) if is_mailbox(address) => self.envelope.is_to_mailbox = true,
            Ok(None) => {
                return Next::Mistake("550 5.1.1 There is no such mailbox: bounces of our own messages are taken here");
            }
            Err(error) => {
                tracing::error!(error = error.cause(), "it could not be looked up whom a bounce is for");
                return Next::Go("451 4.3.0 Not now, try again later");
            }
        }
        Next::Go("250 2.1.5 Go on")
    }

    /// Takes the mail and says what became of it, when that is written down for good. None for one that is too large.
    async fn data(
        &mut self,
        stream: &mut (impl AsyncBufReadExt + AsyncWrite + Unpin),
    ) -> io::Result<Option<&'static str>> {
        say(stream, "354 Go on, and end with a dot on a line of its own").await?;
        let Some(mail) = read_mail(stream).await? else { return Ok(None) };
        self.mails += 1;
        let Envelope { sender, targets, .. } = std::mem::take(&mut self.envelope);
        match record::take(&self.app, (sender.flatten().as_deref(), &targets), &mail).await {
            Ok(()) => Ok(Some("250 2.0.0 Taken")),
            Err(error) => {
                tracing::error!(error = error.cause(), "what a bounce tells could not be written down");
                Ok(Some("451 4.3.0 Not now, try again later"))
            }
        }
    }
}

/// Sends an answer at once: through encryption, what is written waits to be flushed.
async fn say(stream: &mut (impl AsyncWrite + Unpin), answer: &str) -> io::Result<()> {
    stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    stream.flush().await
}

/// Reads to the dot that ends a mail, and keeps its beginning. Only a dot between two whole line ends counts, so nothing that
/// another server took for text is taken for a command here.
async fn read_mail(stream: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let (mut kept, mut total, mut begins_line) = (Vec::new(), 0, true);
    loop {
        let mut piece = Vec::new();
        let mut limited = (&mut *stream).take(COMMAND_LONGEST);
        let read = tokio::time::timeout(SILENT_FOR, limited.read_until(b'\n', &mut piece)).await;
        if read.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if begins_line && piece == b".\r\n" {
            return Ok(Some(kept));
        }
        total += piece.len();
        if total > MAIL_LARGEST {
            return Ok(None);
        }
        let text: &[u8] = if begins_line { piece.strip_prefix(b".").unwrap_or(&piece) } else { &piece };
        if kept.len() + text.len() <= MAIL_READ {
            kept.extend_from_slice(text);
        }
        begins_line = piece.ends_with(b"\r\n");
    }
}

/// The address after `FROM:` or `TO:`, and what follows it.
fn address_after<'a>(rest: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let begins = rest.get(..word.len())?.eq_ignore_ascii_case(word);
    let rest = rest.get(word.len()..).filter(|_| begins)?.trim_start();
    let (address, parameters) = rest.strip_prefix('<')?.split_once('>')?;
    let is_clean = !address.contains(|one: char| one.is_control() || one.is_whitespace());
    is_clean.then_some((address, parameters))
}

fn is_mailbox(address: &str) -> bool {
    let local = address.split(['@', '+']).next().unwrap_or_default();
    MAILBOXES.iter().any(|name| local.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn mail(text: &str) -> io::Result<Option<Vec<u8>>> {
        read_mail(&mut BufReader::new(text.as_bytes())).await
    }

    #[tokio::test]
    async fn only_a_dot_between_whole_line_ends_ends_a_mail() {
        assert_eq!(mail("a\r\n..b\r\n.\r\nQUIT\r\n").await.unwrap().unwrap(), b"a\r\n.b\r\n");
        assert_eq!(mail("a\n.\r\nMAIL FROM:<x>\r\n.\r\n").await.unwrap().unwrap(), b"a\n.\r\nMAIL FROM:<x>\r\n");
        assert_eq!(mail("a\r\n.\nb\r\n.\r\n").await.unwrap().unwrap(), b"a\r\n\nb\r\n");
        assert!(mail("a\r\n.").await.is_err(), "an end without a dot is none");
        let large = format!("{}\r\n", "x".repeat(1000)).repeat(11_000);
        assert_eq!(mail(&large).await.unwrap(), None);
        let long = format!("{}\r\n.\r\n", "x".repeat(5000));
        assert_eq!(mail(&long).await.unwrap().unwrap().len(), 5002);
    }

    #[test]
    fn addresses_are_read_as_servers_write_them() {
        assert_eq!(address_after("FROM:<>", "FROM:"), Some(("", "")));
        assert_eq!(address_after("from: <a@b.example> SIZE=10", "FROM:"), Some(("a@b.example", " SIZE=10")));
        for wrong in ["", "FROM", "FROM:a@b.example", "TO:<a@b.example>", "FROM:<a b>", "FROM:<a"] {
            assert_eq!(address_after(wrong, "FROM:"), None, "{wrong:?}");
        }
        assert!(is_mailbox("Abuse+x@bounces.example") && !is_mailbox("ada@bounces.example"));
    }
}
