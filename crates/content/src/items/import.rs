//! Writes of imports: items that have a status, dates and an address already.
//!
//! They take the same road as everything that is typed (one check, one sanitizer, one slug rule, revisions, index),
//! but the steps of the workflow that happened elsewhere are not gone through again.

use jiff::Timestamp;
use kernel::Result;
use kernel::access::{Caller, Permission};
use kernel::api::Patch;
use kernel::jobs;
use kernel::validate::{self, Problems};

use super::actions::{Text, after_write, check_references, insert, lock, move_address, reread, wanted_slug};
use super::draft::{Draft, RawItem, SlugWish};
use super::jobs::PublishScheduled;
use super::model::{ContentStatus, Item};
use super::store::{self, Dates};
use crate::changes;

/// An item as another system had it.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Every field but the slug.
    pub raw: RawItem,
    /// What the slug is made of, in any script; the title where nothing is left of it.
    pub slug: String,
    /// Slugs that lead to the item from now on, unless another item has one of them.
    pub old_slugs: Vec<String>,
    pub status: ContentStatus,
    pub published_at: Option<Timestamp>,
    /// Only with the status SCHEDULED, and then still to come.
    pub scheduled_for: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Adds an imported item.
pub async fn create(caller: &Caller, mut imported: Imported) -> Result<Item> {
    caller.must(Permission::ContentPublish)?;
    let raw = std::mem::take(&mut imported.raw).with_names_of_tags_mended();
    let mut draft = Draft::new(raw, &caller.actor.user_id, "en", Problems::new())?;
    draft.slug = SlugWish::Like(imported.slug.clone());
    check_references(caller, &draft, None).await?;
    let id = caller.new_id();
    insert(caller, &id, &draft).await?;
    after_write(caller, &id, &draft, Text::New).await?;
    settle(caller, &id, &imported).await
}

/// Brings an item imported earlier to what the other system has now. Its address stays unless it changed there.
pub async fn update(caller: &Caller, id: &str, mut imported: Imported) -> Result<Item> {
    caller.must(Permission::ContentPublish)?;
    let item = lock(caller, id, None).await?;
    let raw = std::mem::take(&mut imported.raw).with_names_of_tags_mended();
    let mut draft = Draft::of(&item, raw, Problems::new())?;
    if !is_slug_from(&item.slug, &imported.slug) {
        draft.slug = SlugWish::Like(imported.slug.clone());
    }
    check_references(caller, &draft, Some(&item)).await?;
    let slug = wanted_slug(caller, id, &draft).await?;
    store::update(&caller.tx, id, &slug, &draft).await?;
    move_address(caller, &item, &slug).await?;
    after_write(caller, id, &draft, Text::of(&item, &draft)).await?;
    settle(caller, id, &imported).await
}

/// What an item shows that lies elsewhere.
#[derive(Debug, Clone)]
pub struct Shown {
    pub body: String,
    pub featured_image: Option<String>,
    pub gallery: Vec<String>,
}

/// Gives an item imported earlier a body in which only addresses differ; when it was last edited stays as it is.
pub async fn replace_body(caller: &Caller, id: &str, html: String) -> Result<Item> {
    readdress(caller, id, RawItem { content: Patch::Set(html), ..RawItem::default() }).await
}

/// The same for everything that it shows.
pub async fn replace_shown(caller: &Caller, id: &str, shown: Shown) -> Result<Item> {
    let raw = RawItem {
        content: Patch::Set(shown.body),
        featured_image: shown.featured_image.map_or(Patch::Clear, Patch::Set),
        gallery: Patch::Set(shown.gallery),
        ..RawItem::default()
    };
    readdress(caller, id, raw).await
}

async fn readdress(caller: &Caller, id: &str, raw: RawItem) -> Result<Item> {
    caller.must(Permission::ContentPublish)?;
    let item = lock(caller, id, None).await?;
    let draft = Draft::of(&item, raw, Problems::new())?;
    let is_same = (draft.content.as_str(), &draft.featured_image, &draft.gallery)
        == (item.body(), &item.featured_image, &item.gallery);
    if is_same {
        return Ok(item);
    }
    store::update(&caller.tx, id, &item.slug, &draft).await?;
    after_write(caller, id, &draft, Text::Changed).await?;
    let dates = Dates { published_at: item.published_at, scheduled_for: item.scheduled_for };
    store::set_history(&caller.tx, id, item.status, &dates, (item.created_at, item.updated_at)).await?;
    reread(caller, id).await
}

/// What comes after the text of an imported item: where it stands, since when, and where it was.
async fn settle(caller: &Caller, id: &str, imported: &Imported) -> Result<Item> {
    let dates = Dates { published_at: imported.published_at, scheduled_for: imported.scheduled_for };
    let times = (imported.created_at, imported.updated_at);
    if imported.status != ContentStatus::Published && reread(caller, id).await?.status == ContentStatus::Published {
        changes::actions::take_over(caller, id).await?;
    }
    store::set_history(&caller.tx, id, imported.status, &dates, times).await?;
    if imported.status == ContentStatus::Scheduled
        && let Some(at) = imported.scheduled_for
    {
        let job = PublishScheduled { item: id.to_owned(), by: None };
        jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, at).await?;
    }
    let item = reread(caller, id).await?;
    for old in &imported.old_slugs {
        let old = validate::slug_from(old);
        if !old.is_empty() && old != item.slug && !store::is_slug_taken(&caller.tx, &old, id).await? {
            store::remember_slug(&caller.tx, id, &old, caller.now).await?;
        }
    }
    Ok(item)
}

/// Whether this slug is what is made of the text, with or without a number behind it. Nothing asks for no change.
fn is_slug_from(slug: &str, text: &str) -> bool {
    let base = validate::slug_from(text);
    let Some(rest) = slug.strip_prefix(&base) else { return false };
    let number = rest.strip_prefix('-').unwrap_or_default();
    base.is_empty() || rest.is_empty() || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::is_slug_from;

    #[test]
    fn a_number_behind_a_slug_is_no_change_of_it() {
        for (slug, text, same) in [
            ("hello-world", "Hello World", true),
            ("hello-world-2", "hello-world", true),
            ("hello-world-again", "hello-world", false),
            ("hello", "world", false),
            ("anything", "", true),
        ] {
            assert_eq!(is_slug_from(slug, text), same, "{slug} {text}");
        }
    }
}
