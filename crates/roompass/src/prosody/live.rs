//! The running Prosody: it reads the settings anew, and modules come and go without ending a meeting.
//!
//! `prosodyctl reload` loads no module that is newly named, and a component's type counts at the next start only. So
//! the shell loads the door beside the rooms that are there: the same guards, until Prosody starts with the type.

use prosody_config::{Standing, State};

use super::Place;
use super::check::prosodyctl;

const RESTART: &str = "restart Prosody, with `systemctl restart prosody`";

/// Brings the doors in; says how that went.
pub(super) fn bring_in(place: &Place, standings: &[Standing]) -> String {
    let guarded = standings.iter().filter(|host| host.state == State::Guarded);
    match carry_out(place, guarded, &["load", "reload"]) {
        Ok(()) => "Prosody has the doors; see `prosodyctl shell 'roompass:check()'`\n".to_owned(),
        Err(why) => format!("{why}; {RESTART}: until then the rooms are open\n"),
    }
}

/// Takes the doors away.
pub(super) fn take_away(place: &Place, before: &[Standing]) -> String {
    let guarded = before.iter().filter(|host| host.state != State::Open);
    match carry_out(place, guarded, &["unload"]) {
        Ok(()) => "Prosody has let the doors go\n".to_owned(),
        Err(why) => format!("{why}; {RESTART}: until then the doors stand\n"),
    }
}

fn module_of(host: &Standing) -> &'static str {
    if host.role == Standing::GUESTS {
        "roompass"
    } else {
        "muc_roompass"
    }
}

/// Of each host's module, the first of `verbs` that Prosody takes: what is loaded already is loaded again.
fn carry_out<'s>(
    place: &Place,
    mut hosts: impl Iterator<Item = &'s Standing>,
    verbs: &[&str],
) -> Result<(), &'static str> {
    let runs = |arguments: &[&str]| {
        let output = prosodyctl(place, arguments);
        output.is_ok_and(|output| output.status.success())
    };
    if !runs(&["shell", "config:reload()"]) && !runs(&["reload"]) {
        return Err("no running Prosody could be reached");
    }
    let all = hosts.all(|host| {
        let (module, host) = (module_of(host), &host.host);
        let mut commands = verbs
            .iter()
            .map(|verb| format!("module:{verb}({module:?}, {host:?})"));
        commands.any(|command| runs(&["shell", &command]))
    });
    if all {
        Ok(())
    } else {
        Err("Prosody's shell did not answer, or said no")
    }
}
