//! Every door refuses a stranger, a rival and a role that is too weak, and none of them ever fails.

use futures_util::{StreamExt, stream};
use http::{Method, StatusCode};
use kernel::access::Role;
use kernel::doors::{Access, Door};
use serde_json::json;
use testkit::World;
use testkit::world::{Answer, Client, Side};

use crate::{calls, world};

/// The role just below, if there is one.
fn below(role: Role) -> Option<Role> {
    Role::ALL.into_iter().rev().find(|other| *other < role)
}

async fn knock(client: &Client<'_>, door: &Door) -> Answer {
    let address = calls::with_ids(door.path);
    let answer = if door.method == Method::GET { client.get(&address).await } else { client.form(&address, &[]).await };
    assert!(!answer.status.is_server_error(), "{} {address}: {}", door.method, answer.text());
    answer
}

/// What went otherwise than it should, all at once.
#[derive(Default)]
struct Complaints(Vec<String>);

impl Complaints {
    fn expect(&mut self, who: &str, what: &str, answer: &Answer, allowed: &[StatusCode]) {
        if !allowed.contains(&answer.status) {
            let text: String = answer.text().chars().take(200).collect();
            self.0.push(format!("{who}: {what} answered {} instead of {allowed:?}: {text}", answer.status));
        }
    }
}

impl Drop for Complaints {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.0.is_empty(), "\n{}", self.0.join("\n"));
        }
    }
}

#[tokio::test]
async fn pages_ask_strangers_to_sign_in() {
    let world = world().await;
    let mut complaints = Complaints::default();
    for door in contentpilot::doors().iter().filter(|door| door.access != Access::Public) {
        let answer = knock(&world.stranger().in_browser(), door).await;
        complaints.expect("stranger", door.path, &answer, &[StatusCode::SEE_OTHER]);
        assert!(answer.location().starts_with("/admin/sign-in"), "{}: {}", door.path, answer.location());
    }
}

#[tokio::test]
async fn pages_are_not_there_for_rivals_and_closed_to_weak_roles() {
    let world = world().await;
    calls::settle(&world).await;
    let mut complaints = Complaints::default();
    for door in contentpilot::doors() {
        let Access::Member(permission) = door.access else { continue };
        let what = format!("{} {}", door.method, door.path);
        let answer = knock(&world.as_rival_owner().in_browser(), &door).await;
        complaints.expect("rival", &what, &answer, &[StatusCode::NOT_FOUND]);
        if let Some(weak) = below(permission.least_role()) {
            let answer = knock(&world.client(Side::Harbor, weak).in_browser(), &door).await;
            complaints.expect(weak.as_str(), &what, &answer, &[StatusCode::FORBIDDEN]);
        }
    }
}

/// How many worlds are tried at once.
const AT_ONCE: usize = 4;

#[tokio::test]
async fn no_page_fails_or_is_closed_to_the_weakest_role_that_may() {
    let (reading, writing): (Vec<_>, Vec<_>) =
        contentpilot::doors().into_iter().partition(|door| door.method == Method::GET);
    let shared = world().await;
    calls::settle(&shared).await;
    for door in &reading {
        open(&shared, door).await;
    }
    // One of its own for each: some take away what the next would need.
    stream::iter(&writing)
        .for_each_concurrent(AT_ONCE, |door| async move {
            let world = world().await;
            calls::settle(&world).await;
            open(&world, door).await;
        })
        .await;
}

async fn open(world: &World, door: &Door) {
    let role = match door.access {
        Access::Member(permission) => permission.least_role(),
        Access::Public | Access::SignedIn => Role::Viewer,
    };
    let answer = knock(&world.client(Side::Harbor, role).in_browser(), door).await;
    assert_ne!(answer.status, StatusCode::FORBIDDEN, "{} {}", door.method, door.path);
    assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{} {}", door.method, door.path);
}

#[tokio::test]
async fn forged_forms_are_refused_at_every_door() {
    let world = world().await;
    for door in contentpilot::doors().iter().filter(|door| door.method == Method::POST) {
        let forged = world.as_owner().in_browser().with("sec-fetch-site", "cross-site");
        knock(&forged, door).await.is(StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn calls_refuse_strangers_rivals_and_weak_roles() {
    let world = world().await;
    calls::settle(&world).await;
    let mut complaints = Complaints::default();
    for call in calls::all() {
        let Some(least) = call.least_role else { continue };
        let (address, what) = (call.address(), format!("{} {}", call.method, call.path));
        let answer = call.send(&world.stranger(), &address, json!({})).await;
        complaints.expect("stranger", &what, &answer, &[StatusCode::UNAUTHORIZED]);
        if call.has_id() {
            let answer = call.send(&world.as_rival_owner(), &address, json!({})).await;
            complaints.expect("rival", &what, &answer, &[StatusCode::NOT_FOUND]);
        }
        if let Some(weak) = below(least) {
            let answer = call.send(&world.client(Side::Harbor, weak), &address, json!({})).await;
            complaints.expect(weak.as_str(), &what, &answer, &[StatusCode::FORBIDDEN]);
        }
    }
}

#[tokio::test]
async fn no_call_fails_or_is_closed_to_the_weakest_role_that_may() {
    let (reading, writing): (Vec<_>, Vec<_>) = calls::all().into_iter().partition(|call| call.method == Method::GET);
    let shared = world().await;
    calls::settle(&shared).await;
    let mut complaints = Complaints::default();
    for call in &reading {
        make(&shared, call, &mut complaints).await;
    }
    stream::iter(&writing)
        .for_each_concurrent(AT_ONCE, |call| async move {
            let world = world().await;
            calls::settle(&world).await;
            make(&world, call, &mut Complaints::default()).await;
        })
        .await;
}

async fn make(world: &World, call: &calls::Call, complaints: &mut Complaints) {
    let role = call.least_role.unwrap_or(Role::Viewer);
    let answer = call.send(&world.client(Side::Harbor, role), &call.address(), json!({})).await;
    let what = format!("{} {}", call.method, call.path);
    assert!(!answer.status.is_server_error(), "{what}: {}", answer.text());
    let allowed: Vec<_> =
        [200, 201, 204, 400, 404, 409, 415, 422].map(|code| StatusCode::from_u16(code).unwrap()).into();
    complaints.expect(role.as_str(), &what, &answer, &allowed);
}
