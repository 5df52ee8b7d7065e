//! What is being written, as a reader will see it: the form of the editor goes in, the page of the site comes out, and nothing
//! is stored.

use axum::response::{IntoResponse, Response};
use content::html::{self, CleanHtml};
use content::items::model::ContentType;
use content::{reviews, taxonomy};
use http::{HeaderValue, header};
use kernel::access::{Caller, Permission};
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::{Result, validate};
use serde::Deserialize;

use super::context::{WritersVisit, policy};
use super::items::is_page_type;
use crate::around::Around;
use crate::views::{ArticlePage, ArticleView, Byline, Image, StaticPage, Term};

/// The page for those who write.
pub fn routes() -> Pages {
    Pages::new().post("/admin/{org}/content/preview", Access::Member(Permission::ContentEdit), show)
}

/// The fields of the editor's form that readers see; the others are passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedItem {
    title: String,
    slug: String,
    content: String,
    excerpt: String,
    r#type: String,
    category_id: String,
    tags: String,
    language: String,
    author_id: String,
    featured_image: String,
    gallery: String,
    video_url: String,
    audio_url: String,
}

async fn show(page: PageCaller, WritersVisit(visit): WritersVisit, Form(typed): Form<TypedItem>) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    // Read through the writer's transaction: one request takes one connection.
    let settings = page.caller.app.public_site(&page.caller.tx).await?;
    let site = visit.site(&settings);
    let article = article(&page.caller, typed).await?;
    let answer = if article.is_page {
        visit.page(&StaticPage::new(&site, &article))
    } else {
        visit.page(&ArticlePage::new(&site, &article))
    };
    Ok(framed(answer?))
}

/// May stand in a frame of the editor, and is nobody's to keep or to find.
fn framed(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.remove(header::ETAG);
    for (name, value) in [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
        (header::CONTENT_SECURITY_POLICY, policy("'self'")),
    ] {
        headers.insert(name, value);
    }
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    answer.into_response()
}

/// What was typed, cleaned as it would be on its way into the database. What cannot be saved yet is shown all the same.
async fn article(caller: &Caller, typed: TypedItem) -> Result<ArticleView> {
    let body = CleanHtml::from_untrusted(&typed.content).into_string();
    let words = html::word_count(&body);
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let image = text(&typed.featured_image).filter(|address| html::is_harmless_address(address));
    let (video, audio) = (text(&typed.video_url), text(&typed.audio_url));
    let gallery: Vec<String> = typed.gallery.lines().filter_map(text).collect();
    let around = Around { video: video.as_deref(), audio: audio.as_deref(), gallery: &gallery };
    let kind = typed.r#type.parse::<ContentType>().unwrap_or_default();
    let tags = typed.tags.split(',').filter_map(text);
    Ok(ArticleView {
        slug: if typed.slug.is_empty() { validate::slug_from(&typed.title) } else { typed.slug },
        is_page: is_page_type(kind),
        body_text: html::shorten(&html::plain_text(&body), 300),
        body: around.with_body(&body),
        words: u32::try_from(words).unwrap_or(0),
        reading_minutes: u32::try_from(html::reading_minutes(words)).unwrap_or(0),
        excerpt: text(&typed.excerpt),
        language: typed.language,
        image: image.map(|address| Image::new(&address, "")),
        author: author(caller, &typed.author_id).await?,
        published_at: Some(caller.now),
        updated_at: Some(caller.now),
        category: category(caller, &typed.category_id).await?,
        tags: tags.map(|name| Term { slug: validate::slug_from(&name), name }).collect(),
        title: typed.title,
        ..ArticleView::default()
    })
}

async fn author(caller: &Caller, id: &str) -> Result<Option<Byline>> {
    let people = reviews::store::people(&caller.tx).await?;
    let found = people.into_iter().find(|person| person.id == id);
    Ok(found.map(|person| Byline { id: person.id, name: person.name }))
}

async fn category(caller: &Caller, id: &str) -> Result<Option<Term>> {
    if !kernel::id::is_well_formed(id) {
        return Ok(None);
    }
    let found = taxonomy::categories::store::find(&caller.tx, id).await?.filter(|category| category.is_active);
    Ok(found.map(|category| Term { name: category.name, slug: category.slug }))
}
