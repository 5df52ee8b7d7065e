//! Content: items with their taxonomy, revisions, comments and search.

pub mod bin;
pub mod changes;
pub mod comments;
pub mod demo;
pub mod embeds;
pub mod html;
pub mod items;
pub mod limits;
pub mod presence;
pub mod previews;
pub mod releases;
pub mod retention;
pub mod reviews;
pub mod revisions;
pub mod saved_views;
pub mod seo;
pub mod taxonomy;
pub mod translations;
pub mod views;

use kernel::App;
use kernel::doors::Pages;
use kernel::jobs::Registry;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this feature beneath `/api/v1`.
pub fn api() -> OpenApiRouter<App> {
    comments::api::routes()
        .merge(items::api::routes().merge(items::bulk_api::routes()))
        .merge(revisions::api::routes().merge(reviews::api::routes()))
        .merge(presence::api::routes().merge(releases::api::routes()))
        .merge(previews::api::routes().merge(changes::api::routes()))
        .merge(bin::api::routes().merge(saved_views::api::routes()))
        .merge(taxonomy::api())
        .merge(seo::api::routes())
        .merge(translations::api::routes())
        .merge(limits::api::routes())
}

/// The pages of this feature.
pub fn pages() -> Pages {
    items::pages::routes()
        .merge(bin::pages::routes())
        .merge(releases::pages::routes())
        .merge(saved_views::pages::routes())
        .merge(comments::pages::routes())
        .merge(revisions::pages::routes())
        .merge(taxonomy::pages())
        .merge(seo::pages::routes())
        .merge(translations::pages::routes())
}

/// The kinds of jobs that this feature queues.
pub fn jobs(registry: Registry) -> Registry {
    registry
        .with::<comments::jobs::TellModerators>()
        .with::<bin::jobs::PurgeBin>()
        .with_on_time::<changes::jobs::PublishChanges>()
        .with_on_time::<items::jobs::PublishScheduled>()
        .with_on_time::<items::jobs::ExpireItem>()
        .with_on_time::<releases::jobs::PublishRelease>()
        .with_in_turn::<items::jobs::IndexItem>()
        .with_in_turn::<taxonomy::tags::jobs::IndexItems>()
        .with_daily::<retention::Forget>()
}
