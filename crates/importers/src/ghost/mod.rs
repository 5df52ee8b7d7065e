//! Imports an export of Ghost: its JSON with posts, pages, tags and authors.
//!
//! The file is read twice, since posts stand before what they refer to: first tags, authors and the tables between,
//! then one post at a time. Bodies are HTML, or made of [lexical] or [mobiledoc] with their [cards].

mod addresses;
mod apply;
mod cards;
mod export;
mod lexical;
mod mobiledoc;
mod post;
mod related;

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use anyhow::Context;
use kernel::{App, Error, Result};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::{JoinHandle, spawn_blocking};
use url::Url;

use crate::report::Summary;
use crate::writer::{Options, RECORDS_AT_ONCE, Writer};
use apply::Import;
use export::Row;
use related::Related;

/// Under what the records are remembered. Ghost's ids are the same in every export and never another site's.
const SOURCE: &str = "Ghost";
/// How many posts wait between the parser and the database.
const WAITING_MOST: usize = 4;

/// Imports an export; `site` is the address of the Ghost site, which the file does not name, for pictures that lie there.
/// `progress` is told how many posts were gone through.
pub async fn run(
    app: &App,
    organization_slug: &str,
    source: impl Read + Send + 'static,
    (site, options): (Option<&str>, Options),
    mut progress: impl FnMut(u64),
) -> Result<Summary> {
    let site = site.map(parse_site).transpose()?;
    let mut writer = Writer::open(app, organization_slug, "Ghost import", options).await?;
    SOURCE.clone_into(&mut writer.source);
    let (file, related) = spawn_blocking(move || first_reading(source)).await.context("the reading ended early")??;
    let summary = Summary { source: SOURCE.to_owned(), dry_run: options.dry_run, ..Summary::default() };
    let mut import = Import { related, site, summary };

    let caller = writer.begin().await?;
    import.apply_tags(&caller).await?;
    writer.end(caller).await?;
    let (mut posts, reading) = second_reading(file);
    let mut done = 0;
    while let Some(first) = posts.recv().await {
        let caller = writer.begin().await?;
        let (mut next, mut written) = (Some(first), 0);
        while let Some(post) = next {
            import.apply_post(&caller, &post).await?;
            written += 1;
            next = if written < RECORDS_AT_ONCE { posts.recv().await } else { None };
        }
        writer.end(caller).await?;
        done += u64::from(written);
        progress(done);
    }
    reading.await.context("the reading ended early")??;
    writer.record("import.ghost", &import.summary).await?;
    Ok(import.summary)
}

fn parse_site(address: &str) -> Result<Url> {
    let url = Url::parse(address.trim_end_matches('/')).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| Error::Malformed(format!("{address} is no web address. Write it like https://blog.example.")))
}

/// Keeps a copy, since the source may be a pipe, and what posts refer to.
fn first_reading(mut source: impl Read) -> Result<(File, Related)> {
    let mut copy = tempfile::tempfile().context("no temporary file could be made; see that TMPDIR has room")?;
    io::copy(&mut source, &mut copy).context("the export cannot be read")?;
    copy.rewind().context("the temporary copy of the export cannot be read")?;
    let mut related = Related::default();
    export::read(BufReader::new(&copy), &related::TABLES, |table, row| {
        related.take(table, &row);
        true
    })?;
    copy.rewind().context("the temporary copy of the export cannot be read")?;
    Ok((copy, related))
}

fn second_reading(file: File) -> (Receiver<Row>, JoinHandle<Result<()>>) {
    let (sender, posts) = channel(WAITING_MOST);
    let reading = spawn_blocking(move || {
        // Whoever wanted the posts and is gone has failed and says why.
        export::read(BufReader::new(file), &["posts"], |_, post| sender.blocking_send(post).is_ok())
    });
    (posts, reading)
}
