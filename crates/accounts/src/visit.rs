//! Somebody at a page that asks for no organization: who and when, for the actions behind it.

use axum::extract::FromRequestParts;
use http::request::Parts;
use jiff::Timestamp;
use kernel::access::{Actor, Caller, Role};
use kernel::db::Tenant;
use kernel::organization::Organization;
use kernel::session::Session;
use kernel::web::{Client, RequestId};
use kernel::{App, Error, Result};

/// One request, as far as actions need to know it.
#[derive(Debug, Clone)]
pub struct Visit {
    pub client: Client,
    pub now: Timestamp,
    /// The id of the request in the log; empty for commands.
    pub request_id: String,
}

impl Visit {
    /// What a command of the operator is.
    pub fn of_operator(app: &App) -> Self {
        Self { client: Client::default(), now: app.clock.now(), request_id: String::new() }
    }

    /// A caller for an organization that the session does not know yet: one just founded or joined.
    pub fn caller(&self, app: &App, tx: Tenant, organization: Organization, actor: Actor, role: Role) -> Caller {
        let request_id = self.request_id.clone();
        Caller { app: app.clone(), tx, organization, actor, role, now: self.now, request_id }
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Ok(client) = Client::from_request_parts(parts, app).await;
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        Ok(Self { client, now: app.clock.now(), request_id })
    }
}

/// The session, if there is one: for pages that strangers may see.
pub struct Visitor(pub Option<Session>);

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        match Session::from_request_parts(parts, app).await {
            Ok(session) => Ok(Self(Some(session))),
            Err(Error::Unauthenticated) => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }
}
