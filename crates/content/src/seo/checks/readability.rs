//! How easily the text reads.

use super::{number, share};
use crate::seo::report::{Check, Finding, Group, Status};
use crate::seo::subject::Subject;
use crate::seo::words::{self, words};

const SENTENCES: Check = Check::new("sentence_length", Group::Readability, "Sentence length", 4);
const PARAGRAPHS: Check = Check::new("paragraph_length", Group::Readability, "Paragraph length", 3);
const EASE: Check = Check::new("reading_ease", Group::Readability, "Reading ease", 3);
const BEGINNINGS: Check = Check::new("sentence_beginnings", Group::Readability, "Beginnings of sentences", 2);
const TRANSITIONS: Check = Check::new("transition_words", Group::Readability, "Transition words", 2);

const PARAGRAPH_LONGEST: usize = 150;
const PARAGRAPH_FAR_TOO_LONG: usize = 200;
/// So many hundredths more long sentences than good are still middling.
const LONG_SENTENCES_MIDDLING: f64 = 30.0;
/// Averages say nothing about fewer words.
const WORDS_FOR_EASE: usize = 50;
const WORDS_FOR_TRANSITIONS: usize = 200;
const SAME_BEGINNINGS: usize = 3;

pub fn check(subject: &Subject) -> Vec<Finding> {
    if subject.sentences.is_empty() {
        return Vec::new();
    }
    let mut findings = vec![sentence_length(subject), paragraph_length(subject), beginnings(subject)];
    findings.extend(ease(subject));
    findings.extend(transitions(subject));
    findings
}

fn sentence_length(subject: &Subject) -> Finding {
    let most = subject.language.longest_sentence();
    let lengths = subject.sentences.iter().map(|sentence| (words::count(sentence), sentence.as_str()));
    let long: Vec<(usize, &str)> = lengths.filter(|(length, _)| *length > most).collect();
    let percent = share(long.len(), subject.sentences.len());
    let status = Status::below(percent, subject.language.long_sentences(), LONG_SENTENCES_MIDDLING);
    let longest = long.iter().max_by_key(|(length, _)| *length).map_or("", |(_, sentence)| sentence);
    let advice = match status {
        Status::Good => format!("{percent:.0} % of the sentences have more than {most} words."),
        _ => format!("{percent:.0} % of the sentences have more than {most} words. Part the longest ones."),
    };
    SENTENCES.found_at(status, longest, advice)
}

fn paragraph_length(subject: &Subject) -> Finding {
    let lengths = subject.document.paragraphs.iter().map(|block| (words::count(block), block.as_str()));
    let (length, longest) = lengths.max_by_key(|(length, _)| *length).unwrap_or((0, ""));
    let status = Status::below(number(length), number(PARAGRAPH_LONGEST), number(PARAGRAPH_FAR_TOO_LONG));
    let advice = match status {
        Status::Good => format!("The longest paragraph has {length} words."),
        _ => format!(
            "The longest paragraph has {length} words. Part it; {PARAGRAPH_LONGEST} are enough for one thought."
        ),
    };
    PARAGRAPHS.found_at(status, longest, advice)
}

/// Flesch reading ease of the running text, where the language has a rule and there is enough of it.
pub fn reading_ease(subject: &Subject) -> Option<f64> {
    let (mut count, mut syllables) = (0_usize, 0_usize);
    for sentence in &subject.sentences {
        for word in words(sentence) {
            count += 1;
            syllables += subject.language.syllables(&word);
        }
    }
    if count < WORDS_FOR_EASE {
        return None;
    }
    let sentences = number(subject.sentences.len());
    let ease = subject.language.reading_ease(number(count) / sentences, number(syllables) / number(count))?;
    Some((ease.clamp(0.0, 100.0) * 10.0).round() / 10.0)
}

fn ease(subject: &Subject) -> Option<Finding> {
    let ease = reading_ease(subject)?;
    let (status, advice) = if ease >= 60.0 {
        (Status::Good, format!("Reading ease is {ease:.0} of 100."))
    } else {
        let status = if ease >= 50.0 { Status::Ok } else { Status::Bad };
        (status, format!("Reading ease is {ease:.0} of 100, which is hard. Use shorter sentences and shorter words."))
    };
    Some(EASE.found(status, "content", advice))
}

/// Sentences in a row that begin with the same word sound like a list.
fn beginnings(subject: &Subject) -> Finding {
    let first = |sentence: &String| words(sentence).into_iter().next().unwrap_or_default();
    let (mut before, mut run) = (String::new(), 0);
    for sentence in &subject.sentences {
        let word = first(sentence);
        run = if word == before { run + 1 } else { 1 };
        before = word;
        if run == SAME_BEGINNINGS {
            let advice = format!("{SAME_BEGINNINGS} sentences in a row begin with “{before}”. Vary them.");
            return BEGINNINGS.found_at(Status::Bad, sentence, advice);
        }
    }
    BEGINNINGS.found(Status::Good, "content", "Sentences begin in different ways.")
}

fn transitions(subject: &Subject) -> Option<Finding> {
    let list = subject.language.transitions().filter(|_| subject.words >= WORDS_FOR_TRANSITIONS)?;
    let leads_on = |sentence: &&String| {
        let sentence = format!(" {} ", words(sentence).join(" "));
        list.clone().any(|phrase| sentence.contains(&format!(" {phrase} ")))
    };
    let percent = share(subject.sentences.iter().filter(leads_on).count(), subject.sentences.len());
    let (status, advice) = if percent >= 30.0 {
        (Status::Good, format!("{percent:.0} % of the sentences have a transition word."))
    } else {
        let status = if percent >= 20.0 { Status::Ok } else { Status::Bad };
        (
            status,
            format!(
                "{percent:.0} % of the sentences have a transition word, such as “{}”. With 30 % readers see how one leads to the next.",
                list.clone().next().unwrap_or_default()
            ),
        )
    };
    Some(TRANSITIONS.found(status, "content", advice))
}

#[cfg(test)]
#[path = "readability_tests.rs"]
mod tests;
