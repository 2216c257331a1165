//! An explanation as the API and the command print it.

use room_token::{Check, Decision, Explanation, Outcome};
use serde::Serialize;
use utoipa::ToSchema;

/// `{"decision":…,"code":…,"checks":[…]}`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct Report {
    /// `admit` or `deny`.
    pub decision: &'static str,
    /// The deny reason's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// Every check, in order.
    pub checks: Vec<ReportedCheck>,
}

/// One check, in words.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct ReportedCheck {
    /// Its name in `docs/token-format.md`.
    pub check: &'static str,
    /// `passed`, `failed`, `not-reached` or `not-asked`.
    pub outcome: &'static str,
    /// What was seen; never the signature.
    pub seen: String,
    /// How to mend it, at the check that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl From<&Explanation> for Report {
    fn from(explanation: &Explanation) -> Self {
        let reason = match explanation.decision() {
            Decision::Admit(_) => None,
            Decision::Deny(reason) => Some(*reason),
        };
        let advice = reason.map(|reason| reason.to_string());
        let checks = explanation.checks().iter();
        Self {
            decision: if reason.is_none() { "admit" } else { "deny" },
            code: reason.map(room_token::DenyReason::code),
            checks: checks
                .map(|check| ReportedCheck::new(check, advice.as_ref()))
                .collect(),
        }
    }
}

impl ReportedCheck {
    fn new(check: &Check, advice: Option<&String>) -> Self {
        let failed = check.outcome() == Outcome::Failed;
        Self {
            check: check.name().as_str(),
            outcome: check.outcome().as_str(),
            seen: check.seen().to_owned(),
            fix: advice.filter(|_| failed).cloned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use room_token::{Deployment, KeySet, SigningKey, Timestamp, Verifier};

    use super::*;

    #[test]
    fn the_check_that_failed_says_how_to_mend_it() {
        let keys = KeySet::of([&SigningKey::from_seed(&[7; 32])]).unwrap();
        let verifier = Verifier::new(keys, Deployment::default()).unwrap();
        let now = Timestamp::from_secs(1_767_225_600).unwrap();
        let report = Report::from(&verifier.explain("a.b.c", None, now));
        assert_eq!((report.decision, report.code), ("deny", Some("malformed")));
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["checks"][0]["outcome"], "failed");
        let fix = "this is not a whole token; copy the link again, all of it";
        assert_eq!(json["checks"][0]["fix"], fix);
        assert!(json["checks"][1].get("fix").is_none());
    }
}
