//! The place that issues: a key, whose tokens they are, and where the links lead.

use std::sync::OnceLock;

use room_token::{
    Deployment, Grant, IssueError, KeyId, KeySet, Revocations, SignedToken, SigningKey, Timestamp,
    TokenId, Validity, Verifier, VerifierError,
};
use thiserror::Error;

use crate::{BaseUrl, BatchRow, JoinLink, Keys, KeysError, SignedKeySet, SignedKeySetError};

/// Everything that does not change from one link to the next.
#[derive(Debug)]
pub struct Office {
    /// What signs.
    pub keys: Keys,
    /// `iss` and `aud` of every token.
    pub deployment: Deployment,
    /// Where the Jitsi installation is; a first start may not know it yet.
    base_url: OnceLock<BaseUrl>,
    /// What verifiers know of our keys, where they take only what a root key signed.
    pub signed_key_set: Option<SignedKeySet>,
}

impl Office {
    /// An office that may learn later where its links lead.
    pub fn new(keys: Keys, deployment: Deployment, base_url: Option<BaseUrl>) -> Self {
        Self {
            keys,
            deployment,
            base_url: base_url.map(OnceLock::from).unwrap_or_default(),
            signed_key_set: None,
        }
    }

    /// Where the Jitsi installation is.
    ///
    /// # Errors
    /// [`OfficeError::NoBaseUrl`] until somebody said so.
    pub fn base_url(&self) -> Result<&BaseUrl, OfficeError> {
        self.base_url.get().ok_or(OfficeError::NoBaseUrl)
    }

    /// Says where the Jitsi installation is, if nobody did before.
    pub fn settle(&self, base_url: BaseUrl) {
        // Two who set up at once: the first counts, as in the ledger.
        self.base_url.set(base_url).ok();
    }

    /// Signs a grant and puts the link together. `id` must be fresh randomness.
    ///
    /// # Errors
    /// [`OfficeError`]; nothing was handed out then.
    pub fn issue(
        &self,
        grant: Grant,
        validity: Validity,
        id: TokenId,
    ) -> Result<IssuedLink, OfficeError> {
        let base_url = self.base_url()?;
        let signed = self.keys.sign_until(validity.expires_at(), |key| {
            self.check_known(key, validity.issued_at())?;
            let token = key.issue(&self.deployment, &grant, &validity, &id)?;
            Ok::<_, OfficeError>((token, key.id().clone()))
        })?;
        let (token, key_id) = signed?;
        let link = JoinLink::new(base_url, grant.room(), &token);
        Ok(IssuedLink {
            link,
            token,
            grant,
            validity,
            id,
            key_id,
        })
    }

    /// Signs all rows of a batch with one key; each name must be fresh randomness. Takes a while: some 40 µs a row.
    ///
    /// # Errors
    /// [`OfficeError`]; nothing was handed out then.
    pub fn issue_all(
        &self,
        rows: &[BatchRow],
        mut id: impl FnMut() -> TokenId,
    ) -> Result<Vec<IssuedLink>, OfficeError> {
        let base_url = self.base_url()?;
        let ends = rows.iter().map(|row| row.validity.expires_at());
        let Some(last) = ends.max() else {
            return Ok(Vec::new());
        };
        self.keys.sign_until(last, |key| {
            let sign = |row: &BatchRow| {
                self.check_known(key, row.validity.issued_at())?;
                let id = id();
                let token = key.issue(&self.deployment, &row.grant, &row.validity, &id)?;
                Ok(IssuedLink {
                    link: JoinLink::new(base_url, row.grant.room(), &token),
                    token,
                    grant: row.grant.clone(),
                    validity: row.validity,
                    id,
                    key_id: key.id().clone(),
                })
            };
            rows.iter().map(sign).collect()
        })?
    }

    /// Signs what was taken back.
    ///
    /// # Errors
    /// [`OfficeError`]; then verifiers go on with what they have.
    pub fn sign_revocations(
        &self,
        edition: &Revocations,
        now: Timestamp,
    ) -> Result<String, OfficeError> {
        self.keys.with_active(|key| {
            self.check_known(key, now)?;
            Ok(key.sign_revocations(edition, &self.deployment)?)
        })?
    }

    /// Whether verifiers can check what is signed now.
    ///
    /// # Errors
    /// [`OfficeError::SignedKeySet`] if what the root key signed does not cover the key that signs.
    pub fn check_ready(&self, now: Timestamp) -> Result<(), OfficeError> {
        self.keys.with_active(|key| self.check_known(key, now))?
    }

    fn check_known(&self, key: &SigningKey, now: Timestamp) -> Result<(), OfficeError> {
        self.keys.check_shared(key.id(), now)?;
        match &self.signed_key_set {
            Some(signed) => Ok(signed.check(key, now)?),
            None => Ok(()),
        }
    }

    /// The public halves, as verifiers want them.
    ///
    /// # Errors
    /// [`KeysError`]; with one key there is none.
    pub fn key_set(&self) -> Result<KeySet, KeysError> {
        self.keys.key_set(self.deployment.issuer())
    }

    /// What a door would decide with.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn verifier(&self) -> Result<Verifier, OfficeError> {
        Ok(Verifier::new(self.key_set()?, self.deployment.clone())?)
    }

    /// The same with our own keys alone: for what only their holder may do, such as making another link of one.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn own_verifier(&self) -> Result<Verifier, OfficeError> {
        let own = self.keys.own_key_set(self.deployment.issuer())?;
        Ok(Verifier::new(own, self.deployment.clone())?)
    }
}

/// Why an office cannot work.
#[derive(Debug, Error)]
pub enum OfficeError {
    /// No token was made.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// There is no key.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Nobody said where the Jitsi installation is.
    #[error("it is not known yet where the Jitsi installation is; start with --base-url")]
    NoBaseUrl,
    /// Verifiers could not check it.
    #[error(transparent)]
    SignedKeySet(#[from] SignedKeySetError),
    /// There is no verifier.
    #[error(transparent)]
    Verifier(#[from] VerifierError),
}

/// A link, and what it is good for. `Debug` hides the token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IssuedLink {
    /// What the guest clicks.
    pub link: JoinLink,
    /// The token in it.
    pub token: SignedToken,
    /// What the bearer may do.
    pub grant: Grant,
    /// From when to when.
    pub validity: Validity,
    /// `jti`: the name of this token in logs.
    pub id: TokenId,
    /// The key that signed it.
    pub key_id: KeyId,
}

impl IssuedLink {
    /// With the token in the link's fragment: [`JoinLink::in_fragment`].
    #[must_use]
    pub fn in_fragment(self) -> Self {
        Self {
            link: self.link.in_fragment(),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use room_token::{
        Affiliation, Decision, Lifetime, Person, RoomName, SigningKey, Timestamp, Verifier,
    };

    use super::*;

    #[test]
    fn what_it_issues_its_key_set_admits() {
        let office = Office::new(
            SigningKey::from_seed(&[7; 32]).into(),
            Deployment::default(),
            Some(BaseUrl::parse("https://meet.example.org").unwrap()),
        );
        let now = Timestamp::from_secs(1_767_225_600).unwrap();
        let validity = Validity::lasting(now, Lifetime::from_hours(2).unwrap()).unwrap();
        let issue = |room: &str| {
            let person = Person::anonymous(Affiliation::Owner);
            let grant = Grant::new(RoomName::parse(room).unwrap(), person);
            office.issue(grant, validity, TokenId::from_bytes([1; 8]))
        };
        let issued = issue("Weekly Sync").unwrap();
        let verifier = Verifier::new(office.key_set().unwrap(), Deployment::default()).unwrap();
        let decision = verifier.decide(issued.token.as_str(), "weekly%20sync", now);
        assert!(
            matches!(decision, Decision::Admit(admission) if admission.person() == issued.grant.person())
        );
        assert!(issued.link.as_str().ends_with(issued.token.as_str()));
        assert!(!format!("{issued:?}").contains(issued.token.as_str()));
    }
}
