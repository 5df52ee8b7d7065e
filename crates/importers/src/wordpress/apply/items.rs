//! Posts and pages.

use content::items::import;
use content::items::model::Item;
use content::items::store;
use kernel::access::Caller;
use kernel::{Error, Result};

use super::item::ItemToBe;
use super::{Import, kind_of};
use crate::carry::state_of;
use crate::ledger::{self, Entry, halves, mark};
use crate::report::Outcome;
use crate::wordpress::record::{Post, PostStatus};
use crate::wordpress::{GalleryImage, resolve_galleries};

/// Posts and pages share one row of numbers.
pub(super) const KIND: &str = "post";

impl Import {
    pub(super) async fn apply_post(&mut self, caller: &Caller, post: Post) -> Result<()> {
        if post.status == PostStatus::Trash {
            self.summary.skip(kind_of(&post), &post.title, "It lies in the trash.");
            return self.skip_comments(&post, "Its item is not carried.");
        }
        let known = self.ledger(caller, KIND).find(&post.wordpress_id.to_string()).await?;
        let item = self.item_to_be(caller, &post).await?;
        let written = match known {
            None => self.add_item(caller, &post, &item).await?,
            Some(entry) => self.refresh_item(caller, &post, &item, &entry).await?,
        };
        match written {
            Some(id) => self.apply_comments(caller, &post, &id).await,
            None => self.skip_comments(&post, "Its item is not carried."),
        }
    }

    /// The post as an item, with everything it names looked up.
    async fn item_to_be(&mut self, caller: &Caller, post: &Post) -> Result<ItemToBe> {
        let mut pictures: Vec<Vec<GalleryImage>> = Vec::new();
        for gallery in &post.body.galleries {
            pictures.push(self.pictures(caller, post.wordpress_id, gallery).await?);
        }
        let mut pictures = pictures.into_iter();
        let body = resolve_galleries(&post.body.html, |_| pictures.next().unwrap_or_default());
        let mut item = ItemToBe::of(post, body, self.language.as_deref());
        item.author_id = self.author_id(caller, &post.author_login).await?;
        if let Some(first) = post.categories.first() {
            item.category_id = self.category_id(caller, first).await?;
        }
        if let Some(image) = post.featured_image_id {
            item.featured_image = self.attachment_url(caller, image).await?;
            if item.featured_image.is_none() {
                item.adjusted.push("Its featured image is not in the export.");
            }
        }
        item.forget_own_address(|address| self.is_own_address(address));
        Ok(item)
    }

    async fn add_item(&mut self, caller: &Caller, post: &Post, item: &ItemToBe) -> Result<Option<String>> {
        let (body, is_whole) = self.with_new_links(caller, &item.body).await?;
        let stored = match import::create(caller, item.to_import(body, caller.now)).await {
            Ok(stored) => stored,
            Err(error) => return self.refused(post, error),
        };
        self.remember(caller, post, item, &stored, is_whole).await?;
        self.count_item(post, item, Outcome::Created);
        Ok(Some(stored.id))
    }

    /// Brings an item up to date, unless somebody changed or deleted it here: what people did is never undone.
    async fn refresh_item(
        &mut self,
        caller: &Caller,
        post: &Post,
        item: &ItemToBe,
        entry: &Entry,
    ) -> Result<Option<String>> {
        let (said, left_as) = halves(&entry.checksum);
        let Some(stored) = store::lock(&caller.tx, &entry.target_id).await? else {
            self.summary.skip(kind_of(post), &item.title, "It was deleted here since an earlier import.");
            return Ok(None);
        };
        if said == ledger::checksum(item)? {
            self.count_item(post, item, Outcome::Unchanged);
            return Ok(Some(stored.id));
        }
        if left_as != state_of(&stored)? {
            let reason = "It changed on the old site, but was edited here too; what is here stays.";
            self.summary.skip(kind_of(post), &item.title, reason);
            return Ok(Some(stored.id));
        }
        let (body, is_whole) = self.with_new_links(caller, &item.body).await?;
        let stored = match import::update(caller, &stored.id, item.to_import(body, caller.now)).await {
            Ok(stored) => stored,
            Err(error) => return self.refused(post, error),
        };
        self.remember(caller, post, item, &stored, is_whole).await?;
        self.count_item(post, item, Outcome::Updated);
        Ok(Some(stored.id))
    }

    /// What a check refuses is skipped with the check's words; anything else ends the import.
    fn refused(&mut self, post: &Post, error: Error) -> Result<Option<String>> {
        let reason = match error {
            Error::Invalid(fields) => fields.into_iter().map(|field| field.message).collect::<Vec<_>>().join(" "),
            Error::Conflict(words) => words,
            Error::Taken(field) => field.message,
            error => return Err(error),
        };
        self.summary.skip(kind_of(post), &post.title, reason);
        Ok(None)
    }

    fn count_item(&mut self, post: &Post, item: &ItemToBe, outcome: Outcome) {
        self.summary.count(kind_of(post), outcome);
        if outcome != Outcome::Unchanged {
            for what in &item.adjusted {
                self.summary.adjust(kind_of(post), &item.title, *what);
            }
        }
    }

    async fn remember(
        &self,
        caller: &Caller,
        post: &Post,
        item: &ItemToBe,
        stored: &Item,
        is_whole: bool,
    ) -> Result<()> {
        let id = post.wordpress_id.to_string();
        let checksum = mark(&ledger::checksum(item)?, &state_of(stored)?);
        self.ledger(caller, KIND).write(&id, &stored.id, &checksum).await?;
        self.remember_link(caller, &post.link, &stored.id).await?;
        if !is_whole {
            self.wait_for_links(caller, &id, &stored.id).await?;
        }
        self.adopt_attachments(caller, post.wordpress_id, &stored.id).await
    }
}
