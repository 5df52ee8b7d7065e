//! The pages to go to and the things to begin, for whoever's role allows them.

use kernel::access::{Caller, Permission};
use ui::{Frame, Organization};

use crate::model::{Found, Kind, score};

/// Something to go to or to begin: its words, other words for it, where, and what it takes.
type Command = (&'static str, &'static str, &'static str, Permission);

/// Pages that have no place in the sidebar.
const PAGES: [Command; 12] = [
    ("Views", "saved lists filters content", "content/views", Permission::ContentRead),
    ("Bin", "deleted trash restore", "bin", Permission::ContentPublish),
    ("Site settings", "logo navigation theme accent appearance", "settings/site", Permission::SettingsManage),
    ("Domain", "own address dns", "settings/domain", Permission::SettingsManage),
    ("Exports", "download backup archive", "settings/exports", Permission::SettingsManage),
    ("Templates of campaigns", "repeat plan", "campaigns/templates", Permission::CampaignsManage),
    ("Segments", "audience rules groups of contacts", "audience/segments", Permission::CampaignsManage),
    ("Sign-up forms", "audience subscribe newsletter embed", "audience/forms", Permission::CampaignsManage),
    ("Import contacts", "audience csv mailchimp upload subscribers", "audience/imports", Permission::CampaignsManage),
    ("Fields of contacts", "audience custom attributes", "audience/fields", Permission::CampaignsManage),
    ("Suppression list", "audience blocked bounced unsubscribed", "audience/suppressions", Permission::CampaignsManage),
    ("Notifications", "bell inbox", "notifications", Permission::ContentRead),
];

const ACTIONS: [Command; 6] = [
    ("New article", "write create add post page draft content", "content/new", Permission::ContentEdit),
    ("New category", "create add section", "categories/new", Permission::TaxonomyManage),
    ("Upload files", "new create add image picture photo video media", "media", Permission::ContentEdit),
    ("New campaign", "create add plan goal budget", "campaigns/new", Permission::CampaignsManage),
    ("Invite somebody", "new add member person team user", "members", Permission::MembersManage),
    ("New API key", "create add token", "api-keys", Permission::ApiKeysManage),
];

/// Other words for sections, by their part of the address.
fn also(path: &str) -> &'static str {
    match path {
        "content" => "library articles posts pages items",
        "categories" => "sections tree",
        "tags" => "labels keywords",
        "media" => "library images pictures photos videos files uploads",
        "campaigns" => "marketing goals budgets plan board",
        "audience" => "contacts subscribers readers list people",
        "comments" => "moderation discussion spam",
        "calendar" => "schedule planning",
        "members" => "people team users roles invitations",
        "api-keys" => "tokens developers",
        "webhooks" => "developers events integrations",
        "audit-log" => "history who did what",
        "settings" => "preferences organization time zone language",
        "outbox" => "mails",
        _ => "",
    }
}

/// All that this caller may go to and begin, in the order of the sidebar.
pub fn all(caller: &Caller) -> Vec<Found> {
    let frame = frame(caller);
    let base = frame.base();
    let mut found: Vec<Found> = frame
        .links()
        .into_iter()
        .map(|link| {
            let words = also(link.href.rsplit('/').next().unwrap_or_default());
            command(Kind::Page, link.label, words, link.href)
        })
        .collect();
    let allowed = |kind: Kind, commands: &[Command]| {
        let may = commands.iter().filter(|(.., permission)| caller.may(*permission));
        may.map(|(title, also, path, _)| command(kind, title, also, format!("{base}/{path}"))).collect::<Vec<_>>()
    };
    found.extend(allowed(Kind::Page, &PAGES));
    found.push(command(Kind::Page, "Your account", "profile password devices sign out", "/admin/account".into()));
    found.extend(allowed(Kind::Action, &ACTIONS));
    found
}

/// The frame that this caller's pages have, as far as it says what may be opened.
fn frame(caller: &Caller) -> Frame {
    Frame {
        organization: Some(Organization { slug: caller.organization.slug.clone(), ..Organization::default() }),
        sections: ui::sections_of(&caller.app, caller.role),
        ..Frame::default()
    }
}

/// Where contacts are opened: beneath the page of the audience, for those who are shown one.
pub fn audience(caller: &Caller) -> Option<String> {
    let frame = frame(caller);
    let is_shown = frame.sections.audience;
    let link = frame.links().into_iter().find(|link| is_shown && link.label == "Audience");
    link.map(|link| format!("{}/contacts", link.href))
}

/// Those that answer what was typed.
pub fn matching(caller: &Caller, typed: &str) -> Vec<Found> {
    let answers = |one: &Found| {
        // Both texts together, so that "create article" finds what is called "New article".
        score(typed, &one.title).is_some()
            || score(typed, &format!("{} {}", one.title, one.also)).is_some_and(|it| it > 1)
    };
    all(caller).into_iter().filter(answers).collect()
}

fn command(kind: Kind, title: &str, also: &str, address: String) -> Found {
    Found { kind, id: None, title: title.to_owned(), note: String::new(), also: also.to_owned(), address }
}
