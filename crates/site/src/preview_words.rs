//! What the theme says around a preview, in the languages it knows.

/// The words of previews in one language.
pub struct PreviewWords {
    pub preview: &'static str,
    /// What is said above a text that was never published, above changes of one that is, and above one without changes.
    pub of_draft: &'static str,
    pub of_changes: &'static str,
    pub of_page: &'static str,
    /// Until when the link works, by day and time.
    pub until: fn(&str, &str) -> String,
    /// A link whose time is over: the heading, and what to do.
    pub expired: (&'static str, &'static str),
    /// A link that was taken back or never made.
    pub unknown: (&'static str, &'static str),
    /// What stands before and after the link to the front page, and the link itself.
    pub front_page: (&'static str, &'static str, &'static str),
}

pub const ENGLISH: PreviewWords = PreviewWords {
    preview: "Preview",
    of_draft: "A preview: this text is not published.",
    of_changes: "A preview: these changes are not published.",
    of_page: "A preview of this page.",
    until: |day, time| format!("The link works until {day}, {time}."),
    expired: ("This preview link has expired", "Its time is over. Ask whoever sent it to you for a new one."),
    unknown: (
        "There is no such preview",
        "It was taken back, or the address has a slip in it. Ask whoever sent it to you.",
    ),
    front_page: ("The site itself begins at its ", "front page", "."),
};

pub const GERMAN: PreviewWords = PreviewWords {
    preview: "Vorschau",
    of_draft: "Eine Vorschau: Dieser Text ist nicht veröffentlicht.",
    of_changes: "Eine Vorschau: Diese Änderungen sind nicht veröffentlicht.",
    of_page: "Eine Vorschau dieser Seite.",
    until: |day, time| format!("Der Link gilt bis {day}, {time} Uhr."),
    expired: (
        "Dieser Vorschau-Link ist abgelaufen",
        "Seine Zeit ist vorbei. Bitten Sie die Person, die ihn geschickt hat, um einen neuen.",
    ),
    unknown: (
        "Diese Vorschau gibt es nicht",
        "Sie wurde zurückgenommen, oder die Adresse enthält einen Tippfehler. Fragen Sie die Person, die sie geschickt hat.",
    ),
    front_page: ("Die Website selbst beginnt auf der ", "Startseite", "."),
};
