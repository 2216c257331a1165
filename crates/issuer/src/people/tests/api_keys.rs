//! API keys.

use super::super::api_keys::*;
use super::super::{Account, Actor, Role, Rooms, Secret};
use super::{change, now};
use crate::Ledger;

fn rooms(typed: &str) -> Rooms {
    Rooms::parse(typed, None).unwrap()
}

fn wish(role: Role, typed: &str) -> KeyWish {
    KeyWish::new("portal", role, rooms(typed), 3600).unwrap()
}

async fn comes(ledger: &Ledger, secret: &Secret, after: u64) -> Option<Actor> {
    actor(ledger.pool(), secret, now().plus(after))
        .await
        .unwrap()
}

pub(super) async fn are_less_than_their_maker_and_end(ledger: &Ledger, ada: &Account) {
    let maker = ada.actor("session".to_owned());
    let made = make(ledger, &maker, wish(Role::Issuer, "exam-"), [1; 32], now()).await;
    let (key, secret) = made.unwrap();
    assert!(secret.as_str().starts_with("rpk_") && secret.as_str().len() == 47);
    let program = comes(ledger, &secret, 1).await.unwrap();
    assert_eq!(
        (program.role, &program.rooms),
        (Role::Issuer, &rooms("exam-"))
    );
    assert_eq!(program.name, format!("api-key {} of ada", key.id));
    assert!(
        comes(ledger, &Secret::presented("rpk_x"), 1)
            .await
            .is_none()
    );
    assert!(comes(ledger, &secret, 3600).await.is_none(), "it is over");
    used_is_written_by_the_minute(ledger, &secret).await;
    never_more_than_its_maker(ledger, ada, &maker, &secret).await;
    ends_by_its_maker_or_an_administrator_alone(ledger, &maker, &key, &secret).await;
}

async fn used_is_written_by_the_minute(ledger: &Ledger, secret: &Secret) {
    let used = async || all(ledger, now()).await.unwrap()[0].used_at.unwrap();
    assert_eq!(used().await, now().plus(1));
    comes(ledger, secret, 59).await;
    assert_eq!(used().await, now().plus(1));
    comes(ledger, secret, 61).await;
    assert_eq!(used().await, now().plus(61));
}

async fn never_more_than_its_maker(ledger: &Ledger, ada: &Account, maker: &Actor, secret: &Secret) {
    let bounded = Actor {
        rooms: rooms("exam-"),
        role: Role::Issuer,
        ..maker.clone()
    };
    for more in [
        wish(Role::Administrator, "exam-"),
        wish(Role::Viewer, ""),
        wish(Role::Viewer, "board"),
    ] {
        let refused = make(ledger, &bounded, more, [2; 32], now())
            .await
            .unwrap_err();
        assert!(matches!(refused, ApiKeyError::Beyond), "{refused}");
    }
    let lesser = Account {
        role: Role::Viewer,
        rooms: rooms("exam-math-"),
        ..ada.clone()
    };
    change(ledger, &lesser).await;
    let program = comes(ledger, secret, 1).await.unwrap();
    assert_eq!(
        (program.role, program.rooms),
        (Role::Viewer, rooms("exam-math-"))
    );
    for none in [
        Account {
            rooms: rooms("board"),
            ..ada.clone()
        },
        Account {
            active: false,
            ..ada.clone()
        },
    ] {
        change(ledger, &none).await;
        assert!(comes(ledger, secret, 1).await.is_none());
    }
    change(ledger, ada).await;
}

async fn ends_by_its_maker_or_an_administrator_alone(
    ledger: &Ledger,
    maker: &Actor,
    key: &ApiKey,
    secret: &Secret,
) {
    let other = |role, typed| Actor {
        account: Some("other".to_owned()),
        role,
        rooms: rooms(typed),
        ..maker.clone()
    };
    for stranger in [other(Role::Issuer, ""), other(Role::Administrator, "board")] {
        let refused = end(ledger, &stranger, &key.id, now()).await.unwrap_err();
        assert!(matches!(refused, ApiKeyError::Nobody), "{refused}");
    }
    assert!(comes(ledger, secret, 1).await.is_some());
    end(ledger, &other(Role::Administrator, "exam-"), &key.id, now())
        .await
        .unwrap();
    assert!(comes(ledger, secret, 1).await.is_none());
    let own = make(ledger, maker, wish(Role::Viewer, ""), [2; 32], now())
        .await
        .unwrap()
        .0;
    end(ledger, maker, &own.id, now()).await.unwrap();
    assert!(matches!(
        end(ledger, maker, &own.id, now()).await,
        Err(ApiKeyError::Nobody)
    ));
    assert!(all(ledger, now()).await.unwrap().is_empty());
}
