//! The second factor.

use super::super::Account;
use super::super::second_factor::*;
use super::now;
use crate::Ledger;

async fn shown(ledger: &Ledger, ada: &Account, after: u64) -> String {
    let factor = of(ledger.pool(), &ada.id).await.unwrap().unwrap();
    factor.secret.shown(now().plus(after))
}

async fn is_accepted(ledger: &Ledger, ada: &Account, typed: &str, after: u64) -> bool {
    accept(ledger, ada, typed, now().plus(after)).await.unwrap()
}

pub(super) async fn is_asked_for_once_it_is_confirmed(ledger: &Ledger, ada: &Account) {
    propose(ledger, &ada.id, [1; 32], now()).await.unwrap();
    propose(ledger, &ada.id, [2; 32], now()).await.unwrap();
    let code = shown(ledger, ada, 0).await;
    assert!(
        !is_on(ledger.pool(), &ada.id).await.unwrap(),
        "not before it is confirmed"
    );
    assert!(!is_accepted(ledger, ada, &code, 0).await);
    let wrong = confirm(ledger, ada, "000000", [3; 32], now())
        .await
        .unwrap_err();
    assert!(matches!(wrong, FactorError::Wrong), "{wrong}");
    let codes = confirm(ledger, ada, &code, [3; 32], now()).await.unwrap();
    assert!(is_on(ledger.pool(), &ada.id).await.unwrap());
    let again = propose(ledger, &ada.id, [4; 32], now()).await.unwrap_err();
    assert!(matches!(again, FactorError::Already), "{again}");
    a_code_is_good_once(ledger, ada, &code).await;
    each_recovery_code_is_good_once(ledger, ada, &codes).await;
    end(ledger, ada, now()).await.unwrap();
    assert!(of(ledger.pool(), &ada.id).await.unwrap().is_none());
    assert_eq!(codes_left(ledger.pool(), &ada.id).await.unwrap(), 0);
}

async fn a_code_is_good_once(ledger: &Ledger, ada: &Account, confirmed_with: &str) {
    assert!(
        !is_accepted(ledger, ada, confirmed_with, 0).await,
        "it was used to confirm"
    );
    let next = shown(ledger, ada, 60).await;
    let (one, two) = tokio::join!(
        is_accepted(ledger, ada, &next, 60),
        is_accepted(ledger, ada, &next, 60)
    );
    assert!(one != two, "one of two at once: {one}, {two}");
    assert!(
        !is_accepted(ledger, ada, &shown(ledger, ada, 30).await, 60).await,
        "an older one"
    );
    assert!(is_accepted(ledger, ada, &shown(ledger, ada, 90).await, 90).await);
}

async fn each_recovery_code_is_good_once(ledger: &Ledger, ada: &Account, codes: &RecoveryCodes) {
    let mut all = codes.shown();
    let (first, second) = (all[0].clone(), all[1].clone());
    all.sort();
    all.dedup();
    assert_eq!((all.len(), first.len()), (10, 27), "{first}");
    let typed = first.to_uppercase().replace('-', " ");
    assert!(is_accepted(ledger, ada, &typed, 0).await);
    assert!(!is_accepted(ledger, ada, &first, 0).await);
    assert_eq!(codes_left(ledger.pool(), &ada.id).await.unwrap(), 9);
    let other = Account {
        id: "other".to_owned(),
        ..ada.clone()
    };
    assert!(
        !is_accepted(ledger, &other, &second, 0).await,
        "somebody else's"
    );
    for typed in ["", "aaaa", &"a".repeat(24), &"a".repeat(10_000)] {
        assert!(!is_accepted(ledger, ada, typed, 0).await);
    }
    renew_codes(ledger, ada, [5; 32], now()).await.unwrap();
    assert!(
        !is_accepted(ledger, ada, &second, 0).await,
        "one of those until then"
    );
}
