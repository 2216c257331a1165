//! `roompass prosody enable`.

use std::path::Path;

use prosody_config::{Refusal, State, Wishes, enable, status};

use crate::answer::Answer;
use crate::failure::Failure;

use super::{Asking, Done, Loaded, Place, carry_out, installed, live, only_shown};

/// Put the door before every room of a Jitsi shard
///
/// Shows the exact change first, and makes it only when somebody says yes. Options that are not given stay as an earlier
/// run wrote them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass prosody enable --key-set /etc/prosody/roompass.jwks.json
  roompass prosody enable --key-set https://issuer.example.org/.well-known/jwks.json --yes
  roompass prosody enable --dry-run --key-set roompass.jwks.json

Exit status: 0 done or so already, 1 only shown or not all of it done, 2 nothing done.")]
pub(crate) struct Args {
    /// The public keys: a file on the shard, or a URL
    #[arg(long, value_name = "FILE|URL")]
    key_set: Option<String>,

    /// The feed of what was taken back: a file on the shard, or a URL
    #[arg(long, value_name = "FILE|URL")]
    revocations: Option<String>,

    /// `roompass_verifier.so`, where Lua does not find it by itself
    #[arg(long, value_name = "FILE")]
    verifier: Option<String>,

    /// Let people without a link ask at the lobby
    #[arg(long)]
    knock: bool,

    /// One more domain whose accounts need no link; those of Jicofo and recorders are found
    #[arg(long, value_name = "DOMAIN")]
    exempt: Vec<String>,

    /// Rooms that stay open
    #[arg(long, value_name = "DOMAIN")]
    unguarded: Vec<String>,

    /// On a visitor node: the domain of the main server's people
    #[arg(long, value_name = "DOMAIN")]
    main_domain: Vec<String>,

    /// Go on though the modules or the library are not there yet: until they are, nobody gets in
    #[arg(long)]
    even_if_missing: bool,

    #[command(flatten)]
    place: Place,

    #[command(flatten)]
    asking: Asking,
}

pub(super) fn run(args: &Args) -> Result<Answer, Failure> {
    let loaded = Loaded::read(&args.place.config)?;
    let wishes = wishes(args)?;
    let enabled = match enable(&loaded.sources, &wishes) {
        Ok(enabled) => enabled,
        Err(Refusal::Docker { variables }) => return Ok(for_docker(&variables)),
        Err(refusal) => return Err(Failure::told(&refusal)),
    };
    let mut new = loaded.sources.clone();
    for (source, text) in new.iter_mut().zip(&enabled.texts) {
        source.text.clone_from(text);
    }
    if args.asking.yes && !args.even_if_missing {
        all_there(&args.place, &new)?;
    }
    let by_hand = super::status::by_hand(&enabled.todos);
    let answer = match carry_out(&args.place, &args.asking, &loaded, &enabled.texts)? {
        Done::Nothing => Answer::done("nothing to change\n"),
        Done::Shown(shown) => only_shown(&args.asking, &shown),
        Done::Written(shown) => {
            let standings = status(&new).map(|(standings, _)| standings);
            let live = match standings {
                Ok(standings) if !args.asking.no_reload => live::bring_in(&args.place, &standings),
                Ok(_) | Err(_) => "written; Prosody was not told\n".to_owned(),
            };
            Answer::done(format!("{shown}\n{live}"))
        }
    };
    Ok(Answer {
        done: answer.done && by_hand.is_empty() && all_guarded(&new),
        result: answer.result + &by_hand,
        ..answer
    })
}

fn all_guarded(sources: &[prosody_config::Source]) -> bool {
    status(sources).is_ok_and(|(hosts, _)| hosts.iter().all(|host| host.state == State::Guarded))
}

/// A file is named as Prosody's user finds it: Prosody takes a relative one from its own folder, a person from theirs.
fn wishes(args: &Args) -> Result<Wishes, Failure> {
    let place = |name: &Option<String>| name.as_deref().map(absolute).transpose();
    Ok(Wishes {
        key_set: place(&args.key_set)?,
        revocations: place(&args.revocations)?,
        verifier: place(&args.verifier)?,
        lobby: args.knock.then(|| "knock".to_owned()),
        main_domains: args.main_domain.clone(),
        exempt: args.exempt.clone(),
        unguarded: args.unguarded.clone(),
    })
}

fn absolute(name: &str) -> Result<String, Failure> {
    if name.contains("://") {
        return Ok(name.to_owned());
    }
    let path = std::path::absolute(Path::new(name));
    let path = path.map_err(|e| Failure::new(format!("{name}: {e}"), "give an absolute path"))?;
    Ok(path.display().to_string())
}

/// With a door of which a part is missing, nobody gets in.
fn all_there(place: &Place, sources: &[prosody_config::Source]) -> Result<(), Failure> {
    let parts = installed::parts(place, sources).into_iter();
    let missing: Vec<&str> = parts
        .filter(|p| p.found.is_none())
        .map(|p| p.name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let what = format!(
        "Prosody would not find {}, and nobody would get in",
        missing.join(" and ")
    );
    let hint =
        "install them (lua/README.md), name the library with --verifier, or say --even-if-missing";
    Err(Failure::new(what, hint).not_done())
}

fn for_docker(variables: &[String]) -> Answer {
    let told = "docker-jitsi-meet writes this configuration anew at every start, so it is not edited.\n\
                Put the modules, roompass_verifier.so and the key set into its folder prosody-plugins-custom,\n\
                these lines into .env (what such a variable has already stays, with a comma between),\n\
                and start it again:\n\n";
    Answer {
        done: false,
        ..Answer::done(format!("{told}{}\n", variables.join("\n")))
    }
}
