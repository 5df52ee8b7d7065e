use std::sync::Arc;

use super::*;
use crate::html::SafeHtml;
use crate::links::Site;
use crate::views::{Byline, Frame, Image, NavigationLink, Term};
use serde_json::Value;

fn frame() -> Frame {
    let mut frame = Frame::new("Acme", Site::shared("https://host.example", "acme"), "/assets/site.css");
    frame.tagline = "Anvils & more".to_owned();
    frame
}

fn site() -> SiteView {
    SiteView::around(Arc::new(frame()))
}

fn article() -> ArticleView {
    ArticleView {
        slug: "hello".to_owned(),
        title: "Hello </script><b>".to_owned(),
        body: SafeHtml::already_sanitized("<p>Text</p>"),
        body_text: "Text".to_owned(),
        words: 1,
        language: "ar".to_owned(),
        excerpt: Some("An \"excerpt\"".to_owned()),
        image: Some(Image { size: Some((1200, 630)), ..Image::new("/media/a.jpg", "An anvil") }),
        author: Some(Byline { id: "u1".to_owned(), name: "Ada".to_owned() }),
        published_at: Some("2026-03-04T05:06:07.5Z".parse().unwrap()),
        updated_at: Some("2026-03-05T05:06:07Z".parse().unwrap()),
        category: Some(Term { name: "News".to_owned(), slug: "news".to_owned() }),
        tags: vec![
            Term { name: "One".to_owned(), slug: "one".to_owned() },
            Term { name: "Two".to_owned(), slug: "two".to_owned() },
        ],
        ..ArticleView::default()
    }
}

fn lines(metas: &[Meta]) -> String {
    metas.iter().map(|meta| format!("{} {}\n", meta.name, meta.content)).collect()
}

#[test]
fn an_article_says_everything_networks_ask_for() {
    let head = Head::for_article(&site(), &article());
    assert_eq!(head.title, "Hello </script><b> – Acme");
    assert_eq!(head.canonical.as_deref(), Some("https://host.example/s/acme/hello"));
    assert_eq!(head.direction(), "rtl");
    assert_eq!(
        lines(&head.open_graph),
        "og:type article\nog:site_name Acme\nog:title Hello </script><b>\nog:locale ar\nog:url https://host.example/s/acme/hello\n\
         og:description An \"excerpt\"\nog:image https://host.example/media/a.jpg\nog:image:width 1200\nog:image:height 630\n\
         og:image:alt An anvil\narticle:published_time 2026-03-04T05:06:07Z\narticle:modified_time 2026-03-05T05:06:07Z\n\
         article:author https://host.example/s/acme/author/u1\narticle:section News\narticle:tag One\narticle:tag Two\n"
    );
    assert_eq!(lines(&head.names), "twitter:card summary_large_image\nauthor Ada\n");
}

#[test]
fn structured_data_cannot_end_its_script_and_says_who_when_and_where() {
    let head = Head::for_article(&site(), &article());
    let text = head.structured.unwrap();
    assert!(!text.contains('<') && !text.contains('>'), "{text}");
    let value: Value = serde_json::from_str(&text).unwrap();
    let posting = &value["@graph"][0];
    assert_eq!(posting["@type"], "BlogPosting");
    assert_eq!(posting["headline"], "Hello </script><b>");
    assert_eq!(posting["author"]["name"], "Ada");
    assert_eq!(posting["datePublished"], "2026-03-04T05:06:07Z");
    assert_eq!(posting["publisher"]["@id"], "https://host.example/s/acme/#organization");
    let trail = &value["@graph"][1]["itemListElement"];
    assert_eq!(trail[1]["item"], "https://host.example/s/acme/category/news");
    assert_eq!(trail[2]["position"], 3);
    assert_eq!(value["@graph"][2]["@type"], "WebSite");
    assert_eq!(value["@graph"][3]["@type"], "Organization");
}

#[test]
fn what_all_pages_say_of_the_site_cannot_end_the_script_and_is_the_same_on_each() {
    const NASTY: &str = "Acme </script>\u{2028}\"&'";
    let mut frame = frame();
    frame.name = NASTY.to_owned();
    let url = format!("https://a.example/{NASTY}");
    frame.social_links = vec![NavigationLink { label: NASTY.to_owned(), url: url.clone(), children: Vec::new() }];
    let site = SiteView::around(Arc::new(frame));
    for page in [site.clone(), site.in_language("de")] {
        let text = Head::for_article(&page, &article()).structured.unwrap();
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        let graph: Value = serde_json::from_str::<Value>(&text).unwrap()["@graph"].take();
        assert_eq!((&graph[2]["name"], &graph[3]["name"]), (&Value::from(NASTY), &Value::from(NASTY)));
        assert_eq!((&graph[2]["inLanguage"], &graph[3]["sameAs"][0]), (&Value::from("en"), &Value::from(url.as_str())));
        assert_eq!(graph[0]["isPartOf"]["@id"], graph[2]["@id"]);
    }
}

#[test]
fn a_page_is_no_article_and_names_nobody() {
    let page = ArticleView { is_page: true, ..article() };
    let head = Head::for_article(&site(), &page);
    assert!(!lines(&head.open_graph).contains("article:"));
    let value: Value = serde_json::from_str(&head.structured.unwrap()).unwrap();
    assert_eq!(value["@graph"][0]["@type"], "WebPage");
    assert_eq!(value["@graph"][0].get("author"), None);
}

#[test]
fn what_writers_set_wins_and_what_they_left_out_is_found() {
    let mut article = article();
    article.meta_title = Some("Better".to_owned());
    article.meta_description = Some("  ".to_owned());
    article.canonical_url = Some("https://elsewhere.example/x".to_owned());
    article.excerpt = None;
    article.body_text = "word ".repeat(60);
    let head = Head::for_article(&site(), &article);
    assert_eq!(head.title, "Better – Acme");
    assert_eq!(head.canonical.as_deref(), Some("https://elsewhere.example/x"));
    let description = head.description.unwrap();
    assert!(description.ends_with("word…") && description.chars().count() <= 161, "{description}");
    article.title = String::new();
    article.meta_title = None;
    article.body_text = "Only a few words".to_owned();
    assert_eq!(Head::for_article(&site(), &article).title, "Only a few words – Acme");
}

#[test]
fn later_pages_of_a_list_are_their_own_canonical() {
    let site = site();
    assert_eq!(Head::for_home(&site, 1).title, "Acme – Anvils & more");
    let head = Head::for_home(&site, 2);
    assert_eq!(head.title, "Page 2 – Acme");
    assert_eq!(head.canonical.as_deref(), Some("https://host.example/s/acme/?page=2"));
    let head = Head::for_list(&site, "News", "", "/s/acme/category/news").at_page(&site, "/s/acme/category/news", 3);
    assert_eq!(head.title, "Page 3: News – Acme");
    assert!(lines(&head.open_graph).contains("og:url https://host.example/s/acme/category/news?page=3\n"));
    assert_eq!(Head::unlisted(&site, "Search").indexing.directive(), "noindex, follow");
}

#[test]
fn script_subtags_decide_the_direction() {
    for (language, direction) in
        [("en", "ltr"), ("ar-EG", "rtl"), ("he", "rtl"), ("az-Arab", "rtl"), ("ur-Latn", "ltr"), ("", "ltr")]
    {
        assert_eq!(direction_of(language), direction, "{language}");
    }
}
