//! Which PostgreSQL the tests use.

/// The variable that names the cluster of the tests: a superuser's URL, set by `with-postgres`.
pub const TEST_DATABASE_URL: &str = "CONTENTPILOT_TEST_DATABASE_URL";

/// The URL of a superuser's connection to the cluster of this test run.
///
/// # Panics
/// When the run was started without one. No cluster is started from here: each test is a process of its own, and none
/// of them could know when the last one has ended.
#[allow(clippy::panic, reason = "only tests call this, and without a database none of them can run")]
pub fn admin_url() -> String {
    std::env::var(TEST_DATABASE_URL).unwrap_or_else(|_| {
        panic!(
            "{TEST_DATABASE_URL} is not set, so there is no database to test on. Run the tests through `bin/test`, or \
             with `cargo run -p testkit --bin with-postgres -- cargo nextest run`."
        )
    })
}
