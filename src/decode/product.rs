//! The name of the product behind a finding, where the finding does not say it.
//!
//! In: the tail of a product ARN, `product/<company>/<product>`. Out: the name as AWS prints it in `ProductName`.

use std::borrow::Cow;

use super::arn::Arn;

/// AWS's own products by the last part of their product ARN. Source: Security Hub user guide, AWS service
/// integrations, and `DescribeProducts`.
const AWS_PRODUCTS: [(&str, &str); 14] = [
    ("access-analyzer", "IAM Access Analyzer"),
    ("config", "Config"),
    ("detective", "Detective"),
    ("firewall-manager", "Firewall Manager"),
    ("guardduty", "GuardDuty"),
    ("health", "Health"),
    ("inspector", "Inspector"),
    ("iot-device-defender-audit", "IoT Device Defender - Audit"),
    ("iot-device-defender-detect", "IoT Device Defender - Detect"),
    ("macie", "Macie"),
    ("route53-resolver-dns-firewall", "Route 53 Resolver DNS Firewall"),
    ("securityhub", "Security Hub"),
    ("ssm-patch-manager", "Systems Manager Patch Manager"),
    ("trusted-advisor", "Trusted Advisor"),
];

/// `arn:aws:securityhub:us-east-1::product/aws/guardduty` is `GuardDuty`; of a partner's ARN, the last part as sent.
pub(super) fn of_arn<'a>(arn: &Cow<'a, str>) -> Option<Cow<'a, str>> {
    let (company, product) = Arn::parse(arn)?.resource.strip_prefix("product/")?.split_once('/')?;
    if company == "aws"
        && let Some((_, name)) = AWS_PRODUCTS.iter().find(|(tail, _)| *tail == product)
    {
        return Some(Cow::Borrowed(name));
    }
    // What an account imports itself comes through `product/<account>/default`, which Security Hub names `Default`.
    if product == "default" {
        return Some(Cow::Borrowed("Default"));
    }
    if product.is_empty() {
        return None;
    }
    match arn {
        Cow::Borrowed(arn) => Some(Cow::Borrowed(arn.rsplit('/').next()?)),
        Cow::Owned(_) => Some(Cow::Owned(product.rsplit('/').next()?.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_awss_own() {
        let name = |arn: &str| of_arn(&Cow::Owned(arn.to_owned())).map(Cow::into_owned);
        assert_eq!(name("arn:aws:securityhub:us-east-1::product/aws/guardduty").as_deref(), Some("GuardDuty"));
        assert_eq!(name("arn:aws:securityhub:us-east-1:product/aws/inspector").as_deref(), Some("Inspector"));
        assert_eq!(name("arn:aws:securityhub:us-east-1::product/prowler/prowler").as_deref(), Some("prowler"));
        assert_eq!(
            name("arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default").as_deref(),
            Some("Default")
        );
        assert_eq!(name("somewhere"), None);
    }
}
