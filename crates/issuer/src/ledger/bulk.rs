//! Many links in one transaction: all of them or none, whatever happens in between.

use super::change::Change;
use super::conditions::Conditions;
use super::links::{ISSUE, LinkRecord, NOTE};
use super::{LedgerError, seconds};
use crate::{IssuedLink, MeetingNote};

/// In one statement: fewer ways to the database, and far from the most values that one may have.
const AT_ONCE: usize = 200;

pub(super) async fn record(
    mut change: Change,
    actor: &str,
    issued: &[IssuedLink],
    notes: &[MeetingNote],
) -> Result<(), LedgerError> {
    for part in issued.chunks(AT_ONCE) {
        let records: Vec<_> = part.iter().map(LinkRecord::of).collect();
        let first = append(&mut change, actor, &records).await?;
        insert(&mut change, actor, &records, first).await?;
    }
    for (link, note) in issued.iter().zip(notes) {
        if !note.is_empty() {
            let (id, text) = (link.id.to_string(), note.to_json());
            change.note(actor, NOTE, &id, text).await?;
        }
    }
    change.commit().await
}

/// Gives the number of the first entry.
async fn append(
    change: &mut Change,
    actor: &str,
    records: &[LinkRecord],
) -> Result<i64, LedgerError> {
    let mut query = Conditions::new(
        "INSERT INTO entries (seq, at, actor, action, subject, detail, hash) VALUES ",
    );
    let mut first = None;
    for record in records {
        let chained = change.push(actor, ISSUE, &record.jti, &record.claims);
        let seq = i64::try_from(chained.seq).unwrap_or(i64::MAX);
        query.text(if first.is_none() { "(" } else { ", (" });
        first.get_or_insert(seq);
        query.number(seq);
        query.text(", ");
        query.time(chained.entry.at);
        let entry = &chained.entry;
        let texts = [
            &entry.actor,
            &entry.action,
            &entry.subject,
            &entry.detail,
            &chained.hash,
        ];
        texts_into(&mut query, texts.map(String::as_str));
        query.text(")");
    }
    query.execute(change.connection()).await?;
    Ok(first.unwrap_or_default())
}

async fn insert(
    change: &mut Change,
    actor: &str,
    records: &[LinkRecord],
    first: i64,
) -> Result<(), LedgerError> {
    let mut query = Conditions::new(
        "INSERT INTO links (seq, issued_at, opens_at, expires_at, edition, jti, kid, room, name, affiliation, \
         issued_by, person, sought, parent, meeting) VALUES ",
    );
    for (seq, record) in (first..).zip(records) {
        query.text(if seq == first { "(" } else { ", (" });
        query.number(seq);
        for number in [
            seconds(record.issued_at),
            seconds(record.opens_at),
            seconds(record.expires_at),
            i64::from(record.edition),
        ] {
            query.text(", ");
            query.number(number);
        }
        let sought = record.name.to_lowercase();
        let texts = [
            record.jti.as_str(),
            &record.kid,
            &record.room,
            &record.name,
            &record.affiliation,
            actor,
            &record.person,
            &sought,
            &record.parent,
            &record.meeting,
        ];
        texts_into(&mut query, texts);
        query.text(")");
    }
    query.execute(change.connection()).await
}

fn texts_into<'a>(query: &mut Conditions, texts: impl IntoIterator<Item = &'a str>) {
    for text in texts {
        query.text(", ");
        query.value(text);
    }
}
