//! Campaigns through the API: made, found, changed, moved along, duplicated, deleted, and limited by the plan.

use campaigns::campaign::limits;
use http::StatusCode;
use serde_json::{Value, json};
use testkit::World;

use crate::world;

/// A campaign of this name.
pub async fn campaign(world: &World, name: &str, more: Value) -> String {
    let mut values = json!({ "name": name, "type": "CONTENT_MARKETING" });
    for (field, value) in more.as_object().unwrap() {
        values[field] = value.clone();
    }
    world.as_admin().post("/api/v1/campaigns", values).await.is(StatusCode::CREATED).id()
}

pub async fn read(world: &World, id: &str) -> Value {
    world.as_admin().get(&format!("/api/v1/campaigns/{id}")).await.is(StatusCode::OK).json()
}

#[tokio::test]
async fn a_campaign_is_made_changed_duplicated_and_deleted() {
    let world = world().await;
    let values = json!({ "name": " Spring sale ", "type": "PRODUCT_LAUNCH", "description": "Boats\nand ropes",
        "start_date": "2026-03-10", "end_date": "2026-03-31", "timezone": "Europe/Berlin", "budget": "1250.5",
        "goal_type": "clicks", "goal_value": 400 });
    let made = world.as_admin().post("/api/v1/campaigns", values).await.is(StatusCode::CREATED);
    let id = made.id();
    let path = format!("/api/v1/campaigns/{id}");
    assert_eq!((made.location(), made.header("etag")), (path.as_str(), "\"v1\""));
    let campaign = made.json();
    for (field, expected) in [
        ("name", json!("Spring sale")),
        ("status", json!("DRAFT")),
        ("start_date", json!("2026-03-09T23:00:00Z")),
        // The clocks went forward two days before.
        ("end_date", json!("2026-03-31T21:59:00Z")),
        ("budget", json!("1250.50")),
        ("goal_value", json!("400.00")),
        ("goal_progress", json!(0.0)),
        ("impressions", json!(0)),
        ("spend", json!("0.00")),
        ("not_measured", json!(["conversions", "revenue"])),
        ("created_by_name", json!("Harbor Admin")),
    ] {
        assert_eq!(campaign[field], expected, "{field}");
    }

    let wrong = json!({ "name": "", "type": "PARTY", "budget": "much", "end_date": "2026-01-01", "timezone": "Atlantis", "spend": "5" });
    let wrong = world.as_admin().patch(&path, wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let mut fields: Vec<String> = wrong.errors().into_iter().map(|(field, _)| field).collect();
    fields.sort();
    assert_eq!(fields, ["budget", "end_date", "name", "spend", "timezone", "type"]);

    let stale = world.as_admin().with("if-match", "\"v7\"").patch(&path, json!({ "name": "X" })).await;
    stale.is(StatusCode::PRECONDITION_FAILED);
    let change = json!({ "name": "Summer sale", "budget": null, "end_date": null });
    let changed = world.as_admin().with("if-match", "\"v1\"").patch(&path, change).await.is(StatusCode::OK);
    assert_eq!((changed.header("etag"), &changed.json()["budget"]), ("\"v2\"", &Value::Null));
    assert_eq!(changed.json()["start_date"], "2026-03-09T23:00:00Z", "what is left out stays");
    let tag = world.as_admin().get(&path).await.header("etag").to_owned();
    assert!(tag.starts_with("\"v2."), "{tag}");
    world.as_admin().with("if-none-match", &tag).get(&path).await.is(StatusCode::NOT_MODIFIED);
    let same = world.as_admin().with("if-match", &tag).patch(&path, json!({ "name": "Summer sale" })).await;
    assert_eq!(same.is(StatusCode::OK).header("etag"), "\"v2\"", "nothing changed");

    let copy = world.as_admin().post(&format!("{path}/duplicate"), ()).await.is(StatusCode::CREATED).json();
    assert_eq!(
        (&copy["name"], &copy["status"], &copy["goal_type"]),
        (&json!("Summer sale (copy)"), &json!("DRAFT"), &json!("clicks"))
    );
    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    world.as_admin().get(&path).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_legal_moves_are_made_and_a_refusal_names_them() {
    let world = world().await;
    let id = campaign(&world, "Spring", json!({})).await;
    let path = format!("/api/v1/campaigns/{id}");
    let post = async |step: &str| world.as_admin().post(&format!("{path}/{step}"), ()).await;

    let refused = post("complete").await.is(StatusCode::CONFLICT).json();
    let words = "This campaign is DRAFT, so it cannot be completed. Possible now: plan (PLANNING), start (ACTIVE), cancel (CANCELLED).";
    assert_eq!(refused["detail"], words);
    for (step, status) in [
        ("plan", "PLANNING"),
        ("revise", "DRAFT"),
        ("plan", "PLANNING"),
        ("start", "ACTIVE"),
        ("pause", "PAUSED"),
        ("resume", "ACTIVE"),
        ("complete", "COMPLETED"),
        ("reopen", "ACTIVE"),
        ("cancel", "CANCELLED"),
        ("reopen", "DRAFT"),
    ] {
        assert_eq!(post(step).await.is(StatusCode::OK).json()["status"], status, "{step}");
    }
    let stale = world.as_admin().with("if-match", "\"v1\"").post(&format!("{path}/start"), ()).await;
    stale.is(StatusCode::PRECONDITION_FAILED);

    // The status may be written like any other field, where a legal move leads there.
    let moved =
        world.as_admin().patch(&path, json!({ "name": "Autumn", "status": "ACTIVE" })).await.is(StatusCode::OK).json();
    assert_eq!((&moved["name"], &moved["status"]), (&json!("Autumn"), &json!("ACTIVE")));
    world.as_admin().patch(&path, json!({ "name": "Winter", "status": "DRAFT" })).await.is(StatusCode::CONFLICT);
    assert_eq!(read(&world, &id).await["name"], "Autumn", "all of it or nothing");
    let begun = campaign(&world, "At once", json!({ "status": "ACTIVE" })).await;
    assert_eq!(read(&world, &begun).await["status"], "ACTIVE");
    let refused = json!({ "name": "Done before it began", "type": "SOCIAL_MEDIA", "status": "COMPLETED" });
    world.as_admin().post("/api/v1/campaigns", refused).await.is(StatusCode::CONFLICT);

    let log = world.as_admin().get("/api/v1/audit-log?limit=100").await.is(StatusCode::OK).json();
    let moves = log["data"].as_array().unwrap().iter().filter(|entry| entry["action"] == "campaign.move").count();
    assert_eq!(moves, 12);
}

#[tokio::test]
async fn campaigns_are_found_filtered_and_sorted_page_by_page() {
    let world = world().await;
    for (name, more) in [
        ("Beta", json!({ "start_date": "2026-05-01" })),
        ("alpha", json!({ "description": "About ropes", "status": "ACTIVE" })),
        ("Gamma", json!({ "start_date": "2026-04-01", "type": "SEO_CAMPAIGN" })),
    ] {
        campaign(&world, name, more).await;
    }
    let list = async |query: &str| -> (Vec<String>, Value) {
        let answer = world.as_admin().get(&format!("/api/v1/campaigns?{query}")).await.is(StatusCode::OK).json();
        let name = |one: &Value| one["name"].as_str().unwrap().to_owned();
        (answer["data"].as_array().unwrap().iter().map(name).collect(), answer["page"].clone())
    };
    for (query, expected) in [
        ("sort=name", vec!["alpha", "Beta", "Gamma"]),
        ("sort=-name", vec!["Gamma", "Beta", "alpha"]),
        ("sort=start_date", vec!["Gamma", "Beta", "alpha"]),
        ("sort=-end_date&status=ACTIVE", vec!["alpha"]),
        ("q=ROPES", vec!["alpha"]),
        ("type=SEO_CAMPAIGN", vec!["Gamma"]),
        ("status=COMPLETED", vec![]),
    ] {
        assert_eq!(list(query).await.0, expected, "{query}");
    }
    for sort in ["name", "-start_date", "created_at"] {
        let (whole, _) = list(&format!("sort={sort}")).await;
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let after = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
            let (names, page) = list(&format!("sort={sort}&limit=1{after}")).await;
            assert_eq!(page["total"], 3);
            walked.extend(names);
            match page["next"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(walked, whole, "{sort}");
    }
    let cursor = list("sort=name&limit=1").await.1["next"].as_str().unwrap().to_owned();
    let other = world.as_admin().get(&format!("/api/v1/campaigns?sort=start_date&cursor={cursor}")).await;
    other.is(StatusCode::BAD_REQUEST);
    world.as_admin().get("/api/v1/campaigns?sort=budget").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    world.as_admin().get("/api/v1/campaigns?budget=5").await.is(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn campaigns_are_for_owners_and_admins_of_the_organization() {
    let world = world().await;
    let id = campaign(&world, "Ours", json!({})).await;
    let path = format!("/api/v1/campaigns/{id}");
    world.as_member().get("/api/v1/campaigns").await.is(StatusCode::FORBIDDEN);
    world.as_viewer().get(&path).await.is(StatusCode::FORBIDDEN);
    world.as_rival_admin().get(&path).await.is(StatusCode::NOT_FOUND);
    world.as_rival_admin().post(&format!("{path}/start"), ()).await.is(StatusCode::NOT_FOUND);
    world.as_rival_admin().delete(&path).await.is(StatusCode::NOT_FOUND);
    assert_eq!(read(&world, &id).await["status"], "DRAFT");
}

#[tokio::test]
async fn a_plan_allows_so_many_campaigns_a_month() {
    let world = world().await;
    let tx = world.tenant().await;
    limits::set_limit(&tx, Some(2), world.now()).await.unwrap();
    tx.commit().await.unwrap();
    let first = campaign(&world, "One", json!({})).await;
    campaign(&world, "Two", json!({})).await;
    let third = json!({ "name": "Three", "type": "SOCIAL_MEDIA" });
    let refused =
        world.as_admin().post("/api/v1/campaigns", third.clone()).await.is(StatusCode::PAYMENT_REQUIRED).json();
    assert!(refused["detail"].as_str().unwrap().contains("allows 2 campaigns a month, and this month has 2 already"));
    let copy = world.as_admin().post(&format!("/api/v1/campaigns/{first}/duplicate"), ()).await;
    copy.is(StatusCode::PAYMENT_REQUIRED);
    let template = world.as_admin().post(&format!("/api/v1/campaigns/{first}/template"), json!({})).await.id();
    let start = world.as_admin().post(&format!("/api/v1/campaign-templates/{template}/start"), json!({})).await;
    start.is(StatusCode::PAYMENT_REQUIRED);
    world.advance(jiff::SignedDuration::from_hours(31 * 24));
    world.as_admin().post("/api/v1/campaigns", third).await.is(StatusCode::CREATED);
}

#[tokio::test]
async fn the_same_key_makes_one_campaign() {
    let world = world().await;
    let values = json!({ "name": "Once", "type": "BRAND_AWARENESS" });
    let admin = || world.as_admin().with("idempotency-key", "campaign-once");
    let first = admin().post("/api/v1/campaigns", values.clone()).await.is(StatusCode::CREATED).id();
    let again = admin().post("/api/v1/campaigns", values).await.is(StatusCode::CREATED).id();
    assert_eq!(first, again);
}
