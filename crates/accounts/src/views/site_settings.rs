use askama::Template;
use ui::{FieldErrors, Frame, SelectOption};

/// A link of a list as its row in the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkRow {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub url: String,
    /// Whether it opens beneath the one before it.
    pub is_below: bool,
}

impl LinkRow {
    /// Whether nothing was typed into it.
    pub fn is_empty(&self) -> bool {
        self.label.trim().is_empty() && self.url.trim().is_empty()
    }
}

/// What was typed on the site's page.
#[derive(Clone, Debug, Default)]
pub struct SiteForm {
    /// Title of the site; the organization's name when empty.
    pub site_title: String,
    /// One or two sentences about the site.
    pub site_description: String,
    /// Accent colour as `#rrggbb`.
    pub accent_color: String,
    /// Address of the logo; may be empty.
    pub logo_url: String,
    /// `serif` or `sans`.
    pub typeface: String,
    /// `system`, `light` or `dark`.
    pub color_scheme: String,
    /// Whether search engines may list the site.
    pub search_engines: bool,
    /// Whether crawlers that collect text to train models may read it.
    pub ai_crawlers: bool,
    /// Whether visitors may comment.
    pub comments_open: bool,
    /// Links in the header.
    pub navigation: Vec<LinkRow>,
    /// Links in the footer.
    pub footer_links: Vec<LinkRow>,
    /// Where the organization is found elsewhere.
    pub social_links: Vec<LinkRow>,
    /// Version of the settings when the form was shown, sent back as the hidden field `version`.
    pub version: String,
}

/// `/admin/{org}/settings/site`, saved with POST to the same address; a button named `do` moves a row and saves nothing.
#[derive(Template)]
#[template(path = "site-settings.html")]
pub struct SiteSettingsPage {
    /// The frame around it.
    pub frame: Frame,
    /// The organization's part of the address.
    pub slug: String,
    /// Typefaces to choose from.
    pub typefaces: Vec<SelectOption>,
    /// Colour schemes to choose from.
    pub color_schemes: Vec<SelectOption>,
    /// What was typed.
    pub form: SiteForm,
    /// What was wrong with it.
    pub errors: FieldErrors,
}
