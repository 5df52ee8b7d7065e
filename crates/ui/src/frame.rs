use crate::Flash;

/// An organization as the frame shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organization {
    /// Its name.
    pub name: String,
    /// Its part of the address, `/admin/{slug}/…` and `/s/{slug}/`.
    pub slug: String,
}

impl Organization {
    /// The letter on its tile in the switcher.
    pub fn initial(&self) -> String {
        initial(&self.name)
    }
}

/// Who is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// Full name; may be empty.
    pub name: String,
    /// Address used for signing in.
    pub email: String,
}

impl User {
    /// The letter on their tile in the user menu.
    pub fn initial(&self) -> String {
        initial(if self.name.trim().is_empty() { &self.email } else { &self.name })
    }
}

fn initial(text: &str) -> String {
    text.trim().chars().next().map_or_else(|| "?".to_owned(), |letter| letter.to_uppercase().collect())
}

/// Which sections the signed-in person may open. What a role may not do is not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sections {
    /// What happens and what waits for somebody.
    pub dashboard: bool,
    /// The content library.
    pub content: bool,
    /// Items that are published together.
    pub releases: bool,
    /// What goes out when.
    pub calendar: bool,
    /// The media library.
    pub media: bool,
    /// Campaigns.
    pub campaigns: bool,
    /// Emails to an audience.
    pub email: bool,
    /// Contacts, segments and forms.
    pub audience: bool,
    /// The moderation of comments.
    pub comments: bool,
    /// Members and invitations.
    pub members: bool,
    /// API keys.
    pub api_keys: bool,
    /// Webhooks and their deliveries.
    pub webhooks: bool,
    /// Mails that were kept because no SMTP server is configured.
    pub outbox: bool,
    /// The audit log.
    pub audit_log: bool,
    /// The organization's settings.
    pub settings: bool,
}

/// The section a page belongs to; its link in the sidebar is marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Section {
    /// A page outside the sections, such as the account page.
    #[default]
    None,
    /// What happens and what waits for somebody.
    Dashboard,
    /// The content library and the editor.
    Content,
    /// Items that are published together.
    Releases,
    /// What goes out when.
    Calendar,
    /// The media library.
    Media,
    /// Campaigns.
    Campaigns,
    /// Emails to an audience.
    Email,
    /// Contacts, segments and forms.
    Audience,
    /// The tree of categories.
    Categories,
    /// The tags.
    Tags,
    /// The moderation of comments.
    Comments,
    /// Members and invitations.
    Members,
    /// API keys.
    ApiKeys,
    /// Webhooks and their deliveries.
    Webhooks,
    /// The development outbox.
    Outbox,
    /// The audit log.
    AuditLog,
    /// The organization's settings.
    Settings,
}

/// One step of the way to the page; the last one has no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breadcrumb {
    /// What is shown.
    pub label: String,
    /// Where it leads.
    pub href: Option<String>,
}

impl Breadcrumb {
    /// A step that leads somewhere.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: Some(href.into()) }
    }

    /// The page itself.
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None }
    }
}

/// All that `frame.html` needs around a page of the application.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Title of the page.
    pub title: String,
    /// The organization worked in; none on pages that belong to the person alone.
    pub organization: Option<Organization>,
    /// The person's other organizations, for the switcher.
    pub other_organizations: Vec<Organization>,
    /// Who is signed in.
    pub user: User,
    /// What the sidebar shows.
    pub sections: Sections,
    /// What the sidebar marks.
    pub active: Section,
    /// The way to this page; when empty, the title stands there.
    pub breadcrumbs: Vec<Breadcrumb>,
    /// A message carried over from the page before.
    pub flash: Option<Flash>,
    /// Notifications that were not read yet.
    pub unread: i64,
}

impl Frame {
    /// The address prefix of the organization's pages, `/admin/{slug}`, or `/admin` without one.
    pub fn base(&self) -> String {
        match &self.organization {
            Some(organization) => format!("/admin/{}", organization.slug),
            None => "/admin".to_owned(),
        }
    }

    /// The number on the bell; a hundred and more are told as such.
    pub fn unread_word(&self) -> String {
        if self.unread > 99 { "99+".to_owned() } else { self.unread.to_string() }
    }

    /// The links of the sidebar, in order, only those the person may open.
    pub fn links(&self) -> Vec<SectionLink> {
        let sections = &self.sections;
        [
            (sections.dashboard, Section::Dashboard, "", "Dashboard", "layout-dashboard"),
            (sections.content, Section::Content, "content", "Content", "file-text"),
            (sections.content, Section::Categories, "categories", "Categories", "folder-tree"),
            (sections.content, Section::Tags, "tags", "Tags", "tags"),
            (sections.releases, Section::Releases, "releases", "Releases", "package"),
            (sections.calendar, Section::Calendar, "calendar", "Calendar", "calendar"),
            (sections.media, Section::Media, "media", "Media", "image"),
            (sections.campaigns, Section::Campaigns, "campaigns", "Campaigns", "megaphone"),
            (sections.email, Section::Email, "emails", "Email", "mail"),
            (sections.audience, Section::Audience, "audience", "Audience", "contact"),
            (sections.comments, Section::Comments, "comments", "Comments", "message-square"),
            (sections.members, Section::Members, "members", "Members", "users"),
            (sections.api_keys, Section::ApiKeys, "api-keys", "API keys", "key-round"),
            (sections.webhooks, Section::Webhooks, "webhooks", "Webhooks", "webhook"),
            (sections.outbox, Section::Outbox, "outbox", "Outbox", "inbox"),
            (sections.audit_log, Section::AuditLog, "audit-log", "Audit log", "scroll-text"),
            (sections.settings, Section::Settings, "settings", "Settings", "settings"),
        ]
        .into_iter()
        .filter(|(shown, ..)| *shown && self.organization.is_some())
        .map(|(_, section, path, label, icon)| SectionLink {
            href: format!("{}/{path}", self.base()).trim_end_matches('/').to_owned(),
            label,
            icon,
            is_active: section == self.active,
            is_below: matches!(section, Section::Categories | Section::Tags | Section::Releases),
        })
        .collect()
    }

    /// The links of the bar at the bottom of small screens: those that belong to no other.
    pub fn main_links(&self) -> Vec<SectionLink> {
        self.links().into_iter().filter(|link| !link.is_below).collect()
    }
}

/// A link of the sidebar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionLink {
    /// Where it leads.
    pub href: String,
    /// What is shown.
    pub label: &'static str,
    /// Name of its picture in the sprite.
    pub icon: &'static str,
    /// Whether the page belongs to this section.
    pub is_active: bool,
    /// Whether it belongs to the section before it: it is set in, and left out where room is short.
    pub is_below: bool,
}
