//! What belongs to a campaign: its content in roles and order, what was spent on it, and the templates made of it.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::World;

use crate::campaigns::{campaign, read};
use crate::content_life::draft;
use crate::world;

async fn item(world: &World, title: &str) -> String {
    draft(world, json!({ "title": title })).await
}

async fn titles(world: &World, id: &str) -> Vec<String> {
    let list = world.as_admin().get(&format!("/api/v1/campaigns/{id}/content")).await.is(StatusCode::OK).json();
    list["data"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn content_is_attached_with_a_role_put_in_order_and_taken_out() {
    let world = world().await;
    let id = campaign(&world, "Spring", json!({ "goal_type": "published_content", "goal_value": 2 })).await;
    let path = format!("/api/v1/campaigns/{id}/content");
    let (ropes, sails, oars) = (item(&world, "Ropes").await, item(&world, "Sails").await, item(&world, "Oars").await);
    let attached =
        world.as_admin().post(&path, json!({ "content_id": ropes, "role": "featured", "priority": 5 })).await;
    let attached = attached.is(StatusCode::CREATED);
    assert_eq!(attached.location(), format!("{path}/{ropes}"));
    assert_eq!((&attached.json()["role"], &attached.json()["status"]), (&json!("featured"), &json!("DRAFT")));
    world.as_admin().post(&path, json!({ "content_id": sails })).await.is(StatusCode::CREATED);
    world
        .as_admin()
        .post(&path, json!({ "content_id": oars, "role": "landing-page", "priority": 9 }))
        .await
        .is(StatusCode::CREATED);
    assert_eq!(titles(&world, &id).await, ["Oars", "Ropes", "Sails"]);

    let twice = world.as_admin().post(&path, json!({ "content_id": sails })).await.is(StatusCode::CONFLICT);
    assert_eq!(twice.errors(), [("content_id".into(), "taken".into())]);
    for (body, field, code) in [
        (json!({}), "content_id", "required"),
        (json!({ "content_id": "rival-item" }), "content_id", "unknown"),
        (json!({ "content_id": sails, "priority": -1 }), "priority", "out_of_range"),
        (json!({ "content_id": sails, "role": "hero" }), "role", "unknown_value"),
    ] {
        let refused = world.as_admin().post(&path, body).await.is(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.errors(), [(field.to_owned(), code.to_owned())]);
    }

    let changed =
        world.as_admin().patch(&format!("{path}/{sails}"), json!({ "role": "featured", "priority": 20 })).await;
    assert_eq!(changed.is(StatusCode::OK).json()["role"], "featured");
    assert_eq!(titles(&world, &id).await, ["Sails", "Oars", "Ropes"]);
    let order = format!("/api/v1/campaigns/{id}/content-order");
    world.as_admin().post(&order, json!({ "ids": [ropes, oars, sails] })).await.is(StatusCode::NO_CONTENT);
    assert_eq!(titles(&world, &id).await, ["Ropes", "Oars", "Sails"]);
    world.as_admin().post(&order, json!({ "ids": [ropes, ropes, sails] })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let first = world.as_admin().get(&format!("{path}?limit=2")).await.json();
    let next = first["page"]["next"].as_str().unwrap();
    let second = world.as_admin().get(&format!("{path}?limit=2&cursor={next}")).await.is(StatusCode::OK).json();
    assert_eq!((&second["data"][0]["title"], &second["page"]["total"]), (&json!("Sails"), &json!(3)));

    world.as_admin().post(&format!("/api/v1/content/{ropes}/publish"), ()).await.is(StatusCode::OK);
    let campaign = read(&world, &id).await;
    assert_eq!((&campaign["content_count"], &campaign["published_count"]), (&json!(3), &json!(1)));
    assert_eq!(campaign["goal_progress"], 50.0);
    let of_item = world.as_admin().get(&format!("/api/v1/campaigns?content_id={ropes}")).await.json();
    assert_eq!((&of_item["page"]["total"], &of_item["data"][0]["id"]), (&json!(1), &json!(id)));

    let copy =
        world.as_admin().post(&format!("/api/v1/campaigns/{id}/duplicate"), ()).await.is(StatusCode::CREATED).id();
    assert_eq!(titles(&world, &copy).await, ["Ropes", "Oars", "Sails"]);

    world.as_rival_admin().delete(&format!("{path}/{oars}")).await.is(StatusCode::NOT_FOUND);
    world.as_admin().delete(&format!("{path}/{oars}")).await.is(StatusCode::NO_CONTENT);
    world.as_admin().delete(&format!("{path}/{oars}")).await.is(StatusCode::NOT_FOUND);
    world.as_admin().get(&format!("/api/v1/content/{oars}")).await.is(StatusCode::OK);
    assert_eq!(titles(&world, &id).await, ["Ropes", "Sails"]);
    world.as_admin().delete(&format!("/api/v1/content/{sails}")).await.is(StatusCode::NO_CONTENT);
    assert_eq!(titles(&world, &id).await, ["Ropes"]);
    world.as_admin().post(&format!("/api/v1/content/bin/{sails}/restore"), ()).await.is(StatusCode::OK);
    assert_eq!(titles(&world, &id).await, ["Ropes", "Sails"], "what comes back from the bin is in its campaigns again");
}

#[tokio::test]
async fn what_is_spent_is_the_sum_of_dated_and_attributed_entries() {
    let world = world().await;
    let id = campaign(&world, "Spring", json!({ "budget": "100", "timezone": "Pacific/Auckland" })).await;
    let path = format!("/api/v1/campaigns/{id}/spend");
    let first = json!({ "amount": "40.25", "spent_on": "2026-02-20", "purpose": " Posters " });
    let first = world.as_admin().post(&path, first).await.is(StatusCode::CREATED);
    let entry = first.json();
    assert_eq!((&entry["amount"], &entry["purpose"]), (&json!("40.25"), &json!("Posters")));
    assert_eq!(
        (&entry["created_by_name"], first.location()),
        (&json!("Harbor Admin"), format!("{path}/{}", first.id()).as_str())
    );
    let today =
        world.as_owner().post(&path, json!({ "amount": 80, "purpose": "Radio" })).await.is(StatusCode::CREATED).json();
    // At noon in UTC the next day has begun in Auckland.
    assert_eq!((&today["spent_on"], &today["created_by_name"]), (&json!("2026-03-02"), &json!("Harbor Owner")));
    assert_eq!(read(&world, &id).await["spend"], "120.25");

    for (body, expected) in [
        (json!({ "amount": "0", "purpose": "Nothing" }), vec!["amount"]),
        (json!({ "amount": "-5", "purpose": "Back" }), vec!["amount"]),
        (json!({ "amount": "1.005", "spent_on": "2026-02-30" }), vec!["amount", "purpose", "spent_on"]),
        (json!({ "amount": "9999999999.99", "purpose": "Moon" }), vec!["amount"]),
    ] {
        let refused = world.as_admin().post(&path, body).await.is(StatusCode::UNPROCESSABLE_ENTITY);
        let mut fields: Vec<String> = refused.errors().into_iter().map(|(field, _)| field).collect();
        fields.sort();
        assert_eq!(fields, expected);
    }
    let list = world.as_admin().get(&format!("{path}?limit=1")).await.is(StatusCode::OK).json();
    assert_eq!((&list["data"][0]["purpose"], &list["page"]["total"]), (&json!("Radio"), &json!(2)));
    let next = list["page"]["next"].as_str().unwrap();
    let list = world.as_admin().get(&format!("{path}?limit=1&cursor={next}")).await.is(StatusCode::OK).json();
    assert_eq!((&list["data"][0]["purpose"], &list["page"]["next"]), (&json!("Posters"), &Value::Null));

    let version = read(&world, &id).await["version"].clone();
    let one = format!("{path}/{}", entry["id"].as_str().unwrap());
    world.as_rival_admin().delete(&one).await.is(StatusCode::NOT_FOUND);
    world.as_admin().delete(&one).await.is(StatusCode::NO_CONTENT);
    let campaign = read(&world, &id).await;
    assert_eq!(
        (&campaign["spend"], &campaign["version"]),
        (&json!("80.00"), &version),
        "an entry is no edit of the campaign"
    );
    let typed = world.as_admin().patch(&format!("/api/v1/campaigns/{id}"), json!({ "spend": "1" })).await;
    assert_eq!(typed.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [("spend".into(), "unknown_field".into())]);
    world.as_admin().delete(&format!("/api/v1/campaigns/{id}")).await.is(StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_template_repeats_a_campaign() {
    let world = world().await;
    let values = json!({ "description": "Every month", "start_date": "2026-03-01", "end_date": "2026-03-10", "timezone": "Europe/Berlin",
        "budget": "300", "goal_type": "impressions", "goal_value": "1000" });
    let id = campaign(&world, "Newsletter month", values).await;
    let path = format!("/api/v1/campaigns/{id}/template");
    let saved = world.as_admin().post(&path, json!({ "name": "Monthly" })).await.is(StatusCode::CREATED);
    let template = saved.json();
    assert_eq!(
        (&template["name"], &template["days"], &template["budget"]),
        (&json!("Monthly"), &json!(10), &json!("300.00"))
    );
    let taken = world.as_admin().post(&path, json!({ "name": "Monthly" })).await.is(StatusCode::CONFLICT);
    assert_eq!(taken.errors(), [("name".into(), "taken".into())]);
    assert_eq!(
        world.as_admin().post(&path, json!({})).await.is(StatusCode::CREATED).json()["name"],
        "Newsletter month"
    );
    let list = world.as_admin().get("/api/v1/campaign-templates?limit=1").await.is(StatusCode::OK).json();
    assert_eq!((&list["data"][0]["name"], &list["page"]["total"]), (&json!("Monthly"), &json!(2)));

    let one = saved.location().to_owned();
    let begun = json!({ "name": "April", "start_date": "2026-04-01" });
    let begun = world.as_admin().post(&format!("{one}/start"), begun).await.is(StatusCode::CREATED).json();
    assert_eq!(
        (&begun["start_date"], &begun["end_date"]),
        (&json!("2026-03-31T22:00:00Z"), &json!("2026-04-10T21:59:00Z"))
    );
    assert_eq!(
        (&begun["status"], &begun["goal_value"], &begun["description"]),
        (&json!("DRAFT"), &json!("1000.00"), &json!("Every month"))
    );
    let plain = world.as_admin().post(&format!("{one}/start"), json!({})).await.is(StatusCode::CREATED).json();
    assert_eq!((&plain["name"], &plain["start_date"]), (&json!("Monthly"), &Value::Null));
    let refused = world.as_admin().post(&format!("{one}/start"), json!({ "start_date": "soon" })).await;
    assert_eq!(refused.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [("start_date".into(), "not_a_time".into())]);

    world.as_rival_admin().get(&one).await.is(StatusCode::NOT_FOUND);
    world.as_admin().delete(&one).await.is(StatusCode::NO_CONTENT);
    world.as_admin().get(&one).await.is(StatusCode::NOT_FOUND);
    assert_eq!(read(&world, begun["id"].as_str().unwrap()).await["name"], "April");
}
