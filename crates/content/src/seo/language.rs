//! What differs from language to language: how long sentences may be, how syllables are counted, which words lead on.

use super::words;

/// The languages that have rules of their own here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    German,
    French,
    Spanish,
    Italian,
    Polish,
    Turkish,
    Russian,
    Hebrew,
    Other,
}

impl Language {
    /// From a BCP 47 tag, by its primary subtag.
    pub fn of(tag: &str) -> Self {
        match tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Self::English,
            "de" => Self::German,
            "fr" => Self::French,
            "es" => Self::Spanish,
            "it" => Self::Italian,
            "pl" => Self::Polish,
            "tr" => Self::Turkish,
            "ru" => Self::Russian,
            "he" | "iw" => Self::Hebrew,
            _ => Self::Other,
        }
    }

    /// Words beyond which a sentence is long.
    pub fn longest_sentence(self) -> usize {
        match self {
            Self::Italian => 25,
            Self::Russian | Self::Hebrew | Self::Turkish => 15,
            _ => 20,
        }
    }

    /// The share of long sentences, in hundredths, that is still good.
    pub fn long_sentences(self) -> f64 {
        match self {
            Self::Polish => 15.0,
            Self::Turkish => 20.0,
            _ => 25.0,
        }
    }

    /// Flesch reading ease in the form made for the language; none where syllables cannot be counted.
    pub fn reading_ease(self, words_a_sentence: f64, syllables_a_word: f64) -> Option<f64> {
        match self {
            // Flesch; Amstad; Kandel and Moles; Fernández Huerta.
            Self::English => Some(206.835 - 1.015 * words_a_sentence - 84.6 * syllables_a_word),
            Self::German => Some(180.0 - words_a_sentence - 58.5 * syllables_a_word),
            Self::French => Some(207.0 - 1.015 * words_a_sentence - 73.6 * syllables_a_word),
            Self::Spanish => Some(206.84 - 1.02 * words_a_sentence - 60.0 * syllables_a_word),
            _ => None,
        }
    }

    /// Syllables of one word: groups of vowels, less what is written and not spoken.
    pub fn syllables(self, word: &str) -> usize {
        let groups = match self {
            Self::English => english_syllables(word),
            Self::French => vowel_groups(word).saturating_sub(usize::from(ends_silent_in_french(word))),
            Self::German => german_syllables(word),
            _ => vowel_groups(word),
        };
        groups.max(1)
    }

    /// Words and phrases that lead from one sentence to the next; none where there is no list.
    pub fn transitions(self) -> Option<impl Iterator<Item = &'static str> + Clone> {
        let list = match self {
            Self::English => Some(ENGLISH_TRANSITIONS),
            Self::German => Some(GERMAN_TRANSITIONS),
            Self::French => Some(FRENCH_TRANSITIONS),
            Self::Spanish => Some(SPANISH_TRANSITIONS),
            _ => None,
        };
        list.map(|list| list.split(", "))
    }

    /// Whether a link of these words says nothing about where it leads.
    pub fn is_vague(self, text: &str) -> bool {
        let text = words::words(text).join(" ");
        let own: &[&str] = match self {
            Self::German => &[
                "hier",
                "hier klicken",
                "klicken sie hier",
                "klick hier",
                "mehr",
                "mehr lesen",
                "weiterlesen",
                "mehr erfahren",
                "link",
            ],
            Self::French => &["ici", "cliquez ici", "cliquer ici", "lire la suite", "en savoir plus", "plus", "lien"],
            Self::Spanish => &["aquí", "haga clic aquí", "haz clic aquí", "leer más", "más", "saber más", "enlace"],
            Self::Italian => &["qui", "clicca qui", "leggi tutto", "di più", "continua"],
            _ => &[],
        };
        VAGUE.contains(&text.as_str()) || own.contains(&text.as_str())
    }
}

const VAGUE: [&str; 14] = [
    "click here",
    "here",
    "read more",
    "more",
    "learn more",
    "this",
    "link",
    "this link",
    "this page",
    "see more",
    "continue",
    "continue reading",
    "details",
    "click",
];

const ENGLISH_TRANSITIONS: &str = "above all, accordingly, additionally, after all, afterwards, albeit, also, although, as a result, \
    as soon as, because, before, besides, but, by contrast, consequently, conversely, despite, during, equally, \
    especially, even though, eventually, finally, first, for example, for instance, for this reason, \
    furthermore, hence, however, if, in addition, in conclusion, in fact, in short, in other words, indeed, \
    instead, later, likewise, meanwhile, moreover, nevertheless, next, nonetheless, on the other hand, \
    otherwise, rather, second, similarly, since, so, still, such as, that is, then, therefore, though, thus, \
    until, while";
const GERMAN_TRANSITIONS: &str = "aber, allerdings, also, andererseits, anschließend, auch, außerdem, bevor, beispielsweise, da, dadurch, \
    dagegen, daher, danach, dann, darum, davor, denn, dennoch, deshalb, deswegen, doch, ebenso, einerseits, \
    erstens, falls, ferner, folglich, hingegen, im gegensatz, indem, jedoch, nachdem, nämlich, obwohl, \
    schließlich, sobald, somit, sondern, trotzdem, während, weil, wenn, zudem, zuerst, zum beispiel";
const FRENCH_TRANSITIONS: &str = "afin, ainsi, alors, après, aussi, autrement dit, avant, bref, car, cependant, c'est pourquoi, d'abord, \
    d'ailleurs, d'une part, d'autre part, de plus, donc, du coup, également, en effet, en fait, en outre, \
    en revanche, enfin, ensuite, finalement, lorsque, mais, malgré, néanmoins, par conséquent, par contre, \
    par exemple, parce que, pendant, pourtant, puis, puisque, quand, si, tandis que, toutefois";
const SPANISH_TRANSITIONS: &str = "además, ahora bien, al final, antes, así, asimismo, aunque, cuando, de hecho, del mismo modo, después, \
    en cambio, en conclusión, en primer lugar, en resumen, entonces, es decir, finalmente, incluso, luego, \
    mientras, no obstante, o sea, pero, por consiguiente, por ejemplo, por eso, por lo tanto, por otro lado, \
    porque, primero, pues, si, sin embargo, sino, también, tampoco, ya que";

fn is_vowel(character: char) -> bool {
    "aeiouyáàâäãåæéèêëíìîïóòôöõøœúùûüýÿ".contains(character)
}

fn vowel_groups(word: &str) -> usize {
    let mut groups = 0;
    let mut was_vowel = false;
    for character in word.chars() {
        let now = is_vowel(character);
        groups += usize::from(now && !was_vowel);
        was_vowel = now;
    }
    groups
}

/// A closing e and -ed are silent, except in -le after a consonant and after t or d.
fn english_syllables(word: &str) -> usize {
    let groups = vowel_groups(word);
    let end: Vec<char> = word.chars().rev().take(3).collect();
    let before_is_vowel = |position: usize| end.get(position).is_none_or(|character| is_vowel(*character));
    let silent = match end.as_slice() {
        ['e', 'l', before, ..] => is_vowel(*before),
        ['e', ..] => !before_is_vowel(1),
        ['d', 'e', before, ..] => !matches!(before, 't' | 'd') && !is_vowel(*before),
        ['s', 'e', before, ..] => !matches!(before, 's' | 'x' | 'z' | 'c' | 'g' | 'h') && !is_vowel(*before),
        _ => false,
    };
    groups.saturating_sub(usize::from(silent))
}

fn ends_silent_in_french(word: &str) -> bool {
    ["e", "es", "ent"].iter().any(|end| {
        word.strip_suffix(end).is_some_and(|stem| stem.chars().next_back().is_some_and(|last| !is_vowel(last)))
    })
}

/// Two vowels are two syllables in German unless they are one sound.
fn german_syllables(word: &str) -> usize {
    const ONE_SOUND: [&str; 12] = ["ei", "ai", "au", "äu", "eu", "ie", "aa", "ee", "oo", "ui", "ey", "ay"];
    let mut rest: &str = word;
    let mut found = 0;
    while let Some(first) = rest.chars().next() {
        let pair = ONE_SOUND.iter().find(|pair| rest.starts_with(**pair));
        found += usize::from(is_vowel(first));
        rest = &rest[pair.map_or(first.len_utf8(), |pair| pair.len())..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn syllables_are_counted_as_spoken() {
        let count = |language: Language, words: &[(&str, usize)]| {
            for (word, expected) in words {
                assert_eq!(language.syllables(word), *expected, "{word}");
            }
        };
        count(
            Language::English,
            &[
                ("cat", 1),
                ("table", 2),
                ("whale", 1),
                ("walked", 1),
                ("wanted", 2),
                ("houses", 2),
                ("reading", 2),
                ("be", 1),
                ("x", 1),
            ],
        );
        count(Language::German, &[("haus", 1), ("kaffee", 2), ("theater", 3), ("bauen", 2), ("ruine", 2)]);
        count(Language::French, &[("porte", 1), ("parlent", 1), ("été", 2), ("le", 1)]);
        count(Language::Spanish, &[("casa", 2), ("bueno", 2)]);
    }

    #[test]
    fn rules_come_with_the_language() {
        assert_eq!(Language::of("de-AT"), Language::German);
        assert_eq!(Language::of("pt_BR"), Language::Other);
        assert_eq!((Language::of("it").longest_sentence(), Language::of("tr").longest_sentence()), (25, 15));
        assert!(Language::Other.transitions().is_none() && Language::Other.reading_ease(10.0, 1.5).is_none());
        assert!(Language::German.is_vague("Hier klicken!") && Language::German.is_vague("Read more"));
        assert!(!Language::English.is_vague("How we brew"));
    }

    proptest! {
        #[test]
        fn any_word_has_a_syllable(word in any::<String>()) {
            for language in [Language::English, Language::German, Language::French, Language::Spanish] {
                prop_assert!(language.syllables(&word) >= 1);
            }
        }
    }
}
