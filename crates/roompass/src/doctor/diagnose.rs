//! From what was seen to what is to be mended: a pure function.

mod guest;
mod others;

use super::code::{Code, Gravity};
use super::observation::{Leg, Observation, Outcome, Visitor};

/// Something to mend, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Finding {
    pub(crate) code: Code,
    /// Legs, hosts or files, each once.
    pub(crate) places: Vec<String>,
    /// What was seen at the first of them.
    pub(crate) seen: String,
}

impl Finding {
    fn at(code: Code, place: &(impl ToString + ?Sized), seen: impl Into<String>) -> Self {
        Self {
            code,
            places: vec![place.to_string()],
            seen: seen.into(),
        }
    }
}

/// Everything to mend, the worst first, each code once.
pub(crate) fn diagnose(seen: &[Observation]) -> Vec<Finding> {
    let seen = Seen(seen);
    let mut found = others::findings(seen);
    found.extend(guest::findings(seen));
    let found = without_consequences(&found);
    let merged = Code::ALL.iter().filter_map(|code| {
        let mut same = found.iter().filter(|finding| finding.code == *code);
        let mut first = same.next()?.clone();
        same.for_each(|other| first.take_places(&other.places));
        Some(first)
    });
    let mut merged: Vec<_> = merged.collect();
    merged.sort_by_key(|finding| (finding.code.gravity(), finding.code));
    merged
}

impl Finding {
    fn take_places(&mut self, places: &[String]) {
        for place in places {
            if !self.places.contains(place) {
                self.places.push(place.clone());
            }
        }
    }

    /// Guests are kept out, or somebody could come in.
    pub(crate) fn counts(&self) -> bool {
        self.code.gravity() != Gravity::Advice
    }
}

/// What was seen, and questions about it.
#[derive(Clone, Copy)]
struct Seen<'a>(&'a [Observation]);

impl<'a> Seen<'a> {
    fn visits(self) -> impl Iterator<Item = (&'a Leg, Visitor, &'a Outcome)> {
        self.0.iter().filter_map(|observation| {
            if let Observation::Visit {
                leg,
                visitor,
                outcome,
            } = observation
            {
                return Some((leg, *visitor, outcome));
            }
            None
        })
    }

    /// How it went for the guest with a good link.
    fn guest_at(self, leg: &Leg) -> Option<&'a Outcome> {
        let is_guest = |visitor| matches!(visitor, Visitor::Guest { .. });
        let mut visits = self.visits();
        visits
            .find_map(|(at, visitor, outcome)| (at == leg && is_guest(visitor)).then_some(outcome))
    }

    fn stranger_at(self, leg: &Leg) -> Option<&'a Outcome> {
        let mut visits = self.visits();
        visits.find_map(|(at, visitor, outcome)| {
            (at == leg && visitor == Visitor::Stranger).then_some(outcome)
        })
    }

    /// The main rooms there let a stranger in, or somebody else than our door refused them.
    fn is_unguarded(self, leg: &Leg) -> bool {
        match self.stranger_at(leg) {
            Some(Outcome::Admitted { .. } | Outcome::Refused { code: None, .. }) => true,
            Some(
                Outcome::Refused { code: Some(_), .. } | Outcome::Absent | Outcome::Failed { .. },
            )
            | None => false,
        }
    }

    /// The guest came through another way.
    fn is_admitted_elsewhere(self, leg: &Leg) -> bool {
        self.visits().any(|(at, visitor, outcome)| {
            at != leg
                && matches!(visitor, Visitor::Guest { .. })
                && matches!(outcome, Outcome::Admitted { .. })
        })
    }
}

/// What a door that only watches leaves open.
const WATCHED: &[Code] = &[
    Code::RoomsUnguarded,
    Code::ForgedAdmitted,
    Code::ExpiredAdmitted,
    Code::OtherRoomAdmitted,
    Code::OtherQueryAdmitted,
    Code::LobbyUnguarded,
    Code::BreakoutUnguarded,
    Code::InternalMucOpen,
    Code::ConferenceRequestOpen,
    Code::FocusUserOpen,
    Code::DoorWarns,
];

/// Leaves out what follows from something else that was found: one fault, one finding.
fn without_consequences(found: &[Finding]) -> Vec<Finding> {
    let places_of = |code: Code| -> Vec<String> {
        let those = found.iter().filter(|finding| finding.code == code);
        those.flat_map(|finding| finding.places.clone()).collect()
    };
    let has = |code| found.iter().any(|finding| finding.code == code);
    let (watches, no_name) = (has(Code::WatchMode), has(Code::NameUnknown));
    let keeps_no_tokens = places_of(Code::ClientModuleMissing);
    let other_clock = places_of(Code::ClockOff);
    let other_keys = places_of(Code::KeysDiffer);
    let all_at =
        |finding: &Finding, known: &[String]| finding.places.iter().all(|at| known.contains(at));
    let router = [super::ROUTER.to_owned()];
    let follows = |finding: &Finding| {
        let is = |codes: &[Code]| codes.contains(&finding.code);
        watches && is(WATCHED)
            || is(&[Code::ConferenceRequestOpen, Code::FocusUserOpen])
                && all_at(finding, &keeps_no_tokens)
            || no_name && is(&[Code::PageUnreachable])
            || no_name && is(&[Code::WebsocketDead]) && all_at(finding, &router)
            || is(&[Code::ClockDrift]) && all_at(finding, &other_clock)
            || is(&[Code::KeyUnknown]) && all_at(finding, &other_keys)
    };
    let kept = found.iter().filter(|finding| !follows(finding));
    kept.cloned().collect()
}

#[cfg(test)]
mod tests;
