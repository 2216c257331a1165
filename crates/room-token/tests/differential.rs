//! Second opinions by the hundred thousand: whatever we admit, jsonwebtoken verifies and reads alike.
//!
//! The other way round is not asked: we refuse more.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod generator;
mod provider;

use std::collections::BTreeMap;
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::Signer;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use room_token::{Admission, Decision, Deployment, KeySet, SigningKey, Timestamp, Verifier};
use serde_json::Value;

use self::generator::{Chance, Draft, ROOMS};

const NOW: u64 = 1_772_366_400;
const SEED: [u8; 32] = [7; 32];
/// Each draft becomes [`PER_DRAFT`] tokens.
const DRAFTS: u64 = 20_000;
const PER_DRAFT: u64 = 6;
const THREADS: u64 = 2;

/// How often each answer was given: `admit` or a code.
type Tally = BTreeMap<&'static str, u64>;

#[test]
fn what_we_admit_jsonwebtoken_verifies_and_reads_alike() {
    let run = |seed| thread::spawn(move || compare(seed, DRAFTS / THREADS));
    let runs: Vec<_> = (0..THREADS).map(run).collect();
    let mut tally = Tally::new();
    for (answer, times) in runs.into_iter().flat_map(|run| run.join().unwrap()) {
        *tally.entry(answer).or_default() += times;
    }
    assert_eq!(tally.values().sum::<u64>(), DRAFTS * PER_DRAFT);
    // Else the generator has become so tame, or so wild, that the comparison says nothing.
    for answer in ["admit", "bad-claims", "bad-signature", "malformed"] {
        let times = tally.get(answer).copied().unwrap_or_default();
        assert!(times > DRAFTS / 4, "{answer}: {times} of {tally:?}");
    }
    for answer in ["unknown-key", "unsupported-algorithm", "unsupported-header"] {
        let times = tally.get(answer).copied().unwrap_or_default();
        assert!(times > DRAFTS / 100, "{answer}: {times} of {tally:?}");
    }
}

fn compare(seed: u64, drafts: u64) -> Tally {
    let (mut chance, ours, theirs) = (Chance::from_seed(seed), Ours::new(), Theirs::new());
    let mut tally = Tally::new();
    for _ in 0..drafts {
        for token in ours.tokens(&mut chance) {
            let room = chance.pick(&ROOMS);
            let answer = match ours.admission(&token, room) {
                Ok(admission) => {
                    theirs.agrees(&token, &admission);
                    "admit"
                }
                Err(code) => code,
            };
            *tally.entry(answer).or_default() += 1;
        }
    }
    tally
}

/// The library under test, and the key it trusts.
struct Ours {
    verifier: Verifier,
    key: ed25519_dalek::SigningKey,
    kid: String,
}

impl Ours {
    fn new() -> Self {
        let key = SigningKey::from_seed(&SEED);
        Self {
            verifier: Verifier::new(KeySet::of([&key]).unwrap(), Deployment::default()).unwrap(),
            key: ed25519_dalek::SigningKey::from_bytes(&SEED),
            kid: key.id().to_string(),
        }
    }

    /// One honest token, what was changed in it before it was signed, and what was changed afterwards.
    fn tokens(&self, chance: &mut Chance) -> [String; 6] {
        let draft = Draft::honest(chance, &self.kid, NOW);
        let honest = self.sign(&draft);
        let mutated = draft.mutated(chance);
        let unsigned = {
            let (_, signature) = honest.rsplit_once('.').unwrap();
            format!("{}.{signature}", input(&mutated))
        };
        [
            self.sign(&mutated),
            scratched(chance, &honest),
            scratched(chance, &honest),
            scratched_part(chance, &honest),
            unsigned,
            honest,
        ]
    }

    fn sign(&self, draft: &Draft) -> String {
        let input = input(draft);
        let signature = self.key.sign(input.as_bytes()).to_bytes();
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// For the room that was asked for, or else for the one that the token itself names.
    fn admission(&self, token: &str, room: &str) -> Result<Admission, &'static str> {
        let now = Timestamp::from_secs(NOW).unwrap();
        let rooms = std::iter::once(room).chain(ROOMS);
        let decisions = rooms.map(|room| self.verifier.decide(token, room, now));
        let mut code = "";
        for decision in decisions {
            match decision {
                Decision::Admit(admission) => return Ok(admission),
                Decision::Deny(reason) => code = reason.code(),
            }
            if code != "wrong-room" {
                break;
            }
        }
        Err(code)
    }
}

fn input(draft: &Draft) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}", encode(&draft.header), encode(&draft.claims))
}

/// A character or two replaced, taken out or put in.
fn scratched(chance: &mut Chance, token: &str) -> String {
    let mut bytes = token.as_bytes().to_vec();
    for _ in 0..=chance.below(2) {
        let (place, byte) = (chance.below(bytes.len()), chance.pick(b"AQgw09-_.=+ z\0"));
        match chance.below(3) {
            0 => bytes[place] = byte,
            1 => bytes.insert(place, byte),
            _out => drop(bytes.remove(place)),
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// One bit of one decoded part flipped, so that its spelling stays canonical.
fn scratched_part(chance: &mut Chance, token: &str) -> String {
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let part = chance.below(3);
    let mut bytes = URL_SAFE_NO_PAD.decode(&parts[part]).unwrap();
    let place = chance.below(bytes.len());
    bytes[place] ^= 1 << chance.below(8);
    parts[part] = URL_SAFE_NO_PAD.encode(bytes);
    parts.join(".")
}

/// The second opinion.
struct Theirs {
    key: DecodingKey,
    validation: Validation,
}

impl Theirs {
    fn new() -> Self {
        provider::install();
        let public = ed25519_dalek::SigningKey::from_bytes(&SEED).verifying_key();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&["roompass"]);
        validation.set_audience(&["jitsi"]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.validate_exp = false; // It reads the clock; the time is ours to choose.
        Self {
            key: DecodingKey::from_ed_components(&URL_SAFE_NO_PAD.encode(public.as_bytes()))
                .unwrap(),
            validation,
        }
    }

    fn agrees(&self, token: &str, admission: &Admission) {
        let claims = match jsonwebtoken::decode::<Value>(token, &self.key, &self.validation) {
            Ok(theirs) => theirs.claims,
            // jsonwebtoken does not know RFC 9864's name of the algorithm; those are ours alone.
            Err(_) if is_named_ed25519(token) => return,
            Err(error) => panic!("we admit, they say {error}: {token}"),
        };
        assert_eq!(claims["room"], admission.rooms().to_string(), "{token}");
        let validity = admission.validity();
        assert_eq!(claims["exp"], validity.expires_at().as_secs(), "{token}");
        assert_eq!(claims["iat"], validity.issued_at().as_secs(), "{token}");
        assert_eq!(claims["iss"], "roompass", "{token}");
        let audiences = claims["aud"].as_array().cloned();
        let audiences = audiences.unwrap_or_else(|| vec![claims["aud"].clone()]);
        assert!(audiences.contains(&"jitsi".into()), "{token}");
        let id = admission.token_id().map(room_token::TokenId::as_str);
        assert_eq!(claims.get("jti").and_then(Value::as_str), id, "{token}");
    }
}

fn is_named_ed25519(token: &str) -> bool {
    let (header, _) = token.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    header["alg"] == "Ed25519"
}
