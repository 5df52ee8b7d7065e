//! The media library: files taken in, kept tidy and served.
//!
//! A file lies in the store beneath `organization/token/`, together with whatever is made from it; the token is random,
//! so nobody finds an address that they were not given. A row of `app.media_uploads` is there before the first byte and
//! an asset only after the last, so a crash leaves no asset without its file, and bytes without an asset are swept.

pub mod assets;
pub mod changes;
pub mod films;
pub mod folders;
pub mod kinds;
pub mod limits;
mod pages;
pub mod pictures;
pub mod posters;
pub mod remake;
pub mod serving;
pub mod sweep;
pub mod uploads;
pub mod uses;
mod views;

use axum::Router;
use http::Method;
use kernel::App;
use kernel::doors::Pages;
use kernel::jobs::Registry;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this feature beneath `/api/v1`.
pub fn api() -> OpenApiRouter<App> {
    assets::api::routes()
        .merge(uploads::api::routes())
        .merge(uploads::resumable::api::routes())
        .merge(uploads::import::routes())
        .merge(folders::api::routes())
        .merge(changes::api::routes())
}

/// The pages of this feature.
pub fn pages() -> Pages {
    pages::routes()
}

/// The addresses of files.
pub fn router() -> Router<App> {
    serving::router()
}

/// The kinds of jobs that this feature queues.
pub fn jobs(registry: Registry) -> Registry {
    registry
        .with::<uploads::jobs::SweepUploads>()
        .with::<uploads::resumable::jobs::FinishUpload>()
        .with::<assets::jobs::PurgeBin>()
        .with::<changes::jobs::DropUnnamed>()
        .with::<assets::jobs::DeleteFiles>()
        .with::<pictures::jobs::MakeVariants>()
        .with_at_leisure::<pictures::jobs::MakeAvif>()
        .with::<pictures::jobs::DeleteFolders>()
        .with_at_leisure::<posters::jobs::MakePoster>()
}

/// Whether a request brings a file, which takes as long as the sender's connection makes it.
pub fn brings_file(method: &Method, path: &str) -> bool {
    let is_page = path.starts_with("/admin/") && (path.ends_with("/media") || path.ends_with("/media/import"));
    let is_replacement = path.ends_with("/replace") && path.contains("/media/");
    *method == Method::POST && (is_page || is_replacement || matches!(path, "/api/v1/media" | "/api/v1/media/import"))
        || path.starts_with("/api/v1/media/uploads/")
}
