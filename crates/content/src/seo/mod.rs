//! How well an item will be found and read: named checks, a score of 0 to 100, and what networks will show of it.
//!
//! Everything here but the handlers is a pure function of [`Texts`].

pub mod api;
mod checks;
mod document;
mod language;
mod markup;
pub mod pages;
mod panel;
mod preview;
mod report;
mod subject;
mod width;
mod words;

pub use panel::SeoResults;
pub use preview::Address;
pub use report::{Finding, Group, Place, Report, Status};
pub use subject::Texts;

use subject::Subject;

/// Checks an item's texts.
pub fn report(texts: &Texts) -> Report {
    let subject = Subject::new(texts);
    Report::of(checks::all(&subject), subject.words, checks::reading_ease(&subject))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_unique_and_bad_findings_say_what_to_do() {
        let texts = Texts {
            title: "A".to_owned(),
            content: "<h1></h1><p>We go. We run. We sit.</p><a href=\"/\">here</a><img src=\"/i\">".to_owned(),
            keywords: vec!["here".to_owned()],
            language: "en".to_owned(),
            ..Texts::default()
        };
        let report = report(&texts);
        let mut names: Vec<&str> = report.checks.iter().map(|check| check.id).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), report.checks.len());
        assert!(report.checks.iter().all(|check| !check.advice.is_empty() && check.weight > 0));
        assert!(report.score < 50, "{}", report.score);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(
            title in any::<String>(), content in any::<String>(), keyword in any::<String>(),
            language in prop::sample::select(vec!["en", "de", "fr", "es", "it", "ja", ""]),
            markup in "(<p>|</p>|<h2>|</h2>|<a href=\"|\">|</a>|<img alt=\"|word |Ü. |日本|。){0,80}",
        ) {
            for content in [content, markup] {
                let texts = Texts {
                    title: title.clone(), slug: content.clone(), excerpt: content.clone(), content,
                    keywords: vec![keyword.clone()], language: language.to_owned(), ..Texts::default()
                };
                prop_assert!(report(&texts).score <= 100);
            }
        }
    }
}
