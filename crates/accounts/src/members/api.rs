use axum::Json;
use http::StatusCode;
use kernel::access::{Caller, Permission, Role};
use kernel::api::{self, Body, Id, Page, PageInfo, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions;
use super::store::{self, Member, Position};
use crate::invitations::model::check_role;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(read, change, remove))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Parameters {
    /// Only members of this role.
    role: Option<Role>,
    /// 1 to 100; 25 when left out.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct MemberChanges {
    #[schema(value_type = Role)]
    role: Option<String>,
}

/// Members in the order in which they joined.
#[utoipa::path(get, path = "/members", tag = "members", params(Parameters),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Member>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(caller: Caller, Query(parameters): Query<Parameters>) -> Result<Json<Page<Member>>> {
    caller.must(Permission::MembersManage)?;
    let limit = api::limit(parameters.limit)?;
    let after: Option<Position> = api::read_cursor(parameters.cursor.as_deref())?;
    let mut data = store::list(&caller.tx, parameters.role, after.as_ref(), limit + 1).await?;
    let total = store::count(&caller.tx, parameters.role).await?;
    let next = crate::paging::cut(&mut data, limit, Position::after)?;
    Ok(Json(Page { data, page: PageInfo { next, limit, total } }))
}

/// One member.
#[utoipa::path(get, path = "/members/{id}", tag = "members", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Member),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Json<Member>> {
    caller.must(Permission::MembersManage)?;
    store::find(&caller.tx, &id).await?.map(Json).ok_or(Error::NotFound)
}

/// Gives a member another role. Only owners make and unmake owners; the last owner stays one.
#[utoipa::path(patch, path = "/members/{id}", tag = "members", params(("id" = String, Path)),
    request_body = MemberChanges, extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Member),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn change(caller: Caller, Id(id): Id, body: Body<MemberChanges>) -> Result<Json<Member>> {
    caller.must(Permission::MembersManage)?;
    let mut problems = body.problems;
    let role = body.value.role.as_deref().map(|role| check_role(&mut problems, role));
    let app = caller.app.clone();
    let member = match problems.finish(role)? {
        Some(role) => actions::change_role(&caller, &id, role).await?,
        None => store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?,
    };
    caller.commit().await?;
    app.forget();
    Ok(Json(member))
}

/// Removes a member. Signed-in users may leave by themselves, whatever their role, but for the last owner.
#[utoipa::path(delete, path = "/members/{id}", tag = "members", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn remove(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::remove(&caller, &id).await?;
    let app = caller.app.clone();
    caller.commit().await?;
    app.forget();
    Ok(StatusCode::NO_CONTENT)
}
