use askama::Template;
use ui::{Frame, Moment, Pager};

/// Something a person was told.
#[derive(Clone, Debug)]
pub struct NotificationRow {
    pub id: String,
    /// Name of its picture in the sprite.
    pub icon: &'static str,
    pub title: String,
    /// What else there is to say; may be empty.
    pub detail: String,
    pub at: Moment,
    pub is_read: bool,
}

/// `/admin/{org}/notifications`: POST `…/{id}/open` marks one as read and goes where it leads, POST `…/read` marks all.
#[derive(Template)]
#[template(path = "notifications.html")]
pub struct NotificationsPage {
    /// The frame around it.
    pub frame: Frame,
    /// The newest first.
    pub rows: Vec<NotificationRow>,
    /// How many were not read yet.
    pub unread: i64,
    /// Older and newer ones.
    pub pager: Pager,
}
