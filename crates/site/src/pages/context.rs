use std::sync::{Arc, LazyLock};

use askama::Template;
use axum::extract::{Extension, FromRef, FromRequestParts, RawPathParams};
use axum::response::{IntoResponse, Response};
use content::items::model::Item;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use kernel::db::Tenant;
use kernel::organization::SiteSettings;
use kernel::{App, Error, Result, web};
use media::pictures::Known;
use memchr::memmem;
use xxhash_rust::xxh3::xxh3_64;

use super::elsewhere;
use super::memory::{Memory, Shared};
use crate::accent::Colour;
use crate::cache;
use crate::domains::{self, OwnDomain};
use crate::links::Site;
use crate::views::{Frame, Image, NavigationLink, NotFound, SignUp, SiteView};

/// Bytes that most pages are smaller than.
const PAGE_USUAL: usize = 32 * 1024;

/// What the program gives the site beside the data: the addresses of the theme's files.
#[derive(Clone, Debug)]
pub struct Theme {
    pub stylesheet_url: Arc<str>,
    pub icon_url: Arc<str>,
}

/// One request for a page of one organization's site.
pub struct Visit {
    pub tx: Tenant,
    /// Addresses on the host that was asked; for whole ones see [`Visit::known_links`].
    pub links: Site,
    /// The slug or the token in the address.
    pub slug: String,
    /// The address beneath the site's own, without the slash at its beginning.
    pub(super) path: String,
    /// The question mark and what follows it, if there is one.
    pub(super) query: String,
    /// What the site's pages share in the state that they had when this began; none while this node does not hear of changes.
    /// Whatever is read afterwards may be added to it: a change that comes meanwhile makes it old at once.
    pub(super) shared: Option<Arc<Shared>>,
    app: App,
    domain: Option<OwnDomain>,
    theme: Theme,
    /// The tags of what the visitor has already (RFC 9110, 13.1.2).
    known: Option<HeaderValue>,
}

/// What the site's handlers are given: the program, its theme, and what their pages share.
#[derive(Clone)]
pub struct Given {
    pub app: App,
    pub theme: Theme,
    pub memory: Memory,
}

impl FromRef<Given> for App {
    fn from_ref(given: &Given) -> Self {
        given.app.clone()
    }
}

impl FromRequestParts<Given> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, given: &Given) -> Result<Self, Response> {
        let Given { app, theme, memory } = given;
        Self::begin(parts, app, theme.clone(), Some(memory)).await.map_err(IntoResponse::into_response)
    }
}

/// The visit of somebody who writes, among the pages of the application: nothing is shared with what readers see.
pub struct WritersVisit(pub Visit);

impl FromRequestParts<App> for WritersVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let theme = Extension::<Theme>::from_request_parts(parts, app).await;
        let Extension(theme) = theme.map_err(IntoResponse::into_response)?;
        Visit::begin(parts, app, theme, None).await.map(Self).map_err(IntoResponse::into_response)
    }
}

impl Visit {
    async fn begin(parts: &mut Parts, app: &App, theme: Theme, memory: Option<&Memory>) -> Result<Self> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let param = |name: &str| params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
        let organization = app.organization(&param("org").ok_or(Error::NotFound)?).await?;
        let domain = parts.extensions.get::<OwnDomain>().cloned();
        let links = match &domain {
            Some(OwnDomain(address)) => Site::own_domain(address),
            None => Site::shared(&app.settings.public_url, &organization.slug),
        };
        let state = app.changes.state(&organization.id);
        // What can be no slug and no id is the address of nothing, as the empty one is.
        let named = param("slug").or_else(|| param("token"));
        let slug = named.filter(|slug| kernel::id::is_segment(slug)).unwrap_or_default();
        Ok(Self {
            tx: app.database.tenant(&organization.id).await?,
            links,
            slug,
            path: beneath(parts.uri.path()).to_owned(),
            query: parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default(),
            shared: memory.zip(state).map(|(memory, state)| memory.of(&organization.id, state)),
            app: app.clone(),
            domain,
            theme,
            known: parts.headers.get(header::IF_NONE_MATCH).cloned(),
        })
    }

    /// The site around the page. Sent together with the page's own statements, it costs no waiting of its own.
    pub async fn settings(&self) -> Result<Arc<SiteSettings>> {
        self.app.public_site(&self.tx).await
    }

    /// The site's addresses, whole ones at the domain by which it is to be known.
    pub fn known_links(&self, settings: &SiteSettings) -> Site {
        let known = domains::known_address(&self.app, self.domain.as_ref(), settings.domain.as_deref());
        self.links.clone().known_as(known)
    }

    /// The frame of a page in the language of the site.
    pub fn site(&self, settings: &Arc<SiteSettings>) -> SiteView {
        let links = self.known_links(settings);
        let Some(shared) = &self.shared else { return SiteView::around(Arc::new(self.frame(settings, links))) };
        // Settings are newer than the state where somebody has just saved them, and are read anew after a while.
        if let Some((of, frame)) = shared.frames.get(&links)
            && Arc::ptr_eq(&of, settings)
        {
            return SiteView::around(frame);
        }
        let frame = Arc::new(self.frame(settings, links.clone()));
        shared.frames.keep(links, (settings.clone(), frame.clone()));
        SiteView::around(frame)
    }

    fn frame(&self, settings: &SiteSettings, known_links: Site) -> Frame {
        let mut frame = Frame::new(&settings.title, known_links, &self.theme.stylesheet_url);
        frame.tagline.clone_from(&settings.description);
        frame.language.clone_from(&settings.language);
        frame.time_zone = settings.zone();
        frame.logo = settings.logo_url.as_deref().map(|url| Image::new(url, &settings.title));
        let accent = settings.accent_color.as_deref().filter(|accent| Colour::parse(accent).is_some());
        frame.accent_url = accent.map(|accent| self.links.accent_stylesheet(accent));
        frame.icon_url = Some(self.theme.icon_url.to_string());
        frame.navigation = links(&self.links, &settings.navigation);
        frame.footer_navigation = links(&self.links, &settings.footer_links);
        frame.social_links = links(&self.links, &settings.social_links);
        frame.sign_up = settings.newsletter.as_ref().map(|newsletter| SignUp {
            action: self.links.subscribe(&newsletter.form),
            title: newsletter.title.clone(),
            intro: newsletter.intro.clone(),
        });
        frame.is_listed = settings.search_engines;
        frame.is_sans = settings.typeface == "sans";
        frame.color_scheme = ["light", "dark"].into_iter().find(|scheme| *scheme == settings.color_scheme);
        frame
    }

    /// The library's pictures that these items show.
    pub async fn pictures(&self, items: &[&Item]) -> Result<Known> {
        let texts = items.iter().flat_map(|item| {
            let gallery = item.gallery.iter().map(String::as_str);
            gallery.chain([item.body(), item.featured_image.as_deref().unwrap_or_default()])
        });
        media::pictures::known::known(&self.tx, &texts.collect::<Vec<_>>()).await
    }

    /// A page, or 304 when the visitor has it already.
    pub fn page(&self, page: &impl Template) -> Result<Response> {
        self.answer("text/html; charset=utf-8", rendered(page)?)
    }

    /// A page in which the value of an attribute, a mark, gives way to one that differs each time and is no reason to send the
    /// page again. In quotes, for in what people wrote after it those are escaped.
    pub fn page_with(&self, page: &impl Template, (mark, value): (&str, &str)) -> Result<Response> {
        let mut body = rendered(page)?;
        let fingerprint = fingerprint(&body);
        let mark = format!("\"{mark}\"");
        if let Some(at) = memmem::rfind(body.as_bytes(), mark.as_bytes()) {
            body.replace_range(at..at + mark.len(), &format!("\"{value}\""));
        }
        self.answer_known_as("text/html; charset=utf-8", fingerprint, body)
    }

    /// Any text of the site, known by its content: whoever has it asks again, and is told when it is unchanged.
    pub fn answer(&self, content_type: &'static str, body: String) -> Result<Response> {
        self.answer_known_as(content_type, fingerprint(&body), body)
    }

    fn answer_known_as(&self, content_type: &'static str, fingerprint: u64, body: String) -> Result<Response> {
        let is_page = content_type.starts_with("text/html");
        let tag = format!("W/\"{fingerprint:016x}\"");
        let known = self.known.as_ref().and_then(|value| value.to_str().ok());
        let caching = [
            (header::ETAG, HeaderValue::from_str(&tag).map_err(Error::internal)?),
            (header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache")),
        ];
        if known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag)) {
            return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
        }
        let mut answer = (caching, [(header::CONTENT_TYPE, content_type)], body).into_response();
        if is_page {
            answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
        }
        Ok(answer)
    }

    /// The answer of a handler whose pages may be kept.
    pub async fn finish_kept(&self, outcome: Result<Response>) -> Response {
        cache::keepable(self.finish(outcome).await)
    }

    /// The answer of a handler; what is not there gets the site's own page.
    pub async fn finish(&self, outcome: Result<Response>) -> Response {
        match outcome {
            Err(Error::NotFound) => match elsewhere::of(self).await {
                Ok(Some(address)) => web::redirect(StatusCode::MOVED_PERMANENTLY, &address),
                Ok(None) => self.not_found().await.unwrap_or_else(IntoResponse::into_response),
                Err(error) => error.into_response(),
            },
            outcome => outcome.unwrap_or_else(IntoResponse::into_response),
        }
    }

    async fn not_found(&self) -> Result<Response> {
        let settings = self.settings().await?;
        let site = self.site(&settings);
        let body = NotFound::new(&site).render().map_err(Error::internal)?;
        let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
        Ok((StatusCode::NOT_FOUND, headers, body).into_response())
    }
}

/// The policy of nearly all pages.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| policy("'none'"));

/// What pages of the site may load: what the program's pages may, and the players of a few other sites. `ancestors` says who
/// may show them in a frame.
pub fn policy(ancestors: &str) -> HeaderValue {
    let own = web::CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", &format!("frame-ancestors {ancestors}"));
    let policy = format!("{own}; frame-src {}", content::embeds::FRAME_SOURCES);
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(web::CONTENT_SECURITY_POLICY))
}

/// What follows `/s/{org}/` in a path.
fn beneath(path: &str) -> &str {
    path.splitn(4, '/').nth(3).unwrap_or_default()
}

fn rendered(page: &impl Template) -> Result<String> {
    let mut text = String::with_capacity(PAGE_USUAL);
    page.render_into(&mut text).map_err(Error::internal)?;
    Ok(text)
}

fn fingerprint(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

/// Links as they are stored, with the addresses that the site's pages give them.
fn links(site: &Site, stored: &serde_json::Value) -> Vec<NavigationLink> {
    let link = |entry: &serde_json::Value| {
        let (label, url) = (entry["label"].as_str()?, entry["url"].as_str()?);
        content::html::is_harmless_address(url).then(|| NavigationLink {
            label: label.to_owned(),
            url: site.of_site(url),
            children: links(site, &entry["children"]),
        })
    };
    stored.as_array().into_iter().flatten().filter_map(link).collect()
}
