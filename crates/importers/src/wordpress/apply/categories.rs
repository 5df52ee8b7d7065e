//! Categories with their tree.

use content::taxonomy::categories::import::{self, ImportedCategory};
use content::taxonomy::categories::{Category as Stored, store};
use kernel::Result;
use kernel::access::Caller;

use super::{Import, one_line};
use crate::ledger::{self, halves, mark};
use crate::report::{Kind, Outcome};
use crate::wordpress::record::{Category, TermReference};

const KIND: &str = "category";
/// Categories whose parent is still to be found, which may stand behind them in the file.
const PARENT_KIND: &str = "category-parent";
/// Categories that stand for one of this source.
const MADE_KIND: &str = "category-made";
/// What stands for the state of a category that was here before the import, which is never changed.
const FOUND_HERE: &str = "found";
/// How many parents are looked for in one transaction.
pub(super) const PARENTS_AT_ONCE: i64 = 50;

impl Import {
    pub(super) async fn apply_category(&mut self, caller: &Caller, category: &Category) -> Result<()> {
        let says = ledger::checksum(&(&category.name, &category.description, &category.parent_nicename))?;
        let name = name_of(&category.name, &category.nicename);
        let imported = ImportedCategory { name: &name, slug: &category.nicename, description: &category.description };
        let Some(entry) = self.ledger(caller, KIND).find(&category.nicename).await? else {
            let (id, outcome) = self.add_category(caller, &category.nicename, imported, &says).await?;
            if outcome == Outcome::Created {
                self.remember_parent(caller, category, &id).await?;
            }
            self.summary.count(Kind::Categories, outcome);
            return Ok(());
        };
        let (said, left_as) = halves(&entry.checksum);
        if said == says || left_as == FOUND_HERE {
            self.summary.count(Kind::Categories, Outcome::Unchanged);
            return Ok(());
        }
        let version = left_as.parse().unwrap_or(0);
        if import::update(caller, &entry.target_id, imported, version).await? {
            let left_as = (version + 1).to_string();
            self.ledger(caller, KIND).write(&category.nicename, &entry.target_id, &mark(&says, &left_as)).await?;
            self.remember_parent(caller, category, &entry.target_id).await?;
            self.summary.count(Kind::Categories, Outcome::Updated);
        } else {
            self.summary.skip(Kind::Categories, &name, "It was changed or deleted here since the last import.");
        }
        Ok(())
    }

    /// The category of an item; one that only items name is made. None when it was deleted here.
    pub(super) async fn category_id(&mut self, caller: &Caller, term: &TermReference) -> Result<Option<String>> {
        if let Some(entry) = self.ledger(caller, KIND).find(&term.nicename).await? {
            let found = store::find(&caller.tx, &entry.target_id).await?;
            return Ok(found.map(|category| category.id));
        }
        let name = name_of(&term.name, &term.nicename);
        let imported = ImportedCategory { name: &name, slug: &term.nicename, description: "" };
        let (id, outcome) = self.add_category(caller, &term.nicename, imported, "").await?;
        self.summary.count(Kind::Categories, outcome);
        Ok(Some(id))
    }

    async fn add_category(
        &mut self,
        caller: &Caller,
        nicename: &str,
        imported: ImportedCategory<'_>,
        says: &str,
    ) -> Result<(String, Outcome)> {
        let found = match import::existing(caller, imported).await? {
            Some(category) if !self.is_made_here(caller, &category).await? => Some(category),
            _ => None,
        };
        let (category, left_as, outcome) = match found {
            Some(category) => (category, FOUND_HERE.to_owned(), Outcome::Unchanged),
            None => {
                let category = import::create(caller, imported).await?;
                let version = category.version.to_string();
                (category, version, Outcome::Created)
            }
        };
        self.ledger(caller, KIND).write(nicename, &category.id, &mark(says, &left_as)).await?;
        self.ledger(caller, MADE_KIND).write(&category.id, &category.id, "").await?;
        Ok((category.id, outcome))
    }

    /// Whether another category of this source stands for it already: two nicenames may make the same slug.
    async fn is_made_here(&self, caller: &Caller, category: &Stored) -> Result<bool> {
        Ok(self.ledger(caller, MADE_KIND).find(&category.id).await?.is_some())
    }

    async fn remember_parent(&self, caller: &Caller, category: &Category, id: &str) -> Result<()> {
        match &category.parent_nicename {
            Some(parent) => self.ledger(caller, PARENT_KIND).write(id, parent, "").await,
            None => Ok(()),
        }
    }

    /// Puts some categories below their parents; `false` when none was left to do.
    pub async fn set_parents(&mut self, caller: &Caller) -> Result<bool> {
        let waiting = self.ledger(caller, PARENT_KIND).first(PARENTS_AT_ONCE).await?;
        for entry in &waiting {
            let (child, nicename) = (&entry.source_id, &entry.target_id);
            let parent = self.ledger(caller, KIND).find(nicename).await?;
            let problem = match parent {
                None => Some("Its parent is not in the export, so it stands at the top."),
                Some(parent) if import::set_parent(caller, child, &parent.target_id).await? => None,
                Some(_) => Some("Its parents go round in a circle, so it stands where the circle was opened."),
            };
            if let Some(problem) = problem {
                let name = store::find(&caller.tx, child).await?.map(|category| category.name).unwrap_or_default();
                self.summary.adjust(Kind::Categories, &name, problem);
            }
            self.ledger(caller, PARENT_KIND).forget(child).await?;
        }
        Ok(!waiting.is_empty())
    }
}

fn name_of(name: &str, nicename: &str) -> String {
    let name = one_line(name);
    if name.is_empty() { one_line(nicename) } else { name }
}
