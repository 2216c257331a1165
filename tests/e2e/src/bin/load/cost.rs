//! What the door costs a shard: processor time of whole visits, with the door and without.
#![expect(
    clippy::expect_used,
    reason = "a measurement that fails must end, loudly"
)]

use tokio::runtime;

use super::On;
use e2e::{Forge, Gate, Shard, ShardPlan, Stage, StagePlan, Visitor};

/// Many short ones: what else the machine does then comes upon all alike.
const ROUNDS: usize = 150;
const VISITS: u32 = 10;

/// Makes the token of a link to that room, or none.
type Tokens<'a> = Box<dyn Fn(&str) -> Option<String> + 'a>;

/// Who comes, and to which of the shards.
struct Contestant<'a> {
    name: &'static str,
    shard: &'a Shard,
    token: Tokens<'a>,
    /// Milliseconds a visit, a figure a round.
    millis: Vec<f64>,
}

/// All of them in turn, every round.
pub(crate) fn measure(on: On) {
    // A shard each: what one visit leaves to be done later is not to be counted as another's.
    let [open, open_too] = [(); 2].map(|()| stage(on, Gate::Absent));
    let gated = [(); 3].map(|()| stage(on, Gate::Module));
    let [guests, strangers, foreigners] = &gated;
    let honest = Forge::with_key(guests.issuer().key());
    let stranger = Forge::with_seed([7; 32]);
    let sign = |forge: Forge| move |room: &str| Some(forge.sign(&Forge::claims(room)));
    let admit = sign(honest);
    let mut contestants = [
        contestant("no door, joined", &open, Box::new(&admit)),
        // The same once more: what these two differ by, the machine does.
        contestant("no door again, joined", &open_too, Box::new(&admit)),
        contestant("door, joined", guests, Box::new(&admit)),
        contestant("door, no token", strangers, Box::new(|_| None)),
        contestant("door, foreign key", foreigners, Box::new(sign(stranger))),
    ];
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("threads can be started");
    for round in 0..ROUNDS {
        // There and back, so that nobody always comes behind the same one; an even number of times.
        contestants.reverse();
        for contestant in &mut contestants {
            let before = contestant.shard.cpu();
            for visit in 0..VISITS {
                runtime.block_on(contestant.visit(&format!("room-{round}-{visit}")));
            }
            let used = contestant.shard.cpu().saturating_sub(before);
            contestant.millis.push((used / VISITS).as_secs_f64() * 1e3);
        }
    }
    report(on, &contestants);
}

fn stage(on: On, gate: Gate) -> Stage {
    let plan = ShardPlan {
        gate,
        ..super::plan(on)
    };
    Stage::start_with(StagePlan::one_shard(plan))
}

fn contestant<'a>(name: &'static str, stage: &'a Stage, token: Tokens<'a>) -> Contestant<'a> {
    Contestant {
        name,
        shard: stage.shard("shard-a"),
        token,
        millis: Vec::new(),
    }
}

impl Contestant<'_> {
    async fn visit(&self, room: &str) {
        let visitor = Visitor {
            server: ([127, 0, 0, 1], self.shard.http_port()).into(),
            room: room.to_owned(),
            nick: "guest".to_owned(),
            token: (self.token)(room),
            asks_focus: false,
        };
        let arrival = visitor.arrive().await.expect("the shard answers");
        arrival.connection.leave().await;
    }

    /// The mean of all rounds, or of the quieter half of them: a busy machine only ever adds.
    fn mean(&self, of_all: bool) -> f64 {
        let mut millis = self.millis.clone();
        millis.sort_by(f64::total_cmp);
        if !of_all {
            millis.truncate(ROUNDS / 2);
        }
        millis.iter().sum::<f64>() / f64::from(u32::try_from(millis.len()).unwrap_or(u32::MAX))
    }
}

fn report(on: On, contestants: &[Contestant<'_>]) {
    println!("processor time of the shard, from connecting to having left, on {on}");
    println!(
        "{ROUNDS} rounds of {VISITS} visits          mean, ms  × no door  quieter half  × no door"
    );
    let base = contestants.first();
    let [all, half] = [true, false].map(|of_all| base.map_or(f64::NAN, |base| base.mean(of_all)));
    for contestant in contestants {
        let [of_all, of_half] = [true, false].map(|of_all| contestant.mean(of_all));
        println!(
            "{:<27} {of_all:>12.2} {:>10.3} {of_half:>13.2} {:>10.3}",
            contestant.name,
            of_all / all,
            of_half / half,
        );
    }
}
