//! Shape, header, algorithm, key and signature; only then are the claims looked at.

use super::TokenName;
use super::tell::Tell;
use crate::claims::Claims;
use crate::compact::Compact;
use crate::explain::CheckName;
use crate::header::Header;
use crate::json::JsonError;
use crate::signature::SignatureHolds;
use crate::{Admission, DenyReason, KeyId, KeySet, Leeway, PublicKey, Timestamp};

/// Claims whose signature holds, and the key that made it.
pub(super) struct Verified<'a> {
    pub(super) claims: Claims,
    pub(super) key: &'a PublicKey,
}

impl<'a> Verified<'a> {
    /// A key set whose end is over is refused.
    pub(super) fn read(
        key_set: &'a KeySet,
        token: &str,
        is_over: impl FnOnce(Timestamp) -> bool,
        tell: &mut impl Tell,
    ) -> Result<Self, DenyReason> {
        let mut decoded = Vec::new();
        let compact = check_shape(token, &mut decoded, tell)?;
        let header = check_header(&compact, tell)?;
        check_algorithm(&header, tell)?;
        let key = check_key(key_set, &header, is_over, tell)?;
        let holds = check_signature(&compact, key, tell)?;
        tell.signed_by(key.id());
        let claims = check_claims(compact.verified_payload(&holds), tell)?;
        tell.identified(claims.id.as_ref());
        Ok(Self { claims, key })
    }

    pub(super) fn into_name(self) -> TokenName {
        TokenName {
            id: self.claims.id,
            key_id: self.key.id().clone(),
            rooms: self.claims.rooms,
            opens_at: self.claims.validity.opens_at(),
            expires_at: self.claims.validity.expires_at(),
            windows: self.claims.windows,
        }
    }

    /// `shuts` is when what was signed ends, without leeway.
    pub(super) fn into_admission(self, shuts: Timestamp, leeway: Leeway) -> Admission {
        let claims = self.claims;
        let leeway = leeway.as_secs();
        Admission {
            rooms: claims.rooms,
            person: claims.person,
            limits: claims.limits,
            windows: claims.windows,
            features: claims.features,
            parent: claims.parent,
            validity: claims.validity,
            admits_until: shuts.plus(leeway),
            joins_until: claims.limits.join_by().map(|latest| latest.plus(leeway)),
            token_id: claims.id,
            key_id: self.key.id().clone(),
        }
    }
}

fn check_shape<'t>(
    token: &'t str,
    decoded: &'t mut Vec<u8>,
    tell: &mut impl Tell,
) -> Result<Compact<'t>, DenyReason> {
    const NAME: CheckName = CheckName::Shape;
    if token.is_empty() {
        return Err(tell.refused(NAME, DenyReason::TokenMissing, || "no token".to_owned()));
    }
    let compact = Compact::parse(token, decoded)
        .map_err(|what| tell.refused(NAME, DenyReason::Malformed, || what.to_owned()))?;
    tell.passed(NAME, || format!("{} bytes in three parts", token.len()));
    Ok(compact)
}

fn check_header<'c>(compact: &Compact<'c>, tell: &mut impl Tell) -> Result<Header<'c>, DenyReason> {
    const NAME: CheckName = CheckName::Header;
    let header = Header::parse(compact.header())
        .map_err(|fault| tell.refused(NAME, fault.reason(), || fault.seen()))?;
    tell.passed(NAME, || "nothing that we do not do".to_owned());
    Ok(header)
}

fn check_algorithm(header: &Header<'_>, tell: &mut impl Tell) -> Result<(), DenyReason> {
    const NAME: CheckName = CheckName::Algorithm;
    let algorithm = header
        .algorithm()
        .map_err(|what| tell.refused(NAME, DenyReason::UnsupportedAlgorithm, || what.to_owned()))?;
    tell.passed(NAME, || algorithm.to_owned());
    Ok(())
}

fn check_key<'a>(
    key_set: &'a KeySet,
    header: &Header<'_>,
    is_over: impl FnOnce(Timestamp) -> bool,
    tell: &mut impl Tell,
) -> Result<&'a PublicKey, DenyReason> {
    const NAME: CheckName = CheckName::Key;
    let kid = header
        .key_id()
        .map_err(|what| tell.refused(NAME, DenyReason::UnknownKey, || what.to_owned()))?;
    let Some(key) = key_set.get(kid) else {
        return Err(tell.refused(NAME, DenyReason::UnknownKey, || {
            let known: Vec<_> = key_set.ids().map(KeyId::as_str).collect();
            format!("a `kid` that is not in the key set ({})", known.join(", "))
        }));
    };
    if let Some(end) = key_set.expires_at().filter(|end| is_over(*end)) {
        return Err(tell.refused(NAME, DenyReason::KeySetStale, || {
            format!("{kid}, but the key set ended {end}")
        }));
    }
    tell.passed(NAME, || {
        format!("{kid}, {} in the key set", key.state().as_str())
    });
    Ok(key)
}

fn check_signature(
    compact: &Compact<'_>,
    key: &PublicKey,
    tell: &mut impl Tell,
) -> Result<SignatureHolds, DenyReason> {
    const NAME: CheckName = CheckName::Signature;
    let message = compact.signing_input().as_bytes();
    let holds = SignatureHolds::check(&key.key, message, compact.signature())
        .map_err(|what| tell.refused(NAME, DenyReason::BadSignature, || what.to_owned()))?;
    tell.passed(NAME, || format!("made with {}", key.id()));
    Ok(holds)
}

fn check_claims(payload: &[u8], tell: &mut impl Tell) -> Result<Claims, DenyReason> {
    const NAME: CheckName = CheckName::Claims;
    let claims = Claims::parse(payload)
        .map_err(|JsonError(what)| tell.refused(NAME, DenyReason::BadClaims, || what))?;
    tell.passed(NAME, || {
        let id = claims.id.as_ref().map_or("without jti", |id| id.as_str());
        format!("jti {id}, {}", claims.person.affiliation().as_str())
    });
    Ok(claims)
}
