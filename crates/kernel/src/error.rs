//! The one error type. Most of its kinds are the caller's and carry words for them; `Internal` is ours: logged whole,
//! shown as a reference number and nothing else.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in the terms of whoever asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be read at all: malformed JSON, an unknown parameter.
    #[error("{0}")]
    Malformed(String),
    #[error("Sign in, or send an API key as `Authorization: Bearer cp_…`.")]
    Unauthenticated,
    #[error("{0}")]
    PlanLimit(String),
    #[error("{0}")]
    Forbidden(String),
    /// Nothing of this address or id exists for this caller. Another organization's rows are answered in the same words.
    #[error("There is nothing here under this address or id.")]
    NotFound,
    #[error("This address does not take that method.")]
    MethodNotAllowed,
    #[error("{0}")]
    Conflict(String),
    /// A value that must be one's own is another's: a slug, an address.
    #[error("{}", .0.message)]
    Taken(FieldError),
    #[error("{0}")]
    StaleVersion(String),
    #[error("{0}")]
    TooLarge(String),
    #[error("The request took too long to arrive. Send it again.")]
    TooSlow,
    #[error("{0}")]
    UnsupportedMediaType(String),
    /// Everything that is wrong with what was sent, all at once.
    #[error("Some fields need a change before this can be saved.")]
    Invalid(Vec<FieldError>),
    #[error("Too many attempts. Try again in {retry_after_seconds} seconds.")]
    TooManyRequests { retry_after_seconds: u64 },
    /// The program is too busy to begin; nothing was done.
    #[error("The server is too busy right now. Try again in a few seconds.")]
    Unavailable,
    #[error("Something went wrong on our side.")]
    Internal(#[from] anyhow::Error),
}

/// One thing that is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field's name, with a path for nested ones (`blocks[3].url`).
    pub field: String,
    /// A stable word for programs: `required`, `too_long`, `taken`, …
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

impl FieldError {
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

/// The body of every error answer of the JSON API (RFC 9457, `application/problem+json`).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status and the field codes tell programs what they need.
    pub r#type: &'static str,
    pub title: &'static str,
    pub status: u16,
    pub detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// For an internal error, the id under which the log has the whole story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

impl Error {
    pub fn invalid(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, message)])
    }

    pub fn internal(message: impl std::fmt::Display) -> Self {
        Self::Internal(anyhow::anyhow!("{message}"))
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::PlanLimit(_) => StatusCode::PAYMENT_REQUIRED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) | Self::Taken(_) => StatusCode::CONFLICT,
            Self::StaleVersion(_) => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The words for the caller, and for an internal error the reference under which it was just logged.
    pub fn into_problem(self) -> Problem {
        let status = self.status();
        let mut problem = Problem {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: self.to_string(),
            errors: Vec::new(),
            reference: None,
        };
        match self {
            Self::Invalid(errors) => problem.errors = errors,
            Self::Taken(error) => problem.errors = vec![error],
            Self::Internal(cause) => problem.reference = Some(log_internal(&cause)),
            _ => {}
        }
        problem
    }

    pub fn retry_after(&self) -> Option<HeaderValue> {
        match self {
            Self::TooManyRequests { retry_after_seconds } => Some(HeaderValue::from(*retry_after_seconds)),
            Self::Unavailable => Some(HeaderValue::from_static("5")),
            _ => None,
        }
    }

    /// The whole cause for the log and for operators, never for callers.
    pub fn cause(&self) -> String {
        match self {
            Self::Internal(cause) => format!("{cause:#}"),
            other => other.to_string(),
        }
    }
}

/// Logs an error of ours with everything known about it and gives the reference to show instead.
pub fn log_internal(cause: &anyhow::Error) -> String {
    let reference = crate::id::new(jiff::Timestamp::now());
    tracing::error!(reference, error = ?cause, "internal error");
    reference
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let retry_after = self.retry_after();
        let unauthenticated = matches!(self, Self::Unauthenticated);
        let problem = self.into_problem();
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds);
        }
        if unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<deadpool_postgres::PoolError> for Error {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Timeout(_) => Self::Unavailable,
            error => Self::Internal(anyhow::Error::new(error).context("no database connection could be had")),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.into())
    }
}
