use askama::Template;
use ui::{Card, FieldErrors, Flash};

/// One of the person's organizations.
#[derive(Clone, Debug)]
pub struct OrganizationRow {
    /// Its name.
    pub name: String,
    /// Its part of the address.
    pub slug: String,
    /// The person's role there, as a word.
    pub role: String,
}

impl OrganizationRow {
    /// The letter on its tile.
    pub fn initial(&self) -> String {
        self.name.chars().take(1).flat_map(char::to_uppercase).collect()
    }
}

/// What was typed for a new organization.
#[derive(Clone, Debug, Default)]
pub struct OrganizationForm {
    /// Its name.
    pub name: String,
    /// Its part of the address; made from the name when empty.
    pub slug: String,
}

/// `/admin/organizations`: choose one, or make a new one with POST to the same address.
#[derive(Template)]
#[template(path = "organizations.html")]
pub struct OrganizationsPage {
    card: Card,
    organizations: Vec<OrganizationRow>,
    form: OrganizationForm,
    errors: FieldErrors,
}

impl OrganizationsPage {
    /// The person's organizations and the form for a new one. Fields: name, slug.
    pub fn new(
        organizations: Vec<OrganizationRow>,
        form: OrganizationForm,
        errors: FieldErrors,
        flash: Option<Flash>,
    ) -> Self {
        let lead = if organizations.is_empty() {
            "You belong to no organization yet. Make one, or ask to be invited to one."
        } else {
            "Choose where to work."
        };
        Self { card: Card::new("Your organizations", lead).flash(flash), organizations, form, errors }
    }
}
