//! One attempt to hand one message over.

use kernel::App;

use super::letter::{Letter, Person};
use super::prepare;
use crate::sending::smtp::{Connection, Failure, Outcome, Relay};

/// How it went, once there was a connection.
pub(super) enum Attempt {
    Smtp(Outcome),
    /// Without a mail server: kept in the outbox.
    Kept,
    /// The message could not even be made.
    Unmade(String),
}

/// Makes one message and hands it over.
pub(super) async fn attempt(
    app: &App,
    relay: Option<&Relay>,
    connection: Option<Connection>,
    (letter, person): (&Letter, &Person),
) -> (Result<Attempt, Failure>, Option<Connection>) {
    let message = match letter.message(app, person, app.clock.now()) {
        Ok(message) => message,
        Err(error) => {
            tracing::error!(error = error.cause(), recipient = person.recipient, "a message could not be made");
            return (Ok(Attempt::Unmade("the message could not be made".to_owned())), connection);
        }
    };
    let Some(relay) = relay else {
        let kept = prepare::keep_in_outbox(app, &letter.organization, &message).await;
        let attempt = kept.map_or_else(|error| Attempt::Unmade(error.to_string()), |()| Attempt::Kept);
        return (Ok(attempt), None);
    };
    let mut connection = match connection {
        Some(connection) => connection,
        None => match Connection::open(relay).await {
            Ok(connection) => connection,
            Err(failure) => return (Err(failure), None),
        },
    };
    let envelope = (message.sender.as_str(), message.recipient.as_str());
    let mut outcome = connection.send(envelope, &message.bytes).await;
    if matches!(outcome, Outcome::Broken(_)) {
        // Servers close connections that were idle or have carried enough; the message was not taken, so a new one is tried.
        match Connection::open(relay).await {
            Ok(fresh) => {
                connection = fresh;
                outcome = connection.send(envelope, &message.bytes).await;
            }
            Err(failure) => return (Err(failure), None),
        }
    }
    (Ok(Attempt::Smtp(outcome)), Some(connection))
}
