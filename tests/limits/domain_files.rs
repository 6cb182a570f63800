//! Limits of domain files.

use foldback::domain::aggregates::declared::upcast::UPCASTS_MAX;
use foldback::domain::file::{self, DOMAIN_AGGREGATES_MAX, DOMAIN_FILE_BYTES_MAX};

use crate::limit::{Limit, bytes, check, limit};

/// Limits of domain files.
pub(crate) fn of_domain_files() -> Vec<Limit> {
    vec![
        limit("a domain file", bytes(DOMAIN_FILE_BYTES_MAX), "a domain file has 1 MiB at most", || {
            refusal(&"#".repeat(DOMAIN_FILE_BYTES_MAX + 1))
        }),
        limit(
            "the aggregates of a domain file",
            DOMAIN_AGGREGATES_MAX.to_string(),
            "a domain file has 100 aggregates at most",
            || {
                let one = |n| format!("[aggregates.a{n}]\nstreams = \"a{n}-*\"\non.A.n = \"1\"\n");
                refusal(&(0..=DOMAIN_AGGREGATES_MAX).map(one).collect::<String>())
            },
        ),
        limit(
            "the upcasts of one event",
            UPCASTS_MAX.to_string(),
            "A0 would pass through more than 16 upcasts",
            || {
                let one = |n| format!("[upcast.A{n}]\nas = \"A{}\"\n", n + 1);
                let upcasts: String = (0..=UPCASTS_MAX).map(one).collect();
                refusal(&format!("aggregates.a.on.A.n = \"1\"\n{upcasts}"))
            },
        ),
    ]
}

fn refusal(text: &str) -> String {
    file::parse(text).unwrap_err().to_string()
}

#[test]
fn beyond_each_limit_of_domain_files_there_is_its_message() {
    check(&of_domain_files());
}
