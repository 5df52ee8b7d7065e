//! `/admin/{org}/campaigns`: the board, the cards and the table.

use axum::response::Response;
use http::HeaderMap;
use jiff::Timestamp;
use kernel::Result;
use kernel::access::Permission;
use kernel::api::{Query, read_cursor};
use kernel::session::PageCaller;
use serde::Deserialize;
use ui::{Pager, Section, StatusPill};

use super::{address, words};
use crate::campaign::list::{self, Filter, Order, Position, SEARCH_LONGEST};
use crate::campaign::{Campaign, CampaignType, Status};
use crate::templates;
use crate::views::{CampaignsPage, Column};

/// Campaigns on one page.
const SHOWN: i64 = 24;
/// Cards in one column of the board.
const IN_COLUMN: i64 = 20;
const VIEWS: [&str; 3] = ["board", "cards", "table"];

/// What the list's address says; what is not known is as good as nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    view: String,
    q: String,
    status: String,
    r#type: String,
    sort: String,
    cursor: Option<String>,
}

pub async fn show(page: PageCaller, headers: HeaderMap, Query(parameters): Query<Parameters>) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::CampaignsManage)?;
    let view = VIEWS.into_iter().find(|view| *view == parameters.view).unwrap_or(VIEWS[0]);
    let search: String = parameters.q.trim().chars().take(SEARCH_LONGEST).collect();
    let filter = Filter {
        status: Status::parse(&parameters.status),
        r#type: CampaignType::parse(&parameters.r#type),
        words: (!search.is_empty() && !search.contains('\0')).then(|| search.clone()),
        content: None,
    };
    let mut shown = CampaignsPage {
        frame: ui::frame_for(&page, &headers, "Campaigns", Section::Campaigns),
        view,
        search,
        status: filter.status.map(Status::as_str).unwrap_or_default(),
        kind: filter.r#type.map(CampaignType::as_str).unwrap_or_default(),
        sort: parameters.sort.clone(),
        columns: Vec::new(),
        cards: Vec::new(),
        pager: Pager::default(),
        has_templates: templates::store::count(&caller.tx).await? > 0,
    };
    if view == "board" {
        let campaigns = list::board(&caller.tx, &filter, IN_COLUMN).await?;
        let total: i64 = total_of(&campaigns);
        shown.columns = columns(&campaigns, filter.status, caller.now);
        shown.pager.summary = counted(total);
        return Ok(ui::html(&shown));
    }
    let order = Order::parse(&parameters.sort).unwrap_or_default();
    let after: Option<Position> = read_cursor(parameters.cursor.as_deref())?;
    after.as_ref().map_or(Ok(()), |after| after.must_fit(order))?;
    let campaigns = list::page(&caller.tx, &filter, order, after.as_ref(), SHOWN + 1).await?;
    let total = list::count(&caller.tx, &filter).await?;
    let cut = crate::page(campaigns, SHOWN, total, |campaign| Position::of(campaign, order))?;
    shown.cards = cut.data.iter().map(|(campaign, _)| words::card(campaign, caller.now)).collect();
    let here = here(&page, &shown);
    shown.pager = Pager {
        previous: after.is_some().then(|| here.clone()),
        next: cut.page.next.map(|cursor| format!("{here}&cursor={cursor}")),
        summary: format!("{} of {}", shown.cards.len(), counted(total)),
    };
    Ok(ui::html(&shown))
}

/// The address of the first page.
fn here(page: &PageCaller, shown: &CampaignsPage) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [
        ("view", shown.view),
        ("q", shown.search.as_str()),
        ("status", shown.status),
        ("type", shown.kind),
        ("sort", shown.sort.as_str()),
    ] {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    format!("{}?{}", address(page, ""), query.finish())
}

fn counted(total: i64) -> String {
    if total == 1 { "one campaign".to_owned() } else { format!("{total} campaigns") }
}

fn total_of(campaigns: &[(Campaign, i64)]) -> i64 {
    let in_status =
        |status: Status| campaigns.iter().find(|(one, _)| one.status == status).map_or(0, |(_, count)| *count);
    Status::ALL.into_iter().map(in_status).sum()
}

/// A column for each status; one alone where it is filtered by.
fn columns(campaigns: &[(Campaign, i64)], only: Option<Status>, now: Timestamp) -> Vec<Column> {
    let wanted = Status::ALL.into_iter().filter(|status| only.is_none_or(|only| only == *status));
    let column = |status: Status| {
        let mut of_status = campaigns.iter().filter(|(campaign, _)| campaign.status == status).peekable();
        Column {
            name: status.as_str(),
            pill: StatusPill::of(status.as_str()),
            count: of_status.peek().map_or(0, |(_, count)| *count),
            cards: of_status.map(|(campaign, _)| words::card(campaign, now)).collect(),
        }
    };
    wanted.map(column).collect()
}
