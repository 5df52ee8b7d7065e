//! The yardstick of `bin/bench http`: the same HTTP stack with nothing in it, answering every request with 10 KB.
//!
//! Run as `hello 127.0.0.1:PORT`.

use axum::{Router, response::Html, routing::get};

/// The program's own allocator, so that it makes no difference.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BODY_BYTES: usize = 10 * 1024;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address =
        std::env::args().nth(1).ok_or_else(|| anyhow::anyhow!("say where to listen: hello 127.0.0.1:PORT"))?;
    let body: &'static str = "hello, world. ".repeat(BODY_BYTES / 14 + 1).leak();
    let body = &body[..BODY_BYTES];
    let router = Router::new().fallback(get(move || async move { Html(body) }));
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(listener, router).await?;
    Ok(())
}
