//! How long a shard stands still while it takes 50 MB of revocations, from a file and by HTTP.
#![expect(
    clippy::expect_used,
    reason = "a measurement that fails must end, loudly"
)]

use std::thread;
use std::time::Duration;

use super::On;
use e2e::{Forge, Origin, Shard, ShardPlan, Stage, StagePlan, get, until_within};

/// So many ids of eleven characters make a feed of 50 MB.
const ENTRIES: usize = 2_680_000;
/// A feed says how soon to look again; the check takes a while behind that.
const PATIENCE: Duration = Duration::from_mins(2);
const PULSE: &str = "Component \"pulse.localhost\" \"stage_pulse\"\n\thttp_host = \"localhost\"\n";

/// Once with each.
pub(crate) fn measure(on: On) {
    println!("the longest pause of the event loop, on {on}");
    println!("                                  by the clock    of the processor");
    from_file(on);
    by_http(on);
}

fn from_file(on: On) {
    let mut stage = prepare(on, Shard::REVOCATIONS);
    let file = stage.shard("shard-a").revocations_file();
    let publish = |feed: &str| Shard::replace(&file, feed);
    watch(&mut stage, "from a file", publish);
}

fn by_http(on: On) {
    let origin = Origin::start();
    let option = format!("roompass_revocations = \"{}\"", origin.url());
    let mut stage = prepare(on, &option);
    watch(&mut stage, "by HTTP", |feed| origin.publish(feed));
}

fn prepare(on: On, option: &str) -> Stage {
    Stage::prepare(StagePlan::one_shard(ShardPlan {
        options: format!("{option}\n"),
        more_hosts: PULSE.to_owned(),
        ..super::plan(on)
    }))
}

/// A short feed, then as long a time without news, then a long one.
fn watch(stage: &mut Stage, how: &str, publish: impl Fn(&str)) {
    let forge = Forge::with_key(stage.issuer().key());
    publish(&forge.sign_feed(&Forge::feed(1, &[])));
    stage.run();
    let shard = stage.shard("shard-a");
    taken(shard, 1);
    pulse(shard);
    thread::sleep(Duration::from_secs(10));
    report(&format!("{how}, without news"), pulse(shard));
    let ids: Vec<String> = (0..ENTRIES).map(|number| format!("{number:011}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let feed = forge.sign_feed(&Forge::feed(2, &ids));
    pulse(shard);
    publish(&feed);
    taken(shard, 2);
    report(
        &format!("{how}, {} MB", feed.len() / 1_000_000),
        pulse(shard),
    );
}

fn taken(shard: &Shard, edition: u64) {
    let words = format!("Took the revocations {edition} ");
    until_within(PATIENCE, &words, || shard.log().contains(&words));
}

/// The longest pause since the last question, in seconds: by the clock, and of the processor.
fn pulse(shard: &Shard) -> [f64; 2] {
    let address = ([127, 0, 0, 1], shard.http_port()).into();
    let answer = get(address, "/pulse").expect("the pulse answers");
    let mut figures = answer.body.split_whitespace();
    [(); 2].map(|()| {
        let figure = figures.next().and_then(|figure| figure.parse().ok());
        figure.expect("a pulse is two figures")
    })
}

fn report(what: &str, [clock, processor]: [f64; 2]) {
    println!(
        "  {what:<30} {:>9.1} ms {:>13.1} ms",
        clock * 1e3,
        processor * 1e3
    );
}
