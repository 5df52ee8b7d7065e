//! Mail addresses as they are compared, and the keyed hash that stands for one where no person may.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use kernel::App;
use kernel::db::OrganizationId;

/// The longest part before the `@`, in bytes (RFC 5321).
const LOCAL_LONGEST: usize = 64;
/// The longest address, in bytes.
const LONGEST: usize = 254;
/// Characters beside letters and digits that a local part may hold without quotes (RFC 5322, atext).
const ATEXT: &str = ".!#$%&'*+-/=?^_`{|}~";
/// What the hash of an address is made for.
const PURPOSE: &str = "address of a contact";

/// An address that mail can be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// As it is written: the local part as the person typed it, the domain in its ASCII form.
    pub email: String,
    /// As it is compared: all of it in lower case. Dots and `+…` stay, for they may be somebody else.
    pub key: String,
}

impl Address {
    /// Reads an address. Local parts beyond ASCII are refused: few servers take them (SMTPUTF8).
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.trim().rsplit_once('@')?;
        let is_plain = !local.is_empty()
            && local.len() <= LOCAL_LONGEST
            && local.chars().all(|character| character.is_ascii_alphanumeric() || ATEXT.contains(character))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let url::Host::Domain(domain) = url::Host::parse(domain).ok()? else { return None };
        let domain = domain.trim_end_matches('.');
        let labels_hold = domain.contains('.') && domain.split('.').all(|label| (1..=63).contains(&label.len()));
        let has_name = domain.rsplit('.').next().is_some_and(|last| !last.bytes().all(|byte| byte.is_ascii_digit()));
        let email = format!("{local}@{domain}");
        if !is_plain || !labels_hold || !has_name || email.len() > LONGEST {
            return None;
        }
        Some(Self { key: email.to_ascii_lowercase(), email })
    }

    /// The keyed hash of this address in this organization.
    pub fn hash(&self, app: &App, organization: &OrganizationId) -> Vec<u8> {
        hash(app, organization, &self.key)
    }
}

/// The keyed hash of an address as it is compared. Without the server's key nobody can try addresses against it.
pub fn hash(app: &App, organization: &OrganizationId, key: &str) -> Vec<u8> {
    let signature = app.secret_key.sign(PURPOSE, &format!("{organization} {key}"));
    BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case_and_with_domains_in_ascii() {
        let address = Address::parse("  Ada.Lovelace+news@Bücher.Example ").unwrap();
        assert_eq!(address.email, "Ada.Lovelace+news@xn--bcher-kva.example");
        assert_eq!(address.key, "ada.lovelace+news@xn--bcher-kva.example");
    }

    #[test]
    fn what_no_mail_reaches_is_no_address() {
        let long = format!("{}@example.org", "x".repeat(65));
        for text in [
            "",
            "@",
            "a@",
            "@b.org",
            "a@b",
            "a b@c.org",
            "a..b@c.org",
            ".a@c.org",
            "a@b..c",
            "a@127.0.0.1",
            "a@[::1]",
            "ü@c.org",
            "a@c.org, b@c.org",
            "a\n@c.org",
            "<a@c.org>",
            &long,
        ] {
            assert_eq!(Address::parse(text), None, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn reading_what_was_read_changes_nothing(text in "\\PC{0,40}@\\PC{0,40}") {
            if let Some(address) = Address::parse(&text) {
                proptest::prop_assert_eq!(Address::parse(&address.email), Some(address.clone()));
                proptest::prop_assert!(address.key.is_ascii());
            }
        }
    }
}
