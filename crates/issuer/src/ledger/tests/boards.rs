//! Two issuers and what they tell each other, on both databases.

use room_token::{Decision, Deployment, KeyId, Revoked, RoomPattern, SigningKey};

use super::*;
use crate::sharing::Sharing;
use crate::{KeyFolder, Keys, KeysError, OfficeError, Revocation, RevocationFile};

/// An issuer with files of its own.
struct Issuer {
    folder: tempfile::TempDir,
    number: u8,
}

/// Long after the board was begun, as `issued` has it.
fn later() -> Timestamp {
    now().plus(86_400)
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

fn room(name: &str) -> Revocation {
    let room = RoomPattern::from_canonical(name).unwrap();
    Revocation::new(Revoked::Room(room), now())
}

impl Issuer {
    fn new(number: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        KeyFolder::create(&folder.path().join("keys"), &key(number), now()).unwrap();
        Self { folder, number }
    }

    fn keys(&self) -> KeyFolder {
        KeyFolder::at(&self.folder.path().join("keys"))
    }

    fn file(&self) -> RevocationFile {
        RevocationFile::at(&self.folder.path().join("revocations.json"))
    }

    async fn meets(&self, ledger: &Ledger, now: fn() -> Timestamp) {
        let (keys, file) = (self.keys(), self.file());
        let random = [self.number; 32];
        let sharing = Sharing::begin(ledger.clone(), "roompass", keys, file, random, now);
        sharing.await.unwrap();
    }

    fn office(&self) -> Office {
        let base_url = BaseUrl::parse("https://meet.example.org").unwrap();
        let keys = Keys::Folder(self.keys());
        Office::new(keys, Deployment::default(), Some(base_url))
    }

    fn ids(&self) -> Vec<String> {
        let set = self.office().key_set().unwrap();
        let mut ids: Vec<_> = set.ids().map(KeyId::to_string).collect();
        ids.sort();
        ids
    }

    fn taken(&self) -> (u64, Vec<String>) {
        let list = self.file().read().unwrap();
        let mut names: Vec<_> = list.entries().iter().map(Revocation::name).collect();
        names.sort();
        (list.seq(), names)
    }

    fn issue(&self, at: Timestamp) -> Result<IssuedLink, OfficeError> {
        let grant = Grant::new(
            RoomName::parse("standup").unwrap(),
            Person::member("Ada").unwrap(),
        );
        let validity = Validity::new(at, None, at.plus(3600)).unwrap();
        self.office()
            .issue(grant, validity, TokenId::from_bytes([self.number; 8]))
    }
}

/// Everything a board promises, on an empty one.
pub(super) async fn keeps_its_promises(ledger: &Ledger) {
    let (ada, bob) = (Issuer::new(11), Issuer::new(12));
    ada.meets(ledger, now).await;
    assert!(
        ada.issue(now()).is_ok(),
        "whoever is alone waits for nobody"
    );
    assert_eq!(ada.ids(), [key(11).id().to_string()]);

    both_publish_both_keys(ledger, &ada, &bob).await;
    what_one_takes_back_both_have_taken_back(ledger, &ada, &bob).await;
    a_rotation_is_heard_of(ledger, &ada, &bob).await;
    who_is_gone_for_longer_than_any_link_lives_is_taken_off(ledger, &bob).await;
}

async fn both_publish_both_keys(ledger: &Ledger, ada: &Issuer, bob: &Issuer) {
    bob.meets(ledger, now).await;
    ada.meets(ledger, now).await;
    assert_eq!(ada.ids().len(), 2);
    assert_eq!(ada.ids(), bob.ids());
    let seqs = [ada, bob].map(|issuer| issuer.office().key_set().unwrap().seq());
    assert!(seqs[0].is_some() && seqs[0] == seqs[1], "{seqs:?}");

    let refused = bob.issue(now().plus(599)).unwrap_err();
    assert!(
        matches!(refused, OfficeError::Keys(KeysError::Unshared { .. })),
        "{refused}"
    );
    assert!(
        refused
            .to_string()
            .contains("issue with another issuer meanwhile")
    );
    let link = bob.issue(now().plus(600)).unwrap();
    let verifier = ada.office().verifier().unwrap();
    let decision = verifier.decide(link.token.as_str(), "standup", now().plus(700));
    assert!(matches!(decision, Decision::Admit(_)), "{decision:?}");
    let own = ada.office().own_verifier().unwrap();
    assert!(
        own.identify(link.token.as_str()).is_ok(),
        "an issuer's key is no other team's"
    );
}

async fn what_one_takes_back_both_have_taken_back(ledger: &Ledger, ada: &Issuer, bob: &Issuer) {
    let take_back = |issuer: &Issuer, name: &str| {
        let entry = room(name);
        issuer.file().change(|list| list.add(entry, now())).unwrap()
    };
    take_back(ada, "a");
    ada.meets(ledger, now).await;
    bob.meets(ledger, now).await;
    assert_eq!(bob.taken().1, ["room:a"]);
    assert_eq!(ada.taken(), bob.taken());

    // Both at once, while they hear nothing of each other.
    let before = ada.taken().0;
    take_back(ada, "b");
    take_back(bob, "c");
    for _ in 0..2 {
        ada.meets(ledger, now).await;
        bob.meets(ledger, now).await;
    }
    assert_eq!(ada.taken().1, ["room:a", "room:b", "room:c"]);
    assert_eq!(ada.taken(), bob.taken());
    assert!(ada.taken().0 > before + 1, "neither of both was whole");
    let noted = ada.taken();
    ada.meets(ledger, now).await;
    assert_eq!(ada.taken(), noted, "nothing to say makes no edition");
}

async fn a_rotation_is_heard_of(ledger: &Ledger, ada: &Issuer, bob: &Issuer) {
    ada.keys().rotate(&key(13), now()).unwrap();
    assert_eq!(bob.ids().len(), 2);
    ada.meets(ledger, later).await;
    bob.meets(ledger, later).await;
    assert_eq!(bob.ids().len(), 3);
    // By its own ring it could sign: the others have not had it for long enough.
    ada.keys().rotate(&key(14), later()).unwrap();
    assert!(ada.issue(later()).is_err());
    ada.meets(ledger, later).await;
    assert!(ada.issue(later().plus(600)).is_ok());
    bob.meets(ledger, later).await;
    assert_eq!(ada.ids(), bob.ids());
}

async fn who_is_gone_for_longer_than_any_link_lives_is_taken_off(ledger: &Ledger, bob: &Issuer) {
    fn years_later() -> Timestamp {
        now().plus(2 * 366 * 86_400)
    }
    // Something is to be said, else nobody looks.
    bob.keys().rotate(&key(15), now()).unwrap();
    bob.meets(ledger, years_later).await;
    let mut own = [key(12), key(15)].map(|key| key.id().to_string());
    own.sort();
    assert_eq!(bob.ids(), own);
}
