//! Stories about members: invitations, roles and the last owner.

use http::StatusCode;
use jiff::SignedDuration;
use kernel::access::Role;
use serde_json::json;
use testkit::World;
use testkit::world::Side;

use crate::accounts_entry::{PASSWORD, browser, cookie, give_password, sign_in, token_from_mail};
use crate::world;

async fn invite(world: &World, email: &str, role: &str) -> String {
    let form = [("email", email), ("role", role)];
    world.as_owner().in_browser().form("/admin/harbor/members", &form).await.is(StatusCode::SEE_OTHER);
    format!("/admin/invitations/{}", token_from_mail(world, email, "/admin/invitations/").await)
}

fn membership(role: &str) -> String {
    format!("/api/v1/members/membership-harbor-{role}")
}

#[tokio::test]
async fn somebody_new_joins_with_a_name_and_a_password() {
    let world = world().await;
    let path = invite(&world, "mia@example.com", "MEMBER").await;
    let guest = world.stranger().in_browser();
    let page = guest.get(&path).await.is(StatusCode::OK).text();
    assert!(page.contains("Join Harbor") && page.contains("mia@example.com"));
    let short = guest.form(&path, &[("name", "Mia"), ("password", "short")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.text().contains("value=\"Mia\""));

    let answer = guest.form(&path, &[("name", "Mia Member"), ("password", PASSWORD)]).await.is(StatusCode::SEE_OTHER);
    let mia = browser(&world, &cookie(&answer));
    assert_eq!(answer.location(), "/admin/harbor");
    mia.get("/admin/harbor").await.is(StatusCode::OK);
    mia.get("/admin/harbor/members").await.is(StatusCode::FORBIDDEN);
    guest.get(&path).await.is(StatusCode::NOT_FOUND);
    let list = world.as_admin().get("/api/v1/members?role=MEMBER").await.is(StatusCode::OK).json();
    assert!(list.to_string().contains("Mia Member"));
}

#[tokio::test]
async fn somebody_with_an_account_signs_in_and_accepts() {
    let world = world().await;
    give_password(&world, "viewer@rival.test").await;
    let path = invite(&world, "viewer@rival.test", "ADMIN").await;
    let guest = world.stranger().in_browser();
    assert!(guest.get(&path).await.is(StatusCode::OK).text().contains("Sign in to accept"));
    guest.form(&path, &[("name", "X"), ("password", PASSWORD)]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    // Somebody else who is signed in cannot take it.
    world.as_member().in_browser().form(&path, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY);

    let known = browser(&world, &cookie(&sign_in(&world, "viewer@rival.test", PASSWORD).await));
    known.form(&path, &[]).await.is(StatusCode::SEE_OTHER);
    known.get("/admin/harbor/members").await.is(StatusCode::OK);
}

#[tokio::test]
async fn an_invitation_ends_by_time_revocation_and_a_newer_one() {
    let world = world().await;
    let guest = world.stranger().in_browser();
    let old = invite(&world, "mia@example.com", "MEMBER").await;
    world.advance(SignedDuration::from_secs(1));
    let newer = invite(&world, "mia@example.com", "VIEWER").await;
    guest.get(&old).await.is(StatusCode::NOT_FOUND);
    guest.get(&newer).await.is(StatusCode::OK);
    world.advance(SignedDuration::from_hours(7 * 24));
    guest.get(&newer).await.is(StatusCode::NOT_FOUND);

    let last = invite(&world, "mia@example.com", "VIEWER").await;
    let listed = world.as_admin().get("/api/v1/invitations").await.is(StatusCode::OK).json();
    assert_eq!(listed["page"]["total"], 1);
    let id = listed["data"][0]["id"].as_str().unwrap();
    world.as_rival_owner().delete(&format!("/api/v1/invitations/{id}")).await.is(StatusCode::NOT_FOUND);
    world.as_admin().delete(&format!("/api/v1/invitations/{id}")).await.is(StatusCode::NO_CONTENT);
    guest.form(&last, &[("name", "Mia"), ("password", PASSWORD)]).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_invitation_does_not_tell_who_has_an_account() {
    let world = world().await;
    let ask = async |email: &str| {
        let body = json!({ "email": email, "role": "MEMBER" });
        let mut answer = world.as_admin().post("/api/v1/invitations", body).await.is(StatusCode::CREATED).json();
        for own in ["id", "email"] {
            answer[own] = json!(null);
        }
        answer
    };
    assert_eq!(ask("admin@rival.test").await, ask("nobody@example.com").await);
    let known = json!({ "email": "member@harbor.test", "role": "MEMBER" });
    let answer = world.as_admin().post("/api/v1/invitations", known).await.is(StatusCode::CONFLICT);
    assert_eq!(answer.errors(), [("email".to_owned(), "taken".to_owned())]);
}

#[tokio::test]
async fn only_owners_reach_owners() {
    let world = world().await;
    let owner = json!({ "role": "OWNER" });
    let viewer = json!({ "role": "VIEWER" });
    let admin = world.as_admin();
    admin.patch(&membership("owner"), &viewer).await.is(StatusCode::FORBIDDEN);
    admin.patch(&membership("member"), &owner).await.is(StatusCode::FORBIDDEN);
    admin.delete(&membership("owner")).await.is(StatusCode::FORBIDDEN);
    let invitation = json!({ "email": "a@example.com", "role": "OWNER" });
    admin.post("/api/v1/invitations", &invitation).await.is(StatusCode::FORBIDDEN);
    let made = world.as_owner().post("/api/v1/invitations", &invitation).await.is(StatusCode::CREATED);
    admin.delete(&format!("/api/v1/invitations/{}", made.id())).await.is(StatusCode::FORBIDDEN);

    admin.patch(&membership("viewer"), json!({ "role": "ADMIN" })).await.is(StatusCode::OK);
    admin.patch(&membership("viewer"), json!({ "role": "BOSS" })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    for client in [world.as_member(), world.as_viewer()] {
        client.get("/api/v1/members").await.is(StatusCode::FORBIDDEN);
        client.patch(&membership("admin"), &viewer).await.is(StatusCode::FORBIDDEN);
        client.delete(&membership("admin")).await.is(StatusCode::FORBIDDEN);
    }
    world.as_rival_owner().patch(&membership("viewer"), &viewer).await.is(StatusCode::NOT_FOUND);
    world.as_rival_owner().delete(&membership("viewer")).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn one_owner_always_stays_however_many_go_at_once() {
    let world = world().await;
    // The operator's key stays good whoever goes.
    let key = accounts::commands::create_api_key(&world.app, "harbor", Role::Owner, "Operator", false).await.unwrap();
    let owner = world.stranger().with("authorization", &format!("Bearer {key}"));
    let viewer = json!({ "role": "VIEWER" });
    owner.patch(&membership("owner"), &viewer).await.is(StatusCode::CONFLICT);
    owner.delete(&membership("owner")).await.is(StatusCode::CONFLICT);
    owner.patch(&membership("admin"), json!({ "role": "OWNER" })).await.is(StatusCode::OK);

    let (demoted, removed) = (membership("owner"), membership("admin"));
    let (one, other) = tokio::join!(owner.patch(&demoted, &viewer), owner.delete(&removed));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses[1], StatusCode::CONFLICT, "{statuses:?}");
    let owners = owner.get("/api/v1/members?role=OWNER").await.is(StatusCode::OK).json();
    assert_eq!(owners["page"]["total"], 1);
}

#[tokio::test]
async fn everybody_may_leave_and_is_out_at_once() {
    let world = world().await;
    let viewer = world.as_viewer().in_browser();
    viewer.delete(&membership("member")).await.is(StatusCode::FORBIDDEN);
    viewer.delete(&membership("viewer")).await.is(StatusCode::NO_CONTENT);
    viewer.get("/admin/harbor/content").await.is(StatusCode::NOT_FOUND);
    viewer.get("/admin/organizations").await.is(StatusCode::OK);
}

#[tokio::test]
async fn whoever_is_removed_leaves_no_invitation_behind() {
    let world = world().await;
    let form = [("email", "friend@example.com"), ("role", "ADMIN")];
    world.as_admin().in_browser().form("/admin/harbor/members", &form).await.is(StatusCode::SEE_OTHER);
    let token = token_from_mail(&world, "friend@example.com", "/admin/invitations/").await;
    world.as_owner().delete(&membership("admin")).await.is(StatusCode::NO_CONTENT);
    world.stranger().get(&format!("/admin/invitations/{token}")).await.is(StatusCode::NOT_FOUND);
}

/// A key to Harbor that the admin made in a browser's stead.
async fn admins_key(world: &World, role: &str) -> String {
    let body = json!({ "name": format!("{role} key"), "role": role });
    let made = world.as_admin().post("/api/v1/api-keys", body).await.is(StatusCode::CREATED);
    format!("Bearer {}", made.json()["key"].as_str().unwrap())
}

#[tokio::test]
async fn whoever_is_demoted_or_removed_leaves_no_key_behind() {
    let world = world().await;
    let keys = [admins_key(&world, "ADMIN").await, admins_key(&world, "MEMBER").await];
    let [admin, member] = keys.each_ref().map(|key| world.stranger().with("authorization", key));
    admin.get("/api/v1/members").await.is(StatusCode::OK);
    member.get("/api/v1/content").await.is(StatusCode::OK);

    world.as_owner().patch(&membership("admin"), json!({ "role": "MEMBER" })).await.is(StatusCode::OK);
    admin.get("/api/v1/members").await.is(StatusCode::UNAUTHORIZED);
    member.get("/api/v1/content").await.is(StatusCode::OK);
    let log = world.as_owner().get("/api/v1/audit-log?action=api_key.revoke").await.is(StatusCode::OK).json();
    let target = log["data"].as_array().unwrap().iter().find(|entry| entry["details"]["name"] == "ADMIN key");
    assert!(target.is_some(), "{log}");

    world.as_owner().in_browser().form("/admin/harbor/members/membership-harbor-admin/remove", &[]).await;
    member.get("/api/v1/content").await.is(StatusCode::UNAUTHORIZED);
    let left = "SELECT count(*) FROM app.api_keys WHERE created_by = 'user-harbor-admin' AND revoked_at IS NULL";
    assert_eq!(world.superuser().await.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
}

#[tokio::test]
async fn a_key_falls_with_its_maker_where_the_host_platform_changes_members() {
    let world = world().await;
    let key = admins_key(&world, "ADMIN").await;
    let program = world.stranger().with("authorization", &key);
    let host = world.superuser().await;
    for (change, members, content) in [
        ("UPDATE organization_members SET role = 'MEMBER' WHERE id = 'membership-harbor-admin'", 403, 200),
        ("UPDATE users SET is_active = false WHERE id = 'user-harbor-admin'", 401, 401),
        ("UPDATE users SET is_active = true WHERE id = 'user-harbor-admin'", 403, 200),
        ("DELETE FROM organization_members WHERE id = 'membership-harbor-admin'", 401, 401),
    ] {
        host.batch_execute(change).await.unwrap();
        world.app.forget();
        let statuses = [program.get("/api/v1/members").await.status, program.get("/api/v1/content").await.status];
        assert_eq!(statuses.map(|status| status.as_u16()), [members, content], "{change}");
    }
}

#[tokio::test]
async fn members_are_listed_page_by_page() {
    let world = world().await;
    let mut seen = Vec::new();
    let mut path = "/api/v1/members?limit=3".to_owned();
    loop {
        let page = world.as_admin().get(&path).await.is(StatusCode::OK).json();
        assert_eq!(page["page"]["total"], 4);
        let rows = page["data"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["user_id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["page"]["next"].as_str() else { break };
        path = format!("/api/v1/members?limit=3&cursor={cursor}");
    }
    let mut all = Role::ALL.map(|role| Side::Harbor.user_id(role));
    seen.sort_unstable();
    all.sort_unstable();
    assert_eq!(seen, all);
    world.as_admin().get("/api/v1/members?colour=red").await.is(StatusCode::BAD_REQUEST);
    world.as_admin().get("/api/v1/members?limit=0").await.is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_outbox_shows_reset_links_only_of_people_the_owner_rules_already() {
    let world = world().await;
    let stranger = world.stranger().in_browser();
    for email in ["member@harbor.test", "member@rival.test", "viewer@harbor.test"] {
        stranger.form("/admin/forgot-password", &[("email", email)]).await.is(StatusCode::OK);
    }
    let sql = "INSERT INTO organization_members (id, user_id, organization_id, role)
               VALUES ('second', 'user-harbor-viewer', 'org-rival', 'VIEWER')";
    world.superuser().await.execute(sql, &[]).await.unwrap();
    world.run_jobs().await;
    let page = world.as_owner().in_browser().get("/admin/harbor/outbox").await.is(StatusCode::OK).text();
    assert!(page.contains("member@harbor.test"));
    assert!(!page.contains("member@rival.test") && !page.contains("viewer@harbor.test"));
    world.as_admin().in_browser().get("/admin/harbor/outbox").await.is(StatusCode::FORBIDDEN);
}
