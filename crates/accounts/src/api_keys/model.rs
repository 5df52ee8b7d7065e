use jiff::Timestamp;
use kernel::access::Role;
use kernel::secret;
use kernel::validate::Problems;
use serde::Serialize;
use utoipa::ToSchema;

use crate::invitations::model::check_role;

const NAME_LONGEST: usize = 100;
/// What every key begins with, so that secret scanners and people know one when they see it.
const PREFIX: &str = "cp_";
/// Bytes of randomness in a key: 256 bits.
const KEY_BYTES: usize = 32;
/// Ghost's client takes keys of exactly 26 hexadecimal digits.
const GHOST_KEY_BYTES: usize = 13;
/// How much of a key is kept to recognise it by, in characters.
const HINT_LENGTH: usize = 7;

/// What a key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The JSON API.
    Api,
    /// Ghost's Content API, which only reads what is public anyway.
    GhostContent,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::GhostContent => "ghost_content",
        }
    }

    /// A fresh key. Hexadecimal, so that a double click selects all of it.
    pub fn make(self) -> String {
        match self {
            Self::Api => format!("{PREFIX}{}", secret::hex_digits(KEY_BYTES)),
            Self::GhostContent => secret::hex_digits(GHOST_KEY_BYTES),
        }
    }
}

/// The beginning of a key, by which its owner recognises it.
pub fn hint(key: &str) -> String {
    key.chars().take(HINT_LENGTH).collect()
}

/// A key as it can still be shown: never its secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiKey {
    pub id: String,
    pub name: String,
    pub role: Role,
    /// `api` or `ghost_content`.
    pub kind: String,
    /// The first characters of the key.
    pub token_hint: String,
    /// The user who made it; null for one made on the command line.
    pub created_by: Option<String>,
    #[serde(skip)]
    pub creator: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

/// A key in the one moment in which it can be read.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedApiKey {
    #[serde(flatten)]
    pub api_key: ApiKey,
    /// The secret itself. It is not kept and cannot be shown again.
    pub key: String,
}

/// A checked new key.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    pub name: String,
    pub role: Role,
    pub kind: Kind,
    pub expires_at: Option<Timestamp>,
}

impl NewApiKey {
    /// Checks the fields `name`, `role` and `expires_at`.
    pub fn check(
        problems: &mut Problems,
        name: &str,
        role: &str,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let name = problems.required("name", "The name", name, NAME_LONGEST);
        if expires_at.is_some_and(|end| end <= now) {
            problems.add("expires_at", "past", "The key would have ended already. Enter a moment to come, or none.");
        }
        Self { name, role: check_role(problems, role), kind: Kind::Api, expires_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_shapes_that_clients_expect() {
        let key = Kind::Api.make();
        assert!(key.starts_with("cp_") && key.len() == 67, "{key}");
        assert_eq!(hint(&key).len(), 7);
        let key = Kind::GhostContent.make();
        assert!(key.len() == 26 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
    }
}
