//! What goes with every write of an item: tags, revisions, the files it shows, its place in searches.

use kernel::access::Caller;
use kernel::{Result, jobs};

use crate::items::draft::Draft;
use crate::items::jobs::IndexItem;
use crate::items::model::Item;
use crate::{changes, revisions, taxonomy};

/// What a write did to an item's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// There was no item: nothing of it has to be looked for.
    New,
    Changed,
    Kept,
}

impl Text {
    pub(crate) fn of(item: &Item, draft: &Draft) -> Self {
        let same = (&item.title, item.body(), &item.excerpt) == (&draft.title, draft.content.as_str(), &draft.excerpt);
        if same { Self::Kept } else { Self::Changed }
    }
}

/// What goes with every write: tags, a revision where the text changed, and the search index later.
pub(crate) async fn after_write(caller: &Caller, id: &str, draft: &Draft, text: Text) -> Result<()> {
    let tags = async {
        match &draft.tags {
            Some(tags) if text == Text::New && tags.is_empty() => Ok(()),
            Some(tags) if text == Text::New => taxonomy::tags::actions::tag_new_item(caller, id, tags).await,
            Some(tags) => taxonomy::tags::actions::set_item_tags(caller, id, tags).await,
            None => Ok(()),
        }
    };
    let revision = async {
        let revision = revisions::NewRevision::of(caller, id, draft);
        if text == Text::Kept { Ok(()) } else { revisions::store::add(&caller.tx, &revision).await }
    };
    let media = async {
        match text {
            // A new item had no files before, so where none are in it there is nothing to note.
            Text::New if !shows_media(caller, draft) => Ok(()),
            Text::New => note_media(caller, id, &[draft]).await,
            _ => note_all_media(caller, id, draft).await,
        }
    };
    futures_util::try_join!(revision, index_later(caller, id), media, tags)?;
    Ok(())
}

fn shows_media(caller: &Caller, draft: &Draft) -> bool {
    texts_of(draft).any(|text| !media::uses::tokens_in(text, caller.organization_id()).is_empty())
}

/// Everything of a draft in which addresses of files can stand.
fn texts_of(draft: &Draft) -> impl Iterator<Item = &str> {
    let addresses = [&draft.featured_image, &draft.video_url, &draft.audio_url].into_iter().flatten();
    addresses.chain(&draft.gallery).map(String::as_str).chain([draft.content.as_str()])
}

/// Tells the library which of its files the item shows, or will show when its changes are public.
pub(crate) async fn note_media(caller: &Caller, id: &str, drafts: &[&Draft]) -> Result<()> {
    let texts: Vec<&str> = drafts.iter().flat_map(|draft| texts_of(draft)).collect();
    media::uses::set(&caller.tx, (media::uses::User::Content, id), &texts, caller.now).await
}

/// The same for an item that may have changes that wait: files that only they show are in use as well.
pub(super) async fn note_all_media(caller: &Caller, id: &str, draft: &Draft) -> Result<()> {
    let waiting = changes::store::find(&caller.tx, id).await?;
    let waiting = waiting.iter().flat_map(changes::Changes::texts);
    let texts: Vec<&str> = texts_of(draft).chain(waiting).collect();
    media::uses::set(&caller.tx, (media::uses::User::Content, id), &texts, caller.now).await
}

pub(super) async fn index_later(caller: &Caller, id: &str) -> Result<()> {
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &IndexItem { item: id.to_owned() }, caller.now).await
}
