//! Which organizations' public pages changed, as the database tells every node: the reason why a page may be kept in
//! memory and still never be old.
//!
//! Each change of something public sends the organization's id on [`CHANNEL`] (triggers of migration 0014) when its
//! transaction commits. A node counts them; what it kept under an earlier count is old. While a node cannot listen,
//! nothing counts as known and every page is made anew.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::db::{self, OrganizationId};

/// The channel of `NOTIFY`.
pub const CHANNEL: &str = "contentpilot_site";
/// How long to wait before listening again after the connection broke.
const RECONNECTS_AFTER: Duration = Duration::from_secs(1);

/// What this node has heard.
pub struct Changes {
    heard: Mutex<Heard>,
    /// How many changes were heard in all, for whoever waits for one.
    total: watch::Sender<u64>,
}

#[derive(Default)]
struct Heard {
    is_listening: bool,
    /// Counted up whenever listening begins anew, for what was missed meanwhile.
    beginnings: u64,
    by_organization: HashMap<String, u64>,
    /// Transactions that this node committed.
    written: HashMap<String, u64>,
}

/// A state of an organization's public pages. Equal states have equal pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    beginning: u64,
    changes: u64,
}

/// A state of what this node may show of an organization's public content. A write of this node makes it old before the
/// writer is answered, so nobody is shown less than they just wrote; writes of other nodes do when they are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnState {
    public: State,
    written: u64,
}

impl Default for Changes {
    fn default() -> Self {
        Self { heard: Mutex::default(), total: watch::Sender::new(0) }
    }
}

impl Changes {
    /// The present state of an organization's pages; none while this node does not listen.
    pub fn state(&self, organization: &OrganizationId) -> Option<State> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = heard.by_organization.get(organization.as_str()).copied().unwrap_or(0);
        heard.is_listening.then_some(State { beginning: heard.beginnings, changes })
    }

    /// The present state of public content as this node may show it; none while this node does not listen.
    pub fn own_state(&self, organization: &OrganizationId) -> Option<OwnState> {
        let public = self.state(organization)?;
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        Some(OwnState { public, written: heard.written.get(organization.as_str()).copied().unwrap_or(0) })
    }

    /// Notes that a transaction of this node was committed.
    pub(crate) fn note_write(&self, organization: &OrganizationId) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        match heard.written.get_mut(organization.as_str()) {
            Some(count) => *count += 1,
            None => drop(heard.written.insert(organization.as_str().to_owned(), 1)),
        }
    }

    /// Waits until more than `count` events (a beginning or a change) were heard.
    pub async fn heard_more_than(&self, count: u64) {
        // The sender lives as long as this, so waiting cannot fail.
        let _ = self.total.subscribe().wait_for(|total| *total > count).await;
    }

    /// How many events were heard so far.
    pub fn count(&self) -> u64 {
        *self.total.borrow()
    }

    fn begin(&self) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.is_listening = true;
        heard.beginnings += 1;
        heard.by_organization.clear();
        drop(heard);
        self.total.send_modify(|total| *total += 1);
    }

    fn end(&self) {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).is_listening = false;
    }

    fn note(&self, organization: &str) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        *heard.by_organization.entry(organization.to_owned()).or_default() += 1;
        drop(heard);
        self.total.send_modify(|total| *total += 1);
    }
}

/// Listens until told to stop, beginning again when the connection breaks.
pub async fn listen(changes: &Changes, url: &str, stop: CancellationToken) {
    loop {
        let listening = db::listen(url, CHANNEL, || changes.begin(), |organization| changes.note(organization));
        let outcome = tokio::select! {
            () = stop.cancelled() => return,
            outcome = listening => outcome,
        };
        changes.end();
        let error =
            outcome.err().map_or_else(|| "the server ended the connection".to_owned(), |error| format!("{error:#}"));
        tracing::warn!(error, "pages are not kept in memory until the database can be listened to again");
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(RECONNECTS_AFTER) => {}
        }
    }
}
