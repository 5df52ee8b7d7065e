use askama::Template;
use ui::{FieldErrors, Frame, Pager};

/// A tag in the list.
#[derive(Clone, Debug)]
pub struct TagRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Last part of its address on the site.
    pub slug: String,
    /// Its colour as `#rrggbb`.
    pub color: Option<String>,
    /// On how many items it is.
    pub items: i32,
}

/// `/admin/{org}/tags`: filtered by GET with q and sort; a new tag is a POST to the same address with the field name.
#[derive(Template)]
#[template(path = "tags.html")]
pub struct TagsPage {
    /// The frame around it.
    pub frame: Frame,
    /// One page of tags.
    pub rows: Vec<TagRow>,
    /// The first page and the one after.
    pub pager: Pager,
    /// The beginning of a name that is looked for.
    pub search: String,
    /// `-usage_count` for the most used first, by name when empty.
    pub sort: String,
    /// What was typed for a new tag.
    pub new_name: String,
    /// What was wrong with it.
    pub errors: FieldErrors,
    /// Whether the person may add tags.
    pub may_create: bool,
    /// Whether the person may change them.
    pub may_manage: bool,
}

impl TagsPage {
    fn sorts(&self) -> Vec<ui::SelectOption> {
        vec![ui::SelectOption::new("", "By name"), ui::SelectOption::new("-usage_count", "Most used first")]
    }
}

/// What was typed about a tag. The field names of the form are the names of these fields.
#[derive(Clone, Debug, Default)]
pub struct TagForm {
    /// Name.
    pub name: String,
    /// Last part of its address; made from the name when empty.
    pub slug: String,
    /// Whether it has a colour.
    pub has_color: bool,
    /// The colour as `#rrggbb`.
    pub color: String,
    /// Version that was edited, sent back as a hidden field.
    pub version: String,
}

impl TagForm {
    /// What the field of the colour shows before one is chosen.
    pub const FIRST_COLOR: &str = "#2463eb";
}

/// `/admin/{org}/tags/{id}`: rename it, or merge it into another with a POST to `/admin/{org}/tags/{id}/merge`.
#[derive(Template)]
#[template(path = "tag.html")]
pub struct TagPage {
    /// The frame around it.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// Its name as it is stored.
    pub name: String,
    /// On how many items it is.
    pub items: i32,
    /// Names of other tags to merge into.
    pub others: Vec<String>,
    /// What was typed to merge into.
    pub into: String,
    /// What was typed.
    pub form: TagForm,
    /// What was wrong with it.
    pub errors: FieldErrors,
}

/// `/admin/{org}/tags/{id}/delete`: asks once and says from how many items it goes.
#[derive(Template)]
#[template(path = "tag-delete.html")]
pub struct TagDeletePage {
    /// The frame around it.
    pub frame: Frame,
    /// Id of the tag.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Version that is looked at, sent back as a hidden field.
    pub version: String,
    /// "12 items".
    pub items: String,
    /// Whether it is on any.
    pub is_used: bool,
}
