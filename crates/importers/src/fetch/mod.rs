//! Files of an import that are still on the old site: fetched into the library one by one, and what refers to them pointed
//! at the library.

mod jobs;
mod references;
mod store;

pub(crate) use jobs::FOLDER;
pub use jobs::{FetchAttachment, FetchAttachments, RewriteReferences};

use kernel::access::Caller;
use kernel::{Result, jobs as queue};

/// Queues the fetching of everything that this source has noted and the library does not have.
pub(crate) async fn begin(caller: &Caller, source: &str) -> Result<()> {
    let job = FetchAttachments { source: source.to_owned(), after: String::new() };
    let key = format!("import.fetch_attachments:{}:{source}", caller.organization_id());
    queue::enqueue_once(&caller.tx, caller.tx.organization(), &job, (&key, caller.now)).await
}

/// The kinds of jobs that this feature queues.
pub fn registry(registry: queue::Registry) -> queue::Registry {
    registry.with::<FetchAttachments>().with::<FetchAttachment>().with::<RewriteReferences>()
}
