//! The signed token that admits one person to one room.
//!
//! A token is a JWT signed with Ed25519. The issuer holds the signing key; a verifier holds only the
//! matching key set, keeps no other state and asks nobody. Any shard can therefore decide alone, and
//! every shard decides alike.
//!
//! Nothing here does I/O: callers pass in bytes, keys, randomness and the time. There is no public way
//! to read claims that were not verified.
//!
//! One token's whole life:
//!
//! ```
//! use room_token::{Decision, Deployment, Grant, KeySet, Lifetime, Person, RoomName};
//! use room_token::{SigningKey, Timestamp, TokenId, Validity, Verifier};
//!
//! // The issuer: a form becomes a grant, and the grant a token.
//! let key = SigningKey::from_seed(&[7; 32]);
//! let deployment = Deployment::new("roompass", "jitsi")?;
//! let grant = Grant::new(RoomName::parse("Friday Stand-up")?, Person::member("Ada")?);
//! let now = Timestamp::from_secs(1_767_225_600)?;
//! let validity = Validity::lasting(now, Lifetime::from_hours(1)?)?;
//! let token = key.issue(&deployment, &grant, &validity, &TokenId::from_bytes([1; 8]))?;
//!
//! // A shard: public keys only. `room` is the room's name as Prosody has it.
//! let verifier = Verifier::new(KeySet::of([&key])?, deployment)?;
//! match verifier.decide(token.as_str(), "friday%20stand-up", now) {
//!     Decision::Admit(admission) => assert_eq!(admission.person(), grant.person()),
//!     Decision::Deny(reason) => panic!("{}: {reason}", reason.code()),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod claims;
mod compact;
mod decision;
mod deployment;
mod explain;
mod features;
mod grant;
mod header;
mod issue;
mod json;
mod jwk;
mod key;
mod key_set;
mod language;
mod limits;
mod parent;
mod revocations;
mod room;
mod scope;
mod signature;
mod signer;
mod status;
mod status_list;
mod time;
mod token_id;
mod verify;
mod windows;

pub use decision::{Admission, Decision, DenyReason, ending_text};
pub use deployment::{Deployment, DeploymentError};
pub use explain::{Check, CheckName, Explanation, Outcome};
pub use features::{Features, FeaturesError};
pub use grant::{Affiliation, DisplayName, Grant, Person, PersonError};
pub use issue::{IssueError, SignedToken};
pub use jwk::{KeyFault, KeyState, PublicKey};
pub use key::{KeyError, KeyId, SigningKey};
pub use key_set::{KeySet, KeySetError, RootKey};
pub use language::Language;
pub use limits::{Arrival, Limits, LimitsError};
pub use parent::{Parent, ParentError};
pub use revocations::{Revocations, RevocationsError, Revoked, Stay, WhenStale};
pub use room::{RoomName, RoomNameError, RoomPattern};
pub use scope::{Scope, ScopeError};
pub use signer::SignElsewhere;
pub use status::{StatusError, StatusReference};
pub use status_list::{StatusList, StatusListError};
pub use time::{Leeway, Lifetime, TimeError, Timestamp, Validity};
pub use token_id::{TokenId, TokenIdError};
pub use verify::{SignedBy, TokenName, Verifier, VerifierError};
pub use windows::{Run, Window, Windows, WindowsError};
