use askama::Template;
use ui::{FieldErrors, Frame, SelectOption, StatusPill};

/// A language variant as the page lists it.
pub struct VariantRow {
    pub id: String,
    pub title: String,
    pub language: String,
    pub status: StatusPill,
    /// The item whose page this is.
    pub is_this: bool,
}

/// `/admin/{org}/content/{id}/translations`: the variants, and ways to add one.
#[derive(Template)]
#[template(path = "translations.html")]
pub struct TranslationsPage {
    pub frame: Frame,
    pub id: String,
    pub title: String,
    pub rows: Vec<VariantRow>,
    /// What is looked for among the items that could be linked.
    pub search: String,
    /// Items that could be linked, the first of no value.
    pub candidates: Vec<SelectOption>,
    /// Languages in which a translation could be begun, the first of no value.
    pub languages: Vec<SelectOption>,
    pub errors: FieldErrors,
    pub may_edit: bool,
}
