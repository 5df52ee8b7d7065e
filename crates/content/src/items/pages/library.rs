use axum::http::HeaderMap;
use axum::response::Response;
use kernel::Result;
use kernel::access::{Caller, Permission};
use kernel::api::Query;
use kernel::organization;
use kernel::session::PageCaller;
use serde::Deserialize;
use ui::{Moment, Pager, Section, SelectOption, StatusPill};

use super::editor;
use crate::items::list::{self, ListParams, ListQuery, Listed};
use crate::items::model::Item;
use crate::releases;
use crate::views::{ContentListPage, ContentQuery, ContentRow, type_word};

/// Items on one page of the library.
const ROWS: i64 = 25;
/// Tags shown of each item.
const TAGS: usize = 3;

/// What the address bar says. Filters that are no longer known are as good as none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LibraryParams {
    q: String,
    status: String,
    r#type: String,
    sort: String,
    /// An id, or `me`.
    reviewer: String,
    cursor: Option<String>,
}

pub async fn show(page: PageCaller, headers: HeaderMap, Query(params): Query<LibraryParams>) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentRead)?;
    let wanted = ListParams {
        limit: Some(ROWS),
        cursor: params.cursor.clone(),
        sort: Some(params.sort.clone()).filter(|sort| !sort.is_empty()),
        status: params.status.parse().ok(),
        r#type: params.r#type.parse().ok(),
        q: Some(params.q.clone()),
        reviewer: reviewer(caller, &params.reviewer),
        ..ListParams::default()
    };
    let listed = list::read(&caller.tx, &ListQuery::from_params(&wanted)?).await?;
    let zone = organization::site_settings(&caller.tx).await?.zone();
    let rows = listed.items.iter().map(|item| ContentRow {
        id: item.id.clone(),
        title: item.title.clone(),
        status: StatusPill::of(item.status.as_str()),
        type_word: type_word(item.r#type.as_str()),
        author: item.author.name.clone(),
        tags: shown_tags(item),
        updated: Moment::new(item.updated_at, &zone),
        is_featured: item.featured,
    });
    let may_create = caller.may(Permission::ContentEdit);
    let categories = if may_create { editor::category_options(caller).await? } else { Vec::new() };
    let back = address_of(&page, &params, params.cursor.as_deref().unwrap_or_default());
    let view = ContentListPage {
        rows: rows.collect(),
        back: back.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default(),
        may_publish: caller.may(Permission::ContentPublish),
        releases: releases_to_choose(caller).await?,
        categories,
        pager: pager(&page, &params, &listed),
        may_create,
        query: ContentQuery {
            search: params.q,
            status: params.status,
            content_type: params.r#type,
            sort: params.sort,
            reviewer: params.reviewer,
        },
        frame: ui::frame_for(&page, &headers, "Content", Section::Content),
    };
    Ok(ui::html(&view))
}

/// The releases that chosen items can be put into, for those who may.
async fn releases_to_choose(caller: &Caller) -> Result<Vec<SelectOption>> {
    if !caller.may(Permission::ContentPublish) {
        return Ok(Vec::new());
    }
    let open = releases::store::choices(&caller.tx).await?;
    Ok(open.into_iter().map(|(id, name)| SelectOption::new(id, name)).collect())
}

/// The member whose reviews are asked for; one that cannot be is as good as none.
fn reviewer(caller: &Caller, named: &str) -> Option<String> {
    if named == "me" {
        return Some(caller.actor.user_id.clone());
    }
    kernel::id::is_well_formed(named).then(|| named.to_owned())
}

/// The first tags by name, and how many more there are.
fn shown_tags(item: &Item) -> Vec<String> {
    let mut tags: Vec<String> = item.tags.iter().take(TAGS).map(|tag| tag.name.clone()).collect();
    if item.tags.len() > TAGS {
        tags.push(format!("+{}", item.tags.len() - TAGS));
    }
    tags
}

/// The address of the same list at this cursor.
fn address_of(page: &PageCaller, params: &LibraryParams, cursor: &str) -> String {
    let pairs = [
        ("q", params.q.as_str()),
        ("status", &params.status),
        ("type", &params.r#type),
        ("sort", &params.sort),
        ("reviewer", &params.reviewer),
        ("cursor", cursor),
    ];
    let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    format!("/admin/{}/content?{query}", page.caller.organization.slug)
}

fn pager(page: &PageCaller, params: &LibraryParams, listed: &Listed) -> Pager {
    let address = |cursor: &String| address_of(page, params, cursor);
    let noun = if listed.total == 1 { "item" } else { "items" };
    Pager {
        previous: listed.previous.as_ref().map(address),
        next: listed.next.as_ref().map(address),
        summary: format!("{} of {} {noun}", listed.items.len(), listed.total),
    }
}
