//! Signed addresses that stand for one recipient. They name a row and a position, never a place to go, so nobody can make
//! them lead elsewhere.

use kernel::App;
use kernel::db::OrganizationId;

const CLICK: &str = "click in an email";
const OPEN: &str = "opening of an email";
const BOUNCE: &str = "mark of a message";
/// Characters of the signature in a mark: a return path has 64 at most before its `@`.
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

/// The signed mark of one message: in its return path, in a header of its own, in what providers are told to give back.
///
/// Servers may change the case of an address, so it holds lower case alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The row of `app.email_recipients`, in lower case.
    pub recipient: String,
    signature: String,
}

impl Mark {
    pub fn new(app: &App, organization: &OrganizationId, recipient: &str) -> Self {
        let recipient = recipient.to_ascii_lowercase();
        let signature = app.secret_key.sign(BOUNCE, &format!("{organization} {recipient}"));
        let signature = kernel::secret::digest_hex(signature.as_bytes()).chars().take(SHORT_SIGNATURE).collect();
        Self { recipient, signature }
    }

    /// Reads a mark, or a return path with one in it. It is nobody's yet: ask [`is_of`](Self::is_of).
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().trim_matches(['<', '>']).to_ascii_lowercase();
        let local = lower.rsplit_once('@').map_or(lower.as_str(), |(local, _)| local);
        let (recipient, signature) = local.strip_prefix("b+").unwrap_or(local).rsplit_once('_')?;
        let is_mark = kernel::id::is_well_formed(recipient) && signature.len() == SHORT_SIGNATURE;
        is_mark.then(|| Self { recipient: recipient.to_owned(), signature: signature.to_owned() })
    }

    /// Whether it was made here, for a message of this organization.
    pub fn is_of(&self, app: &App, organization: &OrganizationId) -> bool {
        let right = Self::new(app, organization, &self.recipient).signature;
        kernel::secret::hash(&right) == kernel::secret::hash(&self.signature)
    }

    /// The email that the message is of, in lower case, and the message's number in it.
    pub fn parts(&self) -> (&str, &str) {
        self.recipient.rsplit_once('-').unwrap_or((&self.recipient, ""))
    }

    /// The address that the message's bounce comes back to (VERP).
    pub fn return_path(&self, host: &str) -> String {
        format!("b+{self}@{host}")
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}_{}", self.recipient, self.signature)
    }
}
