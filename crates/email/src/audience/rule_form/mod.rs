//! A rule as a form of rows, for the pages of segments and of automations.

pub mod builder;
pub mod typed;
pub mod views;

use kernel::Result;
use kernel::db::Tenant;
use ui::{FieldErrors, SelectOption};

use super::contacts::{self, Status};
use crate::sending::emails::list as emails;
use builder::{Builder, EMAILS, TAG, VISITS};
use typed::TypedRule;
use views::{RuleFields, RuleRow, Subject};

/// Emails and tags to choose from at most.
const EMAILS_MOST: i64 = 50;
const TAGS_MOST: i64 = 200;

/// The fields of a rule, to be sent to `action`, with what is wrong with them; `kept` is the rule that is kept, in words.
pub async fn fields(
    tx: &Tenant,
    typed: TypedRule,
    (action, kept): (String, Option<String>),
    errors: &FieldErrors,
) -> Result<RuleFields> {
    let problem_of = |place: usize| {
        let its = errors.iter().find(|(field, _)| Builder::row_of(field) == Some(place));
        its.map(|(_, message)| message.to_owned()).unwrap_or_default()
    };
    let rows = typed.builder.rows.into_iter().enumerate();
    let rows: Vec<RuleRow> = rows.map(|(place, row)| RuleRow { row, problem: problem_of(place) }).collect();
    Ok(RuleFields {
        action,
        kept: kept.filter(|_| !typed.kept.is_empty()).map(|words| (words, typed.kept)),
        is_any: typed.builder.is_any,
        subjects: subjects(tx, &rows).await?,
        emails: email_choices(tx, &rows).await?,
        values: values(tx).await?,
        count: None,
        rows,
    })
}

/// What conditions can ask about. A field of a row that is gone stays to choose, so that looking changes nothing.
async fn subjects(tx: &Tenant, rows: &[RuleRow]) -> Result<Vec<Subject>> {
    let mut subjects = vec![
        Subject::new(TAG, "Tag", TAG),
        Subject::new(EMAILS, "Emails", EMAILS),
        Subject::new(VISITS, "Page", VISITS),
    ];
    for (name, label) in [
        ("email", "Address"),
        ("name", "Name"),
        ("company", "Company"),
        ("language", "Language"),
        ("timezone", "Time zone"),
    ] {
        subjects.push(Subject::new(name, label, "text"));
    }
    subjects.push(Subject::new("status", "Status", "status"));
    for (name, label) in [("created_at", "Added"), ("consent_at", "Consented"), ("unsubscribed_at", "Unsubscribed")] {
        subjects.push(Subject::new(name, label, "moment"));
    }
    for field in super::fields::all(tx).await? {
        subjects.push(Subject::new(&format!("fields.{}", field.key), &field.label, "own"));
    }
    for one in rows {
        let name = &one.row.subject;
        if !name.is_empty() && !subjects.iter().any(|subject| subject.name == *name) {
            subjects.push(Subject::new(name, name, "own"));
        }
    }
    Ok(subjects)
}

/// The newest emails, and those that rows name.
async fn email_choices(tx: &Tenant, rows: &[RuleRow]) -> Result<Vec<SelectOption>> {
    let filter = emails::Filter { status: None, campaign: None, words: None };
    let found = emails::page(tx, &filter, emails::Order::default(), None, EMAILS_MOST).await?;
    let mut options = vec![SelectOption::new("", "Any email")];
    options.extend(found.into_iter().map(|email| SelectOption::new(email.id, email.subject)));
    for one in rows {
        if !options.iter().any(|option| option.is(&one.row.email)) {
            options.push(SelectOption::new(one.row.email.as_str(), "An earlier email"));
        }
    }
    Ok(options)
}

async fn values(tx: &Tenant) -> Result<Vec<String>> {
    let states = Status::ALL.into_iter().map(|status| status.as_str().to_owned());
    Ok(contacts::store::tags_in_use(tx, TAGS_MOST).await?.into_iter().chain(states).collect())
}
