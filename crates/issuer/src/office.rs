//! The place that issues: a key, whose tokens they are, and where the links lead.

use room_token::{
    Deployment, Grant, IssueError, KeyId, KeySet, KeySetError, SignedToken, SigningKey, TokenId,
    Validity,
};

use crate::{BaseUrl, JoinLink};

/// Everything that does not change from one link to the next.
#[derive(Debug)]
pub struct Office {
    /// What signs.
    pub key: SigningKey,
    /// `iss` and `aud` of every token.
    pub deployment: Deployment,
    /// Where the Jitsi installation is.
    pub base_url: BaseUrl,
}

impl Office {
    /// Signs a grant and puts the link together. `id` must be fresh randomness.
    ///
    /// # Errors
    /// [`IssueError`]; nothing was signed then.
    pub fn issue(
        &self,
        grant: Grant,
        validity: Validity,
        id: TokenId,
    ) -> Result<IssuedLink, IssueError> {
        let token = self.key.issue(&self.deployment, &grant, &validity, &id)?;
        let link = JoinLink::new(&self.base_url, grant.room(), &token);
        Ok(IssuedLink {
            link,
            token,
            grant,
            validity,
            id,
            key_id: self.key.id().clone(),
        })
    }

    /// The public half, as verifiers want it.
    ///
    /// # Errors
    /// None with one key; the signature is that of [`KeySet::of`].
    pub fn key_set(&self) -> Result<KeySet, KeySetError> {
        Ok(KeySet::of([&self.key])?.issued_by(self.deployment.issuer()))
    }
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

#[cfg(test)]
mod tests {
    use room_token::{Affiliation, Decision, Lifetime, Person, RoomName, Timestamp, Verifier};

    use super::*;

    #[test]
    fn what_it_issues_its_key_set_admits() {
        let office = Office {
            key: SigningKey::from_seed(&[7; 32]),
            deployment: Deployment::default(),
            base_url: BaseUrl::parse("https://meet.example.org").unwrap(),
        };
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
