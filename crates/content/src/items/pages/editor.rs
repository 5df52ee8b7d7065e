use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::tz::TimeZone;
use kernel::access::{Caller, Permission};
use kernel::api::{Id, Patch};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result, organization};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Moment, Section, SelectOption, StatusPill};

use crate::items::draft::RawItem;
use crate::items::model::{ContentStatus, ContentType, Item, Move};
use crate::items::{actions, store};
use crate::views::{Conflict, ConflictField, DeletePage, EditorForm, EditorItem, EditorMoves, EditorPage, RevisionRow};
use crate::{comments, revisions, seo, taxonomy};

/// Revisions that the editor's side panel lists.
const REVISIONS_SHOWN: i64 = 20;
/// Categories that the editor offers.
const CATEGORIES_SHOWN: i64 = 500;

/// What the editor's form sends: every field a text, so that nothing typed can fail to be read. A field that was not sent
/// leaves what is stored as it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EditorInput {
    title: Option<String>,
    slug: Option<String>,
    content: Option<String>,
    excerpt: Option<String>,
    r#type: Option<String>,
    category_id: Option<String>,
    tags: Option<String>,
    meta_title: Option<String>,
    meta_description: Option<String>,
    keywords: Option<String>,
    canonical_url: Option<String>,
    featured: Option<String>,
    language: Option<String>,
    version: Option<String>,
    then: Option<String>,
}

impl EditorInput {
    fn to_raw(&self) -> Result<RawItem> {
        let text = |text: &Option<String>| text.clone().map_or(Patch::Keep, Patch::Set);
        let named = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
        let content_type = named(&self.r#type).map(|name| name.parse::<ContentType>()).transpose()?;
        let split = |tags: &String| tags.split(',').map(|tag| tag.trim().to_owned()).collect();
        Ok(RawItem {
            title: text(&self.title),
            slug: text(&self.slug),
            content: text(&self.content),
            excerpt: text(&self.excerpt),
            r#type: content_type.map_or(Patch::Keep, Patch::Set),
            category_id: text(&self.category_id),
            tags: self.tags.as_ref().map_or(Patch::Keep, |tags| Patch::Set(split(tags))),
            meta_title: text(&self.meta_title),
            meta_description: text(&self.meta_description),
            keywords: self.keywords.as_deref().map_or(Patch::Keep, |typed| Patch::Set(seo::pages::keywords(typed))),
            canonical_url: text(&self.canonical_url),
            // A box that is not ticked is not sent at all.
            featured: if self.is_form() { Patch::Set(self.featured.as_deref() == Some("true")) } else { Patch::Keep },
            language: named(&self.language).map_or(Patch::Keep, Patch::Set),
            ..RawItem::default()
        })
    }

    /// Whether this is the editor's form, and not a bare request to make a move.
    fn is_form(&self) -> bool {
        self.title.is_some() || self.content.is_some()
    }

    fn version(&self) -> Option<i32> {
        self.version.as_deref()?.parse().ok()
    }

    fn into_form(self) -> EditorForm {
        EditorForm {
            featured: self.featured.as_deref() == Some("true"),
            title: self.title.unwrap_or_default(),
            slug: self.slug.unwrap_or_default(),
            content: self.content.unwrap_or_default(),
            excerpt: self.excerpt.unwrap_or_default(),
            content_type: self.r#type.unwrap_or_default(),
            category_id: self.category_id.unwrap_or_default(),
            tags: self.tags.unwrap_or_default(),
            meta_title: self.meta_title.unwrap_or_default(),
            meta_description: self.meta_description.unwrap_or_default(),
            keywords: self.keywords.unwrap_or_default(),
            canonical_url: self.canonical_url.unwrap_or_default(),
            language: self.language.unwrap_or_default(),
            version: self.version.unwrap_or_default(),
        }
    }
}

fn form_of(item: &Item) -> EditorForm {
    EditorForm {
        title: item.title.clone(),
        slug: item.slug.clone(),
        content: item.body().to_owned(),
        excerpt: item.excerpt.clone().unwrap_or_default(),
        content_type: item.r#type.as_str().to_owned(),
        category_id: item.category_id.clone().unwrap_or_default(),
        tags: item.tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>().join(", "),
        meta_title: item.meta_title.clone().unwrap_or_default(),
        meta_description: item.meta_description.clone().unwrap_or_default(),
        keywords: item.keywords.join(", "),
        canonical_url: item.canonical_url.clone().unwrap_or_default(),
        featured: item.featured,
        language: item.language.clone(),
        version: item.version.to_string(),
    }
}

pub async fn show_new(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    let settings = organization::site_settings(&page.caller.tx).await?;
    let form = EditorForm {
        content_type: ContentType::default().as_str().into(),
        language: settings.language,
        ..EditorForm::default()
    };
    Ok(ui::html(&editor(&page, &headers, None, form).await?))
}

pub async fn show(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    let item = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let form = form_of(&item);
    Ok(ui::html(&editor(&page, &headers, Some(&item), form).await?))
}

pub async fn create(page: PageCaller, headers: HeaderMap, Form(input): Form<EditorInput>) -> Result<Response> {
    match try_create(&page.caller, &input).await {
        Ok(item) => {
            let words = if item.status == ContentStatus::Published { "Published." } else { "Saved." };
            done(page, &item.id, words).await
        }
        Err(error) => show_again(page, &headers, None, (input, error)).await,
    }
}

async fn try_create(caller: &Caller, input: &EditorInput) -> Result<Item> {
    let item = actions::create(caller, input.to_raw()?, Problems::new()).await?;
    if input.then.as_deref() == Some("publish") { actions::publish(caller, &item.id, None).await } else { Ok(item) }
}

pub async fn save(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<EditorInput>,
) -> Result<Response> {
    let saved = async { actions::edit(&page.caller, &id, input.to_raw()?, Problems::new(), input.version()).await };
    match saved.await {
        Ok(_) => done(page, &id, "Saved.").await,
        Err(error) => show_again(page, &headers, Some(&id), (input, error)).await,
    }
}

/// Saves what was typed, then makes the move, both or neither.
pub async fn make_move(
    page: PageCaller,
    Id(id): Id,
    (headers, step): (HeaderMap, Move),
    Form(input): Form<EditorInput>,
) -> Result<Response> {
    let moved = async {
        let mut version = input.version();
        // A request without the form's fields, from a script or another page, only moves.
        if input.is_form() {
            let item = actions::edit(&page.caller, &id, input.to_raw()?, Problems::new(), version).await?;
            version = Some(item.version);
        }
        actions::make_move(&page.caller, &id, step, version).await
    };
    match moved.await {
        Ok(_) => done(page, &id, words_for(step)).await,
        Err(error) => show_again(page, &headers, Some(&id), (input, error)).await,
    }
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
    let copy = actions::duplicate(&page.caller, &id).await?;
    done(page, &copy.id, "This is the copy, a draft.").await
}

pub async fn confirm_deletion(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentPublish)?;
    let item = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let counted = |count: i64, one: &str, many: &str| {
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let mut losses: Vec<String> = Vec::new();
    losses.extend(counted(revisions::store::count(&caller.tx, &id).await?, "revision", "revisions"));
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
    let list = format!("/admin/{}/content", page.caller.organization.slug);
    page.caller.commit().await?;
    Ok(Flash::success("Deleted.").redirect(&list))
}

async fn done(page: PageCaller, id: &str, words: &str) -> Result<Response> {
    let address = address(&page.caller.organization.slug, id);
    page.caller.commit().await?;
    Ok(Flash::success(words).redirect(&address))
}

fn address(organization: &str, id: &str) -> String {
    format!("/admin/{organization}/content/{id}")
}

/// The form again with everything that was typed, and what kept it from being saved.
async fn show_again(
    mut page: PageCaller,
    headers: &HeaderMap,
    id: Option<&str>,
    (input, error): (EditorInput, Error),
) -> Result<Response> {
    let mut errors = FieldErrors::none();
    let mut is_stale = false;
    let status = error.status();
    match error {
        Error::Invalid(problems) => problems.into_iter().for_each(|problem| errors.add(problem.field, problem.message)),
        Error::Taken(problem) => errors.add(problem.field, problem.message),
        Error::Conflict(words) | Error::Forbidden(words) => errors.add("", words),
        Error::StaleVersion(_) => is_stale = true,
        other => return Err(other),
    }
    page.caller.start_over().await?;
    let item = match id {
        Some(id) => Some(store::find(&page.caller.tx, id).await?.ok_or(Error::NotFound)?),
        None => None,
    };
    let form = match &item {
        Some(item) if !input.is_form() => form_of(item),
        _ => input.into_form(),
    };
    let mut view = editor(&page, headers, item.as_ref(), form).await?;
    view.errors = errors;
    if let (true, Some(item)) = (is_stale, &item) {
        view.conflict = Some(conflict(&page.caller, item, &view.form).await?);
        view.form.version = item.version.to_string();
    }
    let mut response = ui::html(&view);
    *response.status_mut() = if status == StatusCode::PRECONDITION_FAILED { StatusCode::CONFLICT } else { status };
    Ok(response)
}

async fn conflict(caller: &Caller, item: &Item, typed: &EditorForm) -> Result<Conflict> {
    let stored = form_of(item);
    let pairs = [
        ("Title", stored.title, &typed.title),
        ("Address", stored.slug, &typed.slug),
        ("Text", stored.content, &typed.content),
        ("Excerpt", stored.excerpt, &typed.excerpt),
        ("Tags", stored.tags, &typed.tags),
        ("Title for search engines", stored.meta_title, &typed.meta_title),
        ("Description for search engines", stored.meta_description, &typed.meta_description),
    ];
    let same = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let differing = pairs.into_iter().filter(|(_, theirs, yours)| same(theirs) != same(yours));
    let newest = revisions::store::of_item(&caller.tx, &item.id, None, 1).await?;
    let zone = organization::site_settings(&caller.tx).await?.zone();
    Ok(Conflict {
        saved_by: newest.first().map_or_else(|| "Somebody".to_owned(), |revision| revision.author_name.clone()),
        saved_at: Moment::new(item.updated_at, &zone),
        fields: differing
            .map(|(label, theirs, yours)| ConflictField { label: label.into(), theirs, yours: yours.clone() })
            .collect(),
    })
}

async fn editor(page: &PageCaller, headers: &HeaderMap, item: Option<&Item>, form: EditorForm) -> Result<EditorPage> {
    let caller = &page.caller;
    let zone = organization::site_settings(&caller.tx).await?.zone();
    let categories = taxonomy::categories::store::all(&caller.tx, CATEGORIES_SHOWN).await?;
    let mut choices = vec![SelectOption::new("", "No category")];
    choices.extend(taxonomy::categories::tree::choices(categories));
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
        moves: moves(caller, item.map(|item| item.status)),
        categories: choices,
        tag_names: taxonomy::tags::store::most_used_names(&caller.tx, taxonomy::tags::pages::NAMES_OFFERED).await?,
        languages: languages(&form.language),
        conflict: None,
        revisions: revisions
            .into_iter()
            .map(|revision| RevisionRow {
                version: revision.version,
                author: revision.author_name,
                at: Moment::new(revision.created_at, &zone),
            })
            .collect(),
        form,
    })
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

/// The buttons: what the role may do and the status allows.
fn moves(caller: &Caller, status: Option<ContentStatus>) -> EditorMoves {
    let (may_edit, may_publish) = (caller.may(Permission::ContentEdit), caller.may(Permission::ContentPublish));
    let Some(status) = status else {
        return EditorMoves { save: may_edit, autosave: may_edit, publish: may_publish, ..EditorMoves::default() };
    };
    let allows = |step: Move| status.target(step).is_some();
    let is_draft = matches!(status, ContentStatus::Draft | ContentStatus::Review);
    EditorMoves {
        save: may_edit && (is_draft || may_publish),
        autosave: may_edit && is_draft,
        submit: may_edit && allows(Move::Submit),
        approve: may_publish && allows(Move::Approve),
        request_changes: may_publish && allows(Move::RequestChanges),
        publish: may_publish && allows(Move::Publish),
        unpublish: may_publish && allows(Move::Unpublish),
        archive: may_publish && allows(Move::Archive),
        restore: may_publish && allows(Move::Restore),
        duplicate: may_edit,
        delete: may_publish,
    }
}

/// Languages to choose from; an item's own is always among them.
fn languages(current: &str) -> Vec<SelectOption> {
    let common = [
        ("en", "English"),
        ("de", "German"),
        ("fr", "French"),
        ("es", "Spanish"),
        ("it", "Italian"),
        ("pt", "Portuguese"),
        ("nl", "Dutch"),
        ("sv", "Swedish"),
        ("da", "Danish"),
        ("nb", "Norwegian"),
        ("fi", "Finnish"),
        ("pl", "Polish"),
        ("cs", "Czech"),
        ("tr", "Turkish"),
        ("ru", "Russian"),
        ("uk", "Ukrainian"),
        ("ar", "Arabic"),
        ("he", "Hebrew"),
        ("hi", "Hindi"),
        ("zh", "Chinese"),
        ("ja", "Japanese"),
        ("ko", "Korean"),
    ];
    let mut options: Vec<SelectOption> = common.into_iter().map(|(tag, name)| SelectOption::new(tag, name)).collect();
    if !current.is_empty() && !options.iter().any(|option| option.is(current)) {
        options.insert(0, SelectOption::new(current, current));
    }
    options
}
