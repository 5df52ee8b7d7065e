use jiff::{SignedDuration, Timestamp};
use kernel::access::Role;
use kernel::validate::{self, Problems};
use serde::Serialize;
use utoipa::ToSchema;

/// How long the link in the mail works.
pub const LINK_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An invitation that was neither accepted nor revoked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Invitation {
    pub id: String,
    pub email: String,
    pub role: Role,
    /// The user who sent it; null when they have left.
    pub invited_by: Option<String>,
    #[serde(skip)]
    pub inviter: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the link stops working.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// A checked new invitation.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    pub email: String,
    pub role: Role,
}

impl NewInvitation {
    /// Checks the fields `email` and `role`.
    pub fn check(problems: &mut Problems, email: &str, role: &str) -> Self {
        let email = validate::email(problems, "email", email);
        Self { email, role: check_role(problems, role) }
    }
}

/// Checks the field `role`.
pub fn check_role(problems: &mut Problems, text: &str) -> Role {
    text.trim().parse().unwrap_or_else(|_| {
        let code = if text.is_empty() { "required" } else { "unknown_value" };
        problems.add("role", code, "Choose one of the roles VIEWER, MEMBER, ADMIN and OWNER.");
        Role::Viewer
    })
}
