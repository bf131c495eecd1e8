//! What a person can do about a login that is missing or over.
//!
//! In: a profile, and what was said of its credentials. Out: its name and the command to run, told from how the profile
//! gets its credentials.

use aws_config::profile::ProfileSet;

use super::profile;
use super::settings::{Access, Settings};

/// How far a chain of `source_profile`s is followed.
const DEEPEST: usize = 8;

/// The name to show: the one asked for, else `AWS_PROFILE`, else `default`.
pub(super) fn profile_name(profile: Option<&str>) -> String {
    profile.map(str::to_owned).or_else(|| std::env::var("AWS_PROFILE").ok()).unwrap_or_else(|| "default".to_owned())
}

/// The profile that has no usable credentials, and the command that gives it some. `words` is what was said of them.
pub(super) async fn login(profile: Option<&str>, settings: &Settings, words: &str) -> (String, String) {
    let name = profile_name(profile);
    if matches!(settings.access, Access::Fixed { .. }) {
        return (name, "the endpoint refuses the fixed credentials".to_owned());
    }
    let remedy = match profile::load(&name).await {
        Ok(set) => refused_role(&set, &name, words)
            .unwrap_or_else(|| of_profile(&set, &name, profile.is_some() || std::env::var_os("AWS_PROFILE").is_some())),
        Err(error) => format!("mend the AWS configuration file: {error}"),
    };
    (name, remedy)
}

/// Credentials that are good, but not good enough to become the role that the profile names.
fn refused_role(set: &ProfileSet, name: &str, words: &str) -> Option<String> {
    let role = set.get_profile(name)?.get("role_arn")?;
    words
        .contains("sts:AssumeRole")
        .then(|| format!("allow sts:AssumeRole on {role} to who asks, in their policy and in the role's trust policy"))
}

fn of_profile(set: &ProfileSet, name: &str, named: bool) -> String {
    let mut at = name.to_owned();
    for _ in 0..DEEPEST {
        let Some(found) = set.get_profile(&at) else {
            return if named {
                format!("define profile {at} in ~/.aws/config, or choose another with --profile")
            } else {
                "set AWS_PROFILE or pass --profile; or sign in with `aws login` or `aws configure sso`".to_owned()
            };
        };
        if found.get("sso_session").is_some() || found.get("sso_start_url").is_some() {
            return format!("aws sso login --profile {at}");
        }
        if found.get("login_session").is_some() {
            return format!("aws login --profile {at}");
        }
        if found.get("credential_process").is_some() {
            return format!("run the credential_process of profile {at} by hand and see what it says");
        }
        match found.get("source_profile") {
            Some(next) if next != at => at = next.to_owned(),
            _ if found.get("aws_access_key_id").is_some() => {
                return format!("renew the access key of profile {at} in ~/.aws/credentials");
            }
            _ => break,
        }
    }
    if named {
        format!("aws login --profile {at}, or give profile {at} credentials in ~/.aws/config")
    } else {
        "set AWS_PROFILE or pass --profile; or sign in with `aws login` or `aws configure sso`".to_owned()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::default_trait_access, reason = "tests")]
mod tests {
    use std::borrow::Cow;

    use aws_types::os_shim_internal::{Env, Fs};

    use super::*;

    async fn set(config: &str, name: &'static str) -> ProfileSet {
        let fs = Fs::from_slice(&[("/config", config)]);
        let env = Env::from_slice(&[("AWS_CONFIG_FILE", "/config"), ("HOME", "/")]);
        aws_config::profile::load(&fs, &env, &Default::default(), Some(Cow::Borrowed(name))).await.unwrap()
    }

    async fn of(config: &str, name: &'static str) -> String {
        of_profile(&set(config, name).await, name, true)
    }

    #[tokio::test]
    async fn each_kind_of_profile_has_its_command() {
        let sso = "[profile dev]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = r\n\
                   [profile audit]\nrole_arn = arn:aws:iam::123456789012:role/audit\nsource_profile = dev\n\
                   [profile new]\nlogin_session = arn:aws:iam::111122223333:user/alice\n\
                   [profile tool]\ncredential_process = /bin/tool\n";
        assert_eq!(of(sso, "dev").await, "aws sso login --profile dev");
        assert_eq!(of(sso, "audit").await, "aws sso login --profile dev");
        assert_eq!(of(sso, "new").await, "aws login --profile new");
        assert!(of(sso, "tool").await.contains("credential_process"));
        assert!(of(sso, "gone").await.contains("--profile"));
        let refused = "AccessDenied: User: a is not authorized to perform: sts:AssumeRole on resource: b";
        let of_role = |name, words| async move { refused_role(&set(sso, name).await, name, words) };
        assert!(of_role("audit", refused).await.unwrap().contains("arn:aws:iam::123456789012:role/audit"));
        assert_eq!(of_role("audit", "the SSO session has expired").await, None);
        assert_eq!(of_role("dev", refused).await, None);
    }
}
