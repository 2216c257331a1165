//! Tokens to be signed, of every kind, honest and not, out of a seed: the same ones for every reader.
//!
//! Knows nothing of the code under test. `tests/e2e/tests/second_opinion.rs` takes it in too.
#![expect(clippy::indexing_slicing, reason = "a test may panic")]

mod chance;

pub(crate) use self::chance::Chance;

use serde_json::{Value, json};

/// A header and claims as JSON text, not signed yet.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) header: String,
    pub(crate) claims: String,
}

/// The rooms of honest drafts, canonical.
pub(crate) const ROOMS: [&str; 5] = [
    "standup",
    "my%20room",
    "%c3%bcberraum",
    "[acme]standup",
    "a.b_c~d-1",
];

impl Draft {
    /// What an issuer could sign at that time with that key, in any legal spelling.
    pub(crate) fn honest(chance: &mut Chance, kid: &str, now: u64) -> Self {
        let (header, claims) = (header(chance, kid), claims(chance, now));
        Self {
            header: spelled(chance, &header),
            claims: spelled(chance, &claims),
        }
    }

    /// The same with one to three changes, of which some do no harm.
    pub(crate) fn mutated(mut self, chance: &mut Chance) -> Self {
        for _ in 0..=chance.below(3) {
            let text = if chance.one_in(3) {
                &mut self.header
            } else {
                &mut self.claims
            };
            *text = if chance.one_in(3) {
                respelled(chance, text)
            } else {
                remade(chance, text)
            };
        }
        self
    }
}

fn header(chance: &mut Chance, kid: &str) -> Value {
    let mut header = json!({ "alg": "EdDSA", "kid": kid });
    if chance.one_in(8) {
        header["alg"] = "Ed25519".into();
    }
    if !chance.one_in(4) {
        header["typ"] = chance
            .pick(&["room+jwt", "JWT", "application/ROOM+jwt", "jwt"])
            .into();
    }
    if chance.one_in(4) {
        header["x"] = odd(chance);
    }
    header
}

fn claims(chance: &mut Chance, now: u64) -> Value {
    let issued = now - chance.number(86_400);
    let mut claims = json!({
        "iss": "roompass",
        "aud": chance.pick(&[json!("jitsi"), json!(["jitsi"]), json!(["other", "jitsi"])]),
        "room": chance.pick(&ROOMS),
        "iat": issued,
        "exp": now + 300 + chance.number(30 * 86_400),
    });
    if chance.one_in(2) {
        claims["jti"] = format!("{:x}", chance.number(u64::MAX)).into();
    }
    if chance.one_in(3) {
        claims["nbf"] = (now - chance.number(600)).into();
    }
    if chance.one_in(4) {
        claims["join_by"] = (now + chance.number(3600)).into();
    }
    for limit in ["seats", "max_occupants"] {
        if chance.one_in(4) {
            claims[limit] = (1 + chance.number(100)).into();
        }
    }
    if chance.one_in(5) {
        claims["win"] = json!({ "d": 3600, "p": 604_800, "s": [[now - chance.number(3600), 3]] });
    }
    if chance.one_in(4) {
        claims["unknown"] = odd(chance);
    }
    if !chance.one_in(5) {
        claims["context"] = context(chance);
    }
    claims
}

fn context(chance: &mut Chance) -> Value {
    let mut user = json!({ "affiliation": chance.pick(&["owner", "member"]) });
    for detail in ["name", "id", "email", "avatar"] {
        if chance.one_in(2) {
            user[detail] = chance
                .pick(&["Ada", "Зоя \"Z\" <z>", "\u{1f600}\\", "\u{feff}", " "])
                .into();
        }
    }
    let mut context = json!({ "user": user });
    if chance.one_in(4) {
        context["features"] = json!({ "recording": true, "livestreaming": "false" });
    }
    context
}

/// A value where another was expected.
fn odd(chance: &mut Chance) -> Value {
    chance.pick(&[
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1_u64 << 53),
        json!(u64::MAX),
        json!(""),
        json!("standup"),
        json!("jitsi"),
        json!("EdDSA"),
        json!([]),
        json!(["jitsi", 7]),
        json!({}),
        json!({ "user": { "affiliation": "owner" } }),
        json!([[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]),
    ])
}

/// Without `sub`: room tokens ignore it, and jsonwebtoken stumbles over one that is no string.
const NAMES: [&str; 21] = [
    "alg",
    "aud",
    "b64",
    "context",
    "crit",
    "cty",
    "enc",
    "exp",
    "iat",
    "iss",
    "join_by",
    "jti",
    "jwk",
    "kid",
    "max_occupants",
    "nbf",
    "room",
    "seats",
    "typ",
    "win",
    "zip",
];

/// A member taken out, put in, or given another value.
fn remade(chance: &mut Chance, text: &str) -> String {
    let Ok(Value::Object(mut members)) = serde_json::from_str(text) else {
        return respelled(chance, text);
    };
    let there: Vec<_> = members.keys().cloned().collect();
    match chance.below(4) {
        0 if !there.is_empty() => {
            members.remove(&chance.pick(&there));
        }
        1 if !there.is_empty() => {
            members.insert(chance.pick(&there), odd(chance));
        }
        2 => {
            members.insert(chance.pick(&NAMES).to_owned(), odd(chance));
        }
        _number => {
            // A little more or less of any number is still a number.
            for value in members.values_mut() {
                if let Some(number) = value.as_u64().filter(|_| chance.one_in(2)) {
                    *value = number.wrapping_add(chance.number(7)).wrapping_sub(3).into();
                }
            }
        }
    }
    spelled(chance, &Value::Object(members))
}

/// Legal white space and escapes, which mean nothing.
fn spelled(chance: &mut Chance, value: &Value) -> String {
    let text = value.to_string();
    match chance.below(6) {
        0 => format!(" {text}\r\n"),
        1 => text.replace("\":", "\" :\t"),
        2 => text.replace("\"room\"", "\"\\u0072oom\""),
        3 => text.replace("\"alg\"", "\"\\u0061lg\""),
        _as_it_is => text,
    }
}

/// Spelt so that two readers might read two things.
fn respelled(chance: &mut Chance, text: &str) -> String {
    let inner = text.trim().trim_start_matches('{').trim_end_matches('}');
    match chance.below(8) {
        0 => format!("{{{inner},\"room\":\"other\"}}"),
        1 => format!("{{\"alg\":\"none\",\"\\u0061ud\":\"x\",{inner}}}"),
        2 => format!("\u{feff}{text}"),
        3 => format!("{text}{text}"),
        4 => format!("[{text}]"),
        5 => format!("{{{inner},\"x\":\"\\ud800\"}}"),
        6 => text.replace("\"exp\":", "\"exp\":1e0,\"exp\":"),
        _cut => text
            .chars()
            .take(chance.below(text.chars().count() + 1))
            .collect(),
    }
}
