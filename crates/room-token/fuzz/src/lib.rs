//! What must hold for all bytes, one function a fuzz target.
//!
//! The targets call them under libFuzzer; `crates/room-token/tests/corpus.rs` takes this file in and calls them with
//! everything in the corpus, on any compiler.

mod decide;
mod key_set;
mod revocations;
mod rooms;
mod signed_set;
mod signer;
mod status_list;

pub use decide::{decide, is_admitted};
pub use key_set::key_set;
pub use revocations::revocations;
pub use rooms::{room_name, room_pattern};
pub use signed_set::is_signed_set;
pub use status_list::status_list;
