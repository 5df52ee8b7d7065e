//! The cards below an article. Articles of one category show nearly the same, so its newest are read once for all of
//! them: after a change all pages of a site are made anew, and each of them then reads its article alone.

use std::sync::Arc;

use content::items::list::{self, Filter, ListQuery, Sort};
use content::items::model::{ContentStatus, Item};
use content::items::store::Columns;
use kernel::Result;
use kernel::changes::State;
use moka::sync::Cache;

use super::cards::card;
use super::context::Visit;
use crate::cache::KEPT_FOR;
use crate::views::ArticleCard;

/// Cards below an article.
const SHOWN: usize = 3;
/// Lists that are remembered at most.
const REMEMBERED_MOST: u64 = 2_000;

/// An organization's id, and a category's; none for the newest of the whole site.
type Key = (String, Option<String>);

/// The newest articles of categories, each list with the state of its site in which it was read.
#[derive(Clone)]
pub struct Neighbours(Cache<Key, (State, Arc<[ArticleCard]>)>);

impl Default for Neighbours {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(REMEMBERED_MOST).time_to_live(KEPT_FOR).build())
    }
}

/// The newest others of an item's category, or of the whole site where it has none.
pub async fn of(visit: &Visit, item: &Item) -> Result<Vec<ArticleCard>> {
    let newest = newest(visit, item.category_id.as_deref()).await?;
    Ok(newest.iter().filter(|card| card.slug != item.slug).take(SHOWN).cloned().collect())
}

async fn newest(visit: &Visit, category_id: Option<&str>) -> Result<Arc<[ArticleCard]>> {
    // The state is taken before the cards are read, so that a change that comes meanwhile makes them old at once.
    let Some((Neighbours(known), state)) = visit.neighbours.as_ref().zip(visit.state()) else {
        return read(visit, category_id).await;
    };
    let key = (visit.tx.organization().as_str().to_owned(), category_id.map(str::to_owned));
    if let Some((_, cards)) = known.get(&key).filter(|(then, _)| *then == state) {
        return Ok(cards);
    }
    let cards = read(visit, category_id).await?;
    known.insert(key, (state, cards.clone()));
    Ok(cards)
}

/// One more than are shown, for the article itself may be among them.
async fn read(visit: &Visit, category_id: Option<&str>) -> Result<Arc<[ArticleCard]>> {
    let filter = Filter {
        status: Some(ContentStatus::Published),
        stream_only: true,
        category_id: category_id.map(str::to_owned),
        ..Filter::default()
    };
    let mut query = ListQuery::new(filter, Sort::NEWEST, SHOWN as i64 + 1);
    query.columns = Columns::OfCard;
    let items = list::first(&visit.tx, &query).await?;
    let known = visit.pictures(&items.iter().collect::<Vec<_>>()).await?;
    Ok(items.iter().map(|item| card(item, &known)).collect())
}
