//! What a decision costs, in one interleaved run: dalek's `verify_strict` over the same bytes, the decision in
//! Rust, the decision from Lua through the module that Prosody loads, and the same token in other people's
//! libraries; and what a million revoked tokens cost. Prints times and ratios; asserts nothing.
//!
//! Run it with `make bench`, on an idle machine.
#![expect(clippy::print_stdout, reason = "it is here to print")]

mod count;
mod gate;
mod goals;
mod lists;
mod peer;
mod revoked;
mod token;

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use room_token::Decision;

use crate::peer::Peer;
use crate::token::{Desk, Sample};

/// Rounds of all contestants in turn; a contestant's quickest round counts. Whatever else a machine does only ever adds
/// to a round, and adds to some much more than to others.
const ROUNDS: usize = 31;
/// Calls a round: short enough that some rounds have the processor to themselves.
const CALLS: u32 = 1000;

/// Microseconds a call, by contestant, a figure a round.
type Rounds = BTreeMap<String, Vec<f64>>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        None => measure(),
        Some("count") => count::run(arguments),
        Some("gate") => {
            println!("{}", gate::report()?);
            Ok(())
        }
        Some("hold") => {
            println!("{}", revoked::hold()?);
            Ok(())
        }
        Some("lists") => {
            let links = arguments.next().map_or(Ok(1_000_000), |n| n.parse())?;
            println!("{}", lists::report(links)?);
            Ok(())
        }
        Some("revoked") => {
            println!("{}", revoked::report(Sample::read()?.now)?);
            Ok(())
        }
        Some(other) => Err(format!(
            "{other}: give nothing, `gate`, `lists LINKS`, `revoked`, or `count CASE TIMES`"
        )
        .into()),
    }
}

fn measure() -> Result<(), Box<dyn Error>> {
    let sample = Sample::read()?;
    let peers = Peer::all();
    let mut rounds = Rounds::new();
    for _ in 0..ROUNDS {
        measure_rust(&sample, &mut rounds)?;
        measure_issuing(&mut rounds)?;
        for peer in &peers {
            for (name, micros) in peer.run(&sample)? {
                rounds.entry(name).or_default().push(micros);
            }
        }
    }
    report(&rounds);
    println!("{}", revoked::report(sample.now)?);
    Ok(())
}

fn measure_rust(sample: &Sample, rounds: &mut Rounds) -> Result<(), Box<dyn Error>> {
    let (key, message, signature) = sample.raw()?;
    let strict = time(|| {
        key.verify_strict(black_box(message), black_box(&signature))
            .is_ok()
    });
    let verifier = sample.verifier()?;
    let decide = time(|| {
        let decision = verifier.decide(black_box(&sample.token), "standup", sample.now);
        matches!(decision, Decision::Admit(_))
    });
    for (name, micros) in [(BASELINE, strict), ("rust decide", decide)] {
        rounds.entry(name.to_owned()).or_default().push(micros);
    }
    Ok(())
}

fn measure_issuing(rounds: &mut Rounds) -> Result<(), Box<dyn Error>> {
    let desk = Desk::new()?;
    let input = desk.signing_input()?;
    let sign = time(|| {
        black_box(desk.sign(black_box(&input)));
        true
    });
    let issue = time(|| desk.issue().is_ok());
    for (name, micros) in [("dalek sign", sign), ("rust issue", issue)] {
        rounds.entry(name.to_owned()).or_default().push(micros);
    }
    Ok(())
}

const BASELINE: &str = "dalek verify_strict";

/// Seconds of a processor, so that it is what `os.clock` is in Lua, and neighbours do not count.
fn cpu_seconds() -> f64 {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::try_from(spent).map_or(f64::NAN, |spent| spent.as_secs_f64())
}

/// Microseconds a call. A call that says no spoils the figure, and shows as infinity.
fn time(call: impl Fn() -> bool) -> f64 {
    let start = cpu_seconds();
    let all = (0..CALLS).all(|_| call());
    if !all {
        return f64::INFINITY;
    }
    (cpu_seconds() - start) * 1e6 / f64::from(CALLS)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

fn quickest(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(f64::INFINITY, f64::min)
}

fn report(rounds: &Rounds) {
    let best: BTreeMap<String, f64> = rounds
        .iter()
        .map(|(name, all)| (name.clone(), quickest(all)))
        .collect();
    let base = best.get(BASELINE).copied().unwrap_or(f64::NAN);
    println!(
        "{:<36} {:>10} {:>22}",
        "quickest of 31 rounds", "µs a call", "× dalek verify_strict"
    );
    let mut rows: Vec<_> = best.clone().into_iter().collect();
    rows.sort_by(|a, b| a.1.total_cmp(&b.1));
    for (name, micros) in rows {
        println!("{name:<36} {micros:>10.2} {:>22.3}", micros / base);
    }
    goals::report(&best);
}
