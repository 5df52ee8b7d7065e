//! A few thousand rows of a file in one transaction, with a handful of statements whatever their number.
//!
//! Row security refuses `COPY … FROM`; arrays cost a few percent more and keep the policies.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};
use serde_json::Value;

use super::record::{Record, Refusal};
use super::{Counts, Outcome, Settings};
use crate::audience::contacts::store::note_tagged;
use crate::audience::suppressions::{Reason, store::id_of};
use crate::automation::enter;

/// Why rows of people who may not be written to are refused.
fn refused_because(reason: Reason) -> &'static str {
    match reason {
        Reason::Unsubscribed => "On the suppression list: this person had unsubscribed.",
        Reason::HardBounce | Reason::SoftBounces => "On the suppression list: this address cannot be reached.",
        Reason::Complaint => "On the suppression list: this person reported an email as spam.",
        Reason::Erased => "On the suppression list: this person was erased.",
        Reason::Manual => "On the suppression list: the address was blocked by hand.",
    }
}

/// What a file leaves empty stays, and the status of who is here already is never touched.
const UPSERT: &str = "INSERT INTO app.contacts AS c
      (organization_id, id, email, email_key, email_hash, name, company, language, timezone, fields, status,
       consent_source, consent_at, consent_wording, unsubscribed_at, created_at, updated_at)
    SELECT $1, t.id, t.email, t.email_key, decode(t.hash, 'hex'), t.name, t.company, t.language, t.timezone,
           t.fields::jsonb, $12, coalesce(t.source, $13), t.consent_at, $14, $15, $16, $16
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                $10::text[], $11::timestamptz[], $18::text[])
      AS t (id, email, email_key, hash, name, company, language, timezone, fields, consent_at, source)
    ON CONFLICT (organization_id, email_key) DO UPDATE SET
      name = coalesce(excluded.name, c.name), company = coalesce(excluded.company, c.company),
      language = coalesce(excluded.language, c.language), timezone = coalesce(excluded.timezone, c.timezone),
      fields = c.fields || excluded.fields, version = c.version + 1
    WHERE $17 AND (c.name, c.company, c.language, c.timezone, c.fields) IS DISTINCT FROM
      (coalesce(excluded.name, c.name), coalesce(excluded.company, c.company),
       coalesce(excluded.language, c.language), coalesce(excluded.timezone, c.timezone), c.fields || excluded.fields)
    RETURNING c.id";

/// What a batch is written with.
pub struct Batch<'a> {
    pub tx: &'a Tenant,
    pub settings: &'a Settings,
    /// What the history of new contacts says.
    pub words: &'a str,
    pub now: Timestamp,
}

impl Batch<'_> {
    /// Writes these rows and counts what became of them; refusals found on the way are added to the given ones.
    pub async fn write(&self, records: Vec<Record>, refusals: &mut Vec<Refusal>) -> Result<Counts> {
        let mut counts = Counts::default();
        let records = once_each(records, refusals);
        let records = self.without_suppressed(records, (&mut counts, refusals)).await?;
        if records.is_empty() {
            counts.refused = i64::try_from(refusals.len()).unwrap_or(0);
            return Ok(counts);
        }
        let written = self.upsert(&records).await?;
        let total = i64::try_from(records.len()).unwrap_or(0);
        self.record_new(&written.new).await?;
        enter::added(self.tx, &written.new, self.now).await?;
        let mut changed: HashSet<String> = written.changed.into_iter().collect();
        changed.extend(self.tag(&records, &written.new).await?);
        if self.settings.status != Outcome::Subscribed {
            changed.extend(self.keep_away(&records).await?);
        }
        written.new.iter().for_each(|id| {
            changed.remove(id);
        });
        counts.created = i64::try_from(written.new.len()).unwrap_or(0);
        counts.updated = i64::try_from(changed.len()).unwrap_or(0);
        counts.skipped += total - counts.created - counts.updated;
        counts.refused = i64::try_from(refusals.len()).unwrap_or(0);
        Ok(counts)
    }

    /// People who left, complained or were erased are not brought back by a file.
    async fn without_suppressed(
        &self,
        records: Vec<Record>,
        (counts, refusals): (&mut Counts, &mut Vec<Refusal>),
    ) -> Result<Vec<Record>> {
        let hashes: Vec<String> = records.iter().map(|record| id_of(&record.hash)).collect();
        let sql = "SELECT encode(s.email_hash, 'hex') AS hash, s.reason FROM app.suppressions s
                   WHERE s.email_hash = ANY (ARRAY(SELECT decode(h, 'hex') FROM unnest($1::text[]) AS h))";
        let rows = self.tx.rows(sql, &[&hashes]).await?;
        if rows.is_empty() {
            return Ok(records);
        }
        let reasons: HashMap<String, Reason> = rows
            .iter()
            .map(|row| (row.get("hash"), Reason::parse(row.get("reason")).unwrap_or(Reason::Manual)))
            .collect();
        let mut kept = Vec::with_capacity(records.len());
        for (record, hash) in records.into_iter().zip(hashes) {
            match reasons.get(&hash) {
                None => kept.push(record),
                // They are away already, as the file says.
                Some(_) if self.settings.status != Outcome::Subscribed => counts.skipped += 1,
                Some(reason) => refusals.push(Refusal {
                    row: record.row,
                    // Who was erased is not written down again.
                    email: (*reason != Reason::Erased).then_some(record.address.email),
                    reason: refused_because(*reason).into(),
                    is_partial: false,
                }),
            }
        }
        Ok(kept)
    }

    /// Adds and changes contacts.
    async fn upsert(&self, records: &[Record]) -> Result<Written> {
        let column = |of: fn(&Record) -> Option<String>| records.iter().map(of).collect::<Vec<Option<String>>>();
        let ids: Vec<String> = records.iter().map(|_| kernel::id::new(self.now)).collect();
        let emails: Vec<&str> = records.iter().map(|record| record.address.email.as_str()).collect();
        let keys: Vec<&str> = records.iter().map(|record| record.address.key.as_str()).collect();
        let hashes: Vec<String> = records.iter().map(|record| id_of(&record.hash)).collect();
        let fields: Vec<String> =
            records.iter().map(|record| Value::Object(record.fields.clone()).to_string()).collect();
        let consent_at: Vec<Option<Timestamp>> = records.iter().map(|record| record.consent_at).collect();
        let is_subscribed = self.settings.status == Outcome::Subscribed;
        let source = is_subscribed.then_some(self.settings.consent_source.as_str()).filter(|text| !text.is_empty());
        let wording = is_subscribed.then_some(self.settings.consent_wording.as_str()).filter(|text| !text.is_empty());
        let unsubscribed_at = (self.settings.status == Outcome::Unsubscribed).then_some(self.now);
        let rows = self
            .tx
            .rows(
                UPSERT,
                &[
                    &self.tx.organization().as_str(),
                    &ids,
                    &emails,
                    &keys,
                    &hashes,
                    &column(|record| record.name.clone()),
                    &column(|record| record.company.clone()),
                    &column(|record| record.language.clone()),
                    &column(|record| record.timezone.clone()),
                    &fields,
                    &consent_at,
                    &self.settings.status.status().as_str(),
                    &source,
                    &wording,
                    &unsubscribed_at,
                    &self.now,
                    &!self.settings.keeps_existing,
                    &column(|record| record.consent_source.clone()),
                ],
            )
            .await?;
        let ours: HashSet<&str> = ids.iter().map(String::as_str).collect();
        let (new, changed): (Vec<String>, Vec<String>) =
            rows.iter().map(|row| row.get::<_, String>("id")).partition(|id| ours.contains(id.as_str()));
        Ok(Written { new, changed })
    }

    async fn record_new(&self, new: &[String]) -> Result<()> {
        let ids: Vec<String> = new.iter().map(|_| kernel::id::new(self.now)).collect();
        let sql = "INSERT INTO app.contact_history (organization_id, id, contact_id, at, kind, words)
                   SELECT $1, t.id, t.contact_id, $4, 'added', left($5, 3000) FROM unnest($2::text[], $3::text[]) AS t (id, contact_id)";
        self.tx.execute(sql, &[&self.tx.organization().as_str(), &ids, &new, &self.now, &self.words]).await?;
        Ok(())
    }

    /// Gives people their tags, and tells whose were new.
    async fn tag(&self, records: &[Record], new: &[String]) -> Result<Vec<String>> {
        let (mut keys, mut tags): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        for record in records {
            for tag in &record.tags {
                keys.push(&record.address.key);
                tags.push(tag);
            }
        }
        if tags.is_empty() {
            return Ok(Vec::new());
        }
        let sql = "INSERT INTO app.contact_tags (organization_id, contact_id, tag, created_at)
                   SELECT $1, c.id, t.tag, $4 FROM unnest($2::text[], $3::text[]) AS t (email_key, tag)
                   JOIN app.contacts c ON c.organization_id = $1 AND c.email_key = t.email_key
                   WHERE NOT $5 OR c.id = ANY ($6) ON CONFLICT DO NOTHING RETURNING contact_id, tag";
        let organization = self.tx.organization().as_str();
        let only_new = self.settings.keeps_existing;
        let added = self.tx.rows(sql, &[&organization, &keys, &tags, &self.now, &only_new, &new]).await?;
        note_tagged(self.tx, &added, self.now).await?;
        Ok(added.iter().map(|row| row.get("contact_id")).collect())
    }

    /// Who left elsewhere leaves here as well, and stays away whatever list comes next. Tells who was still here.
    async fn keep_away(&self, records: &[Record]) -> Result<Vec<String>> {
        let status = self.settings.status.status();
        let reason = if self.settings.status == Outcome::Bounced { Reason::HardBounce } else { Reason::Unsubscribed };
        let keys: Vec<&str> = records.iter().map(|record| record.address.key.as_str()).collect();
        let sql = "UPDATE app.contacts SET status = $2, version = version + 1,
                     unsubscribed_at = CASE WHEN $2 = 'unsubscribed' THEN $3 ELSE unsubscribed_at END
                   WHERE email_key = ANY ($1) AND status IN ('subscribed', 'pending') RETURNING id";
        let left = self.tx.rows(sql, &[&keys, &status.as_str(), &self.now]).await?;
        let left: Vec<String> = left.iter().map(|row| row.get("id")).collect();
        let ids: Vec<String> = left.iter().map(|_| kernel::id::new(self.now)).collect();
        let sql = "INSERT INTO app.contact_history (organization_id, id, contact_id, at, kind, words)
                   SELECT $1, t.id, t.contact_id, $4, 'status', left($5, 3000) FROM unnest($2::text[], $3::text[]) AS t (id, contact_id)";
        let organization = self.tx.organization().as_str();
        let words = format!("{}: {}", status.label(), self.words);
        self.tx.execute(sql, &[&organization, &ids, &left, &self.now, &words]).await?;
        let sql = "INSERT INTO app.suppressions (organization_id, email_hash, email, reason, details, created_at)
                   SELECT $1, c.email_hash, c.email, $3, left($4, 1000), $5 FROM app.contacts c
                   WHERE c.organization_id = $1 AND c.email_key = ANY ($2) ON CONFLICT DO NOTHING";
        self.tx.execute(sql, &[&organization, &keys, &reason.as_str(), &self.words, &self.now]).await?;
        Ok(left)
    }
}

/// Contacts that were added, and others that got other values.
struct Written {
    new: Vec<String>,
    changed: Vec<String>,
}

/// Of rows with the same address the last counts, for it tends to be the newest.
fn once_each(records: Vec<Record>, refusals: &mut Vec<Refusal>) -> Vec<Record> {
    let mut last: HashMap<String, usize> = HashMap::with_capacity(records.len());
    for (place, record) in records.iter().enumerate() {
        last.insert(record.address.key.clone(), place);
    }
    if last.len() == records.len() {
        return records;
    }
    let mut kept = Vec::with_capacity(last.len());
    for (place, record) in records.into_iter().enumerate() {
        if last.get(&record.address.key) == Some(&place) {
            kept.push(record);
        } else {
            let reason = "The same address stands further down in the file; that row counts.";
            let email = Some(record.address.email);
            refusals.push(Refusal { row: record.row, email, reason: reason.into(), is_partial: false });
        }
    }
    kept
}
