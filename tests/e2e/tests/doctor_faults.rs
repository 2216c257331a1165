//! Installations that are broken in one place each, and the diagnosis for it.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use e2e::{
    Doctor, Forge, Fronts, Issuer, Patient, Shard, ShardPlan, Stage, StagePlan, epoch_seconds,
};
use serde_json::json;

/// As many at a time as have a processor, and one that waits.
const AT_ONCE: usize = 3;

/// One question, and the one right answer.
struct Case {
    name: String,
    arguments: Vec<String>,
    codes: &'static [&'static str],
    places: &'static [&'static str],
}

/// Everything that is broken, running.
struct Ward {
    stage: Stage,
    shards: Vec<Shard>,
    fronts: Fronts,
}

impl Ward {
    fn start() -> Self {
        let mut stage = Stage::prepare(StagePlan::one_shard(ShardPlan::clinic(&patients())));
        let fronts = Fronts::new();
        let config = stage.folder().join("haproxy.cfg");
        let shard = stage.shard("shard-a");
        let more = fronts.config(shard.http_port());
        fs::write(&config, fs::read_to_string(&config).unwrap() + &more).unwrap();
        let stranger = stage.folder().join("stranger");
        fs::create_dir(&stranger).unwrap();
        let stranger = Issuer::new(&stranger, "http://localhost");
        let other = fs::read(stranger.key_set()).unwrap();
        Shard::replace(&shard.folder().join("other.jwks.json"), other);
        let mut old = Forge::feed(1, &[]);
        old["iat"] = json!(epoch_seconds() - 7200);
        let old = Forge::with_key(stage.issuer().key()).sign_feed(&old);
        Shard::replace(&shard.folder().join("old.jwt"), old);
        stage.run();
        Self {
            shards: alone(&stage, &stranger),
            stage,
            fronts,
        }
    }

    fn shard(&self, name: &str) -> &Shard {
        let mut shards = self.shards.iter().chain(self.stage.shards());
        shards.find(|shard| shard.name() == name).unwrap()
    }

    fn case(&self, name: &str, codes: &'static [&'static str]) -> Case {
        Case {
            name: name.to_owned(),
            arguments: vec![
                "--key".to_owned(),
                self.stage.issuer().key().display().to_string(),
                "--unguarded".to_owned(),
                "open.localhost".to_owned(),
            ],
            codes,
            places: &[],
        }
    }

    /// Of a patient, by the good way.
    fn patient(&self, name: &str, codes: &'static [&'static str]) -> Case {
        let domain = format!("{name}.localhost");
        self.case(name, codes)
            .with(&[&self.fronts.url("good"), "--domain", &domain])
    }

    /// Of a healthy patient, by one of the other ways.
    fn front(&self, name: &str, codes: &'static [&'static str]) -> Case {
        self.case(name, codes)
            .with(&[&self.fronts.url(name), "--domain", "well.localhost"])
    }

    /// Of a shard that is wrong as a whole.
    fn alone(&self, name: &str, codes: &'static [&'static str]) -> Case {
        let at = websocket(self.shard(name));
        let line = [
            &self.fronts.url("good"),
            "--domain",
            "well.localhost",
            "--service-url",
            &at,
        ];
        self.case(name, codes).with(&line)
    }
}

impl Case {
    fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments
            .extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    fn at(self, places: &'static [&'static str]) -> Self {
        Self { places, ..self }
    }

    /// What is wrong with the answer.
    fn examine(&self) -> Option<String> {
        let line: Vec<_> = self.arguments.iter().map(String::as_str).collect();
        let doctor = Doctor::examine(&line);
        let is_right = doctor.codes() == self.codes
            && self
                .codes
                .first()
                .is_none_or(|code| self.places.is_empty() || doctor.places(code) == self.places);
        let advice = ["room-creation-open", "rooms-listed"];
        let is_fine = self.codes.iter().all(|code| advice.contains(code));
        let status = Some(i32::from(!is_fine));
        let leaks = doctor.said.contains("eyJ");
        (!is_right || doctor.status != status || leaks)
            .then(|| format!("{}: not {:?} but {}\n", self.name, self.codes, doctor.said))
    }
}

fn named(name: &str, shard: &Shard) -> String {
    format!("{name}={}", websocket(shard))
}

fn websocket(shard: &Shard) -> String {
    format!("ws://127.0.0.1:{}/xmpp-websocket", shard.http_port())
}

/// One fault each, in what a host says of itself.
fn patients() -> Vec<Patient> {
    let main = |name, line| Patient::small(name).with("conference", line);
    let client = |name, line| Patient::small(name).with("client", line);
    let rooms = "Component \"rooms.more-rooms.localhost\" \"muc\"";
    vec![
        Patient::new("well"),
        Patient::small("no-door").without_door("conference"),
        Patient::new("no-lobby-door").without_door("lobby"),
        Patient::new("no-breakout-door").without_door("breakout"),
        Patient::new("no-staff-door").without_door("internal"),
        Patient::new("more-rooms").with("internal", rooms),
        main("wrong-key", "roompass_key_set = \"other.jwks.json\""),
        main(
            "no-library",
            "roompass_verifier_path = \"/nowhere/roompass_verifier.so\"",
        ),
        main("no-feed", "roompass_revocations = \"nowhere.jwt\""),
        main(
            "old-feed",
            "roompass_revocations = \"old.jwt\"\nroompass_max_stale = 60",
        ),
        main("other-audience", "roompass_audience = \"elsewhere\""),
        main("open-creation", "restrict_room_creation = false"),
        main("listed", "muc_room_default_public = true"),
        main("owners", "stage_astray = { \"owners\" }"),
        client("component", "stage_astray = { \"requests_to_component\" }"),
        client("user", "stage_astray = { \"requests_to_user\" }"),
        Patient::small("no-focus").with("focus", "stage_astray = { \"silent_focus\" }"),
    ]
}

/// Shards that are wrong as a whole.
fn alone(stage: &Stage, stranger: &Issuer) -> Vec<Shard> {
    let well = ShardPlan::clinic(&[Patient::small("well")]);
    let unguarded = Patient::small("well").with("client", "modules_enabled = {}");
    let plans = [
        ("other-key", well.clone()),
        (
            "ahead",
            ShardPlan {
                clock: Some("+600"),
                ..well.clone()
            },
        ),
        (
            "behind",
            ShardPlan {
                clock: Some("-600"),
                ..well.clone()
            },
        ),
        (
            "no-client-module",
            ShardPlan {
                client_host_lines: "modules_enabled = { \"bosh\"; \"websocket\" }".to_owned(),
                ..ShardPlan::clinic(&[unguarded])
            },
        ),
        (
            "watches",
            ShardPlan {
                options: "roompass_mode = \"watch\"".to_owned(),
                ..well
            },
        ),
    ];
    let prepare = |(name, plan): &(&str, ShardPlan)| {
        let issuer = if *name == "other-key" {
            stranger
        } else {
            stage.issuer()
        };
        Shard::prepare(name, stage.folder(), issuer.key_set(), plan)
    };
    let mut shards: Vec<_> = plans.iter().map(prepare).collect();
    thread::scope(|scope| {
        for shard in &mut shards {
            scope.spawn(|| shard.start());
        }
    });
    shards
}

fn cases(ward: &Ward) -> VecDeque<Case> {
    let all = [
        of_hosts(ward),
        of_copies(ward),
        of_ways(ward),
        of_shards(ward),
    ];
    all.into_iter().flatten().collect()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// What a host of one patient has or lacks.
fn of_hosts(ward: &Ward) -> Vec<Case> {
    vec![
        ward.patient("no-door", &["rooms-unguarded"]),
        ward.patient("no-lobby-door", &["lobby-unguarded"])
            .at(&["lobby.no-lobby-door.localhost"]),
        ward.patient("no-breakout-door", &["breakout-unguarded"]),
        ward.patient("no-staff-door", &["internal-muc-open"]),
        ward.patient("more-rooms", &["muc-unguarded"])
            .at(&["rooms.more-rooms.localhost"]),
        ward.patient("wrong-key", &["key-unknown"]),
        ward.patient("no-library", &["verifier-unavailable"]),
        ward.patient("old-feed", &["feed-stale"]),
        ward.patient("other-audience", &["wrong-deployment"]),
        ward.patient("open-creation", &["room-creation-open"]),
        ward.patient("listed", &["rooms-listed"]),
        ward.patient("owners", &["owner-for-everybody"]),
        ward.patient("component", &["conference-request-open"]),
        ward.patient("user", &["focus-user-open"]),
        ward.patient("no-focus", &["jicofo-absent"]),
    ]
}

/// Key sets and feeds.
fn of_copies(ward: &Ward) -> Vec<Case> {
    let (a, b) = (ward.shard("shard-a"), ward.shard("other-key"));
    let (keys_a, keys_b) = (text(&a.key_set_file()), text(&b.key_set_file()));
    let old = text(&a.folder().join("old.jwt"));
    let [shard_a, shard_b] = [("a", a), ("b", b)].map(|(name, shard)| named(name, shard));
    let both = ["--shard", &shard_a, "--shard", &shard_b];
    let well = |codes| ward.patient("well", codes);
    vec![
        well(&[]).with(&["--shard", &shard_a, "--key-set", &keys_a]),
        well(&["keys-differ"]).with(&both).at(&["b"]),
        well(&["keys-differ"]).with(&["--key-set", &keys_a, "--key-set", &keys_b]),
        well(&["key-unknown"]).with(&["--key-set", &keys_b]),
        well(&["key-set-unreadable"]).with(&["--key-set", "/nowhere.json"]),
        well(&["feed-stale"]).with(&["--key-set", &keys_a, "--revocations", &old]),
        ward.patient("no-feed", &["feed-missing", "verifier-unavailable"])
            .with(&["--key-set", &keys_a, "--revocations", "/nowhere.jwt"]),
    ]
}

/// The web server and the router.
fn of_ways(ward: &Ward) -> Vec<Case> {
    let a = ward.shard("shard-a");
    let log = text(&ward.stage.folder().join("haproxy.log"));
    let https = ward.fronts.url("good").replace("http://", "https://");
    let at_a = ["--domain", "well.localhost", "--service-url", &websocket(a)];
    vec![
        ward.patient("well", &[]).with(&["--access-log", &log]),
        ward.front("talks", &["token-in-log"])
            .with(&["--access-log", &log]),
        ward.front("no-page", &["page-missing"]),
        ward.front("no-websocket", &["websocket-dead"]),
        ward.front("requests", &["http-request-open"]),
        ward.front("splits", &["router-splits-rooms"]),
        ward.front("drops", &["router-drops-token"]),
        ward.front("rewrites", &["room-rewritten"]),
        ward.case("no name", &["name-unknown"])
            .with(&["http://meet.invalid"]),
        ward.case("no TLS", &["tls-broken"])
            .with(&[&https])
            .with(&at_a),
        ward.case("nobody", &["page-unreachable", "websocket-dead"])
            .with(&["http://localhost:1"]),
    ]
}

/// Whole shards.
fn of_shards(ward: &Ward) -> Vec<Case> {
    let prosodyctl = text(&ward.shard("watches").write_prosodyctl());
    vec![
        ward.alone("ahead", &["clock-off"]),
        ward.alone("behind", &["clock-off"]),
        ward.alone("no-client-module", &["client-module-missing"]),
        ward.alone("watches", &["watch-mode"])
            .with(&["--prosodyctl", &prosodyctl]),
    ]
}

#[test]
fn each_fault_has_its_diagnosis_and_no_other() {
    let ward = Ward::start();
    let cases = Mutex::new(cases(&ward));
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(case) = cases.lock().unwrap().pop_front() else {
                        return;
                    };
                    wrong.lock().unwrap().extend(case.examine());
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}
