//! Addresses of items: typed or made from a text, never taken by two, never one of the program's own.

use kernel::access::Caller;
use kernel::error::FieldError;
use kernel::{Error, Result, validate};

use crate::items::draft::{Draft, SlugWish};
use crate::items::model::{ContentStatus, Item};
use crate::items::store;

/// First parts of addresses, on a site of its own or beside the application, that no item can have.
const RESERVED_SLUGS: [&str; 15] = [
    "admin", "api", "assets", "author", "category", "e", "ghost", "media", "preview", "s", "search", "tag", "healthz",
    "readyz", "metrics",
];

/// A hyphen and the digits of the greatest number that is looked for.
const NUMBER_LONGEST: usize = 10;

/// The slug itself, or where another item has it or is reached by it the next free one made of it.
pub(crate) async fn free_slug(caller: &Caller, id: &str, slug: &str) -> Result<String> {
    if !store::is_slug_known(&caller.tx, slug, id).await? {
        return Ok(slug.to_owned());
    }
    numbered(caller, id, slug).await
}

/// Notes that an item leaves an address for this one. Its old address leads to it if the public knew it; what the new one
/// led to before is forgotten once it leads to this item.
pub(crate) async fn move_address(caller: &Caller, item: &Item, slug: &str) -> Result<()> {
    if slug == item.slug {
        return Ok(());
    }
    if item.status == ContentStatus::Published {
        store::forget_slug(&caller.tx, slug).await?;
    } else {
        store::forget_own_slug(&caller.tx, &item.id, slug).await?;
    }
    let was_public = item.published_at.is_some();
    if was_public { store::remember_slug(&caller.tx, &item.id, &item.slug, caller.now).await } else { Ok(()) }
}

/// The slug to write, for an item of this id. One made from a text takes no address that leads to another item.
pub(crate) async fn wanted_slug(caller: &Caller, id: &str, draft: &Draft) -> Result<String> {
    let is_free =
        async |slug: &str| Ok::<_, Error>(!is_reserved(slug) && !store::is_slug_known(&caller.tx, slug, id).await?);
    match (&draft.slug, slug_base(draft)) {
        (SlugWish::Typed(slug), _) => {
            if is_reserved(slug) {
                Err(reserved_slug())
            } else if store::is_slug_taken(&caller.tx, slug, id).await? {
                Err(taken_slug())
            } else {
                Ok(slug.clone())
            }
        }
        (_, Some(base)) if is_free(&base).await? => Ok(base),
        (_, base) => numbered(caller, id, &base.unwrap_or_default()).await,
    }
}

/// What a slug made from a text begins with; none where it was typed.
pub(super) fn slug_base(draft: &Draft) -> Option<String> {
    let text = match &draft.slug {
        SlugWish::Typed(_) => return None,
        SlugWish::Like(text) if !validate::slug_from(text).is_empty() => text,
        SlugWish::FromTitle | SlugWish::Like(_) => &draft.title,
    };
    let made = validate::slug_from(text);
    Some(if made.is_empty() { "untitled".to_owned() } else { made })
}

pub(super) fn is_reserved(slug: &str) -> bool {
    RESERVED_SLUGS.contains(&slug)
}

/// `base-number` with the next free number, never longer than a slug may be.
async fn numbered(caller: &Caller, id: &str, base: &str) -> Result<String> {
    let base = with_room(base);
    let number = store::next_slug_number(&caller.tx, base, id).await?;
    Ok(format!("{base}-{number}"))
}

/// The base with room for any number behind it: all that share it are counted together.
fn with_room(base: &str) -> &str {
    let end = base.len().min(validate::SLUG_LONGEST - NUMBER_LONGEST);
    base[..end].trim_end_matches('-')
}

fn taken_slug() -> Error {
    Error::Taken(FieldError::new("slug", "taken", "Another item has this slug. Choose another, or leave it empty."))
}

fn reserved_slug() -> Error {
    let words = "The program itself uses this address. Choose another slug, or leave it empty.";
    Error::Taken(FieldError::new("slug", "reserved", words))
}

pub(super) fn as_taken_slug(error: Error) -> Error {
    match kernel::db::violated_constraint(&error) {
        Some("content_items_organization_id_slug_key") => taken_slug(),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_fits_behind_the_longest_slug() {
        assert_eq!(with_room("a-"), "a");
        assert_eq!(with_room(&"x".repeat(200)).len() + "-999999999".len(), validate::SLUG_LONGEST);
    }
}
