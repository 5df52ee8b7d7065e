//! What lies in the store and is known to nobody: files of organizations that were deleted, or of a database that was put
//! back to an earlier day. Cleared away at an operator's word alone, for a store can be shared with another program.

use jiff::{SignedDuration, Timestamp};
use kernel::db::OrganizationId;
use kernel::{App, Result};

use crate::uploads;

/// Files younger than this may be on their way to a row.
const YOUNGEST: SignedDuration = SignedDuration::from_hours(24);
/// Folders of one organization that are looked at at most.
const FOLDERS_MOST: usize = 1_000_000;
/// Folders that are compared with the database at a time.
const COMPARED_AT_ONCE: usize = 1000;

/// Finds folders of the store that no asset and no upload knows, and deletes them unless `only_looks`. Tells each.
pub async fn sweep(app: &App, now: Timestamp, only_looks: bool, mut tell: impl FnMut(&str)) -> Result<usize> {
    let mut count = 0;
    for name in app.files.folders("", FOLDERS_MOST).await? {
        let Ok(organization) = OrganizationId::parse(&name) else { continue };
        let tokens = app.files.folders(&name, FOLDERS_MOST).await?;
        for tokens in tokens.chunks(COMPARED_AT_ONCE) {
            for token in unknown(app, &organization, tokens).await? {
                let folder = format!("{name}/{token}");
                let newest = app.files.newest_in(&folder).await?;
                if newest.is_some_and(|newest| newest + YOUNGEST > now) {
                    continue;
                }
                tell(&folder);
                if !only_looks {
                    app.files.delete_folder(&folder).await?;
                }
                count += 1;
            }
        }
    }
    Ok(count)
}

async fn unknown(app: &App, organization: &OrganizationId, tokens: &[String]) -> Result<Vec<String>> {
    let tx = app.database.tenant(organization).await?;
    let known = uploads::store::known_tokens(&tx, tokens).await?;
    Ok(tokens.iter().filter(|token| !known.contains(token)).cloned().collect())
}
