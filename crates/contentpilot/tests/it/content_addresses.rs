//! Addresses that readers know: they lead on, whatever is written elsewhere.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::World;

use crate::content_life::draft;
use crate::world;

/// A public item that was at `/tides` and is at `/high-tides` now.
async fn moved(world: &World) {
    let id = draft(world, json!({ "title": "Tides" })).await;
    let path = format!("/api/v1/content/{id}");
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    world.as_admin().patch(&path, json!({ "slug": "high-tides" })).await.is(StatusCode::OK);
}

async fn leads_on(world: &World) {
    let answer = world.stranger().get("/s/harbor/tides").await.is(StatusCode::MOVED_PERMANENTLY);
    assert_eq!(answer.location(), "/s/harbor/high-tides");
}

#[tokio::test]
async fn a_draft_of_the_same_title_takes_no_address_that_leads_on() {
    let world = world().await;
    moved(&world).await;
    let item: Value = world.as_member().post("/api/v1/content", json!({ "title": "Tides" })).await.json();
    assert_eq!(item["slug"], "tides-2");
    leads_on(&world).await;
    // Nor does the next one take the number of an address that once was.
    let again: Value = world.as_member().post("/api/v1/content", json!({ "title": "Tides" })).await.json();
    assert_eq!(again["slug"], "tides-3");
}

#[tokio::test]
async fn an_address_that_somebody_chose_is_taken_over_when_it_goes_public_and_not_before() {
    let world = world().await;
    moved(&world).await;
    let id = draft(&world, json!({ "title": "Ebb", "slug": "tides" })).await;
    let path = format!("/api/v1/content/{id}");
    leads_on(&world).await;
    // A draft that moves through an address leaves it as it was.
    for slug in ["ebb", "tides"] {
        world.as_member().patch(&path, json!({ "slug": slug })).await.is(StatusCode::OK);
        leads_on(&world).await;
    }
    world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
    assert!(world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK).text().contains("Ebb"));
    world.as_admin().patch(&path, json!({ "slug": "ebb" })).await.is(StatusCode::OK);
    let answer = world.stranger().get("/s/harbor/tides").await.is(StatusCode::MOVED_PERMANENTLY);
    assert_eq!(answer.location(), "/s/harbor/ebb", "it leads to whoever was public there last");
}

#[tokio::test]
async fn titles_as_long_as_an_address_may_be_get_numbers_as_well() {
    let world = world().await;
    let title = "x".repeat(200);
    let mut slugs = std::collections::BTreeSet::new();
    for _ in 0..12 {
        let made =
            world.as_admin().post("/api/v1/content", json!({ "title": title })).await.is(StatusCode::CREATED).json();
        slugs.insert(made["slug"].as_str().unwrap().to_owned());
    }
    assert_eq!(slugs.len(), 12, "{slugs:?}");
    assert!(slugs.iter().all(|slug| slug.len() <= 200));
}

#[tokio::test]
async fn addresses_that_once_were_or_that_other_systems_wrote_lead_to_the_present_ones() {
    let world = world().await;
    let admin = world.as_admin();
    let category = admin.post("/api/v1/categories", json!({ "name": "News" })).await.is(StatusCode::CREATED).id();
    let item = json!({ "title": "High Tide", "category_id": category, "tags": ["Moon", "Decaf"] });
    let item = admin.post("/api/v1/content", item).await.is(StatusCode::CREATED).id();
    admin.post(&format!("/api/v1/content/{item}/publish"), ()).await.is(StatusCode::OK);
    let renamed = json!({ "slug": "novelties" });
    admin.patch(&format!("/api/v1/categories/{category}"), renamed).await.is(StatusCode::OK);
    let tags: Value = admin.get("/api/v1/tags").await.is(StatusCode::OK).json();
    let tag = |name: &str| {
        let tag = tags["data"].as_array().unwrap().iter().find(|tag| tag["name"] == name).unwrap();
        tag["id"].as_str().unwrap().to_owned()
    };
    admin.patch(&format!("/api/v1/tags/{}", tag("Moon")), json!({ "slug": "luna" })).await.is(StatusCode::OK);
    let merge = json!({ "into": tag("Moon") });
    admin.post(&format!("/api/v1/tags/{}/merge", tag("Decaf")), merge).await.is(StatusCode::OK);
    let visitor = world.stranger();
    for (old, new) in [
        ("category/news", "category/novelties"),
        ("category/sea/news/", "category/novelties"),
        ("category/novelties/", "category/novelties"),
        ("tag/moon", "tag/luna"),
        ("tag/decaf", "tag/luna"),
        ("high-tide/", "high-tide"),
        ("2019/03/28/high-tide/", "high-tide"),
        ("tides/High-Tide.html", "high-tide"),
        ("feed/", "feed.xml"),
        ("author/user-harbor-admin/", "author/user-harbor-admin"),
        ("author/somebody-of-before/high-tide/", "high-tide"),
        ("search/", "search"),
        ("search/?q=tide", "search?q=tide"),
    ] {
        let answer = visitor.get(&format!("/s/harbor/{old}")).await.is(StatusCode::MOVED_PERMANENTLY);
        assert_eq!(answer.location(), format!("/s/harbor/{new}"), "{old}");
        visitor.get(answer.location()).await.is(StatusCode::OK);
    }
    for nothing in [
        "low-tide/",
        "2019/03/28/low-tide/",
        "category/nothing",
        "category/novelties?page=99",
        "tag/nothing/",
        "search?q=tide&page=1001",
    ] {
        visitor.get(&format!("/s/harbor/{nothing}")).await.is(StatusCode::NOT_FOUND);
    }
    // Whoever is there now has the address, whatever it led to.
    admin.post("/api/v1/categories", json!({ "name": "News" })).await.is(StatusCode::CREATED);
    visitor.get("/s/harbor/category/news").await.is(StatusCode::OK);
}
