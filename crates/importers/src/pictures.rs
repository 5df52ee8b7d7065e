//! Pictures that imported items show: noted where they are, to be fetched later.

use kernel::Result;
use kernel::access::Caller;
use kernel::db::{Param, Statements};

use crate::report::{Kind, Outcome, Summary};

/// The longest address of a picture that is noted.
const ADDRESS_LONGEST: usize = 2048;

/// Endings of files that are pictures.
const ENDINGS: [&str; 7] = ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg"];

/// Whether an address is one of a picture, by its name.
pub(crate) fn is_picture(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// Notes where an item's picture is: a web address, or a path below the folder that is imported.
pub(crate) async fn note(
    caller: &Caller,
    source: &str,
    address: &str,
    item: &str,
    summary: &mut Summary,
) -> Result<()> {
    if address.chars().count() > ADDRESS_LONGEST {
        summary.skip(Kind::Attachments, address, "Its address is longer than 2048 characters.");
        return Ok(());
    }
    let sql = "INSERT INTO app.import_attachments
                 (organization_id, id, source, source_id, url, content_id, created_at)
               VALUES ($1, $2, $3, $4, $4, $5, $6) ON CONFLICT (organization_id, source, source_id) DO NOTHING";
    let (organization, id) = (caller.organization_id(), caller.new_id());
    let params: [&dyn Param; 6] = [&organization, &id, &source, &address, &item, &caller.now];
    let is_new = caller.tx.execute(sql, &params).await? == 1;
    summary.count(Kind::Attachments, if is_new { Outcome::Created } else { Outcome::Unchanged });
    Ok(())
}
