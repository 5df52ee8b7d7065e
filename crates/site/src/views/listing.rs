//! Pages that list items.

use askama::Template;

use super::parts::{ArticleCard, Image, Pager, Term};
use super::site::SiteView;
use crate::head::Head;
use crate::html::SafeHtml;

/// The front page: a magazine on its first page, a plain list on later ones.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home<'view> {
    /// The site around it.
    pub site: &'view SiteView,
    /// What stands in `head`.
    pub head: Head,
    /// Shown large; only on the first page.
    pub lead: Option<ArticleCard>,
    /// The others, newest first.
    pub cards: Vec<ArticleCard>,
    /// Where one stands.
    pub pager: Pager,
}

impl<'view> Home<'view> {
    /// On the first page the first card leads.
    pub fn new(site: &'view SiteView, mut cards: Vec<ArticleCard>, pager: Pager) -> Self {
        let first = pager.page <= 1 && !cards.is_empty();
        let lead = first.then(|| cards.remove(0));
        let head = paged(site, Head::for_home(site, pager.page), &pager);
        Self { site, head, lead, cards, pager }
    }
}

/// What a category page says about its category.
#[derive(Clone, Debug)]
pub struct CategoryView {
    /// The category itself.
    pub term: Term,
    /// Plain text.
    pub description: Option<String>,
    /// Instead of the name in search results.
    pub meta_title: Option<String>,
    /// Instead of the description in search results.
    pub meta_description: Option<String>,
    /// The category it lies in.
    pub parent: Option<Term>,
    /// The categories directly below, with how many items each holds.
    pub children: Vec<(Term, u64)>,
}

/// The page of a category.
#[derive(Template)]
#[template(path = "category.html")]
pub struct CategoryPage<'view> {
    /// The site around it.
    pub site: &'view SiteView,
    /// What stands in `head`.
    pub head: Head,
    /// The category.
    pub category: &'view CategoryView,
    /// Newest first.
    pub cards: Vec<ArticleCard>,
    /// Where one stands.
    pub pager: Pager,
}

impl<'view> CategoryPage<'view> {
    /// Makes the head from the category's own words.
    pub fn new(site: &'view SiteView, category: &'view CategoryView, cards: Vec<ArticleCard>, pager: Pager) -> Self {
        let address = site.links.category(&category.term.slug);
        let title = category.meta_title.as_deref().unwrap_or(&category.term.name);
        let description = category.meta_description.as_deref().or(category.description.as_deref()).unwrap_or_default();
        let head = Head::for_list(site, title, description, &address).at_page(site, &address, pager.page);
        Self { site, head: paged(site, head, &pager), category, cards, pager }
    }
}

/// The page of a tag.
#[derive(Template)]
#[template(path = "tag.html")]
pub struct TagPage<'view> {
    /// The site around it.
    pub site: &'view SiteView,
    /// What stands in `head`.
    pub head: Head,
    /// The tag.
    pub tag: &'view Term,
    /// Newest first.
    pub cards: Vec<ArticleCard>,
    /// Where one stands.
    pub pager: Pager,
}

impl<'view> TagPage<'view> {
    /// Makes the head from the tag's name.
    pub fn new(site: &'view SiteView, tag: &'view Term, cards: Vec<ArticleCard>, pager: Pager) -> Self {
        let address = site.links.tag(&tag.slug);
        let head = Head::for_list(site, &tag.name, "", &address).at_page(site, &address, pager.page);
        Self { site, head: paged(site, head, &pager), tag, cards, pager }
    }
}

/// What an author's page says about the author.
#[derive(Clone, Debug)]
pub struct AuthorView {
    /// For the address.
    pub id: String,
    /// The name shown.
    pub name: String,
    /// Plain text.
    pub biography: Option<String>,
    /// A portrait.
    pub image: Option<Image>,
}

/// The page of an author.
#[derive(Template)]
#[template(path = "author.html")]
pub struct AuthorPage<'view> {
    /// The site around it.
    pub site: &'view SiteView,
    /// What stands in `head`.
    pub head: Head,
    /// The author.
    pub author: &'view AuthorView,
    /// Newest first.
    pub cards: Vec<ArticleCard>,
    /// Where one stands.
    pub pager: Pager,
}

impl<'view> AuthorPage<'view> {
    /// Makes the head from the author's name and biography.
    pub fn new(site: &'view SiteView, author: &'view AuthorView, cards: Vec<ArticleCard>, pager: Pager) -> Self {
        let address = site.links.author(&author.id);
        let description = author.biography.as_deref().unwrap_or_default();
        let head = Head::for_list(site, &author.name, description, &address).at_page(site, &address, pager.page);
        Self { site, head: paged(site, head, &pager), author, cards, pager }
    }
}

/// One answer to a search.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The item.
    pub card: ArticleCard,
    /// Where the words stand in it, with `mark` elements: [`SafeHtml::from_marked`] makes it.
    pub excerpt: SafeHtml,
}

/// The search page, with or without answers.
#[derive(Template)]
#[template(path = "search.html")]
pub struct SearchPage<'view> {
    /// The site around it.
    pub site: &'view SiteView,
    /// What stands in `head`.
    pub head: Head,
    /// What was asked, as typed; empty before the first question.
    pub question: &'view str,
    /// Best first.
    pub hits: Vec<Hit>,
    /// How many there are on all pages.
    pub total: usize,
    /// Where one stands.
    pub pager: Pager,
}

impl<'view> SearchPage<'view> {
    /// Results are never listed by search engines: they would be endless.
    pub fn new(site: &'view SiteView, question: &'view str, hits: Vec<Hit>, total: usize, pager: Pager) -> Self {
        let question = question.trim();
        let search = site.words.search;
        let name = if question.is_empty() { search.to_owned() } else { format!("{search}: {question}") };
        Self { site, head: Head::unlisted(site, &name), question, hits, total, pager }
    }
}

/// What a wrong address shows, with ways on.
#[derive(Template)]
#[template(path = "not_found.html")]
pub struct NotFound<'view> {
    /// The site around it.
    pub site: &'view SiteView,
    /// What stands in `head`.
    pub head: Head,
}

impl<'view> NotFound<'view> {
    /// To be sent with status 404.
    pub fn new(site: &'view SiteView) -> Self {
        Self { site, head: Head::unlisted(site, site.words.not_found) }
    }
}

/// What a preview link shows that works no more, or never did.
#[derive(Template)]
#[template(path = "preview_ended.html")]
pub struct PreviewEnded<'view> {
    /// The site around it.
    pub site: &'view SiteView,
    /// What stands in `head`.
    pub head: Head,
    /// What happened.
    pub heading: &'static str,
    /// What to do.
    pub words: &'static str,
}

impl<'view> PreviewEnded<'view> {
    /// To be sent with status 410.
    pub fn expired(site: &'view SiteView) -> Self {
        Self::new(site, site.words.preview.expired)
    }

    /// To be sent with status 404.
    pub fn unknown(site: &'view SiteView) -> Self {
        Self::new(site, site.words.preview.unknown)
    }

    fn new(site: &'view SiteView, (heading, words): (&'static str, &'static str)) -> Self {
        Self { site, head: Head::unlisted(site, heading).hidden(), heading, words }
    }
}

fn paged(site: &SiteView, mut head: Head, pager: &Pager) -> Head {
    head.previous = pager.previous.as_deref().map(|address| site.links.absolute(address));
    head.next = pager.next.as_deref().map(|address| site.links.absolute(address));
    head
}
