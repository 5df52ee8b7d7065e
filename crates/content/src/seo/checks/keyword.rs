//! Whether the text is about what it wants to be found for.

use kernel::validate;

use super::share;
use crate::seo::report::{Check, Finding, Group, Status};
use crate::seo::subject::Subject;
use crate::seo::words::{self, is_ideograph, words};

const SET: Check = Check::new("keyword", Group::Keyword, "Focus keyword", 4);
const IN_TITLE: Check = Check::new("keyword_in_title", Group::Keyword, "Keyword in the title", 6);
const IN_INTRODUCTION: Check =
    Check::new("keyword_in_introduction", Group::Keyword, "Keyword in the first paragraph", 4);
const IN_HEADINGS: Check = Check::new("keyword_in_headings", Group::Keyword, "Keyword in headings", 3);
const IN_SLUG: Check = Check::new("keyword_in_slug", Group::Keyword, "Keyword in the address", 3);
const IN_DESCRIPTION: Check = Check::new("keyword_in_description", Group::Keyword, "Keyword in the description", 3);
const DENSITY: Check = Check::new("keyword_density", Group::Keyword, "Keyword density", 4);

/// Density says nothing about shorter texts.
const WORDS_FOR_DENSITY: usize = 100;

pub fn check(subject: &Subject) -> Vec<Finding> {
    let keyword = Keyword::new(&subject.keyword);
    let mut findings = vec![set(&keyword)];
    if keyword.words.is_empty() {
        return findings;
    }
    findings.extend([in_title(subject, &keyword), in_slug(subject, &keyword)]);
    findings.extend(in_description(subject, &keyword));
    findings.extend(in_introduction(subject, &keyword));
    findings.extend(in_headings(subject, &keyword));
    findings.extend(density(subject, &keyword));
    findings
}

/// The focus keyword, as words.
pub struct Keyword {
    words: Vec<String>,
}

impl Keyword {
    /// Reads a text once, for all questions about it.
    pub fn new(text: &str) -> Self {
        Self { words: words(text) }
    }

    /// How often the words stand one after the other.
    pub fn uses(&self, text: &str) -> usize {
        if self.words.is_empty() {
            return 0;
        }
        let text = words(text);
        let (mut found, mut position) = (0, 0);
        while let Some(rest) = text.get(position..).filter(|rest| rest.len() >= self.words.len()) {
            let is_here = rest.starts_with(&self.words);
            found += usize::from(is_here);
            position += if is_here { self.words.len() } else { 1 };
        }
        found
    }

    /// Whether every word is somewhere in the text.
    pub fn is_spread_in(&self, text: &str) -> bool {
        let text = words(text);
        !self.words.is_empty() && self.words.iter().all(|word| text.contains(word))
    }

    /// Whether the text is the keyword and nothing else.
    pub fn is(&self, text: &str) -> bool {
        !self.words.is_empty() && words(text) == self.words
    }
}

fn set(keyword: &Keyword) -> Finding {
    let ideographs = keyword.words.iter().filter(|word| word.chars().any(is_ideograph)).count();
    let (status, advice) = match keyword.words.len() - ideographs + ideographs.div_ceil(2) {
        0 => (
            Status::Bad,
            "No focus keyword is set. Write the words people would search for; the checks then look for them.",
        ),
        1..=4 => (Status::Good, "A focus keyword is set."),
        5..=8 => (Status::Ok, "The focus keyword is long. Few people search for more than four words."),
        _ => (Status::Bad, "The focus keyword is a sentence. Choose its one to four most important words."),
    };
    SET.found(status, "keywords", advice)
}

fn in_title(subject: &Subject, keyword: &Keyword) -> Finding {
    let title = subject.texts.search_title();
    let (status, advice) = if words(title).starts_with(&keyword.words) {
        (Status::Good, "The title begins with the keyword.")
    } else if keyword.uses(title) > 0 {
        (Status::Ok, "The keyword is in the title. It works best at its beginning.")
    } else if keyword.is_spread_in(title) {
        (Status::Ok, "The title has the words of the keyword, but apart. Put them together if it reads well.")
    } else {
        (Status::Bad, "The keyword is not in the title. Put it there, at the beginning if it reads well.")
    };
    IN_TITLE.found(status, if subject.texts.meta_title.trim().is_empty() { "title" } else { "meta_title" }, advice)
}

fn in_slug(subject: &Subject, keyword: &Keyword) -> Finding {
    let address = subject.texts.address();
    let parts: Vec<&str> = address.split('-').collect();
    let is_there = |word: &&String| {
        let slug = validate::slug_from(word);
        !slug.is_empty() && slug.split('-').all(|part| parts.contains(&part))
    };
    let found = keyword.words.iter().filter(is_there).count();
    let enough = if keyword.words.len() <= 2 { found == keyword.words.len() } else { found * 2 > keyword.words.len() };
    let (status, advice) = if enough {
        (Status::Good, "The keyword is in the address.")
    } else if found > 0 {
        (Status::Ok, "A part of the keyword is in the address. Add the rest before you publish.")
    } else {
        (
            Status::Bad,
            "The keyword is not in the address. Add it before you publish; later, the old address leads to the new one.",
        )
    };
    IN_SLUG.found(status, "slug", advice)
}

fn in_description(subject: &Subject, keyword: &Keyword) -> Option<Finding> {
    let description = subject.texts.description();
    let (status, advice) = match keyword.uses(&description) {
        _ if description.is_empty() => return None,
        0 if keyword.is_spread_in(&description) => {
            (Status::Ok, "The description has the words of the keyword, but apart.")
        }
        0 => (
            Status::Bad,
            "The keyword is not in the description. Search engines show it in bold when people searched for it.",
        ),
        1 | 2 => (Status::Good, "The keyword is in the description."),
        _ => (Status::Ok, "The keyword is in the description more than twice. Once is enough."),
    };
    Some(IN_DESCRIPTION.found(status, "meta_description", advice))
}

fn in_introduction(subject: &Subject, keyword: &Keyword) -> Option<Finding> {
    let first = subject.document.paragraphs.first()?;
    let in_one_sentence = words::sentences(first).iter().any(|sentence| keyword.is_spread_in(sentence));
    let (status, advice) = if in_one_sentence {
        (Status::Good, "The first paragraph says what it is about.")
    } else if keyword.is_spread_in(first) {
        (Status::Ok, "The first paragraph has the keyword's words in several sentences. Bring them into one.")
    } else {
        (Status::Bad, "The keyword is not in the first paragraph. Say there what this is about.")
    };
    Some(IN_INTRODUCTION.found_at(status, first, advice))
}

/// Headings of the second and third level count; a single one that matches is enough.
fn in_headings(subject: &Subject, keyword: &Keyword) -> Option<Finding> {
    let headings = subject.document.headings.iter().filter(|heading| matches!(heading.level, 2 | 3));
    let matches: Vec<bool> = headings.map(|heading| keyword.is_spread_in(&heading.text)).collect();
    let found = matches.iter().filter(|is_there| **is_there).count();
    let percent = share(found, matches.len());
    let (status, advice) = match (matches.len(), found) {
        (0, _) => return None,
        (_, 0) => (Status::Bad, "No heading has the keyword. Put it into one or two where it fits.".to_owned()),
        (1, _) => (Status::Good, "The heading has the keyword.".to_owned()),
        (all, found) if percent < 30.0 => {
            (Status::Ok, format!("{found} of {all} headings have the keyword. A third of them may."))
        }
        (all, found) if percent > 75.0 => (
            Status::Ok,
            format!("{found} of {all} headings have the keyword. That is too many; say it in other words."),
        ),
        (all, found) => (Status::Good, format!("{found} of {all} headings have the keyword.")),
    };
    Some(IN_HEADINGS.found(status, "content", advice))
}

fn density(subject: &Subject, keyword: &Keyword) -> Option<Finding> {
    if subject.words < WORDS_FOR_DENSITY {
        return None;
    }
    let uses: usize = subject.document.paragraphs.iter().map(|block| keyword.uses(block)).sum();
    let percent = share(uses, subject.words);
    let times = if uses == 1 { "once".to_owned() } else { format!("{uses} times") };
    let (status, advice) = if uses == 0 {
        (Status::Bad, "The text never uses the keyword.".to_owned())
    } else if percent < 0.5 {
        (
            Status::Ok,
            format!(
                "The text uses the keyword {times}, {percent:.1} % of its words. Use it a little more, from 0.5 %."
            ),
        )
    } else if percent <= 3.0 {
        (Status::Good, format!("The text uses the keyword {times}, {percent:.1} % of its words."))
    } else {
        let status = if percent <= 4.0 { Status::Ok } else { Status::Bad };
        (
            status,
            format!(
                "The text uses the keyword {times}, {percent:.1} % of its words. That reads as forced; stay below 3 %."
            ),
        )
    };
    Some(DENSITY.found(status, "content", advice))
}

#[cfg(test)]
#[path = "keyword_tests.rs"]
mod tests;
