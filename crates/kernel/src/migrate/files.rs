//! The migrations, embedded in the order in which they apply.

use sha2::{Digest, Sha256};

/// One embedded migration.
pub(super) struct File {
    pub version: i32,
    pub name: &'static str,
    pub sql: &'static str,
}

const NO_TRANSACTION: &str = "-- no transaction";
const NEXT_STATEMENT: &str = "-- next";

macro_rules! files {
    ($($version:literal $name:literal),* $(,)?) => {
        &[$(File {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../../../../migrations/", $name, ".sql")),
        }),*]
    };
}

/// Every migration; a new file in `migrations/` needs a line here.
pub(super) const FILES: &[File] = files![
    1 "0001_host_tables",
    2 "0002_enum_values",
    3 "0003_foundations",
    4 "0004_content",
    5 "0005_media",
    6 "0006_campaigns",
    7 "0007_tenant_records",
    8 "0008_counters",
    9 "0009_accounts_and_jobs",
    10 "0010_search",
    11 "0011_indexes",
    12 "0012_comments",
    13 "0013_comment_indexes",
    14 "0014_site_changes",
    15 "0015_revisions_kept",
    16 "0016_translations",
    17 "0017_sign_in_addresses",
    18 "0018_account_indexes",
    25 "0025_media_library",
    26 "0026_media_indexes",
    29 "0029_reviews_and_notifications",
    30 "0030_editing_together",
    32 "0032_content_bin",
    35 "0035_webhooks",
    36 "0036_sites",
    37 "0037_planning",
    38 "0038_content_views",
    39 "0039_search_reads_less",
    40 "0040_pictures",
    42 "0042_planning_indexes",
    43 "0043_posters",
    50 "0050_audience",
    51 "0051_sign_up",
    56 "0056_names_in_order",
    57 "0057_sorted_lists",
    60 "0060_sending",
    61 "0061_email_delivery",
    62 "0062_email_returns",
    63 "0063_email_providers",
    64 "0064_email_reports",
    65 "0065_email_trials",
    66 "0066_email_counts_kept_ready",
    67 "0067_email_queue_index",
    68 "0068_recipients_of_contacts",
    70 "0070_search_within",
    75 "0075_content_bin_parts",
    76 "0076_content_limits",
    80 "0080_counts_without_waiting",
    81 "0081_vectors_in_line",
    82 "0082_campaigns",
    91 "0091_email_composer",
    93 "0093_automations",
    94 "0094_automation_indexes",
    95 "0095_recipients_once_a_run",
    96 "0096_links_outlive_emails",
    97 "0097_logos_are_uses",
    98 "0098_tags_counted_by_kept_plans",
    99 "0099_vectors_of_published_items",
    100 "0100_import_partial",
    101 "0101_search_words",
    102 "0102_one_export_at_a_time",
    103 "0103_former_term_slugs",
    105 "0105_search_walks_further",
    106 "0106_featured_items",
    107 "0107_search_without_accents",
    108 "0108_search_ranks_fewer",
];

impl File {
    /// SHA-256 of the text in hexadecimal; the ledger keeps it so that a changed past is noticed.
    pub fn checksum(&self) -> String {
        hex::encode(Sha256::digest(self.sql.as_bytes()))
    }

    /// Whether the file is applied as one transaction.
    pub fn is_transactional(&self) -> bool {
        !self.sql.starts_with(NO_TRANSACTION)
    }

    /// The statements of a file without a transaction, one at a time.
    pub fn statements(&self) -> Vec<String> {
        let mut statements = vec![String::new()];
        for line in self.sql.lines() {
            if line.trim_end() == NEXT_STATEMENT {
                statements.push(String::new());
            } else if let Some(current) = statements.last_mut() {
                current.push_str(line);
                current.push('\n');
            }
        }
        statements
    }
}

/// The index a statement builds, when it is a `CREATE INDEX … IF NOT EXISTS name`.
pub(super) fn index_built_by(statement: &str) -> Option<&str> {
    let (_, rest) = statement.split_once("INDEX CONCURRENTLY IF NOT EXISTS ")?;
    rest.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_the_order_of_its_numbers_and_names_carry_them() {
        assert!(FILES.is_sorted_by(|one, next| one.version < next.version));
        for file in FILES {
            assert!(file.name.starts_with(&format!("{:04}_", file.version)), "{}", file.name);
        }
    }

    #[test]
    fn every_file_of_the_folder_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".sql").map(str::to_owned))
            .collect();
        found.sort();
        assert_eq!(found, FILES.iter().map(|file| file.name.to_owned()).collect::<Vec<_>>());
    }

    #[test]
    fn each_statement_without_a_transaction_builds_one_index_that_may_already_exist() {
        for file in FILES.iter().filter(|file| !file.is_transactional()) {
            for statement in file.statements() {
                assert!(index_built_by(&statement).is_some(), "{}: {statement}", file.name);
                assert_eq!(
                    statement.lines().filter(|line| line.ends_with(';')).count(),
                    1,
                    "{}: {statement}",
                    file.name
                );
            }
        }
    }
}
