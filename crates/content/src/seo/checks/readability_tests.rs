use super::*;
use crate::seo::Texts;
use crate::seo::checks::testing::{finding, paragraph, status, with_content};
use Status::{Bad, Good, Ok};

/// `long` sentences of 21 words out of `all`, each with another beginning.
fn sentences(long: usize, all: usize) -> String {
    let sentence = |position: usize| {
        let rest = if position < long { " x".repeat(20) } else { " x".to_owned() };
        format!("<p>S{position}{rest}.</p>")
    };
    (0..all).map(sentence).collect()
}

#[test]
fn a_quarter_of_the_sentences_may_be_long() {
    for (long, all, expected) in [(0, 1, Good), (1, 4, Good), (26, 100, Ok), (3, 10, Ok), (31, 100, Bad)] {
        assert_eq!(status(&with_content(sentences(long, all)), "sentence_length"), Some(expected), "{long}/{all}");
    }
    let in_language = |language: &str, long| {
        status(&Texts { language: language.to_owned(), ..with_content(sentences(long, 100)) }, "sentence_length")
    };
    assert_eq!((in_language("pl", 15), in_language("pl", 16)), (Some(Good), Some(Ok)));
    assert_eq!(in_language("it", 100), Some(Good), "Italian sentences may have 25 words");
    let found = finding(&with_content(sentences(1, 1)), "sentence_length").unwrap();
    assert!(found.place.quote.unwrap().starts_with("S0 x"), "the longest sentence is named");
    assert_eq!(status(&with_content(""), "sentence_length"), None);
}

#[test]
fn paragraphs_have_at_most_150_words() {
    for (length, expected) in [(150, Good), (151, Ok), (200, Ok), (201, Bad)] {
        assert_eq!(status(&with_content(paragraph(length)), "paragraph_length"), Some(expected), "{length}");
    }
}

#[test]
fn ease_is_known_where_syllables_are() {
    let easy = with_content("<p>The cat sat on the mat and saw the dog run by.</p>".repeat(5));
    assert_eq!(status(&easy, "reading_ease"), Some(Good));
    let hard =
        with_content("<p>Organizational prioritization necessitates interdepartmental collaboration.</p>".repeat(12));
    assert_eq!(status(&hard, "reading_ease"), Some(Bad));
    assert_eq!(status(&Texts { language: "sv".to_owned(), ..easy.clone() }, "reading_ease"), None);
    assert_eq!(status(&with_content("<p>Too short to tell.</p>"), "reading_ease"), None);
    assert_eq!(crate::seo::report(&easy).reading_ease, Some(100.0));
}

/// Fifty one-syllable words would be far too easy; with the right share of two-syllable words the limits are met.
#[test]
fn ease_is_good_from_60_and_middling_from_50() {
    let text = |long: usize, all: usize| {
        let word = |position: usize| if position < long { "butter" } else { "cat" };
        let sentence: Vec<&str> = (0..all).map(word).collect();
        with_content(format!("<p>{}.</p>", sentence.join(" ")).repeat(10))
    };
    // 206.835 − 1.015 × 10 − 84.6 × syllables: 1.6 give 61.3, 1.7 give 52.9, 1.8 give 44.4.
    for (long, expected) in [(6, Good), (7, Ok), (8, Bad)] {
        assert_eq!(status(&text(long, 10), "reading_ease"), Some(expected), "{long}");
    }
}

#[test]
fn not_three_sentences_in_a_row_begin_alike() {
    for (text, expected) in
        [("We go. We run.", Good), ("We go. We run. We sit.", Bad), ("We go. We run. So we sit. We rest.", Good)]
    {
        assert_eq!(status(&with_content(format!("<p>{text}</p>")), "sentence_beginnings"), Some(expected), "{text}");
    }
}

#[test]
fn a_third_of_the_sentences_lead_on() {
    let text = |leading: usize, language: &str| {
        let sentence = |position: usize| {
            let lead = if position < leading { "however" } else { "s" };
            format!("<p>S{position} {lead}{}.</p>", " x".repeat(18))
        };
        Texts { language: language.to_owned(), ..with_content((0..100).map(sentence).collect::<String>()) }
    };
    for (leading, expected) in [(0, Bad), (19, Bad), (20, Ok), (29, Ok), (30, Good)] {
        assert_eq!(status(&text(leading, "en"), "transition_words"), Some(expected), "{leading}");
    }
    assert_eq!(status(&text(0, "fi"), "transition_words"), None);
    assert_eq!(status(&with_content(paragraph(199)), "transition_words"), None);
    assert_eq!(status(&with_content(paragraph(200)), "transition_words"), Some(Bad));
}
