//! `GET /api/v1/links`, on both databases.

use super::*;
use crate::api_keys::{self, KeyWish};
use crate::{Actor, Role, Rooms};
use test_postgres::Postgres;

struct Programs {
    router: Router,
    all: String,
    exams: String,
}

impl Programs {
    async fn on(address: &LedgerAddress, folder: &tempfile::TempDir) -> Self {
        let ledger = Ledger::open(address).await.unwrap();
        let mut all = Vec::new();
        for (number, rooms) in [(101, ""), (102, "exam-")] {
            let rooms = Rooms::parse(rooms, None).unwrap();
            let wish = KeyWish::new("tests", Role::Issuer, rooms, 3600).unwrap();
            let maker = Actor::unbounded("command line");
            let made = api_keys::make(&ledger, &maker, wish, [number; 32], now()).await;
            all.push(format!("Bearer {}", made.unwrap().1.as_str()));
        }
        let mut app = app(key(), None);
        (app.ledger, app.door) = (Some(ledger), Some(Door::default()));
        (app.random, app.token_id) = (random, token_id);
        let list = crate::RevocationFile::at(&folder.path().join("list.json"));
        app.feed = Some(Feed::new(list));
        let (router, exams) = (router(app), all.pop().unwrap());
        Self {
            router,
            all: all.pop().unwrap(),
            exams,
        }
    }

    async fn call(&self, bearer: &str, line: &str, body: &str) -> Answer {
        let headers = [
            ("content-type", "application/json"),
            ("authorization", bearer),
        ];
        ask(
            self.router.clone(),
            request(line, &headers, body.to_owned()),
        )
        .await
    }

    /// Every room of every page, from this one on.
    async fn rooms(&self, bearer: &str, query: &str) -> (Vec<String>, usize) {
        let (mut rooms, mut pages) = (Vec::new(), 0);
        let mut next = Some(format!("/api/v1/links?{query}"));
        while let Some(path) = next {
            let page = self.call(bearer, &format!("GET {path}"), "").await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.text());
            assert!(!page.text().contains("eyJ"), "no token");
            let page = page.json();
            let links = page["links"].as_array().unwrap();
            rooms.extend(
                links
                    .iter()
                    .map(|link| link["room"].as_str().unwrap().to_owned()),
            );
            next = page["next"].as_str().map(str::to_owned);
            pages += 1;
            assert!(pages < 20);
        }
        (rooms, pages)
    }
}

async fn links_are_listed_page_by_page(programs: &Programs) {
    let mut names = Vec::new();
    for room in ["exam-1", "board", "exam-2", "lobby", "exam-3"] {
        let body = format!(r#"{{"room":"{room}","name":"Ada","id":"a-{room}"}}"#);
        let issued = programs
            .call(&programs.all, "POST /api/v1/links", &body)
            .await;
        names.push(issued.json()["jti"].as_str().unwrap().to_owned());
    }
    let all = programs.rooms(&programs.all, "limit=2").await;
    assert_eq!(all.0, ["exam-3", "lobby", "exam-2", "board", "exam-1"]);
    assert!(all.1 >= 3, "{} pages", all.1);
    assert_eq!(
        programs.rooms(&programs.exams, "").await.0,
        ["exam-3", "exam-2", "exam-1"]
    );
    assert_eq!(programs.rooms(&programs.all, "room=lob").await.0, ["lobby"]);
    assert_eq!(
        programs.rooms(&programs.all, "person=a-board").await.0,
        ["board"]
    );
    let body = r#"{"room":"lobby"}"#;
    programs
        .call(&programs.all, "POST /api/v1/revocations", body)
        .await;
    assert!(
        programs
            .rooms(&programs.all, "state=to-come")
            .await
            .0
            .is_empty()
    );

    one_link_and_no_wrong_question(programs, &names).await;
}

async fn one_link_and_no_wrong_question(programs: &Programs, names: &[String]) {
    let line = |jti: &str| format!("GET /api/v1/links/{jti}");
    let one = programs
        .call(&programs.exams, &line(&names[0]), "")
        .await
        .json();
    assert_eq!(
        (one["state"].as_str(), one["claims"]["jti"].as_str()),
        (Some("open"), Some(names[0].as_str()))
    );
    let others = programs.call(&programs.exams, &line(&names[1]), "").await;
    assert_eq!(
        (others.status.as_u16(), others.code().as_str()),
        (404, "not-found")
    );
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("before=-1", "before"),
        ("state=to%20come", "state"),
        ("rom=x", "rom"),
        ("room=a&room=b", "room"),
    ] {
        let refused = programs
            .call(&programs.all, &format!("GET /api/v1/links?{query}"), "")
            .await;
        assert_eq!(
            (refused.status.as_u16(), &refused.json()["field"]),
            (422, &field.into()),
            "{query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let address = LedgerAddress::file(&folder.path().join("ledger.db"));
    links_are_listed_page_by_page(&Programs::on(&address, &folder).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql() {
    let (postgres, folder) = (Postgres::start(), tempfile::tempdir().unwrap());
    let address = LedgerAddress::parse(&postgres.url()).unwrap();
    links_are_listed_page_by_page(&Programs::on(&address, &folder).await).await;
}
