//! A series of meetings, for one link.

use clap::ArgGroup;
use issuer::{Series, SeriesError, SeriesPart, SeriesWords};

use crate::failure::Failure;
use crate::times;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "A series of meetings")]
#[command(group(
    ArgGroup::new("repeat").args(["weekly", "daily", "every"]).multiple(true)
))]
pub(super) struct SeriesArgs {
    /// On these days of the week, such as tue or mon,wed
    #[arg(long, value_name = "DAYS", value_delimiter = ',')]
    weekly: Vec<String>,

    /// Every day
    #[arg(long, conflicts_with_all = ["weekly", "every"])]
    daily: bool,

    /// Only every second week (2w), every third day (3d) and so on
    #[arg(long, value_name = "N[w|d]")]
    every: Option<String>,

    /// When a meeting begins, by the clocks of the zone
    #[arg(long, value_name = "HH:MM", requires = "repeat")]
    at: Option<String>,

    /// How long a meeting is, such as 1h
    #[arg(long, value_name = "SPAN", requires = "repeat")]
    lasts: Option<String>,

    /// Where it takes place, such as Europe/Berlin; its changes of the clock are followed
    #[arg(long, value_name = "ZONE", requires = "repeat")]
    zone: Option<String>,

    /// How long before a meeting the door opens [default: 10m]
    #[arg(long, value_name = "SPAN", requires = "repeat")]
    early: Option<String>,

    /// How long after its planned end one may come back [default: 30m]
    #[arg(long, value_name = "SPAN", requires = "repeat")]
    grace: Option<String>,
}

impl SeriesArgs {
    /// The series, if there is to be one, from the first day to the last.
    pub(super) fn series(
        &self,
        from: Option<&String>,
        until: Option<&String>,
    ) -> Result<Option<Series>, Failure> {
        let words = self.words(from, until)?;
        let parse = |words: SeriesWords| Series::parse(&words).map_err(|e| blame(&e));
        words.map(parse).transpose()
    }

    /// The same, as it was typed.
    pub(super) fn words(
        &self,
        from: Option<&String>,
        until: Option<&String>,
    ) -> Result<Option<SeriesWords>, Failure> {
        if self.weekly.is_empty() && !self.daily && self.every.is_none() {
            return Ok(None);
        }
        let span =
            |option, text: Option<&String>| text.map(|text| times::span(option, text)).transpose();
        Ok(Some(SeriesWords {
            zone: needed("--zone", self.zone.as_ref(), "Europe/Berlin")?,
            weekdays: self.weekly.clone(),
            every: self.rhythm(),
            at: needed("--at", self.at.as_ref(), "15:00")?,
            lasts: times::span("--lasts", &needed("--lasts", self.lasts.as_ref(), "1h")?)?,
            from: from.cloned(),
            until: needed("--until", until, "2027-06-30")?,
            early: span("--early", self.early.as_ref())?,
            grace: span("--grace", self.grace.as_ref())?,
        }))
    }

    fn rhythm(&self) -> Option<String> {
        let daily = self.daily.then(|| "1d".to_owned());
        self.every.clone().or(daily)
    }
}

fn needed(option: &str, text: Option<&String>, such_as: &str) -> Result<String, Failure> {
    text.cloned().ok_or_else(|| {
        let hint = format!("add {option}, such as {option} {such_as}");
        Failure::new(format!("a series of meetings needs {option}"), hint)
    })
}

/// The series' fault, at the option it comes from.
pub(super) fn blame(error: &SeriesError) -> Failure {
    let option = match error.part() {
        SeriesPart::At => "--at",
        SeriesPart::Every => "--every",
        SeriesPart::From => "--from",
        SeriesPart::Lasts => "--lasts",
        SeriesPart::Until => "--until",
        SeriesPart::Weekdays => "--weekly",
        SeriesPart::Zone => "--zone",
    };
    Failure::because(option, error)
}
