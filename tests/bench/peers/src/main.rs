//! Times other Rust libraries on the same token: `peers SO KEY_SET TOKEN NOW` prints `name<TAB>microseconds a call`.

use std::collections::HashSet;
use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use jwt_simple::prelude::{
    Ed25519PublicKey, EdDSAPublicKeyLike, NoCustomClaims, UnixTimeStamp, VerificationOptions,
};
use serde_json::{Value, json};

const CALLS: u32 = 2000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let [key_set, token, now] = arguments.as_slice() else {
        return Err("peers SO KEY_SET TOKEN NOW".into());
    };
    let set: Value = serde_json::from_slice(&std::fs::read(key_set)?)?;
    let x = set.pointer("/keys/0/x").and_then(Value::as_str);
    let x = x.ok_or("no key")?;
    jsonwebtoken_verifies(x, token)?;
    jwt_simple_verifies(x, token, now.parse()?)?;
    jsonwebtoken_signs()
}

/// Seconds of a processor.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Ok(Duration::try_from(spent)?.as_secs_f64())
}

fn time(name: &str, call: impl Fn() -> bool) -> Result<(), Box<dyn Error>> {
    let start = cpu_seconds()?;
    if !(0..CALLS).all(|_| call()) {
        return Err(format!("{name} says no").into());
    }
    println!(
        "{name}\t{:.4}",
        (cpu_seconds()? - start) * 1e6 / f64::from(CALLS)
    );
    Ok(())
}

fn jsonwebtoken_verifies(x: &str, token: &str) -> Result<(), Box<dyn Error>> {
    let key = DecodingKey::from_ed_components(x)?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&["roompass"]);
    validation.set_audience(&["jitsi"]);
    validation.validate_exp = false; // It reads the clock; the token's time is past.
    time("jsonwebtoken (Rust)", || {
        jsonwebtoken::decode::<Value>(black_box(token), &key, &validation).is_ok()
    })
}

fn jwt_simple_verifies(x: &str, token: &str, now: u64) -> Result<(), Box<dyn Error>> {
    let key = Ed25519PublicKey::from_bytes(&URL_SAFE_NO_PAD.decode(x)?)?;
    let options = VerificationOptions {
        artificial_time: Some(UnixTimeStamp::from_secs(now)),
        allowed_issuers: Some(HashSet::from(["roompass".to_owned()])),
        allowed_audiences: Some(HashSet::from(["jitsi".to_owned()])),
        required_signature_type: None,
        ..VerificationOptions::default()
    };
    time("jwt-simple (Rust)", || {
        let verified = key.verify_token::<NoCustomClaims>(black_box(token), Some(options.clone()));
        verified.is_ok()
    })
}

/// With its own provider, which is RustCrypto's.
fn jsonwebtoken_signs() -> Result<(), Box<dyn Error>> {
    const HEAD: [u8; 16] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    let key = EncodingKey::from_ed_der(&[&HEAD[..], &[7; 32]].concat());
    let claims = json!({
        "iss": "roompass", "aud": "jitsi", "room": "weekly-sync", "iat": 1_767_225_600,
        "exp": 1_767_232_800, "jti": "AQEBAQEBAQE",
        "context": { "user": { "name": "Alice Example", "affiliation": "member" } },
    });
    let header = Header::new(Algorithm::EdDSA);
    time("jsonwebtoken issue (Rust)", || {
        jsonwebtoken::encode(&header, black_box(&claims), &key).is_ok()
    })
}
