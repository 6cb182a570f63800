//! Facts and decisions: what happened, what it adds up to, what may be asked. Pure.

pub mod account;
pub mod caseless;
pub mod chain;
pub mod command;
pub mod counted;
pub mod event;
pub mod fold;
pub mod json;
pub mod left_out;
pub mod mapping;
pub mod money;
pub mod provenance;
pub mod time_bounds;
pub mod uuids;
pub mod visible;
