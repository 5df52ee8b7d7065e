//! Campaigns as people read them: their time, goal and budget in words and bars.

use jiff::Timestamp;
use jiff::civil::Date;
use ui::StatusPill;

use crate::campaign::{Campaign, Move, Status, time};
use crate::money::grouped;
use crate::views::{Bar, Card, MoveView};

pub fn card(campaign: &Campaign, now: Timestamp) -> Card {
    let (time_note, is_late) = time_note(campaign, now);
    Card {
        id: campaign.id.clone(),
        name: campaign.name.clone(),
        status: StatusPill::of(campaign.status.as_str()),
        type_word: campaign.r#type.word(),
        span: span(campaign),
        time_note,
        is_late,
        goal: goal(campaign),
        budget: budget(campaign),
        content: if campaign.content_count == 1 {
            "1 item".to_owned()
        } else {
            format!("{} items", campaign.content_count)
        },
        moves: campaign.status.moves().map(|(step, to)| move_view(step, to)).collect(),
    }
}

fn move_view(step: Move, to: Status) -> MoveView {
    let icon = match step {
        Move::Plan => "calendar",
        Move::Start | Move::Resume => "play",
        Move::Pause => "pause",
        Move::Complete => "circle-check",
        Move::Revise | Move::Reopen => "undo-2",
        Move::Cancel => "ban",
    };
    MoveView { to: to.as_str(), label: step.label(), icon }
}

fn day(at: Timestamp, campaign: &Campaign) -> Date {
    at.to_zoned(time::zone(&campaign.timezone)).date()
}

/// `1 Mar – 31 Mar 2026`.
fn span(campaign: &Campaign) -> String {
    let (start, end) = (campaign.start_date.map(|at| day(at, campaign)), campaign.end_date.map(|at| day(at, campaign)));
    let whole = |day: Date| day.strftime("%-d %b %Y").to_string();
    match (start, end) {
        (None, None) => "No dates yet".to_owned(),
        (Some(start), None) => format!("From {}", whole(start)),
        (None, Some(end)) => format!("Until {}", whole(end)),
        (Some(start), Some(end)) if start == end => whole(start),
        (Some(start), Some(end)) if start.year() == end.year() => {
            format!("{} – {}", start.strftime("%-d %b"), whole(end))
        }
        (Some(start), Some(end)) => format!("{} – {}", whole(start), whole(end)),
    }
}

/// What is next of its time, and whether it is late.
fn time_note(campaign: &Campaign, now: Timestamp) -> (String, bool) {
    let away = |at: Timestamp| day(now, campaign).until(day(at, campaign)).map_or(0, |span| span.get_days());
    let in_days = |days: i32| match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    };
    match campaign.status {
        Status::Draft | Status::Planning => match campaign.start_date {
            Some(at) if at >= now => (format!("Begins {}", in_days(away(at))), false),
            Some(_) => ("Its start has passed".to_owned(), true),
            None => (String::new(), false),
        },
        Status::Active | Status::Paused => match campaign.end_date {
            Some(at) if at >= now => (format!("Ends {}", in_days(away(at))), false),
            Some(_) => ("Its end has passed".to_owned(), true),
            None => (String::new(), false),
        },
        Status::Completed | Status::Cancelled => (String::new(), false),
    }
}

/// How far its time has come, while it is known.
pub fn elapsed(campaign: &Campaign, now: Timestamp) -> Option<Bar> {
    let (start, end) = (day(campaign.start_date?, campaign), day(campaign.end_date?, campaign));
    let days = start.until(end).ok()?.get_days() + 1;
    let today = start.until(day(now, campaign)).ok()?.get_days() + 1;
    let percent = f64::from(today.clamp(0, days)) * 100.0 / f64::from(days);
    let words = match today {
        ..=0 => format!("{days} days, not begun"),
        today if today > days => format!("All {days} days have passed"),
        today => format!("Day {today} of {days}"),
    };
    Some(Bar::new(words, Some(percent)))
}

/// How much of its goal is reached.
fn goal(campaign: &Campaign) -> Option<Bar> {
    let counted = campaign.goal_type.as_deref()?;
    let words = campaign.goal().map_or(counted, |goal| goal.words());
    let Some(value) = campaign.goal_value else {
        return Some(Bar::new(format!("{}{words}", words_of_number(campaign)), None));
    };
    Some(match campaign.reached() {
        Some(reached) => Bar::new(format!("{} of {} {words}", reached.shown(), value.shown()), campaign.goal_progress),
        None => Bar::new(format!("{} {words}", value.shown()), None),
    })
}

/// The number reached so far before a goal's words, where there is one.
fn words_of_number(campaign: &Campaign) -> String {
    campaign.reached().map(|reached| format!("{} ", reached.shown())).unwrap_or_default()
}

/// How much of its budget is spent.
fn budget(campaign: &Campaign) -> Option<Bar> {
    let budget = campaign.budget?;
    Some(Bar::new(format!("{} of {} spent", campaign.spend.shown(), budget.shown()), campaign.budget_used()))
}

/// A count of people, as the funnel shows it.
pub fn people(number: i32) -> String {
    grouped(number.into())
}
