//! Preview links: a stranger reads what is not published, until the link ends or is taken back.

use http::StatusCode;
use jiff::SignedDuration;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;

use crate::content_life::draft;
use crate::world;

/// Makes a link as a member; its address and its id.
async fn link(world: &World, id: &str, request: Value) -> (String, String) {
    let made = world.as_member().post(&format!("/api/v1/content/{id}/previews"), request).await;
    let made = made.is(StatusCode::CREATED).json();
    let url = made["url"].as_str().unwrap();
    let path = &url[url.find("/s/harbor/preview/").unwrap()..];
    (path.to_owned(), made["id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_stranger_reads_the_saved_draft_and_nothing_keeps_it() {
    let world = world().await;
    let fields = json!({ "title": "Embargo", "content": "<p>Not yet public</p>", "excerpt": "Soon" });
    let id = draft(&world, fields).await;
    let (address, _) = link(&world, &id, json!({})).await;
    let page = world.stranger().get(&address).await.is(StatusCode::OK);
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert_eq!(page.header("x-robots-tag"), "noindex, nofollow");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let text = page.text();
    for part in ["Not yet public", "this text is not published", "content=\"noindex, nofollow\"", "Embargo"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
    for part in ["application/ld+json", "rel=\"canonical\"", "og:title", "id=\"respond\"", "Read next"] {
        assert!(!text.contains(part), "{part} has no place in a preview");
    }
    world.stranger().get("/s/harbor/embargo").await.is(StatusCode::NOT_FOUND);

    world.as_member().patch(&format!("/api/v1/content/{id}"), json!({ "content": "<p>Second thoughts</p>" })).await;
    let text = world.stranger().get(&address).await.is(StatusCode::OK).text();
    assert!(text.contains("Second thoughts"), "the preview is what was saved last");
    let token = address.rsplit('/').next().unwrap();
    world.stranger().get(&format!("/s/rival/preview/{token}")).await.is(StatusCode::NOT_FOUND);
    let tx = world.tenant().await;
    let row = tx.one("SELECT token_hash FROM app.content_previews", &[]).await.unwrap();
    assert_ne!(row.get::<_, Vec<u8>>("token_hash"), token.as_bytes());
}

#[tokio::test]
async fn a_link_ends_by_itself_or_is_taken_back() {
    let world = world().await;
    let id = draft(&world, json!({ "title": "Embargo", "content": "<p>Not yet public</p>" })).await;
    let list = format!("/api/v1/content/{id}/previews");
    let (short, _) = link(&world, &id, json!({ "expires_in_hours": 2 })).await;
    let (long, taken_back) = link(&world, &id, json!({ "expires_in_hours": 2160 })).await;
    world.advance(SignedDuration::from_hours(3));
    let ended = world.stranger().get(&short).await.is(StatusCode::GONE).text();
    assert!(ended.contains("has expired") && !ended.contains("Not yet public"), "{ended}");
    world.stranger().get(&long).await.is(StatusCode::OK);
    let left = world.as_member().get(&list).await.is(StatusCode::OK).json();
    assert_eq!((left["page"]["total"].as_i64(), left["data"][0]["id"].as_str()), (Some(1), Some(taken_back.as_str())));
    assert!(left["data"][0].get("url").is_none(), "an address is told once");

    let one = format!("{list}/{taken_back}");
    world.as_viewer().delete(&one).await.is(StatusCode::FORBIDDEN);
    world.as_rival_owner().delete(&one).await.is(StatusCode::NOT_FOUND);
    world.as_member().delete(&one).await.is(StatusCode::NO_CONTENT);
    world.as_member().delete(&one).await.is(StatusCode::NOT_FOUND);
    let gone = world.stranger().get(&long).await.is(StatusCode::NOT_FOUND).text();
    assert!(gone.contains("There is no such preview") && gone.contains("noindex"), "{gone}");
    world.advance(SignedDuration::from_hours(31 * 24));
    link(&world, &id, json!({})).await;
    world.stranger().get(&short).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn requests_that_make_no_sense_are_told_why() {
    let world = world().await;
    let id = draft(&world, json!({ "title": "Embargo" })).await;
    let list = format!("/api/v1/content/{id}/previews");
    for (request, field) in [
        (json!({ "expires_in_hours": 0 }), "expires_in_hours"),
        (json!({ "expires_in_hours": 9_223_372_036_854_775_807_i64 }), "expires_in_hours"),
        (json!({ "expires_at": "2020-01-01T00:00:00Z" }), "expires_at"),
        (json!({ "expires_at": "2099-01-01T00:00:00Z" }), "expires_at"),
        (json!({ "forever": true }), "forever"),
    ] {
        let refused = world.as_member().post(&list, request).await.is(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.errors()[0].0, field);
    }
    world.as_viewer().post(&list, json!({})).await.is(StatusCode::FORBIDDEN);
    let twice = world.as_member().with("idempotency-key", "one");
    twice.post(&list, json!({})).await.is(StatusCode::CREATED);
    twice.post(&list, json!({})).await.is(StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_editor_saves_what_was_typed_and_shows_the_link_once() {
    let world = world().await;
    let id = draft(&world, json!({ "title": "Embargo", "content": "<p>First</p>" })).await;
    let member = world.as_member().in_browser();
    let editor = format!("/admin/harbor/content/{id}");
    assert!(member.get(&editor).await.text().contains("data-preview"));
    let form = [("title", "Embargo"), ("content", "<p>Typed</p>"), ("version", "1"), ("expires_in_hours", "24")];
    let page = member.form(&format!("{editor}/previews"), &form).await.is(StatusCode::OK).text();
    let address = page.split("id=\"created-link\"").nth(1).unwrap().split(['>', '<']).nth(1).unwrap().to_owned();
    let path = &address[address.find("/s/").unwrap()..];
    assert!(world.stranger().get(path).await.is(StatusCode::OK).text().contains("Typed"));
    assert!(!member.get(&format!("{editor}/previews")).await.text().contains(path), "it is shown once");

    let stale = [("title", "Other"), ("content", "<p>Lost?</p>"), ("version", "1")];
    let again = member.form(&format!("{editor}/previews"), &stale).await.is(StatusCode::CONFLICT).text();
    assert!(again.contains("Lost?"), "nothing typed is lost");
    let wrong = member.form(&format!("{editor}/previews"), &[("expires_in_hours", "soon")]).await;
    assert!(wrong.is(StatusCode::UNPROCESSABLE_ENTITY).text().contains("1 hour to 90 days"));

    let page = member.get(&format!("{editor}/previews")).await.text();
    let revoke = page.split("action=\"").find_map(|part| part.split_once("/revoke\"")).unwrap().0.to_owned();
    member.form(&format!("{revoke}/revoke"), &[]).await.is(StatusCode::SEE_OTHER);
    world.stranger().get(path).await.is(StatusCode::NOT_FOUND);
}
