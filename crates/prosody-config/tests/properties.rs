//! Whatever an operator's file looks like: what was done to it is undone byte for byte, and twice is as once.

use proptest::prelude::*;
use proptest::sample::select;
use prosody_config::{Source, State, Wishes, disable, enable, status};

/// Somebody edits such a line later.
const THEIRS: &str = "their_own = 1";

/// Statements that say nothing to us, and comments, in every spelling that hides one.
fn filler() -> impl Strategy<Value = String> {
    select(vec![
        "",
        "-- a comment",
        "--[[ a comment\n   VirtualHost \"hidden.example\" ]]",
        "--[==[ x ]] ]==] storage = \"memory\"",
        "storage = \"memory\";",
        "ssl = { key = \"a\"; [\"b\"] = 'c', { 1, 2 }; }",
        "text = [[\nComponent \"no.example\" \"muc\"\n]]",
        "log = { { levels = { min = \"info\" }, to = \"file\" } } ; limits = {}",
        "local function f(a, ...) if a then return { ... } end end",
        "while false do local x <const> = -1 ^ 2 .. 'a' end",
        THEIRS,
        "\tadmins = { \"focus@auth.meet.example\" }  ",
    ])
    .prop_map(str::to_owned)
}

fn fillers() -> impl Strategy<Value = String> {
    prop::collection::vec((filler(), select(vec!["\n", "\n\n", " \n"])), 0..4)
        .prop_map(|lines| lines.into_iter().map(|(a, b)| a + b).collect())
}

fn quoted(text: &'static str) -> impl Strategy<Value = String> {
    (0..4).prop_map(move |style| match style {
        0 => format!("'{text}'"),
        1 => format!("[[{text}]]"),
        2 => format!("[==[{text}]==]"),
        _plain => format!("\"{text}\""),
    })
}

/// A list of modules in some layout, or none.
fn modules() -> impl Strategy<Value = String> {
    select(vec![
        "",
        "modules_enabled = {}\n",
        "modules_enabled = { \"ping\" }\n",
        "modules_enabled = {\"ping\", 'time';}\n",
        "modules_enabled = { -- some\n\t\"ping\";\n}\n",
        "modules_enabled =\n{\n\n  -- none\n}\n",
        "modules_enabled = { --[[ long\n ]] \"ping\",\n \"time\" }; x = 1\n",
        "  modules_enabled = {\r\n    \"ping\"; -- one\r\n  };\n",
    ])
    .prop_map(str::to_owned)
}

/// A component with rooms, as statements or with a table.
fn component(host: &'static str) -> impl Strategy<Value = String> {
    let body = (fillers(), modules());
    let kind = quoted("muc");
    (quoted(host), kind, body, 0..4).prop_map(|(host, kind, (more, modules), style)| match style {
        0 => format!("Component {host} {kind} {{\n  storage = \"memory\";\n}}\n{more}"),
        1 => format!("Component({host})({kind}) -- said so\n{modules}{more}"),
        2 => format!("component {host} {kind} --[[ a\n]]\n{more}{modules}"),
        _plain => format!("Component {host} {kind}\n{more}{modules}"),
    })
}

fn guests() -> impl Strategy<Value = String> {
    let login = "authentication = \"jitsi-anonymous\"";
    (quoted("meet.example"), fillers(), modules(), 0..3).prop_map(
        move |(host, more, modules, style)| match style {
            0 => format!("VirtualHost {host} {{ {login} }}\n{more}"),
            1 => format!("VirtualHost({host}) {login}\n{more}{modules}"),
            _plain => format!("{modules}VirtualHost {host}\n{more}{modules}{login}\n"),
        },
    )
}

/// All hosts of a shard in any order.
fn config() -> impl Strategy<Value = String> {
    let hosts = (
        guests(),
        component("conference.meet.example"),
        prop::option::of(component("lobby.meet.example")),
        prop::option::of(component("breakout.meet.example")),
        prop::option::of(component("internal.auth.meet.example")),
        prop::option::of(Just(
            "VirtualHost \"auth.meet.example\" authentication = 'internal_hashed'\n".to_owned(),
        )),
    );
    let hosts = hosts.prop_map(|(a, b, c, d, e, f)| {
        [Some(a), Some(b), c, d, e, f]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
    });
    let whole = (
        fillers(),
        hosts.prop_shuffle(),
        any::<bool>(),
        any::<bool>(),
    );
    whole.prop_map(|(head, hosts, windows, ended)| {
        let text = head + &hosts.concat();
        let text = if ended {
            text
        } else {
            text.trim_end().to_owned()
        };
        let plain = text.replace("\r\n", "\n");
        if windows {
            plain.replace('\n', "\r\n")
        } else {
            text
        }
    })
}

fn wishes() -> impl Strategy<Value = Wishes> {
    let path = select(vec![
        "/etc/prosody/k.jwks.json",
        "https://issuer.example/k",
        "a \"b\\",
    ]);
    let more = select(vec![vec![], vec!["bots.example".to_owned()]]);
    (path, more, any::<bool>()).prop_map(|(path, exempt, knocks)| Wishes {
        key_set: Some(path.to_owned()),
        lobby: knocks.then(|| "knock".to_owned()),
        exempt,
        ..Wishes::default()
    })
}

fn source(text: &str) -> Source {
    Source {
        name: "prosody.cfg.lua".to_owned(),
        text: text.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn it_is_undone_byte_for_byte_and_twice_is_as_once(text in config(), wishes in wishes()) {
        let enabled = enable(&[source(&text)], &wishes).unwrap();
        let changed = enabled.texts.concat();
        prop_assert_eq!(disable(&changed).unwrap(), text.clone());
        prop_assert_eq!(disable(&text).unwrap(), text);
        let twice = enable(&[source(&changed)], &wishes).unwrap();
        prop_assert_eq!(twice.texts.concat(), changed.clone());
        let unchanged = enable(&[source(&changed)], &Wishes::default()).unwrap();
        prop_assert_eq!(unchanged.texts.concat(), changed);
    }

    #[test]
    fn whatever_was_understood_is_guarded(text in config(), wishes in wishes()) {
        let enabled = enable(&[source(&text)], &wishes).unwrap();
        let (standings, _) = status(&[source(&enabled.texts.concat())]).unwrap();
        let open = standings.iter().filter(|host| host.state != State::Guarded).count();
        prop_assert!(open <= enabled.todos.len(), "{:#?} {:#?}", standings, enabled.todos);
    }

    #[test]
    fn edits_of_others_survive(text in config(), wishes in wishes()) {
        let edit = |text: &str| text.replace(THEIRS, "their_own = { 2, \"new\" } -- edited\nanother = true");
        let changed = enable(&[source(&text)], &wishes).unwrap().texts.concat();
        prop_assert_eq!(disable(&edit(&changed)).unwrap(), edit(&text));
    }

    #[test]
    fn no_text_whatever_stops_it(text in "[VirtualHostCompone(){}\\[\\]=\"'\\\\; \n\r\u{e9}-]{0,80}") {
        disable(&text).ok();
        enable(&[source(&text)], &Wishes::default()).ok();
    }
}
