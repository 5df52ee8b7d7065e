//! What an import did, for people and programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// How many remarks are kept word for word; the rest is counted.
const EXAMPLES_MOST: usize = 100;
/// How many different reasons are counted apart.
const REASONS_MOST: usize = 60;
/// Under what further reasons are counted.
const OTHER_REASONS: &str = "Other reasons.";
/// How much of a title stands in a remark, in characters.
const TITLE_SHOWN: usize = 80;
/// How many titles a reason names for people.
const TITLES_NAMED: usize = 3;

/// What sort of thing is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Authors,
    Categories,
    Tags,
    Attachments,
    /// Content of any type.
    Items,
    Posts,
    Pages,
    Comments,
    Contacts,
    /// What has no place here, such as menus.
    Others,
}

impl Kind {
    fn label(self) -> &'static str {
        match self {
            Self::Authors => "authors",
            Self::Categories => "categories",
            Self::Tags => "tags",
            Self::Attachments => "attachments",
            Self::Items => "items",
            Self::Posts => "posts",
            Self::Pages => "pages",
            Self::Comments => "comments",
            Self::Contacts => "contacts",
            Self::Others => "others",
        }
    }
}

/// What became of one record that was carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Created,
    Updated,
    Unchanged,
}

/// How many records went which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: u64,
}

/// Something worth saying about one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    pub kind: Kind,
    pub title: String,
    pub reason: String,
}

/// Remarks: all of them counted, the first hundred kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Remarks {
    pub count: u64,
    pub reasons: BTreeMap<String, u64>,
    pub examples: Vec<Remark>,
}

impl Remarks {
    fn add(&mut self, kind: Kind, title: &str, reason: String) {
        self.count += 1;
        let known = self.reasons.len() < REASONS_MOST || self.reasons.contains_key(&reason);
        let key = if known { reason.clone() } else { OTHER_REASONS.to_owned() };
        *self.reasons.entry(key).or_default() += 1;
        if self.examples.len() < EXAMPLES_MOST {
            let title = title.chars().take(TITLE_SHOWN).collect();
            self.examples.push(Remark { kind, title, reason });
        }
    }

    fn write(&self, formatter: &mut fmt::Formatter<'_>, heading: &str) -> fmt::Result {
        if self.count == 0 {
            return Ok(());
        }
        writeln!(formatter, "\n{heading}")?;
        for (reason, count) in &self.reasons {
            writeln!(formatter, "{count:>6} × {reason}")?;
            let mut titles: Vec<String> = Vec::new();
            for remark in self.examples.iter().filter(|remark| remark.reason == *reason && !remark.title.is_empty()) {
                let title = format!("“{}”", remark.title);
                if titles.len() < TITLES_NAMED && !titles.contains(&title) {
                    titles.push(title);
                }
            }
            if !titles.is_empty() {
                writeln!(formatter, "         such as {}", titles.join(", "))?;
            }
        }
        Ok(())
    }
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Where the records come from.
    pub source: String,
    /// Nothing was written.
    pub dry_run: bool,
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: Remarks,
    /// What was carried, but not quite as it was.
    pub adjusted: Remarks,
    pub kinds: BTreeMap<Kind, Counts>,
}

impl Summary {
    pub(crate) fn count(&mut self, kind: Kind, outcome: Outcome) {
        let counts = self.kinds.entry(kind).or_default();
        let (total, of_kind) = match outcome {
            Outcome::Created => (&mut self.created, &mut counts.created),
            Outcome::Updated => (&mut self.updated, &mut counts.updated),
            Outcome::Unchanged => (&mut self.unchanged, &mut counts.unchanged),
        };
        *total += 1;
        *of_kind += 1;
    }

    /// Counts many records at once.
    pub(crate) fn count_many(&mut self, kind: Kind, many: Counts) {
        let counts = self.kinds.entry(kind).or_default();
        for (total, of_kind, more) in [
            (&mut self.created, &mut counts.created, many.created),
            (&mut self.updated, &mut counts.updated, many.updated),
            (&mut self.unchanged, &mut counts.unchanged, many.unchanged),
        ] {
            *total += more;
            *of_kind += more;
        }
    }

    /// Counts many records that were skipped for one reason.
    pub(crate) fn skip_many(&mut self, kind: Kind, reason: &str, count: u64) {
        self.kinds.entry(kind).or_default().skipped += count;
        self.skipped.count += count;
        *self.skipped.reasons.entry(reason.to_owned()).or_default() += count;
    }

    /// Counts many records that were carried with the same change.
    pub(crate) fn adjust_many(&mut self, what: &str, count: u64) {
        self.adjusted.count += count;
        *self.adjusted.reasons.entry(what.to_owned()).or_default() += count;
    }

    pub(crate) fn skip(&mut self, kind: Kind, title: &str, reason: impl Into<String>) {
        self.kinds.entry(kind).or_default().skipped += 1;
        self.skipped.add(kind, title, reason.into());
    }

    pub(crate) fn adjust(&mut self, kind: Kind, title: &str, what: impl Into<String>) {
        self.adjusted.add(kind, title, what.into());
    }

    /// How many records were written.
    pub(crate) fn written(&self) -> u64 {
        self.created + self.updated
    }

    /// The numbers alone, for the audit log.
    pub(crate) fn numbers(&self) -> serde_json::Value {
        serde_json::json!({
            "created": self.created, "updated": self.updated, "unchanged": self.unchanged,
            "skipped": self.skipped.count, "kinds": self.kinds,
        })
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dry = if self.dry_run { " (dry run: nothing was written)" } else { "" };
        writeln!(formatter, "Import from {}{dry}", self.source)?;
        writeln!(formatter, "{:12} {:>9} {:>9} {:>9} {:>9}", "", "created", "updated", "unchanged", "skipped")?;
        let mut row = |label: &str, counts: Counts| {
            let Counts { created, updated, unchanged, skipped } = counts;
            writeln!(formatter, "{label:12} {created:>9} {updated:>9} {unchanged:>9} {skipped:>9}")
        };
        for (kind, counts) in &self.kinds {
            row(kind.label(), *counts)?;
        }
        let (created, updated, unchanged) = (self.created, self.updated, self.unchanged);
        row("all", Counts { created, updated, unchanged, skipped: self.skipped.count })?;
        self.skipped.write(formatter, "Skipped:")?;
        self.adjusted.write(formatter, "Carried with a change:")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_counted_and_only_so_much_is_kept() {
        let mut summary = Summary { source: "https://old.example".into(), ..Summary::default() };
        summary.count(Kind::Posts, Outcome::Created);
        for number in 0..1000 {
            summary.skip(Kind::Comments, &format!("{number}"), format!("reason {}", number % 100));
        }
        assert_eq!((summary.skipped.count, summary.skipped.examples.len()), (1000, EXAMPLES_MOST));
        assert_eq!(summary.skipped.reasons.values().sum::<u64>(), 1000);
        assert_eq!(summary.skipped.reasons.len(), REASONS_MOST + 1);
        let text = summary.to_string();
        assert!(text.contains("comments             0         0         0      1000"), "{text}");
        assert!(text.contains("such as “0”"), "{text}");
    }
}
