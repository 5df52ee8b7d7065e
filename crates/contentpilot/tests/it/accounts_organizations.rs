//! Stories about organizations: founding and switching, settings, keys and the audit log.

use accounts::commands::NewUser;
use http::StatusCode;
use jiff::SignedDuration;
use kernel::App;
use kernel::access::Role;
use serde_json::json;

use crate::accounts_entry::{browser, cookie};
use crate::world;

#[tokio::test]
async fn whoever_founds_an_organization_owns_it_and_switches_between_theirs() {
    let world = world().await;
    let viewer = world.as_viewer().in_browser();
    let answer = viewer.form("/admin/organizations", &[("name", "Side Project")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/admin/side-project");
    assert_eq!(viewer.get("/admin").await.location(), "/admin/side-project");
    viewer.get("/admin/side-project/settings").await.is(StatusCode::OK);
    viewer.get("/admin/harbor/settings").await.is(StatusCode::FORBIDDEN);

    viewer.get("/admin/harbor").await.is(StatusCode::OK);
    assert_eq!(viewer.get("/admin").await.location(), "/admin/harbor");
    viewer.get("/admin/rival").await.is(StatusCode::NOT_FOUND);

    let again = viewer.form("/admin/organizations", &[("name", "Side Project")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(again.location(), "/admin/side-project-2");
    for (slug, words) in [("rival", "Another organization"), ("setup", "own addresses"), ("No Slug", "a-z, 0-9 and -")]
    {
        let form = [("name", "Kept"), ("slug", slug)];
        let text = viewer.form("/admin/organizations", &form).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
        assert!(text.contains(words) && text.contains("value=\"Kept\""), "{slug}");
    }
}

#[tokio::test]
async fn settings_are_read_and_changed_by_the_api() {
    let world = world().await;
    let read = world.as_viewer().get("/api/v1/organization").await.is(StatusCode::OK);
    assert_eq!((read.json()["slug"].as_str(), read.json()["language"].as_str()), (Some("harbor"), Some("en")));

    let changes = json!({
        "name": "Harbour", "title": "The Harbour", "timezone": "Europe/Berlin", "accent_color": "#112233",
        "navigation": [{ "label": "About", "url": "/about" }],
    });
    let changed = world.as_admin().patch("/api/v1/organization", &changes).await.is(StatusCode::OK);
    assert_eq!(changed.json()["name"], "Harbour");
    let tag = changed.header("etag").to_owned();
    assert_ne!(tag, read.header("etag"));

    let stale = world.as_admin().with("if-match", read.header("etag"));
    stale.patch("/api/v1/organization", json!({ "title": "X" })).await.is(StatusCode::PRECONDITION_FAILED);
    let fresh = world.as_admin().with("if-match", &tag);
    fresh.patch("/api/v1/organization", json!({ "title": null })).await.is(StatusCode::OK);
    let wrong = json!({ "timezone": "Mars/Olympus", "accent_color": "red", "colour": 1 });
    let answer = world.as_admin().patch("/api/v1/organization", wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.errors().len(), 3, "{:?}", answer.errors());
    world.as_member().patch("/api/v1/organization", json!({ "name": "X" })).await.is(StatusCode::FORBIDDEN);
    assert_eq!(world.as_rival_owner().get("/api/v1/organization").await.json()["slug"], "rival");
}

#[tokio::test]
async fn settings_are_saved_by_the_form_and_nothing_typed_is_lost() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let version = world.as_admin().get("/api/v1/organization").await.json()["version"].to_string();
    let mut form = vec![
        ("name", "Harbour"),
        ("language", "english!"),
        ("timezone", "Europe/Berlin"),
        ("revisions_kept", "20"),
        ("version", &version),
    ];
    let wrong = admin.form("/admin/harbor/settings", &form).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(wrong.contains("value=\"Harbour\"") && wrong.contains("language tag"));
    form[1].1 = "de";
    admin.form("/admin/harbor/settings", &form).await.is(StatusCode::SEE_OTHER);
    admin.form("/admin/harbor/settings", &form).await.is(StatusCode::PRECONDITION_FAILED);
    let read = world.as_admin().get("/api/v1/organization").await.json();
    assert_eq!((&read["language"], &read["revisions_kept"]), (&json!("de"), &json!(20)));
}

#[tokio::test]
async fn an_organization_is_deleted_by_an_owner_who_types_its_address() {
    let world = world().await;
    let path = "/admin/harbor/settings/delete";
    world.as_admin().in_browser().form(path, &[("slug", "harbor")]).await.is(StatusCode::FORBIDDEN);
    let owner = world.as_owner().in_browser();
    owner.form(path, &[("slug", "harbour")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    owner.get("/admin/harbor/settings").await.is(StatusCode::OK);
    owner.form(path, &[("slug", "harbor")]).await.is(StatusCode::SEE_OTHER);
    owner.get("/admin/harbor/settings").await.is(StatusCode::NOT_FOUND);
    world.as_owner().get("/api/v1/organization").await.is(StatusCode::UNAUTHORIZED);
    assert_eq!(world.as_rival_owner().get("/api/v1/members").await.is(StatusCode::OK).json()["page"]["total"], 4);
}

#[tokio::test]
async fn a_key_is_shown_once_kept_as_a_hash_and_opens_its_own_organization() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let form = [("name", "Build server"), ("role", "MEMBER")];
    let page = admin.form("/admin/harbor/api-keys", &form).await.is(StatusCode::OK).text();
    let (_, rest) = page.split_once(">cp_").expect("the key is shown");
    let key = format!("cp_{}", rest.split('<').next().unwrap());
    let again = admin.get("/admin/harbor/api-keys").await.is(StatusCode::OK).text();
    assert!(again.contains("Build server") && !again.contains(&key));
    let sql = "SELECT EXISTS (SELECT FROM app.api_keys k WHERE k::text LIKE '%' || $1 || '%'),
                      EXISTS (SELECT FROM app.api_keys WHERE token_hash = sha256($1::bytea))";
    let row =
        world.superuser().await.query_one(&sql.replace("$1::bytea", "convert_to($1, 'UTF8')"), &[&key]).await.unwrap();
    assert_eq!((row.get::<_, bool>(0), row.get::<_, bool>(1)), (false, true));

    let program = world.stranger().with("authorization", &format!("Bearer {key}"));
    assert_eq!(program.get("/api/v1/organization").await.is(StatusCode::OK).json()["slug"], "harbor");
    program.get("/api/v1/api-keys").await.is(StatusCode::FORBIDDEN);

    let listed = world.as_admin().get("/api/v1/api-keys").await.is(StatusCode::OK).json();
    let rows = listed["data"].as_array().unwrap();
    let row = rows.iter().find(|row| row["name"] == "Build server").unwrap();
    let path = format!("/api/v1/api-keys/{}", row["id"].as_str().unwrap());
    world.as_rival_owner().delete(&path).await.is(StatusCode::NOT_FOUND);
    world.as_member().delete(&path).await.is(StatusCode::FORBIDDEN);
    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    program.get("/api/v1/organization").await.is(StatusCode::UNAUTHORIZED);
    world.as_admin().delete(&path).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_ends_in_time_and_never_stands_above_its_maker() {
    let world = world().await;
    let admin = world.as_admin();
    let above = json!({ "name": "Too much", "role": "OWNER" });
    admin.post("/api/v1/api-keys", above).await.is(StatusCode::FORBIDDEN);
    admin.delete("/api/v1/api-keys/key-harbor-owner").await.is(StatusCode::FORBIDDEN);
    let past = json!({ "name": "", "role": "BOSS", "expires_at": "2020-01-01T00:00:00Z" });
    let answer = admin.post("/api/v1/api-keys", past).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.errors().len(), 3);

    let short = json!({ "name": "Short", "role": "VIEWER", "expires_at": "2026-03-01T13:00:00Z" });
    let made = admin.post("/api/v1/api-keys", short).await.is(StatusCode::CREATED);
    let key = made.json()["key"].as_str().unwrap().to_owned();
    assert_eq!(made.location(), format!("/api/v1/api-keys/{}", made.id()));
    let program = world.stranger().with("authorization", &format!("Bearer {key}"));
    program.get("/api/v1/organization").await.is(StatusCode::OK);
    world.advance(SignedDuration::from_hours(1));
    program.get("/api/v1/organization").await.is(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_audit_log_tells_who_did_what() {
    let world = world().await;
    let invitation = json!({ "email": "a@example.com", "role": "MEMBER" });
    world.as_admin().post("/api/v1/invitations", invitation).await.is(StatusCode::CREATED);
    world
        .as_owner()
        .in_browser()
        .form("/admin/harbor/api-keys", &[("name", "Key"), ("role", "VIEWER")])
        .await
        .is(StatusCode::OK);
    let role = json!({ "role": "MEMBER" });
    world.as_owner().patch("/api/v1/members/membership-harbor-viewer", role).await.is(StatusCode::OK);

    let log = world.as_admin().get("/api/v1/audit-log").await.is(StatusCode::OK).json();
    let actions: Vec<_> =
        log["data"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["member.change_role", "api_key.create", "invitation.create"]);
    let keys = world.as_admin().get("/api/v1/audit-log?action=api_key.create").await.json();
    assert_eq!(keys["data"][0]["actor_name"], "Harbor Owner");
    let page = world.as_admin().in_browser().get("/admin/harbor/audit-log").await.is(StatusCode::OK).text();
    assert!(page.contains("Changed a member") && page.contains("a@example.com") && page.contains("VIEWER → MEMBER"));
    world.as_member().get("/api/v1/audit-log").await.is(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_sample_organization_is_made_once_and_nobody_elses_is_taken_for_it() {
    let world = world().await;
    let first = accounts::demo::seed(&world.app).await.unwrap();
    let second = accounts::demo::seed(&world.app).await.unwrap();
    assert_eq!((first.user_id, &first.password), (second.user_id, &second.password));
    let fields = [("email", first.email), ("password", first.password.as_deref().unwrap())];
    world.stranger().in_browser().form("/admin/sign-in", &fields).await.is(StatusCode::SEE_OTHER);

    world.superuser().await.batch_execute("DELETE FROM users WHERE email = 'demo@example.org'").await.unwrap();
    accounts::demo::seed(&world.app).await.unwrap_err();
}

#[tokio::test]
async fn the_sample_password_that_everybody_knows_ends_when_others_reach_the_program() {
    let world = world().await;
    let known = accounts::demo::seed(&world.app).await.unwrap().password.unwrap();
    let fields = [("email", accounts::demo::EMAIL), ("password", known.as_str())];
    let signed_in = world.stranger().in_browser().form("/admin/sign-in", &fields).await.is(StatusCode::SEE_OTHER);
    let browser = browser(&world, &cookie(&signed_in));
    assert_eq!(accounts::demo::retire_known_password(&world.app).await.unwrap(), None);
    browser.get("/admin/demo/content").await.is(StatusCode::OK);

    let mut settings = world.app.settings.clone();
    settings.public_url = "https://cms.example.org".to_owned();
    let (database, clock) = (world.app.database.clone(), world.app.clock.clone());
    let public = App::new(database, clock, settings, world.app.secret_key.clone());
    let shown = accounts::demo::seed(&public).await.unwrap().password.expect("the new password is shown");
    assert_ne!(shown, known);
    browser.get("/admin/demo/content").await.is(StatusCode::SEE_OTHER);
    world.stranger().in_browser().form("/admin/sign-in", &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("email", accounts::demo::EMAIL), ("password", shown.as_str())];
    world.stranger().in_browser().form("/admin/sign-in", &fields).await.is(StatusCode::SEE_OTHER);
    assert_eq!(accounts::demo::retire_known_password(&public).await.unwrap(), None);
    assert_eq!(accounts::demo::seed(&public).await.unwrap().password, None);
}

#[tokio::test]
async fn the_operator_s_key_needs_somebody_to_act_for() {
    let world = world().await;
    let app = &world.app;
    accounts::commands::create_organization(app, "Bench", None).await.unwrap();
    let make = async |ghost| accounts::commands::create_api_key(app, "bench", Role::Admin, "Key", ghost).await;
    let refusal = make(false).await.unwrap_err().to_string();
    assert!(refusal.contains("contentpilot user create --org bench"), "{refusal}");
    make(true).await.unwrap();

    let new =
        NewUser { email: "bo@example.com", name: "Bo", password: None, membership: Some(("bench", Role::Member)) };
    accounts::commands::create_user(app, &new).await.unwrap();
    let program = world.stranger().with("authorization", &format!("Bearer {}", make(false).await.unwrap()));
    program.get("/api/v1/members").await.is(StatusCode::OK);
}

#[tokio::test]
async fn the_operator_lets_somebody_with_an_account_join_another_organization() {
    let world = world().await;
    let app = &world.app;
    for name in ["One", "Two"] {
        accounts::commands::create_organization(app, name, None).await.unwrap();
    }
    let bo = |slug, password| NewUser {
        email: "bo@example.com",
        name: "Bo",
        password,
        membership: Some((slug, Role::Member)),
    };
    let create = async |new: NewUser<'_>| accounts::commands::create_user(app, &new).await;
    let first = create(bo("one", None)).await.unwrap();
    assert!(create(bo("two", Some("another long password"))).await.is_err(), "it would be another than theirs");
    assert_eq!(create(bo("two", None)).await.unwrap(), first, "with the account there is");
    assert!(matches!(create(bo("two", None)).await, Err(kernel::Error::Invalid(_))), "a member already");
}
