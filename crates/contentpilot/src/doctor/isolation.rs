//! The live proof: two throw-away tenants, each trying everything on the other's rows, as the app role.

use super::catalogue::Table;
use super::probe::{Outcome, attempt, words, work_for};
use super::report::{Check, Report};
use super::rows::{Subject, Tenants, fill, insert_sql, subjects};
use std::collections::BTreeMap;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, Transaction};

/// Makes the two tenants and tries every table; adds one check a table.
pub(super) async fn prove(transaction: &Transaction<'_>, tables: &[Table], report: &mut Report) -> anyhow::Result<()> {
    let tenants = Tenants::new()?;
    let empty = subjects(transaction, tables).await?;
    let mut found: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    if let Err(error) = transaction.batch_execute(&tenants_sql(&tenants)).await {
        let problems = vec![format!("the two tenants could not be made: {}", words(&error))];
        report.add(Check::of("isolation", "two throw-away tenants", problems));
        return Ok(());
    }
    for subject in &empty {
        let problems = without_context(transaction, subject, &tenants, "no organization was ever set").await?;
        found.entry(subject.table.oid).or_default().extend(problems);
    }
    let filled = fill(transaction, empty, &tenants, &mut found).await?;
    for subject in &filled {
        let problems = found.entry(subject.table.oid).or_default();
        problems.extend(between_tenants(transaction, subject, &tenants).await?);
        for (setting, words) in
            [("", "the organization is empty"), ("doctor-nobody", "the organization is a wrong one")]
        {
            work_for(transaction, setting).await?;
            problems.extend(without_context(transaction, subject, &tenants, words).await?);
        }
    }
    for table in tables {
        let problems = found.remove(&table.oid).unwrap_or_default();
        let name = format!("isolation {}", table.name);
        report.add(Check::of(
            name,
            "another tenant can neither read, insert, update, move, delete nor refer",
            problems,
        ));
    }
    report.add(search(transaction, &tenants).await?);
    Ok(())
}

fn tenants_sql(tenants: &Tenants) -> String {
    let Tenants { one, other, user } = tenants;
    format!(
        "INSERT INTO organizations (id, name, slug, updated_at)
         VALUES ('{one}', 'Doctor', '{one}', now()), ('{other}', 'Doctor', '{other}', now());
         INSERT INTO users (id, email, updated_at) VALUES ('{user}', '{user}@doctor.invalid', now())"
    )
}

/// With no organization there are no rows, and none can be written.
async fn without_context(
    transaction: &Transaction<'_>,
    subject: &Subject<'_>,
    tenants: &Tenants,
    when: &str,
) -> Result<Vec<String>, Error> {
    let table = subject.table.sql();
    let mut problems = Vec::new();
    let both = format!("organization_id IN ('{}', '{}')", tenants.one, tenants.other);
    let silent = [
        ("rows can be read", format!("SELECT FROM {table} LIMIT 1")),
        ("rows can be updated", format!("UPDATE {table} SET organization_id = organization_id WHERE {both}")),
        ("rows can be deleted", format!("DELETE FROM {table} WHERE {both}")),
    ];
    for (what, sql) in silent {
        problems.extend(must_touch_nothing(transaction, what, &sql).await?);
    }
    let sql = insert_sql(subject, tenants, &tenants.one, &tenants.one);
    problems.extend(must_refuse(transaction, "a row can be inserted", &sql, &SqlState::INSUFFICIENT_PRIVILEGE).await?);
    Ok(problems.into_iter().map(|problem| format!("when {when}, {problem}")).collect())
}

async fn between_tenants(
    transaction: &Transaction<'_>,
    subject: &Subject<'_>,
    tenants: &Tenants,
) -> Result<Vec<String>, Error> {
    let table = subject.table.sql();
    let mut problems = Vec::new();
    for (mine, theirs) in [(&tenants.one, &tenants.other), (&tenants.other, &tenants.one)] {
        work_for(transaction, mine).await?;
        // Without this a table nobody can read at all would pass every other probe.
        if !subject.table.is_owner_only() {
            let sql = format!("SELECT FROM {table} WHERE organization_id = '{mine}'");
            if attempt(transaction, &sql).await? != Outcome::Rows(1) {
                problems.push("a tenant cannot read its own row".to_owned());
            }
        }
        let silent = [
            ("rows can be read", format!("SELECT FROM {table} WHERE organization_id <> '{mine}' LIMIT 1")),
            (
                "a row can be updated",
                format!("UPDATE {table} SET organization_id = '{mine}' WHERE organization_id = '{theirs}'"),
            ),
            ("a row can be deleted", format!("DELETE FROM {table} WHERE organization_id = '{theirs}'")),
        ];
        for (what, sql) in silent {
            problems.extend(must_touch_nothing(transaction, what, &sql).await?);
        }
        let insert = insert_sql(subject, tenants, mine, theirs);
        let moved = format!("UPDATE {table} SET organization_id = '{theirs}' WHERE organization_id = '{mine}'");
        let denied = SqlState::INSUFFICIENT_PRIVILEGE;
        problems.extend(must_refuse(transaction, "a row can be inserted", &insert, &denied).await?);
        problems.extend(must_refuse(transaction, "a row can be moved there", &moved, &denied).await?);
        problems.extend(references(transaction, subject, mine, theirs).await?);
    }
    problems.sort();
    problems.dedup();
    Ok(problems.into_iter().map(|problem| format!("of another tenant, {problem}")).collect())
}

/// Row security does not look at foreign keys, so only their shape keeps them from reaching another tenant's row.
async fn references(
    transaction: &Transaction<'_>,
    subject: &Subject<'_>,
    mine: &str,
    theirs: &str,
) -> Result<Vec<String>, Error> {
    let mut problems = Vec::new();
    // The owner's table cannot be written at all, so no attempt would get as far as its key.
    for column in subject.references.iter().filter(|_| !subject.table.is_owner_only()) {
        let table = subject.table.sql();
        let sql = format!("UPDATE {table} SET \"{column}\" = '{theirs}' WHERE organization_id = '{mine}'");
        let what = format!("{column} can refer to a row");
        problems.extend(must_refuse(transaction, &what, &sql, &SqlState::FOREIGN_KEY_VIOLATION).await?);
    }
    Ok(problems)
}

/// A search that is narrowed by what stands in other tables.
const SEARCH_WITHIN: &str = "app.search_content('doctor', false, 1000, NULL, 'DRAFT', NULL, NULL, NULL)";

/// The search functions run as the owner, so they are asked as well.
async fn search(transaction: &Transaction<'_>, tenants: &Tenants) -> Result<Check, Error> {
    let mut problems = Vec::new();
    work_for(transaction, &tenants.one).await?;
    for call in ["app.search_content('doctor', false, 1000)", SEARCH_WITHIN] {
        let sql = format!("SELECT FROM {call} WHERE content_id <> '{}'", tenants.one);
        problems.extend(must_touch_nothing(transaction, "another tenant's item is found", &sql).await?);
    }
    work_for(transaction, "").await?;
    for call in ["app.search_content('doctor', false, 10)", SEARCH_WITHIN, "app.index_content('doctor')"] {
        let sql = format!("SELECT {call}");
        let what = format!("{call} answers without an organization");
        problems.extend(must_refuse(transaction, &what, &sql, &SqlState::INSUFFICIENT_PRIVILEGE).await?);
    }
    Ok(Check::of("isolation search", "search finds nothing of another tenant and needs an organization", problems))
}

async fn must_touch_nothing(transaction: &Transaction<'_>, what: &str, sql: &str) -> Result<Option<String>, Error> {
    Ok(match attempt(transaction, sql).await? {
        Outcome::Rows(0) => None,
        Outcome::Refused(code, _) if code == SqlState::INSUFFICIENT_PRIVILEGE => None,
        Outcome::Rows(_) => Some(what.to_owned()),
        Outcome::Refused(_, said) => Some(format!("{what} (the policies let it pass, then: {said})")),
    })
}

async fn must_refuse(
    transaction: &Transaction<'_>,
    what: &str,
    sql: &str,
    expected: &SqlState,
) -> Result<Option<String>, Error> {
    Ok(match attempt(transaction, sql).await? {
        Outcome::Refused(code, _) if code == *expected => None,
        Outcome::Rows(_) => Some(what.to_owned()),
        Outcome::Refused(_, said) => Some(format!("{what} (it failed for another reason: {said})")),
    })
}
