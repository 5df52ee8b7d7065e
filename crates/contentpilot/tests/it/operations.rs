//! What operators and their machines see.

use http::StatusCode;
use serde_json::Value;

use crate::world;

#[tokio::test]
async fn the_program_says_whether_it_lives_and_can_work() {
    let world = world().await;
    assert_eq!(world.stranger().get("/healthz").await.is(StatusCode::OK).text(), "ok\n");
    assert_eq!(world.stranger().get("/readyz").await.is(StatusCode::OK).json()["ready"], true);

    world.superuser().await.batch_execute("DELETE FROM app.migrations WHERE version > 10").await.unwrap();
    let answer = world.stranger().get("/readyz").await.is(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["migrations"], "missing");

    world.app.database.close();
    let answer = world.stranger().get("/readyz").await.is(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["database"], "unreachable");
    world.stranger().get("/healthz").await.is(StatusCode::OK);
}

#[tokio::test]
async fn numbers_are_kept_for_prometheus() {
    let world = world().await;
    // Other tests may run in this process and count as well, so the number can only be seen to grow.
    let counted = async || {
        let text = world.stranger().get("/metrics").await.is(StatusCode::OK).text();
        let name = r#"contentpilot_http_requests_total{method="GET",route="/api/v1/content",status="200"} "#;
        let number = text.lines().find_map(|line| line.strip_prefix(name)?.parse::<u64>().ok());
        number.unwrap_or(0)
    };
    let before = counted().await;
    world.as_owner().get("/api/v1/content").await.is(StatusCode::OK);
    assert!(counted().await > before);
    world.as_owner().get("/api/v1/content/nothing").await.is(StatusCode::NOT_FOUND);
    let answer = world.stranger().get("/metrics").await.is(StatusCode::OK);
    assert!(answer.header("content-type").starts_with("text/plain"));
    let text = answer.text();
    for wanted in [
        r#"route="/api/v1/content/{id}",status="404""#,
        "contentpilot_http_request_seconds_bucket",
        "contentpilot_database_connections_max 5",
        r#"contentpilot_jobs{state="due"}"#,
    ] {
        assert!(text.contains(wanted), "{wanted} is missing in:\n{text}");
    }
}

#[tokio::test]
async fn every_answer_carries_an_id_and_headers_that_protect() {
    let world = world().await;
    let mut ids = Vec::new();
    for path in ["/healthz", "/admin/sign-in", "/api/v1/content", "/nowhere"] {
        let answer = world.stranger().get(path).await;
        ids.push(answer.header("x-request-id").to_owned());
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    for path in ["/admin/sign-in", "/api/v1/content"] {
        assert!(world.as_owner().get(path).await.header("cache-control").contains("no-store"), "{path}");
    }
}

#[tokio::test]
async fn programs_get_problems_and_people_get_pages() {
    let world = world().await;
    let answer = world.stranger().get("/api/v1/nowhere").await.is(StatusCode::NOT_FOUND);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.json()["status"], 404);
    let answer = world.stranger().get("/nowhere").await.is(StatusCode::NOT_FOUND);
    assert!(answer.header("content-type").starts_with("text/html"));

    let answer = world.as_owner().patch("/api/v1/content", ()).await.is(StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let allowed = answer.header("allow");
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    let answer = world.stranger().delete("/admin/sign-in").await.is(StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.header("content-type").starts_with("text/html") && answer.header("allow").contains("GET"));
}

#[tokio::test]
async fn head_answers_like_get_without_the_body() {
    let world = world().await;
    for path in ["/healthz", "/admin/sign-in", "/api/v1/openapi.json"] {
        let request = http::Request::head(path).body(axum::body::Body::empty()).unwrap();
        let head = world.stranger().raw(request).await.is(StatusCode::OK);
        let get = world.stranger().get(path).await.is(StatusCode::OK);
        assert!(head.body.is_empty() && !get.body.is_empty());
        assert_eq!(head.header("content-type"), get.header("content-type"));
    }
    let request = http::Request::builder().method("BREW").uri("/healthz").body(axum::body::Body::empty()).unwrap();
    world.stranger().raw(request).await.is(StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn the_api_describes_itself_to_programs_and_to_people() {
    let world = world().await;
    let document: Value = world.stranger().get("/api/v1/openapi.json").await.is(StatusCode::OK).json();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["components"]["schemas"]["Problem"].is_object());
    assert_eq!(document["components"]["securitySchemes"]["key"]["scheme"], "bearer");
    assert!(document["paths"]["/api/v1/content"]["post"].is_object());

    let page = world.stranger().get("/api/docs").await.is(StatusCode::OK).text();
    for (path, _) in document["paths"].as_object().unwrap() {
        assert!(page.contains(path.as_str()), "{path} is not explained");
    }
    let foreign = page.split(['"', '\'']).find(|text| text.starts_with("http") || text.starts_with("//"));
    assert_eq!(foreign, None, "the page loads from elsewhere");
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_ask() {
    let world = world().await;
    let answer = world.stranger().with("accept-encoding", "gzip, br").get("/api/v1/openapi.json").await;
    assert_eq!(answer.header("content-encoding"), "br");
    assert!(answer.header("vary").contains("accept-encoding"));
}

#[tokio::test]
async fn a_login_that_may_not_act_as_the_app_role_is_refused_with_the_way_out() {
    let world = world().await;
    let login = format!("stranger_{}", kernel::secret::hex_digits(4));
    let superuser = world.superuser().await;
    superuser.batch_execute(&format!("CREATE ROLE {login} LOGIN")).await.unwrap();
    let (before, after) = world.database_url.split_once("://").unwrap();
    let rest = after.split_once('@').map_or(after, |(_, rest)| rest);
    let url = format!("{before}://{login}@{rest}");
    let settings = kernel::db::Settings { url, pool_size: 2 };
    let refused = kernel::db::Database::connect(&settings).await.err().map(|error| error.to_string());
    superuser.batch_execute(&format!("DROP ROLE {login}")).await.unwrap();
    let words = refused.expect("the login was taken");
    assert!(words.contains(&login) && words.contains("GRANT contentpilot_app TO"), "{words}");
}
