//! An import from its first byte to its summary.

use std::io::BufRead;
use std::sync::atomic::Ordering;

use kernel::{App, Error, Result};

use super::apply::Import;
use super::reader;
use super::record::Record;
use super::spool::{self, Reading};
use crate::report::{Kind, Summary};
use crate::writer::{Options, RECORDS_AT_ONCE, Writer};

/// What an import is busy with; each step begins anew at no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Authors, categories, tags and attachments, to which items refer.
    Preparing,
    /// Posts and pages with their comments.
    Items,
    /// Links between items.
    Links,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub step: Step,
    /// Bytes of the file that this step has read.
    pub bytes: u64,
    /// Records that this step has gone through.
    pub records: u64,
}

/// Imports an export of WordPress into an organization, in the name of its first owner.
///
/// Safe to run again, also after it was stopped half-way: what has not changed since is left alone, and what was edited
/// here is never overwritten. The source is read once and may be a pipe; its size is bounded by the room for temporary files.
pub async fn run(
    app: &App,
    organization_slug: &str,
    source: impl BufRead + Send + 'static,
    options: Options,
    mut progress: impl FnMut(Progress),
) -> Result<Summary> {
    let mut writer = Writer::open(app, organization_slug, "WordPress import", options).await?;
    let mut reading = spool::first(source)?;
    let Some(first) = reading.records.recv().await else {
        reading.finish().await?;
        return Err(Error::Malformed("The export is empty.".into()));
    };
    let mut import = match &first {
        Record::Site(site) => Import::new(&site.base_url, &site.language, &site.title),
        _ => Import::new("", "", ""),
    };
    import.summary.dry_run = options.dry_run;
    writer.source.clone_from(&import.source);

    Box::pin(writer.write(&mut import, &mut reading, Step::Preparing, &mut progress)).await?;
    let (mended, copy) = reading.finish().await?;
    while writer.go_on(&mut import, Step::Preparing).await? {}
    let mut reading = spool::second(copy)?;
    Box::pin(writer.write(&mut import, &mut reading, Step::Items, &mut progress)).await?;
    reading.finish().await?;
    progress(Progress { step: Step::Links, bytes: 0, records: 0 });
    while writer.go_on(&mut import, Step::Links).await? {}

    note_mending(&mut import.summary, mended);
    writer.record("import.wordpress", &import.summary).await?;
    Ok(import.summary)
}

impl Writer<'_> {
    /// Writes all records of a reading.
    async fn write<T>(
        &mut self,
        import: &mut Import,
        reading: &mut Reading<T>,
        step: Step,
        progress: &mut impl FnMut(Progress),
    ) -> Result<()> {
        let mut records = 0;
        while let Some(first) = reading.records.recv().await {
            let caller = self.begin().await?;
            let (mut next, mut written) = (Some(first), 0);
            while let Some(record) = next {
                match step {
                    Step::Preparing => import.prepare(&caller, record).await?,
                    Step::Items | Step::Links => import.apply(&caller, record).await?,
                }
                written += 1;
                next = if written < RECORDS_AT_ONCE { reading.records.recv().await } else { None };
            }
            self.end(caller).await?;
            records += u64::from(written);
            progress(Progress { step, bytes: reading.bytes.load(Ordering::Relaxed), records });
        }
        Ok(())
    }

    /// Does some of what a step left for its end; `false` when nothing was left.
    async fn go_on(&mut self, import: &mut Import, step: Step) -> Result<bool> {
        let caller = self.begin().await?;
        let more = match step {
            Step::Preparing => import.set_parents(&caller).await?,
            Step::Items | Step::Links => import.set_links(&caller).await?,
        };
        self.end(caller).await?;
        Ok(more)
    }
}

fn note_mending(summary: &mut Summary, mended: reader::Summary) {
    if !mended.complete {
        summary.adjust(Kind::Others, "", "The file ends early: export again and import the whole file, too.");
    }
    let notes = [
        (mended.truncated, "texts were longer than allowed and lost their end"),
        (mended.replaced, "texts held bytes that are no characters"),
        (mended.repaired, "places of broken XML were mended"),
    ];
    for (count, what) in notes.into_iter().filter(|(count, _)| *count > 0) {
        summary.adjust(Kind::Others, "", format!("In the file, {count} {what}."));
    }
}
