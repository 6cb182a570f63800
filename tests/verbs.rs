//! The verbs, as scripts use them: stdout, and exit codes.

#[path = "verbs/batches.rs"]
mod batches;
#[path = "verbs/commands.rs"]
mod commands;
#[path = "verbs/currencies.rs"]
mod currencies;
#[path = "verbs/cut_logs.rs"]
mod cut_logs;
#[path = "verbs/descriptors.rs"]
mod descriptors;
#[path = "verbs/desk.rs"]
mod desk;
#[path = "verbs/domain.rs"]
mod domain;
#[path = "verbs/domain_file.rs"]
mod domain_file;
#[path = "verbs/events.rs"]
mod events;
#[path = "verbs/every_verb.rs"]
mod every_verb;
#[path = "verbs/fields_beside.rs"]
mod fields_beside;
#[path = "verbs/figures.rs"]
mod figures;
#[path = "verbs/found_envelopes.rs"]
mod found_envelopes;
#[path = "verbs/ids.rs"]
mod ids;
#[path = "verbs/inputs.rs"]
mod inputs;
#[path = "verbs/late.rs"]
mod late;
#[path = "verbs/learned_folds.rs"]
mod learned_folds;
#[path = "verbs/left_out.rs"]
mod left_out;
#[path = "verbs/logs.rs"]
mod logs;
#[path = "verbs/mappings.rs"]
mod mappings;
#[path = "verbs/merged.rs"]
mod merged;
#[path = "verbs/merged_screen.rs"]
mod merged_screen;
#[path = "verbs/not_understood.rs"]
mod not_understood;
#[path = "verbs/output.rs"]
mod output;
#[path = "verbs/pages.rs"]
mod pages;
#[path = "verbs/partly_understood.rs"]
mod partly_understood;
#[path = "verbs/projections.rs"]
mod projections;
#[path = "verbs/query.rs"]
mod query;
#[path = "verbs/read_side.rs"]
mod read_side;
#[path = "verbs/sample_time.rs"]
mod sample_time;
#[path = "verbs/shared_logs.rs"]
mod shared_logs;
#[path = "verbs/states.rs"]
mod states;
mod support;
#[path = "verbs/tables.rs"]
mod tables;
#[path = "verbs/times_unread.rs"]
mod times_unread;
#[path = "verbs/transfers.rs"]
mod transfers;
