//! `/api/docs`: the OpenAPI document for people, made here and loading nothing from elsewhere.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use askama::Template;
use axum::response::Response;
use serde_json::Value;

use crate::openapi;

/// In the order in which the page shows them.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// Nested types are shown this deep.
const DEEPEST: usize = 4;

static PAGE: LazyLock<DocsPage> = LazyLock::new(|| DocsPage::of(openapi::shared()));

/// `GET /api/docs`
pub(crate) async fn show() -> Response {
    ui::html(&*PAGE)
}

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage {
    title: String,
    introduction: String,
    groups: Vec<Group>,
}

struct Group {
    name: String,
    operations: Vec<Operation>,
}

struct Operation {
    anchor: String,
    method: String,
    path: String,
    summary: String,
    least_role: String,
    fields: Vec<Field>,
    answers: Vec<Answer>,
}

/// A parameter, or a field of the body.
struct Field {
    name: String,
    place: String,
    kind: String,
    is_required: bool,
    words: String,
}

struct Answer {
    status: String,
    kind: String,
}

impl DocsPage {
    fn of(document: &Value) -> Self {
        let mut groups: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                let operation = &item[method];
                if operation.is_object() {
                    let group = operation["tags"][0].as_str().unwrap_or("other").to_owned();
                    groups.entry(group).or_default().push(Operation::of(document, method, path, operation));
                }
            }
        }
        Self {
            title: format!("{} API", text(&document["info"]["title"])),
            introduction: text(&document["info"]["description"]),
            groups: groups.into_iter().map(|(name, operations)| Group { name, operations }).collect(),
        }
    }
}

impl Operation {
    fn of(document: &Value, method: &str, path: &str, operation: &Value) -> Self {
        let words = [&operation["summary"], &operation["description"]].map(text).join(" ");
        let mut fields: Vec<Field> = operation["parameters"].as_array().into_iter().flatten().map(parameter).collect();
        let body = &operation["requestBody"]["content"];
        for schema in body.as_object().into_iter().flatten().map(|(_, media)| &media["schema"]) {
            fields.extend(body_fields(document, schema));
        }
        Self {
            anchor: format!("{method}{}", path.replace(['/', '{', '}'], "-")),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: words.trim().to_owned(),
            least_role: text(&operation["x-least-role"]),
            fields,
            answers: operation["responses"].as_object().into_iter().flatten().map(answer).collect(),
        }
    }
}

fn parameter(parameter: &Value) -> Field {
    Field {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        kind: kind(&parameter["schema"], 0),
        is_required: parameter["required"] == true,
        words: text(&parameter["description"]),
    }
}

fn body_fields(document: &Value, schema: &Value) -> Vec<Field> {
    let schema = resolve(document, schema);
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let field = |(name, property): (&String, &Value)| Field {
        name: name.clone(),
        place: "body".to_owned(),
        kind: kind(property, 0),
        is_required: required.iter().any(|one| one == name.as_str()),
        words: text(&property["description"]),
    };
    properties.map(field).collect()
}

fn answer((status, answer): (&String, &Value)) -> Answer {
    let schema =
        answer["content"].as_object().and_then(|content| content.values().next()).map(|media| &media["schema"]);
    let status = if status == "default" { "otherwise".to_owned() } else { status.clone() };
    Answer { status, kind: schema.map(|schema| kind(schema, 0)).unwrap_or_default() }
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/components/schemas/"));
    name.map_or(schema, |name| &document["components"]["schemas"][name])
}

/// A type in a few words: `string (date-time)`, `list of Tag`, `one of DRAFT, REVIEW`.
fn kind(schema: &Value, depth: usize) -> String {
    if depth > DEEPEST {
        return "…".to_owned();
    }
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(values) = schema["enum"].as_array() {
        return format!("one of {}", values.iter().map(text).collect::<Vec<_>>().join(", "));
    }
    let choices = ["oneOf", "anyOf", "allOf"].iter().find_map(|name| schema[*name].as_array());
    if let Some(choices) = choices {
        return choices.iter().map(|choice| kind(choice, depth + 1)).collect::<Vec<_>>().join(" or ");
    }
    let name = match &schema["type"] {
        Value::Array(names) => names.iter().map(text).collect::<Vec<_>>().join(" or "),
        name => text(name),
    };
    if name.split(' ').next() == Some("array") {
        return format!("list of {}", kind(&schema["items"], depth + 1));
    }
    match schema["format"].as_str() {
        Some(format) => format!("{name} ({format})"),
        None => name,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
