//! The calendar: what happens on which day, for whom, in the organization's zone, and moved to another.

use http::StatusCode;
use jiff::SignedDuration;
use kernel::access::Role;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Side;

use crate::world;

async fn draft(world: &World, title: &str) -> String {
    world.as_member().post("/api/v1/content", json!({ "title": title })).await.is(StatusCode::CREATED).id()
}

async fn schedule(world: &World, id: &str, at: &str) {
    let body = json!({ "scheduled_for": at });
    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), body).await.is(StatusCode::OK);
}

async fn entries(world: &World, query: &str) -> Vec<(String, String, String)> {
    let answer = world.as_admin().get(&format!("/api/v1/calendar?{query}")).await.is(StatusCode::OK).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let entries = answer["data"].as_array().unwrap().iter();
    entries.map(|entry| (text(&entry["title"]), text(&entry["event"]), text(&entry["at"]))).collect()
}

async fn publication(world: &World, id: &str) -> String {
    let item = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.is(StatusCode::OK).json();
    item["scheduled_for"].as_str().unwrap_or_default().to_owned()
}

async fn in_zone(world: &World, zone: &str) {
    world.as_admin().patch("/api/v1/organization", json!({ "timezone": zone })).await.is(StatusCode::OK);
}

#[tokio::test]
async fn what_happens_in_a_stretch_is_told_in_order() {
    let world = world().await;
    let (soon, gone) = (draft(&world, "Soon").await, draft(&world, "Gone").await);
    schedule(&world, &soon, "2026-03-05T09:00:00Z").await;
    world.as_admin().post(&format!("/api/v1/content/{gone}/publish"), json!({})).await.is(StatusCode::OK);
    let end = json!({ "expires_at": "2026-03-20T18:00:00Z" });
    world.as_admin().patch(&format!("/api/v1/content/{gone}"), end).await.is(StatusCode::OK);
    let told = entries(&world, "from=2026-03-01&to=2026-03-31").await;
    let told: Vec<_> = told.iter().map(|(title, event, at)| (title.as_str(), event.as_str(), at.as_str())).collect();
    assert_eq!(
        told,
        [
            ("Gone", "published", "2026-03-01T12:00:00Z"),
            ("Soon", "scheduled", "2026-03-05T09:00:00Z"),
            ("Gone", "expires", "2026-03-20T18:00:00Z")
        ]
    );
    assert_eq!(entries(&world, "from=2026-03-05&to=2026-03-05&kind=content").await.len(), 1);
    assert_eq!(entries(&world, "from=2026-03-05T09:00:01Z&to=2026-03-06T00:00:00Z").await.len(), 0);
    assert!(entries(&world, "kind=release").await.is_empty());
    for odd in ["from=2026-03-05&to=2026-03-01", "from=soon", "from=2020-01-01&to=2026-01-01", "from=9999-01-01"] {
        world.as_viewer().get(&format!("/api/v1/calendar?{odd}")).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn emails_and_posts_are_for_those_who_manage_campaigns() {
    let world = world().await;
    let tx = world.tenant().await;
    let email = "INSERT INTO email_campaigns (organization_id, id, subject, from_name, from_email, status, scheduled_for, created_by)
                 VALUES ('org-harbor', 'email', 'Spring letter', 'Harbor', 'a@harbor.test', 'SCHEDULED', '2026-03-10', 'user-harbor-owner')";
    let post = "INSERT INTO social_media_posts (organization_id, id, content, status, scheduled_for, created_by)
                VALUES ('org-harbor', 'post', 'Spring is here', 'SCHEDULED', '2026-03-11', 'user-harbor-owner')";
    tx.execute(email, &[]).await.unwrap();
    tx.execute(post, &[]).await.unwrap();
    tx.commit().await.unwrap();
    for (role, sees) in [(Role::Member, false), (Role::Admin, true)] {
        let client = world.client(Side::Harbor, role);
        let answer = client.get("/api/v1/calendar").await.is(StatusCode::OK).text();
        let page = client.in_browser().get("/admin/harbor/calendar").await.is(StatusCode::OK).text();
        for text in [answer, page] {
            assert_eq!(text.contains("/calendar/emails/email"), sees && text.contains("<html"), "{role}");
            assert_eq!(text.contains("Spring letter") && text.contains("Spring is here"), sees, "{role}");
        }
    }
}

#[tokio::test]
async fn days_are_those_of_the_organizations_zone() {
    let world = world().await;
    in_zone(&world, "Pacific/Auckland").await;
    let id = draft(&world, "Across midnight").await;
    schedule(&world, &id, "2026-03-04T11:30:00Z").await;
    assert_eq!(entries(&world, "from=2026-03-05&to=2026-03-05").await.len(), 1, "it is half past midnight there");
    assert!(entries(&world, "from=2026-03-04&to=2026-03-04").await.is_empty());
    let viewer = world.as_viewer().in_browser();
    let agenda = viewer.get("/admin/harbor/calendar?view=agenda&date=2026-03-01").await.is(StatusCode::OK).text();
    assert!(agenda.contains("Thursday, 5 March 2026") && agenda.contains("00:30"), "{agenda}");
    assert!(agenda.contains("Pacific/Auckland") && !agenda.contains("data-move="), "a viewer moves nothing");
    for view in ["month", "week", "agenda", "odd"] {
        for date in ["2026-03-29", "9999-12-31", "", "x"] {
            viewer.get(&format!("/admin/harbor/calendar?view={view}&date={date}&kind=x")).await.is(StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn an_entry_keeps_its_hour_when_it_is_moved_to_another_day_and_the_move_is_undone() {
    let world = world().await;
    in_zone(&world, "Europe/Berlin").await;
    let id = draft(&world, "Spring forward").await;
    schedule(&world, &id, "2026-03-27T08:30:00Z").await;
    let admin = world.as_admin().in_browser();
    let address = format!("/admin/harbor/calendar/content/{id}");
    let asked = admin.get(&format!("{address}?back=view%3Dweek%26date%3D2026-03-27")).await.is(StatusCode::OK).text();
    assert!(asked.contains("2026-03-27T09:30") && asked.contains("view=week&#38;date=2026-03-27"), "{asked}");

    let fields = [("day", "2026-03-30"), ("event", "scheduled"), ("back", "view=week&date=2026-03-30&kind=content")];
    let moved = admin.form(&address, &fields).await.is(StatusCode::SEE_OTHER);
    assert_eq!(moved.location(), "/admin/harbor/calendar?view=week&date=2026-03-30&kind=content");
    assert_eq!(publication(&world, &id).await, "2026-03-30T07:30:00Z", "half past nine in summer time too");
    let undo = format!("{address}?event=scheduled&at=2026-03-27T08%3A30%3A00Z&back=view%3Dmonth");
    admin.form(&undo, &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(publication(&world, &id).await, "2026-03-27T08:30:00Z");

    let gap = admin.form(&address, &[("at", "2026-03-29T02:15")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(publication(&world, &id).await, "2026-03-29T01:00:00Z", "the clocks leave that hour out");
    assert!(gap.header("set-cookie").contains("flash="));
    for (name, odd) in [("day", "2026-02-01"), ("at", "2026-02-01T09:00"), ("at", "soon"), ("day", "soon")] {
        let refused = admin.form(&address, &[(name, odd)]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("field-error"), "{name}={odd}");
    }
    world.as_member().in_browser().form(&address, &fields).await.is(StatusCode::FORBIDDEN);
    world.as_rival_owner().in_browser().form(&address, &fields).await.is(StatusCode::NOT_FOUND);
    let elsewhere = [("day", "2026-04-02"), ("back", "https://elsewhere.test/")];
    let safe = admin.form(&address, &elsewhere).await.is(StatusCode::SEE_OTHER);
    assert!(safe.location().starts_with("/admin/harbor/calendar?view=month&date="), "{}", safe.location());
}

/// A published item with draft changes that go live at a time.
async fn with_changes(world: &World, title: &str, at: &str) -> String {
    let id = draft(world, title).await;
    let path = format!("/api/v1/content/{id}");
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    world.as_member().patch(&format!("{path}/changes"), json!({ "excerpt": "Newer" })).await.is(StatusCode::OK);
    let body = json!({ "scheduled_for": at });
    world.as_admin().post(&format!("{path}/changes/publish"), body).await.is(StatusCode::OK);
    id
}

#[tokio::test]
async fn draft_changes_stand_at_their_time_and_are_moved_like_everything_else() {
    let world = world().await;
    let id = with_changes(&world, "Prices", "2026-03-05T09:00:00Z").await;
    let told = entries(&world, "from=2026-03-02&to=2026-03-31").await;
    assert_eq!(told, [("Prices".into(), "changes".into(), "2026-03-05T09:00:00Z".into())]);
    let admin = world.as_admin().in_browser();
    let week = admin.get("/admin/harbor/calendar?view=week&date=2026-03-05").await.is(StatusCode::OK).text();
    assert!(week.contains(&format!("/content/{id}?of=changes")) && week.contains("Changes go live"), "{week}");
    let strip = admin.get("/admin/harbor").await.is(StatusCode::OK).text();
    assert!(strip.contains(&format!("/content/{id}?of=changes")), "{strip}");

    let address = format!("/admin/harbor/calendar/content/{id}");
    let asked = admin.get(&format!("{address}?event=changes")).await.is(StatusCode::OK).text();
    assert!(asked.contains("Changes go live at") && asked.contains("2026-03-05T09:00"), "{asked}");
    admin.form(&address, &[("event", "changes"), ("day", "2026-03-09")]).await.is(StatusCode::SEE_OTHER);
    let late = [("event", "changes"), ("day", "2026-02-09")];
    admin.form(&address, &late).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    world.as_member().in_browser().form(&address, &late).await.is(StatusCode::FORBIDDEN);
    world.advance(SignedDuration::from_hours(5 * 24));
    world.run_jobs().await;
    assert_eq!(world.as_viewer().get(&format!("/api/v1/content/{id}/changes")).await.json()["status"], "SCHEDULED");
    world.advance(SignedDuration::from_hours(3 * 24));
    world.run_jobs().await;
    world.as_viewer().get(&format!("/api/v1/content/{id}/changes")).await.is(StatusCode::NOT_FOUND);
    assert_eq!(world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json()["excerpt"], "Newer");
    admin.get(&format!("{address}?event=changes")).await.is(StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_post_that_waits_is_moved_by_those_who_manage_campaigns() {
    let world = world().await;
    let tx = world.tenant().await;
    let posts = "INSERT INTO social_media_posts (organization_id, id, content, status, scheduled_for, published_at, created_by)
                 VALUES ('org-harbor', 'waiting', 'Spring is here', 'SCHEDULED', '2026-03-11T08:15:00Z', NULL, 'user-harbor-owner'),
                        ('org-harbor', 'gone', 'Winter was here', 'PUBLISHED', '2026-03-04', '2026-03-04', 'user-harbor-owner')";
    tx.execute(posts, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let admin = world.as_admin().in_browser();
    let month = admin.get("/admin/harbor/calendar").await.is(StatusCode::OK).text();
    assert!(month.contains("data-move=\"/admin/harbor/calendar/posts/waiting\""), "{month}");
    assert!(!month.contains("calendar/posts/gone") && !month.contains("/admin/harbor/posts/"));
    let address = "/admin/harbor/calendar/posts/waiting";
    let asked = admin.get(address).await.is(StatusCode::OK).text();
    assert!(asked.contains("Goes out at") && asked.contains("2026-03-11T08:15"), "{asked}");
    admin.form(address, &[("day", "2026-03-20")]).await.is(StatusCode::SEE_OTHER);
    let moved = entries(&world, "from=2026-03-20&to=2026-03-20").await;
    assert_eq!(moved, [("Spring is here".into(), "scheduled".into(), "2026-03-20T08:15:00Z".into())]);
    admin.form(address, &[("day", "2026-02-20")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let gone = "/admin/harbor/calendar/posts/gone";
    admin.form(gone, &[("day", "2026-03-20")]).await.is(StatusCode::CONFLICT);
    world.as_member().in_browser().form(address, &[("day", "2026-03-21")]).await.is(StatusCode::FORBIDDEN);
    world.as_rival_owner().in_browser().form(address, &[("day", "2026-03-21")]).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_end_of_an_item_is_moved_and_kept_at_its_new_time() {
    let world = world().await;
    let id = draft(&world, "Limited").await;
    let path = format!("/api/v1/content/{id}");
    world.as_admin().patch(&path, json!({ "expires_at": "2026-03-10T10:00:00Z" })).await.is(StatusCode::OK);
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    let address = format!("/admin/harbor/calendar/content/{id}");
    let admin = world.as_admin().in_browser();
    let fields = [("event", "expires"), ("day", "2026-03-20")];
    admin.form(&address, &fields).await.is(StatusCode::SEE_OTHER);
    admin.form(&address, &[("event", "scheduled"), ("day", "2026-04-20")]).await.is(StatusCode::CONFLICT);
    world.advance(SignedDuration::from_hours(15 * 24));
    world.run_jobs().await;
    assert_eq!(world.as_viewer().get(&path).await.json()["status"], "PUBLISHED");
    world.advance(SignedDuration::from_hours(5 * 24));
    world.run_jobs().await;
    assert_eq!(world.as_viewer().get(&path).await.json()["status"], "ARCHIVED");
}

#[tokio::test]
async fn a_day_of_the_calendar_begins_an_article_that_is_published_on_it() {
    let world = world().await;
    in_zone(&world, "America/New_York").await;
    let admin = world.as_admin().in_browser();
    let month = admin.get("/admin/harbor/calendar?date=2026-03-01").await.is(StatusCode::OK).text();
    assert!(month.contains("/content/new?day=2026-03-17") && !month.contains("/content/new?day=2026-02-28"));
    assert!(!world.as_member().in_browser().get("/admin/harbor/calendar").await.text().contains("/content/new?day="));
    let form = admin.get("/admin/harbor/content/new?day=2026-03-17").await.is(StatusCode::OK).text();
    assert!(form.contains("2026-03-17T09:00"), "{form}");
    for odd in ["2026-02-28", "never", "9999-12-31T00", "-9999-01-01", "9999-12-31"] {
        admin.get(&format!("/admin/harbor/content/new?day={odd}")).await.is(StatusCode::OK);
    }
    let fields = [
        ("title", "St Patrick"),
        ("content", "<p>Green</p>"),
        ("scheduled_for", "2026-03-17T09:00"),
        ("then", "schedule"),
    ];
    let made = admin.form("/admin/harbor/content", &fields).await.is(StatusCode::SEE_OTHER);
    let id = made.location().rsplit('/').next().unwrap().to_owned();
    let item = world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json();
    assert_eq!((&item["status"], &item["scheduled_for"]), (&json!("SCHEDULED"), &json!("2026-03-17T13:00:00Z")));
    let late = [("title", "Too late"), ("scheduled_for", "2026-02-17T09:00"), ("then", "schedule")];
    let refused = admin.form("/admin/harbor/content", &late).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains("Too late") && refused.contains("This time has passed"), "{refused}");
}

#[tokio::test]
async fn campaigns_begin_and_end_in_the_calendar_and_are_moved_there() {
    let world = world().await;
    let values = json!({ "name": "Spring", "type": "CONTENT_MARKETING", "start_date": "2026-03-10T08:00:00Z", "end_date": "2026-03-20T18:00:00Z" });
    let id = world.as_admin().post("/api/v1/campaigns", values).await.is(StatusCode::CREATED).id();
    let entries = world.as_admin().get("/api/v1/calendar?kind=campaign").await.is(StatusCode::OK).json();
    let events: Vec<_> = entries["data"].as_array().unwrap().iter().map(|one| one["event"].clone()).collect();
    assert_eq!(events, [json!("scheduled"), json!("expires")]);
    assert_eq!(world.as_member().get("/api/v1/calendar?kind=campaign").await.json()["data"], json!([]));

    let move_to = async |event: &str, day: &str| {
        let address = format!("/admin/harbor/calendar/campaigns/{id}");
        let form = [("event", event), ("day", day), ("at", ""), ("back", "")];
        world.as_admin().in_browser().form(&address, &form).await
    };
    move_to("expires", "2026-03-25").await.is(StatusCode::SEE_OTHER);
    move_to("scheduled", "2026-03-12").await.is(StatusCode::SEE_OTHER);
    let refused = move_to("scheduled", "2026-03-30").await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains("The end lies before the start"), "{refused}");
    let path = format!("/api/v1/campaigns/{id}");
    let campaign = world.as_admin().get(&path).await.json();
    assert_eq!(
        (&campaign["start_date"], &campaign["end_date"]),
        (&json!("2026-03-12T08:00:00Z"), &json!("2026-03-25T18:00:00Z"))
    );
    world.as_admin().post(&format!("{path}/start"), ()).await.is(StatusCode::OK);
    move_to("scheduled", "2026-03-11").await.is(StatusCode::CONFLICT);
    world.as_admin().post(&format!("{path}/cancel"), ()).await.is(StatusCode::OK);
    assert_eq!(world.as_admin().get("/api/v1/calendar?kind=campaign").await.json()["data"], json!([]));
}
