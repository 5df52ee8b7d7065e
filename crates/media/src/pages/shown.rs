//! Assets as pages show them.

use jiff::tz::TimeZone;
use kernel::App;
use ui::Moment;

use crate::assets::Asset;
use crate::limits::size_in_words;
use crate::pictures::variants::{Look, Variant, beside};
use crate::pictures::{Format, can_be_varied};
use crate::posters;
use crate::serving::signed;
use crate::views::AssetCard;

/// How long the address of a private file in a page is good.
const SHOWN_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// The width of pictures in lists, in pixels.
const THUMBNAIL: i32 = 480;

/// An asset as it stands in the library.
pub fn card(app: &App, asset: &Asset, zone: &TimeZone) -> AssetCard {
    AssetCard {
        id: asset.id.clone(),
        name: asset.name.clone(),
        url: asset.file_url.clone(),
        preview: shown_address(app, asset),
        thumbnail: thumbnail(app, asset),
        alt: asset.alt.clone().unwrap_or_default(),
        kind: kind_of(&asset.mime_type),
        type_word: type_word(&asset.mime_type),
        size: size_in_words(asset.file_size),
        dimensions: asset.width.zip(asset.height),
        length: asset.duration.map(length_in_words),
        pages: asset.pages,
        lacks_alt: asset.is_image() && asset.alt.is_none(),
        is_private: asset.is_private,
        uses: asset.usage_count,
        uploaded: Moment::new(asset.uploaded_at, zone),
    }
}

/// The address under which a page may show a file now; one in the bin is shown to nobody else.
pub fn shown_address(app: &App, asset: &Asset) -> String {
    if asset.needs_signature() {
        signed::address(app, asset, app.clock.now() + SHOWN_FOR)
    } else {
        asset.file_url.clone()
    }
}

/// The address of a smaller picture, where there is one, for lists.
fn thumbnail(app: &App, asset: &Asset) -> Option<String> {
    let shown = shown_address(app, asset);
    if asset.poster_url.is_some() {
        return Some(beside(&shown, posters::NAME));
    }
    if !asset.is_image() {
        return None;
    }
    let is_large = asset.width.is_some_and(|width| width > THUMBNAIL);
    if is_large && can_be_varied(&asset.mime_type, asset.is_animated) {
        return Some(beside(&shown, &Variant::new(Look::Width(THUMBNAIL.unsigned_abs()), Format::Webp).name()));
    }
    Some(shown)
}

/// Minutes and seconds, with hours where there are some.
fn length_in_words(seconds: i32) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

pub fn kind_of(mime: &str) -> &'static str {
    match mime.split('/').next() {
        Some("image") => "image",
        Some("video") => "video",
        Some("audio") => "audio",
        _ => "document",
    }
}

fn type_word(mime: &str) -> &'static str {
    crate::kinds::FileType::named(mime).map_or("File", |one| one.label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_read_as_players_show_them() {
        for (seconds, words) in [(0, "0:00"), (65, "1:05"), (3600, "1:00:00"), (7384, "2:03:04")] {
            assert_eq!(length_in_words(seconds), words);
        }
    }
}
