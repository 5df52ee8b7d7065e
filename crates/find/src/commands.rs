//! The pages to go to and the things to begin, for whoever's role allows them.

use kernel::access::{Caller, Permission};
use ui::{Frame, Organization};

use crate::model::{Found, Kind, score};

/// Something to begin: its words, other words for it, where, and what it takes.
type Action = (&'static str, &'static str, &'static str, Permission);

const ACTIONS: [Action; 5] = [
    ("New article", "write create add post page draft content", "content/new", Permission::ContentEdit),
    ("New category", "create add section", "categories/new", Permission::TaxonomyManage),
    ("Upload files", "new create add image picture photo video media", "media", Permission::ContentEdit),
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
    let frame = Frame {
        organization: Some(Organization { slug: caller.organization.slug.clone(), ..Organization::default() }),
        sections: ui::sections_of(&caller.app, caller.role),
        ..Frame::default()
    };
    let base = frame.base();
    let mut found: Vec<Found> = frame
        .links()
        .into_iter()
        .map(|link| {
            let words = also(link.href.rsplit('/').next().unwrap_or_default());
            command(Kind::Page, link.label, words, link.href)
        })
        .collect();
    if frame.sections.content && caller.may(Permission::ContentPublish) {
        found.push(command(Kind::Page, "Bin", "deleted trash restore", format!("{base}/bin")));
    }
    if frame.sections.settings {
        let settings = |title, also, path| command(Kind::Page, title, also, format!("{base}/settings/{path}"));
        found.push(settings("Site settings", "logo navigation colour theme footer crawlers comments", "site"));
        found.push(settings("Domain", "dns address own url", "domain"));
        found.push(settings("Export", "download backup archive leave", "exports"));
    }
    found.push(command(Kind::Page, "Notifications", "bell inbox", format!("{base}/notifications")));
    found.push(command(Kind::Page, "Your account", "profile password devices sign out", "/admin/account".into()));
    let may = |action: &&Action| caller.may(action.3);
    found.extend(
        ACTIONS.iter().filter(may).map(|(title, also, path, _)| command(Kind::Action, title, also, format!("{base}/{path}"))),
    );
    found
}

/// Those that answer what was typed.
pub fn matching(caller: &Caller, typed: &str) -> Vec<Found> {
    let answers = |one: &Found| {
        // Both texts together, so that "create article" finds what is called "New article".
        score(typed, &one.title).is_some() || score(typed, &format!("{} {}", one.title, one.also)).is_some_and(|it| it > 1)
    };
    all(caller).into_iter().filter(answers).collect()
}

fn command(kind: Kind, title: &str, also: &str, address: String) -> Found {
    Found { kind, id: None, title: title.to_owned(), note: String::new(), also: also.to_owned(), address }
}
