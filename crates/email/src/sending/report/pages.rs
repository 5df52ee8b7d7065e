//! The page of a report, and the map of clicks.

use askama::Template;
use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::doors::{Access, Pages};
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use ui::{Breadcrumb, Frame, Moment, Section};

use super::figures::{self, percent};
use super::{HOURS, Report, click_map};
use crate::sending::delivery::letter::{Texts, example, templates};
use crate::sending::delivery::store::body;
use crate::sending::emails::pages::mail_document;
use crate::sending::emails::{Email, store};

/// The chart's size in its own units: a bar an hour, and one for what came later.
const BAR: i64 = 12;
const HEIGHT: i64 = 120;

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new().get("/admin/{org}/emails/{id}/report", access(), show).get(
        "/admin/{org}/emails/{id}/click-map",
        access(),
        map,
    )
}

/// One pair of bars.
struct Bar {
    x: i64,
    opened: i64,
    clicked: i64,
}

/// `/admin/{org}/emails/{id}/report`.
#[derive(Template)]
#[template(path = "email-report.html")]
struct ReportPage {
    frame: Frame,
    id: String,
    subject: String,
    began: Moment,
    report: Report,
    bars: Vec<Bar>,
    /// The tallest bar stands for so many people.
    most: i64,
    opened_raw: i32,
    clicked_raw: i32,
}

impl ReportPage {
    fn width(&self) -> i64 {
        i64::from(HOURS + 1) * BAR
    }

    fn height(&self) -> i64 {
        HEIGHT
    }

    fn bar(&self) -> i64 {
        BAR - 2
    }

    fn part(&self, count: &i64, of: &i64) -> String {
        percent(*count, *of).map_or_else(|| "–".to_owned(), |percent| format!("{percent:.1} %"))
    }

    fn device(&self, device: &str) -> &'static str {
        match device {
            "phone" => "Phone",
            "tablet" => "Tablet",
            "computer" => "Computer",
            _ => "Not known",
        }
    }

    fn state(&self, state: &str) -> &'static str {
        match state {
            "bounced" => "Bounced",
            "failed" => "Not sent",
            "uncertain" => "In doubt",
            "skipped" => "Left out",
            _ => "Tried again",
        }
    }
}

async fn show(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let email = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let report = super::of(&page.caller.tx, &email).await?;
    let zone = site_settings(&page.caller.tx).await?.zone();
    let mut frame = ui::frame_for(&page, &headers, &format!("Report: {}", email.subject), Section::Email);
    let emails = format!("/admin/{}/emails", page.caller.organization.slug);
    frame.breadcrumbs = vec![
        Breadcrumb::link("Email", emails.clone()),
        Breadcrumb::link(&email.subject, format!("{emails}/{id}")),
        Breadcrumb::here("Report"),
    ];
    let (bars, most) = bars(&report);
    Ok(ui::html(&ReportPage {
        frame,
        id,
        began: Moment::maybe(email.sent_at, &zone),
        bars,
        most,
        opened_raw: email.counts.opened_raw,
        clicked_raw: email.counts.clicked_raw,
        subject: email.subject.clone(),
        report,
    }))
}

/// Bars as tall as their share of the tallest.
fn bars(report: &Report) -> (Vec<Bar>, i64) {
    let all = || report.hours.iter().chain(std::iter::once(&report.later));
    let most = all().map(|hour| hour.opened.max(hour.clicked)).max().unwrap_or_default();
    let tall = |count: i64| if most > 0 { count * HEIGHT / most } else { 0 };
    let bar = |hour: &super::Hour| Bar {
        x: i64::from(hour.hour) * BAR + 1,
        opened: tall(hour.opened),
        clicked: tall(hour.clicked),
    };
    (all().map(bar).collect(), most)
}

/// The email as it was sent, with numbers beside its links, for a tab of its own.
async fn map(page: PageCaller, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let tx = &page.caller.tx;
    let email: Email = store::find(tx, &id).await?.ok_or(Error::NotFound)?;
    let body = body(tx, &id).await?.ok_or(Error::NotFound)?;
    let links = figures::links(tx, &id).await?;
    let html = click_map::with_counts(&body.html, &links, email.counts.clicked.into())?;
    let (_, html, _) = templates(&Texts { subject: &email.subject, html: &html, plain: &body.plain_text })?;
    let urls: Vec<String> = links.into_iter().map(|link| link.url).collect();
    let name = &page.caller.organization.name;
    Ok(mail_document(html.render(&|tag| example(tag, name, &urls))))
}
