//! Nothing but a signed link opens a room, and whoever is refused learns why.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of a test may panic as it does"
)]

use std::process::Command;

use e2e::{Forge, Form, Guest, Report, ShardPlan, Stage, StagePlan, artifacts, epoch_seconds};
use serde_json::{Value, json};

const ROOM: &str = "weekly-sync";
const DAY: u64 = 86_400;

fn one_shard(options: &str) -> Stage {
    Stage::start_with(StagePlan::one_shard(ShardPlan {
        options: options.to_owned(),
        ..ShardPlan::default()
    }))
}

/// The claims of an honest token, with some of them changed.
fn claims_but(changes: &Value) -> Value {
    let mut claims = Forge::claims(ROOM);
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

/// `token` with one character of its payload changed.
fn tampered(token: &str) -> String {
    let (header, rest) = token.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let middle = payload.len() / 2;
    let other = if payload[middle..].starts_with('A') {
        "B"
    } else {
        "A"
    };
    let payload = format!("{}{other}{}", &payload[..middle], &payload[middle + 1..]);
    format!("{header}.{payload}.{signature}")
}

/// What a stranger might try, and the code that answers it.
fn hostile_tokens(stage: &Stage) -> Vec<(&'static str, String, &'static str)> {
    let forge = Forge::with_key(stage.issuer().key());
    let stranger = Forge::with_seed([7; 32]);
    let honest = Forge::claims(ROOM);
    let now = epoch_seconds();
    let past = claims_but(&json!({ "iat": now - DAY, "exp": now - DAY + 3600 }));
    let future = claims_but(&json!({ "nbf": now + 600, "exp": now + 3600 }));
    let claimed = forge.header();
    let unsigned = json!({ "alg": "none", "kid": forge.kid(), "typ": "room+jwt" });
    vec![
        ("garbage", "garbage".to_owned(), "malformed"),
        ("expired", forge.sign(&past), "expired"),
        ("early", forge.sign(&future), "too-early"),
        (
            "other room",
            forge.sign(&Forge::claims("other")),
            "wrong-room",
        ),
        ("other key", stranger.sign(&honest), "unknown-key"),
        (
            "other key, our kid",
            stranger.sign_under(&claimed, &honest),
            "bad-signature",
        ),
        (
            "other audience",
            forge.sign(&claims_but(&json!({ "aud": "elsewhere" }))),
            "wrong-audience",
        ),
        (
            "other issuer",
            forge.sign(&claims_but(&json!({ "iss": "mallory" }))),
            "wrong-issuer",
        ),
        (
            "tampered byte",
            tampered(&forge.sign(&honest)),
            "bad-signature",
        ),
        ("alg none", forge.unsigned(&honest), "malformed"),
        (
            "alg none, signed",
            forge.sign_under(&unsigned, &honest),
            "unsupported-algorithm",
        ),
        (
            "HS256 with the public key",
            forge.confused(&honest),
            "unsupported-algorithm",
        ),
    ]
}

/// The sentence that the verifier has for a code.
fn guest_text(code: &str) -> String {
    guest_text_in("en", code)
}

fn guest_text_in(language: &str, code: &str) -> String {
    let script = "local rv = package.loadlib(arg[1], 'luaopen_roompass_verifier')(); io.write(rv.guest_words(arg[2], arg[3]))";
    let mut lua = Command::new("lua5.4");
    lua.args(["-e", script, "/dev/null"])
        .arg(artifacts::verifier())
        .args([code, language]);
    String::from_utf8(lua.output().unwrap().stdout).unwrap()
}

/// A refusal as Jitsi's client shows it: in our words for this code.
fn assert_in_words(report: &Report, case: &str) {
    assert_eq!(report.form, Some(Form::Destroy), "{case}: {report:#?}");
    let text = report.text.as_deref().unwrap();
    let sentence = guest_text(report.code.as_deref().unwrap());
    assert!(text.starts_with(&sentence), "{case}: {text}");
    assert!(text.contains(' '), "{case}: no sentence: {text:?}");
    assert!(
        !text.contains(':'),
        "{case}: Jitsi's client would cut {text:?}"
    );
}

#[test]
fn every_hostile_token_is_refused_with_its_own_code_and_owns_nothing() {
    let stage = one_shard("");
    let honest = stage.link(ROOM);
    let mut tokens = hostile_tokens(&stage);
    for (case, token, code) in &tokens {
        let guest = Guest::strophe(&honest.with_token(token)).claiming_ownership();
        let report = guest.run();
        assert_eq!(report.code.as_deref(), Some(*code), "{case}: {report:#?}");
        assert_in_words(&report, case);
        assert_eq!(
            report.owner_request.as_deref(),
            Some("item-not-found"),
            "{case}"
        );
    }
    assert_eq!(stage.rooms(), [""; 0]);
    assert_eq!(stage.seen_by_focus(), [""; 0]);

    let guest = Guest::strophe(&honest).run();
    assert_eq!(guest.expect_admitted().occupants, ["focus", "guest"]);
    tokens.push(("honest", honest.token().unwrap().to_owned(), ""));
    for (case, token, _) in tokens.iter().filter(|(case, ..)| *case != "garbage") {
        assert!(
            !stage.shard("shard-a").log().contains(token),
            "{case}: logged by Prosody"
        );
        assert!(
            !stage.router().log().contains(token),
            "{case}: logged by the router"
        );
    }
}

#[test]
fn a_stranger_without_a_token_leaves_no_room_and_owns_nothing() {
    let stage = one_shard("");
    let honest = stage.link(ROOM);
    let stranger = Guest::strophe(&honest.without_token())
        .claiming_ownership()
        .listing_rooms();
    for guest in [
        stranger.clone(),
        stranger.clone().over_bosh(),
        stranger.without_asking(),
    ] {
        let report = guest.run();
        assert_in_words(report.expect_refused("token-missing"), "no token");
        assert_eq!(report.owner_request.as_deref(), Some("item-not-found"));
        assert_eq!(report.rooms.as_deref(), Some([].as_slice()));
        assert_eq!(stage.rooms(), [""; 0]);
    }
    Guest::strophe(&honest).run().expect_admitted();
}

#[test]
fn a_stranger_cannot_enter_or_lock_a_room_that_guests_are_in() {
    let stage = one_shard("");
    let honest = stage.link(ROOM);
    let ada = Guest::strophe(&honest).named("ada").stay();
    ada.report().expect_admitted();
    let stranger = Guest::strophe(&honest.without_token())
        .named("stranger")
        .claiming_ownership()
        .run();
    stranger.expect_refused("token-missing");
    assert_eq!(stranger.owner_request.as_deref(), Some("forbidden"));
    let bob = Guest::strophe(&honest).named("bob").run();
    let mut occupants = bob.expect_admitted().occupants.clone();
    occupants.sort();
    assert_eq!(occupants, ["ada", "bob", "focus"]);
}

#[test]
fn a_good_token_does_not_open_its_room_over_the_connection_of_another() {
    let stage = one_shard("");
    let honest = stage.link(ROOM);
    let guest = Guest::strophe(&honest).with_room_query(Some("elsewhere"));
    guest.run().expect_refused("wrong-room");
    assert_eq!(stage.rooms(), [""; 0]);
    Guest::strophe(&honest).run().expect_admitted();
}

#[test]
fn a_good_token_opens_no_room_but_its_own() {
    let stage = one_shard("");
    let honest = stage.link(ROOM);
    let elsewhere = Guest::strophe(&honest).into_room("elsewhere").run();
    elsewhere.expect_refused("wrong-room");
    assert_eq!(stage.rooms(), [""; 0]);
    assert_eq!(stage.seen_by_focus(), [""; 0]);
}

#[test]
fn a_guest_reads_why_in_a_language_of_their_own() {
    let stage = one_shard("roompass_language = \"es\"");
    let link = stage.link(ROOM).without_token();
    for (asked, spoken) in [
        (Some("de-AT,en;q=0.5"), "de"),
        (Some("ja"), "es"),
        (None, "es"),
    ] {
        let guest = Guest::strophe(&link);
        let guest = asked.into_iter().fold(guest, Guest::reading);
        for guest in [guest.clone().over_bosh(), guest] {
            let text = guest.run().text.unwrap();
            assert_eq!(text, guest_text_in(spoken, "token-missing"), "{asked:?}");
        }
    }
}

#[test]
fn a_guest_who_is_early_reads_how_long_it_takes() {
    let stage = one_shard("");
    let mut claims = Forge::claims(ROOM);
    // Half a minute more, so that it is the same number of minutes however long the guest is on the way.
    claims["nbf"] = json!(epoch_seconds() + 30 * 60 - 30);
    let token = Forge::with_key(stage.issuer().key()).sign(&claims);
    let report = Guest::strophe(&stage.link(ROOM).with_token(&token)).run();
    report.expect_refused("too-early");
    let text = report.text.unwrap();
    assert!(text.ends_with("This meeting opens in 30 min."), "{text}");
}

#[test]
fn an_ordinary_client_gets_an_error_that_it_understands() {
    let stage = one_shard("");
    let guest = Guest::slixmpp(stage.shard("shard-a"), ROOM).claiming_ownership();
    let report = guest.run();
    report.expect_refused("token-missing");
    assert_eq!(report.form, Some(Form::Error));
    assert_eq!(report.condition.as_deref(), Some("not-allowed"));
    assert!(report.has_room_part, "slixmpp would wait for ever");
    assert!(report.text.is_some_and(|text| text.contains(' ')));
    assert_eq!(report.owner_request.as_deref(), Some("item-not-found"));
    assert_eq!(stage.rooms(), [""; 0]);
}

#[test]
fn the_operator_chooses_the_form_of_a_refusal() {
    for (form, asks_for_login) in [("not-allowed", false), ("login", true)] {
        let stage = one_shard(&format!("roompass_refusal = \"{form}\""));
        let link = stage.link(ROOM).without_token();
        let report = Guest::strophe(&link).run();
        report.expect_refused("token-missing");
        assert_eq!(report.form, Some(Form::Error), "{form}");
        assert_eq!(report.condition.as_deref(), Some("not-allowed"), "{form}");
        assert_eq!(report.asks_for_login, asks_for_login, "{form}");
    }
}
