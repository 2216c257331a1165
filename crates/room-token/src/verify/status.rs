//! What the status list that a token names says of it.

use super::Verifier;
use super::signed::Verified;
use super::tell::Tell;
use crate::explain::CheckName;
use crate::status_list::Status;
use crate::{DenyReason, StatusList, StatusReference, Timestamp, WhenStale};

const NAME: CheckName = CheckName::Status;

/// A status list, and how old it may become.
#[derive(Clone, Debug)]
pub(super) struct StatusListInForce {
    pub(super) list: StatusList,
    pub(super) when_stale: WhenStale,
}

impl Verifier {
    /// Refuses a token that its list does not call valid, or of which nothing is known: whoever issued it with a
    /// `status` wants that looked up. Returns the first second at which the list says nothing more, if there is one.
    pub(super) fn check_status(
        &self,
        verified: &Verified<'_>,
        now: Timestamp,
        tell: &mut impl Tell,
    ) -> Result<Option<Timestamp>, DenyReason> {
        let Some(entry) = &verified.claims.status else {
            tell.passed(NAME, || "in no status list".to_owned());
            return Ok(None);
        };
        let here = self.status_list.as_ref();
        let Some(here) = here.filter(|here| here.list.uri() == entry.uri()) else {
            return Err(tell.refused(NAME, DenyReason::StatusUnknown, || {
                format!("in a list that is not here: {:?}", entry.uri())
            }));
        };
        let ends = here.ends(self.leeway.as_secs());
        if ends.is_some_and(|end| end <= now) {
            return Err(tell.refused(NAME, DenyReason::RevocationsStale, || {
                format!("a list signed {}, too long ago", here.list.issued_at())
            }));
        }
        check_entry(entry, &here.list, tell)?;
        Ok(ends)
    }
}

impl StatusListInForce {
    /// Its own end is its issuer's word (§8.3); the other end is the operator's.
    fn ends(&self, leeway: u64) -> Option<Timestamp> {
        let its_own = self.list.expires_at().map(|end| end.plus(leeway));
        let stale = match self.when_stale {
            WhenStale::Admit => None,
            WhenStale::ShutAfter(secs) => {
                let first = secs.saturating_add(1);
                Some(self.list.issued_at().plus(first))
            }
        };
        its_own.into_iter().chain(stale).min()
    }
}

fn check_entry(
    entry: &StatusReference,
    list: &StatusList,
    tell: &mut impl Tell,
) -> Result<(), DenyReason> {
    let index = entry.index();
    let seen = |status: Status| {
        format!(
            "entry {index} is {status}, in a list signed {}",
            list.issued_at()
        )
    };
    match list.status(index) {
        Some(status @ Status::Valid) => {
            tell.passed(NAME, || seen(status));
            Ok(())
        }
        Some(status @ (Status::Invalid | Status::Suspended | Status::Other(_))) => {
            Err(tell.refused(NAME, DenyReason::Revoked, || seen(status)))
        }
        None => Err(tell.refused(NAME, DenyReason::StatusUnknown, || {
            format!("entry {index} of a list that has {}", list.len())
        })),
    }
}
