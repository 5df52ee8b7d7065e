//! Imports contacts from a CSV file of this machine, by the engine that the page of imports uses.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use email::audience::fields;
use email::audience::imports::record::SOURCE_LONGEST;
use email::audience::imports::run::{self, Report, Target};
use email::audience::imports::{Outcome, State, actions, sample, store};
use futures_util::{Stream, stream};
use kernel::access::Caller;
use kernel::validate::Problems;
use kernel::{App, Error, Result};
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use crate::report::{Counts, Kind, Summary};
use crate::writer::{Options, Writer};

/// Bytes that are read at a time.
const READ_AT_ONCE: usize = 256 * 1024;
const SOURCE: &str = "Import of a file";

/// Imports the contacts of a file; `consent` says where they agreed, `progress` is told how many bytes were read.
pub async fn run(
    app: &App,
    organization_slug: &str,
    path: &Path,
    (consent, options): (&str, Options),
    progress: impl Fn(u64),
) -> Result<Summary> {
    let mut writer = Writer::open(app, organization_slug, "Contacts import", options).await?;
    let name = path.file_name().map_or_else(|| "contacts.csv".to_owned(), |name| name.to_string_lossy().into_owned());
    writer.source.clone_from(&name);
    let caller = writer.begin().await?;
    let import = begin(&caller, path, (&name, consent)).await?;
    let (bytes, read) = reading(path).await?;
    let target = Target { app, organization: &caller.organization.id.clone(), import: &import, held: None };
    let report = if options.dry_run {
        let target = Target { held: Some(&caller.tx), ..target };
        run::run(&target, Box::pin(bytes), |_| progress(read.load(Ordering::Relaxed))).await?
    } else {
        let app = caller.app.clone();
        let organization = caller.organization.id.clone();
        writer.end(caller).await?;
        let outcome = run::run(&target, Box::pin(bytes), |_| progress(read.load(Ordering::Relaxed))).await;
        finish(&app, &organization, &import.id, outcome.as_ref().err()).await?;
        let summary = summary(name, options, &outcome?);
        writer.record("import.contacts", &summary).await?;
        return Ok(summary);
    };
    writer.end(caller).await?;
    Ok(summary(name, options, &report))
}

async fn begin(
    caller: &Caller,
    path: &Path,
    (name, consent): (&str, &str),
) -> Result<email::audience::imports::Import> {
    let known = fields::all(&caller.tx).await?;
    let mut settings = sample::guess(&beginning(path).await?, name, &known).await?;
    if !settings.columns.contains(&email::audience::imports::columns::Column::Email) {
        let words =
            "No column of this file is named like a mail address, such as “Email Address”. Name it in the first row.";
        return Err(Error::Malformed(words.into()));
    }
    if settings.status == Outcome::Subscribed {
        let mut problems = Problems::new();
        let source = problems.optional("consent", "What --consent says", Some(consent), SOURCE_LONGEST);
        settings.consent_source = problems.finish(source)?.unwrap_or_else(|| SOURCE.to_owned());
    }
    let settings = actions::with_fields(caller, settings).await?;
    let import = actions::insert(caller, ("", name), &settings).await?;
    store::begin(&caller.tx, &import.id, &settings).await?;
    Ok(import)
}

async fn finish(
    app: &App,
    organization: &kernel::db::OrganizationId,
    import: &str,
    error: Option<&Error>,
) -> Result<()> {
    let tx = app.database.tenant(organization).await?;
    let problem = error.map(ToString::to_string);
    let state = if problem.is_some() { State::Failed } else { State::Done };
    store::finish(&tx, import, (state, problem.as_deref()), app.clock.now()).await?;
    tx.commit().await
}

async fn beginning(path: &Path) -> Result<Bytes> {
    let (bytes, _) = reading(path).await?;
    sample::beginning(Box::pin(bytes)).await
}

/// The bytes of a file, and how many of them were read so far.
async fn reading(path: &Path) -> Result<(impl Stream<Item = Result<Bytes>> + Send, Arc<AtomicU64>)> {
    let file = File::open(path).await.map_err(|error| unreadable(path, &error))?;
    let read = Arc::new(AtomicU64::new(0));
    let counter = read.clone();
    let pieces = stream::try_unfold(file, move |mut file| {
        let counter = counter.clone();
        async move {
            let mut piece = vec![0; READ_AT_ONCE];
            let length = file.read(&mut piece).await.map_err(Error::internal)?;
            piece.truncate(length);
            counter.fetch_add(length as u64, Ordering::Relaxed);
            Ok((length > 0).then(|| (Bytes::from(piece), file)))
        }
    });
    Ok((pieces, read))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::Malformed(format!("{} cannot be read: {error}.", path.display()))
}

fn summary(source: String, options: Options, report: &Report) -> Summary {
    let mut summary = Summary { source, dry_run: options.dry_run, ..Summary::default() };
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    let Report { counts, reasons, losses } = report;
    let (created, updated, unchanged) = (number(counts.created), number(counts.updated), number(counts.skipped));
    summary.count_many(Kind::Contacts, Counts { created, updated, unchanged, skipped: 0 });
    for (reason, count) in reasons {
        summary.skip_many(Kind::Contacts, reason, number(*count));
    }
    for (loss, count) in losses {
        summary.adjust_many(loss, number(*count));
    }
    summary
}
