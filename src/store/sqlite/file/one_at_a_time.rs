//! One opening at a time: within a process, a file that is closed ends the locks of all connections to it.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Allows one opening at a time. A process loses its locks on a file when it closes any descriptor of it, and
/// [opening](super::open) closes one when it inspects a file. So it may run only while there is no connection, and none may be opened meanwhile.
pub(in crate::store::sqlite) fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}
