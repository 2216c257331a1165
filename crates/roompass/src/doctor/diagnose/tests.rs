mod several;
mod single;

use super::super::code::Check;
use super::super::observation::{Age, Focus, HostKind, Keys, Page, ShellLine, Step};
use super::*;

fn leg(name: &str) -> Leg {
    Leg {
        name: name.to_owned(),
        is_router: name == super::super::ROUTER,
    }
}

fn visit(at: &str, visitor: Visitor, outcome: Outcome) -> Observation {
    Observation::Visit {
        leg: leg(at),
        visitor,
        outcome,
    }
}

const GUEST: Visitor = Visitor::Guest { of_member: true };
const GIVEN: Visitor = Visitor::Guest { of_member: false };

fn admitted(affiliation: &str) -> Outcome {
    let affiliation = affiliation.to_owned();
    Outcome::Admitted { affiliation }
}

fn refused(code: &str) -> Outcome {
    Outcome::Refused {
        code: Some(code)
            .filter(|code| !code.is_empty())
            .map(str::to_owned),
        condition: "not-allowed".to_owned(),
    }
}

fn failed(at: Step) -> Outcome {
    let why = "it broke".to_owned();
    Outcome::Failed { at, why }
}

fn door(kind: HostKind, outcome: Outcome) -> Observation {
    Observation::Door {
        host: "host.m.example".to_owned(),
        kind,
        outcome,
    }
}

fn request(at: &str, to: Focus) -> Observation {
    Observation::Request {
        leg: leg(at),
        to,
        kept: false,
    }
}

fn page(status: u16, refused: Option<&str>, in_clear: bool) -> Observation {
    Observation::Page(Page::Answered {
        status,
        refused: refused.map(str::to_owned),
        in_clear,
    })
}

fn keys(name: &str, ids: &[&str], ours: Option<bool>, is_stale: bool) -> Observation {
    Observation::KeySet {
        name: name.to_owned(),
        found: Ok(Keys {
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            has_ours: ours,
            is_stale,
        }),
    }
}

fn clock(place: &str, ahead: i64) -> Observation {
    let place = place.to_owned();
    Observation::Clock { place, ahead }
}

fn codes(seen: &[Observation]) -> Vec<Code> {
    diagnose(seen).iter().map(|finding| finding.code).collect()
}

const R: &str = super::super::ROUTER;
