//! Sending domains: a key, the records that tell it, and signatures that somebody else can check.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use email::sending::delivery::drain;
use http::StatusCode;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::World;

use crate::domains::{Records, world_with_dns};
use crate::email_emails::email;
use crate::email_sending::{contacts, send};
use crate::smtp_server::{MailServer, Taken};

/// Sets the records of keys as the domain's owner does.
fn publish(records: &Records, domain: &Value) {
    for record in domain["records"].as_array().unwrap() {
        let (name, value) = (record["name"].as_str().unwrap(), record["value"].as_str().unwrap());
        if name.contains("_domainkey") {
            records.lock().unwrap().insert(name.to_owned(), vec![value.to_owned()]);
        }
    }
}

/// Checks a signature from the message's bytes alone, as RFC 6376 says a receiver does.
fn verify(message: &Taken, records: &Records) -> Result<String, String> {
    let (head, body) = message.text.split_once("\r\n\r\n").unwrap();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        if let Some(more) = line.strip_prefix([' ', '\t']) {
            let last = fields.last_mut().unwrap();
            last.1 = format!("{} {more}", last.1);
        } else {
            let (name, value) = line.split_once(':').unwrap();
            fields.push((name.to_lowercase(), value.to_owned()));
        }
    }
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let signature = fields.iter().find(|(name, _)| name == "dkim-signature").ok_or("no signature")?.1.clone();
    let tag = |wanted: &str| {
        let tags = signature.split(';').map(|tag| tag.split_once('=').unwrap());
        tags.into_iter()
            .find(|(name, _)| name.trim() == wanted)
            .map(|(_, value)| value.split_whitespace().collect::<String>())
    };
    let mut lines: Vec<String> = body
        .split("\r\n")
        .map(|line| {
            let mut kept = String::new();
            for one in line.trim_end_matches([' ', '\t']).chars() {
                let one = if one == '\t' { ' ' } else { one };
                if one != ' ' || !kept.ends_with(' ') {
                    kept.push(one);
                }
            }
            kept
        })
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let canonical: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    if BASE64_STANDARD.encode(Sha256::digest(canonical)) != tag("bh").unwrap() {
        return Err("the body was changed".into());
    }
    let mut signed = String::new();
    let mut left = fields.clone();
    for name in tag("h").unwrap().split(':') {
        // From the last one up; a name that is there no more stands for its absence.
        if let Some(at) = left.iter().rposition(|(known, _)| *known == name.to_lowercase()) {
            let (known, value) = left.remove(at);
            signed.push_str(&format!("{known}:{}\r\n", squeezed(&value)));
        }
    }
    let bare = signature[..signature.rfind("b=").unwrap() + 2].to_owned();
    signed.push_str(&format!("dkim-signature:{}", squeezed(&bare)));
    let name = format!("{}._domainkey.{}", tag("s").unwrap(), tag("d").unwrap());
    let record = records.lock().unwrap().get(&name).cloned().ok_or("no key")?[0].clone();
    let key = BASE64_STANDARD.decode(record.split("p=").nth(1).unwrap()).unwrap();
    // The key itself stands behind 24 bytes that say what it is (RFC 5280).
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key[24..].to_vec());
    let signature = BASE64_STANDARD.decode(tag("b").unwrap()).unwrap();
    key.verify(signed.as_bytes(), &signature).map_err(|_| "the signature does not fit".to_owned())?;
    Ok(tag("s").unwrap())
}

async fn sent(world: &World, server: &MailServer) -> Taken {
    let id = email(world, json!({ "subject": "Grüße, {{first_name}}", "reply_to": "ada@harbor.test" })).await;
    send(world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    server.taken().last().unwrap().clone()
}

#[tokio::test]
async fn messages_are_signed_once_the_key_is_seen_and_the_next_key_takes_over() {
    let (world, records) = world_with_dns().await;
    let server = MailServer::start().await;
    contacts(&world, &["ada"]).await;
    let wrong = json!({ "domain": "no domain", "return_path": "elsewhere.example" });
    let wrong = world.as_admin().post("/api/v1/sending-domains", wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.errors().len(), 2);
    let made = json!({ "domain": "Harbor.test", "return_path": "bounces.harbor.test" });
    let made = world.as_admin().post("/api/v1/sending-domains", made).await.is(StatusCode::CREATED).json();
    assert_eq!((&made["domain"], &made["verified_at"]), (&json!("harbor.test"), &Value::Null));
    assert!(!made.to_string().contains("private"));
    let again = world.as_admin().post("/api/v1/sending-domains", json!({ "domain": "harbor.test" })).await;
    again.is(StatusCode::CONFLICT);
    let path = format!("/api/v1/sending-domains/{}", made["id"].as_str().unwrap());

    assert_eq!(verify(&sent(&world, &server).await, &records), Err("no signature".to_owned()));
    let checked = world.as_admin().post(&format!("{path}/check"), ()).await.is(StatusCode::OK).json();
    assert_eq!((&checked["verified_at"], &checked["records"][0]["is_right"]), (&Value::Null, &json!(false)));
    world.as_admin().post(&format!("{path}/rotate"), ()).await.is(StatusCode::CONFLICT);
    publish(&records, &made);
    let mail_host = world.app.settings.mail_host();
    for (name, value) in
        [("_dmarc.harbor.test", "v=DMARC1; p=reject".to_owned()), ("MX bounces.harbor.test", format!("10 {mail_host}"))]
    {
        records.lock().unwrap().insert(name.to_owned(), vec![value]);
    }
    let checked = world.as_admin().post(&format!("{path}/check"), ()).await.is(StatusCode::OK).json();
    assert!(checked["verified_at"].is_string(), "{checked}");
    let right: Vec<&Value> = checked["records"].as_array().unwrap().iter().map(|record| &record["is_right"]).collect();
    assert_eq!(right, [true, false, true, true, false]);
    let bounces = &checked["records"][3];
    assert_eq!((&bounces["type"], &bounces["name"]), (&json!("MX"), &json!("bounces.harbor.test")));
    assert_eq!((&bounces["value"], &bounces["found"][0]), (&json!(format!("10 {mail_host}")), &bounces["value"]));

    let message = sent(&world, &server).await;
    assert_eq!(verify(&message, &records), Ok(made["selector"].as_str().unwrap().to_owned()));
    for name in ["list-unsubscribe:", "list-unsubscribe-post:", "feedback-id", "list-id:"] {
        assert!(message.header("DKIM-Signature").to_lowercase().contains(name), "{name} is not signed");
    }
    assert!(message.sender.starts_with("b+") && message.sender.ends_with("@bounces.harbor.test"), "{}", message.sender);
    let recipient = email::sending::tracking::token::Mark::parse(&message.sender.to_uppercase()).unwrap().recipient;
    assert!(message.header("Message-ID").contains(&recipient));
    assert!(message.sender.split('@').next().unwrap().len() <= 64);
    let mut changed = message.clone();
    changed.text = changed.text.replace("It comes", "It goes");
    assert_eq!(verify(&changed, &records), Err("the body was changed".to_owned()));
    changed.text = message.text.replace("From: Harbor", "From: Rival");
    assert!(verify(&changed, &records).is_err());
    changed.text = message.text.replace("\r\nFrom: Harbor", "\r\nFrom: x@evil.example\r\nFrom: Harbor");
    assert!(verify(&changed, &records).is_err());

    let rotated = world.as_admin().post(&format!("{path}/rotate"), ()).await.is(StatusCode::OK).json();
    world.as_admin().post(&format!("{path}/check"), ()).await.is(StatusCode::OK);
    assert_eq!(verify(&sent(&world, &server).await, &records), Ok(made["selector"].as_str().unwrap().to_owned()));
    publish(&records, &rotated);
    let over = world.as_admin().post(&format!("{path}/check"), ()).await.is(StatusCode::OK).json();
    assert_eq!((&over["selector"], &over["next_selector"]), (&rotated["next_selector"], &Value::Null));
    assert_eq!(verify(&sent(&world, &server).await, &records), Ok(over["selector"].as_str().unwrap().to_owned()));

    let page = world.as_admin().in_browser().get("/admin/harbor/sending-domains").await.is(StatusCode::OK).text();
    assert!(page.contains("_domainkey.harbor.test") && page.contains("Signed"), "{page}");
    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    assert_eq!(verify(&sent(&world, &server).await, &records), Err("no signature".to_owned()));
}

#[tokio::test]
async fn a_domain_that_was_seen_is_its_organizations_alone() {
    let (world, records) = world_with_dns().await;
    let domains = "/api/v1/sending-domains";
    let add = |domain: &str| json!({ "domain": domain });
    let ours = world.as_admin().post(domains, add("harbor.test")).await.is(StatusCode::CREATED).json();
    let theirs = world.as_rival_admin().post(domains, add("harbor.test")).await.is(StatusCode::CREATED).json();
    let check = |domain: &Value| format!("{domains}/{}/check", domain["id"].as_str().unwrap());
    let from = |address: &str| json!({ "subject": "x", "from_email": address });
    // Before anybody has shown anything, both may write it.
    let draft =
        world.as_rival_admin().post("/api/v1/emails", from("news@harbor.test")).await.is(StatusCode::CREATED).id();
    publish(&records, &ours);
    world.as_admin().post(&check(&ours), ()).await.is(StatusCode::OK);
    for address in ["news@harbor.test", "news@mail.harbor.test"] {
        let refused = world.as_rival_admin().post("/api/v1/emails", from(address)).await;
        assert_eq!(
            refused.is(StatusCode::UNPROCESSABLE_ENTITY).errors(),
            [("from_email".to_owned(), "of_another".to_owned())]
        );
        world.as_admin().post("/api/v1/emails", from(address)).await.is(StatusCode::CREATED);
    }
    world.as_rival_admin().post("/api/v1/emails", from("news@arbor.test")).await.is(StatusCode::CREATED);
    let checks = world.as_rival_admin().get(&format!("/api/v1/emails/{draft}/checks")).await.is(StatusCode::OK).text();
    assert!(checks.contains("sender_of_another"), "{checks}");
    publish(&records, &theirs);
    world.as_rival_admin().post(&check(&theirs), ()).await.is(StatusCode::CONFLICT);
    // A domain below may be somebody else's, and one that was removed is anybody's.
    let below = world.as_rival_admin().post(domains, add("shop.harbor.test")).await.is(StatusCode::CREATED).json();
    publish(&records, &below);
    world.as_rival_admin().post(&check(&below), ()).await.is(StatusCode::OK);
    world.as_rival_admin().post("/api/v1/emails", from("news@shop.harbor.test")).await.is(StatusCode::CREATED);
    world.as_admin().post("/api/v1/emails", from("news@shop.harbor.test")).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    world.as_admin().delete(&format!("{domains}/{}", ours["id"].as_str().unwrap())).await.is(StatusCode::NO_CONTENT);
    world.as_rival_admin().post(&check(&theirs), ()).await.is(StatusCode::OK);
    world.as_rival_admin().post("/api/v1/emails", from("news@harbor.test")).await.is(StatusCode::CREATED);
}
