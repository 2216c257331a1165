//! What a stage bears, and what the door costs: `make load`. Prints; asserts nothing but that nothing went wrong.
//!
//! `load strangers`, `load rooms`, `load cost` and `load feed` are the parts, on the machine's Prosody; with `13` behind it, on 13.
#![expect(clippy::print_stdout, reason = "it is here to print")]

mod cost;
mod feed;

use std::env;
use std::error::Error;
use std::time::Duration;

use e2e::{Prosody, Rooms, ShardPlan, Stage, StagePlan, Strangers, until};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let prosody = if arguments.iter().any(|word| word == "13") {
        Prosody::Thirteen
    } else {
        Prosody::Installed
    };
    match arguments.first().map(String::as_str) {
        Some("strangers") => strangers(prosody),
        Some("rooms") => rooms(prosody),
        Some("cost") => {
            cost::measure(prosody);
            Ok(())
        }
        Some("feed") => {
            feed::measure(prosody);
            Ok(())
        }
        _ => Err("say strangers, rooms, cost or feed, and perhaps 13".into()),
    }
}

/// As operators run it: without a line of log for every stanza.
fn plan(prosody: Prosody) -> ShardPlan {
    ShardPlan {
        prosody,
        quiet: true,
        ..ShardPlan::default()
    }
}

fn strangers(prosody: Prosody) -> Result<(), Box<dyn Error>> {
    let stage = Stage::start_with(StagePlan::one_shard(plan(prosody)));
    let shard = stage.shard("shard-a");
    let strangers = Strangers {
        a_second: 500,
        connections: 100,
        guests: 50,
        lasting: Duration::from_secs(15),
    };
    let mut wrong = strangers.besiege(&stage).wrong;
    let (memory, cpu) = (shard.memory_kib(), shard.cpu());
    let minute = Strangers {
        lasting: Duration::from_mins(1),
        ..strangers
    };
    let siege = minute.besiege(&stage);
    let cpu = shard.cpu().saturating_sub(cpu);
    wrong.extend(siege.wrong);
    until("the guests' rooms are gone", || stage.rooms().is_empty());
    println!("a minute of strangers, on Prosody {prosody:?}");
    println!(
        "  refused        {}, {}",
        siege.refusals.count(),
        siege.refusals
    );
    println!(
        "  guests came    {}, {}",
        siege.arrivals.count(),
        siege.arrivals
    );
    println!(
        "  memory         {memory} KiB before, {} after",
        shard.memory_kib()
    );
    println!("  processor      {:.1} s", cpu.as_secs_f64());
    let asked = stage.seen_by_focus();
    let strange = asked.iter().filter(|room| !room.starts_with("meeting-"));
    println!("  rooms left     {}", stage.rooms().len());
    println!("  at the focus   {} requests of strangers", strange.count());
    nothing_went(&wrong)
}

fn rooms(prosody: Prosody) -> Result<(), Box<dyn Error>> {
    let stage = Stage::start_with(StagePlan {
        shard: plan(prosody),
        ..StagePlan::default()
    });
    let rooms = Rooms {
        rooms: 2000,
        guests: 3,
        at_once: 20,
    };
    let seating = rooms.seat(&stage);
    until("the rooms are gone", || stage.rooms().is_empty());
    let [a, b] = seating.rooms_of_shard;
    println!("2000 rooms of three guests through the router, on Prosody {prosody:?}");
    println!(
        "  guests came    {}, {}",
        seating.arrivals.count(),
        seating.arrivals
    );
    println!(
        "  rooms          {a} on shard-a, {b} on shard-b, {} on both",
        rooms.rooms - a - b
    );
    nothing_went(&seating.wrong)
}

fn nothing_went(wrong: &[String]) -> Result<(), Box<dyn Error>> {
    println!("  went wrong     {}", wrong.len());
    match wrong.first() {
        Some(first) => Err(first.clone().into()),
        None => Ok(()),
    }
}
