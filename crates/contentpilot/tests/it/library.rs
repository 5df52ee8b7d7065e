//! The library's filters and order, and views of it that people save.

use http::StatusCode;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Client;

use crate::content_life::draft;
use crate::world;

async fn titles(client: &Client<'_>, query: &str) -> Vec<String> {
    let page: Value = client.get(&format!("/api/v1/content?{query}")).await.is(StatusCode::OK).json();
    page["data"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

async fn names(client: &Client<'_>) -> Vec<String> {
    let page: Value = client.get("/api/v1/content/views").await.is(StatusCode::OK).json();
    page["data"].as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap().to_owned()).collect()
}

async fn three_items(world: &World) {
    let boats = world.as_admin().post("/api/v1/categories", json!({ "name": "Boats" })).await.id();
    let full = json!({ "title": "Beta", "excerpt": "Short.", "meta_description": "Long.", "category_id": boats,
        "featured_image": "https://example.org/a.png", "type": "PAGE" });
    draft(world, full).await;
    world.advance(jiff::SignedDuration::from_hours(48));
    draft(world, json!({ "title": "Alpha", "tags": ["Sea"] })).await;
    let gamma = world.as_admin().post("/api/v1/content", json!({ "title": "Gamma", "language": "de" })).await.id();
    world.as_admin().post(&format!("/api/v1/content/{gamma}/publish"), json!({})).await.is(StatusCode::OK);
    // The database dates a move by its own clock, which does not stand still.
    let tx = world.tenant().await;
    tx.execute("UPDATE content_items SET updated_at = $2 WHERE id = $1", &[&gamma, &world.now()]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn items_with_draft_changes_are_marked_and_found() {
    let world = world().await;
    three_items(&world).await;
    let id = world.as_viewer().get("/api/v1/content?q=&sort=title&status=PUBLISHED").await.json();
    let path = format!("/api/v1/content/{}/changes", id["data"][0]["id"].as_str().unwrap());
    let (viewer, page) = (world.as_viewer(), world.as_member().in_browser());
    let shown = async |query: &str| page.get(&format!("/admin/harbor/content?{query}")).await.is(StatusCode::OK).text();
    assert_eq!(titles(&viewer, "changes=any").await, Vec::<String>::new());
    assert!(!shown("").await.contains("row-changes"));
    world.as_member().patch(&path, json!({ "title": "Delta" })).await.is(StatusCode::OK);
    // What is kept of an answer from before knows nothing of changes, for they announce nothing.
    for query in ["changes=any", "changes=draft", "changes=any&status=PUBLISHED"] {
        assert_eq!(titles(&viewer, query).await, ["Gamma"], "{query}");
    }
    assert!(shown("").await.contains("Draft changes<span"), "the row says so");
    world.as_member().post(&format!("{path}/submit"), json!({})).await.is(StatusCode::OK);
    assert_eq!(titles(&viewer, "changes=draft").await, Vec::<String>::new());
    assert_eq!(titles(&viewer, "changes=review").await, ["Gamma"]);
    let at = json!({ "scheduled_for": "2026-03-07T09:30:00Z" });
    world.as_admin().post(&format!("{path}/publish"), at).await.is(StatusCode::OK);
    let list = shown("changes=scheduled").await;
    assert!(list.contains("Changes live 7 Mar, 09:30") && !list.contains(">Alpha<"), "{list}");
    viewer.get("/api/v1/content?changes=some").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let view = json!({ "name": "Changing", "query": "changes=any" });
    world.as_member().post("/api/v1/content/views", view).await.is(StatusCode::CREATED);
    // Those that nobody published at their time are told of.
    let tx = world.tenant().await;
    tx.execute("UPDATE app.content_changes SET scheduled_for = '2026-02-20' WHERE status = 'SCHEDULED'", &[])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let dashboard = world.as_admin().in_browser().get("/admin/harbor").await.text();
    assert!(dashboard.contains("Draft changes of one item were not published at their time"), "{dashboard}");
}

#[tokio::test]
async fn the_list_tells_what_is_missing_and_what_changed_when() {
    let world = world().await;
    three_items(&world).await;
    let viewer = world.as_viewer();
    for missing in ["excerpt", "featured_image", "meta_description", "category"] {
        assert_eq!(titles(&viewer, &format!("missing={missing}&sort=title")).await, ["Alpha", "Gamma"], "{missing}");
    }
    assert_eq!(titles(&viewer, "updated_to=2026-03-02T00:00:00Z").await, ["Beta"]);
    assert_eq!(titles(&viewer, "updated_from=2026-03-02T00:00:00Z&sort=title").await, ["Alpha", "Gamma"]);
    assert_eq!(titles(&world.as_admin(), "author=me").await, ["Gamma"]);
    assert_eq!(titles(&world.as_member(), "author=me&sort=title").await, ["Alpha", "Beta"]);
    // What is kept of an answer to one person is never given to another under the same address.
    assert_eq!(titles(&world.as_admin(), "author=me&status=PUBLISHED").await, ["Gamma"]);
    assert_eq!(titles(&world.as_member(), "author=me&status=PUBLISHED").await, Vec::<String>::new());
    for sort in ["status", "-status", "type", "-type", "author", "-author"] {
        let first: Value = viewer.get(&format!("/api/v1/content?limit=2&sort={sort}")).await.is(StatusCode::OK).json();
        let next = first["page"]["next"].as_str().unwrap();
        let mut seen = titles(&viewer, &format!("limit=2&sort={sort}")).await;
        seen.extend(titles(&viewer, &format!("limit=2&sort={sort}&cursor={next}")).await);
        seen.sort();
        assert_eq!(seen, ["Alpha", "Beta", "Gamma"], "{sort}");
    }
    assert_eq!(titles(&viewer, "sort=-status").await[0], "Gamma");
    viewer.get("/api/v1/content?missing=title").await.is(StatusCode::UNPROCESSABLE_ENTITY);

    let page = world.as_admin().in_browser();
    let shown = |text: &str| ["Alpha", "Beta", "Gamma"].map(|title| text.contains(&format!(">{title}</a>")));
    for (query, expected) in [
        ("category=boats", [false, true, false]),
        ("tag=Sea", [true, false, false]),
        ("language=de", [false, false, true]),
        ("author=me", [false, false, true]),
        ("missing=category&type=ARTICLE", [true, false, true]),
        ("from=2026-03-02&to=2026-03-03", [true, false, true]),
        ("to=2026-03-01", [false, true, false]),
        ("from=yesterday&missing=nothing&status=gone", [true, true, true]),
    ] {
        let text = page.get(&format!("/admin/harbor/content?{query}")).await.is(StatusCode::OK).text();
        assert_eq!(shown(&text), expected, "{query}");
    }
}

#[tokio::test]
async fn a_view_is_saved_shared_and_begun_with() {
    let world = world().await;
    three_items(&world).await;
    let member = world.as_member();
    let mine = json!({ "name": "Mine", "query": "?status=DRAFT&author=me&cursor=x" });
    let view = member.post("/api/v1/content/views", mine.clone()).await.is(StatusCode::CREATED);
    let (path, json) = (view.location().to_owned(), view.json());
    assert_eq!((&json["query"], &json["is_shared"]), (&json!("status=DRAFT&author=me"), &json!(false)));
    let again = member.post("/api/v1/content/views", mine).await.is(StatusCode::CONFLICT);
    assert_eq!(again.errors(), [("name".into(), "taken".into())]);
    let wrong = json!({ "name": "", "query": "colour=red" });
    let wrong = member.post("/api/v1/content/views", wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.errors(), [("name".into(), "required".into()), ("query".into(), "unknown_value".into())]);

    // Nobody else has it, until it is shared.
    assert_eq!(names(&world.as_admin()).await, Vec::<String>::new());
    world.as_admin().patch(&path, json!({ "name": "Theirs" })).await.is(StatusCode::NOT_FOUND);
    member.patch(&path, json!({ "is_shared": true })).await.is(StatusCode::OK);
    assert_eq!(names(&world.as_viewer()).await, ["Mine"]);
    assert_eq!(names(&world.as_rival_owner()).await.iter().filter(|name| *name == "Mine").count(), 0);
    world.as_viewer().patch(&path, json!({ "name": "Taken over" })).await.is(StatusCode::FORBIDDEN);
    world.as_viewer().delete(&path).await.is(StatusCode::FORBIDDEN);
    let own = json!({ "name": "Gaps", "query": "missing=excerpt", "is_shared": true });
    world.as_viewer().post("/api/v1/content/views", own).await.is(StatusCode::FORBIDDEN);

    // With which view the library begins is everybody's own.
    world.as_viewer().patch(&path, json!({ "is_default": true })).await.is(StatusCode::OK);
    let viewer = world.as_viewer().in_browser();
    let begun = viewer.get("/admin/harbor/content").await.is(StatusCode::SEE_OTHER);
    assert_eq!(begun.location(), "/admin/harbor/content?status=DRAFT&author=me");
    let everything = viewer.get("/admin/harbor/content?view=all").await.is(StatusCode::OK).text();
    assert!(everything.contains(">Gamma</a>") && everything.contains("name=\"view\" value=\"all\""));
    member.clone().in_browser().get("/admin/harbor/content").await.is(StatusCode::OK);

    // Those who publish keep what is shared in order, and lose what they take back from everybody.
    let taken_back = world.as_admin().patch(&path, json!({ "is_shared": false })).await.is(StatusCode::OK).json();
    assert_eq!(taken_back["is_shared"], false);
    world.as_admin().patch(&path, json!({ "is_shared": true })).await.is(StatusCode::NOT_FOUND);
    viewer.get("/admin/harbor/content").await.is(StatusCode::OK);
    member.delete(&path).await.is(StatusCode::NO_CONTENT);
    assert_eq!(names(&member).await, Vec::<String>::new());
}

#[tokio::test]
async fn views_are_kept_with_forms_alone_and_nothing_typed_is_lost() {
    let world = world().await;
    three_items(&world).await;
    let admin = world.as_admin().in_browser();
    let list = admin.get("/admin/harbor/content?missing=excerpt").await.is(StatusCode::OK).text();
    assert!(list.contains("Save this view") && list.contains("value=\"missing=excerpt\""), "{list}");
    let views = "/admin/harbor/content/views";
    let fields = [("name", "No excerpt"), ("query", "missing=excerpt"), ("is_shared", "true")];
    let saved = admin.form(views, &fields).await.is(StatusCode::SEE_OTHER);
    assert_eq!(saved.location(), "/admin/harbor/content?missing=excerpt");
    let again = admin.form(views, &fields).await.is(StatusCode::CONFLICT).text();
    assert!(again.contains("value=\"No excerpt\"") && again.contains("value=\"missing=excerpt\""), "{again}");

    let list = admin.get("/admin/harbor/content?missing=excerpt").await.is(StatusCode::OK).text();
    assert!(list.contains("No excerpt") && !list.contains("Save this view"));
    let id = world.as_admin().get("/api/v1/content/views").await.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let one = format!("{views}/{id}");
    let refused = admin.form(&one, &[("name", ""), ("version", "1")]).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains(&format!("name-{id}-error")), "{refused}");
    admin.form(&one, &[("name", "Gaps"), ("version", "1")]).await.is(StatusCode::SEE_OTHER);
    let view: Value = world.as_admin().get("/api/v1/content/views").await.json()["data"][0].clone();
    assert_eq!((&view["name"], &view["is_shared"]), (&json!("Gaps"), &json!(false)), "a box that is not ticked is no");
    admin.form(&one, &[("name", "Old"), ("version", "1")]).await.is(StatusCode::CONFLICT);
    admin.form(&format!("{one}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    assert!(admin.get(views).await.is(StatusCode::OK).text().contains("No views yet"));
}
