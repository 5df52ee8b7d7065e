//! The jobs: one that finds what is missing, one for each file, and one that points references at the library.

use content::items::import as items;
use jiff::SignedDuration;
use kernel::access::Caller;
use kernel::api::Patch;
use kernel::jobs::{self, Job, Task};
use kernel::validate::Problems;
use kernel::{App, Error, Result};
use media::assets::draft::RawAsset;
use media::uploads::import::{RawImport, from_address};
use serde::{Deserialize, Serialize};

use super::references::Shown;
use super::store::{self, Attachment};
use crate::carry::state_of;
use crate::ledger::{Ledger, halves, mark};
use crate::markdown;

/// Files that are queued at a time, and items that are looked through at a time.
const AT_ONCE: i64 = 200;
const ITEMS_AT_ONCE: i64 = 50;
/// References are pointed at the library this long after a file came: many come one after the other.
const GATHERED_FOR: SignedDuration = SignedDuration::from_secs(60);
/// The library's folder for what was imported.
pub(crate) const FOLDER: &str = "Imported";
const ALT_LONGEST: usize = 1000;
const CAPTION_LONGEST: usize = 5000;
const NAME_LONGEST: usize = 255;

/// Queues a job for each file of a source that the library does not have.
#[derive(Serialize, Deserialize)]
pub struct FetchAttachments {
    pub source: String,
    /// The last one that was queued.
    pub after: String,
}

impl Job for FetchAttachments {
    const KIND: &'static str = "import.fetch_attachments";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let caller = caller(&app, &task).await?;
        let ids = store::missing(&caller.tx, (&self.source, &self.after), AT_ONCE).await?;
        for id in &ids {
            let key = format!("import.fetch_attachment:{}:{id}", caller.organization_id());
            let job = FetchAttachment { id: id.clone() };
            jobs::enqueue_once(&caller.tx, caller.tx.organization(), &job, (&key, task.now)).await?;
        }
        if let Some(last) = ids.last() {
            let next = Self { source: self.source, after: last.clone() };
            jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &next, task.now).await?;
        } else {
            // A later import may have brought old addresses back.
            queue_rewriting(&caller, &self.source, task.now).await?;
        }
        caller.commit().await
    }
}

/// Fetches one file.
#[derive(Serialize, Deserialize)]
pub struct FetchAttachment {
    pub id: String,
}

impl Job for FetchAttachment {
    const KIND: &'static str = "import.fetch_attachment";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let mut caller = caller(&app, &task).await?;
        let Some(attachment) = store::find(&caller.tx, &self.id).await? else { return Ok(()) };
        if attachment.asset_id.is_some() {
            return Ok(());
        }
        let (source, url) = (attachment.source.clone(), attachment.url.clone());
        match fetch(&mut caller, attachment).await {
            Ok(asset_id) => store::settle(&caller.tx, &self.id, Ok(&asset_id)).await?,
            Err(error) if is_temporary(&error) && !task.is_last_attempt => {
                // A job that ends with what is wrong with an address would never be tried again.
                return Err(Error::internal(format!("{url} cannot be fetched yet: {}", why(&error))));
            }
            Err(error) => {
                caller.start_over().await?;
                store::settle(&caller.tx, &self.id, Err(&words(error)?)).await?;
            }
        }
        queue_rewriting(&caller, &source, task.now + GATHERED_FOR).await?;
        caller.commit().await
    }
}

async fn fetch(caller: &mut Caller, attachment: Attachment) -> Result<String> {
    let folder = media::folders::actions::ensure(caller, FOLDER, Problems::new()).await?;
    let shortened = |text: Option<String>, most: usize| {
        text.map(|text| text.chars().take(most).collect::<String>()).filter(|text| !text.trim().is_empty())
    };
    let alt = shortened(attachment.alt, ALT_LONGEST);
    let secured = |url: &str| url.strip_prefix("http://").map(|rest| format!("https://{rest}"));
    let url = match caller.app.outgoing.check(&attachment.url) {
        Ok(_) => attachment.url,
        // Sites that were moved to https still name themselves as before in their exports.
        Err(_) => secured(&attachment.url).unwrap_or(attachment.url),
    };
    let raw = RawImport { url, folder_id: Some(folder.id), alt };
    let taken = from_address(caller, raw, Problems::new()).await?;
    let caption = shortened(attachment.caption, CAPTION_LONGEST);
    let name = shortened(attachment.title, NAME_LONGEST);
    if !taken.is_duplicate && (caption.is_some() || name.is_some()) {
        let raw = RawAsset { name, caption: caption.map_or(Patch::Keep, Patch::Set), ..RawAsset::default() };
        media::assets::actions::edit(caller, &taken.asset.id, raw, Problems::new(), None).await?;
    }
    Ok(taken.asset.id)
}

/// Whether the same may succeed later.
fn is_temporary(error: &Error) -> bool {
    match error {
        Error::Internal(_) | Error::Unavailable | Error::TooSlow => true,
        Error::Invalid(fields) => fields.iter().any(|field| field.code == "unreachable"),
        _ => false,
    }
}

/// What is behind an error, for the log.
fn why(error: &Error) -> String {
    match error {
        Error::Invalid(fields) => fields.iter().map(|field| field.message.as_str()).collect::<Vec<_>>().join(" "),
        error => error.cause(),
    }
}

/// Why a file was not taken, for whoever reads the import's report.
fn words(error: Error) -> Result<String> {
    match error {
        Error::Internal(_) | Error::Unavailable | Error::TooSlow => {
            Ok("The old site did not answer for a whole day.".into())
        }
        error => crate::carry::refusal(error),
    }
}

async fn queue_rewriting(caller: &Caller, source: &str, run_at: jiff::Timestamp) -> Result<()> {
    let job = RewriteReferences { source: source.to_owned(), after: String::new() };
    // One a minute: one that runs already may have passed the item that the next file belongs to.
    let key = format!("import.rewrite_references:{}:{source}:{}", caller.organization_id(), run_at.as_second() / 60);
    jobs::enqueue_once(&caller.tx, caller.tx.organization(), &job, (&key, run_at)).await
}

/// Points references to files that were fetched at the library, in all items of a source.
#[derive(Serialize, Deserialize)]
pub struct RewriteReferences {
    pub source: String,
    /// The last item that was looked through.
    pub after: String,
}

impl Job for RewriteReferences {
    const KIND: &'static str = "import.rewrite_references";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let caller = caller(&app, &task).await?;
        let records = store::items(&caller.tx, (&self.source, &self.after), ITEMS_AT_ONCE).await?;
        for (kind, source_id, id) in &records {
            rewrite(&caller, Ledger { tx: &caller.tx, source: &self.source, kind }, (source_id, id)).await?;
        }
        if let Some((_, last, _)) = records.last() {
            let next = Self { source: self.source, after: last.clone() };
            jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &next, task.now).await?;
        }
        caller.commit().await
    }
}

async fn rewrite(caller: &Caller, ledger: Ledger<'_>, (source_id, id): (&str, &str)) -> Result<()> {
    let Some(item) = content::items::store::lock(&caller.tx, id).await? else { return Ok(()) };
    let shown = Shown::of(&item);
    // Addresses in a file of a folder say where they lead from where the file is.
    let from = (ledger.kind == markdown::KIND).then_some(source_id);
    let library = store::addresses(&caller.tx, ledger.source, &shown.addresses(from)).await?;
    let mut moved = shown.moved(from, &library);
    let before = state_of(&item)?;
    if from.is_some() && moved.featured_image.is_none() {
        moved.featured_image = head(caller, ledger, (source_id, &before)).await?;
    }
    if moved == shown {
        return Ok(());
    }
    let moved = items::Shown { body: moved.body, featured_image: moved.featured_image, gallery: moved.gallery };
    let item = items::replace_shown(caller, id, moved).await?;
    // What people edited here stays known as edited; all else is as the import left it.
    if let Some(entry) = ledger.find(source_id).await? {
        let (says, left_as) = halves(&entry.checksum);
        if left_as == before {
            ledger.write(source_id, id, &mark(says, &state_of(&item)?)).await?;
        }
    }
    Ok(())
}

/// The library's address of the picture at the head of a file of a folder, unless people edited the item since: they may
/// have taken it out.
async fn head(caller: &Caller, ledger: Ledger<'_>, (path, state): (&str, &str)) -> Result<Option<String>> {
    let entry = ledger.find(path).await?;
    if entry.is_none_or(|entry| halves(&entry.checksum).1 != state) {
        return Ok(None);
    }
    let Some(head) = (Ledger { kind: markdown::HEAD_KIND, ..ledger }).find(path).await? else { return Ok(None) };
    let place = head.checksum;
    let mut found = store::addresses(&caller.tx, ledger.source, std::slice::from_ref(&place)).await?;
    Ok(found.remove(&place))
}

/// The import itself, going on by itself.
async fn caller(app: &App, task: &Task) -> Result<Caller> {
    task.caller(app, ("import", "Import")).await
}
