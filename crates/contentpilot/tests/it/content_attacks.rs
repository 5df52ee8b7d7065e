//! Whatever somebody writes, by whichever road, no page of anybody runs it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Cursor;

use http::StatusCode;
use importers::{Options, ghost, legacy, markdown, wordpress};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::World;

use crate::comments_visitors::comment;
use crate::harmless::{dangers, links, runs_nothing, words};
use crate::media_upload::{form, send};
use crate::{files, world};

/// The tricks that the sanitizer's own tests try.
const TRICKS: &str = include_str!("../../../content/src/html/attacks.txt");
/// Stands in each body, so that a page that shows nothing proves nothing.
const PROOF: &str = "written-by-somebody";
/// Pages looked at in one story, and those of one address with different queries.
const PAGES_MOST: usize = 700;
const QUERIES_MOST: usize = 4;

/// One trick a line, with marks for characters that a line cannot show.
fn tricks() -> Vec<String> {
    let lines = TRICKS.lines().filter(|line| !line.is_empty() && !line.starts_with("## "));
    lines.map(|line| line.replace("^T", "\t").replace("^N", "\n").replace("^0", "\u{1}")).collect()
}

/// The trick as a line of text that a field takes.
fn line(trick: &str, longest: usize) -> String {
    let text: String = trick.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(longest).collect::<String>().trim().to_owned()
}

fn body(tricks: &[String]) -> String {
    format!("<p>{PROOF}</p>{}", tricks.concat())
}

fn fields(tricks: &[String]) -> Value {
    let text = |at: usize, longest| line(&tricks[at % tricks.len()], longest);
    json!({
        "title": text(0, 200), "excerpt": text(1, 500), "meta_title": text(2, 200), "meta_description": text(3, 500),
        "content": body(tricks), "keywords": [text(0, 100)], "tags": [text(1, 100).replace(',', " ")],
    })
}

async fn publish(world: &World, id: &str) {
    world.as_admin().post(&format!("/api/v1/content/{id}/publish"), json!({})).await.is(StatusCode::OK);
}

async fn by_api(world: &World, tricks: &[String]) -> String {
    let id = world.as_member().post("/api/v1/content", fields(tricks)).await.is(StatusCode::CREATED).id();
    publish(world, &id).await;
    id
}

/// A harmless draft that is changed, changed back and brought back from its history.
async fn by_revision(world: &World, tricks: &[String]) -> String {
    let id = world.as_member().post("/api/v1/content", json!({ "title": "Calm" })).await.is(StatusCode::CREATED).id();
    let path = format!("/api/v1/content/{id}");
    world.as_member().patch(&path, fields(tricks)).await.is(StatusCode::OK);
    world
        .as_member()
        .patch(&path, json!({ "title": "Calm", "content": "<p>Calm</p>", "excerpt": null }))
        .await
        .is(StatusCode::OK);
    world.as_member().post(&format!("{path}/revisions/2/restore"), ()).await.is(StatusCode::OK);
    publish(world, &id).await;
    id
}

async fn by_form(world: &World, tricks: &[String]) -> String {
    let fields = fields(tricks);
    let text = |name: &str| fields[name].as_str().unwrap().to_owned();
    let named = ["title", "excerpt", "meta_title", "meta_description", "content"].map(|name| (name, text(name)));
    let mut sent: Vec<(&str, &str)> = named.iter().map(|(name, value)| (*name, value.as_str())).collect();
    sent.extend([
        ("type", "ARTICLE"),
        ("tags", named[0].1.as_str()),
        ("keywords", named[1].1.as_str()),
        ("then", "publish"),
    ]);
    let saved = world.as_admin().in_browser().form("/admin/harbor/content", &sent).await.is(StatusCode::SEE_OTHER);
    saved.location().rsplit('/').next().unwrap().to_owned()
}

fn sandbox_of(policy: &str) -> Option<&str> {
    policy.split(';').find_map(|rule| rule.trim().strip_prefix("sandbox"))
}

/// Follows every link of the organization's pages from these on, and looks at each.
async fn look_everywhere(world: &World, from: &[String]) -> BTreeSet<String> {
    let admin = world.as_admin().in_browser();
    let mut waiting: VecDeque<String> = from.iter().cloned().collect();
    let mut seen = BTreeSet::new();
    let mut queries: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(address) = waiting.pop_front() {
        let path = address.split('?').next().unwrap_or_default().to_owned();
        let asked = queries.entry(path).or_default();
        *asked += 1;
        if *asked > QUERIES_MOST || seen.len() >= PAGES_MOST || !seen.insert(address.clone()) {
            continue;
        }
        let answer = admin.get(&address).await;
        let text = answer.text();
        let kind = answer.header("content-type").split(';').next().unwrap_or_default().to_owned();
        match kind.as_str() {
            // The document of a mail, with styles of its own, in which the browser runs nothing.
            "text/html" if sandbox_of(answer.header("content-security-policy")).is_some_and(runs_nothing) => {}
            "text/html" => {
                assert_eq!(dangers(&text), Vec::<String>::new(), "{address}");
                waiting.extend(links(&text).into_iter().filter_map(|link| own(&link)));
            }
            "application/rss+xml" => look_at_rss(&text, &address),
            "application/feed+json" => look_at_json(&answer.json(), &address),
            _ => {}
        }
    }
    seen
}

/// The path of an address of this organization's pages.
fn own(link: &str) -> Option<String> {
    let path = match link.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => link,
    };
    let path = path.split('#').next().unwrap_or_default();
    (path.starts_with("/s/harbor") || path.starts_with("/admin/harbor")).then(|| path.to_owned())
}

/// Readers show descriptions and bodies as HTML, whatever was meant.
fn look_at_rss(text: &str, address: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut inside, mut value, mut is_item) = (String::new(), String::new(), false);
    loop {
        use quick_xml::events::Event;
        match reader.read_event().expect("the feed is XML") {
            Event::Start(start) => {
                inside = start.name().as_ref().to_owned();
                value.clear();
                is_item |= inside == "item";
            }
            Event::Text(piece) => value.push_str(&piece),
            Event::CData(piece) => value.push_str(&piece),
            Event::GeneralRef(reference) => value.push_str(&read_reference(&reference)),
            Event::End(_) => {
                if is_item && ["description", "content:encoded"].contains(&inside.as_str()) {
                    assert_eq!(dangers(&value), Vec::<String>::new(), "{inside} of {address}");
                }
                inside.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
}

fn read_reference(name: &str) -> String {
    match name {
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "amp" => "&".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
}

fn look_at_json(feed: &Value, address: &str) {
    for item in feed["items"].as_array().into_iter().flatten() {
        let body = item["content_html"].as_str().unwrap_or_default();
        assert_eq!(dangers(body), Vec::<String>::new(), "{address}");
    }
}

async fn slug_of(world: &World, id: &str) -> String {
    world.as_viewer().get(&format!("/api/v1/content/{id}")).await.is(StatusCode::OK).json()["slug"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn bodies_titles_and_tags_stay_text_on_every_page() {
    let world = world().await;
    let mut written = Vec::new();
    for (number, tricks) in tricks().chunks(4).enumerate() {
        let id = match number % 3 {
            0 => by_api(&world, tricks).await,
            1 => by_form(&world, tricks).await,
            _ => by_revision(&world, tricks).await,
        };
        written.push((slug_of(&world, &id).await, line(&tricks[0], 200)));
    }
    world.run_jobs().await;
    for (slug, title) in &written {
        let page = world.stranger().get(&format!("/s/harbor/{slug}")).await.is(StatusCode::OK).text();
        assert!(words(&page, ".prose").contains(PROOF), "{title}");
        assert_eq!(words(&page, "h1"), *title);
    }
    let seen = look_everywhere(
        &world,
        &["/s/harbor/", "/admin/harbor/content", "/s/harbor/search?q=alert", "/s/harbor/search?q=%3Cscript%3E"]
            .map(str::to_owned),
    )
    .await;
    for part in [
        "/revisions?",
        "/tag/",
        "/feed.xml",
        "/feed.json",
        "/translations",
        "/admin/harbor/tags/",
        "/delete",
        "/s/harbor/search",
    ] {
        assert!(seen.iter().any(|address| address.contains(part)), "no page of {part} was looked at: {seen:?}");
    }
}

#[tokio::test]
async fn names_descriptions_and_comments_stay_text_on_every_page() {
    let world = world().await;
    let admin = world.as_admin();
    let tricks = tricks();
    let some: Vec<&String> = tricks.iter().step_by(9).collect();
    let id = by_api(&world, &["<p>Calm</p>".to_owned()]).await;
    let slug = slug_of(&world, &id).await;
    for (number, trick) in some.iter().enumerate() {
        let category =
            json!({ "name": line(trick, 100), "description": line(trick, 500), "meta_title": line(trick, 200) });
        let category = admin.post("/api/v1/categories", category).await.is(StatusCode::CREATED).id();
        let item =
            json!({ "title": format!("Item {number}"), "category_id": category, "content": format!("<p>{PROOF}</p>") });
        let item = admin.post("/api/v1/content", item).await.is(StatusCode::CREATED).id();
        publish(&world, &item).await;
        let name = line(trick, 60);
        let fields =
            [("name", name.as_str()), ("email", &format!("v{number}@mail.example")), ("comment", trick.as_str())];
        if !trick.contains('\u{1}') {
            comment(&world, &slug, &fields).await.is(StatusCode::SEE_OTHER);
            world.advance(SignedDuration::from_mins(5));
        }
        let png = files::png(u32::try_from(number + 1).unwrap(), 1);
        let file = send(&world.as_member(), form("\\\"><img src=x onerror=alert(1)>.png", "", &png, &[])).await.id();
        let about = json!({ "alt": line(trick, 1000), "tags": [line(trick, 50)] });
        admin.patch(&format!("/api/v1/media/{file}"), about).await.is(StatusCode::OK);
    }
    let waiting = admin.get("/api/v1/comments?limit=100").await.is(StatusCode::OK).json();
    for waiting in waiting["data"].as_array().unwrap() {
        admin
            .post(&format!("/api/v1/comments/{}/approve", waiting["id"].as_str().unwrap()), ())
            .await
            .is(StatusCode::OK);
    }
    let script = "</script><script>alert(1)</script>";
    let site = json!({ "name": script, "title": script, "description": "<img src=x onerror=alert(1)>",
        "navigation": [{ "label": script, "url": "/about" }] });
    admin.patch("/api/v1/organization", site).await.is(StatusCode::OK);
    admin.in_browser().form("/admin/account", &[("name", "<svg onload=alert(1)>")]).await.is(StatusCode::SEE_OTHER);
    by_api(&world, &["<p>Calm</p>".to_owned()]).await;
    world.run_jobs().await;
    let from = [
        "/s/harbor/",
        "/admin/harbor/comments?status=ALL",
        "/admin/harbor/categories",
        "/admin/harbor/media",
        "/admin/harbor/media/picker?q=",
        "/admin/harbor/settings",
        "/admin/harbor/audit-log",
        "/admin/harbor/notifications",
        "/admin/harbor/members",
        &format!("/s/harbor/{slug}"),
    ];
    let seen = look_everywhere(&world, &from.map(str::to_owned)).await;
    for part in
        ["/category/", "/author/", "/admin/harbor/comments/", "/admin/harbor/categories/", "/admin/harbor/media/"]
    {
        assert!(seen.iter().any(|address| address.contains(part)), "no page of {part} was looked at: {seen:?}");
    }
}

const WXR_HEAD: &str = r#"<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Old</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version>
    <wp:base_blog_url>https://old.example</wp:base_blog_url>"#;

fn wxr(tricks: &[String]) -> String {
    let item = |(number, trick): (usize, &String)| {
        let data = |text: &str| format!("<![CDATA[{}]]>", text.replace("]]>", "]] >").replace('\u{1}', ""));
        format!(
            "<item><title>{title}</title><content:encoded>{content}</content:encoded><wp:post_id>{id}</wp:post_id>
             <wp:post_type>post</wp:post_type><wp:status>publish</wp:status><wp:post_name>w{number}</wp:post_name>
             <wp:post_date_gmt>2020-02-14 10:31:00</wp:post_date_gmt><category domain=\"post_tag\" nicename=\"t{number}\">{title}</category>
             <wp:comment><wp:comment_id>{id}</wp:comment_id><wp:comment_author>{title}</wp:comment_author>
             <wp:comment_author_url>javascript:alert(1)</wp:comment_author_url><wp:comment_date_gmt>2020-02-15 08:00:00</wp:comment_date_gmt>
             <wp:comment_content>{content}</wp:comment_content><wp:comment_approved>1</wp:comment_approved>
             <wp:comment_type></wp:comment_type><wp:comment_parent>0</wp:comment_parent></wp:comment></item>",
            id = number + 1,
            title = data(&line(trick, 200)),
            content = data(&body(std::slice::from_ref(trick))),
        )
    };
    format!("{WXR_HEAD}{}</channel></rss>", tricks.iter().enumerate().map(item).collect::<String>())
}

fn ghost_export(tricks: &[String]) -> String {
    let post = |(number, trick): (usize, &String)| {
        let cards = json!({ "root": { "type": "root", "children": [
            { "type": "html", "html": body(std::slice::from_ref(trick)) },
            { "type": "paragraph", "children": [{ "type": "link", "url": "javascript:alert(1)", "children": [{ "type": "text", "text": trick }] }] },
            { "type": "image", "src": "javascript:alert(1)", "alt": trick, "caption": trick },
            { "type": "embed", "html": trick, "url": "javascript:alert(1)" },
        ]}});
        let mut post = json!({ "id": format!("{:024}", number + 1), "title": line(trick, 200), "slug": format!("g{number}"), "type": "post",
            "status": "published", "custom_excerpt": line(trick, 300), "published_at": "2023-01-02 08:00:00" });
        if number % 2 == 0 {
            post["html"] = json!(body(std::slice::from_ref(trick)));
        } else {
            post["lexical"] = json!(cards.to_string());
        }
        post
    };
    let posts: Vec<Value> = tricks.iter().enumerate().map(post).collect();
    json!({ "db": [{ "meta": { "version": "5.80.0" }, "data": { "posts": posts, "tags": [], "users": [] } }] })
        .to_string()
}

const LEGACY: &str = r#"CREATE TABLE content (
    id text PRIMARY KEY, organization_id text NOT NULL, title text NOT NULL, slug text NOT NULL, content_type "ContentType" NOT NULL,
    content text NOT NULL, excerpt text, status "ContentStatus" NOT NULL DEFAULT 'DRAFT', author_id text NOT NULL,
    published_at timestamp(3), seo_meta jsonb, created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, updated_at timestamp(3) NOT NULL);
    GRANT SELECT ON content TO contentpilot_app;"#;

async fn import_legacy(world: &World, tricks: &[String]) {
    let client = world.superuser().await;
    client.batch_execute(LEGACY).await.expect("the legacy table is made");
    let sql = "INSERT INTO content VALUES ($1, 'org-harbor', $2, $1, 'BLOG_POST', $3, $2, 'PUBLISHED', 'user-harbor-member',
               '2024-12-02', jsonb_build_object('title', $2::text, 'description', $2::text), '2024-12-01', '2024-12-03')";
    for (number, trick) in tricks.iter().enumerate() {
        let (id, title, content) = (format!("l{number}"), line(trick, 200), body(std::slice::from_ref(trick)));
        client.execute(sql, &[&id, &title, &content]).await.expect("a legacy row is made");
    }
    legacy::run(&world.app, "harbor", Options::default(), |_, _| {}).await.expect("the import succeeds");
}

#[tokio::test]
async fn what_imports_bring_is_harmless_as_well() {
    let world = world().await;
    let tricks: Vec<String> = tricks().into_iter().step_by(3).collect();
    let source = Cursor::new(wxr(&tricks).into_bytes());
    wordpress::run(&world.app, "harbor", source, wordpress::Options::default(), |_| {})
        .await
        .expect("the import succeeds");
    let source = Cursor::new(ghost_export(&tricks));
    ghost::run(&world.app, "harbor", source, (None, Options::default()), |_| {}).await.expect("the import succeeds");
    import_legacy(&world, &tricks).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (number, trick) in tricks.iter().enumerate() {
        // A text as JSON writes it is one that YAML reads.
        let [title, about] = [line(trick, 200), line(trick, 400)].map(|text| json!(text).to_string());
        let front = format!("title: {title}\nslug: m{number}\ndescription: {about}\ndate: 2024-01-02");
        let links = "[x](javascript:alert(1)) ![x](javascript:alert(1)) [x]: javascript:alert(1) <javascript:alert(1)>";
        let text = format!(
            "---\n{front}\n---\n{}\n\n{links}\n\n[a]\n\n[a]: data:text/html,x\n\n`{trick}`\n",
            body(std::slice::from_ref(trick))
        );
        std::fs::write(folder.path().join(format!("{number}.md")), text).expect("the file is written");
    }
    markdown::run(&world.app, "harbor", folder.path(), Options::default(), |_, _| {})
        .await
        .expect("the import succeeds");
    world.run_jobs().await;
    let mut from = Vec::new();
    for road in ["w", "g", "l", "m"] {
        from.extend((0..tricks.len()).map(|number| format!("/s/harbor/{road}{number}")));
        let page = world.stranger().get(&format!("/s/harbor/{road}0")).await.is(StatusCode::OK).text();
        assert!(words(&page, ".prose").contains(PROOF), "{road}: {page}");
    }
    look_everywhere(&world, &from).await;
}
