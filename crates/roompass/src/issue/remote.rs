//! The same, by an issuer elsewhere.

use room_token::Timestamp;
use serde_json::Value;

use super::Args;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::server::{Server, Wish};
use crate::times;

pub(super) fn run(args: &Args, server: &Server, now: Timestamp) -> Result<Answer, Failure> {
    let answer = server.post("/api/v1/links", &wish(args, now)?.0)?;
    if let Some(link) = answer.get("link").and_then(Value::as_str) {
        args.handouts.write_code(link)?;
    }
    told(&answer, args.json)
}

/// The link alone, or all that was signed.
pub(crate) fn told(answer: &Value, json: bool) -> Result<Answer, Failure> {
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    if json {
        let mut report = answer.clone();
        if let Some(report) = report.as_object_mut() {
            // The link has it, and no report of ours has it twice.
            report.remove("token");
        }
        return Answer::json(&report, true);
    }
    let link = text("link").unwrap_or_default();
    let talk = format!(
        "room    {}\nfor     {}, as {}\nopens   {}\ncloses  {}\n",
        text("room").unwrap_or_default(),
        text("name").unwrap_or("anybody who has the link"),
        text("affiliation").unwrap_or_default(),
        text("not_before").unwrap_or("now"),
        text("expires_at").unwrap_or_default(),
    );
    Ok(Answer::done(format!("{link}\n")).with_talk(talk))
}

fn wish(args: &Args, now: Timestamp) -> Result<Wish, Failure> {
    args.keep_slashes()?;
    let mut wish = Wish::default();
    wish.set("room", Some(args.room.clone()));
    args.person.put_into(&mut wish)?;
    let series = args.series.words(args.from.as_ref(), args.until.as_ref())?;
    let opens = if let Some(words) = series {
        wish.set("series", serde_json::to_value(words).ok());
        None
    } else {
        let start = args
            .from
            .as_ref()
            .map(|text| times::time("--from", text))
            .transpose()?;
        let end = args
            .until
            .as_ref()
            .map(|text| times::time("--until", text))
            .transpose()?;
        let span = args
            .lasting
            .as_ref()
            .map(|text| times::span("--for", text))
            .transpose()?;
        wish.set("not_before", start.map(|at| at.to_string()));
        wish.set("expires_at", end.map(|at| at.to_string()));
        wish.set("lifetime", span);
        Some(start.unwrap_or(now))
    };
    args.limits.put_into(&mut wish, opens)?;
    wish.set("fragment", args.fragment.then_some(true));
    Ok(wish)
}
