//! The answer, for people and for programs.

use std::fmt::Write;

use issuer::ReportedCheck;
use room_token::{Decision, Explanation, Timestamp};
use serde::Serialize;

/// The answer as programs read it.
#[derive(Serialize)]
pub(super) struct Report {
    decision: &'static str,
    code: Option<&'static str>,
    room: Option<String>,
    at: String,
    checks: Vec<ReportedCheck>,
}

impl Report {
    pub(super) fn of(explanation: &Explanation, room: Option<String>, at: Timestamp) -> Self {
        let issuer::Report {
            decision,
            code,
            checks,
        } = issuer::Report::from(explanation);
        Self {
            decision,
            code,
            room,
            at: at.to_string(),
            checks,
        }
    }

    pub(super) const fn admits(&self) -> bool {
        self.code.is_none()
    }

    pub(super) fn in_words(&self, decision: &Decision) -> String {
        let mut text = verdict(decision);
        for check in &self.checks {
            let line = format!(
                "{:<13} {:<10} {}",
                mark(check.outcome),
                check.check,
                check.seen
            );
            text = text + "\n  " + line.trim_end();
            if let Some(fix) = &check.fix {
                // Writing to a string does not fail.
                let _ = write!(text, "\n  {:<13} {:<10} {}", "", "to fix", fix_of(fix));
            }
        }
        text + "\n"
    }
}

fn verdict(decision: &Decision) -> String {
    match decision {
        Decision::Admit(admission) => {
            let affiliation = admission.person().affiliation().as_str();
            let until = admission.validity().expires_at();
            format!(
                "admit: {}, as {affiliation}, until {until}",
                admission.rooms()
            )
        }
        Decision::Deny(reason) => {
            let text = reason.to_string();
            let what = text
                .split_once("; ")
                .map_or(text.as_str(), |(what, _fix)| what);
            format!("deny {}: {what}", reason.code())
        }
    }
}

/// A deny reason says what is wrong, and after a semicolon what to do; the verdict has said the first.
fn fix_of(advice: &str) -> &str {
    advice.split_once("; ").map_or(advice, |(_what, fix)| fix)
}

/// A sign for the eye, a word for the ear.
fn mark(outcome: &str) -> String {
    let sign = match outcome {
        "passed" => '✔',
        "failed" => '✘',
        _neither => '·',
    };
    format!("{sign} {}", outcome.replace('-', " "))
}

#[cfg(test)]
mod tests {
    use room_token::DenyReason;

    use super::*;

    #[test]
    fn every_reason_says_what_to_do() {
        for reason in DenyReason::ALL {
            let text = reason.to_string();
            assert_ne!(fix_of(&text), text, "{}", reason.code());
            let verdict = verdict(&Decision::Deny(*reason));
            assert!(
                verdict.starts_with(&format!("deny {}: ", reason.code())),
                "{verdict}"
            );
            assert!(!verdict.contains(fix_of(&text)), "{verdict}");
        }
    }
}
