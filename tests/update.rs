//! The model, message by message: walks over plain values.

#[path = "update/anything.rs"]
mod anything;
#[path = "update/console.rs"]
mod console;
#[path = "update/finding.rs"]
mod finding;
#[path = "update/leaving.rs"]
mod leaving;
#[path = "update/playhead.rs"]
mod playhead;
#[path = "update/prompt.rs"]
mod prompt;
#[path = "update/query_view.rs"]
mod query_view;
#[path = "update/rebuild.rs"]
mod rebuild;
#[path = "update/ruler.rs"]
mod ruler;
#[path = "update/steering.rs"]
mod steering;
#[path = "update/stream_list.rs"]
mod stream_list;
mod support;
#[path = "update/verification.rs"]
mod verification;
#[path = "update/walk.rs"]
mod walk;
