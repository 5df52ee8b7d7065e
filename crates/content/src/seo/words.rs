//! Words and sentences.

/// Whether a character is one of those written without spaces between words.
pub fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}')
}

/// The words of a text, small; apostrophes and hyphens belong to them. Ideographs stand each alone.
pub fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    for character in text.to_lowercase().chars() {
        let joins = matches!(character, '\'' | '’' | '-') && !word.is_empty();
        if is_ideograph(character) {
            end_word(&mut found, &mut word);
            found.push(character.to_string());
        } else if character.is_alphanumeric() || joins || is_mark(character) {
            word.push(if character == '’' { '\'' } else { character });
        } else {
            end_word(&mut found, &mut word);
        }
    }
    end_word(&mut found, &mut word);
    found
}

/// Combining marks: the vowels of Indic scripts, and accents that stand beside their letter.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{e31}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}')
}

fn end_word(found: &mut Vec<String>, word: &mut String) {
    let whole = std::mem::take(word);
    let trimmed = whole.trim_end_matches(['\'', '-']);
    if !trimmed.is_empty() {
        found.push(trimmed.to_owned());
    }
}

/// How many words; an ideograph is half of one, as in the item's own count.
pub fn count(text: &str) -> usize {
    let ideographs = text.chars().filter(|character| is_ideograph(*character)).count();
    words(text).len() - ideographs + ideographs / 2
}

/// Short forms whose full stop ends no sentence.
const SHORT_FORMS: [&str; 30] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "e.g", "i.e", "approx", "no", "fig", "jr", "sr", "inc", "z.b",
    "d.h", "u.a", "bzw", "ca", "nr", "usw", "evtl", "abb", "m", "mme", "sra", "av", "p",
];

/// The sentences of one block of text.
pub fn sentences(block: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (position, character) in block.char_indices() {
        let end = position + character.len_utf8();
        let is_end = match character {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' | '…' => ends_sentence(&block[start..position], character, &block[end..]),
            _ => false,
        };
        if is_end {
            push_sentence(&mut found, &block[start..end]);
            start = end;
        }
    }
    push_sentence(&mut found, &block[start..]);
    found
}

fn ends_sentence(before: &str, mark: char, after: &str) -> bool {
    let rest = after.trim_start_matches(['"', '\'', '”', '’', '»', ')', ']']);
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return false;
    }
    let next_is_small = rest.trim_start().chars().next().is_some_and(char::is_lowercase);
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default().to_lowercase();
    let is_short = mark == '.'
        && (SHORT_FORMS.contains(&word.as_str())
            || (word.chars().count() == 1 && word.chars().all(char::is_alphabetic)));
    let goes_on = is_short && !rest.trim_start().is_empty();
    !next_is_small && !goes_on
}

fn push_sentence<'a>(found: &mut Vec<&'a str>, text: &'a str) {
    let text = text.trim();
    if text.chars().any(char::is_alphanumeric) {
        found.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_counted_as_people_do() {
        assert_eq!(
            words("The well-known “editor’s” desk – 3 times"),
            ["the", "well-known", "editor's", "desk", "3", "times"]
        );
        assert_eq!(words("日本 go"), ["日", "本", "go"]);
        assert_eq!((count("你好世界"), count("One two"), count("")), (2, 2, 0));
    }

    #[test]
    fn sentences_end_where_readers_pause() {
        let text = "Dr. Lee paid 3.5 dollars. “Really?” she asked. See e.g. the notes! A. Smith left… And then";
        let expected =
            ["Dr. Lee paid 3.5 dollars.", "“Really?” she asked.", "See e.g. the notes!", "A. Smith left…", "And then"];
        assert_eq!(sentences(text), expected);
        assert_eq!(sentences("今日は。明日は？").len(), 2);
        assert!(sentences(" … ").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_has_words_and_sentences(text in any::<String>()) {
            words(&text);
            count(&text);
            sentences(&text);
        }
    }
}
