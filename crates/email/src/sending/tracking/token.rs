//! Signed addresses that stand for one recipient. They name a row and a position, never a place to go, so nobody can make
//! them lead elsewhere.

use kernel::App;
use kernel::db::OrganizationId;

const CLICK: &str = "click in an email";
const OPEN: &str = "opening of an email";
const BOUNCE: &str = "return path of an email";
/// Characters of the signature in a return path, whose local part has 64 at most.
const SHORT_SIGNATURE: usize = 10;

pub fn click_url(app: &App, organization: &OrganizationId, recipient: &str, position: usize) -> String {
    let signature = app.secret_key.sign(CLICK, &format!("{organization} {recipient} {position}"));
    format!("{}/e/{organization}/c/{recipient}.{position}.{signature}", app.settings.public_url)
}

pub fn open_url(app: &App, organization: &OrganizationId, recipient: &str) -> String {
    let signature = app.secret_key.sign(OPEN, &format!("{organization} {recipient}"));
    format!("{}/e/{organization}/o/{recipient}.{signature}", app.settings.public_url)
}

/// The recipient and the position of the link that a click's address names, if it was made here.
pub fn read_click(app: &App, organization: &OrganizationId, token: &str) -> Option<(String, usize)> {
    let (rest, signature) = token.rsplit_once('.')?;
    let (recipient, position) = rest.rsplit_once('.')?;
    let is_ours = app.secret_key.verifies(CLICK, &format!("{organization} {recipient} {position}"), signature);
    is_ours.then(|| position.parse().ok().map(|position| (recipient.to_owned(), position))).flatten()
}

/// The recipient that an opening's address names, if it was made here.
pub fn read_open(app: &App, organization: &OrganizationId, token: &str) -> Option<String> {
    let (recipient, signature) = token.split_once('.')?;
    let is_ours = app.secret_key.verifies(OPEN, &format!("{organization} {recipient}"), signature);
    is_ours.then(|| recipient.to_owned())
}

/// The address that a message's bounce comes back to (VERP). Servers may change its case, so it holds hexadecimal digits.
pub fn return_path(app: &App, recipient: &str, host: &str) -> String {
    format!("b+{recipient}+{}@{host}", short_signature(app, recipient))
}

/// The recipient that a return path names, if it was made here.
pub fn read_return_path(app: &App, address: &str) -> Option<String> {
    let lower = address.to_ascii_lowercase();
    let (local, _) = lower.rsplit_once('@')?;
    let (recipient, signature) = local.strip_prefix("b+")?.rsplit_once('+')?;
    (short_signature(app, recipient) == signature).then(|| recipient.to_owned())
}

fn short_signature(app: &App, recipient: &str) -> String {
    let signature = app.secret_key.sign(BOUNCE, recipient);
    kernel::secret::digest_hex(signature.as_bytes()).chars().take(SHORT_SIGNATURE).collect()
}
