use askama::Template;
use ui::{Frame, Moment, StatusPill};

/// Something of a campaign, or a mark of its time.
#[derive(Clone, Debug)]
pub struct TimelineRow {
    /// `content`, `email`, `post`, `mark` or `now`.
    pub kind: &'static str,
    /// Name of its picture.
    pub icon: &'static str,
    /// What it is; empty for marks.
    pub words: &'static str,
    pub href: Option<String>,
    pub title: String,
    pub status: Option<StatusPill>,
    pub at: Moment,
}

/// `/admin/{org}/campaigns/{id}/timeline`.
#[derive(Template)]
#[template(path = "timeline.html")]
pub struct TimelinePage {
    pub frame: Frame,
    /// In the order of their time.
    pub rows: Vec<TimelineRow>,
    /// What has no time yet.
    pub undated: Vec<TimelineRow>,
    /// IANA name of the zone in which times are shown.
    pub zone: String,
}
