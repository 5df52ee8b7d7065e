//! What a campaign brings is what its emails count, and changes with them in the same transaction.

use http::{Method, StatusCode};
use kernel::db::Statements;
use serde_json::{Value, json};
use testkit::World;

use crate::campaigns::{campaign, read};
use crate::email_emails::email;
use crate::email_tracking::{PERSON, get, sent};
use crate::world;

async fn figures(world: &World, id: &str) -> (i64, i64) {
    let campaign = read(world, id).await;
    (campaign["impressions"].as_i64().unwrap(), campaign["clicks"].as_i64().unwrap())
}

async fn belongs(world: &World, email: &str, campaign: Option<&str>) {
    let tx = world.tenant().await;
    tx.execute("UPDATE email_campaigns SET campaign_id = $2 WHERE id = $1", &[&email, &campaign]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn people_who_open_and_click_count_for_the_campaign_and_programs_do_not() {
    let world = world().await;
    let goal = json!({ "goal_type": "impressions", "goal_value": 4 });
    let (spring, autumn) = (campaign(&world, "Spring", goal).await, campaign(&world, "Autumn", json!({})).await);
    let (id, mails) = sent(&world, &["ada", "bob"]).await;
    belongs(&world, &id, Some(&spring)).await;
    assert_eq!(figures(&world, &spring).await, (0, 0));
    let before = read(&world, &spring).await;

    get(&world, &mails[0].open, Method::GET, "Mozilla/5.0").await.is(StatusCode::OK);
    get(&world, &mails[0].open, Method::GET, PERSON).await.is(StatusCode::OK);
    get(&world, &mails[0].open, Method::GET, PERSON).await.is(StatusCode::OK);
    get(&world, &mails[1].click, Method::GET, PERSON).await.is(StatusCode::FOUND);
    let email = crate::email_sending::assert_counted(&world, &id).await;
    assert_eq!((&email["opened"], &email["clicked"]), (&json!(2), &json!(1)));
    assert_eq!(figures(&world, &spring).await, (2, 1));
    let after = read(&world, &spring).await;
    assert_eq!(after["goal_progress"], 50.0);
    assert_eq!(
        (&after["updated_at"], &after["version"]),
        (&before["updated_at"], &before["version"]),
        "counting is no edit"
    );

    // Whatever was counted goes with the email, to another campaign and out of all.
    belongs(&world, &id, Some(&autumn)).await;
    assert_eq!((figures(&world, &spring).await, figures(&world, &autumn).await), ((0, 0), (2, 1)));
    belongs(&world, &id, Some(&spring)).await;
    world.as_admin().delete(&format!("/api/v1/emails/{id}")).await.is(StatusCode::NO_CONTENT);
    assert_eq!((figures(&world, &spring).await, figures(&world, &autumn).await), ((0, 0), (0, 0)));
}

#[tokio::test]
async fn emails_and_posts_stay_when_their_campaign_goes() {
    let world = world().await;
    let id = campaign(&world, "Spring", json!({})).await;
    let letter = email(&world, json!({ "campaign_id": id })).await;
    let tx = world.tenant().await;
    let sql = "INSERT INTO social_media_posts (organization_id, id, campaign_id, content, created_by)
               VALUES ('org-harbor', 'post', $1, 'The tide', 'user-harbor-owner')";
    tx.execute(sql, &[&id]).await.unwrap();
    tx.commit().await.unwrap();
    world.as_admin().delete(&format!("/api/v1/campaigns/{id}")).await.is(StatusCode::NO_CONTENT);
    let email = world.as_admin().get(&format!("/api/v1/emails/{letter}")).await.is(StatusCode::OK).json();
    assert_eq!(email["campaign_id"], Value::Null);
    let posts = "SELECT campaign_id FROM social_media_posts WHERE id = 'post'";
    assert_eq!(world.tenant().await.one(posts, &[]).await.unwrap().get::<_, Option<String>>("campaign_id"), None);
}

/// Two transactions that write down what became of emails of one campaign, each in another order, both come to their end.
#[tokio::test]
async fn writers_of_one_campaigns_emails_do_not_wait_in_a_circle() {
    let world = world().await;
    let id = campaign(&world, "Spring", json!({})).await;
    let (one, two) =
        (email(&world, json!({ "campaign_id": id })).await, email(&world, json!({ "campaign_id": id })).await);
    let count = "UPDATE email_campaigns SET opened = opened + 1 WHERE id = $1";
    let (first, second) = (world.tenant().await, world.tenant().await);
    first.execute(count, &[&one]).await.unwrap();
    second.execute(count, &[&two]).await.unwrap();
    first.commit().await.unwrap();
    second.execute(count, &[&one]).await.unwrap();
    second.commit().await.unwrap();
    assert_eq!(figures(&world, &id).await, (3, 0));
}
