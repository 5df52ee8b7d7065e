//! Every write to tags.

use kernel::access::{Caller, Permission};
use kernel::error::FieldError;
use kernel::validate::{self, Problems};
use kernel::{Error, Result, audit};
use serde_json::json;

use super::draft::{RawTag, TagDraft, without_commas};
use super::jobs::index_later;
use super::{Tag, store};
use crate::taxonomy::check_version;
use crate::taxonomy::former::{self, Term};

/// Gives an item exactly these tags, in this order. Names without a tag yet get one; names that differ only in case or
/// accents are the same tag, and a renamed tag is known by both its names.
pub async fn set_item_tags(caller: &Caller, content_id: &str, names: &[String]) -> Result<()> {
    caller.must(Permission::ContentEdit)?;
    let wanted = Wanted::read(caller, names).await?;
    wanted.add(caller).await?;
    store::unlink_others(&caller.tx, content_id, &wanted.slugs).await?;
    store::link(&caller.tx, content_id, &wanted.slugs).await?;
    Ok(())
}

/// Gives an item that was just made its tags: like [`set_item_tags`], without looking for others to take from it.
pub async fn tag_new_item(caller: &Caller, content_id: &str, names: &[String]) -> Result<()> {
    caller.must(Permission::ContentEdit)?;
    let wanted = Wanted::read(caller, names).await?;
    if !wanted.all_known {
        wanted.add(caller).await?;
    }
    let linked = store::link(&caller.tx, content_id, &wanted.slugs).await?;
    if usize::try_from(linked) != Ok(wanted.slugs.len()) {
        // Somebody deleted one of them a moment ago.
        wanted.add(caller).await?;
        store::link(&caller.tx, content_id, &wanted.slugs).await?;
    }
    Ok(())
}

/// Tags as somebody named them, each once.
struct Wanted<'a> {
    names: Vec<&'a str>,
    slugs: Vec<String>,
    /// Whether none has to be made.
    all_known: bool,
}

impl<'a> Wanted<'a> {
    async fn read(caller: &Caller, names: &'a [String]) -> Result<Self> {
        let made: Vec<String> = names.iter().map(|name| validate::slug_from(name)).collect();
        let known = if names.is_empty() { Vec::new() } else { store::slugs_of(&caller.tx, names, &made).await? };
        let all_known = known.iter().all(Option::is_some);
        let mut wanted = Self { names: Vec::new(), slugs: Vec::new(), all_known };
        for ((name, made), known) in names.iter().zip(made).zip(known) {
            let slug = known.unwrap_or(made);
            if !wanted.slugs.contains(&slug) {
                wanted.slugs.push(slug);
                wanted.names.push(name);
            }
        }
        Ok(wanted)
    }

    async fn add(&self, caller: &Caller) -> Result<()> {
        if self.slugs.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = self.slugs.iter().map(|_| caller.new_id()).collect();
        store::add_missing(&caller.tx, &ids, &self.names, &self.slugs, caller.now).await
    }
}

/// The tag of this name, made if there is none yet; says whether it was. A name without letters or digits makes no tag,
/// and one that comes from elsewhere with commas loses them.
pub async fn find_or_add(caller: &Caller, name: &str) -> Result<Option<(Tag, bool)>> {
    caller.must(Permission::ContentEdit)?;
    let slug = validate::slug_from(name);
    if slug.is_empty() {
        return Ok(None);
    }
    if let Some(tag) = store::by_slug(&caller.tx, &slug).await? {
        return Ok(Some((tag, false)));
    }
    let (ids, slugs) = ([caller.new_id()], [slug]);
    store::add_missing(&caller.tx, &ids, &[&without_commas(name)], &slugs, caller.now).await?;
    let tag = store::by_slug(&caller.tx, &slugs[0]).await?;
    tag.map(|tag| Some((tag, true))).ok_or_else(|| Error::internal("a new tag is gone"))
}

/// Adds a tag that is on nothing yet.
pub async fn create(caller: &Caller, raw: RawTag, problems: Problems) -> Result<Tag> {
    caller.must(Permission::ContentEdit)?;
    let draft = TagDraft::new(raw, problems)?;
    let id = caller.new_id();
    check_name(caller, &id, &draft.name).await?;
    if !store::insert(&caller.tx, &id, &draft, caller.now).await? {
        return Err(taken_slug());
    }
    audit::record(caller, "tag.create", ("tag", &id), json!({ "name": draft.name })).await?;
    reread(caller, &id).await
}

/// Changes a tag everywhere it is. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: &RawTag,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<Tag> {
    let tag = lock(caller, id, expected_version).await?;
    let draft = TagDraft::of(&tag, raw, problems)?;
    if draft.is_same_as(&tag) {
        return Ok(tag);
    }
    if draft.name != tag.name {
        check_name(caller, id, &draft.name).await?;
        index_later(caller, store::items_with(&caller.tx, id).await?).await?;
    }
    store::update(&caller.tx, id, &draft).await.map_err(as_taken_slug)?;
    if draft.slug != tag.slug {
        former::remember(&caller.tx, (Term::Tag, id), &tag.slug, caller.now).await?;
    }
    audit::record(caller, "tag.change", ("tag", id), json!({ "name": draft.name, "was": tag.name })).await?;
    reread(caller, id).await
}

/// Puts another tag in this one's place on every item, and deletes this one. Gives the other.
pub async fn merge(caller: &Caller, id: &str, into: &str, expected_version: Option<i32>) -> Result<Tag> {
    caller.must(Permission::TaxonomyManage)?;
    if id == into {
        return Err(Error::invalid("into", "same_tag", "A tag cannot be merged into itself. Choose another one."));
    }
    store::lock_both(&caller.tx, id, into).await?;
    let tag = lock(caller, id, expected_version).await?;
    let Some(heir) = store::find(&caller.tx, into).await? else {
        return Err(Error::invalid("into", "unknown", "There is no such tag to merge into. Choose one that exists."));
    };
    let items = store::items_with(&caller.tx, id).await?;
    store::hand_over(&caller.tx, id, into).await?;
    former::hand_over(&caller.tx, Term::Tag, (id, into)).await?;
    former::remember(&caller.tx, (Term::Tag, into), &tag.slug, caller.now).await?;
    store::delete(&caller.tx, id).await?;
    let details = json!({ "name": tag.name, "into": heir.name, "items": items.len() });
    audit::record(caller, "tag.merge", ("tag", id), details).await?;
    index_later(caller, items).await?;
    reread(caller, into).await
}

/// Takes a tag from every item and deletes it.
pub async fn delete(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<()> {
    let tag = lock(caller, id, expected_version).await?;
    let items = store::items_with(&caller.tx, id).await?;
    store::delete(&caller.tx, id).await?;
    let details = json!({ "name": tag.name, "slug": tag.slug, "items": items.len() });
    audit::record(caller, "tag.delete", ("tag", id), details).await?;
    index_later(caller, items).await
}

async fn lock(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Tag> {
    caller.must(Permission::TaxonomyManage)?;
    let tag = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    check_version(expected_version, tag.version)?;
    Ok(tag)
}

/// Two tags of one name could not be told apart where they are chosen.
async fn check_name(caller: &Caller, id: &str, name: &str) -> Result<()> {
    match store::of_name(&caller.tx, name).await? {
        Some(other) if other.id != id => {
            let words = format!("There is a tag named {} already. Merge the two, or choose another name.", other.name);
            Err(Error::Taken(FieldError::new("name", "taken", words)))
        }
        _ => Ok(()),
    }
}

async fn reread(caller: &Caller, id: &str) -> Result<Tag> {
    store::find(&caller.tx, id).await?.ok_or_else(|| Error::internal("a tag that was just written is gone"))
}

fn taken_slug() -> Error {
    Error::Taken(FieldError::new("slug", "taken", "Another tag has this slug. Choose another, or merge the two."))
}

fn as_taken_slug(error: Error) -> Error {
    match kernel::db::violated_constraint(&error) {
        Some("content_tags_organization_id_slug_key") => taken_slug(),
        _ => error,
    }
}
