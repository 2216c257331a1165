//! Many links at once: by the form, and by the API.

use super::*;

const TABLE: &str = "room,name\nexam-a,Ada\nexam-b,Bob\n";

impl Browser {
    fn cookie(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs = pairs.map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    async fn post(&self, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let cookie = self.cookie();
        let headers = [
            ("content-type", kind),
            ("accept", "text/html,*/*;q=0.8"),
            ("sec-fetch-site", "same-origin"),
            ("cookie", cookie.as_str()),
        ];
        ask(
            self.router.clone(),
            request(&format!("POST {path}"), &headers, body),
        )
        .await
    }

    /// The form with a file, as a browser sends it.
    async fn upload(&self, table: &str, more: &[(&str, &str)]) -> Answer {
        let mut body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"t.csv\"\r\ncontent-type: text/csv\r\n\r\n{table}\r\n"
        );
        for (name, value) in more {
            let part = [
                "--x\r\ncontent-disposition: form-data; name=\"",
                name,
                "\"\r\n\r\n",
                value,
                "\r\n",
            ];
            body.extend(part);
        }
        body += "--x--\r\n";
        self.post("/batch", "multipart/form-data; boundary=x", body)
            .await
    }
}

/// The table that the page offers.
fn table(page: &Answer) -> String {
    let parts = page.text().split_once("data:text/csv;base64,");
    let (_, data) = parts.unwrap_or_else(|| panic!("{}", page.text()));
    let data = data.split('"').next().unwrap();
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, data);
    String::from_utf8(bytes.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_becomes_an_archive_if_that_is_chosen() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let answer = ada.upload(TABLE, &[("as", "zip")]).await;
    assert_eq!(answer.header("content-type"), "application/zip");
    let file = answer.header("content-disposition");
    assert_eq!(file, "attachment; filename=\"links.zip\"");
    let archive = zip::ZipArchive::new(std::io::Cursor::new(answer.body.to_vec())).unwrap();
    let names = archive.file_names().map(|name| name.unwrap().into_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    let expected = [
        "0001-exam-a.ics",
        "0001-exam-a.png",
        "0002-exam-b.ics",
        "0002-exam-b.png",
        "links.csv",
    ];
    assert_eq!(names, expected);
    let before = ada.ledger.verify(None).await.unwrap().seq;
    let many = format!("room\n{}", "exam\n".repeat(501));
    let refused = ada.upload(&many, &[("as", "zip")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = "A ZIP has room for 500 links, and this table has more";
    assert!(refused.text().contains(told), "{}", refused.text());
    assert_eq!(ada.ledger.verify(None).await.unwrap().seq, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_becomes_a_table_of_links() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let before = ada.ledger.verify(None).await.unwrap().seq;
    let page = ada.upload(TABLE, &[("zone", "UTC")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("2 links are ready"));
    let table = table(&page);
    assert_eq!(
        table.matches("https://meet.example.org/exam-").count(),
        2,
        "{table}"
    );
    assert_eq!(ada.ledger.verify(None).await.unwrap().seq, before + 2);
    let links = ada.get("/links?person=bob").await;
    assert!(links.text().contains("exam-b") && links.text().contains("by ada"));

    let answer = ada.post("/api/v1/links/batch", "text/csv", TABLE).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        answer.text().starts_with("row,room,name,"),
        "{}",
        answer.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_issued_unless_all_is_right_or_the_person_says_so() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let before = ada.ledger.verify(None).await.unwrap().seq;
    let wrong = format!("{TABLE}?,Eve\n");
    let page = ada.upload(&wrong, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.text().contains("1 cell is wrong; 2 rows are right"),
        "{}",
        page.text()
    );
    assert!(
        page.text().contains("?,Eve"),
        "what was sent is still there"
    );
    let answer = ada
        .post("/api/v1/links/batch", "text/csv", wrong.clone())
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "wrong-rows")
    );
    let error = &answer.json()["errors"][0];
    assert_eq!(
        (&error["row"], &error["column"]),
        (&4.into(), &"room".into())
    );
    assert_eq!(
        ada.ledger.verify(None).await.unwrap().seq,
        before,
        "nothing was issued"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_table_is_refused_whole() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let before = ada.ledger.verify(None).await.unwrap().seq;
    for (path, kind, body, code) in [
        (
            "/api/v1/links/batch",
            "text/csv",
            "name\nAda\n",
            "invalid-value",
        ),
        (
            "/api/v1/links/batch?zone=Mars",
            "text/csv",
            TABLE,
            "invalid-value",
        ),
        (
            "/api/v1/links/batch",
            "application/json",
            "{}",
            "media-type",
        ),
        (
            "/api/v1/links/batch?skip=true",
            "text/csv",
            TABLE,
            "unreadable",
        ),
    ] {
        assert_eq!(
            ada.post(path, kind, body).await.code(),
            code,
            "{path} {body}"
        );
    }
    assert_eq!(
        ada.ledger.verify(None).await.unwrap().seq,
        before,
        "nothing was issued"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_right_are_issued_if_one_says_so() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let before = ada.ledger.verify(None).await.unwrap().seq;
    let wrong = format!("{TABLE}?,Eve\n");
    let page = ada.upload(&wrong, &[("skip_wrong", "on")]).await;
    assert!(page.text().contains("2 links are ready") && page.text().contains("Left out"));
    let path = "/api/v1/links/batch?skip_wrong=true";
    let answer = ada.post(path, "text/csv", wrong).await;
    assert_eq!(
        answer.text().matches("?jwt=").count(),
        2,
        "{}",
        answer.text()
    );
    assert!(answer.text().contains("\n4,,,,,,,,"), "{}", answer.text());
    let none = ada.upload("room\n?\n", &[("skip_wrong", "on")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ada.ledger.verify(None).await.unwrap().seq, before + 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_keeps_within_role_and_rooms() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let mut bob = ada.with("issuer", "exam-", "bob").await;
    let mut eve = ada.with("viewer", "", "eve").await;
    assert_eq!(bob.upload(TABLE, &[]).await.status, StatusCode::OK);
    let refused = bob.upload("room\nexam-c\nboard\n", &[]).await;
    assert!(
        refused.text().contains("none of the rooms that are yours"),
        "{}",
        refused.text()
    );
    assert_eq!(eve.get("/batch").await.status, StatusCode::FORBIDDEN);
    assert_eq!(eve.upload(TABLE, &[]).await.status, StatusCode::FORBIDDEN);
    let answer = eve.post("/api/v1/links/batch", "text/csv", TABLE).await;
    assert_eq!(answer.code(), "not-allowed");
    assert!(bob.get("/batch").await.text().contains("Many links"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_table_fits_and_one_that_is_too_large_is_told_so() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let wide = format!("room,name\n{}", "exam-a,?\u{7}\n".repeat(10_000));
    assert!(wide.len() > MAX_BODY_BYTES);
    let page = ada.upload(&wide, &[]).await;
    assert!(
        page.text().contains("10000 cells are wrong"),
        "{}",
        page.text().len()
    );
    assert!(page.body.len() < 64 * 1024, "a page for a person");
    let huge = "x".repeat(9 * 1024 * 1024);
    let answer = ada
        .post("/api/v1/links/batch", "text/csv", huge.clone())
        .await;
    assert_eq!(answer.code(), "too-large");
    let page = ada.upload(&huge, &[]).await;
    assert_eq!(
        page.status,
        StatusCode::PAYLOAD_TOO_LARGE,
        "{}",
        page.text()
    );
    let answer = ada.post("/api/v1/links", "application/json", huge).await;
    assert_eq!(answer.code(), "too-large");
}
