//! Every write to the links between language variants. The caller commits.

use kernel::access::{Caller, Permission};
use kernel::api::Patch;
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use serde_json::json;

use super::{Variant, store};
use crate::items::draft::RawItem;
use crate::items::model::{ContentStatus, Item};
use crate::items::{actions as items, store as item_store};

/// Links two items as variants of each other, with all variants that either has already.
pub async fn link(caller: &Caller, id: &str, other_id: &str) -> Result<Vec<Variant>> {
    caller.must(Permission::ContentEdit)?;
    let (item, other) = lock_both(caller, id, other_id).await?;
    let (own, others) = (store::group_of(&caller.tx, id).await?, store::group_of(&caller.tx, other_id).await?);
    if own.is_some() && own == others {
        return store::of_item(&caller.tx, id).await;
    }
    if is_out(caller, &item).await? && is_out(caller, &other).await? {
        caller.must(Permission::ContentPublish)?;
    }
    let group = own.clone().or(others.clone()).unwrap_or_else(|| caller.new_id());
    if let (Some(own), Some(others)) = (&own, &others) {
        store::merge(&caller.tx, others, own).await?;
    }
    store::add(&caller.tx, id, &group, caller.now).await?;
    store::add(&caller.tx, other_id, &group, caller.now).await?;
    let variants = store::of_item(&caller.tx, id).await?;
    refuse_same_language(&variants)?;
    audit::record(caller, "content.translate", ("content", id), json!({ "title": item.title, "other": other_id }))
        .await?;
    Ok(variants)
}

/// Takes an item out of its variants; the others stay linked.
pub async fn unlink(caller: &Caller, id: &str) -> Result<()> {
    caller.must(Permission::ContentEdit)?;
    let item = item_store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    if is_more_than_draft(item.status) {
        caller.must(Permission::ContentPublish)?;
    }
    if let Some(group) = store::group_of(&caller.tx, id).await? {
        store::remove(&caller.tx, id, &group).await?;
        audit::record(caller, "content.untranslate", ("content", id), json!({ "title": item.title })).await?;
    }
    Ok(())
}

/// Makes a draft of the same text to be translated, linked as the variant in that language.
pub async fn begin(caller: &Caller, id: &str, language: &str) -> Result<Item> {
    let item = item_store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let copy = items::duplicate(caller, id).await?;
    let raw = RawItem {
        title: Patch::Set(item.title),
        slug: Patch::Clear,
        language: Patch::Set(language.to_owned()),
        ..RawItem::default()
    };
    let copy = items::edit(caller, &copy.id, raw, Problems::new(), None).await?;
    link(caller, id, &copy.id).await?;
    Ok(copy)
}

/// In the order of their ids, so that two people who link the same items never wait for each other.
async fn lock_both(caller: &Caller, id: &str, other_id: &str) -> Result<(Item, Item)> {
    if id == other_id {
        return Err(unfit("same_item", "An item is no translation of itself. Choose another item."));
    }
    let mut found = Vec::new();
    for wanted in if id < other_id { [id, other_id] } else { [other_id, id] } {
        found.push(item_store::lock(&caller.tx, wanted).await?);
    }
    let mut take = |wanted: &str| {
        found.iter_mut().find(|item| item.as_ref().is_some_and(|item| item.id == wanted)).and_then(Option::take)
    };
    let item = take(id).ok_or(Error::NotFound)?;
    let other =
        take(other_id).ok_or_else(|| unfit("unknown", "There is no such item. Choose one of this organization."))?;
    Ok((item, other))
}

/// Whether an item, or a variant that it has already, is approved or published. Two such change each other's public
/// page when they are linked, so only those who publish may do it; a draft changes nothing until it is published.
async fn is_out(caller: &Caller, item: &Item) -> Result<bool> {
    let variants = store::of_item(&caller.tx, &item.id).await?;
    Ok(is_more_than_draft(item.status) || variants.iter().any(|variant| is_more_than_draft(variant.status)))
}

fn is_more_than_draft(status: ContentStatus) -> bool {
    !matches!(status, ContentStatus::Draft | ContentStatus::Review)
}

fn refuse_same_language(variants: &[Variant]) -> Result<()> {
    let twice = variants.iter().enumerate().find(|(position, variant)| {
        variants[..*position].iter().any(|other| other.language.eq_ignore_ascii_case(&variant.language))
    });
    match twice {
        Some((_, variant)) => Err(unfit(
            "same_language",
            &format!("Two variants would be in the language {}. Change the language of one first.", variant.language),
        )),
        None => Ok(()),
    }
}

fn unfit(code: &'static str, words: &str) -> Error {
    Error::invalid("content_id", code, words)
}
