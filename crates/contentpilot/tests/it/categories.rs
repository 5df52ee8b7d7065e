//! Categories: a tree that is added to, rearranged and cut, by API and by forms.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::World;

use crate::content_life::draft;
use crate::world;

async fn category(world: &World, fields: Value) -> String {
    world.as_admin().post("/api/v1/categories", fields).await.is(StatusCode::CREATED).id()
}

async fn read(world: &World, id: &str) -> Value {
    world.as_viewer().get(&format!("/api/v1/categories/{id}")).await.is(StatusCode::OK).json()
}

/// The names on the page of the tree, in order.
async fn tree(world: &World) -> Vec<String> {
    let page = world.as_viewer().in_browser().get("/admin/harbor/categories").await.is(StatusCode::OK).text();
    let document = scraper::Html::parse_document(&page);
    let selector = scraper::Selector::parse(".tree .cell-title").unwrap();
    document.select(&selector).map(|name| name.text().collect::<String>()).collect()
}

#[tokio::test]
async fn a_category_is_made_changed_and_deleted() {
    let world = world().await;
    let fields = json!({
        "name": "Größe & Maß", "description": "About size", "color": "#A1B2C3", "meta_title": "Size", "is_active": false
    });
    let made = world.as_admin().post("/api/v1/categories", fields).await.is(StatusCode::CREATED);
    let stored = made.json();
    assert_eq!((stored["slug"].as_str(), stored["color"].as_str()), (Some("grosse-mass"), Some("#a1b2c3")));
    assert_eq!((stored["is_active"].as_bool(), made.header("etag")), (Some(false), "\"v1\""));
    let path = made.location().to_owned();

    let changed = world.as_admin().patch(&path, json!({ "name": "Size", "meta_title": null })).await.is(StatusCode::OK);
    let changed = changed.json();
    assert_eq!((changed["name"].as_str(), changed["slug"].as_str()), (Some("Size"), Some("grosse-mass")));
    assert!(changed["meta_title"].is_null() && changed["description"] == "About size");
    let stale = world.as_admin().with("if-match", "\"v1\"");
    stale.patch(&path, json!({ "name": "Late" })).await.is(StatusCode::PRECONDITION_FAILED);
    stale.delete(&path).await.is(StatusCode::PRECONDITION_FAILED);
    world.as_viewer().with("if-none-match", "\"v2\"").get(&path).await.is(StatusCode::NOT_MODIFIED);

    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    world.as_viewer().get(&path).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn slugs_are_numbered_when_made_and_refused_when_typed() {
    let world = world().await;
    let first = category(&world, json!({ "name": "News" })).await;
    let second = category(&world, json!({ "name": "News" })).await;
    assert_eq!(read(&world, &second).await["slug"], "news-2");
    let typed = json!({ "name": "Other", "slug": "news" });
    let refused = world.as_admin().post("/api/v1/categories", typed).await.is(StatusCode::CONFLICT);
    assert_eq!(refused.errors(), [("slug".into(), "taken".into())]);
    let path = format!("/api/v1/categories/{second}");
    world.as_admin().patch(&path, json!({ "slug": "news" })).await.is(StatusCode::CONFLICT);
    assert_eq!(read(&world, &first).await["version"], 1);
    let wrong = json!({ "name": "", "color": "red", "parent_id": "nobody", "colour": 1 });
    let errors = world.as_admin().post("/api/v1/categories", wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY).errors();
    assert_eq!(errors.len(), 3, "{errors:?}");
}

#[tokio::test]
async fn a_circle_is_refused_in_words() {
    let world = world().await;
    let top = category(&world, json!({ "name": "Top" })).await;
    let middle = category(&world, json!({ "name": "Middle", "parent_id": top })).await;
    let leaf = category(&world, json!({ "name": "Leaf", "parent_id": middle })).await;
    for parent in [&top, &middle, &leaf] {
        let path = format!("/api/v1/categories/{top}");
        let refused =
            world.as_admin().patch(&path, json!({ "parent_id": parent })).await.is(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.errors(), [("parent_id".into(), "cycle".into())]);
        assert!(refused.text().contains("“Top” cannot stand below itself"), "{}", refused.text());
        let place = json!({ "parent_id": parent });
        world.as_admin().post(&format!("{path}/move"), place).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let rival = json!({ "parent_id": "rival-category" });
    let refused = world.as_admin().patch(&format!("/api/v1/categories/{leaf}"), rival).await;
    assert_eq!(refused.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [("parent_id".into(), "unknown".into())]);
}

#[tokio::test]
async fn two_moves_at_once_make_no_circle() {
    let world = world().await;
    let (one, two) =
        (category(&world, json!({ "name": "One" })).await, category(&world, json!({ "name": "Two" })).await);
    let admin = world.as_admin();
    let (one_path, two_path) = (format!("/api/v1/categories/{one}/move"), format!("/api/v1/categories/{two}/move"));
    let (first, second) = tokio::join!(
        admin.post(&one_path, json!({ "parent_id": two })),
        admin.post(&two_path, json!({ "parent_id": one }))
    );
    let mut statuses = [first.status, second.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY]);
}

#[tokio::test]
async fn categories_are_moved_by_call_and_by_button() {
    let world = world().await;
    let mut ids = Vec::new();
    for name in ["A", "B", "C"] {
        ids.push(category(&world, json!({ "name": name })).await);
    }
    assert_eq!(tree(&world).await, ["A", "B", "C"]);
    let path = |id: &str| format!("/api/v1/categories/{id}/move");
    let moved = world.as_admin().post(&path(&ids[2]), json!({ "before": ids[0] })).await.is(StatusCode::OK);
    assert_eq!(moved.json()["sort_order"], 0);
    assert_eq!(tree(&world).await, ["C", "A", "B"]);
    let unknown = world.as_admin().post(&path(&ids[2]), json!({ "before": "nobody" })).await;
    assert_eq!(unknown.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [("before".into(), "unknown".into())]);

    let admin = world.as_admin().in_browser();
    let button = |id: &str| format!("/admin/harbor/categories/{id}/move");
    for (position, direction, expected) in [
        (0, "up", ["A", "C", "B"]),
        (0, "down", ["C", "A", "B"]),
        (0, "down", ["C", "B", "A"]),
        (0, "in", ["C", "B", "A"]),
        (2, "down", ["B", "A", "C"]),
    ] {
        admin.form(&button(&ids[position]), &[("direction", direction)]).await.is(StatusCode::SEE_OTHER);
        assert_eq!(tree(&world).await, expected, "{direction}");
    }
    assert_eq!(read(&world, &ids[0]).await["parent_id"], ids[1].as_str());
    admin.form(&button(&ids[0]), &[("direction", "out")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(tree(&world).await, ["B", "A", "C"]);
    assert!(read(&world, &ids[0]).await["parent_id"].is_null());
    let end = admin.form(&button(&ids[2]), &[("direction", "down")]).await.is(StatusCode::SEE_OTHER);
    assert!(end.header("set-cookie").starts_with("flash=e"), "the end is said, nothing fails");
}

#[tokio::test]
async fn deleting_asks_what_becomes_of_what_stands_in_and_below_it() {
    let world = world().await;
    let top = category(&world, json!({ "name": "Top" })).await;
    let middle = category(&world, json!({ "name": "Middle", "parent_id": top })).await;
    let leaf = category(&world, json!({ "name": "Leaf", "parent_id": middle })).await;
    let item = draft(&world, json!({ "title": "Inside", "category_id": middle })).await;
    let path = format!("/api/v1/categories/{middle}");
    let refused = world.as_admin().delete(&path).await.is(StatusCode::CONFLICT);
    assert!(refused.text().contains("1 category below it"), "{}", refused.text());
    world
        .as_admin()
        .delete(&format!("{path}?items_to={middle}&children=move_up"))
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY);

    let ask = world.as_admin().in_browser().get(&format!("/admin/harbor/categories/{middle}/delete")).await;
    let ask = ask.is(StatusCode::OK).text();
    assert!(ask.contains("1 category below it") && ask.contains("1 item stands in it"), "{ask}");
    world.as_admin().delete(&format!("{path}?children=move_up&items_to={top}")).await.is(StatusCode::NO_CONTENT);
    assert_eq!(read(&world, &leaf).await["parent_id"], top.as_str());
    let stored = world.as_viewer().get(&format!("/api/v1/content/{item}")).await.json();
    assert_eq!((stored["category_id"].as_str(), stored["version"].as_i64()), (Some(top.as_str()), Some(2)));
}

#[tokio::test]
async fn a_category_is_kept_with_forms_and_nothing_typed_is_lost() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    admin.get("/admin/harbor/categories/new").await.is(StatusCode::OK);
    let fields = [("name", "Guides"), ("has_color", "true"), ("color", "#112233"), ("is_active", "true")];
    admin.form("/admin/harbor/categories", &fields).await.is(StatusCode::SEE_OTHER);
    let id = world.as_viewer().get("/api/v1/categories").await.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let page = format!("/admin/harbor/categories/{id}");
    assert!(admin.get(&page).await.is(StatusCode::OK).text().contains("#112233"));

    let wrong = [("name", "Guides"), ("slug", "Wrong Slug"), ("description", "Long work"), ("version", "1")];
    let again = admin.form(&page, &wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(again.contains("Long work") && again.contains("Wrong Slug") && again.contains("slug-error"), "{again}");
    let fields = [("name", "Guides"), ("slug", "how-to"), ("version", "1")];
    admin.form(&page, &fields).await.is(StatusCode::SEE_OTHER);
    let stored = read(&world, &id).await;
    assert_eq!((stored["slug"].as_str(), stored["color"].is_null()), (Some("how-to"), true));
    let stale = admin.form(&page, &[("name", "Late"), ("version", "1")]).await.is(StatusCode::CONFLICT).text();
    assert!(stale.contains("Late") && stale.contains("value=\"2\""), "{stale}");
    admin.form(&format!("{page}/delete"), &[("version", "2")]).await.is(StatusCode::SEE_OTHER);
    assert!(tree(&world).await.is_empty());
}

#[tokio::test]
async fn a_category_is_dragged_to_any_place_but_below_itself() {
    let world = world().await;
    let made = |name: &'static str| {
        let admin = world.as_admin();
        async move { admin.post("/api/v1/categories", json!({ "name": name })).await.is(StatusCode::CREATED).id() }
    };
    let (boats, ports, fish) = (made("Boats").await, made("Ports").await, made("Fish").await);
    let admin = world.as_admin().in_browser();
    let to = |id: &str| format!("/admin/harbor/categories/{id}/move");
    let order = || async {
        let page = world.as_admin().in_browser().get("/admin/harbor/categories").await.is(StatusCode::OK).text();
        let mut places: Vec<_> = ["Boats", "Ports", "Fish"]
            .map(|name| (page.find(&format!("data-name=\"{name}\"")).unwrap(), name))
            .into_iter()
            .collect();
        places.sort_unstable();
        places.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    let moved = admin.form(&to(&fish), &[("parent_id", ""), ("before", &boats)]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(moved.location(), format!("/admin/harbor/categories#category-{fish}"));
    assert_eq!(order().await, ["Fish", "Boats", "Ports"]);
    admin.form(&to(&ports), &[("parent_id", &fish)]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(order().await, ["Fish", "Ports", "Boats"]);

    let refused = admin.form(&to(&fish), &[("parent_id", &ports)]).await.is(StatusCode::SEE_OTHER);
    assert!(!refused.header("set-cookie").is_empty(), "the reason is told on the next page");
    admin.form(&to(&fish), &[("parent_id", &fish)]).await.is(StatusCode::SEE_OTHER);
    admin.form(&to(&fish), &[("parent_id", "nowhere")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(order().await, ["Fish", "Ports", "Boats"]);
}

#[tokio::test]
async fn changes_that_wait_follow_a_category_that_is_deleted() {
    let world = world().await;
    let admin = world.as_admin();
    let made =
        async |name: &str| admin.post("/api/v1/categories", json!({ "name": name })).await.is(StatusCode::CREATED).id();
    let (old, heir) = (made("Old").await, made("Heir").await);
    let mut items = Vec::new();
    for title in ["One", "Two"] {
        let item = admin.post("/api/v1/content", json!({ "title": title })).await.is(StatusCode::CREATED).id();
        let path = format!("/api/v1/content/{item}");
        admin.post(&format!("{path}/publish"), ()).await.is(StatusCode::OK);
        admin.patch(&format!("{path}/changes"), json!({ "category_id": old })).await.is(StatusCode::OK);
        items.push(path);
    }
    admin.delete(&format!("/api/v1/categories/{old}?items_to={heir}")).await.is(StatusCode::NO_CONTENT);
    admin.post(&format!("{}/changes/publish", items[0]), ()).await.is(StatusCode::OK);
    assert_eq!(admin.get(&items[0]).await.json()["category_id"], json!(heir));
    admin.delete(&format!("/api/v1/categories/{heir}")).await.is(StatusCode::NO_CONTENT);
    admin.post(&format!("{}/changes/publish", items[1]), ()).await.is(StatusCode::OK);
    assert_eq!(admin.get(&items[1]).await.json()["category_id"], Value::Null);
}
