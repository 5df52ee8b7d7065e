//! The named checks. Each looks at one thing, and is left out where it does not apply.

mod images;
mod keyword;
mod links;
mod listing;
mod readability;
mod structure;

pub(super) use readability::reading_ease;

use super::report::Finding;
use super::subject::Subject;

/// Everything that was found, in the order of the panel.
pub(super) fn all(subject: &Subject) -> Vec<Finding> {
    let mut findings = listing::check(subject);
    findings.extend(keyword::check(subject));
    findings.extend(structure::check(subject));
    findings.extend(links::check(subject));
    findings.extend(images::check(subject));
    findings.extend(readability::check(subject));
    findings
}

/// `part` of `whole` in hundredths; 0 of nothing.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { number(part) * 100.0 / number(whole) }
}

/// A count as a number; texts are far smaller than what a double holds exactly.
fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
pub(super) mod testing {
    use super::super::report::{Finding, Status};
    use super::super::{Texts, report};

    /// The finding of a check, or none where it was left out.
    pub fn finding(texts: &Texts, id: &str) -> Option<Finding> {
        report(texts).checks.into_iter().find(|check| check.id == id)
    }

    pub fn status(texts: &Texts, id: &str) -> Option<Status> {
        finding(texts, id).map(|finding| finding.status)
    }

    pub fn with_content(content: impl Into<String>) -> Texts {
        Texts { content: content.into(), language: "en".to_owned(), ..Texts::default() }
    }

    /// A paragraph of this many words, without an end to its sentence.
    pub fn paragraph(words: usize) -> String {
        format!("<p>{}</p>", vec!["word"; words].join(" "))
    }
}
