//! From raw input about a view to what may be stored.

use kernel::Result;
use kernel::error::Error;
use kernel::validate::Problems;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SavedView;
use crate::items::pages::LibraryParams;

const NAME_LONGEST: usize = 100;
const QUERY_LONGEST: usize = 2000;

/// What somebody sent about a view: for a new one, or as changes to one that exists.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawView {
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// Search, filters and order as the library's address has them, such as `status=DRAFT&author=me`.
    #[schema(max_length = 2000)]
    pub query: Option<String>,
    /// Whether everybody in the organization has it.
    pub is_shared: Option<bool>,
    /// Whether the library begins with it, for whoever asks.
    pub is_default: Option<bool>,
}

/// Checked values of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewDraft {
    pub name: String,
    /// In the one way in which the library writes it.
    pub query: String,
    pub is_shared: bool,
    pub is_default: bool,
}

impl ViewDraft {
    /// Checks what was sent; `problems` come first in the answer.
    pub fn new(raw: RawView, problems: Problems) -> Result<Self> {
        let raw = RawView { name: raw.name.or(Some(String::new())), ..raw };
        let empty = Self { name: String::new(), query: String::new(), is_shared: false, is_default: false };
        empty.changed_by(&raw, problems)
    }

    /// An existing view with changes.
    pub fn of(view: &SavedView, raw: &RawView, problems: Problems) -> Result<Self> {
        let SavedView { name, query, is_shared, is_default, .. } = view.clone();
        Self { name, query, is_shared, is_default }.changed_by(raw, problems)
    }

    fn changed_by(mut self, raw: &RawView, mut problems: Problems) -> Result<Self> {
        if let Some(name) = &raw.name {
            self.name = problems.required("name", "The name", name, NAME_LONGEST);
        }
        if let Some(query) = &raw.query {
            if query.len() > QUERY_LONGEST {
                problems.add("query", "too_long", "This is too long to be kept. Use fewer filters.");
            } else {
                match LibraryParams::parse(query.trim_start_matches('?')) {
                    Ok(params) => self.query = params.query(),
                    Err(Error::Invalid(errors)) => {
                        errors.into_iter().for_each(|error| problems.add("query", error.code, error.message))
                    }
                    Err(other) => return Err(other),
                }
            }
        }
        self.is_shared = raw.is_shared.unwrap_or(self.is_shared);
        self.is_default = raw.is_default.unwrap_or(self.is_default);
        problems.finish(self)
    }
}
