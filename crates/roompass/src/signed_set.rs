//! The key set that a root key signed, as commands are told of it.

use std::path::PathBuf;

use issuer::SignedKeySet;

use crate::failure::Failure;
use crate::files;

/// Which it is, and who must have signed it.
#[derive(Debug, clap::Args)]
pub(crate) struct SignedKeySetArgs {
    /// The key set that the root key signed and shards take: no key signs that is not in it
    #[arg(
        long,
        value_name = "FILE",
        env = "ROOMPASS_SIGNED_KEY_SET",
        requires = "root_key"
    )]
    signed_key_set: Option<PathBuf>,

    /// The root's public key
    #[arg(long, value_name = "FILE", env = "ROOMPASS_ROOT_KEY")]
    root_key: Option<PathBuf>,
}

impl SignedKeySetArgs {
    pub(crate) fn parse(&self) -> Result<Option<SignedKeySet>, Failure> {
        let root = files::read_root_key(self.root_key.as_deref())?;
        let both = self.signed_key_set.as_deref().zip(root);
        Ok(both.map(|(path, root)| SignedKeySet::at(path, root)))
    }
}
