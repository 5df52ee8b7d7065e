use askama::Template;
use ui::{Frame, Moment, Pager};

/// A kept mail in the list.
#[derive(Clone, Debug)]
pub struct OutboxRow {
    /// Its id.
    pub id: String,
    /// Whom it is for.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When it would have been sent.
    pub at: Moment,
}

/// `/admin/{org}/outbox`: mails that were kept because no SMTP server is configured.
#[derive(Template)]
#[template(path = "outbox.html")]
pub struct OutboxPage {
    /// The frame around it.
    pub frame: Frame,
    /// The newest first.
    pub mails: Vec<OutboxRow>,
    /// Older and newer mails.
    pub pager: Pager,
}

/// A kept mail.
#[derive(Clone, Debug)]
pub struct OutboxMail {
    /// Whom it is from.
    pub from: String,
    /// Whom it is for.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When it would have been sent.
    pub at: Moment,
    /// Its plain text.
    pub text: String,
}

impl OutboxMail {
    /// The addresses in its text, so that the link of a reset or an invitation can be followed.
    pub fn links(&self) -> Vec<&str> {
        self.text
            .split_whitespace()
            .filter(|word| word.starts_with("https://") || word.starts_with("http://"))
            .map(|word| word.trim_end_matches(['.', ',', ')', '>']))
            .collect()
    }
}

/// `/admin/{org}/outbox/{id}`.
#[derive(Template)]
#[template(path = "outbox-mail.html")]
pub struct OutboxMailPage {
    /// The frame around it.
    pub frame: Frame,
    /// The mail.
    pub mail: OutboxMail,
}
