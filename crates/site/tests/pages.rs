//! What readers' browsers get, looked at as a browser would.

#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute, and what they share has none")]

use std::sync::Arc;

use askama::Template;
use scraper::{Html, Selector};
use site::html::SafeHtml;
use site::links::Site;
use site::views::*;

const NASTY: &str = "<script>alert(1)</script> \"quoted\" & 'more'";

fn frame() -> Frame {
    let mut frame = Frame::new("Harbour", Site::shared("https://host.example", "harbour"), "/assets/site.1.css");
    frame.accent_url = Some(frame.links.accent_stylesheet("#0f766e"));
    frame.navigation =
        vec![NavigationLink { label: NASTY.to_owned(), url: "/s/harbour/about".to_owned(), children: Vec::new() }];
    frame
}

fn harbour() -> SiteView {
    SiteView::around(Arc::new(frame()))
}

fn card(slug: &str, featured: bool) -> ArticleCard {
    ArticleCard {
        slug: slug.to_owned(),
        title: NASTY.to_owned(),
        excerpt: Some(NASTY.to_owned()),
        featured,
        ..ArticleCard::default()
    }
}

fn article() -> ArticleView {
    let row = |id: &str, parent: Option<&str>| CommentRow {
        id: id.to_owned(),
        parent_id: parent.map(str::to_owned),
        author_name: NASTY.to_owned(),
        body: SafeHtml::from_text(NASTY),
        ..CommentRow::default()
    };
    ArticleView {
        slug: "hello".to_owned(),
        title: NASTY.to_owned(),
        body: SafeHtml::already_sanitized("<h1>First</h1><p>Body</p><table><tbody><tr><td>1</td></tr></tbody></table>"),
        language: "ar".to_owned(),
        author: Some(Byline { id: "u1".to_owned(), name: NASTY.to_owned() }),
        published_at: Some("2026-03-04T23:30:00Z".parse().unwrap()),
        reading_minutes: 4,
        category: Some(Term { name: NASTY.to_owned(), slug: "news".to_owned() }),
        tags: vec![Term { name: NASTY.to_owned(), slug: "one".to_owned() }],
        comments: Comments::threaded(vec![row("1", None), row("2", Some("1")), row("3", None)]),
        related: vec![Arc::new(card("next", false))],
        ..ArticleView::default()
    }
}

fn count(page: &Html, selector: &str) -> usize {
    page.select(&Selector::parse(selector).unwrap()).count()
}

fn attribute(page: &Html, selector: &str, name: &str) -> String {
    let found = page.select(&Selector::parse(selector).unwrap()).next();
    found.and_then(|element| element.attr(name)).unwrap_or_default().to_owned()
}

fn text(page: &Html, selector: &str) -> String {
    page.select(&Selector::parse(selector).unwrap()).next().map(|element| element.text().collect()).unwrap_or_default()
}

/// What holds for every page: one heading, one main part, nothing that a strict Content-Security-Policy refuses.
fn check(html: &str) -> Html {
    let page = Html::parse_document(html);
    assert_eq!(count(&page, "h1"), 1, "{html}");
    assert_eq!(count(&page, "main"), 1);
    assert_eq!(count(&page, "[style], style, script:not([type='application/ld+json'])"), 0, "{html}");
    assert_eq!(count(&page, "link[type='application/rss+xml'][href='https://host.example/s/harbour/feed.xml']"), 1);
    assert_eq!(count(&page, "link[type='application/feed+json'][href='https://host.example/s/harbour/feed.json']"), 1);
    assert_eq!(text(&page, ".site-navigation a"), NASTY);
    page
}

#[test]
fn an_article_shows_who_when_what_and_what_readers_said() {
    let (site, article) = (harbour(), article());
    let page = check(&ArticlePage::new(&site, &article).render().unwrap());
    assert_eq!(
        (attribute(&page, "html", "lang"), attribute(&page, "html", "dir")),
        ("ar".to_owned(), "rtl".to_owned())
    );
    assert_eq!(text(&page, "h1"), NASTY);
    assert_eq!(text(&page, ".prose h2"), "First");
    assert_eq!(text(&page, ".article-head time"), "4 March 2026");
    assert_eq!(attribute(&page, ".article-head time", "datetime"), "2026-03-04T23:30:00Z");
    assert_eq!(text(&page, ".article-head .meta span"), "4 min read");
    assert_eq!(attribute(&page, ".article-head .meta a", "href"), "/s/harbour/author/u1");
    assert_eq!(text(&page, "#comments-title"), "3 comments");
    assert_eq!(count(&page, ".comments > ol > li"), 2);
    assert_eq!(count(&page, "#comment-1 + ol > li > #comment-2"), 1);
    assert_eq!(text(&page, "#comment-1 .comment-body"), NASTY);
    assert_eq!(attribute(&page, ".related .card-title a", "href"), "/s/harbour/next");
    assert_eq!(attribute(&page, "link[rel=canonical]", "href"), "https://host.example/s/harbour/hello");
}

#[test]
fn a_page_names_neither_author_nor_date() {
    let (site, article) = (harbour(), ArticleView { is_page: true, ..article() });
    let page = check(&StaticPage::new(&site, &article).render().unwrap());
    assert_eq!(count(&page, "time, .meta, .comments, .tags"), 0);
}

#[test]
fn dates_are_the_sites_own() {
    let (mut frame, article) = (frame(), article());
    frame.time_zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(2));
    let site = SiteView::around(Arc::new(frame));
    let page = check(&ArticlePage::new(&site, &article).render().unwrap());
    assert_eq!(text(&page, ".article-head time"), "5 March 2026");
}

#[test]
fn the_front_page_leads_with_its_first_story_and_pages_on() {
    let site = harbour();
    let cards = vec![card("b", true), card("a", false), card("c", false)];
    let home = Home::new(&site, cards.clone(), Pager::new(&site, &site.links.home(), 1, 7, 3));
    let page = check(&home.render().unwrap());
    assert_eq!(attribute(&page, ".lead-title a", "href"), "/s/harbour/b");
    assert_eq!(count(&page, ".cards .card"), 2);
    assert_eq!(count(&page, "link[rel=prev]"), 0);
    assert_eq!(attribute(&page, "link[rel=next]", "href"), "https://host.example/s/harbour/?page=2");

    let page = check(&Home::new(&site, cards, Pager::new(&site, &site.links.home(), 2, 7, 3)).render().unwrap());
    assert_eq!(count(&page, ".lead"), 0);
    assert_eq!(count(&page, ".cards .card"), 3);
    assert_eq!(attribute(&page, "a[rel=prev]", "href"), "/s/harbour/");
    assert_eq!(attribute(&page, "a[rel=next]", "href"), "/s/harbour/?page=3");
}

#[test]
fn an_empty_site_says_so() {
    let site = harbour();
    let page = check(&Home::new(&site, Vec::new(), Pager::new(&site, &site.links.home(), 1, 0, 10)).render().unwrap());
    assert_eq!(text(&page, ".empty"), "Nothing has been published yet.");
}

#[test]
fn lists_name_what_they_list() {
    let site = harbour();
    let term = Term { name: NASTY.to_owned(), slug: "news".to_owned() };
    let category = CategoryView {
        term: term.clone(),
        description: Some(NASTY.to_owned()),
        meta_title: None,
        meta_description: None,
        parent: Some(Term { name: "Above".to_owned(), slug: "above".to_owned() }),
        children: vec![(Term { name: "Below".to_owned(), slug: "below".to_owned() }, 3)],
    };
    let page = check(&CategoryPage::new(&site, &category, vec![card("a", false)], Pager::default()).render().unwrap());
    assert_eq!(attribute(&page, ".list-head .eyebrow a", "href"), "/s/harbour/category/above");
    assert_eq!(attribute(&page, ".tags a", "href"), "/s/harbour/category/below");
    let own = "link[type='application/rss+xml'][href='https://host.example/s/harbour/category/news/feed.xml']";
    assert_eq!(count(&page, own), 1, "a list names its own feed beside the site's");
    let page = check(&TagPage::new(&site, &term, Vec::new(), Pager::default()).render().unwrap());
    assert_eq!(text(&page, "h1"), NASTY);
    let author = AuthorView { id: "u1".to_owned(), name: NASTY.to_owned(), biography: None, image: None };
    check(&AuthorPage::new(&site, &author, vec![card("a", false)], Pager::default()).render().unwrap());
}

#[test]
fn a_search_keeps_the_question_and_is_not_listed() {
    let site = harbour();
    let hit = Hit {
        card: card("a", false),
        excerpt: SafeHtml::from_marked("the \u{e000}sea\u{e001}", '\u{e000}', '\u{e001}'),
    };
    let page = check(&SearchPage::new(&site, NASTY, vec![hit], 1, Pager::default()).render().unwrap());
    assert_eq!(attribute(&page, "main input[name=q]", "value"), NASTY);
    assert_eq!(text(&page, "mark"), "sea");
    assert_eq!(attribute(&page, "meta[name=robots]", "content"), "noindex, follow");
    let page = check(&SearchPage::new(&site, "sea", Vec::new(), 0, Pager::default()).render().unwrap());
    assert!(text(&page, ".search-count").contains("Nothing found"));
    check(&NotFound::new(&site).render().unwrap());
}
