//! The JSON API of the calendar.

use axum::Json;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kernel::access::{Caller, Permission};
use kernel::api::Query;
use kernel::error::Problem;
use kernel::organization::site_settings;
use kernel::validate::Problems;
use kernel::{App, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::days::{self, Days, View};
use super::model::{Entry, Kind};
use super::store::{self, ENTRIES_MOST, Wanted};

/// The longest stretch that is read at once.
const LONGEST: SignedDuration = SignedDuration::from_hours(400 * 24);

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read))
}

/// Which days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct CalendarParams {
    /// A day of the organization's zone, `2026-03-01`, or a moment, `2026-03-01T00:00:00Z`. This month when both are left out.
    from: Option<String>,
    /// The last day, or the moment before which it ends. At most 400 days after `from`.
    to: Option<String>,
    kind: Option<Kind>,
}

/// What happens in these days.
#[derive(Debug, Serialize, ToSchema)]
struct Calendar {
    /// In the order of their time; at most 1000.
    data: Vec<Entry>,
    /// Whether there are more than that.
    is_cut: bool,
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// IANA name of the organization's zone.
    time_zone: String,
}

/// Content that is scheduled, published or ends, draft changes that go live, releases, and for those who may manage campaigns
/// emails, posts, and the beginnings and ends of campaigns.
#[utoipa::path(get, path = "/calendar", tag = "calendar", params(CalendarParams), operation_id = "read_calendar",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Calendar), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Query(params): Query<CalendarParams>) -> Result<Json<Calendar>> {
    caller.must(Permission::ContentRead)?;
    let zone = site_settings(&caller.tx).await?.zone();
    let (from, to) = bounds(&params, &zone, caller.now)?;
    let with_campaigns = caller.may(Permission::CampaignsManage);
    let mut data = store::entries(&caller.tx, &Wanted { from, to, kind: params.kind, with_campaigns }).await?;
    let most = usize::try_from(ENTRIES_MOST).unwrap_or(usize::MAX);
    let is_cut = data.len() > most;
    data.truncate(most);
    Ok(Json(Calendar { data, is_cut, from, to, time_zone: zone.iana_name().unwrap_or("UTC").to_owned() }))
}

fn bounds(params: &CalendarParams, zone: &TimeZone, now: Timestamp) -> Result<(Timestamp, Timestamp)> {
    let mut problems = Problems::new();
    let month = View::Month.days(now.to_zoned(zone.clone()).date());
    let (first, last) = month.bounds(zone);
    let mut read = |field: &str, text: Option<&str>, is_end: bool| match text {
        None => None,
        Some(text) => {
            let at = moment(text, zone, is_end);
            if at.is_none() {
                problems.add(field, "not_a_day", "Give a day like 2026-03-01, or a moment like 2026-03-01T00:00:00Z.");
            }
            at
        }
    };
    let from = read("from", params.from.as_deref(), false);
    let to = read("to", params.to.as_deref(), true);
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) => (from, to),
        (Some(from), None) => (from, from + SignedDuration::from_hours(31 * 24)),
        (None, Some(to)) => (to - SignedDuration::from_hours(31 * 24), to),
        (None, None) => (first, last),
    };
    if to <= from {
        problems.add("to", "before_from", "The end lies before the beginning. Exchange the two.");
    } else if to.duration_since(from) > LONGEST {
        problems.add("to", "too_long", "Ask for at most 400 days at once.");
    }
    problems.finish((from, to))
}

/// A day's beginning, or its end; or a moment as it stands.
fn moment(text: &str, zone: &TimeZone, is_end: bool) -> Option<Timestamp> {
    if let Some(day) = days::read(text) {
        let (begins, ends) = Days { first: day, last: day }.bounds(zone);
        return Some(if is_end { ends } else { begins });
    }
    let at: Timestamp = text.parse().ok()?;
    let day = at.to_zoned(TimeZone::UTC).date();
    days::read(&day.to_string()).map(|_| at)
}
