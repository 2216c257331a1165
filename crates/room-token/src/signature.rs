//! The one place where a signature is checked.

use ed25519_dalek::{Signature, VerifyingKey};

/// Proof that a signature was found to hold; without it nobody gets at a payload.
#[derive(Debug)]
pub(crate) struct SignatureHolds(());

impl SignatureHolds {
    /// Checks with `verify_strict`: no small-order key or point, and no second spelling of a signature.
    ///
    /// Never `verify`: two verifiers that differ in strictness would disagree about a crafted signature.
    pub(crate) fn check(
        key: &VerifyingKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<Self, &'static str> {
        let signature =
            Signature::from_slice(signature).map_err(|_| "the signature does not have 64 bytes")?;
        key.verify_strict(message, &signature)
            .map_err(|_| "the signature does not fit this header and payload")?;
        Ok(Self(()))
    }
}

/// Data that others wrote. See `docs/testing.md` for where it comes from.
#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "tests read the published vectors"
)]
mod third_party {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::Value;

    use super::*;
    use crate::jwk::point;

    fn published(file: &str) -> Value {
        let folder = std::env::var("ROOMPASS_VECTORS").unwrap_or_else(|_| {
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors").to_owned()
        });
        let path = format!("{folder}/{file}");
        let json = std::fs::read(&path).unwrap_or_else(|error| {
            panic!("{path}: {error}; set ROOMPASS_VECTORS to the folder with the published vectors")
        });
        serde_json::from_slice(&json).unwrap()
    }

    fn hex(value: &Value) -> Vec<u8> {
        let text = value.as_str().unwrap();
        let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
        (0..text.len()).step_by(2).map(byte).collect()
    }

    /// As a verifier would: the key out of a key set, then the signature.
    fn holds(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        point(&URL_SAFE_NO_PAD.encode(key))
            .is_ok_and(|key| SignatureHolds::check(&key, message, signature).is_ok())
    }

    #[test]
    fn wycheproof_ed25519_verdicts_are_ours() {
        let file = published("wycheproof/ed25519_test.json");
        let mut cases = 0;
        for group in file["testGroups"].as_array().unwrap() {
            let key = hex(&group["publicKey"]["pk"]);
            for case in group["tests"].as_array().unwrap() {
                let ours = holds(&key, &hex(&case["msg"]), &hex(&case["sig"]));
                assert_eq!(ours, case["result"] == "valid", "case {}", case["tcId"]);
                cases += 1;
            }
        }
        assert_eq!(cases, 151);
    }

    /// "Taming the many `EdDSA`s", table 6: strict means `XXXVXXXXXXXX`.
    #[test]
    fn speccheck_finds_us_strict() {
        let file = published("ed25519-speccheck/cases.json");
        let verdict = |case: &Value| {
            let (key, message) = (hex(&case["pub_key"]), hex(&case["message"]));
            if holds(&key, &message, &hex(&case["signature"])) {
                'V'
            } else {
                'X'
            }
        };
        let verdicts: String = file.as_array().unwrap().iter().map(verdict).collect();
        assert_eq!(verdicts, "XXXVXXXXXXXX");
    }

    #[test]
    fn rfc_8037_a_4_holds() {
        let file = published("ietf-jose-cookbook/curve25519/jws.json");
        let key = URL_SAFE_NO_PAD
            .decode(file["input"]["key"]["x"].as_str().unwrap())
            .unwrap();
        let signature = URL_SAFE_NO_PAD
            .decode(file["signing"]["sig"].as_str().unwrap())
            .unwrap();
        let message = file["signing"]["sig-input"].as_str().unwrap();
        assert!(holds(&key, message.as_bytes(), &signature));
    }
}
