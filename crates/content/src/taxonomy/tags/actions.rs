//! Writes to tags.

use kernel::Result;
use kernel::access::{Caller, Permission};
use kernel::validate;

use super::store;

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
