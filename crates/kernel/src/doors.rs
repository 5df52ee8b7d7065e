//! The doors of the application's pages: each route says who may pass, so that a test can try them all.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, on};
use http::Method;

use crate::App;
use crate::access::Permission;

/// Who may pass a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Public,
    /// Anybody signed in.
    SignedIn,
    /// Members of the organization in the path whose role has this permission.
    Member(Permission),
}

/// One route.
#[derive(Debug, Clone)]
pub struct Door {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
}

/// Routes of pages, together with the list of their doors.
///
/// The list is for the test that tries every door; the handler itself asks for the [`Caller`](crate::access::Caller)
/// or session and for the permission.
#[derive(Default)]
pub struct Pages {
    router: Router<App>,
    doors: Vec<Door>,
}

impl Pages {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn get<H: Handler<T, App>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        self.route(Method::GET, path, access, on(MethodFilter::GET, handler))
    }

    pub fn post<H: Handler<T, App>, T: 'static>(self, path: &'static str, access: Access, handler: H) -> Self {
        self.route(Method::POST, path, access, on(MethodFilter::POST, handler))
    }

    fn route(
        mut self,
        method: Method,
        path: &'static str,
        access: Access,
        handler: axum::routing::MethodRouter<App>,
    ) -> Self {
        self.router = self.router.route(path, handler);
        self.doors.push(Door { method, path, access });
        self
    }

    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.doors.extend(other.doors);
        self
    }

    pub fn into_parts(self) -> (Router<App>, Vec<Door>) {
        (self.router, self.doors)
    }
}
