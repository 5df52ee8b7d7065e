//! What an asset is.

use jiff::Timestamp;
use kernel::db::Row;
use serde::Serialize;
use utoipa::ToSchema;

use crate::pictures::variants::beside;
use crate::posters;

/// One file of the library.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Asset {
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The file's name where it came from.
    pub original_name: String,
    /// The key of its bytes in the store.
    pub file_name: String,
    /// Where it is served, from this server's root.
    pub file_url: String,
    pub mime_type: String,
    /// In bytes.
    pub file_size: i64,
    /// Of images and videos, in pixels as they are shown.
    pub width: Option<i32>,
    pub height: Option<i32>,
    /// Of videos and sounds, in seconds.
    pub duration: Option<i32>,
    /// What it shows, for those who cannot see it; empty for a picture that only decorates, null while nobody wrote it.
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub folder_id: Option<String>,
    pub tags: Vec<String>,
    /// What crops keep: from 0 to 1 from the left.
    pub focal_x: Option<f32>,
    /// From 0 to 1 from the top.
    pub focal_y: Option<f32>,
    /// Served only by addresses that are signed for a while.
    pub is_private: bool,
    /// SHA-256 of the bytes as they were sent, in hexadecimal digits.
    pub sha256: Option<String>,
    /// Counts what stood under this address and those of its crops: files, and focal points.
    pub revision: i32,
    /// Of documents, where the server can count them.
    pub pages: Option<i32>,
    /// Where a still of a film, or a document's first page, is served, where the server can draw one.
    pub poster_url: Option<String>,
    /// Whether it is a picture of several frames.
    pub is_animated: bool,
    /// A few bytes that look like the picture from far away, as a `data:` address.
    pub placeholder: Option<String>,
    /// In how many items, emails, posts and campaigns it is used.
    pub usage_count: i32,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub uploaded_at: Timestamp,
    pub uploaded_by: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
    #[serde(skip)]
    pub token: String,
    #[serde(skip)]
    pub is_in_bin: bool,
}

impl Asset {
    /// Reads the columns that [`store::COLUMNS`](super::store::COLUMNS) names.
    pub fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            name: row.get("name"),
            original_name: row.get("original_name"),
            file_name: row.get("file_name"),
            file_url: row.get("file_url"),
            mime_type: row.get("mime_type"),
            file_size: row.get("file_size"),
            width: row.get("width"),
            height: row.get("height"),
            duration: row.get("duration"),
            alt: row.get("alt"),
            caption: row.get("caption"),
            folder_id: row.get("folder_id"),
            tags: row.get("tags"),
            focal_x: row.get("focal_x"),
            focal_y: row.get("focal_y"),
            is_private: row.get("is_private"),
            sha256: row.get("sha256"),
            revision: row.get("revision"),
            pages: row.get("pages"),
            poster_url: row
                .get::<_, bool>("has_poster")
                .then(|| beside(row.get::<_, String>("file_url").as_str(), posters::NAME)),
            is_animated: row.get("is_animated"),
            placeholder: row.get("placeholder"),
            usage_count: row.get("usage_count"),
            last_used: row.get("last_used"),
            uploaded_at: row.get("uploaded_at"),
            uploaded_by: row.get("uploaded_by"),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
            version: row.get("version"),
            token: row.get("token"),
            is_in_bin: row.get("is_in_bin"),
        }
    }

    /// Whether only signed addresses open it.
    pub fn needs_signature(&self) -> bool {
        self.is_private || self.is_in_bin
    }

    pub fn is_image(&self) -> bool {
        self.mime_type.starts_with("image/")
    }

    /// The folder of the store in which its file lies, and whatever is made from it: `organization/token`.
    pub fn store_folder(&self) -> &str {
        self.file_name.match_indices('/').nth(1).map_or("", |(end, _)| &self.file_name[..end])
    }

    /// The last part of its address.
    pub fn name_in_address(&self) -> &str {
        let path = self.file_url.split('?').next().unwrap_or_default();
        path.rsplit_once('/').map_or("", |(_, name)| name)
    }
}
