//! What the pages of the audience have in common.

use std::fmt;

use askama::filters::HtmlSafe;
use http::HeaderMap;
use kernel::session::PageCaller;
use ui::{Breadcrumb, Frame, Section};

/// The pages beside each other: their part of the address and what they are called.
const PAGES: [(&str, &str); 6] = [
    ("", "Contacts"),
    ("/segments", "Segments"),
    ("/forms", "Forms"),
    ("/imports", "Imports"),
    ("/fields", "Fields"),
    ("/suppressions", "Suppressed"),
];

/// Links to the pages of the audience. In a template `{{ tabs }}` is enough.
pub struct Tabs {
    base: String,
    here: &'static str,
}

impl Tabs {
    /// `here` is the part of the address of the page that is shown.
    pub fn new(page: &PageCaller, here: &'static str) -> Self {
        Self { base: address(page, ""), here }
    }
}

impl fmt::Display for Tabs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("<nav class=\"tabs\" aria-label=\"Audience\"><ul>")?;
        for (path, label) in PAGES {
            let current = if path == self.here { " aria-current=\"page\"" } else { "" };
            write!(formatter, "<li><a href=\"{}{path}\"{current}>{label}</a></li>", self.base)?;
        }
        formatter.write_str("</ul></nav>")
    }
}

/// The slug of an organization is of plain characters, and the rest is constants of this file.
impl HtmlSafe for Tabs {}

/// An address beneath `/admin/{org}/audience`.
pub fn address(page: &PageCaller, path: &str) -> String {
    format!("/admin/{}/audience{path}", page.caller.organization.slug)
}

/// The frame of a page of the audience; `way` are the pages between the contacts and this one.
pub fn frame(page: &PageCaller, headers: &HeaderMap, title: &str, way: &[(&str, &str)]) -> Frame {
    let mut frame = ui::frame_for(page, headers, title, Section::Audience);
    let mut steps = vec![Breadcrumb::link("Audience", address(page, ""))];
    steps.extend(way.iter().map(|(label, path)| Breadcrumb::link(*label, address(page, path))));
    steps.push(Breadcrumb::here(title));
    frame.breadcrumbs = steps;
    frame
}

/// A number as people read it: `12,345`.
pub fn number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if number < 0 { format!("-{shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_grouped() {
        for (number, shown) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")] {
            assert_eq!(super::number(number), shown);
        }
    }
}
