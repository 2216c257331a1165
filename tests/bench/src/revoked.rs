//! What a million revoked links cost a verifier: to load, to hold and to look up.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

use room_token::{
    Decision, Deployment, Grant, KeySet, Lifetime, Person, Revocations, Revoked, RoomName,
    SigningKey, Timestamp, TokenId, Validity, Verifier, WhenStale,
};

const SEED: [u8; 32] = [7; 32];
const REVOKED: u32 = 1_000_000;
/// Tokens that are asked about, none of them revoked; as many as keep the look-ups out of the processor's caches.
const ASKED: u32 = 10_000;
/// Each is decided so often, with the feed and without it in turn.
const ROUNDS: usize = 11;

/// The line to print.
pub(crate) fn report(now: Timestamp) -> Result<String, Box<dyn Error>> {
    let key = SigningKey::from_seed(&SEED);
    let feed = feed(&key, now)?;
    let held = held_elsewhere(&feed)?;
    let bare = Verifier::new(KeySet::of([&key])?, Deployment::default())?;
    let informed = bare
        .clone()
        .with_revocations(read(&feed)?, WhenStale::ShutAfter(3600));
    let lookup = lookup(&informed, &bare, &tokens(&key, now)?, now);
    Ok(format!(
        "{REVOKED} revoked tokens: a feed of {} KiB, {held}, {lookup:.0} ns a look-up",
        feed.len() / 1024,
    ))
}

/// Loads the feed that comes in; says how long that took and how much memory it keeps.
pub(crate) fn hold() -> Result<String, Box<dyn Error>> {
    let mut feed = String::new();
    std::io::stdin().read_to_string(&mut feed)?;
    let before = resident_kib()?;
    let start = Instant::now();
    let revocations = read(&feed)?;
    let millis = start.elapsed().as_secs_f64() * 1e3;
    let kept = resident_kib()?.saturating_sub(before) / 1024;
    drop(black_box(revocations));
    Ok(format!("{millis:.0} ms to load, {kept} MiB to hold"))
}

/// In a process of its own, where nothing that was freed before can be used again.
fn held_elsewhere(feed: &str) -> Result<String, Box<dyn Error>> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("hold")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().ok_or("no input")?;
    input.write_all(feed.as_bytes())?;
    drop(input);
    let output = child.wait_with_output()?;
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

fn read(feed: &str) -> Result<Revocations, Box<dyn Error>> {
    let key_set = KeySet::of([&SigningKey::from_seed(&SEED)])?;
    let deployment = Deployment::default();
    Ok(Revocations::parse(feed, &key_set, &deployment, None)?)
}

fn feed(key: &SigningKey, now: Timestamp) -> Result<String, Box<dyn Error>> {
    let mut revocations = Revocations::numbered(1, now);
    for number in 0..REVOKED {
        revocations.revoke(Revoked::Token(id(number)), now);
    }
    Ok(key.sign_revocations(&revocations, &Deployment::default())?)
}

fn tokens(key: &SigningKey, now: Timestamp) -> Result<Vec<String>, Box<dyn Error>> {
    let grant = Grant::new(RoomName::parse("standup")?, Person::member("Ada")?);
    let validity = Validity::lasting(now, Lifetime::from_hours(1)?)?;
    let issue = |number| {
        let token = key.issue(
            &Deployment::default(),
            &grant,
            &validity,
            &id(REVOKED + number),
        );
        Ok(token?.as_str().to_owned())
    };
    (0..ASKED).map(issue).collect()
}

/// Spread over all 64 bits by an odd multiplier, so that no two numbers share an id.
fn id(number: u32) -> TokenId {
    TokenId::from_bytes(
        u64::from(number)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .to_be_bytes(),
    )
}

/// Nanoseconds that the feed adds to a decision: of each token the quickest decision with the feed and without it, and
/// the median of the differences over all tokens.
fn lookup(informed: &Verifier, bare: &Verifier, tokens: &[String], now: Timestamp) -> f64 {
    let nanos = |verifier: &Verifier, token: &String| {
        let start = Instant::now();
        let decision = verifier.decide(black_box(token), "standup", now);
        let spent = start.elapsed().as_secs_f64() * 1e9;
        match decision {
            Decision::Admit(_) => spent,
            Decision::Deny(_) => f64::INFINITY,
        }
    };
    let mut best = vec![(f64::INFINITY, f64::INFINITY); tokens.len()];
    for _ in 0..ROUNDS {
        for (token, (with, without)) in tokens.iter().zip(&mut best) {
            // Whoever comes first fetches the token's text from memory; that is neither's cost.
            black_box(nanos(bare, token));
            *with = with.min(nanos(informed, token));
            *without = without.min(nanos(bare, token));
        }
    }
    crate::median(best.iter().map(|(with, without)| with - without).collect())
}

/// What this process has in memory (`proc(5)`).
fn resident_kib() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("no VmRSS")?.parse()?)
}
