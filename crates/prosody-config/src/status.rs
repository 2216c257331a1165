//! How each host stands.

use crate::roles::{Role, Roles};
use crate::section::Value;
use crate::site::Site;

/// Whether strangers are kept out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    /// A door is before it, with all that it needs.
    Guarded,
    /// A door is before it, and lacks something.
    Partly,
    /// There is no door.
    Open,
}

/// One host, and where that is written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standing {
    /// Its domain.
    pub host: String,
    /// What meets there.
    pub role: &'static str,
    /// How it stands.
    pub state: State,
    /// The file, as it was named.
    pub file: String,
    /// The line of the host's beginning, from 1.
    pub line: usize,
    /// What is there, or what is missing.
    pub why: String,
}

impl Standing {
    /// The role of a host on which strangers log in.
    pub const GUESTS: &str = "guests log in";
}

pub(crate) fn standings(site: &Site, roles: &Roles) -> Vec<Standing> {
    let guests = roles.guests.iter().map(|host| guests(site, host));
    let doors = roles
        .doors
        .iter()
        .map(|(host, role)| door(site, host, role));
    let unknown = roles.unknown.iter().map(|host| unknown(site, host));
    guests.chain(doors).chain(unknown).flatten().collect()
}

fn guests(site: &Site, host: &str) -> Option<Standing> {
    let is_loaded = site.modules(host).contains(&"roompass");
    let (state, why) = match (is_loaded, has_keys(site, host)) {
        (true, true) => (State::Guarded, "mod_roompass among its modules"),
        (true, false) => (
            State::Partly,
            "mod_roompass among its modules, but no roompass_key_set",
        ),
        (false, _) => (State::Open, "no mod_roompass among its modules"),
    };
    at(site, host, Standing::GUESTS, state, why.to_owned())
}

fn door(site: &Site, host: &str, role: &Role) -> Option<Standing> {
    let (state, why) = stand(site, host, role);
    at(site, host, role.name(), state, why)
}

fn stand(site: &Site, host: &str, role: &Role) -> (State, String) {
    let kind = site.kind(host).unwrap_or_default();
    let as_module = site.modules(host).contains(&"muc_roompass");
    if kind != "muc_roompass" && !as_module {
        return (State::Open, format!("its type is \"{kind}\""));
    }
    let lacks = role.settings().into_iter().find(|(name, value)| {
        let own = site.own(Some(host), name);
        own.is_none_or(|found| found.it.value != Value::Text(value.clone()))
    });
    if let Some((name, value)) = lacks {
        return (
            State::Partly,
            format!("muc_roompass, but {name} is not \"{value}\""),
        );
    }
    if !has_keys(site, host) {
        return (
            State::Partly,
            "muc_roompass, but no roompass_key_set: nobody gets in".to_owned(),
        );
    }
    if kind == "muc_roompass" {
        (State::Guarded, "its type is \"muc_roompass\"".to_owned())
    } else {
        (
            State::Guarded,
            "muc_roompass among its modules: open if that file is ever missing".to_owned(),
        )
    }
}

fn unknown(site: &Site, host: &str) -> Option<Standing> {
    let guarded = site.kind(host).as_deref() == Some("muc_roompass")
        || site.modules(host).contains(&"muc_roompass");
    let (state, why) = match (guarded, has_keys(site, host)) {
        (true, true) => (State::Guarded, "muc_roompass"),
        (true, false) => (
            State::Partly,
            "muc_roompass, but no roompass_key_set: nobody gets in",
        ),
        (false, _) => (State::Open, "no door, and not in roompass_unguarded"),
    };
    at(site, host, "other rooms", state, why.to_owned())
}

fn has_keys(site: &Site, host: &str) -> bool {
    site.setting(host, "roompass_key_set").is_some()
}

fn at(site: &Site, host: &str, role: &'static str, state: State, why: String) -> Option<Standing> {
    let section = site.sections_of(host).into_iter().next()?;
    Some(Standing {
        host: host.to_owned(),
        role,
        state,
        file: section.file.name.clone(),
        line: section.file.line(section.it.place.0),
        why,
    })
}
