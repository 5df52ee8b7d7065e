//! The pages of campaigns: the board and the lists, the form, one campaign, and what other pages show of it.

use http::StatusCode;
use serde_json::json;
use testkit::World;

use crate::campaigns::{campaign, read};
use crate::content_life::draft;
use crate::email_emails::email;
use crate::{calls, world};

async fn page(world: &World, path: &str) -> String {
    world.as_admin().in_browser().get(&format!("/admin/harbor/{path}")).await.is(StatusCode::OK).text()
}

async fn form(world: &World, path: &str, fields: &[(&str, &str)]) -> testkit::world::Answer {
    world.as_admin().in_browser().form(&format!("/admin/harbor/{path}"), fields).await
}

#[tokio::test]
async fn the_board_shows_each_status_and_moves_by_plain_forms() {
    let world = world().await;
    assert!(page(&world, "campaigns").await.contains("Plan the first campaign"));
    let id =
        campaign(&world, "Spring <sale>", json!({ "budget": "100", "goal_type": "leads", "goal_value": 10 })).await;
    campaign(&world, "Running", json!({ "status": "ACTIVE", "end_date": "2026-03-03" })).await;
    let board = page(&world, "campaigns").await;
    assert!(board.contains("Spring &#60;sale&#62;") && !board.contains("<sale>"));
    for words in
        ["column-DRAFT", "column-CANCELLED", "0 of 100 spent", "10 leads", "not measured yet", "Ends in 2 days"]
    {
        assert!(board.contains(words), "{words}");
    }
    assert!(board.contains("data-targets=\"PLANNING ACTIVE CANCELLED\""), "only legal moves are offered");
    let moved = form(&world, &format!("campaigns/{id}/move"), &[("to", "PLANNING"), ("back", "board")]).await;
    assert_eq!(moved.is(StatusCode::SEE_OTHER).location(), "/admin/harbor/campaigns?view=board");
    assert_eq!(read(&world, &id).await["status"], "PLANNING");
    form(&world, &format!("campaigns/{id}/move"), &[("to", "COMPLETED")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(read(&world, &id).await["status"], "PLANNING", "it is no legal move");
    for (query, expected, missing) in [
        ("view=table&q=spring", "Spring", "Running"),
        ("view=cards&status=ACTIVE", "Running", "Spring &#60;"),
        ("view=board&type=SEO_CAMPAIGN", "Nothing matches", "Running</a>"),
        ("view=table&sort=name&status=nonsense", "Running", "Nothing matches"),
    ] {
        let shown = page(&world, &format!("campaigns?{query}")).await;
        assert!(shown.contains(expected) && !shown.contains(missing), "{query}");
    }
    world.as_member().in_browser().get("/admin/harbor/campaigns").await.is(StatusCode::FORBIDDEN);
    assert!(!world.as_member().in_browser().get("/admin/harbor").await.text().contains("/admin/harbor/campaigns"));
}

#[tokio::test]
async fn the_form_keeps_what_was_typed_and_tells_what_is_wrong() {
    let world = world().await;
    let fields = [
        ("name", "Spring"),
        ("type", "PRODUCT_LAUNCH"),
        ("start_date", "2026-03-10T09:00"),
        ("end_date", "2026-03-01T09:00"),
        ("timezone", "Europe/Berlin"),
        ("budget", "1,250"),
        ("goal_type", "clicks"),
        ("goal_value", "400"),
    ];
    let refused = form(&world, "campaigns", &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains("The end lies before the start") && refused.contains("Enter a number like 1250"));
    assert!(refused.contains("value=\"1,250\"") && refused.contains("value=\"2026-03-10T09:00\""));
    let mut fields = fields.to_vec();
    fields[3].1 = "2026-03-31T18:00";
    fields[5].1 = "1250";
    let made = form(&world, "campaigns", &fields).await.is(StatusCode::SEE_OTHER);
    let id = made.location().rsplit('/').next().unwrap().to_owned();
    let campaign = read(&world, &id).await;
    assert_eq!(
        (&campaign["start_date"], &campaign["end_date"]),
        (&json!("2026-03-10T08:00:00Z"), &json!("2026-03-31T16:00:00Z"))
    );

    let edit = page(&world, &format!("campaigns/{id}/edit")).await;
    assert!(edit.contains("value=\"2026-03-31T18:00\"") && edit.contains("name=\"version\" value=\"1\""));
    fields[0].1 = "Summer";
    let with_version = |version| [&fields[..], &[("version", version)]].concat();
    form(&world, &format!("campaigns/{id}"), &with_version("7")).await.is(StatusCode::CONFLICT);
    form(&world, &format!("campaigns/{id}"), &with_version("1")).await.is(StatusCode::SEE_OTHER);
    assert_eq!(read(&world, &id).await["name"], "Summer");
}

#[tokio::test]
async fn one_page_shows_the_whole_campaign_and_says_what_is_not_measured() {
    let world = world().await;
    let more =
        json!({ "start_date": "2026-02-20", "end_date": "2026-03-11", "budget": "50", "description": "Ropes & sails" });
    let id = campaign(&world, "Spring", more).await;
    let here = format!("campaigns/{id}");
    let shown = page(&world, &here).await;
    for words in
        ["Day 10 of 20", "Ropes &#38; sails", "0 of 50 spent", "not measured yet", "Sales are not gathered yet."]
    {
        assert!(shown.contains(words), "{words}");
    }
    // Content is chosen on a page of its own, given a role and put in order.
    let (ropes, sails) =
        (draft(&world, json!({ "title": "Ropes" })).await, draft(&world, json!({ "title": "Sails" })).await);
    assert!(page(&world, &format!("{here}/content")).await.contains("Sails"));
    for item in [&ropes, &sails] {
        form(&world, &format!("{here}/content"), &[("content_id", item), ("role", "featured")])
            .await
            .is(StatusCode::SEE_OTHER);
    }
    form(&world, &format!("{here}/content/{sails}"), &[("shift", "up")]).await.is(StatusCode::SEE_OTHER);
    form(&world, &format!("{here}/content/{ropes}"), &[("role", "landing-page")]).await.is(StatusCode::SEE_OTHER);
    let shown = page(&world, &here).await;
    assert!(shown.find("Sails").unwrap() < shown.find("Ropes<").unwrap());
    let list = world.as_admin().get(&format!("/api/v1/campaigns/{id}/content")).await.json();
    assert_eq!((&list["data"][1]["title"], &list["data"][1]["role"]), (&json!("Ropes"), &json!("landing-page")));
    form(&world, &format!("{here}/content/{ropes}/remove"), &[]).await.is(StatusCode::SEE_OTHER);
    // What was spent is entered below it.
    let refused = form(&world, &format!("{here}/spend"), &[("amount", "much"), ("purpose", "Posters")]).await;
    let refused = refused.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(refused.contains("Enter a number like 1250") && refused.contains("value=\"much\""));
    let entry = [("amount", "60.5"), ("purpose", "Posters"), ("spent_on", "2026-03-01")];
    form(&world, &format!("{here}/spend"), &entry).await.is(StatusCode::SEE_OTHER);
    let shown = page(&world, &here).await;
    assert!(shown.contains("60.50 of 50 spent") && shown.contains("Harbor Admin") && shown.contains("bar-over"));
    let spent = world.as_admin().get(&format!("/api/v1/campaigns/{id}/spend")).await.json();
    let spent = spent["data"][0]["id"].as_str().unwrap().to_owned();
    form(&world, &format!("{here}/spend/{spent}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(read(&world, &id).await["spend"], "0.00");
}

#[tokio::test]
async fn other_features_show_their_part_of_a_campaign() {
    let world = world().await;
    let id = campaign(&world, "Spring", json!({ "start_date": "2026-02-20", "status": "ACTIVE" })).await;
    let item = draft(&world, json!({ "title": "Ropes" })).await;
    let attach = format!("/api/v1/campaigns/{id}/content");
    world.as_admin().post(&attach, json!({ "content_id": item })).await.is(StatusCode::CREATED);
    let letter = email(&world, json!({ "campaign_id": id, "subject": "The tide" })).await;

    let emails = page(&world, &format!("campaigns/{id}/emails")).await;
    assert!(emails.contains("id=\"campaign-emails\"") && emails.contains(&format!("/admin/harbor/emails/{letter}")));
    let timeline = page(&world, &format!("campaigns/{id}/timeline")).await;
    for words in ["The campaign starts", "Now", "Without a time yet", "Ropes", "The tide"] {
        assert!(timeline.contains(words), "{words}");
    }
    world.as_admin().post(&format!("/api/v1/content/{item}/publish"), ()).await.is(StatusCode::OK);
    assert!(
        page(&world, &format!("campaigns/{id}/timeline"))
            .await
            .contains("Content · <span class=\"badge badge-published\">")
    );

    // An email is written for a campaign, and says on its own page to which it belongs.
    let made = form(&world, "emails", &[("subject", "From the campaign"), ("start", "html"), ("campaign_id", &id)])
        .await
        .is(StatusCode::SEE_OTHER);
    let made = made.location().rsplit('/').next().unwrap().to_owned();
    let shown = page(&world, &format!("emails/{made}")).await;
    assert!(shown.contains(&format!("<option value=\"{id}\" selected>Spring</option>")));
    let fields =
        [("subject", "Elsewhere"), ("from_name", "Harbor"), ("from_email", "news@harbor.test"), ("content", "x")];
    let path = format!("emails/{made}");
    form(&world, &path, &fields).await.is(StatusCode::SEE_OTHER);
    let kept = world.as_admin().get(&format!("/api/v1/emails/{made}")).await.json();
    assert_eq!(kept["campaign_id"], json!(id), "a form that does not ask leaves it as it is");
    form(&world, &path, &[&fields[..], &[("campaign_id", "")]].concat()).await.is(StatusCode::SEE_OTHER);
    assert!(world.as_admin().get(&format!("/api/v1/emails/{made}")).await.json()["campaign_id"].is_null());

    // The item's own page asks for its campaigns, where the reader may see them.
    let of_item = page(&world, &format!("content/{item}/campaigns")).await;
    assert!(of_item.contains("id=\"item-campaigns\"") && of_item.contains("Spring"));
    assert!(
        page(&world, &format!("content/{item}"))
            .await
            .contains(&format!("hx-get=\"/admin/harbor/content/{item}/campaigns\""))
    );
    let member = world.as_member().in_browser().get(&format!("/admin/harbor/content/{item}")).await.text();
    assert!(!member.contains("/campaigns"));
    let other = campaign(&world, "Autumn", json!({})).await;
    form(&world, &format!("content/{item}/campaigns"), &[("campaign_id", &other)]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(read(&world, &other).await["content_count"], 1);
    form(&world, &format!("content/{item}/campaigns"), &[("campaign_id", &other)]).await.is(StatusCode::CONFLICT);
    form(&world, &format!("content/{item}/campaigns"), &[("campaign_id", "none")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY);

    let dashboard = world.as_admin().in_browser().get("/admin/harbor").await.is(StatusCode::OK).text();
    assert!(dashboard.contains(&format!("href=\"/admin/harbor/campaigns/{id}\"")));
}

#[tokio::test]
async fn a_campaign_is_copied_repeated_and_deleted_on_its_page() {
    let world = world().await;
    calls::settle(&world).await;
    let copied = form(&world, "campaigns/harbor-campaign/duplicate", &[]).await.is(StatusCode::SEE_OTHER);
    let copy = copied.location().rsplit('/').next().unwrap().to_owned();
    assert_eq!(read(&world, &copy).await["content_count"], 1);
    form(&world, &format!("campaigns/{copy}/template"), &[("name", "Autumn")]).await.is(StatusCode::SEE_OTHER);
    let templates = page(&world, "campaigns/templates").await;
    assert!(templates.contains("Autumn") && templates.contains("Every harvest"));
    let list = world.as_admin().get("/api/v1/campaign-templates").await.json();
    let template = list["data"][0]["id"].as_str().unwrap().to_owned();
    assert!(page(&world, &format!("campaigns/new?template={template}")).await.contains("value=\"Autumn\""));
    form(&world, &format!("campaigns/templates/{template}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    form(&world, &format!("campaigns/{copy}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    world.as_admin().get(&format!("/api/v1/campaigns/{copy}")).await.is(StatusCode::NOT_FOUND);
    // Found from everywhere, by those who may.
    let found = world.as_admin().get("/api/v1/find?q=harvest").await.json();
    assert_eq!(
        (&found["data"][0]["kind"], &found["data"][0]["address"]),
        (&json!("campaign"), &json!("/admin/harbor/campaigns/harbor-campaign"))
    );
    assert_eq!(world.as_member().get("/api/v1/find?q=harvest").await.json()["data"], json!([]));
}
