use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::{Date, DateTimeRound};
use jiff::tz::TimeZone;
use jiff::{RoundMode, Timestamp, Unit};
use kernel::access::{Caller, Permission};
use kernel::api::{Id, Query};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result, organization};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Moment, Section, SelectOption, StatusPill};

use super::input::{EditorInput, Subject};
use super::panels::{languages, moves, panels};
use super::refused::show_again;
use super::subject::Edited;
use crate::items::local_time::LocalTime;
use crate::items::model::{ContentStatus, ContentType, Item, Move};
use crate::items::{actions, store};
use crate::views::{DeletePage, EditorForm, EditorItem, EditorPage, RevisionRow};
use crate::{changes, comments, releases, reviews, revisions, seo, taxonomy};

/// Revisions that the editor's side panel lists.
const REVISIONS_SHOWN: i64 = 20;

/// The hour at which an article that is begun for a day in the calendar is published, unless somebody says otherwise.
const HOUR_OF_PUBLICATION: i8 = 9;

/// What the address of a new article says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewParams {
    /// The day for which it is written, chosen in the calendar.
    day: String,
}

pub async fn show_new(page: PageCaller, headers: HeaderMap, Query(params): Query<NewParams>) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    let settings = organization::site_settings(&page.caller.tx).await?;
    let form = EditorForm {
        scheduled_for: hour_of(&params.day, page.caller.now, &settings.zone()),
        content_type: ContentType::default().as_str().into(),
        language: settings.language,
        author_id: page.caller.actor.user_id.clone(),
        comments_enabled: true,
        ..EditorForm::default()
    };
    Ok(ui::html(&editor(&page, &headers, None, form).await?))
}

/// The usual hour of a day as the form's field holds it; the next full one where that has passed, and nothing for what
/// is no day to come.
fn hour_of(day: &str, now: Timestamp, zone: &TimeZone) -> String {
    let Ok(date) = day.parse::<Date>() else { return String::new() };
    let usual = date.at(HOUR_OF_PUBLICATION, 0, 0, 0);
    let next =
        now.to_zoned(zone.clone()).datetime().round(DateTimeRound::new().smallest(Unit::Hour).mode(RoundMode::Ceil));
    let Ok(next) = next else { return String::new() };
    let hour = usual.max(next);
    if hour.date() == date { hour.strftime("%Y-%m-%dT%H:%M").to_string() } else { String::new() }
}

/// What the address bar says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EditorAddress {
    /// `live` for the published item itself where it has draft changes, `changes` to begin some.
    of: String,
}

pub async fn show(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Query(at): Query<EditorAddress>,
) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    let wished = match at.of.as_str() {
        "live" => Some(Subject::Item),
        "changes" => Some(Subject::Changes),
        _ => None,
    };
    let edited = Edited::read(&page.caller, &id, wished).await?;
    let form = edited.form(&zone(&page.caller).await?);
    Ok(ui::html(&editor(&page, &headers, Some(&edited), form).await?))
}

pub async fn create(page: PageCaller, headers: HeaderMap, Form(input): Form<EditorInput>) -> Result<Response> {
    match try_create(&page.caller, &input).await {
        Ok(item) => {
            let words = match item.status {
                ContentStatus::Published => "Published.",
                ContentStatus::Scheduled => "Saved and scheduled.",
                _ => "Saved.",
            };
            done(page, &item.id, words).await
        }
        Err(error) => show_again(page, &headers, None, (input, error)).await,
    }
}

async fn try_create(caller: &Caller, input: &EditorInput) -> Result<Item> {
    let zone = zone(caller).await?;
    let item = actions::create(caller, input.to_raw(&zone)?, Problems::new()).await?;
    match input.then() {
        "publish" => actions::publish(caller, &item.id, None).await,
        "schedule" => actions::schedule(caller, &item.id, input.publication(&zone)?.at, None).await,
        _ => Ok(item),
    }
}

pub async fn save(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<EditorInput>,
) -> Result<Response> {
    let saved = async {
        let raw = input.to_raw(&zone(&page.caller).await?)?;
        actions::edit(&page.caller, &id, raw, Problems::new(), input.version()).await
    };
    match saved.await {
        Ok(_) => {
            // Who changed what is public goes on with that, and not with the changes that wait.
            let is_beside = changes::store::find(&page.caller.tx, &id).await?.is_some();
            done(page, &if is_beside { format!("{id}?of=live") } else { id }, "Saved.").await
        }
        Err(error) => show_again(page, &headers, Some((&id, Subject::Item)), (input, error)).await,
    }
}

/// Saves what was typed, then makes the move, both or neither.
pub async fn make_move(
    page: PageCaller,
    Id(id): Id,
    (headers, step): (HeaderMap, Move),
    Form(input): Form<EditorInput>,
) -> Result<Response> {
    let waited = match store::find(&page.caller.tx, &id).await? {
        Some(item) => item.status == ContentStatus::Scheduled,
        None => false,
    };
    let moved = async {
        let version = save_first(&page.caller, &id, &input).await?;
        match step {
            Move::Submit => reviews::actions::submit(&page.caller, &id, &input.review_request(), version).await,
            Move::Approve | Move::RequestChanges => {
                reviews::actions::answer(&page.caller, &id, step, &input.review_answer(), version).await
            }
            _ => actions::make_move(&page.caller, &id, step, version).await,
        }
    };
    match moved.await {
        Ok(_) if waited && step == Move::Unpublish => {
            done(page, &id, "Its time is cancelled. It is a draft again.").await
        }
        Ok(_) => done(page, &id, words_for(step)).await,
        Err(error) => show_again(page, &headers, Some((&id, Subject::Item)), (input, error)).await,
    }
}

/// Saves what came with a move. A request without the form's fields, from a script or another page, only moves.
pub(super) async fn save_first(caller: &Caller, id: &str, input: &EditorInput) -> Result<Option<i32>> {
    if !input.is_form() {
        return Ok(input.version());
    }
    let raw = input.to_raw(&zone(caller).await?)?;
    Ok(Some(actions::edit(caller, id, raw, Problems::new(), input.version()).await?.version))
}

/// Saves what was typed, then sets the time at which it becomes public.
pub async fn schedule(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<EditorInput>,
) -> Result<Response> {
    let scheduled = async {
        let caller = &page.caller;
        caller.must(Permission::ContentPublish)?;
        store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
        let zone = zone(caller).await?;
        let time = input.publication(&zone)?;
        let version = save_first(caller, &id, &input).await?;
        actions::schedule(caller, &id, time.at, version).await?;
        Ok(schedule_words(&time, &zone))
    };
    match scheduled.await {
        Ok(words) => done(page, &id, &words).await,
        Err(error) => show_again(page, &headers, Some((&id, Subject::Item)), (input, error)).await,
    }
}

pub(super) fn schedule_words(time: &LocalTime, zone: &TimeZone) -> String {
    let shown = time.at.to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M");
    let name = zone.iana_name().unwrap_or("UTC");
    format!("Scheduled for {shown} ({name}). {}", time.note.as_deref().unwrap_or_default()).trim().to_owned()
}

pub(super) async fn zone(caller: &Caller) -> Result<TimeZone> {
    Ok(organization::site_settings(&caller.tx).await?.zone())
}

fn words_for(step: Move) -> &'static str {
    match step {
        Move::Submit => "Submitted for review.",
        Move::Approve => "Approved.",
        Move::RequestChanges => "Sent back for changes.",
        Move::Publish => "Published.",
        Move::Schedule => "Scheduled.",
        Move::Unpublish => "Unpublished. It is a draft again.",
        Move::Archive => "Archived.",
        Move::Restore => "Restored as a draft.",
    }
}

pub async fn duplicate(page: PageCaller, Id(id): Id) -> Result<Response> {
    match actions::duplicate(&page.caller, &id).await {
        Ok(copy) => done(page, &copy.id, "This is the copy, a draft.").await,
        Err(Error::PlanLimit(words)) => Ok(Flash::error(words).redirect(&address(&page.caller.organization.slug, &id))),
        Err(error) => Err(error),
    }
}

pub async fn confirm_deletion(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentPublish)?;
    let item = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let counted = |count: i64, one: &str, many: &str| {
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let mut losses: Vec<String> = Vec::new();
    losses.extend(counted(revisions::store::count(&caller.tx, &id).await?, "version", "versions"));
    let release = releases::store::open_release_of(&caller.tx, &id).await?;
    losses.extend(release.map(|release| format!("Its place in the release “{}”", release.name)));
    losses.extend(counted(comments::store::count(&caller.tx, &id).await?, "comment", "comments"));
    if item.status == ContentStatus::Published {
        losses.push(format!("Its address on the site, /{}", item.slug));
    }
    let view = DeletePage {
        frame: frame(&page, &headers, &item.title),
        title: item.title.clone(),
        version: item.version.to_string(),
        losses,
        may_archive: item.status.target(Move::Archive).is_some(),
        id,
    };
    Ok(ui::html(&view))
}

/// The hidden field of the page that asks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeletionInput {
    version: String,
}

pub async fn delete(page: PageCaller, Id(id): Id, Form(input): Form<DeletionInput>) -> Result<Response> {
    actions::delete(&page.caller, &id, input.version.parse().ok()).await?;
    let slug = page.caller.organization.slug.clone();
    page.caller.commit().await?;
    let undo = format!("/admin/{slug}/bin/{id}/restore");
    let words = "Deleted. It lies in the bin for 30 days.";
    Ok(Flash::success(words).with_undo(Some(undo)).redirect(&format!("/admin/{slug}/content")))
}

pub(super) async fn done(page: PageCaller, id: &str, words: &str) -> Result<Response> {
    let address = address(&page.caller.organization.slug, id);
    page.caller.commit().await?;
    Ok(Flash::success(words).redirect(&address))
}

pub(super) fn address(organization: &str, id: &str) -> String {
    format!("/admin/{organization}/content/{id}")
}

/// The tree of categories to choose from.
pub(super) async fn category_options(caller: &Caller) -> Result<Vec<SelectOption>> {
    let categories = taxonomy::categories::store::all(&caller.tx, taxonomy::categories::CATEGORIES_MOST).await?;
    Ok(taxonomy::categories::tree::choices(categories))
}

/// What the editor's field of the category offers. The one that is chosen is always among it: a choice that a form does
/// not have is lost when the form is sent.
async fn categories(caller: &Caller, chosen: &str) -> Result<Vec<SelectOption>> {
    let mut choices = vec![SelectOption::new("", "No category")];
    choices.extend(category_options(caller).await?);
    if kernel::id::is_well_formed(chosen)
        && !choices.iter().any(|choice| choice.is(chosen))
        && let Some(category) = taxonomy::categories::store::find(&caller.tx, chosen).await?
    {
        choices.push(SelectOption::new(category.id, category.name));
    }
    Ok(choices)
}

pub(super) async fn editor(
    page: &PageCaller,
    headers: &HeaderMap,
    edited: Option<&Edited>,
    form: EditorForm,
) -> Result<EditorPage> {
    let caller = &page.caller;
    let item = edited.map(|edited| &edited.item);
    let zone = organization::site_settings(&caller.tx).await?.zone();
    let revisions = match item {
        Some(item) => revisions::store::of_item(&caller.tx, &item.id, None, REVISIONS_SHOWN).await?,
        None => Vec::new(),
    };
    let title = item.map_or("New article", |item| item.title.as_str());
    Ok(EditorPage {
        frame: frame(page, headers, title),
        item: item.map(|item| shown(item, &zone, &caller.organization.slug)),
        errors: FieldErrors::none(),
        seo: seo::pages::of_stored(caller, item).await?,
        moves: edited.map_or_else(|| moves(caller, None), |edited| edited.moves(caller)),
        panels: panels(caller, edited, (&zone, &form.featured_image)).await?,
        changes: edited.and_then(|edited| edited.shown(caller, &zone)),
        categories: categories(caller, &form.category_id).await?,
        tag_names: taxonomy::tags::store::most_used_names(&caller.tx, taxonomy::tags::pages::NAMES_OFFERED).await?,
        languages: languages(&form.language),
        conflict: None,
        revisions: history(revisions, &zone),
        form,
    })
}

/// The versions of the text; the newest that is no draft change is how the item is now.
fn history(revisions: Vec<revisions::Revision>, zone: &TimeZone) -> Vec<RevisionRow> {
    let now = revisions.iter().find(|revision| !revision.of_changes).map(|revision| revision.version);
    let row = |revision: revisions::Revision| RevisionRow {
        version: revision.version,
        author: revision.author_name,
        at: Moment::new(revision.created_at, zone),
        comment: revision.comment.unwrap_or_default(),
        is_now: Some(revision.version) == now,
        of_changes: revision.of_changes,
    };
    revisions.into_iter().map(row).collect()
}

fn frame(page: &PageCaller, headers: &HeaderMap, title: &str) -> ui::Frame {
    let mut frame = ui::frame_for(page, headers, title, Section::Content);
    let list = format!("/admin/{}/content", page.caller.organization.slug);
    frame.breadcrumbs = vec![Breadcrumb::link("Content", list), Breadcrumb::here(title)];
    frame
}

fn shown(item: &Item, zone: &TimeZone, organization: &str) -> EditorItem {
    let is_public = item.status == ContentStatus::Published && item.r#type.has_public_page();
    EditorItem {
        id: item.id.clone(),
        status: StatusPill::of(item.status.as_str()),
        author: item.author.name.clone(),
        created: Moment::new(item.created_at, zone),
        updated: Moment::new(item.updated_at, zone),
        published: Moment::maybe(item.published_at, zone),
        site_href: is_public.then(|| format!("/s/{organization}/{}", item.slug)),
    }
}
