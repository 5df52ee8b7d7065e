//! What a sending domain is, and the records that its owner sets.

use jiff::Timestamp;
use kernel::db::Row;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The type of records that say which hosts take mail.
pub const MX: &str = "MX";

/// A record of the domain name system to copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Record {
    pub name: String,
    /// `TXT` or `MX`.
    pub r#type: String,
    /// What to set; for SPF and DMARC one that does, when there is none yet.
    pub value: String,
    /// What it is for, in words.
    pub purpose: String,
    /// What was there at the last look.
    pub found: Vec<String>,
    /// Null before the first look.
    pub is_right: Option<bool>,
}

/// A domain that an organization sends from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SendingDomain {
    pub id: String,
    pub domain: String,
    /// The selector of the key that signs, or will once its record is seen.
    pub selector: String,
    /// The selector of the key that takes over once its record is seen.
    pub next_selector: Option<String>,
    /// A host below the domain whose mail comes to this server: bounces go there.
    pub return_path: Option<String>,
    /// Since when messages are signed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub verified_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub checked_at: Option<Timestamp>,
    pub records: Vec<Record>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    pub version: i32,
    #[serde(skip)]
    pub public_key: String,
    #[serde(skip)]
    pub next_public_key: Option<String>,
    /// The name of this server, which takes bounces.
    #[serde(skip)]
    pub mail_host: String,
}

impl SendingDomain {
    /// `mail_host` is the name of this server.
    pub fn from_row(row: &Row, mail_host: String) -> Self {
        let mut domain = Self {
            id: row.get("id"),
            domain: row.get("domain"),
            selector: row.get("selector"),
            next_selector: row.get("next_selector"),
            return_path: row.get("return_path"),
            verified_at: row.get("verified_at"),
            checked_at: row.get("checked_at"),
            records: Vec::new(),
            created_at: row.get("created_at"),
            version: row.get("version"),
            public_key: row.get("public_key"),
            next_public_key: row.get("next_public_key"),
            mail_host,
        };
        let known: Vec<Record> = serde_json::from_value(row.get("findings")).unwrap_or_default();
        domain.records = domain.wanted();
        for record in &mut domain.records {
            let is_it =
                |seen: &&Record| seen.name == record.name && seen.r#type == record.r#type && seen.value == record.value;
            if let Some(seen) = known.iter().find(is_it) {
                record.found.clone_from(&seen.found);
                record.is_right = seen.is_right;
            }
        }
        domain
    }

    /// The records to set, before anything is known about them.
    pub fn wanted(&self) -> Vec<Record> {
        let domain = &self.domain;
        let record = |name: String, value: String, purpose: &str| Record {
            name,
            r#type: "TXT".to_owned(),
            value,
            purpose: purpose.to_owned(),
            found: Vec::new(),
            is_right: None,
        };
        let key = |selector: &str, key: &str, purpose: &str| {
            record(format!("{selector}._domainkey.{domain}"), format!("v=DKIM1; k=rsa; p={key}"), purpose)
        };
        let mut records =
            vec![key(&self.selector, &self.public_key, "DKIM: the key that receivers check the signature with.")];
        if let (Some(selector), Some(next)) = (&self.next_selector, &self.next_public_key) {
            records.push(key(
                selector,
                next,
                "DKIM: the next key. It takes over once it is seen; leave the old record for a week.",
            ));
        }
        let spf = "SPF: the servers that may send for the domain. Add what your mail provider tells you to include.";
        records.push(record(domain.clone(), "v=spf1 mx ~all".to_owned(), spf));
        let dmarc = "DMARC: what receivers do with messages that are neither signed nor sent by your servers.";
        records.push(record(format!("_dmarc.{domain}"), "v=DMARC1; p=none".to_owned(), dmarc));
        if let Some(host) = &self.return_path {
            let mail = "MX: mail to the host of bounces comes to this server.";
            let mail = record(host.clone(), format!("10 {}", self.mail_host), mail);
            records.push(Record { r#type: MX.to_owned(), ..mail });
            let spf = "SPF of the host of bounces, where receivers look for it. Add what your mail provider tells you to include.";
            records.push(record(host.clone(), "v=spf1 mx ~all".to_owned(), spf));
        }
        records
    }
}

/// Whether what is found says what the record wants: the same key, one SPF record, any DMARC policy, this server among the
/// hosts that take mail.
pub fn is_right(record: &Record, found: &[String]) -> bool {
    if record.r#type == MX {
        let host = |text: &str| text.split_once(' ').map(|(_, host)| host.to_ascii_lowercase());
        return found.iter().any(|text| host(text) == host(&record.value));
    }
    let start = record.value.split(';').next().unwrap_or_default().split(' ').next().unwrap_or_default();
    let of_kind: Vec<&String> = found
        .iter()
        .filter(|text| text.trim_start().to_ascii_lowercase().starts_with(&start.to_ascii_lowercase()))
        .collect();
    match start {
        "v=DKIM1" => found.iter().any(|text| key_of(text) == key_of(&record.value)),
        _ => of_kind.len() == 1,
    }
}

/// The key in a DKIM record (RFC 6376, 3.6.1): white space in it counts for nothing.
fn key_of(text: &str) -> Option<String> {
    let tags = text.split(';').filter_map(|tag| tag.split_once('='));
    let (_, key) = tags.into_iter().find(|(name, _)| name.trim() == "p")?;
    let key: String = key.chars().filter(|one| !one.is_whitespace()).collect();
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(value: &str) -> Record {
        Record {
            name: String::new(),
            r#type: "TXT".into(),
            value: value.into(),
            purpose: String::new(),
            found: Vec::new(),
            is_right: None,
        }
    }

    #[test]
    fn records_are_read_as_receivers_do() {
        let found = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let key = record("v=DKIM1; k=rsa; p=AbC=");
        assert!(is_right(&key, &found(&["k=rsa;p=Ab C="])));
        assert!(!is_right(&key, &found(&["v=DKIM1; p="])) && !is_right(&key, &[]));
        let spf = record("v=spf1 mx ~all");
        assert!(is_right(&spf, &found(&["other", "v=spf1 include:x -all"])));
        assert!(!is_right(&spf, &found(&["v=spf1 -all", "v=spf1 mx -all"])), "two of them count as none");
        assert!(is_right(&record("v=DMARC1; p=none"), &found(&["v=DMARC1; p=reject"])));
        let mail = Record { r#type: MX.into(), ..record("10 mail.example.org") };
        assert!(is_right(&mail, &found(&["5 other.example", "20 Mail.example.org"])));
        assert!(!is_right(&mail, &found(&["10 other.example"])) && !is_right(&mail, &[]));
    }
}
