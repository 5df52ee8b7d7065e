use axum::Json;
use axum::response::Response;
use http::StatusCode;
use kernel::access::{Caller, Permission, Role};
use kernel::api::{self, Body, Id, Page, PageInfo, Query};
use kernel::error::Problem;
use kernel::{App, Result};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Invitation, NewInvitation};
use super::{actions, store};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Parameters {
    /// 1 to 100; 25 when left out.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct RawInvitation {
    email: String,
    #[schema(value_type = Role)]
    role: String,
}

/// Invitations that wait, the newest first.
#[utoipa::path(get, path = "/invitations", tag = "members", params(Parameters),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Invitation>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(caller: Caller, Query(parameters): Query<Parameters>) -> Result<Json<Page<Invitation>>> {
    caller.must(Permission::MembersManage)?;
    let limit = api::limit(parameters.limit)?;
    let before: Option<String> = api::read_cursor(parameters.cursor.as_deref())?;
    let mut data = store::pending(&caller.tx, before.as_deref(), limit + 1).await?;
    let total = store::count_pending(&caller.tx).await?;
    let next = crate::paging::cut(&mut data, limit, |invitation| invitation.id.clone())?;
    Ok(Json(Page { data, page: PageInfo { next, limit, total } }))
}

/// Mails somebody a link to join. The answer does not tell whether the address has an account.
#[utoipa::path(post, path = "/invitations", tag = "members", request_body = RawInvitation,
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Invitation),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawInvitation>) -> Result<Response> {
    caller.must(Permission::MembersManage)?;
    let mut problems = body.problems;
    let new = NewInvitation::check(&mut problems, &body.value.email, &body.value.role);
    let new = problems.finish(new)?;
    let invitation = actions::invite(&caller, &new).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/invitations/{}", invitation.id), 1, &invitation))
}

/// Revokes an invitation; its link no longer works.
#[utoipa::path(delete, path = "/invitations/{id}", tag = "members", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn revoke(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::revoke(&caller, &id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
