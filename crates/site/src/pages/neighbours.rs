//! The cards below an article. Articles of one category show nearly the same, so its newest are read once for all of them.

use std::sync::Arc;

use content::items::list::{self, Filter, ListQuery, Sort};
use content::items::model::{ContentStatus, Item};
use content::items::store::Columns;
use kernel::Result;

use super::cards::card;
use super::context::Visit;
use crate::views::ArticleCard;

/// Cards below an article.
const SHOWN: usize = 3;

/// The newest others of an item's category, and of the whole site where it has none or too few.
pub async fn of(visit: &Visit, item: &Item) -> Result<Vec<Arc<ArticleCard>>> {
    let of_category = async {
        match item.category_id.as_deref() {
            Some(id) => newest(visit, Some(id)).await,
            None => Ok(Arc::default()),
        }
    };
    // Those of the site are the same for all its pages, so they are read whether they are needed or not.
    let (of_category, of_site) = futures_util::try_join!(of_category, newest(visit, None))?;
    let mut shown: Vec<Arc<ArticleCard>> = Vec::with_capacity(SHOWN);
    for card in of_category.iter().chain(of_site.iter()) {
        if shown.len() < SHOWN && card.slug != item.slug && shown.iter().all(|other| other.slug != card.slug) {
            shown.push(card.clone());
        }
    }
    Ok(shown)
}

async fn newest(visit: &Visit, category_id: Option<&str>) -> Result<Arc<[Arc<ArticleCard>]>> {
    let Some(shared) = &visit.shared else { return read(visit, category_id).await };
    let key = category_id.unwrap_or_default();
    if let Some(cards) = shared.cards.get(key) {
        return Ok(cards);
    }
    let cards = read(visit, category_id).await?;
    shared.cards.keep(key.to_owned(), cards.clone());
    Ok(cards)
}

/// One more than are shown, for the article itself may be among them.
async fn read(visit: &Visit, category_id: Option<&str>) -> Result<Arc<[Arc<ArticleCard>]>> {
    let filter = Filter {
        status: Some(ContentStatus::Published),
        stream_only: true,
        categories: category_id.map(|id| vec![id.to_owned()]),
        ..Filter::default()
    };
    let mut query = ListQuery::new(filter, Sort::NEWEST, SHOWN as i64 + 1);
    query.columns = Columns::OfCard;
    let items = list::first(&visit.tx, &query).await?;
    let known = visit.pictures(&items.iter().collect::<Vec<_>>()).await?;
    Ok(items.iter().map(|item| Arc::new(card(item, &known))).collect())
}
