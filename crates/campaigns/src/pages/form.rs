//! The form of a campaign: for a new one, empty or filled from a template, and for one that exists.

use axum::response::Response;
use http::HeaderMap;
use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::api::{Id, Patch, Query};
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{FieldErrors, Flash};

use content::items::local_time;

use super::{address, frame};
use crate::campaign::draft::RawCampaign;
use crate::campaign::{Campaign, CampaignType, actions, store, time};
use crate::money::{Money, RawMoney};
use crate::templates::{self, Template};
use crate::views::{CampaignForm, CampaignFormPage};

/// Templates that the form offers at most.
const TEMPLATES_OFFERED: i64 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewParameters {
    /// The id of a template to begin from.
    template: String,
}

pub async fn new(page: PageCaller, headers: HeaderMap, Query(parameters): Query<NewParameters>) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::CampaignsManage)?;
    let form = match parameters.template.as_str() {
        "" => CampaignForm { timezone: site_settings(&caller.tx).await?.time_zone, ..CampaignForm::default() },
        id => {
            crate::well_formed(&[id])?;
            let template = templates::store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
            filled_from(&template, caller.now)
        }
    };
    let shown = show(&page, &headers, None, (form, FieldErrors::none())).await?;
    Ok(ui::html(&shown))
}

/// What a template says, with a beginning on the next full hour of tomorrow.
fn filled_from(template: &Template, now: Timestamp) -> CampaignForm {
    let zone = time::zone(&template.timezone);
    let tomorrow = now.to_zoned(zone.clone()).date().tomorrow().ok();
    let start = tomorrow.and_then(|day| day.at(9, 0, 0, 0).to_zoned(zone.clone()).ok()).map(|at| at.timestamp());
    let end = start.and_then(|start| template.end(start));
    let shown = |at: Option<Timestamp>| at.map(|at| local_time::shown(at, &zone)).unwrap_or_default();
    CampaignForm {
        name: template.name.clone(),
        kind: template.r#type.as_str().to_owned(),
        description: template.description.clone().unwrap_or_default(),
        start_date: shown(start),
        end_date: shown(end),
        timezone: template.timezone.clone(),
        budget: text_of(template.budget),
        goal_type: template.goal_type.clone().unwrap_or_default(),
        goal_value: text_of(template.goal_value),
        version: String::new(),
    }
}

fn text_of(amount: Option<Money>) -> String {
    amount.map(|amount| amount.as_text().trim_end_matches(".00").to_owned()).unwrap_or_default()
}

fn filled(campaign: &Campaign) -> CampaignForm {
    let zone = time::zone(&campaign.timezone);
    let shown = |at: Option<Timestamp>| at.map(|at| local_time::shown(at, &zone)).unwrap_or_default();
    CampaignForm {
        name: campaign.name.clone(),
        kind: campaign.r#type.as_str().to_owned(),
        description: campaign.description.clone().unwrap_or_default(),
        start_date: shown(campaign.start_date),
        end_date: shown(campaign.end_date),
        timezone: campaign.timezone.clone(),
        budget: text_of(campaign.budget),
        goal_type: campaign.goal_type.clone().unwrap_or_default(),
        goal_value: text_of(campaign.goal_value),
        version: campaign.version.to_string(),
    }
}

async fn show(
    page: &PageCaller,
    headers: &HeaderMap,
    campaign: Option<&Campaign>,
    (form, errors): (CampaignForm, FieldErrors),
) -> Result<CampaignFormPage> {
    let (frame, offered) = match campaign {
        Some(campaign) => {
            let way = format!("/{}", campaign.id);
            (frame(page, headers, "Edit", &[(&campaign.name, &way)]), Vec::new())
        }
        None => {
            let offered = templates::store::list(&page.caller.tx, None, TEMPLATES_OFFERED).await?;
            (frame(page, headers, "New campaign", &[]), offered)
        }
    };
    Ok(CampaignFormPage {
        frame,
        id: campaign.map(|campaign| campaign.id.clone()),
        zones: ui::time_zones(&form.timezone),
        templates: offered.into_iter().map(|template| (template.id, template.name)).collect(),
        form,
        errors,
    })
}

/// What the form holds as the API would have it. A time that was not touched keeps its seconds.
fn raw(form: &CampaignForm, before: Option<&CampaignForm>) -> (RawCampaign, Problems) {
    let mut problems = Problems::new();
    let kind = CampaignType::parse(&form.kind);
    if kind.is_none() {
        problems.add("type", "unknown_value", "Choose what kind of campaign it is.");
    }
    let same_zone = before.is_some_and(|before| before.timezone == form.timezone);
    let time = |typed: &str, was: Option<&String>| {
        if same_zone && was.is_some_and(|was| was == typed) { Patch::Keep } else { Patch::Set(typed.to_owned()) }
    };
    let raw = RawCampaign {
        name: Some(form.name.clone()),
        description: Patch::Set(form.description.clone()),
        r#type: kind,
        status: None,
        start_date: time(&form.start_date, before.map(|before| &before.start_date)),
        end_date: time(&form.end_date, before.map(|before| &before.end_date)),
        timezone: Some(form.timezone.clone()),
        budget: Patch::Set(RawMoney(form.budget.clone())),
        goal_type: Patch::Set(form.goal_type.clone()),
        goal_value: Patch::Set(RawMoney(form.goal_value.clone())),
    };
    (raw, problems)
}

pub async fn create(mut page: PageCaller, headers: HeaderMap, Form(form): Form<CampaignForm>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let (raw, problems) = raw(&form, None);
    match actions::create(&page.caller, &raw, problems).await {
        Ok(campaign) => {
            let there = address(&page, &format!("/{}", campaign.id));
            page.caller.commit().await?;
            Ok(Flash::success("The campaign is made, as a draft. Put content and emails into it.").redirect(&there))
        }
        Err(error) => {
            let (status, errors) = ui::refusal(error)?;
            page.caller.start_over().await?;
            let shown = show(&page, &headers, None, (form, errors)).await?;
            Ok(ui::html_with(status, &shown))
        }
    }
}

pub async fn edit(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    let campaign = found(&page.caller, &id).await?;
    let shown = show(&page, &headers, Some(&campaign), (filled(&campaign), FieldErrors::none())).await?;
    Ok(ui::html(&shown))
}

pub async fn found(caller: &Caller, id: &str) -> Result<Campaign> {
    caller.must(Permission::CampaignsManage)?;
    store::find(&caller.tx, id).await?.ok_or(Error::NotFound)
}

pub async fn save(
    mut page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Form(form): Form<CampaignForm>,
) -> Result<Response> {
    let campaign = found(&page.caller, &id).await?;
    let (raw, problems) = raw(&form, Some(&filled(&campaign)));
    let version = form.version.trim().parse().ok();
    match actions::edit(&page.caller, &id, &raw, problems, version).await {
        Ok(_) => {
            let back = address(&page, &format!("/{id}"));
            page.caller.commit().await?;
            Ok(Flash::success("The campaign is saved.").redirect(&back))
        }
        Err(error) => {
            let (status, errors) = ui::refusal(error)?;
            page.caller.start_over().await?;
            let form = CampaignForm { version: campaign.version.to_string(), ..form };
            let shown = show(&page, &headers, Some(&campaign), (form, errors)).await?;
            Ok(ui::html_with(status, &shown))
        }
    }
}
