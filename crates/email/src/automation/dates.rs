//! Dates that come: whom they let in, and when the next one may.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::clock::{dates_between, kept_dates};
use super::enter::{self, Due};

/// Time zones at most: there are some six hundred names.
const ZONES_MOST: i64 = 2000;
/// How long to wait at most until it is looked again, for contacts in a zone in which nobody was before.
const LOOKS_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// Which date of contacts is waited for.
pub struct Wanted<'a> {
    pub automation: &'a str,
    pub field: &'a str,
    pub every_year: bool,
    pub days: i16,
    pub hour: i8,
    pub in_local_time: bool,
}

/// Lets in whose date came since it was looked last, and gives when to look again.
pub async fn let_in(
    tx: &Tenant,
    wanted: &Wanted<'_>,
    (since, now): (Timestamp, Timestamp),
    home: &TimeZone,
) -> Result<Timestamp> {
    let zones = if wanted.in_local_time { zones(tx).await? } else { Vec::new() };
    let mut due = Due { known: zones.iter().map(|(name, _)| name.clone()).collect(), ..Due::default() };
    let mut next = now + LOOKS_EVERY;
    for (name, zone) in zones.iter().map(|(name, zone)| (name.as_str(), zone)).chain([("", home)]) {
        for date in dates_between(wanted.hour, zone, (since, now)) {
            let Ok(day) = date.checked_sub(i64::from(wanted.days).days()) else { continue };
            for kept in kept_dates(day, wanted.every_year) {
                due.zones.push(name.to_owned());
                due.entries.push(if wanted.every_year { day.year().to_string() } else { kept.clone() });
                due.days.push(kept);
            }
        }
        next = next.min(super::clock::next_hour(None, wanted.hour, (now, zone)));
    }
    if !due.days.is_empty() {
        enter::dated(tx, (wanted.automation, wanted.field), &due, now).await?;
    }
    Ok(next)
}

/// The zones of contacts that there are.
async fn zones(tx: &Tenant) -> Result<Vec<(String, TimeZone)>> {
    let sql = "SELECT DISTINCT timezone FROM app.contacts WHERE organization_id = $1 AND timezone IS NOT NULL LIMIT $2";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &ZONES_MOST]).await?;
    let names = rows.iter().map(|row| row.get::<_, String>("timezone"));
    Ok(names.filter_map(|name| TimeZone::get(&name).ok().map(|zone| (name, zone))).collect())
}
