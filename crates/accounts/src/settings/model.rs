use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::api::Patch;
use kernel::validate::{self, Lines, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::links::{self, Link, NavigationLink};
use crate::people::NAME_LONGEST;

const TITLE_LONGEST: usize = 200;
const DESCRIPTION_LONGEST: usize = 500;
pub const ADDRESS_LONGEST: usize = 2048;
pub const TYPEFACES: [&str; 2] = ["serif", "sans"];
pub const COLOR_SCHEMES: [&str; 3] = ["system", "light", "dark"];
const REVISIONS_KEPT_AT_MOST: i32 = 500;

/// An organization with its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Settings {
    pub id: String,
    pub slug: String,
    pub name: String,
    /// The site's title; the name is shown when there is none.
    pub title: Option<String>,
    pub description: Option<String>,
    /// BCP 47 tag, as `en` or `pt-BR`.
    pub language: String,
    /// IANA name, as `Europe/Berlin`.
    pub timezone: String,
    /// `#rrggbb`.
    pub accent_color: Option<String>,
    pub logo_url: Option<String>,
    /// Links in the header.
    pub navigation: Vec<NavigationLink>,
    pub footer_links: Vec<Link>,
    /// Where the organization is found elsewhere.
    pub social_links: Vec<Link>,
    /// Whether search engines may list the site.
    pub search_engines: bool,
    /// Whether crawlers that collect text to train models may read it.
    pub ai_crawlers: bool,
    /// Whether visitors may comment.
    pub comments_open: bool,
    /// `serif` or `sans`, for the text of articles.
    pub typeface: String,
    /// `system`, `light` or `dark`.
    pub color_scheme: String,
    /// How many of an item's newest revisions are kept.
    pub revisions_kept: i32,
    pub version: i32,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// What is to be changed; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = OrganizationChanges)]
pub struct Changes {
    pub name: Option<String>,
    #[schema(value_type = Option<String>)]
    pub title: Patch<String>,
    #[schema(value_type = Option<String>)]
    pub description: Patch<String>,
    pub language: Option<String>,
    pub timezone: Option<String>,
    #[schema(value_type = Option<String>)]
    pub accent_color: Patch<String>,
    #[schema(value_type = Option<String>)]
    pub logo_url: Patch<String>,
    pub navigation: Option<Vec<NavigationLink>>,
    pub footer_links: Option<Vec<Link>>,
    pub social_links: Option<Vec<Link>>,
    pub search_engines: Option<bool>,
    pub ai_crawlers: Option<bool>,
    pub comments_open: Option<bool>,
    pub typeface: Option<String>,
    pub color_scheme: Option<String>,
    #[schema(minimum = 1, maximum = 500)]
    pub revisions_kept: Option<i32>,
}

impl Changes {
    /// The settings after these changes; what is wrong with them is noted.
    pub fn apply(self, problems: &mut Problems, mut settings: Settings) -> Settings {
        if let Some(name) = self.name {
            settings.name = problems.required("name", "The name", &name, NAME_LONGEST);
        }
        if let Some(language) = self.language {
            settings.language = check_language(problems, &language);
        }
        if let Some(timezone) = self.timezone {
            settings.timezone = check_timezone(problems, &timezone);
        }
        if let Some(kept) = self.revisions_kept {
            settings.revisions_kept = check_revisions_kept(problems, kept);
        }
        links::apply(problems, &mut settings, self.navigation, [self.footer_links, self.social_links]);
        choose(problems, "typeface", &mut settings.typeface, (self.typeface, &TYPEFACES));
        choose(problems, "color_scheme", &mut settings.color_scheme, (self.color_scheme, &COLOR_SCHEMES));
        settings.search_engines = self.search_engines.unwrap_or(settings.search_engines);
        settings.ai_crawlers = self.ai_crawlers.unwrap_or(settings.ai_crawlers);
        settings.comments_open = self.comments_open.unwrap_or(settings.comments_open);
        patch(&mut settings.title, self.title, |text| {
            problems.optional("title", "The title", Some(text), TITLE_LONGEST)
        });
        patch(&mut settings.description, self.description, |text| {
            let text = problems.text("description", "The description", text, DESCRIPTION_LONGEST, Lines::Many);
            (!text.is_empty()).then_some(text)
        });
        patch(&mut settings.accent_color, self.accent_color, |text| check_color(problems, text));
        patch(&mut settings.logo_url, self.logo_url, |text| {
            let text = problems.optional("logo_url", "The logo's address", Some(text), ADDRESS_LONGEST)?;
            links::check_address(problems, "logo_url", &text);
            Some(text)
        });
        settings
    }
}

fn patch(field: &mut Option<String>, change: Patch<String>, check: impl FnOnce(&str) -> Option<String>) {
    match change {
        Patch::Keep => {}
        Patch::Clear => *field = None,
        Patch::Set(text) => *field = check(&text),
    }
}

fn choose(problems: &mut Problems, field: &str, into: &mut String, (chosen, known): (Option<String>, &[&str])) {
    let Some(chosen) = chosen else { return };
    match known.iter().find(|one| **one == chosen.trim()) {
        Some(one) => *into = (*one).to_owned(),
        None => problems.add(field, "unknown_value", format!("Choose one of: {}.", known.join(", "))),
    }
}

fn check_language(problems: &mut Problems, text: &str) -> String {
    validate::language_tag(text).unwrap_or_else(|| {
        problems.add("language", "not_a_language", "Enter a language tag like en, de or pt-BR.");
        text.trim().to_owned()
    })
}

fn check_timezone(problems: &mut Problems, text: &str) -> String {
    let zone = TimeZone::get(text.trim()).ok();
    zone.as_ref().and_then(TimeZone::iana_name).map(str::to_owned).unwrap_or_else(|| {
        problems.add("timezone", "unknown_value", "Enter a time zone by its IANA name, like Europe/Berlin or UTC.");
        text.to_owned()
    })
}

fn check_color(problems: &mut Problems, text: &str) -> Option<String> {
    let color = text.trim().to_ascii_lowercase();
    if color.is_empty() {
        return None;
    }
    let digits = color.strip_prefix('#').unwrap_or_default();
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        problems.add("accent_color", "not_a_color", "Enter a colour like #2463eb.");
    }
    Some(color)
}

fn check_revisions_kept(problems: &mut Problems, kept: i32) -> i32 {
    if !(1..=REVISIONS_KEPT_AT_MOST).contains(&kept) {
        let words = format!("Keep 1 to {REVISIONS_KEPT_AT_MOST} revisions of each item.");
        problems.add("revisions_kept", "out_of_range", words);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            id: "o".into(),
            slug: "acme".into(),
            name: "Acme".into(),
            title: Some("Old".into()),
            description: None,
            language: "en".into(),
            timezone: "UTC".into(),
            accent_color: None,
            logo_url: None,
            navigation: Vec::new(),
            footer_links: Vec::new(),
            social_links: Vec::new(),
            search_engines: true,
            ai_crawlers: true,
            comments_open: true,
            typeface: "serif".into(),
            color_scheme: "system".into(),
            revisions_kept: 50,
            version: 1,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_is_left_out_stays_and_null_clears() {
        let changes: Changes =
            serde_json::from_str(r##"{"title": null, "timezone": "europe/berlin", "accent_color": "#ABCDEF"}"##)
                .unwrap();
        let mut problems = Problems::new();
        let changed = changes.apply(&mut problems, settings());
        assert!(problems.is_empty());
        assert_eq!((changed.title, changed.name.as_str()), (None, "Acme"));
        assert_eq!((changed.timezone.as_str(), changed.accent_color.as_deref()), ("Europe/Berlin", Some("#abcdef")));
    }

    #[test]
    fn every_wrong_setting_is_told() {
        let changes = Changes {
            name: Some(" ".into()),
            language: Some("english!".into()),
            timezone: Some("../etc/passwd".into()),
            accent_color: Patch::Set("red".into()),
            logo_url: Patch::Set("javascript:alert(1)".into()),
            navigation: Some(vec![NavigationLink {
                label: "x".into(),
                url: "/a".into(),
                children: vec![Link { label: "y".into(), url: "//evil.org".into() }],
            }]),
            typeface: Some("comic".into()),
            revisions_kept: Some(0),
            ..Changes::default()
        };
        let mut problems = Problems::new();
        changes.apply(&mut problems, settings());
        let mut fields: Vec<_> = problems.into_vec().into_iter().map(|error| error.field).collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            ["accent_color", "language", "logo_url", "name", "navigation", "revisions_kept", "timezone", "typeface"]
        );
    }
}
