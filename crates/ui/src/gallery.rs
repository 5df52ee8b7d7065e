//! Pages with sample data: checked for what every page owes its readers, and written to a folder for looking at them.

use std::collections::HashSet;

use askama::Template;
use scraper::{ElementRef, Html, Selector};

use crate::{Frame, Organization, Section, Sections, User};

/// A frame with everything in it.
pub fn frame(title: &str, active: Section) -> Frame {
    Frame {
        title: title.to_owned(),
        organization: Some(Organization { name: "Northwind Quarterly".to_owned(), slug: "northwind".to_owned() }),
        other_organizations: vec![Organization {
            name: "Riverside Bakery & Café".to_owned(),
            slug: "riverside".to_owned(),
        }],
        user: User { name: "Ann Lee".to_owned(), email: "ann@example.com".to_owned() },
        sections: Sections {
            content: true,
            comments: true,
            members: true,
            api_keys: true,
            outbox: true,
            audit_log: true,
            settings: true,
            ..Sections::default()
        },
        active,
        ..Frame::default()
    }
}

/// Renders a page, says everything that is wrong with it, and writes it as `{name}.html` into the folder named by
/// the variable `CONTENTPILOT_GALLERY`, if it is set.
///
/// # Errors
/// The page does not render, cannot be written, or owes its readers something: a label, a heading, a unique id.
pub fn show<T: Template>(name: &str, page: &T) -> Result<(), String> {
    let text = page.render().map_err(|error| format!("{name}: {error}"))?;
    if let Some(folder) = std::env::var_os("CONTENTPILOT_GALLERY") {
        let file = std::path::Path::new(&folder).join(format!("{name}.html"));
        std::fs::write(file, &text).map_err(|error| format!("{name}: {error}"))?;
    }
    let problems = problems(&text);
    if problems.is_empty() { Ok(()) } else { Err(format!("{name}: {}", problems.join("; "))) }
}

fn problems(text: &str) -> Vec<String> {
    let document = Html::parse_document(text);
    let mut problems = Vec::new();
    let headings = select(&document, "h1").len();
    if headings != 1 {
        problems.push(format!("{headings} first headings"));
    }
    for inline in select(&document, "[style], style, script:not([src]), [onclick]") {
        problems.push(format!("inline, refused by the policy: {}", inline.html()));
    }
    let mut ids = HashSet::new();
    for element in select(&document, "[id]") {
        let id = element.attr("id").unwrap_or_default();
        if !ids.insert(id) {
            problems.push(format!("two elements have the id {id}"));
        }
    }
    for described in select(&document, "[aria-describedby]") {
        for id in described.attr("aria-describedby").unwrap_or_default().split_whitespace() {
            if !ids.contains(id) {
                problems.push(format!("nothing has the id {id} that describes a field"));
            }
        }
    }
    for control in select(&document, "input:not([type=hidden]):not([aria-hidden]), select, textarea") {
        if !is_labelled(&document, control) {
            problems.push(format!("no label: {}", control.html()));
        }
    }
    problems
}

fn is_labelled(document: &Html, control: ElementRef<'_>) -> bool {
    let is_inside_label =
        control.ancestors().filter_map(ElementRef::wrap).any(|ancestor| ancestor.value().name() == "label");
    let id = control.attr("id").unwrap_or_default();
    is_inside_label
        || control.attr("aria-label").is_some()
        || select(document, "label").iter().any(|label| label.attr("for") == Some(id))
}

fn select<'a>(document: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    Selector::parse(selector).map_or_else(|_| Vec::new(), |selector| document.select(&selector).collect())
}
