//! What the pages of segments show.

use askama::Template;
use ui::{FieldErrors, Frame, Moment, Pager};

use crate::audience::rule_form::views::RuleFields;
use crate::audience::views::Tabs;

/// One segment of the list.
pub struct SegmentRow {
    pub id: String,
    pub name: String,
    pub words: String,
    pub updated: Moment,
}

/// `/admin/{org}/audience/segments`: the segments.
#[derive(Template)]
#[template(path = "segments.html")]
pub struct SegmentsPage {
    pub frame: Frame,
    pub tabs: Tabs,
    pub rows: Vec<SegmentRow>,
    pub pager: Pager,
}

/// A segment as it is written: a new one, or one that exists.
#[derive(Template)]
#[template(path = "segment.html")]
pub struct SegmentPage {
    pub frame: Frame,
    /// None for a new one.
    pub id: Option<String>,
    pub name: String,
    pub version: String,
    pub rule: RuleFields,
    pub errors: FieldErrors,
}
