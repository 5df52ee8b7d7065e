//! HTML forms: reading them without losing what was typed.

use axum::extract::{FromRef, FromRequest, Request};
use http::header;
use serde::de::DeserializeOwned;

use crate::{App, Error};

/// The fields of a posted form. Every field of `T` should be a text or have a default, so that nothing typed by a
/// person can fail to be read; rules are checked afterwards, where the form can be shown again.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, State: Send + Sync> FromRequest<State> for Form<T>
where
    App: FromRef<State>,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &State) -> Result<Self, Error> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|kind| !kind.starts_with("application/x-www-form-urlencoded")) {
            return Err(Error::UnsupportedMediaType("Send the form as application/x-www-form-urlencoded.".into()));
        }
        let bytes = crate::api::read_body(request, &App::from_ref(state)).await?;
        let value = serde_urlencoded::from_bytes(&bytes).map_err(|error| {
            Error::Malformed(format!("The form cannot be read: {error}. Reload the page and try again."))
        })?;
        Ok(Self(value))
    }
}
