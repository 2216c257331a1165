//! `roompass doctor` finds nothing where all is well, and what is wrong where it is not.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::PathBuf;

use e2e::{Doctor, Forge, Shard, ShardPlan, Stage, StagePlan, Web, until};

/// A whole installation as the documents have it: web server, gate, router, two shards with every door.
struct Installation {
    stage: Stage,
    web: Web,
    feed: PathBuf,
}

impl Installation {
    fn start() -> Self {
        let mut stage = Stage::prepare(StagePlan {
            shard: ShardPlan::as_documented(Shard::REVOCATIONS),
            ..StagePlan::default()
        });
        let forge = Forge::with_key(stage.issuer().key());
        let feed = forge.sign_feed(&Forge::feed(1, &["taken-back"]));
        for shard in stage.shards() {
            Shard::replace(&shard.revocations_file(), &feed);
        }
        stage.run();
        let folder = stage.folder().join("web");
        fs::create_dir(&folder).unwrap();
        let (router, keys) = (stage.router().address(), stage.issuer().key_set());
        Self {
            web: Web::start(&folder, router, keys, &["--muc", "conference.localhost"]),
            feed: stage.shard("shard-a").revocations_file(),
            stage,
        }
    }

    fn examine(&self, more: &[&str]) -> Doctor {
        let text = |path: &std::path::Path| path.display().to_string();
        let (url, key) = (self.web.base_url(), text(self.stage.issuer().key()));
        let mut line = vec![url, "--unguarded".to_owned(), "open.localhost".to_owned()];
        if !more.contains(&"--link") {
            line.extend(["--key".to_owned(), key]);
        }
        for shard in self.stage.shards() {
            let at = format!(
                "{}=ws://127.0.0.1:{}/xmpp-websocket",
                shard.name(),
                shard.http_port()
            );
            line.extend(["--shard".to_owned(), at, "--key-set".to_owned()]);
            line.push(text(&shard.key_set_file()));
        }
        line.extend(["--revocations".to_owned(), text(&self.feed)]);
        line.extend(["--access-log".to_owned(), text(&self.web.access_log())]);
        let prosodyctl = self.stage.shard("shard-a").write_prosodyctl();
        line.extend(["--prosodyctl".to_owned(), text(&prosodyctl)]);
        let line = line.iter().map(String::as_str).chain(more.iter().copied());
        Doctor::examine(&line.collect::<Vec<_>>())
    }
}

#[test]
fn where_all_is_well_there_is_nothing_to_mend_and_nothing_left_behind() {
    let all = Installation::start();
    let doctor = all.examine(&[]);
    assert_eq!(doctor.codes(), [""; 0], "{}", doctor.said);
    assert_eq!(doctor.status, Some(0));
    assert_eq!(doctor.checks("left-out"), [""; 0], "{}", doctor.said);
    for shard in all.stage.shards() {
        let only_the_focus = || shard.shell(&["c2s:count()"]).contains("Total: 1 clients");
        until("everybody has left", only_the_focus);
    }
    assert!(!doctor.said.contains("eyJ"));
    for shard in all.stage.shards() {
        assert!(!shard.log().contains("eyJ"), "a token is in a log");
    }

    // Somebody else's link shows less, and is as good.
    let link = all.stage.link("weekly-sync");
    let doctor = all.examine(&["--link", &link.url()]);
    assert_eq!(doctor.codes(), [""; 0], "{}", doctor.said);
    assert_eq!(doctor.checks("left-out"), ["creation"], "{}", doctor.said);
    assert!(!doctor.said.contains("eyJ"));
}
