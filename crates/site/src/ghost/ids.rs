//! Ghost's ids are 24 hexadecimal digits. Ours are turned into such, always the same way, and are found again by them.

use kernel::secret;

const LENGTH: usize = 24;

/// An id of ours in Ghost's form; what has that form already stays.
///
/// A UUID gives its first 96 bits: in version 7 these are the time and the counter, which are unique and keep the order.
/// The ids of host platforms, which are no UUIDs, give the beginning of their SHA-256.
pub fn from_any(id: &str) -> String {
    if is_ghost(id) {
        return id.to_owned();
    }
    if is_uuid(id) {
        return id.replace('-', "").chars().take(LENGTH).collect();
    }
    secret::digest_hex(id.as_bytes()).chars().take(LENGTH).collect()
}

/// The same in SQL; `column` is one of ours, never anything typed.
pub fn sql(column: &str) -> String {
    format!(
        "CASE WHEN {column} ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$' THEN left(replace({column}, '-', ''), {LENGTH}) \
         WHEN {column} ~ '^[0-9a-f]{{{LENGTH}}}$' THEN {column} \
         ELSE left(encode(sha256(convert_to({column}, 'UTF8')), 'hex'), {LENGTH}) END"
    )
}

/// The least and the greatest UUID that an id in Ghost's form may come from, so that an index finds it.
pub fn range(ghost: &str) -> Option<(String, String)> {
    is_ghost(ghost).then(|| {
        let part = |from: usize, to: usize| &ghost[from..to];
        let start = format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 24));
        (format!("{start}00000000"), format!("{start}ffffffff"))
    })
}

/// A UUID for any id: itself, or one made of its hash (RFC 9562, version 8).
pub fn uuid(id: &str) -> String {
    if is_uuid(id) {
        return id.to_owned();
    }
    let hash = secret::digest_hex(id.as_bytes());
    format!("{}-{}-8{}-8{}-{}", &hash[..8], &hash[8..12], &hash[12..15], &hash[15..18], &hash[18..30])
}

fn is_ghost(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(is_digit)
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => is_digit(byte),
        })
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_keeps_its_form_and_lies_in_its_range() {
        let uuid = "0192f0c1-7c2e-7d51-9a0e-4b6a0a3e9a01";
        let ghost = from_any(uuid);
        assert_eq!(ghost, "0192f0c17c2e7d519a0e4b6a");
        assert_eq!(from_any(&ghost), ghost);
        let (low, high) = range(&ghost).unwrap();
        assert!(low.as_str() <= uuid && uuid <= high.as_str());
        assert_eq!(range("clorg0harborpine00000001"), None);
        assert_eq!(super::uuid(uuid), uuid);
    }

    proptest! {
        #[test]
        fn anything_becomes_an_id_and_a_uuid(text in "\\PC{0,80}") {
            prop_assert!(is_ghost(&from_any(&text)));
            prop_assert!(is_uuid(&uuid(&text)));
        }
    }
}
