//! `/admin/{org}/campaigns/{id}`: one campaign with its goal, budget, time, funnel, content and what was spent.

use axum::response::Response;
use content::views::type_word;
use http::HeaderMap;
use kernel::Result;
use kernel::api::Id;
use kernel::session::PageCaller;
use ui::{FieldErrors, Moment, StatusPill};

use super::form::found;
use super::{frame, words};
use crate::attached::{self, Attached};
use crate::campaign::{Campaign, time};
use crate::money::Money;
use crate::spend::{self, Entry};
use crate::views::{Bar, CampaignPage, ContentRow, Figure, SpendForm, SpendRow, Step};

/// Entries of spend on the page.
const ENTRIES: i64 = 50;

pub async fn show(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    let campaign = found(&page.caller, &id).await?;
    let today = page.caller.now.to_zoned(time::zone(&campaign.timezone)).date();
    let form = SpendForm { spent_on: today.to_string(), ..SpendForm::default() };
    Ok(ui::html(&view(&page, &headers, &campaign, (form, FieldErrors::none())).await?))
}

/// The page, with what was typed about money that was spent.
pub async fn view(
    page: &PageCaller,
    headers: &HeaderMap,
    campaign: &Campaign,
    (spend_form, errors): (SpendForm, FieldErrors),
) -> Result<CampaignPage> {
    let caller = &page.caller;
    let zone = time::zone(&campaign.timezone);
    let content = attached::store::all(&caller.tx, &campaign.id).await?;
    let entries = spend::store::list(&caller.tx, &campaign.id, None, ENTRIES).await?;
    let count = spend::store::count(&caller.tx, &campaign.id).await?;
    Ok(CampaignPage {
        frame: frame(page, headers, &campaign.name, &[]),
        card: words::card(campaign, caller.now),
        description: campaign.description.clone().unwrap_or_default(),
        starts: Moment::maybe(campaign.start_date, &zone),
        ends: Moment::maybe(campaign.end_date, &zone),
        zone: campaign.timezone.clone(),
        made_by: campaign.created_by_name.clone(),
        time: words::elapsed(campaign, caller.now),
        funnel: funnel(campaign),
        figures: figures(campaign),
        content: rows(content),
        spend_more: count - i64::try_from(entries.len()).unwrap_or(0),
        spend: entries.into_iter().map(spend_row).collect(),
        spent: campaign.spend.shown(),
        spend_form,
        errors,
    })
}

fn rows(content: Vec<Attached>) -> Vec<ContentRow> {
    let count = content.len();
    let row = |(place, attached): (usize, Attached)| ContentRow {
        status: StatusPill::of(attached.status.as_str()),
        type_word: type_word(attached.r#type.as_str()),
        role: attached.role.as_str(),
        is_first: place == 0,
        is_last: place + 1 == count,
        id: attached.content_id,
        title: attached.title,
    };
    content.into_iter().enumerate().map(row).collect()
}

fn spend_row(entry: Entry) -> SpendRow {
    SpendRow {
        day: entry.spent_on.strftime("%-d %b %Y").to_string(),
        amount: entry.amount.shown(),
        id: entry.id,
        purpose: entry.purpose,
        by: entry.created_by_name,
    }
}

/// Impressions, clicks and conversions, each as a part of the one before.
fn funnel(campaign: &Campaign) -> Vec<Step> {
    let (seen, clicked) = (i64::from(campaign.impressions), i64::from(campaign.clicks));
    let part = Money::whole(clicked).percent_of(Money::whole(seen));
    let all = (seen > 0).then_some(100.0);
    vec![
        Step {
            name: "Impressions",
            number: words::people(campaign.impressions),
            bar: Bar::new(String::new(), Some(all.unwrap_or(0.0))),
            note: "People who opened its emails, each once an email. Visits of pages are not measured yet.",
        },
        Step {
            name: "Clicks",
            number: words::people(campaign.clicks),
            bar: Bar::new(
                part.map_or_else(String::new, |part| format!("{part} % of impressions")),
                Some(part.unwrap_or(0.0)),
            ),
            note: "People who followed a link in its emails, each once an email.",
        },
        Step {
            name: "Conversions",
            number: String::new(),
            bar: Bar::default(),
            note: "What people do on the site after a click is not gathered yet.",
        },
    ]
}

/// What follows from spend and figures; nothing is told that nothing measures.
fn figures(campaign: &Campaign) -> Vec<Figure> {
    let missing = |name, note: &str| Figure { name, value: String::new(), note: note.to_owned() };
    let each = |parts: i32| {
        (parts > 0 && campaign.spend > Money::default()).then(|| campaign.spend.divided(parts.into()).shown())
    };
    let per = |name, parts: i32, what: &str| match each(parts) {
        Some(value) => Figure { name, value, note: format!("what was spent, divided by {what}") },
        None => Figure { name, value: "–".to_owned(), note: format!("once there are spend and {what}") },
    };
    vec![
        missing("Revenue", "Sales are not gathered yet."),
        missing(
            "Return on investment",
            "It takes revenue: what came in beyond what was spent, divided by what was spent.",
        ),
        per("Cost per impression", campaign.impressions, "impressions"),
        per("Cost per click", campaign.clicks, "clicks"),
    ]
}
