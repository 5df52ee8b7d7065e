//! One change to many items, and taking it back.

mod back;

use jiff::{SignedDuration, Timestamp};
use kernel::access::{Caller, Permission};
use kernel::api::Patch;
use kernel::db::{Statements, Tenant};
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::actions;
use super::draft::RawItem;
use super::model::{ContentStatus, Item, Move};
use super::store;
use crate::reviews::actions::{self as reviews, OneOfMany};
use crate::taxonomy::tags::draft::refuse_comma;
use crate::{bin, changes};

/// How many items are changed at once at most.
pub const AT_ONCE_MOST: usize = 200;

/// How long a change can be taken back.
pub const UNDONE_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What is done to all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ContentBulkAction)]
pub enum BulkAction {
    Publish,
    Submit,
    Approve,
    RequestChanges,
    Unpublish,
    Archive,
    /// Archived items become drafts again.
    Restore,
    /// Into `category_id`, or into none.
    Categorize,
    /// Get `tags` beside those they have.
    Tag,
    /// Lose `tags`.
    Untag,
    /// Into the bin.
    Delete,
}

impl BulkAction {
    fn step(self) -> Option<Move> {
        Some(match self {
            Self::Publish => Move::Publish,
            Self::Submit => Move::Submit,
            Self::Approve => Move::Approve,
            Self::RequestChanges => Move::RequestChanges,
            Self::Unpublish => Move::Unpublish,
            Self::Archive => Move::Archive,
            Self::Restore => Move::Restore,
            Self::Categorize | Self::Tag | Self::Untag | Self::Delete => return None,
        })
    }
}

/// A change to many items.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = RawContentBulk)]
pub struct RawBulk {
    #[schema(max_items = 200)]
    pub ids: Vec<String>,
    #[schema(required = true)]
    pub action: Option<BulkAction>,
    /// Where the items are filed; null for nowhere.
    #[schema(value_type = Option<String>)]
    pub category_id: Patch<String>,
    #[schema(max_items = 50)]
    pub tags: Vec<String>,
}

/// What became of a change to many items.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ContentBulkOutcome)]
pub struct BulkOutcome {
    /// The ids of those that were changed.
    pub changed: Vec<String>,
    pub refused: Vec<Refused>,
    /// Names this change for taking it back; null where nothing was changed.
    pub undo: Option<String>,
}

/// An item that stayed as it was, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefusedContent)]
pub struct Refused {
    pub id: String,
    pub title: String,
    pub message: String,
}

/// What an item was before a change, and the version that it got by it.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    id: String,
    /// Null where the change deleted it.
    version: Option<i32>,
    status: ContentStatus,
    published_at: Option<Timestamp>,
    scheduled_for: Option<Timestamp>,
    category_id: Option<String>,
    tags: Vec<String>,
    /// Whether it took over draft changes when it left the site.
    #[serde(default)]
    took_over: bool,
}

impl Entry {
    fn of(before: &Item, after: Option<&Item>) -> Self {
        Self {
            id: before.id.clone(),
            version: after.map(|after| after.version),
            status: before.status,
            published_at: before.published_at,
            scheduled_for: before.scheduled_for,
            category_id: before.category_id.clone(),
            tags: before.tags.iter().map(|tag| tag.name.clone()).collect(),
            took_over: false,
        }
    }
}

/// Makes the change to each that it can be made to, and tells the others; all in the caller's transaction.
pub async fn change(caller: &Caller, raw: &RawBulk, problems: Problems) -> Result<BulkOutcome> {
    let action = checked(caller, raw, problems).await?;
    // In one order, so that two changes of the same items never wait for each other in a circle.
    let mut ids = raw.ids.clone();
    ids.sort_unstable();
    ids.dedup();
    let (mut outcome, mut entries, mut reviewed) = (BulkOutcome::default(), Vec::new(), Vec::new());
    for id in ids {
        let Some(before) = store::lock(&caller.tx, &id).await? else {
            outcome.refused.push(Refused { id, title: String::new(), message: "There is no such item.".into() });
            continue;
        };
        let had_changes = changes::store::find(&caller.tx, &id).await?.is_some();
        match one(caller, &before, action, (raw, &mut reviewed)).await {
            Ok(after) => {
                let has_left = after.as_ref().is_some_and(|after| after.status != before.status);
                let took_over = had_changes && has_left;
                entries.push(Entry { took_over, ..Entry::of(&before, after.as_ref()) });
                outcome.changed.push(id);
            }
            Err(error) => outcome.refused.push(Refused { id, title: before.title, message: ui::words_of(error)? }),
        }
    }
    reviews::tell_of_many(caller, &reviewed).await?;
    outcome.undo = remember(caller, &entries).await?;
    Ok(outcome)
}

/// What is to be done, if it can be done at all and the caller may do such things.
async fn checked(caller: &Caller, raw: &RawBulk, mut problems: Problems) -> Result<BulkAction> {
    caller.must(Permission::ContentEdit)?;
    if raw.ids.is_empty() || raw.ids.len() > AT_ONCE_MOST {
        problems.add("ids", "out_of_range", format!("Name 1 to {AT_ONCE_MOST} items."));
    }
    if raw.action.is_none() {
        problems.add("action", "required", "Say what is to be done to them, such as publish, tag or delete.");
    }
    if matches!(raw.action, Some(BulkAction::Tag | BulkAction::Untag))
        && raw.tags.iter().all(|tag| tag.trim().is_empty())
    {
        problems.add("tags", "required", "Name at least one tag.");
    }
    raw.tags.iter().for_each(|tag| refuse_comma(&mut problems, "tags", tag));
    let is_filed = raw.action == Some(BulkAction::Categorize);
    match &raw.category_id {
        Patch::Keep if is_filed => problems.add("category_id", "required", "Name a category, or null for none."),
        Patch::Set(id) if is_filed && !store::is_category(&caller.tx, id).await? => {
            problems.add("category_id", "unknown", "There is no such category. Choose one of the list, or none.");
        }
        _ => {}
    }
    let action = problems.finish(raw.action)?.unwrap_or(BulkAction::Submit);
    if !matches!(action, BulkAction::Submit | BulkAction::Categorize | BulkAction::Tag | BulkAction::Untag) {
        caller.must(Permission::ContentPublish)?;
    }
    Ok(action)
}

async fn one(
    caller: &Caller,
    before: &Item,
    action: BulkAction,
    (raw, reviewed): (&RawBulk, &mut Vec<OneOfMany>),
) -> Result<Option<Item>> {
    if let Some(step @ (Move::Submit | Move::Approve | Move::RequestChanges)) = action.step() {
        let (item, one) = reviews::step_of_many(caller, &before.id, step).await?;
        reviewed.push(one);
        return Ok(Some(item));
    }
    if let Some(step) = action.step() {
        return actions::make_move(caller, &before.id, step, None).await.map(Some);
    }
    if action == BulkAction::Delete {
        bin::actions::put(caller, before).await?;
        return Ok(None);
    }
    let named = |name: &str| raw.tags.iter().any(|tag| tag.trim().to_lowercase() == name.to_lowercase());
    let mut tags: Vec<String> = before.tags.iter().map(|tag| tag.name.clone()).collect();
    let edit = match action {
        BulkAction::Categorize => RawItem { category_id: raw.category_id.clone(), ..RawItem::default() },
        BulkAction::Untag => {
            tags.retain(|name| !named(name));
            RawItem { tags: Patch::Set(tags), ..RawItem::default() }
        }
        _ => {
            tags.extend(raw.tags.iter().map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()));
            RawItem { tags: Patch::Set(tags), ..RawItem::default() }
        }
    };
    let edit = edit.with_names_of_tags_mended();
    actions::edit(caller, &before.id, edit, Problems::new(), None).await.map(Some)
}

async fn remember(caller: &Caller, entries: &[Entry]) -> Result<Option<String>> {
    if entries.is_empty() {
        return Ok(None);
    }
    let id = caller.new_id();
    let sql = "INSERT INTO app.content_bulk_changes (organization_id, id, entries, created_by, created_at)
               VALUES ($1, $2, $3, $4, $5)";
    let (organization, entries) = (caller.organization_id(), serde_json::to_value(entries)?);
    caller.tx.execute(sql, &[&organization, &id, &entries, &caller.actor.user_id, &caller.now]).await?;
    Ok(Some(id))
}

/// Forgets what changes up to this moment could be taken back to.
pub async fn forget(tx: &Tenant, until: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM app.content_bulk_changes WHERE created_at <= $1", &[&until]).await?;
    Ok(())
}

/// Takes a change of many items back, for each item that nobody has changed since. Whoever made it may, once, within
/// [`UNDONE_WITHIN`]; a status comes back only by those who may set it still, for roles and keys change.
pub async fn undo(caller: &Caller, id: &str) -> Result<BulkOutcome> {
    caller.must(Permission::ContentEdit)?;
    let sql =
        "DELETE FROM app.content_bulk_changes WHERE id = $1 AND created_by = $2 AND created_at > $3 RETURNING entries";
    let since = caller.now - UNDONE_WITHIN;
    let row = caller.tx.row(sql, &[&id, &caller.actor.user_id, &since]).await?.ok_or(Error::NotFound)?;
    let entries: Vec<Entry> = serde_json::from_value(row.get("entries"))?;
    let mut outcome = BulkOutcome::default();
    for entry in entries {
        match undo_one(caller, &entry).await {
            Ok(()) => outcome.changed.push(entry.id),
            Err(error) => {
                let message = ui::words_of(error)?;
                let title = store::title_of(&caller.tx, &entry.id).await?.unwrap_or_default();
                outcome.refused.push(Refused { id: entry.id, title, message });
            }
        }
    }
    audit::record(caller, "content.bulk_undo", ("content", id), json!({ "items": outcome.changed.len() })).await?;
    Ok(outcome)
}

async fn undo_one(caller: &Caller, entry: &Entry) -> Result<()> {
    let Some(version) = entry.version else {
        return bin::actions::take_back(caller, &entry.id).await.map(|_| ());
    };
    let item = store::lock(&caller.tx, &entry.id).await?.ok_or(Error::NotFound)?;
    if item.version != version {
        return Err(Error::Conflict("Somebody changed it since.".into()));
    }
    if entry.took_over {
        let words = "It took over its draft changes when it left the site. Look at it, then publish it by hand.";
        return Err(Error::Conflict(words.into()));
    }
    if back::takes_publishing(item.status, entry.status) {
        caller.must(Permission::ContentPublish)?;
    }
    let tags: Vec<String> = item.tags.iter().map(|tag| tag.name.clone()).collect();
    if (&tags, &item.category_id) != (&entry.tags, &entry.category_id) {
        let raw = RawItem {
            tags: Patch::Set(entry.tags.clone()),
            category_id: entry.category_id.clone().map_or(Patch::Clear, Patch::Set),
            ..RawItem::default()
        }
        .with_names_of_tags_mended();
        actions::edit(caller, &entry.id, raw, Problems::new(), None).await?;
    }
    if item.status == entry.status { Ok(()) } else { back::set_back(caller, &item, entry).await }
}
