//! What happens to emails by itself: beginning at a time, and tests.

use kernel::db::{OrganizationId, Tenant};
use kernel::jobs::{self, Job, Task};
use kernel::notify::{self, Kind, Notice};
use kernel::organization::site_settings;
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::compose::freeze;
use super::delivery::letter::{Message, Person};
use super::delivery::prepare;
use super::emails::{Status, store};
use super::smtp::{Connection, Outcome, Relay};
use crate::audience::link;
use crate::composer;

/// Freezes an email and makes its recipients, unless it was cancelled or moved to another time.
#[derive(Serialize, Deserialize)]
pub struct StartSending {
    pub email: String,
}

impl Job for StartSending {
    const KIND: &'static str = "email.start";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization()?;
        let tx = app.database.tenant(organization).await?;
        let Some(email) = store::lock(&tx, &self.email).await? else { return Ok(()) };
        let is_due = match email.status {
            Status::Scheduled => {
                let home = site_settings(&tx).await?.zone();
                let begins_at = email.begins_at(&home);
                if let Some(later) = begins_at.filter(|at| *at > task.now && email.in_local_time) {
                    // The organization has moved to another zone since, where the hour comes later.
                    jobs::enqueue(&tx, Some(organization), &self, later).await?;
                    return tx.commit().await;
                }
                begins_at.is_some_and(|at| at <= task.now)
            }
            Status::Sending => email.sent_at.is_none(),
            _ => false,
        };
        if !is_due {
            return Ok(());
        }
        match prepare::start(&tx, &app, &email, task.now).await {
            Ok(()) => tx.commit().await,
            Err(error @ (Error::Internal(_) | Error::Unavailable)) if !task.is_last_attempt => Err(error),
            Err(error) => {
                drop(tx);
                let tx = app.database.tenant(organization).await?;
                prepare::fail(&tx, &app, &self.email, (&words(&error), task.now)).await?;
                tx.commit().await?;
                Err(error)
            }
        }
    }
}

fn words(error: &Error) -> String {
    match error {
        Error::Invalid(problems) => problems.first().map_or_else(String::new, |problem| problem.message.clone()),
        other => other.to_string(),
    }
}

/// Sends an email as it is now to one address, without counting anything.
#[derive(Serialize, Deserialize)]
pub struct SendTest {
    pub email: String,
    pub to: String,
    pub contact: Option<String>,
    /// Who asked for it, to be told when it cannot be sent.
    #[serde(default)]
    pub by: String,
}

impl Job for SendTest {
    const KIND: &'static str = "email.test";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let tx = app.database.tenant(task.organization()?).await?;
        let Some(mut email) = store::find(&tx, &self.email).await? else { return Ok(()) };
        // A test shows a card as it is now, also of an article that is not published yet.
        composer::show_now(&tx, &app, &mut email).await?;
        let frozen = freeze::freeze(&email)?;
        let html = freeze::without_open(&frozen.html);
        let mut letter =
            prepare::make_letter(&tx, &app, &email, (&html, &frozen.plain_text, Some(frozen.links))).await?;
        letter.began = task.now;
        letter.mark_as_test();
        let person = self.person(&tx, task.now).await?;
        drop(tx);
        let message = letter.message(&app, &person, task.now)?;
        let Some(smtp_url) = &app.settings.smtp_url else {
            return prepare::keep_in_outbox(&app, &letter.organization, &message).await;
        };
        let relay = Relay::parse(smtp_url).map_err(Error::Internal)?;
        match deliver(&relay, &message).await {
            Ok(()) => Ok(()),
            Err(why) => self.tell(&app, task.organization()?, &why, task.now).await,
        }
    }
}

/// Hands a test to the mail server, or says why it was not taken. It is not tried again: hours later nobody waits for it.
async fn deliver(relay: &Relay, message: &Message) -> std::result::Result<(), String> {
    let mut connection = Connection::open(relay).await.map_err(|error| error.to_string())?;
    let sent = connection.send((&message.sender, &message.recipient), &message.bytes).await;
    connection.close().await;
    match sent {
        Outcome::Accepted(_) | Outcome::Uncertain(_) => Ok(()),
        Outcome::Broken(words) => Err(words),
        Outcome::Refused(_, reply) => Err(reply.to_string()),
    }
}

impl SendTest {
    /// Tells who asked for it that the test did not go out.
    async fn tell(&self, app: &App, organization: &OrganizationId, why: &str, now: jiff::Timestamp) -> Result<()> {
        let tx = app.database.tenant(organization).await?;
        let title: String = format!("A test to {} could not be sent", self.to).chars().take(200).collect();
        let why: String = why.chars().take(500).collect();
        let detail = format!("The mail server could not be reached, or refused it: {why}");
        let path = format!("emails/{}", self.email);
        let notice = Notice { kind: Kind::EmailFailed, title: &title, detail: &detail, path: &path };
        notify::tell(app, &tx, std::slice::from_ref(&self.by), &notice, now).await?;
        tx.commit().await
    }

    /// The contact asked for, else somebody made up; the message goes to the test's address in any case.
    async fn person(&self, tx: &Tenant, now: jiff::Timestamp) -> Result<Person> {
        let contact = match &self.contact {
            Some(id) => crate::audience::contacts::store::find(tx, id).await?,
            None => None,
        };
        let recipient = format!("test-{}", kernel::id::new(now));
        // The links of a test unsubscribe nobody and show nobody's data, for whoever reads it is not who it is made out to.
        let email_hash = link::OF_TEST.to_vec();
        Ok(match contact {
            Some(contact) => Person {
                recipient,
                email: self.to.clone(),
                email_hash,
                name: contact.name,
                company: contact.company,
                language: contact.language,
                fields: contact.fields,
                variant: 0,
                begins_at: None,
            },
            None => Person {
                recipient,
                email: self.to.clone(),
                email_hash,
                name: Some("Alex Example".to_owned()),
                company: Some("Example Ltd".to_owned()),
                language: Some("en".to_owned()),
                fields: json!({}),
                variant: 0,
                begins_at: None,
            },
        })
    }
}
