//! Visitors comment on the site: a form, no script, and everything that somebody might try with it.

use axum::body::Body;
use http::{Request, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::Answer;

use crate::world;

pub async fn published(world: &World, title: &str) -> String {
    let item = world.as_admin().post("/api/v1/content", json!({ "title": title })).await.is(StatusCode::CREATED);
    world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
    item.id()
}

/// The stamp in the form of a page.
fn stamp(page: &str) -> String {
    let document = scraper::Html::parse_document(page);
    let selector = scraper::Selector::parse("#respond input[name=stamp]").unwrap();
    document.select(&selector).next().expect("the page has a form").attr("value").unwrap().to_owned()
}

/// Opens the article, thinks for a minute and sends this form.
pub async fn comment(world: &World, slug: &str, fields: &[(&str, &str)]) -> Answer {
    let page = world.stranger().get(&format!("/s/harbor/{slug}")).await.is(StatusCode::OK).text();
    world.advance(SignedDuration::from_mins(1));
    let stamp = stamp(&page);
    let mut all = vec![("stamp", stamp.as_str()), ("name", "Vera"), ("email", "vera@mail.example")];
    all.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    all.extend_from_slice(fields);
    world.stranger().in_browser().form(&format!("/s/harbor/{slug}/comments"), &all).await
}

async fn comments(world: &World, query: &str) -> Vec<Value> {
    let list = world.as_admin().get(&format!("/api/v1/comments?{query}")).await.is(StatusCode::OK).json();
    list["data"].as_array().unwrap().clone()
}

async fn count(world: &World, id: &str) -> i64 {
    world.as_viewer().get(&format!("/api/v1/content/{id}")).await.json()["comment_count"].as_i64().unwrap()
}

#[tokio::test]
async fn a_comment_waits_is_approved_and_opens_the_door_for_the_next() {
    let world = world().await;
    let id = published(&world, "Tides").await;
    let sent = comment(&world, "tides", &[("comment", "How high\nis high?")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(sent.location(), "/s/harbor/tides/comments?sent=waiting#respond");
    let thanks = world.stranger().get("/s/harbor/tides/comments?sent=waiting").await.is(StatusCode::OK);
    assert!(thanks.text().contains("waiting for moderation") && thanks.header("cache-control") == "no-store");
    assert!(thanks.text().contains("noindex") && !thanks.text().contains("is high?"));
    assert_eq!(count(&world, &id).await, 0);

    let waiting = comments(&world, "status=PENDING").await;
    assert_eq!((waiting.len(), waiting[0]["author_email"].as_str()), (1, Some("vera@mail.example")));
    let approve = format!("/api/v1/comments/{}/approve", waiting[0]["id"].as_str().unwrap());
    world.as_admin().post(&approve, ()).await.is(StatusCode::OK);
    world.as_admin().post(&approve, ()).await.is(StatusCode::OK);
    assert_eq!(count(&world, &id).await, 1);
    let page = world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK).text();
    assert!(
        page.contains("How high<br>is high?") && page.contains("1 comment") && !page.contains("vera@mail"),
        "{page}"
    );

    let again = comment(&world, "tides", &[("comment", "Thank you"), ("email", "VERA@mail.example")]).await;
    assert!(again.is(StatusCode::SEE_OTHER).location().contains("?sent=shown#comment-"));
    assert_eq!(count(&world, &id).await, 2);
    assert!(world.stranger().get("/s/harbor/tides").await.text().contains("Thank you"));
}

#[tokio::test]
async fn answers_stand_below_what_they_answer() {
    let world = world().await;
    let id = published(&world, "Tides").await;
    published(&world, "Winds").await;
    let content = format!("/api/v1/content/{id}/comments");
    let first = world.as_admin().post(&content, json!({ "comment": "First" })).await.is(StatusCode::CREATED).id();
    let form = world.stranger().get(&format!("/s/harbor/tides/comments?reply={first}")).await.is(StatusCode::OK).text();
    assert!(form.contains(&format!(r#"name="parent" value="{first}""#)) && form.contains("Answer: <bdi>"), "{form}");
    let answer = [("comment", "An answer"), ("parent", first.as_str())];
    comment(&world, "tides", &answer).await.is(StatusCode::SEE_OTHER);
    assert_eq!(comments(&world, "status=PENDING").await[0]["parent_id"], json!(first));
    // What is not shown, or stands elsewhere, cannot be answered.
    for (slug, parent) in
        [("winds", first.as_str()), ("tides", "nothing"), ("tides", "rival-comment"), ("tides", "a b")]
    {
        let fields = [("comment", "An answer"), ("parent", parent), ("email", "other@mail.example")];
        let page = comment(&world, slug, &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
        assert!(page.contains("no longer there") && !page.contains("name=\"parent\""), "{page}");
    }
    let none = world.stranger().get("/s/harbor/tides/comments?reply=rival-comment").await.is(StatusCode::OK).text();
    assert!(!none.contains("name=\"parent\""));
}

#[tokio::test]
async fn nothing_typed_is_lost_when_the_form_is_refused() {
    let world = world().await;
    published(&world, "Tides").await;
    let fields = [("name", ""), ("email", "nobody"), ("comment", "Long \"work\" </textarea><script>alert(1)</script>")];
    let page = comment(&world, "tides", &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.header("cache-control"), "no-store");
    let text = page.text();
    assert!(text.contains("The name is missing") && text.contains("no e-mail address"), "{text}");
    assert!(text.contains("Long &#34;work&#34; &#60;/textarea&#62;") && !text.contains("<script>alert"), "{text}");
    assert!(text.contains("value=\"nobody\""));
    let long = "x".repeat(5_001);
    let page = comment(&world, "tides", &[("comment", &long)]).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(page.contains("5001 characters") && page.contains(&long));
    for (field, value) in [("comment", "a\0b"), ("name", "a\nb"), ("email", "a\0@b.example")] {
        let fields = [("comment", "Hello"), (field, value)];
        let fields = if field == "comment" { &fields[1..] } else { &fields[..] };
        comment(&world, "tides", fields).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert!(comments(&world, "").await.is_empty());
}

#[tokio::test]
async fn whatever_is_written_stays_text() {
    let world = world().await;
    let id = published(&world, "Tides").await;
    let tries = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\"><svg onload=alert(1)>",
        "javascript:alert(1) [a](javascript:alert(1))",
        "<!-- --><style>*{display:none}</style>",
        "{{ 7 * 7 }} ${7*7} \u{e002}stamp\u{e003}",
        "<a href=\"http://a.example\">x</a>",
    ];
    for (number, text) in tries.iter().enumerate() {
        let email = format!("v{number}@mail.example");
        comment(&world, "tides", &[("comment", text), ("name", text), ("email", &email)])
            .await
            .is(StatusCode::SEE_OTHER);
        world.advance(SignedDuration::from_mins(5));
    }
    let waiting = comments(&world, "").await;
    assert_eq!(waiting.len(), tries.len());
    for comment in &waiting {
        let approve = format!("/api/v1/comments/{}/approve", comment["id"].as_str().unwrap());
        world.as_admin().post(&approve, ()).await.is(StatusCode::OK);
    }
    let admin = world.as_admin().in_browser();
    let answer = format!("/s/harbor/tides/comments?reply={}", waiting[0]["id"].as_str().unwrap());
    for path in ["/s/harbor/tides", &answer, "/admin/harbor/comments?status=ALL"] {
        let text = admin.get(path).await.is(StatusCode::OK).text();
        let document = scraper::Html::parse_document(&text);
        for bad in [
            "script:not([src]):not([type='application/ld+json'])",
            "svg[onload]",
            "[onerror]",
            "style",
            "a[href^='javascript']",
            ".comment a[href^='http://a']",
        ] {
            let selector = scraper::Selector::parse(bad).unwrap();
            assert_eq!(document.select(&selector).count(), 0, "{path} has {bad}: {text}");
        }
    }
    assert_eq!(count(&world, &id).await, i64::try_from(tries.len()).unwrap());
}

#[tokio::test]
async fn programs_are_told_from_people() {
    let world = world().await;
    published(&world, "Tides").await;
    let page = world.stranger().get("/s/harbor/tides").await.text();
    let given = stamp(&page);
    let path = "/s/harbor/tides/comments";
    let send = |stamp: String| {
        let world = &world;
        async move {
            let fields =
                [("stamp", stamp.as_str()), ("name", "Vera"), ("email", "v@mail.example"), ("comment", "Hello")];
            world.stranger().form(path, &fields).await
        }
    };
    let quick = send(given.clone()).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(quick.contains("quicker than people") && stamp(&quick) == given, "{quick}");
    let other = published(&world, "Winds").await;
    let stamp_of_other = stamp(&world.stranger().get("/s/harbor/winds").await.text());
    world.advance(SignedDuration::from_secs(5));
    for wrong in ["", "0.x", "1772366400.made-up", &stamp_of_other, &given.replace("17", "16")] {
        let page = send(wrong.to_owned()).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
        assert!(page.contains("open for too long") && !page.contains(&format!("value=\"{other}\"")));
    }
    send(given.clone()).await.is(StatusCode::SEE_OTHER);
    world.advance(SignedDuration::from_hours(8 * 24));
    let old = send(given).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    world.advance(SignedDuration::from_secs(5));
    send(stamp(&old)).await.is(StatusCode::SEE_OTHER);

    comment(&world, "tides", &[("comment", "Buy now"), ("website", "http://x.example")])
        .await
        .is(StatusCode::SEE_OTHER);
    assert_eq!(comments(&world, "status=SPAM").await.len(), 1);
}

#[tokio::test]
async fn spam_is_told_by_links_lists_and_repetition() {
    let world = world().await;
    published(&world, "Tides").await;
    let blocklist = [("entries", "Casino\n@bad.example\n\n10.0.0.0/8\ncasino")];
    let admin = world.as_admin().in_browser();
    admin.form("/admin/harbor/comments/blocklist", &blocklist).await.is(StatusCode::SEE_OTHER);
    let shown = admin.get("/admin/harbor/comments/blocklist").await.is(StatusCode::OK).text();
    assert!(shown.contains("casino") && shown.contains("10.0.0.0/8") && shown.contains("@bad.example"), "{shown}");
    let long = "A text that nobody types twice by chance";
    for (email, text, status) in [
        ("a@mail.example", "Best CASINO ever", "SPAM"),
        ("b@bad.example", "Hello", "SPAM"),
        ("c@mail.example", &"http://x.example ".repeat(6), "SPAM"),
        ("d@mail.example", "http://x.example http://y.example", "PENDING"),
        ("e@mail.example", long, "PENDING"),
        ("f@mail.example", "A text  that nobody TYPES twice by chance", "SPAM"),
        ("g@mail.example", "Hello", "PENDING"),
    ] {
        comment(&world, "tides", &[("email", email), ("comment", text)]).await.is(StatusCode::SEE_OTHER);
        world.advance(SignedDuration::from_mins(5));
        let found = comments(&world, &format!("q={email}")).await;
        assert_eq!((found.len(), &found[0]["status"]), (1, &json!(status)), "{email}");
    }
    // Sent twice, it is one comment.
    comment(&world, "tides", &[("email", "e@mail.example"), ("comment", long)]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(comments(&world, "q=e@mail").await.len(), 1);
    // Approved before or not: somebody looks at many links.
    let id = comments(&world, "q=g@mail").await[0]["id"].as_str().unwrap().to_owned();
    world.as_admin().post(&format!("/api/v1/comments/{id}/approve"), ()).await.is(StatusCode::OK);
    let links = [("email", "g@mail.example"), ("comment", "www.x.example www.y.example")];
    assert!(comment(&world, "tides", &links).await.location().contains("waiting"));
}

#[tokio::test]
async fn too_many_from_one_place_must_wait_and_lose_nothing() {
    let world = world().await;
    published(&world, "Tides").await;
    for number in 0..5 {
        let text = format!("Number {number}");
        comment(&world, "tides", &[("comment", &text)]).await.is(StatusCode::SEE_OTHER);
    }
    let refused = comment(&world, "tides", &[("comment", "One more")]).await.is(StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() <= 600);
    assert!(refused.text().contains("One more") && refused.text().contains("Too many comments"));
    world.advance(SignedDuration::from_mins(10));
    comment(&world, "tides", &[("comment", "One more")]).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn only_open_published_articles_of_this_site_take_comments() {
    let world = world().await;
    let id = published(&world, "Tides").await;
    let content = format!("/api/v1/content/{id}");
    let path = "/s/harbor/tides/comments";
    world.stranger().with("sec-fetch-site", "cross-site").form(path, &[]).await.is(StatusCode::FORBIDDEN);
    world.stranger().with("origin", "https://evil.example").form(path, &[]).await.is(StatusCode::FORBIDDEN);
    world.stranger().form("/s/harbor/nothing/comments", &[]).await.is(StatusCode::NOT_FOUND);
    world.stranger().get("/s/harbor/nothing/comments").await.is(StatusCode::NOT_FOUND);
    world.stranger().get("/s/harbor/tides/comments/more").await.is(StatusCode::NOT_FOUND);

    let renamed = world.as_admin().patch(&content, json!({ "slug": "high-tides" })).await;
    renamed.is(StatusCode::OK);
    let moved = world.stranger().form(path, &[("comment", "Hello")]).await.is(StatusCode::PERMANENT_REDIRECT);
    assert_eq!(moved.location(), "/s/harbor/high-tides/comments");

    world.as_admin().patch(&content, json!({ "comments_enabled": false })).await.is(StatusCode::OK);
    let page = world.stranger().get("/s/harbor/high-tides").await.is(StatusCode::OK).text();
    assert!(!page.contains("id=\"respond\""), "{page}");
    world.stranger().form("/s/harbor/high-tides/comments", &[("comment", "Hello")]).await.is(StatusCode::CONFLICT);
    world.as_admin().post(&format!("{content}/unpublish"), json!({})).await.is(StatusCode::OK);
    world.stranger().form("/s/harbor/high-tides/comments", &[]).await.is(StatusCode::NOT_FOUND);
    let about = world.as_admin().post("/api/v1/content", json!({ "title": "About", "type": "PAGE" })).await;
    world.as_admin().post(&format!("{}/publish", about.location()), json!({})).await.is(StatusCode::OK);
    world.stranger().form("/s/harbor/about/comments", &[]).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_moment_of_the_form_is_no_reason_to_send_a_page_again() {
    let world = world().await;
    published(&world, "Tides").await;
    let first = world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK);
    world.advance(SignedDuration::from_hours(1));
    let again = Request::get("/s/harbor/tides").header("if-none-match", first.header("etag")).body(Body::empty());
    world.stranger().raw(again.unwrap()).await.is(StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn admins_are_told_once_in_a_quarter_of_an_hour() {
    let world = world().await;
    published(&world, "Tides").await;
    for text in ["One", "Two", "Three"] {
        comment(&world, "tides", &[("comment", text)]).await.is(StatusCode::SEE_OTHER);
    }
    assert_eq!(world.queued("content.tell_moderators").await, 1);
    world.run_jobs().await;
    assert!(world.outbox().await.is_empty(), "it is too early");
    world.advance(SignedDuration::from_mins(15));
    world.run_jobs().await;
    let mails = world.outbox().await;
    let mut recipients: Vec<&str> = mails.iter().map(|mail| mail.recipient.as_str()).collect();
    recipients.sort_unstable();
    assert_eq!(recipients, ["admin@harbor.test", "owner@harbor.test"]);
    assert!(mails[0].subject.starts_with("3 comments wait for you in"), "{}", mails[0].subject);
    assert!(mails[0].text.contains("Vera on “Tides”:\nThree") && mails[0].text.contains("/admin/harbor/comments"));

    comment(&world, "tides", &[("comment", "Four")]).await.is(StatusCode::SEE_OTHER);
    for comment in comments(&world, "status=PENDING").await {
        let reject = format!("/api/v1/comments/{}/reject", comment["id"].as_str().unwrap());
        world.as_admin().post(&reject, ()).await.is(StatusCode::OK);
    }
    world.advance(SignedDuration::from_mins(15));
    world.run_jobs().await;
    assert_eq!(world.outbox().await.len(), 2, "nobody is told of what was decided already");
}
