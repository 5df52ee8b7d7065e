//! What providers report: checked by their signatures, counted once, whatever the order.

use ::rsa::PrivateKey;
use ::rsa::pkcs1::{EncodeRsaPrivateKey, EncodeRsaPublicKey};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use kernel::db::Statements;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256};
use ring::{hmac, rsa};
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Answer;

use crate::email_returns::{events, mark, sent, suppressed};
use crate::email_sending::{assert_counted, contacts};
use crate::smtp_server::Taken;
use crate::world;

const PAGE: &str = "/admin/harbor/email-providers";

/// Adds a provider on its page and gives the address to enter there, without the host: user name, password and path.
async fn provider(world: &World, kind: &str, key: &str) -> (String, String) {
    let owner = world.as_owner().in_browser();
    owner.form(PAGE, &[("provider", kind), ("key", key)]).await.is(StatusCode::SEE_OTHER);
    let page = owner.get(PAGE).await.is(StatusCode::OK).text();
    let end = page.rfind("</code>").unwrap();
    let url = page[page[..end].rfind('>').unwrap() + 1..end].to_owned();
    let (host, path) = url.split_once("/e/").unwrap();
    let user = host.split_once("://").unwrap().1.split_once('@').map(|(user, _)| user.to_owned());
    (user.unwrap_or_default(), format!("/e/{path}"))
}

async fn post(world: &World, path: &str, body: &str, headers: &[(&str, String)]) -> Answer {
    let mut request = Request::builder().method(Method::POST).uri(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    world.stranger().raw(request.body(body.to_owned().into()).unwrap()).await
}

/// Five people got an email; the last part of each message's mark is theirs.
async fn five(world: &World) -> (String, Vec<Taken>) {
    let names = ["ada", "bob", "cyd", "dan", "eve"];
    contacts(world, &names).await;
    sent(world, &names).await
}

async fn figures(world: &World, id: &str) -> Vec<i64> {
    let counted = assert_counted(world, id).await;
    ["sent", "delivered", "bounced", "failed", "complained", "unsubscribed"]
        .iter()
        .map(|name| counted[*name].as_i64().unwrap())
        .collect()
}

fn reasons(list: &[(String, String)]) -> Vec<&str> {
    list.iter().map(|(_, reason)| reason.as_str()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn mailguns_reports_hold_once_each_and_not_for_long() {
    let world = world().await;
    let (_, path) = provider(&world, "mailgun", "signing-key").await;
    let (id, taken) = five(&world).await;
    assert_eq!(taken[0].header("X-Mailgun-Variables"), format!("{{\"contentpilot\": \"{}\"}}", mark(&taken[0])));
    let report = |token: &str, at: jiff::Timestamp, event: Value| {
        let timestamp = at.as_second().to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"signing-key");
        let signature = hex(hmac::sign(&key, format!("{timestamp}{token}").as_bytes()).as_ref());
        json!({ "signature": { "timestamp": timestamp, "token": token, "signature": signature }, "event-data": event })
            .to_string()
    };
    let event = |number: usize, id: &str, more: Value| {
        let mut event = json!({ "id": id, "timestamp": world.now().as_second(), "user-variables": { "contentpilot": mark(&taken[number]) } });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let status = |code: i64, message: &str| json!({ "code": code, "message": message });
    let failed = |severity: &str, status: Value| json!({ "event": "failed", "severity": severity, "reason": "bounce", "delivery-status": status });
    let gone = report("one", world.now(), event(0, "e1", failed("permanent", status(550, "5.1.1 no such user"))));
    post(&world, &path, &gone, &[]).await.is(StatusCode::OK);
    assert_eq!(events(&world, &id).await, ["bounce"]);
    // The same again is one of somebody else, and what its token comes with now was never signed.
    post(&world, &path, &gone, &[]).await.is(StatusCode::FORBIDDEN);
    post(&world, &path, &gone.replace("e1", "e9"), &[]).await.is(StatusCode::FORBIDDEN);
    let retried = report("two", world.now(), event(0, "e1", failed("permanent", status(550, "5.1.1 no such user"))));
    post(&world, &path, &retried, &[]).await.is(StatusCode::OK);
    for (token, number, id, more) in [
        ("three", 1, "e2", failed("temporary", status(450, "4.2.0 later"))),
        ("four", 1, "e3", failed("permanent", status(550, "5.7.1 not from you"))),
        ("five", 2, "e4", json!({ "event": "complained" })),
        ("six", 3, "e5", json!({ "event": "unsubscribed" })),
        ("seven", 4, "e6", json!({ "event": "delivered" })),
        ("eight", 4, "e7", json!({ "event": "opened" })),
    ] {
        post(&world, &path, &report(token, world.now(), event(number, id, more)), &[]).await.is(StatusCode::OK);
    }
    assert_eq!(events(&world, &id).await, ["bounce", "complaint", "delivered", "refusal", "unsubscribe"]);
    assert_eq!(figures(&world, &id).await, [4, 3, 1, 1, 1, 1]);
    assert_eq!(reasons(&suppressed(&world).await), ["hard_bounce", "complaint", "unsubscribed"]);
    let old =
        report("nine", world.now() - SignedDuration::from_hours(13), event(4, "e8", json!({ "event": "complained" })));
    post(&world, &path, &old, &[]).await.is(StatusCode::FORBIDDEN);
    let forged = report("ten", world.now(), event(4, "e8", json!({ "event": "complained" }))).replace("ten", "teX");
    post(&world, &path, &forged, &[]).await.is(StatusCode::FORBIDDEN);
    post(&world, &path, "no JSON", &[]).await.is(StatusCode::FORBIDDEN);
    let page = world.as_owner().in_browser().get(PAGE).await.text();
    assert!(page.contains("5 reports told something new") && page.contains("Trouble"), "{page}");
}

#[tokio::test]
async fn postmarks_reports_come_with_the_password_of_their_address() {
    let world = world().await;
    let (user, path) = provider(&world, "postmark", "").await;
    let (id, taken) = five(&world).await;
    assert_eq!(taken[0].header("X-PM-Metadata-contentpilot"), mark(&taken[0]));
    let right = [("authorization", format!("Basic {}", BASE64_STANDARD.encode(&user)))];
    let report = |number: usize, more: Value| {
        let mut body =
            json!({ "MessageID": format!("m{number}"), "Metadata": { "contentpilot": mark(&taken[number]) } });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body.to_string()
    };
    let bounce = |id: i64, kind: &str, details: &str| json!({ "RecordType": "Bounce", "ID": id, "Type": kind, "Details": details, "BouncedAt": "2026-03-01T12:00:00Z" });
    let gone = report(0, bounce(1, "HardBounce", "smtp;550 5.1.1 no such user"));
    for wrong in ["", "Basic eDp5", "Bearer x"] {
        let headers = [("authorization", wrong.to_owned())];
        post(&world, &path, &gone, &headers[..usize::from(!wrong.is_empty())]).await.is(StatusCode::FORBIDDEN);
    }
    assert!(events(&world, &id).await.is_empty());
    for body in [
        gone.clone(),
        gone,
        report(1, bounce(2, "SpamNotification", "smtp;550 5.7.1 spam")),
        report(2, json!({ "RecordType": "SpamComplaint", "ID": 3 })),
        report(
            3,
            json!({ "RecordType": "SubscriptionChange", "SuppressSending": true, "SuppressionReason": "ManualSuppression" }),
        ),
        report(4, json!({ "RecordType": "Delivery", "DeliveredAt": "2026-03-01T12:00:00Z" })),
        report(4, bounce(4, "AutoResponder", "away")),
        report(4, bounce(5, "SoftBounce", "smtp;450 4.2.0 later")),
        // Late news of what has bounced since change nothing.
        report(4, json!({ "RecordType": "Delivery", "MessageID": "late" })),
    ] {
        post(&world, &path, &body, &right).await.is(StatusCode::OK);
    }
    assert_eq!(figures(&world, &id).await, [4, 2, 2, 1, 1, 1]);
    assert_eq!(reasons(&suppressed(&world).await), ["hard_bounce", "complaint", "unsubscribed"]);
}

#[tokio::test]
async fn sendgrids_reports_are_signed_as_a_whole() {
    let world = world().await;
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).unwrap();
    let prefix = BASE64_STANDARD.decode("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE").unwrap();
    let der = [&prefix[..26], pair.public_key().as_ref()].concat();
    let wrong =
        world.as_owner().in_browser().form(PAGE, &[("provider", "sendgrid"), ("key", "MFkwEwYHKoZIzj0CAQ")]).await;
    wrong.is(StatusCode::UNPROCESSABLE_ENTITY);
    let (_, path) = provider(&world, "sendgrid", &BASE64_STANDARD.encode(der)).await;
    let (id, taken) = five(&world).await;
    assert!(taken[0].header("X-SMTPAPI").contains(&mark(&taken[0])));
    let event = |number: usize, id: &str, kind: &str, more: Value| {
        let mut event = json!({ "email": "x@y.example", "timestamp": 1_772_366_400, "event": kind, "sg_event_id": id, "contentpilot": mark(&taken[number]) });
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let body = json!([
        event(0, "a", "bounce", json!({ "type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 no such user", "bounce_classification": "Invalid Address" })),
        event(1, "b", "bounce", json!({ "type": "blocked", "status": "5.0.0", "reason": "550 no such user", "bounce_classification": "Unclassified" })),
        event(2, "c", "spamreport", json!({})),
        event(3, "d", "dropped", json!({ "reason": "Unsubscribed Address" })),
        event(4, "e", "delivered", json!({ "response": "250 ok" })),
        event(4, "f", "open", json!({ "sg_machine_open": true })),
        event(4, "g", "deferred", json!({ "response": "450 later" })),
        { "event": "delivered", "sg_event_id": "h" },
        { "event": "delivered", "sg_event_id": "i", "contentpilot": "forged-1_0123456789" },
    ])
    .to_string();
    let signed = |body: &str| {
        let signature = pair.sign(&random, format!("1772366400{body}").as_bytes()).unwrap();
        [
            ("x-twilio-email-event-webhook-timestamp", "1772366400".to_owned()),
            ("x-twilio-email-event-webhook-signature", BASE64_STANDARD.encode(signature)),
        ]
    };
    post(&world, &path, &body, &[]).await.is(StatusCode::FORBIDDEN);
    post(&world, &path, &body.replace("250 ok", "250 no"), &signed(&body)).await.is(StatusCode::FORBIDDEN);
    for _ in 0..3 {
        post(&world, &path, &body, &signed(&body)).await.is(StatusCode::OK);
    }
    assert_eq!(events(&world, &id).await, ["bounce", "complaint", "delivered", "refusal", "unsubscribe"]);
    assert_eq!(figures(&world, &id).await, [4, 3, 1, 1, 1, 1]);
    assert_eq!(reasons(&suppressed(&world).await), ["hard_bounce", "complaint", "unsubscribed"]);
}

/// A value in DER (ITU-T X.690).
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len();
    let head = match length {
        0..128 => vec![tag, u8::try_from(length).unwrap()],
        _ => vec![tag, 0x82, u8::try_from(length >> 8).unwrap(), u8::try_from(length & 255).unwrap()],
    };
    [head, content].concat()
}

/// A certificate (RFC 5280) of this key, as far as anybody looks at one.
fn certificate(key: &PrivateKey) -> String {
    let algorithm = |last: u8| der(0x30, &[&[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, last], &[5, 0]]);
    let name = der(0x30, &[&der(0x31, &[&der(0x30, &[&[0x06, 3, 0x55, 4, 3], &der(0x0c, &[b"sns"])])])]);
    let years = der(0x30, &[&der(0x17, &[b"260101000000Z"]), &der(0x17, &[b"270101000000Z"])]);
    let public = key.to_public_key().to_pkcs1_der().unwrap();
    let public = der(0x30, &[&algorithm(1), &der(0x03, &[&[0], public.as_bytes()])]);
    let body = der(0x30, &[&[0xa0, 3, 2, 1, 2], &[2, 1, 1], &algorithm(11), &name, &years, &name, &public]);
    let whole = der(0x30, &[&body, &algorithm(11), &der(0x03, &[&[0], &[1; 256]])]);
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", BASE64_STANDARD.encode(whole))
}

/// Signs a message of Amazon SNS as its documentation says, in the second version of the signature.
fn signed_by(key: &PrivateKey, mut message: Value) -> String {
    let names = ["Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type"];
    let text: String =
        names.iter().filter_map(|name| message[*name].as_str().map(|value| format!("{name}\n{value}\n"))).collect();
    let pair = rsa::KeyPair::from_der(key.to_pkcs1_der().unwrap().as_bytes()).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    message["Signature"] = BASE64_STANDARD.encode(signature).into();
    message["SignatureVersion"] = "2".into();
    message.to_string()
}

#[tokio::test]
async fn amazons_reports_are_signed_by_amazon_for_the_topic_that_subscribed() {
    let world = world().await;
    let key = PrivateKey::new(&mut rand::rng(), 2048).unwrap();
    let address = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-test.pem";
    email::returns::providers::keep_certificate(&address.parse().unwrap(), &certificate(&key)).unwrap();
    let (_, path) = provider(&world, "ses", "").await;
    let (id, taken) = five(&world).await;
    assert_eq!(taken[0].header("X-SES-MESSAGE-TAGS"), format!("contentpilot={}", mark(&taken[0])));
    let topic = "arn:aws:sns:eu-west-1:123456789012:mail";
    let message = |id: &str, mail: Value, more: Value| {
        let mut body = json!({ "mail": mail });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "Type": "Notification", "MessageId": id, "TopicArn": topic, "Message": body.to_string(),
                "Timestamp": "2026-03-01T12:00:00.000Z", "SigningCertURL": address })
    };
    let tags = |number: usize| json!({ "messageId": format!("m{number}"), "tags": { "contentpilot": [mark(&taken[number])] } });
    let header = |number: usize| json!({ "messageId": "h", "headers": [{ "name": "X-ContentPilot-Id", "value": mark(&taken[number]) }] });
    let bounce = |kind: &str, subkind: &str, status: &str, feedback: &str| {
        json!({ "notificationType": "Bounce", "bounce": { "bounceType": kind, "bounceSubType": subkind, "feedbackId": feedback,
                "bouncedRecipients": [{ "emailAddress": "x@y.example", "status": status, "diagnosticCode": format!("smtp; 550 {status} no") }] } })
    };
    let gone = message("1", tags(0), bounce("Permanent", "General", "5.1.1", "f1"));
    // Before it has subscribed, a topic is a stranger's.
    post(&world, &path, &signed_by(&key, gone.clone()), &[]).await.is(StatusCode::FORBIDDEN);
    let sql = "UPDATE app.email_providers SET topic = $1";
    let tx = world.tenant().await;
    tx.execute(sql, &[&topic]).await.unwrap();
    tx.commit().await.unwrap();
    for body in [
        gone.clone(),
        gone.clone(),
        message("2", header(1), bounce("Permanent", "General", "5.7.1", "f2")),
        message(
            "3",
            tags(2),
            json!({ "eventType": "Complaint", "complaint": { "feedbackId": "f3", "complaintFeedbackType": "abuse" } }),
        ),
        message(
            "4",
            json!({ "messageId": "m", "source": format!("b+{}@bounces.harbor.test", mark(&taken[3])) }),
            bounce("Transient", "MailboxFull", "5.2.2", "f4"),
        ),
        message(
            "5",
            tags(4),
            json!({ "eventType": "Delivery", "delivery": { "timestamp": "2026-03-01T12:00:00Z", "smtpResponse": "250 ok" } }),
        ),
        message("6", tags(4), json!({ "eventType": "DeliveryDelay" })),
    ] {
        post(&world, &path, &signed_by(&key, body), &[]).await.is(StatusCode::OK);
    }
    assert_eq!(events(&world, &id).await, ["bounce", "complaint", "delivered", "refusal", "soft_bounce"]);
    assert_eq!(figures(&world, &id).await, [4, 2, 2, 1, 1, 0]);
    let forged = signed_by(&PrivateKey::new(&mut rand::rng(), 2048).unwrap(), gone.clone());
    let elsewhere = signed_by(&key, gone.clone()).replace("sns.eu-west-1.amazonaws.com", "sns.evil.example");
    let changed = signed_by(&key, gone.clone()).replace("m0", "m9");
    let mut other = gone;
    other["TopicArn"] = "arn:aws:sns:eu-west-1:666666666666:mail".into();
    for body in [forged, elsewhere, changed, signed_by(&key, other)] {
        post(&world, &path, &body, &[]).await.is(StatusCode::FORBIDDEN);
    }
    let subscription = json!({ "Type": "SubscriptionConfirmation", "MessageId": "9", "Token": "t", "Message": "Confirm.",
        "TopicArn": topic, "SubscribeURL": "https://evil.example/x", "Timestamp": "2026-03-01T12:00:00.000Z", "SigningCertURL": address });
    post(&world, &path, &signed_by(&key, subscription.clone()), &[]).await.is(StatusCode::FORBIDDEN);
    let mut foreign = subscription;
    foreign["TopicArn"] = "arn:aws:sns:eu-west-1:666666666666:mail".into();
    post(&world, &path, &signed_by(&key, foreign), &[]).await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_address_is_good_for_its_organization_and_gone_with_its_provider() {
    let world = world().await;
    let (user, path) = provider(&world, "postmark", "").await;
    let headers = [("authorization", format!("Basic {}", BASE64_STANDARD.encode(&user)))];
    post(&world, &path, "{}", &headers).await.is(StatusCode::OK);
    for wrong in [
        path.replace("org-harbor", "org-rival"),
        format!("{path}x"),
        path.replace(".", "-."),
        "/e/org-harbor/providers/x".into(),
    ] {
        post(&world, &wrong, "{}", &headers).await.is(StatusCode::NOT_FOUND);
    }
    let owner = world.as_owner().in_browser();
    let id = path.rsplit('/').next().unwrap().split('.').next().unwrap();
    owner.form(&format!("{PAGE}/{id}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    post(&world, &path, "{}", &headers).await.is(StatusCode::NOT_FOUND);
    owner.form(PAGE, &[("provider", "mailgun"), ("key", "")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    owner.form(PAGE, &[("provider", "other")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn providers_are_set_up_through_the_api_as_well() {
    let world = world().await;
    const API: &str = "/api/v1/email-providers";
    world.as_member().get(API).await.is(StatusCode::FORBIDDEN);
    let refused =
        world.as_admin().post(API, json!({ "provider": "pigeon" })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.errors()[0].0, "provider");
    let refused =
        world.as_admin().post(API, json!({ "provider": "mailgun" })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.errors()[0].0, "key");
    let made =
        world.as_admin().post(API, json!({ "provider": "mailgun", "key": "sign-me" })).await.is(StatusCode::CREATED);
    let made = made.json();
    assert!(made["reports_go_to"].as_str().unwrap().contains("/e/org-harbor/providers/"), "{made}");
    assert!(!made.to_string().contains("sign-me"), "{made}");
    world.as_admin().post(API, json!({ "provider": "ses" })).await.is(StatusCode::CREATED);
    let first = world.as_admin().get(&format!("{API}?limit=1")).await.is(StatusCode::OK).json();
    assert_eq!((&first["data"][0]["provider"], &first["page"]["total"]), (&json!("mailgun"), &json!(2)));
    let cursor = first["page"]["next"].as_str().unwrap_or_default();
    let second = world.as_admin().get(&format!("{API}?limit=1&cursor={cursor}")).await.is(StatusCode::OK).json();
    assert_eq!(second["data"][0]["provider"], "ses", "{first}");
    let path = format!("{API}/{}", made["id"].as_str().unwrap());
    assert_eq!(world.as_admin().get(&path).await.is(StatusCode::OK).json()["taken"], 0);
    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    world.as_admin().get(&path).await.is(StatusCode::NOT_FOUND);
}
