//! Emails in blocks: stored as blocks, sent as HTML and plain text, looked at before, begun from templates.

use http::StatusCode;
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;

use crate::audience_contacts::contact;
use crate::email_emails::{email, read};
use crate::email_sending::send;
use crate::world;

/// A published article of Harbor's.
async fn article(world: &World, title: &str) -> String {
    let values =
        json!({ "title": title, "content": "<p>It comes and goes.</p>", "type": "ARTICLE", "excerpt": "Twice a day." });
    let id = world.as_admin().post("/api/v1/content", values).await.is(StatusCode::CREATED).id();
    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), ()).await.is(StatusCode::OK);
    id
}

fn blocks(article: &str) -> Value {
    json!({ "style": { "accent": "#0b5cad", "postal_address": "Quay 1" }, "blocks": [
        { "type": "heading", "text": "Hello {{first_name|there}}", "level": 1 },
        { "type": "text", "html": "<p>News<script>alert(1)</script> of <a href=\"https://example.org/tide\">the tide</a></p>" },
        { "type": "article", "content_id": article },
        { "type": "button", "label": "Go", "href": "https://example.org/go" },
    ] })
}

async fn composed(world: &World, composition: Value) -> String {
    let values = json!({ "subject": "The tide", "composition": composition, "from_name": "Harbor", "from_email": "news@harbor.test",
        "audience_segment": { "all": true } });
    world.as_admin().post("/api/v1/emails", values).await.is(StatusCode::CREATED).id()
}

async fn checks(world: &World, id: &str) -> Vec<(String, String)> {
    let checks = world.as_admin().get(&format!("/api/v1/emails/{id}/checks")).await.is(StatusCode::OK).json();
    let word = |check: &Value, name: &str| check[name].as_str().unwrap().to_owned();
    checks["checks"].as_array().unwrap().iter().map(|check| (word(check, "code"), word(check, "level"))).collect()
}

#[tokio::test]
async fn blocks_become_html_and_plain_text_and_never_what_the_client_says() {
    let world = world().await;
    let item = article(&world, "Tides explained").await;
    let id = composed(&world, blocks(&item)).await;
    let path = format!("/api/v1/emails/{id}");
    let made = read(&world, &id).await;
    assert_eq!(
        made["composition"]["blocks"][1]["html"],
        "<p>News of <a href=\"https://example.org/tide\">the tide</a></p>"
    );
    let (html, plain) = (made["content"].as_str().unwrap(), made["composed_text"].as_str().unwrap());
    assert!(
        html.starts_with("<!doctype html>")
            && html.contains("Tides explained")
            && html.contains("/s/harbor/tides-explained")
    );
    assert!(html.contains("#0b5cad") && html.contains("Quay 1") && !html.contains("<script"));
    assert!(plain.contains("HELLO") || plain.contains("Hello {{first_name|there}}"), "{plain}");
    assert!(plain.contains("Tides explained\nTwice a day.\nRead on ( http"), "{plain}");

    let both = json!({ "content": "<p>Mine</p>", "composition": { "blocks": [] } });
    let both = world.as_admin().patch(&path, both).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(both.errors(), [("content".into(), "with_composition".into())]);
    let wrong = json!({ "subject": "", "composition": { "blocks": [{ "type": "button", "label": "x", "href": "javascript:alert(1)" }, { "type": "what" }] } });
    let wrong = world.as_admin().patch(&path, wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let mut fields: Vec<String> = wrong.errors().into_iter().map(|(field, _)| field).collect();
    fields.sort();
    assert_eq!(fields, ["composition.blocks[0].href", "composition.blocks[1]", "subject"]);
    let many = vec![json!({ "type": "divider" }); 101];
    world
        .as_admin()
        .patch(&path, json!({ "composition": { "blocks": many } }))
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY);

    // Sending back what was read changes nothing; other HTML takes the place of the blocks.
    let same = json!({ "content": html, "subject": "The ebb" });
    let same = world.as_admin().patch(&path, same).await.is(StatusCode::OK).json();
    assert_eq!((&same["composition"]["blocks"][0]["type"], &same["version"]), (&json!("heading"), &json!(2)));
    let copy = world.as_admin().post(&format!("{path}/duplicate"), ()).await.is(StatusCode::CREATED).json();
    assert_eq!(copy["composition"], same["composition"]);
    let mine = world.as_admin().patch(&path, json!({ "content": "<p>Mine</p>" })).await.is(StatusCode::OK).json();
    assert_eq!(
        (&mine["content"], &mine["composition"], &mine["composed_text"]),
        (&json!("<p>Mine</p>"), &Value::Null, &Value::Null)
    );
    let kept = world
        .as_admin()
        .patch(&format!("/api/v1/emails/{}", copy["id"].as_str().unwrap()), json!({ "composition": null }))
        .await;
    let kept = kept.is(StatusCode::OK).json();
    assert_eq!((&kept["composition"], &kept["content"]), (&Value::Null, &copy["content"]));
}

#[tokio::test]
async fn an_article_is_as_it_is_on_the_site_when_the_email_goes_out_and_must_be_there() {
    let world = world().await;
    contact(&world, json!({ "email": "ada@example.org", "name": "Ada Lovelace" })).await;
    let item = article(&world, "Tides explained").await;
    let id = composed(&world, blocks(&item)).await;
    assert!(checks(&world, &id).await.contains(&("articles".into(), "good".into())));

    world.as_admin().post(&format!("/api/v1/content/{item}/unpublish"), ()).await.is(StatusCode::OK);
    assert!(checks(&world, &id).await.contains(&("article_unpublished".into(), "error".into())));
    let refused =
        world.as_admin().post(&format!("/api/v1/emails/{id}/send"), ()).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.errors(), [("composition".into(), "article_unpublished".into())]);

    world
        .as_admin()
        .patch(&format!("/api/v1/content/{item}"), json!({ "title": "Tides, at last" }))
        .await
        .is(StatusCode::OK);
    world.as_admin().post(&format!("/api/v1/content/{item}/publish"), ()).await.is(StatusCode::OK);
    send(&world, &id).await;
    let sql = "SELECT html, plain_text FROM app.email_bodies WHERE id = $1";
    let row = world.tenant().await.one(sql, &[&id]).await.unwrap();
    let (html, plain): (String, String) = (row.get("html"), row.get("plain_text"));
    assert!(
        html.contains("Tides, at last") && plain.contains("Tides, at last\nTwice a day.\nRead on ( {{@link:"),
        "{plain}"
    );
    assert!(html.contains("{{@open}}") && plain.ends_with("Change what you get: {{preferences_url}}\n"), "{plain}");

    // One that disappears after it was scheduled stops the email, and who made it reads why.
    let other = article(&world, "Gone soon").await;
    let id = composed(&world, blocks(&other)).await;
    let at = world.now() + jiff::SignedDuration::from_hours(2);
    world
        .as_admin()
        .post(&format!("/api/v1/emails/{id}/send"), json!({ "scheduled_for": at }))
        .await
        .is(StatusCode::OK);
    world.as_admin().post(&format!("/api/v1/content/{other}/unpublish"), ()).await.is(StatusCode::OK);
    world.advance(jiff::SignedDuration::from_hours(3));
    world.run_jobs().await;
    let failed = read(&world, &id).await;
    assert_eq!(failed["status"], "FAILED", "{failed}");
    assert!(failed["problem"].as_str().unwrap().contains("Gone soon"), "{failed}");
}

#[tokio::test]
async fn the_checklist_explains_what_is_missing() {
    let world = world().await;
    let id = composed(
        &world,
        json!({ "blocks": [
        { "type": "button", "label": "Go" }, { "type": "image" }, { "type": "article" },
        { "type": "image", "src": "https://example.org/a.webp" }, { "type": "heading", "text": "Hi {{nickname}}" },
        { "type": "text", "html": "<p><a href=\"https://bit.ly/x\">https://bank.example</a></p>" },
    ] }),
    )
    .await;
    let found = checks(&world, &id).await;
    for (code, level) in [
        ("button_without_link", "error"),
        ("article_missing", "error"),
        ("merge_tag", "error"),
        ("picture_missing", "warning"),
        ("picture_format", "warning"),
        ("alt_missing", "warning"),
        ("postal_address_missing", "warning"),
        ("link_shortened", "warning"),
        ("link_misleading", "warning"),
    ] {
        assert!(found.contains(&(code.into(), level.into())), "{code}: {found:?}");
    }
    let empty = composed(&world, json!({})).await;
    assert!(checks(&world, &empty).await.contains(&("blocks_missing".into(), "error".into())));
}

#[tokio::test]
async fn a_preview_shows_a_contact_s_own_values_and_stores_nothing() {
    let world = world().await;
    let ada = contact(&world, json!({ "email": "ada@example.org", "name": "Ada <b>Lovelace</b>" })).await;
    let id = composed(&world, json!({ "blocks": [{ "type": "heading", "text": "Hello {{first_name|there}}" }] })).await;
    let preview = format!("/api/v1/emails/{id}/preview");
    let shown = world.as_admin().post(&preview, json!({})).await.is(StatusCode::OK).json();
    assert!(shown["html"].as_str().unwrap().contains("Hello Alex<") && shown["mistakes"] == json!([]), "{shown}");
    let other = json!({ "contact_id": ada, "composition": { "blocks": [{ "type": "text", "html": "<p>{{name}}, {{email}}</p>" }] } });
    let shown = world.as_admin().post(&preview, other).await.is(StatusCode::OK).json();
    assert!(shown["html"].as_str().unwrap().contains("Ada &lt;b&gt;Lovelace&lt;/b&gt;, ada@example.org"), "{shown}");
    let broken = json!({ "composition": { "blocks": [{ "type": "text", "html": "<p>{{nickname}}</p>" }] } });
    let shown = world.as_admin().post(&preview, broken).await.is(StatusCode::OK).json();
    assert!(shown["mistakes"][0].as_str().unwrap().contains("nickname"));
    let unknown = world.as_admin().post(&preview, json!({ "contact_id": "nobody" })).await;
    assert_eq!(unknown.is(StatusCode::UNPROCESSABLE_ENTITY).errors(), [("contact_id".into(), "unknown".into())]);
    assert_eq!(read(&world, &id).await["version"], 1);
    world.as_member().post(&preview, json!({})).await.is(StatusCode::FORBIDDEN);
    world.as_rival_admin().post(&preview, json!({})).await.is(StatusCode::NOT_FOUND);

    let browser = world.as_admin().in_browser();
    let typed = [
        ("block", "text"),
        ("html", "Dear {{first_name|there}}"),
        ("block", "button"),
        ("label", "x"),
        ("href", "javascript:alert(1)"),
        ("contact", "ADA@example.org"),
        ("view", "dark"),
    ];
    let page = browser.form(&format!("/admin/harbor/emails/{id}/compose/preview"), &typed).await.is(StatusCode::OK);
    assert!(
        page.header("content-security-policy").contains("sandbox") && page.header("x-frame-options") == "SAMEORIGIN"
    );
    let text = page.text();
    assert!(text.contains("Dear Ada") && text.contains("(min-width:0px)") && !text.contains("javascript:"), "{text}");
    let plain = browser
        .get(&format!("/admin/harbor/emails/{id}/preview?view=plain&contact=ada@example.org"))
        .await
        .is(StatusCode::OK)
        .text();
    assert!(plain.contains("<pre") && plain.contains("Hello Ada"), "{plain}");
}

#[tokio::test]
async fn templates_are_kept_started_from_and_deleted() {
    let world = world().await;
    let values =
        json!({ "name": "Monthly", "composition": { "blocks": [{ "type": "heading", "text": "This month" }] } });
    let made = world.as_admin().post("/api/v1/email-templates", values.clone()).await.is(StatusCode::CREATED);
    let (id, path) = (made.id(), made.location().to_owned());
    let taken = world.as_admin().post("/api/v1/email-templates", values).await.is(StatusCode::CONFLICT);
    assert!(taken.text().contains("There is a template of this name already"));
    let empty = world
        .as_admin()
        .post("/api/v1/email-templates", json!({ "name": " " }))
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY);
    let fields: Vec<String> = empty.errors().into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["name", "composition"]);
    let list = world.as_admin().get("/api/v1/email-templates").await.is(StatusCode::OK).json();
    assert_eq!((&list["page"]["total"], &list["data"][0]["name"]), (&json!(1), &json!("Monthly")));
    world.as_rival_admin().get(&path).await.is(StatusCode::NOT_FOUND);
    world.as_member().get(&path).await.is(StatusCode::FORBIDDEN);
    let stale = world.as_admin().with("if-match", "\"v9\"").patch(&path, json!({ "name": "X" })).await;
    stale.is(StatusCode::PRECONDITION_FAILED);
    world.as_admin().patch(&path, json!({ "name": "Every month" })).await.is(StatusCode::OK);

    let browser = world.as_admin().in_browser();
    let gallery = browser.get("/admin/harbor/email-templates").await.is(StatusCode::OK).text();
    assert!(gallery.contains("Every month") && gallery.contains("Promotion"), "{gallery}");
    for template in [id.as_str(), "newsletter", "promotion", "welcome", "announcement"] {
        let shown =
            browser.get(&format!("/admin/harbor/email-templates/{template}/preview")).await.is(StatusCode::OK).text();
        assert!(shown.contains("You get this email from Harbor"), "{template}");
        let new = [("subject", "From it"), ("start", template)];
        let made = browser.form("/admin/harbor/emails", &new).await.is(StatusCode::SEE_OTHER);
        assert!(made.location().ends_with("/compose"), "{template}: {}", made.location());
    }
    browser.get("/admin/harbor/email-templates/nothing/preview").await.is(StatusCode::NOT_FOUND);
    let unknown = browser.form("/admin/harbor/emails", &[("subject", "X"), ("start", "nothing")]).await;
    assert!(unknown.is(StatusCode::UNPROCESSABLE_ENTITY).text().contains("There is no such template any more"));
    let by_hand =
        browser.form("/admin/harbor/emails", &[("subject", "X"), ("start", "html")]).await.is(StatusCode::SEE_OTHER);
    assert!(!by_hand.location().ends_with("/compose"));
    world.as_admin().delete(&path).await.is(StatusCode::NO_CONTENT);
    world.as_admin().get(&path).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_form_works_without_a_script() {
    let world = world().await;
    let id = composed(&world, json!({ "blocks": [{ "type": "heading", "text": "One" }, { "type": "divider" }] })).await;
    let browser = world.as_admin().in_browser();
    let compose = format!("/admin/harbor/emails/{id}/compose");
    let page = browser.get(&compose).await.is(StatusCode::OK).text();
    assert!(page.contains("value=\"One\"") && page.contains("up:1") && page.contains("{{first_name|there}}"), "{page}");

    let kinds = |email: &Value| {
        let blocks = email["composition"]["blocks"].as_array().unwrap();
        blocks.iter().map(|block| block["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let fields = |version: &'static str, step: &'static str| {
        [
            ("version", version),
            ("block", "heading"),
            ("text", "One & two"),
            ("level", "1"),
            ("block", "divider"),
            ("do", step),
        ]
    };
    let moved = browser.form(&compose, &fields("1", "down:0")).await.is(StatusCode::SEE_OTHER);
    assert!(moved.location().ends_with("/compose#block-1"), "{}", moved.location());
    let saved = read(&world, &id).await;
    assert_eq!(
        (kinds(&saved), &saved["composition"]["blocks"][1]["text"]),
        ("divider heading".into(), &json!("One & two"))
    );
    browser.form(&compose, &fields("2", "add::columns")).await.is(StatusCode::SEE_OTHER);
    assert_eq!(kinds(&read(&world, &id).await), "heading divider columns");

    let stale = browser.form(&compose, &fields("1", "")).await.is(StatusCode::CONFLICT).text();
    assert!(stale.contains("Somebody else changed this") && stale.contains("One &#38; two"), "{stale}");
    let wrong = [("version", "3"), ("block", "button"), ("label", "Keep me"), ("href", "nowhere at all")];
    let refused = browser.form(&compose, &wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(
        refused.contains("That is no whole address")
            && refused.contains("Keep me")
            && refused.contains("nowhere at all")
    );
    let script = browser
        .with("accept", "application/json")
        .form(&compose, &wrong)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .json();
    assert_eq!(script["errors"][0]["field"], "composition.blocks[0].href");
    let browser = world.as_admin().in_browser();
    let script =
        browser.with("accept", "application/json").form(&compose, &fields("3", "")).await.is(StatusCode::OK).json();
    assert_eq!(script["version"], 4);

    let browser = world.as_admin().in_browser();
    let template = [("version", "4"), ("block", "heading"), ("text", "Kept"), ("template_name", "Mine")];
    browser.form(&format!("{compose}/template"), &template).await.is(StatusCode::SEE_OTHER);
    let again = [("version", "5"), ("block", "heading"), ("text", "Kept twice"), ("template_name", "Mine")];
    let taken = browser.form(&format!("{compose}/template"), &again).await.is(StatusCode::CONFLICT).text();
    assert!(taken.contains("There is a template of this name already") && taken.contains("Kept twice"));
    assert_eq!(read(&world, &id).await["composition"]["blocks"][0]["text"], "Kept");

    let page = format!("/admin/harbor/emails/{id}");
    browser.form(&format!("{page}/to-html"), &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(read(&world, &id).await["composition"], Value::Null);
    assert_eq!(browser.get(&compose).await.is(StatusCode::SEE_OTHER).location(), page);
    let by_hand = email(
        &world,
        json!({ "content": "<table><tr><td><h1>Hi</h1><p>There {{first_name|x}}</p></td></tr></table>" }),
    )
    .await;
    browser.form(&format!("/admin/harbor/emails/{by_hand}/to-blocks"), &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(kinds(&read(&world, &by_hand).await), "heading text");
}

#[tokio::test]
async fn a_published_item_offers_an_email_about_it_to_who_may_write_one() {
    let world = world().await;
    let item = article(&world, "Tides explained").await;
    let fragment = format!("/admin/harbor/content/{item}/newsletter");
    let shown = world.as_admin().in_browser().get(&fragment).await.is(StatusCode::OK).text();
    assert!(shown.contains(&format!("/admin/harbor/emails/new?content={item}")), "{shown}");
    let member = world.as_member().in_browser().get(&fragment).await.is(StatusCode::OK).text();
    assert_eq!(member.trim(), "");
    world.as_rival_admin().in_browser().get(&fragment).await.is(StatusCode::NOT_FOUND);
    let editor =
        world.as_admin().in_browser().get(&format!("/admin/harbor/content/{item}")).await.is(StatusCode::OK).text();
    assert!(editor.contains(&format!("hx-get=\"{fragment}\"")));

    let browser = world.as_admin().in_browser();
    let new = browser.get(&format!("/admin/harbor/emails/new?content={item}")).await.is(StatusCode::OK).text();
    assert!(new.contains("value=\"Tides explained\"") && new.contains("This article alone"), "{new}");
    let made = browser
        .form("/admin/harbor/emails", &[("subject", "Read this"), ("start", "article"), ("content", &item)])
        .await;
    let made = made.is(StatusCode::SEE_OTHER).location().to_owned();
    let id = made.split('/').rev().nth(1).unwrap().to_owned();
    let email = read(&world, &id).await;
    assert_eq!(email["composition"]["blocks"][1]["content_id"], json!(item));
    assert!(email["content"].as_str().unwrap().contains("Tides explained"));
    let refused =
        browser.form("/admin/harbor/emails", &[("subject", ""), ("start", "article"), ("content", &item)]).await;
    assert!(refused.is(StatusCode::UNPROCESSABLE_ENTITY).text().contains("This article alone"));
}

#[tokio::test]
async fn the_library_knows_which_emails_use_a_file() {
    let world = world().await;
    let sql = "INSERT INTO media_assets (organization_id, id, name, original_name, file_name, file_url, token, mime_type, file_size, width, height, uploaded_by)
               VALUES ('org-harbor', 'boat', 'Boat', 'boat.jpg', 'org-harbor/boattokenboattokenboat/boat.jpg', '/media/org-harbor/boattokenboattokenboat/boat.jpg', 'boattokenboattokenboat', 'image/jpeg', 1, 3000, 2000, 'user-harbor-owner')";
    let tx = world.tenant().await;
    tx.execute(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let id = composed(
        &world,
        json!({ "blocks": [{ "type": "image", "src": "/media/org-harbor/boattokenboattokenboat/boat.jpg", "alt": "A boat" }] }),
    )
    .await;
    let html = read(&world, &id).await["content"].as_str().unwrap().to_owned();
    assert!(
        html.contains("/media/org-harbor/boattokenboattokenboat/w1600.jpg")
            && html.contains("alt=\"A boat\"")
            && html.contains("src=\"http"),
        "{html}"
    );
    let uses = async || -> i64 {
        let sql = "SELECT count(*) AS count FROM app.media_uses WHERE kind = 'email' AND asset_id = 'boat'";
        world.tenant().await.one(sql, &[]).await.unwrap().get("count")
    };
    assert_eq!(uses().await, 1);
    world.as_admin().delete(&format!("/api/v1/emails/{id}")).await.is(StatusCode::NO_CONTENT);
    assert_eq!(uses().await, 0);
}
