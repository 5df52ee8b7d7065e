//! The moderation page with forms alone.

use http::StatusCode;
use kernel::db::Statements;
use serde_json::json;
use testkit::World;

use crate::comments_visitors::published;
use crate::world;

/// Puts comments of visitors below an item, in this order.
async fn settle(world: &World, item: &str, comments: &[(&str, &str, &str)]) {
    let tx = world.tenant().await;
    let sql = r#"INSERT INTO content_comments (organization_id, id, content_id, comment, status, author_name, author_email, created_at)
        VALUES ('org-harbor', $2, $1, $3, $4::"CommentStatus", 'Vera', 'vera@mail.example', $5)"#;
    for (number, (id, text, status)) in comments.iter().enumerate() {
        let at = world.now() + jiff::SignedDuration::from_secs(i64::try_from(number).unwrap());
        tx.execute(sql, &[&item, id, text, status, &at]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn status(world: &World, id: &str) -> String {
    let answer = world.as_viewer().get(&format!("/api/v1/comments/{id}")).await;
    if answer.status == StatusCode::NOT_FOUND {
        "gone".into()
    } else {
        answer.json()["status"].as_str().unwrap().into()
    }
}

const THREE: [(&str, &str, &str); 3] =
    [("c1", "First here", "PENDING"), ("c2", "Second here", "PENDING"), ("c3", "Third here", "APPROVED")];

#[tokio::test]
async fn the_queue_shows_what_waits_and_finds_the_rest() {
    let world = world().await;
    let item = published(&world, "Tides").await;
    settle(&world, &item, &THREE).await;
    let admin = world.as_admin().in_browser();
    let page = |query: &'static str| {
        let admin = admin.clone();
        async move { admin.get(&format!("/admin/harbor/comments{query}")).await.is(StatusCode::OK).text() }
    };
    let waiting = page("").await;
    assert!(waiting.contains("Second here") && waiting.contains("First here") && !waiting.contains("Third here"));
    assert!(waiting.find("Second here") < waiting.find("First here"), "the newest comes first");
    assert!(waiting.contains("vera@mail.example") && waiting.contains("Tides") && waiting.contains("2 of 2 comments"));
    let approved = page("?status=APPROVED").await;
    assert!(approved.contains("/s/harbor/tides#comment-c3") && !approved.contains("First here"));
    let all = page("?status=ALL&q=HERE").await;
    assert!(["First", "Second", "Third"].iter().all(|word| all.contains(word)));
    assert!(page("?q=zebra").await.contains("Nothing matches"));
    assert!(page("?status=nonsense").await.contains("First here"));
    let of_item = admin.get(&format!("/admin/harbor/comments?content={item}")).await.is(StatusCode::OK).text();
    assert!(of_item.contains(&format!("/admin/harbor/content/{item}")));
    world.as_member().in_browser().get("/admin/harbor/comments").await.is(StatusCode::FORBIDDEN);
    let library = world.as_member().in_browser().get("/admin/harbor/content").await.text();
    assert!(!library.contains("/admin/harbor/comments"));
}

#[tokio::test]
async fn one_button_decides_about_one_and_boxes_about_many() {
    let world = world().await;
    let item = published(&world, "Tides").await;
    settle(&world, &item, &THREE).await;
    let admin = world.as_admin().in_browser();
    let path = "/admin/harbor/comments";
    // A button beside a comment is about that comment alone, whatever is ticked.
    let back = "status=ALL&q=here";
    let done = admin.form(path, &[("back", back), ("id", "c2"), ("id", "c3"), ("approve", "c1")]).await;
    assert_eq!(done.is(StatusCode::SEE_OTHER).location(), "/admin/harbor/comments?status=ALL&q=here");
    assert_eq!((status(&world, "c1").await, status(&world, "c2").await), ("APPROVED".into(), "PENDING".into()));
    let fields = [("id", "c1"), ("id", "c2"), ("id", "rival-pending"), ("id", "no id"), ("do", "spam")];
    admin.form(path, &fields).await.is(StatusCode::SEE_OTHER);
    assert_eq!((status(&world, "c1").await, status(&world, "c2").await), ("SPAM".into(), "SPAM".into()));
    admin.form(path, &[("id", "c3"), ("do", "reject")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(status(&world, "c3").await, "REJECTED");
    for nothing in [vec![], vec![("do", "approve")], vec![("id", "c1")], vec![("id", "c1"), ("do", "dance")]] {
        admin.form(path, &nothing).await.is(StatusCode::SEE_OTHER);
    }
    assert_eq!(status(&world, "c1").await, "SPAM");
    let outside = admin.form(path, &[("back", "//evil.example"), ("approve", "c1")]).await;
    assert_eq!(outside.is(StatusCode::SEE_OTHER).location(), "/admin/harbor/comments");
    let rival = world.tenant_of(testkit::world::Side::Rival).await;
    let row = rival.one("SELECT status::text FROM content_comments WHERE id = 'rival-pending'", &[]).await.unwrap();
    assert_eq!(row.get::<_, &str>(0), "PENDING");
}

#[tokio::test]
async fn deleting_asks_once_and_says_what_is_lost() {
    let world = world().await;
    let item = published(&world, "Tides").await;
    settle(&world, &item, &THREE).await;
    let content = format!("/api/v1/content/{item}/comments");
    let answer = json!({ "comment": "An answer", "parent_id": "c3" });
    let answer = world.as_admin().post(&content, answer).await.is(StatusCode::CREATED).id();
    let admin = world.as_admin().in_browser();
    let path = "/admin/harbor/comments";
    let ask = admin.form(path, &[("id", "c1"), ("id", "c3"), ("do", "delete")]).await.is(StatusCode::OK).text();
    assert!(
        ask.contains("Delete 2 comments?") && ask.contains("One answer stays") && ask.contains("Third here"),
        "{ask}"
    );
    assert_eq!(status(&world, "c3").await, "APPROVED");
    let fields = [("id", "c1"), ("id", "c3"), ("do", "delete"), ("confirmed", "yes")];
    admin.form(path, &fields).await.is(StatusCode::SEE_OTHER);
    assert_eq!((status(&world, "c1").await, status(&world, "c3").await), ("gone".into(), "gone".into()));
    let left = world.as_viewer().get(&format!("/api/v1/comments/{answer}")).await.is(StatusCode::OK).json();
    assert!(left["parent_id"].is_null());
    assert_eq!(world.as_viewer().get(&format!("/api/v1/content/{item}")).await.json()["comment_count"], 1);
}

#[tokio::test]
async fn a_comment_is_answered_corrected_and_approved_on_its_page() {
    let world = world().await;
    let item = published(&world, "Tides").await;
    settle(&world, &item, &THREE).await;
    let admin = world.as_admin().in_browser();
    let page = "/admin/harbor/comments/c1";
    assert!(admin.get(page).await.is(StatusCode::OK).text().contains("Approve and answer"));
    admin.get("/admin/harbor/comments/rival-pending").await.is(StatusCode::NOT_FOUND);
    let long = "x".repeat(20_001);
    let refused = admin.form(&format!("{page}/reply"), &[("reply", &long)]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains(&long), "what was typed stays");
    admin.form(&format!("{page}/reply"), &[("reply", "Welcome")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(status(&world, "c1").await, "APPROVED");
    let site = world.stranger().get("/s/harbor/tides").await.text();
    assert!(site.contains("Welcome") && site.contains("First here") && site.contains("3 comments"), "{site}");

    admin.form(page, &[("comment", "First, corrected"), ("version", "2")]).await.is(StatusCode::SEE_OTHER);
    let stale = admin.form(page, &[("comment", "Too late"), ("version", "2")]).await.is(StatusCode::CONFLICT).text();
    assert!(stale.contains("Too late") && stale.contains("First, corrected"), "{stale}");
}

#[tokio::test]
async fn the_blocklist_takes_lines_and_gives_them_back() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let path = "/admin/harbor/comments/blocklist";
    assert!(admin.get(path).await.is(StatusCode::OK).text().contains("Nothing is blocked"));
    let empty = admin.form(path, &[("entries", " \n ")]).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(empty.contains("at least one"));
    let long = "x".repeat(201);
    let kept = admin.form(path, &[("entries", &long)]).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(kept.contains(&long));
    admin.form(path, &[("entries", "a\0b")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    admin.form(path, &[("entries", "<b>Pills</b>")]).await.is(StatusCode::SEE_OTHER);
    let shown = admin.get(path).await.is(StatusCode::OK).text();
    assert!(shown.contains("&#60;b&#62;pills") && !shown.to_lowercase().contains("rival"), "{shown}");
    let id =
        world.tenant().await.one("SELECT id FROM app.comment_blocklist", &[]).await.unwrap().get::<_, String>("id");
    admin.form(&format!("{path}/{id}/remove"), &[]).await.is(StatusCode::SEE_OTHER);
    admin.form(&format!("{path}/rival-blocked/remove"), &[]).await.is(StatusCode::NOT_FOUND);
    assert!(admin.get(path).await.text().contains("Nothing is blocked"));
}

#[tokio::test]
async fn the_queue_is_paged_both_ways() {
    let world = world().await;
    let item = published(&world, "Tides").await;
    let rows: Vec<(String, String)> = (0..30).map(|n| (format!("c{n:02}"), format!("Comment {n:02}."))).collect();
    let rows: Vec<(&str, &str, &str)> = rows.iter().map(|(id, text)| (id.as_str(), text.as_str(), "PENDING")).collect();
    settle(&world, &item, &rows).await;
    let admin = world.as_admin().in_browser();
    let link = |page: &str, rel: &str| {
        let document = scraper::Html::parse_document(page);
        let selector = scraper::Selector::parse(&format!("a[rel={rel}]")).unwrap();
        document.select(&selector).next().and_then(|link| link.attr("href")).map(str::to_owned).expect("a link")
    };
    let first = admin.get("/admin/harbor/comments").await.is(StatusCode::OK).text();
    assert!(first.contains("Comment 29.") && first.contains("Comment 05.") && !first.contains("Comment 04."));
    let next = link(&first, "next");
    let second = admin.get(&next).await.is(StatusCode::OK).text();
    assert!(second.contains("Comment 04.") && second.contains("Comment 00.") && !second.contains("Comment 05."));
    let again = admin.get(&link(&second, "prev")).await.is(StatusCode::OK).text();
    assert!(again.contains("Comment 29.") && again.contains("Comment 05.") && !again.contains("Comment 04."));
    // When all of the last page is decided, the list begins anew.
    let back = next.split_once('?').unwrap().1.to_owned();
    let mut fields = vec![("back", back.as_str()), ("do", "approve")];
    fields.extend(["c00", "c01", "c02", "c03", "c04"].map(|id| ("id", id)));
    let done = admin.form("/admin/harbor/comments", &fields).await.is(StatusCode::SEE_OTHER);
    let restart = admin.get(done.location()).await.is(StatusCode::SEE_OTHER);
    assert_eq!(restart.location(), "/admin/harbor/comments");
}
