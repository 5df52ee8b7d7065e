//! From raw input about an asset to what may be stored.

use kernel::Result;
use kernel::api::Patch;
use kernel::validate::{Lines, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Asset;
use crate::uploads::actions::ALT_LONGEST;

const NAME_LONGEST: usize = 255;
const CAPTION_LONGEST: usize = 5000;
const TAG_LONGEST: usize = 100;
/// Tags that one asset has at most.
pub const TAGS_MOST: usize = 50;

/// Changes to an asset; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawAsset {
    #[schema(min_length = 1, max_length = 255)]
    pub name: Option<String>,
    /// Empty for a picture that decorates and says nothing; null while nobody wrote one.
    #[schema(value_type = Option<String>, max_length = 1000)]
    pub alt: Patch<String>,
    #[schema(value_type = Option<String>, max_length = 5000)]
    pub caption: Patch<String>,
    /// Null for the top.
    #[schema(value_type = Option<String>)]
    pub folder_id: Patch<String>,
    #[schema(max_items = 50)]
    pub tags: Option<Vec<String>>,
    /// What crops keep: from 0 to 1 from the left. Given together with `focal_y`.
    #[schema(value_type = Option<f32>, minimum = 0, maximum = 1)]
    pub focal_x: Patch<f32>,
    /// From 0 to 1 from the top.
    #[schema(value_type = Option<f32>, minimum = 0, maximum = 1)]
    pub focal_y: Patch<f32>,
    /// Whether the file is served only by addresses that are signed for a while.
    pub is_private: Option<bool>,
}

/// Checked values of everything of an asset that can be edited.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetDraft {
    pub name: String,
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub folder_id: Option<String>,
    pub tags: Vec<String>,
    pub focal_point: Option<(f32, f32)>,
    pub is_private: bool,
}

impl AssetDraft {
    /// An asset as it is.
    pub fn stored(asset: &Asset) -> Self {
        Self {
            name: asset.name.clone(),
            alt: asset.alt.clone(),
            caption: asset.caption.clone(),
            folder_id: asset.folder_id.clone(),
            tags: asset.tags.clone(),
            focal_point: asset.focal_x.zip(asset.focal_y),
            is_private: asset.is_private,
        }
    }

    /// An asset with changes.
    pub fn of(asset: &Asset, raw: RawAsset, mut problems: Problems) -> Result<Self> {
        let was = Self::stored(asset);
        let name = match &raw.name {
            Some(name) => problems.required("name", "The name", name, NAME_LONGEST),
            None => was.name,
        };
        let alt = match raw.alt {
            Patch::Keep => was.alt,
            Patch::Clear => None,
            // An empty one says that there is nothing to say, as in HTML.
            Patch::Set(text) => Some(problems.text("alt", "The alternative text", &text, ALT_LONGEST, Lines::Many)),
        };
        let caption = changed(raw.caption, was.caption, |text| {
            problems.text("caption", "The caption", text, CAPTION_LONGEST, Lines::Many)
        });
        let folder_id = changed(raw.folder_id, was.folder_id, str::to_owned);
        let tags = raw.tags.map_or(was.tags, |tags| checked_tags(&mut problems, &tags));
        let focal_point = focal_point(&mut problems, [&raw.focal_x, &raw.focal_y], was.focal_point);
        let is_private = raw.is_private.unwrap_or(was.is_private);
        problems.finish(Self { name, alt, caption, folder_id, tags, focal_point, is_private })
    }
}

fn changed(wish: Patch<String>, was: Option<String>, check: impl FnOnce(&str) -> String) -> Option<String> {
    match wish {
        Patch::Keep => was,
        Patch::Clear => None,
        Patch::Set(text) => Some(check(&text)).filter(|text| !text.is_empty()),
    }
}

/// Tags as they are kept: trimmed, in lower case, each once, in their order.
pub fn checked_tags(problems: &mut Problems, tags: &[String]) -> Vec<String> {
    if tags.len() > TAGS_MOST {
        problems.add("tags", "too_many", format!("A file has at most {TAGS_MOST} tags. Leave some out."));
        return Vec::new();
    }
    let mut kept: Vec<String> = tags
        .iter()
        .map(|tag| problems.text("tags", "A tag", tag, TAG_LONGEST, Lines::One).to_lowercase())
        .filter(|tag| !tag.is_empty())
        .collect();
    kept.sort_unstable();
    kept.dedup();
    kept
}

fn focal_point(problems: &mut Problems, wish: [&Patch<f32>; 2], was: Option<(f32, f32)>) -> Option<(f32, f32)> {
    let side = |wish: &Patch<f32>, was: Option<f32>| match wish {
        Patch::Keep => was,
        Patch::Clear => None,
        Patch::Set(value) => Some(*value),
    };
    let (x, y) = (side(wish[0], was.map(|point| point.0)), side(wish[1], was.map(|point| point.1)));
    for (field, value) in [("focal_x", x), ("focal_y", y)] {
        if value.is_some_and(|value| !(0.0..=1.0).contains(&value)) {
            problems.add(field, "out_of_range", "A focal point lies between 0 and 1.");
        }
    }
    if x.is_some() != y.is_some() {
        let missing = if x.is_none() { "focal_x" } else { "focal_y" };
        problems.add(missing, "required", "A focal point has two sides. Give both, or set both to null.");
    }
    x.zip(y)
}
