use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use content::comments;
use content::comments::store::SHOWN_MOST;
use content::html;
use content::items::model::{ContentType, Item};
use content::items::store;
use content::translations;
use http::StatusCode;
use kernel::organization::SiteSettings;
use kernel::{App, Error, Result, web};
use media::pictures::Known;

use super::cards::{byline, image, minutes};
use super::comments::{STAMP_MARK, form, stamp_now};
use super::context::Visit;
use super::{names, neighbours, variants};
use crate::around::Around;
use crate::html::SafeHtml;
use crate::views::{ArticlePage, ArticleView, CommentRow, Comments, StaticPage, Term};

/// An article or page; an address it once had leads to the present one.
pub async fn show(visit: Visit, State(app): State<App>) -> Response {
    visit.finish_kept(item(&visit, &app).await).await
}

pub async fn not_found(visit: Visit) -> Response {
    visit.finish(Err(Error::NotFound)).await
}

/// What an address of the site leads to.
pub enum Found {
    Here(Box<Here>),
    /// To another one, of this slug.
    Moved(String),
}

/// A published item at the address of its own.
pub struct Here {
    pub item: Item,
    pub settings: Arc<SiteSettings>,
    /// Whether it is linked to others in other languages.
    has_variants: bool,
}

impl Here {
    pub fn into_parts(self) -> (Item, Arc<SiteSettings>) {
        (self.item, self.settings)
    }
}

/// The published item of the visit's address.
pub async fn find(visit: &Visit) -> Result<Found> {
    let may_have_variants = visit.shared.as_ref().is_none_or(|shared| shared.may_have_variants());
    let found = store::published_by_slug(&visit.tx, &visit.slug, may_have_variants);
    let (found, settings) = futures_util::try_join!(found, visit.settings())?;
    if let (Some(found), Some(shared)) = (&found, &visit.shared) {
        shared.note_variants(found.has_site_variants);
    }
    if let Some(found) = found.filter(|found| found.item().r#type.has_public_page()) {
        let has_variants = found.has_variants;
        let item = names::named(visit, found).await?;
        return Ok(Found::Here(Box::new(Here { item, settings, has_variants })));
    }
    store::moved_to(&visit.tx, &visit.slug).await?.map(Found::Moved).ok_or(Error::NotFound)
}

async fn item(visit: &Visit, app: &App) -> Result<Response> {
    let Here { item, settings, has_variants } = match find(visit).await? {
        Found::Here(here) => *here,
        Found::Moved(slug) => return Ok(web::redirect(StatusCode::MOVED_PERMANENTLY, &visit.links.article(&slug))),
    };
    let site = visit.site(&settings).in_language(&item.language);
    let languages = async {
        if has_variants { translations::store::public_of_slug(&visit.tx, &item.slug).await } else { Ok(Vec::new()) }
    };
    let view = async {
        if is_page(&item) {
            own_pictures(visit, &item).await.map(|pictures| article(&item, true, pictures))
        } else {
            whole(visit, &item, &settings, 1).await
        }
    };
    let (view, languages) = futures_util::try_join!(view, languages)?;
    let translations = variants::of_page(&site.links, &settings.language, &languages, &item.slug);
    let view = ArticleView { translations, ..view };
    if is_page(&item) {
        return visit.page(&StaticPage::new(&site, &view));
    }
    visit.page_with(&ArticlePage::new(&site, &view), (STAMP_MARK, &stamp_now(app, visit, &item)))
}

/// Whether an item is a page of its own kind, without author, date and comments.
pub fn is_page(item: &Item) -> bool {
    is_page_type(item.r#type)
}

/// Whether items of this type have neither author nor date nor comments on the site.
pub fn is_page_type(kind: ContentType) -> bool {
    matches!(kind, ContentType::Page | ContentType::LandingPage)
}

/// An article with everything that stands below it, among that this page of its comments.
pub async fn whole(visit: &Visit, item: &Item, settings: &SiteSettings, page: usize) -> Result<ArticleView> {
    let (related, comments, pictures) = futures_util::try_join!(
        neighbours::of(visit, item),
        comments_of(visit, item, page),
        own_pictures(visit, item)
    )?;
    let comment_form = form(visit, item, settings);
    Ok(ArticleView { related, comments, comment_form, ..article(item, false, pictures) })
}

async fn own_pictures(visit: &Visit, item: &Item) -> Result<Known> {
    visit.pictures(&[item]).await
}

/// What a page shows of an item by itself, without what stands below it.
pub fn article(item: &Item, is_page: bool, pictures: Known) -> ArticleView {
    let term = |name: &String, slug: &String| Term { name: name.clone(), slug: slug.clone() };
    ArticleView {
        slug: item.slug.clone(),
        title: item.title.clone(),
        is_page,
        body: Around::of(item).with_body(item.body()),
        // Only the beginning is used, and only where nobody wrote a description.
        body_text: match (&item.meta_description, &item.excerpt) {
            (None, None) => html::shorten(&html::plain_text(item.body()), 300),
            _ => String::new(),
        },
        words: u32::try_from(item.word_count).unwrap_or(0),
        reading_minutes: minutes(item),
        excerpt: item.excerpt.clone(),
        meta_title: item.meta_title.clone(),
        meta_description: item.meta_description.clone(),
        canonical_url: item.canonical_url.clone(),
        language: item.language.clone(),
        image: image(item, &pictures),
        author: byline(item),
        published_at: item.published_at,
        updated_at: Some(item.updated_at),
        category: item.public_category().map(|category| term(&category.name, &category.slug)),
        tags: item.tags.iter().map(|tag| term(&tag.name, &tag.slug)).collect(),
        pictures,
        ..ArticleView::default()
    }
}

async fn comments_of(visit: &Visit, item: &Item, page: usize) -> Result<Comments> {
    if item.comment_count == 0 && page == 1 {
        return Ok(Comments::default());
    }
    let rows = comments::store::approved(&visit.tx, &item.id, page).await?;
    if rows.is_empty() && page > 1 {
        return Err(Error::NotFound);
    }
    // Nearly always all of them are on the first page, and counted already.
    let is_all = page == 1 && rows.len() < SHOWN_MOST;
    let total = if is_all { rows.len() } else { comments::store::count_approved(&visit.tx, &item.id).await? };
    let rows = rows.into_iter().map(|comment| CommentRow {
        by_author: comment.author_id.as_deref() == Some(item.author_id.as_str()),
        id: comment.id,
        parent_id: comment.parent_id,
        author_name: comment.author_name,
        created_at: Some(comment.created_at),
        body: SafeHtml::from_text(&comment.comment),
    });
    let pager = super::comments::pager(visit, item, page, total);
    Ok(Comments { total, pager, ..Comments::threaded(rows.collect()) })
}
