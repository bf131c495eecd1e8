//! What the AWS configuration files say of a profile: whether it is there, and how it gets its credentials.
//!
//! In: a profile's name. Out: a [`Profile`], read as the SDK reads it (`AWS_CONFIG_FILE`, `~/.aws/config`, ...).

use std::borrow::Cow;

use aws_config::profile::{self, ProfileSet};
use aws_types::os_shim_internal::{Env, Fs};

/// A profile with any of these says where its credentials come from.
const SAYS: [&str; 9] = [
    "role_arn",
    "aws_access_key_id",
    "sso_session",
    "sso_start_url",
    "sso_account_id",
    "login_session",
    "credential_process",
    "credential_source",
    "web_identity_token_file",
];

/// Where a named profile's credentials come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// From the profile.
    Profile,
    /// The profile says nothing of them: from wherever else the SDK finds some.
    Elsewhere,
    /// There is no such profile.
    Undefined,
}

/// All profiles of the files, in the SDK's words when they cannot be read.
#[allow(clippy::default_trait_access, reason = "the type is of a crate that we do not name")]
pub(super) async fn load(name: &str) -> Result<ProfileSet, String> {
    let set = profile::load(&Fs::real(), &Env::real(), &Default::default(), Some(Cow::Owned(name.to_owned()))).await;
    set.map_err(|error| super::redact::redact(&error.to_string()))
}

/// Where the credentials of this profile come from.
pub(super) fn origin(set: &ProfileSet, name: &str) -> Origin {
    match set.get_profile(name) {
        Some(profile) if SAYS.iter().any(|key| profile.get(key).is_some()) => Origin::Profile,
        Some(_) => Origin::Elsewhere,
        // Nobody has to write it down.
        None if name == "default" => Origin::Elsewhere,
        None => Origin::Undefined,
    }
}
