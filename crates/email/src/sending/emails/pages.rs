//! The pages of emails: the list, and one email from draft to report.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use kernel::access::Permission;
use kernel::api::{Id, Patch, Query, read_cursor};
use kernel::db::Tenant;
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use ui::{Breadcrumb, FieldErrors, Flash, Moment, Pager, Section, SelectOption, StatusPill};

use super::actions::Doubt;
use super::draft::RawEmail;
use super::list::{Filter, Order, Position};
use super::model::Summary;
use super::views::{Buttons, EmailForm, EmailPage, EmailRow, EmailsPage, Progress};
use super::{Email, Move, Status, actions, list, report, store};
use crate::audience::{page as cut, refusal, rule, segments};
use crate::sending::compose::{checks, freeze};
use crate::sending::delivery::letter::{Texts, templates};

const SHOWN: i64 = 25;
/// Segments to choose from at most.
const SEGMENTS_MOST: i64 = 100;
/// The choice that keeps a rule which is no segment's.
const AS_IT_IS: &str = "as-it-is";

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new()
        .get("/admin/{org}/emails", access(), list_page)
        .post("/admin/{org}/emails", access(), create)
        .get("/admin/{org}/emails/{id}", access(), one)
        .post("/admin/{org}/emails/{id}", access(), save)
        .get("/admin/{org}/emails/{id}/preview", access(), preview)
        .post("/admin/{org}/emails/{id}/test", access(), test)
        .post("/admin/{org}/emails/{id}/send", access(), send)
        .post("/admin/{org}/emails/{id}/schedule", access(), schedule)
        .post("/admin/{org}/emails/{id}/pause", access(), pause)
        .post("/admin/{org}/emails/{id}/resume", access(), resume)
        .post("/admin/{org}/emails/{id}/cancel", access(), cancel)
        .post("/admin/{org}/emails/{id}/settle", access(), settle)
        .post("/admin/{org}/emails/{id}/duplicate", access(), duplicate)
        .post("/admin/{org}/emails/{id}/delete", access(), delete)
}

fn address(page: &PageCaller, path: &str) -> String {
    format!("/admin/{}/emails{path}", page.caller.organization.slug)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Parameters {
    q: String,
    status: String,
    cursor: Option<String>,
}

async fn list_page(page: PageCaller, headers: HeaderMap, Query(parameters): Query<Parameters>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    Ok(ui::html(&show_list(&page, &headers, parameters, (String::new(), FieldErrors::none())).await?))
}

async fn show_list(
    page: &PageCaller,
    headers: &HeaderMap,
    parameters: Parameters,
    (subject, errors): (String, FieldErrors),
) -> Result<EmailsPage> {
    let tx = &page.caller.tx;
    let zone = site_settings(tx).await?.zone();
    let search: String = parameters.q.trim().chars().take(100).collect();
    let filter = Filter {
        status: Status::parse(&parameters.status),
        campaign: None,
        words: (!search.is_empty()).then(|| search.clone()),
    };
    let after: Option<Position> = read_cursor(parameters.cursor.as_deref())?;
    let order = Order::default();
    let emails = list::page(tx, &filter, order, after.as_ref(), SHOWN + 1).await?;
    let total = list::count(tx, &filter).await?;
    let cut = cut(emails, SHOWN, total, |email| Position::of(email, order))?;
    let status = filter.status.map(Status::as_str).unwrap_or_default().to_owned();
    let mut here = url::form_urlencoded::Serializer::new(String::new());
    here.append_pair("q", &search).append_pair("status", &status);
    let here = format!("{}?{}", address(page, ""), here.finish());
    Ok(EmailsPage {
        frame: ui::frame_for(page, headers, "Email", Section::Email),
        pager: Pager {
            previous: after.is_some().then(|| here.clone()),
            next: cut.page.next.map(|cursor| format!("{here}&cursor={cursor}")),
            summary: format!("{} of {total} emails", cut.data.len()),
        },
        rows: cut.data.iter().map(|email| row(email, &zone)).collect(),
        search,
        status,
        subject,
        errors,
    })
}

fn pill(email: &Summary) -> StatusPill {
    match (email.status, email.paused_at) {
        (Status::Sending, Some(_)) => StatusPill::of("PAUSED"),
        _ => StatusPill::of(email.status.as_str()),
    }
}

fn row(email: &Summary, zone: &TimeZone) -> EmailRow {
    let counts = &email.counts;
    let words = match email.status {
        Status::Draft => String::new(),
        Status::Scheduled => "waits for its time".to_owned(),
        Status::Sending => format!("{} of {} sent", counts.sent, counts.recipients),
        Status::Sent => format!("{} sent, {} opened, {} clicked", counts.sent, counts.opened, counts.clicked),
        Status::Failed => email.problem.clone().unwrap_or_default(),
    };
    EmailRow {
        id: email.id.clone(),
        subject: email.subject.clone(),
        status: pill(email),
        words,
        updated: Moment::new(email.scheduled_for.unwrap_or(email.updated_at), zone),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NewForm {
    subject: String,
}

async fn create(page: PageCaller, headers: HeaderMap, Form(form): Form<NewForm>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let raw = RawEmail { subject: Some(form.subject.clone()), ..RawEmail::default() };
    match actions::create(&page.caller, &raw, Problems::new()).await {
        Ok(email) => {
            let there = address(&page, &format!("/{}", email.id));
            page.caller.commit().await?;
            Ok(Flash::success("The draft is made. Write it below.").redirect(&there))
        }
        Err(Error::PlanLimit(words)) => Ok(Flash::error(words).redirect(&address(&page, ""))),
        Err(error) => {
            let (status, errors) = refusal(error)?;
            let shown = show_list(&page, &headers, Parameters::default(), (form.subject, errors)).await?;
            Ok(ui::html_with(status, &shown))
        }
    }
}

async fn one(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
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
        content: email.content.clone(),
        plain_text: email.plain_text.clone().unwrap_or_default(),
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
    let may = |step| email.may(step);
    Ok(EmailPage {
        frame,
        id: email.id.clone(),
        subject: email.subject.clone(),
        status: pill(email),
        scheduled: Moment::maybe(email.scheduled_for, &zone),
        began: Moment::maybe(email.sent_at, &zone),
        finished: Moment::maybe(email.finished_at, &zone),
        audiences: audiences(&caller.tx, &form.audience).await?,
        audience_words: rule.map_or_else(|| "nobody yet".to_owned(), |rule| rule.to_string()),
        reachable: checklist.as_ref().map_or(0, |list| list.reachable),
        is_ready: checklist.as_ref().is_some_and(|list| list.is_ready),
        checks: checklist.map(|list| list.checks).unwrap_or_default(),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        scheduled_for: email.scheduled_for.map(|at| shown_time(at, &zone)).unwrap_or_default(),
        test_to: page.session.user_email.clone(),
        buttons: Buttons {
            edit: email.may_be_edited(),
            send: may(Move::Send),
            pause: may(Move::Pause),
            resume: may(Move::Resume),
            cancel: may(Move::Cancel),
            delete: !matches!(email.status, Status::Sending | Status::Scheduled),
        },
        progress: (email.status == Status::Sending || was_sent).then(|| progress(email)),
        rates: if was_sent { report::rates(&email.counts) } else { Vec::new() },
        links: if was_sent { report::links(&caller.tx, &email.id).await? } else { Vec::new() },
        answers: if was_sent { report::answers(&caller.tx, &email.id).await? } else { Vec::new() },
        opened_raw: email.counts.opened_raw,
        clicked_raw: email.counts.clicked_raw,
        form,
        errors,
    })
}

fn shown_time(at: jiff::Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
}

fn progress(email: &Email) -> Progress {
    let counts = &email.counts;
    let answered = counts.recipients - counts.waiting();
    Progress {
        recipients: counts.recipients,
        answered,
        percent: if counts.recipients > 0 { answered * 100 / counts.recipients } else { 0 },
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
        content: Some(form.content.replace("\r\n", "\n")),
        plain_text: patch(&form.plain_text),
        from_name: Some(form.from_name.clone()),
        from_email: Some(form.from_email.clone()),
        reply_to: patch(&form.reply_to),
        audience_segment: audience,
        campaign_id: Patch::Keep,
    })
}

async fn save(mut page: PageCaller, headers: HeaderMap, Id(id): Id, Form(form): Form<EmailForm>) -> Result<Response> {
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

async fn preview(page: PageCaller, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let email = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let frozen = freeze::freeze(&email)?;
    let html = freeze::without_open(&frozen.html);
    let (_, html, _) = templates(&Texts { subject: &email.subject, html: &html, plain: &frozen.plain_text })?;
    let name = page.caller.organization.name.clone();
    let text = html.render(&|tag| crate::sending::delivery::letter::example(tag, &name, &frozen.links));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PREVIEW_POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::OK, headers, text).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TestForm {
    to: String,
}

async fn test(page: PageCaller, Id(id): Id, Form(form): Form<TestForm>) -> Result<Response> {
    let to: Vec<String> = form.to.split([',', ' ', ';']).map(str::to_owned).collect();
    let outcome = actions::test(&page.caller, &id, &to, None)
        .await
        .map(|to| format!("A test is on its way to {}.", to.join(", ")));
    finish(page, &id, outcome).await
}

async fn send(page: PageCaller, Id(id): Id) -> Result<Response> {
    let outcome = actions::send(&page.caller, &id, None).await.map(|_| "Sending has begun.".to_owned());
    finish(page, &id, outcome).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ScheduleForm {
    at: String,
}

async fn schedule(page: PageCaller, Id(id): Id, Form(form): Form<ScheduleForm>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let zone = site_settings(&page.caller.tx).await?.zone();
    // A time that the clocks leave out becomes the one after, of one they show twice the first is taken.
    let typed: Option<DateTime> = form.at.trim().parse().ok();
    let at = typed.and_then(|typed| typed.to_zoned(zone.clone()).ok()).map(|at| at.timestamp());
    let outcome = match at {
        Some(at) => {
            let when = at.to_zoned(zone).strftime("%-d %b %Y, %H:%M").to_string();
            actions::schedule(&page.caller, &id, at, None).await.map(|_| format!("It will be sent on {when}."))
        }
        None => Err(Error::invalid("at", "not_a_time", "Choose a day and a time.")),
    };
    finish(page, &id, outcome).await
}

async fn pause(page: PageCaller, Id(id): Id) -> Result<Response> {
    let outcome = actions::pause(&page.caller, &id, None).await.map(|_| "Sending is paused.".to_owned());
    finish(page, &id, outcome).await
}

async fn resume(page: PageCaller, Id(id): Id) -> Result<Response> {
    let outcome = actions::resume(&page.caller, &id, None).await.map(|_| "Sending goes on.".to_owned());
    finish(page, &id, outcome).await
}

async fn cancel(page: PageCaller, Id(id): Id) -> Result<Response> {
    let outcome = actions::cancel(&page.caller, &id, None).await.map(|_| "It is cancelled.".to_owned());
    finish(page, &id, outcome).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SettleForm {
    uncertain: String,
}

async fn settle(page: PageCaller, Id(id): Id, Form(form): Form<SettleForm>) -> Result<Response> {
    let doubt = if form.uncertain == "send_again" { Doubt::SendAgain } else { Doubt::TakeAsSent };
    let words = if doubt == Doubt::SendAgain { "They are written to again." } else { "They count as sent." };
    let outcome = actions::settle_doubt(&page.caller, &id, doubt).await.map(|_| words.to_owned());
    finish(page, &id, outcome).await
}

/// Back to the email, with what was done or why not.
async fn finish(page: PageCaller, id: &str, outcome: Result<String>) -> Result<Response> {
    let back = address(&page, &format!("/{id}"));
    match outcome {
        Ok(words) => {
            page.caller.commit().await?;
            Ok(Flash::success(words).redirect(&back))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&back)),
        Err(Error::Invalid(problems)) => {
            let words: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
            Ok(Flash::error(words.join(" ")).redirect(&back))
        }
        Err(error) => Err(error),
    }
}

async fn duplicate(page: PageCaller, Id(id): Id) -> Result<Response> {
    match actions::duplicate(&page.caller, &id).await {
        Ok(copy) => {
            let there = address(&page, &format!("/{}", copy.id));
            page.caller.commit().await?;
            Ok(Flash::success("This is the copy.").redirect(&there))
        }
        Err(Error::PlanLimit(words)) => Ok(Flash::error(words).redirect(&address(&page, &format!("/{id}")))),
        Err(error) => Err(error),
    }
}

async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    match actions::delete(&page.caller, &id, None).await {
        Ok(()) => {
            let back = address(&page, "");
            page.caller.commit().await?;
            Ok(Flash::success("The email is deleted.").redirect(&back))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&address(&page, &format!("/{id}")))),
        Err(error) => Err(error),
    }
}
