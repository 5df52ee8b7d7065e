//! What the site says about itself.

use kernel::organization::SiteSettings;
use serde_json::{Map, Value, json};

use super::visit::Visit;

/// Settings of Ghost that this program has not.
const EMPTY: [&str; 17] = [
    "icon",
    "cover_image",
    "facebook",
    "twitter",
    "codeinjection_head",
    "codeinjection_foot",
    "meta_title",
    "meta_description",
    "og_image",
    "og_title",
    "og_description",
    "twitter_image",
    "twitter_title",
    "twitter_description",
    "members_support_address",
    "firstpromoter_account",
    "portal_button_icon",
];

/// Readers do not sign in here, so whatever a theme would show to members stays away.
const OFF: [&str; 8] = [
    "members_enabled",
    "allow_self_signup",
    "members_invite_only",
    "paid_members_enabled",
    "portal_button",
    "portal_name",
    "recommendations_enabled",
    "outbound_link_tagging",
];

/// The settings: an object, so the client hands it on as it is, with an empty `meta`.
pub fn answer(visit: &Visit) -> Value {
    json!({ "settings": visit.options.select(object(visit, &visit.settings), &[]), "meta": {} })
}

fn object(visit: &Visit, settings: &SiteSettings) -> Map<String, Value> {
    let mut object = Map::new();
    object.extend(EMPTY.map(|name| (name.to_owned(), Value::Null)));
    object.extend(OFF.map(|name| (name.to_owned(), Value::Bool(false))));
    let url = visit.absolute(&visit.links.home());
    let filled = [
        ("title", json!(settings.title)),
        ("description", json!(settings.description)),
        ("logo", json!(settings.logo_url.as_deref().map(|logo| visit.absolute(logo)))),
        ("accent_color", json!(settings.accent_color)),
        ("lang", json!(settings.language)),
        ("locale", json!(settings.language)),
        ("timezone", json!(settings.time_zone)),
        ("navigation", navigation(&settings.navigation)),
        ("secondary_navigation", json!([])),
        ("comments_enabled", json!("off")),
        ("portal_plans", json!([])),
        ("url", json!(url)),
        ("version", json!("6.0")),
    ];
    object.extend(filled.map(|(name, value)| (name.to_owned(), value)));
    object
}

fn navigation(stored: &Value) -> Value {
    let link = |entry: &Value| {
        let (label, url) = (entry["label"].as_str()?, entry["url"].as_str()?);
        content::html::is_harmless_address(url).then(|| json!({ "label": label, "url": url }))
    };
    stored.as_array().into_iter().flatten().filter_map(link).collect()
}
