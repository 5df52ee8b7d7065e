//! A picture as it goes into the store: without what it says of people, and upright.

use kernel::{Error, Result};

use super::checks::damaged;
use super::picture;
use crate::kinds::FileType;
use crate::pictures::metadata::{self, Cleaned};
use crate::pictures::{self, Format, making};

/// Pictures of more pixels than this are not packed anew to stand upright; they keep the one word that says how.
const TURNED_MOST: i64 = 50_000_000;

/// A picture that may be kept.
pub struct Picture {
    pub bytes: Vec<u8>,
    /// As it is shown.
    pub size: (i32, i32),
    pub is_animated: bool,
}

/// Takes out what a picture says of people and turns it upright.
pub async fn clean(file_type: &'static FileType, bytes: bytes::Bytes) -> Result<Picture> {
    let size = picture::size(file_type, &bytes)?.ok_or_else(|| damaged(file_type.label))?;
    let work = move || metadata::cleaned(file_type.mime, &bytes).ok_or_else(|| damaged(file_type.label));
    let cleaned = tokio::task::spawn_blocking(work).await.map_err(Error::internal)??;
    let shown = cleaned.orientation.shown(size);
    let (bytes, is_upright) = if cleaned.orientation.is_upright() || cleaned.is_animated {
        return Ok(Picture { bytes: cleaned.bytes, size, is_animated: cleaned.is_animated });
    } else if i64::from(size.0) * i64::from(size.1) > TURNED_MOST {
        said(file_type.mime, cleaned)
    } else {
        let _turn = making::turn().await?;
        let work = move || turned(file_type.mime, cleaned);
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)??
    };
    Ok(Picture { bytes, size: if is_upright { shown } else { size }, is_animated: false })
}

/// The file, and whether it is shown upright now.
type Turned = (Vec<u8>, bool);

fn said(mime: &str, cleaned: Cleaned) -> Turned {
    if metadata::says_orientation(mime) {
        return (metadata::with_orientation(&cleaned.bytes, cleaned.orientation), true);
    }
    (cleaned.bytes, false)
}

fn turned(mime: &str, cleaned: Cleaned) -> Result<Turned> {
    let format = match mime {
        "image/jpeg" => Format::Jpeg,
        "image/png" => Format::Png,
        "image/webp" => Format::Webp,
        _ => return Ok((cleaned.bytes, false)),
    };
    match pictures::decode(mime, &cleaned.bytes, pictures::WHOLE) {
        Some(pixels) => Ok((pictures::encode_original(&pixels.oriented(cleaned.orientation), format)?, true)),
        None => Ok(said(mime, cleaned)),
    }
}
