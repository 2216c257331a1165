//! What a stage bears, and what the door costs: `make load`. Prints; asserts nothing but that nothing went wrong.
//!
//! `load strangers`, `load rooms`, `load cost` and `load feed` are the parts, on the machine's Prosody; with `13` behind it, on 13; with `docker`, with
//! garbage collected as docker-jitsi-meet has it.
#![expect(clippy::print_stdout, reason = "it is here to print")]

mod cost;
mod feed;

use std::env;
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::mem;
use std::time::Duration;

use e2e::{Collector, Prosody, Rooms, ShardPlan, Siege, Stage, StagePlan, Strangers, until};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let on = On::read(&arguments);
    match arguments.first().map(String::as_str) {
        Some("strangers") => strangers(on),
        Some("rooms") => rooms(on),
        Some("cost") => {
            cost::measure(on);
            Ok(())
        }
        Some("feed") => {
            feed::measure(on);
            Ok(())
        }
        _ => Err("say strangers, rooms, cost or feed, and perhaps 13".into()),
    }
}

/// What is measured.
#[derive(Clone, Copy)]
struct On {
    prosody: Prosody,
    collector: Collector,
}

impl On {
    fn read(words: &[String]) -> Self {
        let says = |wanted: &str| words.iter().any(|word| word == wanted);
        Self {
            prosody: if says("13") {
                Prosody::Thirteen
            } else {
                Prosody::Installed
            },
            collector: if says("docker") {
                Collector::Dockers
            } else {
                Collector::Prosodys
            },
        }
    }
}

impl Display for On {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { prosody, collector } = self;
        write!(f, "Prosody {prosody:?}, garbage by {collector:?}")
    }
}

/// As operators run it: without a line of log for every stanza.
fn plan(on: On) -> ShardPlan {
    ShardPlan {
        prosody: on.prosody,
        collector: on.collector,
        quiet: true,
        ..ShardPlan::default()
    }
}

fn strangers(on: On) -> Result<(), Box<dyn Error>> {
    let stage = Stage::start_with(StagePlan::one_shard(ShardPlan {
        // So long after its begin Prosody forgets a connection, however short it was: not in five minutes, which is its
        // default, but soon enough to see in one whether anything else is kept.
        options: "c2s_timeout = 10\n".to_owned(),
        ..plan(on)
    }));
    let shard = stage.shard("shard-a");
    let strangers = Strangers {
        a_second: 500,
        connections: 100,
        guests: 50,
        lasting: Duration::from_secs(15),
    };
    let mut siege = strangers.besiege(&stage);
    let mut wrong = mem::take(&mut siege.wrong);
    let (mut memory, cpu) = (vec![shard.memory_kib()], shard.cpu());
    siege = Siege::default();
    for _third in 0..3 {
        let third = Strangers {
            lasting: Duration::from_secs(20),
            ..strangers
        };
        siege.append(third.besiege(&stage));
        memory.push(shard.memory_kib());
    }
    let cpu = shard.cpu().saturating_sub(cpu);
    wrong.append(&mut siege.wrong);
    until("the guests' rooms are gone", || stage.rooms().is_empty());
    println!("a minute of strangers, on {on}");
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
    let memory: Vec<String> = memory.iter().map(ToString::to_string).collect();
    println!(
        "  memory, KiB    {} before, and after each third",
        memory.join(", ")
    );
    println!("  processor      {:.1} s", cpu.as_secs_f64());
    let asked = stage.seen_by_focus();
    let strange = asked.iter().filter(|room| !room.starts_with("meeting-"));
    println!("  rooms left     {}", stage.rooms().len());
    println!("  at the focus   {} requests of strangers", strange.count());
    nothing_went(&wrong)
}

fn rooms(on: On) -> Result<(), Box<dyn Error>> {
    let stage = Stage::start_with(StagePlan {
        shard: plan(on),
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
    println!("2000 rooms of three guests through the router, on {on}");
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
