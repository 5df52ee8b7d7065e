use axum::http::HeaderMap;
use axum::response::Response;
use jiff::tz::TimeZone;
use kernel::access::{Caller, Permission};
use kernel::api::Query;
use kernel::session::PageCaller;
use kernel::{Result, organization, web};
use ui::{Moment, Pager, Section, SelectOption, StatusPill};

use super::editor;
use super::panels::languages;
use super::params::{EVERYTHING, LibraryParams, ME};
use crate::changes::store::Standing;
use crate::items::list::{self, ListQuery, Listed};
use crate::items::model::{ContentStatus, Item};
use crate::saved_views::{self, SavedView};
use crate::views::{ContentListPage, ContentRow, LibraryChoices, ViewTab, type_word};
use crate::{changes, limits, releases, reviews, taxonomy};

/// Items on one page of the library.
const ROWS: i64 = 25;
/// Tags shown of each item.
const TAGS: usize = 3;
/// Tags offered while somebody types one.
const TAGS_OFFERED: i64 = 200;

pub async fn show(page: PageCaller, headers: HeaderMap, Query(params): Query<LibraryParams>) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentRead)?;
    let saved = saved_views::store::visible(&caller.tx, &caller.actor.user_id).await?;
    let default = saved.iter().find(|view| view.is_default);
    if let Some(view) = default.filter(|view| params.is_bare() && !view.query.is_empty()) {
        return Ok(web::see_other(&format!("{}?{}", address(&page), view.query)));
    }
    let zone = organization::site_settings(&caller.tx).await?.zone();
    let query = ListQuery::from_params(&params.to_list(caller, &zone, ROWS))?;
    let listed = list::read(&caller.tx, &query).await?;
    let ids: Vec<String> = listed.items.iter().map(|item| item.id.clone()).collect();
    let changes = changes::store::standing(&caller.tx, &ids).await?;
    let row = |item: &Item| row(item, changes.get(&item.id), &zone);
    let view = ContentListPage {
        rows: listed.items.iter().map(row).collect(),
        back: back(&params),
        may_publish: caller.may(Permission::ContentPublish),
        releases: releases_to_choose(caller).await?,
        may_create: caller.may(Permission::ContentEdit),
        pager: pager(&page, &params, &listed),
        usage: limits::usage_where_limited(&caller.tx).await?,
        choices: choices(&page, &params).await?,
        views: tabs(&saved, &params.query()),
        begins_elsewhere: default.is_some_and(|view| !view.query.is_empty()),
        query: params,
        frame: ui::frame_for(&page, &headers, "Content", Section::Content),
    };
    Ok(ui::html(&view))
}

fn row(item: &Item, changes: Option<&Standing>, zone: &TimeZone) -> ContentRow {
    ContentRow {
        id: item.id.clone(),
        title: item.title.clone(),
        status: StatusPill::of(item.status.as_str()),
        type_word: type_word(item.r#type.as_str()),
        author: item.author.name.clone(),
        category: item.category.as_ref().map(|category| category.name.clone()).unwrap_or_default(),
        tags: shown_tags(item),
        updated: Moment::new(item.updated_at, zone),
        is_featured: item.featured,
        changes: changes.map(|changes| changes_words(changes, zone)).unwrap_or_default(),
    }
}

fn changes_words(changes: &Standing, zone: &TimeZone) -> String {
    let at = changes.scheduled_for.map(|at| at.to_zoned(zone.clone()).strftime("%-d %b, %H:%M").to_string());
    match (changes.status, at) {
        (ContentStatus::Review, _) => "Changes in review".to_owned(),
        (ContentStatus::Approved, _) => "Changes approved".to_owned(),
        (ContentStatus::Scheduled, Some(at)) => format!("Changes live {at}"),
        _ => "Draft changes".to_owned(),
    }
}

/// The releases that chosen items can be put into, for those who may.
async fn releases_to_choose(caller: &Caller) -> Result<Vec<SelectOption>> {
    if !caller.may(Permission::ContentPublish) {
        return Ok(Vec::new());
    }
    let open = releases::store::choices(&caller.tx).await?;
    Ok(open.into_iter().map(|(id, name)| SelectOption::new(id, name)).collect())
}

/// What the filters offer. What is set is always among it, also when it is known no more.
async fn choices(page: &PageCaller, params: &LibraryParams) -> Result<LibraryChoices> {
    let caller = &page.caller;
    let people = reviews::store::people(&caller.tx).await?;
    let people: Vec<_> = people.into_iter().filter(|person| person.id != caller.actor.user_id).collect();
    let mut authors = vec![SelectOption::new("", "Any author"), SelectOption::new(ME, "Written by me")];
    authors.extend(people.iter().map(|person| SelectOption::new(person.id.as_str(), person.name.as_str())));
    add_missing(&mut authors, &params.author, "Somebody who left");
    let mut categories = vec![SelectOption::new("", "Any category")];
    let tree = editor::category_options(caller).await?;
    categories.extend(tree.iter().cloned());
    add_missing(&mut categories, &params.category, &params.category);
    let mut known = vec![SelectOption::new("", "Any language")];
    known.extend(languages(&params.language));
    Ok(LibraryChoices {
        authors,
        categories,
        tree,
        languages: known,
        tags: taxonomy::tags::store::most_used_names(&caller.tx, TAGS_OFFERED).await?,
    })
}

fn add_missing(options: &mut Vec<SelectOption>, value: &str, label: &str) {
    if !options.iter().any(|option| option.is(value)) {
        options.push(SelectOption::new(value, label));
    }
}

/// The tabs of the views; the one whose list this is, is marked.
fn tabs(saved: &[SavedView], query: &str) -> Vec<ViewTab> {
    let tab = |view: &SavedView| ViewTab {
        name: view.name.clone(),
        query: if view.query.is_empty() { format!("view={EVERYTHING}") } else { view.query.clone() },
        is_here: view.query == query,
        is_shared: view.is_shared,
    };
    saved.iter().map(tab).collect()
}

/// The first tags by name, and how many more there are.
fn shown_tags(item: &Item) -> Vec<String> {
    let mut tags: Vec<String> = item.tags.iter().take(TAGS).map(|tag| tag.name.clone()).collect();
    if item.tags.len() > TAGS {
        tags.push(format!("+{}", item.tags.len() - TAGS));
    }
    tags
}

fn address(page: &PageCaller) -> String {
    format!("/admin/{}/content", page.caller.organization.slug)
}

/// This list's own part of the address behind the question mark.
fn back(params: &LibraryParams) -> String {
    let mut pairs = params.pairs();
    if !params.view.is_empty() {
        pairs.push(("view", &params.view));
    }
    if let Some(cursor) = &params.cursor {
        pairs.push(("cursor", cursor));
    }
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}

fn pager(page: &PageCaller, params: &LibraryParams, listed: &Listed) -> Pager {
    let address = |cursor: &String| {
        let here = LibraryParams { cursor: Some(cursor.clone()), ..params.clone() };
        format!("{}?{}", address(page), back(&here))
    };
    let noun = if listed.total == 1 { "item" } else { "items" };
    Pager {
        previous: listed.previous.as_ref().map(address),
        next: listed.next.as_ref().map(address),
        // A search passes over what it did not rank, so beyond that it knows only how many there are at least.
        summary: format!(
            "{} of {}{} {noun}",
            listed.items.len(),
            if listed.may_be_more { "at least " } else { "" },
            listed.total
        ),
    }
}
