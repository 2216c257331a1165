//! What a stage bears: strangers beside guests, and rooms by the thousand.

mod rooms;
mod strangers;

pub use rooms::{Rooms, Seating};
pub use strangers::{Siege, Strangers};

/// Runs it on as many threads as there are processors.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("threads can be started")
        .block_on(work)
}
