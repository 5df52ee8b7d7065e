//! Writing down what came back, and what follows from it.
//!
//! The caller has checked the mark or the provider's signature; that takes the place of a permission.

use jiff::Timestamp;
use kernel::db::Tenant;
use kernel::{App, Result};

use super::store;
use super::{Bounce, News, Target, Told};
use crate::audience::address::{Address, hash};
use crate::audience::contacts::consent;
use crate::audience::suppressions::Reason;

/// Writes down what was told about one message at this time; `source` names the telling, so that it counts once however
/// often it comes. `false` when it was known already, or is about nobody who is known.
///
/// Hard bounces and complaints take the address off the list at once, refusals for the sender's sake never do.
pub async fn note(
    tx: &Tenant,
    app: &App,
    (recipient, told): (&str, &Told),
    (source, at): (&str, Timestamp),
) -> Result<bool> {
    let Some(known) = store::lock(tx, recipient).await? else { return Ok(false) };
    let now = app.clock.now();
    let at = at.min(now);
    // Of a person who was erased nothing is kept anew, and whoever was erased is suppressed already.
    let is_erased = known.email.is_empty();
    let told = &Told { news: told.news, words: if is_erased { String::new() } else { words(&told.words) } };
    if !store::add_event(tx, (recipient, &known), (told, source), (at, now)).await? {
        return Ok(false);
    }
    store::apply(tx, recipient, told, at).await?;
    if is_erased {
        return Ok(true);
    }
    let key = Address::parse(&known.email).map_or_else(|| known.email.to_lowercase(), |address| address.key);
    let email_hash = hash(app, tx.organization(), &key);
    let reason = match told.news {
        News::Bounced(Bounce::Hard) => Some(Reason::HardBounce),
        News::Complained => Some(Reason::Complaint),
        News::Unsubscribed => Some(Reason::Unsubscribed),
        News::Bounced(Bounce::Soft | Bounce::FullMailbox) => {
            return give_up(tx, known.contact_id.as_deref(), (&email_hash, &told.words), now).await.map(|()| true);
        }
        News::Bounced(Bounce::Policy) | News::Delivered => None,
    };
    if let Some(reason) = reason {
        consent::suppress(tx, &email_hash, (reason, &told.words), now).await?;
    }
    Ok(true)
}

/// Takes an address off the list that could not be reached again and again.
pub async fn give_up(
    tx: &Tenant,
    contact_id: Option<&str>,
    (email_hash, said): (&[u8], &str),
    now: Timestamp,
) -> Result<()> {
    if let Some(contact) = contact_id
        && store::is_given_up(tx, contact).await?
    {
        consent::suppress(tx, email_hash, (Reason::SoftBounces, said), now).await?;
    }
    Ok(())
}

/// Words of others, as they can be kept.
fn words(text: &str) -> String {
    text.chars().filter(|one| !one.is_control()).take(500).collect()
}

/// Reads a mail that came back for these messages and writes down what it tells, one transaction each.
///
/// For a mail to a mailbox of complaints (no target), the copy in it says which message it is about.
pub async fn take(app: &App, (sender, targets): (Option<&str>, &[Target]), mail: &[u8]) -> Result<()> {
    let read = super::reading::read(mail, sender);
    let Some(told) = read.told else { return Ok(()) };
    let mut targets = targets.to_vec();
    if targets.is_empty() {
        for mark in &read.marks {
            if let Some(target) = store::target(app, mark).await? {
                targets.push(target);
                break;
            }
        }
    }
    let now = app.clock.now();
    for Target { organization, recipient } in targets {
        let tx = app.database.tenant(&organization).await?;
        let source = format!("mail {recipient} {:?}", told.news);
        let is_new = note(&tx, app, (&recipient, &told), (&source, now)).await?;
        tx.commit().await?;
        tracing::info!(%organization, recipient, news = ?told.news, is_new, "a mail came back");
    }
    Ok(())
}
