//! `/admin/{org}/audience`: the list.

use axum::response::Response;
use http::HeaderMap;
use jiff::tz::TimeZone;
use kernel::access::Permission;
use kernel::api::{Query, read_cursor};
use kernel::db::Tenant;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Moment, Pager, SelectOption, StatusPill};

use crate::audience::contacts::list::{self, Filter, ListQuery, Order, Position};
use crate::audience::contacts::views::{ContactRow, ContactsPage};
use crate::audience::contacts::{Contact, Status, store};
use crate::audience::views::{Tabs, address, number};
use crate::audience::{page as cut, segments};

const SHOWN: i64 = 25;
/// A longer list is not counted to its end: counting a million rows costs more than reading a page of them.
const COUNTED_MOST: i64 = 10_000;
const SEARCH_LONGEST: usize = 100;
/// Tags and segments to choose from at most.
const CHOICES_MOST: i64 = 200;
/// Tags shown of each contact.
const TAGS: usize = 3;

/// Which contacts, as the address says it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ListParams {
    q: String,
    status: String,
    tag: String,
    segment: String,
    sort: String,
    cursor: Option<String>,
}

impl ListParams {
    pub fn order(&self) -> Order {
        Order::parse(&self.sort).unwrap_or_default()
    }

    /// The filter that is meant. A segment that is gone is an address of nothing.
    pub async fn filter(&self, tx: &Tenant) -> Result<Filter> {
        // An export has begun to answer when the database would refuse it.
        if [&self.q, &self.tag].iter().any(|text| text.contains('\0')) {
            return Err(Error::Malformed("The search holds a NUL character. Leave it out.".into()));
        }
        let rule = match self.segment.as_str() {
            "" => None,
            id if kernel::id::is_well_formed(id) => Some(segments::rule_of(tx, id).await?.ok_or(Error::NotFound)?),
            _ => return Err(Error::NotFound),
        };
        Ok(Filter {
            beginning: self.q.trim().chars().take(SEARCH_LONGEST).collect(),
            status: Status::parse(&self.status),
            tag: Some(self.tag.trim().to_lowercase()).filter(|tag| !tag.is_empty()),
            rule,
        })
    }

    /// The part of the address behind the question mark, without what is not set.
    pub fn query(&self) -> String {
        let fields = [
            ("q", &self.q),
            ("status", &self.status),
            ("tag", &self.tag),
            ("segment", &self.segment),
            ("sort", &self.sort),
        ];
        let set = fields.into_iter().filter(|(_, value)| !value.is_empty());
        serde_urlencoded::to_string(set.collect::<Vec<_>>()).unwrap_or_default()
    }
}

pub async fn list(page: PageCaller, headers: HeaderMap, Query(params): Query<ListParams>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let (tx, now) = (&page.caller.tx, page.caller.now);
    let zone = site_settings(tx).await?.zone();
    let filter = params.filter(tx).await?;
    let after: Option<Position> = read_cursor(params.cursor.as_deref())?;
    let is_first = after.is_none();
    let query = ListQuery { filter: &filter, order: params.order(), after, limit: SHOWN + 1, now };
    let contacts = list::page(tx, &query).await?;
    let total = list::count(tx, &filter, COUNTED_MOST + 1, now).await?;
    let cut = cut(contacts, SHOWN, total, Position::of)?;
    let here = format!("{}?{}", address(&page, ""), params.query());
    let view = ContactsPage {
        frame: ui::frame_for(&page, &headers, "Audience", ui::Section::Audience),
        tabs: Tabs::new(&page, ""),
        tags: store::tags_in_use(tx, CHOICES_MOST).await?,
        segments: segment_choices(tx).await?,
        pager: Pager {
            previous: (!is_first).then(|| here.clone()),
            next: cut.page.next.map(|cursor| format!("{here}&cursor={cursor}")),
            summary: format!("{} of {}", cut.data.len(), counted(total)),
        },
        rows: cut.data.into_iter().map(|contact| row(contact, &zone)).collect(),
        back: params.query(),
        search: params.q,
        status: params.status,
        tag: params.tag,
        segment: params.segment,
        sort: params.sort,
    };
    Ok(ui::html(&view))
}

fn counted(total: i64) -> String {
    match total {
        1 => "1 contact".to_owned(),
        total if total > COUNTED_MOST => format!("more than {} contacts", number(COUNTED_MOST)),
        total => format!("{} contacts", number(total)),
    }
}

async fn segment_choices(tx: &Tenant) -> Result<Vec<SelectOption>> {
    let mut options = vec![SelectOption::new("", "Any segment")];
    let segments = segments::list(tx, None, CHOICES_MOST).await?;
    options.extend(segments.into_iter().map(|segment| SelectOption::new(segment.id, segment.name)));
    Ok(options)
}

fn row(contact: Contact, zone: &TimeZone) -> ContactRow {
    let mut tags: Vec<String> = contact.tags.iter().take(TAGS).cloned().collect();
    if contact.tags.len() > TAGS {
        tags.push(format!("+{}", contact.tags.len() - TAGS));
    }
    ContactRow {
        id: contact.id,
        email: contact.email,
        name: contact.name.unwrap_or_default(),
        status: StatusPill::of(contact.status.as_str()),
        tags,
        added: Moment::new(contact.created_at, zone),
    }
}
