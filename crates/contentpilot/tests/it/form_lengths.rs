//! What is too long for a form is refused in words. A browser's own limit would cut what is pasted without one.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, StatusCode};
use kernel::doors::Access;
use scraper::{ElementRef, Html, Selector};

use crate::{calls, world};

/// Characters that no field takes, and that a request may bring.
const LONG: usize = 600_000;

/// Fields, with the ends of where they are sent, that cannot be tried like this.
const ELSEWHERE: [(&str, &str); 11] = [
    // The text of an item takes as much.
    ("/content", "content"),
    ("/content/harbor-item", "content"),
    // Read when another button is pressed, or another choice is made.
    ("/content/harbor-item", "note"),
    ("/automations", "tag"),
    ("/trigger", "tag"),
    ("/compose", "template_name"),
    // What is typed to confirm something is to be typed again, and a secret is never given back.
    ("/settings/delete", "slug"),
    ("/email-providers", "key"),
    // Read for one kind of field alone.
    ("/audience/fields", "choices"),
    // To whom a test goes is told on the page that the form leads back to.
    ("/test", "to"),
    ("/test", "contact"),
];

/// Kinds of fields in which people type.
const TYPED: [&str; 5] = ["", "text", "url", "email", "search"];

struct Field {
    name: String,
    value: String,
    /// What is typed into it is too long; none where nothing can be typed.
    long: Option<String>,
    has_limit: bool,
    /// How much the browser takes by the field's pattern; it refuses what is longer and keeps it.
    most: Option<usize>,
    /// What has to be chosen for it to be read.
    needs: Option<String>,
}

struct Form {
    action: String,
    /// The first row of a list that it changes.
    row: Option<String>,
    fields: Vec<Field>,
}

fn field(element: ElementRef<'_>) -> Option<Field> {
    let (tag, kind) = (element.value().name(), element.attr("type").unwrap_or_default());
    let name = element.attr("name").filter(|name| !name.is_empty())?.to_owned();
    let is_chosen = !matches!(kind, "checkbox" | "radio") || element.attr("checked").is_some();
    let value = match tag {
        "textarea" => element.text().collect(),
        "select" => {
            let options = Selector::parse("option").unwrap();
            let chosen = element.select(&options).find(|option| option.attr("selected").is_some());
            chosen.or(element.select(&options).next())?.attr("value").unwrap_or_default().to_owned()
        }
        _ if matches!(kind, "submit" | "file") || !is_chosen => return None,
        _ => element.attr("value").unwrap_or_default().to_owned(),
    };
    // So that nothing else is missing.
    let value = match (value.is_empty() && element.attr("required").is_some(), kind) {
        (true, "url") => "https://example.org/one".to_owned(),
        (true, "email") => "somebody@example.org".to_owned(),
        (true, _) => "Something".to_owned(),
        (false, _) => value,
    };
    let most = element.attr("pattern").map(most_of);
    let is_typed = tag == "textarea" || tag == "input" && TYPED.contains(&kind);
    let long = is_typed.then(|| match kind {
        "url" => format!("https://example.org/{}", "x".repeat(LONG)),
        "email" => format!("{}@example.org", "x".repeat(LONG)),
        _ => "x".repeat(most.map_or(LONG, |most| most + 1)),
    });
    let needs = element.attr("data-needs").and_then(|needs| needs.split(' ').next()).map(str::to_owned);
    Some(Field { name, value, long, has_limit: element.attr("maxlength").is_some(), most, needs })
}

/// The characters that a pattern allows, which is written as `.{0,200}` or, of one among many, as `[^,]{0,100}(…)*`.
fn most_of(pattern: &str) -> usize {
    let most = pattern.strip_prefix('.').or(pattern.strip_prefix("[^,]")).and_then(|rest| rest.strip_prefix("{0,"));
    most.and_then(|rest| rest.split_once('}')).unwrap_or_else(|| panic!("{pattern} tells no length")).0.parse().unwrap()
}

/// What the page will say to which a small form leads back.
fn flash(answer: &testkit::Answer) -> Option<String> {
    let words = answer.header("set-cookie").strip_prefix("flash=e")?.split(['.', ';']).next()?;
    String::from_utf8(URL_SAFE_NO_PAD.decode(words).ok()?).ok()
}

/// The forms of a page that write something and have a field to type in.
fn forms(page: &str, address: &str) -> Vec<Form> {
    let page = Html::parse_document(page);
    let (form, parts) = (Selector::parse("form").unwrap(), Selector::parse("input, textarea, select").unwrap());
    let writing = page.select(&form).filter(|form| form.attr("method").is_some_and(|method| method == "post"));
    let url_encoded = writing.filter(|form| form.attr("enctype").is_none());
    let row = |form: ElementRef<'_>| {
        let rows = Selector::parse(&format!("input[type=checkbox][name=id][form={}]", form.attr("id")?)).ok()?;
        page.select(&rows).next()?.attr("value").map(str::to_owned)
    };
    let read = url_encoded.map(|form| Form {
        row: row(form),
        action: form.attr("action").filter(|action| !action.is_empty()).unwrap_or(address).to_owned(),
        fields: form.select(&parts).filter_map(field).collect(),
    });
    read.filter(|form| form.fields.iter().any(|field| field.long.is_some())).collect()
}

/// Whether a page says that something is wrong with this field: beside it, or in words about a form without such places.
fn names_it(page: &str, name: &str) -> bool {
    let page = Html::parse_document(page);
    let (invalid, error) = (Selector::parse("[aria-invalid]").unwrap(), Selector::parse(".field-error").unwrap());
    let mut named = page.select(&invalid).filter_map(|field| field.attr("name")).peekable();
    let about_form = Selector::parse(".notice-error").unwrap();
    match named.peek() {
        Some(_) => named.any(|one| one == name),
        None => page.select(&error).chain(page.select(&about_form)).next().is_some(),
    }
}

#[tokio::test]
async fn no_form_cuts_or_takes_what_is_too_long() {
    let world = world().await;
    calls::settle(&world).await;
    let owner = world.as_owner().in_browser();
    let (mut tried, mut wrong) = (BTreeSet::new(), Vec::new());
    let pages = contentpilot::doors().into_iter().filter(|door| door.method == Method::GET);
    let pages = pages.filter(|door| !matches!(door.access, Access::Public)).map(|door| calls::with_ids(door.path));
    for address in pages.chain(["/s/harbor/the-tide".to_owned()]) {
        let page = owner.get(&address).await;
        if page.status != StatusCode::OK {
            continue;
        }
        for form in forms(&page.text(), &address) {
            for (place, typed) in form.fields.iter().enumerate() {
                let is_elsewhere = |(end, name): &(&str, &str)| form.action.ends_with(end) && *name == typed.name;
                let is_tried = !ELSEWHERE.iter().any(is_elsewhere);
                let Some(long) = typed.long.as_ref().filter(|_| is_tried) else { continue };
                if !tried.insert((form.action.clone(), typed.name.clone())) {
                    continue;
                }
                let with_long = form.fields.iter().enumerate().map(|(other, field)| {
                    let chosen = typed.needs.as_deref().filter(|_| field.name == "do").unwrap_or(&field.value);
                    (field.name.as_str(), if other == place { long.as_str() } else { chosen })
                });
                let row = form.row.iter().map(|id| ("id", id.as_str()));
                let answer = owner.form(&form.action, &with_long.chain(row).collect::<Vec<_>>()).await;
                // Small forms tell it on the page that they lead back to: there the browser has to keep what is longer than
                // what the program takes.
                let flash = flash(&answer).unwrap_or_default();
                let (status, text) = (answer.status, answer.text());
                let is_told = typed.most.is_some_and(|most| {
                    let words = format!("at most {most}");
                    flash.contains(&words) || status.is_client_error() && text.contains(&words)
                });
                let is_kept = text.contains(long.as_str());
                let is_refused = status.is_client_error() && names_it(&text, &typed.name) && is_kept;
                if typed.has_limit || !(is_refused || is_told) {
                    let why = Html::parse_document(&text.replace(long.as_str(), "LONG"));
                    let errors = Selector::parse(".field-error, .notice-error, [aria-invalid]").unwrap();
                    let why: Vec<String> =
                        why.select(&errors).map(|one| one.html().chars().take(160).collect()).collect();
                    let kept = text.contains(long.as_str());
                    wrong.push(format!(
                        "{} of {address}, sent to {}: {status} kept {kept} {flash:.80} {why:?}",
                        typed.name, form.action
                    ));
                }
            }
        }
    }
    assert!(tried.len() > 60, "only {} fields were found", tried.len());
    assert!(wrong.is_empty(), "{} of {} fields:\n{}", wrong.len(), tried.len(), wrong.join("\n"));
}
