//! Items of any other system: written, and brought up to date by a later run.

mod item;

use content::items::import;
use content::items::model::{ContentStatus, Item};
use content::items::store;
use kernel::access::Caller;
use kernel::{Error, Result};
use serde_json::json;

pub(crate) use item::Carried;

use crate::ledger::{self, Ledger, halves, mark};
use crate::report::{Kind, Outcome, Summary};

/// Writes items of one source and counts what became of them.
pub(crate) struct Carrier<'a> {
    pub caller: &'a Caller,
    pub ledger: Ledger<'a>,
    pub summary: &'a mut Summary,
    pub kind: Kind,
}

impl Carrier<'_> {
    /// Adds the item, or brings an earlier import of it up to date, with `body` in place of its own; gives the id of what
    /// is there now. What people edited or deleted here since stays so.
    pub async fn carry(&mut self, source_id: &str, item: &Carried, body: String) -> Result<Option<String>> {
        let says = ledger::checksum(item)?;
        let known = self.ledger.find(source_id).await?;
        let Some(entry) = known else {
            let written = import::create(self.caller, item.to_import(body, self.caller.now)).await;
            return self.written(source_id, item, (written, &says), Outcome::Created).await;
        };
        let (said, left_as) = halves(&entry.checksum);
        let Some(stored) = store::lock(&self.caller.tx, &entry.target_id).await? else {
            self.summary.skip(self.kind, &item.title, "It was deleted here since an earlier import.");
            return Ok(None);
        };
        if said == says {
            self.summary.count(self.kind, Outcome::Unchanged);
            return Ok(Some(stored.id));
        }
        if left_as != state_of(&stored)? {
            let reason = "It changed where it comes from, but was edited here too; what is here stays.";
            self.summary.skip(self.kind, &item.title, reason);
            return Ok(Some(stored.id));
        }
        let written = import::update(self.caller, &stored.id, item.to_import(body, self.caller.now)).await;
        self.written(source_id, item, (written, &says), Outcome::Updated).await
    }

    async fn written(
        &mut self,
        source_id: &str,
        item: &Carried,
        (written, says): (Result<Item>, &str),
        outcome: Outcome,
    ) -> Result<Option<String>> {
        let stored = match written {
            Ok(stored) => stored,
            Err(error) => {
                self.summary.skip(self.kind, &item.title, refusal(error)?);
                return Ok(None);
            }
        };
        self.ledger.write(source_id, &stored.id, &mark(says, &state_of(&stored)?)).await?;
        self.summary.count(self.kind, outcome);
        for what in &item.adjusted {
            self.summary.adjust(self.kind, &item.title, what.as_str());
        }
        Ok(Some(stored.id))
    }
}

/// Gives an item imported earlier a body in which only links differ, unless it was edited here since.
pub(crate) async fn replace_links(
    caller: &Caller,
    ledger: Ledger<'_>,
    source_id: &str,
    new_body: impl AsyncFnOnce(&str) -> Result<String>,
) -> Result<()> {
    let Some(entry) = ledger.find(source_id).await? else { return Ok(()) };
    let Some(item) = store::lock(&caller.tx, &entry.target_id).await? else { return Ok(()) };
    let (says, left_as) = halves(&entry.checksum);
    if left_as != state_of(&item)? {
        return Ok(());
    }
    let body = new_body(item.body()).await?;
    if body == item.body() {
        return Ok(());
    }
    let item = import::replace_body(caller, &item.id, body).await?;
    ledger.write(source_id, &item.id, &mark(says, &state_of(&item)?)).await
}

/// The words of a check that refused something; any other error stays one and ends the import.
pub(crate) fn refusal(error: Error) -> Result<String> {
    match error {
        Error::Invalid(fields) => Ok(fields.into_iter().map(|field| field.message).collect::<Vec<_>>().join(" ")),
        Error::Conflict(words)
        | Error::PlanLimit(words)
        | Error::TooLarge(words)
        | Error::UnsupportedMediaType(words) => Ok(words),
        Error::Taken(field) => Ok(field.message),
        error => Err(error),
    }
}

/// A checksum of everything that people edit about an item. Counters and being published at the planned time are no edits.
pub(crate) fn state_of(item: &Item) -> Result<String> {
    let status = match item.status {
        ContentStatus::Scheduled => ContentStatus::Published,
        status => status,
    };
    let tags: Vec<&str> = item.tags.iter().map(|tag| tag.id.as_str()).collect();
    ledger::checksum(&json!([
        [item.title, item.slug, item.excerpt, item.content, item.language, item.author_id, item.category_id],
        [
            item.meta_title,
            item.meta_description,
            item.canonical_url,
            item.featured_image,
            item.video_url,
            item.audio_url
        ],
        [item.r#type, status, item.expires_at, item.featured, item.comments_enabled],
        [item.keywords, item.gallery, tags],
    ]))
}
