//! How the keys' times overlap, as a drawing. Its numbers stand in the table beside it.

use room_token::Timestamp;

use super::life::{Life, Phase};
use crate::web::words;

/// A drawing, 720 units wide.
pub(super) struct Timeline {
    pub(super) lines: Vec<Line>,
    /// Where now is.
    pub(super) now: u64,
    pub(super) height: u64,
    pub(super) from: String,
    pub(super) until: String,
}

/// A key's bars.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) y: u64,
    pub(super) bars: Vec<Bar>,
}

pub(super) struct Bar {
    pub(super) x: u64,
    pub(super) width: u64,
    /// What the key does meanwhile: the name of a class too.
    pub(super) what: &'static str,
}

/// Beside the names.
const LEFT: u64 = 110;
const RIGHT: u64 = 710;
const ROW: u64 = 30;

impl Timeline {
    /// None, if nothing is known of any key.
    pub(super) fn of(lives: &[Life], now: Timestamp) -> Option<Self> {
        let spans: Vec<_> = lives.iter().map(|life| spans(life, now)).collect();
        let all = || spans.iter().flatten();
        let from = all().map(|span| span.0).min()?.min(now);
        let until = all().map(|span| span.1).max()?.max(now);
        let whole = until.seconds_since(from).max(1);
        let place = |at: Timestamp| {
            let share = u128::from(at.seconds_since(from)) * u128::from(RIGHT - LEFT);
            LEFT + u64::try_from(share / u128::from(whole)).unwrap_or(0)
        };
        let bar = |&(start, end, what): &(Timestamp, Timestamp, &'static str)| Bar {
            x: place(start),
            // A moment is seen too.
            width: place(end).saturating_sub(place(start)).max(2),
            what,
        };
        let rows = lives.iter().zip(&spans).zip(0_u64..);
        let drawn: Vec<_> = rows
            .map(|((life, spans), row)| Line {
                id: life.id.clone(),
                y: row * ROW,
                bars: spans.iter().map(bar).collect(),
            })
            .collect();
        Some(Self {
            now: place(now),
            height: ROW * u64::try_from(drawn.len()).unwrap_or(0) + 24,
            lines: drawn,
            from: words::short_moment(from),
            until: words::short_moment(until),
        })
    }
}

type Span = (Timestamp, Timestamp, &'static str);

/// Published, then signing, then only its links live.
fn spans(life: &Life, now: Timestamp) -> Vec<Span> {
    let first = life.signed.map(|(first, _)| first);
    let is_active = life.phase == Phase::Active;
    let signs_from = first.or(life.published.filter(|_| is_active));
    let last = life.signed.map(|(_, last)| last);
    let signs_until = if is_active { Some(now) } else { last };
    let waits = life.published.map(|published| {
        let until = signs_from.unwrap_or(now);
        (published, until, "next")
    });
    let signs = signs_from
        .zip(signs_until)
        .map(|(from, until)| (from, until, "active"));
    let lives_from = signs_until.or(life.published);
    let lives = lives_from
        .zip(life.dead)
        .map(|(from, until)| (from, until, "retiring"));
    let all = [waits, signs, lives].into_iter().flatten();
    all.filter(|(from, until, what)| from < until || (from == until && *what == "active"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    fn life(phase: Phase, published: u64, signed: Option<(u64, u64)>, dead: Option<u64>) -> Life {
        Life {
            id: "k".to_owned(),
            phase,
            published: Some(at(published)),
            signed: signed.map(|(first, last)| (at(first), at(last))),
            dead: dead.map(at),
            scope: String::new(),
        }
    }

    #[test]
    fn a_key_waits_signs_and_lives_on_in_its_links() {
        for (life, expected) in [
            (
                life(Phase::Next, 900, None, None),
                vec![(900, 1000, "next")],
            ),
            (
                life(Phase::Active, 500, Some((600, 990)), Some(1500)),
                vec![
                    (500, 600, "next"),
                    (600, 1000, "active"),
                    (1000, 1500, "retiring"),
                ],
            ),
            (
                life(Phase::Active, 500, None, None),
                vec![(500, 1000, "active")],
            ),
            (
                life(Phase::Retiring, 100, Some((100, 600)), Some(1200)),
                vec![(100, 600, "active"), (600, 1200, "retiring")],
            ),
        ] {
            let found = spans(&life, at(1000));
            let found: Vec<_> = found
                .iter()
                .map(|(from, until, what)| (from.as_secs(), until.as_secs(), *what))
                .collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn bars_are_to_scale_and_within_the_drawing() {
        let lives = [
            life(Phase::Active, 500, Some((1000, 1400)), None),
            life(Phase::Retiring, 0, Some((0, 1000)), Some(2000)),
        ];
        let timeline = Timeline::of(&lives, at(1500)).unwrap();
        assert_eq!(timeline.now, LEFT + 450);
        let bars: Vec<_> = timeline.lines[1]
            .bars
            .iter()
            .map(|b| (b.x, b.width))
            .collect();
        assert_eq!(bars, [(LEFT, 300), (LEFT + 300, 300)]);
        assert!(Timeline::of(&[], at(1)).is_none());
    }
}
