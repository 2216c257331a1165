//! What people's tables promise, on a real SQLite file and in a real PostgreSQL.

mod api_keys;
mod second_factor;

use super::*;
use crate::LedgerAddress;
use test_postgres::Postgres;

fn now() -> Timestamp {
    Timestamp::from_secs(1_767_225_600).unwrap()
}

const PASSPHRASE: &str = "copper lantern walks north";

/// Ada, an administrator of everything, on an empty ledger.
async fn ada(ledger: &Ledger) -> Account {
    let secret = invite_administrator(ledger, "set-up", [9; 32], now())
        .await
        .unwrap();
    let invitation = invitations::find(ledger.pool(), &secret, now())
        .await
        .unwrap()
        .unwrap();
    let typed = joining::Joining {
        login: "ada",
        name: "",
        passphrase: PASSPHRASE,
        random: [3; 32],
        now: now(),
    };
    let id = joining::join(ledger, &invitation, &secret, typed)
        .await
        .unwrap();
    accounts::by_id(ledger.pool(), &id).await.unwrap().unwrap()
}

async fn change(ledger: &Ledger, account: &Account) {
    let mut change = ledger.change(now()).await.unwrap();
    accounts::set_rights(&mut change, account).await.unwrap();
    change.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let address = LedgerAddress::file(&folder.path().join("ledger.db"));
    keep_their_promises(&Ledger::open(&address).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql() {
    let postgres = Postgres::start();
    let address = LedgerAddress::parse(&postgres.url()).unwrap();
    keep_their_promises(&Ledger::open(&address).await.unwrap()).await;
}

async fn keep_their_promises(ledger: &Ledger) {
    let ada = ada(ledger).await;
    api_keys::are_less_than_their_maker_and_end(ledger, &ada).await;
    second_factor::is_asked_for_once_it_is_confirmed(ledger, &ada).await;
    ledger.verify(None).await.unwrap();
}
