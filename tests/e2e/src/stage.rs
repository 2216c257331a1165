//! The whole stage: an issuer, two shards with their focus, and a router before them.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process;

use tempfile::TempDir;

use crate::focus::Focus;
use crate::issuer::Issuer;
use crate::link::Link;
use crate::port::Port;
use crate::router::Router;
use crate::shard::{Shard, ShardPlan};
use crate::wait::until;

const OWNER: &str = "owner.pid";

/// The process whose stage lies in `folder`, if that is the folder of a stage.
pub fn owner(folder: &Path) -> Option<u32> {
    fs::read_to_string(folder.join(OWNER)).ok()?.parse().ok()
}

/// How a stage differs from the ordinary one.
#[derive(Debug, Default)]
pub struct StagePlan {
    /// Only shard-a, for stories that one shard can tell.
    pub one_shard: bool,
    /// What every shard is like.
    pub shard: ShardPlan,
    /// The router's port; any free one if not given.
    pub port: Option<Port>,
    /// Who answers what is not XMPP.
    pub page: Option<SocketAddr>,
}

impl StagePlan {
    /// One shard of this kind.
    pub fn one_shard(shard: ShardPlan) -> Self {
        Self {
            one_shard: true,
            shard,
            ..Self::default()
        }
    }
}

/// Everything that runs. Dropped, nothing of it is left.
#[derive(Debug)]
pub struct Stage {
    // In the order in which they are to be ended; the folder goes last.
    focuses: Vec<Option<Focus>>,
    router: Router,
    shards: Vec<Shard>,
    issuer: Issuer,
    folder: TempDir,
}

impl Stage {
    /// The ordinary stage, running.
    ///
    /// # Panics
    /// When an actor does not start.
    pub fn start() -> Self {
        Self::start_with(StagePlan::default())
    }

    /// A stage of another kind, running.
    ///
    /// # Panics
    /// When an actor does not start.
    pub fn start_with(plan: StagePlan) -> Self {
        let mut stage = Self::prepare(plan);
        stage.run();
        stage
    }

    /// Lays everything out and starts nothing, so that a test can break it before.
    ///
    /// # Panics
    /// When the temporary folder cannot be written or something was not built.
    pub fn prepare(plan: StagePlan) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("roompass-stage-")
            .tempdir()
            .expect("the temporary folder is writable");
        fs::write(folder.path().join(OWNER), process::id().to_string())
            .expect("the temporary folder is writable");
        let port = plan.port.unwrap_or_else(Port::any);
        let issuer = Issuer::new(
            folder.path(),
            &format!("http://localhost:{}", port.number()),
        );
        let names: &[&str] = if plan.one_shard {
            &["shard-a"]
        } else {
            &["shard-a", "shard-b"]
        };
        let shards: Vec<Shard> = names
            .iter()
            .map(|name| Shard::prepare(name, folder.path(), issuer.key_set(), &plan.shard))
            .collect();
        let router = Router::prepare(folder.path(), port, &shards, plan.page);
        Self {
            focuses: shards.iter().map(|_| None).collect(),
            router,
            shards,
            issuer,
            folder,
        }
    }

    /// Starts what [`Stage::prepare`] laid out.
    ///
    /// # Panics
    /// When an actor does not start.
    pub fn run(&mut self) {
        self.shards.iter_mut().for_each(Shard::spawn);
        self.shards.iter_mut().for_each(Shard::wait_until_ready);
        self.focuses = self.shards.iter().map(Focus::spawn).map(Some).collect();
        self.router.start();
        self.focuses
            .iter_mut()
            .flatten()
            .for_each(Focus::wait_until_ready);
    }

    /// Who makes keys and links.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// A member's link to `room`, good for two hours.
    pub fn link(&self, room: &str) -> Link {
        self.issuer.issue(room).lasting("2h").link()
    }

    /// A link to `room` with any token whatever.
    pub fn link_with(&self, room: &str, token: &str) -> Link {
        Link::new(&self.router.base_url(), room, Some(token))
    }

    /// The front door.
    pub fn router(&self) -> &Router {
        &self.router
    }

    /// The shards: shard-a, then shard-b.
    pub fn shards(&self) -> &[Shard] {
        &self.shards
    }

    /// The shard of that name.
    ///
    /// # Panics
    /// When there is none.
    pub fn shard(&self, name: &str) -> &Shard {
        self.shards
            .iter()
            .find(|shard| shard.name() == name)
            .unwrap_or_else(|| panic!("there is no shard {name}"))
    }

    /// Stops a shard as an operator does; its focus goes with it.
    ///
    /// # Panics
    /// When there is none of that name, or it does not stop.
    pub fn stop_shard(&mut self, name: &str) {
        let (shard, focus) = self.shard_and_focus(name);
        shard.stop();
        *focus = None;
    }

    /// Ends a shard as a power cut does.
    ///
    /// # Panics
    /// When there is none of that name.
    pub fn kill_shard(&mut self, name: &str) {
        let (shard, focus) = self.shard_and_focus(name);
        shard.kill();
        *focus = None;
    }

    /// Starts a stopped shard and its focus, and waits until the router sends rooms there.
    ///
    /// # Panics
    /// When there is none of that name, or it does not start.
    pub fn start_shard(&mut self, name: &str) {
        let (shard, focus) = self.shard_and_focus(name);
        shard.start();
        *focus = Some(Focus::start(shard));
        until("the router sees the shard", || {
            self.router.room_on(name).is_some()
        });
    }

    /// Stops and starts a shard.
    ///
    /// # Panics
    /// When there is none of that name, or it does not start.
    pub fn restart_shard(&mut self, name: &str) {
        self.stop_shard(name);
        self.start_shard(name);
    }

    fn shard_and_focus(&mut self, name: &str) -> (&mut Shard, &mut Option<Focus>) {
        self.shards
            .iter_mut()
            .zip(&mut self.focuses)
            .find(|(shard, _)| shard.name() == name)
            .unwrap_or_else(|| panic!("there is no shard {name}"))
    }

    /// The rooms whose conference requests reached a focus that runs, shard after shard.
    pub fn seen_by_focus(&self) -> Vec<String> {
        self.focuses
            .iter()
            .flatten()
            .flat_map(Focus::seen)
            .collect()
    }

    /// The rooms of all shards that run.
    pub fn rooms(&self) -> Vec<String> {
        self.shards.iter().flat_map(Shard::rooms).collect()
    }

    /// The folder that holds all of it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
