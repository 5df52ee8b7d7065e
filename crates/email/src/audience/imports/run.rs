//! Reads a file from its first row to its last, a batch a transaction.

use std::collections::{BTreeMap, HashSet};

use bytes::Bytes;
use futures_util::Stream;
use kernel::db::{OrganizationId, Tenant};
use kernel::{App, Error, Result};

use super::batch::Batch;
use super::record::{Reader, Record, Refusal};
use super::rows::Rows;
use super::{Counts, Import, store};
use crate::audience::fields;

/// Rows that are written in one transaction.
const ROWS_AT_ONCE: usize = 4000;

/// What a file is read into.
pub struct Target<'a> {
    pub app: &'a App,
    pub organization: &'a OrganizationId,
    pub import: &'a Import,
    /// A transaction that everything is done in and that is rolled back afterwards; none to keep what is done.
    pub held: Option<&'a Tenant>,
}

/// What became of a file.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub counts: Counts,
    /// How many rows were refused for which reason.
    pub reasons: BTreeMap<String, i64>,
    /// How many rows came in without which of their values.
    pub losses: BTreeMap<String, i64>,
}

/// Reads all rows behind those that an earlier run has committed, and tells `progress` how far it is after each batch.
pub async fn run<S: Stream<Item = Result<Bytes>> + Unpin>(
    target: &Target<'_>,
    source: S,
    mut progress: impl FnMut(&Counts),
) -> Result<Report> {
    let settings = &target.import.settings;
    let mut rows = Rows::new(source, (&settings.encoding, super::sample::delimiter(settings)));
    if settings.header {
        rows.next().await?;
    }
    for _ in 0..target.import.counts.rows_read {
        rows.next().await?;
    }
    let mut report = Report { counts: target.import.counts, ..Report::default() };
    loop {
        let mut some = Vec::with_capacity(ROWS_AT_ONCE);
        while some.len() < ROWS_AT_ONCE {
            let Some(row) = rows.next().await? else { break };
            some.push(row);
        }
        if some.is_empty() {
            return Ok(report);
        }
        target.write(&some, &mut report).await?;
        progress(&report.counts);
    }
}

impl Target<'_> {
    async fn write(&self, rows: &[super::rows::Row], report: &mut Report) -> Result<()> {
        match self.held {
            Some(tx) => self.write_in(tx, rows, report).await,
            None => {
                let tx = self.app.database.tenant(self.organization).await?;
                self.write_in(&tx, rows, report).await?;
                tx.commit().await
            }
        }
    }

    async fn write_in(&self, tx: &Tenant, rows: &[super::rows::Row], report: &mut Report) -> Result<()> {
        let now = self.app.clock.now();
        // Another run of the same file would count the same rows twice.
        let stored = store::lock(tx, &self.import.id).await?.ok_or(Error::NotFound)?;
        if stored.counts.rows_read != report.counts.rows_read {
            return Err(Error::Conflict("This file is being read by another worker.".into()));
        }
        let known = fields::all(tx).await?;
        let settings = &self.import.settings;
        let reader = Reader { app: self.app, organization: self.organization, settings, known: &known };
        let mut refusals: Vec<Refusal> = Vec::new();
        let mut records: Vec<Record> = Vec::with_capacity(rows.len());
        for row in rows {
            match reader.record(row) {
                Ok(record) => records.push(record),
                Err(refusal) => refusals.push(refusal),
            }
        }
        let words = self.words();
        let batch = Batch { tx, settings, words: &words, now };
        let partial: Vec<Refusal> = records.iter().filter_map(Record::partial).collect();
        let mut counts = batch.write(records, &mut refusals).await?;
        let refused: HashSet<i64> = refusals.iter().map(|refusal| refusal.row).collect();
        refusals.extend(partial.into_iter().filter(|one| !refused.contains(&one.row)));
        counts.partial = i64::try_from(refusals.len() - refused.len()).unwrap_or(0);
        counts.rows_read = i64::try_from(rows.len()).unwrap_or(0);
        let told = stored.counts.refused + stored.counts.partial;
        store::refuse(tx, &self.import.id, (&refusals, told)).await?;
        store::advance(tx, &self.import.id, &counts).await?;
        for refusal in refusals {
            let reasons = if refusal.is_partial { &mut report.losses } else { &mut report.reasons };
            *reasons.entry(refusal.reason.into_owned()).or_default() += 1;
        }
        report.counts = add(report.counts, counts);
        Ok(())
    }

    fn words(&self) -> String {
        let (name, source) = (&self.import.file_name, &self.import.settings.consent_source);
        if source.is_empty() {
            format!("Imported from {name}")
        } else {
            format!("Imported from {name}; consent from: {source}")
        }
    }
}

fn add(one: Counts, other: Counts) -> Counts {
    Counts {
        rows_read: one.rows_read + other.rows_read,
        created: one.created + other.created,
        updated: one.updated + other.updated,
        skipped: one.skipped + other.skipped,
        refused: one.refused + other.refused,
        partial: one.partial + other.partial,
    }
}
