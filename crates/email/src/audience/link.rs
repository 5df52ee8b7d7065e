//! Links that stand for one person's address: in each mail, to leave the list or change what is kept.
//!
//! They hold the keyed hash of the address and a signature, not the address. So they work for years, also when the contact
//! was deleted in between, and tell nobody whose they are.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use kernel::App;
use kernel::db::OrganizationId;

/// What stands in the links of a test for the hash of an address: they are nobody's.
pub const OF_TEST: &[u8] = b"test";
const PURPOSE: &str = "link of a contact";

/// Where this person leaves the list: the address for `List-Unsubscribe` and for the link in the text.
///
/// `recipient` is the row of `app.email_recipients` that the mail was sent for, so that the report can count it.
pub fn unsubscribe_url(app: &App, organization: &OrganizationId, email_hash: &[u8], recipient: Option<&str>) -> String {
    let via = recipient.map(|recipient| format!("?m={recipient}")).unwrap_or_default();
    format!("{}/e/{organization}/unsubscribe/{}{via}", app.settings.public_url, token(app, organization, email_hash))
}

/// Where this person sees and changes what is kept of them.
pub fn preferences_url(app: &App, organization: &OrganizationId, email_hash: &[u8]) -> String {
    format!("{}/e/{organization}/preferences/{}", app.settings.public_url, token(app, organization, email_hash))
}

/// The last part of such links.
pub fn token(app: &App, organization: &OrganizationId, email_hash: &[u8]) -> String {
    let hash = BASE64_URL_SAFE_NO_PAD.encode(email_hash);
    let signature = app.secret_key.sign(PURPOSE, &format!("{organization} {hash}"));
    format!("{hash}.{signature}")
}

/// The hash of the address that a link stands for; none for one that was not made here.
pub fn read(app: &App, organization: &OrganizationId, token: &str) -> Option<Vec<u8>> {
    let (hash, signature) = token.split_once('.')?;
    let is_ours = app.secret_key.verifies(PURPOSE, &format!("{organization} {hash}"), signature);
    is_ours.then(|| BASE64_URL_SAFE_NO_PAD.decode(hash).ok()).flatten()
}
