use room_token::{
    Decision, DenyReason, StatusList, StatusListError, Timestamp, Verifier, WhenStale,
};

use super::signer::{deployment, key_set, now, sign};

/// The claims of a list, which are signed: it stays within its bounds, answers for each of its entries and for none
/// beyond, and is not taken where a later one was seen.
pub fn status_list(claims: &[u8]) {
    let text = sign(
        br#"{"alg":"EdDSA","kid":"k","typ":"statuslist+jwt"}"#,
        claims,
    );
    let Ok(list) = parse(&text, None) else {
        return;
    };
    assert!(list.len() <= StatusList::MAX_INFLATED_BYTES * 8);
    assert_eq!(parse(&text, Some(list.issued_at())), Ok(list.clone()));
    let later = list.issued_at().plus(1);
    if later != list.issued_at() {
        let (seen, got) = (later, list.issued_at());
        let rolled_back = StatusListError::Rollback { seen, got };
        assert_eq!(parse(&text, Some(later)), Err(rolled_back));
    }
    check_edges(&list);
}

fn parse(text: &str, seen: Option<Timestamp>) -> Result<StatusList, StatusListError> {
    StatusList::parse(text, &key_set(), &deployment(), seen)
}

fn check_edges(list: &StatusList) {
    let verifier = Verifier::new(key_set(), deployment()).unwrap();
    let verifier = verifier.with_status_list(list.clone(), WhenStale::Admit);
    let ends = list.expires_at().map(|end| end.plus(60));
    let is_over = ends.is_some_and(|end| end <= now());
    let length = list.len() as u64;
    for index in [0, length.saturating_sub(1), length, length + 7] {
        let token = token(index, list.uri());
        let decision = verifier.decide(&token, "standup", now());
        let is_there = index < length;
        match decision {
            Decision::Admit(admission) => {
                assert!(is_there && !is_over);
                assert!(ends.is_none_or(|end| admission.admits_until() <= end));
            }
            Decision::Deny(DenyReason::Revoked) => assert!(is_there && !is_over),
            Decision::Deny(DenyReason::RevocationsStale) => assert!(is_over),
            Decision::Deny(DenyReason::StatusUnknown) => assert!(!is_there && !is_over),
            // A list may have a name that no token can have.
            Decision::Deny(reason) => assert_eq!(reason, DenyReason::BadClaims),
        }
    }
}

fn token(index: u64, uri: &str) -> String {
    let claims = serde_json::json!({
        "iss": "roompass", "aud": "jitsi", "room": "standup",
        "iat": now().as_secs(), "exp": now().as_secs() + 3600,
        "status": { "status_list": { "idx": index, "uri": uri } },
    });
    sign(
        br#"{"alg":"EdDSA","kid":"k"}"#,
        claims.to_string().as_bytes(),
    )
}
