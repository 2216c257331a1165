//! The page before the call: nginx asks here whether a room's page is served, and whoever cannot come in reads why, in
//! words, at the meeting's own address.
//!
//! It holds public keys alone and keeps nothing. The door decides again, whatever is said here: the way of a visit is
//! [`Address`] → [`Gate::look`] → [`Verdict`], and [`serve`] puts it behind HTTP.
//!
//! ```
//! use guest_gate::{Address, Gate, Verdict, Visit};
//! use room_token::{DenyReason, Timestamp};
//!
//! let gate = Gate { verifier: None, open_rooms: Vec::new() };
//! let visit = Visit {
//!     address: &Address::parse("/Weekly%20Sync?jwt=abc")?,
//!     kept: &[],
//!     is_marked: false,
//!     now: Timestamp::from_secs(1_767_225_600)?,
//! };
//! let Verdict::Refuse(refusal) = gate.look(&visit) else { panic!() };
//! assert_eq!(refusal.reason, DenyReason::VerifierUnavailable);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod conference;
pub mod cookie;
mod damage;
mod gate;
mod invite;
mod page;
mod refusal;
mod renewal;
mod service;
mod words;

pub use address::{Address, AddressError};
pub use conference::{Asked, ConferenceError, Conferences};
pub use cookie::Kept;
pub use damage::Damage;
pub use gate::{Gate, Standing, Verdict, Visit};
pub use invite::{Asking, GuestWish, InviteError, Invited, Inviter};
pub use refusal::{Refusal, Way};
pub use service::{ServiceError, Settings, serve};
