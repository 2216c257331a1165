//! Every code that stands at the end of a problem's `type`.

use room_token::DenyReason;

/// Of problems of our own.
pub(super) const PROBLEMS: &[&str] = &[
    "conflict",
    "cross-site",
    "foreign-host",
    "internal",
    "invalid-value",
    "invitation-over",
    "key-not-shared",
    "key-not-signed",
    "key-reused",
    "last-administrator",
    "ledger-unavailable",
    "media-type",
    "metrics-closed",
    "method-not-allowed",
    "no-accounts",
    "no-ledger",
    "not-allowed",
    "not-found",
    "not-kept",
    "not-noted",
    "not-published",
    "not-repeatable",
    "not-set-up",
    "not-with-this-link",
    "passphrases-off",
    "signer-unavailable",
    "timeout",
    "too-large",
    "unauthorized",
    "unknown-member",
    "unreadable",
    "wrong-rows",
];

/// Of an owner's link that no guest's link can be made from, beside the deny reasons.
const DERIVING: [&str; 2] = ["many-rooms", "not-owner"];

/// The deny reasons.
pub(super) fn denials() -> impl Iterator<Item = &'static str> {
    DenyReason::ALL.iter().map(|reason| reason.code())
}

/// As they stand in `type`.
pub(super) fn types() -> Vec<String> {
    let all = PROBLEMS.iter().copied().chain(DERIVING).chain(denials());
    all.map(|code| format!("urn:roompass:problem:{code}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// In `Problem::new`, the code is the first literal that looks like one.
    #[test]
    fn every_code_that_a_problem_is_made_with_is_here() {
        let source = concat!(
            include_str!("../problem.rs"),
            include_str!("../problem/programs.rs")
        );
        let calls = source.split("Self::new(").skip(1);
        let calls = calls.filter_map(|call| call.split(')').next());
        let is_code = |text: &&str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        };
        let first = |call: &'static str| call.split('"').skip(1).step_by(2).next().filter(is_code);
        let made: BTreeSet<_> = calls.filter_map(first).collect();
        let listed: BTreeSet<_> = PROBLEMS.iter().copied().collect();
        assert!(made.len() > 20, "{made:?}");
        assert_eq!(made, listed);
    }
}
