//! A link and what it is good for, as the API and the command print it. Times are RFC 3339, in UTC.

use room_token::{DisplayName, Features, Run, Windows};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{IssuedLink, Plan, Series, SeriesWords};

/// Everything that was signed; what was not asked for is left out.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub struct LinkReport {
    link: String,
    room: String,
    jti: String,
    kid: String,
    issued_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<String>,
    expires_at: String,
    affiliation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    join_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seats: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_occupants: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::BTreeMap<String, bool>>)]
    features: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    windows: Option<ReportedWindows>,
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<ReportedSeries>,
}

impl LinkReport {
    /// The same, with the series that its windows come from.
    #[must_use]
    pub fn with_series(mut self, series: &Series, plan: &Plan) -> Self {
        self.series = Some(ReportedSeries {
            words: series.words(),
            meetings: plan.count(),
        });
        self
    }
}

impl From<&IssuedLink> for LinkReport {
    fn from(issued: &IssuedLink) -> Self {
        let (grant, validity) = (&issued.grant, &issued.validity);
        let (person, limits) = (grant.person(), grant.limits());
        Self {
            link: issued.link.as_str().to_owned(),
            room: grant.room().to_string(),
            jti: issued.id.to_string(),
            kid: issued.key_id.to_string(),
            issued_at: validity.issued_at().to_string(),
            not_before: validity.not_before().map(|start| start.to_string()),
            expires_at: validity.expires_at().to_string(),
            affiliation: person.affiliation().as_str(),
            name: person.name().map(DisplayName::to_string),
            id: person.id().map(str::to_owned),
            email: person.email().map(str::to_owned),
            avatar: person.avatar().map(str::to_owned),
            join_by: limits.join_by().map(|latest| latest.to_string()),
            seats: limits.seats(),
            max_occupants: limits.max_occupants(),
            features: grant.features().and_then(as_json),
            windows: grant.windows().map(ReportedWindows::from),
            series: None,
        }
    }
}

fn as_json(features: &Features) -> Option<Value> {
    serde_json::from_str(&features.to_json()).ok()
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
struct ReportedWindows {
    duration: u64,
    period: u64,
    runs: Vec<ReportedRun>,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
struct ReportedRun {
    start: String,
    count: u64,
}

#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
struct ReportedSeries {
    #[serde(flatten)]
    words: SeriesWords,
    /// How many are still to come.
    meetings: usize,
}

impl From<&Windows> for ReportedWindows {
    fn from(windows: &Windows) -> Self {
        let run = |run: &Run| ReportedRun {
            start: run.start.to_string(),
            count: run.count,
        };
        Self {
            duration: windows.duration(),
            period: windows.period(),
            runs: windows.runs().iter().map(run).collect(),
        }
    }
}
