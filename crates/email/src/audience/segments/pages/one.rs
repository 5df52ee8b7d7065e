//! One segment: its form, and whom it means now.

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::Id;
use kernel::db::Tenant;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde_json::Value;
use ui::{FieldErrors, Flash, SelectOption};

use super::form::{Do, SegmentForm, empty_row};
use crate::audience::contacts::{self, Status};
use crate::audience::segments::actions::{self, RawSegment};
use crate::audience::segments::api::counted;
use crate::audience::segments::builder::{Builder, EMAILS, TAG};
use crate::audience::segments::views::{RuleRow, SegmentPage, Subject};
use crate::audience::segments::{Segment, find};
use crate::audience::views::{address, frame, number};
use crate::audience::{fields, refusal, rule};
use crate::sending::emails::list as emails;

/// Emails and tags to choose from at most.
const EMAILS_MOST: i64 = 50;
const TAGS_MOST: i64 = 200;

type Sent = Form<Vec<(String, String)>>;

pub async fn new(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let builder = Builder { is_any: false, rows: vec![empty_row()] };
    let form = SegmentForm { builder, ..SegmentForm::default() };
    Ok(ui::html(&view(&page, &headers, None, (form, FieldErrors::none())).await?))
}

pub async fn create(page: PageCaller, headers: HeaderMap, Form(sent): Sent) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    take(page, &headers, None, SegmentForm::read(sent)).await
}

pub async fn show(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let segment = find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let builder = Builder::of(&segment.rule);
    let form = SegmentForm {
        name: segment.name.clone(),
        version: segment.version.to_string(),
        kept: if builder.is_none() { id } else { String::new() },
        builder: builder.unwrap_or_default(),
        what: Do::Save,
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
    if form.rearrange() {
        return Ok(ui::html(&view(&page, headers, segment, (form, FieldErrors::none())).await?));
    }
    if form.what == Do::Count {
        let (count, errors) = match count_of(&page.caller, &form).await {
            Ok(words) => (Some(words), FieldErrors::none()),
            Err(error) => (None, refusal(error)?.1),
        };
        let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let shown = view(&page, headers, segment, (form, errors)).await?;
        return Ok(ui::html_with(status, &SegmentPage { count, ..shown }));
    }
    let raw = RawSegment { name: Some(form.name.clone()), rule: form.kept.is_empty().then(|| form.builder.rule()) };
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
    let tx = &page.caller.tx;
    let title = segment.map_or("New segment", |segment| &segment.name);
    let problem_of = |place: usize| {
        let its = errors.iter().find(|(field, _)| Builder::row_of(field) == Some(place));
        its.map(|(_, message)| message.to_owned()).unwrap_or_default()
    };
    let kept = segment.filter(|segment| form.kept == segment.id).map(|segment| segment.words.clone());
    let rows = form.builder.rows.into_iter().enumerate();
    let rows: Vec<RuleRow> = rows.map(|(place, row)| RuleRow { row, problem: problem_of(place) }).collect();
    let emails = email_choices(tx, &rows).await?;
    Ok(SegmentPage {
        frame: frame(page, headers, title, &[("Segments", "/segments")]),
        id: segment.map(|segment| segment.id.clone()),
        name: form.name,
        version: form.version,
        kept,
        is_any: form.builder.is_any,
        subjects: subjects(tx, &rows).await?,
        rows,
        emails,
        values: values(tx).await?,
        count: None,
        errors,
    })
}

/// What conditions can ask about. A field of a row that is gone stays to choose, so that looking changes nothing.
async fn subjects(tx: &Tenant, rows: &[RuleRow]) -> Result<Vec<Subject>> {
    let mut subjects = vec![Subject::new(TAG, "Tag", TAG), Subject::new(EMAILS, "Emails", EMAILS)];
    for (name, label) in [
        ("email", "Address"),
        ("name", "Name"),
        ("company", "Company"),
        ("language", "Language"),
        ("timezone", "Time zone"),
    ] {
        subjects.push(Subject::new(name, label, "text"));
    }
    subjects.push(Subject::new("status", "Status", "status"));
    for (name, label) in [("created_at", "Added"), ("consent_at", "Consented"), ("unsubscribed_at", "Unsubscribed")] {
        subjects.push(Subject::new(name, label, "moment"));
    }
    for field in fields::all(tx).await? {
        subjects.push(Subject::new(&format!("fields.{}", field.key), &field.label, "own"));
    }
    for one in rows {
        let name = &one.row.subject;
        if !name.is_empty() && !subjects.iter().any(|subject| subject.name == *name) {
            subjects.push(Subject::new(name, name, "own"));
        }
    }
    Ok(subjects)
}

/// The newest emails, and those that rows name.
async fn email_choices(tx: &Tenant, rows: &[RuleRow]) -> Result<Vec<SelectOption>> {
    let filter = emails::Filter { status: None, campaign: None, words: None };
    let found = emails::page(tx, &filter, emails::Order::default(), None, EMAILS_MOST).await?;
    let mut options = vec![SelectOption::new("", "Any email")];
    options.extend(found.into_iter().map(|email| SelectOption::new(email.id, email.subject)));
    for one in rows {
        if !options.iter().any(|option| option.is(&one.row.email)) {
            options.push(SelectOption::new(one.row.email.as_str(), "An earlier email"));
        }
    }
    Ok(options)
}

async fn values(tx: &Tenant) -> Result<Vec<String>> {
    let states = Status::ALL.into_iter().map(|status| status.as_str().to_owned());
    Ok(contacts::store::tags_in_use(tx, TAGS_MOST).await?.into_iter().chain(states).collect())
}

/// `POST …/segments/count`: whom the form means now, as a piece of the page.
pub async fn count(page: PageCaller, Form(sent): Sent) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let words = match count_of(&page.caller, &SegmentForm::read(sent)).await {
        Ok(words) => words,
        Err(Error::Invalid(_)) => "Complete the conditions to see whom they mean.".to_owned(),
        Err(error) => return Err(error),
    };
    Ok(Html(words).into_response())
}

async fn count_of(caller: &Caller, form: &SegmentForm) -> Result<String> {
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
