//! A message as it goes over the wire (RFC 5322, RFC 2045): headers and a plain and an HTML part, in ASCII alone.

use std::fmt::Write as _;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The longest line of text in quoted-printable, in characters.
const LINE_LONGEST: usize = 76;
/// Bytes of UTF-8 in one encoded word, so that it stays below 75 characters (RFC 2047, 2).
const WORD_LONGEST: usize = 42;

/// Headers in their order, each name once, values without line ends.
#[derive(Debug, Clone, Default)]
pub struct Headers(Vec<(&'static str, String)>);

impl Headers {
    /// Adds a header whose value is ASCII and free of what others typed.
    pub fn add(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.push((name, value.into()));
    }

    /// Adds a header that holds words: encoded where they are not plain ASCII.
    pub fn add_words(&mut self, name: &'static str, words: &str) {
        self.0.push((name, encoded_words(words)));
    }

    /// Adds a header that holds one mailbox.
    pub fn add_mailbox(&mut self, name: &'static str, (person, address): (&str, &str)) {
        let person = person.trim();
        let value = if person.is_empty() { address.to_owned() } else { format!("{} <{address}>", phrase(person)) };
        self.0.push((name, value));
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    fn write(&self, text: &mut String) {
        for (name, value) in &self.0 {
            fold(text, name, value);
        }
    }
}

/// The two parts of a message, alike in what they say.
pub struct Parts<'a> {
    pub plain: &'a str,
    pub html: &'a str,
}

/// What follows the headers. The boundary is made from the message's id, so a message is the same each time it is made.
pub fn body(parts: &Parts<'_>, boundary: &str) -> String {
    let mut text = String::with_capacity(parts.plain.len() + parts.html.len() * 5 / 4 + 600);
    for (kind, content) in [("plain", parts.plain), ("html", parts.html)] {
        let _ = write!(
            text,
            "--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        );
        quoted_printable(&mut text, content);
        text.push_str("\r\n");
    }
    let _ = write!(text, "--{boundary}--\r\n");
    text
}

/// The whole message.
pub fn whole(headers: &Headers, body: &str) -> Vec<u8> {
    let mut text = String::with_capacity(body.len() + 2000);
    headers.write(&mut text);
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// `Sun, 01 Mar 2026 12:00:00 +0000`.
pub fn date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// Writes a header in lines of at most 78 characters where it has places to break.
pub fn fold(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push(':');
    let mut length = name.len() + 1;
    for word in value.split(' ') {
        if length + 1 + word.len() > 78 && length > name.len() + 1 {
            text.push_str("\r\n");
            length = 0;
        }
        text.push(' ');
        text.push_str(word);
        length += word.len() + 1;
    }
    text.push_str("\r\n");
}

/// A display name: as it is, in quotes, or in encoded words.
fn phrase(words: &str) -> String {
    if !words.is_ascii() || words.contains("=?") || words.chars().any(char::is_control) {
        return encoded_words(words);
    }
    if words.chars().all(|one| one.is_ascii_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(one)) {
        return words.to_owned();
    }
    format!("\"{}\"", words.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Plain ASCII as it is, anything else in base64 words (RFC 2047).
fn encoded_words(words: &str) -> String {
    let longest = words.split(' ').map(str::len).max().unwrap_or(0);
    let is_plain = words.is_ascii() && !words.contains("=?") && !words.chars().any(char::is_control) && longest < 900;
    if is_plain {
        return words.to_owned();
    }
    let mut encoded: Vec<String> = Vec::new();
    let mut part = String::new();
    for one in words.chars().map(|one| if one.is_control() { ' ' } else { one }) {
        if part.len() + one.len_utf8() > WORD_LONGEST {
            encoded.push(word(&part));
            part.clear();
        }
        part.push(one);
    }
    if !part.is_empty() {
        encoded.push(word(&part));
    }
    encoded.join(" ")
}

fn word(part: &str) -> String {
    format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(part))
}

/// Writes a text so that every server passes it on unchanged (RFC 2045, 6.7).
fn quoted_printable(encoded: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut length = 0;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        at += 1;
        if byte == b'\r' && bytes.get(at) == Some(&b'\n') {
            continue;
        }
        if byte == b'\n' {
            encoded.push_str("\r\n");
            length = 0;
            continue;
        }
        let ends_line = matches!(bytes.get(at), None | Some(b'\n' | b'\r'));
        let is_plain = match byte {
            b' ' | b'\t' => !ends_line,
            b'=' => false,
            b'!'..=b'~' => true,
            _ => false,
        };
        if length + if is_plain { 1 } else { 3 } > LINE_LONGEST - 1 {
            encoded.push_str("=\r\n");
            length = 0;
        }
        // A dot at the beginning of a line would have to be told from the end of the message.
        if is_plain && !(byte == b'.' && length == 0) {
            encoded.push(char::from(byte));
            length += 1;
        } else {
            encoded.push('=');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
            length += 3;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads quoted-printable back, as a mail program does.
    fn decoded(text: &str) -> Vec<u8> {
        let joined = text.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let Some((&first, after)) = rest.split_first() {
            if first == b'=' {
                let digits = std::str::from_utf8(&after[..2]).unwrap();
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
                rest = &after[2..];
            } else {
                bytes.push(first);
                rest = after;
            }
        }
        bytes
    }

    proptest::proptest! {
        #[test]
        fn bodies_come_back_as_they_were_in_short_ascii_lines(text in "(\\PC|[ .=\t\n]){0,300}") {
            let mut encoded = String::new();
            quoted_printable(&mut encoded, &text);
            proptest::prop_assert!(encoded.is_ascii());
            for line in encoded.split("\r\n") {
                proptest::prop_assert!(line.len() <= LINE_LONGEST && !line.starts_with('.') && !line.ends_with([' ', '\t']), "{line:?}");
            }
            proptest::prop_assert_eq!(decoded(&encoded), text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes());
        }

        #[test]
        fn headers_hold_one_line_of_ascii(words in "\\PC{0,200}", control in "[\r\n\t]") {
            let mut headers = Headers::default();
            headers.add_words("Subject", &format!("{words}{control}Bcc: x@y.org"));
            headers.add_mailbox("From", (&words, "a@b.org"));
            let text = String::from_utf8(whole(&headers, "")).unwrap();
            proptest::prop_assert!(text.is_ascii());
            let names = text.split("\r\n").filter(|line| !line.starts_with(' ') && !line.is_empty()).count();
            proptest::prop_assert_eq!(names, 2, "{}", text);
        }
    }

    #[test]
    fn names_are_quoted_or_encoded() {
        assert_eq!(phrase("Ada Lovelace"), "Ada Lovelace");
        assert_eq!(phrase("Harbor, \"Inc.\""), "\"Harbor, \\\"Inc.\\\"\"");
        assert_eq!(phrase("Bücher"), "=?UTF-8?B?QsO8Y2hlcg==?=");
        assert_eq!(date("2026-03-01T12:00:00Z".parse().unwrap()), "Sun, 01 Mar 2026 12:00:00 +0000");
    }
}
