//! Coming and going: importers (bytes in, records out, records into the content actions), and whole organizations as
//! archives.

pub mod archive;
mod carry;
pub mod contacts;
mod dates;
pub mod exports;
pub mod fetch;
mod fields;
pub mod ghost;
mod ledger;
pub mod legacy;
pub mod markdown;
mod names;
mod pictures;
pub mod report;
pub mod wordpress;
mod writer;

pub use writer::Options;

use axum::Router;
use axum::routing::get;
use kernel::App;
use kernel::access::Permission;
use kernel::doors::{Access, Pages};
use kernel::jobs::Registry;
use utoipa_axum::router::OpenApiRouter;

/// The pages about exports.
pub fn pages() -> Pages {
    let settlers = Access::Member(Permission::SettingsManage);
    Pages::new().get("/admin/{org}/settings/exports", settlers, exports::pages::list).post(
        "/admin/{org}/settings/exports",
        settlers,
        exports::pages::begin,
    )
}

/// The part of the JSON API that is about exports.
pub fn api() -> OpenApiRouter<App> {
    exports::api::routes()
}

/// The addresses of finished exports.
pub fn router() -> Router<App> {
    Router::new().route("/exports/{organization}/{export}", get(exports::download::fetch))
}

/// The kinds of jobs that imports and exports queue.
pub fn jobs(registry: Registry) -> Registry {
    fetch::registry(registry).with::<exports::jobs::MakeExport>().with::<exports::jobs::DropExport>()
}
