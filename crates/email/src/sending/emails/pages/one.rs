//! One email: its form, what is checked, how far it has come, and its report.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::tz::TimeZone;
use kernel::access::Permission;
use kernel::api::{Id, Patch, Query};
use kernel::db::Tenant;
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use ui::{Breadcrumb, FieldErrors, Flash, Moment, Section, SelectOption};

use super::{address, pill};
use crate::audience::{refusal, rule, segments};
use crate::automation;
use crate::composer::{self, preview};
use crate::sending::compose::checks;
use crate::sending::emails::draft::RawEmail;
use crate::sending::emails::views::{Buttons, EmailForm, EmailPage, Progress};
use crate::sending::emails::{Email, Move, Status, actions, store};
use crate::sending::report::figures::{self, Sums};
use crate::sending::trial::Trial;

/// Segments to choose from at most.
const SEGMENTS_MOST: i64 = 100;
/// What a trial begins with: a fifth of the recipients, and four hours.
const USUAL_SHARE: i16 = 20;
const USUAL_HOURS: i16 = 4;
/// The choice that keeps a rule which is no segment's.
const AS_IT_IS: &str = "as-it-is";

pub async fn one(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let email = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let form = filled(&page.caller.tx, &email).await?;
    Ok(ui::html(&show(&page, &headers, &email, (form, FieldErrors::none())).await?))
}

async fn filled(tx: &Tenant, email: &Email) -> Result<EmailForm> {
    let audience = match &email.audience_segment {
        None => String::new(),
        Some(rule) if *rule == json!({ "all": true }) => "all".to_owned(),
        Some(rule) => {
            let segments = segments::list(tx, None, SEGMENTS_MOST).await?;
            segments.into_iter().find(|one| one.rule == *rule).map_or_else(|| AS_IT_IS.to_owned(), |one| one.id)
        }
    };
    Ok(EmailForm {
        subject: email.subject.clone(),
        preheader: email.preheader.clone().unwrap_or_default(),
        from_name: email.from_name.clone(),
        from_email: email.from_email.clone(),
        reply_to: email.reply_to.clone().unwrap_or_default(),
        audience,
        campaign_id: Some(email.campaign_id.clone().unwrap_or_default()),
        content: Some(email.content.clone()),
        plain_text: email.plain_text.clone().unwrap_or_default(),
        trial_subject: email.trial.as_ref().map(|trial| trial.subject.clone()).unwrap_or_default(),
        trial_share: email.trial.as_ref().map_or(USUAL_SHARE, |trial| trial.share).to_string(),
        trial_hours: email.trial.as_ref().map_or(USUAL_HOURS, |trial| trial.hours).to_string(),
        version: email.version.to_string(),
    })
}

async fn show(
    page: &PageCaller,
    headers: &HeaderMap,
    email: &Email,
    (form, errors): (EmailForm, FieldErrors),
) -> Result<EmailPage> {
    let caller = &page.caller;
    let zone = site_settings(&caller.tx).await?.zone();
    let mut frame = ui::frame_for(page, headers, &email.subject, Section::Email);
    frame.breadcrumbs = vec![Breadcrumb::link("Email", address(page, "")), Breadcrumb::here(&email.subject)];
    let is_before = matches!(email.status, Status::Draft | Status::Failed | Status::Scheduled);
    let checklist = if is_before { Some(checks::of(caller, email).await?) } else { None };
    let was_sent = email.sent_at.is_some();
    let rule = email.audience_segment.as_ref().and_then(|value| rule::parse("audience_segment", value).ok());
    let audience_words = match &rule {
        Some(rule) => rule::in_words(&caller.tx, rule).await?,
        None => "nobody yet".to_owned(),
    };
    let automation = match &email.automation_id {
        Some(id) => automation::name_of(&caller.tx, id).await?.map(|name| (id.clone(), name)),
        None => None,
    };
    Ok(EmailPage {
        frame,
        id: email.id.clone(),
        subject: email.subject.clone(),
        automation,
        status: pill(email),
        scheduled: Moment::maybe(email.scheduled_for, &zone),
        began: Moment::maybe(email.sent_at, &zone),
        finished: Moment::maybe(email.finished_at, &zone),
        audiences: audiences(&caller.tx, &form.audience).await?,
        campaigns: composer::campaign_choices(&caller.tx, email.campaign_id.as_deref()).await?,
        audience_words,
        reachable: checklist.as_ref().map_or(0, |list| list.reachable),
        is_ready: checklist.as_ref().is_some_and(|list| list.is_ready),
        checks: checklist.map(|list| list.checks).unwrap_or_default(),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        scheduled_for: email.scheduled_for.map(|at| shown_time(at, &zone)).unwrap_or_default(),
        in_local_time: email.in_local_time,
        test_to: page.session.user_email.clone(),
        buttons: buttons(email),
        progress: (email.status == Status::Sending || was_sent).then(|| progress(email)),
        rates: if was_sent { figures::rates(&Sums::from(&email.counts), &Sums::default()) } else { Vec::new() },
        links: if was_sent { figures::links(&caller.tx, &email.id).await? } else { Vec::new() },
        answers: if was_sent { figures::answers(&caller.tx, &email.id).await? } else { Vec::new() },
        opened_raw: email.counts.opened_raw,
        clicked_raw: email.counts.clicked_raw,
        form,
        errors,
        is_composed: email.composition.is_some(),
        contacts: if is_before { composer::contacts(&caller.tx).await? } else { Vec::new() },
    })
}

fn buttons(email: &Email) -> Buttons {
    let may = |step| email.may(step);
    Buttons {
        edit: email.may_be_edited(),
        send: may(Move::Send),
        pause: may(Move::Pause),
        resume: may(Move::Resume),
        cancel: may(Move::Cancel),
        delete: !matches!(email.status, Status::Sending | Status::Scheduled) && email.automation_id.is_none(),
    }
}

fn shown_time(at: jiff::Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
}

fn progress(email: &Email) -> Progress {
    let counts = &email.counts;
    // Who was left out is done with, but where sending was cancelled the bar stays where it stopped.
    let done = if email.cancelled_at.is_some() { counts.tried() } else { counts.recipients - counts.waiting() };
    Progress {
        recipients: counts.recipients,
        tried: counts.tried(),
        percent: if counts.recipients > 0 { done * 100 / counts.recipients } else { 0 },
        waiting: counts.waiting(),
        uncertain: counts.uncertain,
        failed: counts.failed,
        skipped: counts.skipped,
        is_moving: email.status == Status::Sending && email.paused_at.is_none(),
        problem: email.problem.clone().unwrap_or_default(),
    }
}

async fn audiences(tx: &Tenant, chosen: &str) -> Result<Vec<SelectOption>> {
    let mut options =
        vec![SelectOption::new("", "Choose who gets it"), SelectOption::new("all", "Everybody on the list")];
    if chosen == AS_IT_IS {
        options.push(SelectOption::new(AS_IT_IS, "The rule it has now"));
    }
    for segment in segments::list(tx, None, SEGMENTS_MOST).await? {
        options.push(SelectOption::new(segment.id, segment.name));
    }
    Ok(options)
}

async fn raw(tx: &Tenant, form: &EmailForm) -> Result<RawEmail> {
    let patch = |text: &str| {
        if text.trim().is_empty() { Patch::Clear } else { Patch::Set(text.replace("\r\n", "\n")) }
    };
    let audience = match form.audience.as_str() {
        "" => Patch::Clear,
        "all" => Patch::Set(json!({ "all": true })),
        AS_IT_IS => Patch::Keep,
        id => match segments::find(tx, id).await? {
            Some(segment) => Patch::Set(segment.rule),
            None => Patch::Set(Value::Null),
        },
    };
    Ok(RawEmail {
        subject: Some(form.subject.clone()),
        preheader: patch(&form.preheader),
        // An email in blocks has no such field.
        content: form.content.as_ref().map(|content| content.replace("\r\n", "\n")),
        composition: Patch::Keep,
        plain_text: patch(&form.plain_text),
        from_name: Some(form.from_name.clone()),
        from_email: Some(form.from_email.clone()),
        reply_to: patch(&form.reply_to),
        audience_segment: audience,
        campaign_id: form.campaign_id.clone().map_or(Patch::Keep, Patch::Set),
        trial: match form.trial_subject.trim() {
            "" => Patch::Clear,
            subject => Patch::Set(Trial {
                subject: subject.to_owned(),
                share: form.trial_share.trim().parse().unwrap_or_default(),
                hours: form.trial_hours.trim().parse().unwrap_or_default(),
            }),
        },
    })
}

pub async fn save(
    mut page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Form(form): Form<EmailForm>,
) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let email = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let raw = raw(&page.caller.tx, &form).await?;
    let version = form.version.trim().parse().ok();
    match actions::edit(&page.caller, &id, &raw, Problems::new(), version).await {
        Ok(_) => {
            let back = address(&page, &format!("/{id}"));
            page.caller.commit().await?;
            Ok(Flash::success("The email is saved.").redirect(&back))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let form = EmailForm { version: email.version.to_string(), ..form };
            Ok(ui::html_with(status, &show(&page, &headers, &email, (form, errors)).await?))
        }
    }
}

/// What a browser may do with a message that others wrote: show text and pictures, nothing else.
const PREVIEW_POLICY: &str = "default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; sandbox";

/// How a preview is looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Looking {
    /// `dark` or `plain`; light when left out.
    view: String,
    /// The address of a contact whose values are merged.
    contact: String,
}

pub async fn preview(page: PageCaller, Id(id): Id, Query(looking): Query<Looking>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let email = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let contact = preview::contact_of(&page.caller.tx, &looking.contact).await?;
    let shown = preview::of(&page.caller, email, contact).await?;
    Ok(preview::document(&shown, preview::View::parse(&looking.view)))
}

/// A mail as a document of its own, in which nothing runs.
pub fn mail_document(text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PREVIEW_POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::OK, headers, text).into_response()
}
