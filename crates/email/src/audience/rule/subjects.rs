//! Emails that rules ask about, by their subjects: an id says nothing to a reader.

use std::collections::HashMap;

use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::Rule;

/// Subjects of emails by their ids.
#[derive(Debug, Default)]
pub struct Subjects(HashMap<String, String>);

impl Subjects {
    /// Those of all emails that some rules ask about, with one statement; with none, where no rule does.
    pub async fn of<'a>(tx: &Tenant, rules: impl IntoIterator<Item = &'a Rule>) -> Result<Self> {
        let mut ids: Vec<&str> = Vec::new();
        rules.into_iter().for_each(|rule| asked_about(rule, &mut ids));
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let rows = tx.rows("SELECT id, subject FROM email_campaigns WHERE id = ANY ($1)", &[&ids]).await?;
        Ok(Self(rows.iter().map(|row| (row.get("id"), row.get("subject"))).collect()))
    }

    /// A rule's words with subjects in the place of ids. An email that is gone keeps its id.
    pub fn named(&self, words: &str) -> String {
        let name = |words: String, (id, subject): (&String, &String)| {
            words.replace(&format!("the email {id}"), &format!("the email “{subject}”"))
        };
        self.0.iter().fold(words.to_owned(), name)
    }
}

/// A rule as people read it, with the subjects of the emails that it asks about.
pub async fn in_words(tx: &Tenant, rule: &Rule) -> Result<String> {
    Ok(Subjects::of(tx, [rule]).await?.named(&rule.to_string()))
}

fn asked_about<'a>(rule: &'a Rule, ids: &mut Vec<&'a str>) {
    match rule {
        Rule::And(rules) | Rule::Or(rules) => rules.iter().for_each(|rule| asked_about(rule, ids)),
        Rule::Not(rule) => asked_about(rule, ids),
        Rule::Email(test) => ids.extend(test.id.as_deref()),
        Rule::All | Rule::Field(..) | Rule::Tag(_) | Rule::Visited(_) => {}
    }
}
