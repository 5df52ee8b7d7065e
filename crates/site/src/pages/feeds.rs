use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use content::html;
use content::items::list::{self, Filter, ListQuery, Sort};
use content::items::model::{ContentStatus, Item};
use content::items::store::{self, Columns};
use content::taxonomy::{categories, tags};
use content::translations;
use http::header;
use kernel::{Error, Result};
use media::pictures::Known;
use serde::Deserialize;

use super::cards::image;
use super::context::Visit;
use super::variants;
use crate::accent::{self, Colour};
use crate::around::Around;
use crate::feeds::{Feed, FeedItem, ITEMS_PER_FEED, json_feed, rss as write_rss};
use crate::links::Site;
use crate::robots::Crawlers;
use crate::sitemap::{ENTRIES_PER_SITEMAP, Entry};
use crate::views::SiteView;
use crate::{body, robots as rules, sitemap as maps};

/// Characters of an entry's summary that is taken from its text.
const SUMMARY_LONGEST: usize = 300;

/// What a feed follows.
#[derive(Clone, Copy)]
enum Source {
    Site,
    Category,
    Tag,
    Author,
}

#[derive(Clone, Copy)]
enum Form {
    Rss,
    Json,
}

pub async fn rss(visit: Visit) -> Response {
    show(visit, Source::Site, Form::Rss).await
}

pub async fn json(visit: Visit) -> Response {
    show(visit, Source::Site, Form::Json).await
}

pub async fn category_rss(visit: Visit) -> Response {
    show(visit, Source::Category, Form::Rss).await
}

pub async fn category_json(visit: Visit) -> Response {
    show(visit, Source::Category, Form::Json).await
}

pub async fn tag_rss(visit: Visit) -> Response {
    show(visit, Source::Tag, Form::Rss).await
}

pub async fn tag_json(visit: Visit) -> Response {
    show(visit, Source::Tag, Form::Json).await
}

pub async fn author_rss(visit: Visit) -> Response {
    show(visit, Source::Author, Form::Rss).await
}

pub async fn author_json(visit: Visit) -> Response {
    show(visit, Source::Author, Form::Json).await
}

async fn show(visit: Visit, source: Source, form: Form) -> Response {
    let outcome = async {
        let feed = feed(&visit, source).await?;
        match form {
            Form::Rss => visit.answer("application/rss+xml; charset=utf-8", write_rss(&feed)),
            Form::Json => visit.answer("application/feed+json; charset=utf-8", json_feed(&feed)),
        }
    };
    visit.finish_kept(outcome.await).await
}

/// A list that a feed follows: what it is called, what it says of itself, where it is.
struct Followed {
    name: String,
    description: String,
    address: String,
    filter: Filter,
}

/// The list that the address names; none for the whole site.
async fn followed(visit: &Visit, source: Source) -> Result<Option<Followed>> {
    let slug = &visit.slug;
    let found = match source {
        Source::Site => return Ok(None),
        Source::Category => {
            let found = categories::store::by_slug(&visit.tx, slug).await?.ok_or(Error::NotFound)?;
            let categories = categories::store::with_all_below(&visit.tx, &found.id).await?;
            let filter = Filter { categories: Some(categories), ..Filter::default() };
            let description = found.meta_description.or(found.description).unwrap_or_default();
            Followed { name: found.name, description, address: visit.links.category(&found.slug), filter }
        }
        Source::Tag => {
            let found = tags::store::by_slug(&visit.tx, slug).await?.ok_or(Error::NotFound)?;
            let address = visit.links.tag(&found.slug);
            let filter = Filter { tag: Some(found.slug), ..Filter::default() };
            Followed { name: found.name, description: String::new(), address, filter }
        }
        Source::Author => {
            let name = store::published_author(&visit.tx, slug).await?.ok_or(Error::NotFound)?;
            let filter = Filter { author: Some(slug.clone()), ..Filter::default() };
            Followed { name, description: String::new(), address: visit.links.author(slug), filter }
        }
    };
    Ok(Some(found))
}

async fn feed(visit: &Visit, source: Source) -> Result<Feed> {
    let followed = followed(visit, source).await?;
    let filter = followed.as_ref().map(|followed| followed.filter.clone()).unwrap_or_default();
    let filter = Filter { status: Some(ContentStatus::Published), stream_only: true, ..filter };
    let mut query = ListQuery::new(filter, Sort::NEWEST, i64::try_from(ITEMS_PER_FEED).unwrap_or(1));
    query.columns = Columns::All;
    let (settings, items) = futures_util::try_join!(visit.settings(), list::first(&visit.tx, &query))?;
    let site = visit.site(&settings);
    let known = visit.pictures(&items.iter().collect::<Vec<_>>()).await?;
    let whole = Feed {
        title: site.name.clone(),
        description: site.tagline.clone(),
        home_url: site.links.absolute(&site.links.home()),
        rss_url: site.links.absolute(&site.links.feed_rss()),
        json_url: site.links.absolute(&site.links.feed_json()),
        language: site.language.clone(),
        logo: site.logo.as_ref().map(|logo| site.links.absolute(&logo.url)),
        updated_at: items.iter().map(|item| item.updated_at).max(),
        items: items.iter().map(|item| feed_item(&site, item, &known)).collect(),
    };
    let Some(followed) = followed else { return Ok(whole) };
    let title = format!("{} – {}", followed.name, site.name);
    Ok(Feed {
        // A channel must say something of itself.
        description: Some(followed.description).filter(|text| !text.is_empty()).unwrap_or_else(|| title.clone()),
        title,
        home_url: site.links.absolute(&followed.address),
        rss_url: site.links.absolute(&site.links.list_feed_rss(&followed.address)),
        json_url: site.links.absolute(&site.links.list_feed_json(&followed.address)),
        ..whole
    })
}

/// The excerpt, or the beginning of the text where nobody wrote one.
fn summary(item: &Item) -> String {
    let written = item.excerpt.clone().filter(|excerpt| !excerpt.is_empty());
    written.unwrap_or_else(|| html::shorten(&html::plain_text(item.body()), SUMMARY_LONGEST))
}

fn feed_item(site: &SiteView, item: &Item, known: &Known) -> FeedItem {
    let url = site.links.absolute(&site.links.article(&item.slug));
    FeedItem {
        id: item.id.clone(),
        title: item.title.clone(),
        author: Some(item.author.name.clone()).filter(|name| !name.is_empty()),
        author_url: Some(site.links.absolute(&site.links.author(&item.author.id))),
        published_at: item.published_at,
        updated_at: Some(item.updated_at),
        summary: Some(summary(item)).filter(|summary| !summary.is_empty()),
        content: body::absolute(&Around::of(item).with_body(item.body()), &url, known),
        topics: item
            .public_category()
            .into_iter()
            .map(|category| category.name.clone())
            .chain(item.tags.iter().map(|tag| tag.name.clone()))
            .collect(),
        image: image(item, known).map(|image| site.links.absolute(&image.url)),
        language: Some(item.language.clone()).filter(|language| *language != site.language),
        url,
    }
}

/// Which part of a large sitemap is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SitemapAddress {
    part: Option<String>,
}

/// The sitemap; beyond what one file may hold, an index of its parts.
pub async fn sitemap(visit: Visit, Query(address): Query<SitemapAddress>) -> Response {
    let outcome = async {
        let (total, settings) = futures_util::try_join!(store::count_public(&visit.tx), visit.settings())?;
        let (total, links) = (usize::try_from(total).unwrap_or(0), visit.known_links(&settings));
        // The home page stands in the first part.
        let parts = maps::parts(total + 1);
        let part = match address.part.as_deref() {
            None if parts > 1 => {
                let listed: Vec<_> =
                    (1..=parts).map(|part| (links.absolute(&links.sitemap_part(part)), None)).collect();
                return visit.answer("application/xml; charset=utf-8", maps::sitemap_index(&listed));
            }
            None => 1,
            Some(text) => text.parse().ok().filter(|part| (1..=parts).contains(part)).ok_or(Error::NotFound)?,
        };
        visit.answer(
            "application/xml; charset=utf-8",
            maps::sitemap(&entries(&visit, &links, &settings.language, part).await?),
        )
    };
    visit.finish_kept(outcome.await).await
}

async fn entries(visit: &Visit, links: &Site, language: &str, part: usize) -> Result<Vec<Entry>> {
    let entry = |path: String, updated_at| Entry { url: links.absolute(&path), updated_at, ..Entry::default() };
    let per_part = i64::try_from(ENTRIES_PER_SITEMAP).unwrap_or(1);
    let first = part == 1;
    let offset = i64::try_from(part - 1).unwrap_or(0) * per_part - i64::from(!first);
    let items = store::public_addresses(&visit.tx, offset, per_part - i64::from(first)).await?;
    let slugs: Vec<&str> = items.iter().map(|item| item.slug.as_str()).collect();
    let variants = translations::store::public_of_slugs(&visit.tx, &slugs).await?;
    let mut translations = variants::of_site(links, language, &variants);
    let newest = items.iter().map(|item| item.updated_at).max();
    let home = first.then(|| entry(links.home(), newest));
    Ok(home
        .into_iter()
        .chain(items.into_iter().map(|item| Entry {
            translations: translations.remove(&item.slug).unwrap_or_default(),
            image: item.featured_image.as_deref().map(|image| links.absolute(image)),
            ..entry(links.article(&item.slug), Some(item.updated_at))
        }))
        .collect())
}

pub async fn robots(visit: Visit) -> Response {
    let outcome = async {
        let settings = visit.settings().await?;
        let crawlers = Crawlers { search: settings.search_engines, training: settings.ai_crawlers };
        visit.answer("text/plain; charset=utf-8", rules::robots(&visit.known_links(&settings), crawlers))
    };
    visit.finish_kept(outcome.await).await
}

/// The colour asked for; it is part of the address, so the answer never changes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AccentAddress {
    c: String,
}

pub async fn accent(visit: Visit, Query(address): Query<AccentAddress>) -> Response {
    let Some(colour) = Colour::parse(&address.c) else { return visit.finish(Err(Error::NotFound)).await };
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, accent::stylesheet(colour)).into_response()
}
