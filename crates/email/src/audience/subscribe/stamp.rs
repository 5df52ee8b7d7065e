//! When somebody was given a form: signed, so that a program cannot make it up.

use jiff::{SignedDuration, Timestamp};
use kernel::App;
use kernel::db::OrganizationId;

/// What the signature is for.
const PURPOSE: &str = "sign-up form";
/// Nobody reads a form and types an address in less.
const QUICKEST: SignedDuration = SignedDuration::from_secs(2);
/// An older form is given anew; what was typed stays in it.
const OLDEST: SignedDuration = SignedDuration::from_hours(24);

/// What a sent stamp says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    Right,
    TooQuick,
    /// None at all, as from a form on another site, too old, of another form, or made up.
    Unknown,
}

/// A stamp for one form, given now.
pub fn make(app: &App, organization: &OrganizationId, form: &str, now: Timestamp) -> String {
    let second = now.as_second();
    format!("{second}.{}", app.secret_key.sign(PURPOSE, &message(organization, form, second)))
}

/// Reads a stamp that came back with this form.
pub fn age(app: &App, organization: &OrganizationId, form: &str, (stamp, now): (&str, Timestamp)) -> Age {
    let Some((second, signature)) = stamp.split_once('.') else { return Age::Unknown };
    let Ok(second) = second.parse::<i64>() else { return Age::Unknown };
    if !app.secret_key.verifies(PURPOSE, &message(organization, form, second), signature) {
        return Age::Unknown;
    }
    match SignedDuration::from_secs(now.as_second().saturating_sub(second)) {
        age if age < QUICKEST => Age::TooQuick,
        age if age > OLDEST => Age::Unknown,
        _ => Age::Right,
    }
}

fn message(organization: &OrganizationId, form: &str, second: i64) -> String {
    format!("{organization} {form} {second}")
}
