//! Answers of the application's pages: the frame for whoever asks, and errors as pages instead of JSON.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::access::{Permission, Role};
use kernel::organization::Organization as KnownOrganization;
use kernel::session::{Membership, PageCaller, Session};
use kernel::{App, web};
use serde_json::Value;

use crate::{Flash, Frame, Organization, Section, Sections, User, error_page};

/// Problem documents are small; more than this, in bytes, is none.
const PROBLEM_LARGEST: usize = 64 * 1024;

/// The frame of a page of one organization. Breadcrumbs are the caller's to add.
pub fn frame_for(page: &PageCaller, headers: &HeaderMap, title: &str, active: Section) -> Frame {
    let organization = &page.caller.organization;
    let membership = page.session.memberships.iter().find(|membership| membership.organization.id == organization.id);
    let frame = frame(&page.caller.app, &page.session, membership, (headers, title, active));
    Frame { unread: page.unread, ..frame }
}

/// The frame of a page that belongs to the person alone; around it stands the organization last chosen.
pub fn frame_of_person(app: &App, session: &Session, headers: &HeaderMap, title: &str) -> Frame {
    frame(app, session, session.home(), (headers, title, Section::None))
}

fn frame(
    app: &App,
    session: &Session,
    membership: Option<&Membership>,
    (headers, title, active): (&HeaderMap, &str, Section),
) -> Frame {
    let here = membership.map(|membership| &membership.organization.id);
    let others = session.memberships.iter().filter(|other| Some(&other.organization.id) != here);
    Frame {
        title: title.to_owned(),
        organization: membership.map(|membership| shown(&membership.organization)),
        other_organizations: others.map(|other| shown(&other.organization)).collect(),
        user: User { name: session.user_name.clone(), email: session.user_email.clone() },
        sections: membership.map(|membership| sections_of(app, membership.role)).unwrap_or_default(),
        active,
        breadcrumbs: Vec::new(),
        flash: Flash::take(headers),
        unread: 0,
    }
}

fn shown(organization: &KnownOrganization) -> Organization {
    Organization { name: organization.name.clone(), slug: organization.slug.clone() }
}

/// What somebody of this role may open.
pub fn sections_of(app: &App, role: Role) -> Sections {
    let may = |permission| role.may(permission);
    Sections {
        dashboard: may(Permission::ContentRead),
        content: may(Permission::ContentRead),
        releases: may(Permission::ContentRead),
        calendar: may(Permission::ContentRead),
        media: may(Permission::ContentRead),
        campaigns: may(Permission::CampaignsManage),
        email: may(Permission::CampaignsManage),
        audience: may(Permission::CampaignsManage),
        comments: may(Permission::TaxonomyManage),
        members: may(Permission::MembersManage),
        api_keys: may(Permission::ApiKeysManage),
        webhooks: may(Permission::WebhooksManage),
        outbox: may(Permission::OrganizationOwn) && app.settings.smtp_url.is_none(),
        audit_log: may(Permission::AuditLogRead),
        settings: may(Permission::SettingsManage),
    }
}

/// Makes a page of an error, and asks whoever is not signed in to sign in, to be brought back.
pub async fn error_pages<F: Future<Output = Response>>(
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    let back = way_back(&request);
    let is_fragment = request.headers().contains_key("hx-request");
    let is_background = request.headers().contains_key("x-background");
    let opened = (*request.method() == Method::GET && !is_fragment).then(|| request.uri().path().to_owned());
    let response = answer(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_none_or(|kind| kind != "application/problem+json") {
        return response;
    }
    // The address of a form, opened again: the page that has the form is one step up.
    if response.status() == StatusCode::METHOD_NOT_ALLOWED
        && let Some((above, _)) = opened.as_deref().and_then(|path| path.rsplit_once('/'))
    {
        return web::see_other(above);
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        // What a page asks by itself while somebody writes may not take the page away from them.
        if is_background {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        return ask_to_sign_in(back.as_deref(), is_fragment);
    }
    as_page(response).await
}

/// Where to go on after signing in: the page asked for, or for a form the page it was sent from.
fn way_back(request: &Request) -> Option<String> {
    if matches!(*request.method(), Method::GET | Method::HEAD) && !request.headers().contains_key("hx-request") {
        return request.uri().path_and_query().map(|path| path.as_str().to_owned());
    }
    let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let from = url::Url::parse(text(header::REFERER)?).ok()?;
    let host = match from.port() {
        Some(port) => format!("{}:{port}", from.host_str()?),
        None => from.host_str()?.to_owned(),
    };
    (text(header::HOST) == Some(host.as_str()))
        .then(|| from[url::Position::BeforePath..url::Position::AfterQuery].to_owned())
}

fn ask_to_sign_in(back: Option<&str>, is_fragment: bool) -> Response {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let location = match back.filter(|back| *back != "/admin") {
        Some(back) => format!("/admin/sign-in?{}", query.append_pair("next", back).finish()),
        None => "/admin/sign-in".to_owned(),
    };
    if !is_fragment {
        return web::see_other(&location);
    }
    // htmx would follow a redirect and put the sign-in page into the fragment's place.
    let location = HeaderValue::from_str(&location).unwrap_or(HeaderValue::from_static("/admin/sign-in"));
    (StatusCode::UNAUTHORIZED, [(HeaderName::from_static("hx-redirect"), location)]).into_response()
}

async fn as_page(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, PROBLEM_LARGEST).await.unwrap_or_default();
    let problem: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let mut words = problem["detail"].as_str().unwrap_or("Go back and try again.").to_owned();
    for error in problem["errors"].as_array().into_iter().flatten() {
        words = format!("{words} {}", error["message"].as_str().unwrap_or_default());
    }
    let mut page = error_page(parts.status, title(parts.status), words.trim(), problem["reference"].as_str());
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = parts.headers.get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::FORBIDDEN => "You may not do that",
        StatusCode::NOT_FOUND => "Nothing here",
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => "Something else came first",
        StatusCode::TOO_MANY_REQUESTS => "Too many attempts",
        StatusCode::UNPROCESSABLE_ENTITY => "That cannot be used",
        status if status.is_server_error() => "Something went wrong",
        _ => "That did not work",
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::{self, Next};
    use axum::routing::{get, post};
    use http_body_util::BodyExt as _;
    use kernel::Error;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
        let router = Router::new()
            .route("/admin/{org}", get(|| async { Error::NotFound }))
            .route("/admin/closed", get(|| async { Error::Unauthenticated }))
            .route("/admin/form", post(|| async { Error::Unauthenticated }))
            .route("/admin/often", post(|| async { Error::TooManyRequests { retry_after_seconds: 7 } }))
            .layer(middleware::from_fn(|request, next: Next| error_pages(request, |request| next.run(request))));
        let mut request = axum::http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    fn location(response: &Response) -> &str {
        response.headers()[header::LOCATION].to_str().unwrap()
    }

    #[tokio::test]
    async fn errors_are_pages() {
        let response = ask("GET", "/admin/nowhere", &[]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(response.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(String::from_utf8_lossy(&body).contains("There is nothing here"));
        assert_eq!(ask("POST", "/admin/often", &[]).await.headers()[header::RETRY_AFTER], "7");
    }

    #[tokio::test]
    async fn a_stranger_is_brought_back_after_signing_in() {
        let response = ask("GET", "/admin/closed?page=2", &[]).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&response), "/admin/sign-in?next=%2Fadmin%2Fclosed%3Fpage%3D2");

        let own = [("host", "a.org:8080"), ("referer", "http://a.org:8080/admin/acme/members#top")];
        assert_eq!(location(&ask("POST", "/admin/form", &own).await), "/admin/sign-in?next=%2Fadmin%2Facme%2Fmembers");
        let elsewhere = [("host", "a.org"), ("referer", "http://b.org/admin/acme/members")];
        assert_eq!(location(&ask("POST", "/admin/form", &elsewhere).await), "/admin/sign-in");

        let fragment = ask("GET", "/admin/closed", &[("hx-request", "true")]).await;
        assert_eq!(fragment.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(fragment.headers()["hx-redirect"], "/admin/sign-in");
    }
}
