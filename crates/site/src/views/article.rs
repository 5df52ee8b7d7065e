//! One item on a page of its own.

use std::sync::Arc;

use askama::Template;
use jiff::Timestamp;
use media::pictures::Known;

use super::comment_form::CommentForm;
use super::comments::Comments;
use super::parts::{ArticleCard, Byline, Image, Term, title_or};
use super::site::SiteView;
use crate::body;
use crate::head::{Head, Translation};
use crate::html::SafeHtml;

/// A published article or page, as stored.
#[derive(Clone, Debug, Default)]
pub struct ArticleView {
    /// Its part of the address.
    pub slug: String,
    /// May be empty in imported text.
    pub title: String,
    /// Whether it is of type PAGE: no author, no date, no comments.
    pub is_page: bool,
    /// The sanitized body.
    pub body: SafeHtml,
    /// The body's text, for a description where nobody wrote one; its beginning is enough.
    pub body_text: String,
    /// Words in the body.
    pub words: u32,
    /// 0 leaves it out.
    pub reading_minutes: u32,
    /// Plain text, shown under the title.
    pub excerpt: Option<String>,
    /// Instead of the title in search results.
    pub meta_title: Option<String>,
    /// Instead of the excerpt in search results.
    pub meta_description: Option<String>,
    /// Absolute; set when the text has its home elsewhere.
    pub canonical_url: Option<String>,
    /// BCP 47 tag.
    pub language: String,
    /// The featured image.
    pub image: Option<Image>,
    /// Who wrote it.
    pub author: Option<Byline>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// Where it is filed.
    pub category: Option<Term>,
    /// What it carries.
    pub tags: Vec<Term>,
    /// The same text in all its languages, itself included; empty when there is only one.
    pub translations: Vec<Translation>,
    /// Items worth reading next.
    pub related: Vec<Arc<ArticleCard>>,
    /// What readers said.
    pub comments: Comments,
    /// What is said above a text that is shown before its time.
    pub preview_note: Option<String>,
    /// How readers may say something; none while comments are closed.
    pub comment_form: Option<CommentForm>,
    /// The library's pictures that stand in the body.
    pub pictures: Known,
}

impl ArticleView {
    /// The title, or what can stand in for one: a page needs a heading.
    pub fn display_title(&self, site: &SiteView) -> String {
        let text = self.excerpt.as_deref().filter(|text| !text.trim().is_empty()).unwrap_or(&self.body_text);
        title_or(&self.title, Some(text), self.published_at, site)
    }

    /// The address to which a comment's id is added to answer it.
    pub(super) fn answer_address(&self) -> Option<&str> {
        self.comment_form.as_ref().map(|form| form.action.as_str())
    }

    /// Names and relative addresses from the front page to this one.
    pub fn trail(&self, site: &SiteView) -> Vec<(String, String)> {
        let mut trail = vec![(site.name.clone(), site.links.home())];
        trail.extend(
            self.category.as_ref().map(|category| (category.name.clone(), site.links.category(&category.slug))),
        );
        trail.push((self.display_title(site), site.links.article(&self.slug)));
        trail
    }
}

/// The page of an article.
#[derive(Template)]
#[template(path = "article.html")]
pub struct ArticlePage<'view> {
    /// The site around it.
    pub site: &'view SiteView,
    /// What stands in `head`.
    pub head: Head,
    /// The article.
    pub article: &'view ArticleView,
    /// The body readied for a page.
    pub body: SafeHtml,
}

impl<'view> ArticlePage<'view> {
    /// Makes the head and readies the body.
    pub fn new(site: &'view SiteView, article: &'view ArticleView) -> Self {
        Self {
            site,
            head: Head::for_article(site, article),
            article,
            body: body::for_page(&article.body, &article.pictures),
        }
    }
}

/// The page of an item of type PAGE: what it says, and nothing about who and when.
#[derive(Template)]
#[template(path = "page.html")]
pub struct StaticPage<'view> {
    /// The site around it.
    pub site: &'view SiteView,
    /// What stands in `head`.
    pub head: Head,
    /// The page's item.
    pub article: &'view ArticleView,
    /// The body readied for a page.
    pub body: SafeHtml,
}

impl<'view> StaticPage<'view> {
    /// Makes the head and readies the body.
    pub fn new(site: &'view SiteView, article: &'view ArticleView) -> Self {
        Self {
            site,
            head: Head::for_article(site, article),
            article,
            body: body::for_page(&article.body, &article.pictures),
        }
    }
}
