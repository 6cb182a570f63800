//! The read model: rows that are the fold of the log, in a database that can be late, held, broken or deleted.

#[path = "read_model/aggregates.rs"]
mod aggregates;
#[path = "read_model/as_of.rs"]
mod as_of;
#[path = "read_model/comparison.rs"]
mod comparison;
#[path = "read_model/crash.rs"]
mod crash;
#[path = "read_model/damage.rs"]
mod damage;
#[path = "read_model/declared.rs"]
mod declared;
#[path = "read_model/events.rs"]
mod events;
#[path = "read_model/filter.rs"]
mod filter;
#[path = "read_model/flows.rs"]
mod flows;
#[path = "read_model/laws.rs"]
mod laws;
#[path = "read_model/logs.rs"]
mod logs;
#[path = "read_model/mapping.rs"]
mod mapping;
#[path = "read_model/merged.rs"]
mod merged;
#[path = "read_model/not_understood.rs"]
mod not_understood;
#[path = "read_model/own_tables.rs"]
mod own_tables;
#[path = "read_model/place.rs"]
mod place;
#[path = "read_model/rebuild.rs"]
mod rebuild;
#[path = "read_model/saved.rs"]
mod saved;
#[path = "read_model/short_cuts.rs"]
mod short_cuts;
#[path = "read_model/snapshots.rs"]
mod snapshots;
#[path = "read_model/sql.rs"]
mod sql;
#[path = "read_model/steering.rs"]
mod steering;
mod support;
#[path = "support/tally.rs"]
mod tally;
#[path = "read_model/threads.rs"]
mod threads;
#[path = "read_model/totals.rs"]
mod totals;
