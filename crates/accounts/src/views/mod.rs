//! Pages of the accounts feature: what each shows, as plain values, and the words that never change.
//!
//! Handlers fill these structs and answer with `ui::html`, or with `ui::html_with(422, …)` when a form was not
//! accepted; the form then holds what was typed. Passwords are never sent back.

mod account;
mod api_keys;
mod audit_log;
mod domain;
mod entry;
mod members;
mod notifications;
mod organizations;
mod outbox;
mod settings;
mod site_settings;
mod webhooks;

pub use account::{AccountPage, SessionRow};
pub use api_keys::{ApiKeyForm, ApiKeyRow, ApiKeysPage, CreatedKey};
pub use audit_log::{AuditLogPage, AuditRow};
pub use domain::{DomainPage, DomainRow};
pub use entry::{
    ForgotPasswordPage, InvitationLink, InvitationPage, Invitee, ResetPasswordPage, SetupForm, SetupPage, SignInPage,
};
pub use members::{InvitationRow, InviteForm, MemberRow, MembersPage};
pub use notifications::{NotificationRow, NotificationsPage};
pub use organizations::{OrganizationForm, OrganizationRow, OrganizationsPage};
pub use outbox::{OutboxMail, OutboxMailPage, OutboxPage, OutboxRow};
pub use settings::{SettingsForm, SettingsPage};
pub use site_settings::{LinkRow, SiteForm, SiteSettingsPage};
pub use webhooks::{
    AttemptRow, DeliveryRow, EndpointRow, EventGroup, WebhookDeliveryPage, WebhookForm, WebhookPage, WebhooksPage,
    event_groups,
};

/// The rules of passwords, said before they bite.
pub const PASSWORD_RULES: &str = "At least 12 characters. Common passwords and passwords that contain your email \
     address are refused; a few unrelated words make a good one.";

#[cfg(test)]
mod gallery;
