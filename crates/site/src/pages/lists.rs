use axum::extract::Query;
use axum::response::Response;
use content::items::list::{self, Filter, ListQuery, Listed, Sort};
use content::items::model::{ContentStatus, Item};
use content::items::store::{self, Columns};
use content::taxonomy::{categories, tags};
use kernel::{Error, Result};
use serde::Deserialize;

use super::cards::{card, hit};
use super::context::Visit;
use crate::views::{
    ArticleCard, AuthorPage, AuthorView, CategoryPage, CategoryView, Home, Pager, SearchPage, SiteView, TagPage, Term,
};

const ITEMS_PER_PAGE: usize = 12;
/// The last numbered page: beyond it nobody reads, and each page costs more than the one before.
const LAST_PAGE: usize = 1000;

/// What visitors may add to the address of a list; anything else is passed over, as campaign links add their own.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListAddress {
    page: String,
    q: String,
}

impl ListAddress {
    /// The page asked for; a number that is none is the first.
    fn page(&self) -> Result<usize> {
        let page = self.page.parse().unwrap_or(1).max(1);
        if page > LAST_PAGE { Err(Error::NotFound) } else { Ok(page) }
    }
}

fn published() -> Filter {
    Filter { status: Some(ContentStatus::Published), stream_only: true, ..Filter::default() }
}

async fn listed(visit: &Visit, filter: Filter, page: usize) -> Result<Listed> {
    let mut query = ListQuery::new(filter, Sort::NEWEST, i64::try_from(ITEMS_PER_PAGE).unwrap_or(1));
    query.columns = Columns::OfCard;
    query.offset = i64::try_from((page - 1) * ITEMS_PER_PAGE).unwrap_or(0);
    let listed = list::read(&visit.tx, &query).await?;
    if listed.items.is_empty() && page > 1 { Err(Error::NotFound) } else { Ok(listed) }
}

fn pager(site: &SiteView, address: &str, page: usize, listed: &Listed) -> Pager {
    Pager::new(site, address, page, usize::try_from(listed.total).unwrap_or(0), ITEMS_PER_PAGE)
}

/// The items of a page of a list as cards.
async fn cards(visit: &Visit, items: &[Item]) -> Result<Vec<ArticleCard>> {
    let known = visit.pictures(&items.iter().collect::<Vec<_>>()).await?;
    Ok(items.iter().map(|item| card(item, &known)).collect())
}

pub async fn home(visit: Visit, Query(address): Query<ListAddress>) -> Response {
    let outcome = async {
        let page = address.page()?;
        let featured = async { if page == 1 { store::newest_featured(&visit.tx).await } else { Ok(None) } };
        let (settings, listed, featured) =
            futures_util::try_join!(visit.settings(), listed(&visit, published(), page), featured)?;
        let site = visit.site(&settings);
        let pager = pager(&site, &site.links.home(), page, &listed);
        // It leads instead of standing at its place; where that is on a later page, it stands there too.
        let others = listed.items.into_iter().filter(|item| featured.as_ref().is_none_or(|first| first.id != item.id));
        let items: Vec<Item> = featured.clone().into_iter().chain(others).collect();
        visit.page(&Home::new(&site, cards(&visit, &items).await?, pager))
    };
    visit.finish_kept(outcome.await).await
}

pub async fn category(visit: Visit, Query(address): Query<ListAddress>) -> Response {
    let outcome = async {
        let page = address.page()?;
        let found = categories::store::by_slug(&visit.tx, &visit.slug).await?.ok_or(Error::NotFound)?;
        let categories = categories::store::with_all_below(&visit.tx, &found.id).await?;
        let filter = Filter { categories: Some(categories), ..published() };
        let (settings, listed) = futures_util::try_join!(visit.settings(), listed(&visit, filter, page))?;
        let site = visit.site(&settings);
        let below = categories::store::below(&visit.tx, Some(&found.id)).await?;
        let ids: Vec<String> = below.iter().map(|category| category.id.clone()).collect();
        let counts = categories::store::published_counts(&visit.tx, &ids).await?;
        let parent = match &found.parent_id {
            Some(id) => categories::store::find(&visit.tx, id).await?.filter(|parent| parent.is_active),
            None => None,
        };
        let count = |id: &String| counts.get(id).and_then(|count| u64::try_from(*count).ok()).unwrap_or(0);
        let view = CategoryView {
            term: Term { name: found.name, slug: found.slug },
            description: found.description,
            meta_title: found.meta_title,
            meta_description: found.meta_description,
            parent: parent.map(|parent| Term { name: parent.name, slug: parent.slug }),
            children: below
                .into_iter()
                .map(|child| {
                    let count = count(&child.id);
                    (Term { name: child.name, slug: child.slug }, count)
                })
                // A page without an article is nowhere to go to.
                .filter(|(_, count)| *count > 0)
                .collect(),
        };
        let cards = cards(&visit, &listed.items).await?;
        let pager = pager(&site, &site.links.category(&view.term.slug), page, &listed);
        visit.page(&CategoryPage::new(&site, &view, cards, pager))
    };
    visit.finish_kept(outcome.await).await
}

pub async fn tag(visit: Visit, Query(address): Query<ListAddress>) -> Response {
    let outcome = async {
        let page = address.page()?;
        let found = tags::store::by_slug(&visit.tx, &visit.slug).await?.ok_or(Error::NotFound)?;
        let filter = Filter { tag: Some(found.slug.clone()), ..published() };
        let (settings, listed) = futures_util::try_join!(visit.settings(), listed(&visit, filter, page))?;
        let site = visit.site(&settings);
        let cards = cards(&visit, &listed.items).await?;
        let pager = pager(&site, &site.links.tag(&found.slug), page, &listed);
        let term = Term { name: found.name, slug: found.slug };
        visit.page(&TagPage::new(&site, &term, cards, pager))
    };
    visit.finish_kept(outcome.await).await
}

pub async fn author(visit: Visit, Query(address): Query<ListAddress>) -> Response {
    let outcome = async {
        let page = address.page()?;
        let name = store::published_author(&visit.tx, &visit.slug).await?.ok_or(Error::NotFound)?;
        let filter = Filter { author: Some(visit.slug.clone()), ..published() };
        let (settings, listed) = futures_util::try_join!(visit.settings(), listed(&visit, filter, page))?;
        let site = visit.site(&settings);
        let cards = cards(&visit, &listed.items).await?;
        let pager = pager(&site, &site.links.author(&visit.slug), page, &listed);
        let view = AuthorView { id: visit.slug.clone(), name, biography: None, image: None };
        visit.page(&AuthorPage::new(&site, &view, cards, pager))
    };
    visit.finish_kept(outcome.await).await
}

pub async fn search(visit: Visit, Query(address): Query<ListAddress>) -> Response {
    let outcome = async {
        let page = address.page()?;
        let question: String = address.q.trim().chars().filter(|character| !character.is_control()).take(200).collect();
        let settings = visit.settings().await?;
        let site = visit.site(&settings);
        if question.is_empty() {
            return visit.page(&SearchPage::new(&site, "", Vec::new(), 0, Pager::default()));
        }
        let filter = Filter {
            status: Some(ContentStatus::Published),
            with_page_only: true,
            search: Some(question.clone()),
            ..Filter::default()
        };
        let mut query = ListQuery::new(filter, Sort::BEST, i64::try_from(ITEMS_PER_PAGE).unwrap_or(1));
        query.offset = i64::try_from((page - 1) * ITEMS_PER_PAGE).unwrap_or(0);
        query.columns = Columns::All;
        let listed = list::read(&visit.tx, &query).await?;
        let shown: Vec<&Item> = listed.items.iter().collect();
        let known = visit.pictures(&shown).await?;
        let hits = shown.iter().map(|item| hit(item, &question, &known)).collect();
        let pager = pager(&site, &site.links.search_for(&question), page, &listed);
        let total = usize::try_from(listed.total).unwrap_or(0);
        visit.page(&SearchPage::new(&site, &question, hits, total, pager))
    };
    visit.finish(outcome.await).await
}
