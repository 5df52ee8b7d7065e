//! JSON-LD in the vocabulary of schema.org, as one graph a page.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use serde_json::value::RawValue;

use super::{article_description, stamp};
use crate::views::{ArticleView, Frame, Image, SiteView};

/// Search engines ask for headlines no longer than this.
const HEADLINE_CHARACTERS: usize = 110;

/// `BlogPosting` with its breadcrumbs, site and publisher.
pub fn article_graph(site: &SiteView, article: &ArticleView) -> String {
    let title = article.display_title(site);
    let keywords = article.tags.iter().map(|tag| tag.name.as_str()).collect::<Vec<_>>().join(", ");
    let posting = Work {
        headline: Some(headline(&title)),
        published: article.published_at.map(stamp),
        modified: article.updated_at.or(article.published_at).map(stamp),
        section: article.category.as_ref().map(|category| category.name.as_str()),
        keywords: Some(keywords).filter(|keywords| !keywords.is_empty()),
        word_count: Some(article.words).filter(|words| *words > 0),
        comment_count: Some(article.comments.total).filter(|total| *total > 0),
        author: article.author.as_ref().map(|author| Person {
            kind: "Person",
            name: &author.name,
            url: site.links.absolute(&site.links.author(&author.id)),
        }),
        publisher: Some(Reference { id: &site.about().organization_id }),
        ..Work::new(site, article, "BlogPosting")
    };
    graph(&(posting, Breadcrumbs::new(site, &article.trail(site)), &site.about().website, &site.about().organization))
}

/// `WebPage` with its breadcrumbs, site and publisher.
pub fn page_graph(site: &SiteView, article: &ArticleView) -> String {
    let page = Work {
        name: Some(article.display_title(site)),
        modified: article.updated_at.map(stamp),
        ..Work::new(site, article, "WebPage")
    };
    graph(&(page, Breadcrumbs::new(site, &article.trail(site)), &site.about().website, &site.about().organization))
}

/// `WebSite` with its search, and the organization behind it.
pub fn site_graph(site: &SiteView) -> String {
    graph(&(&site.about().website, &site.about().organization))
}

/// `CollectionPage` for a category, tag or author.
pub fn list_graph(site: &SiteView, name: &str, address: &str) -> String {
    let url = site.links.absolute(address);
    let page = Collection {
        kind: "CollectionPage",
        id: &url,
        url: &url,
        name,
        is_part_of: Reference { id: &site.about().website_id },
    };
    let trail = [(site.name.clone(), site.links.home()), (name.to_owned(), address.to_owned())];
    graph(&(page, Breadcrumbs::new(site, &trail), &site.about().website, &site.about().organization))
}

/// The nodes that are the same on all pages of a site, written once for all of them, and what the others call them.
pub(crate) struct About {
    website_id: String,
    website: Box<RawValue>,
    organization_id: String,
    organization: Box<RawValue>,
}

impl About {
    pub(crate) fn new(frame: &Frame) -> Self {
        let home = frame.links.absolute(&frame.links.home());
        let (website_id, organization_id) = (format!("{home}#website"), format!("{home}#organization"));
        let search = format!("{}?q={{search_term_string}}", frame.links.absolute(&frame.links.search()));
        let website = Website {
            kind: "WebSite",
            id: &website_id,
            url: &home,
            name: &frame.name,
            in_language: &frame.language,
            publisher: Reference { id: &organization_id },
            potential_action: SearchAction {
                kind: "SearchAction",
                target: EntryPoint { kind: "EntryPoint", url_template: search },
                query_input: "required name=search_term_string",
            },
        };
        let organization = Organization {
            kind: "Organization",
            id: &organization_id,
            name: &frame.name,
            url: &home,
            logo: frame.logo.as_ref().map(|logo| Picture::new(frame, logo)),
            same_as: frame.social_links.iter().map(|link| link.url.as_str()).collect(),
        };
        let (website, organization) = (as_it_stands(&website), as_it_stands(&organization));
        Self { website_id, website, organization_id, organization }
    }
}

/// A node that stands elsewhere in the graph.
#[derive(Default, Serialize)]
struct Reference<'a> {
    #[serde(rename = "@id")]
    id: &'a str,
}

/// An article or a page. Fields that are none are left out.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Work<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: String,
    main_entity_of_page: String,
    url: String,
    in_language: &'a str,
    is_part_of: Reference<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headline: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Picture<'a>>,
    #[serde(rename = "datePublished", skip_serializing_if = "Option::is_none")]
    published: Option<String>,
    #[serde(rename = "dateModified", skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    #[serde(rename = "articleSection", skip_serializing_if = "Option::is_none")]
    section: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keywords: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    word_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Person<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<Reference<'a>>,
}

impl<'a> Work<'a> {
    /// What articles and pages share.
    fn new(site: &'a SiteView, article: &'a ArticleView, kind: &'static str) -> Self {
        let url = site.links.absolute(&site.links.article(&article.slug));
        Self {
            kind,
            id: format!("{url}#content"),
            main_entity_of_page: url.clone(),
            url,
            in_language: &article.language,
            is_part_of: Reference { id: &site.about().website_id },
            description: article_description(article),
            image: article.image.as_ref().map(|image| Picture::new(site, image)),
            ..Self::default()
        }
    }
}

#[derive(Serialize)]
struct Person<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    url: String,
}

#[derive(Serialize)]
struct Picture<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "str::is_empty")]
    caption: &'a str,
}

impl<'a> Picture<'a> {
    fn new(site: &Frame, image: &'a Image) -> Self {
        Self {
            kind: "ImageObject",
            url: site.links.absolute(&image.url),
            width: image.size.map(|(width, _)| width),
            height: image.size.map(|(_, height)| height),
            caption: &image.alt,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Collection<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: &'a str,
    url: &'a str,
    name: &'a str,
    is_part_of: Reference<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Website<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: &'a str,
    url: &'a str,
    name: &'a str,
    in_language: &'a str,
    publisher: Reference<'a>,
    potential_action: SearchAction,
}

#[derive(Serialize)]
struct SearchAction {
    #[serde(rename = "@type")]
    kind: &'static str,
    target: EntryPoint,
    #[serde(rename = "query-input")]
    query_input: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryPoint {
    #[serde(rename = "@type")]
    kind: &'static str,
    url_template: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Organization<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "@id")]
    id: &'a str,
    name: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<Picture<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    same_as: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Breadcrumbs<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    item_list_element: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    name: &'a str,
    item: String,
}

impl<'a> Breadcrumbs<'a> {
    /// Of names and relative addresses, from the front page on.
    fn new(site: &SiteView, trail: &'a [(String, String)]) -> Self {
        let steps = trail.iter().zip(1..).map(|((name, address), position)| Step {
            kind: "ListItem",
            position,
            name,
            item: site.links.absolute(address),
        });
        Self { kind: "BreadcrumbList", item_list_element: steps.collect() }
    }
}

fn headline(title: &str) -> &str {
    title.char_indices().nth(HEADLINE_CHARACTERS).map_or(title, |(end, _)| &title[..end])
}

#[derive(Serialize)]
struct Graph<'a, Nodes> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    nodes: &'a Nodes,
}

/// The nodes of a page, ready to stand in a script element.
fn graph(nodes: &impl Serialize) -> String {
    written(&Graph { context: "https://schema.org", nodes })
}

/// A node as it will stand in the graphs of many pages.
fn as_it_stands(node: &impl Serialize) -> Box<RawValue> {
    RawValue::from_string(written(node)).unwrap_or_default()
}

fn written(value: &impl Serialize) -> String {
    let mut written = Vec::with_capacity(2048);
    // Nothing in it can fail: its keys are texts, and it is written to memory.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut written, InScript));
    String::from_utf8(written).unwrap_or_default()
}

/// Writes texts such that no script element ends in them: it would at the first `</script`, whatever that stands in
/// (HTML, 4.12.1.3). The line ends are the two that JSON allows in texts and JavaScript once did not.
struct InScript;

impl Formatter for InScript {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (before, from) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            let mut after = from.chars();
            if let Some(character) = after.next() {
                write!(writer, "\\u{:04x}", u32::from(character))?;
            }
            rest = after.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}
