//! The command as people and programs meet it: arguments in; output, exit status and files out.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a helper of a test that cannot go on fails the test"
)]

mod explain;
mod help;
mod issue;
mod keys;
mod knock;
mod serve;
mod shard;
mod shell;
