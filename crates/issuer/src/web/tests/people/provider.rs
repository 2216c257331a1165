//! Signing in at a provider: one of ours that can lie in every way. A real one is in `tests/e2e`.

mod fake;
mod lies;

use self::fake::{Fake, Person};
use super::*;
use crate::config::{Oidc, OidcGroup};
use crate::people::provider::Provider;

/// A service and a provider that know each other.
async fn house(change: impl FnOnce(&mut Oidc)) -> (Browser, Fake) {
    let provider = Fake::start().await;
    let mut typed = Oidc {
        issuer: Some(provider.issuer.clone()),
        name: Some("Example School".to_owned()),
        client_id: Some("roompass".to_owned()),
        groups: Some(vec![
            group("it", "administrator", &[]),
            group("exam-office", "issuer", &["exam-"]),
        ]),
        ..Oidc::default()
    };
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "s3cret\n").unwrap();
    typed.client_secret_file = Some(secret.path().to_owned());
    change(&mut typed);
    let settings = ProviderSettings::parse(&typed).unwrap().unwrap();
    let browser = service_with(Some("https://meet.example.org"), Some(PUBLIC), |app| {
        app.provider = Some(Provider::new(settings));
    });
    (browser.await, provider)
}

const PUBLIC: &str = "https://meet.example.org/roompass/";

fn group(group: &str, role: &str, rooms: &[&str]) -> OidcGroup {
    OidcGroup {
        group: group.to_owned(),
        role: role.to_owned(),
        rooms: rooms.iter().map(|room| (*room).to_owned()).collect(),
    }
}

fn ada(groups: &[&str]) -> Person {
    Person::new("subject-1", "ada", "Ada Lovelace", groups)
}

impl Browser {
    /// Goes to the provider; gives the address there.
    async fn set_out(&mut self, next: &str) -> String {
        let sent = self.get(&format!("/sign-in/provider?next={next}")).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        sent.header("location").to_owned()
    }

    /// Comes back from it with a code for this person.
    async fn come_in(&mut self, provider: &Fake, person: &Person) -> Answer {
        let way = self.set_out("/links").await;
        let back = provider.approve(&way, person);
        self.get(&back).await
    }

    async fn account_page(&mut self) -> Answer {
        self.get("/account").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_in_a_group_comes_in_with_its_role_and_rooms() {
    let (mut browser, provider) = house(|_| {}).await;
    let page = browser.get("/sign-in?next=%2Flinks").await;
    assert!(page.text().contains("Sign in with Example School"));
    assert!(
        page.text()
            .contains("/roompass/sign-in/provider?next=%2Flinks")
    );
    let way = browser.set_out("/links").await;
    let asked = fake::query(&way);
    assert_eq!(
        asked["redirect_uri"],
        format!("{PUBLIC}sign-in/provider/answer")
    );
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["scope"], "openid profile");
    assert!(!asked["nonce"].is_empty() && !asked["state"].is_empty());
    let back = provider.approve(&way, &ada(&["staff", "exam-office"]));
    let arrived = browser.get(&back).await;
    assert_eq!(arrived.status, StatusCode::SEE_OTHER, "{}", arrived.text());
    assert_eq!(arrived.header("location"), "/roompass/links");
    let page = browser.account_page().await;
    for words in ["ada", "issuer, rooms <code>exam-*</code>"] {
        assert!(page.text().contains(words), "{words}\n{}", page.text());
    }
    assert!(!page.text().contains("Change your passphrase"));
    assert_eq!(browser.issue("exam-1").await.status, StatusCode::OK);
    assert_eq!(browser.issue("board").await.status, StatusCode::FORBIDDEN);
    let head = browser.ledger.verify(None).await.unwrap();
    assert_eq!(head.seq, 3, "account.make, session.begin, link.issue");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_taken_afresh_at_each_sign_in() {
    let (mut browser, provider) = house(|_| {}).await;
    browser.come_in(&provider, &ada(&["exam-office"])).await;
    let id = browser.id_of("ada").await;
    browser.another().come_in(&provider, &ada(&["it"])).await;
    let page = browser.account_page().await;
    assert!(page.text().contains("administrator, all rooms"));
    assert_eq!(browser.id_of("ada").await, id, "the same account");
    let renamed = Person::new("subject-1", "countess", "Ada King", &["it"]);
    browser.another().come_in(&provider, &renamed).await;
    let people = browser.get("/people").await;
    assert!(people.text().contains("Ada King") && people.text().contains("by the provider"));
    assert!(!people.text().contains("countess"), "a login stays");
    let audit = browser.get("/audit").await;
    for words in ["account.make", "account.change", "provider"] {
        assert!(audit.text().contains(words), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_no_group_any_more_is_out_with_their_keys() {
    let (mut browser, provider) = house(|_| {}).await;
    browser.come_in(&provider, &ada(&["exam-office"])).await;
    let fields = [("note", "portal"), ("role", "issuer"), ("days", "30")];
    let made = browser.send("POST /api-keys", &fields).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let (_, rest) = made.text().split_once("rpk_").unwrap();
    let bearer = format!("Bearer rpk_{}", rest.split('<').next().unwrap());
    let headers = [("authorization", bearer.as_str())];
    let ask_with_key = || {
        ask(
            browser.router.clone(),
            request("GET /api/v1/links", &headers, ""),
        )
    };
    assert_eq!(ask_with_key().await.status, StatusCode::OK);
    let refused = browser.another().come_in(&provider, &ada(&["staff"])).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text().contains("in no group that may come in here"));
    assert_eq!(ask_with_key().await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.account_page().await.status, StatusCode::SEE_OTHER);
    let stranger = Person::new("subject-2", "eve", "Eve", &[]);
    let refused = browser.come_in(&provider, &stranger).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let none = crate::people::accounts::by_login(browser.ledger.pool(), "eve");
    assert!(none.await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_shut_out_here_stays_out_whatever_the_provider_says() {
    let (mut boss, provider) = house(|_| {}).await;
    let root = Person::new("subject-0", "root", "Root", &["it"]);
    boss.come_in(&provider, &root).await;
    let mut browser = boss.another();
    browser.come_in(&provider, &ada(&["exam-office"])).await;
    let id = boss.id_of("ada").await;
    let shut = [("role", "issuer"), ("rooms", "exam-")];
    let changed = boss.send(&format!("POST /people/{id}"), &shut).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text());
    let refused = browser.come_in(&provider, &ada(&["it"])).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(
        refused.text().contains("may not sign in here"),
        "{}",
        refused.text()
    );
    let reset = boss.send(&format!("POST /people/{id}/reset"), &[]).await;
    assert_eq!(reset.status, StatusCode::CONFLICT, "{}", reset.text());
    let audit = boss.get("/audit").await;
    assert!(audit.text().contains("sign-in.refuse"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_an_account_by_its_name_or_address() {
    let (mut local, provider) = house(|_| {}).await;
    local.ada().await;
    let mut browser = local.another();
    browser.come_in(&provider, &ada(&["exam-office"])).await;
    let page = browser.account_page().await;
    assert!(page.text().contains("<h1>ada-2</h1>"), "{}", page.text());
    assert!(page.text().contains("issuer, rooms"));
    let odd = Person::new("subject-3", "Ünïcode Name!", "", &["exam-office"]);
    let mut other = local.another();
    other.come_in(&provider, &odd).await;
    let page = other.account_page().await;
    assert!(
        page.text().contains("<h1>n-code-name</h1>"),
        "{}",
        page.text()
    );
    let sign_in = local.another().sign_in("ada-2", "").await;
    assert_eq!(
        sign_in.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "no passphrase opens it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_may_come_from_the_userinfo_endpoint() {
    let (mut browser, provider) =
        house(|typed| typed.groups_claim = Some("roles".to_owned())).await;
    let mut person = ada(&[]);
    person.info = serde_json::json!({"roles": "it", "preferred_username": "lovelace"});
    let arrived = browser.come_in(&provider, &person).await;
    assert_eq!(arrived.status, StatusCode::SEE_OTHER, "{}", arrived.text());
    let page = browser.account_page().await;
    assert!(page.text().contains("administrator, all rooms"));
    person.info = serde_json::json!({"roles": ["it"], "sub": "subject-9"});
    let swapped = browser.another().come_in(&provider, &person).await;
    assert_eq!(
        swapped.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "another's answer"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_only_the_provider_a_passphrase_is_good_for_nothing_but_the_way_back() {
    let (mut owner, provider) = house(|typed| typed.only = Some(true)).await;
    let page = owner.get("/sign-in").await;
    assert!(!page.text().contains("Passphrase") && page.text().contains("Sign in with"));
    let path = set_up(&owner).await;
    let joined = owner.join(&path, "ada", PASSPHRASE).await;
    assert_eq!(
        joined.status,
        StatusCode::SEE_OTHER,
        "roompass admin invite goes on"
    );
    let people = owner.get("/people").await;
    assert!(!people.text().contains("Invite somebody"));
    let refused = owner.send("POST /people", &[("role", "issuer")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let refused = owner.another().sign_in("ada", PASSPHRASE).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text().contains("roompass admin invite"));
    let arrived = owner.another().come_in(&provider, &ada(&["it"])).await;
    assert_eq!(arrived.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_provider_there_is_no_way_there() {
    let mut browser = service(Some("https://meet.example.org"), None).await;
    assert!(
        !browser
            .get("/sign-in")
            .await
            .text()
            .contains("Sign in with")
    );
    for path in ["/sign-in/provider", "/sign-in/provider/answer?code=x"] {
        assert_eq!(
            browser.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}
