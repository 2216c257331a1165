//! A shard trusts the keys of its key set, as of the last reload of its configuration.

use std::fs;

use e2e::{Guest, Issuer, Shard, ShardPlan, Stage, StagePlan};

#[test]
fn a_new_key_is_trusted_and_a_removed_one_no_more_after_a_config_reload() {
    let stage = Stage::start_with(StagePlan::one_shard(ShardPlan::default()));
    let shard = stage.shard("shard-a");
    let folder = tempfile::tempdir().unwrap();
    let next = Issuer::new(folder.path(), stage.issuer().base_url());
    let (old_link, new_link) = (stage.link("weekly-sync"), next.issue("weekly-sync").link());
    Guest::strophe(&new_link)
        .run()
        .expect_refused("unknown-key");

    let both = stage.issuer().key_set_with(&next);
    Shard::replace(&shard.key_set_file(), both);
    shard.shell(&["config", "reload"]);
    Guest::strophe(&old_link).run().expect_admitted();
    Guest::strophe(&new_link).run().expect_admitted();

    let guest = Guest::strophe(&old_link).named("old").stay();
    guest.report().expect_admitted();
    Shard::replace(&shard.key_set_file(), fs::read(next.key_set()).unwrap());
    shard.shell(&["config", "reload"]);
    Guest::strophe(&old_link)
        .run()
        .expect_refused("unknown-key");
    let report = Guest::strophe(&new_link).run();
    // Whoever is inside stays inside: the door decides, and nobody is put out.
    assert!(
        report
            .expect_admitted()
            .occupants
            .contains(&"old".to_owned())
    );
}
