//! The emails of a campaign, and what they brought.

use axum::response::Response;
use campaigns::campaign::store as campaign_store;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use ui::{Breadcrumb, Section};

use super::row;
use crate::sending::emails::list::{self, Filter, Order};
use crate::sending::emails::views::CampaignEmailsPage;

/// Emails shown at most.
const SHOWN: i64 = 50;

pub async fn show(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::CampaignsManage)?;
    let campaign = campaign_store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let filter = Filter { campaign: Some(id.clone()), ..Filter::default() };
    let emails = list::page(&caller.tx, &filter, Order::default(), None, SHOWN).await?;
    let zone = site_settings(&caller.tx).await?.zone();
    let base = format!("/admin/{}/campaigns", caller.organization.slug);
    let mut frame = ui::frame_for(&page, &headers, "Emails", Section::Campaigns);
    frame.breadcrumbs = vec![
        Breadcrumb::link("Campaigns", &base),
        Breadcrumb::link(&campaign.name, format!("{base}/{id}")),
        Breadcrumb::here("Emails"),
    ];
    let shown = CampaignEmailsPage {
        frame,
        campaign_id: id,
        campaign: campaign.name,
        total: list::count(&caller.tx, &filter).await?,
        opened_raw: emails.iter().map(|email| i64::from(email.counts.opened_raw)).sum(),
        clicked_raw: emails.iter().map(|email| i64::from(email.counts.clicked_raw)).sum(),
        rows: emails.iter().map(|email| row(email, &zone)).collect(),
    };
    Ok(ui::html(&shown))
}
