//! A link to a room as people and browsers have it, taken apart as Jitsi's client does (`parseURLParams` and
//! `parseJWTFromURLParams` of `react/features/base`). Nothing in it is believed; what it says is checked elsewhere.
//!
//! ```
//! use room_link::ReceivedLink;
//!
//! let link = ReceivedLink::parse("https://meet.example.org/Weekly%20Sync?jwt=a.b.c")?;
//! assert_eq!(link.token(), "a.b.c");
//! assert_eq!(link.place()?.node(), "weekly%20sync");
//! # Ok::<(), room_link::ReceivedLinkError>(())
//! ```

mod part;
mod received;

pub use part::part;
pub use received::{Place, ReceivedLink, ReceivedLinkError};
