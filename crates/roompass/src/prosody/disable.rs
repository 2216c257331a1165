//! `roompass prosody disable`.

use prosody_config::{disable, status};

use crate::answer::Answer;
use crate::failure::Failure;

use super::{Asking, Done, Loaded, Place, carry_out, live, only_shown};

/// Take the door away again, byte for byte
///
/// What others edited since stays. If a line of ours was changed, nothing is done and the line is named.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass prosody disable
  roompass prosody disable --yes --no-reload

Exit status: 0 done or so already, 1 only shown or not possible, 2 not readable.")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,

    #[command(flatten)]
    asking: Asking,
}

pub(super) fn run(args: &Args) -> Result<Answer, Failure> {
    let loaded = Loaded::read(&args.place.config)?;
    let mut texts = Vec::new();
    for source in &loaded.sources {
        let text = disable(&source.text).map_err(|stuck| {
            let places = stuck.iter().map(|s| format!("{}:{}", source.name, s.line));
            let places: Vec<String> = places.collect();
            let hint = stuck.first().map_or("", |stuck| stuck.what.as_str());
            let what = format!(
                "nothing was changed: {} cannot be taken back",
                places.join(", ")
            );
            Failure::new(what, hint).not_done()
        })?;
        texts.push(text);
    }
    let before = status(&loaded.sources).map(|(standings, _)| standings);
    match carry_out(&args.place, &args.asking, &loaded, &texts)? {
        Done::Nothing => Ok(Answer::done("nothing to change\n")),
        Done::Shown(shown) => Ok(only_shown(&args.asking, &shown)),
        Done::Written(shown) => {
            let live = match before {
                Ok(before) if !args.asking.no_reload => live::take_away(&args.place, &before),
                Ok(_) | Err(_) => "written; Prosody was not told\n".to_owned(),
            };
            Ok(Answer::done(format!("{shown}\n{live}")))
        }
    }
}
