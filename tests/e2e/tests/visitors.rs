//! A visitor node: another server with the same door and key set, to which the main server sends its people over s2s.

use e2e::{Guest, Link, Port, Shard, ShardPlan, Stage, StagePlan, until};

const ROOM: &str = "weekly-sync";
const NODE: &str = "conference.v1.localhost";
const NODE_ROOM: &str = "weekly-sync@conference.v1.localhost";

/// People of the main server, and people of the same machine whom it guards not.
const MAIN: &str = "main.localhost";
const ELSEWHERE: &str = "elsewhere.localhost";

/// What lets two servers of the stage talk: no DNS, no certificates.
fn s2s(own: &Port, peers: &[&str], port: &Port) -> String {
    let peers: Vec<String> = peers
        .iter()
        .map(|peer| format!("[\"{peer}\"] = {}", port.number()))
        .collect();
    format!(
        "modules_enabled = {{ \"disco\"; \"saslauth\"; \"posix\"; \"admin_shell\"; \"ping\"; \"smacks\"; \
         \"http_openmetrics\"; \"dialback\" }}\nmodules_disabled = {{ \"offline\" }}\n\
         s2s_ports = {{ {} }}\ns2s_require_encryption = false\ns2s_secure_auth = false\n\
         stage_s2s = {{ {} }}\n",
        own.number(),
        peers.join("; ")
    )
}

fn hosts_of_main() -> String {
    let modules = |more: &str| {
        format!(
            "\tauthentication = \"stage_anonymous\"\n\
             \tmodules_enabled = {{ \"bosh\"; \"websocket\"; {more} }}\n"
        )
    };
    format!(
        "VirtualHost \"{MAIN}\"\n{}VirtualHost \"{ELSEWHERE}\"\n{}",
        modules("\"roompass\"; \"stage_s2s\""),
        modules("")
    )
}

/// A main server and its node.
struct Two {
    node: Shard,
    main: Stage,
    _ports: [Port; 2],
}

impl Two {
    fn start() -> Self {
        let ports = [Port::any(), Port::any()];
        let [of_main, of_node] = &ports;
        let main = Stage::start_with(StagePlan::one_shard(ShardPlan {
            options: s2s(of_main, &[NODE], of_node),
            room_host_lines: format!(
                "modules_enabled = {{ \"muc_roompass\"; \"stage_visitors\" }}\n\
                 stage_visitor_muc = \"{NODE}\""
            ),
            more_hosts: hosts_of_main(),
            ..ShardPlan::default()
        }));
        let plan = ShardPlan {
            options: s2s(of_node, &[MAIN, ELSEWHERE], of_main),
            more_hosts: format!(
                "Component \"{NODE}\" \"muc_roompass\"\n\troompass_main_domains = {{ \"{MAIN}\" }}\n\
                 \trestrict_room_creation = false\n\tmuc_room_locking = false\n\
                 \tmuc_room_default_public = true\n\tmodules_enabled = {{ \"stage_s2s\" }}\n"
            ),
            ..ShardPlan::default()
        };
        let mut node = Shard::prepare("node", main.folder(), main.issuer().key_set(), &plan);
        node.start();
        Self {
            node,
            main,
            _ports: ports,
        }
    }

    fn link(&self) -> Link {
        self.main.link(ROOM)
    }

    /// Somebody in the meeting itself.
    fn participant(&self) -> Guest {
        Guest::strophe(&self.link())
            .logging_in_at(MAIN)
            .named("ada")
    }

    /// Somebody whom Jitsi's client sends to the node to look on.
    fn visitor(&self, link: &Link) -> Guest {
        let guest = Guest::strophe(link).straight_to(&self.node);
        guest.on_host(NODE).without_asking().named("visitor")
    }

    fn rooms_of_node(&self) -> String {
        self.node.shell(&["muc", "list", NODE])
    }
}

#[test]
fn the_main_servers_people_are_on_the_node_without_a_link_and_visitors_need_one() {
    let two = Two::start();
    let link = two.link();
    let ada = two.participant().stay();
    ada.report().expect_admitted();
    until("ada is mirrored", || {
        two.rooms_of_node().contains(NODE_ROOM)
    });
    let seen = two.visitor(&link).run();
    let occupants = &seen.expect_admitted().occupants;
    assert!(occupants.contains(&"ada".to_owned()), "{occupants:?}");
    let refused = two.visitor(&link.without_token()).run();
    refused.expect_refused("token-missing");
    let wrong = two.visitor(&link.to_room("elsewhere")).run();
    wrong.expect_refused("wrong-room");
    ada.leave();
    until("the node's room is empty", || {
        !two.rooms_of_node().contains(NODE_ROOM)
    });
}

#[test]
fn a_stranger_does_not_reach_the_node_through_the_main_server() {
    let two = Two::start();
    let bare = two.link().without_token();
    let straight_on = |host: &str| {
        let stranger = Guest::strophe(&bare).logging_in_at(host).on_host(NODE);
        stranger.without_asking().named("stranger").run()
    };
    let report = straight_on(MAIN);
    assert_eq!(
        report.condition.as_deref(),
        Some("not-allowed"),
        "{report:#?}"
    );
    // Of another domain, over the same connection between the two.
    straight_on(ELSEWHERE).expect_refused("token-missing");
    assert!(!two.rooms_of_node().contains(NODE_ROOM));
}
