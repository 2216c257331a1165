//! People: from the set-up link to somebody who may do less.

mod batch;
mod booked;
mod calendar;
mod keys;
mod link;
mod listing;
mod provider;
mod repeat;
mod roles;
mod second_factor;
mod seeing;
mod shards;

use std::sync::atomic::{AtomicU8, Ordering};

use super::*;
use crate::people::invite_administrator;
use crate::{Ledger, LedgerAddress, PublicUrl};

const PASSPHRASE: &str = "copper lantern walks north";
const OTHER: &str = "seven quiet otters paint doors";

/// A service with accounts, and a browser in front of it.
pub(super) struct Browser {
    pub(super) router: Router,
    pub(super) ledger: Ledger,
    cookies: Vec<(String, String)>,
    folder: Arc<tempfile::TempDir>,
}

fn random() -> [u8; 32] {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    [NEXT.fetch_add(1, Ordering::Relaxed); 32]
}

fn token_id() -> TokenId {
    let [first, ..] = random();
    TokenId::from_bytes([first; 8])
}

pub(super) async fn service(base_url: Option<&str>, public_url: Option<&str>) -> Browser {
    service_with(base_url, public_url, |_| {}).await
}

async fn service_with(
    base_url: Option<&str>,
    public_url: Option<&str>,
    change: impl FnOnce(&mut App),
) -> Browser {
    let folder = tempfile::tempdir().unwrap();
    let address = LedgerAddress::file(&folder.path().join("ledger.db"));
    let ledger = Ledger::open(&address).await.unwrap();
    let mut app = app(key(), None);
    app.office = Office::new(
        key().into(),
        Deployment::default(),
        base_url.map(|url| BaseUrl::parse(url).unwrap()),
    );
    app.ledger = Some(ledger.clone());
    app.door = Some(Door::default());
    app.public_url = public_url.map(|url| PublicUrl::parse(url).unwrap());
    app.base = app
        .public_url
        .as_ref()
        .map_or("", PublicUrl::path)
        .to_owned();
    app.feed = Some(Feed::new(crate::RevocationFile::at(
        &folder.path().join("list.json"),
    )));
    (app.random, app.token_id) = (random, token_id);
    change(&mut app);
    Browser {
        router: router(app),
        ledger,
        cookies: Vec::new(),
        folder: Arc::new(folder),
    }
}

impl Browser {
    /// Another one, before the same service.
    pub(super) fn another(&self) -> Self {
        Self {
            router: self.router.clone(),
            ledger: self.ledger.clone(),
            cookies: Vec::new(),
            folder: Arc::clone(&self.folder),
        }
    }

    pub(super) async fn send(&mut self, line: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookie = pairs.collect::<Vec<_>>().join("; ");
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "text/html,*/*;q=0.8"),
            ("sec-fetch-site", "same-origin"),
            ("cookie", cookie.as_str()),
            (
                "user-agent",
                "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0",
            ),
        ];
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let answer = ask(self.router.clone(), request(line, &headers, body)).await;
        for set in answer.headers.get_all("set-cookie") {
            let (name, rest) = set.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        answer
    }

    pub(super) async fn get(&mut self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[]).await
    }

    pub(super) async fn join(&mut self, path: &str, login: &str, passphrase: &str) -> Answer {
        self.send(
            &format!("POST {path}"),
            &[("login", login), ("passphrase", passphrase)],
        )
        .await
    }

    pub(super) async fn sign_in(&mut self, login: &str, passphrase: &str) -> Answer {
        self.join("/sign-in", login, passphrase).await
    }

    pub(super) async fn issue(&mut self, room: &str) -> Answer {
        let fields = [
            ("room", room),
            ("affiliation", "member"),
            ("lifetime", "2h"),
        ];
        self.send("POST /", &fields).await
    }

    /// The first administrator, signed in.
    pub(super) async fn ada(&mut self) {
        let path = set_up(self).await;
        let joined = self.join(&path, "ada", PASSPHRASE).await;
        assert_eq!(joined.status, StatusCode::SEE_OTHER, "{}", joined.text());
    }

    /// Invites somebody; gives the path of the invitation.
    async fn invite(&mut self, role: &str, rooms: &str) -> String {
        let made = self
            .send("POST /people", &[("role", role), ("rooms", rooms)])
            .await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text());
        handed(&made)
    }

    async fn id_of(&self, login: &str) -> String {
        let found = crate::people::accounts::by_login(self.ledger.pool(), login)
            .await
            .unwrap();
        found.unwrap().id
    }
}

async fn set_up(browser: &Browser) -> String {
    let secret = invite_administrator(&browser.ledger, "set-up", random(), now())
        .await
        .unwrap();
    format!("/invitation/{}", secret.as_str())
}

fn handed(page: &Answer) -> String {
    let (_, rest) = page.text().split_once("/invitation/").unwrap();
    format!("/invitation/{}", rest.split('<').next().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_asks_and_refuses_what_is_weak() {
    let mut browser = service(None, None).await;
    let to_sign_in = browser.get("/").await;
    assert_eq!(
        (to_sign_in.status, to_sign_in.header("location")),
        (StatusCode::SEE_OTHER, "/sign-in?next=%2F")
    );
    let path = set_up(&browser).await;
    assert!(
        browser
            .get(&path)
            .await
            .text()
            .contains("Address of your Jitsi Meet")
    );
    let mut fields = vec![
        ("base_url", "meet"),
        ("login", "Ada"),
        ("passphrase", PASSPHRASE),
    ];
    let refused = browser.send(&format!("POST {path}"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .text()
            .contains("write it like https://meet.example.org"),
        "{}",
        refused.text()
    );
    fields[0].1 = "https://meet.example.org";
    let weak = [fields[0], fields[1], ("passphrase", "passwordpassword")];
    let refused = browser.send(&format!("POST {path}"), &weak).await;
    assert!(
        refused.text().contains("easily guessed"),
        "{}",
        refused.text()
    );
    assert!(
        !refused.text().contains("passwordpassword"),
        "a passphrase is never sent back"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_leads_to_a_first_link_and_is_good_once() {
    let mut browser = service(None, None).await;
    let path = set_up(&browser).await;
    let url = ("base_url", "https://meet.example.org");
    let fields = [url, ("login", "Ada"), ("passphrase", PASSPHRASE)];
    let joined = browser.send(&format!("POST {path}"), &fields).await;
    assert_eq!(
        (joined.status, joined.header("location")),
        (StatusCode::SEE_OTHER, "/")
    );
    let issued = browser.issue("Weekly Sync").await;
    assert!(
        issued
            .text()
            .contains("https://meet.example.org/weekly%20sync?jwt="),
        "{}",
        issued.text()
    );
    let links = browser.get("/links").await;
    assert!(links.text().contains("weekly sync") && links.text().contains("by ada"));
    assert!(!links.text().contains("eyJ"), "the list has no token");
    let again = browser
        .another()
        .send(&format!("POST {path}"), &fields)
        .await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert_eq!(
        browser.ledger.setting("base_url").await.unwrap().unwrap(),
        "https://meet.example.org"
    );
    browser.ledger.verify(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_sign_in_says_the_same_whatever_is_wrong() {
    let mut browser = service(Some("https://meet.example.org"), None).await;
    browser.ada().await;
    let text = |answer: &Answer| answer.text().replace("value=\"ada\"", "value=\"eve\"");
    let wrong = browser.another().sign_in("ada", OTHER).await;
    let unknown = browser.another().sign_in("eve", OTHER).await;
    assert_eq!(
        (wrong.status, unknown.status),
        (StatusCode::UNPROCESSABLE_ENTITY, wrong.status)
    );
    assert_eq!(text(&wrong), text(&unknown));
    let right = browser.another().sign_in(" ADA ", PASSPHRASE).await;
    assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.text());
    let cookies: Vec<_> = right.headers.get_all("set-cookie").iter().collect();
    for cookie in cookies {
        let cookie = cookie.to_str().unwrap();
        assert!(
            cookie.starts_with("__Host-") && cookie.contains("; Secure; HttpOnly; SameSite=Lax")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_guess_wait_and_do_not_lock_the_owner_out() {
    let mut owner = service(Some("https://meet.example.org"), None).await;
    owner.ada().await;
    let mut stranger = owner.another();
    for _ in 0..10 {
        let wrong = stranger.sign_in("ada", OTHER).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let stopped = stranger.sign_in("ada", PASSPHRASE).await;
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(
        stopped.text().contains("try again in 15 minutes"),
        "{}",
        stopped.text()
    );
    owner.send("POST /sign-out", &[]).await;
    let back = owner.sign_in("ada", PASSPHRASE).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "her browser is known");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_see_their_sessions_and_end_them() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let mut phone = ada.another();
    phone.sign_in("ada", PASSPHRASE).await;
    let account = ada.get("/account").await;
    assert_eq!(
        account.text().matches("Firefox on Linux").count(),
        2,
        "{}",
        account.text()
    );
    ada.send("POST /account/sessions", &[("session", "others")])
        .await;
    assert_eq!(phone.get("/account").await.status, StatusCode::SEE_OTHER);

    let wrong = ada
        .send(
            "POST /account/passphrase",
            &[("old", OTHER), ("new", OTHER)],
        )
        .await;
    assert!(
        wrong.text().contains("not your passphrase"),
        "{}",
        wrong.text()
    );
    let changed = ada
        .send(
            "POST /account/passphrase",
            &[("old", PASSPHRASE), ("new", OTHER)],
        )
        .await;
    assert!(
        changed.text().contains("It is changed"),
        "{}",
        changed.text()
    );
    assert_eq!(
        phone.sign_in("ada", OTHER).await.status,
        StatusCode::SEE_OTHER
    );
    ada.send("POST /sign-out", &[]).await;
    assert_eq!(ada.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_works_under_a_path_that_the_proxy_takes_away_or_leaves() {
    let public = "https://meet.example.org/roompass/";
    let mut ada = service(Some("https://meet.example.org"), Some(public)).await;
    ada.ada().await;
    for path in ["/", "/roompass/", "/roompass"] {
        let page = ada.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(
            page.text()
                .contains(r#"href="/roompass/assets/roompass.css""#),
            "{path}"
        );
        assert!(page.text().contains(r#"action="/roompass/""#), "{path}");
    }
    assert_eq!(
        ada.another()
            .get("/roompass/people")
            .await
            .header("location"),
        "/roompass/sign-in?next=%2Fpeople"
    );
    assert_eq!(ada.get("/roompassport").await.status, StatusCode::NOT_FOUND);
    let made = ada
        .send("POST /roompass/people", &[("role", "viewer")])
        .await;
    assert!(
        made.text()
            .contains("https://meet.example.org/roompass/invitation/"),
        "{}",
        made.text()
    );
    let headers = [
        ("host", "10.0.0.1:8080"),
        ("origin", "https://meet.example.org"),
    ];
    let signed = ask(ada.router.clone(), request("POST /sign-in", &headers, "")).await;
    assert_ne!(
        signed.status,
        StatusCode::FORBIDDEN,
        "the proxy's own Host is no other site"
    );
}
