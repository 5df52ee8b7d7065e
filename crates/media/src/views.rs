//! What the templates of the library show.

use askama::Template;
use ui::{FieldErrors, Frame, Moment, Pager, SelectOption};

use crate::assets::list::TOP;
use crate::limits::{Usage, size_in_words};
use crate::pages::LibraryParams;

/// A file as it stands in the library.
#[derive(Clone, Debug)]
pub struct AssetCard {
    pub id: String,
    pub name: String,
    /// Where it is served.
    pub url: String,
    /// Where this page may show it: signed for a while when it is private.
    pub preview: String,
    /// A picture of it for lists: the same, smaller, or a still, or a first page.
    pub thumbnail: Option<String>,
    pub alt: String,
    /// `image`, `video`, `audio` or `document`.
    pub kind: &'static str,
    pub type_word: &'static str,
    pub size: String,
    pub dimensions: Option<(i32, i32)>,
    /// Of a film or a sound, as `1:05`.
    pub length: Option<String>,
    /// Of a document.
    pub pages: Option<i32>,
    pub lacks_alt: bool,
    pub is_private: bool,
    pub uses: i32,
    pub uploaded: Moment,
}

impl AssetCard {
    /// Whether its picture stands for a film or a document, which is then to be told.
    pub fn is_drawn(&self) -> bool {
        self.kind != "image" && self.thumbnail.is_some()
    }

    pub fn is_marked(&self) -> bool {
        self.lacks_alt || self.is_private || self.is_drawn()
    }

    /// Name of the picture that stands for what cannot be shown.
    pub fn icon(&self) -> &'static str {
        match self.kind {
            "image" => "image",
            "video" => "film",
            "audio" => "music",
            _ => "file-text",
        }
    }
}

/// A folder of the tree.
#[derive(Clone, Debug)]
pub struct FolderRow {
    pub id: String,
    pub name: String,
    pub path: String,
    /// How far it is set in.
    pub depth: usize,
    pub assets: i64,
    pub version: i32,
    pub is_here: bool,
}

impl FolderRow {
    /// Deeper ones are set in no further, so that their names keep their room.
    pub const DEEPEST_SHOWN: usize = 6;
}

/// What undoes a change: files with the folders they lay in.
#[derive(Clone, Debug)]
pub struct Undo {
    pub action: &'static str,
    pub tag: String,
    pub pairs: Vec<(String, String)>,
}

/// `/admin/{org}/media`.
#[derive(Template)]
#[template(path = "media-library.html")]
pub struct LibraryPage {
    pub frame: Frame,
    pub params: LibraryParams,
    pub cards: Vec<AssetCard>,
    pub pager: Pager,
    pub tree: Vec<FolderRow>,
    /// The folder looked at.
    pub folder: Option<FolderRow>,
    pub folders: Vec<SelectOption>,
    pub sorts: Vec<SelectOption>,
    pub usage: Usage,
    pub may_edit: bool,
    pub may_delete: bool,
    /// Addresses of the same files as pictures and as a list.
    pub grid: String,
    pub list: String,
    /// The address's query, to come back to.
    pub back: String,
    pub largest_megabytes: u64,
    pub done: String,
    pub errors: FieldErrors,
    pub undo: Option<Undo>,
    /// What was to be deleted and is used: asked about once more.
    pub in_use: Vec<UsedFile>,
    /// The address that could not be imported.
    pub url: String,
}

impl LibraryPage {
    /// The id of the folder that new files go into; empty for the top.
    pub fn folder_id(&self) -> &str {
        self.folder.as_ref().map_or("", |folder| folder.id.as_str())
    }

    /// The organization's part of the address.
    pub fn organization(&self) -> &str {
        self.frame.organization.as_ref().map_or("", |organization| organization.slug.as_str())
    }

    pub fn heading(&self) -> &str {
        match &self.folder {
            Some(folder) => &folder.name,
            None if self.params.is_bin() => "Bin",
            None => "Media",
        }
    }

    pub fn kinds(&self) -> Vec<SelectOption> {
        options(&[
            ("", "Any type"),
            ("image", "Images"),
            ("video", "Videos"),
            ("audio", "Sounds"),
            ("document", "Documents"),
        ])
    }

    pub fn sizes(&self) -> Vec<SelectOption> {
        options(&[("", "Any size"), ("small", "Up to 1 MB"), ("medium", "1 to 10 MB"), ("large", "Over 10 MB")])
    }

    pub fn ages(&self) -> Vec<SelectOption> {
        options(&[
            ("", "Any time"),
            ("day", "Last day"),
            ("week", "Last week"),
            ("month", "Last month"),
            ("year", "Last year"),
        ])
    }

    pub fn shows(&self) -> Vec<SelectOption> {
        options(&[
            ("", "All files"),
            ("unused", "Not used anywhere"),
            ("missing_alt", "Without alternative text"),
            ("bin", "In the bin"),
        ])
    }

    /// Files in use that are not told one by one.
    pub fn untold_in_use(&self) -> usize {
        self.in_use.iter().filter(|file| file.uses.is_empty()).count()
    }

    /// What is told below the heading: of the whole library how much of it is used.
    pub fn lead(&self) -> String {
        match &self.folder {
            _ if self.params.is_bin() => "What is deleted waits here for a week and can be brought back.".to_owned(),
            Some(folder) => {
                format!("{} in {}", self.pager.summary, folder.path.trim_start_matches('/').replace('/', " / "))
            }
            None if self.params.folder == TOP => format!("{} in no folder", self.pager.summary),
            None => self.usage_in_words(),
        }
    }

    /// “12 of 500 files, 3 MB of 5 GB”.
    pub fn usage_in_words(&self) -> String {
        let Usage { assets, bytes, assets_limit, bytes_limit } = &self.usage;
        let files =
            assets_limit.map_or_else(|| format!("{assets} files"), |limit| format!("{assets} of {limit} files"));
        let size = size_in_words(*bytes);
        match bytes_limit {
            Some(limit) => format!("{files}, {size} of {}", size_in_words(*limit)),
            None => format!("{files}, {size}"),
        }
    }

    /// How much of the plan is used, in hundredths; none without a limit.
    pub fn usage_percent(&self) -> Option<i64> {
        let part = |used: i64, limit: Option<i64>| limit.map(|limit| used.saturating_mul(100) / limit.max(1));
        part(self.usage.assets, self.usage.assets_limit).max(part(self.usage.bytes, self.usage.bytes_limit))
    }
}

fn options(pairs: &[(&str, &str)]) -> Vec<SelectOption> {
    pairs.iter().map(|(value, label)| SelectOption::new(*value, *label)).collect()
}

/// What was typed about a file. The field names of the form are the names of these fields.
#[derive(Clone, Debug, Default)]
pub struct AssetForm {
    pub name: String,
    pub alt: String,
    /// Whether it has no alternative text because it needs none.
    pub is_decorative: bool,
    pub caption: String,
    /// Parted by commas.
    pub tags: String,
    pub folder_id: String,
    /// From 0 to 100.
    pub focal_x: String,
    pub focal_y: String,
    pub is_private: bool,
    pub version: String,
}

/// A file that is used.
#[derive(Clone, Debug)]
pub struct UsedFile {
    pub id: String,
    pub name: String,
    /// Some of its uses; none of those that are not told one by one.
    pub uses: Vec<UseRow>,
}

/// One use of a file.
#[derive(Clone, Debug)]
pub struct UseRow {
    pub href: String,
    pub noun: &'static str,
    pub title: String,
}

/// `/admin/{org}/media/{id}`.
#[derive(Template)]
#[template(path = "media-asset.html")]
pub struct AssetPage {
    pub frame: Frame,
    pub card: AssetCard,
    pub original_name: String,
    pub mime_type: String,
    /// The whole address.
    pub address: String,
    pub uses: Vec<UseRow>,
    /// Pictures that look the same.
    pub alike: Vec<AssetCard>,
    pub folders: Vec<SelectOption>,
    pub may_edit: bool,
    pub may_delete: bool,
    /// An address good for a day, when one was asked for.
    pub signed: Option<String>,
    pub form: AssetForm,
    pub errors: FieldErrors,
    /// Whether the file itself may be changed, and whether it is a picture that can be.
    pub may_change: bool,
    pub may_crop: bool,
    /// What was done to it last, if that can be taken back.
    pub last_change: Option<&'static str>,
    pub edit: EditForm,
    pub edit_errors: FieldErrors,
}

impl AssetPage {
    /// What the box "Private" means here.
    pub fn private_hint(&self) -> &'static str {
        if self.uses.is_empty() {
            "Served only by addresses that are signed for a while."
        } else {
            "Served only by addresses that are signed for a while: where it is used, readers would see a gap at once."
        }
    }

    pub fn turns(&self) -> Vec<SelectOption> {
        options(&[("", "Not at all"), ("90", "To the right"), ("270", "To the left"), ("180", "Upside down")])
    }

    pub fn mirrors(&self) -> Vec<SelectOption> {
        options(&[("", "Not at all"), ("horizontal", "Left to right"), ("vertical", "Top to bottom")])
    }
}

/// What was typed about a change to a picture, in pixels.
#[derive(Clone, Debug, Default)]
pub struct EditForm {
    pub left: String,
    pub top: String,
    pub width: String,
    pub height: String,
    pub turn: String,
    pub mirror: String,
}

/// `/admin/{org}/media/{id}/delete`: asks once and names what uses the file.
#[derive(Template)]
#[template(path = "media-delete.html")]
pub struct AssetDeletePage {
    pub frame: Frame,
    pub id: String,
    pub name: String,
    pub version: String,
    pub uses: Vec<UseRow>,
}

/// `/admin/{org}/media/folders/{id}`.
#[derive(Template)]
#[template(path = "media-folder.html")]
pub struct FolderPage {
    pub frame: Frame,
    pub id: String,
    /// As it is stored.
    pub title: String,
    pub name: String,
    pub parent_id: String,
    pub version: String,
    pub parents: Vec<SelectOption>,
    /// How many folders and files lie in it, at any depth.
    pub folders: i64,
    pub assets: i64,
    /// How many of the files are used, and where, as far as it is told.
    pub used: usize,
    pub used_by: String,
    pub may_delete: bool,
    pub errors: FieldErrors,
}

/// A piece of the picker's list.
#[derive(Template)]
#[template(path = "media-picker.html")]
pub struct PickerList {
    pub cards: Vec<AssetCard>,
    pub total: i64,
    pub is_filtered: bool,
    /// The query of the next piece.
    pub next: Option<String>,
}
