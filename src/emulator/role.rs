//! The session of an assumed role: what `sts:AssumeRole` gives out, and what every later request of it shows.
//!
//! The session token carries the session, so the endpoint keeps none: who signs with the credentials is the role in its
//! account until they expire. A token of another make is not looked into.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::clock::Millis;

/// How a token of this endpoint begins.
const MARK: &str = "YaguraRole";

/// Who somebody is after `AssumeRole`, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RoleSession {
    pub(crate) account: String,
    /// The role's name, without its path.
    pub(crate) role: String,
    /// `RoleSessionName`.
    pub(crate) name: String,
    pub(crate) expires: Millis,
}

impl RoleSession {
    /// The session that a token of this endpoint carries.
    pub(crate) fn of_token(token: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.strip_prefix(MARK)?).ok()?).ok()
    }

    /// The session token.
    pub(crate) fn token(&self) -> String {
        format!("{MARK}{}", URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default()))
    }

    /// An access key id of the role's account, as [`Request`](super::request::Request) reads it.
    pub(crate) fn access_key(&self) -> String {
        format!("ASIA{}", self.account)
    }

    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:sts::{}:assumed-role/{}/{}", self.account, self.role, self.name)
    }

    /// The id of the role and the name of the session.
    pub(crate) fn user_id(&self) -> String {
        format!("AROAEXAMPLEYAGURA:{}", self.name)
    }
}

/// Account and name of `arn:aws:iam::ACCOUNT:role/PATH/NAME`.
pub(crate) fn role_of(arn: &str) -> Option<(&str, &str)> {
    let (account, role) = arn.strip_prefix("arn:aws:iam::")?.split_once(":role/")?;
    let name = role.rsplit('/').next().filter(|name| !name.is_empty())?;
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then_some((account, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_its_session_and_no_other_token_is_one() {
        let session =
            RoleSession { account: "444455556666".into(), role: "audit".into(), name: "me".into(), expires: 7 };
        assert_eq!(RoleSession::of_token(&session.token()), Some(session));
        assert_eq!(RoleSession::of_token("IQoJb3JpZ2luX2VjEJr"), None);
        assert_eq!(RoleSession::of_token("YaguraRole!"), None);
    }

    #[test]
    fn the_arn_of_a_role_names_account_and_role() {
        assert_eq!(role_of("arn:aws:iam::444455556666:role/team/audit"), Some(("444455556666", "audit")));
        for wrong in ["audit", "arn:aws:iam::4444:role/audit", "arn:aws:iam::444455556666:user/audit", ""] {
            assert_eq!(role_of(wrong), None, "{wrong}");
        }
    }
}
