//! How each check went: passed, failed, or left out and why.

use super::super::code::Check;
use super::super::diagnose::Finding;
use super::super::errand::Pass;
use super::super::observation::{Leg, Observation, Outcome, ShellLine, Step, Visitor};
use super::super::plan::Plan;

/// One check.
pub(super) struct Checked {
    pub(super) check: Check,
    pub(super) result: Result,
    /// What was seen, or why it was left out.
    pub(super) seen: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Result {
    Passed,
    Failed,
    LeftOut,
}

impl Result {
    /// Its stable name.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::LeftOut => "left-out",
        }
    }
}

/// All of them, in order. A check that saw nothing was left out, never passed.
pub(super) fn all(seen: &[Observation], findings: &[Finding], plan: &Plan) -> Vec<Checked> {
    let one = |check: &Check| {
        let codes = findings
            .iter()
            .filter(|finding| finding.code.check() == *check);
        let codes: Vec<_> = codes.map(|finding| finding.code.as_str()).collect();
        let facts = facts(*check, seen);
        let (result, seen) = if !codes.is_empty() {
            (Result::Failed, codes.join(", "))
        } else if facts.is_empty() {
            (Result::LeftOut, why_not(*check, seen, plan))
        } else {
            (Result::Passed, facts.join(", "))
        };
        Checked {
            check: *check,
            result,
            seen,
        }
    };
    Check::ALL.iter().map(one).collect()
}

/// What was seen for a check, each thing once.
fn facts(check: Check, seen: &[Observation]) -> Vec<String> {
    let mut facts = Vec::new();
    for (of, fact) in seen.iter().flat_map(facts_of) {
        if of == check && !facts.contains(&fact) {
            facts.push(fact);
        }
    }
    facts
}

fn facts_of(observation: &Observation) -> Vec<(Check, String)> {
    let fact = match observation {
        Observation::Name { .. } => (Check::Name, "it has an address".to_owned()),
        Observation::Page(_) => (Check::Page, "it answers".to_owned()),
        Observation::Clock { place, ahead } => (Check::Clock, format!("{place} {ahead:+} s")),
        Observation::KeySet { name, .. } => (Check::KeySet, name.clone()),
        Observation::Feed { name, .. } => (Check::Feed, name.clone()),
        Observation::Visit {
            leg,
            visitor,
            outcome,
        } => return of_visit(leg, *visitor, outcome),
        Observation::Door { host, .. } => (Check::Doors, host.clone()),
        Observation::Request { leg, .. } => (Check::Requests, leg.name.clone()),
        Observation::HttpRequest { .. } => (
            Check::HttpRequest,
            "the web server passes none on".to_owned(),
        ),
        Observation::Routing { .. } => {
            let said = "both spellings of each room led to one shard";
            (Check::Routing, said.to_owned())
        }
        Observation::Listing { leg, .. } => (Check::Listing, leg.name.clone()),
        Observation::Log { file, .. } => (Check::Log, file.clone()),
        Observation::Shell(ShellLine::Version(version)) => {
            (Check::Shell, format!("verifier {version}"))
        }
        Observation::Shell(_) => (Check::Shell, "its doors are well".to_owned()),
        Observation::LeftOut { .. } => return Vec::new(),
    };
    vec![fact]
}

fn of_visit(leg: &Leg, visitor: Visitor, outcome: &Outcome) -> Vec<(Check, String)> {
    let check = match visitor {
        Visitor::Guest { .. } => Check::Guest,
        Visitor::Creator => Check::Creation,
        Visitor::Stranger
        | Visitor::Forger
        | Visitor::Changer
        | Visitor::Latecomer
        | Visitor::Neighbour
        | Visitor::Deceiver => Check::Thief,
    };
    let here = leg.name.clone();
    match outcome {
        Outcome::Failed {
            at: Step::Connect | Step::LogIn,
            ..
        } => Vec::new(),
        // Nobody was asked, so nobody refused.
        Outcome::Absent | Outcome::Failed { .. } if check != Check::Guest => {
            vec![(Check::WebSocket, here)]
        }
        Outcome::Admitted { .. }
        | Outcome::Refused { .. }
        | Outcome::Absent
        | Outcome::Failed { .. } => vec![(Check::WebSocket, here.clone()), (check, here)],
    }
}

fn why_not(check: Check, seen: &[Observation], plan: &Plan) -> String {
    let told = seen.iter().find_map(|observation| {
        if let Observation::LeftOut { check: of, why } = observation
            && *of == check
        {
            return Some(why.clone());
        }
        None
    });
    told.unwrap_or_else(|| usual(check, plan).to_owned())
}

fn usual(check: Check, plan: &Plan) -> &'static str {
    match check {
        Check::KeySet => "give each shard's copy with --key-set FILE",
        Check::Feed => "give each shard's copy with --key-set FILE --revocations FILE",
        Check::Log => "give the web server's with --access-log FILE",
        Check::Shell => "on a shard itself, give --prosodyctl",
        Check::Creation => match plan.pass {
            Pass::Given(_) => "one link opens one room; give --key",
            Pass::Nothing => "no link was at hand; give --key or --link",
            Pass::Signed { .. } => "nobody came through",
        },
        Check::Guest | Check::Listing => match plan.pass {
            Pass::Nothing => "no link was at hand; give --key or --link",
            Pass::Given(_) | Pass::Signed { .. } => "nobody came through",
        },
        Check::Name | Check::Page | Check::HttpRequest => "the web server did not answer",
        Check::WebSocket
        | Check::Clock
        | Check::Thief
        | Check::Doors
        | Check::Requests
        | Check::Routing => "nobody came through",
    }
}
