//! What stands beside the numbers: closed lists, so that their count is bounded and no name gets in.

use prometheus_client::encoding::EncodeLabelSet;

/// How somebody asks for a link.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    /// Once more, from a link's page.
    Again,
    /// `POST /api/v1/links`.
    Api,
    /// A table.
    Batch,
    /// A guest's of an owner's.
    Derive,
    /// The form.
    Form,
}

impl Way {
    pub(super) const ALL: [Self; 5] = [
        Self::Again,
        Self::Api,
        Self::Batch,
        Self::Derive,
        Self::Form,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Again => "again",
            Self::Api => "api",
            Self::Batch => "batch",
            Self::Derive => "derive",
            Self::Form => "form",
        }
    }

    pub(super) const fn labels(self) -> WayLabels {
        WayLabels { way: self.as_str() }
    }

    /// What a `POST` to this route asks for.
    pub(crate) fn of_route(route: &str) -> Option<Self> {
        match route {
            "/" => Some(Self::Form),
            "/api/v1/links" => Some(Self::Api),
            "/batch" | "/api/v1/links/batch" => Some(Self::Batch),
            "/api/v1/derive" | "/links/{jti}/guest" => Some(Self::Derive),
            "/links/{jti}/again" => Some(Self::Again),
            _another => None,
        }
    }
}

/// How somebody shows who they are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Door {
    /// The second step.
    Code,
    /// A set-up, an invitation or a reset.
    Invitation,
    /// The first step.
    Passphrase,
    /// Somebody else's sign-in page.
    Provider,
}

impl Door {
    pub(super) const ALL: [Self; 4] = [
        Self::Code,
        Self::Invitation,
        Self::Passphrase,
        Self::Provider,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Invitation => "invitation",
            Self::Passphrase => "passphrase",
            Self::Provider => "provider",
        }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SignedIn {
    /// It could not be tried: the ledger is away, or whom it was asked of.
    Failed,
    /// Right.
    Right,
    /// Too often wrong before.
    TooOften,
    /// Not right.
    Wrong,
}

impl SignedIn {
    pub(super) const ALL: [Self; 4] = [Self::Failed, Self::Right, Self::TooOften, Self::Wrong];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Right => "right",
            Self::TooOften => "too-often",
            Self::Wrong => "wrong",
        }
    }
}

/// What verifiers fetch.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum Paper {
    KeySet,
    Revocations,
    SignedKeySet,
}

impl Paper {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::KeySet => "key-set",
            Self::Revocations => "revocations",
            Self::SignedKeySet => "signed-key-set",
        }
    }

    pub(crate) fn of_route(route: &str) -> Option<Self> {
        match route {
            "/.well-known/jwks.json" => Some(Self::KeySet),
            "/.well-known/jwks.jwt" => Some(Self::SignedKeySet),
            "/.well-known/revocations" => Some(Self::Revocations),
            _another => None,
        }
    }
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
pub(super) struct WayLabels {
    way: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
pub(super) struct RefusedLabels {
    pub(super) way: &'static str,
    pub(super) code: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
pub(super) struct TakenLabels {
    pub(super) what: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
pub(super) struct DoorLabels {
    way: &'static str,
    result: &'static str,
}

impl DoorLabels {
    pub(super) const fn of(door: Door, result: SignedIn) -> Self {
        Self {
            way: door.as_str(),
            result: result.as_str(),
        }
    }
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
pub(super) struct PaperLabels {
    pub(super) document: &'static str,
    pub(super) status: u16,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
pub(super) struct RequestLabels {
    pub(super) method: &'static str,
    pub(super) route: String,
    pub(super) status: u16,
}
