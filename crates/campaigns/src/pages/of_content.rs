//! `/admin/{org}/content/{id}/campaigns`: the campaigns that an item belongs to. The item's own page shows it as a part.

use axum::response::Response;
use content::items::store as items;
use http::HeaderMap;
use kernel::access::{Caller, Permission};
use kernel::api::Id;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Section, SelectOption};

use super::words;
use crate::attached::model::RawAttached;
use crate::attached::{Role, actions, store as attached};
use crate::campaign::list::{self, Filter, Order};
use crate::campaign::store;
use crate::views::{Card, OfContentPage};

/// Campaigns shown at most.
const SHOWN: i64 = 50;

pub async fn show(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    Ok(ui::html(&view(&page, &headers, &id, FieldErrors::none()).await?))
}

async fn view(page: &PageCaller, headers: &HeaderMap, id: &str, errors: FieldErrors) -> Result<OfContentPage> {
    let caller = &page.caller;
    let item = items::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let campaigns = of_item(caller, id).await?;
    let present: Vec<&str> = campaigns.iter().map(|(card, _)| card.id.as_str()).collect();
    let choices = store::choices(&caller.tx, None).await?;
    let choices = choices.into_iter().filter(|(id, _)| !present.contains(&id.as_str()));
    let choices = choices.map(|(id, name)| SelectOption::new(id, name)).collect();
    let base = format!("/admin/{}/content", caller.organization.slug);
    let mut frame = ui::frame_for(page, headers, "Campaigns of an item", Section::Content);
    frame.breadcrumbs = vec![
        Breadcrumb::link("Content", &base),
        Breadcrumb::link(&item.title, format!("{base}/{id}")),
        Breadcrumb::here("Campaigns"),
    ];
    Ok(OfContentPage { frame, content_id: id.to_owned(), title: item.title, campaigns, choices, errors })
}

async fn of_item(caller: &Caller, id: &str) -> Result<Vec<(Card, &'static str)>> {
    let filter = Filter { content: Some(id.to_owned()), ..Filter::default() };
    let campaigns = list::page(&caller.tx, &filter, Order::default(), None, SHOWN).await?;
    let roles = attached::roles_of(&caller.tx, id).await?;
    let role = |campaign: &str| roles.iter().find(|(of, _)| of == campaign).map_or(Role::default(), |(_, role)| *role);
    Ok(campaigns.iter().map(|(campaign, _)| (words::card(campaign, caller.now), role(&campaign.id).word())).collect())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AttachForm {
    campaign_id: String,
    role: String,
}

pub async fn attach(
    mut page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Form(form): Form<AttachForm>,
) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    items::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let raw = RawAttached { content_id: Some(id.clone()), role: Role::parse(&form.role), priority: None };
    let campaign = form.campaign_id.trim();
    let attached = if kernel::id::is_well_formed(campaign) {
        actions::attach(&page.caller, campaign, &raw, Problems::new()).await
    } else {
        Err(Error::NotFound)
    };
    match attached {
        Ok(_) => {
            let back = format!("/admin/{}/content/{id}/campaigns", page.caller.organization.slug);
            page.caller.commit().await?;
            Ok(Flash::success("It belongs to the campaign now.").redirect(&back))
        }
        Err(error) => {
            let (status, errors) = match error {
                Error::NotFound => {
                    let mut errors = FieldErrors::none();
                    errors.add("campaign_id", "There is no such campaign. Choose one of the list.");
                    (http::StatusCode::UNPROCESSABLE_ENTITY, errors)
                }
                other => ui::refusal(other)?,
            };
            page.caller.start_over().await?;
            let shown = view(&page, &headers, &id, errors).await?;
            Ok(ui::html_with(status, &shown))
        }
    }
}
