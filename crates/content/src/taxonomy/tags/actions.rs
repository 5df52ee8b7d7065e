//! Writes to tags.

use kernel::access::{Caller, Permission};
use kernel::validate;
use kernel::{Error, Result};

use super::{Tag, store};

/// Gives an item exactly these tags, in this order. Names without a tag yet get one; names that differ only in case or
/// accents are the same tag.
pub async fn set_item_tags(caller: &Caller, content_id: &str, names: &[String]) -> Result<()> {
    caller.must(Permission::ContentEdit)?;
    let mut slugs: Vec<String> = Vec::new();
    let mut kept: Vec<&str> = Vec::new();
    for name in names {
        let slug = validate::slug_from(name);
        if !slugs.contains(&slug) {
            slugs.push(slug);
            kept.push(name);
        }
    }
    if !slugs.is_empty() {
        let ids: Vec<String> = slugs.iter().map(|_| caller.new_id()).collect();
        store::add_missing(&caller.tx, &ids, &kept, &slugs, caller.now).await?;
    }
    store::link(&caller.tx, content_id, &slugs).await
}

/// The tag of this name, made if there is none yet; says whether it was. A name without letters or digits makes no tag.
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
    store::add_missing(&caller.tx, &ids, &[name], &slugs, caller.now).await?;
    let tag = store::by_slug(&caller.tx, &slugs[0]).await?;
    tag.map(|tag| Some((tag, true))).ok_or_else(|| Error::internal("a new tag is gone"))
}
