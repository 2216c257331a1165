//! The stage: real Prosody shards, a router, a focus and guests, all on loopback.
//!
//! ```no_run
//! use e2e::{Guest, Stage};
//!
//! let stage = Stage::start();
//! let link = stage.issuer().issue("weekly-sync").name("Ada").owner().link();
//! let ada = Guest::strophe(&link).stay();
//! assert_eq!(ada.report().expect_admitted().affiliation.as_deref(), Some("owner"));
//! ```
//!
//! Every actor has a file and owns its process: it waits for readiness by a condition
//! with a deadline, and dies with its owner, also when a test panics; then the tail of
//! its log is printed. A stage keeps to a folder and ports of its own, so that any
//! number of them can run side by side.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a stage that cannot stand must end its test, loudly"
)]

pub mod artifacts;
mod clinic;
mod crowd;
mod doctor;
mod focus;
mod forge;
mod fronts;
mod guest;
mod http;
mod issuer;
mod jicofo;
mod knock;
mod link;
mod load;
mod origin;
mod port;
mod process;
mod prosody;
mod report;
mod router;
mod shard;
mod stage;
mod template;
mod tree;
mod visit;
mod wait;
mod web;

pub use clinic::Patient;
pub use crowd::{Arrival, Connection, Timings, Verdict, Visitor};
pub use doctor::Doctor;
pub use focus::Focus;
pub use forge::{Forge, epoch_seconds};
pub use fronts::Fronts;
pub use guest::Guest;
pub use http::{Answer, ask, get, post};
pub use issuer::{Issue, Issuer, Service};
pub use jicofo::{Heard, Jicofo};
pub use knock::Knock;
pub use link::Link;
pub use load::{Rooms, Seating, Siege, Strangers};
pub use origin::Origin;
pub use port::Port;
pub use process::Process;
pub use prosody::Prosody;
pub use report::{Form, Outcome, Report};
pub use router::Router;
pub use shard::{Collector, Gate, ROOM_HOST, Shard, ShardPlan};
pub use stage::{Stage, StagePlan, owner};
pub use tree::Tree;
pub use visit::Visit;
pub use wait::{until, until_within};
pub use web::Web;
