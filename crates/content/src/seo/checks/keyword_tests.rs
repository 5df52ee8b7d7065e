use super::*;
use crate::seo::Texts;
use crate::seo::checks::testing::status;
use Status::{Bad, Good, Ok};

fn about(keyword: &str) -> Texts {
    Texts { keywords: vec![keyword.to_owned()], language: "en".to_owned(), ..Texts::default() }
}

fn with_content(content: &str) -> Texts {
    Texts { content: content.to_owned(), ..about("pour over") }
}

#[test]
fn keywords_have_one_to_four_words() {
    for (count, expected) in [(0, Bad), (1, Good), (4, Good), (5, Ok), (8, Ok), (9, Bad)] {
        assert_eq!(status(&about(&vec!["word"; count].join(" ")), "keyword"), Some(expected), "{count}");
    }
    assert_eq!(status(&about(" "), "keyword_in_title"), None, "without a keyword nothing is looked for");
}

#[test]
fn titles_begin_with_the_keyword() {
    for (title, expected) in [
        ("Pour-over? Pour over!", Ok),
        ("Pour over coffee", Good),
        ("A pour over", Ok),
        ("Over and pour", Ok),
        ("Pouring overhead", Bad),
    ] {
        let texts = Texts { title: title.to_owned(), ..about("pour over") };
        assert_eq!(status(&texts, "keyword_in_title"), Some(expected), "{title}");
    }
}

#[test]
fn addresses_have_the_keyword() {
    for (keyword, slug, expected) in [
        ("pour over", "pour-over", Good),
        ("pour over", "pour", Ok),
        ("pour over", "coffee", Bad),
        ("slow pour over", "slow-pour", Good),
        ("slow pour over", "slow", Ok),
        ("Grüße", "grusse", Good),
        ("日本", "ri-ben", Good),
    ] {
        let texts = Texts { slug: slug.to_owned(), ..about(keyword) };
        assert_eq!(status(&texts, "keyword_in_slug"), Some(expected), "{keyword} {slug}");
    }
}

#[test]
fn descriptions_have_the_keyword_once_or_twice() {
    for (times, expected) in [(0, Bad), (1, Good), (2, Good), (3, Ok)] {
        let texts = Texts { meta_description: format!("A {}", "pour over, ".repeat(times)), ..about("pour over") };
        assert_eq!(status(&texts, "keyword_in_description"), Some(expected), "{times}");
    }
    assert_eq!(status(&about("x"), "keyword_in_description"), None);
}

#[test]
fn the_first_paragraph_says_it_in_one_sentence() {
    for (content, expected) in [
        ("<p>The pour goes over.</p>", Good),
        ("<p>We pour. It is over.</p>", Ok),
        ("<p>Coffee.</p><p>Pour over.</p>", Bad),
    ] {
        assert_eq!(status(&with_content(content), "keyword_in_introduction"), Some(expected), "{content}");
    }
}

#[test]
fn a_third_to_three_quarters_of_the_headings_have_it() {
    for (matching, all, expected) in
        [(0, 2, Bad), (1, 1, Good), (1, 4, Ok), (3, 10, Good), (3, 4, Good), (4, 5, Ok), (2, 2, Ok)]
    {
        let headings: String = (0..all)
            .map(|position| if position < matching { "<h2>Pour over</h2>" } else { "<h3>Other</h3>" })
            .collect();
        assert_eq!(status(&with_content(&headings), "keyword_in_headings"), Some(expected), "{matching}/{all}");
    }
    assert_eq!(status(&with_content("<p>x</p>"), "keyword_in_headings"), None);
}

#[test]
fn density_is_between_a_half_and_three_percent() {
    for (uses, words, expected) in
        [(0, 200, Bad), (1, 201, Ok), (1, 200, Good), (6, 200, Good), (7, 200, Ok), (8, 200, Ok), (9, 200, Bad)]
    {
        let text = format!("<p>{} {}</p>", "coffee. ".repeat(uses), "word ".repeat(words - uses));
        let texts = Texts { content: text, ..about("coffee") };
        assert_eq!(status(&texts, "keyword_density"), Some(expected), "{uses}/{words}");
    }
    assert_eq!(status(&with_content(&format!("<p>{}</p>", "word ".repeat(99))), "keyword_density"), None);
}
