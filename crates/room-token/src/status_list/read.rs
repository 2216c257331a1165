//! From the signed form to the entries: `{sub, iat, exp?, ttl?, status_list: {bits, lst}}` (§5.1).

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::read::ZlibDecoder;
use thiserror::Error;

use super::{StatusList, Statuses};
use crate::compact::Compact;
use crate::header::Header;
use crate::json::{JsonError, Object};
use crate::signature::SignatureHolds;
use crate::{DenyReason, Deployment, KeyId, KeySet, Scope, Timestamp};

/// Its `typ` (§5.1). A room token never has it, and a list never lacks it.
const TYPE: &str = "statuslist+jwt";

impl StatusList {
    /// Reads a signed list. Its key must be of the set and have no limits, as with the revocations: else a department
    /// could shut everybody's rooms. `seen` is the latest `iat` met before.
    ///
    /// # Errors
    /// [`StatusListError`]; the caller keeps what it had.
    pub fn parse(
        text: &str,
        key_set: &KeySet,
        deployment: &Deployment,
        seen: Option<Timestamp>,
    ) -> Result<Self, StatusListError> {
        let mut decoded = Vec::new();
        let compact = Compact::parse_up_to(text.trim_ascii_end(), Self::MAX_BYTES, &mut decoded)
            .map_err(|what| StatusListError::Shape { what })?;
        let holds = check_signature(&compact, key_set)?;
        let list = Self::of_claims(compact.verified_payload(&holds), deployment)?;
        match seen.filter(|seen| list.issued_at < *seen) {
            Some(seen) => Err(StatusListError::Rollback {
                seen,
                got: list.issued_at,
            }),
            None => Ok(list),
        }
    }

    fn of_claims(payload: &[u8], deployment: &Deployment) -> Result<Self, StatusListError> {
        let claims = Object::parse(payload)?;
        // The standard lets it be absent; whose list it is, its key says.
        if claims
            .string("iss")?
            .is_some_and(|theirs| theirs != deployment.issuer())
        {
            return Err(StatusListError::OtherIssuer);
        }
        let list = required("status_list", claims.object("status_list")?)?;
        let ttl = claims.integer("ttl")?;
        if ttl == Some(0) {
            return Err(JsonError("`ttl` is not positive".to_owned()).into());
        }
        Ok(Self {
            uri: required("sub", claims.string("sub")?)?.to_owned(),
            issued_at: required("iat", time(&claims, "iat")?)?,
            expires_at: time(&claims, "exp")?,
            ttl,
            statuses: Statuses::read(list)?,
        })
    }
}

fn check_signature(
    compact: &Compact<'_>,
    key_set: &KeySet,
) -> Result<SignatureHolds, StatusListError> {
    let header = Header::parse_of_type(compact.header(), TYPE).map_err(StatusListError::Header)?;
    header
        .algorithm()
        .map_err(|_| StatusListError::Header(DenyReason::UnsupportedAlgorithm))?;
    let key = header.key_id().ok().and_then(|kid| key_set.get(kid));
    let key = key.ok_or(StatusListError::UnknownKey)?;
    let message = compact.signing_input().as_bytes();
    let holds = SignatureHolds::check(&key.key, message, compact.signature())
        .map_err(|_| StatusListError::Signature)?;
    if *key.scope() != Scope::UNLIMITED {
        return Err(StatusListError::LimitedKey {
            kid: key.id().clone(),
        });
    }
    Ok(holds)
}

fn required<T>(name: &str, value: Option<T>) -> Result<T, JsonError> {
    value.ok_or_else(|| JsonError(format!("`{name}` is missing")))
}

fn time(claims: &Object<'_>, name: &str) -> Result<Option<Timestamp>, JsonError> {
    let secs = claims.integer(name)?;
    secs.map(Timestamp::from_secs)
        .transpose()
        .map_err(|error| JsonError(format!("`{name}`: {error}")))
}

impl Statuses {
    fn read(list: &Object<'_>) -> Result<Self, StatusListError> {
        let entries = required("lst", list.string("lst")?)?;
        let bits = required("bits", list.integer("bits")?)?;
        let deflated = URL_SAFE_NO_PAD
            .decode(entries)
            .map_err(|_| StatusListError::Compression)?;
        Self::new(bits, inflated(&deflated)?)
            .ok_or_else(|| JsonError("`bits` is not 1, 2, 4 or 8".to_owned()).into())
    }
}

/// Never more than is kept, whatever a few bytes claim to become: DEFLATE makes a thousand of one.
fn inflated(deflated: &[u8]) -> Result<Vec<u8>, StatusListError> {
    let limit = StatusList::MAX_INFLATED_BYTES;
    let mut decoder = ZlibDecoder::new(deflated);
    let mut bytes = Vec::new();
    // One byte more than may be there tells too long from just long enough.
    let read = (&mut decoder)
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes);
    read.map_err(|_| StatusListError::Compression)?;
    if bytes.len() > limit {
        return Err(StatusListError::TooLong);
    }
    if decoder.total_in() != deflated.len() as u64 {
        return Err(StatusListError::Compression);
    }
    Ok(bytes)
}

/// Why a status list is not taken.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum StatusListError {
    /// Not the claims of a list.
    #[error("the status list's claims are not those of one: {what}; fetch it again")]
    Claims {
        /// What was found.
        what: String,
    },
    /// `lst` is not zlib data in base64url, or goes on after its end.
    #[error("the status list's `lst` is not zlib data in base64url; fetch it again")]
    Compression,
    /// Another kind of token, or another algorithm.
    #[error("the status list's header is refused ({}); is it the right address?", .0.code())]
    Header(DenyReason),
    /// A key that may only sign for some rooms.
    #[error(
        "the status list is signed with {kid}, whose scope is limited; sign it with a key that has none"
    )]
    LimitedKey {
        /// The key.
        kid: KeyId,
    },
    /// Somebody else's.
    #[error("the status list is of another issuer; is it the right address?")]
    OtherIssuer,
    /// Signed before one that was seen.
    #[error("the status list was rolled back from {seen} to {got}; somebody serves an old copy")]
    Rollback {
        /// The latest time seen.
        seen: Timestamp,
        /// The time of this one.
        got: Timestamp,
    },
    /// Not a compact JWS.
    #[error("the status list is not a signed token ({what}); is it the right address?")]
    Shape {
        /// What was found.
        what: &'static str,
    },
    /// The signature does not fit.
    #[error("the signature of the status list does not fit; it was changed on its way")]
    Signature,
    /// More entries than are kept.
    #[error("the status list has more than 16 MiB once inflated; let its issuer begin another")]
    TooLong,
    /// A key that is not in the key set.
    #[error(
        "the status list is signed with a key that is not in the key set; is the key set current?"
    )]
    UnknownKey,
}

impl From<JsonError> for StatusListError {
    fn from(JsonError(what): JsonError) -> Self {
        Self::Claims { what }
    }
}

/// Data that others wrote. See `docs/testing.md` for where it comes from.
#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "tests read the published vectors"
)]
mod third_party {
    use std::collections::BTreeMap;

    use super::*;

    fn published() -> serde_json::Value {
        let folder = std::env::var("ROOMPASS_VECTORS").unwrap_or_else(|_| {
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors").to_owned()
        });
        let path = format!("{folder}/status-list/tsl_test_vectors.json");
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    fn read(vector: &serde_json::Value) -> Statuses {
        let json = vector["json"].to_string();
        let object = Object::parse(json.as_bytes()).unwrap();
        Statuses::read(&object).unwrap_or_else(|error| panic!("{json:.80}: {error}"))
    }

    /// Every entry of every long list is what the draft's appendix says, and nought where it says nothing.
    #[test]
    fn the_drafts_lists_are_read_as_it_says() {
        let mut entries = 0;
        for vector in published()["vectors"].as_array().unwrap() {
            let Some(said) = vector["status"].as_object() else {
                continue;
            };
            let said: BTreeMap<u64, u8> = said
                .iter()
                .map(|(index, status)| {
                    let status = status.as_u64().unwrap();
                    (index.parse().unwrap(), u8::try_from(status).unwrap())
                })
                .collect();
            let statuses = read(vector);
            for index in 0..1 << 20 {
                let expected = said.get(&index).copied().unwrap_or(0);
                assert_eq!(statuses.get(index), Some(expected), "{index}");
                entries += 1;
            }
            assert_eq!(statuses.len(), 1 << 20);
        }
        assert_eq!(entries, 4 << 20);
    }

    #[test]
    fn the_drafts_short_lists_have_its_bytes() {
        let mut lists = 0;
        for vector in published()["vectors"].as_array().unwrap() {
            let Some(hex) = vector["byte_array_hex"].as_str() else {
                continue;
            };
            let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            let bytes: Vec<_> = (0..hex.len()).step_by(2).map(byte).collect();
            assert_eq!(read(vector).bytes, bytes);
            lists += 1;
        }
        assert_eq!(lists, 2);
    }
}
