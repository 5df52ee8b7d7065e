//! The pages of tags: the list, one tag to rename or merge, and the page that asks before one is deleted.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Id, Patch, Query};
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::{self, Problems};
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Frame, Pager, Section};

use super::draft::RawTag;
use super::store::{self, ListQuery, Order, Position};
use super::{Tag, actions};
use crate::views::{TagDeletePage, TagForm, TagPage, TagRow, TagsPage};

/// Tags on one page of the list.
const ROWS: i64 = 50;
/// Names that a field offers to complete what is typed.
pub const NAMES_OFFERED: i64 = 500;

pub fn routes() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    const EDIT: Access = Access::Member(Permission::ContentEdit);
    const MANAGE: Access = Access::Member(Permission::TaxonomyManage);
    Pages::new()
        .get("/admin/{org}/tags", READ, show_list)
        .post("/admin/{org}/tags", EDIT, create)
        .get("/admin/{org}/tags/{id}", MANAGE, show)
        .post("/admin/{org}/tags/{id}", MANAGE, save)
        .post("/admin/{org}/tags/{id}/merge", MANAGE, merge)
        .get("/admin/{org}/tags/{id}/delete", MANAGE, confirm_deletion)
        .post("/admin/{org}/tags/{id}/delete", MANAGE, delete)
}

/// What the address bar says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TagParams {
    q: String,
    sort: String,
    cursor: Option<String>,
}

async fn show_list(page: PageCaller, headers: HeaderMap, Query(params): Query<TagParams>) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    Ok(ui::html(&list(&page, &headers, params).await?))
}

async fn list(page: &PageCaller, headers: &HeaderMap, params: TagParams) -> Result<TagsPage> {
    let caller = &page.caller;
    let order = if params.sort == "-usage_count" { Order::ByUsage } else { Order::BySlug };
    let beginning = validate::slug_from(&params.q);
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref().filter(|cursor| !cursor.is_empty()))?;
    let query = ListQuery { beginning, order, after, limit: ROWS + 1 };
    let listed = crate::taxonomy::page(
        store::list(&caller.tx, &query).await?,
        ROWS,
        store::count(&caller.tx, &query.beginning).await?,
        Position::of,
    )?
    .0;
    let address = |cursor: String| {
        let pairs = [("q", &params.q), ("sort", &params.sort), ("cursor", &cursor)];
        let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        format!("{}?{}", address(page), serde_urlencoded::to_string(pairs).unwrap_or_default())
    };
    let noun = if listed.page.total == 1 { "tag" } else { "tags" };
    Ok(TagsPage {
        frame: ui::frame_for(page, headers, "Tags", Section::Tags),
        pager: Pager {
            previous: params.cursor.is_some().then(|| address(String::new())),
            next: listed.page.next.map(address),
            summary: format!("{} of {} {noun}", listed.data.len(), listed.page.total),
        },
        rows: listed.data.into_iter().map(row).collect(),
        search: params.q,
        sort: params.sort,
        new_name: String::new(),
        errors: FieldErrors::none(),
        may_create: caller.may(Permission::ContentEdit),
        may_manage: caller.may(Permission::TaxonomyManage),
    })
}

fn row(tag: Tag) -> TagRow {
    TagRow { id: tag.id, name: tag.name, slug: tag.slug, color: tag.color, items: tag.usage_count }
}

/// What the forms of tags send: every field a text.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct TagInput {
    name: String,
    slug: String,
    has_color: String,
    color: String,
    version: String,
}

impl TagInput {
    fn to_raw(&self) -> RawTag {
        let has_color = self.has_color == "true";
        RawTag {
            name: Some(self.name.clone()),
            slug: Patch::Set(self.slug.clone()),
            color: if has_color { Patch::Set(self.color.clone()) } else { Patch::Clear },
        }
    }
}

async fn create(mut page: PageCaller, headers: HeaderMap, Form(input): Form<TagInput>) -> Result<Response> {
    match actions::create(&page.caller, input.to_raw(), Problems::new()).await {
        Ok(tag) => done(page, &format!("“{}” was added.", tag.name)).await,
        Err(error) => {
            let (status, errors) = ui::refusal(error)?;
            page.caller.start_over().await?;
            let view = list(&page, &headers, TagParams::default()).await?;
            Ok(ui::html_with(status, &TagsPage { new_name: input.name, errors: on_the_name(&errors), ..view }))
        }
    }
}

/// The short form has only the field of the name, so a slug that is taken is said there.
fn on_the_name(errors: &FieldErrors) -> FieldErrors {
    errors.iter().map(|(field, words)| (if field == "slug" { "name" } else { field }, words)).collect()
}

async fn show(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::TaxonomyManage)?;
    let tag = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let form = form_of(&tag);
    Ok(ui::html(&tag_page(&page, &headers, tag, form).await?))
}

fn form_of(tag: &Tag) -> TagForm {
    TagForm {
        name: tag.name.clone(),
        slug: tag.slug.clone(),
        has_color: tag.color.is_some(),
        color: tag.color.clone().unwrap_or_else(|| TagForm::FIRST_COLOR.to_owned()),
        version: tag.version.to_string(),
    }
}

async fn tag_page(page: &PageCaller, headers: &HeaderMap, tag: Tag, form: TagForm) -> Result<TagPage> {
    let mut names = store::most_used_names(&page.caller.tx, NAMES_OFFERED).await?;
    names.retain(|name| *name != tag.name);
    Ok(TagPage {
        frame: frame(page, headers, &tag.name),
        id: tag.id,
        name: tag.name,
        items: tag.usage_count,
        others: names,
        into: String::new(),
        form,
        errors: FieldErrors::none(),
    })
}

fn frame(page: &PageCaller, headers: &HeaderMap, title: &str) -> Frame {
    let mut frame = ui::frame_for(page, headers, title, Section::Tags);
    frame.breadcrumbs = vec![Breadcrumb::link("Tags", address(page)), Breadcrumb::here(title)];
    frame
}

async fn save(page: PageCaller, Id(id): Id, headers: HeaderMap, Form(input): Form<TagInput>) -> Result<Response> {
    match actions::edit(&page.caller, &id, &input.to_raw(), Problems::new(), input.version.parse().ok()).await {
        Ok(_) => done(page, "Saved.").await,
        Err(error) => {
            let (status, errors) = ui::refusal(error)?;
            let (mut view, version) = again(page, &headers, &id).await?;
            let has_color = input.has_color == "true";
            view.form = TagForm { name: input.name, slug: input.slug, has_color, color: input.color, version };
            Ok(ui::html_with(status, &TagPage { errors, ..view }))
        }
    }
}

/// Which tag takes this one's place, by its name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MergeInput {
    into: String,
    version: String,
}

async fn merge(page: PageCaller, Id(id): Id, headers: HeaderMap, Form(input): Form<MergeInput>) -> Result<Response> {
    match try_merge(&page.caller, &id, &input).await {
        Ok(tag) => done(page, &format!("Merged. “{}” is on {} now.", tag.name, items(tag.usage_count))).await,
        Err(error) => {
            let (status, errors) = ui::refusal(error)?;
            let (view, _) = again(page, &headers, &id).await?;
            Ok(ui::html_with(status, &TagPage { errors, into: input.into, ..view }))
        }
    }
}

async fn try_merge(caller: &Caller, id: &str, input: &MergeInput) -> Result<Tag> {
    caller.must(Permission::TaxonomyManage)?;
    let heir = store::of_name(&caller.tx, input.into.trim()).await?;
    let heir = heir.ok_or_else(|| {
        Error::invalid("into", "unknown", "There is no tag of this name. Choose one that exists; see the list of tags.")
    })?;
    actions::merge(caller, id, &heir.id, input.version.parse().ok()).await
}

/// The page of a tag anew, after something was refused, and the version that it has now.
async fn again(mut page: PageCaller, headers: &HeaderMap, id: &str) -> Result<(TagPage, String)> {
    page.caller.start_over().await?;
    let tag = store::find(&page.caller.tx, id).await?.ok_or(Error::NotFound)?;
    let (form, version) = (form_of(&tag), tag.version.to_string());
    Ok((tag_page(&page, headers, tag, form).await?, version))
}

async fn confirm_deletion(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::TaxonomyManage)?;
    let tag = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let view = TagDeletePage {
        frame: frame(&page, &headers, &tag.name),
        id,
        name: tag.name,
        version: tag.version.to_string(),
        items: items(tag.usage_count),
        is_used: tag.usage_count > 0,
    };
    Ok(ui::html_with(StatusCode::OK, &view))
}

/// The hidden field of the page that asks.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DeletionInput {
    version: String,
}

async fn delete(page: PageCaller, Id(id): Id, Form(input): Form<DeletionInput>) -> Result<Response> {
    actions::delete(&page.caller, &id, input.version.parse().ok()).await?;
    done(page, "Deleted.").await
}

/// `1 item` or `3 items`.
fn items(count: i32) -> String {
    if count == 1 { "1 item".to_owned() } else { format!("{count} items") }
}

async fn done(page: PageCaller, words: &str) -> Result<Response> {
    let address = address(&page);
    page.caller.commit().await?;
    Ok(Flash::success(words).redirect(&address))
}

fn address(page: &PageCaller) -> String {
    format!("/admin/{}/tags", page.caller.organization.slug)
}
