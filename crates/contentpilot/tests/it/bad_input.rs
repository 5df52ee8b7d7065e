//! Whatever is sent, the answer is one of the contract's and never a failure of ours.

use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::json;
use testkit::world::{Answer, Client};

use crate::{calls, world};

async fn send(client: &Client<'_>, call: &calls::Call, kind: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder().method(call.method.clone()).uri(call.address());
    client.raw(request.header(header::CONTENT_TYPE, kind).body(body.into()).unwrap()).await
}

#[tokio::test]
async fn bodies_that_are_no_good_are_told_so() {
    let world = world().await;
    calls::settle(&world).await;
    let owner = world.as_owner();
    for call in calls::all().iter().filter(|call| call.takes_json) {
        for text in ["{", "[]", "null", "\"x\"", "{\"title\":}", "\u{0}", "{} {}", "\u{feff}{}"] {
            send(&owner, call, "application/json", text).await.is(StatusCode::BAD_REQUEST);
        }
        let deep = "[".repeat(100_000);
        send(&owner, call, "application/json", deep).await.is(StatusCode::BAD_REQUEST);
        send(&owner, call, "text/plain", "{}").await.is(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        send(&owner, call, "application/json", vec![0xff, 0xfe]).await.is(StatusCode::BAD_REQUEST);
        let huge = vec![b' '; kernel::api::BODY_LARGEST + 1];
        let answer = send(&owner, call, "application/json", huge).await.is(StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[tokio::test]
async fn unknown_fields_and_wrong_types_are_named() {
    let world = world().await;
    calls::settle(&world).await;
    for call in calls::all().iter().filter(|call| call.takes_json) {
        let answer = call.send(&world.as_owner(), &call.address(), json!({ "surprise": 1 })).await;
        let errors = answer.is(StatusCode::UNPROCESSABLE_ENTITY).errors();
        let named = errors.contains(&("surprise".to_owned(), "unknown_field".to_owned()));
        assert!(named, "{} {}: {errors:?}", call.method, call.path);
    }
}

#[tokio::test]
async fn odd_ids_are_ids_of_nothing() {
    let world = world().await;
    let long = "x".repeat(5000);
    for call in calls::all().iter().filter(|call| call.has_id()) {
        for odd in ["%00", "%ff", "a'b", "..", "%2e%2e%2f", "1%20OR%201=1", "ü", &long] {
            let odd = if odd == "ü" { "%C3%BC" } else { odd };
            let start = call.path.find('{').unwrap();
            let rest = call.path[start..].split_once('}').unwrap().1;
            let address = format!("{}{odd}{}", &call.path[..start], calls::with_ids(rest));
            let answer = call.send(&world.as_owner(), &address, json!({})).await;
            assert!(
                [StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST].contains(&answer.status),
                "{} {address}: {} {}",
                call.method,
                answer.status,
                answer.text()
            );
        }
    }
}

#[tokio::test]
async fn odd_parameters_are_refused_or_find_nothing() {
    let world = world().await;
    calls::settle(&world).await;
    for call in calls::all().iter().filter(|call| call.method == http::Method::GET) {
        let address = call.address();
        if !call.query.is_empty() {
            let answer = world.as_owner().get(&format!("{address}?surprise=1")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{address}: {}", answer.text());
        }
        for name in &call.query {
            for odd in ["%00", "%ff", "'", "a%00b", "-1", "99999999999999999999", "", &"x".repeat(3000)] {
                let answer = world.as_owner().get(&format!("{address}?{name}={odd}")).await;
                assert!(!answer.status.is_server_error(), "{address}?{name}={odd}: {}", answer.text());
                let known = [StatusCode::OK, StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];
                assert!(known.contains(&answer.status), "{address}?{name}={odd}: {}", answer.status);
            }
        }
    }
}

#[tokio::test]
async fn characters_that_postgresql_cannot_keep_are_refused() {
    let world = world().await;
    calls::settle(&world).await;
    for call in calls::all().iter().filter(|call| call.takes_json) {
        for field in &call.fields {
            for text in ["a\u{0}b", "\u{1b}[31m", "\u{202e}abc", "\u{10ffff}", &"x".repeat(100_000)] {
                for value in [json!(text), json!([text])] {
                    let answer = call.send(&world.as_owner(), &call.address(), json!({ field: value })).await;
                    assert!(
                        !answer.status.is_server_error(),
                        "{} {} {field} {text:.9?}: {}",
                        call.method,
                        call.path,
                        answer.text()
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn forms_with_such_characters_are_refused_too() {
    let names = ["email", "password", "current_password", "new_password", "name", "title", "slug", "role", "next", "q"];
    let more = ["content", "excerpt", "tags", "type", "status", "version", "category_id", "organization_name", "id"];
    let values = ["a\u{0}b", "\u{ffff}", "99999999999999999999", "a@b\u{0}.test"];
    for door in contentpilot::doors().iter().filter(|door| door.method == http::Method::POST) {
        let world = world().await;
        calls::settle(&world).await;
        for value in values {
            let fields: Vec<_> = names.iter().chain(&more).map(|name| (*name, value)).collect();
            let address = calls::with_ids(door.path);
            for client in [world.as_owner().in_browser(), world.stranger().in_browser()] {
                let answer = client.form(&address, &fields).await;
                assert!(!answer.status.is_server_error(), "{address} {value:?}: {}", answer.text());
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_key_and_no_session_opens_nothing() {
    let world = world().await;
    let path = "/api/v1/content";
    for value in ["Bearer", "Bearer ", "Bearer cp_unknown", "Basic YTpi", "cp_harbor_owner", "Bearer \u{1}x"] {
        let Ok(value) = http::HeaderValue::from_bytes(value.as_bytes()) else { continue };
        let request = Request::get(path).header(header::AUTHORIZATION, value).body(Body::empty()).unwrap();
        let answer = world.stranger().raw(request).await.is(StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    for value in ["contentpilot_session=", "contentpilot_session=made-up", "contentpilot_session", ";;;="] {
        let request = Request::get(path).header(header::COOKIE, value).body(Body::empty()).unwrap();
        world.stranger().raw(request).await.is(StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn what_a_call_does_not_take_is_refused() {
    let world = world().await;
    calls::settle(&world).await;
    let owner = world.as_owner();
    for call in calls::all() {
        if !call.takes_json && !call.takes_file && ![http::Method::GET, http::Method::HEAD].contains(&call.method) {
            send(&owner, &call, "application/json", "garbage{").await.is(StatusCode::BAD_REQUEST);
            let answer = send(&owner, &call, "application/json", "{\"surprise\": 1}").await;
            let errors = answer.is(StatusCode::UNPROCESSABLE_ENTITY).errors();
            assert_eq!(errors, [("surprise".to_owned(), "unknown_field".to_owned())], "{} {}", call.method, call.path);
        }
        if call.query.is_empty() {
            let address = format!("{}?surprise=1", call.address());
            call.send(&owner, &address, json!({})).await.is(StatusCode::BAD_REQUEST);
        }
    }
}
