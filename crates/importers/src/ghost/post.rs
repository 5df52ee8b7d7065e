//! From a row of Ghost's table `posts` to an item.

use content::items::model::{ContentStatus, ContentType};

use super::export::Row;
use super::related::Related;
use super::{lexical, mobiledoc};
use crate::carry::Carried;

/// What Ghost writes where its own address belongs.
pub(super) const PLACEHOLDER: &str = "__GHOST_URL__";

/// The item without its author. Addresses in it still have the placeholder.
pub(super) fn item(post: &Row, id: &str, related: &Related) -> Carried {
    let seo = |column: &str| related.meta(id, column).or_else(|| post.text(column));
    let is_page = post.text("type").as_deref() == Some("page") || post.truth("page");
    let mut item = Carried {
        title: post.text("title").unwrap_or_default(),
        slug: post.text("slug").unwrap_or_default(),
        excerpt: post.text("custom_excerpt"),
        content_type: if is_page { ContentType::Page } else { ContentType::BlogPost },
        language: post.text("locale").or_else(|| post.text("language")),
        meta_title: seo("meta_title"),
        meta_description: seo("meta_description"),
        canonical_url: post.text("canonical_url"),
        featured_image: post.text("feature_image").or_else(|| post.text("image")),
        featured: post.truth("featured"),
        tags: related.tags(id),
        published_at: post.moment("published_at"),
        created_at: post.moment("created_at").or_else(|| post.moment("published_at")),
        updated_at: post.moment("updated_at"),
        ..Carried::default()
    };
    set_status(&mut item, post);
    set_body(&mut item, post);
    if ["codeinjection_head", "codeinjection_foot"].iter().any(|column| post.text(column).is_some()) {
        item.note("Code that was injected into its page is not carried.");
    }
    let social = ["og_image", "og_title", "og_description", "twitter_image", "twitter_title", "twitter_description"];
    if social.iter().any(|column| seo(column).is_some()) {
        item.note("Its own texts and pictures for social networks are not carried.");
    }
    item
}

/// Nothing becomes public that was not.
fn set_status(item: &mut Carried, post: &Row) {
    let status = match post.text("status").as_deref() {
        Some("published") => ContentStatus::Published,
        Some("scheduled") => ContentStatus::Scheduled,
        Some("sent") => {
            item.note("It was only sent by mail and is in the archive.");
            ContentStatus::Archived
        }
        _ => ContentStatus::Draft,
    };
    let is_public = post.text("visibility").is_none_or(|visibility| visibility == "public");
    if is_public || status == ContentStatus::Draft {
        item.status = Some(status);
        return;
    }
    item.note("It was for members only and is a draft.");
    item.status = Some(ContentStatus::Draft);
}

fn set_body(item: &mut Carried, post: &Row) {
    if let Some(html) = post.text("html") {
        item.body = html;
        return;
    }
    let written = [
        post.text("lexical").map(|text| lexical::html(&text)),
        post.text("mobiledoc").map(|text| mobiledoc::html(&text)),
    ];
    match written.into_iter().flatten().next() {
        Some(Some((html, is_whole))) => {
            item.body = html;
            if !is_whole {
                item.note("Its text has parts of a kind that is not known here; they are left out.");
            }
        }
        Some(None) => item.note("Its text cannot be read and is left out."),
        None => {}
    }
}
