//! The store: the promises of every event store, and those of ours.

#[path = "store/append_only.rs"]
mod append_only;
#[path = "store/chain.rs"]
mod chain;
#[path = "store/concurrency.rs"]
mod concurrency;
#[path = "store/contract.rs"]
mod contract;
#[path = "support/documented.rs"]
mod documented;
#[path = "support/gapped.rs"]
mod gapped;
#[path = "store/gaps.rs"]
mod gaps;
#[path = "store/import.rs"]
mod import;
#[path = "store/laws.rs"]
mod laws;
#[path = "store/leftover.rs"]
mod leftover;
#[path = "store/names.rs"]
mod names;
#[path = "store/open.rs"]
mod open;
#[path = "store/read_only.rs"]
mod read_only;
#[path = "store/receipt.rs"]
mod receipt;
mod support;

/// The contract, tested on our store.
macro_rules! sqlite_store {
    ($($promise:ident)*) => {
        mod sqlite_store {
            $(
                #[test]
                fn $promise() {
                    super::contract::$promise(&mut super::support::TempStore::new().store);
                }
            )*
        }
    };
}

sqlite_store! {
    an_empty_log_answers_nothing
    an_append_answers_the_events_as_they_are_read
    versions_and_positions_have_no_gap
    an_append_to_several_streams_is_all_or_nothing
    a_conflict_says_stream_expected_and_actual_and_writes_nothing
    a_version_is_expected_as_it_was_before_the_append
    the_same_append_again_writes_nothing_and_answers_the_same
    an_id_belongs_to_one_event
    a_part_of_an_append_is_another_append
    an_append_of_nothing_writes_nothing
    an_invalid_event_is_refused
    the_longest_data_is_taken
    an_answer_of_long_events_ends_early_and_reading_on_gives_all
    the_clock_never_goes_back
    windows_stop_at_both_ends
    steps_and_counts_are_those_of_a_list_of_all_events
    texts_come_back_to_the_byte
}
