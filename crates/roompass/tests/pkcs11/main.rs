//! `--key pkcs11:…` with a token of `SoftHSM2`: built and run only with the feature `pkcs11`.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test that cannot go on fails the test"
)]

mod soft_hsm;

use std::fs;
use std::thread;

use serde_json::Value;

use self::soft_hsm::{Service, SoftHsm};

#[test]
fn a_key_in_a_token_signs_links_that_count() {
    let hsm = SoftHsm::new();
    let uri = hsm.uri("signing");
    let issued = hsm.roompass(&["issue", "standup", "--key", &uri]);
    assert_eq!(
        (issued.status, issued.stdout.lines().count()),
        (0, 1),
        "{}",
        issued.stderr
    );
    let exported = hsm.roompass(&["keys", "export", &uri, "-o", "set.jwks.json"]);
    assert_eq!(exported.status, 0, "{}", exported.stderr);
    let told = hsm.explain(&issued.stdout);
    assert!(told.starts_with("admit"), "{told}");
    let listed = hsm.roompass(&["keys", "list", &uri]);
    let set: Value = serde_json::from_slice(&fs::read(hsm.path("set.jwks.json")).unwrap()).unwrap();
    let kid = set["keys"][0]["kid"].as_str().unwrap();
    assert!(listed.stdout.starts_with(kid), "{}", listed.stdout);
    assert!(!listed.stdout.contains("module-path"), "{}", listed.stdout);

    let feed = [
        "revoke",
        "--room",
        "standup",
        "--sign-with",
        &uri,
        "--feed",
        "feed.jwt",
    ];
    assert_eq!(hsm.roompass(&feed).status, 0);
    let explain = [
        "explain",
        "-",
        "--key-set",
        "set.jwks.json",
        "--revocations",
        "feed.jwt",
    ];
    let told = hsm.roompass_reading(&explain, &issued.stdout).stdout;
    assert!(told.starts_with("deny revoked"), "{told}");
}

#[test]
fn a_file_s_key_and_a_token_s_key_stand_in_one_set() {
    let hsm = SoftHsm::new();
    assert_eq!(hsm.roompass(&["keys", "new", "old.pem"]).status, 0);
    let exported = hsm.roompass(&["keys", "export", "old.pem", &hsm.uri("signing")]);
    let set: Value = serde_json::from_str(&exported.stdout).unwrap();
    assert_eq!(set["keys"].as_array().unwrap().len(), 2);
}

/// That key is refused with this exit status, these words and this hint.
fn is_refused(hsm: &SoftHsm, uri: &str, status: i32, words: &str, hint: &str) {
    let ended = hsm.roompass(&["issue", "standup", "--key", uri]);
    let answer = (ended.status, ended.stdout.as_str());
    assert_eq!(answer, (status, ""), "{uri}: {}", ended.stderr);
    let parts = ended.stderr.split_once("\nroompass: hint: ");
    let (what, told_hint) = parts.expect(&ended.stderr);
    assert!(what.contains(words), "{what}");
    assert!(told_hint.contains(hint), "{told_hint}");
    assert!(!ended.stderr.contains("4711"), "{}", ended.stderr);
}

#[test]
fn a_token_or_key_that_is_not_there_is_named() {
    let hsm = SoftHsm::new();
    let uri = hsm.uri("signing");
    let other = uri.replace("token=room", "token=other");
    let words = "there is no token `other` (only `room`)";
    is_refused(&hsm, &other, 1, words, "put it in");
    for key in ["other", "curve"] {
        let words = format!("no Ed25519 key `{key}`");
        is_refused(&hsm, &hsm.uri(key), 1, &words, "pkcs11-tool");
    }
}

#[test]
fn a_wrong_setting_is_said_with_what_to_do() {
    let hsm = SoftHsm::new();
    let uri = hsm.uri("signing");
    let module = hsm.module().display().to_string();
    let absent = uri.replace(&module, "/absent.so");
    let words = "/absent.so cannot be loaded";
    is_refused(&hsm, &absent, 2, words, "is it installed");
    let absent = uri.replace("/pin", "/absent");
    is_refused(&hsm, &absent, 2, "does not exist", "check the path");
    let with_pin = format!("{uri}&pin-value=4711");
    is_refused(&hsm, &with_pin, 2, "the PIN in it", "pin-source=file:");
    let (nowhere, hint) = ("pkcs11:object=signing", "the attribute `token`");
    is_refused(&hsm, nowhere, 2, "names no token", hint);
    let (bare, hint) = ("pkcs11:token=room;object=signing", "ROOMPASS_PKCS11_MODULE");
    is_refused(&hsm, bare, 2, "no PKCS#11 module", hint);
    let without_pin = format!("{bare}?module-path={module}");
    is_refused(&hsm, &without_pin, 2, "wants its PIN", "ROOMPASS_PIN");
}

/// `CKF_USER_PIN_FINAL_TRY` and `CKF_USER_PIN_LOCKED` (PKCS#11 3.0 §3.2).
const FINAL_TRY: u64 = 0x0002_0000;
const LOCKED: u64 = 0x0004_0000;

#[test]
fn the_last_try_is_left_to_a_person() {
    let hsm = SoftHsm::new();
    let uri = hsm.uri("signing");
    hsm.say_of_the_pin(FINAL_TRY);
    let words = "one more wrong PIN locks the token `room`, so it was not tried";
    is_refused(&hsm, &uri, 1, words, "log in once by hand");
    // Reading the public half asks for no PIN.
    let exported = hsm.roompass(&["keys", "export", &uri]);
    assert_eq!(exported.status, 0, "{}", exported.stderr);
}

#[test]
fn a_locked_pin_is_not_tried_and_its_officer_is_named() {
    let hsm = SoftHsm::new();
    hsm.say_of_the_pin(LOCKED);
    let words = "the PIN of the token `room` is locked";
    let uri = hsm.uri("signing");
    is_refused(
        &hsm,
        &uri,
        1,
        words,
        "its security officer has to unlock it",
    );
}

/// Locked while a service runs: one problem, which says so, and no more tries.
#[test]
fn a_token_whose_pin_is_locked_meanwhile_is_told_as_unavailable() {
    let hsm = SoftHsm::new();
    let service = Service::start(&hsm, &hsm.uri("signing"));
    assert_eq!(service.issue().0, 201);
    hsm.take_the_token_out();
    assert_eq!(service.issue().0, 503);
    hsm.put_the_token_back();
    hsm.say_of_the_pin(LOCKED);
    for _ in 0..2 {
        let (status, problem) = service.issue();
        assert_eq!(status, 503, "{problem}");
        let kind = problem["type"].as_str().unwrap();
        assert!(kind.ends_with("signer-unavailable"), "{problem}");
    }
}

#[test]
fn a_wrong_pin_is_tried_once_and_never_shown() {
    let hsm = SoftHsm::new();
    hsm.write_pin("999999");
    let ended = hsm.roompass(&["issue", "standup", "--key", &hsm.uri("signing")]);
    assert_eq!(ended.status, 1);
    assert!(
        ended.stderr.contains("does not take this PIN"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("FEW TRIES ARE LEFT"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("999999"), "{}", ended.stderr);
}

#[test]
fn the_pin_may_come_from_the_environment() {
    let hsm = SoftHsm::new();
    let mut command = hsm.command(&[
        "issue",
        "standup",
        "--key",
        "pkcs11:token=room;object=signing",
    ]);
    command.env("ROOMPASS_PKCS11_MODULE", hsm.module());
    command.env("ROOMPASS_PIN", soft_hsm::PIN);
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn two_requests_at_once_are_both_served() {
    let hsm = SoftHsm::new();
    let service = Service::start(&hsm, &hsm.uri("signing"));
    hsm.roompass(&["keys", "export", &hsm.uri("signing"), "-o", "set.jwks.json"]);
    let links: Vec<_> = thread::scope(|scope| {
        let asked: Vec<_> = (0..12).map(|_| scope.spawn(|| service.issue())).collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for (status, body) in links {
        assert_eq!(status, 201, "{body}");
        let link = body["link"].as_str().unwrap();
        assert!(hsm.explain(link).starts_with("admit"));
    }
}

#[test]
fn a_token_that_goes_away_is_missed_and_then_found_again() {
    let hsm = SoftHsm::new();
    let service = Service::start(&hsm, &hsm.uri("signing"));
    assert_eq!(service.issue().0, 201);

    hsm.take_the_token_out();
    let (status, problem) = service.issue();
    assert_eq!(status, 503, "{problem}");
    assert!(
        problem["type"]
            .as_str()
            .unwrap()
            .ends_with("signer-unavailable"),
        "{problem}"
    );
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("nothing was issued"), "{detail}");
    assert_eq!(
        service.get("/healthz").0,
        200,
        "and everything else goes on"
    );

    hsm.put_the_token_back();
    let (status, body) = service.issue();
    assert_eq!(status, 201, "{body}");
}
