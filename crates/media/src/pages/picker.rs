//! The list of files in the dialog in which other pages choose one: a piece of a page.

use axum::response::Response;
use kernel::access::Permission;
use kernel::api::Query;
use kernel::session::PageCaller;
use kernel::{Result, organization};

use super::params::LibraryParams;
use super::shown;
use crate::assets::list::{self, ListParams};
use crate::views::PickerList;

/// Files in one piece.
const CARDS: i64 = 24;

/// `/admin/{org}/media/picker`: the next cards of the dialog.
pub async fn show(page: PageCaller, Query(params): Query<LibraryParams>) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentRead)?;
    // What readers may not open does not go into what they read.
    let wanted = ListParams { private: Some(false), ..params.to_list(CARDS, caller.now) };
    let listed = list::read(&caller.tx, &wanted).await?;
    let zone = organization::site_settings(&caller.tx).await?.zone();
    let next = listed.page.next.map(|cursor| LibraryParams { cursor, ..params.clone() }.query());
    let view = PickerList {
        cards: listed.data.iter().map(|asset| shown::card(&caller.app, asset, &zone)).collect(),
        total: listed.page.total,
        is_filtered: params.is_filtered(),
        next,
    };
    Ok(ui::html(&view))
}
