//! What the door costs a shard: processor time of whole visits, with the door and without.
#![expect(
    clippy::expect_used,
    reason = "a measurement that fails must end, loudly"
)]

use tokio::runtime;

use e2e::{Forge, Gate, Prosody, Shard, ShardPlan, Stage, StagePlan, Visitor};

const ROUNDS: usize = 12;
const VISITS: u32 = 100;

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
pub(crate) fn measure(prosody: Prosody) {
    // A shard each: what one visit leaves to be done later is not to be counted as another's.
    let [open, open_too] = [(); 2].map(|()| stage(prosody, Gate::Absent));
    let gated = [(); 3].map(|()| stage(prosody, Gate::Module));
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

    fn median(&self) -> f64 {
        let mut millis = self.millis.clone();
        millis.sort_by(f64::total_cmp);
        let middle = millis.get(millis.len() / 2);
        middle.copied().unwrap_or(f64::NAN)
    }
}

fn report(prosody: Prosody, contestants: &[Contestant<'_>]) {
    println!("processor time of the shard, from connecting to having left, on Prosody {prosody:?}");
    println!(
        "{ROUNDS} rounds of {VISITS} visits       least, ms  × no door   median, ms  × no door"
    );
    let base = contestants.first();
    let [least, median] =
        [Contestant::least, Contestant::median].map(|of| base.map_or(f64::NAN, of));
    for contestant in contestants {
        println!(
            "{:<27} {:>12.2} {:>10.3} {:>12.2} {:>10.3}",
            contestant.name,
            contestant.least(),
            contestant.least() / least,
            contestant.median(),
            contestant.median() / median,
        );
    }
}
