//! What callers send, read so that all that is wrong is told at once and in plain words.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use bytes::Bytes;
use http::request::Parts;
use http::{StatusCode, header};
use serde::de::DeserializeOwned;

use crate::error::FieldError;
use crate::validate::Problems;
use crate::{App, Error, Result};

/// The largest body of a request that is not an upload, in bytes.
pub const BODY_LARGEST: usize = 4 * 1024 * 1024;
/// How long a body may take to arrive.
const BODY_ARRIVES_WITHIN: std::time::Duration = std::time::Duration::from_secs(20);

/// Reads a whole body, up to [`BODY_LARGEST`].
pub async fn read_body(request: Request, state: &App) -> Result<Bytes> {
    let arrived = tokio::time::timeout(BODY_ARRIVES_WITHIN, Bytes::from_request(request, state)).await;
    arrived.map_err(|_| Error::TooSlow)?.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            let megabytes = BODY_LARGEST / 1024 / 1024;
            Error::TooLarge(format!("That is more than {megabytes} MB. Send less at once."))
        } else {
            Error::Malformed("The request broke off before its end. Send it again.".into())
        }
    })
}

/// A JSON body: what could be read of it, and everything that could not.
pub struct Body<T> {
    pub value: T,
    /// Unknown fields and wrong types, to be told together with what the rules find.
    pub problems: Problems,
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &App) -> Result<Self> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_json = content_type.is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
        });
        let bytes = read_body(request, state).await?;
        if !is_json && !bytes.is_empty() {
            return Err(Error::UnsupportedMediaType(
                "Send JSON, with the header `Content-Type: application/json`.".into(),
            ));
        }
        parse(&bytes)
    }
}

/// Reads an object field by field: a field that is wrong is noted and left out, so that all are told at once.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<Body<T>> {
    let text: &[u8] = if bytes.is_empty() { b"{}" } else { bytes };
    let mut object: serde_json::Map<String, serde_json::Value> = match serde_json::from_slice(text) {
        Ok(serde_json::Value::Object(object)) => object,
        Ok(_) => return Err(Error::Malformed("Send a JSON object: { … }.".into())),
        Err(error) => return Err(Error::Malformed(format!("That is not valid JSON: {error}."))),
    };
    let mut errors = Vec::new();
    object.retain(|field, value| {
        let is_kept = !holds_nul(value);
        if !is_kept {
            errors.push(FieldError::new(field, "control_characters", "This value holds a NUL character. Remove it."));
        }
        is_kept
    });
    loop {
        let error = match serde_path_to_error::deserialize(serde_json::Value::Object(object.clone())) {
            Ok(value) => return Ok(Body { value, problems: Problems::from(errors) }),
            Err(error) => error,
        };
        let path = error.path().to_string();
        let words = error.inner().to_string();
        let (field, problem) = describe(&path, &words);
        let top = field.split(['.', '[']).next().unwrap_or_default().to_owned();
        errors.push(problem);
        if object.remove(&top).is_none() {
            return Err(Error::Invalid(errors));
        }
    }
}

/// PostgreSQL keeps no text with a NUL, and no field has a use for one.
pub(super) fn holds_nul(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(values) => values.iter().any(holds_nul),
        serde_json::Value::Object(object) => object.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

fn describe(path: &str, words: &str) -> (String, FieldError) {
    if let Some(name) = words.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
        let parent = path.rsplit_once('.').map(|(parent, _)| format!("{parent}."));
        let field = if path.rsplit('.').next() == Some(name) {
            path.to_owned()
        } else {
            format!("{}{name}", parent.unwrap_or_default())
        };
        return (field.clone(), FieldError::new(field, "unknown_field", format!("There is no field named {name}.")));
    }
    if let Some(name) = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        return (name.to_owned(), FieldError::new(name, "required", format!("The field {name} is missing.")));
    }
    let code = if words.contains("unknown variant") { "unknown_value" } else { "wrong_type" };
    let words = words.split(" at line ").next().unwrap_or(words);
    (path.to_owned(), FieldError::new(path, code, in_plain_words(words)))
}

/// In a caller's words what serde, and the parsers behind it, say in Rust's.
fn in_plain_words(words: &str) -> String {
    // First, for what is wrong with a digit of it is said in the words of a number.
    if words.starts_with("failed to parse") {
        return "Give a moment as in 2026-01-31T09:30:00Z.".to_owned();
    }
    if words.contains("invalid digit") || words.contains("integer from empty string") {
        return "Give a whole number.".to_owned();
    }
    if words.contains("number too large") || words.contains("number too small") {
        return "This number is out of bounds. Give a smaller one.".to_owned();
    }
    if words.contains("was not `true` or `false`") {
        return "Use true or false.".to_owned();
    }
    if let Some((_, choices)) = words.strip_prefix("unknown variant ").and_then(|rest| rest.split_once(", expected ")) {
        return format!("Use {}.", choices.replace('`', ""));
    }
    format!("This value cannot be used: {words}.")
}

/// Query parameters; an unknown one is an error. All that is wrong is told at once.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let text = parts.uri.query().unwrap_or_default();
        read_query(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()).map(Self)
    }
}

/// Reads parameters one by one, as [`parse`] does fields.
fn read_query<T: DeserializeOwned>(mut params: Vec<(String, String)>) -> Result<T> {
    let (mut unusable, mut errors) = (Vec::new(), Vec::new());
    loop {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&params).finish();
        let deserializer = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(text.as_bytes()));
        let error = match serde_path_to_error::deserialize(deserializer) {
            Ok(value) if unusable.is_empty() && errors.is_empty() => return Ok(value),
            Ok(_) => break,
            Err(error) => error,
        };
        let words = error.inner().to_string();
        let twice = words.strip_prefix("duplicate field `").and_then(|rest| rest.split('`').next());
        let (field, problem) = describe(&error.path().to_string(), &words);
        let name = twice.map_or(field, str::to_owned);
        let before = params.len();
        params.retain(|(param, _)| *param != name);
        if twice.is_some() {
            unusable.push(format!("{name} (it is there twice)"));
        } else if problem.code == "unknown_field" {
            unusable.push(name);
        } else {
            errors.push(problem);
        }
        if params.len() == before {
            break;
        }
    }
    if unusable.is_empty() { Err(Error::Invalid(errors)) } else { Err(Error::Malformed(unusable_params(&unusable))) }
}

fn unusable_params(names: &[String]) -> String {
    format!("The address has parameters that cannot be used here: {}. Leave them out.", names.join(", "))
}

/// One id in the path; what cannot be an id is answered like one that does not exist.
pub struct Id(pub String);

impl FromRequestParts<App> for Id {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &App) -> Result<Self> {
        let Path(params) = Path::<std::collections::HashMap<String, String>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NotFound)?;
        let id = params.get("id").filter(|id| crate::id::is_well_formed(id)).ok_or(Error::NotFound)?;
        Ok(Self(id.clone()))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::api::Patch;

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Params {
        limit: Option<i64>,
        featured: Option<bool>,
        order: Option<Order>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Order {
        Up,
        Down,
    }

    fn query(params: &[(&str, &str)]) -> Result<Params> {
        read_query(params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn all_that_is_wrong_in_an_address_is_told_at_once_and_in_plain_words() {
        let right = query(&[("limit", "5"), ("order", "up"), ("featured", "true")]).unwrap();
        assert!(matches!((right.limit, right.order, right.featured), (Some(5), Some(Order::Up), Some(true))));
        assert!(matches!(query(&[("order", "down")]).unwrap().order, Some(Order::Down)));

        let Err(Error::Invalid(mut told)) = query(&[("limit", "ten"), ("order", "sideways"), ("featured", "yes")])
        else {
            panic!("taken");
        };
        told.sort_by(|one, other| one.field.cmp(&other.field));
        let told: Vec<_> = told.iter().map(|one| (one.field.as_str(), one.code, one.message.as_str())).collect();
        assert_eq!(
            told,
            [
                ("featured", "wrong_type", "Use true or false."),
                ("limit", "wrong_type", "Give a whole number."),
                ("order", "unknown_value", "Use up or down."),
            ]
        );

        let Err(Error::Malformed(words)) = query(&[("foo", "1"), ("limit", "1"), ("bar", "2"), ("limit", "2")]) else {
            panic!("taken");
        };
        for name in ["foo", "bar", "limit (it is there twice)"] {
            assert!(words.contains(name), "{words}");
        }
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        #[serde(default)]
        title: Option<String>,
        #[serde(default)]
        tags: Vec<String>,
        #[serde(default)]
        excerpt: Patch<String>,
    }

    #[test]
    fn every_wrong_field_is_told_and_the_rest_is_read() {
        let body: Body<Input> = parse(br#"{"title": 5, "colour": 1, "tags": ["a", 2], "excerpt": null}"#).unwrap();
        let errors = body.problems.into_vec();
        let mut told: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        told.sort_unstable();
        assert_eq!(told, [("colour", "unknown_field"), ("tags[1]", "wrong_type"), ("title", "wrong_type")]);
        assert_eq!(body.value.excerpt, Patch::Clear);
        assert!(body.value.title.is_none() && body.value.tags.is_empty());
    }

    #[test]
    fn a_nul_is_refused_wherever_it_stands() {
        let body: Body<Input> = parse(br#"{"title": "a\u0000b", "tags": ["c"]}"#).unwrap();
        let errors = body.problems.into_vec();
        assert_eq!((errors[0].field.as_str(), errors[0].code, errors.len()), ("title", "control_characters", 1));
        assert_eq!(body.value.tags, ["c"]);
        let body: Body<Input> = parse(br#"{"tags": ["c", "\u0000"]}"#).unwrap();
        assert_eq!(body.problems.into_vec()[0].field, "tags");
    }

    #[test]
    fn what_is_no_object_is_malformed() {
        for text in ["[]", "5", "{", "\"x\"", "{\"a\":}", "\u{feff}{}"] {
            assert!(matches!(parse::<Input>(text.as_bytes()), Err(Error::Malformed(_))), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(matches!(parse::<Input>(deep.as_bytes()), Err(Error::Malformed(_))));
    }
}
