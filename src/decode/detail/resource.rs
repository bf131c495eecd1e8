//! Resources with their tags and key facts.
//!
//! ASFF: `Resources[]`, of which `Details` has one object for a type. GuardDuty: `Resource`, one object with a part for
//! each kind, and the resources of an attack sequence. Which resources there are, with which ids and names, is the light
//! reading's to say, so that both readings name them alike.

use super::tree::{Tree, push};
use crate::model::detail::{Actor, Fact, ResourceDetail};
use crate::model::{Finding, Resource};

/// What the resources say: themselves, the principals among them, and the volumes that a malware scan read.
#[derive(Default)]
pub(super) struct Found {
    pub(super) resources: Vec<ResourceDetail>,
    pub(super) principals: Vec<Actor>,
    pub(super) volumes: Vec<Fact>,
}

fn known(resource: &Resource<'_>) -> ResourceDetail {
    ResourceDetail {
        id: resource.id.to_string(),
        kind: resource.kind.as_deref().unwrap_or_default().to_owned(),
        name: resource.name.as_deref().map(str::to_owned),
        ..ResourceDetail::default()
    }
}

/// `Tags`, as a map or as a list of key and value.
fn tags(tree: &mut Tree<'_>) -> Vec<(String, String)> {
    let mut tags = Vec::new();
    tree.each("Tags", |tag| {
        if let Some(key) = tag.peek("Key").filter(|_| tag.peek("Value").is_some()) {
            tag.text("Key");
            tags.push((key, tag.text("Value").unwrap_or_default()));
            return;
        }
        for (key, value) in tag.take_where(|_| true) {
            let value = match value {
                serde_json::Value::String(text) => text,
                serde_json::Value::Null => String::new(),
                other => other.to_string(),
            };
            tags.push((key, value));
        }
    });
    tags
}

/// Reads `Resources` of ASFF.
pub(super) fn asff(tree: &mut Tree<'_>, finding: &Finding<'_>) -> Found {
    let mut found = Found::default();
    let mut light = finding.resources.iter();
    tree.each("Resources", |resource| {
        if resource.peek("Id").is_none() && resource.peek("Type").is_none() {
            return;
        }
        let mut read = light.next().map(known).unwrap_or_default();
        resource.text("Id");
        resource.text("Type");
        read.region = resource.text("Region");
        read.tags = tags(resource);
        for (label, name) in [
            ("Role", "ResourceRole"),
            ("Partition", "Partition"),
            ("Application", "ApplicationName"),
            ("Application ARN", "ApplicationArn"),
        ] {
            resource.fact(&mut read.facts, label, name);
        }
        resource.within("Details", |details| {
            details.each_object(|kind, detail| {
                if kind == "AwsIamAccessKey" {
                    found.principals.push(key_principal(detail, &read.id));
                }
                detail.flatten(&mut read.facts, "", 2);
            });
        });
        resource.within("DataClassification", |data| classification(data, &mut read.facts));
        found.resources.push(read);
    });
    if found.resources.is_empty() {
        // A record flattened for a table: `ResourceId`, `ResourceType`, `ResourceRegion`.
        if let Some(mut read) = light.next().map(known) {
            tree.text("ResourceId");
            tree.text("ResourceType");
            read.region = tree.text("ResourceRegion");
            tree.fact(&mut read.facts, "Partition", "ResourcePartition");
            found.resources.push(read);
        }
    }
    found
}

/// `Details.AwsIamAccessKey`: whose key it is. The facts keep it too.
fn key_principal(tree: &Tree<'_>, id: &str) -> Actor {
    let key = id.strip_prefix("AWS::IAM::AccessKey:").map(str::to_owned);
    Actor {
        principal: tree.peek("PrincipalName").or_else(|| tree.peek("UserName")),
        principal_type: tree.peek("PrincipalType"),
        access_key: tree.peek("AccessKeyId").or(key),
        account: tree.peek("AccountId"),
        ..Actor::default()
    }
}

/// What Macie found in an object.
fn classification(tree: &mut Tree<'_>, facts: &mut Vec<Fact>) {
    tree.within("Result", |result| {
        result.each("SensitiveData", |data| {
            let category = data.text("Category").unwrap_or_default();
            let mut kinds = Vec::new();
            data.each("Detections", |one| {
                let (kind, count) = (one.text("Type").unwrap_or_default(), one.text("Count").unwrap_or_default());
                kinds.push(format!("{kind} ×{count}"));
            });
            data.text("TotalCount");
            push(facts, "Sensitive data", Some(format!("{category}: {}", kinds.join(", "))));
        });
    });
    tree.flatten(facts, "", 2);
}

/// Reads `Resource` of GuardDuty.
pub(super) fn guardduty(tree: &mut Tree<'_>, finding: &Finding<'_>) -> Found {
    let mut found = Found { resources: finding.resources.iter().map(known).collect(), ..Found::default() };
    tree.text("ResourceType");
    tree.within("AccessKeyDetails", |key| {
        found.principals.push(Actor {
            principal: key.peek("UserName").or_else(|| key.peek("PrincipalId")),
            principal_type: key.peek("UserType"),
            access_key: key.peek("AccessKeyId"),
            ..Actor::default()
        });
        part(&mut found, "AwsIamAccessKey", key, &["AccessKeyId"]);
    });
    tree.within("InstanceDetails", |instance| {
        part(&mut found, "AwsEc2Instance", instance, &["InstanceId"]);
    });
    let mut bucket = 0;
    tree.each("S3BucketDetails", |details| {
        let nth = found.resources.iter_mut().filter(|resource| resource.kind == "AwsS3Bucket").nth(bucket);
        bucket += 1;
        if let Some(resource) = nth {
            fill(resource, details, &["Arn", "Name"], 4);
        }
    });
    for (field, kind, shown) in PARTS {
        tree.within(field, |details| part(&mut found, kind, details, shown));
    }
    tree.within("KubernetesDetails", |kubernetes| {
        kubernetes.within("KubernetesUserDetails", |user| found.principals.push(kubernetes_user(user)));
        kubernetes.within("KubernetesWorkloadDetails", |workload| {
            part(&mut found, "KubernetesWorkload", workload, &["Name", "Uid"]);
        });
    });
    tree.within("RdsDbUserDetails", |user| {
        found.principals.push(Actor {
            principal: user.text("User"),
            principal_type: Some("database user".to_owned()),
            user_agent: user.text("Application"),
            ..Actor::default()
        });
        if let Some(resource) = of_kind(&mut found.resources, "AwsRdsDbInstance") {
            user.flatten(&mut resource.facts, "Login", 1);
        }
    });
    tree.within("EbsVolumeDetails", |volumes| {
        for (field, label) in [("ScannedVolumeDetails", "Scanned volume"), ("SkippedVolumeDetails", "Skipped volume")] {
            volumes.each(field, |volume| {
                let arn = volume.text("VolumeArn");
                let kind = [volume.text("DeviceName"), volume.text("VolumeType"), volume.text("EncryptionType")];
                let kind = kind.into_iter().flatten().collect::<Vec<_>>().join(", ");
                let size = volume.text("VolumeSizeInGB").map_or_else(String::new, |size| format!(", {size} GB"));
                push(&mut found.volumes, label, arn.map(|arn| format!("{arn} ({kind}{size})")));
            });
        }
    });
    found
}

/// The parts of `Resource` that are plain: field, ASFF type, and the keys that are the resource's id or name already.
const PARTS: [(&str, &str, &[&str]); 9] = [
    ("EksClusterDetails", "AwsEksCluster", &["Arn", "Name"]),
    ("EcsClusterDetails", "AwsEcsCluster", &["Arn", "Name"]),
    ("ContainerDetails", "Container", &["Id", "Name"]),
    ("RdsDbInstanceDetails", "AwsRdsDbInstance", &["DbInstanceArn", "DbInstanceIdentifier"]),
    ("RdsLimitlessDbDetails", "AwsRdsDbShardGroup", &["DbShardGroupArn", "DbShardGroupIdentifier"]),
    ("LambdaDetails", "AwsLambdaFunction", &["FunctionArn", "FunctionName"]),
    ("EbsSnapshotDetails", "AwsEc2Snapshot", &["SnapshotArn"]),
    ("Ec2ImageDetails", "AwsEc2Image", &["ImageArn"]),
    ("RecoveryPointDetails", "AwsBackupRecoveryPoint", &["RecoveryPointArn"]),
];

fn of_kind<'r>(resources: &'r mut [ResourceDetail], kind: &str) -> Option<&'r mut ResourceDetail> {
    resources.iter_mut().find(|resource| resource.kind == kind)
}

fn part(found: &mut Found, kind: &str, details: &mut Tree<'_>, shown: &[&str]) {
    if let Some(resource) = of_kind(&mut found.resources, kind) {
        fill(resource, details, shown, 2);
    }
}

/// Takes the key facts of one part; `shown` are the keys that the id and the name already say.
fn fill(resource: &mut ResourceDetail, details: &mut Tree<'_>, shown: &[&str], depth: usize) {
    for key in shown {
        if let Some(text) = details.peek(key)
            && (resource.id.contains(&text) || resource.name.as_deref() == Some(&text))
        {
            details.text(key);
        }
    }
    resource.tags.extend(tags(details));
    details.each("NetworkInterfaces", |interface| network_interface(interface, &mut resource.facts));
    details.within("VpcConfig", |vpc| security_groups(vpc, &mut resource.facts));
    details.within("TaskDetails", |task| {
        task.each("Containers", |container| container_line(container, &mut resource.facts));
        task.flatten(&mut resource.facts, "Task", 1);
    });
    details.each("Containers", |container| container_line(container, &mut resource.facts));
    details.flatten(&mut resource.facts, "", depth);
}

fn network_interface(tree: &mut Tree<'_>, facts: &mut Vec<Fact>) {
    for (label, name) in [
        ("Interface", "NetworkInterfaceId"),
        ("Public IP", "PublicIp"),
        ("Public DNS", "PublicDnsName"),
        ("Private IP", "PrivateIpAddress"),
        ("Private DNS", "PrivateDnsName"),
        ("VPC", "VpcId"),
        ("Subnet", "SubnetId"),
    ] {
        tree.fact(facts, label, name);
    }
    tree.fact_list(facts, "IPv6", "Ipv6Addresses");
    security_groups(tree, facts);
}

fn security_groups(tree: &mut Tree<'_>, facts: &mut Vec<Fact>) {
    let mut groups = Vec::new();
    tree.each("SecurityGroups", |group| {
        let (id, name) = (group.text("GroupId"), group.text("GroupName"));
        groups.push(match (id, name) {
            (Some(id), Some(name)) => format!("{id} ({name})"),
            (id, name) => id.or(name).unwrap_or_default(),
        });
    });
    push(facts, "Security groups", Some(groups.join(", ")));
}

fn container_line(tree: &mut Tree<'_>, facts: &mut Vec<Fact>) {
    let name = tree.text("Name");
    let image = tree.text("Image");
    let privileged = tree.within("SecurityContext", |context| context.flag("Privileged")).flatten() == Some(true);
    let line = [name, image].into_iter().flatten().collect::<Vec<_>>().join(" ");
    push(facts, "Container", Some(if privileged { format!("{line} (privileged)") } else { line }));
}

fn kubernetes_user(tree: &mut Tree<'_>) -> Actor {
    let groups = tree.texts("Groups").join(", ");
    let kind = if groups.is_empty() { "Kubernetes user".to_owned() } else { format!("Kubernetes user in {groups}") };
    let session = tree.texts("SessionName").join(", ");
    let name = tree.text("Username");
    tree.within("ImpersonatedUser", |user| user.peek("Username"));
    Actor {
        principal: name.map(|name| if session.is_empty() { name } else { format!("{name} ({session})") }),
        principal_type: Some(kind),
        ..Actor::default()
    }
}

/// Adds what an attack sequence says of its resources to those the light reading named.
pub(super) fn sequence(tree: &mut Tree<'_>, resources: &mut [ResourceDetail]) {
    tree.each("Resources", |one| {
        let uid = one.peek("Uid").or_else(|| one.peek("Name")).unwrap_or_default();
        let Some(resource) = resources.iter_mut().find(|resource| resource.id == uid) else { return };
        for key in ["Uid", "Name", "ResourceType"] {
            one.text(key);
        }
        resource.region = one.text("Region");
        one.fact(&mut resource.facts, "Account", "AccountId");
        one.fact(&mut resource.facts, "Service", "Service");
        one.fact(&mut resource.facts, "Partition", "CloudPartition");
        resource.tags.extend(tags(one));
        one.within("Data", |data| data.each_object(|_, part| part.flatten(&mut resource.facts, "", 2)));
    });
}
