//! Colours for code: comments, strings, numbers, keywords and names are told apart, so that a page needs no script for it.
//!
//! A lexer with a table of languages, the same that the editor has, and no grammar: grammars for two dozen languages weigh more
//! than the rest of the site and take longer than its pages.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::html::{SafeHtml, escape};

/// Bytes of a block beyond which it is left as it is: nobody reads that far, and every page is made while somebody waits.
const LONGEST: usize = 64 * 1024;
const OPENS: &str = "<pre><code class=\"language-";
const CLOSES: &str = "</code></pre>";

#[derive(Debug, Deserialize)]
struct Language {
    names: Vec<String>,
    /// What begins a comment that ends with its line.
    line: Vec<String>,
    /// What begins and ends any other comment.
    block: Vec<(String, String)>,
    /// What begins and ends a string, the longer before the shorter.
    strings: Vec<String>,
    keywords: String,
    #[serde(default)]
    caseless: bool,
    /// Strings and names mean something within tags alone.
    #[serde(default)]
    markup: bool,
}

static LANGUAGES: LazyLock<Vec<Language>> =
    LazyLock::new(|| serde_json::from_str(include_str!("languages.json")).unwrap_or_default());

/// What a piece of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Comment,
    String,
    Number,
    Keyword,
    Name,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Comment => "hl-comment",
            Self::String => "hl-string",
            Self::Number => "hl-number",
            Self::Keyword => "hl-keyword",
            Self::Name => "hl-name",
        }
    }
}

/// Gives the code blocks of a sanitized body their colours, where their language is known.
pub fn coloured(html: &SafeHtml) -> SafeHtml {
    if !html.as_str().contains(OPENS) {
        return html.clone();
    }
    let mut done = String::with_capacity(html.as_str().len() * 2);
    let mut rest = html.as_str();
    while let Some(at) = rest.find(OPENS) {
        let (before, block) = rest.split_at(at);
        done.push_str(before);
        let Some((head, code, after)) = parts(block) else {
            done.push_str(OPENS);
            rest = &block[OPENS.len()..];
            continue;
        };
        done.push_str(head);
        done.push_str(&coloured_code(&head[OPENS.len()..head.len() - 2], code));
        done.push_str(CLOSES);
        rest = after;
    }
    done.push_str(rest);
    SafeHtml::already_sanitized(done)
}

/// The opening tags, the code and what follows the block; none when the code holds markup of its own.
fn parts(block: &str) -> Option<(&str, &str, &str)> {
    let head_ends = block[OPENS.len()..].find("\">")? + OPENS.len() + 2;
    let code_ends = block[head_ends..].find('<')? + head_ends;
    let after = block[code_ends..].strip_prefix(CLOSES)?;
    let has_other_attributes = block[OPENS.len()..head_ends - 2].contains(['"', '>', ' ']);
    (!has_other_attributes).then_some((&block[..head_ends], &block[head_ends..code_ends], after))
}

fn coloured_code(language: &str, written: &str) -> String {
    let name = language.to_ascii_lowercase();
    let language = LANGUAGES.iter().find(|language| language.names.contains(&name));
    let Some(language) = language.filter(|_| written.len() <= LONGEST) else { return written.to_owned() };
    let code = html_escape_decoded(written);
    let mut html = String::with_capacity(code.len() * 2);
    for (kind, text) in lexed(language, &code) {
        match kind {
            Some(kind) => html.push_str(&format!("<span class=\"{}\">{}</span>", kind.class(), escape(text))),
            None => html.push_str(&escape(text)),
        }
    }
    html
}

/// Decodes what the sanitizer's serializer encodes in text.
fn html_escape_decoded(text: &str) -> String {
    text.replace("&nbsp;", "\u{a0}")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// The code in pieces; together they are the code.
fn lexed<'code>(language: &Language, code: &'code str) -> Vec<(Option<Kind>, &'code str)> {
    let mut pieces: Vec<(Option<Kind>, &str)> = Vec::new();
    let (mut at, mut plain_from, mut in_tag) = (0, 0, false);
    while let Some(character) = code[at..].chars().next() {
        let before = code[..at].chars().next_back();
        let found = piece(language, &code[at..], before, in_tag);
        if language.markup && found.is_none() {
            in_tag = (in_tag || character == '<') && character != '>';
        }
        let Some((kind, length)) = found else {
            at += character.len_utf8();
            continue;
        };
        if plain_from < at {
            pieces.push((None, &code[plain_from..at]));
        }
        pieces.push((kind, &code[at..at + length]));
        at += length;
        plain_from = at;
    }
    if plain_from < code.len() {
        pieces.push((None, &code[plain_from..]));
    }
    pieces
}

/// What begins here, and how long it is; none for what means nothing by itself.
fn piece(language: &Language, rest: &str, before: Option<char>, in_tag: bool) -> Option<(Option<Kind>, usize)> {
    let comment = language.line.iter().find(|start| rest.starts_with(start.as_str()));
    // A sign such as # begins a comment only where a word could begin.
    let is_free = before.is_none_or(|before| !is_word(before) && before != '$' && before != ':');
    if comment.is_some() && is_free {
        return Some((Some(Kind::Comment), rest.find('\n').unwrap_or(rest.len())));
    }
    if let Some((start, end)) = language.block.iter().find(|(start, _)| rest.starts_with(start.as_str())) {
        let length = rest[start.len()..].find(end.as_str()).map_or(rest.len(), |at| start.len() + at + end.len());
        return Some((Some(Kind::Comment), length));
    }
    if (in_tag || !language.markup)
        && let Some(quote) = language.strings.iter().find(|quote| rest.starts_with(quote.as_str()))
    {
        return Some((Some(Kind::String), string_length(rest, quote)));
    }
    word(language, rest, before, in_tag)
}

/// Up to the same quote again, or to the end of the line where such strings end with it.
fn string_length(rest: &str, quote: &str) -> usize {
    let is_of_one_line = quote == "\"" || quote == "'";
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(quote.chars().count()) {
        if is_of_one_line && character == '\n' {
            return at;
        }
        if !escaped && rest[at..].starts_with(quote) {
            return at + quote.len();
        }
        escaped = character == '\\' && !escaped;
    }
    rest.len()
}

fn word(language: &Language, rest: &str, before: Option<char>, in_tag: bool) -> Option<(Option<Kind>, usize)> {
    let first = rest.chars().next().filter(|first| is_word(*first) || ['@', '!'].contains(first))?;
    let is_inside = before.is_some_and(is_word);
    let hyphens = language.markup || language.names.iter().any(|name| name == "css");
    let tail = &rest[first.len_utf8()..];
    let more = |character: char| {
        is_word(character) || (hyphens && character == '-') || (first.is_ascii_digit() && character == '.')
    };
    let length = first.len_utf8() + tail.find(|character| !more(character)).unwrap_or(tail.len());
    let text = &rest[..length];
    if is_inside {
        return Some((None, length));
    }
    if language.markup {
        let is_tag = in_tag && matches!(before, Some('<' | '/'));
        let kind = if is_tag { Some(Kind::Keyword) } else { in_tag.then_some(Kind::Name) };
        return Some((kind, length));
    }
    let same = |keyword: &str| if language.caseless { keyword.eq_ignore_ascii_case(text) } else { keyword == text };
    let kind = if language.keywords.split(' ').any(same) {
        Some(Kind::Keyword)
    } else if first.is_ascii_digit() {
        Some(Kind::Number)
    } else {
        rest[length..].starts_with('(').then_some(Kind::Name)
    };
    Some((kind, length))
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(language: &str, code: &str) -> String {
        format!(
            "<pre><code class=\"language-{language}\">{}</code></pre>",
            code.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
        )
    }

    fn shown(html: &str) -> String {
        coloured(&SafeHtml::already_sanitized(html)).as_str().to_owned()
    }

    #[test]
    fn the_parts_of_a_program_are_told_apart() {
        let html = shown(&block("rust", "fn main() { // <go>\n    print(\"a \\\" b\", 42);\n}"));
        for piece in [
            "<span class=\"hl-keyword\">fn</span> <span class=\"hl-name\">main</span>() {",
            "<span class=\"hl-comment\">// &lt;go&gt;</span>\n",
            "<span class=\"hl-string\">&quot;a \\&quot; b&quot;</span>, <span class=\"hl-number\">42</span>",
        ] {
            assert!(html.contains(piece), "{piece} is missing in {html}");
        }
        let html = shown(&block("sql", "select 'it' FROM x -- all"));
        assert!(
            html.contains("<span class=\"hl-keyword\">select</span>")
                && html.contains("<span class=\"hl-keyword\">FROM</span>"),
            "{html}"
        );
        let html = shown(&block("html", "<a href=\"/x\">is 'it'</a>"));
        assert!(
            html.contains(
                "&lt;<span class=\"hl-keyword\">a</span> <span class=\"hl-name\">href</span>=<span class=\"hl-string\">"
            ),
            "{html}"
        );
        assert!(html.contains("is &#39;it&#39;&lt;/<span"), "{html}");
    }

    #[test]
    fn what_is_not_known_stays_as_it_is() {
        for html in [
            block("cobol", "MOVE 1 TO X"),
            "<pre><code>fn main() {}</code></pre>".to_owned(),
            "<pre><code class=\"language-rust\">a <b>b</b></code></pre>".to_owned(),
            "<pre><code class=\"language-rust\">never ends".to_owned(),
            block("rust", &"x ".repeat(LONGEST)),
        ] {
            assert_eq!(shown(&html), html);
        }
    }

    #[test]
    fn the_table_is_read_and_longer_quotes_come_first() {
        assert!(LANGUAGES.len() > 15);
        for language in LANGUAGES.iter() {
            assert!(language.strings.is_sorted_by_key(|quote| std::cmp::Reverse(quote.len())), "{:?}", language.names);
        }
    }

    proptest! {
        #[test]
        fn no_text_is_lost_and_none_becomes_markup(code in "[a-z0-9_<>&\"'`/*#=\\\\() \n-]{0,120}", index in 0_usize..19) {
            let language = LANGUAGES[index].names[0].clone();
            let html = shown(&block(&language, &code));
            let document = scraper::Html::parse_fragment(&html);
            let text: String = document.root_element().text().collect();
            // A line break at the very beginning of a pre is no part of it (HTML, 13.2.6.4.7); here a tag stands before.
            prop_assert_eq!(text, code);
            let selector = scraper::Selector::parse(":not(html, pre, code, span)").unwrap();
            prop_assert_eq!(document.select(&selector).count(), 0);
        }
    }
}
