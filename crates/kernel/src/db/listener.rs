use std::future::poll_fn;

use anyhow::Context;
use tokio_postgres::AsyncMessage;

/// Listens on one channel until the connection ends; `on_ready` is called once it listens, `on_message` for each
/// notification with its payload. Needs a connection straight to the server: a pooler knows no listeners.
pub async fn listen(
    url: &str,
    channel: &str,
    on_ready: impl FnOnce() + Send,
    on_message: impl Fn(&str) + Send,
) -> anyhow::Result<()> {
    let (config, _) = super::parse_url(url)?;
    let (client, mut connection) =
        config.connect(super::tls::connector()?).await.context("the database cannot be reached to listen")?;
    let ask = format!("LISTEN \"{channel}\"");
    let asked = client.batch_execute(&ask);
    tokio::pin!(asked);
    let mut on_ready = Some(on_ready);
    loop {
        tokio::select! {
            // The statement is done by the connection, so both are driven together.
            outcome = &mut asked, if on_ready.is_some() => {
                outcome.context("listening was refused")?;
                if let Some(ready) = on_ready.take() {
                    ready();
                }
            }
            message = poll_fn(|context| connection.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notification(notification))) => on_message(notification.payload()),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error).context("the listening connection broke"),
                None => return Ok(()),
            }
        }
    }
}
