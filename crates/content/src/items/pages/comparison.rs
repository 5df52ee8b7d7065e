use axum::http::HeaderMap;
use axum::response::Response;
use jiff::tz::TimeZone;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use ui::{Breadcrumb, Moment, Section, StatusPill};

use super::editor::{address, zone};
use crate::changes::{Changes, store};
use crate::items::local_time;
use crate::items::model::{ContentStatus, Item};
use crate::items::store as item_store;
use crate::revisions::diff::{self, Kind};
use crate::revisions::pages::{compared_text, parts};
use crate::views::{ChangedDetail, ChangesPage, type_word};

/// What is on the site and what is to become of it, beside each other.
pub async fn show(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentRead)?;
    let live = item_store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let changes = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let future = store::as_it_will_be(&caller.tx, &live, &changes).await?;
    let zone = zone(caller).await?;
    let blocks = diff::compare(live.body(), future.body());
    let organization = &caller.organization.slug;
    let mut frame = ui::frame_for(&page, &headers, "Draft changes", Section::Content);
    frame.breadcrumbs = vec![
        Breadcrumb::link("Content", format!("/admin/{organization}/content")),
        Breadcrumb::link(&live.title, address(organization, &id)),
        Breadcrumb::here("Draft changes"),
    ];
    let excerpt = |item: &Item| item.excerpt.clone().unwrap_or_default();
    Ok(ui::html(&ChangesPage {
        frame,
        title: compared_text(&live.title, &future.title, String::new()),
        excerpt: compared_text(&excerpt(&live), &excerpt(&future), String::new()),
        changed_blocks: blocks.iter().filter(|block| block.kind != Kind::Same).count(),
        parts: parts(blocks, false),
        details: differing(&live, &future, &zone),
        status: StatusPill::of(changes.status.as_str()),
        author: changes.author_name.clone(),
        updated: Moment::new(changes.updated_at, &zone),
        scheduled: Moment::maybe(changes.scheduled_for, &zone),
        is_behind: changes.base_version != live.version,
        version: changes.version,
        may_publish: caller.may(Permission::ContentPublish),
        may_discard: caller.may(permission_to_discard(&changes)),
        heading: live.title,
        id,
    }))
}

fn permission_to_discard(changes: &Changes) -> Permission {
    match changes.status {
        ContentStatus::Approved | ContentStatus::Scheduled => Permission::ContentPublish,
        _ => Permission::ContentEdit,
    }
}

/// What else differs, in the words of the editor.
fn differing(live: &Item, future: &Item, zone: &TimeZone) -> Vec<ChangedDetail> {
    let pairs = details(live, zone).into_iter().zip(details(future, zone));
    let row = |((label, old), (_, new)): ((&'static str, String), (&'static str, String))| {
        (old != new).then_some(ChangedDetail { label, old, new })
    };
    pairs.filter_map(row).collect()
}

fn details(item: &Item, zone: &TimeZone) -> [(&'static str, String); 16] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let yes = |is: bool| if is { "Yes" } else { "No" }.to_owned();
    let tags: Vec<&str> = item.tags.iter().map(|tag| tag.name.as_str()).collect();
    [
        ("Address", item.slug.clone()),
        ("Type", type_word(item.r#type.as_str())),
        ("Category", item.category.as_ref().map(|category| category.name.clone()).unwrap_or_default()),
        ("Tags", tags.join(", ")),
        ("Language", item.language.clone()),
        ("Author", item.author.name.clone()),
        ("Title for search engines", text(&item.meta_title)),
        ("Description for search engines", text(&item.meta_description)),
        ("Keywords", item.keywords.join(", ")),
        ("Original address", text(&item.canonical_url)),
        ("Featured image", text(&item.featured_image)),
        ("Gallery", item.gallery.join("\n")),
        ("Video and audio", [text(&item.video_url), text(&item.audio_url)].join("\n").trim().to_owned()),
        ("Featured on the home page", yes(item.featured)),
        ("Comments allowed", yes(item.comments_enabled)),
        ("Expires at", item.expires_at.map(|at| local_time::shown(at, zone)).unwrap_or_default()),
    ]
}
