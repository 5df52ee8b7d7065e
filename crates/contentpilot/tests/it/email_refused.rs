//! An email that many servers refuse stops by itself.

use email::sending::delivery::drain;
use http::StatusCode;
use serde_json::json;

use crate::email_emails::{email, read};
use crate::email_sending::{assert_counted, contacts, send};
use crate::smtp_server::MailServer;
use crate::world;

#[tokio::test]
async fn many_refusals_pause_an_email_and_who_resumes_it_is_asked_again_at_twice_as_many() {
    let (world, server) = (world().await, MailServer::start().await);
    let names: Vec<String> = (0..130).map(|number| format!("spam{number}")).collect();
    contacts(&world, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    let paused = assert_counted(&world, &id).await;
    let (failed, problem) = (paused["failed"].as_i64().unwrap(), paused["problem"].as_str().unwrap());
    assert!((50..=70).contains(&failed), "{failed}");
    assert!(problem.contains("messages were refused, the last with: 5"), "{problem}");
    let told = world.as_admin().get(&format!("/api/v1/emails/{id}")).await.json();
    assert!(told["paused_at"].is_string());

    for least in [100, 130] {
        world.as_admin().post(&format!("/api/v1/emails/{id}/resume"), ()).await.is(StatusCode::OK);
        drain(&world.app, server.relay()).await.unwrap();
        assert!(assert_counted(&world, &id).await["failed"].as_i64().unwrap() >= least);
    }
    assert_eq!(read(&world, &id).await["status"], "FAILED");
}

#[tokio::test]
async fn few_refusals_among_many_answers_stop_nothing() {
    let (world, server) = (world().await, MailServer::start().await);
    let names = (0..30).map(|number| if number % 3 == 0 { format!("spam{number}") } else { format!("fine{number}") });
    let names: Vec<String> = names.collect();
    contacts(&world, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let id = email(&world, json!({})).await;
    send(&world, &id).await;
    drain(&world.app, server.relay()).await.unwrap();
    let sent = assert_counted(&world, &id).await;
    assert_eq!((&sent["status"], &sent["sent"], &sent["failed"]), (&json!("SENT"), &json!(20), &json!(10)));
}
