//! What comes back by mail: bounces and complaints, taken by a mail server of our own.

use std::sync::Arc;

use email::sending::delivery::drain;
use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use serde_json::{Value, json};
use testkit::World;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use crate::email_emails::email;
use crate::email_sending::{assert_counted, contacts, send};
use crate::smtp_server::{MailServer, Taken};
use crate::world;

/// The port at which bounces are taken.
async fn listening(world: &World) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(email::returns::listener::run(world.app.clone(), listener, CancellationToken::new()));
    port
}

/// Says all lines at once, as a server that pipelines does, and gives the answers in order; of several lines the last.
async fn talk(port: u16, lines: &[&str]) -> Vec<String> {
    converse(BufReader::new(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap()), lines).await
}

async fn converse(mut stream: BufReader<impl AsyncRead + AsyncWrite + Unpin>, lines: &[&str]) -> Vec<String> {
    stream.write_all(format!("{}\r\nQUIT\r\n", lines.join("\r\n")).as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    let mut answers = Vec::new();
    let mut line = String::new();
    // An encrypted connection may end without a farewell.
    while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
        if line.as_bytes().get(3) == Some(&b' ') {
            answers.push(line.trim_end().to_owned());
        }
        line.clear();
    }
    answers
}

/// Takes any certificate, as mail servers do of each other.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// One answer, with all its lines.
async fn read_answer(stream: &mut BufReader<tokio::net::TcpStream>) -> String {
    let mut answer = String::new();
    loop {
        let begins = answer.len();
        stream.read_line(&mut answer).await.unwrap();
        if answer.as_bytes()[begins..].get(3) == Some(&b' ') {
            return answer;
        }
    }
}

/// The same as [`talk`] after STARTTLS; the first answer is that to the first of the lines.
async fn talk_encrypted(port: u16, lines: &[&str]) -> Vec<String> {
    let mut stream = BufReader::new(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    assert!(read_answer(&mut stream).await.starts_with("220 "));
    stream.write_all(b"EHLO mx.receiver.example\r\n").await.unwrap();
    let offers = read_answer(&mut stream).await;
    assert!(offers.contains("250-STARTTLS\r\n"), "{offers}");
    stream.write_all(b"STARTTLS\r\n").await.unwrap();
    assert!(read_answer(&mut stream).await.starts_with("220 "));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let config = config.unwrap().dangerous().with_custom_certificate_verifier(Arc::new(Anybody(provider)));
    let connector = TlsConnector::from(Arc::new(config.with_no_client_auth()));
    let name = ServerName::try_from("bounces.example").unwrap();
    let stream = connector.connect(name, stream.into_inner()).await.unwrap();
    converse(BufReader::new(stream), lines).await
}

/// Hands a mail over and gives the answer to it.
pub async fn hand_over(port: u16, sender: &str, recipient: &str, mail: &str) -> String {
    let (from, to) = (format!("MAIL FROM:<{sender}>"), format!("RCPT TO:<{recipient}>"));
    let mail = format!("{}\r\n.", mail.replace('\n', "\r\n").replace("\r\n.", "\r\n.."));
    let answers = talk(port, &["EHLO mx.receiver.example", &from, &to, "DATA", &mail]).await;
    answers.into_iter().rev().nth(1).unwrap_or_default()
}

fn bounce(action: &str, status: &str, diagnostic: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.receiver.example\nSubject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: text/plain\n\n\
         It did not work.\n\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.receiver.example\n\n\
         Final-Recipient: rfc822; somebody@else.example\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {diagnostic}\n\n--x--\n"
    )
}

fn complaint(kind: &str, mark: &str) -> String {
    format!(
        "From: feedback@mailbox.example\nSubject: FW: The tide\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\nContent-Type: text/plain\n\n\
         Somebody complained.\n\n--x\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: Mailbox/1\nVersion: 1\n\n\
         --x\nContent-Type: message/rfc822\n\nFrom: news@harbor.test\nX-ContentPilot-Id: {mark}\n\nIt comes.\n\n--x--\n"
    )
}

/// Sends an email to these people and gives its id and their messages, by name.
pub async fn sent(world: &World, names: &[&str]) -> (String, Vec<Taken>) {
    let server = MailServer::start().await;
    let content = "<p>See <a href=\"https://harbor.test/tide\">the tide</a>.</p>";
    let id = email(world, json!({ "content": content })).await;
    send(world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    let mut taken = server.taken();
    taken.retain(|one| names.iter().any(|name| one.recipient.starts_with(name)));
    taken.sort_by(|one, other| one.recipient.cmp(&other.recipient));
    (id, taken)
}

/// The signed mark of a message.
pub fn mark(message: &Taken) -> String {
    message.header("X-ContentPilot-Id")
}

fn return_path(message: &Taken) -> String {
    format!("b+{}@bounces.harbor.test", mark(message))
}

/// Addresses that are never written to, with the reasons.
pub async fn suppressed(world: &World) -> Vec<(String, String)> {
    let list = world.as_admin().get("/api/v1/suppressions").await.is(StatusCode::OK).json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut all: Vec<(String, String)> =
        list["data"].as_array().unwrap().iter().map(|one| (text(&one["email"]), text(&one["reason"]))).collect();
    all.sort();
    all
}

pub async fn events(world: &World, id: &str) -> Vec<String> {
    let sql = "SELECT kind FROM app.email_events WHERE email_id = $1 ORDER BY kind";
    world.tenant().await.rows(sql, &[&id]).await.unwrap().iter().map(|row| row.get("kind")).collect()
}

#[tokio::test]
async fn bounces_and_complaints_find_their_message_and_count_once() {
    let (world, names) = (world().await, ["ada", "bob", "cyd", "dan", "eve", "fay"]);
    let port = listening(&world).await;
    contacts(&world, &names).await;
    let (id, taken) = sent(&world, &names).await;
    let gone = bounce("failed", "5.1.1", "550 5.1.1 no such user");
    for _ in 0..3 {
        let answer = hand_over(port, "", &return_path(&taken[0]).to_uppercase(), &gone).await;
        assert!(answer.starts_with("250"), "{answer}");
    }
    let refused = bounce("failed", "5.7.26", "550 5.7.26 unauthenticated");
    hand_over(port, "", &return_path(&taken[1]), &refused).await;
    hand_over(port, "feedback@mailbox.example", "abuse@bounces.harbor.test", &complaint("abuse", &mark(&taken[2])))
        .await;
    hand_over(port, "feedback@mailbox.example", "fbl@bounces.harbor.test", &complaint("not-spam", &mark(&taken[3])))
        .await;
    hand_over(port, "", &return_path(&taken[3]), &bounce("delayed", "4.4.1", "timed out")).await;
    hand_over(port, "", &return_path(&taken[4]), &bounce("delivered", "2.0.0", "250 2.0.0 ok")).await;
    hand_over(port, "", &return_path(&taken[5]), &bounce("failed", "4.4.7", "expired")).await;
    hand_over(port, "fay@fay.example", &return_path(&taken[5]), "From: fay@fay.example\n\nThank you, I was away.\n")
        .await;

    let counted = assert_counted(&world, &id).await;
    let figures = ["recipients", "sent", "delivered", "bounced", "failed", "complained"];
    let counted: Vec<i64> = figures.iter().map(|name| counted[*name].as_i64().unwrap()).collect();
    assert_eq!(counted, [6, 5, 3, 2, 1, 1]);
    assert_eq!(events(&world, &id).await, ["bounce", "complaint", "delivered", "refusal", "soft_bounce"]);
    let expected = [("ada@ada.example", "hard_bounce"), ("cyd@cyd.example", "complaint")];
    assert_eq!(suppressed(&world).await, expected.map(|(email, reason)| (email.to_owned(), reason.to_owned())));
    let list = world.as_admin().get("/api/v1/contacts?q=ada").await.json();
    assert_eq!(list["data"][0]["status"], "bounced");
    let (_, next) = sent(&world, &names).await;
    assert_eq!(next.len(), 4, "who bounced or complained is written to no more");
}

#[tokio::test]
async fn only_signed_marks_count_whoever_knocks() {
    let world = world().await;
    let port = listening(&world).await;
    contacts(&world, &["ada"]).await;
    let (id, taken) = sent(&world, &["ada"]).await;
    let right = mark(&taken[0]);
    let forged = format!("{}x", &right[..right.len() - 1]);
    let other = right.replacen("-1_", "-2_", 1);
    let gone = bounce("failed", "5.1.1", "550 5.1.1 no such user");
    for address in [forged.as_str(), other.as_str(), "ada@ada.example", "b+@x", ""] {
        let answer = hand_over(port, "", &format!("b+{address}@bounces.harbor.test"), &gone).await;
        assert!(answer.starts_with('5'), "{address}: {answer}");
    }
    for mark in [forged.as_str(), other.as_str(), "' OR 1=1"] {
        let answer = hand_over(port, "x@y.example", "abuse@bounces.harbor.test", &complaint("abuse", mark)).await;
        assert!(answer.starts_with("250"), "{answer}");
    }
    // The rival's row of the same id, and an address in the text, mean nothing.
    let rival = world.superuser().await;
    let sql =
        "INSERT INTO app.return_paths SELECT 'org-rival', id FROM email_campaigns WHERE organization_id = 'org-rival'";
    rival.execute(sql, &[]).await.unwrap();
    hand_over(port, "x@y.example", "abuse@bounces.harbor.test", &complaint("abuse", "rival-email-1_0123456789")).await;
    assert!(events(&world, &id).await.is_empty() && suppressed(&world).await.is_empty());
    let counted = assert_counted(&world, &id).await;
    assert_eq!((&counted["delivered"], &counted["complained"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn an_address_that_bounces_softly_for_days_is_given_up_and_one_that_recovers_is_not() {
    let world = world().await;
    let port = listening(&world).await;
    contacts(&world, &["ada", "bob", "cyd"]).await;
    let later = bounce("failed", "4.4.7", "expired");
    let full = bounce("failed", "5.2.2", "552 5.2.2 over quota");
    for round in 0..4 {
        let (_, taken) = sent(&world, &["ada", "bob", "cyd"]).await;
        assert_eq!(taken.len(), if round < 3 { 3 } else { 2 }, "round {round}");
        world.advance(SignedDuration::from_hours(1));
        for message in &taken {
            let has_recovered = message.recipient.starts_with("bob") && round == 1;
            let mail = if message.recipient.starts_with("cyd") { &full } else { &later };
            if !has_recovered {
                hand_over(port, "", &return_path(message), mail).await;
            }
        }
        let expected: Vec<_> = suppressed(&world).await.into_iter().map(|(_, reason)| reason).collect();
        assert_eq!(expected, vec!["soft_bounces"; usize::from(round >= 2)], "round {round}");
        world.advance(SignedDuration::from_hours(40));
    }
    // A mailbox may be full over a holiday: two weeks and a day.
    world.advance(SignedDuration::from_hours(24 * 10));
    let (_, taken) = sent(&world, &["cyd"]).await;
    hand_over(port, "", &return_path(&taken[0]), &full).await;
    assert!(suppressed(&world).await.iter().any(|(email, _)| email == "cyd@cyd.example"));
}

#[tokio::test]
async fn a_bounce_may_overtake_the_answer() {
    let world = world().await;
    let port = listening(&world).await;
    contacts(&world, &["ada"]).await;
    let (id, taken) = sent(&world, &["ada"]).await;
    let tx = world.tenant().await;
    let sql = "UPDATE app.email_recipients SET state = 'sending', sent_at = NULL, lease_token = 'node', lease_until = $2 WHERE email_id = $1";
    tx.execute(sql, &[&id, &(world.now() + SignedDuration::from_secs(30))]).await.unwrap();
    tx.commit().await.unwrap();
    hand_over(port, "", &return_path(&taken[0]), &bounce("failed", "5.1.1", "550 5.1.1 no such user")).await;
    let tx = world.tenant().await;
    let record = email::sending::delivery::store::Record {
        recipient: tx.one("SELECT id FROM app.email_recipients WHERE email_id = $1", &[&id]).await.unwrap().get("id"),
        email_hash: Vec::new(),
        fate: email::sending::delivery::outcome::Fate::Sent("250 taken".into()),
    };
    email::sending::delivery::store::record(&tx, "node", &[record], world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(assert_counted(&world, &id).await["bounced"], 1);
}

#[tokio::test]
async fn the_server_passes_nothing_on_and_keeps_its_bounds() {
    let world = world().await;
    let port = listening(&world).await;
    let answers =
        talk(port, &["HELO x", "RCPT TO:<a@b.example>", "DATA", "MAIL FROM:<a@b.example> SIZE=999999999"]).await;
    assert_eq!(codes(&answers), ["220", "250", "503", "503", "552", "221"]);
    let answers =
        talk(port, &["EHLO x", "MAIL FROM:<a@b.example>", "RCPT TO:<victim@elsewhere.example>", "DATA"]).await;
    assert_eq!(codes(&answers), ["220", "250", "250", "550", "503", "221"]);
    let answers = talk(
        port,
        &["EHLO x", "AUTH PLAIN AGEAYg==", "STARTTLS x", "VRFY ada", "NOOP", "RSET", "BDAT 1 LAST", "MAIL a"],
    )
    .await;
    assert_eq!(codes(&answers), ["220", "250", "502", "501", "252", "250", "250", "500", "501", "221"]);
    let answers = talk(port, &["WHAT"; 20]).await;
    assert_eq!((codes(&answers).len(), codes(&answers).last().unwrap().as_str()), (12, "421"));
    let long = format!("EHLO {}", "x".repeat(5000));
    assert_eq!(codes(&talk(port, &[long.as_str()]).await), ["220"]);
    // A dot after a bare line feed ends nothing, so what follows is text and no command.
    let smuggled = "Subject: x\r\n\r\nx\n.\r\nMAIL FROM:<evil@b.example>\r\n.";
    let answers = talk(port, &["EHLO x", "MAIL FROM:<>", "RCPT TO:<postmaster@b.example>", "DATA", smuggled]).await;
    assert_eq!(codes(&answers), ["220", "250", "250", "250", "354", "250", "221"]);
}

#[tokio::test]
async fn bounces_are_taken_encrypted_and_nothing_is_smuggled_in_front_of_that() {
    let world = world().await;
    let port = listening(&world).await;
    contacts(&world, &["ada"]).await;
    let (id, mails) = sent(&world, &["ada"]).await;
    let mail = format!("{}\r\n.", bounce("failed", "5.1.1", "550 5.1.1 unknown").replace('\n', "\r\n"));
    let to = format!("RCPT TO:<{}>", return_path(&mails[0]));
    let answers =
        talk_encrypted(port, &["MAIL FROM:<>", "EHLO x", "MAIL FROM:<>", &to, "DATA", &mail, "STARTTLS"]).await;
    assert_eq!(codes(&answers), ["250", "250", "250", "250", "354", "250", "503", "221"]);
    assert_eq!(assert_counted(&world, &id).await["bounced"], 1);
    // What stands in plain behind the command is not taken for encrypted.
    let answers = talk(port, &["EHLO x", "STARTTLS", "MAIL FROM:<>", &to, "DATA", &mail]).await;
    assert_eq!(codes(&answers), ["220", "250", "220"]);
}

fn codes(answers: &[String]) -> Vec<String> {
    answers.iter().map(|answer| answer[..3].to_owned()).collect()
}
