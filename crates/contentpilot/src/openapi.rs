//! The OpenAPI document, made from the types that the handlers use.

use std::sync::LazyLock;

use kernel::App;
use kernel::error::{FieldError, Problem};
use serde_json::Value;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

/// Where the API begins.
pub(crate) const PREFIX: &str = "/api/v1";

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(document()).unwrap_or_default());

#[derive(OpenApi)]
#[openapi(
    info(
        title = "ContentPilot",
        description = "Everything belongs to one organization: the one of the API key, or for a signed-in browser the \
                       one named in the header `contentpilot-organization`. Send keys as `Authorization: Bearer cp_…`. \
                       Errors are problem documents (RFC 9457). A POST with an `Idempotency-Key` is done once and \
                       answered the same for 24 hours.",
        license(name = "MIT", identifier = "MIT"),
    ),
    servers((url = "/", description = "This server")),
    components(schemas(Problem, FieldError)),
    security(("key" = []), ("session" = [])),
    modifiers(&Credentials)
)]
struct Base;

/// The two ways to say who asks.
struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let Some(components) = document.components.as_mut() else { return };
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key, `cp_…`, of one organization and one role."))
            .build();
        components.add_security_scheme("key", SecurityScheme::Http(key));
        let cookie = ApiKeyValue::with_description(kernel::session::COOKIE, "The session of a signed-in browser.");
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The routes of the JSON API together with their description.
pub(crate) fn routes() -> OpenApiRouter<App> {
    let features = accounts::api()
        .merge(content::api())
        .merge(media::api())
        .merge(campaigns::api())
        .merge(email::api())
        .merge(find::api())
        .merge(importers::api())
        .merge(planning::api());
    OpenApiRouter::with_openapi(Base::openapi()).nest(PREFIX, features)
}

/// The document as it is served at `/api/v1/openapi.json`.
pub fn document() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

/// The document as JSON, made once.
pub(crate) fn shared() -> &'static Value {
    &DOCUMENT
}
