//! Sessions and API keys: from a request to somebody who asks.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use jiff::{SignedDuration, Timestamp};

use crate::access::{Actor, ActorKind, Caller, Role};
use crate::db::{Global, OrganizationId, Row, Statements};
use crate::organization::Organization;
use crate::web::RequestId;
use crate::{App, Error, Result, secret};

pub const COOKIE: &str = "contentpilot_session";
/// The header by which a signed-in browser says which of its organizations an API request is for.
pub const ORGANIZATION_HEADER: &str = "contentpilot-organization";
/// A session ends this long after it was last used.
pub const SESSION_LASTS: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How often a session's and a key's last use is written down at most.
const USE_IS_NOTED_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// A signed-in user, with the organizations to choose from.
#[derive(Debug, Clone)]
pub struct Session {
    pub token_hash: Vec<u8>,
    pub user_id: String,
    pub user_name: String,
    pub user_email: String,
    /// Runs the platform: organizations and plans, never tenants' content.
    pub is_super_admin: bool,
    /// The organization last chosen.
    pub organization_id: Option<String>,
    /// In the order of their names.
    pub memberships: Vec<Membership>,
}

#[derive(Debug, Clone)]
pub struct Membership {
    pub organization: Organization,
    pub role: Role,
}

impl Session {
    pub fn membership(&self, slug: &str) -> Option<&Membership> {
        self.memberships.iter().find(|membership| membership.organization.slug == slug)
    }

    /// The organization to begin with: the last chosen one, or the first.
    pub fn home(&self) -> Option<&Membership> {
        let last = self
            .memberships
            .iter()
            .find(|membership| self.organization_id.as_deref() == Some(membership.organization.id.as_str()));
        last.or(self.memberships.first())
    }

    /// The signed-in user as somebody who asks.
    pub fn actor(&self) -> Actor {
        let name = if self.user_name.is_empty() { self.user_email.clone() } else { self.user_name.clone() };
        Actor { kind: ActorKind::User, id: self.user_id.clone(), name, user_id: self.user_id.clone() }
    }
}

/// A key to one organization's API, as far as requests need it.
#[derive(Debug, Clone)]
pub struct ApiKey {
    id: String,
    name: String,
    role: Role,
    created_by: String,
    expires_at: Option<Timestamp>,
    organization: Organization,
}

/// Begins a session and gives its token, of which the database keeps only the hash.
pub async fn start(
    global: &impl Statements,
    user_id: &str,
    client: &crate::web::Client,
    now: Timestamp,
) -> Result<String> {
    let token = secret::token();
    let sql = "INSERT INTO app.sessions (token_hash, user_id, created_at, last_seen_at, expires_at, ip, user_agent)
               VALUES ($1, $2, $3, $3, $4, $5, $6)";
    let expires_at = now + SESSION_LASTS;
    let hash = secret::hash(&token);
    global.execute(sql, &[&hash, &user_id, &now, &expires_at, &client.ip, &client.user_agent]).await?;
    Ok(token)
}

/// Ends a session, if it is there.
pub async fn end(global: &impl Statements, token_hash: &[u8]) -> Result<()> {
    global.execute("DELETE FROM app.sessions WHERE token_hash = $1", &[&token_hash]).await?;
    Ok(())
}

/// Remembers which organization the session looks at.
pub async fn choose(global: &impl Statements, session: &Session, organization: &OrganizationId) -> Result<()> {
    let sql = "UPDATE app.sessions SET organization_id = $2 WHERE token_hash = $1";
    global.execute(sql, &[&session.token_hash, &organization.as_str()]).await?;
    Ok(())
}

/// The session of this token, unless it has ended or its user was deactivated.
async fn find(global: &Global, token_hash: Vec<u8>, now: Timestamp) -> Result<Option<Session>> {
    let sql = r#"SELECT s.organization_id AS chosen, s.last_seen_at, u.id AS user_id, coalesce(u.name, '') AS user_name,
                        u.email, u.role = 'SUPER_ADMIN' AS is_super_admin, m.role::text AS role,
                        o.id AS organization_id, o.slug AS organization_slug, o.name AS organization_name
                 FROM app.sessions s
                 JOIN users u ON u.id = s.user_id AND u.is_active
                 LEFT JOIN organization_members m ON m.user_id = u.id
                 LEFT JOIN organizations o ON o.id = m.organization_id
                 WHERE s.token_hash = $1 AND s.expires_at > $2
                 ORDER BY o.name, o.id"#;
    let rows = global.rows(sql, &[&token_hash, &now]).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    if first.get::<_, Timestamp>("last_seen_at") + USE_IS_NOTED_EVERY < now {
        let sql = "UPDATE app.sessions SET last_seen_at = $2, expires_at = $3 WHERE token_hash = $1";
        global.execute(sql, &[&token_hash, &now, &(now + SESSION_LASTS)]).await?;
    }
    let with_organization = rows.iter().filter(|row| row.get::<_, Option<&str>>("organization_id").is_some());
    Ok(Some(Session {
        user_id: first.get("user_id"),
        user_name: first.get("user_name"),
        user_email: first.get("email"),
        is_super_admin: first.get("is_super_admin"),
        organization_id: first.get("chosen"),
        memberships: with_organization.map(membership_from_row).collect::<Result<_>>()?,
        token_hash,
    }))
}

fn membership_from_row(row: &Row) -> Result<Membership> {
    let role = row.get::<_, &str>("role").parse()?;
    Ok(Membership { organization: Organization::from_row(row)?, role })
}

async fn find_api_key(app: &App, token_hash: Vec<u8>, now: Timestamp) -> Result<Option<ApiKey>> {
    if let Some(known) = app.api_keys.get(&token_hash) {
        return Ok((!crate::organization::is_over(known.expires_at, now)).then_some(known));
    }
    // A key reaches no further than its maker does now: a host platform changes members without telling us. One that
    // has no maker, from the command line or with its maker's account gone, acts for the longest-standing owner.
    let sql = r#"SELECT k.id, k.name, k.role::text AS role, k.expires_at, k.last_used_at, maker.user_id,
                        CASE WHEN k.created_by IS NULL THEN k.role ELSE maker.role END::text AS makers_role,
                        o.id AS organization_id, o.slug AS organization_slug, o.name AS organization_name
                 FROM app.api_keys k JOIN organizations o ON o.id = k.organization_id
                 JOIN LATERAL (
                   SELECT m.user_id, m.role FROM organization_members m JOIN users u ON u.id = m.user_id AND u.is_active
                   WHERE m.organization_id = k.organization_id AND (k.created_by IS NULL OR m.user_id = k.created_by)
                   ORDER BY (m.role = 'OWNER') DESC, m.joined_at, m.id LIMIT 1
                 ) maker ON true
                 WHERE k.token_hash = $1 AND k.kind = 'api' AND k.revoked_at IS NULL
                   AND (k.expires_at IS NULL OR k.expires_at > $2)"#;
    let global = app.database.global().await?;
    let Some(row) = global.row(sql, &[&token_hash, &now]).await? else { return Ok(None) };
    note_use(&global, &row, now).await?;
    let role = |column| row.get::<_, &str>(column).parse::<Role>();
    let key = ApiKey {
        id: row.get("id"),
        name: row.get("name"),
        role: role("role")?.min(role("makers_role")?),
        created_by: row.get("user_id"),
        expires_at: row.get("expires_at"),
        organization: Organization::from_row(&row)?,
    };
    app.api_keys.insert(token_hash, key.clone());
    Ok(Some(key))
}

/// A key that reads what an organization has published, as far as requests need it.
#[derive(Debug, Clone)]
pub(crate) struct ReadingKey {
    organization_id: OrganizationId,
    expires_at: Option<Timestamp>,
}

/// Whether `key` is a valid key to this organization's Ghost Content API; another organization's key is none.
pub async fn is_ghost_content_key(app: &App, organization: &OrganizationId, key: &str) -> Result<bool> {
    let (hash, now) = (secret::hash(key), app.clock.now());
    let found = match app.reading_keys.get(&hash) {
        Some(known) => Some(known),
        None => find_ghost_content_key(app, hash, now).await?,
    };
    Ok(found
        .is_some_and(|key| key.organization_id == *organization && !crate::organization::is_over(key.expires_at, now)))
}

async fn find_ghost_content_key(app: &App, hash: Vec<u8>, now: Timestamp) -> Result<Option<ReadingKey>> {
    let sql = "SELECT id, organization_id, expires_at, last_used_at FROM app.api_keys
               WHERE token_hash = $1 AND kind = 'ghost_content' AND revoked_at IS NULL";
    let global = app.database.global().await?;
    let Some(row) = global.row(sql, &[&hash]).await? else { return Ok(None) };
    note_use(&global, &row, now).await?;
    let organization_id = OrganizationId::parse(row.get("organization_id"))?;
    let key = ReadingKey { organization_id, expires_at: row.get("expires_at") };
    app.reading_keys.insert(hash, key.clone());
    Ok(Some(key))
}

/// Writes down, now and then, that a key is in use.
async fn note_use(global: &Global, key: &Row, now: Timestamp) -> Result<()> {
    if key.get::<_, Option<Timestamp>>("last_used_at").is_none_or(|last| last + USE_IS_NOTED_EVERY < now) {
        let sql = "UPDATE app.api_keys SET last_used_at = $2 WHERE id = $1";
        global.execute(sql, &[&key.get::<_, &str>("id"), &now]).await?;
    }
    Ok(())
}

/// The session cookie for a token; an empty token makes the browser drop it.
pub fn cookie(token: &str, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let seconds = if token.is_empty() { 0 } else { SESSION_LASTS.as_secs() };
    let text = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The value of one cookie of the request.
pub fn cookie_value<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    let lines = parts.headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Whose key a request carries and what it may do, if that is remembered.
pub(crate) fn remembered_key(app: &App, headers: &HeaderMap) -> Option<(OrganizationId, Role)> {
    let known = app.api_keys.get(&secret::hash(bearer(headers)?))?;
    (!crate::organization::is_over(known.expires_at, app.clock.now())).then_some((known.organization.id, known.role))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

impl FromRequestParts<App> for Session {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let token = cookie_value(parts, COOKIE).filter(|token| !token.is_empty()).ok_or(Error::Unauthenticated)?;
        let hash = secret::hash(token);
        find(&app.database.global().await?, hash, app.clock.now()).await?.ok_or(Error::Unauthenticated)
    }
}

/// A caller of the JSON API: by key, or by session with the organization named in a header.
impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let now = app.clock.now();
        if let Some(token) = bearer(&parts.headers) {
            let key = find_api_key(app, secret::hash(token), now).await?.ok_or(Error::Unauthenticated)?;
            let actor = Actor { kind: ActorKind::ApiKey, id: key.id, name: key.name, user_id: key.created_by };
            return caller(app, parts, key.organization, actor, key.role).await;
        }
        let session = Session::from_request_parts(parts, app).await?;
        let named = parts.headers.get(ORGANIZATION_HEADER).and_then(|value| value.to_str().ok());
        let membership = match named {
            Some(slug) => session.membership(slug).ok_or(Error::NotFound)?,
            None => session.home().ok_or_else(|| Error::Forbidden("You belong to no organization yet.".into()))?,
        };
        caller(app, parts, membership.organization.clone(), session.actor(), membership.role).await
    }
}

/// A signed-in user on a page of one organization, `/admin/{org}/…`.
pub struct PageCaller {
    pub caller: Caller,
    pub session: Session,
    /// Notifications not read yet, for the bell; not counted for requests that only write.
    pub unread: i64,
}

impl FromRequestParts<App> for PageCaller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let session = Session::from_request_parts(parts, app).await?;
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let slug = params.iter().find(|(name, _)| *name == "org").map(|(_, value)| value);
        let membership = slug.and_then(|slug| session.membership(slug)).ok_or(Error::NotFound)?.clone();
        let actor = session.actor();
        let caller = caller(app, parts, membership.organization, actor, membership.role).await?;
        let reads = parts.method == http::Method::GET;
        let unread = if reads { crate::notify::unread(&caller.tx, &session.user_id).await? } else { 0 };
        Ok(Self { caller, session, unread })
    }
}

async fn caller(app: &App, parts: &Parts, organization: Organization, actor: Actor, role: Role) -> Result<Caller> {
    let tx = app.database.tenant(&organization.id).await?;
    let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    Ok(Caller { app: app.clone(), tx, organization, actor, role, now: app.clock.now(), request_id })
}
