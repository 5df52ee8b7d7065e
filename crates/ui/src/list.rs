use std::fmt;

use askama::filters::HtmlSafe;

/// Where a list goes on: addresses of the page before and after, and a line such as "25 of 240 articles".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pager {
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
    /// What is shown, in words.
    pub summary: String,
}

/// A state as a pill with a dot and a word. In a template `{{ pill }}` is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusPill {
    tone: &'static str,
    word: &'static str,
}

impl StatusPill {
    /// The pill of a content status, a campaign status, an email or post status, the status of a
    /// contact, by its name in the database.
    /// An unknown name is shown as "Unknown" in grey.
    pub fn of(status: &str) -> Self {
        let (tone, word) = match status {
            "DRAFT" => ("draft", "Draft"),
            "REVIEW" => ("review", "In review"),
            "APPROVED" => ("approved", "Approved"),
            "SCHEDULED" => ("scheduled", "Scheduled"),
            "PUBLISHED" => ("published", "Published"),
            "PLANNING" => ("scheduled", "Planning"),
            "ACTIVE" => ("published", "Active"),
            "COMPLETED" => ("approved", "Completed"),
            "CANCELLED" => ("archived", "Cancelled"),
            "SENDING" => ("scheduled", "Sending"),
            "SENT" => ("published", "Sent"),
            "PAUSED" => ("paused", "Paused"),
            "PENDING" => ("review", "Pending"),
            "REJECTED" => ("archived", "Rejected"),
            "SPAM" => ("failed", "Spam"),
            "FAILED" => ("failed", "Failed"),
            "ARCHIVED" => ("archived", "Archived"),
            "REVOKED" => ("archived", "Revoked"),
            "EXPIRED" => ("archived", "Expired"),
            "pending" => ("review", "Pending"),
            "subscribed" => ("published", "Subscribed"),
            "unsubscribed" => ("archived", "Unsubscribed"),
            "bounced" => ("failed", "Bounced"),
            "complained" => ("failed", "Complained"),
            _ => ("draft", "Unknown"),
        };
        Self { tone, word }
    }

    /// The word on the pill.
    pub fn word(&self) -> &'static str {
        self.word
    }
}

impl fmt::Display for StatusPill {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, r#"<span class="badge badge-{}">{}</span>"#, self.tone, self.word)
    }
}

/// Both parts are constants of this file, so nothing needs escaping.
impl HtmlSafe for StatusPill {}
