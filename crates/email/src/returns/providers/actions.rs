//! Every write of people to providers.

use kernel::access::{Caller, Permission};
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use serde_json::json;

use super::store::Provider;
use super::{Kind, PURPOSE, sendgrid, store};

/// Providers of one organization at most.
const PROVIDERS_MOST: i64 = 10;
/// The longest key that is kept, in bytes.
const KEY_LONGEST: usize = 1000;

/// Lets a provider report. Amazon's reports are signed with its own certificate, Postmark gets a password of ours.
pub async fn create(caller: &Caller, provider: &str, key: &str) -> Result<Provider> {
    caller.must(Permission::SettingsManage)?;
    let mut problems = Problems::new();
    let kind = Kind::parse(provider);
    if kind.is_none() {
        problems.add("provider", "unknown", "Choose the provider that you send through.");
    }
    let secret = kind.and_then(|kind| secret(kind, key.trim(), &mut problems));
    problems.finish(())?;
    if store::count(&caller.tx).await? >= PROVIDERS_MOST {
        return Err(Error::Conflict(format!("There can be {PROVIDERS_MOST} providers. Remove one that is not used.")));
    }
    let kind = kind.ok_or_else(|| Error::internal("a provider that was checked is gone"))?;
    let sealed = secret.map(|secret| caller.app.secret_key.seal(PURPOSE, &secret)).transpose()?;
    let id = caller.new_id();
    store::insert(&caller.tx, &id, (kind, sealed.as_deref()), (&caller.actor.user_id, caller.now)).await?;
    let details = json!({ "provider": kind.as_str() });
    audit::record(caller, "email_provider.create", ("email_provider", &id), details).await?;
    store::find(&caller.tx, &id).await?.ok_or_else(|| Error::internal("a provider that was just written is gone"))
}

/// What reports are checked with.
fn secret(kind: Kind, key: &str, problems: &mut Problems) -> Option<Vec<u8>> {
    match kind {
        Kind::Ses => None,
        Kind::Postmark => Some(kernel::secret::token().into_bytes()),
        Kind::Mailgun if key.is_empty() || key.len() > KEY_LONGEST => {
            let words = "Enter the HTTP webhook signing key that Mailgun shows under API security.";
            problems.add("key", "required", words);
            None
        }
        Kind::Mailgun => Some(key.as_bytes().to_vec()),
        Kind::Sendgrid => {
            let point = sendgrid::point(key);
            if point.is_none() {
                let words = "Enter the verification key that SendGrid shows beside its event webhook: letters and digits that begin with MFkw.";
                problems.add("key", "not_a_key", words);
            }
            point
        }
    }
}

/// Takes no more reports from a provider.
pub async fn delete(caller: &Caller, id: &str) -> Result<Kind> {
    caller.must(Permission::SettingsManage)?;
    let provider = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    store::delete(&caller.tx, id).await?;
    let details = json!({ "provider": provider.kind.as_str() });
    audit::record(caller, "email_provider.delete", ("email_provider", id), details).await?;
    Ok(provider.kind)
}
