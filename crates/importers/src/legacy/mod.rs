//! Copies the host platform's own table `content` into content items, a gradual move that may be run again and again.
//!
//! The table stays as it is: rows are read with the app role's SELECT and never written.

mod row;
mod table;

use accounts::authors::{self, ImportedAuthor};
use content::items::store::is_member;
use kernel::access::Caller;
use kernel::db::Statements;
use kernel::{App, Result};

use crate::carry::{Carried, Carrier};
use crate::ledger::Ledger;
use crate::report::{Kind, Summary};
use crate::writer::{Options, RECORDS_AT_ONCE, Writer};
use row::LegacyContent;

/// Under what the rows are remembered.
const SOURCE: &str = "the host platform's table content";
const KIND: &str = "legacy-content";

/// Copies an organization's legacy content; `progress` is told how many of how many rows were gone through.
pub async fn run(
    app: &App,
    organization_slug: &str,
    options: Options,
    mut progress: impl FnMut(u64, u64),
) -> Result<Summary> {
    let mut writer = Writer::open(app, organization_slug, "Import of legacy content", options).await?;
    SOURCE.clone_into(&mut writer.source);
    let mut summary = Summary { source: SOURCE.to_owned(), dry_run: options.dry_run, ..Summary::default() };
    let caller = writer.begin().await?;
    table::check(&caller).await?;
    let total = table::count(&caller).await?;
    writer.end(caller).await?;

    let (mut after, mut done) = (String::new(), 0);
    loop {
        let caller = writer.begin().await?;
        let rows = table::read(&caller, &after, i64::from(RECORDS_AT_ONCE)).await?;
        for row in &rows {
            apply(&caller, row, &mut summary).await?;
        }
        writer.end(caller).await?;
        let Some(last) = rows.last() else { break };
        after.clone_from(&last.id);
        done += rows.len() as u64;
        progress(done, total);
    }
    writer.record("import.legacy", &summary).await?;
    Ok(summary)
}

async fn apply(caller: &Caller, row: &LegacyContent, summary: &mut Summary) -> Result<()> {
    let mut item = match row.to_item() {
        Ok(item) => item,
        Err(reason) => {
            summary.skip(Kind::Items, &row.title, reason);
            return Ok(());
        }
    };
    item.author_id = author_id(caller, row, &mut item).await?;
    item.fit();
    let ledger = Ledger { tx: &caller.tx, source: SOURCE, kind: KIND };
    let mut carrier = Carrier { caller, ledger, summary, kind: Kind::Items };
    carrier.carry(&row.id, &item, item.body.clone()).await?;
    Ok(())
}

/// The author, who may have left the organization since: then the name stays under the text, without a way in.
async fn author_id(caller: &Caller, row: &LegacyContent, item: &mut Carried) -> Result<String> {
    if is_member(&caller.tx, &row.author_id).await? {
        return Ok(row.author_id.clone());
    }
    let found = caller.tx.row("SELECT name FROM users WHERE id = $1", &[&row.author_id]).await?;
    let name: Option<String> = found.and_then(|found| found.get("name"));
    let name = name.unwrap_or_default();
    let imported = ImportedAuthor { login: &row.author_id, name: &name, email: "", source: SOURCE };
    item.note("Its author is no member any more, so only the name stands under it.");
    Ok(authors::find_or_add(caller, imported).await?.0)
}
