//! Links, signed and recorded: what every page and the API have in common.

use std::future::Future;

use room_token::{Grant, Validity};
use tokio::time::Instant;

use super::App;
use super::problem::Problem;
use crate::ledger::Relation;
use crate::metrics::Way;
use crate::people::Actor;
use crate::{IssuedLink, LedgerError, LinkRecord};

impl App {
    /// Signs a link; with a ledger, it is shown only after its row is durable.
    pub(super) async fn issue(
        &self,
        actor: &Actor,
        way: Way,
        grant: Grant,
        validity: Validity,
    ) -> Result<IssuedLink, Problem> {
        actor.needs_room(grant.room())?;
        let issued = self.office.issue(grant, validity, (self.token_id)())?;
        if let Some(ledger) = &self.ledger {
            let row = ledger.record(&actor.name, &issued, (self.now)());
            self.written(row).await?;
        }
        self.metrics.issued(way, 1);
        Ok(issued)
    }

    /// The same for a link that is made from another of the ledger's.
    pub(super) async fn issue_next(
        &self,
        actor: &Actor,
        grant: Grant,
        validity: Validity,
        relation: Relation<'_>,
    ) -> Result<(IssuedLink, LinkRecord), Problem> {
        actor.needs_room(grant.room())?;
        let way = match relation {
            Relation::GuestOf(_) => Way::Derive,
            Relation::SameAs(_) => Way::Again,
        };
        let issued = self.office.issue(grant, validity, (self.token_id)())?;
        let (ledger, now) = (self.ledger()?, (self.now)());
        let row = ledger.record_next(&actor.name, &issued, relation, now);
        let record = self.written(row).await?;
        self.metrics.issued(way, 1);
        Ok((issued, record))
    }

    /// Waits for a row, and measures how long.
    pub(super) async fn written<T>(
        &self,
        row: impl Future<Output = Result<T, LedgerError>>,
    ) -> Result<T, Problem> {
        let begun = Instant::now();
        let written = row.await;
        self.metrics.wrote(begun.elapsed(), written.is_ok());
        Ok(written?)
    }

    /// Notes what was done, where there is a ledger.
    pub(super) async fn note(
        &self,
        actor: &Actor,
        action: &str,
        subject: &str,
    ) -> Result<(), Problem> {
        match &self.ledger {
            Some(ledger) => Ok(ledger
                .note(&actor.name, action, subject, (self.now)())
                .await?),
            None => Ok(()),
        }
    }
}
