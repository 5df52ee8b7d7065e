//! One change to many assets.

use kernel::access::{Caller, Permission};
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::actions::Brought;
use super::{actions, draft, store};

/// Why an asset that is used stays.
pub const IN_USE: &str = "in_use";
/// How many assets are changed at once at most.
pub const AT_ONCE_MOST: usize = 1000;

/// What is done to all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = MediaBulkAction)]
pub enum BulkAction {
    /// Into `folder_id`, or to the top.
    Move,
    /// Gets `tags` beside those it has.
    Tag,
    /// Loses `tags`.
    Untag,
    /// Into the bin. Those in use stay, unless `force` is true.
    Delete,
    /// Back from the bin.
    Restore,
}

/// A change to many assets.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = RawMediaBulk)]
pub struct RawBulk {
    #[schema(max_items = 1000)]
    pub ids: Vec<String>,
    #[schema(required = true)]
    pub action: Option<BulkAction>,
    pub folder_id: Option<String>,
    #[schema(max_items = 50)]
    pub tags: Vec<String>,
    pub force: bool,
}

/// What became of a change to many assets.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = MediaBulkOutcome)]
pub struct BulkOutcome {
    /// The ids of those that were changed.
    pub changed: Vec<String>,
    pub refused: Vec<Refused>,
}

/// An asset that stayed as it was, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefusedMedia)]
pub struct Refused {
    pub id: String,
    /// `unknown`, `in_use`, `plan_limit` or `duplicate`.
    pub code: &'static str,
    pub message: String,
}

impl Refused {
    fn new(id: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self { id: id.to_owned(), code, message: message.into() }
    }

    fn unknown(id: &str) -> Self {
        Self::new(id, "unknown", "There is no such file.")
    }
}

/// Makes the change to each that it can be made to, and tells the others.
pub async fn change(caller: &Caller, raw: RawBulk, mut problems: Problems) -> Result<BulkOutcome> {
    caller.must(Permission::ContentEdit)?;
    if raw.ids.is_empty() || raw.ids.len() > AT_ONCE_MOST {
        problems.add("ids", "out_of_range", format!("Name 1 to {AT_ONCE_MOST} files."));
    }
    let tags = draft::checked_tags(&mut problems, &raw.tags);
    let Some(action) = raw.action else {
        problems.add("action", "required", "Say what is to be done: move, tag, untag, delete or restore.");
        return problems.finish(BulkOutcome::default());
    };
    if matches!(action, BulkAction::Tag | BulkAction::Untag) && tags.is_empty() {
        problems.add("tags", "required", "Name at least one tag.");
    }
    problems.finish(())?;
    if matches!(action, BulkAction::Delete | BulkAction::Restore) {
        caller.must(Permission::ContentPublish)?;
    }
    let mut ids = raw.ids;
    ids.sort_unstable();
    ids.dedup();
    match action {
        BulkAction::Restore => restore(caller, &ids).await,
        BulkAction::Delete => delete(caller, &ids, raw.force).await,
        BulkAction::Move => into_folder(caller, &ids, raw.folder_id.as_deref().filter(|id| !id.is_empty())).await,
        BulkAction::Tag => {
            let outcome = known(caller, &ids).await?;
            store::add_tags(&caller.tx, &outcome.changed, &tags).await?;
            Ok(outcome)
        }
        BulkAction::Untag => {
            let outcome = known(caller, &ids).await?;
            store::remove_tags(&caller.tx, &outcome.changed, &tags).await?;
            Ok(outcome)
        }
    }
}

async fn into_folder(caller: &Caller, ids: &[String], folder: Option<&str>) -> Result<BulkOutcome> {
    actions::must_have_folder(caller, folder).await?;
    let outcome = known(caller, ids).await?;
    store::move_all(&caller.tx, &outcome.changed, folder).await?;
    Ok(outcome)
}

async fn known(caller: &Caller, ids: &[String]) -> Result<BulkOutcome> {
    let locked = store::lock_all(&caller.tx, ids).await?;
    let changed: Vec<String> = locked.into_iter().map(|(id, _)| id).collect();
    let refused = ids.iter().filter(|id| !changed.contains(id)).map(|id| Refused::unknown(id)).collect();
    Ok(BulkOutcome { changed, refused })
}

async fn delete(caller: &Caller, ids: &[String], force: bool) -> Result<BulkOutcome> {
    let locked = store::lock_all(&caller.tx, ids).await?;
    let unknown = ids.iter().filter(|id| !locked.iter().any(|(known, _)| known == *id));
    let mut refused: Vec<Refused> = unknown.map(|id| Refused::unknown(id)).collect();
    let (free, used): (Vec<_>, Vec<_>) = locked.into_iter().partition(|(_, uses)| force || *uses == 0);
    for (id, uses) in used {
        let places = if uses == 1 { "one place".to_owned() } else { format!("{uses} places") };
        refused.push(Refused::new(&id, IN_USE, format!("It is used in {places}. Delete it anyway with force.")));
    }
    let free: Vec<String> = free.into_iter().map(|(id, _)| id).collect();
    let changed = actions::put_into_bin(caller, &free).await?;
    for id in &changed {
        audit::record(caller, "media.delete", ("media", id), json!({ "together": changed.len() })).await?;
    }
    Ok(BulkOutcome { changed, refused })
}

async fn restore(caller: &Caller, ids: &[String]) -> Result<BulkOutcome> {
    let mut outcome = BulkOutcome::default();
    store::lock_bin(&caller.tx).await?;
    for id in ids {
        match actions::bring_back(caller, id).await {
            Ok(Brought::Back(_)) => outcome.changed.push(id.clone()),
            Ok(Brought::IsThere(words)) => outcome.refused.push(Refused::new(id, "duplicate", words)),
            Err(Error::NotFound) => outcome.refused.push(Refused::unknown(id)),
            Err(Error::PlanLimit(words)) => outcome.refused.push(Refused::new(id, "plan_limit", words)),
            Err(error) => return Err(error),
        }
    }
    Ok(outcome)
}
