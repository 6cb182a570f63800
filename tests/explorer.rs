//! The workers' answers to the screen's questions, on a real store, and when the loop wakes up.

#[path = "explorer/accounts.rs"]
mod accounts;
#[path = "explorer/bank.rs"]
mod bank;
#[path = "explorer/chart.rs"]
mod chart;
#[path = "explorer/currencies.rs"]
mod currencies;
#[path = "explorer/file_checker.rs"]
mod file_checker;
#[path = "explorer/frames.rs"]
mod frames;
#[path = "support/gapped.rs"]
mod gapped;
#[path = "explorer/gaps.rs"]
mod gaps;
#[path = "explorer/gaps_on_screen.rs"]
mod gaps_on_screen;
#[path = "explorer/look.rs"]
mod look;
#[path = "explorer/mappings.rs"]
mod mappings;
#[path = "explorer/merged_chart.rs"]
mod merged_chart;
#[path = "explorer/places.rs"]
mod places;
#[path = "explorer/questions.rs"]
mod questions;
#[path = "explorer/rotation.rs"]
mod rotation;
#[path = "explorer/ruler.rs"]
mod ruler;
mod support;
#[path = "explorer/verifier.rs"]
mod verifier;
