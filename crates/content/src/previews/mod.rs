//! Preview links: whoever has one reads an item as it was last saved, without signing in, until the link ends.

pub mod actions;
pub mod api;
pub mod store;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use kernel::db::Row;
use kernel::validate::Problems;
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a link works where nobody says otherwise.
pub const HOURS_USUAL: i64 = 7 * 24;
/// How long a link can work at most.
pub const HOURS_LONGEST: i64 = 90 * 24;
/// Links of one item that work at the same time.
pub const AT_ONCE: i64 = 50;
/// A link that ended is remembered for so long, to tell its readers that it did.
pub const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A link that works. Its address is known only to those who were given it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Preview {
    pub id: String,
    pub content_id: String,
    pub created_by: String,
    pub author_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// A link that was just made, with its address: the only time that it is told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NewPreview {
    #[serde(flatten)]
    pub preview: Preview,
    /// Where the preview is read.
    pub url: String,
}

impl Preview {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            content_id: row.get("content_id"),
            created_by: row.get("created_by"),
            author_name: row.get("author_name"),
            created_at: row.get("created_at"),
            expires_at: row.get("expires_at"),
        }
    }
}

/// How long a link is to work: 7 days when nothing is said, 90 days at most.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PreviewRequest {
    #[schema(minimum = 1, maximum = 2160)]
    pub expires_in_hours: Option<i64>,
    /// When it ends, instead of `expires_in_hours`.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

impl PreviewRequest {
    /// When the link ends.
    fn end(&self, now: Timestamp, mut problems: Problems) -> Result<Timestamp> {
        let hours = self.expires_in_hours.unwrap_or(HOURS_USUAL);
        let longest = now + SignedDuration::from_hours(HOURS_LONGEST);
        if self.expires_in_hours.is_some() && self.expires_at.is_some() {
            problems.add("expires_at", "too_many", "Send either expires_in_hours or expires_at.");
        }
        if !(1..=HOURS_LONGEST).contains(&hours) {
            problems.add("expires_in_hours", "out_of_range", "A link works for 1 hour to 90 days (2160 hours).");
        }
        match self.expires_at {
            Some(at) if at <= now => {
                problems.add("expires_at", "in_the_past", "This time has passed. Choose one that is still to come.");
            }
            Some(at) if at > longest => problems.add("expires_at", "too_late", "A link works for 90 days at most."),
            _ => {}
        }
        problems.finish(())?;
        Ok(self.expires_at.unwrap_or(now + SignedDuration::from_hours(hours)))
    }
}

/// The item and the link in the path; what cannot be one is answered like one that does not exist.
pub struct PreviewOf {
    pub content_id: String,
    pub id: String,
}

impl FromRequestParts<App> for PreviewOf {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &App) -> Result<Self> {
        let Path(params) = Path::<std::collections::HashMap<String, String>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NotFound)?;
        let id =
            |name: &str| params.get(name).filter(|id| kernel::id::is_well_formed(id)).cloned().ok_or(Error::NotFound);
        Ok(Self { content_id: id("id")?, id: id("preview")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(request: &PreviewRequest) -> Option<String> {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        request.end(now, Problems::new()).ok().map(|at| at.to_string())
    }

    #[test]
    fn a_link_works_a_week_and_ninety_days_at_most() {
        let hours = |hours| PreviewRequest { expires_in_hours: Some(hours), expires_at: None };
        let until = |at: &str| PreviewRequest { expires_in_hours: None, expires_at: Some(at.parse().unwrap()) };
        assert_eq!(end(&PreviewRequest::default()).as_deref(), Some("2026-03-08T12:00:00Z"));
        assert_eq!(end(&hours(1)).as_deref(), Some("2026-03-01T13:00:00Z"));
        assert_eq!(end(&until("2026-05-30T12:00:00Z")).as_deref(), Some("2026-05-30T12:00:00Z"));
        for wrong in
            [hours(0), hours(2161), hours(i64::MAX), until("2026-05-30T12:00:01Z"), until("2026-03-01T12:00:00Z")]
        {
            assert_eq!(end(&wrong), None, "{wrong:?}");
        }
        let both = PreviewRequest { expires_in_hours: Some(1), ..until("2026-03-02T12:00:00Z") };
        assert_eq!(end(&both), None);
    }
}
