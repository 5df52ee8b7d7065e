//! `/admin/{org}/campaigns/{id}/timeline`: a page of its own, and a part of the campaign's.

use axum::response::Response;
use campaigns::campaign::{Campaign, store as campaign_store, time};
use http::HeaderMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::doors::{Access, Pages};
use kernel::session::PageCaller;
use kernel::{Error, Result};
use ui::{Breadcrumb, Moment, Section, StatusPill};

use super::store::{self, Thing};
use crate::calendar::model::Kind;
use crate::views::{TimelinePage, TimelineRow};

pub fn routes() -> Pages {
    Pages::new().get("/admin/{org}/campaigns/{id}/timeline", Access::Member(Permission::CampaignsManage), show)
}

async fn show(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::CampaignsManage)?;
    let campaign = campaign_store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let things = store::things(&caller.tx, &id).await?;
    let base = format!("/admin/{}", caller.organization.slug);
    let zone = time::zone(&campaign.timezone);
    let (dated, undated): (Vec<Thing>, Vec<Thing>) = things.into_iter().partition(|thing| thing.at.is_some());
    let mut rows: Vec<(Timestamp, TimelineRow)> =
        dated.into_iter().filter_map(|thing| Some((thing.at?, row(thing, &base, &zone)))).collect();
    rows.extend(marks(&campaign, caller.now, &zone));
    rows.sort_by_key(|(at, _)| *at);
    let mut frame = ui::frame_for(&page, &headers, "Timeline", Section::Campaigns);
    frame.breadcrumbs = vec![
        Breadcrumb::link("Campaigns", format!("{base}/campaigns")),
        Breadcrumb::link(&campaign.name, format!("{base}/campaigns/{id}")),
        Breadcrumb::here("Timeline"),
    ];
    let shown = TimelinePage {
        frame,
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        undated: undated.into_iter().map(|thing| row(thing, &base, &zone)).collect(),
        zone: campaign.timezone,
    };
    Ok(ui::html(&shown))
}

fn row(thing: Thing, base: &str, zone: &TimeZone) -> TimelineRow {
    TimelineRow {
        kind: thing.kind.as_str(),
        icon: thing.kind.icon(),
        words: match thing.kind {
            Kind::Content => "Content",
            Kind::Release => "Release",
            Kind::Email => "Email",
            Kind::Post => "Post",
            Kind::Campaign => "Campaign",
        },
        href: thing.kind.has_page().then(|| format!("{base}/{}/{}", thing.kind.folder(), thing.id)),
        title: thing.title,
        status: Some(StatusPill::of(&thing.status)),
        at: Moment::maybe(thing.at, zone),
    }
}

/// The campaign's own beginning and end, and now.
fn marks(campaign: &Campaign, now: Timestamp, zone: &TimeZone) -> Vec<(Timestamp, TimelineRow)> {
    let mark = |at: Timestamp, kind: &'static str, icon: &'static str, title: &str| {
        let row = TimelineRow {
            kind,
            icon,
            words: "",
            href: None,
            title: title.to_owned(),
            status: None,
            at: Moment::new(at, zone),
        };
        (at, row)
    };
    let start = campaign.start_date.map(|at| mark(at, "mark", "play", "The campaign starts"));
    let end = campaign.end_date.map(|at| mark(at, "mark", "circle-check", "The campaign ends"));
    start.into_iter().chain(end).chain([mark(now, "now", "clock", "Now")]).collect()
}
