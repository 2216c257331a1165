//! The checks, in the order of `docs/token-format.md`.

use thiserror::Error;

use crate::claims::Claims;
use crate::compact::Compact;
use crate::explain::{Check, CheckName, Explanation, Outcome};
use crate::header::Header;
use crate::json::JsonError;
use crate::signature::SignatureHolds;
use crate::{
    Admission, Decision, DenyReason, Deployment, KeyId, KeySet, Leeway, Lifetime, PublicKey,
    Timestamp,
};

/// Decides from public keys alone, and keeps no other state.
#[derive(Clone, Debug)]
pub struct Verifier {
    key_set: KeySet,
    deployment: Deployment,
    leeway: Leeway,
}

impl Verifier {
    /// Trusts these keys, for this deployment, with a leeway of 60 s.
    ///
    /// # Errors
    /// [`VerifierError::OtherIssuer`] if the key set says it is somebody else's.
    pub fn new(key_set: KeySet, deployment: Deployment) -> Result<Self, VerifierError> {
        match key_set.issuer() {
            Some(theirs) if theirs != deployment.issuer() => Err(VerifierError::OtherIssuer {
                key_set: theirs.to_owned(),
                expected: deployment.issuer().to_owned(),
            }),
            Some(_) | None => Ok(Self {
                key_set,
                deployment,
                leeway: Leeway::DEFAULT,
            }),
        }
    }

    /// Tolerates another difference between the clocks.
    #[must_use]
    pub const fn with_leeway(mut self, leeway: Leeway) -> Self {
        self.leeway = leeway;
        self
    }

    /// May the bearer enter this room now? `room` is the room's name as Prosody has it; a name that is not
    /// spelled exactly as signed is another room.
    pub fn decide(&self, token: &str, room: &str, now: Timestamp) -> Decision {
        match self.check(token, Some(room), now, &mut Silent) {
            Ok(admission) => Decision::Admit(admission),
            Err(refusal) => Decision::Deny(refusal.reason),
        }
    }

    /// The same decision with every check told; without a room, that one check is left out.
    pub fn explain(&self, token: &str, room: Option<&str>, now: Timestamp) -> Explanation {
        let mut told = Told(Vec::new());
        let result = self.check(token, room, now, &mut told);
        let mut checks = told.0;
        let decision = match result {
            Ok(admission) => Decision::Admit(admission),
            Err(refusal) => {
                checks.push(refusal.as_check());
                Decision::Deny(refusal.reason)
            }
        };
        let done = checks.len();
        checks.extend(CheckName::ALL.iter().skip(done).map(|name| Check {
            name: *name,
            outcome: match decision {
                Decision::Admit(_) => Outcome::NotAsked,
                Decision::Deny(_) => Outcome::NotReached,
            },
            seen: String::new(),
        }));
        Explanation { decision, checks }
    }

    /// The first second at which a grant that ends then no longer admits here.
    pub fn admits_until(&self, admission: &Admission) -> Timestamp {
        admission.validity.expires_at().plus(self.leeway.as_secs())
    }

    fn check(
        &self,
        token: &str,
        room: Option<&str>,
        now: Timestamp,
        tell: &mut impl Tell,
    ) -> Result<Admission, Refusal> {
        let (claims, key) = self.verified_claims(token, tell)?;
        self.check_issuer(&claims, tell)?;
        self.check_audience(&claims, tell)?;
        check_lifetime(&claims, tell)?;
        self.check_opening(&claims, now, tell)?;
        self.check_expiry(&claims, now, tell)?;
        if let Some(room) = room {
            check_room(&claims, room, tell)?;
        }
        Ok(Admission {
            grant: claims.grant,
            validity: claims.validity,
            token_id: claims.id,
            key_id: key.id().clone(),
        })
    }

    /// Shape, header, algorithm, key and signature; only then are the claims looked at.
    fn verified_claims(
        &self,
        token: &str,
        tell: &mut impl Tell,
    ) -> Result<(Claims, &PublicKey), Refusal> {
        let compact = check_shape(token, tell)?;
        let header = check_header(&compact, tell)?;
        check_algorithm(&header, tell)?;
        let key = self.check_key(&header, tell)?;
        let holds = check_signature(&compact, key, tell)?;
        let claims = check_claims(&compact.into_verified_payload(holds), tell)?;
        Ok((claims, key))
    }

    fn check_key(&self, header: &Header, tell: &mut impl Tell) -> Result<&PublicKey, Refusal> {
        let unknown = |seen| Refusal::new(CheckName::Key, DenyReason::UnknownKey, seen);
        let kid = header.key_id().map_err(unknown)?;
        let known = || {
            let ids: Vec<_> = self.key_set.ids().map(KeyId::as_str).collect();
            format!("a `kid` that is not in the key set ({})", ids.join(", "))
        };
        let key = self.key_set.get(kid).ok_or_else(|| unknown(known()))?;
        tell.passed(CheckName::Key, || format!("{kid}, in the key set"));
        Ok(key)
    }

    fn check_issuer(&self, claims: &Claims, tell: &mut impl Tell) -> Result<(), Refusal> {
        let ours = self.deployment.issuer();
        if claims.issuer != ours {
            let seen = format!("{:?}, expected {ours:?}", claims.issuer);
            return Err(Refusal::new(
                CheckName::Issuer,
                DenyReason::WrongIssuer,
                seen,
            ));
        }
        tell.passed(CheckName::Issuer, || ours.to_owned());
        Ok(())
    }

    fn check_audience(&self, claims: &Claims, tell: &mut impl Tell) -> Result<(), Refusal> {
        let ours = self.deployment.audience();
        if !claims.audiences.iter().any(|audience| audience == ours) {
            let seen = format!("{:?}, expected {ours:?}", claims.audiences);
            return Err(Refusal::new(
                CheckName::Audience,
                DenyReason::WrongAudience,
                seen,
            ));
        }
        tell.passed(CheckName::Audience, || ours.to_owned());
        Ok(())
    }

    fn check_opening(
        &self,
        claims: &Claims,
        now: Timestamp,
        tell: &mut impl Tell,
    ) -> Result<(), Refusal> {
        let opens = claims.validity.opens_at();
        let seen = || {
            format!(
                "opens {opens}, asked at {now}, leeway {} s",
                self.leeway.as_secs()
            )
        };
        if now.plus(self.leeway.as_secs()) < opens {
            return Err(Refusal::new(
                CheckName::Opening,
                DenyReason::TooEarly,
                seen(),
            ));
        }
        tell.passed(CheckName::Opening, seen);
        Ok(())
    }

    fn check_expiry(
        &self,
        claims: &Claims,
        now: Timestamp,
        tell: &mut impl Tell,
    ) -> Result<(), Refusal> {
        let ends = claims.validity.expires_at();
        let seen = || {
            format!(
                "ends {ends}, asked at {now}, leeway {} s",
                self.leeway.as_secs()
            )
        };
        if ends.plus(self.leeway.as_secs()) <= now {
            return Err(Refusal::new(CheckName::Expiry, DenyReason::Expired, seen()));
        }
        tell.passed(CheckName::Expiry, seen);
        Ok(())
    }
}

fn check_shape<'a>(token: &'a str, tell: &mut impl Tell) -> Result<Compact<'a>, Refusal> {
    if token.is_empty() {
        let seen = "no token".to_owned();
        return Err(Refusal::new(
            CheckName::Shape,
            DenyReason::TokenMissing,
            seen,
        ));
    }
    let compact = Compact::parse(token)
        .map_err(|seen| Refusal::new(CheckName::Shape, DenyReason::Malformed, seen.to_owned()))?;
    tell.passed(CheckName::Shape, || {
        format!("{} bytes in three parts", token.len())
    });
    Ok(compact)
}

fn check_header(compact: &Compact<'_>, tell: &mut impl Tell) -> Result<Header, Refusal> {
    let header = Header::parse(&compact.header)
        .map_err(|(reason, seen)| Refusal::new(CheckName::Header, reason, seen))?;
    tell.passed(CheckName::Header, || "nothing that we do not do".to_owned());
    Ok(header)
}

fn check_algorithm(header: &Header, tell: &mut impl Tell) -> Result<(), Refusal> {
    let algorithm = header.algorithm().map_err(|seen| {
        Refusal::new(CheckName::Algorithm, DenyReason::UnsupportedAlgorithm, seen)
    })?;
    tell.passed(CheckName::Algorithm, || algorithm.to_owned());
    Ok(())
}

fn check_signature(
    compact: &Compact<'_>,
    key: &PublicKey,
    tell: &mut impl Tell,
) -> Result<SignatureHolds, Refusal> {
    let holds = SignatureHolds::check(
        &key.key,
        compact.signing_input.as_bytes(),
        &compact.signature,
    )
    .map_err(|seen| {
        Refusal::new(
            CheckName::Signature,
            DenyReason::BadSignature,
            seen.to_owned(),
        )
    })?;
    tell.passed(CheckName::Signature, || format!("made with {}", key.id()));
    Ok(holds)
}

fn check_claims(payload: &[u8], tell: &mut impl Tell) -> Result<Claims, Refusal> {
    let claims = Claims::parse(payload)
        .map_err(|JsonError(seen)| Refusal::new(CheckName::Claims, DenyReason::BadClaims, seen))?;
    tell.passed(CheckName::Claims, || {
        let id = claims.id.as_ref().map_or("without jti", |id| id.as_str());
        format!("jti {id}, {}", claims.grant.person().affiliation().as_str())
    });
    Ok(claims)
}

fn check_lifetime(claims: &Claims, tell: &mut impl Tell) -> Result<(), Refusal> {
    let (lives, most) = (claims.validity.seconds(), Lifetime::MAX.as_secs());
    let seen = || format!("{lives} s, at most {most} s");
    if lives > most {
        return Err(Refusal::new(
            CheckName::Lifetime,
            DenyReason::LifetimeTooLong,
            seen(),
        ));
    }
    tell.passed(CheckName::Lifetime, seen);
    Ok(())
}

fn check_room(claims: &Claims, room: &str, tell: &mut impl Tell) -> Result<(), Refusal> {
    let granted = claims.grant.room().as_str();
    if granted != room {
        let seen = format!("for {granted:?}, asked for {room:?}");
        return Err(Refusal::new(CheckName::Room, DenyReason::WrongRoom, seen));
    }
    tell.passed(CheckName::Room, || granted.to_owned());
    Ok(())
}

/// A check that said no.
struct Refusal {
    check: CheckName,
    reason: DenyReason,
    seen: String,
}

impl Refusal {
    const fn new(check: CheckName, reason: DenyReason, seen: String) -> Self {
        Self {
            check,
            reason,
            seen,
        }
    }

    fn as_check(&self) -> Check {
        Check {
            name: self.check,
            outcome: Outcome::Failed,
            seen: self.seen.clone(),
        }
    }
}

/// Who hears of a check that passed. At a door nobody does, and nothing is formatted.
trait Tell {
    fn passed(&mut self, name: CheckName, seen: impl FnOnce() -> String);
}

struct Silent;

impl Tell for Silent {
    fn passed(&mut self, _name: CheckName, _seen: impl FnOnce() -> String) {}
}

struct Told(Vec<Check>);

impl Tell for Told {
    fn passed(&mut self, name: CheckName, seen: impl FnOnce() -> String) {
        self.0.push(Check {
            name,
            outcome: Outcome::Passed,
            seen: seen(),
        });
    }
}

/// Why there is no verifier.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum VerifierError {
    /// The key set is another issuer's.
    #[error(
        "the key set is of issuer {key_set:?}, but {expected:?} is expected; take the right key set, or set the issuer"
    )]
    OtherIssuer {
        /// Whose it says it is.
        key_set: String,
        /// Whose it should be.
        expected: String,
    },
}
