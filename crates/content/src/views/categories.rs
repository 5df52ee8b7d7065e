use askama::Template;
use ui::{FieldErrors, Frame, SelectOption};

/// A category in the tree.
#[derive(Clone, Debug)]
pub struct CategoryRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The one it stands below; empty at the top.
    pub parent_id: String,
    /// Last part of its address on the site.
    pub slug: String,
    /// Its colour as `#rrggbb`.
    pub color: Option<String>,
    /// Whether the site shows it.
    pub is_active: bool,
    /// How many items stand in it.
    pub items: i64,
    /// How far it is set in, [`CategoryRow::DEEPEST_SHOWN`] at most.
    pub depth: usize,
    /// Whether it stands below another.
    pub is_nested: bool,
    /// Whether it is the first of its parent.
    pub is_first: bool,
    /// Whether it is the last of its parent.
    pub is_last: bool,
}

impl CategoryRow {
    /// Deeper ones are set in no further, so that their names keep their room.
    pub const DEEPEST_SHOWN: usize = 6;
}

/// `/admin/{org}/categories`: the tree. A step of one is a POST to `/admin/{org}/categories/{id}/move` with the field
/// `direction`: up, down, in or out; or with the fields `parent_id` and `before`, to any place.
#[derive(Template)]
#[template(path = "categories.html")]
pub struct CategoriesPage {
    /// The frame around it.
    pub frame: Frame,
    /// Each before those below it.
    pub rows: Vec<CategoryRow>,
    /// Whether the person may change them.
    pub may_manage: bool,
}

/// What was typed about a category. The field names of the form are the names of these fields.
#[derive(Clone, Debug, Default)]
pub struct CategoryForm {
    /// Name.
    pub name: String,
    /// Last part of its address; made from the name when empty.
    pub slug: String,
    /// What it is about.
    pub description: String,
    /// Whether it has a colour.
    pub has_color: bool,
    /// The colour as `#rrggbb`.
    pub color: String,
    /// Whether the site shows it.
    pub is_active: bool,
    /// Title for search engines.
    pub meta_title: String,
    /// Description for search engines.
    pub meta_description: String,
    /// Id of the one above; empty at the top.
    pub parent_id: String,
    /// Version that was edited, sent back as a hidden field.
    pub version: String,
}

impl CategoryForm {
    /// What the field of the colour shows before one is chosen.
    pub const FIRST_COLOR: &str = "#2463eb";
}

/// `/admin/{org}/categories/new` and `/admin/{org}/categories/{id}`.
#[derive(Template)]
#[template(path = "category.html")]
pub struct CategoryPage {
    /// The frame around it.
    pub frame: Frame,
    /// Its id; none for a new one.
    pub id: Option<String>,
    /// Where it may stand, with the first of no value for the top.
    pub parents: Vec<SelectOption>,
    /// What was typed.
    pub form: CategoryForm,
    /// What was wrong with it.
    pub errors: FieldErrors,
}

/// `/admin/{org}/categories/{id}/delete`: asks once and says what becomes of what stands in and below it.
#[derive(Template)]
#[template(path = "category-delete.html")]
pub struct CategoryDeletePage {
    /// The frame around it.
    pub frame: Frame,
    /// Id of the category.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Version that is looked at, sent back as a hidden field.
    pub version: String,
    /// How many items stand in it.
    pub items: i64,
    /// "3 categories", when there are any below it.
    pub children: Option<String>,
    /// Which category may take its items, with the first of no value for none.
    pub heirs: Vec<SelectOption>,
}
