//! docker-jitsi-meet writes its configuration anew at every start, so nothing is edited there. Its image reads
//! variables: `XMPP_MODULES`, `XMPP_MUC_MODULES`, `XMPP_LOBBY_MUC_MODULES`, `XMPP_BREAKOUT_MUC_MODULES`,
//! `XMPP_INTERNAL_MUC_MODULES` and `GLOBAL_CONFIG` (its `prosody/rootfs/defaults/`, as of August 2026).
//!
//! They add modules to components and cannot change a component's type. `GLOBAL_CONFIG` stands above every host, so a
//! component is named there with its settings in a table, after which the global section goes on.

use crate::literal::quote;
use crate::roles::{Role, Roles};
use crate::site::Site;
use crate::wishes::Wishes;

/// The image's folder for modules of one's own, which a volume brings.
const FOLDER: &str = "/prosody-plugins-custom";

/// Whether this was written by that image.
pub(crate) fn wrote(site: &Site) -> bool {
    let paths = site.own(None, "plugin_paths");
    paths.is_some_and(|found| found.it.value.items().contains(&FOLDER))
}

/// The lines for `.env`.
pub(crate) fn variables(roles: &Roles, wishes: &Wishes) -> Vec<String> {
    let in_image = Wishes {
        key_set: Some(
            wishes
                .key_set
                .clone()
                .unwrap_or_else(|| format!("{FOLDER}/roompass.jwks.json")),
        ),
        verifier: Some(
            wishes
                .verifier
                .clone()
                .unwrap_or_else(|| format!("{FOLDER}/roompass_verifier.so")),
        ),
        ..wishes.clone()
    };
    let settings = in_image.settings(&roles.exempt).into_iter();
    let mut lines: Vec<String> = settings
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    lines.extend(
        roles
            .doors
            .iter()
            .filter_map(|(host, role)| component(host, role)),
    );
    let mut variables = vec!["XMPP_MODULES=roompass".to_owned()];
    for (name, wanted) in [
        ("XMPP_MUC_MODULES", "main rooms"),
        ("XMPP_LOBBY_MUC_MODULES", "lobby"),
        ("XMPP_BREAKOUT_MUC_MODULES", "breakout rooms"),
        ("XMPP_INTERNAL_MUC_MODULES", "rooms for staff"),
    ] {
        if roles.doors.values().any(|role| role.name() == wanted) {
            variables.push(format!("{name}=muc_roompass"));
        }
    }
    variables.push(format!("GLOBAL_CONFIG='{}'", lines.join("\\n")));
    variables
}

fn component(host: &str, role: &Role) -> Option<String> {
    let settings = role.settings().into_iter();
    let settings: Vec<String> = settings
        .map(|(name, value)| format!("{name} = {}", quote(&value)))
        .collect();
    let host = quote(host);
    let table = format!("Component {host} \"muc\" {{ {} }}", settings.join("; "));
    (!settings.is_empty()).then_some(table)
}
