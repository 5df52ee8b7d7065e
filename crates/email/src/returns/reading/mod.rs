//! Reading the mails that mail servers send about ours: who it is about, and what they say.
//!
//! Whoever sends such a mail may write into it what they like. So who it is about is never taken from an address in its
//! text but from the signed mark of a message: in the return path, or in the copy of our own header.

mod arf;
mod dsn;
mod words;

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::Told;

/// The header of our messages that holds the signed mark.
pub const MARK_HEADER: &str = "X-ContentPilot-Id";
/// How many marks of one mail are looked at.
const MARKS_MOST: usize = 5;

/// What a mail tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// None for a mail that tells nothing we act upon: a delay, an absence, an answer of a person.
    pub told: Option<Told>,
    /// Marks and return paths found in the copy of our message, not checked yet.
    pub marks: Vec<String>,
}

/// Reads a mail as it came, sent from this address; none for the empty one that bounces have.
pub fn read(mail: &[u8], sender: Option<&str>) -> Read {
    let Some(message) = MessageParser::default().parse(mail) else { return Read::default() };
    if let Some(report) = part(&message, "message", "feedback-report") {
        let fields = Fields::of(&text_of(report));
        let mut marks: Vec<String> = fields.get("original-mail-from").map(bare).into_iter().collect();
        marks.extend(marks_in(&message));
        return Read { told: arf::read(&fields), marks };
    }
    let marks = marks_in(&message);
    let status =
        part(&message, "message", "delivery-status").or_else(|| part(&message, "message", "global-delivery-status"));
    let told = match status {
        Some(status) => dsn::read(&text_of(status)),
        None => words::read(&message, sender),
    };
    Read { told, marks }
}

/// The first part of this kind, in the mail itself.
fn part<'a>(message: &'a Message<'a>, kind: &str, subkind: &str) -> Option<&'a MessagePart<'a>> {
    message.parts.iter().find(|part| is_of(part, kind, subkind))
}

fn is_of(part: &MessagePart<'_>, kind: &str, subkind: &str) -> bool {
    part.content_type().is_some_and(|content_type| {
        content_type.ctype().eq_ignore_ascii_case(kind)
            && content_type.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case(subkind))
    })
}

fn text_of(part: &MessagePart<'_>) -> String {
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.to_string(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        PartType::Message(message) => String::from_utf8_lossy(message.raw_message()).into_owned(),
        PartType::Multipart(_) => String::new(),
    }
}

/// The marks in copies of our message: a whole one, or its headers alone.
fn marks_in(message: &Message<'_>) -> Vec<String> {
    let mut marks = Vec::new();
    for part in &message.parts {
        match &part.body {
            PartType::Message(copy) => marks.extend(copy.header_raw(MARK_HEADER).map(|mark| mark.trim().to_owned())),
            // Headers alone, or a message as text below the words of a server that knows no reports.
            PartType::Text(text) => marks.extend(mark_lines(text)),
            PartType::Binary(bytes) => marks.extend(mark_lines(&String::from_utf8_lossy(bytes))),
            _ => {}
        }
    }
    marks.truncate(MARKS_MOST);
    marks
}

fn mark_lines(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case(MARK_HEADER))
        .map(|(_, mark)| mark.trim().to_owned())
        .take(MARKS_MOST)
        .collect()
}

/// An address without what stands around it.
fn bare(address: &str) -> String {
    address.trim().trim_matches(['<', '>']).to_owned()
}

/// Fields in the form of headers (RFC 5322): unfolded, found by their names in any case.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn of(text: &str) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Self(fields)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests;
