//! Contacts: the people an organization writes to, with the record of their consent.

pub mod actions;
pub mod api;
pub mod consent;
pub mod csv;
pub mod draft;
pub mod erasure;
pub mod history;
pub mod list;
pub mod pages;
pub mod store;
mod views;

use jiff::Timestamp;
use kernel::db::Row;
use serde::Serialize;
use utoipa::ToSchema;

/// What may be sent to a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ContactStatus)]
pub enum Status {
    /// Asked to confirm; nothing else is sent.
    Pending,
    Subscribed,
    Unsubscribed,
    /// The address does not exist any more.
    Bounced,
    /// Reported a mail as spam.
    Complained,
}

impl Status {
    pub const ALL: [Self; 5] = [Self::Subscribed, Self::Pending, Self::Unsubscribed, Self::Bounced, Self::Complained];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Subscribed => "subscribed",
            Self::Unsubscribed => "unsubscribed",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
        }
    }

    /// The status as a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Subscribed => "Subscribed",
            Self::Unsubscribed => "Unsubscribed",
            Self::Bounced => "Bounced",
            Self::Complained => "Complained",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Contact {
    pub id: String,
    pub email: String,
    pub name: Option<String>,
    pub company: Option<String>,
    /// BCP 47 tag, such as `de` or `pt-BR`.
    pub language: Option<String>,
    /// IANA name, such as `Europe/Berlin`.
    pub timezone: Option<String>,
    /// Values of the organization's own fields, by their keys.
    #[schema(value_type = Object)]
    pub fields: serde_json::Value,
    pub tags: Vec<String>,
    pub status: Status,
    pub consent_source: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub consent_at: Option<Timestamp>,
    pub consent_wording: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub unsubscribed_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub paused_until: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
    #[serde(skip)]
    pub email_key: String,
    #[serde(skip)]
    pub email_hash: Vec<u8>,
}

impl Contact {
    pub fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            email: row.get("email"),
            name: row.get("name"),
            company: row.get("company"),
            language: row.get("language"),
            timezone: row.get("timezone"),
            fields: row.get("fields"),
            tags: row.get("tags"),
            status: Status::parse(row.get("status")).unwrap_or(Status::Unsubscribed),
            consent_source: row.get("consent_source"),
            consent_at: row.get("consent_at"),
            consent_wording: row.get("consent_wording"),
            unsubscribed_at: row.get("unsubscribed_at"),
            paused_until: row.get("paused_until"),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
            version: row.get("version"),
            email_key: row.get("email_key"),
            email_hash: row.get("email_hash"),
        }
    }
}
