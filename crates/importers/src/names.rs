//! Authors and categories that items name, found again or added.

use accounts::authors::{self, ImportedAuthor};
use content::items::store::is_member;
use content::taxonomy::categories::import::{self, ImportedCategory};
use content::taxonomy::categories::store;
use kernel::Result;
use kernel::access::Caller;
use kernel::validate::slug_from;

use crate::fields::one_line;
use crate::ledger::Ledger;
use crate::report::{Kind, Outcome, Summary};

const AUTHOR_KIND: &str = "author";
const CATEGORY_KIND: &str = "category";

/// The user who stands for an author; counted when this import meets them first.
pub(crate) async fn author_id(caller: &Caller, author: ImportedAuthor<'_>, summary: &mut Summary) -> Result<String> {
    let ledger = Ledger { tx: &caller.tx, source: author.source, kind: AUTHOR_KIND };
    if let Some(entry) = ledger.find(author.login).await?
        && is_member(&caller.tx, &entry.target_id).await?
    {
        return Ok(entry.target_id);
    }
    let (id, is_new) = authors::find_or_add(caller, author).await?;
    ledger.write(author.login, &id, "").await?;
    summary.count(Kind::Authors, if is_new { Outcome::Created } else { Outcome::Unchanged });
    Ok(id)
}

/// The category of this name; none when it was deleted here since an earlier import, or has neither letter nor digit.
pub(crate) async fn category_id(
    caller: &Caller,
    source: &str,
    name: &str,
    summary: &mut Summary,
) -> Result<Option<String>> {
    let (name, slug) = (one_line(name), slug_from(name));
    if slug.is_empty() {
        return Ok(None);
    }
    let ledger = Ledger { tx: &caller.tx, source, kind: CATEGORY_KIND };
    if let Some(entry) = ledger.find(&slug).await? {
        return Ok(store::find(&caller.tx, &entry.target_id).await?.map(|category| category.id));
    }
    let imported = ImportedCategory { name: &name, slug: &slug, description: "" };
    let (category, outcome) = match import::existing(caller, imported).await? {
        Some(category) => (category, Outcome::Unchanged),
        None => (import::create(caller, imported).await?, Outcome::Created),
    };
    ledger.write(&slug, &category.id, "").await?;
    summary.count(Kind::Categories, outcome);
    Ok(Some(category.id))
}
