//! One contestant, so many times, and nothing else: for `instructions.sh` and the test of that name, which count what
//! the processor does.

use std::error::Error;
use std::hint::black_box;

use room_token::{Decision, DenyReason, Revocations, Revoked, TokenId, Verifier, WhenStale};

use crate::token::{Desk, Sample};

/// Runs `bench count CASE TIMES`.
pub(crate) fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
    let case = arguments.next().ok_or("which case?")?;
    let times: u32 = arguments.next().ok_or("how many times?")?.parse()?;
    let sample = Sample::read()?;
    match case.as_str() {
        "verify_strict" => verify_strict(&sample, times),
        "decide" => decide(&sample.verifier()?, &sample, &sample.token, times, None),
        "decide-informed" => decide(&informed(&sample)?, &sample, &sample.token, times, None),
        "sign" => sign(times),
        "issue" => issue(times),
        "garbage" => refuse(&sample, "garbage", times, DenyReason::Malformed),
        "wrong-shape" => {
            let token = format!("{}.e30", sample.token);
            refuse(&sample, &token, times, DenyReason::Malformed)
        }
        "foreign-kid" => {
            let token = sample.under_another_key()?;
            refuse(&sample, &token, times, DenyReason::UnknownKey)
        }
        other => Err(format!("no case is called {other}").into()),
    }
}

fn verify_strict(sample: &Sample, times: u32) -> Result<(), Box<dyn Error>> {
    let (key, message, signature) = sample.raw()?;
    for _ in 0..times {
        key.verify_strict(black_box(message), black_box(&signature))?;
    }
    Ok(())
}

fn sign(times: u32) -> Result<(), Box<dyn Error>> {
    let desk = Desk::new()?;
    let input = desk.signing_input()?;
    for _ in 0..times {
        black_box(desk.sign(black_box(&input)));
    }
    Ok(())
}

fn issue(times: u32) -> Result<(), Box<dyn Error>> {
    let desk = Desk::new()?;
    for _ in 0..times {
        black_box(desk.issue()?);
    }
    Ok(())
}

/// A verifier that knows of a thousand revoked tokens, and of none that is asked about.
fn informed(sample: &Sample) -> Result<Verifier, Box<dyn Error>> {
    let mut revocations = Revocations::numbered(1, sample.now);
    for number in 0..1000_u64 {
        let id = TokenId::from_bytes(number.to_be_bytes());
        revocations.revoke(Revoked::Token(id), sample.now);
    }
    let verifier = sample.verifier()?;
    Ok(verifier.with_revocations(revocations, WhenStale::Admit))
}

fn refuse(
    sample: &Sample,
    token: &str,
    times: u32,
    reason: DenyReason,
) -> Result<(), Box<dyn Error>> {
    decide(&sample.verifier()?, sample, token, times, Some(reason))
}

fn decide(
    verifier: &Verifier,
    sample: &Sample,
    token: &str,
    times: u32,
    expected: Option<DenyReason>,
) -> Result<(), Box<dyn Error>> {
    for _ in 0..times {
        let decision = verifier.decide(black_box(token), "standup", sample.now);
        let reason = match decision {
            Decision::Admit(_) => None,
            Decision::Deny(reason) => Some(reason),
        };
        if reason != expected {
            return Err(format!("decided {reason:?}, not {expected:?}").into());
        }
    }
    Ok(())
}
