//! The sources keep to the plan in `src/lib.rs`: the tree, the arrows, and what each room may name.

#[path = "architecture/account.rs"]
mod account;
#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/docs.rs"]
mod docs;
#[path = "architecture/floors.rs"]
mod floors;
#[path = "architecture/front_pages.rs"]
mod front_pages;
#[path = "architecture/guards.rs"]
mod guards;
#[path = "architecture/port.rs"]
mod port;
#[path = "architecture/questions.rs"]
mod questions;
#[path = "architecture/sizes.rs"]
mod sizes;
#[path = "architecture/sources.rs"]
mod sources;
#[path = "architecture/syntax.rs"]
mod syntax;
#[path = "architecture/tuples.rs"]
mod tuples;
#[path = "architecture/type_names.rs"]
mod type_names;
#[path = "architecture/widgets.rs"]
mod widgets;
