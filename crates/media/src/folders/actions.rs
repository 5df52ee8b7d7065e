//! Every write to folders. The tree is locked while it changes, so a path is always right and no folder is below itself.

use kernel::access::{Caller, Permission};
use kernel::api::Patch;
use kernel::error::FieldError;
use kernel::validate::{Lines, Problems};
use kernel::{Error, Result, audit};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::Folder;
use super::store::{self, Move, NewFolder};
use crate::assets;
use crate::uses::{self, User};

const NAME_LONGEST: usize = 200;
/// The longest path, in characters.
const PATH_LONGEST: usize = 2000;
/// Folders that an organization has at most.
const FOLDERS_MOST: i64 = 10_000;
/// Folders that one path may add at once.
const DEPTH_MOST: usize = 50;

/// What somebody sent about a folder.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawFolder {
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// Null for the top.
    #[schema(value_type = Option<String>)]
    pub parent_id: Patch<String>,
}

/// Adds a folder.
pub async fn create(caller: &Caller, raw: RawFolder, mut problems: Problems) -> Result<Folder> {
    caller.must(Permission::ContentEdit)?;
    let name = checked_name(&mut problems, raw.name.as_deref().unwrap_or_default());
    problems.finish(())?;
    store::lock_tree(&caller.tx).await?;
    let parent = match raw.parent_id {
        Patch::Set(id) => Some(parent(caller, &id).await?),
        Patch::Keep | Patch::Clear => None,
    };
    let parent_id = parent.as_ref().map(|parent| parent.id.as_str());
    if store::named(&caller.tx, parent_id, &name).await?.is_some() {
        return Err(taken(&name));
    }
    add(caller, &name, parent.as_ref()).await?.ok_or_else(|| taken(&name))
}

/// The folder of this path, made with those above it where they are missing; a dropped folder brings its tree this way.
pub async fn ensure(caller: &Caller, path: &str, mut problems: Problems) -> Result<Folder> {
    caller.must(Permission::ContentEdit)?;
    let names: Vec<&str> = path.split('/').filter(|name| !name.trim().is_empty()).collect();
    if names.is_empty() || names.len() > DEPTH_MOST {
        problems.add("path", "out_of_range", format!("A path names 1 to {DEPTH_MOST} folders, as Campaigns/Spring."));
    }
    let names: Vec<String> = names.into_iter().map(|name| checked_name(&mut problems, name)).collect();
    problems.finish(())?;
    store::lock_tree(&caller.tx).await?;
    let mut parent: Option<Folder> = None;
    for name in names {
        let parent_id = parent.as_ref().map(|parent| parent.id.as_str());
        let folder = match store::named(&caller.tx, parent_id, &name).await? {
            Some(known) => known,
            None => add(caller, &name, parent.as_ref()).await?.ok_or_else(|| taken(&name))?,
        };
        parent = Some(folder);
    }
    parent.ok_or_else(|| Error::internal("a path without folders was accepted"))
}

/// Renames a folder, or moves it with all below it. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: RawFolder,
    mut problems: Problems,
    expected_version: Option<i32>,
) -> Result<Folder> {
    caller.must(Permission::ContentEdit)?;
    let folder = lock(caller, id, expected_version).await?;
    let name = raw.name.map_or_else(|| folder.name.clone(), |name| checked_name(&mut problems, &name));
    problems.finish(())?;
    let parent = match raw.parent_id {
        Patch::Keep => match &folder.parent_id {
            Some(id) => store::find(&caller.tx, id).await?,
            None => None,
        },
        Patch::Clear => None,
        Patch::Set(id) => Some(parent(caller, &id).await?),
    };
    let path = path_of(parent.as_ref(), &name);
    if path == folder.path {
        return Ok(folder);
    }
    if parent.as_ref().is_some_and(|parent| is_within(&parent.path, &folder.path)) {
        let words = format!("“{}” cannot lie in itself or in a folder below it. Choose another place.", folder.name);
        return Err(Error::invalid("parent_id", "cycle", words));
    }
    let longest = usize::try_from(store::longest_below(&caller.tx, &folder.path).await?).unwrap_or(0);
    must_be_short(longest + path.chars().count() - folder.path.chars().count())?;
    let parent_id = parent.as_ref().map(|parent| parent.id.as_str());
    if store::named(&caller.tx, parent_id, &name).await?.is_some_and(|twin| twin.id != id) {
        return Err(taken(&name));
    }
    store::move_tree(&caller.tx, &Move { id, from: &folder.path, to: &path, name: &name, parent_id }).await?;
    audit::record(caller, "folder.change", ("folder", id), json!({ "path": path, "was": folder.path })).await?;
    reread(caller, id).await
}

/// What becomes of what lies in a folder that is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Contents {
    /// Nothing lies in it, or it is not deleted.
    #[default]
    Refuse,
    /// Files move to the top.
    Keep,
    /// Files go into the bin; those in use only by force.
    Delete,
}

/// Deletes a folder with those below it.
///
/// Files that are used go into the bin only by `force`.
pub async fn delete(
    caller: &Caller,
    id: &str,
    (contents, force): (Contents, bool),
    expected_version: Option<i32>,
) -> Result<()> {
    caller.must(Permission::ContentPublish)?;
    let folder = lock(caller, id, expected_version).await?;
    let (folders, assets) = store::contents(&caller.tx, &folder.path).await?;
    if contents == Contents::Refuse && folders + assets > 0 {
        let words = format!(
            "“{}” holds {} and {}. Say with contents=keep that the files move to the top, or with \
             contents=delete that they go into the bin.",
            folder.name,
            counted(assets, "file"),
            counted(folders, "folder"),
        );
        return Err(Error::Conflict(words));
    }
    if contents == Contents::Delete {
        let below = store::assets_below(&caller.tx, &folder.path).await?;
        let used: Vec<String> = below.iter().filter(|(_, uses)| *uses > 0).map(|(id, _)| id.clone()).collect();
        if !used.is_empty() && !force {
            return Err(Error::Conflict(in_use(caller, &folder, &used).await?));
        }
        let ids: Vec<String> = below.into_iter().map(|(id, _)| id).collect();
        assets::actions::put_into_bin(caller, &ids).await?;
    }
    store::delete_tree(&caller.tx, &folder.path).await?;
    let details = json!({ "path": folder.path, "folders": folders, "assets": assets });
    audit::record(caller, "folder.delete", ("folder", id), details).await
}

/// How many uses are named when a folder is to be deleted.
const NAMED_MOST: usize = 5;

/// Where files below a folder are used, as far as it is told: `the item “…”`.
pub async fn uses_below(caller: &Caller, used: &[String]) -> Result<String> {
    let first = used.get(..used.len().min(NAMED_MOST)).unwrap_or_default();
    let uses = uses::of_assets(&caller.tx, first, 1).await?;
    let named = uses.iter().map(|(_, one)| format!("the {} “{}”", User::noun(&one.kind), one.title));
    let more = used.len().saturating_sub(NAMED_MOST);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    Ok(format!("{}{more}", named.collect::<Vec<_>>().join(", ")))
}

fn counted(count: i64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

async fn in_use(caller: &Caller, folder: &Folder, used: &[String]) -> Result<String> {
    let where_used = uses_below(caller, used).await?;
    let files = if used.len() == 1 { "One file is".to_owned() } else { format!("{} files are", used.len()) };
    let words = "Take them out there first, keep the files, or delete them anyway with force=true.";
    Ok(format!("{files} used below “{}”, by {where_used}. {words}", folder.name))
}

async fn add(caller: &Caller, name: &str, parent: Option<&Folder>) -> Result<Option<Folder>> {
    let path = path_of(parent, name);
    must_be_short(path.chars().count())?;
    if store::count(&caller.tx, None).await? >= FOLDERS_MOST {
        return Err(Error::Conflict(format!(
            "There are {FOLDERS_MOST} folders, which is the most. Delete some first."
        )));
    }
    let id = caller.new_id();
    let new = NewFolder { id: &id, name, path: &path, parent_id: parent.map(|parent| parent.id.as_str()) };
    if !store::insert(&caller.tx, &new, &caller.actor.user_id, caller.now).await? {
        return Ok(None);
    }
    reread(caller, &id).await.map(Some)
}

async fn lock(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Folder> {
    store::lock_tree(&caller.tx).await?;
    let folder = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    assets::actions::must_be_at(folder.version, expected_version)?;
    Ok(folder)
}

async fn parent(caller: &Caller, id: &str) -> Result<Folder> {
    let found = if kernel::id::is_well_formed(id) { store::find(&caller.tx, id).await? } else { None };
    found.ok_or_else(|| {
        Error::invalid("parent_id", "unknown", "There is no such folder to put it in. Choose one that exists.")
    })
}

async fn reread(caller: &Caller, id: &str) -> Result<Folder> {
    store::find(&caller.tx, id).await?.ok_or_else(|| Error::internal("a folder that was just written is gone"))
}

fn checked_name(problems: &mut Problems, name: &str) -> String {
    let name = problems.text("name", "The folder's name", name, NAME_LONGEST, Lines::One);
    if name.is_empty() {
        problems.add("name", "required", "The folder's name is missing. Enter at least one character.");
    } else if name.contains('/') || name == "." || name == ".." {
        problems.add(
            "name",
            "not_a_name",
            "A folder's name has no / in it and is not . or .., which mean something else.",
        );
    }
    name
}

fn path_of(parent: Option<&Folder>, name: &str) -> String {
    format!("{}/{name}", parent.map_or("", |parent| parent.path.as_str()))
}

/// Whether a path is this one or lies below it.
fn is_within(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn must_be_short(length: usize) -> Result<()> {
    if length <= PATH_LONGEST {
        return Ok(());
    }
    let words = format!(
        "With all folders above it a path has at most {PATH_LONGEST} characters. Choose a shorter name or another place."
    );
    Err(Error::invalid("name", "too_long", words))
}

fn taken(name: &str) -> Error {
    Error::Taken(FieldError::new(
        "name",
        "taken",
        format!("There is a folder named “{name}” here already. Choose another name."),
    ))
}
