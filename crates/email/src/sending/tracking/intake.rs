//! Writing down what was seen: many at once, each before it is answered.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use kernel::db::{OrganizationId, Statements, Tenant};
use kernel::{App, Error, Result};
use tokio::sync::{mpsc, oneshot};

use super::{Kind, Sighting, burst, device};

/// How many are written down together at most.
const AT_ONCE: usize = 500;
/// How many may wait; more are told to come again.
const WAITING_MOST: usize = 10_000;

/// How often writing down is tried.
const TRIES: usize = 3;

type Entry = (Sighting, oneshot::Sender<bool>);

/// Gathers what comes in while the transaction before is under way, so thousands a second cost a few transactions.
#[derive(Clone, Default)]
pub struct Intake(Arc<OnceLock<mpsc::Sender<Entry>>>);

impl Intake {
    /// Writes down one sighting; when this ends, it is kept for good.
    pub async fn note(&self, app: &App, sighting: Sighting) -> Result<()> {
        let sender = self.0.get_or_init(|| {
            let (sender, receiver) = mpsc::channel(WAITING_MOST);
            tokio::spawn(write_down(app.clone(), receiver));
            sender
        });
        let (done, is_kept) = oneshot::channel();
        sender.try_send((sighting, done)).map_err(|_| Error::Unavailable)?;
        match is_kept.await {
            Ok(true) => Ok(()),
            _ => Err(Error::Unavailable),
        }
    }
}

async fn write_down(app: App, mut receiver: mpsc::Receiver<Entry>) {
    let mut entries = Vec::with_capacity(AT_ONCE);
    while receiver.recv_many(&mut entries, AT_ONCE).await > 0 {
        let mut by_organization: BTreeMap<OrganizationId, Vec<Entry>> = BTreeMap::new();
        for entry in entries.drain(..) {
            by_organization.entry(entry.0.organization.clone()).or_default().push(entry);
        }
        for (organization, entries) in by_organization {
            let (sightings, waiting): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
            let outcome = keep(&app, &organization, &sightings).await;
            if let Err(error) = &outcome {
                tracing::error!(error = error.cause(), "openings and clicks could not be written down");
            }
            for one in waiting {
                // Who asked may be gone already.
                let _ = one.send(outcome.is_ok());
            }
        }
    }
}

/// Tries again what others were in the way of, for they all change the same email's counters.
async fn keep(app: &App, organization: &OrganizationId, sightings: &[Sighting]) -> Result<()> {
    let mut attempts = 1;
    loop {
        let tx = app.database.tenant(organization).await?;
        let outcome = match add(&tx, sightings).await {
            Ok(()) => tx.commit().await,
            Err(error) => Err(error),
        };
        match outcome {
            Err(error) if attempts < TRIES => {
                tracing::warn!(error = error.cause(), "openings and clicks are written down once more");
                attempts += 1;
            }
            other => return other,
        }
    }
}

/// A click right after sending is a scanner's: nobody reads that fast.
const SQL: &str = "WITH seen AS (
      SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::text[])
        AS s (id, recipient, kind, link, at, machine, user_agent, device)),
    known AS (
      SELECT r.id AS recipient_id, r.email_id, r.contact_id, seen.id, seen.kind, seen.link, seen.at, seen.device,
             -- Of a person who was erased nothing is kept anew.
             CASE WHEN r.email <> '' THEN seen.user_agent END AS user_agent,
             coalesce(seen.machine, CASE WHEN seen.kind = 'click' AND seen.at < r.sent_at + interval '3 seconds'
                                    THEN 'sooner than anybody reads' END) AS machine
      FROM seen JOIN app.email_recipients r ON r.organization_id = $1 AND r.id = seen.recipient
      ORDER BY r.id FOR UPDATE OF r),
    added AS (
      INSERT INTO app.email_events (organization_id, id, email_id, recipient_id, contact_id, kind, link_id, at, is_machine, verdict, user_agent, device)
      SELECT $1, id, email_id, recipient_id, contact_id, kind, link, at, machine IS NOT NULL, machine, nullif(user_agent, ''), device FROM known),
    firsts AS (
      SELECT recipient_id, min(at) FILTER (WHERE machine IS NULL) AS opened, min(at) AS opened_raw,
             min(at) FILTER (WHERE kind = 'click' AND machine IS NULL) AS clicked, min(at) FILTER (WHERE kind = 'click') AS clicked_raw
      FROM known GROUP BY recipient_id)
    UPDATE app.email_recipients AS r
    SET opened_at = coalesce(r.opened_at, firsts.opened), opened_raw_at = coalesce(r.opened_raw_at, firsts.opened_raw),
        clicked_at = coalesce(r.clicked_at, firsts.clicked), clicked_raw_at = coalesce(r.clicked_raw_at, firsts.clicked_raw),
        -- Whoever opens it has got it.
        state = CASE r.state WHEN 'uncertain' THEN 'sent' ELSE r.state END
    FROM firsts
    WHERE r.organization_id = $1 AND r.id = firsts.recipient_id
      AND (r.state = 'uncertain' OR r.opened_at IS NULL AND firsts.opened IS NOT NULL OR r.opened_raw_at IS NULL
           OR r.clicked_at IS NULL AND firsts.clicked IS NOT NULL OR r.clicked_raw_at IS NULL AND firsts.clicked_raw IS NOT NULL)";

/// Adds sightings of recipients that are still known; others are of emails that were deleted.
async fn add(tx: &Tenant, sightings: &[Sighting]) -> Result<()> {
    let ids: Vec<String> = sightings.iter().map(|one| kernel::id::new(one.at)).collect();
    let recipients: Vec<String> = sightings.iter().map(|one| one.recipient.clone()).collect();
    let kind = |one: &Sighting| if one.kind == Kind::Open { "open" } else { "click" }.to_owned();
    let kinds: Vec<String> = sightings.iter().map(kind).collect();
    let links: Vec<Option<String>> = sightings.iter().map(|one| one.link.clone()).collect();
    let times: Vec<Timestamp> = sightings.iter().map(|one| one.at).collect();
    let machines: Vec<Option<String>> = sightings.iter().map(|one| one.machine.map(str::to_owned)).collect();
    let agents: Vec<String> = sightings.iter().map(|one| one.user_agent.clone()).collect();
    let devices: Vec<String> = sightings.iter().map(|one| device::of(&one.user_agent).to_owned()).collect();
    let organization = tx.organization().as_str();
    tx.execute(SQL, &[&organization, &ids, &recipients, &kinds, &links, &times, &machines, &agents, &devices]).await?;
    let clicks = sightings.iter().filter(|one| one.kind == Kind::Click && one.machine.is_none());
    let clickers: Vec<String> = clicks.clone().map(|one| one.recipient.clone()).collect();
    match clicks.map(|one| one.at).min() {
        Some(since) => burst::take_back(tx, &clickers, since).await,
        None => Ok(()),
    }
}

/// Notes that somebody left the list through the email that this recipient's row stands for.
pub async fn note_unsubscribe(tx: &Tenant, recipient: &str, email_hash: &[u8], now: Timestamp) -> Result<()> {
    if !kernel::id::is_well_formed(recipient) {
        return Ok(());
    }
    let sql = "WITH left_by AS (
                 UPDATE app.email_recipients AS r SET unsubscribed_at = $3
                 FROM app.contacts AS contact
                 WHERE r.organization_id = $1 AND r.id = $2 AND r.unsubscribed_at IS NULL
                   AND contact.organization_id = $1 AND contact.id = r.contact_id AND contact.email_hash = $4
                 RETURNING r.email_id, r.id, r.contact_id)
               INSERT INTO app.email_events (organization_id, id, email_id, recipient_id, contact_id, kind, at)
               SELECT $1, $5, email_id, id, contact_id, 'unsubscribe', $3 FROM left_by";
    tx.execute(sql, &[&tx.organization().as_str(), &recipient, &now, &email_hash, &kernel::id::new(now)]).await?;
    Ok(())
}
