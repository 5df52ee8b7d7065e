//! What was expected and what was found.

use serde::Serialize;
use std::fmt;

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// What was looked at, such as `policies`.
    pub name: String,
    /// What should be.
    pub expected: String,
    /// What is: the same in short, or everything that is wrong.
    pub found: String,
    /// Whether found is as expected.
    pub ok: bool,
}

/// Every check, in the order in which they were made.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    pub checks: Vec<Check>,
}

impl Check {
    /// A check that is right when nothing is wrong.
    pub fn of(name: impl Into<String>, expected: impl Into<String>, problems: Vec<String>) -> Self {
        let wrong = problems.into_iter().reduce(|all, one| all + "; " + &one);
        let ok = wrong.is_none();
        let found = wrong.unwrap_or_else(|| "as expected".to_owned());
        Self { name: name.into(), expected: expected.into(), found, ok }
    }
}

impl Report {
    /// Whether the command may exit 0.
    pub fn ok(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.ok)
    }

    /// The checks that found something else than expected.
    pub fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.ok)
    }

    pub(super) fn add(&mut self, check: Check) {
        self.checks.push(check);
    }
}

/// A table for people: one line a check, and for a failed one what is wrong beneath it.
impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.checks.iter().map(|check| check.name.chars().count()).max().unwrap_or(0);
        for check in &self.checks {
            let mark = if check.ok { "ok   " } else { "WRONG" };
            writeln!(out, "{mark}  {:width$}  {}", check.name, check.expected)?;
            if !check.ok {
                for problem in check.found.split("; ") {
                    writeln!(out, "       {:width$}  found: {problem}", "")?;
                }
            }
        }
        match self.failures().count() {
            0 => writeln!(out, "\nAll {} checks hold.", self.checks.len()),
            wrong => writeln!(out, "\n{wrong} of {} checks failed.", self.checks.len()),
        }
    }
}
