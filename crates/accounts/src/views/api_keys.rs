use askama::Template;
use ui::{FieldErrors, Frame, Moment, SelectOption};

/// An API key as it can still be shown: never its secret.
#[derive(Clone, Debug)]
pub struct ApiKeyRow {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Its first characters, to recognise it by.
    pub prefix: String,
    /// Its role as a word.
    pub role_word: String,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created: Moment,
    /// When it was last used.
    pub last_used: Moment,
}

/// What was typed for a new key.
#[derive(Clone, Debug, Default)]
pub struct ApiKeyForm {
    /// What it is for.
    pub name: String,
    /// Its role by its name in the database.
    pub role: String,
}

/// A key in the one moment in which it can be read.
#[derive(Clone, Debug)]
pub struct CreatedKey {
    /// What it is for.
    pub name: String,
    /// The secret itself.
    pub key: String,
}

/// `/admin/{org}/api-keys`. A new key is a POST to the same address with the fields name and role; its answer is
/// this page with `created`.
#[derive(Template)]
#[template(path = "api-keys.html")]
pub struct ApiKeysPage {
    /// The frame around it.
    pub frame: Frame,
    /// The keys that work.
    pub keys: Vec<ApiKeyRow>,
    /// The key that was just made.
    pub created: Option<CreatedKey>,
    /// The roles a key may have.
    pub roles: Vec<SelectOption>,
    /// What was typed.
    pub form: ApiKeyForm,
    /// What was wrong with it.
    pub errors: FieldErrors,
}
