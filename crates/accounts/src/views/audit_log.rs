use askama::Template;
use ui::{Frame, Moment, Pager};

/// One thing that was done.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// When.
    pub at: Moment,
    /// Who: a person's name or a key's.
    pub actor: String,
    /// What, in words: "Invited a member".
    pub action: String,
    /// To whom or what; may be empty.
    pub target: String,
}

/// `/admin/{org}/audit-log`.
#[derive(Template)]
#[template(path = "audit-log.html")]
pub struct AuditLogPage {
    /// The frame around it.
    pub frame: Frame,
    /// The newest first.
    pub entries: Vec<AuditRow>,
    /// Older and newer entries.
    pub pager: Pager,
}
