//! What the stories about Ghost's Content API share.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::World;
use testkit::world::{Answer, Side};

/// Publishes an item of Harbor, and lets a minute pass.
pub async fn published(world: &World, fields: Value) -> String {
    let item = world.as_admin().post("/api/v1/content", fields).await.is(StatusCode::CREATED);
    world.as_admin().post(&format!("{}/publish", item.location()), json!({})).await.is(StatusCode::OK);
    world.advance(SignedDuration::from_mins(1));
    item.id()
}

/// The titles or names of a list.
pub fn titles(body: &Value, resource: &str) -> Vec<String> {
    let name = |one: &Value| one["title"].as_str().or(one["name"].as_str()).unwrap_or_default().to_owned();
    body[resource].as_array().expect("a list").iter().map(name).collect()
}

/// Makes a key to an organization's Content API.
pub async fn key(world: &World, side: Side) -> String {
    let role = kernel::access::Role::Viewer;
    accounts::commands::create_api_key(&world.app, side.slug(), role, "Theme", true).await.expect("a key is made")
}

/// A front end of Harbor with a key.
pub struct Reader<'a> {
    world: &'a World,
    key: String,
}

impl<'a> Reader<'a> {
    pub async fn of(world: &'a World) -> Self {
        Self { world, key: key(world, Side::Harbor).await }
    }

    pub async fn send(&self, address: &str, query: &str) -> Answer {
        let address = format!("/s/harbor/ghost/api/content/{address}?key={}&{query}", self.key);
        self.world.stranger().with("accept-version", "v6.0").get(&address).await
    }

    pub async fn get(&self, address: &str, query: &str) -> Value {
        self.send(address, query).await.is(StatusCode::OK).json()
    }

    /// Encodes the parameters as the client does.
    pub async fn ask(&self, address: &str, parameters: &[(&str, &str)]) -> Value {
        self.get(address, &encoded(parameters)).await
    }

    /// The one error of a refusal.
    pub async fn refused(&self, address: &str, query: &str, status: StatusCode) -> Value {
        self.send(address, query).await.is(status).json()["errors"][0].clone()
    }

    pub async fn ask_refused(&self, address: &str, parameters: &[(&str, &str)], status: StatusCode) -> Value {
        self.refused(address, &encoded(parameters), status).await
    }
}

fn encoded(parameters: &[(&str, &str)]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |text: &str| -> String {
        text.bytes()
            .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    };
    parameters.iter().map(|(name, value)| format!("{name}={}", one(value))).collect::<Vec<_>>().join("&")
}
