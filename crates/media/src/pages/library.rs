//! The screen of the library.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::Permission;
use kernel::api::Query;
use kernel::session::PageCaller;
use kernel::{Error, Result, organization};
use ui::{Breadcrumb, FieldErrors, Pager, Section, SelectOption};

use super::params::{LibraryParams, SORTS};
use super::{address, shown};
use crate::assets::list;
use crate::folders::{self, Folder};
use crate::views::{FolderRow, LibraryPage, Undo, UsedFile};
use crate::{kinds, limits};

/// Files on one page.
const CARDS: i64 = 48;
/// Folders that a choice offers at most; the tree leads to all.
const FOLDERS_OFFERED: i64 = 1000;

/// What a page of the library tells beside its files.
#[derive(Default)]
pub struct Told {
    pub status: StatusCode,
    pub done: String,
    pub errors: FieldErrors,
    pub undo: Option<Undo>,
    /// What was to be deleted and is used.
    pub in_use: Vec<UsedFile>,
    /// The address that could not be imported.
    pub url: String,
}

/// `/admin/{org}/media`: the files of a folder, or those that a search finds.
pub async fn show(page: PageCaller, headers: HeaderMap, Query(params): Query<LibraryParams>) -> Result<Response> {
    answer(&page, &headers, params, Told::default()).await
}

/// The library as these parameters want it, with what is to be told.
pub async fn answer(page: &PageCaller, headers: &HeaderMap, params: LibraryParams, told: Told) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentRead)?;
    let listed = list::read(&caller.tx, &params.to_list(CARDS, caller.now)).await?;
    let zone = organization::site_settings(&caller.tx).await?.zone();
    let here = current(page, &params.folder).await?;
    let path = here.as_ref().map_or("", |folder| folder.path.as_str());
    let tree = folders::store::around(&caller.tx, path).await?;
    let next = listed.page.next.map(|cursor| LibraryParams { cursor, ..params.clone() });
    let view = LibraryPage {
        frame: frame(page, headers, here.as_ref(), &params),
        cards: listed.data.iter().map(|asset| shown::card(&caller.app, asset, &zone)).collect(),
        pager: Pager {
            previous: (!params.cursor.is_empty())
                .then(|| with(page, &LibraryParams { cursor: String::new(), ..params.clone() })),
            next: next.map(|params| with(page, &params)),
            summary: summary(listed.page.total),
        },
        tree: tree.into_iter().map(|folder| row(folder, &params.folder)).collect(),
        folder: here.map(|folder| FolderRow { is_here: true, ..row(folder, "") }),
        folders: choices(page, "At the top").await?,
        usage: limits::usage(&caller.tx).await?,
        may_edit: caller.may(Permission::ContentEdit),
        may_delete: caller.may(Permission::ContentPublish),
        grid: with(page, &LibraryParams { view: String::new(), cursor: String::new(), ..params.clone() }),
        list: with(page, &LibraryParams { view: "list".into(), cursor: String::new(), ..params.clone() }),
        sorts: SORTS.iter().map(|(value, label)| SelectOption::new(*value, *label)).collect(),
        largest_megabytes: kinds::LARGEST / 1024 / 1024,
        done: told.done,
        errors: told.errors,
        undo: told.undo,
        in_use: told.in_use,
        url: told.url,
        back: params.query(),
        params,
    };
    Ok(ui::html_with(told.status, &view))
}

async fn current(page: &PageCaller, id: &str) -> Result<Option<Folder>> {
    if matches!(id, "" | list::TOP) {
        return Ok(None);
    }
    let found = if kernel::id::is_well_formed(id) { folders::store::find(&page.caller.tx, id).await? } else { None };
    found.ok_or(Error::NotFound).map(Some)
}

fn with(page: &PageCaller, params: &LibraryParams) -> String {
    let query = params.query();
    let list = address(page, None);
    if query.is_empty() { list } else { format!("{list}?{query}") }
}

fn summary(total: i64) -> String {
    match total {
        0 => "No files".into(),
        1 => "1 file".into(),
        many => format!("{many} files"),
    }
}

fn row(folder: Folder, here: &str) -> FolderRow {
    FolderRow {
        is_here: folder.id == here,
        depth: folder.path.matches('/').count().saturating_sub(1).min(FolderRow::DEEPEST_SHOWN),
        id: folder.id,
        name: folder.name,
        path: folder.path,
        assets: folder.asset_count,
        version: folder.version,
    }
}

/// Every folder by its path, with the first choice for none.
pub async fn choices(page: &PageCaller, none: &str) -> Result<Vec<SelectOption>> {
    let mut folders = folders::store::list(&page.caller.tx, None, None, FOLDERS_OFFERED).await?;
    folders.sort_by(|one, other| one.path.split('/').cmp(other.path.split('/')));
    let mut choices = vec![SelectOption::new("", none)];
    choices.extend(folders.into_iter().map(|folder| SelectOption::new(folder.id, folder.path.trim_start_matches('/'))));
    Ok(choices)
}

fn frame(page: &PageCaller, headers: &HeaderMap, here: Option<&Folder>, params: &LibraryParams) -> ui::Frame {
    let title = here.map_or("Media", |folder| folder.name.as_str());
    let mut frame = ui::frame_for(page, headers, title, Section::Media);
    if here.is_some() || params.is_bin() {
        let title = if params.is_bin() { "Bin" } else { title };
        frame.breadcrumbs = vec![Breadcrumb::link("Media", address(page, None)), Breadcrumb::here(title)];
    }
    frame
}
