//! What stands in the calendar.

use jiff::Timestamp;
use kernel::access::Permission;
use kernel::db::Row;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = CalendarKind)]
pub enum Kind {
    Content,
    Release,
    Email,
    Post,
    /// The beginning or the end of a campaign.
    Campaign,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Content, Self::Release, Self::Email, Self::Post, Self::Campaign];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Release => "release",
            Self::Email => "email",
            Self::Post => "post",
            Self::Campaign => "campaign",
        }
    }

    /// What many of them are called.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Content => "Content",
            Self::Release => "Releases",
            Self::Email => "Emails",
            Self::Post => "Posts",
            Self::Campaign => "Campaigns",
        }
    }

    /// The part of an address that many of them share.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Release => "releases",
            Self::Email => "emails",
            Self::Post => "posts",
            Self::Campaign => "campaigns",
        }
    }

    /// Whether each has a page of its own beneath its folder.
    pub fn has_page(self) -> bool {
        self != Self::Post
    }

    /// What it takes to give one another time.
    pub fn moved_by(self) -> Permission {
        match self {
            Self::Content | Self::Release => Permission::ContentPublish,
            Self::Email | Self::Post | Self::Campaign => Permission::CampaignsManage,
        }
    }

    /// Its picture in the sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Content => "file-text",
            Self::Release => "package",
            Self::Email => "mail",
            Self::Post => "send",
            Self::Campaign => "megaphone",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What happens then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Event {
    /// It will go out.
    Scheduled,
    /// It is public, and draft changes of it will be.
    Changes,
    /// It went out.
    Published,
    /// It leaves the site.
    Expires,
}

impl Event {
    pub const ALL: [Self; 4] = [Self::Scheduled, Self::Changes, Self::Published, Self::Expires];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Changes => "changes",
            Self::Published => "published",
            Self::Expires => "expires",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == text)
    }
}

/// One thing that happens at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CalendarEntry)]
pub struct Entry {
    pub kind: Kind,
    pub event: Event,
    /// The item's, release's, email's, post's or campaign's own id.
    pub id: String,
    pub title: String,
    /// Its status, as its own resource tells it.
    pub status: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl Entry {
    pub fn from_row(row: &Row) -> Result<Self> {
        let unknown = || Error::internal("the calendar read an entry of no known kind");
        Ok(Self {
            kind: Kind::parse(row.get("kind")).ok_or_else(unknown)?,
            event: Event::parse(row.get("event")).ok_or_else(unknown)?,
            id: row.get("id"),
            title: row.get("title"),
            status: row.get("status"),
            at: row.get("at"),
        })
    }

    /// What happens, in words: "Goes live", "Email sent".
    pub fn words(&self) -> &'static str {
        match (self.kind, self.event) {
            (Kind::Campaign, Event::Scheduled) => "Campaign starts",
            (Kind::Campaign, Event::Published) => "Campaign started",
            (Kind::Campaign, Event::Expires) => "Campaign ends",
            (_, Event::Expires) => "Leaves the site",
            (_, Event::Changes) => "Changes go live",
            (Kind::Content, Event::Scheduled) => "Goes live",
            (Kind::Content, Event::Published) => "Published",
            (Kind::Release, Event::Scheduled) => "Release goes live",
            (Kind::Release, Event::Published) => "Release published",
            (Kind::Email, Event::Scheduled) => "Email goes out",
            (Kind::Email, Event::Published) => "Email sent",
            (Kind::Post, Event::Scheduled) => "Post goes out",
            (Kind::Post, Event::Published) => "Post published",
        }
    }

    /// Name of its picture in the sprite.
    pub fn icon(&self) -> &'static str {
        match self.event {
            _ if self.kind == Kind::Campaign => self.kind.icon(),
            Event::Expires => "archive",
            Event::Changes => "file-pen",
            Event::Scheduled | Event::Published => self.kind.icon(),
        }
    }

    /// Whether it can be given another time: what is over cannot.
    pub fn can_move(&self) -> bool {
        self.event != Event::Published
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        for event in Event::ALL {
            assert_eq!(Event::parse(event.as_str()), Some(event));
            assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
        }
    }
}
