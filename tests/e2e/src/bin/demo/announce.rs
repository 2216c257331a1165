//! What the person at the terminal can open and try.

use e2e::{Forge, Link, artifacts, epoch_seconds};
use serde_json::json;

use crate::Play;

const ROOM: &str = "weekly-sync";

/// Says what runs and what to try.
pub(crate) fn ready(play: &Play) {
    let good = play
        .stage
        .issuer()
        .issue(ROOM)
        .name("Ada")
        .lasting("2h")
        .link();
    println!(
        "
  Roompass runs on this machine, on loopback only.

  1. Issue a link          {}
  2. Or open a ready one   {}

  Try the door from another terminal:
",
        play.issuer_url,
        good.url()
    );
    for (what, link) in [
        ("the ready link is admitted", &good),
        ("a forged one is refused, bad-signature", &forged(&good)),
        ("an expired one is refused, expired", &expired(play)),
        ("no link is refused, token-missing", &good.without_token()),
    ] {
        println!(
            "  # {what}\n  {} knock '{}'\n",
            artifacts::roompass().display(),
            link.url()
        );
    }
    println!("  Ctrl-C stops everything and leaves nothing behind.");
}

/// The same token, signed with somebody else's key under our key's name.
fn forged(good: &Link) -> Link {
    let token = good.token().unwrap_or_default();
    let input = token.rsplit_once('.').map_or(token, |(input, _)| input);
    good.with_token(&Forge::with_seed([1; 32]).sign_text(input))
}

/// Signed with the right key, but its time was over an hour ago.
fn expired(play: &Play) -> Link {
    let mut claims = Forge::claims(ROOM);
    let now = epoch_seconds();
    if let Some(claims) = claims.as_object_mut() {
        claims.insert("iat".to_owned(), json!(now - 7200));
        claims.insert("exp".to_owned(), json!(now - 3600));
    }
    let token = Forge::with_key(play.stage.issuer().key()).sign(&claims);
    play.stage.link_with(ROOM, &token)
}
