//! Finding types: a service gives a type its name, and Security Hub writes that name into its own taxonomy.
//!
//! In: a type as a record has it. Out: the name that the service gives it, and back again how other records may end
//! that mean the same. `UnauthorizedAccess:EC2/SSHBruteForce` of GuardDuty is
//! `TTPs/Initial Access/UnauthorizedAccess:EC2-SSHBruteForce` in Security Hub; `TTPs/AttackSequence:IAM/...` keeps its
//! slash (GuardDuty user guide, "Integrating with Security Hub"). Macie's names go the same way. The taxonomy is not
//! looked at: it is no part of the name. This is for counting and asking only: no finding is known by its type.

use std::borrow::Cow;

/// `ThreatPurpose:ResourceType/Name`.
struct Parts<'a> {
    purpose: &'a str,
    resource: &'a str,
    name: &'a str,
}

impl<'a> Parts<'a> {
    /// With a slash or, as Security Hub writes it, a dash in front of the name.
    fn of(text: &'a str) -> Option<(Self, char)> {
        let (purpose, rest) = text.split_once(':')?;
        let between = rest.find(|c: char| !c.is_ascii_alphanumeric())?;
        let (resource, rest) = rest.split_at_checked(between)?;
        let sign = rest.chars().next().filter(|sign| matches!(sign, '/' | '-'))?;
        let name = rest.strip_prefix(sign)?;
        let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let whole = is_word(purpose) && !resource.is_empty() && !name.is_empty() && !name.contains(['/', ':']);
        whole.then_some((Self { purpose, resource, name }, sign))
    }
}

/// The name that the service gives the type. A type that is in no service's form is its own name.
#[must_use]
pub fn service_name(written: &str) -> Cow<'_, str> {
    let name = || {
        let (before, _) = written.rsplit_once(':')?;
        let last = written.get(before.rfind('/')? + 1..)?;
        let (Parts { purpose, resource, name }, sign) = Parts::of(last)?;
        Some(if sign == '/' { last.into() } else { format!("{purpose}:{resource}/{name}").into() })
    };
    name().unwrap_or(Cow::Borrowed(written))
}

/// How every type ends that [has this name](service_name) and is not written as the name alone. `None` where the name is
/// in no service's form: then nothing else has it.
#[must_use]
pub fn rewritten_endings(name: &str) -> Option<[String; 2]> {
    let (Parts { purpose, resource, name }, sign) = Parts::of(name)?;
    (sign == '/').then(|| ['/', '-'].map(|sign| format!("/{purpose}:{resource}{sign}{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rewritten_type_has_the_name_that_its_service_gives_it() {
        for (written, name) in [
            ("UnauthorizedAccess:EC2/SSHBruteForce", "UnauthorizedAccess:EC2/SSHBruteForce"),
            ("TTPs/Initial Access/UnauthorizedAccess:EC2-SSHBruteForce", "UnauthorizedAccess:EC2/SSHBruteForce"),
            ("TTPs/AttackSequence:IAM/CompromisedCredentials", "AttackSequence:IAM/CompromisedCredentials"),
            ("TTPs/Command and Control/Backdoor:EC2-C&CActivity.B!DNS", "Backdoor:EC2/C&CActivity.B!DNS"),
            ("Sensitive Data Identifications/PII/SensitiveData:S3Object-Personal", "SensitiveData:S3Object/Personal"),
        ] {
            assert_eq!(service_name(written), name);
            let ends = rewritten_endings(name).unwrap_or_default();
            assert!(written == name || ends.iter().any(|end| written.ends_with(end)), "{written}: {ends:?}");
        }
    }

    #[test]
    fn what_is_in_no_services_form_is_its_own_name() {
        for written in [
            "",
            ":",
            "Software and Configuration Checks/Vulnerabilities/CVE",
            "TTPs/Discovery",
            "TTPs/Discovery/Recon:EC2",
            "TTPs/Discovery/Recon:EC2-",
            "TTPs/Discovery/Recon:EC2.Port-Probe",
            "TTPs/Discovery/Recon:EC2-a/b",
            "TTPs/Re con:EC2-a",
            "Recon:EC2-PortProbeUnprotectedPort",
            "a:b/c:d",
            "é/è:ê-ë",
        ] {
            assert_eq!(service_name(written), written);
        }
        for name in ["", "CVE", "TTPs/AttackSequence:IAM/X", "Recon:EC2-PortProbe", "Recon:EC2", "Recon:EC2/a/b"] {
            assert_eq!(rewritten_endings(name), None, "{name}");
        }
    }
}
