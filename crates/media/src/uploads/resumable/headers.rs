//! The headers of tus.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use kernel::{Error, Result};

use crate::uploads::Upload;
use crate::uploads::actions::Announced;

pub const VERSION: &str = "1.0.0";
pub const EXTENSIONS: &str = "creation,expiration,termination,checksum";
pub const ALGORITHMS: &str = "sha1,sha256";
/// The status for a body whose checksum is another one.
pub const CHECKSUM_MISMATCH: u16 = 460;
const METADATA_LONGEST: usize = 8 * 1024;

/// A request of another version of the protocol, which must be answered with the one that is spoken here.
pub fn speaks_another(headers: &HeaderMap) -> bool {
    text(headers, "tus-resumable").is_some_and(|version| version != VERSION)
}

/// Refuses a request that does not say which version of the protocol it speaks (tus 1.0.0, Tus-Resumable).
pub fn must_speak_tus(headers: &HeaderMap) -> Result<()> {
    match text(headers, "tus-resumable") {
        Some(_) => Ok(()),
        None => Err(Error::Malformed(format!("The header Tus-Resumable: {VERSION} is missing."))),
    }
}

/// The value of a header, if it is one text.
pub fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A header that must be there with a whole number, 0 or greater.
pub fn number(headers: &HeaderMap, name: &str) -> Result<i64> {
    let found = text(headers, name).and_then(|value| value.trim().parse::<i64>().ok()).filter(|number| *number >= 0);
    found.ok_or_else(|| Error::Malformed(format!("The header {name} is missing or no whole number.")))
}

/// What `Upload-Length` and `Upload-Metadata` say: names with values in base 64, separated by commas.
pub fn announced(headers: &HeaderMap) -> Result<Announced> {
    if headers.contains_key("upload-defer-length") {
        return Err(Error::Malformed("The length must be known at the beginning: send Upload-Length.".into()));
    }
    let mut announced = Announced { length: Some(number(headers, "Upload-Length")?), ..Announced::default() };
    let metadata = text(headers, "upload-metadata").unwrap_or_default();
    if metadata.len() > METADATA_LONGEST {
        return Err(Error::Malformed("The header Upload-Metadata is too long.".into()));
    }
    for pair in metadata.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let decoded = BASE64_STANDARD.decode(value.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let value = decoded.filter(|value| !value.contains('\0'));
        let value = value.ok_or_else(|| {
            Error::Malformed(format!("The value of {name} in Upload-Metadata is no base 64 of UTF-8."))
        })?;
        match name {
            "filename" | "name" => announced.name = value,
            "filetype" | "type" => announced.declared_type = value,
            "folder_id" => announced.folder_id = Some(value).filter(|value| !value.is_empty()),
            "alt" => announced.alt = Some(value),
            // Clients send more than anybody reads: where the file was, when it was changed.
            _ => {}
        }
    }
    Ok(announced)
}

/// What was said about an upload, as `Upload-Metadata` says it.
pub fn metadata(upload: &Upload) -> String {
    let all = [
        ("filename", Some(&upload.file_name)),
        ("filetype", Some(&upload.declared_type)),
        ("folder_id", upload.folder_id.as_ref()),
        ("alt", upload.alt.as_ref()),
    ];
    let said = all.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)));
    said.map(|(name, value)| format!("{name} {}", BASE64_STANDARD.encode(value))).collect::<Vec<_>>().join(",")
}

/// The digest that a body is announced to have.
pub fn checksum(headers: &HeaderMap) -> Result<Option<(Algorithm, Vec<u8>)>> {
    let Some(value) = text(headers, "upload-checksum") else { return Ok(None) };
    let unknown = || Error::Malformed(format!("Upload-Checksum takes one of {ALGORITHMS} and a digest in base 64."));
    let (name, digest) = value.split_once(' ').ok_or_else(unknown)?;
    let algorithm = match name {
        "sha1" => Algorithm::Sha1,
        "sha256" => Algorithm::Sha256,
        _ => return Err(unknown()),
    };
    let digest = BASE64_STANDARD.decode(digest.trim()).map_err(|_| unknown())?;
    Ok(Some((algorithm, digest)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Sha1,
    Sha256,
}

/// A moment as HTTP writes it (RFC 9110, 5.6.7).
pub fn date(moment: Timestamp) -> String {
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// 460, which tus 1.0.0 has for a checksum that does not agree.
pub fn mismatch() -> StatusCode {
    StatusCode::from_u16(CHECKSUM_MISMATCH).unwrap_or(StatusCode::BAD_REQUEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn metadata_is_read_and_what_is_no_base_64_refused() {
        let headers_ = headers(&[
            ("upload-length", "7"),
            ("upload-metadata", "filename Ym9hdC5wbmc=, filetype aW1hZ2UvcG5n,relativePath"),
        ]);
        let announced_ = announced(&headers_).unwrap();
        assert_eq!(
            (announced_.name.as_str(), announced_.declared_type.as_str(), announced_.length),
            ("boat.png", "image/png", Some(7))
        );
        for bad in [
            &[("upload-metadata", "filename Ym9hdC5wbmc=")][..],
            &[("upload-length", "-1")],
            &[("upload-length", "7"), ("upload-metadata", "filename %%")],
        ] {
            assert!(announced(&headers(bad)).is_err());
        }
    }

    #[test]
    fn checksums_are_read() {
        let found = checksum(&headers(&[("upload-checksum", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=")])).unwrap().unwrap();
        assert_eq!((found.0, found.1.len()), (Algorithm::Sha1, 20));
        assert!(checksum(&headers(&[("upload-checksum", "md5 x")])).is_err());
    }
}
