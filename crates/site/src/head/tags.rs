//! OpenGraph (ogp.me) and Twitter cards.

use super::{Head, Meta, stamp};
use crate::views::{ArticleView, Image, SiteView};

/// OpenGraph for an article, or for a page, which is no article to OpenGraph.
pub(super) fn article(site: &SiteView, article: &ArticleView, title: &str, head: &Head) -> Vec<Meta> {
    let mut tags = common(site, if article.is_page { "website" } else { "article" }, title, head);
    picture(&mut tags, site, article.image.as_ref().or(site.logo.as_ref()));
    if article.is_page {
        return tags;
    }
    let mut put = |name, content: Option<String>| tags.extend(content.map(|content| Meta { name, content }));
    put("article:published_time", article.published_at.map(stamp));
    put("article:modified_time", article.updated_at.map(stamp));
    put("article:author", article.author.as_ref().map(|author| site.links.absolute(&site.links.author(&author.id))));
    put("article:section", article.category.as_ref().map(|category| category.name.clone()));
    for tag in &article.tags {
        put("article:tag", Some(tag.name.clone()));
    }
    tags
}

/// OpenGraph for the front page and for lists.
pub(super) fn list(site: &SiteView, title: &str, head: &Head) -> Vec<Meta> {
    let mut tags = common(site, "website", title, head);
    picture(&mut tags, site, site.logo.as_ref());
    tags
}

/// The Twitter card; networks take title, text and picture from OpenGraph.
pub(super) fn card(image: Option<&Image>, author: Option<&str>) -> Vec<Meta> {
    let kind = if image.is_some() { "summary_large_image" } else { "summary" };
    let mut tags = vec![Meta { name: "twitter:card", content: kind.to_owned() }];
    tags.extend(author.map(|name| Meta { name: "author", content: name.to_owned() }));
    tags
}

fn common(site: &SiteView, kind: &str, title: &str, head: &Head) -> Vec<Meta> {
    let mut tags = vec![
        Meta { name: "og:type", content: kind.to_owned() },
        Meta { name: "og:site_name", content: site.name.clone() },
        Meta { name: "og:title", content: title.to_owned() },
        Meta { name: "og:locale", content: locale(&head.language) },
    ];
    let mut put = |name, content: &Option<String>| tags.extend(content.clone().map(|content| Meta { name, content }));
    put("og:url", &head.canonical);
    put("og:description", &head.description);
    tags
}

fn picture(tags: &mut Vec<Meta>, site: &SiteView, image: Option<&Image>) {
    let Some(image) = image else { return };
    let mut put = |name, content: Option<String>| tags.extend(content.map(|content| Meta { name, content }));
    let (url, size) = match &image.social {
        Some((url, size)) => (url, Some(*size)),
        None => (&image.url, image.size),
    };
    put("og:image", Some(site.links.absolute(url)));
    put("og:image:width", size.map(|(width, _)| width.to_string()));
    put("og:image:height", size.map(|(_, height)| height.to_string()));
    put("og:image:alt", Some(image.alt.clone()).filter(|alt| !alt.is_empty()));
}

/// OpenGraph writes `pt_BR` where the web writes `pt-BR`, and knows no scripts.
fn locale(language: &str) -> String {
    let mut subtags = language.split('-');
    let primary = subtags.next().unwrap_or_default().to_ascii_lowercase();
    match subtags.find(|subtag| subtag.len() == 2) {
        Some(region) => format!("{primary}_{}", region.to_ascii_uppercase()),
        None => primary,
    }
}
