//! The only place with threads, channels and clocks.

pub mod projector;
pub mod subscription;
