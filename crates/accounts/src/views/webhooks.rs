use askama::Template;
use kernel::events::KINDS;
use ui::{FieldErrors, Frame, Moment, Pager};

/// A webhook in the list.
#[derive(Clone, Debug)]
pub struct EndpointRow {
    /// Its id.
    pub id: String,
    /// Where it sends.
    pub url: String,
    /// What it is for; may be empty.
    pub description: String,
    /// What it hears of, in words.
    pub events: String,
    /// Tone and word of its pill.
    pub state: (&'static str, &'static str),
    /// When it was made.
    pub created: Moment,
}

/// What was typed for a webhook.
#[derive(Clone, Debug, Default)]
pub struct WebhookForm {
    /// Where to send.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// The ticked kinds of events; none for all.
    pub events: Vec<String>,
    /// Whether it is switched on.
    pub is_active: bool,
}

/// Kinds of events about the same sort of thing, as boxes to tick.
#[derive(Clone, Debug)]
pub struct EventGroup {
    /// The sort of thing.
    pub name: String,
    /// Name, words and whether it is ticked.
    pub events: Vec<(&'static str, &'static str, bool)>,
}

/// All kinds of events, with these ticked.
pub fn event_groups(ticked: &[String]) -> Vec<EventGroup> {
    let mut groups: Vec<EventGroup> = Vec::new();
    for kind in KINDS {
        let thing = kind.name.split('.').next().unwrap_or_default();
        let name = match thing {
            "category" => "Categories".to_owned(),
            "tag" => "Tags".to_owned(),
            "comment" => "Comments".to_owned(),
            other => other.chars().take(1).flat_map(char::to_uppercase).chain(other.chars().skip(1)).collect(),
        };
        let event = (kind.name, kind.words, ticked.iter().any(|one| one == kind.name));
        match groups.last_mut().filter(|group| group.name == name) {
            Some(group) => group.events.push(event),
            None => groups.push(EventGroup { name, events: vec![event] }),
        }
    }
    groups
}

/// `/admin/{org}/webhooks`. A new one is a POST to the same address.
#[derive(Template)]
#[template(path = "webhooks.html")]
pub struct WebhooksPage {
    /// The frame around it.
    pub frame: Frame,
    /// The newest first.
    pub endpoints: Vec<EndpointRow>,
    /// What can be heard of.
    pub groups: Vec<EventGroup>,
    /// What was typed.
    pub form: WebhookForm,
    /// What was wrong with it.
    pub errors: FieldErrors,
}

/// One delivery in the log.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    /// Its id.
    pub id: String,
    /// The kind of event.
    pub event: String,
    /// What receivers know the message by.
    pub message_id: String,
    /// Tone and word of its pill.
    pub state: (&'static str, &'static str),
    /// What the receiver answered last; may be empty.
    pub answer: String,
    /// How often it was tried in this round.
    pub attempts: i32,
    /// When it is tried again.
    pub next: Moment,
    /// When the event was.
    pub created: Moment,
}

/// `/admin/{org}/webhooks/{id}`: one webhook, to change, and what was sent to it.
#[derive(Template)]
#[template(path = "webhook.html")]
pub struct WebhookPage {
    /// The frame around it.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// The host it sends to.
    pub host: String,
    /// Tone and word of its pill.
    pub state: (&'static str, &'static str),
    /// Why it was switched off; may be empty.
    pub trouble: &'static str,
    /// Until when the secret before signs as well.
    pub rotates_until: Moment,
    /// A fresh secret, in the one moment in which it can be read.
    pub secret: Option<String>,
    /// What can be heard of.
    pub groups: Vec<EventGroup>,
    /// What was typed.
    pub form: WebhookForm,
    /// What was wrong with it.
    pub errors: FieldErrors,
    /// The newest first.
    pub deliveries: Vec<DeliveryRow>,
    /// Older and newer deliveries.
    pub pager: Pager,
}

/// One attempt of a delivery.
#[derive(Clone, Debug)]
pub struct AttemptRow {
    /// When.
    pub at: Moment,
    /// How long it took.
    pub duration_ms: i32,
    /// Whether the receiver took it.
    pub is_success: bool,
    /// How it went, in words.
    pub outcome: String,
    /// What was sent beside the payload, a line each.
    pub headers: String,
    /// The beginning of the answer.
    pub body: String,
}

/// `/admin/{org}/webhook-deliveries/{id}`: one message to one webhook, with every attempt.
#[derive(Template)]
#[template(path = "webhook-delivery.html")]
pub struct WebhookDeliveryPage {
    /// The frame around it.
    pub frame: Frame,
    /// The delivery.
    pub delivery: DeliveryRow,
    /// What is sent, indented.
    pub payload: String,
    /// The newest attempt first.
    pub log: Vec<AttemptRow>,
}
