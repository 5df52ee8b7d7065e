//! What is changed about rows that come in: an archive is a file from somewhere, and its rows are as little trusted as
//! what a form sends.

use content::html::{CleanHtml, is_harmless_address};
use email::audience::address;
use kernel::App;
use kernel::db::OrganizationId;
use serde_json::{Value, json};

use super::rows::Row;

/// Columns that hold HTML.
const HTML: [(&str, &str); 2] = [("content_items", "content"), ("content_revisions", "content_body")];
/// Columns that become links.
const ADDRESSES: [(&str, &str); 5] = [
    ("content_items", "canonical_url"),
    ("content_items", "featured_image"),
    ("content_items", "video_url"),
    ("content_items", "audio_url"),
    ("content_comments", "author_url"),
];
/// What would be sent to people by itself: it waits as a draft.
const HAPPENS_BY_ITSELF: [(&str, &[&str]); 2] =
    [("email_campaigns", &["SCHEDULED", "SENDING"]), ("social_media_posts", &["SCHEDULED"])];

/// Makes a row safe and this organization's. The words say why a row cannot be taken at all.
pub fn check(app: &App, organization: &OrganizationId, table: &str, row: &mut Row) -> Result<(), &'static str> {
    for (_, column) in HTML.iter().filter(|(of, _)| *of == table) {
        if let Some(Value::String(html)) = row.get_mut(*column) {
            *html = CleanHtml::from_untrusted(html).into_string();
        }
    }
    // Changes that wait are fields as the API takes them.
    if table == "app.content_changes"
        && let Some(Value::String(html)) = row.get_mut("fields").and_then(|fields| fields.get_mut("content"))
    {
        *html = CleanHtml::from_untrusted(html).into_string();
    }
    for (_, column) in ADDRESSES.iter().filter(|(of, _)| *of == table) {
        let is_harmless = row.get(*column).and_then(Value::as_str).is_none_or(is_harmless_address);
        if !is_harmless {
            row.insert((*column).to_owned(), Value::Null);
        }
    }
    for (_, states) in HAPPENS_BY_ITSELF.iter().filter(|(of, _)| *of == table) {
        if row.get("status").and_then(Value::as_str).is_some_and(|status| states.contains(&status)) {
            row.insert("status".to_owned(), json!("DRAFT"));
            row.insert("scheduled_for".to_owned(), Value::Null);
        }
    }
    match table {
        "app.contacts" => hash(app, organization, row, "email_key"),
        "app.suppressions" => hash(app, organization, row, "email"),
        _ => Ok(()),
    }
}

/// The keyed hash by which an address is known holds for one organization on one server, so it is made anew.
fn hash(app: &App, organization: &OrganizationId, row: &mut Row, column: &str) -> Result<(), &'static str> {
    let Some(email) = row.get(column).and_then(Value::as_str) else {
        return Err("An erased address leaves only a mark that no other organization can read.");
    };
    let key = address::Address::parse(email).map_or_else(|| email.to_lowercase(), |address| address.key);
    let hashed = address::hash(app, organization, &key);
    let digits: String = hashed.iter().map(|byte| format!("{byte:02x}")).collect();
    row.insert("email_hash".to_owned(), json!(format!("\\x{digits}")));
    Ok(())
}
