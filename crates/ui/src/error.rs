use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage<'a> {
    pub(crate) status: u16,
    pub(crate) title: &'a str,
    pub(crate) words: &'a str,
    pub(crate) reference: Option<&'a str>,
}

/// A small page of its own for a request that failed: 404, 403, 500 and their like.
///
/// `words` say what happened and what to do. `reference` is the number under which the log has the whole story;
/// internal errors carry one and show nothing else.
pub fn error_page(status: StatusCode, title: &str, words: &str, reference: Option<&str>) -> Response {
    let page = ErrorPage { status: status.as_u16(), title, words, reference };
    match page.render() {
        Ok(text) => crate::with_headers((status, text).into_response()),
        Err(_) => (status, words.to_owned()).into_response(),
    }
}
