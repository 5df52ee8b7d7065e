//! States what the schema should be and is, and then proves on the live database that tenants are kept apart.
//!
//! Everything happens in one transaction that is rolled back.

mod catalogue;
mod expected;
mod isolation;
mod probe;
mod report;
mod rights;
mod rows;
mod shape;

pub use report::{Check, Report};

use anyhow::Context;
use kernel::migrate;
use tokio_postgres::{Client, Transaction};

/// Examines a database and proves its isolation; changes nothing.
///
/// The connection's login must be able to act as the app role: the one that migrates is. Use a fresh connection, so
/// that "no organization was ever set" is proven as well. An error is returned only when the examination itself could
/// not be made; what is wrong with the database stands in the report.
pub async fn run(client: &mut Client) -> anyhow::Result<Report> {
    let mut report = Report::default();
    report.add(migrations(client).await);
    let transaction = client.transaction().await.context("a transaction could not be begun")?;
    transaction
        .batch_execute(
            "SET LOCAL search_path = public; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '60s'",
        )
        .await?;
    let tables = catalogue::tenant_tables(&transaction).await?;
    shape::examine(&transaction, &tables, &mut report).await?;
    catalogue::examine(&transaction, &tables, &mut report).await?;
    rights::examine(&transaction, &tables, &mut report).await?;
    prove_as_app_role(&transaction, &tables, &mut report).await?;
    transaction.rollback().await?;
    Ok(report)
}

async fn migrations(client: &Client) -> Check {
    let expected = "every migration is applied";
    match migrate::status(client).await {
        Ok(list) => {
            let missing = list.iter().filter(|one| !one.applied).map(|one| format!("{} is missing", one.name));
            Check::of("migrations", expected, missing.collect())
        }
        Err(error) => Check::of("migrations", expected, vec![error.to_string()]),
    }
}

async fn prove_as_app_role(
    transaction: &Transaction<'_>,
    tables: &[catalogue::Table],
    report: &mut Report,
) -> anyhow::Result<()> {
    let expected = "not superuser, no BYPASSRLS, owns no tenant table";
    transaction.batch_execute("SAVEPOINT as_app_role").await?;
    let role = format!("SET LOCAL ROLE {}", migrate::APP_ROLE);
    if let Err(error) = transaction.batch_execute(&role).await {
        transaction.batch_execute("ROLLBACK TO SAVEPOINT as_app_role").await?;
        report.add(Check::of(
            "app role",
            expected,
            vec![format!("this login cannot act as it: {}", probe::words(&error))],
        ));
        return Ok(());
    }
    let problems = match migrate::check_safe_role(transaction.client()).await {
        Ok(()) => Vec::new(),
        Err(error) => vec![error.to_string()],
    };
    report.add(Check::of("app role", expected, problems));
    isolation::prove(transaction, tables, report).await
}
