//! The loop that sends: one a node, over a bounded number of connections to the mail server.
//!
//! In each turn one transaction writes down what has become of an organization's messages and claims as many new ones as
//! there are connections free. So whatever a node had claimed and not written down when it died was on one of its
//! connections, and nothing else is in doubt. Organizations take turns and share the connections.

mod claiming;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use kernel::db::{OrganizationId, Statements};
use kernel::{App, Result};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::attempt::{Attempt, attempt};
use super::letter::{Letter, Person};
use super::outcome::{Consequence, Fate, decide};
use super::patience::Patience;
use super::prepare;
use super::refusals::Refusals;
use super::store::{self, LEASE, Record};
use crate::sending::emails;
use crate::sending::smtp::{Connection, Failure, Outcome, Relay};

/// How often an idle node looks whether there is something to send.
const LOOKS_EVERY: Duration = Duration::from_millis(300);
/// How often the leases of what is on its way are renewed.
const RENEWS_EVERY: Duration = Duration::from_secs(10);
/// How long what is on its way may take after the order to stop.
const ENDS_WITHIN: Duration = Duration::from_secs(15);
/// Letters kept ready.
const LETTERS_MOST: usize = 50;

/// A message that has come to an end on a connection.
struct Ended {
    organization: OrganizationId,
    letter: Arc<Letter>,
    person: Person,
    attempts: i16,
    outcome: Result<Attempt, Failure>,
    connection: Option<Connection>,
}

/// What ended means for recipients and for their emails.
#[derive(Default)]
struct Judged {
    records: Vec<Record>,
    /// Why an email cannot go on, by its id.
    pauses: BTreeMap<String, String>,
    refusals: Refusals,
}

/// A recipient that is ours to send to, with how often it was tried.
type Claimed = (Arc<Letter>, Person, i16);

struct Node {
    app: App,
    relay: Option<Arc<Relay>>,
    /// Whose leases ours are.
    token: String,
    idle: Vec<Connection>,
    running: JoinSet<Ended>,
    /// What runs or was not written down yet, by its task: organization, recipient and address.
    on_the_way: HashMap<tokio::task::Id, (OrganizationId, String, String)>,
    ended: BTreeMap<OrganizationId, Vec<Ended>>,
    letters: HashMap<String, Arc<Letter>>,
    /// Emails of which the last claim found nobody.
    emptied: HashSet<String>,
    /// Whether the last claim found only messages to domains that take no more at a time.
    is_crowded: bool,
    patience: Patience,
    renewed: Instant,
    last_served: Option<OrganizationId>,
    /// How often it was looked what is due.
    turns: usize,
}

/// Sends until told to stop; what is on its way comes to its end.
pub async fn run(app: App, stop: CancellationToken) {
    let relay = match app.settings.smtp_url.as_deref().map(Relay::parse).transpose() {
        Ok(relay) => relay,
        Err(error) => {
            tracing::error!(%error, "SMTP_URL cannot be used, so no emails are sent");
            return;
        }
    };
    let mut node = Node::new(app, relay);
    while !stop.is_cancelled() {
        match node.turn().await {
            Ok(true) => {}
            Ok(false) => node.wait(&stop).await,
            Err(error) => {
                tracing::error!(error = error.cause(), "sending emails failed and is tried again");
                node.wait(&stop).await;
            }
        }
    }
    let _ = tokio::time::timeout(ENDS_WITHIN, node.end()).await;
}

/// Sends until nothing is due any more, through this server or without one into the outbox. For tests.
pub async fn drain(app: &App, relay: Option<Relay>) -> Result<()> {
    let mut node = Node::new(app.clone(), relay);
    loop {
        let worked = node.turn().await?;
        if !worked {
            match node.running.join_next().await {
                Some(ended) => node.take(ended),
                None if node.ended.is_empty() => break,
                None => {}
            }
        }
    }
    node.end().await
}

impl Node {
    fn new(app: App, relay: Option<Relay>) -> Self {
        let host = url::Url::parse(&app.settings.public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let relay = relay.map(|relay| Arc::new(relay.named(&host.unwrap_or_default())));
        Self {
            app,
            relay,
            token: kernel::secret::token(),
            idle: Vec::new(),
            running: JoinSet::new(),
            on_the_way: HashMap::new(),
            ended: BTreeMap::new(),
            letters: HashMap::new(),
            emptied: HashSet::new(),
            is_crowded: false,
            patience: Patience::default(),
            renewed: Instant::now(),
            last_served: None,
            turns: 0,
        }
    }

    async fn wait(&mut self, stop: &CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOKS_EVERY) => {}
            Some(ended) = self.running.join_next() => self.take(ended),
        }
    }

    fn take(&mut self, ended: Result<Ended, tokio::task::JoinError>) {
        match ended {
            Ok(mut ended) => {
                self.idle.extend(ended.connection.take().filter(Connection::is_usable));
                self.ended.entry(ended.organization.clone()).or_default().push(ended);
            }
            // Its lease runs out, and it is told as uncertain.
            Err(error) => {
                self.on_the_way.remove(&error.id());
                tracing::error!(%error, "sending a message panicked");
            }
        }
    }

    /// Does what can be done now. `false` when there was nothing.
    async fn turn(&mut self) -> Result<bool> {
        while let Some(ended) = self.running.try_join_next() {
            self.take(ended);
        }
        if self.renewed.elapsed() >= RENEWS_EVERY {
            self.renew().await?;
        }
        let now = self.app.clock.now();
        let free = self.app.settings.smtp_connections.saturating_sub(self.running.len());
        let is_waiting = self.patience.waits_for_server(now);
        let due = if free == 0 || is_waiting { BTreeMap::new() } else { self.due(now).await? };
        let share = (self.app.settings.smtp_connections / due.len().max(1)).max(1);
        let mut organizations: Vec<OrganizationId> = due.keys().chain(self.ended.keys()).cloned().collect();
        organizations.sort();
        organizations.dedup();
        // Who was served last comes last.
        let after = self.last_served.as_ref().map_or(0, |last| organizations.partition_point(|one| one <= last));
        let after = after.min(organizations.len());
        organizations.rotate_left(after);
        let (mut worked, mut free, mut failed) = (false, free, None);
        for organization in organizations {
            let mine = self.on_the_way.values().filter(|(one, _, _)| *one == organization).count();
            let most = free.min(share.saturating_sub(mine));
            let emails = due.get(&organization).map(Vec::as_slice).unwrap_or_default();
            let ended = self.ended.remove(&organization).unwrap_or_default();
            if ended.is_empty() && (most == 0 || emails.is_empty()) {
                continue;
            }
            self.is_crowded = false;
            match self.serve(&organization, &ended, (emails, most), now).await {
                Ok(begun) => {
                    // Where everything waits for room, looking again at once would only write.
                    worked |= begun > 0 || !ended.is_empty() || !self.is_crowded;
                    free -= begun.min(free);
                }
                Err(error) => {
                    self.put_back(&organization, ended);
                    failed.get_or_insert(error);
                }
            }
            self.last_served = Some(organization);
        }
        failed.map_or(Ok(worked), Err)
    }

    /// Keeps what could not be written down until the next turn.
    fn put_back(&mut self, organization: &OrganizationId, ended: Vec<Ended>) {
        if !ended.is_empty() {
            self.ended.entry(organization.clone()).or_default().extend(ended);
        }
    }

    /// Emails that are due, by their organizations. Each turn begins with another one of an organization's, so that the last
    /// one has its turn as well where there are more than connections.
    async fn due(&mut self, now: Timestamp) -> Result<BTreeMap<OrganizationId, Vec<String>>> {
        let sql = "SELECT organization_id, email_id FROM app.sending_queue WHERE due_at <= $1 ORDER BY due_at, email_id LIMIT 1000";
        let rows = self.app.database.global().await?.rows(sql, &[&now]).await?;
        let mut due: BTreeMap<OrganizationId, Vec<String>> = BTreeMap::new();
        for row in rows {
            due.entry(OrganizationId::parse(row.get("organization_id"))?).or_default().push(row.get("email_id"));
        }
        self.turns = self.turns.wrapping_add(1);
        for emails in due.values_mut() {
            let first = self.turns % emails.len();
            emails.rotate_left(first);
        }
        Ok(due)
    }

    /// Writes down what ended and claims up to `most` more, in one transaction; then begins to send those.
    async fn serve(
        &mut self,
        organization: &OrganizationId,
        ended: &[Ended],
        (emails, most): (&[String], usize),
        now: Timestamp,
    ) -> Result<usize> {
        let tx = self.app.database.tenant(organization).await?;
        let Judged { mut records, pauses, refusals } = self.judge_all(ended, now);
        for (email, why) in &pauses {
            emails::store::set_paused(&tx, email, Some(now), Some(why)).await?;
        }
        let mut begun = Vec::new();
        let mut left = most;
        for (place, email_id) in emails.iter().enumerate() {
            if left == 0 || pauses.contains_key(email_id) {
                break;
            }
            // What goes to everybody leaves room for a welcome beside it.
            let share = left.div_ceil(emails.len() - place);
            let Some(claimed) = self.claim(&tx, email_id, (share, now, &begun), &mut records).await? else { continue };
            left -= claimed.len().min(left);
            begun.extend(claimed);
        }
        if !records.is_empty() {
            store::record(&tx, &self.token, &records, now).await?;
        }
        refusals.pause(&tx, now).await?;
        // Emails with nobody left to claim end with the last answer.
        let mut ending: Vec<&str> = ended.iter().map(|one| one.letter.email_id.as_str()).collect();
        ending.retain(|email_id| !emails.iter().any(|due| due == email_id) || self.emptied.contains(*email_id));
        ending.sort_unstable();
        ending.dedup();
        for email_id in ending {
            prepare::rest_or_finish(&tx, &self.app, email_id, now).await?;
        }
        tx.commit().await?;
        self.on_the_way.retain(|_, (_, recipient, _)| !records.iter().any(|record| record.recipient == *recipient));
        let count = begun.len();
        for (letter, person, attempts) in begun {
            self.begin(organization.clone(), letter, person, attempts);
        }
        Ok(count)
    }

    fn begin(&mut self, organization: OrganizationId, letter: Arc<Letter>, person: Person, attempts: i16) {
        let on_the_way = (organization.clone(), person.recipient.clone(), person.email.clone());
        let (app, relay, connection) = (self.app.clone(), self.relay.clone(), self.idle.pop());
        let task = self.running.spawn(async move {
            let (outcome, connection) = attempt(&app, relay.as_deref(), connection, (&letter, &person)).await;
            Ended { organization, letter, person, attempts, outcome, connection }
        });
        self.on_the_way.insert(task.id(), on_the_way);
    }

    /// What has ended, and what follows from it.
    fn judge_all(&mut self, ended: &[Ended], now: Timestamp) -> Judged {
        let mut judged = Judged::default();
        for one in ended {
            let (fate, consequence) = self.judge(one, now);
            match consequence {
                Consequence::PauseEmail(why) => _ = judged.pauses.insert(one.letter.email_id.clone(), why),
                Consequence::SlowDomain => self.patience.spare(&one.person.email, now),
                Consequence::Nothing => {}
            }
            judged.refusals.note(&one.letter.email_id, &fate);
            let (recipient, email_hash) = (one.person.recipient.clone(), one.person.email_hash.clone());
            judged.records.push(Record { recipient, email_hash, fate });
        }
        judged
    }

    /// What an ended attempt means.
    fn judge(&mut self, ended: &Ended, now: Timestamp) -> (Fate, Consequence) {
        match &ended.outcome {
            Ok(Attempt::Smtp(outcome)) => {
                self.patience.server_answers();
                if matches!(outcome, Outcome::Accepted(_)) {
                    self.patience.domain_takes(&ended.person.email);
                }
                decide(outcome, (ended.attempts, ended.letter.began_for(&ended.person), now))
            }
            Ok(Attempt::Kept) => (Fate::Sent("kept in the outbox: no SMTP server is set".into()), Consequence::Nothing),
            Ok(Attempt::Unmade(words)) => (Fate::Failed(words.clone()), Consequence::Nothing),
            Err(Failure::Refused(reply)) if !reply.is_passing() => {
                let why = format!(
                    "The mail server refuses to work with us: {reply}. Mend the setting SMTP_URL, then resume."
                );
                (Fate::PutBack(now), Consequence::PauseEmail(why))
            }
            Err(failure) => {
                let until = self.patience.server_failed(failure, now);
                (Fate::PutBack(until), Consequence::Nothing)
            }
        }
    }

    async fn renew(&mut self) -> Result<()> {
        self.renewed = Instant::now();
        let mut by_organization: BTreeMap<OrganizationId, Vec<String>> = BTreeMap::new();
        for (organization, recipient, _) in self.on_the_way.values() {
            by_organization.entry(organization.clone()).or_default().push(recipient.clone());
        }
        for (organization, recipients) in by_organization {
            let tx = self.app.database.tenant(&organization).await?;
            store::renew(&tx, &self.token, &recipients, self.app.clock.now() + LEASE).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Waits for what is on its way, writes down what became of it, and closes the connections.
    async fn end(&mut self) -> Result<()> {
        while let Some(ended) = self.running.join_next().await {
            self.take(ended);
        }
        let (now, mut failed) = (self.app.clock.now(), None);
        for (organization, ended) in std::mem::take(&mut self.ended) {
            if let Err(error) = self.serve(&organization, &ended, (&[], 0), now).await {
                self.put_back(&organization, ended);
                failed.get_or_insert(error);
            }
        }
        for connection in self.idle.drain(..) {
            connection.close().await;
        }
        failed.map_or(Ok(()), Err)
    }
}
