//! What programs are answered: known by what it says, and found although much else matches.

use http::StatusCode;
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::content_life::draft;
use crate::world;

#[tokio::test]
async fn an_answer_is_known_by_all_that_it_says_and_an_edit_asks_for_the_version_alone() {
    let world = world().await;
    let id = draft(&world, json!({ "title": "Tides", "tags": ["Moon"] })).await;
    let path = format!("/api/v1/content/{id}");
    for is_public in [false, true] {
        if is_public {
            world.as_admin().post(&format!("{path}/publish"), json!({})).await.is(StatusCode::OK);
        }
        let tag = world.as_viewer().get(&path).await.is(StatusCode::OK).header("etag").to_owned();
        world.as_viewer().with("if-none-match", &tag).get(&path).await.is(StatusCode::NOT_MODIFIED);
        let moon: Value = world.as_admin().get("/api/v1/tags").await.json();
        let moon = format!("/api/v1/tags/{}", moon["data"][0]["id"].as_str().unwrap());
        let name = json!({ "name": format!("The moon {is_public}") });
        world.as_admin().patch(&moon, name).await.is(StatusCode::OK);
        let read = world.as_viewer().with("if-none-match", &tag).get(&path).await.is(StatusCode::OK);
        assert_eq!(read.json()["tags"][0]["name"], format!("The moon {is_public}"));
        // The tag was renamed, the item was not changed: an edit of it is nobody's conflict.
        let admin = world.as_admin().with("if-match", &tag);
        admin.patch(&path, json!({ "title": format!("Ebb {is_public}") })).await.is(StatusCode::OK);
        admin.patch(&path, json!({ "title": "Lost" })).await.is(StatusCode::PRECONDITION_FAILED);
    }
}

#[tokio::test]
async fn a_search_within_a_filter_finds_what_newer_matches_hide() {
    let world = world().await;
    let rivers = json!({ "name": "Rivers" });
    let rivers = world.as_admin().post("/api/v1/categories", rivers).await.is(StatusCode::CREATED).id();
    let fields =
        json!({ "title": "Old", "content": "<p>anchors</p>", "category_id": rivers, "tags": ["Moon"], "type": "PAGE" });
    let old = draft(&world, fields).await;
    world.as_admin().post(&format!("/api/v1/content/{old}/publish"), json!({})).await.is(StatusCode::OK);
    world.run_jobs().await;
    // Newer ones, as many as are ranked and more, copied with their places in the index.
    let host = world.superuser().await;
    let sql = "INSERT INTO content_items (organization_id, id, title, slug, content, type, status, language, author_id, created_at, updated_at)
               SELECT organization_id, 'zzz-' || n, 'New', 'new-' || n, content, 'ARTICLE', 'DRAFT', language, 'user-harbor-owner', created_at, updated_at
               FROM content_items, generate_series(1, 600) AS n WHERE id = $1";
    host.execute(sql, &[&old]).await.unwrap();
    let sql = "INSERT INTO app.search_documents SELECT (jsonb_populate_record(document,
                   jsonb_build_object('content_id', 'zzz-' || n, 'is_published', false))).*
               FROM app.search_documents AS document, generate_series(1, 600) AS n WHERE content_id = $1";
    host.execute(sql, &[&old]).await.unwrap();
    let sql = "INSERT INTO app.search_words SELECT (jsonb_populate_record(place,
                   jsonb_build_object('content_id', 'zzz-' || n, 'is_published', false))).*
               FROM app.search_words AS place, generate_series(1, 600) AS n WHERE content_id = $1";
    host.execute(sql, &[&old]).await.unwrap();
    let all: Value = world.as_viewer().get("/api/v1/content?q=anchors").await.is(StatusCode::OK).json();
    assert_eq!(all["page"]["total"], 150);
    for filter in [
        format!("category={rivers}"),
        "category=rivers".into(),
        "tag=moon".into(),
        "type=PAGE".into(),
        "author=user-harbor-member".into(),
        "status=PUBLISHED&type=PAGE&tag=moon".into(),
    ] {
        let address = format!("/api/v1/content?q=anchors&{filter}");
        let found: Value = world.as_viewer().get(&address).await.is(StatusCode::OK).json();
        assert_eq!((&found["page"]["total"], &found["data"][0]["id"]), (&json!(1), &json!(old)), "{filter}");
    }
    let drafts: Value = world.as_viewer().get("/api/v1/content?q=anchors&status=DRAFT").await.json();
    assert_eq!(drafts["page"]["total"], 150);
    let none: Value = world.as_viewer().get("/api/v1/content?q=anchors&tag=sun").await.json();
    assert_eq!(none["page"]["total"], 0);
    // Each language gives its best, however many another has.
    let sql = "INSERT INTO content_items (organization_id, id, title, slug, content, type, status, language, author_id, created_at, updated_at)
               SELECT organization_id, 'fr-' || n, 'Vieux', 'vieux-' || n, content, 'ARTICLE', 'DRAFT', 'fr', author_id, created_at, updated_at
               FROM content_items, generate_series(1, 200) AS n WHERE id = $1";
    host.execute(sql, &[&old]).await.unwrap();
    let sql = "INSERT INTO app.search_documents (organization_id, content_id, language, is_published, vector)
               SELECT organization_id, id, 'french', false, to_tsvector('french', 'anchors') FROM content_items WHERE id LIKE 'fr-%'";
    host.execute(sql, &[]).await.unwrap();
    let sql = "INSERT INTO app.search_words (organization_id, content_id, language, is_published, words)
               SELECT organization_id, content_id, language, is_published, app.search_words_of(organization_id, '', vector)
               FROM app.search_documents WHERE language = 'french'";
    host.execute(sql, &[]).await.unwrap();
    for (filter, total) in [("&language=fr", 150), ("&language=en", 150), ("", 300)] {
        let found: Value = world.as_viewer().get(&format!("/api/v1/content?q=anchors{filter}")).await.json();
        assert_eq!(found["page"]["total"], total, "{filter}");
    }
    let few = world.as_viewer().in_browser().get("/admin/harbor/content?q=anchors&missing=category&language=fr").await;
    assert!(few.is(StatusCode::OK).text().contains("25 of at least 150 items"));
    let page = world
        .as_viewer()
        .in_browser()
        .get("/admin/harbor/content?q=anchors&language=en")
        .await
        .is(StatusCode::OK)
        .text();
    assert!(page.contains("25 of at least 150 items"), "{page}");
}

#[tokio::test]
async fn accents_make_no_other_word_in_any_language() {
    let world = world().await;
    for (title, content, language) in [
        ("Habitación con vistas", "<p>Información</p>", "es"),
        ("Sécurité routière", "<p>Vacances d'été</p>", "fr"),
        ("Für Kinder", "<p>Brød</p>", "de"),
        ("My protégé speaks", "<p>Œuvre ( \u{301} )</p>", "en"),
        ("Café crème", "<p>Élève au marché</p>", "fr"),
        ("Übung Straßen", "<p>Größe</p>", "de"),
        // Accents as characters of their own, as some keyboards and files have them.
        ("Re\u{301}sume\u{301}", "<p>Smo\u{308}rga\u{30a}s in Łódź</p>", "en"),
    ] {
        let id = draft(&world, json!({ "title": title, "content": content, "language": language })).await;
        world.as_admin().post(&format!("/api/v1/content/{id}/publish"), json!({})).await.is(StatusCode::OK);
    }
    world.run_jobs().await;
    for (typed, title) in [
        // What stemmers and their lists of words to pass over know by its accents alone.
        ("habitacion vistas", "Habitación con vistas"),
        ("habitación vistas", "Habitación con vistas"),
        ("informacion habitacion", "Habitación con vistas"),
        ("securite routiere", "Sécurité routière"),
        ("vacances ete", "Sécurité routière"),
        ("fur kinder", "Für Kinder"),
        ("protege speaks", "My protégé speaks"),
        ("oeuvre speaks", "My protégé speaks"),
        ("habit*", "Habitación con vistas"),
        ("cafe", "Café crème"),
        ("CAFÉ", "Café crème"),
        ("cafe\u{301}", "Café crème"),
        ("caf", "Café crème"),
        ("\"cafe creme\"", "Café crème"),
        ("eleve marches", "Café crème"),
        ("ubung", "Übung Straßen"),
        ("strassen -klein", "Übung Straßen"),
        ("große", "Übung Straßen"),
        ("resume", "Re\u{301}sume\u{301}"),
        ("smorg", "Re\u{301}sume\u{301}"),
        ("lodz", "Re\u{301}sume\u{301}"),
    ] {
        let address = format!("/api/v1/content?q={}", byte_serialize(typed.as_bytes()).collect::<String>());
        let found: Value = world.as_viewer().get(&address).await.is(StatusCode::OK).json();
        assert_eq!((&found["page"]["total"], &found["data"][0]["title"]), (&json!(1), &json!(title)), "{typed}");
    }
    for nothing in ["\u{301}", "*", "\u{301} \u{300}*", "-\u{301}"] {
        let query: String = byte_serialize(nothing.as_bytes()).collect();
        world.stranger().get(&format!("/s/harbor/search?q={query}")).await.is(StatusCode::OK);
    }
    let page = world.stranger().get("/s/harbor/search?q=eleve").await.is(StatusCode::OK).text();
    assert!(page.contains("<mark>Élève</mark>"), "{page}");
    let none: Value = world.as_viewer().get("/api/v1/content?q=cafe+-creme").await.json();
    assert_eq!(none["page"]["total"], 0);
    // The vector beside the item is for a host's own searches, which know no other form of a word.
    let host = world.superuser().await;
    let sql = "SELECT count(*) FROM content_items WHERE search_vector @@ plainto_tsquery('german', 'übung')";
    assert_eq!(host.query_one(sql, &[]).await.unwrap().get::<_, i64>(0), 1);
}
