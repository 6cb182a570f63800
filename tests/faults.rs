//! Faults on purpose: whatever happens to the machine, acknowledged events are there, and nothing is half done.

#![cfg(target_os = "linux")]
#[path = "faults/calls.rs"]
mod calls;
#[path = "faults/checks.rs"]
mod checks;
#[path = "faults/clock.rs"]
mod clock;
#[path = "faults/full_disk.rs"]
mod full_disk;
#[path = "faults/gone.rs"]
mod gone;
#[path = "faults/kills.rs"]
mod kills;
#[path = "faults/no_room.rs"]
mod no_room;
#[path = "faults/preload.rs"]
mod preload;
#[path = "support/pty.rs"]
mod pty;
#[path = "faults/receipt.rs"]
mod receipt;
mod support;
#[path = "faults/together.rs"]
mod together;
