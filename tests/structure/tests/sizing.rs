//! The simulation of many shards waits as shards do and answers as the issuer does.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

fn text(path: &str) -> String {
    structure::text(path.as_ref()).unwrap()
}

/// What the simulation believes, and where the code says so.
#[test]
fn its_numbers_are_those_of_the_code() {
    let simulation = text("tests/sizing.py");
    for (line, file, code) in [
        (
            "MAX_AGE = 300 ",
            "crates/issuer/src/web/document.rs",
            "public, max-age=300, ",
        ),
        (
            "MAX_AGE = 300 ",
            "lua/roompass_live.lib.lua",
            "bounded(max_age, 60, 3600)",
        ),
        (
            "TTL = 60 ",
            "crates/room-token/src/revocations.rs",
            "DEFAULT_TTL: u64 = 60;",
        ),
        (
            "RENEW_AFTER = 30 ",
            "crates/issuer/src/web/revocations.rs",
            "RENEW_AFTER: u64 = Revocations::DEFAULT_TTL / 2;",
        ),
        (
            "RETRY = 30 ",
            "lua/roompass_source.lib.lua",
            "local retry = 30;",
        ),
        (
            "RETRY = 30 ",
            "lua/roompass_source.lib.lua",
            "if self.problem then wait = math.min(wait, retry); end",
        ),
        (
            "EARLIEST, LATEST = 0.75, 0.95 ",
            "lua/roompass_source.lib.lua",
            "wait * (0.75 + 0.2 * chance)",
        ),
    ] {
        assert!(simulation.contains(line), "tests/sizing.py has no {line}");
        assert!(text(file).contains(code), "{file} says no more {code}");
    }
}

#[test]
fn everybody_has_the_news_in_time_and_nobody_comes_all_at_once() {
    let program = structure::root().join("tests/sizing.py");
    let output = Command::new(program).arg("500").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    assert!(
        said.contains("revoked: the last shard has it after"),
        "{said}"
    );
}
