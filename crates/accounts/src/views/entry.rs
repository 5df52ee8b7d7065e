use askama::Template;
use ui::{Card, FieldErrors, Flash};

use super::PASSWORD_RULES;

/// What was typed on the setup page, without the password (`password`).
#[derive(Clone, Debug, Default)]
pub struct SetupForm {
    /// Name of the first owner.
    pub name: String,
    /// Their email address.
    pub email: String,
    /// Name of the first organization.
    pub organization_name: String,
    /// Its part of the address; made from the name when empty.
    pub organization_slug: String,
}

/// `/admin/setup`: makes the first owner and organization.
#[derive(Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    card: Card,
    form: SetupForm,
    errors: FieldErrors,
}

impl SetupPage {
    /// The empty form, or one that was not accepted. Fields: name, email, password, organization_name,
    /// organization_slug.
    pub fn new(form: SetupForm, errors: FieldErrors) -> Self {
        let card = Card::new(
            "Welcome to ContentPilot",
            "Nobody has an account here yet. This one becomes the owner of your first organization.",
        );
        Self { card, form, errors }
    }
}

/// `/admin/sign-in`.
#[derive(Template)]
#[template(path = "sign-in.html")]
pub struct SignInPage {
    card: Card,
    email: String,
    next: String,
    errors: FieldErrors,
}

impl SignInPage {
    /// `next` is the path of our own that was asked for, sent along as a hidden field; empty for the start page.
    /// Fields: email, password; wrong credentials belong to the form as a whole (the empty name).
    pub fn new(email: String, next: String, errors: FieldErrors) -> Self {
        Self { card: Card::new("Sign in", ""), email, next, errors }
    }

    /// The same page with a message from the page before, such as "Your password was changed."
    #[must_use]
    pub fn flash(mut self, flash: Option<Flash>) -> Self {
        self.card = self.card.flash(flash);
        self
    }
}

/// `/admin/forgot-password`: asks for the address, then says that a mail is on its way whether or not the address is known.
#[derive(Template)]
#[template(path = "forgot-password.html")]
pub struct ForgotPasswordPage {
    card: Card,
    email: String,
    is_sent: bool,
    errors: FieldErrors,
}

impl ForgotPasswordPage {
    /// The form. Field: email.
    pub fn new(email: String, errors: FieldErrors) -> Self {
        let lead = "Enter the address of your account. We send you a link that sets a new password.";
        Self { card: Card::new("Reset your password", lead), email, is_sent: false, errors }
    }

    /// The answer, the same for known and unknown addresses.
    pub fn sent(email: String) -> Self {
        Self { card: Card::new("Look into your mail", ""), email, is_sent: true, errors: FieldErrors::none() }
    }
}

/// `/admin/reset-password/{token}`.
#[derive(Template)]
#[template(path = "reset-password.html")]
pub struct ResetPasswordPage {
    card: Card,
    token: String,
    email: String,
    errors: FieldErrors,
}

impl ResetPasswordPage {
    /// The form for the owner of `email`. Field: password.
    pub fn new(token: String, email: String, errors: FieldErrors) -> Self {
        let lead = "Every device that is signed in to this account will be signed out.";
        Self { card: Card::new("Choose a new password", lead), token, email, errors }
    }
}

/// Who opened an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invitee {
    /// Nobody has an account with the invited address: asks for a name and a password.
    New {
        /// The name typed so far.
        name: String,
    },
    /// The address has an account, but its owner is not signed in.
    Known,
    /// The invited person is signed in and only has to say yes.
    SignedIn,
    /// Somebody else is signed in.
    Other {
        /// The address that is signed in.
        email: String,
    },
}

/// `/admin/invitations/{token}`.
#[derive(Template)]
#[template(path = "invitation.html")]
pub struct InvitationPage {
    card: Card,
    token: String,
    email: String,
    invitee: Invitee,
    errors: FieldErrors,
}

impl InvitationPage {
    /// An invitation of `email` to the organization named `organization`. `role` and `invited_by` are words for
    /// people ("Admin", "Ann Lee"). Fields for a new person: name, password.
    pub fn new(organization: &str, role: &str, invited_by: &str, link: InvitationLink) -> Self {
        let card = Card::new(
            format!("Join {organization}"),
            format!("{invited_by} invited you to work on {organization} as {role}."),
        );
        Self { card, token: link.token, email: link.email, invitee: link.invitee, errors: link.errors }
    }
}

/// The invitation that was opened and who opened it.
#[derive(Clone, Debug)]
pub struct InvitationLink {
    /// The secret of the address.
    pub token: String,
    /// The address that was invited.
    pub email: String,
    /// Who is looking at it.
    pub invitee: Invitee,
    /// What was wrong with the form.
    pub errors: FieldErrors,
}
