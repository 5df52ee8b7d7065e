//! Length and headings.

use crate::seo::report::{Check, Finding, Group, Status};
use crate::seo::subject::Subject;

const LENGTH: Check = Check::new("text_length", Group::Structure, "Text length", 5);
const FIRST_LEVEL: Check = Check::new("single_h1", Group::Structure, "One main heading", 2);
const ORDER: Check = Check::new("heading_order", Group::Structure, "Order of headings", 3);
const SECTIONS: Check = Check::new("section_length", Group::Structure, "Headings in long text", 4);

const ENOUGH_WORDS: usize = 300;
const FEW_WORDS: usize = 200;
const SECTION_LONGEST: usize = 300;
const SECTION_FAR_TOO_LONG: usize = 350;

pub fn check(subject: &Subject) -> Vec<Finding> {
    let mut findings = vec![length(subject)];
    if !subject.document.headings.is_empty() {
        findings.extend([first_level(subject), order(subject)]);
    }
    findings.extend(sections(subject));
    findings
}

fn length(subject: &Subject) -> Finding {
    let words = subject.words;
    let has = if words == 1 { "The text has 1 word".to_owned() } else { format!("The text has {words} words") };
    let (status, advice) = match words {
        ENOUGH_WORDS.. => (Status::Good, format!("{has}.")),
        FEW_WORDS..ENOUGH_WORDS => (Status::Ok, format!("{has}. From 300 on it has more to be found by.")),
        _ => (Status::Bad, format!("{has}. Search engines take so short a text for thin; aim for 300.")),
    };
    LENGTH.found(status, "content", advice)
}

/// The page's title is its main heading already.
fn first_level(subject: &Subject) -> Finding {
    let mut first = subject.document.headings.iter().filter(|heading| heading.level == 1);
    let passage = first.next().map_or("", |heading| heading.text.as_str());
    let (status, advice) = match (passage, first.next()) {
        ("", None) => (Status::Good, "The title is the only main heading."),
        (_, None) => (
            Status::Ok,
            "The text has a heading of the first level, which the title already is. Make it one of the second.",
        ),
        _ => (
            Status::Bad,
            "The text has several headings of the first level, which the title already is. Make them second.",
        ),
    };
    FIRST_LEVEL.found_at(status, passage, advice)
}

fn order(subject: &Subject) -> Finding {
    let headings = &subject.document.headings;
    if headings.iter().any(|heading| heading.text.is_empty()) {
        return ORDER.found(Status::Bad, "content", "A heading is empty. Write it or remove it.");
    }
    let mut above = 1;
    let mut skips = Vec::new();
    for heading in headings {
        if heading.level > above + 1 {
            skips.push(heading);
        }
        above = heading.level;
    }
    let passage = skips.first().map_or("", |heading| heading.text.as_str());
    let (status, advice) = match skips.len() {
        0 => (Status::Good, "No level of headings is skipped."),
        1 => (Status::Ok, "A heading skips a level. Make it one level below the heading above it."),
        _ => (Status::Bad, "Several headings skip a level. Make each one level below the heading above it."),
    };
    ORDER.found_at(status, passage, advice)
}

fn sections(subject: &Subject) -> Option<Finding> {
    let longest = subject.document.sections.iter().copied().max().unwrap_or(0);
    if subject.words <= SECTION_LONGEST {
        return None;
    }
    let (status, advice) = if subject.document.headings.is_empty() {
        (Status::Bad, "A text of this length has no headings. Add one about every 300 words.".to_owned())
    } else if longest <= SECTION_LONGEST {
        (Status::Good, "Headings part the text well.".to_owned())
    } else {
        let status = if longest <= SECTION_FAR_TOO_LONG { Status::Ok } else { Status::Bad };
        (status, format!("A part without headings has {longest} words. Add a heading so that none has more than 300."))
    };
    Some(SECTIONS.found(status, "content", advice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seo::checks::testing::{finding, paragraph, status, with_content};
    use Status::{Bad, Good, Ok};

    #[test]
    fn texts_have_300_words() {
        for (words, expected) in [(0, Bad), (199, Bad), (200, Ok), (299, Ok), (300, Good)] {
            assert_eq!(status(&with_content(paragraph(words)), "text_length"), Some(expected), "{words}");
        }
    }

    #[test]
    fn the_title_is_the_only_main_heading() {
        for (content, expected) in [("<h2>a</h2>", Good), ("<h1>a</h1>", Ok), ("<h1>a</h1><h1>b</h1>", Bad)] {
            assert_eq!(status(&with_content(content), "single_h1"), Some(expected), "{content}");
        }
        assert_eq!(status(&with_content("<p>a</p>"), "single_h1"), None);
    }

    #[test]
    fn levels_are_not_skipped_and_the_place_is_named() {
        for (content, expected) in [
            ("<h2>a</h2><h3>b</h3><h2>c</h2>", Good),
            ("<h2>a</h2><h4>b</h4>", Ok),
            ("<h3>a</h3>", Ok),
            ("<h3>a</h3><h5>b</h5>", Bad),
            ("<h2></h2>", Bad),
        ] {
            assert_eq!(status(&with_content(content), "heading_order"), Some(expected), "{content}");
        }
        let found = finding(&with_content("<h2>a</h2><h4>Deep down</h4>"), "heading_order").unwrap();
        assert_eq!(found.place.quote.as_deref(), Some("Deep down"));
    }

    #[test]
    fn long_texts_have_a_heading_every_300_words() {
        let heading = "<h2>a</h2>";
        for (content, expected) in [
            (paragraph(300), None),
            (paragraph(301), Some(Bad)),
            (format!("{heading}{}{heading}{}", paragraph(300), paragraph(10)), Some(Good)),
            (format!("{heading}{}", paragraph(301)), Some(Ok)),
            (format!("{heading}{}", paragraph(350)), Some(Ok)),
            (format!("{heading}{}", paragraph(351)), Some(Bad)),
        ] {
            assert_eq!(status(&with_content(content), "section_length"), expected);
        }
    }
}
