use askama::Template;
use ui::{Frame, Moment, Pager};

/// One deleted item in the bin.
pub struct BinRow {
    /// Id that the item had and will have again.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its address on the site.
    pub slug: String,
    /// Who deleted it.
    pub deleted_by: String,
    /// When it was deleted.
    pub deleted: Moment,
    /// When it is gone for good.
    pub purged: Moment,
}

/// `/admin/{org}/bin`: deleted items, to bring back or delete for good.
#[derive(Template)]
#[template(path = "content-bin.html")]
pub struct BinPage {
    /// The frame around it.
    pub frame: Frame,
    /// What was deleted last stands first.
    pub rows: Vec<BinRow>,
    /// The pages around this one.
    pub pager: Pager,
}

impl BinRow {
    fn confirm_id(&self) -> String {
        format!("forget-{}", self.id)
    }

    fn deletion(&self, frame: &Frame) -> String {
        format!("{}/bin/{}/delete", frame.base(), self.id)
    }
}
