//! One import: what its columns mean, how far it is, and what was refused.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, stream};
use http::{HeaderMap, header};
use kernel::access::Permission;
use kernel::api::Id;
use kernel::db::OrganizationId;
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{App, Error, Result};
use ui::{FieldErrors, Flash, Moment, SelectOption};

use crate::audience::contacts::csv::guarded;
use crate::audience::fields::{self, Field};
use crate::audience::imports::actions::{self, RawSettings};
use crate::audience::imports::columns::{Column, FIXED};
use crate::audience::imports::sample::{self, Sample};
use crate::audience::imports::views::{ColumnView, ImportPage, Numbers, SettingsForm};
use crate::audience::imports::{Import, Outcome, State, store};
use crate::audience::refusal;
use crate::audience::views::{address, frame, number};

/// Values shown of each column.
const EXAMPLES: usize = 3;
/// Refused rows that are read at a time.
const REFUSED_AT_ONCE: i64 = 2000;

pub async fn show(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let import = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let form = SettingsForm { status: import.settings.status.status().as_str().to_owned(), ..SettingsForm::default() };
    let chosen = import.settings.columns.iter().map(ToString::to_string).collect();
    Ok(ui::html(&view(&page, &headers, &import, (form, chosen, FieldErrors::none())).await?))
}

async fn view(
    page: &PageCaller,
    headers: &HeaderMap,
    import: &Import,
    (form, chosen, errors): (SettingsForm, Vec<String>, FieldErrors),
) -> Result<ImportPage> {
    let tx = &page.caller.tx;
    let zone = site_settings(tx).await?.zone();
    let is_mapped = import.state == State::Uploaded;
    let columns = if is_mapped { columns(page, import, &chosen).await? } else { Vec::new() };
    let counts = &import.counts;
    let reasons = if counts.refused > 0 { store::reasons(tx, &import.id, false).await? } else { Vec::new() };
    let losses = if counts.partial > 0 { store::reasons(tx, &import.id, true).await? } else { Vec::new() };
    let told =
        |reasons: Vec<(String, i64)>| reasons.into_iter().map(|(reason, count)| (reason, number(count))).collect();
    Ok(ImportPage {
        frame: frame(page, headers, &import.file_name, &[("Imports", "/imports")]),
        id: import.id.clone(),
        state: import.state,
        at: Moment::new(import.created_at, &zone),
        finished: Moment::maybe(import.finished_at, &zone),
        columns,
        form,
        statuses: statuses(),
        numbers: Numbers {
            rows_read: counts.rows_read,
            created: counts.created,
            updated: counts.updated,
            skipped: counts.skipped,
            refused: counts.refused,
            partial: counts.partial,
        },
        reasons: told(reasons),
        losses: told(losses),
        is_cut: counts.refused + counts.partial > store::REFUSALS_KEPT,
        problem: import.problem.clone().unwrap_or_default(),
        errors,
    })
}

fn statuses() -> Vec<SelectOption> {
    let label = |outcome: Outcome| match outcome {
        Outcome::Subscribed => "They are subscribed",
        Outcome::Unsubscribed => "They have unsubscribed",
        Outcome::Bounced => "Their addresses do not exist (cleaned)",
    };
    Outcome::ALL.into_iter().map(|outcome| SelectOption::new(outcome.status().as_str(), label(outcome))).collect()
}

/// The columns with their first values and what they can mean.
async fn columns(page: &PageCaller, import: &Import, chosen: &[String]) -> Result<Vec<ColumnView>> {
    let beginning = match page.caller.app.files.read(&import.file_key, None).await? {
        Some(reading) => sample::beginning(reading.stream()).await?,
        None => Bytes::new(),
    };
    let Sample { names, rows } = sample::read(&beginning, &import.settings).await?;
    let known = fields::all(&page.caller.tx).await?;
    let column = |(place, name): (usize, String)| {
        let chosen = chosen.get(place).cloned().unwrap_or_else(|| Column::Skip.to_string());
        let examples = rows.iter().filter_map(|row| row.get(place)).map(|cell| cell.trim().to_owned());
        ColumnView {
            examples: examples.filter(|cell| !cell.is_empty()).take(EXAMPLES).collect(),
            options: meanings(&name, &known, &chosen),
            chosen,
            name,
        }
    };
    Ok(names.into_iter().enumerate().map(column).collect())
}

fn meanings(name: &str, known: &[Field], chosen: &str) -> Vec<SelectOption> {
    let mut options: Vec<SelectOption> =
        FIXED.iter().map(|(word, _, label)| SelectOption::new(*word, *label)).collect();
    options.extend(known.iter().map(|field| SelectOption::new(format!("field:{}", field.key), &field.label)));
    let new = Column::NewField(name.to_owned()).to_string();
    let key = fields::actions::key_of(name);
    if !known.iter().any(|field| field.key == key) && !fields::actions::is_reserved(&key) {
        options.push(SelectOption::new(new, format!("New field “{name}”")));
    }
    if !options.iter().any(|option| option.is(chosen)) {
        options.push(SelectOption::new(chosen, chosen));
    }
    options
}

fn read(fields: Vec<(String, String)>) -> (SettingsForm, Vec<String>) {
    let (mut form, mut columns) = (SettingsForm::default(), Vec::new());
    for (name, value) in fields {
        match name.as_str() {
            "column" => columns.push(value),
            "status" => form.status = value,
            "tags" => form.tags = value,
            "consent_source" => form.consent_source = value,
            "consent_wording" => form.consent_wording = value,
            "keeps_existing" => form.keeps_existing = true,
            "has_consent" => form.has_consent = true,
            _ => {}
        }
    }
    (form, columns)
}

fn raw(form: &SettingsForm, columns: &[String]) -> RawSettings {
    RawSettings {
        columns: Some(columns.to_vec()),
        status: Some(form.status.clone()),
        tags: form.tags.split(',').map(str::to_owned).collect(),
        consent_source: form.consent_source.clone(),
        consent_wording: form.consent_wording.clone(),
        keeps_existing: form.keeps_existing,
        has_consent: form.has_consent,
    }
}

pub async fn begin(
    mut page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let import = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let (form, columns) = read(sent);
    let there = address(&page, &format!("/imports/{id}"));
    match actions::begin(&page.caller, &id, &raw(&form, &columns), Problems::new()).await {
        Ok(()) => {
            page.caller.commit().await?;
            Ok(Flash::success("The file is being read.").redirect(&there))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            Ok(ui::html_with(status, &view(&page, &headers, &import, (form, columns, errors)).await?))
        }
    }
}

pub async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    let back = address(&page, "/imports");
    match actions::delete(&page.caller, &id).await {
        Ok(import) => {
            let app = page.caller.app.clone();
            page.caller.commit().await?;
            actions::drop_file(&app, &import.file_key).await?;
            Ok(Flash::success("The import is deleted. Its contacts stay.").redirect(&back))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&back)),
        Err(error) => Err(error),
    }
}

/// `GET …/refused.csv`: the rows that did not become contacts, or not with all their values, and why; sent while they are read.
pub async fn refused(page: PageCaller, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let (app, organization) = (page.caller.app.clone(), page.caller.organization.id.clone());
    let state = Reading { app, organization, import: id, after: None };
    Response::builder()
        .header(header::CONTENT_TYPE, "text/csv; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, "attachment; filename=\"refused.csv\"")
        .header(header::CACHE_CONTROL, "no-store")
        .body(Body::from_stream(blocks(state)))
        .map_err(Error::internal)
}

struct Reading {
    app: App,
    organization: OrganizationId,
    import: String,
    /// The row that was given last; none before the first.
    after: Option<i64>,
}

fn blocks(state: Reading) -> impl Stream<Item = Result<Bytes>> + Send {
    stream::try_unfold(state, async |mut state| {
        let tx = state.app.database.tenant(&state.organization).await?;
        let rows = store::refused(&tx, &state.import, state.after.unwrap_or(-1), REFUSED_AT_ONCE).await?;
        let mut writer = csv::Writer::from_writer(Vec::new());
        if state.after.is_none() {
            writer.write_record(["Row", "Email Address", "Reason", "Came In"]).map_err(Error::internal)?;
        } else if rows.is_empty() {
            return Ok(None);
        }
        state.after = Some(rows.last().map_or(i64::MAX - 1, |row| row.row));
        for row in rows {
            let came_in = if row.is_partial { "yes" } else { "no" };
            let cells = [row.row.to_string(), row.email.unwrap_or_default(), row.reason, came_in.to_owned()];
            writer.write_record(cells.map(guarded)).map_err(Error::internal)?;
        }
        let block = writer.into_inner().map_err(|error| Error::internal(error.to_string()))?;
        Ok(Some((Bytes::from(block), state)))
    })
}
