//! A link that was made from another: a guest's of an owner's, or the same grant signed once more.

use super::change::Change;
use super::links::{self, LinkRecord};
use super::{LedgerError, LinkRow};
use crate::IssuedLink;

/// How a new link belongs to one that the ledger knows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Relation<'a> {
    /// A guest's of this owner's.
    GuestOf(&'a LinkRow),
    /// The same as this.
    SameAs(&'a LinkRow),
}

/// One transaction: no link without its place in the other's history.
pub(super) async fn record(
    mut change: Change,
    actor: &str,
    issued: &IssuedLink,
    relation: Relation<'_>,
) -> Result<LinkRecord, LedgerError> {
    let mut record = LinkRecord::of(issued);
    let (action, from) = match relation {
        Relation::GuestOf(owner) => ("link.derive", &owner.record),
        Relation::SameAs(old) => ("link.reissue", &old.record),
    };
    if matches!(relation, Relation::SameAs(_)) {
        record.meeting = from.meeting().to_owned();
        record.edition = links::next_edition(&mut change, from.meeting()).await?;
    }
    links::insert(&mut change, actor, &record).await?;
    change
        .note(actor, action, &from.jti, record.jti.clone())
        .await?;
    change.commit().await?;
    Ok(record)
}
