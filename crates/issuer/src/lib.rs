//! The service that issues room tokens: the only holder of a private key.
//!
//! It turns what an administrator typed into a grant, signs it and hands out a link; it publishes the public
//! half of its key. It takes no part in any decision at a door and may be down while guests come in.
//!
//! The clock, randomness and the key come in as parameters ([`Settings`], [`Office`]); [`key_file`] reads and
//! writes the key. What passes through here are tokens, names and rooms, so [`Log`] has the pattern of an address and never
//! the address.
//!
//! ```
//! use issuer::{BaseUrl, Ending, Office, Schedule};
//! use room_token::{Deployment, Grant, Person, RoomName, SigningKey, Timestamp, TokenId};
//!
//! let office = Office::new(
//!     SigningKey::from_seed(&[7; 32]).into(),
//!     Deployment::default(),
//!     Some(BaseUrl::parse("https://meet.example.org")?),
//! );
//! let grant = Grant::new(RoomName::parse("Weekly sync")?, Person::member("Ada")?);
//! let two_hours = Schedule { start: None, end: Ending::After(7200) };
//! let validity = two_hours.validity(Timestamp::from_secs(1_767_225_600)?)?;
//! let issued = office.issue(grant, validity, TokenId::from_bytes([1; 8]))?;
//! assert!(issued.link.as_str().starts_with("https://meet.example.org/weekly%20sync?jwt=eyJ"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod admin_token;
pub mod batch;
mod config;
pub mod derive;
mod inside;
mod invitation;
mod kept_grant;
pub mod key_file;
mod key_folder;
mod key_ring;
mod keys;
mod ledger;
mod link;
mod link_report;
mod locked_file;
mod log;
mod meeting_note;
mod metrics;
mod office;
mod parcel;
mod people;
#[cfg(feature = "pkcs11")]
pub mod pkcs11;
mod polls;
mod private_file;
mod public_url;
mod report;
mod revocable;
mod revocation_file;
mod revocation_list;
mod schedule;
mod series;
mod serve;
mod sharing;
mod signed_key_set;
mod web;

pub use admin_token::{AdminToken, AdminTokenError};
pub use batch::{Batch, BatchError, BatchRow, RowError};
pub use config::{Config, ConfigError, Oidc, OidcGroup, template};
pub use derive::{DeriveError, GuestWish};
pub use inside::Inside;
pub use invitation::{Edition, Invitation, Method, QrCode, QrError};
pub use key_folder::{KeyFolder, KeyFolderError, OthersKey, SharedKeys, StoredSharedError};
pub use key_ring::{KeyRing, RingError, RingKey, Rotated, StoredRingError};
pub use keys::{Keys, KeysError};
pub use ledger::{
    ChainError, Chained, CopyError, Entry, Head, Ledger, LedgerAddress, LedgerError, LinkRecord,
    LinkRow, Origin, Restored,
};
pub use link::{BaseUrl, JoinLink, LinkError};
pub use link_report::LinkReport;
pub use locked_file::LockedFileError;
pub use log::{Event, Log, LogFormat};
pub use meeting_note::{MeetingNote, NotedTimes};
pub use office::{IssuedLink, Office, OfficeError};
pub use people::api_keys;
pub use people::{
    Account, Actor, Login, LoginError, Passphrase, PassphraseError, ProviderSettings,
    ProviderSettingsError, Role, Rooms, Secret, invite_administrator,
};
pub use private_file::PrivateFileError;
pub use public_url::{PublicUrl, PublicUrlError};
pub use report::{Report, ReportedCheck};
pub use revocable::{Revocable, RevocableError};
pub use revocation_file::{RevocationFile, RevocationFileError};
pub use revocation_list::{Revocation, RevocationList, RevocationListError};
pub use room_link::{Place, ReceivedLink, ReceivedLinkError};
pub use schedule::{Ending, JoinByError, Schedule};
pub(crate) use series::Slot;
pub use series::{Meeting, Plan, Series, SeriesError, SeriesPart, SeriesWords};
pub use serve::{Listening, ServeError, Settings, TlsError, TlsFiles, serve};
pub use sharing::SharingError;
pub use signed_key_set::{EditionError, SignedKeySet, SignedKeySetError, edition};
