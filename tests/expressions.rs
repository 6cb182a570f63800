//! Expressions: each rule of the language, what is refused and where, and laws for any text and any JSON.

#[path = "expressions/guide.rs"]
mod guide;
#[path = "expressions/laws.rs"]
mod laws;
#[path = "expressions/limits.rs"]
mod limits;
#[path = "expressions/numbers.rs"]
mod numbers;
#[path = "expressions/paths.rs"]
mod paths;
#[path = "expressions/refused.rs"]
mod refused;
#[path = "expressions/scene.rs"]
mod scene;
mod support;
#[path = "expressions/time.rs"]
mod time;
#[path = "expressions/unknowns.rs"]
mod unknowns;
