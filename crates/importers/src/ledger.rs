//! What became of each record of each source: the reason why an import can run again.
//!
//! One row of `app.import_records` a record. Besides, an import keeps here what it still has to do when it is stopped
//! half-way (links to set, parents to find), so that its memory stays small and the next run completes it.

use std::collections::HashMap;

use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

/// The records of one kind from one source.
#[derive(Clone, Copy)]
pub(crate) struct Ledger<'a> {
    pub tx: &'a Tenant,
    pub source: &'a str,
    pub kind: &'a str,
}

/// A record that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub source_id: String,
    pub target_id: String,
    pub checksum: String,
}

impl Entry {
    fn from_row(row: &Row) -> Self {
        Self { source_id: row.get("source_id"), target_id: row.get("target_id"), checksum: row.get("checksum") }
    }
}

const SELECT: &str = "SELECT source_id, target_id, checksum FROM app.import_records WHERE source = $1 AND kind = $2";

impl Ledger<'_> {
    pub async fn find(&self, source_id: &str) -> Result<Option<Entry>> {
        let sql = format!("{SELECT} AND source_id = $3");
        Ok(self.tx.row(&sql, &[&self.source, &self.kind, &source_id]).await?.as_ref().map(Entry::from_row))
    }

    /// Those of these records that were seen, by their id in the source.
    pub async fn find_all(&self, source_ids: &[String]) -> Result<HashMap<String, Entry>> {
        if source_ids.is_empty() {
            return Ok(HashMap::new());
        }
        let sql = format!("{SELECT} AND source_id = ANY ($3::text[])");
        let rows = self.tx.rows(&sql, &[&self.source, &self.kind, &source_ids]).await?;
        Ok(rows.iter().map(Entry::from_row).map(|entry| (entry.source_id.clone(), entry)).collect())
    }

    /// The first records of this kind, at most `limit`.
    pub async fn first(&self, limit: i64) -> Result<Vec<Entry>> {
        let sql = format!("{SELECT} ORDER BY source_id LIMIT $3");
        let rows = self.tx.rows(&sql, &[&self.source, &self.kind, &limit]).await?;
        Ok(rows.iter().map(Entry::from_row).collect())
    }

    /// Notes what became of a record, and by what checksum a change of it is known.
    pub async fn write(&self, source_id: &str, target_id: &str, checksum: &str) -> Result<()> {
        let entry =
            Entry { source_id: source_id.to_owned(), target_id: target_id.to_owned(), checksum: checksum.to_owned() };
        self.write_all(&[entry]).await
    }

    /// Writes records down, each id at most once.
    pub async fn write_all(&self, entries: &[Entry]) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO app.import_records (organization_id, source, kind, source_id, target_id, checksum)
                   SELECT $1, $2, $3, n.source_id, n.target_id, n.checksum
                   FROM unnest($4::text[], $5::text[], $6::text[]) AS n (source_id, target_id, checksum)
                   ON CONFLICT (organization_id, source, kind, source_id)
                   DO UPDATE SET target_id = excluded.target_id, checksum = excluded.checksum";
        let texts = |of: fn(&Entry) -> &String| entries.iter().map(of).cloned().collect::<Vec<_>>();
        let organization = self.tx.organization().as_str();
        let ids = texts(|entry| &entry.source_id);
        let targets = texts(|entry| &entry.target_id);
        let checksums = texts(|entry| &entry.checksum);
        self.tx.execute(sql, &[&organization, &self.source, &self.kind, &ids, &targets, &checksums]).await?;
        Ok(())
    }

    /// Forgets a record, so that it is new when it comes again.
    pub async fn forget(&self, source_id: &str) -> Result<()> {
        let sql = "DELETE FROM app.import_records WHERE source = $1 AND kind = $2 AND source_id = $3";
        self.tx.execute(sql, &[&self.source, &self.kind, &source_id]).await?;
        Ok(())
    }
}

/// The checksum of what a record says, with the state in which its row was left, by which an edit made here is seen.
pub(crate) fn mark(says: &str, left_as: &str) -> String {
    format!("{says}/{left_as}")
}

/// The two halves of a [`mark`].
pub(crate) fn halves(checksum: &str) -> (&str, &str) {
    checksum.split_once('/').unwrap_or((checksum, ""))
}

/// A checksum of anything that can be written as JSON.
pub(crate) fn checksum(value: &impl serde::Serialize) -> Result<String> {
    let mut digits = kernel::secret::digest_hex(&serde_json::to_vec(value)?);
    digits.truncate(32);
    Ok(digits)
}
