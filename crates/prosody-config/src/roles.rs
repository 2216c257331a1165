//! Who meets where: Jitsi's own options say it, and its names where they do not.

use std::collections::BTreeMap;

use crate::section::Value;
use crate::site::Site;

/// What meets on a component.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    Main,
    /// With the component of the main rooms.
    Lobby(String),
    Breakout(String),
    Staff,
}

impl Role {
    /// What the component must say beside its type.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let kind = |kind: &str| ("roompass_kind", kind.to_owned());
        let main = |main: &String| ("roompass_main_muc", main.clone());
        match self {
            Self::Main => Vec::new(),
            Self::Lobby(of) => vec![kind("lobby"), main(of)],
            Self::Breakout(of) => vec![kind("breakout"), main(of)],
            Self::Staff => vec![kind("staff")],
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Main => "main rooms",
            Self::Lobby(_) => "lobby",
            Self::Breakout(_) => "breakout rooms",
            Self::Staff => "rooms for staff",
        }
    }
}

/// The parts that hosts play.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Roles {
    /// Where strangers log in.
    pub(crate) guests: Vec<String>,
    pub(crate) doors: BTreeMap<String, Role>,
    /// With rooms, and nothing says whose.
    pub(crate) unknown: Vec<String>,
    /// Whose accounts need no link.
    pub(crate) exempt: Vec<String>,
}

impl Roles {
    pub(crate) fn of(site: &Site) -> Self {
        let hosts = site.virtual_hosts();
        let rooms = site.room_hosts();
        let mut doors = BTreeMap::new();
        for host in &hosts {
            doors.extend(doors_of(site, host, &rooms));
        }
        let of_jitsi = !doors.is_empty();
        let staff = rooms.iter().filter(|room| of_jitsi && is_internal(room));
        for room in staff {
            doors.entry(room.clone()).or_insert(Role::Staff);
        }
        let unguarded = site.own(None, "roompass_unguarded");
        let unguarded = unguarded.map(|found| found.it.value.items());
        let unguarded = unguarded.unwrap_or_default();
        let is_unknown =
            |room: &&String| !doors.contains_key(*room) && !unguarded.contains(&room.as_str());
        let unknown = rooms.iter().filter(is_unknown).cloned().collect();
        let guests = hosts.iter().filter(|host| is_anonymous(site, host));
        let guests: Vec<String> = guests.cloned().collect();
        let exempt = hosts.into_iter().filter(|host| is_for_accounts(site, host));
        Self {
            guests,
            doors,
            unknown,
            exempt: exempt.collect(),
        }
    }
}

/// Jitsi's `main_muc`, `lobby_muc` and `breakout_rooms_muc` of a host, else the names that its templates give them.
fn doors_of(site: &Site, host: &str, rooms: &[String]) -> Vec<(String, Role)> {
    let there = |name: &String| rooms.contains(name);
    let prefix = site.setting(host, "muc_mapper_domain_prefix");
    let prefix = prefix.and_then(|found| found.it.value.text().map(str::to_lowercase));
    let prefix = prefix.unwrap_or_else(|| "conference".to_owned());
    let named = |option: &str, prefix: &str| {
        let said = site.text(host, option);
        said.unwrap_or_else(|| format!("{prefix}.{host}"))
    };
    let main = named("main_muc", &prefix);
    // By its name alone, it might be the rooms of people with accounts, who know nothing of Jitsi.
    let is_jitsis = site.text(host, "main_muc").is_some()
        || is_anonymous(site, host)
        || is_named_by_a_component(site, &main);
    if !is_jitsis || !rooms.contains(&main) {
        return Vec::new();
    }
    let lobby = Some(named("lobby_muc", "lobby")).filter(there);
    let breakout = Some(named("breakout_rooms_muc", "breakout")).filter(there);
    let lobby = lobby.map(|room| (room, Role::Lobby(main.clone())));
    let breakout = breakout.map(|room| (room, Role::Breakout(main.clone())));
    let main = (main, Role::Main);
    [Some(main), lobby, breakout]
        .into_iter()
        .flatten()
        .collect()
}

/// As Jitsi's `speakerstats` and others say whose rooms they watch.
fn is_named_by_a_component(site: &Site, main: &str) -> bool {
    let mut settings = site.sections().flat_map(|found| &found.it.settings);
    settings.any(|setting| setting.name == "muc_component" && setting.value.text() == Some(main))
}

/// Debian's `internal.auth.HOST`, docker's `internal-muc.HOST`, and `muc.jvb.HOST` for bridges alone.
fn is_internal(room: &str) -> bool {
    ["internal.", "internal-", "muc.jvb."]
        .iter()
        .any(|start| room.starts_with(start))
}

/// As `mod_roompass` judges it (`lua/roompass_strangers.lib.lua`).
pub(crate) fn is_anonymous(site: &Site, host: &str) -> bool {
    let login = site.setting(host, "authentication");
    let login = login.and_then(|found| found.it.value.text());
    let named = login.is_some_and(|name| name.contains("anonymous"));
    named || site.is_true(host, "anonymous_login") || site.modules(host).contains(&"roompass")
}

/// Why nobody of that host may be exempt, or none.
pub(crate) fn strangers(site: &Site, host: &str) -> Option<&'static str> {
    let login = site.setting(host, "authentication");
    let invited = site.is_true(host, "registration_invite_only");
    if login.is_some_and(|found| found.it.value == Value::Unknown) {
        Some("how people log in there is computed")
    } else if is_anonymous(site, host) {
        Some("anybody may log in there without a password")
    } else if site.is_true(host, "allow_empty_token") {
        Some("anybody may log in there without a token")
    } else if site.is_true(host, "allow_registration") && !invited {
        Some("anybody may register an account there")
    } else {
        None
    }
}

/// Jicofo's, bridges' and recorders' accounts: Jitsi's names, or hosts that somebody in charge is of.
fn is_for_accounts(site: &Site, host: &str) -> bool {
    let named = ["auth.", "recorder.", "hidden."];
    let named = named.iter().any(|start| host.starts_with(start));
    (named || is_of_admins(site, host)) && strangers(site, host).is_none()
}

fn is_of_admins(site: &Site, host: &str) -> bool {
    // People log in where there are rooms for them: an administrator among them exempts nobody else.
    let with_rooms = ["main_muc", "lobby_muc", "breakout_rooms_muc"];
    if with_rooms
        .iter()
        .any(|name| site.own(Some(host), name).is_some())
    {
        return false;
    }
    let is_jitsis = |room: &str| {
        let name = room.split('@').next().unwrap_or_default();
        ["focus", "jvb", "jibri", "jigasi", "jicofo"]
            .iter()
            .any(|start| name.starts_with(start))
    };
    let lists = ["admins", "unlimited_jids", "target_address"];
    let settings = site.sections().flat_map(|found| &found.it.settings);
    let settings = settings.filter(|setting| lists.contains(&setting.name.as_str()));
    let of_host = format!("@{host}");
    let mut jids = settings.flat_map(|setting| setting.value.items());
    jids.any(|jid| jid.to_lowercase().ends_with(&of_host) && is_jitsis(jid))
}
