//! Every write to sending domains.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kernel::access::{Caller, Permission};
use kernel::error::FieldError;
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use rsa::PrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::pkcs8::EncodePublicKey;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::model::{MX, SendingDomain, is_right};
use super::{PURPOSE, store};
use crate::audience::address::Address;

/// Bits of a key: large providers refuse less, and more does not fit into a record of one packet.
const KEY_BITS: usize = 2048;
/// Sending domains of one organization at most.
const DOMAINS_MOST: i64 = 50;

/// What somebody sent about a sending domain.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = RawSendingDomain)]
pub struct RawDomain {
    #[schema(required = true, max_length = 253)]
    pub domain: String,
    /// A host below the domain whose mail comes to this server.
    #[schema(max_length = 253)]
    pub return_path: Option<String>,
}

/// A fresh key: its selector, the public part for the record, and the sealed private part.
pub struct Key {
    pub selector: String,
    pub public: String,
    pub sealed: Vec<u8>,
}

async fn make_key(caller: &Caller) -> Result<Key> {
    let made = tokio::task::spawn_blocking(|| {
        let key = PrivateKey::new(&mut rand::rng(), KEY_BITS).map_err(Error::internal)?;
        let public = key.to_public_key().to_public_key_der().map_err(Error::internal)?;
        let private = key.to_pkcs1_der().map_err(Error::internal)?;
        Ok::<_, Error>((BASE64_STANDARD.encode(public.as_bytes()), private.as_bytes().to_vec()))
    });
    let (public, private) = made.await.map_err(Error::internal)??;
    let sealed = caller.app.secret_key.seal(PURPOSE, &private)?;
    Ok(Key { selector: format!("cp{}", kernel::secret::hex_digits(4)), public, sealed })
}

/// Adds a domain with a fresh key. It signs once the key's record is seen.
pub async fn create(caller: &Caller, raw: &RawDomain, mut problems: Problems) -> Result<SendingDomain> {
    caller.must(Permission::SettingsManage)?;
    let domain = read(&mut problems, "domain", &raw.domain);
    let return_path = raw.return_path.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let return_path = return_path.map(|text| read(&mut problems, "return_path", text));
    if let Some(host) = return_path.as_deref()
        && !host.ends_with(&format!(".{domain}"))
    {
        problems.add(
            "return_path",
            "not_below",
            format!("It must be a host below the domain, such as bounces.{domain}."),
        );
    }
    problems.finish(())?;
    if store::count(&caller.tx).await? >= DOMAINS_MOST {
        return Err(Error::Conflict(format!(
            "There can be {DOMAINS_MOST} sending domains. Remove one that is not used."
        )));
    }
    let (id, key) = (caller.new_id(), make_key(caller).await?);
    let names = (domain.as_str(), return_path.as_deref());
    if !store::insert(&caller.tx, &id, names, &key, (&caller.actor.user_id, caller.now)).await? {
        return Err(Error::Taken(FieldError::new("domain", "taken", "This domain is in the list already.")));
    }
    audit::record(caller, "sending_domain.create", ("sending_domain", &id), json!({ "domain": domain })).await?;
    reread(caller, &id).await
}

fn read(problems: &mut Problems, field: &str, text: &str) -> String {
    match Address::parse(&format!("x@{}", text.trim())) {
        Some(address) => address.key.trim_start_matches("x@").to_owned(),
        None => {
            problems.add(field, "not_a_domain", "That is no domain. Enter one like example.org.");
            String::new()
        }
    }
}

/// Looks at the records. What is right signs from now on; a next key takes over.
///
/// The question goes out between two transactions, for an answer may take seconds.
pub async fn check(caller: &mut Caller, id: &str) -> Result<SendingDomain> {
    caller.must(Permission::SettingsManage)?;
    let domain = store::find(caller, id).await?.ok_or(Error::NotFound)?;
    caller.commit_and_continue().await?;
    let mut records = domain.wanted();
    for record in &mut records {
        let dns = &caller.app.dns;
        let found =
            if record.r#type == MX { dns.mail_hosts(&record.name).await } else { dns.texts(&record.name).await };
        let found = found.map_err(|failure| Error::Conflict(failure.to_string()))?;
        record.is_right = Some(is_right(record, &found));
        record.found = found.into_iter().take(10).map(|text| text.chars().take(1000).collect()).collect();
    }
    let sees = |selector: &str| {
        let start = format!("{selector}._domainkey.");
        records.iter().any(|record| record.name.starts_with(&start) && record.is_right == Some(true))
    };
    let next_selector = domain.next_selector.as_deref().filter(|selector| sees(selector));
    let (signs, findings) = (sees(&domain.selector), serde_json::to_value(&records)?);
    let seen = store::Seen { signs, selector: &domain.selector, next_selector, findings };
    let signs = store::note(&caller.tx, id, &seen, caller.now).await?;
    if !signs {
        store::disown(&caller.tx, &domain.domain).await?;
    } else if !store::own(&caller.tx, &domain.domain).await? {
        return Err(Error::Conflict(format!(
            "Another organization sends from {}. It has to remove the domain there first.",
            domain.domain
        )));
    }
    let details = json!({ "domain": domain.domain, "signs": signs });
    audit::record(caller, "sending_domain.check", ("sending_domain", id), details).await?;
    reread(caller, id).await
}

/// Makes a next key. The present one signs until the record of the next is seen.
pub async fn rotate(caller: &Caller, id: &str) -> Result<SendingDomain> {
    caller.must(Permission::SettingsManage)?;
    let domain = store::find(caller, id).await?.ok_or(Error::NotFound)?;
    if domain.verified_at.is_none() {
        return Err(Error::Conflict("The present key is not in use yet. Set its record, and check it first.".into()));
    }
    store::set_next(&caller.tx, id, &make_key(caller).await?).await?;
    let details = json!({ "domain": domain.domain });
    audit::record(caller, "sending_domain.rotate", ("sending_domain", id), details).await?;
    reread(caller, id).await
}

/// Removes a domain with its keys. Messages from it are not signed any more.
pub async fn delete(caller: &Caller, id: &str) -> Result<SendingDomain> {
    caller.must(Permission::SettingsManage)?;
    let domain = store::find(caller, id).await?.ok_or(Error::NotFound)?;
    store::delete(&caller.tx, id).await?;
    store::disown(&caller.tx, &domain.domain).await?;
    let details = json!({ "domain": domain.domain });
    audit::record(caller, "sending_domain.delete", ("sending_domain", id), details).await?;
    Ok(domain)
}

async fn reread(caller: &Caller, id: &str) -> Result<SendingDomain> {
    store::find(caller, id).await?.ok_or_else(|| Error::internal("a sending domain that was just written is gone"))
}
