//! What became of those who came to the main rooms.

use super::super::code::Code;
use super::super::observation::{Leg, Outcome, Step, Visitor};
use super::{Finding, Seen};

/// What the visits say.
pub(super) fn findings(seen: Seen<'_>) -> Vec<Finding> {
    let of_visit = |(leg, visitor, outcome): (&Leg, Visitor, &Outcome)| match visitor {
        Visitor::Guest { of_member } => of_guest(seen, leg, of_member, outcome),
        Visitor::Creator => of_creator(seen, leg, outcome),
        Visitor::Stranger => of_stranger(seen, leg, outcome),
        Visitor::Forger | Visitor::Changer => of_thief(seen, leg, Code::ForgedAdmitted, outcome),
        Visitor::Latecomer => of_thief(seen, leg, Code::ExpiredAdmitted, outcome),
        Visitor::Neighbour => of_thief(seen, leg, Code::OtherRoomAdmitted, outcome),
        Visitor::Deceiver => of_thief(seen, leg, Code::OtherQueryAdmitted, outcome),
    };
    seen.visits().filter_map(of_visit).collect()
}

fn of_guest(seen: Seen<'_>, leg: &Leg, of_member: bool, outcome: &Outcome) -> Option<Finding> {
    match outcome {
        Outcome::Admitted { affiliation } if of_member && affiliation == "owner" => {
            let said = "a member's link made an owner of the room";
            Some(Finding::at(Code::OwnerForEverybody, leg, said))
        }
        Outcome::Refused {
            code: Some(code), ..
        } => {
            let said = format!("a good link was refused: {code}");
            Some(Finding::at(of_code(seen, leg, of_member, code), leg, said))
        }
        Outcome::Refused { condition, .. } if !seen.is_unguarded(leg) => {
            let said = format!("a good link was refused by somebody else: {condition}");
            Some(Finding::at(Code::RefusedElsewhere, leg, said))
        }
        Outcome::Admitted { .. } | Outcome::Refused { .. } => None,
        Outcome::Absent => {
            let said = "there is no host with that name";
            Some(Finding::at(Code::RefusedElsewhere, leg, said))
        }
        Outcome::Failed { at, why } => Some(of_failure(leg, *at, why)),
    }
}

/// What a door's refusal of a good link means.
fn of_code(seen: Seen<'_>, leg: &Leg, is_fresh: bool, code: &str) -> Code {
    match code {
        // A link that somebody gave may be too old by itself.
        "too-early" | "expired" if !is_fresh => Code::LinkRefused,
        "token-missing" if leg.is_router && seen.is_admitted_elsewhere(leg) => {
            Code::RouterDropsToken
        }
        "token-missing" => Code::ClientModuleMissing,
        "unknown-key" | "bad-signature" if seen.is_admitted_elsewhere(leg) => Code::KeysDiffer,
        "unknown-key" | "bad-signature" => Code::KeyUnknown,
        "key-set-stale" => Code::KeySetStale,
        "too-early" | "expired" => Code::ClockOff,
        "revocations-stale" => Code::FeedStale,
        "status-unknown" => Code::FeedMissing,
        "wrong-issuer" | "wrong-audience" => Code::WrongDeployment,
        "wrong-room" => Code::RoomRewritten,
        "verifier-unavailable" => Code::VerifierUnavailable,
        _of_the_link => Code::LinkRefused,
    }
}

fn of_failure(leg: &Leg, at: Step, why: &str) -> Finding {
    let code = match at {
        Step::Connect => Code::WebsocketDead,
        Step::LogIn => Code::LoginRefused,
        Step::AskFocus => Code::JicofoAbsent,
        Step::Join => Code::JoinUnanswered,
    };
    Finding::at(code, leg, why)
}

fn of_stranger(seen: Seen<'_>, leg: &Leg, outcome: &Outcome) -> Option<Finding> {
    match outcome {
        Outcome::Admitted { .. } => {
            let said = "somebody without a link was let in";
            Some(Finding::at(Code::RoomsUnguarded, leg, said))
        }
        Outcome::Refused {
            code: None,
            condition,
        } => {
            let said = format!("somebody without a link was refused, but not by us: {condition}");
            Some(Finding::at(Code::RoomsUnguarded, leg, said))
        }
        // The guest found the same, if one came; alone, the stranger tells it.
        Outcome::Failed {
            at: at @ (Step::Connect | Step::LogIn),
            why,
        } if seen.guest_at(leg).is_none() => Some(of_failure(leg, *at, why)),
        Outcome::Refused { .. } | Outcome::Absent | Outcome::Failed { .. } => None,
    }
}

/// Where nobody needs a link at all, a bad one is no news.
fn of_thief(seen: Seen<'_>, leg: &Leg, code: Code, outcome: &Outcome) -> Option<Finding> {
    match outcome {
        Outcome::Admitted { .. } if !seen.is_unguarded(leg) => {
            Some(Finding::at(code, leg, "the link was admitted"))
        }
        Outcome::Admitted { .. }
        | Outcome::Refused { .. }
        | Outcome::Absent
        | Outcome::Failed { .. } => None,
    }
}

fn of_creator(seen: Seen<'_>, leg: &Leg, outcome: &Outcome) -> Option<Finding> {
    match outcome {
        Outcome::Admitted { .. } if !seen.is_unguarded(leg) => {
            let said = "a guest came into a new room that Jicofo had not made";
            Some(Finding::at(Code::RoomCreationOpen, leg, said))
        }
        // The guest's conference request had the token once more, and so came through.
        Outcome::Refused {
            code: Some(code), ..
        } if code == "token-missing" && is_admitted(seen.guest_at(leg)) => {
            let said = "a token in the connection's URL was not seen";
            Some(Finding::at(Code::RouterDropsToken, leg, said))
        }
        Outcome::Admitted { .. }
        | Outcome::Refused { .. }
        | Outcome::Absent
        | Outcome::Failed { .. } => None,
    }
}

const fn is_admitted(outcome: Option<&Outcome>) -> bool {
    matches!(outcome, Some(Outcome::Admitted { .. }))
}
