//! One frozen email, and the message that one person gets of it.

use std::sync::Arc;

use jiff::Timestamp;
use kernel::db::{OrganizationId, Row};
use kernel::{App, Error, Result};
use serde_json::Value;

use crate::audience::link;
use crate::returns::providers;
use crate::returns::reading::MARK_HEADER;
use crate::sending::compose::merge::{Kind, Name, Template};
use crate::sending::compose::message::{self, Headers, Parts};
use crate::sending::dkim::{self, Signer};
use crate::sending::tracking::token;

/// Who is written to, with the values that tags stand for.
#[derive(Debug, Clone)]
pub struct Person {
    /// The row of `app.email_recipients`; in a test, any name.
    pub recipient: String,
    pub email: String,
    pub email_hash: Vec<u8>,
    pub name: Option<String>,
    pub company: Option<String>,
    pub language: Option<String>,
    pub fields: Value,
    /// Which of the subject lines they get.
    pub variant: i16,
    /// When it was their turn, where that was later than when sending began.
    pub begins_at: Option<Timestamp>,
}

impl Person {
    /// Reads the columns `recipient_id`, `recipient_email` and those of the contact.
    pub fn from_row(row: &Row) -> Self {
        Self {
            recipient: row.get("recipient_id"),
            email: row.get("recipient_email"),
            email_hash: row.get("email_hash"),
            name: row.get("name"),
            company: row.get("company"),
            language: row.get("language"),
            fields: row.get("fields"),
            variant: row.get("variant"),
            begins_at: row.get("begins_at"),
        }
    }

    /// What a tag stands for that is this person's own.
    pub fn value(&self, name: &Name) -> Option<String> {
        match name {
            Name::Email => Some(self.email.clone()),
            Name::Name => self.name.clone(),
            Name::FirstName => self.name.as_deref().and_then(|name| name.split_whitespace().next()).map(str::to_owned),
            Name::LastName => {
                let rest = self.name.as_deref().and_then(|name| name.trim().split_once(char::is_whitespace));
                rest.map(|(_, rest)| rest.trim().to_owned())
            }
            Name::Company => self.company.clone(),
            Name::Language => self.language.clone(),
            Name::Field(key) => match self.fields.get(key)? {
                Value::String(text) => Some(text.clone()),
                Value::Bool(true) => Some("yes".to_owned()),
                Value::Bool(false) => Some("no".to_owned()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What everybody gets of one email.
pub struct Letter {
    pub email_id: String,
    pub organization: OrganizationId,
    pub organization_name: String,
    pub from: (String, String),
    pub reply_to: Option<String>,
    pub subject: Template,
    /// A second line that is tried.
    pub second_subject: Option<Template>,
    pub html: Template,
    pub plain: Template,
    /// Where bounces go, when a host of ours takes them.
    pub return_path: Option<String>,
    /// Who gives the mark of a message back with what it reports.
    pub providers: Vec<providers::Kind>,
    pub signer: Option<Arc<Signer>>,
    pub began: Timestamp,
    /// Since when it reads like this; none in a test.
    pub frozen_at: Option<Timestamp>,
    /// In a test links lead where they lead, and nothing is counted.
    pub links_of_test: Option<Vec<String>>,
}

/// A message with its envelope.
pub struct Message {
    pub sender: String,
    pub recipient: String,
    pub bytes: Vec<u8>,
    /// For the outbox that takes the place of a mail server.
    pub subject: String,
    pub plain: String,
}

/// What a letter is made of, as it is stored.
pub struct Texts<'a> {
    pub subject: &'a str,
    pub html: &'a str,
    pub plain: &'a str,
}

/// Reads a line that was checked when it was frozen.
pub fn subject_line(text: &str) -> Result<Template> {
    Template::parse(text, Kind::Line).map_err(|mistakes| {
        let words = mistakes.first().map_or_else(String::new, |mistake| mistake.words.clone());
        Error::invalid("subject", "merge_tag", words)
    })
}

/// Reads the texts of a letter; they were checked when they were frozen.
pub fn templates(texts: &Texts<'_>) -> Result<(Template, Template, Template)> {
    let read = |text: &str, kind: Kind| {
        Template::parse(text, kind).map_err(|mistakes| {
            let words = mistakes.first().map_or_else(String::new, |mistake| mistake.words.clone());
            Error::invalid("content", "merge_tag", words)
        })
    };
    Ok((read(texts.subject, Kind::Line)?, read(texts.html, Kind::FrozenHtml)?, read(texts.plain, Kind::FrozenPlain)?))
}

impl Letter {
    /// Says in the subject that it is a test.
    pub fn mark_as_test(&mut self) {
        self.subject.prepend("[Test] ");
    }

    /// When it was this person's turn: what the message is dated by, and tries count from.
    pub fn began_for(&self, person: &Person) -> Timestamp {
        person.begins_at.unwrap_or(self.began).max(self.began)
    }

    fn subject_for(&self, person: &Person) -> &Template {
        self.second_subject.as_ref().filter(|_| person.variant == 1).unwrap_or(&self.subject)
    }

    /// The message for one person. The same each time it is made, but for the date of its signature.
    pub fn message(&self, app: &App, person: &Person, now: Timestamp) -> Result<Message> {
        let addresses = [Some(&self.from.1), self.reply_to.as_ref(), Some(&person.email)];
        addresses.into_iter().flatten().try_for_each(|address| must_be_bare(address))?;
        let recipient = self.links_of_test.is_none().then_some(person.recipient.as_str());
        let unsubscribe = link::unsubscribe_url(app, &self.organization, &person.email_hash, recipient);
        let value = |name: &Name| match name {
            Name::OrganizationName => Some(self.organization_name.clone()),
            Name::UnsubscribeUrl => Some(unsubscribe.clone()),
            Name::PreferencesUrl => Some(link::preferences_url(app, &self.organization, &person.email_hash)),
            Name::Link(position) => match &self.links_of_test {
                Some(links) => links.get(*position).cloned(),
                None => Some(token::click_url(app, &self.organization, &person.recipient, *position)),
            },
            Name::Open => Some(token::open_url(app, &self.organization, &person.recipient)),
            other => person.value(other),
        };
        let (subject, html, plain) =
            (self.subject_for(person).render(&value), self.html.render(&value), self.plain.render(&value));
        let mark = token::Mark::new(app, &self.organization, &person.recipient);
        let boundary = format!("=_{}", person.recipient);
        let headers = self.headers(person, (&subject, &boundary, &unsubscribe), &mark);
        let body = message::body(&Parts { plain: &plain, html: &html }, &boundary);
        let bytes = message::whole(&headers, &body);
        let bytes = match &self.signer {
            Some(signer) => dkim::signed_message(&signer.sign(&headers, &body, now)?, &bytes),
            None => bytes,
        };
        let sender = match &self.return_path {
            Some(host) => mark.return_path(host),
            None => self.from.1.clone(),
        };
        Ok(Message { sender, recipient: person.email.clone(), bytes, subject, plain })
    }

    fn headers(
        &self,
        person: &Person,
        (subject, boundary, unsubscribe): (&str, &str, &str),
        mark: &token::Mark,
    ) -> Headers {
        let domain = self.from.1.rsplit('@').next().unwrap_or("localhost");
        let mut headers = Headers::default();
        headers.add_mailbox("From", (&self.from.0, &self.from.1));
        headers.add("To", person.email.clone());
        if let Some(reply_to) = &self.reply_to {
            headers.add("Reply-To", reply_to.clone());
        }
        headers.add_words("Subject", subject);
        headers.add("Date", message::date(self.began_for(person)));
        headers.add("Message-ID", format!("<{}@{domain}>", person.recipient));
        headers.add("MIME-Version", "1.0");
        headers.add("Content-Type", format!("multipart/alternative; boundary=\"{boundary}\""));
        headers.add_mailbox("List-Id", (&self.organization_name, &format!("{}.{domain}", self.organization)));
        headers.add("List-Unsubscribe", format!("<{unsubscribe}>"));
        headers.add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        headers.add("Feedback-ID", format!("{}:{}:email:contentpilot", short(&self.email_id), self.organization));
        headers.add(MARK_HEADER, mark.to_string());
        for (name, value) in self.providers.iter().flat_map(|provider| provider.headers(&mark.to_string())) {
            headers.add(name, value);
        }
        headers
    }
}

/// Whatever way an address came into the database, it ends neither its header nor its line of the envelope.
fn must_be_bare(address: &str) -> Result<()> {
    if address.contains(|one: char| one.is_control() || one.is_whitespace() || matches!(one, '<' | '>')) {
        return Err(Error::Malformed(format!("{address:?} is no address that a message can be sent with")));
    }
    Ok(())
}

/// A colon parts the fields of Feedback-ID, and ids are long.
fn short(id: &str) -> &str {
    id.get(..id.len().min(36)).unwrap_or(id)
}

/// What a tag stands for where nobody in particular reads.
pub fn example(name: &Name, organization_name: &str, links: &[String]) -> Option<String> {
    Some(match name {
        Name::Email => "alex@example.org".to_owned(),
        Name::Name => "Alex Example".to_owned(),
        Name::FirstName => "Alex".to_owned(),
        Name::LastName => "Example".to_owned(),
        Name::Company => "Example Ltd".to_owned(),
        Name::OrganizationName => organization_name.to_owned(),
        Name::Link(position) => links.get(*position)?.clone(),
        Name::UnsubscribeUrl | Name::PreferencesUrl => "#".to_owned(),
        Name::Language | Name::Field(_) | Name::Open => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stays_within_its_header() {
        assert!(must_be_bare("ada+news@example.org").is_ok());
        assert!(must_be_bare("contentpilot@localhost").is_ok());
        for address in
            ["a@e.org\r\nBcc: x@e.org", "a@e.org>", "Ada <a@e.org>", "a @e.org", "a@e.org\0", "a@e.org\u{2028}"]
        {
            assert!(must_be_bare(address).is_err(), "{address:?}");
        }
    }
}
