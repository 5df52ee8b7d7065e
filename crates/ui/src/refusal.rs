//! Errors as people are told of them: at the fields of a form, or in one text.

use axum::http::StatusCode;
use kernel::{Error, Result};

use crate::FieldErrors;

/// Said where a form of an older version is sent.
const STALE: &str =
    "Somebody else changed this in the meantime. What you typed is still here; saving again replaces theirs.";

/// What a refused form is shown again with: a status, and the words at each field. An error that is not the sender's
/// stays one, and so does that of a thing that is gone.
pub fn refusal(error: Error) -> Result<(StatusCode, FieldErrors)> {
    let status = error.status();
    let mut errors = FieldErrors::none();
    match error {
        Error::Invalid(problems) => problems.into_iter().for_each(|problem| errors.add(problem.field, problem.message)),
        Error::Taken(problem) => errors.add(problem.field, problem.message),
        Error::StaleVersion(_) => {
            errors.add("", STALE);
            // A form sends no condition that could have failed.
            return Ok((StatusCode::CONFLICT, errors));
        }
        Error::Conflict(words)
        | Error::Forbidden(words)
        | Error::PlanLimit(words)
        | Error::TooLarge(words)
        | Error::UnsupportedMediaType(words) => errors.add("", words),
        other => return Err(other),
    }
    Ok((status, errors))
}

/// The same in one text, for one of many things of which some were refused.
pub fn words_of(error: Error) -> Result<String> {
    match error {
        Error::NotFound => Ok("There is no such item.".to_owned()),
        Error::StaleVersion(words) => Ok(words),
        error => {
            let (_, errors) = refusal(error)?;
            Ok(errors.iter().map(|(_, message)| message).collect::<Vec<_>>().join(" "))
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::error::FieldError;

    use super::*;

    #[test]
    fn what_the_sender_did_is_told_and_what_failed_here_is_not() {
        let taken = || Error::Taken(FieldError::new("slug", "taken", "Another has it."));
        let (status, errors) = refusal(taken()).unwrap();
        assert_eq!((status, errors.of("slug")), (StatusCode::CONFLICT, "Another has it."));
        assert_eq!(words_of(taken()).unwrap(), "Another has it.");
        let (status, errors) = refusal(Error::StaleVersion("v2".into())).unwrap();
        assert_eq!((status, errors.of("")), (StatusCode::CONFLICT, STALE));
        assert_eq!(refusal(Error::Forbidden("No.".into())).unwrap().0, StatusCode::FORBIDDEN);
        assert!(refusal(Error::NotFound).is_err() && words_of(Error::internal("broken")).is_err());
    }
}
