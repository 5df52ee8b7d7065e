//! The end of a ZIP archive: where it lists what is in it. Office documents are such archives, and an archive behind an
//! image is a second file in the first.

/// The signature of the record that ends an archive (APPNOTE.TXT, 4.3.16).
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
/// The signature of each entry of the list (APPNOTE.TXT, 4.3.12).
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_LENGTH: usize = 46;

/// The names of an archive's entries, when a file with this end is one; none when it is no archive, or its list does not
/// fit into the `tail`.
pub fn names(tail: &[u8]) -> Option<Vec<&[u8]>> {
    let end = memchr::memmem::rfind_iter(tail, END).find(|at| is_end(&tail[*at..]))?;
    let list_length = number(tail, end + 12, 4)?;
    let mut position = end.checked_sub(list_length)?;
    let mut names = Vec::new();
    while position < end {
        let entry = tail.get(position..position + ENTRY_LENGTH)?;
        if !entry.starts_with(ENTRY) {
            return None;
        }
        let [name, extra, comment] = [28, 30, 32].map(|at| number(entry, at, 2).unwrap_or(0));
        names.push(tail.get(position + ENTRY_LENGTH..position + ENTRY_LENGTH + name)?);
        position += ENTRY_LENGTH + name + extra + comment;
    }
    Some(names)
}

/// Whether a file that ends so can be opened as an archive, whatever it begins with.
pub fn is_archive(tail: &[u8]) -> bool {
    memchr::memmem::rfind_iter(tail, END).any(|at| is_end(&tail[at..]))
}

/// The last field of the record is a comment that reaches to the end of the file.
fn is_end(record: &[u8]) -> bool {
    number(record, 20, 2).is_some_and(|comment| record.len() == END_LENGTH + comment)
}

/// A number of `length` bytes, the lowest first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let digits = bytes.get(at..at + length)?;
    Some(digits.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An archive with empty files of these names, as far as its list goes.
    pub fn archive(names: &[&str]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04\x14\x00".to_vec();
        bytes.resize(30, 0);
        let start = bytes.len();
        for name in names {
            let mut entry = ENTRY.to_vec();
            entry.resize(ENTRY_LENGTH, 0);
            entry[28] = u8::try_from(name.len()).unwrap();
            bytes.extend(entry);
            bytes.extend(name.as_bytes());
        }
        let length = u32::try_from(bytes.len() - start).unwrap();
        bytes.extend(END);
        bytes.extend([0; 8]);
        bytes.extend(length.to_le_bytes());
        bytes.extend(u32::try_from(start).unwrap().to_le_bytes());
        bytes.extend([0, 0]);
        bytes
    }

    #[test]
    fn the_list_is_read_from_the_end() {
        let bytes = archive(&["[Content_Types].xml", "word/document.xml"]);
        assert_eq!(names(&bytes).unwrap(), [&b"[Content_Types].xml"[..], b"word/document.xml"]);
        assert!(is_archive(&[b"\xff\xd8\xff picture".to_vec(), bytes.clone()].concat()));
        assert!(!is_archive(b"PK\x05\x06 and no more") && names(b"nothing").is_none());
        assert!(names(&bytes[..bytes.len() - 1]).is_none());
    }
}
