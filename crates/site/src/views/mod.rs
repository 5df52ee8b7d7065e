//! What the public pages show, as plain structs; each page is a template that implements [`askama::Template`].
//!
//! A handler fills a view and calls `render`. Views hold text as people wrote it (templates escape it) and
//! [`crate::html::SafeHtml`] where markup is meant.

mod article;
mod comment_form;
mod comments;
mod listing;
mod parts;
mod site;

pub use article::{ArticlePage, ArticleView, StaticPage};
pub use comment_form::{Answered, CommentForm};
pub use comments::{Comment, CommentRow, Comments};
pub use listing::{
    AuthorPage, AuthorView, CategoryPage, CategoryView, Hit, Home, NotFound, PreviewEnded, SearchPage, TagPage,
};
pub(crate) use parts::srcset;
pub use parts::{ArticleCard, Byline, Image, Pager, Term};
pub use site::{Frame, NavigationLink, SignUp, SiteView};
