//! The pages of the audience: contacts, their fields, segments and the suppression list, without a script.

use http::StatusCode;
use kernel::db::Statements;
use serde_json::json;
use testkit::World;

use crate::audience_contacts::contact;
use crate::world;

const PAGES: &str = "/admin/harbor/audience";

async fn count(world: &World, table: &str) -> i64 {
    let sql = format!("SELECT count(*) AS count FROM {table} WHERE organization_id = 'org-harbor'");
    world.tenant().await.one(&sql, &[]).await.unwrap().get("count")
}

#[tokio::test]
async fn a_contact_with_a_field_of_ones_own_is_added_changed_and_erased() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    assert!(admin.get(PAGES).await.is(StatusCode::OK).text().contains("Nobody yet"));
    let fields = format!("{PAGES}/fields");
    let field = [("label", "Shoe size"), ("kind", "number")];
    admin.form(&fields, &field).await.is(StatusCode::SEE_OTHER);
    let again = admin.form(&fields, &field).await.is(StatusCode::CONFLICT).text();
    assert!(again.contains("There is a field with this key already"), "{again}");
    admin.form(&fields, &[("label", "Colour"), ("kind", "choice")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);

    let wrong = [("email", "ada"), ("fields.shoe_size", "large"), ("name", "Ada <b>")];
    let page = admin.form(PAGES, &wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(page.contains("That is no e-mail address") && page.contains("Shoe size is a number"), "{page}");
    assert!(page.contains("value=\"large\"") && page.contains("Ada &#60;b&#62;"), "{page}");
    let right = [
        ("email", "ada@example.org"),
        ("fields.shoe_size", "38"),
        ("tags", "VIP, sea"),
        ("status", "subscribed"),
        ("consent_source", "Fair"),
        ("consent_wording", "Yes,\r\nwrite me."),
    ];
    let made = admin.form(PAGES, &right).await.is(StatusCode::SEE_OTHER);
    let one = made.location().to_owned();
    let page = admin.get(&one).await.is(StatusCode::OK).text();
    assert!(
        page.contains("value=\"38\"") && page.contains("value=\"sea, vip\"") && page.contains("Added by hand"),
        "{page}"
    );
    let id = one.rsplit('/').next().unwrap();
    let stored = world.as_admin().get(&format!("/api/v1/contacts/{id}")).await.json();
    assert_eq!((&stored["fields"]["shoe_size"], &stored["consent_wording"]), (&json!(38), &json!("Yes,\nwrite me.")));

    let list = admin.get(&format!("{PAGES}?q=ada&tag=vip&status=subscribed")).await.is(StatusCode::OK).text();
    assert!(list.contains("ada@example.org") && list.contains("1 of 1 contact"), "{list}");
    assert!(admin.get(&format!("{PAGES}?q=eve")).await.text().contains("Nobody matches"));

    let stale = [("version", "9"), ("email", "ada@example.org")];
    let page = admin.form(&one, &stale).await.is(StatusCode::CONFLICT).text();
    assert!(page.contains("Somebody else changed this in the meantime"), "{page}");
    let person = admin.get(&format!("{one}/export.json")).await.is(StatusCode::OK);
    assert!(person.header("content-disposition").contains("attachment"));
    assert_eq!(person.json()["contact"]["email"], "ada@example.org");
    admin.form(&format!("{one}/erase"), &[]).await.is(StatusCode::SEE_OTHER);
    admin.get(&one).await.is(StatusCode::NOT_FOUND);
    let suppressed = admin.get(&format!("{PAGES}/suppressions?q=ada%40example.org")).await.is(StatusCode::OK).text();
    assert!(suppressed.contains("An erased person") && !suppressed.contains(">ada@example.org<"), "{suppressed}");
}

#[tokio::test]
async fn the_chosen_are_tagged_unsubscribed_and_deleted_after_a_question() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let ids = [
        contact(&world, json!({ "email": "one@example.org" })).await,
        contact(&world, json!({ "email": "two@example.org" })).await,
    ];
    let bulk = format!("{PAGES}/bulk");
    let chosen = |more: &[(&'static str, &'static str)]| {
        let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
        fields.extend_from_slice(more);
        fields
    };
    admin
        .form(&bulk, &chosen(&[("do", "tag"), ("tags", "sea, wind"), ("back", "q=one")]))
        .await
        .is(StatusCode::SEE_OTHER);
    assert_eq!(count(&world, "app.contact_tags").await, 4);
    admin.form(&bulk, &chosen(&[("do", "untag"), ("tags", "wind")])).await.is(StatusCode::SEE_OTHER);
    assert_eq!(count(&world, "app.contact_tags").await, 2);
    admin.form(&bulk, &[("do", "tag"), ("tags", "x")]).await.is(StatusCode::SEE_OTHER);
    admin.form(&bulk, &chosen(&[("do", "unsubscribe")])).await.is(StatusCode::SEE_OTHER);
    assert_eq!(count(&world, "app.suppressions").await, 2);

    let asked = admin.form(&bulk, &chosen(&[("do", "delete"), ("back", "tag=sea")])).await.is(StatusCode::OK).text();
    assert!(asked.contains("Delete these 2 contacts?") && asked.contains("audience?tag=sea"), "{asked}");
    assert_eq!(count(&world, "app.contacts").await, 2);
    let sure = chosen(&[("do", "delete"), ("confirmed", "yes"), ("back", "tag=sea")]);
    let done = admin.form(&bulk, &sure).await.is(StatusCode::SEE_OTHER);
    assert_eq!((done.location(), count(&world, "app.contacts").await), ("/admin/harbor/audience?tag=sea", 0));
    assert_eq!(count(&world, "app.suppressions").await, 2);
}

#[tokio::test]
async fn contacts_leave_as_csv_without_formulas_and_the_audit_log_tells() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    for number in 0..1005 {
        let sql = "INSERT INTO app.contacts (organization_id, id, email, email_key, email_hash, name) VALUES ('org-harbor', $1, $2, $2, $3, $4)";
        let tx = world.tenant().await;
        let (id, email) = (format!("c{number:05}"), format!("n{number}@example.org"));
        let name = if number == 7 { "=HYPERLINK(\"x\")" } else { "Ada, \"A\"" };
        tx.execute(sql, &[&id, &email, &number.to_string().into_bytes(), &name]).await.unwrap();
        tx.commit().await.unwrap();
    }
    let file = admin.form(&format!("{PAGES}/export.csv"), &[]).await.is(StatusCode::OK);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let text = file.text();
    assert_eq!(text.lines().count(), 1006, "a head and 1005 rows");
    assert!(text.starts_with("Email Address,Name,Company"), "{}", &text[..100]);
    assert!(text.contains("n7@example.org,\"'=HYPERLINK(\"\"x\"\")\"") && text.contains("\"Ada, \"\"A\"\"\""));
    let few = admin.form(&format!("{PAGES}/export.csv"), &[("q", "n100")]).await.is(StatusCode::OK).text();
    assert_eq!(few.lines().count(), 7, "{few}");
    let log = world.as_admin().get("/api/v1/audit-log").await.json();
    let exports = log["data"].as_array().unwrap().iter().filter(|entry| entry["action"] == "contact.export");
    assert_eq!(exports.count(), 2);
}

#[tokio::test]
async fn a_segment_is_built_row_by_row_counted_and_kept() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    contact(&world, json!({ "email": "vip@example.org", "tags": ["vip"], "company": "Sea" })).await;
    contact(&world, json!({ "email": "other@example.org", "company": "Sea" })).await;
    let segments = format!("{PAGES}/segments");
    assert!(admin.get(&format!("{segments}/new")).await.is(StatusCode::OK).text().contains("Condition 1"));
    let row = |subject, test, value| [("subject", subject), ("test", test), ("value", value), ("email", "")];
    let mut fields = vec![("name", "Sailors"), ("join", "and")];
    fields.extend(row("company", "is", "sea"));
    let more = [fields.as_slice(), &[("do", "add")]].concat();
    let page = admin.form(&segments, &more).await.is(StatusCode::OK).text();
    assert!(
        page.contains("Condition 2") && page.contains("value=\"sea\"") && page.contains("value=\"Sailors\""),
        "{page}"
    );
    fields.extend(row("tag", "has_not", "vip"));
    let counted = admin.form(&format!("{segments}/count"), &fields).await.is(StatusCode::OK).text();
    assert_eq!(counted, "1 contact, an email would reach 1 of them.");
    let page =
        admin.form(&segments, &[fields.as_slice(), &[("do", "remove-0")]].concat()).await.is(StatusCode::OK).text();
    assert!(!page.contains("Condition 2") && page.contains("value=\"vip\""), "{page}");

    let mut wrong = fields.clone();
    wrong.extend(row("created_at", "in_last_days", "many"));
    let page = admin.form(&segments, &wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(page.contains("rule-2-error") && page.contains("Give a number of days"), "{page}");
    let made = admin.form(&segments, &fields).await.is(StatusCode::SEE_OTHER);
    let one = made.location().to_owned();
    let page = admin.get(&one).await.is(StatusCode::OK).text();
    assert!(page.contains("value=\"sea\"") && page.contains("value=\"vip\""), "{page}");
    let list = admin.get(&segments).await.is(StatusCode::OK).text();
    assert!(list.contains("company is “sea” and not tagged “vip”"), "{list}");
    let id = one.rsplit('/').next().unwrap();
    let members = admin.get(&format!("{PAGES}?segment={id}")).await.is(StatusCode::OK).text();
    assert!(members.contains("other@example.org") && !members.contains("vip@example.org"), "{members}");

    admin.form(&format!("{one}/delete"), &[]).await.is(StatusCode::SEE_OTHER);
    admin.get(&format!("{PAGES}?segment={id}")).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_rule_that_nests_deeper_is_kept_when_its_name_changes() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let rule = json!({ "and": [{ "or": [{ "tag": "a" }, { "tag": "b" }] }, { "tag": "c" }] });
    let made = world.as_admin().post("/api/v1/segments", json!({ "name": "Deep", "rule": rule })).await;
    let id = made.is(StatusCode::CREATED).id();
    let one = format!("{PAGES}/segments/{id}");
    let page = admin.get(&one).await.is(StatusCode::OK).text();
    assert!(page.contains("nests deeper") && page.contains("tagged “a” or tagged “b”"), "{page}");
    admin.form(&one, &[("name", "Deeper"), ("kept", id.as_str())]).await.is(StatusCode::SEE_OTHER);
    let stored = world.as_admin().get(&format!("/api/v1/segments/{id}")).await.json();
    assert_eq!((&stored["name"], &stored["rule"]), (&json!("Deeper"), &rule));
    let page =
        admin.form(&one, &[("name", "X"), ("kept", id.as_str()), ("do", "replace")]).await.is(StatusCode::OK).text();
    assert!(page.contains("Condition 1") && !page.contains("nests deeper"), "{page}");
}

#[tokio::test]
async fn an_address_is_blocked_and_the_block_is_lifted_for_a_reason() {
    let world = world().await;
    let admin = world.as_admin().in_browser();
    let list = format!("{PAGES}/suppressions");
    admin.form(&list, &[("email", "nobody")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    admin.form(&list, &[("email", "Eve@Example.org"), ("details", "Asked by phone")]).await.is(StatusCode::SEE_OTHER);
    let page = admin.get(&format!("{list}?q=eve%40example.org")).await.is(StatusCode::OK).text();
    assert!(page.contains("Blocked by hand") && page.contains("Asked by phone"), "{page}");
    let id = page.split("/suppressions/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    admin.form(&format!("{list}/{id}/lift"), &[("details", "")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(count(&world, "app.suppressions").await, 1);
    admin.form(&format!("{list}/{id}/lift"), &[("details", "Asked back by letter")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(count(&world, "app.suppressions").await, 0);
}
