//! What an email begins with: a template, an article, blocks of one's own, or HTML.

use axum::response::Response;
use content::items::cards;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::{Id, Query};
use kernel::db::Tenant;
use kernel::doors::{Access, Pages};
use kernel::session::PageCaller;
use kernel::{Error, Result, id};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Section, SelectOption};

use super::blocks::Composition;
use super::pages::address;
use super::views::{NewEmailPage, NewsletterFragment};
use super::{starts, surroundings, templates};

pub fn routes() -> Pages {
    Pages::new().get("/admin/{org}/emails/new", Access::Member(Permission::CampaignsManage), new_email).get(
        "/admin/{org}/content/{id}/newsletter",
        Access::Member(Permission::ContentRead),
        newsletter,
    )
}

/// What a new email begins with, by its name; none for HTML that is written by hand.
pub async fn begun(page: &PageCaller, start: &str, article: &str) -> Result<Option<Composition>> {
    let caller = &page.caller;
    if start == "html" {
        return Ok(None);
    }
    if start == "article" || (start.is_empty() && !article.is_empty()) {
        return Ok(Some(starts::of_article(article)));
    }
    if starts::ALL.iter().any(|one| one.id == start) {
        return Ok(starts::composition(start, &filling(page, article).await?));
    }
    if start.is_empty() || start == "blank" {
        return Ok(Some(Composition::default()));
    }
    let own = if id::is_well_formed(start) { templates::find(&caller.tx, start).await? } else { None };
    let words = "There is no such template any more. Choose another one.";
    own.map(|template| Some(template.composition)).ok_or_else(|| Error::invalid("start", "unknown", words))
}

/// What templates of the house are filled with: where the site is, and its newest articles.
pub async fn filling(page: &PageCaller, article: &str) -> Result<starts::Filling> {
    let caller = &page.caller;
    let around = surroundings::gather(&caller.tx, &caller.app, &Composition::default()).await?;
    let mut articles: Vec<String> = cards::latest(&caller.tx, 3).await?.into_iter().map(|(id, _)| id).collect();
    if !article.is_empty() {
        articles = vec![article.to_owned()];
    }
    Ok(starts::Filling { site_url: around.site_url, articles })
}

/// Everything that a new email can begin with.
pub async fn all_starts(tx: &Tenant, has_article: bool) -> Result<Vec<SelectOption>> {
    let mut options = Vec::new();
    if has_article {
        options.push(SelectOption::new("article", "This article alone"));
    }
    options.push(SelectOption::new("blank", "Nothing: add blocks yourself"));
    options.extend(starts::ALL.map(|start| SelectOption::new(start.id, start.name)));
    options.extend(
        templates::names(tx).await?.into_iter().map(|(id, name)| SelectOption::new(id, format!("Yours: {name}"))),
    );
    options.push(SelectOption::new("html", "HTML, written by hand"));
    Ok(options)
}

/// What was chosen and typed for a new email, or is offered by the address of its form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Beginning {
    pub subject: String,
    /// What it begins with.
    pub start: String,
    /// The id of the article it is about; empty for none.
    pub content: String,
    /// The id of the campaign that it is to belong to; empty for none.
    pub campaign_id: String,
}

async fn new_email(page: PageCaller, headers: HeaderMap, Query(beginning): Query<Beginning>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    Ok(ui::html(&new_page(&page, &headers, beginning, FieldErrors::none()).await?))
}

/// The page on which an email begins, with what was typed.
pub async fn new_page(
    page: &PageCaller,
    headers: &HeaderMap,
    beginning: Beginning,
    errors: FieldErrors,
) -> Result<NewEmailPage> {
    let tx = &page.caller.tx;
    let Beginning { subject, start, content, campaign_id } = beginning;
    let ids: Vec<String> = Some(content).filter(|article| id::is_well_formed(article)).into_iter().collect();
    let cards = cards::of(tx, &ids).await?;
    let article = cards.into_iter().find(|card| card.is_public).map(|card| (card.id, card.title));
    let mut frame = ui::frame_for(page, headers, "New email", Section::Email);
    frame.breadcrumbs = vec![
        Breadcrumb::link("Email", address(page, "").trim_end_matches('/').to_owned()),
        Breadcrumb::here("New email"),
    ];
    let title = article.as_ref().map(|(_, title)| title.clone()).unwrap_or_default();
    Ok(NewEmailPage {
        frame,
        subject: if subject.is_empty() { title } else { subject },
        starts: all_starts(tx, article.is_some()).await?,
        start: if start.is_empty() && article.is_none() { "blank".to_owned() } else { start },
        article,
        campaigns: campaign_choices(tx, Some(&campaign_id)).await?,
        campaign_id,
        errors,
    })
}

/// The campaigns that an email may belong to, with the one it belongs to now.
pub async fn campaign_choices(tx: &Tenant, now: Option<&str>) -> Result<Vec<SelectOption>> {
    let choices = campaigns::campaign::store::choices(tx, now.filter(|id| !id.is_empty())).await?;
    let none = std::iter::once(SelectOption::new("", "None"));
    Ok(none.chain(choices.into_iter().map(|(id, name)| SelectOption::new(id, name))).collect())
}

/// What the page of an item offers beside it: an email about it, to whom may write one.
async fn newsletter(page: PageCaller, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    let found = cards::of(&page.caller.tx, std::slice::from_ref(&id)).await?;
    let card = found.into_iter().next().ok_or(Error::NotFound)?;
    let fragment = NewsletterFragment {
        href: format!("{}?content={}", address(&page, "new"), card.id),
        is_offered: card.is_public && page.caller.may(Permission::CampaignsManage),
    };
    Ok(ui::html(&fragment))
}
