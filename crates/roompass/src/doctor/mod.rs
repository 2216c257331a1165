//! `roompass doctor`: looks at every leg of an installation, as a guest and as a thief.
//!
//! The probes see ([`observation`]), [`diagnose`] judges, [`report`] tells.

mod advice;
mod args;
mod code;
mod diagnose;
mod errand;
mod observation;
mod plan;
mod probe;
mod report;

use room_token::Timestamp;

pub(crate) use self::args::Args;
use self::plan::Plan;
use self::report::Report;
use crate::answer::Answer;
use crate::failure::Failure;

/// What people call the way that guests take.
const ROUTER: &str = "the router";
/// And the web server's side of it.
const PAGE: &str = "the page";

pub(crate) fn run(args: &Args, now: Timestamp) -> Result<Answer, Failure> {
    let plan = Plan::of(args)?;
    let seen = probe::look(&plan, now)?;
    let report = Report::of(&plan, &seen);
    if args.json {
        return Answer::json(&report.to_json(), report.is_fine());
    }
    Ok(Answer {
        done: report.is_fine(),
        ..Answer::done(report.in_words())
    })
}
