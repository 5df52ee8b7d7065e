use axum::response::Response;
use content::comments;
use content::html;
use content::items::list::{self, Filter, ListQuery, Sort};
use content::items::model::{ContentStatus, ContentType, Item};
use content::items::store;
use content::translations;
use http::StatusCode;
use kernel::{Error, Result, web};

use super::cards::{byline, card, image, minutes};
use super::context::Visit;
use super::variants;
use crate::html::SafeHtml;
use crate::views::{ArticleCard, ArticlePage, ArticleView, CommentRow, Comments, StaticPage, Term};

/// Items shown below an article.
const RELATED: i64 = 3;

/// An article or page; an address it once had leads to the present one.
pub async fn show(visit: Visit) -> Response {
    visit.finish(item(&visit).await).await
}

pub async fn not_found(visit: Visit) -> Response {
    visit.finish(Err(Error::NotFound)).await
}

async fn item(visit: &Visit) -> Result<Response> {
    let (found, settings, languages) = futures_util::try_join!(
        store::published_by_slug(&visit.tx, &visit.slug),
        visit.settings(),
        translations::store::public_of_slug(&visit.tx, &visit.slug)
    )?;
    let Some(item) = found.filter(|item| item.r#type.has_public_page()) else {
        let slug = store::moved_to(&visit.tx, &visit.slug).await?.ok_or(Error::NotFound)?;
        return Ok(web::redirect(StatusCode::MOVED_PERMANENTLY, &visit.links.article(&slug)));
    };
    let site = visit.site(&settings);
    let is_page = matches!(item.r#type, ContentType::Page | ContentType::LandingPage);
    let mut view = article(&item, is_page);
    view.translations = variants::of_page(&visit.links, &settings.language, &languages, &item.slug);
    if is_page {
        return visit.page(&StaticPage::new(&site, &view));
    }
    let (related, comments) = futures_util::try_join!(related(visit, &item), comments_of(visit, &item))?;
    view.related = related;
    view.comments = comments;
    visit.page(&ArticlePage::new(&site, &view))
}

fn article(item: &Item, is_page: bool) -> ArticleView {
    let term = |name: &String, slug: &String| Term { name: name.clone(), slug: slug.clone() };
    ArticleView {
        slug: item.slug.clone(),
        title: item.title.clone(),
        is_page,
        body: SafeHtml::already_sanitized(item.body()),
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
        image: image(item),
        author: byline(item),
        published_at: item.published_at,
        updated_at: Some(item.updated_at),
        category: item.category.as_ref().map(|category| term(&category.name, &category.slug)),
        tags: item.tags.iter().map(|tag| term(&tag.name, &tag.slug)).collect(),
        ..ArticleView::default()
    }
}

/// The newest others of the same category, or of the whole site where there is none.
async fn related(visit: &Visit, item: &Item) -> Result<Vec<ArticleCard>> {
    let filter = Filter {
        status: Some(ContentStatus::Published),
        stream_only: true,
        category: item.category_id.clone(),
        excluded_id: Some(item.id.clone()),
        ..Filter::default()
    };
    let items = list::first(&visit.tx, &ListQuery::new(filter, Sort::NEWEST, RELATED)).await?;
    Ok(items.iter().map(card).collect())
}

async fn comments_of(visit: &Visit, item: &Item) -> Result<Comments> {
    if item.comment_count == 0 {
        return Ok(Comments::default());
    }
    let rows = comments::store::approved(&visit.tx, &item.id).await?;
    let rows = rows.into_iter().map(|comment| CommentRow {
        by_author: comment.author_id.as_deref() == Some(item.author_id.as_str()),
        id: comment.id,
        parent_id: comment.parent_id,
        author_name: comment.author_name,
        created_at: Some(comment.created_at),
        body: SafeHtml::from_text(&comment.comment),
    });
    Ok(Comments::threaded(rows.collect()))
}
