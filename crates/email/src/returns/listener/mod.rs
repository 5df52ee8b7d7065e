//! The mail server for what comes back: it takes mails to the return paths of our messages, reads them, and keeps none.
//!
//! It passes nothing on. Whoever connects can make it hold a bounded number of connections, each with a bounded mail, for a
//! bounded time.

mod session;
mod tls;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::App;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use session::Session;

/// Connections at a time, and from one address.
const CONNECTIONS_MOST: usize = 50;
const CONNECTIONS_OF_ONE: usize = 10;
/// How long one connection may take altogether.
const LASTS_AT_MOST: Duration = Duration::from_secs(600);
/// How long what has begun may take after the order to stop.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// Takes mails until told to stop.
pub async fn run(app: App, listener: TcpListener, stop: CancellationToken) {
    let guests = Guests::default();
    let tls = tls::acceptor(&app.settings.mail_host());
    let mut sessions = JoinSet::new();
    loop {
        while sessions.try_join_next().is_some() {}
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, mostly: others have to end first.
                tracing::warn!(%error, "a connection with a bounce could not be taken");
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        match guests.admit(address.ip()) {
            Some(guest) => {
                let session = Session::new(app.clone(), tls.clone(), stop.clone());
                sessions.spawn(async move {
                    let _guest = guest;
                    let _ = tokio::time::timeout(LASTS_AT_MOST, session.talk(stream)).await;
                });
            }
            None => _ = sessions.spawn(turn_away(stream)),
        }
    }
    let ending = async { while sessions.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(ENDS_WITHIN, ending).await;
}

async fn turn_away(mut stream: TcpStream) {
    let answer = stream.write_all(b"421 4.3.2 Too many connections, try again later\r\n");
    let _ = tokio::time::timeout(Duration::from_secs(5), answer).await;
}

/// Who is connected, by address.
#[derive(Clone, Default)]
struct Guests(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// Counts for as long as it lives.
struct Guest {
    guests: Guests,
    address: IpAddr,
}

impl Guests {
    fn admit(&self, address: IpAddr) -> Option<Guest> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.values().sum::<usize>() >= CONNECTIONS_MOST {
            return None;
        }
        let count = counts.entry(address).or_default();
        if *count >= CONNECTIONS_OF_ONE {
            return None;
        }
        *count += 1;
        Some(Guest { guests: self.clone(), address })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut counts = self.guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn connections_are_bounded_for_all_and_for_each() {
        let guests = Guests::default();
        let one = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let mut inside: Vec<Guest> = (0..CONNECTIONS_OF_ONE).map(|_| guests.admit(one).unwrap()).collect();
        assert!(guests.admit(one).is_none());
        for number in 0..u8::try_from(CONNECTIONS_MOST - CONNECTIONS_OF_ONE).unwrap() {
            inside.push(guests.admit(IpAddr::V4(Ipv4Addr::new(192, 0, 2, number))).unwrap());
        }
        let late = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));
        assert!(guests.admit(late).is_none());
        inside.clear();
        assert!(guests.0.lock().unwrap().is_empty() && guests.admit(late).is_some());
    }
}
