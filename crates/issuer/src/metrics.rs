//! What monitors read of a running issuer: numbers, and never a person, a room or a token.

mod labels;

use std::fmt;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

pub(crate) use self::labels::{Door, Paper, SignedIn, Way};
use self::labels::{DoorLabels, PaperLabels, RefusedLabels, RequestLabels, TakenLabels, WayLabels};

/// A family with one member or none.
type NoLabels = [(&'static str, &'static str); 0];

/// Every number, of one service.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    issued: Family<WayLabels, Counter>,
    refused: Family<RefusedLabels, Counter>,
    taken_back: Family<TakenLabels, Counter>,
    ledger_write: Histogram,
    ledger_failures: Counter,
    sign_ins: Family<DoorLabels, Counter>,
    papers: Family<PaperLabels, Counter>,
    requests: Family<RequestLabels, Counter>,
    ready: Gauge,
    key_age: Family<NoLabels, Gauge>,
    feed_age: Family<NoLabels, Gauge>,
    feed_number: Family<NoLabels, Gauge>,
}

/// What is looked up only when somebody asks; none of what is not there.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct State {
    /// Whether a link could be issued, and verifiers could check it.
    pub(crate) is_ready: bool,
    /// In seconds, since verifiers can have the key that signs.
    pub(crate) key_age: Option<u64>,
    /// In seconds, since the feed's edition was signed.
    pub(crate) feed_age: Option<u64>,
    pub(crate) feed_number: Option<u64>,
}

/// In seconds: a local SSD, a slow one, a database elsewhere, and one that is given up.
const LATENCIES: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 8.0,
];

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("roompass_issuer"),
            issued: Family::default(),
            refused: Family::default(),
            taken_back: Family::default(),
            ledger_write: Histogram::new(LATENCIES),
            ledger_failures: Counter::default(),
            sign_ins: Family::default(),
            papers: Family::default(),
            requests: Family::default(),
            ready: Gauge::default(),
            key_age: Family::default(),
            feed_age: Family::default(),
            feed_number: Family::default(),
        };
        metrics.register_counts();
        metrics.register_states();
        metrics.begin_at_zero();
        metrics
    }
}

impl Metrics {
    fn register_counts(&mut self) {
        let registry = &mut self.registry;
        registry.register("links_issued", "Links, by how", self.issued.clone());
        let help = "Requests for links that got none, by how and why";
        registry.register("links_refused", help, self.refused.clone());
        let help = "Entries of the list of what was taken back, by what they take back";
        registry.register("taken_back", help, self.taken_back.clone());
        let help = "Waiting until a link's row is durable";
        let latency = self.ledger_write.clone();
        registry.register_with_unit("ledger_write", help, Unit::Seconds, latency);
        let help = "Links that were not shown, because their row could not be written";
        registry.register("ledger_failures", help, self.ledger_failures.clone());
        let help = "Attempts to sign in, by how and with what result";
        registry.register("sign_ins", help, self.sign_ins.clone());
        let help = "What verifiers asked for: 200 is a new edition, 304 the one they have";
        registry.register("documents", help, self.papers.clone());
        let help = "Answers, by route and status";
        registry.register("requests", help, self.requests.clone());
    }

    fn register_states(&mut self) {
        let registry = &mut self.registry;
        let help = "1 while a link could be issued that verifiers can check";
        registry.register("ready", help, self.ready.clone());
        let help = "Since the key that signs was published";
        let age = self.key_age.clone();
        registry.register_with_unit("signing_key_age", help, Unit::Seconds, age);
        let help = "Since the edition of the revocations that verifiers get was signed";
        let age = self.feed_age.clone();
        registry.register_with_unit("revocations_age", help, Unit::Seconds, age);
        let help = "The number of the list of what was taken back";
        registry.register("revocations_seq", help, self.feed_number.clone());
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        registry.register("build", "What runs", Info::new(version));
    }

    /// A rate can be had of what happens for the first time, only if it was 0 before.
    fn begin_at_zero(&self) {
        for way in Way::ALL {
            self.issued.get_or_create(&way.labels()).inc_by(0);
        }
        for door in Door::ALL {
            for result in SignedIn::ALL {
                let labels = DoorLabels::of(door, result);
                self.sign_ins.get_or_create(&labels).inc_by(0);
            }
        }
    }

    pub(crate) fn issued(&self, way: Way, links: usize) {
        let links = u64::try_from(links).unwrap_or(u64::MAX);
        self.issued.get_or_create(&way.labels()).inc_by(links);
    }

    /// `code` is that of a problem: there are few, and they never change.
    pub(crate) fn refused(&self, way: Way, code: &'static str) {
        let labels = RefusedLabels {
            way: way.as_str(),
            code,
        };
        self.refused.get_or_create(&labels).inc();
    }

    /// `what` is `link`, `room`, `key` or `person`.
    pub(crate) fn taken_back(&self, what: &'static str) {
        self.taken_back.get_or_create(&TakenLabels { what }).inc();
    }

    pub(crate) fn wrote(&self, waited: Duration, is_durable: bool) {
        self.ledger_write.observe(waited.as_secs_f64());
        if !is_durable {
            self.ledger_failures.inc();
        }
    }

    pub(crate) fn signed_in(&self, door: Door, result: SignedIn) {
        let labels = DoorLabels::of(door, result);
        self.sign_ins.get_or_create(&labels).inc();
    }

    pub(crate) fn fetched(&self, paper: Paper, status: u16) {
        let labels = PaperLabels {
            document: paper.as_str(),
            status,
        };
        self.papers.get_or_create(&labels).inc();
    }

    /// `route` is the pattern that a path has, never the path.
    pub(crate) fn answered(&self, method: &'static str, route: &str, status: u16) {
        let labels = RequestLabels {
            method,
            route: route.to_owned(),
            status,
        };
        self.requests.get_or_create(&labels).inc();
    }

    /// All of it, in the text format of `OpenMetrics` 1.0.
    ///
    /// # Errors
    /// None in practice: writing to a string does not fail.
    pub(crate) fn text(&self, state: State) -> Result<String, fmt::Error> {
        self.ready.set(i64::from(state.is_ready));
        let set = |family: &Family<NoLabels, Gauge>, value: Option<u64>| {
            family.clear();
            if let Some(value) = value {
                let value = i64::try_from(value).unwrap_or(i64::MAX);
                family.get_or_create(&[]).set(value);
            }
        };
        set(&self.key_age, state.key_age);
        set(&self.feed_age, state.feed_age);
        set(&self.feed_number, state.feed_number);
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_text_that_monitors_read() {
        let metrics = Metrics::default();
        metrics.issued(Way::Batch, 3);
        metrics.refused(Way::Api, "not-allowed");
        metrics.taken_back("room");
        metrics.wrote(Duration::from_millis(4), true);
        metrics.wrote(Duration::from_secs(9), false);
        metrics.signed_in(Door::Passphrase, SignedIn::Wrong);
        metrics.fetched(Paper::KeySet, 304);
        metrics.answered("GET", "/links/{jti}", 200);
        let state = State {
            is_ready: true,
            feed_age: Some(12),
            ..State::default()
        };
        let text = metrics.text(state).unwrap();
        for line in [
            "# TYPE roompass_issuer_links_issued counter",
            r#"roompass_issuer_links_issued_total{way="batch"} 3"#,
            r#"roompass_issuer_links_issued_total{way="form"} 0"#,
            r#"roompass_issuer_links_refused_total{way="api",code="not-allowed"} 1"#,
            r#"roompass_issuer_taken_back_total{what="room"} 1"#,
            "# UNIT roompass_issuer_ledger_write_seconds seconds",
            r#"roompass_issuer_ledger_write_seconds_bucket{le="0.0025"} 0"#,
            r#"roompass_issuer_ledger_write_seconds_bucket{le="0.005"} 1"#,
            r#"roompass_issuer_ledger_write_seconds_bucket{le="+Inf"} 2"#,
            "roompass_issuer_ledger_failures_total 1",
            r#"roompass_issuer_sign_ins_total{way="passphrase",result="wrong"} 1"#,
            r#"roompass_issuer_documents_total{document="key-set",status="304"} 1"#,
            r#"roompass_issuer_requests_total{method="GET",route="/links/{jti}",status="200"} 1"#,
            "roompass_issuer_ready 1",
            "roompass_issuer_revocations_age_seconds 12",
            concat!(
                r#"roompass_issuer_build_info{version=""#,
                env!("CARGO_PKG_VERSION"),
                r#""} 1"#
            ),
        ] {
            assert!(text.lines().any(|is| is == line), "{line}\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
        assert!(
            !text.contains("signing_key_age_seconds "),
            "what is not known is not there"
        );
    }
}
