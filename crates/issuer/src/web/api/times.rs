//! When a link is to hold: once, in windows worked out elsewhere, or as a series.

use room_token::{Grant, Run, TimeError, Timestamp, Validity, Windows};

use super::DEFAULT_LIFETIME;
use crate::web::members::Members;
use crate::web::problem::Problem;
use crate::{Ending, LinkReport, Plan, Schedule, Series, SeriesWords};

/// The times to sign.
pub(super) enum Times {
    Once(Validity),
    Windows(Validity, Windows),
    Series(Box<(Series, Plan)>),
}

impl Times {
    pub(super) fn read(asked: &Members, now: Timestamp) -> Result<Self, Problem> {
        if let Some(series) = asked.object("series", SERIES)? {
            return read_series(asked, &series, now);
        }
        let Some(windows) = asked.object("windows", WINDOWS)? else {
            let end = end(asked)?.unwrap_or(Ending::After(DEFAULT_LIFETIME));
            return validity(asked, end, now).map(Self::Once);
        };
        let windows = read_windows(asked, &windows)?;
        // The windows' end is the link's, unless somebody wants it to end earlier.
        let end = end(asked)?.unwrap_or(Ending::At(windows.end()));
        let validity = validity(asked, end, now)?;
        let next = windows.at_or_after(validity.opens_at());
        if next.is_none_or(|window| window.opens >= validity.expires_at()) {
            let detail = "no window is left while the link holds; give one, or other times";
            return Err(asked.problem("windows", detail));
        }
        Ok(Self::Windows(validity, windows))
    }

    pub(super) fn validity(&self) -> Validity {
        match self {
            Self::Once(validity) | Self::Windows(validity, _) => *validity,
            Self::Series(series) => series.1.validity(),
        }
    }

    pub(super) fn ends_at(&self) -> Timestamp {
        self.validity().expires_at()
    }

    pub(super) fn opens_at(&self) -> Timestamp {
        match self {
            Self::Once(validity) => validity.opens_at(),
            Self::Windows(validity, windows) => {
                let next = windows.at_or_after(validity.opens_at());
                next.map_or(validity.opens_at(), |window| window.opens)
            }
            Self::Series(series) => series.1.opens_at(),
        }
    }

    pub(super) fn put_into(&self, grant: Grant) -> Grant {
        match self {
            Self::Once(_) => grant,
            Self::Windows(_, windows) => grant.during(windows.clone()),
            Self::Series(series) => grant.during(series.1.windows().clone()),
        }
    }

    pub(super) fn tell(&self, report: LinkReport) -> LinkReport {
        match self {
            Self::Once(_) | Self::Windows(..) => report,
            Self::Series(series) => report.with_series(&series.0, &series.1),
        }
    }
}

/// `lifetime` or `expires_at`.
pub(crate) fn end(asked: &Members) -> Result<Option<Ending>, Problem> {
    match (asked.seconds("lifetime")?, asked.time("expires_at")?) {
        (Some(_), Some(_)) => {
            let detail = "`lifetime` and `expires_at` both say when it ends; leave one out";
            Err(asked.problem("expires_at", detail))
        }
        (None, Some(end)) => Ok(Some(Ending::At(end))),
        (Some(secs), None) => Ok(Some(Ending::After(secs))),
        (None, None) => Ok(None),
    }
}

fn validity(asked: &Members, end: Ending, now: Timestamp) -> Result<Validity, Problem> {
    let names = ["expires_at", "lifetime", "windows"];
    let field = names.into_iter().find(|name| asked.has(name));
    let start = asked.time("not_before")?;
    let blame = |error: TimeError| asked.problem(field.unwrap_or("not_before"), error);
    Schedule { start, end }.validity(now).map_err(blame)
}

/// The latest first join, `join_by`.
pub(crate) fn join_by(
    asked: &Members,
    opens: Timestamp,
    ends: Timestamp,
) -> Result<Option<Timestamp>, Problem> {
    let read = |latest| {
        let latest = Ending::At(latest).join_by(opens, ends);
        latest.map_err(|error| asked.problem("join_by", error))
    };
    asked.time("join_by")?.map(read).transpose()
}

pub(crate) const WINDOWS: &[&str] = &["duration", "period", "runs"];

fn read_windows(asked: &Members, windows: &Members) -> Result<Windows, Problem> {
    let missing = |members: &Members, name: &str| {
        members.problem(name, format!("there is no `{name}`; give one"))
    };
    let seconds = |name| {
        let secs = windows.seconds(name)?;
        secs.ok_or_else(|| missing(windows, name))
    };
    let run = |run: &Members| {
        Ok(Run {
            start: run.time("start")?.ok_or_else(|| missing(run, "start"))?,
            count: run.count("count")?.ok_or_else(|| missing(run, "count"))?,
        })
    };
    let runs = windows.objects("runs", &["start", "count"])?;
    let runs = runs.iter().map(run).collect::<Result<_, Problem>>()?;
    Windows::new(seconds("duration")?, seconds("period")?, runs)
        .map_err(|error| asked.problem("windows", error))
}

pub(crate) const SERIES: &[&str] = &[
    "zone", "weekdays", "every", "at", "lasts", "from", "until", "early", "grace",
];

fn read_series(asked: &Members, series: &Members, now: Timestamp) -> Result<Times, Problem> {
    let others = ["windows", "lifetime", "expires_at", "not_before"];
    if let Some(other) = others.into_iter().find(|name| asked.has(name)) {
        let detail = format!("`series` says already when the door is open; leave `{other}` out");
        return Err(asked.problem(other, detail));
    }
    let missing = || series.problem("lasts", "there is no `lasts`; give a meeting's seconds");
    let owned = |text: &str| text.to_owned();
    let words = SeriesWords {
        zone: series.required("zone")?.to_owned(),
        weekdays: series.strings("weekdays")?,
        every: series.string("every")?.map(owned),
        at: series.required("at")?.to_owned(),
        lasts: series.seconds("lasts")?.ok_or_else(missing)?,
        from: series.string("from")?.map(owned),
        until: series.required("until")?.to_owned(),
        early: series.seconds("early")?,
        grace: series.seconds("grace")?,
    };
    let read = Series::parse(&words).and_then(|series| {
        let plan = series.plan(now)?;
        Ok(Times::Series(Box::new((series, plan))))
    });
    read.map_err(|error| series.problem(error.part().as_str(), error))
}
