//! Attachments: references to files that are still on the old site, to be fetched later.

use kernel::Result;
use kernel::access::Caller;
use kernel::db::{Param, Row, Statements};

use super::{Import, web_address};
use crate::ledger;
use crate::report::{Kind, Outcome};
use crate::wordpress::record::Attachment;
use crate::wordpress::{Gallery, GalleryImage};

const KIND: &str = "attachment";
/// The longest address of a file.
const ADDRESS_LONGEST: usize = 2048;
/// Pictures that a gallery of everything uploaded to an item shows at most.
const GALLERY_MOST: usize = 1_000;

impl Import {
    pub(super) async fn apply_attachment(&mut self, caller: &Caller, attachment: &Attachment) -> Result<()> {
        let source_id = attachment.wordpress_id.to_string();
        let Some(url) = web_address(&attachment.url, ADDRESS_LONGEST) else {
            let reason = "It has no web address from which its file could be fetched.";
            self.summary.skip(Kind::Attachments, &attachment.title, reason);
            return Ok(());
        };
        let Attachment { title, alt, caption, parent_id, menu_order, .. } = attachment;
        let says = ledger::checksum(&(&url, title, alt, caption, parent_id, menu_order))?;
        let known = self.ledger(caller, KIND).find(&source_id).await?;
        if known.as_ref().is_some_and(|entry| entry.checksum == says) {
            self.summary.count(Kind::Attachments, Outcome::Unchanged);
            return Ok(());
        }
        let id = known.as_ref().map_or_else(|| caller.new_id(), |entry| entry.target_id.clone());
        self.write_reference(caller, &id, &url, attachment).await?;
        self.ledger(caller, KIND).write(&source_id, &id, &says).await?;
        if let Some(parent) = parent_id {
            let place = format!("{:010}", menu_order.max(&0));
            self.ledger(caller, &attached_to(*parent)).write(&source_id, &id, &place).await?;
        }
        self.summary.count(Kind::Attachments, if known.is_some() { Outcome::Updated } else { Outcome::Created });
        Ok(())
    }

    async fn write_reference(&self, caller: &Caller, id: &str, url: &str, attachment: &Attachment) -> Result<()> {
        let item = match attachment.parent_id {
            Some(parent) => self.item_of(caller, parent).await?,
            None => None,
        };
        let sql = "INSERT INTO app.import_attachments
                     (organization_id, id, source, source_id, url, title, alt, caption, mime_type, content_id, created_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                   ON CONFLICT (organization_id, source, source_id) DO UPDATE SET url = excluded.url, title = excluded.title,
                     alt = excluded.alt, caption = excluded.caption, mime_type = excluded.mime_type,
                     content_id = coalesce(excluded.content_id, import_attachments.content_id)";
        let Attachment { title, alt, caption, .. } = attachment;
        let organization = caller.organization_id();
        let source_id = attachment.wordpress_id.to_string();
        let mime_type = mime_type(url);
        let created_at = attachment.uploaded_at.unwrap_or(caller.now);
        let params: [&dyn Param; 11] =
            [&organization, &id, &self.source, &source_id, &url, title, alt, caption, &mime_type, &item, &created_at];
        caller.tx.execute(sql, &params).await?;
        Ok(())
    }

    /// Notes to which item the files belong that were uploaded to it.
    pub(super) async fn adopt_attachments(&self, caller: &Caller, wordpress_id: u64, item: &str) -> Result<()> {
        let sql = "UPDATE app.import_attachments a SET content_id = $1 FROM app.import_records r
                   WHERE r.source = $2 AND r.kind = $3 AND a.id = r.target_id AND a.content_id IS DISTINCT FROM $1";
        caller.tx.execute(sql, &[&item, &self.source, &attached_to(wordpress_id)]).await?;
        Ok(())
    }

    /// Where the file of an attachment is.
    pub(super) async fn attachment_url(&self, caller: &Caller, wordpress_id: u64) -> Result<Option<String>> {
        let sql = "SELECT url FROM app.import_attachments WHERE source = $1 AND source_id = $2";
        let row = caller.tx.row(sql, &[&self.source, &wordpress_id.to_string()]).await?;
        Ok(row.map(|row| row.get("url")))
    }

    /// The pictures that a gallery of an item shows, in its order.
    pub(super) async fn pictures(&self, caller: &Caller, item: u64, gallery: &Gallery) -> Result<Vec<GalleryImage>> {
        match gallery {
            Gallery::Listed(ids) => {
                let sql = "SELECT source_id, url, alt, caption, mime_type FROM app.import_attachments
                           WHERE source = $1 AND source_id = ANY ($2::text[])";
                let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
                let rows = caller.tx.rows(sql, &[&self.source, &ids]).await?;
                let found = |id: &String| rows.iter().find(|row| row.get::<_, &str>("source_id") == id).map(picture);
                Ok(ids.iter().filter_map(found).collect())
            }
            Gallery::AttachedExcept(left_out) => {
                let sql = "SELECT a.source_id, a.url, a.alt, a.caption, a.mime_type
                           FROM app.import_records r JOIN app.import_attachments a
                             ON a.organization_id = r.organization_id AND a.id = r.target_id
                           WHERE r.source = $1 AND r.kind = $2 ORDER BY r.checksum, length(r.source_id), r.source_id";
                let left_out: Vec<String> = left_out.iter().map(u64::to_string).collect();
                let rows = caller.tx.rows(sql, &[&self.source, &attached_to(item)]).await?;
                let is_shown = |row: &&Row| {
                    let mime_type: Option<&str> = row.get("mime_type");
                    mime_type.is_some_and(|kind| kind.starts_with("image/"))
                        && !left_out.iter().any(|id| id == row.get::<_, &str>("source_id"))
                };
                Ok(rows.iter().filter(is_shown).take(GALLERY_MOST).map(picture).collect())
            }
        }
    }

    /// The item that came of a post or page.
    pub(super) async fn item_of(&self, caller: &Caller, wordpress_id: u64) -> Result<Option<String>> {
        let entry = self.ledger(caller, super::items::KIND).find(&wordpress_id.to_string()).await?;
        let Some(entry) = entry else { return Ok(None) };
        let found = caller.tx.row("SELECT 1 FROM content_items WHERE id = $1", &[&entry.target_id]).await?;
        Ok(found.map(|_| entry.target_id))
    }
}

/// The kind of record under which the files of an item are remembered, with their place as checksum.
fn attached_to(wordpress_id: u64) -> String {
    format!("attached/{wordpress_id}")
}

fn picture(row: &Row) -> GalleryImage {
    let text = |column| row.get::<_, Option<String>>(column).unwrap_or_default();
    GalleryImage { url: row.get("url"), alt: text("alt"), caption: text("caption") }
}

/// What a file seems to be by its name; what it is shows when it is fetched.
fn mime_type(url: &str) -> Option<&'static str> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let extension = path.rsplit_once('.')?.1.to_ascii_lowercase();
    Some(match extension.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "mov" => "video/quicktime",
        "mp3" => "audio/mpeg",
        "ogg" | "oga" => "audio/ogg",
        "wav" => "audio/wav",
        "m4a" => "audio/mp4",
        "pdf" => "application/pdf",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::mime_type;

    #[test]
    fn files_are_told_by_their_names() {
        assert_eq!(mime_type("https://e.org/a.b/c.JPG?w=1"), Some("image/jpeg"));
        assert_eq!(mime_type("https://e.org/download"), None);
    }
}
