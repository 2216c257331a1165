//! Configurations before and after: `configs/NAME.cfg.lua` becomes `configs/NAME.enabled.cfg.lua`.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use prosody_config::{Enabled, Refusal, Source, State, Wishes, diff, disable, enable, status};

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/configs/{name}.cfg.lua"))
}

fn config(name: &str) -> Source {
    let text = std::fs::read_to_string(path(name)).unwrap();
    let name = format!("{name}.cfg.lua");
    Source { name, text }
}

fn wishes() -> Wishes {
    Wishes {
        key_set: Some("/etc/prosody/roompass.jwks.json".to_owned()),
        ..Wishes::default()
    }
}

fn enabled(name: &str) -> Enabled {
    enable(&[config(name)], &wishes()).unwrap()
}

#[test]
fn each_configuration_becomes_what_stands_beside_it() {
    for name in ["debian", "hand_made", "guests_apart", "windows", "puzzling"] {
        let before = config(name);
        let after = enabled(name).texts.concat();
        if std::env::var_os("WRITE_CONFIGS").is_some() {
            std::fs::write(path(&format!("{name}.enabled")), &after).unwrap();
        }
        let expected = config(&format!("{name}.enabled")).text;
        assert!(after == expected, "{}", diff(name, &expected, &after));
        assert_eq!(disable(&after).unwrap(), before.text, "{name}");
    }
}

#[test]
fn twice_is_as_once_and_what_is_not_said_again_stays() {
    for name in ["debian", "hand_made", "guests_apart", "windows"] {
        let text = enabled(name).texts.concat();
        let once = Source {
            text: text.clone(),
            ..config(name)
        };
        for wishes in [wishes(), Wishes::default()] {
            let twice = enable(std::slice::from_ref(&once), &wishes).unwrap();
            assert_eq!(twice.texts.concat(), text, "{name}");
        }
        let elsewhere = Wishes {
            revocations: Some("https://issuer.example/r".to_owned()),
            ..Wishes::default()
        };
        let more = enable(&[once], &elsewhere).unwrap().texts.concat();
        assert!(more.contains("roompass_revocations = \"https://issuer.example/r\" -- roompass: "));
        assert!(
            more.contains("roompass_key_set = \"/etc/prosody/roompass.jwks.json\" -- roompass: ")
        );
        assert_eq!(disable(&more).unwrap(), config(name).text);
    }
}

#[test]
fn what_is_enabled_is_guarded_and_nothing_is_left_over() {
    for (name, guarded) in [
        ("debian", 5),
        ("hand_made", 3),
        ("guests_apart", 3),
        ("windows", 4),
    ] {
        let before = status(&[config(name)]).unwrap().0;
        assert!(
            before.iter().all(|host| host.state == State::Open),
            "{before:#?}"
        );
        let enabled = enabled(name);
        assert_eq!(enabled.todos, [], "{name}");
        let after = Source {
            text: enabled.texts.concat(),
            ..config(name)
        };
        let (standings, todos) = status(&[after]).unwrap();
        assert_eq!(
            (standings.len(), todos.len()),
            (guarded, 0),
            "{standings:#?}"
        );
        assert!(
            standings.iter().all(|host| host.state == State::Guarded),
            "{standings:#?}"
        );
    }
}

#[test]
fn what_is_not_understood_is_named_with_its_line_and_the_lines_to_write() {
    let todos = enabled("puzzling").todos;
    let told: Vec<_> = todos
        .iter()
        .map(|todo| (todo.line, todo.what.as_str()))
        .collect();
    let expected = [
        (6, "hosts are made in a loop, a condition or a function"),
        (8, "nothing says who meets in the rooms of chat.example"),
        (3, "what meet.example loads is computed"),
    ];
    assert_eq!(told, expected);
    assert!(todos.iter().all(|todo| !todo.lines.is_empty()));
    let (standings, _) = status(&[config("puzzling")]).unwrap();
    let open: Vec<_> = standings
        .iter()
        .map(|s| (s.host.as_str(), s.line))
        .collect();
    assert_eq!(
        open,
        [
            ("meet.example", 1),
            ("conference.meet.example", 4),
            ("chat.example", 8)
        ]
    );
}

#[test]
fn what_stands_there_by_hand_already_stays_as_it_is() {
    let text = "roompass_key_set = \"mine.jwks.json\"\nVirtualHost \"meet.example\"\nauthentication = \"anonymous\"\n\
                modules_enabled = { \"roompass\" }\nComponent \"conference.meet.example\" \"muc\"\n\
                modules_enabled = { \"muc_roompass\" }\n";
    let source = Source {
        name: "a".to_owned(),
        text: text.to_owned(),
    };
    let enabled = enable(std::slice::from_ref(&source), &Wishes::default()).unwrap();
    assert_eq!(
        (enabled.texts.concat().as_str(), enabled.todos.len()),
        (text, 0)
    );
    let other = enable(&[source], &wishes()).unwrap();
    assert_eq!(other.texts, [text]);
    let told: Vec<_> = other
        .todos
        .iter()
        .map(|t| (t.line, t.what.as_str()))
        .collect();
    assert_eq!(told, [(1, "roompass_key_set is set by hand here")]);
}

#[test]
fn what_cannot_be_done_is_refused_and_says_why() {
    let text = |text: &str| {
        [Source {
            name: "a.lua".to_owned(),
            text: text.to_owned(),
        }]
    };
    let told = |text: &[Source], wishes: &Wishes| enable(text, wishes).unwrap_err().to_string();
    let broken = text("VirtualHost \"a\"\nb = {\n");
    assert_eq!(
        told(&broken, &wishes()),
        "a.lua: line 3: a name is expected, and not the end of the file; mend that first"
    );
    let without = text("VirtualHost \"example.org\"\nComponent \"chat\" \"gateway\"\n");
    assert!(told(&without, &wishes()).starts_with("no host was found on which guests log in"));
    assert!(told(&[config("debian")], &Wishes::default()).starts_with("no key set is named"));
    let exempt = vec!["meet.example.org".to_owned()];
    let stranger = told(&[config("debian")], &Wishes { exempt, ..wishes() });
    assert!(
        stranger.contains("cannot be exempt: anybody may log in"),
        "{stranger}"
    );
    let mut changed = enabled("debian").texts.concat();
    changed = changed.replace("roompass_kind = \"staff\"", "roompass_kind = \"main\"");
    let changed = Source {
        text: changed,
        ..config("debian")
    };
    let stuck = told(&[changed], &wishes());
    assert!(
        stuck.contains("debian.cfg.lua:") && stuck.contains("was changed since"),
        "{stuck}"
    );
}

#[test]
fn for_docker_it_says_what_to_put_into_env() {
    let text = config("debian").text.replace(
        "/usr/share/jitsi-meet/prosody-plugins/",
        "/prosody-plugins-custom",
    );
    let source = Source {
        text,
        ..config("debian")
    };
    let Err(Refusal::Docker { variables }) = enable(&[source], &Wishes::default()) else {
        panic!("docker's files are written anew at every start");
    };
    assert_eq!(variables.first().unwrap(), "XMPP_MODULES=roompass");
    assert_eq!(
        variables.last().unwrap(),
        "GLOBAL_CONFIG='roompass_key_set = \"/prosody-plugins-custom/roompass.jwks.json\"\\n\
         roompass_verifier_path = \"/prosody-plugins-custom/roompass_verifier.so\"\\n\
         roompass_exempt_domains = { \"auth.meet.example.org\"; \"recorder.meet.example.org\" }\\n\
         Component \"breakout.meet.example.org\" \"muc\" { roompass_kind = \"breakout\"; \
         roompass_main_muc = \"conference.meet.example.org\" }\\n\
         Component \"internal.auth.meet.example.org\" \"muc\" { roompass_kind = \"staff\" }\\n\
         Component \"lobby.meet.example.org\" \"muc\" { roompass_kind = \"lobby\"; \
         roompass_main_muc = \"conference.meet.example.org\" }'"
    );
    assert_eq!(variables.len(), 6);
}
