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
    let work = move || cleaned(file_type, &bytes, size);
    let cleaned = tokio::task::spawn_blocking(work).await.map_err(Error::internal)??;
    let shown = cleaned.orientation.shown(size);
    let (bytes, is_upright) = if cleaned.orientation.is_upright() || cleaned.is_animated {
        return Ok(Picture { bytes: cleaned.bytes, size, is_animated: cleaned.is_animated });
    } else if i64::from(size.0) * i64::from(size.1) > TURNED_MOST {
        said(file_type.mime, cleaned)
    } else {
        let turn = making::turn().await?;
        let work = move || {
            let _turn = turn;
            turned(file_type.mime, cleaned)
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)??
    };
    Ok(Picture { bytes, size: if is_upright { shown } else { size }, is_animated: false })
}

/// Without what it says of people. A file may be made so that its size reads differently once parts are taken out of it; only
/// the size that was looked at is taken.
fn cleaned(file_type: &FileType, bytes: &[u8], size: (i32, i32)) -> Result<Cleaned> {
    let cleaned = metadata::cleaned(file_type.mime, bytes).ok_or_else(|| damaged(file_type.label))?;
    if picture::size(file_type, &cleaned.bytes)? == Some(size) { Ok(cleaned) } else { Err(damaged(file_type.label)) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_as_large_as_it_says_before_its_words_are_taken_out() {
        let png = FileType::named("image/png").unwrap();
        let chunk = |name: &[u8], data: &[u8]| {
            [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], name, data, b"sum!"].concat()
        };
        let size = |side: u32| [side.to_be_bytes(), side.to_be_bytes()].concat();
        let header = |side: u32| chunk(b"IHDR", &[size(side), b"\x08\x02\0\0\0".to_vec()].concat());
        let rest = [chunk(b"IDAT", b"pixels"), chunk(b"IEND", b"")].concat();
        let file = |parts: &[Vec<u8>]| [b"\x89PNG\r\n\x1a\n".as_slice(), &parts.concat(), &rest].concat();
        let verdict = |bytes: &[u8]| {
            let size = picture::size(png, bytes).unwrap().unwrap();
            cleaned(png, bytes, size).map(|_| size)
        };
        assert_eq!(verdict(&file(&[header(7), chunk(b"tEXt", &size(9))])).unwrap(), (7, 7));
        for shown in [8, 40_000] {
            let lying = file(&[chunk(b"tEXt", &size(7)), header(shown)]);
            assert!(
                matches!(verdict(&lying), Err(Error::Invalid(_))),
                "{shown} pixels a side behind a text that says 7"
            );
        }
    }
}
