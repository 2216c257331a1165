//! What was promised, beside what was measured.

use std::collections::BTreeMap;

/// One contestant, what it is measured by, and at most how many times that it may take.
const AT_MOST: [(&str, &str, f64); 4] = [
    ("rust decide", "dalek verify_strict", 1.05),
    ("lua decide, three fields", "dalek verify_strict", 1.06),
    ("lua decide", "dalek verify_strict", 1.12),
    ("rust issue", "dalek sign", 1.06),
];

/// One contestant, who must be faster, and at least how many times.
const AT_LEAST: [(&str, &str, f64); 7] = [
    ("luajwtjitsi RS256 (Lua)", "lua decide", 100.0),
    ("luajwtjitsi HS256 (Lua)", "lua decide", 25.0),
    ("Prosody 13 RS256 (Lua)", "lua decide", 1.6),
    ("Ed25519 of Prosody 13's parts (Lua)", "lua decide", 4.0),
    ("jwt-simple (Rust)", "rust decide", 1.7),
    ("jose (Node)", "rust decide", 3.0),
    ("PyJWT (Python)", "rust decide", 4.0),
];

/// A line a goal, for those who took part.
pub(crate) fn report(best: &BTreeMap<String, f64>) {
    let ratio = |one: &str, other: &str| Some(best.get(one)? / best.get(other)?);
    println!("\ngoals");
    for (one, other, most) in AT_MOST {
        if let Some(ratio) = ratio(one, other) {
            line(one, other, ratio, "at most", most, ratio <= most);
        }
    }
    for (one, other, least) in AT_LEAST {
        if let Some(ratio) = ratio(one, other) {
            line(one, other, ratio, "at least", least, ratio >= least);
        }
    }
    println!();
}

fn line(one: &str, other: &str, ratio: f64, word: &str, bound: f64, met: bool) {
    let verdict = if met { "met" } else { "MISSED" };
    println!("{one} / {other}: {ratio:.2}, {word} {bound}: {verdict}");
}
