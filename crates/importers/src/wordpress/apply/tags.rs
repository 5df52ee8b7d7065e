//! Tags.

use content::taxonomy::tags::actions;
use kernel::Result;
use kernel::access::Caller;
use kernel::validate::slug_from;

use super::{Import, one_line};
use crate::report::{Kind, Outcome};
use crate::wordpress::record::{Tag, TermReference};

const KIND: &str = "tag";
/// The longest name of a tag that an item takes, in characters.
const NAME_LONGEST: usize = 100;

impl Import {
    pub(super) async fn apply_tag(&mut self, caller: &Caller, tag: &Tag) -> Result<()> {
        if self.ledger(caller, KIND).find(&tag.slug).await?.is_some() {
            self.summary.count(Kind::Tags, Outcome::Unchanged);
            return Ok(());
        }
        let name = tag_name(&tag.name, &tag.slug);
        match actions::find_or_add(caller, &name).await? {
            Some((found, is_new)) => {
                self.ledger(caller, KIND).write(&tag.slug, &found.id, "").await?;
                self.summary.count(Kind::Tags, if is_new { Outcome::Created } else { Outcome::Unchanged });
                if !is_new && found.name != name {
                    let what = "It has become one with a tag whose name makes the same slug.";
                    self.summary.adjust(Kind::Tags, &name, what);
                }
            }
            None => self.summary.skip(Kind::Tags, &name, "A tag needs at least one letter or digit."),
        }
        Ok(())
    }
}

/// The name under which a term of an item is a tag here; may be one of which no tag can be made.
pub(super) fn of_item(term: &TermReference) -> Option<String> {
    let name = tag_name(&term.name, &term.nicename);
    (!slug_from(&name).is_empty()).then_some(name)
}

/// A tag's own name, or its slug where the name has neither letters nor digits.
fn tag_name(name: &str, slug: &str) -> String {
    let name = one_line(name);
    let name = if slug_from(&name).is_empty() { one_line(slug) } else { name };
    name.chars().take(NAME_LONGEST).collect::<String>().trim().to_owned()
}
