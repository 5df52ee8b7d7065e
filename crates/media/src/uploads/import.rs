//! Files taken from an address of the web, with the same checks as those that are sent.

use std::time::Duration;

use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::StatusCode;
use kernel::access::{Caller, Permission};
use kernel::api::Body;
use kernel::error::Problem;
use kernel::outgoing::{self, Failure};
use kernel::validate::{Lines, Problems};
use kernel::{App, Error, Result};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use tracing::Instrument;
use url::Url;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{self, Announced, Taken};
use super::{api, names};
use crate::kinds;

/// How long the other server may take to answer, and for each piece.
const PATIENCE: Duration = Duration::from_secs(20);
const ADDRESS_LONGEST: usize = 2000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(import))
}

/// An address to take a file from.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawImport {
    #[schema(required = true, max_length = 2000)]
    pub url: String,
    /// The folder to put it in; at the top when left out.
    pub folder_id: Option<String>,
    #[schema(max_length = 1000)]
    pub alt: Option<String>,
}

/// Takes a file from an address of the web, with the same checks as a file that is sent. Addresses in private networks
/// are refused.
#[utoipa::path(post, path = "/media/import", tag = "media", operation_id = "import_media", request_body = RawImport,
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 201, body = api::UploadedAsset), (status = 200, body = api::UploadedAsset, description = "The file was there already"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn import(mut caller: Caller, body: Body<RawImport>) -> Result<Response> {
    let work = async move {
        let taken = from_address(&mut caller, body.value, body.problems).await?;
        caller.commit().await?;
        Ok(taken)
    };
    // A task of its own, so that nothing half-taken is left when whoever asked goes away.
    let taken: Result<Taken> = tokio::spawn(work.in_current_span()).await.map_err(Error::internal)?;
    api::answer(taken?)
}

/// Takes in what lies at an address. Commits on the way; the caller commits the rest.
pub async fn from_address(caller: &mut Caller, raw: RawImport, mut problems: Problems) -> Result<Taken> {
    caller.must(Permission::ContentEdit)?;
    let text = problems.text("url", "The address", &raw.url, ADDRESS_LONGEST, Lines::One);
    if text.is_empty() {
        problems.add(
            "url",
            "required",
            "The address is missing. Paste the address of a file, as https://example.org/boat.jpg.",
        );
    }
    problems.finish(())?;
    let url = caller.app.outgoing.check(&text).map_err(|words| Error::invalid("url", "not_allowed", words))?;
    // Said before anything is fetched: what is wrong with the rest, and that the plan has no room.
    actions::checked(caller, raw.folder_id.clone(), raw.alt.clone()).await?;
    caller.commit_and_continue().await?;
    let stream = caller.app.outgoing.fetch(url, PATIENCE).await.map_err(|failure| refused(&failure))?;
    if !stream.status.is_success() {
        let words =
            format!("The server there answered {}. Look whether the address opens in a browser.", stream.status);
        // What is too busy now may answer later.
        let is_passing = stream.status.is_server_error() || stream.status == StatusCode::TOO_MANY_REQUESTS;
        return Err(Error::invalid("url", if is_passing { "unreachable" } else { "not_found" }, words));
    }
    api::refuse_long(&stream.headers, kinds::LARGEST)?;
    let announced =
        Announced { name: name_of(&stream.url), folder_id: raw.folder_id, alt: raw.alt, ..Announced::default() };
    actions::take(caller, announced, arriving(stream)).await
}

/// The name that the address ends in. Endings of programs, such as `picture.php`, say nothing about the file.
fn name_of(url: &Url) -> String {
    let last = url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
    let name = percent_decode_str(last).decode_utf8_lossy().into_owned();
    let ending = names::ending(&name);
    let is_known = kinds::TYPES.iter().any(|one| one.endings.contains(&ending.as_str()));
    let stem = if is_known { name.as_str() } else { name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem) };
    if stem.trim().is_empty() { "file".to_owned() } else { stem.to_owned() }
}

fn arriving(stream: outgoing::Stream) -> impl Stream<Item = Result<Bytes>> + Send + Unpin {
    let pieces = futures_util::stream::unfold(Some(stream), |stream| async {
        let mut stream = stream?;
        match stream.chunk().await {
            Ok(Some(bytes)) => Some((Ok(bytes), Some(stream))),
            Ok(None) => None,
            Err(failure) => Some((Err(refused(&failure)), None)),
        }
    });
    // Whoever reads a small file asks once more after its end.
    Box::pin(pieces.fuse())
}

fn refused(failure: &Failure) -> Error {
    let code = if matches!(failure, Failure::Refused(_)) { "not_allowed" } else { "unreachable" };
    Error::invalid("url", code, failure.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_called_what_their_address_ends_in() {
        let name = |address: &str| name_of(&Url::parse(address).unwrap());
        assert_eq!(name("https://example.org/a/Red%20boat.jpg?w=300"), "Red boat.jpg");
        assert_eq!(name("https://example.org/picture.php?id=3"), "picture");
        assert_eq!(name("https://example.org/"), "file");
    }
}
