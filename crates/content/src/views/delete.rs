use askama::Template;
use ui::Frame;

/// `/admin/{org}/content/{id}/delete`: asks once and says what will be lost; POST to the same address deletes.
#[derive(Template)]
#[template(path = "content-delete.html")]
pub struct DeletePage {
    /// The frame around it.
    pub frame: Frame,
    /// Id of the item.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Version that is looked at, sent back as a hidden field.
    pub version: String,
    /// What goes with it, one line each: "12 versions", "3 comments", "Its address on the site, /hello".
    pub losses: Vec<String>,
    /// Whether it could be archived instead.
    pub may_archive: bool,
}
