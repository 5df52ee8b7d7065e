use kernel::access::{ActorKind, Caller, Permission};
use kernel::validate::Problems;
use kernel::{Error, Result, audit, events};
use serde_json::json;

use super::model::{
    Delivery, DeliveryRecord, ENDPOINTS_AT_MOST, Endpoint, EndpointDraft, EndpointWithSecret, ROTATION_LASTS,
    RawEndpoint,
};
use super::{deliveries, sign, store};

/// Adds an endpoint, and makes the secret that its receiver verifies signatures with.
pub async fn create(caller: &Caller, raw: RawEndpoint, problems: Problems) -> Result<EndpointWithSecret> {
    caller.must(Permission::WebhooksManage)?;
    let draft = EndpointDraft::checked(&caller.app, None, raw, problems)?;
    if store::count(&caller.tx).await? >= ENDPOINTS_AT_MOST {
        let words = format!("There are {ENDPOINTS_AT_MOST} webhooks already, the most there can be. Delete one first.");
        return Err(Error::Conflict(words));
    }
    let (secret, sealed) = sign::new_secret(&caller.app.secret_key)?;
    let id = caller.new_id();
    let created_by = (caller.actor.kind != ActorKind::System).then_some(caller.actor.user_id.as_str());
    store::insert(&caller.tx, &id, &draft, &sealed, (created_by, caller.now)).await?;
    audit::record(caller, "webhook.create", ("webhook", &id), json!({ "name": host_of(&draft.url) })).await?;
    Ok(EndpointWithSecret { endpoint: reread(caller, &id).await?, secret })
}

/// Changes an endpoint. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: RawEndpoint,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<Endpoint> {
    let endpoint = lock(caller, id).await?;
    if expected_version.is_some_and(|version| version != endpoint.version) {
        let words = "Somebody else changed this webhook meanwhile. Load it again, then make your change.";
        return Err(Error::StaleVersion(words.into()));
    }
    let draft = EndpointDraft::checked(&caller.app, Some(&endpoint), raw, problems)?;
    if draft == EndpointDraft::of(&endpoint) {
        return Ok(endpoint);
    }
    store::update(&caller.tx, id, &draft).await?;
    audit::record(caller, "webhook.change", ("webhook", id), json!({ "name": host_of(&draft.url) })).await?;
    reread(caller, id).await
}

/// Makes a new secret. The one before signs beside it for a day, so that no delivery fails meanwhile.
pub async fn rotate(caller: &Caller, id: &str) -> Result<EndpointWithSecret> {
    let endpoint = lock(caller, id).await?;
    let (secret, sealed) = sign::new_secret(&caller.app.secret_key)?;
    store::rotate(&caller.tx, id, &sealed, caller.now + ROTATION_LASTS).await?;
    audit::record(caller, "webhook.rotate", ("webhook", id), json!({ "name": host_of(&endpoint.url) })).await?;
    Ok(EndpointWithSecret { endpoint: reread(caller, id).await?, secret })
}

/// Sends a test to an endpoint, through the same queue as any event.
pub async fn ping(caller: &Caller, id: &str) -> Result<()> {
    let endpoint = lock(caller, id).await?;
    if !endpoint.is_active {
        return Err(Error::Conflict("This webhook is switched off. Switch it on to test it.".into()));
    }
    let data = json!({ "message": "It works.", "organization": caller.organization.slug });
    events::send_to(&caller.tx, &[endpoint.id], events::PING, ("", data), caller.now).await
}

/// Deletes an endpoint with its deliveries.
pub async fn delete(caller: &Caller, id: &str) -> Result<Endpoint> {
    let endpoint = lock(caller, id).await?;
    store::delete(&caller.tx, id).await?;
    audit::record(caller, "webhook.delete", ("webhook", id), json!({ "name": host_of(&endpoint.url) })).await?;
    Ok(endpoint)
}

/// Sends a message again, under the id it had: receivers know it as the same.
pub async fn replay(caller: &Caller, id: &str) -> Result<Delivery> {
    caller.must(Permission::WebhooksManage)?;
    let (delivery, _) = deliveries::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let endpoint = store::find(&caller.tx, &delivery.endpoint_id).await?.ok_or(Error::NotFound)?;
    if !endpoint.is_active {
        return Err(Error::Conflict("This webhook is switched off. Switch it on to send to it again.".into()));
    }
    if !deliveries::begin_again(&caller.tx, id, caller.now).await? {
        return Err(Error::Conflict("It is being sent right now. Wait for the outcome first.".into()));
    }
    events::deliver_at(&caller.tx, caller.now).await?;
    audit::record(caller, "webhook.replay", ("webhook", &endpoint.id), json!({ "name": delivery.event })).await?;
    let (delivery, _) = deliveries::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    Ok(delivery)
}

/// A delivery with its payload and its attempts.
pub async fn inspect(caller: &Caller, id: &str) -> Result<DeliveryRecord> {
    caller.must(Permission::WebhooksManage)?;
    let (delivery, payload) = deliveries::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let log = deliveries::attempts(&caller.tx, id).await?;
    Ok(DeliveryRecord { delivery, payload, log })
}

async fn lock(caller: &Caller, id: &str) -> Result<Endpoint> {
    caller.must(Permission::WebhooksManage)?;
    store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)
}

async fn reread(caller: &Caller, id: &str) -> Result<Endpoint> {
    store::find(&caller.tx, id).await?.ok_or_else(|| Error::internal("a webhook that was just written is gone"))
}

/// What the audit log and mails call an endpoint: paths and queries may hold secrets.
pub fn host_of(url: &str) -> String {
    url.parse().ok().and_then(|url: url::Url| url.host_str().map(str::to_owned)).unwrap_or_default()
}
