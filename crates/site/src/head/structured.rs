//! JSON-LD in the vocabulary of schema.org, as one graph a page.

use serde_json::{Map, Value, json};

use super::{article_description, stamp};
use crate::views::{ArticleView, Image, SiteView};

/// Search engines ask for headlines no longer than this.
const HEADLINE_CHARACTERS: usize = 110;

/// `BlogPosting` with its breadcrumbs, site and publisher.
pub fn article_graph(site: &SiteView, article: &ArticleView) -> String {
    let mut posting = work(site, article, "BlogPosting");
    put(&mut posting, "headline", Some(json!(headline(&article.display_title(site)))));
    put(&mut posting, "datePublished", article.published_at.map(|instant| json!(stamp(instant))));
    put(&mut posting, "dateModified", article.updated_at.or(article.published_at).map(|instant| json!(stamp(instant))));
    put(&mut posting, "articleSection", article.category.as_ref().map(|category| json!(category.name)));
    let keywords: Vec<&str> = article.tags.iter().map(|tag| tag.name.as_str()).collect();
    put(&mut posting, "keywords", Some(json!(keywords.join(", "))).filter(|_| !keywords.is_empty()));
    put(&mut posting, "wordCount", Some(json!(article.words)).filter(|_| article.words > 0));
    put(&mut posting, "commentCount", Some(json!(article.comments.total)).filter(|_| article.comments.total > 0));
    let author = article.author.as_ref().map(|author| {
        json!({ "@type": "Person", "name": author.name, "url": site.links.absolute(&site.links.author(&author.id)) })
    });
    put(&mut posting, "author", author);
    posting.insert("publisher".to_owned(), json!({ "@id": organization_id(site) }));
    graph(vec![Value::Object(posting), breadcrumbs(site, &article.trail(site)), website(site), organization(site)])
}

/// `WebPage` with its breadcrumbs, site and publisher.
pub fn page_graph(site: &SiteView, article: &ArticleView) -> String {
    let mut page = work(site, article, "WebPage");
    put(&mut page, "name", Some(json!(article.display_title(site))));
    put(&mut page, "dateModified", article.updated_at.map(|instant| json!(stamp(instant))));
    graph(vec![Value::Object(page), breadcrumbs(site, &article.trail(site)), website(site), organization(site)])
}

/// `WebSite` with its search, and the organization behind it.
pub fn site_graph(site: &SiteView) -> String {
    graph(vec![website(site), organization(site)])
}

/// `CollectionPage` for a category, tag or author.
pub fn list_graph(site: &SiteView, name: &str, address: &str) -> String {
    let url = site.links.absolute(address);
    let page = json!({ "@type": "CollectionPage", "@id": url, "url": url, "name": name, "isPartOf": { "@id": website_id(site) } });
    let trail = [(site.name.clone(), site.links.home()), (name.to_owned(), address.to_owned())];
    graph(vec![page, breadcrumbs(site, &trail), website(site), organization(site)])
}

/// Fields that articles and pages share.
fn work(site: &SiteView, article: &ArticleView, kind: &str) -> Map<String, Value> {
    let url = site.links.absolute(&site.links.article(&article.slug));
    let mut fields = Map::new();
    fields.insert("@type".to_owned(), json!(kind));
    fields.insert("@id".to_owned(), json!(format!("{url}#content")));
    fields.insert("url".to_owned(), json!(url));
    fields.insert("mainEntityOfPage".to_owned(), json!(url));
    fields.insert("inLanguage".to_owned(), json!(article.language));
    fields.insert("isPartOf".to_owned(), json!({ "@id": website_id(site) }));
    put(&mut fields, "description", article_description(article).map(Value::String));
    put(&mut fields, "image", article.image.as_ref().map(|image| picture(site, image)));
    fields
}

fn picture(site: &SiteView, image: &Image) -> Value {
    let mut fields = Map::new();
    fields.insert("@type".to_owned(), json!("ImageObject"));
    fields.insert("url".to_owned(), json!(site.links.absolute(&image.url)));
    put(&mut fields, "width", image.size.map(|(width, _)| json!(width)));
    put(&mut fields, "height", image.size.map(|(_, height)| json!(height)));
    put(&mut fields, "caption", Some(json!(image.alt)).filter(|_| !image.alt.is_empty()));
    Value::Object(fields)
}

fn website(site: &SiteView) -> Value {
    let search = format!("{}?q={{search_term_string}}", site.links.absolute(&site.links.search()));
    json!({
        "@type": "WebSite",
        "@id": website_id(site),
        "url": site.links.absolute(&site.links.home()),
        "name": site.name,
        "inLanguage": site.language,
        "publisher": { "@id": organization_id(site) },
        "potentialAction": {
            "@type": "SearchAction",
            "target": { "@type": "EntryPoint", "urlTemplate": search },
            "query-input": "required name=search_term_string",
        },
    })
}

fn organization(site: &SiteView) -> Value {
    let mut fields = Map::new();
    fields.insert("@type".to_owned(), json!("Organization"));
    fields.insert("@id".to_owned(), json!(organization_id(site)));
    fields.insert("name".to_owned(), json!(site.name));
    fields.insert("url".to_owned(), json!(site.links.absolute(&site.links.home())));
    put(&mut fields, "logo", site.logo.as_ref().map(|logo| picture(site, logo)));
    let elsewhere: Vec<&str> = site.social_links.iter().map(|link| link.url.as_str()).collect();
    put(&mut fields, "sameAs", Some(json!(elsewhere)).filter(|_| !elsewhere.is_empty()));
    Value::Object(fields)
}

fn breadcrumbs(site: &SiteView, trail: &[(String, String)]) -> Value {
    let steps: Vec<Value> = trail
        .iter()
        .enumerate()
        .map(|(index, (name, address))| json!({ "@type": "ListItem", "position": index + 1, "name": name, "item": site.links.absolute(address) }))
        .collect();
    json!({ "@type": "BreadcrumbList", "itemListElement": steps })
}

fn website_id(site: &SiteView) -> String {
    format!("{}#website", site.links.absolute(&site.links.home()))
}

fn organization_id(site: &SiteView) -> String {
    format!("{}#organization", site.links.absolute(&site.links.home()))
}

fn headline(title: &str) -> String {
    title.chars().take(HEADLINE_CHARACTERS).collect()
}

fn put(fields: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        fields.insert(name.to_owned(), value);
    }
}

/// A script element ends at the first `</script`, whatever it stands in, so no angle bracket may be left.
fn graph(nodes: Vec<Value>) -> String {
    let mut whole = Map::new();
    whole.insert("@context".to_owned(), json!("https://schema.org"));
    whole.insert("@graph".to_owned(), Value::Array(nodes));
    Value::Object(whole)
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}
