//! `/admin/{org}`: the dashboard.

use axum::http::HeaderMap;
use axum::response::Response;
use campaigns::campaign::{Campaign, store as campaign_store};
use content::items::store as items;
use futures_util::try_join;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::access::{Caller, Permission};
use kernel::doors::{Access, Pages};
use kernel::organization::site_settings;
use kernel::session::{self, PageCaller};
use kernel::{Result, web};
use ui::{Flash, Moment, Section, StatusPill};

use super::numbers::CampaignNumbers;
use super::{cards, numbers, steps, waiting};
use crate::calendar::days::{Days, View};
use crate::calendar::model::Entry;
use crate::calendar::store::{self as calendar, Wanted};
use crate::views::{DashboardPage, EntryView, RecentRow, RunningRow, StepView, StripDay};

/// Days of the strip.
const STRIP_DAYS: i64 = 14;
/// Entries that a day of the strip shows.
const SHOWN_A_DAY: usize = 3;

pub fn routes() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    Pages::new().get("/admin/{org}", READ, show).post("/admin/{org}/first-steps/dismiss", READ, dismiss).post(
        "/admin/{org}/first-steps/restore",
        READ,
        bring_back,
    )
}

pub async fn show(mut page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    remember(&mut page).await?;
    let caller = &page.caller;
    let zone = site_settings(&caller.tx).await?.zone();
    let today = caller.now.to_zoned(zone.clone()).date();
    let strip_days = Days { first: today, last: today.saturating_add((STRIP_DAYS - 1).days()) };
    // Sent together; none waits for another's answer.
    let (counts, numbers, reviews, changes, recent, entries, steps, campaigns) = try_join!(
        items::status_counts(&caller.tx),
        numbers::content(&caller.tx, caller.now),
        waiting::reviews(caller),
        waiting::changes_asked(caller),
        waiting::recent(&caller.tx),
        strip_entries(caller, strip_days, &zone),
        steps::open(caller),
        of_campaigns(caller),
    )?;
    let base = format!("/admin/{}", caller.organization.slug);
    let mut all_cards = cards::of_content(&base, &counts, &numbers, &zone);
    let mut tasks = cards::counted_tasks(&base, &numbers, caller.may(Permission::TaxonomyManage));
    let mut running = Vec::new();
    if let Some((of_campaigns, now_running)) = campaigns {
        all_cards.extend(cards::of_campaigns(&base, &of_campaigns));
        tasks.extend(cards::failed_sends(&base, &of_campaigns));
        running = now_running;
    }
    tasks.extend(cards::tasks(&base, &reviews, &changes, &zone));
    let view = DashboardPage {
        hello: page.session.user_name.split_whitespace().next().unwrap_or_default().to_owned(),
        cards: all_cards,
        tasks,
        recent: recent.into_iter().map(|item| recent_row(&base, item, &zone)).collect(),
        strip: strip(caller, entries, (strip_days, today, &zone)),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        running: running.into_iter().map(|campaign| running_row(&base, campaign, &zone)).collect(),
        steps: steps
            .into_iter()
            .map(|step| StepView { words: step.words, href: format!("{base}/{}", step.path), is_done: step.is_done })
            .collect(),
        may_write: caller.may(Permission::ContentEdit),
        may_invite: caller.may(Permission::MembersManage),
        may_publish: caller.may(Permission::ContentPublish),
        frame: ui::frame_for(&page, &headers, "Dashboard", Section::Dashboard),
    };
    Ok(ui::html(&view))
}

fn recent_row(base: &str, item: waiting::Recent, zone: &TimeZone) -> RecentRow {
    RecentRow {
        href: format!("{base}/content/{}", item.id),
        title: item.title,
        status: StatusPill::of(&item.status),
        author: item.author,
        updated: Moment::new(item.updated_at, zone),
    }
}

fn running_row(base: &str, campaign: Campaign, zone: &TimeZone) -> RunningRow {
    RunningRow {
        href: format!("{base}/campaigns/{}", campaign.id),
        name: campaign.name,
        goal: campaign.goal_progress.map(|percent| format!("{percent:.0} % of its goal")).unwrap_or_default(),
        ends: Moment::maybe(campaign.end_date, zone),
    }
}

/// Writes down which organization this person looks at, to begin with it next time.
async fn remember(page: &mut PageCaller) -> Result<()> {
    let here = page.caller.organization.id.clone();
    if page.session.organization_id.as_deref() == Some(here.as_str()) {
        return Ok(());
    }
    session::choose(&page.caller.tx, &page.session, &here).await?;
    page.caller.commit_and_continue().await
}

async fn of_campaigns(caller: &Caller) -> Result<Option<(CampaignNumbers, Vec<Campaign>)>> {
    if !caller.may(Permission::CampaignsManage) {
        return Ok(None);
    }
    let tx = &caller.tx;
    Ok(Some(try_join!(numbers::campaigns(tx, caller.now), campaign_store::running(tx, waiting::ROWS))?))
}

async fn strip_entries(caller: &Caller, days: Days, zone: &TimeZone) -> Result<Vec<Entry>> {
    let (from, to) = days.bounds(zone);
    let with_campaigns = caller.may(Permission::CampaignsManage);
    calendar::entries(&caller.tx, &Wanted { from, to, kind: None, with_campaigns }).await
}

fn strip(caller: &Caller, entries: Vec<Entry>, (days, today, zone): (Days, Date, &TimeZone)) -> Vec<StripDay> {
    let base = format!("/admin/{}", caller.organization.slug);
    let mut of_days: Vec<(Date, Vec<Entry>)> = days.each().map(|day| (day, Vec::new())).collect();
    for entry in entries {
        let day = entry.at.to_zoned(zone.clone()).date();
        if let Some((_, of_day)) = of_days.iter_mut().find(|(one, _)| *one == day) {
            of_day.push(entry);
        }
    }
    let day = |(date, entries): (Date, Vec<Entry>)| StripDay {
        label: date.strftime("%A, %-d %B").to_string(),
        weekday: date.strftime("%a").to_string(),
        number: date.strftime("%-d").to_string(),
        is_today: date == today,
        more: entries.len().saturating_sub(SHOWN_A_DAY),
        entries: entries
            .into_iter()
            .take(SHOWN_A_DAY)
            .map(|entry| EntryView::new(entry, (&caller.organization.slug, zone), None))
            .collect(),
        href: format!("{base}/calendar?view={}&date={date}", View::Week.as_str()),
    };
    of_days.into_iter().map(day).collect()
}

pub async fn dismiss(page: PageCaller) -> Result<Response> {
    let caller = page.caller;
    caller.must(Permission::ContentRead)?;
    steps::dismiss(&caller.tx, &caller.actor.user_id, caller.now).await?;
    let base = format!("/admin/{}", caller.organization.slug);
    caller.commit().await?;
    let undo = format!("{base}/first-steps/restore");
    Ok(Flash::success("The first steps are put away.").with_undo(Some(undo)).redirect(&base))
}

pub async fn bring_back(page: PageCaller) -> Result<Response> {
    let caller = page.caller;
    caller.must(Permission::ContentRead)?;
    steps::bring_back(&caller.tx, &caller.actor.user_id).await?;
    let base = format!("/admin/{}", caller.organization.slug);
    caller.commit().await?;
    Ok(web::see_other(&base))
}
