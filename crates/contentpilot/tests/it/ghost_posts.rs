//! Ghost's Content API: posts and pages, as Ghost's clients ask for them.

use http::StatusCode;
use serde_json::{Value, json};
use testkit::World;

use crate::ghost::{Reader, published, titles};
use crate::media_upload::upload;
use crate::{files, world};

async fn reader(world: &World) -> Reader<'_> {
    Reader::of(world).await
}

#[tokio::test]
async fn a_post_has_every_key_that_ghosts_posts_have() {
    let world = world().await;
    let fields = json!({
        "title": "Tides", "content": "<p>Water <a href=\"/x\">comes</a> and goes.</p><p><img src=\"/media/a.png\" alt=\"A\"></p>",
        "tags": ["Moon", "#internal"], "featured_image": "/media/b.png", "meta_title": "The tides", "featured": true
    });
    let id = published(&world, fields).await;
    let list = reader(&world).await.get("posts/", "include=tags,authors,tiers&formats=html,plaintext").await;
    assert_eq!(
        list["meta"]["pagination"],
        json!({ "page": 1, "limit": 15, "pages": 1, "total": 1, "next": null, "prev": null })
    );
    let post = &list["posts"][0];
    for name in [
        "id",
        "uuid",
        "title",
        "slug",
        "html",
        "comment_id",
        "feature_image",
        "feature_image_alt",
        "feature_image_caption",
        "featured",
        "visibility",
        "created_at",
        "updated_at",
        "published_at",
        "custom_excerpt",
        "codeinjection_head",
        "codeinjection_foot",
        "custom_template",
        "canonical_url",
        "url",
        "excerpt",
        "reading_time",
        "access",
        "comments",
        "og_image",
        "og_title",
        "og_description",
        "twitter_image",
        "twitter_title",
        "twitter_description",
        "meta_title",
        "meta_description",
        "email_subject",
        "frontmatter",
        "authors",
        "primary_author",
        "tags",
        "primary_tag",
        "tiers",
        "plaintext",
    ] {
        assert!(post.as_object().unwrap().contains_key(name), "{name} is missing");
    }
    assert_eq!(post["uuid"], id);
    assert_eq!(post["id"], id.replace('-', "")[..24]);
    assert_eq!(post["published_at"], "2026-03-01T12:00:00.000+00:00");
    assert!(post["html"].as_str().unwrap().contains("href=\"http://127.0.0.1:8080/x\""), "{}", post["html"]);
    assert_eq!(post["feature_image"], "http://127.0.0.1:8080/media/b.png");
    assert_eq!(post["feature_image_alt"], Value::Null, "nobody knows what it shows");
    assert_eq!(post["url"], "http://127.0.0.1:8080/s/harbor/tides");
    assert_eq!(post["plaintext"], "Water comes and goes.");
    assert_eq!(post["excerpt"], "Water comes and goes.");
    assert_eq!(
        (&post["featured"], &post["visibility"], &post["custom_excerpt"]),
        (&json!(true), &json!("public"), &Value::Null)
    );
    assert_eq!(post["primary_author"]["slug"], "user-harbor-admin");
    assert_eq!(post["primary_tag"]["slug"], "moon");
    assert_eq!(post["tags"][1]["visibility"], "internal");
    assert!(post["authors"][0].get("email").is_none());
}

#[tokio::test]
async fn reading_finds_by_id_and_slug_and_never_has_meta() {
    let world = world().await;
    let id = published(&world, json!({ "title": "Tides" })).await;
    published(&world, json!({ "title": "About", "type": "PAGE" })).await;
    let draft =
        world.as_admin().post("/api/v1/content", json!({ "title": "Draft" })).await.is(StatusCode::CREATED).id();
    let reader = reader(&world).await;
    for address in
        [format!("posts/{}/", &id.replace('-', "")[..24]), format!("posts/{id}"), "posts/slug/tides/".to_owned()]
    {
        let body = reader.get(&address, "slug=tides").await;
        assert_eq!(body["posts"][0]["title"], "Tides", "{address}");
        assert!(body.get("meta").is_none() && body["posts"].as_array().unwrap().len() == 1);
    }
    let page = reader.get("pages/slug/about/", "").await;
    assert_eq!(page["pages"][0]["show_title_and_feature_image"], true);
    assert_eq!(titles(&reader.get("pages/", "").await, "pages"), ["About"]);
    for address in
        ["posts/slug/about/", "posts/slug/draft/", "pages/slug/tides/", "posts/rival-item/", &format!("posts/{draft}/")]
    {
        let error = reader.refused(address, "", StatusCode::NOT_FOUND).await;
        assert_eq!(error["type"], "NotFoundError");
        assert_eq!(error["message"], "Resource not found");
    }
}

#[tokio::test]
async fn filters_choose_orders_sort_and_pages_follow() {
    let world = world().await;
    for (title, tags, featured) in [
        ("Alpha", json!(["Moon", "Sea"]), true),
        ("Beta", json!(["Sea"]), false),
        ("Gamma's", json!([]), false),
        ("Delta", json!(["Moon"]), true),
    ] {
        published(
            &world,
            json!({ "title": title, "tags": tags, "featured": featured, "excerpt": format!("About {title}") }),
        )
        .await;
    }
    let reader = reader(&world).await;
    let delta = reader.get("posts/slug/delta/", "").await["posts"][0]["id"].as_str().unwrap().to_owned();
    let not_delta = format!("id:-{delta}");
    let old = format!("published_at:<{}", "'2026-03-01 12:02:30'");
    let cases: Vec<(&str, &[&str])> = vec![
        ("tag:moon", &["Delta", "Alpha"]),
        ("tag:moon+tag:sea", &["Alpha"]),
        ("tag:-moon", &["Gamma's", "Beta"]),
        ("tags.slug:[moon,sea]", &["Delta", "Beta", "Alpha"]),
        ("tag:-[moon,sea]", &["Gamma's"]),
        ("tags:null", &["Gamma's"]),
        ("tag:-null+featured:false", &["Beta"]),
        ("tags.name:~^'mo'", &["Delta", "Alpha"]),
        ("primary_tag:sea", &["Beta"]),
        ("primary_tag:-sea", &["Delta", "Gamma's", "Alpha"]),
        ("primary_tag:[sea,null]", &["Gamma's", "Beta"]),
        ("primary_tag:~^'mo'", &["Delta", "Alpha"]),
        ("authors.name:~'ADMIN',authors.id:user-harbor-owner", &["Delta", "Gamma's", "Beta", "Alpha"]),
        ("featured:true", &["Delta", "Alpha"]),
        ("featured:-true,slug:alpha", &["Gamma's", "Beta", "Alpha"]),
        ("title:~'LPH'", &["Alpha"]),
        ("title:~^'gamma\\'s'", &["Gamma's"]),
        ("title:~$ta", &["Delta", "Beta"]),
        ("title:-~$ta", &["Gamma's", "Alpha"]),
        ("slug:[beta,alpha]", &["Beta", "Alpha"]),
        ("author:user-harbor-admin+featured:true", &["Delta", "Alpha"]),
        ("primary_author:-user-harbor-admin", &[]),
        ("published_at:>now-90s", &["Delta"]),
        ("published_at:>now-1d+published_at:<=now+1d+tag:sea", &["Beta", "Alpha"]),
        ("visibility:public+status:published+type:post+title:<'C'", &["Beta", "Alpha"]),
        ("custom_excerpt:-null+(slug:beta,slug:delta)", &["Delta", "Beta"]),
        ("authors.email:~'a'+slug:beta", &["Beta"]),
        ("authors.Password:>'a'", &["Delta", "Gamma's", "Beta", "Alpha"]),
        (&not_delta, &["Gamma's", "Beta", "Alpha"]),
        (&old, &["Gamma's", "Beta", "Alpha"]),
    ];
    for (filter, expected) in cases {
        let body = reader.ask("posts/", &[("filter", filter)]).await;
        assert_eq!(titles(&body, "posts"), expected, "{filter}");
        assert_eq!(body["meta"]["pagination"]["total"], expected.len(), "{filter}");
    }
    let sorted = reader.ask("posts/", &[("order", "featured desc, title asc"), ("limit", "2"), ("page", "2")]).await;
    assert_eq!(titles(&sorted, "posts"), ["Beta", "Gamma's"]);
    assert_eq!(
        sorted["meta"]["pagination"],
        json!({ "page": 2, "limit": 2, "pages": 2, "total": 4, "next": null, "prev": 1 })
    );
    let by_tag = reader.ask("posts/", &[("order", "primary_tag asc, title desc"), ("filter", "tag:-null")]).await;
    assert_eq!(titles(&by_tag, "posts"), ["Delta", "Alpha", "Beta"]);
    assert_eq!(reader.get("posts/", "limit=all").await["meta"]["pagination"]["limit"], 100);
}

#[tokio::test]
async fn fields_and_formats_give_just_what_was_named() {
    let world = world().await;
    published(&world, json!({ "title": "Tides", "content": "<p>Water</p>", "tags": ["Moon"] })).await;
    let reader = reader(&world).await;
    let keys = |body: &Value| body["posts"][0].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let sorted = |query: &'static str| {
        let reader = &reader;
        async move {
            let mut keys = keys(&reader.get("posts/", query).await);
            keys.sort();
            keys.join(",")
        }
    };
    assert_eq!(sorted("fields=title,url,reading_time").await, "reading_time,title,url");
    assert_eq!(sorted("fields=title,nothing&include=tags,nothing").await, "primary_tag,tags,title");
    assert_eq!(sorted("fields=primary_tag,excerpt").await, "excerpt,primary_tag");
    assert_eq!(sorted("fields=html,mobiledoc").await, "html");
    let plain = reader.get("posts/", "formats=plaintext").await;
    assert!(plain["posts"][0].get("html").is_none() && plain["posts"][0].get("tags").is_none());
    assert_eq!(plain["posts"][0]["plaintext"], "Water");
}

#[tokio::test]
async fn what_cannot_be_understood_is_refused_in_ghosts_words() {
    let world = world().await;
    let reader = reader(&world).await;
    for filter in [
        "tag:[a",
        "nothing:1",
        "published_at:>soon",
        "featured:maybe",
        "title:>null",
        "featured:~x",
        "featured:>true",
        "published_at:>'-009999-01-01'",
        "title:a'; DROP TABLE content_items; --",
        "count.posts:1",
    ] {
        let error = reader.ask_refused("posts/", &[("filter", filter)], StatusCode::BAD_REQUEST).await;
        assert_eq!(error["type"], "BadRequestError", "{filter}");
        assert_eq!(error["message"], "Error parsing filter");
    }
    for query in ["limit=x", "page=0", "formats=pdf"] {
        let error = reader.refused("posts/", query, StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(error["type"], "ValidationError", "{query}");
    }
    for address in ["users/", "posts/a/b/", "settings/1/", "", "../admin/posts/"] {
        reader.refused(address, "", StatusCode::NOT_FOUND).await;
    }
}

#[tokio::test]
async fn a_featured_picture_is_told_of_in_the_librarys_words() {
    let world = world().await;
    let asset = upload(&world.as_member(), "boat.png", &files::png(40, 30)).await.json();
    let path = format!("/api/v1/media/{}", asset["id"].as_str().unwrap());
    let words = json!({ "alt": "A red \"boat\"" });
    world.as_member().patch(&path, words).await.is(StatusCode::OK);
    published(&world, json!({ "title": "Tides", "featured_image": asset["file_url"] })).await;
    let list = reader(&world).await.get("posts/", "").await;
    assert_eq!(list["posts"][0]["feature_image_alt"], "A red \"boat\"");
    let article = world.stranger().get("/s/harbor/tides").await.is(StatusCode::OK).text();
    for part in ["alt=\"A red &#34;boat&#34;\"", "og:image:alt"] {
        assert!(article.contains(part), "{part} is missing in {article}");
    }
}
