use askama::Template;
use ui::{FieldErrors, Frame, Moment, SelectOption};

/// A link that works.
#[derive(Clone, Debug)]
pub struct PreviewRow {
    /// Its id.
    pub id: String,
    /// Who made it.
    pub author: String,
    /// When it was made.
    pub created: Moment,
    /// When it ends.
    pub expires: Moment,
}

/// A link that was just made.
#[derive(Clone, Debug)]
pub struct CreatedPreview {
    /// Its address, which is shown this once.
    pub url: String,
    /// When it ends.
    pub expires: Moment,
}

/// `/admin/{org}/content/{id}/previews`: the links of an item, and the one that was just made.
#[derive(Template)]
#[template(path = "previews.html")]
pub struct PreviewsPage {
    /// The frame around it.
    pub frame: Frame,
    /// Id of the item.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The newest first.
    pub rows: Vec<PreviewRow>,
    /// The link that was just made.
    pub created: Option<CreatedPreview>,
    /// What kept one from being made.
    pub errors: FieldErrors,
}

/// How long a link can work, as choices; the first is the usual one.
pub fn preview_ends() -> Vec<SelectOption> {
    [("168", "7 days"), ("24", "1 day"), ("720", "30 days"), ("2160", "90 days")]
        .into_iter()
        .map(|(hours, label)| SelectOption::new(hours, label))
        .collect()
}

impl PreviewsPage {
    fn ends(&self) -> Vec<SelectOption> {
        preview_ends()
    }

    fn editor(&self) -> String {
        format!("{}/content/{}", self.frame.base(), self.id)
    }

    fn revocation(&self, row: &PreviewRow) -> String {
        format!("{}/previews/{}/revoke", self.editor(), row.id)
    }
}
