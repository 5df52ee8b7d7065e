//! What stands above the text of a file: YAML between `---`, TOML between `+++`, or a JSON object.

use serde_json::{Map, Value};

/// The fields of a file, their names in small letters.
#[derive(Debug, Default)]
pub(super) struct FrontMatter(Map<String, Value>);

impl FrontMatter {
    /// The fields and the text below; a file without front matter has no fields, and `None` says so.
    pub fn split(text: &str) -> Result<(Option<Self>, &str), String> {
        for (fence, read) in [("---", yaml as fn(&str) -> Result<Value, String>), ("+++", toml)] {
            if let Some((head, body)) = fenced(text, fence) {
                return Ok((Some(Self::of(read(head)?)), body));
            }
        }
        if text.starts_with('{') && !text.starts_with("{{") && !text.starts_with("{%") {
            let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
            if let Some(Ok(value @ Value::Object(_))) = values.next() {
                return Ok((Some(Self::of(value)), &text[values.byte_offset()..]));
            }
        }
        Ok((None, text))
    }

    fn of(value: Value) -> Self {
        match value {
            Value::Object(fields) => {
                Self(fields.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect())
            }
            _ => Self::default(),
        }
    }

    /// The first of these fields that holds anything.
    pub fn first(&self, names: &[&str]) -> Option<&Value> {
        names.iter().filter_map(|name| self.0.get(*name)).find(|value| !value.is_null())
    }

    /// The first of these fields that holds a text or a number.
    pub fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().filter_map(|name| self.0.get(*name).and_then(as_text)).find(|text| !text.is_empty())
    }

    /// The first of these fields that says yes or no.
    pub fn truth(&self, names: &[&str]) -> Option<bool> {
        self.first(names).and_then(|value| match value {
            Value::Bool(truth) => Some(*truth),
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => Some(true),
                "false" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        })
    }

    /// All texts of these fields: lists, or one text parted by commas or, where `by_spaces`, by spaces.
    pub fn list(&self, names: &[&str], by_spaces: bool) -> Vec<String> {
        let mut texts = Vec::new();
        for value in names.iter().filter_map(|name| self.0.get(*name)) {
            match value {
                Value::Array(list) => texts.extend(list.iter().filter_map(as_text)),
                value => {
                    let Some(text) = as_text(value) else { continue };
                    let parts = |character: char| {
                        character == ',' || (by_spaces && !text.contains(',') && character.is_whitespace())
                    };
                    texts.extend(text.split(parts).map(|part| part.trim().to_owned()));
                }
            }
        }
        texts.retain(|text| !text.is_empty());
        texts
    }
}

/// A text or number as text.
pub(super) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What stands between a first line and the next line that are both the fence, and what follows.
fn fenced<'a>(text: &'a str, fence: &str) -> Option<(&'a str, &'a str)> {
    let first = text.split_inclusive('\n').next()?;
    if first.trim_end() != fence || !first.ends_with('\n') {
        return None;
    }
    let rest = &text[first.len()..];
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == fence || (fence == "---" && line.trim_end() == "...") {
            return Some((&rest[..at], &rest[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

fn yaml(text: &str) -> Result<Value, String> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_saphyr::from_str(text).map_err(|error| wrong("YAML", &error.to_string()))
}

fn toml(text: &str) -> Result<Value, String> {
    let table: toml::Table = toml::from_str(text).map_err(|error| wrong("TOML", error.message()))?;
    Ok(json(toml::Value::Table(table)))
}

/// Dates become texts, as YAML has them.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(list) => list.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(name, value)| (name, json(value))).collect())
        }
    }
}

fn wrong(format: &str, error: &str) -> String {
    let first = error.lines().next().unwrap_or_default();
    format!("Its front matter is not {format}: {first}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> (FrontMatter, &str) {
        let (fields, body) = FrontMatter::split(text).expect("the front matter is right");
        (fields.expect("there is front matter"), body)
    }

    #[test]
    fn all_three_forms_say_the_same() {
        for text in [
            "---\nTitle: Hi\ndate: 2024-01-02\ntags: [a, b]\ndraft: true\n---\nText",
            "+++\ntitle = \"Hi\"\ndate = 2024-01-02\ntags = [\"a\", \"b\"]\ndraft = true\n+++\nText",
            "{\"title\": \"Hi\", \"date\": \"2024-01-02\", \"tags\": [\"a\", \"b\"], \"draft\": true}\nText",
        ] {
            let (fields, body) = split(text);
            assert_eq!(body.trim(), "Text");
            assert_eq!(fields.text(&["name", "title"]).as_deref(), Some("Hi"), "{text}");
            assert_eq!(fields.text(&["date"]).as_deref(), Some("2024-01-02"), "{text}");
            assert_eq!(fields.list(&["tags"], true), ["a", "b"], "{text}");
            assert_eq!(fields.truth(&["draft"]), Some(true), "{text}");
        }
    }

    #[test]
    fn texts_are_parted_as_jekyll_does() {
        let (fields, _) = split("---\ntags: one two\ncategories: Web Dev, News\n---\n");
        assert_eq!(fields.list(&["tags"], true), ["one", "two"]);
        assert_eq!(fields.list(&["categories"], false), ["Web Dev", "News"]);
    }

    #[test]
    fn a_rule_at_the_top_is_no_front_matter() {
        for text in ["---\nonly a rule", "Text\n---\n", "", "{{< shortcode >}}"] {
            let (fields, body) = FrontMatter::split(text).expect("nothing is wrong");
            assert!(fields.is_none(), "{text}");
            assert_eq!(body, text);
        }
    }

    #[test]
    fn broken_front_matter_is_told() {
        let error = FrontMatter::split("---\ntitle: [a\n---\n").expect_err("it is broken");
        assert!(error.starts_with("Its front matter is not YAML"), "{error}");
        let error = FrontMatter::split("+++\ntitle = \n+++\n").expect_err("it is broken");
        assert!(error.starts_with("Its front matter is not TOML"), "{error}");
    }
}
