//! From numbers to the cards and tasks that the dashboard shows.

use content::items::model::ContentStatus;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::numbers::{CampaignNumbers, ContentNumbers, TREND_DAYS, Trend};
use super::waiting::Waiting;
use crate::views::{Card, Task};

/// How many items stand in each status.
pub type Counts = Vec<(ContentStatus, i64)>;

fn count(counts: &Counts, status: ContentStatus) -> i64 {
    counts.iter().find(|(one, _)| *one == status).map_or(0, |(_, count)| *count)
}

fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %b, %H:%M").to_string()
}

/// "5 in 30 days, 3 in the 30 before".
fn trend(trend: Trend) -> String {
    format!("{} in {TREND_DAYS} days, {} in the {TREND_DAYS} before", trend.now, trend.before)
}

fn direction(trend: Trend) -> &'static str {
    match trend.now.cmp(&trend.before) {
        std::cmp::Ordering::Greater => "up",
        std::cmp::Ordering::Less => "down",
        std::cmp::Ordering::Equal => "",
    }
}

fn list(base: &str, status: ContentStatus) -> Option<String> {
    Some(format!("{base}/content?status={}", status.as_str()))
}

/// The cards about content.
pub fn of_content(base: &str, counts: &Counts, numbers: &ContentNumbers, zone: &TimeZone) -> Vec<Card> {
    let waits = numbers.oldest_review.map(|at| format!("The first since {}", moment(at, zone)));
    // What was imported or moved by a script is in review although nobody was asked.
    let nobody_asked =
        if count(counts, ContentStatus::Review) == 0 { "Nothing waits" } else { "Nobody in particular is asked" };
    let next = numbers.next_publication.map(|at| format!("Next: {}", moment(at, zone)));
    let card = |label, status, note: String, direction| Card {
        label,
        number: count(counts, status),
        note,
        direction,
        href: list(base, status),
    };
    vec![
        card("Published", ContentStatus::Published, trend(numbers.published), direction(numbers.published)),
        card("Drafts", ContentStatus::Draft, format!("New items: {}", trend(numbers.created)), ""),
        card("Awaiting review", ContentStatus::Review, waits.unwrap_or_else(|| nobody_asked.into()), ""),
        card("Scheduled", ContentStatus::Scheduled, next.unwrap_or_else(|| "Nothing has a time".into()), ""),
    ]
}

/// The cards about the audience and campaigns, once there are any.
pub fn of_campaigns(base: &str, numbers: &CampaignNumbers) -> Vec<Card> {
    let mut cards = Vec::new();
    if numbers.has_contacts {
        cards.push(Card {
            label: "Subscribers",
            number: numbers.subscribers,
            note: format!("New: {}", trend(numbers.new)),
            direction: direction(numbers.new),
            href: Some(format!("{base}/audience")),
        });
    }
    if numbers.campaigns > 0 {
        let note = format!("of {} in all", numbers.campaigns);
        cards.push(Card {
            label: "Active campaigns",
            number: numbers.active_campaigns,
            note,
            direction: "",
            href: Some(format!("{base}/campaigns?view=cards&status=ACTIVE")),
        });
    }
    cards
}

/// Items that wait for the reader, each with the page where it is done.
pub fn tasks(base: &str, reviews: &[Waiting], changes: &[Waiting], zone: &TimeZone) -> Vec<Task> {
    let task = |item: &Waiting, icon, words: String| Task {
        icon,
        words,
        note: format!("since {}", moment(item.since, zone)),
        href: Some(format!("{base}/content/{}", item.id)),
        is_wrong: false,
    };
    let reviews =
        reviews.iter().map(|item| task(item, "eye", format!("{} asks you to review “{}”", item.by, item.title)));
    let changes =
        changes.iter().map(|item| task(item, "undo-2", format!("{} asks for changes to “{}”", item.by, item.title)));
    reviews.chain(changes).collect()
}

fn counted(count: i64, one: &str, many: &str) -> String {
    if count == 1 { one.to_owned() } else { format!("{count} {many}") }
}

/// What went wrong with content, and comments that wait, as far as there are any.
pub fn counted_tasks(base: &str, numbers: &ContentNumbers, moderates: bool) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut add = |count: i64, icon, words: String, path: &str, is_wrong| {
        if count > 0 {
            tasks.push(Task { icon, words, note: String::new(), href: Some(format!("{base}/{path}")), is_wrong });
        }
    };
    let late =
        counted(numbers.late_items, "One item was not published at its time", "items were not published at their time");
    add(numbers.late_items, "triangle-alert", late, "content?status=SCHEDULED", true);
    let changes = counted(
        numbers.late_changes,
        "Draft changes of one item were not published at their time",
        "items have draft changes that were not published at their time",
    );
    add(numbers.late_changes, "triangle-alert", changes, "content?changes=scheduled", true);
    let failed =
        counted(numbers.failed_releases, "One release could not be published", "releases could not be published");
    add(numbers.failed_releases, "triangle-alert", failed, "releases?status=FAILED", true);
    if moderates {
        let pending =
            counted(numbers.pending_comments, "One comment waits for moderation", "comments wait for moderation");
        add(numbers.pending_comments, "message-square", pending, "comments", false);
    }
    tasks
}

/// What went wrong with emails and posts.
pub fn failed_sends(base: &str, numbers: &CampaignNumbers) -> Vec<Task> {
    let emails = counted(numbers.failed_emails, "One email could not be sent", "emails could not be sent");
    let posts = counted(numbers.failed_posts, "One post could not be published", "posts could not be published");
    let list = Some(format!("{base}/emails?status=FAILED"));
    [(numbers.failed_emails, emails, list), (numbers.failed_posts, posts, None)]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(_, words, href)| Task { icon: "triangle-alert", words, note: String::new(), href, is_wrong: true })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trend_says_both_numbers_and_its_direction() {
        let up = Trend { now: 5, before: 3 };
        assert_eq!(trend(up), "5 in 30 days, 3 in the 30 before");
        assert_eq!([up, Trend { now: 1, before: 3 }, Trend::default()].map(direction), ["up", "down", ""]);
    }

    #[test]
    fn one_is_told_in_words() {
        assert_eq!(counted(1, "One email", "emails"), "One email");
        assert_eq!(counted(3, "One email", "emails"), "3 emails");
    }
}
