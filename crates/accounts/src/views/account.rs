use askama::Template;
use ui::{FieldErrors, Frame, Moment};

use super::PASSWORD_RULES;

/// A device that is signed in.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Its public id, never the secret of the cookie.
    pub id: String,
    /// Browser and system in words: "Firefox on Linux".
    pub device: String,
    /// Network address; may be empty.
    pub address: String,
    /// When it was last seen.
    pub last_seen: Moment,
    /// Whether it is the one looking.
    pub is_current: bool,
}

/// `/admin/account`: the name (POST to the same address), the password (POST `/admin/account/password` with
/// current_password and new_password) and the sessions (POST `/admin/account/sessions/{id}/revoke`, or
/// `/admin/account/sessions/revoke-others`).
#[derive(Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// The frame around it.
    pub frame: Frame,
    /// The name as typed.
    pub name: String,
    /// The address; shown, not changed.
    pub email: String,
    /// The devices that are signed in.
    pub sessions: Vec<SessionRow>,
    /// Of what mails are sent: name, words, and whether (POST `/admin/account/mails` with the names that are).
    pub mails: Vec<(&'static str, &'static str, bool)>,
    /// What was wrong. Fields: name, current_password, new_password.
    pub errors: FieldErrors,
}
