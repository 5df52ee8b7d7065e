//! One segment: its form, and whom it means now.

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::Id;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde_json::Value;
use ui::{FieldErrors, Flash};

use crate::audience::rule_form::builder::Builder;
use crate::audience::rule_form::typed::{Do, TypedRule, empty_row};
use crate::audience::segments::actions::{self, RawSegment};
use crate::audience::segments::api::counted;
use crate::audience::segments::views::SegmentPage;
use crate::audience::segments::{Segment, find};
use crate::audience::views::{address, frame, number};
use crate::audience::{refusal, rule, rule_form};

/// What was typed for a segment.
#[derive(Debug, Clone, Default)]
struct SegmentForm {
    name: String,
    /// The version that was seen.
    version: String,
    rule: TypedRule,
}

impl SegmentForm {
    fn read(sent: Vec<(String, String)>) -> Self {
        let mut form = Self { rule: TypedRule::read(&sent), ..Self::default() };
        for (name, value) in sent {
            match name.as_str() {
                "name" => form.name = value,
                "version" => form.version = value,
                _ => {}
            }
        }
        form
    }
}

type Sent = Form<Vec<(String, String)>>;

pub async fn new(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let builder = Builder { is_any: false, rows: vec![empty_row()] };
    let rule = TypedRule { builder, ..TypedRule::default() };
    let form = SegmentForm { rule, ..SegmentForm::default() };
    Ok(ui::html(&view(&page, &headers, None, (form, FieldErrors::none())).await?))
}

pub async fn create(page: PageCaller, headers: HeaderMap, Form(sent): Sent) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    take(page, &headers, None, SegmentForm::read(sent)).await
}

pub async fn show(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let segment = find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let form = SegmentForm {
        name: segment.name.clone(),
        version: segment.version.to_string(),
        rule: TypedRule::of(&segment.rule, &id),
    };
    Ok(ui::html(&view(&page, &headers, Some(&segment), (form, FieldErrors::none())).await?))
}

pub async fn save(page: PageCaller, headers: HeaderMap, Id(id): Id, Form(sent): Sent) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let segment = find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    take(page, &headers, Some(&segment), SegmentForm::read(sent)).await
}

/// Adds or takes away a row, counts, or saves.
async fn take(
    mut page: PageCaller,
    headers: &HeaderMap,
    segment: Option<&Segment>,
    mut form: SegmentForm,
) -> Result<Response> {
    if form.rule.rearrange() {
        return Ok(ui::html(&view(&page, headers, segment, (form, FieldErrors::none())).await?));
    }
    if form.rule.what == Do::Count {
        let (count, errors) = match count_of(&page.caller, &form.rule).await {
            Ok(words) => (Some(words), FieldErrors::none()),
            Err(error) => (None, refusal(error)?.1),
        };
        let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let mut shown = view(&page, headers, segment, (form, errors)).await?;
        shown.rule.count = count;
        return Ok(ui::html_with(status, &shown));
    }
    let raw =
        RawSegment { name: Some(form.name.clone()), rule: form.rule.kept.is_empty().then(|| form.rule.builder.rule()) };
    let outcome = match segment {
        Some(segment) => {
            let version = form.version.trim().parse().ok();
            actions::edit(&page.caller, &segment.id, &raw, Problems::new(), version).await
        }
        None => actions::create(&page.caller, &raw, Problems::new()).await,
    };
    match outcome {
        Ok(segment) => {
            let there = address(&page, &format!("/segments/{}", segment.id));
            page.caller.commit().await?;
            Ok(Flash::success("The segment is saved.").redirect(&there))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let version = segment.map(|segment| segment.version.to_string()).unwrap_or_default();
            let form = SegmentForm { version, ..form };
            Ok(ui::html_with(status, &view(&page, headers, segment, (form, errors)).await?))
        }
    }
}

async fn view(
    page: &PageCaller,
    headers: &HeaderMap,
    segment: Option<&Segment>,
    (form, errors): (SegmentForm, FieldErrors),
) -> Result<SegmentPage> {
    let title = segment.map_or("New segment", |segment| &segment.name);
    let kept = segment.filter(|segment| form.rule.kept == segment.id).map(|segment| segment.words.clone());
    let action = address(page, &segment.map_or("/segments".to_owned(), |segment| format!("/segments/{}", segment.id)));
    Ok(SegmentPage {
        frame: frame(page, headers, title, &[("Segments", "/segments")]),
        id: segment.map(|segment| segment.id.clone()),
        name: form.name,
        version: form.version,
        rule: rule_form::fields(&page.caller.tx, form.rule, (action, kept), &errors).await?,
        errors,
    })
}

/// `POST …/segments/count`: whom the form means now, as a piece of the page.
pub async fn count(page: PageCaller, Form(sent): Sent) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let words = match count_of(&page.caller, &TypedRule::read(&sent)).await {
        Ok(words) => words,
        Err(Error::Invalid(_)) => "Complete the conditions to see whom they mean.".to_owned(),
        Err(error) => return Err(error),
    };
    Ok(Html(words).into_response())
}

async fn count_of(caller: &Caller, form: &TypedRule) -> Result<String> {
    let kept: Option<Value> = match form.kept.as_str() {
        id if kernel::id::is_well_formed(id) => find(&caller.tx, id).await?.map(|segment| segment.rule),
        _ => None,
    };
    let rule = rule::parse("rule", &kept.unwrap_or_else(|| form.builder.rule()))?;
    let counted = counted(caller, rule).await?;
    let noun = if counted.contacts == 1 { "contact" } else { "contacts" };
    Ok(format!("{} {noun}, an email would reach {} of them.", number(counted.contacts), number(counted.reachable)))
}

pub async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    actions::delete(&page.caller, &id, None).await?;
    let back = address(&page, "/segments");
    page.caller.commit().await?;
    Ok(Flash::success("The segment is deleted. Its contacts stay.").redirect(&back))
}
