use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::*;

#[derive(Template)]
#[template(
    source = r#"{% extends "frame.html" %}{% import "form.html" as form %}{% import "list.html" as list %}{% block content %}
{{ form::summary(errors) }}{{ form::field("title", "Title", "<b>", errors, hint="A hint", required=true) }}
{{ form::select("role", "Role", role, roles, errors) }}{{ form::textarea("body", "Body", "x", errors) }}
{{ form::checkbox("featured", "Featured", true, errors) }}{{ list::pager(pager) }}{{ StatusPill::of("REVIEW") }}
{% call list::empty("inbox", "Nothing", "Words") %}<a href="/">Go</a>{% endcall %}{% endblock %}"#,
    ext = "html"
)]
struct Sample {
    frame: Frame,
    errors: FieldErrors,
    role: String,
    roles: Vec<SelectOption>,
    pager: Pager,
}

fn sample() -> Sample {
    Sample {
        frame: Frame {
            title: "A & B".to_owned(),
            organization: Some(Organization { name: "Acme".to_owned(), slug: "acme".to_owned() }),
            sections: Sections { content: true, ..Sections::default() },
            active: Section::Content,
            ..Frame::default()
        },
        errors: [("title", "Give it a title.")].into_iter().collect(),
        role: "ADMIN".to_owned(),
        roles: vec![SelectOption::new("MEMBER", "Member"), SelectOption::new("ADMIN", "Admin")],
        pager: Pager::default(),
    }
}

#[test]
fn a_field_keeps_its_value_and_points_to_its_message() {
    let text = sample().render().unwrap();
    assert!(text.contains(r#"value="&#60;b&#62;""#), "{text}");
    assert!(text.contains(r#"aria-describedby="title-hint title-error" aria-invalid="true""#), "{text}");
    assert!(text.contains(r#"<option value="ADMIN" selected>"#), "{text}");
    assert!(!text.contains(r#"<option value="MEMBER" selected>"#));
}

#[test]
fn the_sidebar_shows_only_what_may_be_opened() {
    let text = sample().render().unwrap();
    assert!(text.contains(r#"<a href="/admin/acme/content" aria-current="page">"#), "{text}");
    assert!(!text.contains("/admin/acme/settings"));
}

#[tokio::test]
async fn an_error_page_shows_its_reference_number_and_allows_nothing_inline() {
    let response = error_page(StatusCode::INTERNAL_SERVER_ERROR, "Oops", "Words", Some("01J-REF"));
    assert_eq!(response.status(), 500);
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(!policy.contains("unsafe"));
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("01J-REF"));
}

#[test]
fn a_message_survives_a_redirect() {
    let flash = Flash::error("Größer als 1 MB; try again, \"please\"");
    let response = flash.redirect("/admin/acme/content");
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    let pair = cookie.split(';').next().unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, format!("session=1; {pair}").parse().unwrap());
    assert_eq!(Flash::take(&headers), Some(flash));
    headers.insert(header::COOKIE, "flash=%%%".parse().unwrap());
    assert_eq!(Flash::take(&headers), None);
}

#[tokio::test]
async fn a_shown_message_is_forgotten() {
    let router = axum::Router::new()
        .route("/page", axum::routing::get(|| async { html(&sample()) }))
        .route("/away", axum::routing::get(|| async { axum::response::Redirect::to("/page") }))
        .layer(axum::middleware::from_fn(forget_flash));
    for (address, forgotten) in [("/page", true), ("/away", false)] {
        let request = Request::get(address).header(header::COOKIE, "flash=sU2F2ZWQ").body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers().contains_key(header::SET_COOKIE), forgotten, "{address}");
    }
}

#[tokio::test]
async fn assets_have_hashed_names_and_are_kept_for_a_year() {
    let address = assets::url("app.css");
    if address == "/assets/app.css" {
        return; // Not built: nothing can be served, and pages still render.
    }
    let router = assets::router::<()>();
    let get = |encoding: &'static str, etag: String| {
        let request = Request::get(&address)
            .header(header::ACCEPT_ENCODING, encoding)
            .header(header::IF_NONE_MATCH, etag)
            .body(Body::empty())
            .unwrap();
        router.clone().oneshot(request)
    };
    let compressed = get("gzip, br", String::new()).await.unwrap();
    assert_eq!(compressed.headers()[header::CONTENT_ENCODING], "br");
    assert_eq!(compressed.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    let plain = get("gzip, br;q=0", String::new()).await.unwrap();
    assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
    let etag = plain.headers()[header::ETAG].to_str().unwrap().to_owned();
    assert_eq!(get("br", etag).await.unwrap().status(), StatusCode::NOT_MODIFIED);
    let hidden = Request::get("/assets/manifest.json").body(Body::empty()).unwrap();
    assert_eq!(router.clone().oneshot(hidden).await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[test]
fn small_pages_owe_their_readers_the_same() {
    let page = error::ErrorPage {
        status: 500,
        title: "Something went wrong",
        words: "The reason was written down. Try again; if it keeps happening, tell us this number.",
        reference: Some("01JQ8ZK3W5"),
    };
    gallery::show("error", &page).unwrap();
}

#[derive(Template)]
#[template(source = r#"{% extends "frame.html" %}{% block content %}<h1>Alone</h1>{% endblock %}"#, ext = "html")]
struct Bare {
    frame: Frame,
}

#[test]
fn a_frame_needs_no_organization() {
    let page = Bare { frame: Frame { title: "Alone".to_owned(), ..Frame::default() } };
    gallery::show("frame-without-organization", &page).unwrap();
    assert!(!page.render().unwrap().contains("View site"));
}
