//! Memory that is used again, so that no layer asks the system for any.

use std::sync::Mutex;

/// Values that are not in use just now; the last one given back is the next one taken, since it is still in the cache.
#[derive(Debug, Default)]
pub(super) struct Spare<T>(Mutex<Vec<T>>);

impl<T: Default> Spare<T> {
    /// Runs `work` with a spare value, or a new one where none is left.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        // A poisoned lock only means that some other work panicked between two whole operations.
        let spare = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        let mut value = spare.unwrap_or_default();
        let result = work(&mut value);
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(value);
        result
    }
}
