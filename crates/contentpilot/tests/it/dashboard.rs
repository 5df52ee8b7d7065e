//! The dashboard: counted truly, and different for everybody.

use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::json;
use testkit::World;
use testkit::world::Client;

use crate::world;

async fn draft(world: &World, title: &str) -> String {
    world.as_member().post("/api/v1/content", json!({ "title": title })).await.is(StatusCode::CREATED).id()
}

async fn dashboard(client: Client<'_>) -> String {
    client.in_browser().get("/admin/harbor").await.is(StatusCode::OK).text()
}

/// The number on the card of this label, and what stands below it.
fn card(page: &str, label: &str) -> (String, String) {
    let document = scraper::Html::parse_document(page);
    let select = |css: &str| scraper::Selector::parse(css).unwrap();
    let text = |element: scraper::ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
    for card in document.select(&select(".number")) {
        let part = |css: &str| card.select(&select(css)).next().map(text).unwrap_or_default();
        if part(".number-label") == label {
            return (part(".number-value"), part(".number-note"));
        }
    }
    panic!("no card {label}: {page}");
}

#[tokio::test]
async fn cards_count_what_is_there_and_compare_thirty_days_with_those_before() {
    let world = world().await;
    for title in ["Old one", "Old two"] {
        let id = draft(&world, title).await;
        world.as_admin().post(&format!("/api/v1/content/{id}/publish"), json!({})).await.is(StatusCode::OK);
    }
    world.advance(SignedDuration::from_hours(40 * 24));
    let (public, review, scheduled) =
        (draft(&world, "New").await, draft(&world, "Reviewed").await, draft(&world, "Later").await);
    draft(&world, "Draft").await;
    let post = async |path: String, body| world.as_admin().post(&path, body).await.is(StatusCode::OK);
    post(format!("/api/v1/content/{public}/publish"), json!({})).await;
    post(format!("/api/v1/content/{review}/submit"), json!({})).await;
    let at = (world.now() + SignedDuration::from_hours(50)).to_string();
    post(format!("/api/v1/content/{scheduled}/publish"), json!({ "scheduled_for": at })).await;
    let page = dashboard(world.as_owner()).await;
    assert_eq!(card(&page, "Published"), ("3".into(), "1 in 30 days, 2 in the 30 before".into()));
    assert_eq!(card(&page, "Drafts").0, "1");
    assert_eq!(card(&page, "Awaiting review").0, "1");
    assert_eq!(card(&page, "Scheduled"), ("1".into(), "Next: 12 Apr, 14:00".into()));
    assert!(page.contains("strip-entry") && page.contains("Later"), "{page}");
    assert!(!page.contains("Subscribers") && !page.contains("Active campaigns"), "there are none to count");
}

#[tokio::test]
async fn subscribers_and_campaigns_are_counted_once_there_are_any_for_those_who_manage_them() {
    let world = world().await;
    world.as_admin().post("/api/v1/contacts", json!({ "email": "ada@example.org" })).await;
    let tx = world.tenant().await;
    let sql = "INSERT INTO campaigns (organization_id, id, name, type, status, end_date, created_by)
               VALUES ('org-harbor', 'spring', 'Spring sale', 'CONTENT_MARKETING', 'ACTIVE', '2026-04-01', 'user-harbor-owner')";
    tx.execute(sql, &[]).await.unwrap();
    let count = tx.one("SELECT count(*) AS count FROM app.contacts WHERE status = 'subscribed'", &[]).await.unwrap();
    let subscribers = count.get::<_, i64>("count").to_string();
    tx.commit().await.unwrap();
    let page = dashboard(world.as_admin()).await;
    assert_eq!(card(&page, "Subscribers").0, subscribers);
    assert_eq!(card(&page, "Active campaigns").0, "1");
    assert!(page.contains("Running campaigns") && page.contains("Spring sale"));
    let page = dashboard(world.as_member()).await;
    assert!(!page.contains("Subscribers") && !page.contains("Spring sale"));
}

#[tokio::test]
async fn what_needs_somebody_is_theirs() {
    let world = world().await;
    let (named, open, back) =
        (draft(&world, "For the admin").await, draft(&world, "For anybody").await, draft(&world, "To mend").await);
    let submit = async |id: &str, body| {
        world.as_member().post(&format!("/api/v1/content/{id}/submit"), body).await.is(StatusCode::OK)
    };
    submit(&named, json!({ "assignee_id": "user-harbor-admin" })).await;
    submit(&open, json!({})).await;
    submit(&back, json!({})).await;
    let changes = json!({ "note": "Shorter, please." });
    world.as_owner().post(&format!("/api/v1/content/{back}/request-changes"), changes).await.is(StatusCode::OK);
    let asks = |title: &str| format!("to review “{title}”");

    let admin = dashboard(world.as_admin()).await;
    assert!(admin.contains(&asks("For the admin")) && admin.contains(&asks("For anybody")), "{admin}");
    let owner = dashboard(world.as_owner()).await;
    assert!(!owner.contains(&asks("For the admin")) && owner.contains(&asks("For anybody")));
    let member = dashboard(world.as_member()).await;
    assert!(member.contains("asks for changes to “To mend”") && !member.contains("to review “"), "{member}");
    assert!(dashboard(world.as_viewer()).await.contains("Nothing waits for you"));

    let comment = json!({ "comment": "Well said" });
    world.as_owner().post(&format!("/api/v1/content/{named}/publish"), json!({})).await.is(StatusCode::OK);
    world
        .stranger()
        .in_browser()
        .form("/s/harbor/for-the-admin/comments", &[("name", "Vic"), ("email", "v@example.org"), ("comment", "Hm")])
        .await;
    world.as_member().post(&format!("/api/v1/content/{named}/comments"), comment).await;
    let pending: i64 = world
        .tenant()
        .await
        .one("SELECT count(*) AS count FROM content_comments WHERE status = 'PENDING'", &[])
        .await
        .unwrap()
        .get("count");
    assert_eq!(dashboard(world.as_admin()).await.contains("for moderation"), pending > 0);
    assert!(!dashboard(world.as_member()).await.contains("for moderation"));
}

#[tokio::test]
async fn first_steps_are_found_done_and_put_away_by_each_for_themselves() {
    let world = world().await;
    let page = dashboard(world.as_owner()).await;
    assert!(page.contains("First steps") && page.contains("Invite somebody"), "{page}");
    let member = dashboard(world.as_member()).await;
    assert!(member.contains("Write a first draft") && !member.contains("Invite somebody"));
    draft(&world, "First").await;
    assert!(dashboard(world.as_member()).await.contains("1 of 2 done"));

    let owner = world.as_owner().in_browser();
    let away = owner.form("/admin/harbor/first-steps/dismiss", &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(away.location(), "/admin/harbor");
    assert!(!dashboard(world.as_owner()).await.contains("First steps"));
    assert!(dashboard(world.as_admin()).await.contains("First steps"));
    owner.form("/admin/harbor/first-steps/restore", &[]).await.is(StatusCode::SEE_OTHER);
    assert!(dashboard(world.as_owner()).await.contains("First steps"));
}
