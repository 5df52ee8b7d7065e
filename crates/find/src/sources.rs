//! The features asked, each in its own way, at once.

use campaigns::campaign::Campaign;
use campaigns::campaign::list as campaign_list;
use content::items::list::{self as items, Filter, Sort};
use content::items::model::Item;
use content::taxonomy::categories::{self, Category};
use content::taxonomy::tags::{self, Tag};
use content::views::type_word;
use email::audience::contacts::{self, Contact};
use kernel::access::{Caller, Permission};
use kernel::{Error, Result, validate};
use media::assets::{self, Asset};
use ui::StatusPill;

use crate::commands;
use crate::model::{Found, Kind, rank, score};

/// The longest search, in characters.
const LONGEST: usize = 200;
/// What answers these words, at most so many of each kind; without words, all that one may go to and begin.
pub async fn find(caller: &Caller, typed: &str, most: i64) -> Result<Vec<Found>> {
    let typed = typed.trim();
    if typed.chars().count() > LONGEST || typed.contains('\0') {
        return Err(Error::invalid("q", "too_long", "Search for at most 200 characters."));
    }
    if typed.is_empty() {
        return Ok(commands::all(caller));
    }
    let (items, assets, categories, tags, campaigns, contacts) = futures_util::try_join!(
        content(caller, typed, most),
        media(caller, typed, most),
        categories_of(caller, typed, most),
        tags_of(caller, typed, most),
        campaigns_of(caller, typed, most),
        audience(caller, typed, most),
    )?;
    let commands = commands::matching(caller, typed);
    Ok(rank(typed, [commands, items, categories, tags, assets, campaigns, contacts].concat()))
}

async fn content(caller: &Caller, typed: &str, most: i64) -> Result<Vec<Found>> {
    let filter = Filter { search: Some(typed.to_owned()), ..Filter::default() };
    let found = items::first(&caller.tx, &items::ListQuery::new(filter, Sort::BEST, most)).await?;
    let shown = |item: Item| {
        let status = StatusPill::of(item.status.as_str());
        let note = format!("{} · {}", type_word(item.r#type.as_str()), status.word());
        thing(caller, Kind::Content, item.id, item.title, note)
    };
    Ok(found.into_iter().map(shown).collect())
}

async fn media(caller: &Caller, typed: &str, most: i64) -> Result<Vec<Found>> {
    let params = assets::list::ListParams { q: Some(typed.to_owned()), limit: Some(most), ..Default::default() };
    let found = assets::list::read(&caller.tx, &params).await?;
    let shown = |asset: Asset| {
        let note = asset.alt.filter(|alt| !alt.is_empty()).unwrap_or(asset.original_name);
        thing(caller, Kind::Media, asset.id, asset.name, note)
    };
    Ok(found.data.into_iter().map(shown).collect())
}

async fn categories_of(caller: &Caller, typed: &str, most: i64) -> Result<Vec<Found>> {
    let all = categories::store::all(&caller.tx, categories::CATEGORIES_MOST).await?;
    let found = all.into_iter().filter(|category| score(typed, &category.name).is_some());
    let shown = |category: Category| {
        let note = format!("/category/{}", category.slug);
        thing(caller, Kind::Category, category.id, category.name, note)
    };
    let mut found: Vec<Found> = rank(typed, found.map(shown).collect());
    found.truncate(usize::try_from(most).unwrap_or(0));
    Ok(found)
}

async fn tags_of(caller: &Caller, typed: &str, most: i64) -> Result<Vec<Found>> {
    let beginning = validate::slug_from(typed);
    if beginning.is_empty() {
        return Ok(Vec::new());
    }
    let query = tags::store::ListQuery { beginning, order: tags::store::Order::ByUsage, after: None, limit: most };
    let found = tags::store::list(&caller.tx, &query).await?;
    let shown = |tag: Tag| {
        let note = if tag.usage_count == 1 { "1 item".to_owned() } else { format!("{} items", tag.usage_count) };
        thing(caller, Kind::Tag, tag.id, tag.name, note)
    };
    Ok(found.into_iter().map(shown).collect())
}

/// Campaigns whose name or description holds the words, for those who may manage them.
async fn campaigns_of(caller: &Caller, typed: &str, most: i64) -> Result<Vec<Found>> {
    if !caller.may(Permission::CampaignsManage) {
        return Ok(Vec::new());
    }
    let filter = campaign_list::Filter { words: Some(typed.to_owned()), ..Default::default() };
    let found = campaign_list::page(&caller.tx, &filter, campaign_list::Order::default(), None, most).await?;
    let shown = |(campaign, _): (Campaign, String)| {
        let note = format!("{} · {}", campaign.r#type.word(), StatusPill::of(campaign.status.as_str()).word());
        thing(caller, Kind::Campaign, campaign.id, campaign.name, note)
    };
    Ok(found.into_iter().map(shown).collect())
}

/// Contacts are people: who may not manage them is not shown that they are there.
async fn audience(caller: &Caller, typed: &str, most: i64) -> Result<Vec<Found>> {
    let pages = commands::audience(caller).filter(|_| caller.may(Permission::CampaignsManage));
    let Some(pages) = pages else { return Ok(Vec::new()) };
    let filter = contacts::list::Filter { beginning: typed.to_owned(), ..Default::default() };
    let query = contacts::list::ListQuery {
        filter: &filter,
        order: contacts::list::Order::ByEmail,
        after: None,
        limit: most,
        now: caller.now,
    };
    let shown = |contact: Contact| {
        let status = contact.status.label();
        let (title, note) = match contact.name.filter(|name| !name.is_empty()) {
            Some(name) => (name, format!("{} · {status}", contact.email)),
            None => (contact.email, status.to_owned()),
        };
        let address = format!("{pages}/{}", contact.id);
        Found { address, ..thing(caller, Kind::Contact, contact.id, title, note) }
    };
    Ok(contacts::list::page(&caller.tx, &query).await?.into_iter().map(shown).collect())
}

/// Something with a page of its own. Who may not manage tags and categories is led to what carries them.
fn thing(caller: &Caller, kind: Kind, id: String, title: String, note: String) -> Found {
    let base = format!("/admin/{}", caller.organization.slug);
    let manages = caller.may(Permission::TaxonomyManage);
    let address = match kind {
        Kind::Category if manages => format!("{base}/categories/{id}"),
        Kind::Tag if manages => format!("{base}/tags/{id}"),
        Kind::Category => format!("{base}/categories#category-{id}"),
        Kind::Tag => format!("{base}/tags"),
        Kind::Media => format!("{base}/media/{id}"),
        Kind::Campaign => format!("{base}/campaigns/{id}"),
        Kind::Content | Kind::Contact | Kind::Page | Kind::Action => format!("{base}/content/{id}"),
    };
    Found { kind, id: Some(id), title, note, also: String::new(), address }
}
