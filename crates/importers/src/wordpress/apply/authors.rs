//! Authors.

use accounts::authors::{self, ImportedAuthor};
use kernel::Result;
use kernel::access::Caller;

use super::Import;
use crate::ledger;
use crate::report::{Kind, Outcome};
use crate::wordpress::record::Author;

const KIND: &str = "author";

impl Import {
    pub(super) async fn apply_author(&mut self, caller: &Caller, author: &Author) -> Result<()> {
        let outcome = self.find_author(caller, author).await?.1;
        self.summary.count(Kind::Authors, outcome);
        Ok(())
    }

    /// The user who wrote an item. Exports of single types name authors whom they do not describe.
    pub(super) async fn author_id(&mut self, caller: &Caller, login: &str) -> Result<String> {
        if login.is_empty() {
            return Ok(caller.actor.user_id.clone());
        }
        if let Some(entry) = self.ledger(caller, KIND).find(login).await?
            && content::items::store::is_member(&caller.tx, &entry.target_id).await?
        {
            return Ok(entry.target_id);
        }
        let (id, outcome) = self.find_author(caller, &Author { login: login.to_owned(), ..Author::default() }).await?;
        self.summary.count(Kind::Authors, outcome);
        Ok(id)
    }

    async fn find_author(&self, caller: &Caller, author: &Author) -> Result<(String, Outcome)> {
        let full_name = format!("{} {}", author.first_name, author.last_name);
        let name = [&author.display_name, &full_name].into_iter().find(|name| !name.trim().is_empty());
        let name = name.map_or(author.login.as_str(), String::as_str);
        let imported = ImportedAuthor { login: &author.login, name, email: &author.email, source: &self.source };
        let says = ledger::checksum(&(name, &author.email))?;
        let ledger = self.ledger(caller, KIND);
        if let Some(entry) = ledger.find(&author.login).await?
            && content::items::store::is_member(&caller.tx, &entry.target_id).await?
        {
            if entry.checksum == says {
                return Ok((entry.target_id, Outcome::Unchanged));
            }
            let renamed = authors::rename(caller, &entry.target_id, imported).await?;
            ledger.write(&author.login, &entry.target_id, &says).await?;
            return Ok((entry.target_id, if renamed { Outcome::Updated } else { Outcome::Unchanged }));
        }
        let (id, is_new) = authors::find_or_add(caller, imported).await?;
        ledger.write(&author.login, &id, &says).await?;
        Ok((id, if is_new { Outcome::Created } else { Outcome::Unchanged }))
    }
}
