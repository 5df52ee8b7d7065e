//! Email: whom to write to, what to write, how it is sent, and what comes back.

pub mod audience;
pub mod automation;
pub mod composer;
pub mod returns;
pub mod sending;

use axum::Router;
use kernel::App;
use kernel::doors::Pages;
use kernel::jobs::Registry;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this feature beneath `/api/v1`.
pub fn api() -> OpenApiRouter<App> {
    audience::api().merge(automation::api::routes()).merge(composer::api()).merge(returns::api()).merge(sending::api())
}

/// The pages of this feature.
pub fn pages() -> Pages {
    audience::pages()
        .merge(automation::pages())
        .merge(composer::pages())
        .merge(returns::pages())
        .merge(sending::pages())
}

/// Addresses that are open to everybody: forms, confirmations, unsubscribing, tracked links, providers' reports.
pub fn router() -> Router<App> {
    audience::router().merge(returns::router()).merge(sending::router())
}

/// The kinds of jobs that this feature queues.
pub fn jobs(registry: Registry) -> Registry {
    sending::jobs(automation::jobs(audience::jobs(registry)))
}
