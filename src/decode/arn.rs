//! Amazon Resource Names, taken apart without judging them.

/// `arn:partition:service:region:account:resource`, borrowed. Region and account may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub(super) service: &'a str,
    pub(super) region: &'a str,
    pub(super) account: &'a str,
    /// All that follows the account: `instance/i-0abc`, `product/aws/guardduty`, `my-bucket`.
    pub(super) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// `None` for anything that is not an ARN. A missing colon between Region and resource
    /// (`arn:aws:securityhub:us-east-1:product/aws/guardduty`, as some of AWS's own samples write it) is forgiven.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (_partition, rest) = text.strip_prefix("arn:")?.split_once(':')?;
        // `arn:aws::guardduty:...` is in AWS's documentation, and so in people's tests.
        let mut parts = rest.strip_prefix(':').unwrap_or(rest).splitn(4, ':');
        let (service, region) = (parts.next()?, parts.next()?);
        let fourth = parts.next()?;
        Some(match parts.next() {
            Some(resource) => Self { service, region, account: fourth, resource },
            None => Self { service, region, account: "", resource: fourth },
        })
    }
}

/// What a person calls the thing behind an ARN or an id of Security Hub's (`AWS::IAM::AccessKey:AKIA...`): the end of
/// it. `None` where that is the whole id.
pub(super) fn tail(id: &str) -> Option<&str> {
    let name = match Arn::parse(id) {
        Some(arn) => resource_name(arn),
        None => id.strip_prefix("AWS::").and_then(|rest| rest.rsplit_once(':')).map(|(_, name)| name)?,
    };
    (!name.is_empty() && name != id).then_some(name)
}

fn resource_name(arn: Arn<'_>) -> &str {
    let resource = arn.resource.trim_end_matches(":*");
    let Some((kind, rest)) = resource.split_once(['/', ':']) else { return resource };
    match (arn.service, kind) {
        // The resource is the name, and what follows is inside it.
        ("s3" | "sqs" | "sns", _) => resource,
        ("iam", _) => rest.rsplit('/').next().unwrap_or(rest),
        _ => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_what_people_say() {
        let table = [
            ("arn:aws:ec2:us-east-1:111122223333:instance/i-0abc", Some("i-0abc")),
            ("arn:aws:s3:::logs", Some("logs")),
            ("arn:aws:s3:::logs/2024/key", Some("logs/2024/key")),
            ("arn:aws:iam::111122223333:role/service-role/deploy", Some("deploy")),
            ("arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/x:*", Some("/aws/lambda/x")),
            ("AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE", Some("AKIAIOSFODNN7EXAMPLE")),
            ("AWS::::Account:111122223333", Some("111122223333")),
            ("i-0abc", None),
            ("arn:", None),
            ("", None),
        ];
        for (id, expected) in table {
            assert_eq!(tail(id), expected, "{id}");
        }
    }

    #[test]
    fn a_colon_too_many_is_forgiven() {
        let arn = Arn::parse("arn:aws::guardduty:us-east-1:111122223333:detector/d/finding/f");
        assert_eq!(arn.map(|arn| (arn.service, arn.account)), Some(("guardduty", "111122223333")));
    }

    #[test]
    fn a_product_arn_with_a_colon_too_few_still_has_its_resource() {
        let arn = Arn::parse("arn:aws:securityhub:us-east-1:product/aws/guardduty");
        assert_eq!(arn.map(|arn| (arn.region, arn.resource)), Some(("us-east-1", "product/aws/guardduty")));
    }
}
