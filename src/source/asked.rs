//! The name of all that a session asks: whatever one session keeps for the next (its cache, its marks) is kept under it,
//! so that nothing of one organisation is ever shown to another.
//!
//! In: the [`Settings`] and what of the environment decides who is asked and where. Out: a name fit for a file, the same
//! for the same profiles, Regions, endpoints, accounts, files and scope, in any order. A name too many costs a start
//! from nothing; one too few would mix two organisations: what may decide, does.

use std::fmt::Write as _;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::settings::{Access, Settings};

/// What of the environment decides whose credentials ask. Profile, Region and endpoint have a word of their own on the
/// command line, which is stronger.
const DECIDES: [&str; 5] = [
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ROLE_ARN",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];
const PROFILES: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
const REGIONS: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];
/// One for all services, and one for each: `AWS_ENDPOINT_URL_GUARDDUTY`.
const ENDPOINTS: &str = "AWS_ENDPOINT_URL";
const KEY_ID: &str = "AWS_ACCESS_KEY_ID";

impl Settings {
    /// The name of what is asked.
    #[must_use]
    pub fn asked(&self) -> String {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        };
        self.asked_within(std::env::vars_os().filter_map(text))
    }

    fn asked_within(&self, environment: impl Iterator<Item = (String, String)>) -> String {
        // What is added to the settings: does it decide what comes?
        let Self { profiles, regions, endpoint_url, access, from, services, extent, follow: _, limits: _, pace: _ } =
            self;
        let mut parts: Vec<String> = Vec::new();
        if self.asks_aws() {
            parts.extend(profiles.iter().map(|profile| format!("profile {profile}")));
            parts.extend(regions.iter().map(|region| format!("Region {region}")));
            parts.extend(endpoint_url.iter().map(|url| format!("endpoint {url}")));
            parts.extend(services.iter().map(|service| format!("service {}", service.id())));
            parts.extend(environment.filter(|(_, value)| !value.is_empty()).filter_map(|(name, value)| {
                let decides = match name.as_str() {
                    KEY_ID => return matches!(access, Access::Chain).then(|| account_part(&value)),
                    name if PROFILES.contains(&name) => profiles.is_empty(),
                    name if REGIONS.contains(&name) => regions.is_empty(),
                    name if name.starts_with(ENDPOINTS) => endpoint_url.is_none(),
                    name => DECIDES.contains(&name),
                };
                decides.then(|| format!("{name}={value}"))
            }));
            if let Access::Fixed { key_id, .. } = access {
                parts.push(account_part(key_id));
            }
        }
        let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
        parts.extend(from.iter().map(|path| format!("from {}", absolute(path).display())));
        parts.extend(extent.iter().map(|extent| format!("scope {}", extent.text)));
        parts.sort_unstable();
        parts.dedup();
        let mut digest = Sha256::new();
        for part in &parts {
            digest.update(part);
            digest.update([0]);
        }
        digest.finalize().iter().take(16).fold(String::new(), |mut name, byte| {
            // A string takes whatever it is given.
            let _ = write!(name, "{byte:02x}");
            name
        })
    }
}

/// What of an access key's id stays the same over the keys of an account: temporary keys change with each login. AWS
/// writes the account into it (`sts:GetAccessKeyInfo` reads it back), in 40 bits of base 32 from the fifth letter on,
/// behind one bit of another meaning. An id of another make is taken whole.
fn account_part(id: &str) -> String {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digits: Option<Vec<u64>> =
        id.chars().skip(4).take(9).map(|letter| LETTERS.find(letter).map(|digit| digit as u64)).collect();
    match digits {
        Some(digits) if digits.len() == 9 && (16..=32).contains(&id.len()) => {
            let number = digits.into_iter().fold(0, |number, digit| (number << 5) | digit);
            // 45 bits: the first is not the account's, nor are the last four.
            format!("account {}", (number >> 4) & ((1 << 40) - 1))
        }
        _ => format!("key {id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(settings: &Settings, environment: &[(&str, &str)]) -> String {
        settings.asked_within(environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    fn with(change: fn(&mut Settings)) -> Settings {
        let mut settings = Settings::default();
        change(&mut settings);
        settings
    }

    #[test]
    fn whatever_decides_gives_another_name() {
        let plain = Settings::default();
        assert_eq!(named(&plain, &[]), named(&plain, &[("TERM", "xterm"), ("AWS_PAGER", "less"), ("AWS_REGION", "")]));
        let others = [
            named(&with(|s| s.profiles = vec!["audit".to_owned()]), &[]),
            named(&with(|s| s.regions = vec!["audit".to_owned()]), &[]),
            named(&with(|s| s.endpoint_url = Some("http://127.0.0.1:4566".to_owned())), &[]),
            named(&with(|s| s.from = vec!["audit".into()]), &[]),
            named(&plain, &[("AWS_PROFILE", "audit")]),
            named(&plain, &[("AWS_REGION", "audit")]),
            named(&plain, &[("AWS_ENDPOINT_URL_GUARDDUTY", "http://127.0.0.1:4566")]),
            named(&plain, &[("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")]),
            named(&plain, &[]),
        ];
        let mut all: Vec<&String> = others.iter().collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), others.len());
    }

    #[test]
    fn order_and_what_the_command_line_overrules_do_not_count() {
        let regions = |named: [&str; 2]| Settings {
            regions: named.map(str::to_owned).to_vec(),
            endpoint_url: Some("http://127.0.0.1:4566".to_owned()),
            ..Settings::default()
        };
        let (one, other) = (regions(["eu-west-1", "us-east-1"]), regions(["us-east-1", "eu-west-1"]));
        let overruled = [("AWS_REGION", "ap-south-1"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:1")];
        assert_eq!(named(&one, &[]), named(&other, &overruled));
    }

    #[test]
    fn keys_of_one_account_are_one_and_keys_of_two_are_not() {
        // Ids as AWS's own documentation has them, and one with a letter of its random part changed.
        assert_eq!(account_part("AKIAIOSFODNN7EXAMPLE"), account_part("ASIAIOSFODNN7EXAMPLF"));
        assert_ne!(account_part("AKIAIOSFODNN7EXAMPLE"), account_part("AKIAI44QH8DHBEXAMPLE"));
        assert_eq!(account_part("test"), "key test");
    }
}
