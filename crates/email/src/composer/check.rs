//! From what somebody sent as a composition to what may be stored and rendered. Every road passes here.

use kernel::validate::{Lines, Problems};
use serde_json::Value;

use super::address;
use super::blocks::{ARTICLES_MOST, BLOCKS_MOST, Block, COLUMNS_MOST, Composition, Divider, Style};
use super::text;

const HEADING_LONGEST: usize = 300;
const TEXT_LONGEST: usize = 50_000;
const ALT_LONGEST: usize = 500;
const LABEL_LONGEST: usize = 100;
const POSTAL_ADDRESS_LONGEST: usize = 300;
const WIDTHS: [u8; 4] = [25, 50, 75, 100];

/// Reads a composition; what is wrong is told by where it stands, everything at once.
pub fn parse(field: &str, value: &Value, problems: &mut Problems) -> Option<Composition> {
    let Value::Object(object) = value else {
        problems.add(field, "wrong_type", "A composition is an object with `style` and `blocks`.");
        return None;
    };
    if let Some(name) = object.keys().find(|name| !matches!(name.as_str(), "style" | "blocks")) {
        problems.add(&format!("{field}.{name}"), "unknown_field", format!("There is no field named {name}."));
    }
    let style = object.get("style").filter(|style| !style.is_null());
    let style = style.map_or_else(Style::default, |style| {
        serde_json::from_value(style.clone()).unwrap_or_else(|error| {
            problems.add(&format!("{field}.style"), "unreadable", format!("This style cannot be used: {error}."));
            Style::default()
        })
    });
    let mut blocks = Vec::new();
    match object.get("blocks") {
        None => {}
        Some(Value::Array(values)) => {
            for (place, value) in values.iter().enumerate().take(BLOCKS_MOST + 1) {
                blocks.push(block(&format!("{field}.blocks[{place}]"), value, problems));
            }
        }
        Some(_) => problems.add(&format!("{field}.blocks"), "wrong_type", "`blocks` is a list."),
    }
    Some(checked(Composition { style, blocks }, field, problems))
}

/// Reads one block. Where none can be read something stands, so that the others are told by their own places.
fn block(path: &str, value: &Value, problems: &mut Problems) -> Block {
    match serde_json::from_value::<Block>(value.clone()) {
        Ok(block) => {
            unknown_fields(path, value, &block, problems);
            block
        }
        Err(error) => {
            problems.add(path, "unreadable", format!("This block cannot be used: {error}."));
            Block::Divider(Divider {})
        }
    }
}

/// Tells the fields that a block of its type does not have, and those of blocks in its columns.
fn unknown_fields(path: &str, value: &Value, block: &Block, problems: &mut Problems) {
    let (Value::Object(sent), Ok(Value::Object(known))) = (value, serde_json::to_value(block)) else { return };
    if let Some(name) = sent.keys().find(|name| !known.contains_key(*name)) {
        problems.add(&format!("{path}.{name}"), "unknown_field", format!("There is no field named {name}."));
    }
    let (Block::Columns(columns), Some(Value::Array(sent))) = (block, sent.get("columns")) else { return };
    for (column, (blocks, values)) in columns.columns.iter().zip(sent).enumerate() {
        for (within, (inner, value)) in blocks.iter().zip(values.as_array().into_iter().flatten()).enumerate() {
            unknown_fields(&format!("{path}.columns[{column}][{within}]"), value, inner, problems);
        }
    }
}

/// The composition as it may be stored: trimmed, its texts cleaned, its addresses harmless, within its limits.
pub fn checked(mut composition: Composition, field: &str, problems: &mut Problems) -> Composition {
    let count = composition.all().len();
    if count > BLOCKS_MOST {
        let words = format!("An email has at most {BLOCKS_MOST} blocks. Take some out, or write two emails.");
        problems.add(&format!("{field}.blocks"), "too_many", words);
        // What is too much is not looked at.
        composition.blocks.truncate(BLOCKS_MOST);
    }
    if composition.articles().len() > ARTICLES_MOST {
        let words = format!("An email shows at most {ARTICLES_MOST} articles. Take some out.");
        problems.add(&format!("{field}.blocks"), "too_many", words);
    }
    composition.style = style(composition.style, &format!("{field}.style"), problems);
    for (place, block) in composition.blocks.iter_mut().enumerate() {
        let path = format!("{field}.blocks[{place}]");
        if let Block::Columns(columns) = block {
            if !(2..=COLUMNS_MOST).contains(&columns.columns.len()) {
                problems.add(&path, "out_of_range", "There are two or three columns beside each other.");
                columns.columns.truncate(COLUMNS_MOST);
            }
            for (column, blocks) in columns.columns.iter_mut().enumerate() {
                for (within, inner) in blocks.iter_mut().enumerate() {
                    check_block(inner, &format!("{path}.columns[{column}][{within}]"), problems);
                }
            }
        } else {
            check_block(block, &path, problems);
        }
    }
    composition
}

fn style(mut style: Style, path: &str, problems: &mut Problems) -> Style {
    style.accent = style.accent.map(|accent| accent.trim().to_ascii_lowercase()).filter(|accent| !accent.is_empty());
    if let Some(accent) = &style.accent
        && super::colour::parse(accent).is_none()
    {
        problems.add(&format!("{path}.accent"), "not_a_colour", "A colour is written like #0b5cad.");
    }
    let postal = style.postal_address.take().unwrap_or_default().replace("\r\n", "\n");
    let (field, label) = (format!("{path}.postal_address"), "The postal address");
    let postal = problems.text(&field, label, &postal, POSTAL_ADDRESS_LONGEST, Lines::Many);
    style.postal_address = (!postal.is_empty()).then_some(postal);
    style
}

fn check_block(block: &mut Block, path: &str, problems: &mut Problems) {
    let at = |name: &str| format!("{path}.{name}");
    let mut line = |name: &str, label: &str, text: &str, longest: usize| {
        problems.text(&at(name), label, text, longest, Lines::One)
    };
    match block {
        Block::Heading(heading) => {
            heading.text = line("text", "The heading", &heading.text, HEADING_LONGEST);
            if !(1..=3).contains(&heading.level) {
                problems.add(&at("level"), "out_of_range", "Headings have a level from 1 to 3.");
            }
        }
        Block::Text(text) => {
            let html = problems.text(&at("html"), "The text", &text.html, TEXT_LONGEST, Lines::Many);
            text.html = text::clean(&html);
        }
        Block::Image(image) => {
            image.alt = line("alt", "The description", &image.alt, ALT_LONGEST);
            image.src = address::picture(&at("src"), &image.src, problems);
            image.href = address::link(&at("href"), &image.href, problems);
            if !WIDTHS.contains(&image.width) {
                problems.add(&at("width"), "out_of_range", "A picture is 25, 50, 75 or 100 wide.");
            }
        }
        Block::Button(button) => {
            button.label = line("label", "The label", &button.label, LABEL_LONGEST);
            button.href = address::link(&at("href"), &button.href, problems);
        }
        Block::Article(article) => {
            article.label = line("label", "The label", &article.label, LABEL_LONGEST);
            article.content_id = article.content_id.trim().to_owned();
            if !article.content_id.is_empty() && !kernel::id::is_well_formed(&article.content_id) {
                problems.add(&at("content_id"), "unknown", "There is no such item. Choose one of yours.");
            }
        }
        Block::Columns(_) => problems.add(path, "not_here", "Columns cannot stand within columns."),
        Block::Divider(_) => {}
        Block::Spacer(spacer) => {
            if !(4..=120).contains(&spacer.height) {
                problems.add(&at("height"), "out_of_range", "A space is 4 to 120 pixels high.");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems_of(value: &Value) -> Vec<(String, &'static str)> {
        let mut problems = Problems::new();
        parse("composition", value, &mut problems);
        problems.into_vec().into_iter().map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn what_is_wrong_is_told_by_where_it_stands() {
        let value = json!({ "styles": {}, "style": { "accent": "red" }, "blocks": [
            { "type": "button", "label": "Go", "href": "javascript:alert(1)" },
            { "type": "image", "src": "data:image/png;base64,x", "width": 33 },
            { "type": "marquee" },
            { "type": "heading", "text": "x".repeat(301), "level": 9 },
            { "type": "spacer", "height": 200 },
            { "type": "button", "size": 3 },
            { "type": "columns", "columns": [[{ "type": "columns", "columns": [[], []] }]] },
        ] });
        let found = problems_of(&value);
        let expected = [
            ("composition.styles", "unknown_field"),
            ("composition.blocks[2]", "unreadable"),
            ("composition.blocks[5].size", "unknown_field"),
            ("composition.style.accent", "not_a_colour"),
            ("composition.blocks[0].href", "not_a_link"),
            ("composition.blocks[1].src", "not_a_picture"),
            ("composition.blocks[1].width", "out_of_range"),
            ("composition.blocks[3].text", "too_long"),
            ("composition.blocks[3].level", "out_of_range"),
            ("composition.blocks[4].height", "out_of_range"),
            ("composition.blocks[6]", "out_of_range"),
            ("composition.blocks[6].columns[0][0]", "not_here"),
        ];
        assert_eq!(found, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn there_are_limits() {
        let many = vec![json!({ "type": "divider" }); BLOCKS_MOST + 1];
        assert_eq!(problems_of(&json!({ "blocks": many })), [("composition.blocks".to_owned(), "too_many")]);
        assert_eq!(problems_of(&json!([])), [("composition".to_owned(), "wrong_type")]);
        assert!(problems_of(&json!({})).is_empty());
    }
}
