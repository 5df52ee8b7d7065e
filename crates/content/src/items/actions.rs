//! Every write to content items: permission, rule, store, job, in that order. The caller commits.

use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::error::FieldError;
use kernel::validate::{self, Problems};
use kernel::{Error, Result, audit, events, jobs};
use serde_json::json;

use super::draft::{Draft, RawItem, SlugWish};
use super::jobs::{ExpireItem, IndexItem, PublishScheduled};
use super::model::{ContentStatus, Item, Move};
use super::store::{self, Dates};
use crate::{bin, changes, limits, releases, reviews, revisions, taxonomy};

/// First parts of addresses, on a site of its own or beside the application, that no item can have.
pub const RESERVED_SLUGS: [&str; 15] = [
    "admin", "api", "assets", "author", "category", "e", "ghost", "media", "preview", "s", "search", "tag", "healthz",
    "readyz", "metrics",
];
/// How often a free slug is looked for again when somebody else takes the one just found.
const SLUG_TRIES: u32 = 100;

/// Makes a draft.
pub async fn create(caller: &Caller, raw: RawItem, problems: Problems) -> Result<Item> {
    caller.must(Permission::ContentEdit)?;
    let draft = Draft::new(raw, &caller.actor.user_id, "en", problems)?;
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
    check_references(caller, &draft, Some(&item)).await?;
    let slug = wanted_slug(caller, id, &draft).await?;
    store::update(&caller.tx, id, &slug, &draft).await.map_err(as_taken_slug)?;
    if slug != item.slug {
        store::remember_slug(&caller.tx, id, &item.slug, &slug, caller.now).await?;
    }
    after_write(caller, id, &draft, Text::of(&item, &draft)).await?;
    // Editors save every few seconds; the audit log is not for that, listeners are.
    let told = json!({ "title": draft.title, "slug": slug, "status": item.status });
    events::emit(&caller.tx, "content.updated", (id, told), caller.now).await?;
    if draft.expires_at != item.expires_at && item.status == ContentStatus::Published {
        queue_expiry(caller, id, draft.expires_at).await?;
    }
    if item.status == ContentStatus::Published {
        let entry = json!({ "title": draft.title, "changed": draft.changes_to(&item) });
        audit::record(caller, "content.edit", ("content", id), entry).await?;
    }
    reread(caller, id).await
}

/// Makes an item public now. Does nothing if it already is.
pub async fn publish(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Item> {
    caller.must(Permission::ContentPublish)?;
    let item = lock(caller, id, expected_version).await?;
    if item.status == ContentStatus::Published { Ok(item) } else { transition(caller, item, Move::Publish, None).await }
}

/// Makes an item public at a time to come.
pub async fn schedule(caller: &Caller, id: &str, at: Timestamp, expected_version: Option<i32>) -> Result<Item> {
    caller.must(Permission::ContentPublish)?;
    if at <= caller.now {
        let words = "This time has passed. Choose one that is still to come, or publish now.";
        return Err(Error::invalid("scheduled_for", "in_the_past", words));
    }
    let item = lock(caller, id, expected_version).await?;
    if item.expires_at.is_some_and(|end| end <= at) {
        let words = "It would expire before it is published. Choose a later end, or none.";
        return Err(Error::invalid("expires_at", "before_publication", words));
    }
    transition(caller, item, Move::Schedule, Some(at)).await
}

/// Makes any other move of the workflow.
pub async fn make_move(caller: &Caller, id: &str, step: Move, expected_version: Option<i32>) -> Result<Item> {
    match step {
        Move::Publish => return publish(caller, id, expected_version).await,
        Move::Submit => caller.must(Permission::ContentEdit)?,
        _ => caller.must(Permission::ContentPublish)?,
    }
    let item = lock(caller, id, expected_version).await?;
    transition(caller, item, step, None).await
}

async fn transition(caller: &Caller, item: Item, step: Move, at: Option<Timestamp>) -> Result<Item> {
    let next = item.status.after(step)?;
    let published_at = match next {
        // One that was due while no program ran keeps the time it was meant for.
        ContentStatus::Published => {
            item.published_at.or(item.scheduled_for.filter(|at| *at <= caller.now)).or(Some(caller.now))
        }
        _ => item.published_at,
    };
    store::set_status(&caller.tx, &item.id, next, &Dates { published_at, scheduled_for: at }).await?;
    reviews::store::close(&caller.tx, &item.id).await?;
    revisions::store::seal(&caller.tx, &item.id).await?;
    index_later(caller, &item.id).await?;
    if item.status == ContentStatus::Published && next != ContentStatus::Published {
        changes::actions::take_over(caller, &item.id).await?;
    }
    if let Some(at) = at {
        queue_publication(caller, &item.id, at).await?;
    }
    if next == ContentStatus::Published {
        queue_expiry(caller, &item.id, item.expires_at).await?;
    }
    let details =
        json!({ "title": item.title, "slug": item.slug, "from": item.status, "to": next, "scheduled_for": at });
    audit::record(caller, &format!("content.{}", step.as_str()), ("content", &item.id), details).await?;
    reread(caller, &item.id).await
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

/// The slug itself, or where another item has it the next free one made of it.
pub(crate) async fn free_slug(caller: &Caller, id: &str, slug: &str) -> Result<String> {
    if !store::is_slug_taken(&caller.tx, slug, id).await? {
        return Ok(slug.to_owned());
    }
    Ok(numbered_slug(slug, store::next_slug_number(&caller.tx, slug, id).await?))
}

/// Gives an item that was brought back what does not come with its rows: its place in searches, the uses of files, and
/// the jobs that publish it, its changes, or end it.
pub(crate) async fn settle_again(caller: &Caller, id: &str) -> Result<Item> {
    let item = reread(caller, id).await?;
    store::forget_slug(&caller.tx, &item.slug).await?;
    index_later(caller, id).await?;
    note_all_media(caller, id, &Draft::of(&item, RawItem::default(), Problems::new())?).await?;
    match (item.status, item.scheduled_for) {
        (ContentStatus::Scheduled, Some(at)) => queue_publication(caller, id, at.max(caller.now)).await?,
        (ContentStatus::Published, _) => {
            queue_expiry(caller, id, item.expires_at).await?;
            changes::actions::settle_again(caller, id).await?;
        }
        _ => {}
    }
    Ok(item)
}

pub(super) async fn queue_publication(caller: &Caller, id: &str, at: Timestamp) -> Result<()> {
    let job = PublishScheduled { item: id.to_owned(), by: Some(caller.actor.user_id.clone()) };
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, at).await
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

pub(super) async fn reread(caller: &Caller, id: &str) -> Result<Item> {
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
    problems.finish(())
}

/// Adds the item under the slug it wishes for, or the next free one where it was made from a text. Every new item comes
/// this way, so the plan's limit is held here.
pub(super) async fn insert(caller: &Caller, id: &str, draft: &Draft) -> Result<()> {
    limits::must_have_room(&caller.tx, 1).await?;
    let mut slug = match slug_base(draft) {
        // Most slugs are free, so that is tried before anything is asked.
        Some(base) if !is_reserved(&base) => base,
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

/// The slug to write, for an item of this id.
pub(crate) async fn wanted_slug(caller: &Caller, id: &str, draft: &Draft) -> Result<String> {
    let is_free =
        async |slug: &str| Ok::<_, Error>(!is_reserved(slug) && !store::is_slug_taken(&caller.tx, slug, id).await?);
    match (&draft.slug, slug_base(draft)) {
        (SlugWish::Typed(slug), _) => {
            if is_free(slug).await? {
                Ok(slug.clone())
            } else {
                Err(taken_slug())
            }
        }
        (_, Some(base)) if is_free(&base).await? => Ok(base),
        (_, base) => {
            let base = base.unwrap_or_default();
            Ok(numbered_slug(&base, store::next_slug_number(&caller.tx, &base, id).await?))
        }
    }
}

/// What a slug made from a text begins with; none where it was typed.
fn slug_base(draft: &Draft) -> Option<String> {
    let text = match &draft.slug {
        SlugWish::Typed(_) => return None,
        SlugWish::Like(text) if !validate::slug_from(text).is_empty() => text,
        SlugWish::FromTitle | SlugWish::Like(_) => &draft.title,
    };
    let made = validate::slug_from(text);
    Some(if made.is_empty() { "untitled".to_owned() } else { made })
}

fn is_reserved(slug: &str) -> bool {
    RESERVED_SLUGS.contains(&slug)
}

/// `base-number`, never longer than a slug may be.
fn numbered_slug(base: &str, number: i64) -> String {
    let suffix = format!("-{number}");
    let end = base.len().min(validate::SLUG_LONGEST - suffix.len());
    format!("{}{suffix}", base[..end].trim_end_matches('-'))
}

fn taken_slug() -> Error {
    Error::Taken(FieldError::new("slug", "taken", "Another item has this slug. Choose another, or leave it empty."))
}

fn as_taken_slug(error: Error) -> Error {
    match kernel::db::violated_constraint(&error) {
        Some("content_items_organization_id_slug_key") => taken_slug(),
        _ => error,
    }
}

/// What a write did to an item's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// There was no item: nothing of it has to be looked for.
    New,
    Changed,
    Kept,
}

impl Text {
    pub(super) fn of(item: &Item, draft: &Draft) -> Self {
        let same = (&item.title, item.body(), &item.excerpt) == (&draft.title, draft.content.as_str(), &draft.excerpt);
        if same { Self::Kept } else { Self::Changed }
    }
}

/// What goes with every write: tags, a revision where the text changed, and the search index later.
pub(super) async fn after_write(caller: &Caller, id: &str, draft: &Draft, text: Text) -> Result<()> {
    let tags = async {
        match &draft.tags {
            Some(tags) if text == Text::New && tags.is_empty() => Ok(()),
            Some(tags) if text == Text::New => taxonomy::tags::actions::tag_new_item(caller, id, tags).await,
            Some(tags) => taxonomy::tags::actions::set_item_tags(caller, id, tags).await,
            None => Ok(()),
        }
    };
    let revision = async {
        let revision = revisions::NewRevision::of(caller, id, draft);
        if text == Text::Kept { Ok(()) } else { revisions::store::add(&caller.tx, &revision).await }
    };
    let media = async {
        match text {
            // A new item had no files before, so where none are in it there is nothing to note.
            Text::New if !shows_media(caller, draft) => Ok(()),
            Text::New => note_media(caller, id, &[draft]).await,
            _ => note_all_media(caller, id, draft).await,
        }
    };
    futures_util::try_join!(revision, index_later(caller, id), media, tags)?;
    Ok(())
}

fn shows_media(caller: &Caller, draft: &Draft) -> bool {
    texts_of(draft).any(|text| !media::uses::tokens_in(text, caller.organization_id()).is_empty())
}

/// Everything of a draft in which addresses of files can stand.
fn texts_of(draft: &Draft) -> impl Iterator<Item = &str> {
    let addresses = [&draft.featured_image, &draft.video_url, &draft.audio_url].into_iter().flatten();
    addresses.chain(&draft.gallery).map(String::as_str).chain([draft.content.as_str()])
}

/// Tells the library which of its files the item shows, or will show when its changes are public.
pub(crate) async fn note_media(caller: &Caller, id: &str, drafts: &[&Draft]) -> Result<()> {
    let texts: Vec<&str> = drafts.iter().flat_map(|draft| texts_of(draft)).collect();
    media::uses::set(&caller.tx, (media::uses::User::Content, id), &texts, caller.now).await
}

/// The same for an item that may have changes that wait: files that only they show are in use as well.
async fn note_all_media(caller: &Caller, id: &str, draft: &Draft) -> Result<()> {
    let waiting = changes::store::find(&caller.tx, id).await?;
    let waiting = waiting.iter().flat_map(changes::Changes::texts);
    let texts: Vec<&str> = texts_of(draft).chain(waiting).collect();
    media::uses::set(&caller.tx, (media::uses::User::Content, id), &texts, caller.now).await
}

pub(super) async fn index_later(caller: &Caller, id: &str) -> Result<()> {
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &IndexItem { item: id.to_owned() }, caller.now).await
}

async fn queue_expiry(caller: &Caller, id: &str, expires_at: Option<Timestamp>) -> Result<()> {
    let Some(at) = expires_at else { return Ok(()) };
    let at = at.max(caller.now);
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &ExpireItem { item: id.to_owned() }, at).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_fits_behind_the_longest_slug() {
        assert_eq!(numbered_slug("a", 2), "a-2");
        let long = numbered_slug(&"x".repeat(200), 17);
        assert_eq!((long.len(), long.ends_with("x-17")), (200, true));
    }
}
