use askama::Template;
use ui::{FieldErrors, Frame, Moment, SelectOption};

/// A member of the organization.
#[derive(Clone, Debug)]
pub struct MemberRow {
    /// Id of the membership.
    pub id: String,
    /// Their name; may be empty.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role by its name in the database, such as `ADMIN`.
    pub role: String,
    /// Their role as a word.
    pub role_word: String,
    /// Since when.
    pub joined: Moment,
    /// Whether this is the person looking.
    pub is_self: bool,
    /// Whether the person looking may change the role or remove the member.
    pub may_change: bool,
}

impl MemberRow {
    /// The name, or the address of somebody who gave none.
    pub fn shown_name(&self) -> &str {
        if self.name.trim().is_empty() { &self.email } else { &self.name }
    }
}

/// An invitation that was not accepted yet.
#[derive(Clone, Debug)]
pub struct InvitationRow {
    /// Its id.
    pub id: String,
    /// Who was invited.
    pub email: String,
    /// The role they will have, as a word.
    pub role_word: String,
    /// Who invited them.
    pub invited_by: String,
    /// When the link stops working.
    pub expires: Moment,
    /// Whether it has stopped working.
    pub is_expired: bool,
}

/// What was typed for an invitation.
#[derive(Clone, Debug, Default)]
pub struct InviteForm {
    /// Whom to invite.
    pub email: String,
    /// The role by its name in the database.
    pub role: String,
}

/// `/admin/{org}/members`. An invitation is a POST to the same address with the fields email and role.
#[derive(Template)]
#[template(path = "members.html")]
pub struct MembersPage {
    /// The frame around it.
    pub frame: Frame,
    /// All members.
    pub members: Vec<MemberRow>,
    /// Invitations that wait.
    pub invitations: Vec<InvitationRow>,
    /// Whether the person looking may invite; the form is not shown otherwise.
    pub may_invite: bool,
    /// The roles the person looking may give.
    pub roles: Vec<SelectOption>,
    /// What was typed for an invitation.
    pub form: InviteForm,
    /// What was wrong with it.
    pub errors: FieldErrors,
}
