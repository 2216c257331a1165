//! What the door costs a shard: processor time of whole visits, with the door and without.
#![expect(
    clippy::expect_used,
    reason = "a measurement that fails must end, loudly"
)]

use tokio::runtime;

use e2e::{Forge, Gate, Prosody, Shard, ShardPlan, Stage, StagePlan, Visitor};

const ROUNDS: usize = 12;
const VISITS: usize = 100;

/// Makes the token of a link to that room, or none.
type Tokens<'a> = Box<dyn Fn(&str) -> Option<String> + 'a>;

/// Who comes, and to which of the two shards.
struct Contestant<'a> {
    name: &'static str,
    shard: &'a Shard,
    token: Tokens<'a>,
    /// Milliseconds a visit, a figure a round.
    millis: Vec<f64>,
}

/// All of them in turn, every round.
pub(crate) fn measure(prosody: Prosody) {
    // A shard each: what one visit leaves to be done later is not to be counted as another's.
    let open = stage(prosody, Gate::Absent);
    let gated = [(); 3].map(|()| stage(prosody, Gate::Module));
    let [guests, strangers, foreigners] = &gated;
    let honest = Forge::with_key(guests.issuer().key());
    let stranger = Forge::with_seed([7; 32]);
    let sign = |forge: Forge| move |room: &str| Some(forge.sign(&Forge::claims(room)));
    let admit = sign(honest);
    let mut contestants = [
        contestant("no door, joined", &open, Box::new(&admit)),
        contestant("door, joined", guests, Box::new(&admit)),
        contestant("door, no token", strangers, Box::new(|_| None)),
        contestant("door, foreign key", foreigners, Box::new(sign(stranger))),
    ];
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("threads can be started");
    for round in 0..ROUNDS {
        for contestant in &mut contestants {
            let before = contestant.shard.cpu();
            for visit in 0..VISITS {
                runtime.block_on(contestant.visit(&format!("room-{round}-{visit}")));
            }
            let used = contestant.shard.cpu().saturating_sub(before);
            contestant.millis.push(used.as_secs_f64() * 1e3 / 100.0);
        }
    }
    report(prosody, &contestants);
}

fn stage(prosody: Prosody, gate: Gate) -> Stage {
    let plan = ShardPlan {
        gate,
        ..super::plan(prosody)
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

    /// A busy machine only ever adds to it.
    fn least(&self) -> f64 {
        self.millis.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

fn report(prosody: Prosody, contestants: &[Contestant<'_>]) {
    println!("processor time of the shard, from connecting to having left, on Prosody {prosody:?}");
    println!("least of {ROUNDS} rounds of {VISITS} visits       ms a visit   × no door");
    let base = contestants.first().map_or(f64::NAN, Contestant::least);
    for contestant in contestants {
        let millis = contestant.least();
        println!(
            "{:<36} {millis:>12.2} {:>11.3}",
            contestant.name,
            millis / base
        );
    }
}
