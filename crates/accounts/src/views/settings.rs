use askama::Template;
use ui::{FieldErrors, Frame, SelectOption};

/// What was typed on the settings page.
#[derive(Clone, Debug, Default)]
pub struct SettingsForm {
    /// Name of the organization.
    pub name: String,
    /// Language of the site, such as `en`.
    pub language: String,
    /// Time zone by its IANA name.
    pub timezone: String,
    /// How many of an item's newest revisions are kept.
    pub revisions_kept: String,
    /// Version of the settings when the form was shown, sent back as the hidden field `version`.
    pub version: String,
}

/// `/admin/{org}/settings`, saved with POST to the same address. Field names are those of [`SettingsForm`].
///
/// An owner deletes the organization with POST `/admin/{org}/settings/delete` and its slug in the field `slug`.
#[derive(Template)]
#[template(path = "settings.html")]
pub struct SettingsPage {
    /// The frame around it.
    pub frame: Frame,
    /// The organization's part of the address; shown, not changed.
    pub slug: String,
    /// Whether the person looking may delete the organization.
    pub may_delete: bool,
    /// Languages to choose from.
    pub languages: Vec<SelectOption>,
    /// Time zones to choose from.
    pub timezones: Vec<SelectOption>,
    /// What was typed.
    pub form: SettingsForm,
    /// What was wrong with it.
    pub errors: FieldErrors,
}
