use axum::response::Response;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::Flash;

use super::editor_address;
use crate::revisions::RevisionOf;
use crate::revisions::actions::{self, Part};

/// What comes back, where to, and the version of that which was looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RestoreInput {
    /// `title`, `excerpt`, the number of a change, or empty for the whole version.
    part: String,
    /// `changes` for the draft changes of a published item; the item itself otherwise.
    into: String,
    version: String,
}

pub async fn restore(page: PageCaller, at: RevisionOf, Form(input): Form<RestoreInput>) -> Result<Response> {
    let (part, words) = match input.part.as_str() {
        "" => (Part::Whole, "was restored"),
        "title" => (Part::Title, "gave its title back"),
        "excerpt" => (Part::Excerpt, "gave its excerpt back"),
        number => (Part::Change(number.parse().map_err(|_| Error::NotFound)?), "gave one block back"),
    };
    let (caller, expected) = (&page.caller, input.version.parse().ok());
    let address = editor_address(&page, &at.content_id);
    let (version, is_of_changes) = (at.version, input.into == "changes");
    let restored = if is_of_changes {
        actions::restore_into_changes(caller, &at.content_id, version, part, expected).await.map(|_| ())
    } else {
        actions::restore(caller, &at.content_id, version, part, expected).await.map(|_| ())
    };
    match restored {
        Ok(()) if is_of_changes => {
            page.caller.commit().await?;
            let into = if part == Part::Whole { "into" } else { "to" };
            let words = format!("Version {version} {words} {into} the draft changes. The site shows what it showed.");
            Ok(Flash::success(words).redirect(&format!("{address}?of=changes")))
        }
        Ok(()) => {
            page.caller.commit().await?;
            let words = format!("Version {version} {words}. What was there before stays in the history.");
            Ok(Flash::success(words).redirect(&address))
        }
        Err(Error::StaleVersion(_) | Error::Conflict(_)) => {
            let words = "Somebody saved a newer version in the meantime, so nothing was restored. Compare again.";
            Ok(Flash::error(words).redirect(&format!("{address}/revisions")))
        }
        Err(error) => Err(error),
    }
}
