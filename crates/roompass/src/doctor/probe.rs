//! The probes: each asks one thing, gives up in time, and never keeps another from asking.

mod copies;
mod date;
mod doors;
mod leg;
mod log;
mod page;
mod routing;
mod shell;
mod visit;

use std::time::Duration;

use futures_util::future::join_all;
use room_token::Timestamp;

use self::visit::Way;
use super::errand::{self, Chance, Errand};
use super::observation::Observation;
use super::plan::Plan;
use crate::clock;
use crate::failure::Failure;

/// Asks everything, within the time that the plan gives.
pub(super) fn look(plan: &Plan, now: Timestamp) -> Result<Vec<Observation>, Failure> {
    let errands = plan
        .legs
        .iter()
        .map(|_| errands(plan, now))
        .collect::<Result<Vec<_>, _>>()?;
    let chance = u64::from_be_bytes(clock::random()?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| {
            let hint = "is this machine out of file handles?";
            Failure::new(format!("cannot start: {e}"), hint)
        })?;
    let seen = runtime.block_on(everything(plan, &errands, chance, now));
    // A name that is still being looked up must not keep us.
    runtime.shutdown_background();
    Ok(seen)
}

fn errands(plan: &Plan, now: Timestamp) -> Result<Vec<Errand>, Failure> {
    let chance = Chance {
        rooms: u64::from_be_bytes(clock::random()?),
        forger: clock::random()?,
        ids: clock::random()?,
    };
    errand::errands(&plan.pass, &plan.base, now, &chance)
}

async fn everything(
    plan: &Plan,
    errands: &[Vec<Errand>],
    chance: u64,
    now: Timestamp,
) -> Vec<Observation> {
    let written = log::begin(&plan.access_logs);
    let ways = plan.legs.iter().zip(errands).zip(0_u64..);
    let legs = ways.map(|(((leg, url), errands), number)| {
        let way = Way {
            url,
            tenant: plan.base.tenant(),
            hosts: &plan.hosts,
            patience: plan.patience,
            chance: chance.wrapping_add(number << 20),
        };
        within(plan.most, leg::look(leg, way, errands))
    });
    let first = errands.first().and_then(|errands| errands.first());
    let (legs, page, copies, shell) = tokio::join!(
        join_all(legs),
        within(plan.most, page::look(plan, first)),
        within(plan.most, copies::look(plan, now)),
        within(plan.most, shell::look(plan)),
    );
    let tokens = errands.iter().flatten().map(|errand| errand.token.as_str());
    let patience = (plan.patience / 2).min(Duration::from_secs(2));
    let written = log::look(written, &tokens.collect::<Vec<_>>(), first, patience).await;
    [legs.concat(), page, copies, shell, written].concat()
}

/// What a probe saw, unless it takes longer than everything may.
async fn within(most: Duration, probe: impl Future<Output = Vec<Observation>>) -> Vec<Observation> {
    // Its steps have limits of their own, so this is for what nobody thought of.
    tokio::time::timeout(most, probe).await.unwrap_or_default()
}
