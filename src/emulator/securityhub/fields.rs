//! The attributes of `AwsSecurityFindingFilters`: their filter type, and where a finding keeps them.
//!
//! Names and types: botocore's service model. A path goes through objects by name and through arrays by each element.

/// The type of an attribute's filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FilterType {
    Text,
    Date,
    Number,
    Map,
    Ip,
    Keyword,
    Flag,
}

use FilterType::{Date, Flag, Ip, Keyword, Map, Number, Text};

/// An attribute: name, type, path.
pub(crate) type Field = (&'static str, FilterType, &'static str);

pub(crate) static FIELDS: [Field; 106] = [
    ("ProductArn", Text, "ProductArn"),
    ("AwsAccountId", Text, "AwsAccountId"),
    ("AwsAccountName", Text, "AwsAccountName"),
    ("Id", Text, "Id"),
    ("GeneratorId", Text, "GeneratorId"),
    ("Region", Text, "Region"),
    ("Type", Text, "Types"),
    ("FirstObservedAt", Date, "FirstObservedAt"),
    ("LastObservedAt", Date, "LastObservedAt"),
    ("CreatedAt", Date, "CreatedAt"),
    ("UpdatedAt", Date, "UpdatedAt"),
    ("SeverityProduct", Number, "Severity.Product"),
    ("SeverityNormalized", Number, "Severity.Normalized"),
    ("SeverityLabel", Text, "Severity.Label"),
    ("Confidence", Number, "Confidence"),
    ("Criticality", Number, "Criticality"),
    ("Title", Text, "Title"),
    ("Description", Text, "Description"),
    ("RecommendationText", Text, "Remediation.Recommendation.Text"),
    ("SourceUrl", Text, "SourceUrl"),
    ("ProductFields", Map, "ProductFields"),
    ("ProductName", Text, "ProductName"),
    ("CompanyName", Text, "CompanyName"),
    ("UserDefinedFields", Map, "UserDefinedFields"),
    ("MalwareName", Text, "Malware.Name"),
    ("MalwareType", Text, "Malware.Type"),
    ("MalwarePath", Text, "Malware.Path"),
    ("MalwareState", Text, "Malware.State"),
    ("NetworkDirection", Text, "Network.Direction"),
    ("NetworkProtocol", Text, "Network.Protocol"),
    ("NetworkSourceIpV4", Ip, "Network.SourceIpV4"),
    ("NetworkSourceIpV6", Ip, "Network.SourceIpV6"),
    ("NetworkSourcePort", Number, "Network.SourcePort"),
    ("NetworkSourceDomain", Text, "Network.SourceDomain"),
    ("NetworkSourceMac", Text, "Network.SourceMac"),
    ("NetworkDestinationIpV4", Ip, "Network.DestinationIpV4"),
    ("NetworkDestinationIpV6", Ip, "Network.DestinationIpV6"),
    ("NetworkDestinationPort", Number, "Network.DestinationPort"),
    ("NetworkDestinationDomain", Text, "Network.DestinationDomain"),
    ("ProcessName", Text, "Process.Name"),
    ("ProcessPath", Text, "Process.Path"),
    ("ProcessPid", Number, "Process.Pid"),
    ("ProcessParentPid", Number, "Process.ParentPid"),
    ("ProcessLaunchedAt", Date, "Process.LaunchedAt"),
    ("ProcessTerminatedAt", Date, "Process.TerminatedAt"),
    ("ThreatIntelIndicatorType", Text, "ThreatIntelIndicators.Type"),
    ("ThreatIntelIndicatorValue", Text, "ThreatIntelIndicators.Value"),
    ("ThreatIntelIndicatorCategory", Text, "ThreatIntelIndicators.Category"),
    ("ThreatIntelIndicatorLastObservedAt", Date, "ThreatIntelIndicators.LastObservedAt"),
    ("ThreatIntelIndicatorSource", Text, "ThreatIntelIndicators.Source"),
    ("ThreatIntelIndicatorSourceUrl", Text, "ThreatIntelIndicators.SourceUrl"),
    ("ResourceType", Text, "Resources.Type"),
    ("ResourceId", Text, "Resources.Id"),
    ("ResourcePartition", Text, "Resources.Partition"),
    ("ResourceRegion", Text, "Resources.Region"),
    ("ResourceTags", Map, "Resources.Tags"),
    ("ResourceAwsEc2InstanceType", Text, "Resources.Details.AwsEc2Instance.Type"),
    ("ResourceAwsEc2InstanceImageId", Text, "Resources.Details.AwsEc2Instance.ImageId"),
    ("ResourceAwsEc2InstanceIpV4Addresses", Ip, "Resources.Details.AwsEc2Instance.IpV4Addresses"),
    ("ResourceAwsEc2InstanceIpV6Addresses", Ip, "Resources.Details.AwsEc2Instance.IpV6Addresses"),
    ("ResourceAwsEc2InstanceKeyName", Text, "Resources.Details.AwsEc2Instance.KeyName"),
    ("ResourceAwsEc2InstanceIamInstanceProfileArn", Text, "Resources.Details.AwsEc2Instance.IamInstanceProfileArn"),
    ("ResourceAwsEc2InstanceVpcId", Text, "Resources.Details.AwsEc2Instance.VpcId"),
    ("ResourceAwsEc2InstanceSubnetId", Text, "Resources.Details.AwsEc2Instance.SubnetId"),
    ("ResourceAwsEc2InstanceLaunchedAt", Date, "Resources.Details.AwsEc2Instance.LaunchedAt"),
    ("ResourceAwsS3BucketOwnerId", Text, "Resources.Details.AwsS3Bucket.OwnerId"),
    ("ResourceAwsS3BucketOwnerName", Text, "Resources.Details.AwsS3Bucket.OwnerName"),
    ("ResourceAwsIamAccessKeyUserName", Text, "Resources.Details.AwsIamAccessKey.UserName"),
    ("ResourceAwsIamAccessKeyPrincipalName", Text, "Resources.Details.AwsIamAccessKey.PrincipalName"),
    ("ResourceAwsIamAccessKeyStatus", Text, "Resources.Details.AwsIamAccessKey.Status"),
    ("ResourceAwsIamAccessKeyCreatedAt", Date, "Resources.Details.AwsIamAccessKey.CreatedAt"),
    ("ResourceAwsIamUserUserName", Text, "Resources.Details.AwsIamUser.UserName"),
    ("ResourceContainerName", Text, "Resources.Details.Container.Name"),
    ("ResourceContainerImageId", Text, "Resources.Details.Container.ImageId"),
    ("ResourceContainerImageName", Text, "Resources.Details.Container.ImageName"),
    ("ResourceContainerLaunchedAt", Date, "Resources.Details.Container.LaunchedAt"),
    ("ResourceDetailsOther", Map, "Resources.Details.Other"),
    ("ComplianceStatus", Text, "Compliance.Status"),
    ("VerificationState", Text, "VerificationState"),
    ("WorkflowState", Text, "WorkflowState"),
    ("WorkflowStatus", Text, "Workflow.Status"),
    ("RecordState", Text, "RecordState"),
    ("RelatedFindingsProductArn", Text, "RelatedFindings.ProductArn"),
    ("RelatedFindingsId", Text, "RelatedFindings.Id"),
    ("NoteText", Text, "Note.Text"),
    ("NoteUpdatedAt", Date, "Note.UpdatedAt"),
    ("NoteUpdatedBy", Text, "Note.UpdatedBy"),
    ("Keyword", Keyword, ""),
    ("FindingProviderFieldsConfidence", Number, "FindingProviderFields.Confidence"),
    ("FindingProviderFieldsCriticality", Number, "FindingProviderFields.Criticality"),
    ("FindingProviderFieldsRelatedFindingsId", Text, "FindingProviderFields.RelatedFindings.Id"),
    ("FindingProviderFieldsRelatedFindingsProductArn", Text, "FindingProviderFields.RelatedFindings.ProductArn"),
    ("FindingProviderFieldsSeverityLabel", Text, "FindingProviderFields.Severity.Label"),
    ("FindingProviderFieldsSeverityOriginal", Text, "FindingProviderFields.Severity.Original"),
    ("FindingProviderFieldsTypes", Text, "FindingProviderFields.Types"),
    ("Sample", Flag, "Sample"),
    ("ComplianceSecurityControlId", Text, "Compliance.SecurityControlId"),
    ("ComplianceAssociatedStandardsId", Text, "Compliance.AssociatedStandards.StandardsId"),
    ("ComplianceSecurityControlParametersName", Text, "Compliance.SecurityControlParameters.Name"),
    ("ComplianceSecurityControlParametersValue", Text, "Compliance.SecurityControlParameters.Value"),
    ("VulnerabilitiesExploitAvailable", Text, "Vulnerabilities.ExploitAvailable"),
    ("VulnerabilitiesFixAvailable", Text, "Vulnerabilities.FixAvailable"),
    ("ResourceApplicationName", Text, "Resources.ApplicationName"),
    ("ResourceApplicationArn", Text, "Resources.ApplicationArn"),
    ("ResourceOwnerAccountId", Text, "Resources.Owner.AccountId"),
    ("ResourceOwnerOrgId", Text, "Resources.Owner.OrgId"),
];

/// An attribute by its name.
pub(crate) fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|(known, ..)| *known == name)
}

/// Every value at a path.
pub(crate) fn values<'v>(finding: &'v serde_json::Value, path: &str) -> Vec<&'v serde_json::Value> {
    let mut level = vec![finding];
    for name in path.split('.') {
        level = level.iter().flat_map(|value| elements(value)).filter_map(|value| value.get(name)).collect();
    }
    level.iter().flat_map(|value| elements(value)).collect()
}

fn elements(value: &serde_json::Value) -> Vec<&serde_json::Value> {
    match value {
        serde_json::Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}
