//! Who hears of a check. At a door nobody does, and nothing is formatted.

use crate::explain::{Check, CheckName, Explanation, Outcome};
use crate::{Decision, DenyReason, KeyId, SignedBy, Timestamp, TokenId};

pub(super) trait Tell {
    /// A check passed.
    fn passed(&mut self, name: CheckName, seen: impl FnOnce() -> String);

    /// A check said no; hands the reason on.
    fn refused(
        &mut self,
        name: CheckName,
        reason: DenyReason,
        seen: impl FnOnce() -> String,
    ) -> DenyReason;

    /// A check had nothing to go by.
    fn not_asked(&mut self, name: CheckName);

    /// The signature holds, so it may be said whose it is.
    fn signed_by(&mut self, _key: &KeyId) {}

    /// The claims make sense, so it may be said which token it is.
    fn identified(&mut self, _id: Option<&TokenId>) {}

    /// The door is shut for now, and opens then.
    fn opens(&mut self, _at: Timestamp) {}
}

pub(super) struct Silent;

impl Tell for Silent {
    fn passed(&mut self, _name: CheckName, _seen: impl FnOnce() -> String) {}

    fn refused(
        &mut self,
        _name: CheckName,
        reason: DenyReason,
        _seen: impl FnOnce() -> String,
    ) -> DenyReason {
        reason
    }

    fn not_asked(&mut self, _name: CheckName) {}
}

/// Hears whose token it is and no more: what a log may say of a refused one.
#[derive(Default)]
pub(super) struct Naming(pub(super) Option<SignedBy>);

impl Tell for Naming {
    fn passed(&mut self, _name: CheckName, _seen: impl FnOnce() -> String) {}

    fn refused(
        &mut self,
        _name: CheckName,
        reason: DenyReason,
        _seen: impl FnOnce() -> String,
    ) -> DenyReason {
        reason
    }

    fn not_asked(&mut self, _name: CheckName) {}

    fn signed_by(&mut self, key: &KeyId) {
        self.0 = Some(SignedBy {
            key_id: key.clone(),
            token_id: None,
            opens_at: None,
        });
    }

    fn identified(&mut self, id: Option<&TokenId>) {
        if let Some(signed) = &mut self.0 {
            signed.token_id = id.cloned();
        }
    }

    fn opens(&mut self, at: Timestamp) {
        if let Some(signed) = &mut self.0 {
            signed.opens_at = Some(at);
        }
    }
}

#[derive(Default)]
pub(super) struct Told(Vec<Check>);

impl Told {
    fn push(&mut self, name: CheckName, outcome: Outcome, seen: String) {
        self.0.push(Check {
            name,
            outcome,
            seen,
        });
    }

    /// Adds the checks that were not reached.
    pub(super) fn into_explanation(mut self, decision: Decision) -> Explanation {
        for name in CheckName::ALL.iter().skip(self.0.len()) {
            self.push(*name, Outcome::NotReached, String::new());
        }
        Explanation {
            decision,
            checks: self.0,
        }
    }
}

impl Tell for Told {
    fn passed(&mut self, name: CheckName, seen: impl FnOnce() -> String) {
        self.push(name, Outcome::Passed, seen());
    }

    fn refused(
        &mut self,
        name: CheckName,
        reason: DenyReason,
        seen: impl FnOnce() -> String,
    ) -> DenyReason {
        self.push(name, Outcome::Failed, seen());
        reason
    }

    fn not_asked(&mut self, name: CheckName) {
        self.push(name, Outcome::NotAsked, String::new());
    }
}
