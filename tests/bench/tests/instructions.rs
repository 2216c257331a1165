//! The speed that was promised, in instructions: the same on a busy machine as on an idle one.
//!
//! Callgrind counts a case run few and many times; what start-up costs falls out of the difference. The binary is that
//! of the dev profile, in which the packages that count are optimized (`Cargo.toml`); checks of overflow are in it, so
//! the bounds are a little wider than the goals in `docs/performance.md`, which a release build meets.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::process::Command;

/// A case, what it is measured by, and the most it may cost of that.
const BOUNDS: [(&str, &str, f64); 6] = [
    ("decide", "verify_strict", 1.07),
    ("issue", "sign", 1.06),
    ("garbage", "decide", 0.002),
    ("wrong-shape", "decide", 0.005),
    ("foreign-kid", "decide", 0.02),
    ("look-up", "decide", 0.003),
];

const FEW: u64 = 10;
const MANY: u64 = 30;

/// With revocations. The seed of their set is random, and one in eight is built with a rehash more, 180 000 instructions:
/// these must not count for a look-up.
const INFORMED: &str = "decide-informed";
const VERY_MANY: u64 = 810;

/// Instructions of a whole run.
fn run(case: &str, times: u64) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args([
            env!("CARGO_BIN_EXE_bench"),
            "count",
            case,
            &times.to_string(),
        ])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{case}: {said}");
    let (_, collected) = said.split_once("Collected : ").unwrap();
    let number = collected.split_whitespace().next().unwrap();
    number.parse().unwrap()
}

/// Instructions of one call, by case; each is counted once.
#[derive(Default)]
struct Counted(BTreeMap<&'static str, f64>);

impl Counted {
    fn per_call(&mut self, case: &'static str) -> f64 {
        *self.0.entry(case).or_insert_with(|| {
            let many = if case == INFORMED { VERY_MANY } else { MANY };
            let difference =
                i64::try_from(run(case, many)).unwrap() - i64::try_from(run(case, FEW)).unwrap();
            let calls = i64::try_from(many - FEW).unwrap();
            f64::from(i32::try_from(difference / calls).unwrap())
        })
    }

    fn ratio(&mut self, case: &'static str, whole: &'static str) -> f64 {
        // A look-up is what a decision with revocations costs more than one without.
        let alone = match case {
            "look-up" => self.per_call(INFORMED) - self.per_call("decide"),
            other => self.per_call(other),
        };
        alone / self.per_call(whole)
    }
}

fn has_avx2() -> bool {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    cpu.split_whitespace().any(|flag| flag == "avx2")
}

#[test]
fn no_case_costs_more_than_was_promised() {
    // Without AVX2 dalek takes another way, which costs another number of instructions.
    if !has_avx2() {
        eprintln!("*** THIS PROCESSOR HAS NO AVX2: the bounds on instructions are NOT CHECKED ***");
        return;
    }
    let (mut counted, mut broken) = (Counted::default(), Vec::new());
    for (case, whole, bound) in BOUNDS {
        let ratio = counted.ratio(case, whole);
        eprintln!("{case} / {whole} = {ratio:.4}, at most {bound}");
        if ratio > bound {
            broken.push(format!("{case} / {whole} = {ratio:.4} is over {bound}"));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
