//! The JSON API of changes to an asset's file.

use axum::extract::Request;
use axum::response::Response;
use futures_util::TryStreamExt;
use http::HeaderMap;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use tracing::Instrument;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions;
use super::edit::RawEdit;
use crate::assets::{self, Asset};
use crate::kinds;
use crate::uploads::api as uploads;
use crate::uploads::intake::Named;
use crate::uploads::names;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(edit)).routes(routes!(replace)).routes(routes!(undo))
}

/// Crops, turns or mirrors a picture under its address. What is in use is changed by those alone who may publish. With
/// `If-Match`, only if nobody changed it since.
#[utoipa::path(post, path = "/media/{id}/edit", tag = "media", params(("id" = String, Path)), request_body = RawEdit,
    operation_id = "edit_asset_file", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Asset), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(mut caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawEdit>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let asset = actions::edit(&mut caller, &id, &body.value, body.problems, version).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), asset.version, &asset))
}

/// A file that takes another's place.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its description is used; the field is read as it comes")]
struct ReplaceForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Replaces the file under its address by another of the same kind. What is in use is replaced by those alone who may
/// publish. With `If-Match`, only if nobody changed it since.
#[utoipa::path(post, path = "/media/{id}/replace", tag = "media", params(("id" = String, Path)),
    request_body(content = ReplaceForm, content_type = "multipart/form-data"), operation_id = "replace_asset_file",
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Asset), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replace(mut caller: Caller, Id(id): Id, request: Request) -> Result<Response> {
    caller.must(Permission::ContentEdit)?;
    let version = api::required_version(request.headers())?;
    let work = async move {
        let asset = receive(&mut caller, &id, request, version).await?;
        caller.commit().await?;
        Ok::<_, Error>(asset)
    };
    // A task of its own, so that what a lost connection leaves behind is cleared away at once.
    let asset = tokio::spawn(work.in_current_span()).await.map_err(Error::internal)??;
    Ok(api::with_etag(&HeaderMap::new(), asset.version, &asset))
}

/// Reads the form's one file and puts it in the asset's place.
pub async fn receive(caller: &mut Caller, id: &str, request: Request, version: Option<i32>) -> Result<Asset> {
    assets::store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let boundary = uploads::boundary(request.headers())?;
    let largest = kinds::LARGEST + uploads::AROUND_THE_FILE;
    uploads::refuse_long(request.headers(), largest)?;
    let constraints = multer::Constraints::new().size_limit(multer::SizeLimit::new().whole_stream(largest));
    let mut multipart = multer::Multipart::with_constraints(uploads::arriving(request), boundary, constraints);
    let file = multipart.next_field().await.map_err(uploads::broken)?;
    let Some(file) = file.filter(|field| field.name() == Some("file") && !field.file_name().unwrap_or("").is_empty())
    else {
        return Err(Error::invalid(
            "file",
            "required",
            "No file was chosen. Choose the one that takes this one's place.",
        ));
    };
    let named = Named {
        name: names::of_form(file.file_name().unwrap_or_default()),
        declared_type: file.content_type().map(|kind| kind.essence_str().to_owned()).unwrap_or_default(),
    };
    actions::replace(caller, id, &named, (file.map_err(uploads::broken), version)).await
}

/// Puts back the file that stood under the address before the last change; the ten last can be taken back.
#[utoipa::path(post, path = "/media/{id}/undo", tag = "media", params(("id" = String, Path)), operation_id = "undo_asset_file",
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Asset), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn undo(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let asset = actions::undo(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), asset.version, &asset))
}
