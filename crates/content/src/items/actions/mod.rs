//! Every write to content items: permission, rule, store, job, in that order. The caller commits.

mod slugs;
mod upkeep;
mod workflow;

use kernel::access::{Caller, Permission};
use kernel::validate::Problems;
use kernel::{Error, Result, audit, events};
use serde_json::json;

use super::draft::{Draft, RawItem, SlugWish};
use super::expiry;
use super::model::{ContentStatus, Item};
use super::store;
use crate::{bin, limits, releases, revisions, translations};

pub(crate) use slugs::{free_slug, move_address, wanted_slug};
pub(crate) use upkeep::{Text, after_write, note_media};
pub(crate) use workflow::settle_again;
pub use workflow::{make_move, publish, publish_with_others, schedule};

/// How often a free slug is looked for again when somebody else takes the one just found.
const SLUG_TRIES: u32 = 100;

/// Makes a draft.
pub async fn create(caller: &Caller, raw: RawItem, problems: Problems) -> Result<Item> {
    caller.must(Permission::ContentEdit)?;
    let draft = Draft::new(raw, &caller.actor.user_id, "en", problems)?;
    expiry::check(draft.expires_at, None, caller.now)?;
    check_references(caller, &draft, None).await?;
    let id = caller.new_id();
    insert(caller, &id, &draft).await?;
    let entry = json!({ "title": draft.title });
    // Sent together, without waiting for the one's answer before the other.
    futures_util::try_join!(
        audit::record(caller, "content.create", ("content", &id), entry),
        after_write(caller, &id, &draft, Text::New),
    )?;
    reread(caller, &id).await
}

/// Changes an item. With `expected_version` set, only if nobody changed it since.
///
/// What stands on the site changes at once, so only those who may publish can edit what was approved or published.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: RawItem,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<Item> {
    caller.must(Permission::ContentEdit)?;
    let item = lock(caller, id, expected_version).await?;
    if !matches!(item.status, ContentStatus::Draft | ContentStatus::Review) {
        caller.must(Permission::ContentPublish)?;
    }
    releases::actions::refuse_unseen_edit(caller, id).await?;
    let draft = Draft::of(&item, raw, problems)?;
    if !draft.is_autosave {
        revisions::store::seal(&caller.tx, id).await?;
    }
    if draft.is_same_as(&item) {
        return Ok(item);
    }
    if draft.expires_at != item.expires_at {
        expiry::check(draft.expires_at, item.scheduled_for, caller.now)?;
    }
    check_references(caller, &draft, Some(&item)).await?;
    let slug = wanted_slug(caller, id, &draft).await?;
    store::update(&caller.tx, id, &slug, &draft).await.map_err(slugs::as_taken_slug)?;
    move_address(caller, &item, &slug).await?;
    after_write(caller, id, &draft, Text::of(&item, &draft)).await?;
    // Editors save every few seconds; the audit log is not for that, listeners are.
    let told = json!({ "title": draft.title, "slug": slug, "status": item.status });
    events::emit(&caller.tx, "content.updated", (id, told), caller.now).await?;
    if draft.expires_at != item.expires_at && item.status == ContentStatus::Published {
        workflow::queue_expiry(caller, id, draft.expires_at).await?;
    }
    if item.status == ContentStatus::Published {
        let entry = json!({ "title": draft.title, "changed": draft.changes_to(&item) });
        audit::record(caller, "content.edit", ("content", id), entry).await?;
    }
    reread(caller, id).await
}

/// Makes a draft with the same text under a new title and slug.
pub async fn duplicate(caller: &Caller, id: &str) -> Result<Item> {
    caller.must(Permission::ContentEdit)?;
    let item = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let tags = item.tags.iter().map(|tag| tag.name.clone()).collect();
    let mut draft = Draft::of(&item, RawItem::default(), Problems::new())?;
    let longest = super::draft::TITLE_LONGEST - " (copy)".len();
    draft.title = format!("{} (copy)", draft.title.chars().take(longest).collect::<String>());
    draft.slug = SlugWish::FromTitle;
    draft.author_id.clone_from(&caller.actor.user_id);
    draft.tags = Some(tags);
    draft.expires_at = draft.expires_at.filter(|at| *at > caller.now);
    let copy = caller.new_id();
    insert(caller, &copy, &draft).await?;
    after_write(caller, &copy, &draft, Text::New).await?;
    audit::record(caller, "content.duplicate", ("content", &copy), json!({ "title": draft.title, "of": id })).await?;
    reread(caller, &copy).await
}

/// Deletes an item with its revisions and comments. It lies in the bin for a while.
pub async fn delete(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<()> {
    caller.must(Permission::ContentPublish)?;
    let item = lock(caller, id, expected_version).await?;
    bin::actions::put(caller, &item).await
}

pub(crate) async fn lock(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Item> {
    let item = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    match expected_version {
        Some(version) if version != item.version => Err(Error::StaleVersion(format!(
            "Somebody changed this in the meantime: it is at version {}. Load it again, then make your change.",
            item.version
        ))),
        _ => Ok(item),
    }
}

pub(crate) async fn reread(caller: &Caller, id: &str) -> Result<Item> {
    store::find(&caller.tx, id).await?.ok_or_else(|| Error::internal("an item that was just written is gone"))
}

/// Whether there is all that a draft refers to. The author that the item has already may have left since.
pub(crate) async fn check_references(caller: &Caller, draft: &Draft, before: Option<&Item>) -> Result<()> {
    let mut problems = Problems::new();
    let is_kept = before.is_some_and(|item| item.author_id == draft.author_id);
    if !is_kept && draft.author_id != caller.actor.user_id && !store::is_member(&caller.tx, &draft.author_id).await? {
        problems.add("author_id", "unknown", "The author must be a member of this organization. Choose one of them.");
    }
    if let Some(category) = &draft.category_id
        && !store::is_category(&caller.tx, category).await?
    {
        problems.add("category_id", "unknown", "There is no such category. Choose one of the list, or none.");
    }
    if let Some(item) = before.filter(|item| item.language != draft.language)
        && translations::store::has_variant_in(&caller.tx, &item.id, &draft.language).await?
    {
        let words = format!("There is a translation of this item in the language {} already.", draft.language);
        problems.add("language", "same_language", format!("{words} Choose another language, or part the two first."));
    }
    problems.finish(())
}

/// Adds the item under the slug it wishes for, or the next free one where it was made from a text. Every new item comes
/// this way, so the plan's limit is held here.
pub(crate) async fn insert(caller: &Caller, id: &str, draft: &Draft) -> Result<()> {
    limits::must_have_room(&caller.tx, 1).await?;
    let mut slug = match slugs::slug_base(draft) {
        // Most slugs are free, so that is tried before anything is asked.
        Some(base) if !slugs::is_reserved(&base) => base,
        _ => wanted_slug(caller, id, draft).await?,
    };
    for _ in 0..SLUG_TRIES {
        if store::insert(&caller.tx, id, &slug, draft, caller.now).await? {
            return Ok(());
        }
        slug = wanted_slug(caller, id, draft).await?;
    }
    Err(Error::Conflict("Others are making items of this title right now. Try again in a moment.".into()))
}
