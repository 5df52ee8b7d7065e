use kernel::validate::{self, Problems};

use crate::people::NAME_LONGEST;

/// Words that stand where an organization's slug would in `/admin/{org}`.
const RESERVED: [&str; 13] = [
    "account",
    "admin",
    "api",
    "assets",
    "forgot-password",
    "invitations",
    "new",
    "organizations",
    "reset-password",
    "s",
    "setup",
    "sign-in",
    "sign-out",
];

/// Under which names a form sends the fields of a new organization.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    pub name: &'static str,
    pub slug: &'static str,
}

/// A checked new organization.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    pub name: String,
    /// The slug that was asked for; none lets it be made from the name.
    pub slug: Option<String>,
    /// The field in which a taken slug is told.
    pub slug_field: &'static str,
}

impl NewOrganization {
    pub fn check(problems: &mut Problems, fields: Fields, name: &str, slug: &str) -> Self {
        let name = problems.required(fields.name, "The organization's name", name, NAME_LONGEST);
        let slug = (!slug.trim().is_empty()).then(|| validate::slug(problems, fields.slug, slug));
        if slug.as_deref().is_some_and(is_reserved) {
            problems.add(fields.slug, "reserved", "ContentPilot uses this word in its own addresses. Choose another.");
        }
        Self { name, slug, slug_field: fields.slug }
    }

    /// What the slug is made from when none was asked for, and the start of the next tries.
    pub fn base_slug(&self) -> String {
        let made = validate::slug_from(&self.name);
        let base = if made.is_empty() { "organization".to_owned() } else { made };
        // Room for the number that tells it from others.
        base.chars().take(validate::SLUG_LONGEST - 10).collect()
    }
}

/// Whether the application's own addresses use this word.
pub fn is_reserved(slug: &str) -> bool {
    RESERVED.contains(&slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_asked_for_or_made_from_the_name() {
        let fields = Fields { name: "name", slug: "slug" };
        let mut problems = Problems::new();
        let made = NewOrganization::check(&mut problems, fields, "Café Müller", " ");
        assert_eq!((made.slug.as_deref(), made.base_slug().as_str()), (None, "cafe-muller"));
        assert_eq!(NewOrganization::check(&mut problems, fields, "…", "").base_slug(), "organization");
        assert!(problems.is_empty());
        NewOrganization::check(&mut problems, fields, "", "setup");
        let codes: Vec<_> = problems.into_vec().iter().map(|error| error.code).collect();
        assert_eq!(codes, ["required", "reserved"]);
    }
}
