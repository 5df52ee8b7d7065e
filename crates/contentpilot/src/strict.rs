//! What a call of the API does not take is refused, not passed over: a body where none is read, parameters where there are
//! none. The OpenAPI document says what each call takes; calls that read something check it themselves.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Method;
use kernel::error::FieldError;
use kernel::{App, Error, Result, api};
use serde_json::Value;

/// What a call takes.
#[derive(Clone, Copy)]
struct Takes {
    body: bool,
    parameters: bool,
}

/// Every call, by method and route.
static CALLS: LazyLock<HashMap<(Method, String), Takes>> = LazyLock::new(|| {
    let document = crate::openapi::shared();
    let mut calls = HashMap::new();
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let parameters = operation["parameters"].as_array().into_iter().flatten().any(|one| one["in"] == "query");
            calls.insert((method, path.clone()), Takes { body: operation.get("requestBody").is_some(), parameters });
        }
    }
    calls
});

/// Middleware around the routes of the API.
pub async fn refuse_surplus(State(app): State<App>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned());
    let takes = route.and_then(|route| CALLS.get(&(request.method().clone(), route)).copied());
    let Some(takes) = takes else { return next.run(request).await };
    if !takes.parameters && request.uri().query().is_some_and(|query| !query.is_empty()) {
        let words = "This address takes no parameters. Leave out what stands behind the question mark.";
        return Error::Malformed(words.into()).into_response();
    }
    if takes.body {
        return next.run(request).await;
    }
    match without_body(request, &app).await {
        Ok(request) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// The request with its empty body taken off: nothing, or `{}` from clients that always send an object.
async fn without_body(request: Request, app: &App) -> Result<Request> {
    let (parts, body) = request.into_parts();
    let bytes = api::read_body(Request::from_parts(parts.clone(), body), app).await?;
    if !bytes.is_empty() {
        let sent: Value = serde_json::from_slice(&bytes)
            .map_err(|_| Error::Malformed("This call takes no body. Send none, or {}.".into()))?;
        let Value::Object(fields) = sent else {
            return Err(Error::Malformed("This call takes no body. Send none, or {}.".into()));
        };
        let unknown =
            |name: &String| FieldError::new(name, "unknown_field", format!("There is no field named {name}."));
        if !fields.is_empty() {
            return Err(Error::Invalid(fields.keys().map(unknown).collect()));
        }
    }
    Ok(Request::from_parts(parts, Body::empty()))
}
