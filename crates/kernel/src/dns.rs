//! Questions to the domain name system about domains that users name.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};

/// How long one server may take to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);
const ATTEMPTS: usize = 2;

/// Why there is no answer, in words for whoever asked.
#[derive(Debug, Clone, thiserror::Error)]
#[error("The domain name system did not answer about {name}. Try again in a few minutes.")]
pub struct Failure {
    name: String,
}

/// The resolver: the system's, or the server that the settings name. Cheap to clone.
///
/// It remembers nothing, for people ask about a record just after they have set it.
#[derive(Clone)]
pub struct Dns {
    /// Made at the first question.
    resolver: Arc<OnceLock<Option<TokioResolver>>>,
    server: Option<SocketAddr>,
}

impl Dns {
    pub fn new(server: Option<SocketAddr>) -> Self {
        Self { resolver: Arc::default(), server }
    }

    /// The texts at a name (TXT records), each put together from its pieces; none when there is no such name.
    pub async fn texts(&self, name: &str) -> Result<Vec<String>, Failure> {
        Ok(self.ask(name, RecordType::TXT).await?.iter().filter_map(text_of).collect())
    }

    /// The hosts that take mail for a name (MX records), each with its preference before it as in a zone file: `10 mx.example.org`.
    pub async fn mail_hosts(&self, name: &str) -> Result<Vec<String>, Failure> {
        Ok(self.ask(name, RecordType::MX).await?.iter().filter_map(mail_host_of).collect())
    }

    async fn ask(&self, name: &str, kind: RecordType) -> Result<Vec<RData>, Failure> {
        let failure = || Failure { name: name.to_owned() };
        let resolver = self.resolver.get_or_init(|| {
            let made = self.make();
            made.inspect_err(|error| tracing::error!(error, "the domain name system cannot be asked")).ok()
        });
        // Fully qualified, so that no search domain of this machine is put behind it.
        let asked = format!("{}.", name.trim_end_matches('.'));
        match resolver.as_ref().ok_or_else(failure)?.lookup(asked, kind).await {
            Ok(found) => Ok(found.answers().iter().map(|record| record.data.clone()).collect()),
            Err(error) if error.is_no_records_found() || error.is_nx_domain() => Ok(Vec::new()),
            Err(error) => {
                tracing::warn!(name, error = error.to_string(), "the domain name system did not answer");
                Err(failure())
            }
        }
    }

    fn make(&self) -> Result<TokioResolver, String> {
        let mut builder = match self.server {
            None => TokioResolver::builder_tokio().map_err(|error| error.to_string())?,
            Some(server) => TokioResolver::builder_with_config(config_of(server), TokioRuntimeProvider::default()),
        };
        let options = builder.options_mut();
        options.timeout = ANSWERS_WITHIN;
        options.attempts = ATTEMPTS;
        options.cache_size = 0;
        builder.build().map_err(|error| error.to_string())
    }
}

fn text_of(data: &RData) -> Option<String> {
    let RData::TXT(text) = data else { return None };
    Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned())
}

fn mail_host_of(data: &RData) -> Option<String> {
    let RData::MX(found) = data else { return None };
    Some(format!("{} {}", found.preference, found.exchange.to_ascii().trim_end_matches('.')))
}

/// One server, asked over UDP, and over TCP where an answer does not fit.
fn config_of(server: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    ResolverConfig::from_name_servers(vec![NameServerConfig::new(server.ip(), true, connections.into())])
}
