//! A form that was not accepted: what the rules and actions say, as messages beside its fields.

use http::StatusCode;
use kernel::{Error, Result};
use ui::FieldErrors;

/// The messages of an error that belongs to a form, with the status to show it with. Other errors pass on.
pub fn read(error: Error) -> Result<(StatusCode, FieldErrors)> {
    let status = match &error {
        // A form sent again with changes is what resolves both.
        Error::Invalid(_) | Error::Taken(_) => StatusCode::UNPROCESSABLE_ENTITY,
        other => other.status(),
    };
    let errors = match error {
        Error::Invalid(errors) => errors.into_iter().map(|error| (error.field, error.message)).collect(),
        Error::Taken(error) => [(error.field, error.message)].into_iter().collect(),
        Error::Conflict(words) => [("", words)].into_iter().collect(),
        Error::StaleVersion(words) => [("", words)].into_iter().collect(),
        Error::TooManyRequests { retry_after_seconds } => {
            [("", crate::attempts::wait_in_words(retry_after_seconds))].into_iter().collect()
        }
        other => return Err(other),
    };
    Ok((status, errors))
}
