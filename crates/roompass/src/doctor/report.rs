//! The diagnosis, for people and for programs.

mod checks;
mod words;

use serde::Serialize;

use self::checks::Checked;
use super::advice::Advice;
use super::diagnose::{Finding, diagnose};
use super::observation::Observation;
use super::plan::{Hosts, Plan};

/// Everything that there is to tell.
pub(super) struct Report {
    url: String,
    findings: Vec<Told>,
    checks: Vec<Checked>,
}

/// A finding and what to do about it.
struct Told {
    finding: Finding,
    advice: Advice,
}

impl Report {
    pub(super) fn of(plan: &Plan, seen: &[Observation]) -> Self {
        let findings = diagnose(seen);
        let checks = checks::all(seen, &findings, plan);
        let told = findings
            .into_iter()
            .map(|finding| Told::of(finding, &plan.hosts));
        Self {
            url: plan.base.origin().to_owned(),
            findings: told.collect(),
            checks,
        }
    }

    /// No door is open, and no guest is kept out.
    pub(super) fn is_fine(&self) -> bool {
        !self.findings.iter().any(|told| told.finding.counts())
    }

    /// For programs; `docs/doctor.md` has the members.
    pub(super) fn to_json(&self) -> Json<'_> {
        Json {
            outcome: if self.is_fine() { "fine" } else { "findings" },
            url: &self.url,
            roompass: env!("CARGO_PKG_VERSION"),
            findings: self.findings.iter().map(Told::to_json).collect(),
            checks: self.checks.iter().map(Checked::to_json).collect(),
        }
    }

    pub(super) fn in_words(&self) -> String {
        words::of(self)
    }
}

impl Told {
    fn of(finding: Finding, hosts: &Hosts) -> Self {
        let host = finding.places.first().map(String::as_str);
        Self {
            advice: Advice::about(finding.code, hosts, host),
            finding,
        }
    }

    fn docs(&self) -> String {
        format!("docs/doctor.md#{}", self.finding.code.as_str())
    }

    fn to_json(&self) -> JsonFinding<'_> {
        let Self { finding, advice } = self;
        JsonFinding {
            code: finding.code.as_str(),
            gravity: finding.code.gravity().as_str(),
            check: finding.code.check().as_str(),
            places: &finding.places,
            seen: &finding.seen,
            what: &advice.what,
            why: &advice.why,
            change: &advice.change,
            docs: self.docs(),
        }
    }
}

impl Checked {
    fn to_json(&self) -> JsonCheck<'_> {
        JsonCheck {
            check: self.check.as_str(),
            result: self.result.as_str(),
            seen: &self.seen,
        }
    }
}

/// The answer as programs read it.
#[derive(Serialize)]
pub(super) struct Json<'a> {
    outcome: &'static str,
    url: &'a str,
    roompass: &'static str,
    findings: Vec<JsonFinding<'a>>,
    checks: Vec<JsonCheck<'a>>,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    code: &'static str,
    gravity: &'static str,
    check: &'static str,
    places: &'a [String],
    seen: &'a str,
    what: &'a str,
    why: &'a str,
    change: &'a str,
    docs: String,
}

#[derive(Serialize)]
struct JsonCheck<'a> {
    check: &'static str,
    result: &'static str,
    seen: &'a str,
}
