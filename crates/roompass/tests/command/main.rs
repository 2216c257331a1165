//! The command as people and programs meet it: arguments in; output, exit status and files out.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper of a test that cannot go on fails the test"
)]

mod api_keys;
mod batch;
mod derive;
mod doctor;
mod documents;
mod explain;
mod explain_shard;
mod first_start;
mod gate;
mod grants;
mod help;
mod issue;
mod key_folder;
mod keys;
mod knock;
mod ledger;
mod ledger_copies;
mod other_issuers;
mod prosody;
mod revoke;
mod root_key;
mod series;
mod serve;
mod server;
mod settings_reference;
mod shard;
mod shell;
mod status_list;
