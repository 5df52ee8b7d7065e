//! What the theme itself says, in the languages it knows. A new language is one more [`Words`] and a line in [`KNOWN`].

use jiff::Zoned;

use crate::preview_words::{self, PreviewWords};

/// The theme's words in one language.
pub struct Words {
    /// The language, as attributes for an element whose surroundings are in another one.
    pub attributes: &'static str,
    /// Its primary subtag (RFC 5646).
    pub language: &'static str,
    pub skip: &'static str,
    pub main: &'static str,
    pub footer: &'static str,
    pub elsewhere: &'static str,
    pub home: &'static str,
    pub breadcrumbs: &'static str,
    pub search: &'static str,
    pub search_site: &'static str,
    pub search_for: &'static str,
    pub results: &'static str,
    pub category: &'static str,
    pub subcategories: &'static str,
    pub tag: &'static str,
    pub tags: &'static str,
    pub author: &'static str,
    pub untitled: &'static str,
    pub read_next: &'static str,
    pub pages: &'static str,
    pub newer: &'static str,
    pub older: &'static str,
    pub nothing_published: &'static str,
    pub nothing_filed: &'static str,
    pub nothing_tagged: &'static str,
    pub not_found: &'static str,
    pub not_found_title: &'static str,
    /// What stands before and after the link to the front page, and the link itself.
    pub not_found_help: (&'static str, &'static str, &'static str),
    pub anonymous: &'static str,
    pub answer: &'static str,
    pub write_comment: &'static str,
    pub comment: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    pub email_hint: &'static str,
    pub leave_empty: &'static str,
    pub send_comment: &'static str,
    pub comment_instead: &'static str,
    pub not_sent: &'static str,
    pub comment_waits: &'static str,
    pub comment_shown: &'static str,
    pub preview: &'static PreviewWords,
    minutes_to_read: fn(u32) -> String,
    comments: fn(usize) -> String,
    page: fn(usize) -> String,
    page_of: fn(usize, usize) -> String,
    found: fn(usize) -> &'static str,
    nothing_found: (&'static str, &'static str),
    too_many_comments: fn(u64) -> String,
    months: [&'static str; 12],
    date: fn(i8, &str, i16) -> String,
    /// What is wrong with a visitor's comment, by field and code; all others stay as the rules say them.
    problems: &'static [(&'static str, &'static str, &'static str)],
}

static KNOWN: [&Words; 2] = [&ENGLISH, &GERMAN];

/// The words of a language, by its BCP 47 tag, where the theme knows it.
pub fn of(language: &str) -> Option<&'static Words> {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    if language.eq_ignore_ascii_case("en-US") {
        return Some(&AMERICAN);
    }
    KNOWN.into_iter().find(|words| words.language.eq_ignore_ascii_case(primary))
}

/// The words for everybody whose language the theme does not know.
pub fn fallback() -> &'static Words {
    &ENGLISH
}

/// Whether two tags name the same language, whatever their regions.
pub fn is_same_language(one: &str, other: &str) -> bool {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    primary(one) == primary(other)
}

impl Words {
    pub fn minutes_to_read(&self, minutes: &u32) -> String {
        (self.minutes_to_read)(*minutes)
    }

    pub fn comments(&self, count: &usize) -> String {
        (self.comments)(*count)
    }

    pub fn page(&self, page: &usize) -> String {
        (self.page)(*page)
    }

    pub fn page_of(&self, page: &usize, pages: &usize) -> String {
        (self.page_of)(*page, *pages)
    }

    /// What stands before and after the question.
    pub fn answers_to(&self, count: &usize) -> (String, &'static str) {
        match count {
            0 => (self.nothing_found.0.to_owned(), self.nothing_found.1),
            count => (format!("{count} {}", (self.found)(*count)), ""),
        }
    }

    pub fn too_many_comments(&self, minutes: u64) -> String {
        (self.too_many_comments)(minutes)
    }

    /// A day as people write it.
    pub fn date(&self, day: &Zoned) -> String {
        let month = usize::try_from(day.month() - 1).ok().and_then(|month| self.months.get(month));
        (self.date)(day.day(), month.copied().unwrap_or_default(), day.year())
    }

    /// What is wrong with a field of the comment form, in this language.
    pub fn problem(&self, field: &str, code: &str) -> Option<&'static str> {
        let found = self.problems.iter().find(|(of, named, _)| *of == field && *named == code);
        found.map(|(.., words)| *words)
    }
}

const ENGLISH: Words = Words {
    attributes: " lang=\"en\" dir=\"ltr\"",
    language: "en",
    skip: "Skip to content",
    main: "Main",
    footer: "Footer",
    elsewhere: "Elsewhere",
    home: "Home",
    breadcrumbs: "Breadcrumbs",
    search: "Search",
    search_site: "Search this site",
    search_for: "Search for",
    results: "Results",
    category: "Category",
    subcategories: "Sub-categories",
    tag: "Tag",
    tags: "Tags",
    author: "Author",
    untitled: "Untitled",
    read_next: "Read next",
    pages: "Pages",
    newer: "Newer",
    older: "Older",
    nothing_published: "Nothing has been published yet.",
    nothing_filed: "Nothing is filed here yet.",
    nothing_tagged: "Nothing carries this tag yet.",
    not_found: "Page not found",
    not_found_title: "There is nothing at this address",
    not_found_help: (
        "It may have moved, or the address may have a slip in it. Search for it, or start from the ",
        "front page",
        ".",
    ),
    anonymous: "Anonymous",
    answer: "Answer",
    write_comment: "Write a comment",
    comment: "Comment",
    name: "Name",
    email: "Mail address",
    email_hint: "It is never shown.",
    leave_empty: "Leave this empty",
    send_comment: "Send comment",
    comment_instead: "Comment on the article instead",
    not_sent: "Your comment was not sent yet. What you typed is still here.",
    comment_waits: "Thank you. Your comment is waiting for moderation and appears here once it is approved.",
    comment_shown: "Thank you. Your comment is published.",
    preview: &preview_words::ENGLISH,
    minutes_to_read: |minutes| format!("{minutes} min read"),
    comments: |count| if count == 1 { "1 comment".to_owned() } else { format!("{count} comments") },
    page: |page| format!("Page {page}"),
    page_of: |page, pages| format!("Page {page} of {pages}"),
    found: |count| if count == 1 { "result for" } else { "results for" },
    nothing_found: ("Nothing found for", ". Try fewer or other words."),
    too_many_comments: |minutes| {
        let noun = if minutes == 1 { "minute" } else { "minutes" };
        format!("Too many comments came from here or on this article. Send yours in {minutes} {noun}.")
    },
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    date: |day, month, year| format!("{day} {month} {year}"),
    problems: &[],
};

const AMERICAN: Words = Words { date: |day, month, year| format!("{month} {day}, {year}"), ..ENGLISH };

const GERMAN: Words = Words {
    attributes: " lang=\"de\" dir=\"ltr\"",
    language: "de",
    skip: "Zum Inhalt",
    main: "Hauptmenü",
    footer: "Fußzeile",
    elsewhere: "Anderswo",
    home: "Startseite",
    breadcrumbs: "Sie sind hier",
    search: "Suchen",
    search_site: "Diese Website durchsuchen",
    search_for: "Suchen nach",
    results: "Ergebnisse",
    category: "Kategorie",
    subcategories: "Unterkategorien",
    tag: "Schlagwort",
    tags: "Schlagwörter",
    author: "Autor",
    untitled: "Ohne Titel",
    read_next: "Weiterlesen",
    pages: "Seiten",
    newer: "Neuere",
    older: "Ältere",
    nothing_published: "Hier ist noch nichts erschienen.",
    nothing_filed: "Hier ist noch nichts eingeordnet.",
    nothing_tagged: "Dieses Schlagwort trägt noch nichts.",
    not_found: "Seite nicht gefunden",
    not_found_title: "Unter dieser Adresse gibt es nichts",
    not_found_help: (
        "Die Seite ist vielleicht umgezogen, oder die Adresse enthält einen Tippfehler. Suchen Sie danach, oder beginnen Sie auf der ",
        "Startseite",
        ".",
    ),
    anonymous: "Anonym",
    answer: "Antworten",
    write_comment: "Kommentar schreiben",
    comment: "Kommentar",
    name: "Name",
    email: "E-Mail-Adresse",
    email_hint: "Sie wird nie angezeigt.",
    leave_empty: "Bitte leer lassen",
    send_comment: "Kommentar senden",
    comment_instead: "Stattdessen den Artikel kommentieren",
    not_sent: "Ihr Kommentar wurde noch nicht gesendet. Was Sie geschrieben haben, steht noch hier.",
    comment_waits: "Vielen Dank. Ihr Kommentar wird geprüft und erscheint hier, sobald er freigegeben ist.",
    comment_shown: "Vielen Dank. Ihr Kommentar ist veröffentlicht.",
    preview: &preview_words::GERMAN,
    minutes_to_read: |minutes| format!("{minutes} Min. Lesezeit"),
    comments: |count| if count == 1 { "1 Kommentar".to_owned() } else { format!("{count} Kommentare") },
    page: |page| format!("Seite {page}"),
    page_of: |page, pages| format!("Seite {page} von {pages}"),
    found: |_| "Treffer für",
    nothing_found: ("Nichts gefunden für", ". Versuchen Sie es mit weniger oder anderen Wörtern."),
    too_many_comments: |minutes| {
        let noun = if minutes == 1 { "Minute" } else { "Minuten" };
        format!("Von hier oder zu diesem Artikel kamen zu viele Kommentare. Senden Sie Ihren in {minutes} {noun}.")
    },
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    date: |day, month, year| format!("{day}. {month} {year}"),
    problems: &[
        ("name", "required", "Der Name fehlt. Geben Sie mindestens ein Zeichen ein."),
        ("name", "too_long", "Der Name ist zu lang. Kürzen Sie ihn auf 100 Zeichen."),
        ("email", "not_an_email", "Das ist keine E-Mail-Adresse. Sie sieht aus wie name@example.org."),
        ("comment", "required", "Der Kommentar ist leer. Schreiben Sie zuerst etwas."),
        ("comment", "too_long", "Der Kommentar ist zu lang. Kürzen Sie ihn auf 5000 Zeichen."),
        (
            "parent",
            "unknown",
            "Den Kommentar, auf den Sie antworten, gibt es nicht mehr. Senden Sie Ihren noch einmal, dann steht er unter dem Artikel.",
        ),
        (
            "stamp",
            "too_quick",
            "Das war schneller, als Menschen tippen. Warten Sie kurz und senden Sie ihn noch einmal.",
        ),
        ("stamp", "expired", "Das Formular war zu lange offen. Senden Sie es noch einmal."),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_people_of_the_language_do() {
        let day: Zoned = "2026-03-04T12:00[UTC]".parse().unwrap();
        for (language, written) in
            [("en", "4 March 2026"), ("en-GB", "4 March 2026"), ("en-us", "March 4, 2026"), ("de-AT", "4. März 2026")]
        {
            assert_eq!(of(language).unwrap().date(&day), written, "{language}");
        }
        assert!(of("fr").is_none() && of("").is_none() && of("den").is_none());
    }

    #[test]
    fn counts_agree_with_their_nouns() {
        let german = of("de").unwrap();
        assert_eq!((german.comments(&1).as_str(), german.comments(&2).as_str()), ("1 Kommentar", "2 Kommentare"));
        assert_eq!(of("en").unwrap().answers_to(&1), ("1 result for".to_owned(), ""));
        assert!(german.problem("email", "not_an_email").is_some());
        assert!(is_same_language("de-CH", "de") && !is_same_language("de", "en"));
    }
}
