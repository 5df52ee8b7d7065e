//! The JSON API of providers that report.

use axum::Json;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Kind, actions, reports_go_to, store};
use crate::audience::page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list, create)).routes(routes!(read, delete))
}

/// A provider whose reports are taken.
#[derive(Debug, Serialize, ToSchema)]
struct EmailProvider {
    id: String,
    provider: Kind,
    /// The address to enter at the provider. Whoever knows it may report, so it is as secret as a password.
    reports_go_to: String,
    /// What to do over there.
    instructions: &'static str,
    /// Reports taken so far.
    taken: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    taken_at: Option<Timestamp>,
    /// Why the last report was not taken.
    problem: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    problem_at: Option<Timestamp>,
}

fn shown(caller: &Caller, provider: store::Provider) -> Result<EmailProvider> {
    Ok(EmailProvider {
        reports_go_to: reports_go_to(&caller.app, caller.tx.organization(), &provider)?,
        id: provider.id,
        provider: provider.kind,
        instructions: provider.kind.instructions(),
        taken: provider.taken,
        taken_at: provider.taken_at,
        problem: provider.problem,
        problem_at: provider.problem_at,
    })
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ProviderParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Providers that report what became of emails, the oldest first.
#[utoipa::path(get, path = "/email-providers", tag = "emails", params(ProviderParams), operation_id = "read_email_providers",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<EmailProvider>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<ProviderParams>) -> Result<Json<Page<EmailProvider>>> {
    caller.must(Permission::SettingsManage)?;
    let limit = api::limit(params.limit)?;
    let after: Option<String> = api::read_cursor(params.cursor.as_deref())?;
    let providers = store::list(&caller.tx, after.as_deref(), limit + 1).await?;
    let data = providers.into_iter().map(|provider| shown(&caller, provider)).collect::<Result<Vec<_>>>()?;
    Ok(Json(page(data, limit, store::count(&caller.tx).await?, |provider| provider.id.clone())?))
}

/// A provider that may report from now on.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct ProviderRequest {
    /// `ses`, `mailgun`, `postmark` or `sendgrid`.
    #[schema(required = true)]
    provider: String,
    /// Mailgun's webhook signing key, or SendGrid's verification key; the others need none. It is kept encrypted, and not
    /// shown again.
    key: String,
}

/// Lets a provider report.
#[utoipa::path(post, path = "/email-providers", tag = "emails", request_body = ProviderRequest, operation_id = "create_email_provider",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = EmailProvider), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<ProviderRequest>) -> Result<Response> {
    caller.must(Permission::SettingsManage)?;
    body.problems.finish(())?;
    let made = actions::create(&caller, &body.value.provider, &body.value.key).await?;
    let made = shown(&caller, made)?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/email-providers/{}", made.id), 1, &made))
}

/// One provider.
#[utoipa::path(get, path = "/email-providers/{id}", tag = "emails", params(("id" = String, Path)),
    operation_id = "read_email_provider", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = EmailProvider), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Json<EmailProvider>> {
    caller.must(Permission::SettingsManage)?;
    let provider = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(Json(shown(&caller, provider)?))
}

/// Takes no more reports from a provider.
#[utoipa::path(delete, path = "/email-providers/{id}", tag = "emails", params(("id" = String, Path)),
    operation_id = "delete_email_provider", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::delete(&caller, &id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
