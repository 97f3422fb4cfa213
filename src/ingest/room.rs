//! Room for the files that are read at once: on all cores together they hold no more than a few of ordinary size, or one big one.
//!
//! Each file takes room by its size before it is read and gives it back when nothing of it is held any more. Who comes first is served
//! first, so that a big file does not wait for ever.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// So many bytes, for all who read.
pub struct Room {
    all: u64,
    /// Whoever waits for room holds the door.
    door: Mutex<()>,
    taken: Mutex<u64>,
    left: Condvar,
}

/// Room taken, until it is dropped.
pub struct Taken<'a> {
    room: &'a Room,
    bytes: u64,
}

impl Room {
    pub fn new(all: u64) -> Self {
        Self { all, door: Mutex::new(()), taken: Mutex::new(0), left: Condvar::new() }
    }

    /// Waits until there is room for so many bytes; what is more than there ever is takes all of it.
    pub fn take(&self, bytes: u64) -> Taken<'_> {
        let bytes = bytes.min(self.all);
        let _door = whole(self.door.lock());
        let mut taken = whole(self.taken.lock());
        while *taken + bytes > self.all {
            taken = whole(self.left.wait(taken));
        }
        *taken += bytes;
        Taken { room: self, bytes }
    }

    /// All of it: nobody else reads anything.
    pub fn take_all(&self) -> Taken<'_> {
        self.take(self.all)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        *whole(self.room.taken.lock()) -= self.bytes;
        self.room.left.notify_all();
    }
}

/// A reader that failed counted right all the same.
fn whole<'a, T>(lock: Result<MutexGuard<'a, T>, PoisonError<MutexGuard<'a, T>>>) -> MutexGuard<'a, T> {
    lock.unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn however_many_read_no_more_is_held_than_there_is_room_for() {
        let room = Room::new(10);
        let (held, most) = (AtomicU64::new(0), AtomicU64::new(0));
        thread::scope(|scope| {
            for reader in 0..8u64 {
                let (room, held, most) = (&room, &held, &most);
                scope.spawn(move || {
                    for file in 0..50 {
                        let bytes = (reader + file) % 14;
                        let taken = room.take(bytes);
                        let now = held.fetch_add(bytes.min(10), Ordering::SeqCst) + bytes.min(10);
                        most.fetch_max(now, Ordering::SeqCst);
                        thread::yield_now();
                        held.fetch_sub(bytes.min(10), Ordering::SeqCst);
                        drop(taken);
                    }
                });
            }
        });
        assert!((8..=10).contains(&most.into_inner()));
        drop(room.take_all());
    }
}
