//! What went wrong, in Ghost's words and shape.

use http::StatusCode;
use jiff::Timestamp;
use kernel::Error;
use serde_json::{Value, json};

use super::ids;

/// What a handler of this API gives.
pub type Refused<T> = Result<T, Refusal>;

/// Why nothing is given.
#[derive(Debug)]
pub enum Refusal {
    MissingKey,
    UnknownKey,
    /// What is not there, in a sentence.
    NotFound(&'static str),
    /// What is wrong with the filter.
    Filter(String),
    /// A parameter that cannot be taken, and what it should be.
    Parameter(&'static str, String),
    Version(String),
    Internal(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound("Resource not found"),
            Error::Internal(cause) => Self::Internal(Error::Internal(cause)),
            other => Self::Internal(Error::internal(other)),
        }
    }
}

impl Refusal {
    /// The status that Ghost answers with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::MissingKey => StatusCode::FORBIDDEN,
            Self::UnknownKey => StatusCode::UNAUTHORIZED,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Filter(_) => StatusCode::BAD_REQUEST,
            Self::Parameter(..) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Version(_) => StatusCode::NOT_ACCEPTABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Ghost's body for errors. An internal one shows the id under which the log has the whole story.
    pub fn into_body(self) -> Value {
        let mut id = None;
        let (kind, message, context, property) = match self {
            Self::MissingKey => (
                "NoPermissionError",
                "Authorization failed".to_owned(),
                Some("Send a Content API key as the parameter key.".to_owned()),
                None,
            ),
            Self::UnknownKey => ("UnauthorizedError", "Unknown Content API Key".to_owned(), None, None),
            Self::NotFound(what) => {
                let missing = (what != "Resource not found").then(|| what.to_owned());
                ("NotFoundError", "Resource not found".to_owned(), missing, None)
            }
            Self::Filter(words) => ("BadRequestError", "Error parsing filter".to_owned(), Some(words), None),
            Self::Parameter(name, words) => {
                ("ValidationError", format!("Validation error for {name}"), Some(words), Some(name))
            }
            Self::Version(words) => {
                ("RequestNotAcceptableError", "Request not acceptable".to_owned(), Some(words), None)
            }
            Self::Internal(error) => {
                id = error.into_problem().reference;
                ("InternalServerError", "Something went wrong on our side.".to_owned(), None, None)
            }
        };
        let id = ids::uuid(&id.unwrap_or_else(|| kernel::id::new(Timestamp::now())));
        json!({ "errors": [{
            "message": message, "context": context, "type": kind, "details": null, "property": property,
            "help": null, "code": null, "id": id, "ghostErrorCode": null,
        }] })
    }
}
