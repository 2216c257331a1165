//! Invitations from inside a call: an owner asks here, and an issuer signs. The gate itself has no key.

use std::fmt::Debug;
use std::pin::Pin;

/// What an owner would like for a guest.
#[derive(Clone, Eq, PartialEq)]
pub struct GuestWish {
    /// The owner's own link, which is the credential.
    pub link: String,
    /// The name that others see; the guest chooses one, if absent.
    pub name: Option<String>,
    /// Seconds from now; with the owner's, if absent.
    pub lifetime: Option<u64>,
    /// People at once with the guest's link; as many as with the owner's, if absent.
    pub seats: Option<u64>,
}

/// Without the link.
impl Debug for GuestWish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (lifetime, seats) = (self.lifetime, self.seats);
        write!(f, "GuestWish(lifetime {lifetime:?}, seats {seats:?})")
    }
}

/// A guest's link.
#[derive(Clone, Eq, PartialEq)]
pub struct Invited {
    /// All of it, as the issuer answered.
    pub link: String,
    /// When it ends (RFC 3339), in the issuer's words.
    pub expires_at: String,
}

/// Without the link.
impl Debug for Invited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Invited(until {})", self.expires_at)
    }
}

/// Why there is none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum InviteError {
    /// The issuer says no.
    Refused {
        /// Its code.
        code: String,
        /// Which member it is about; `link` is the owner's.
        field: String,
    },
    /// It cannot be asked, or not now.
    Away,
}

/// Whoever can be asked for a guest's link: an issuer's `POST /api/v1/derive`.
pub trait Inviter: Debug + Send + Sync {
    /// Asks.
    fn invite(&self, wish: GuestWish) -> Asking<'_>;
}

/// An answer on its way.
pub type Asking<'i> = Pin<Box<dyn Future<Output = Result<Invited, InviteError>> + Send + 'i>>;
