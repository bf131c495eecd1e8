//! The resources of a GuardDuty finding, typed and named as its ASFF copy in Security Hub does it.
//!
//! In: `Resource` (one object with a part for each kind) and, of attack sequences, `Service.Detection.Sequence`.
//! Out: resources, the one that `ResourceType` names first. Ids are ARNs, composed from partition, Region and account
//! where GuardDuty gives a bare name.

use std::borrow::Cow;

use super::lenient::{List, Text, shape};
use super::names::Tags;
use super::observables::{AccessKey, Seen, push};
use crate::model::{Observable, ObservableKind, Resource};

/// Where the finding was made: what composed ARNs need.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) partition: &'p str,
    pub(super) region: &'p str,
    pub(super) account: &'p str,
}

shape! {
    ResourceShape<'de> {
        kind: Text<'de> = "ResourceType",
        instance: Instance<'de> = "InstanceDetails",
        access_key: AccessKey<'de> = "AccessKeyDetails",
        buckets: List<Bucket<'de>> = "S3BucketDetails",
        eks: Named<'de> = "EksClusterDetails",
        kubernetes: Kubernetes<'de> = "KubernetesDetails",
        ecs: Named<'de> = "EcsClusterDetails",
        container: Container<'de> = "ContainerDetails",
        rds: Rds<'de> = "RdsDbInstanceDetails",
        db_user: DbUser<'de> = "RdsDbUserDetails",
        limitless: Limitless<'de> = "RdsLimitlessDbDetails",
        lambda: Lambda<'de> = "LambdaDetails",
        snapshot: Arned<'de> = "EbsSnapshotDetails",
        image: Image<'de> = "Ec2ImageDetails",
        recovery: Recovery<'de> = "RecoveryPointDetails",
    }
}

shape! { Instance<'de> { id: Text<'de> = "InstanceId", tags: Tags<'de> = "Tags" } }
shape! { Bucket<'de> { arn: Text<'de> = "Arn", name: Text<'de> = "Name", tags: Tags<'de> = "Tags" } }
shape! { Named<'de> { arn: Text<'de> = "Arn", name: Text<'de> = "Name", tags: Tags<'de> = "Tags" } }
shape! {
    Kubernetes<'de> {
        workload: Workload<'de> = "KubernetesWorkloadDetails",
        user: KubernetesUser<'de> = "KubernetesUserDetails",
    }
}
shape! { KubernetesUser<'de> { name: Text<'de> = "Username" } }
shape! { DbUser<'de> { name: Text<'de> = "User" } }
shape! {
    Workload<'de> {
        name: Text<'de> = "Name",
        namespace: Text<'de> = "Namespace",
        kind: Text<'de> = "Type",
        uid: Text<'de> = "Uid",
    }
}
shape! { Container<'de> { id: Text<'de> = "Id", name: Text<'de> = "Name", image: Text<'de> = "Image" } }
shape! {
    Rds<'de> {
        arn: Text<'de> = "DbInstanceArn",
        name: Text<'de> = "DbInstanceIdentifier",
        tags: Tags<'de> = "Tags",
    }
}
shape! { Limitless<'de> { arn: Text<'de> = "DbShardGroupArn", name: Text<'de> = "DbShardGroupIdentifier" } }
shape! {
    Lambda<'de> {
        arn: Text<'de> = "FunctionArn",
        name: Text<'de> = "FunctionName",
        tags: Tags<'de> = "Tags",
    }
}
shape! { Arned<'de> { arn: Text<'de> = "SnapshotArn" } }
shape! { Image<'de> { arn: Text<'de> = "ImageArn" } }
shape! { Recovery<'de> { arn: Text<'de> = "RecoveryPointArn" } }
shape! {
    /// A resource of an attack sequence.
    Sequenced<'de> {
        uid: Text<'de> = "Uid",
        name: Text<'de> = "Name",
        kind: Text<'de> = "ResourceType",
        tags: Tags<'de> = "Tags",
        data: SequencedData<'de> = "Data",
    }
}

shape! { SequencedData<'de> { key: Seen<'de, AccessKey<'de>> = "AccessKey" } }

/// What the resources tell beside themselves: tags, and whose key or login was used.
pub(super) fn observables_of<'a>(
    shape: &mut ResourceShape<'a>,
    sequenced: &mut [Sequenced<'a>],
) -> Vec<Observable<'a>> {
    let mut seen = std::mem::take(&mut shape.instance.tags.all);
    let tagged = [&mut shape.eks.tags, &mut shape.ecs.tags, &mut shape.rds.tags, &mut shape.lambda.tags];
    for tags in tagged.into_iter().chain(shape.buckets.0.iter_mut().map(|bucket| &mut bucket.tags)) {
        seen.append(&mut tags.all);
    }
    let AccessKey { id, user, principal, .. } = &shape.access_key;
    push(&mut seen, ObservableKind::AccessKey, id.clone());
    push(&mut seen, ObservableKind::Principal, user.clone());
    push(&mut seen, ObservableKind::Principal, principal.clone());
    push(&mut seen, ObservableKind::Principal, std::mem::take(&mut shape.kubernetes.user.name));
    push(&mut seen, ObservableKind::Principal, std::mem::take(&mut shape.db_user.name));
    for one in sequenced {
        seen.append(&mut one.tags.all);
        seen.append(&mut one.data.key.found);
        if one.kind.as_deref() == Some("ACCESS_KEY") {
            push(&mut seen, ObservableKind::AccessKey, one.uid.clone());
        }
    }
    seen
}

/// Every resource that the finding names, the one that `ResourceType` names first.
pub(super) fn resources<'a>(
    shape: ResourceShape<'a>,
    sequenced: Vec<Sequenced<'a>>,
    place: Place<'_>,
) -> Vec<Resource<'a>> {
    let main = asff_type(shape.kind.as_deref().unwrap_or_default());
    let arn = |service: &str, resource: &str| {
        let Place { partition, region, account } = place;
        Cow::Owned(format!("arn:{partition}:{service}:{region}:{account}:{resource}"))
    };
    let mut found = Vec::with_capacity(1);
    let mut push = |kind: &'static str, id: Option<Cow<'a, str>>, name: Option<Cow<'a, str>>| {
        if let Some(id) = id {
            let name = name.or_else(|| super::arn::tail(&id).map(|tail| Cow::Owned(tail.to_owned())));
            found.push(Resource { id, kind: Some(Cow::Borrowed(kind)), name });
        }
    };
    let Instance { id, tags, .. } = shape.instance;
    push("AwsEc2Instance", id.0.map(|id| arn("ec2", &format!("instance/{id}"))), tags.name);
    let AccessKey { id, user, principal, .. } = shape.access_key;
    let key = id.0.or(principal.0).map(|id| Cow::Owned(format!("AWS::IAM::AccessKey:{id}")));
    push("AwsIamAccessKey", key, user.0);
    for Bucket { arn: bucket_arn, name, .. } in shape.buckets.0 {
        let composed = || name.as_deref().map(|name| Cow::Owned(format!("arn:{}:s3:::{name}", place.partition)));
        push("AwsS3Bucket", bucket_arn.0.or_else(composed), name.0.clone());
    }
    let Named { arn: cluster, name, .. } = shape.eks;
    let composed = || name.as_deref().map(|name| arn("eks", &format!("cluster/{name}")));
    push("AwsEksCluster", cluster.0.or_else(composed), name.0.clone());
    let Workload { name, namespace, kind, uid, .. } = shape.kubernetes.workload;
    if let Some(workload) = name.0 {
        let path = [namespace.as_deref(), kind.as_deref(), Some(&*workload)];
        let path: Vec<_> = path.into_iter().flatten().collect();
        push("KubernetesWorkload", uid.0.or_else(|| Some(Cow::Owned(path.join("/")))), Some(workload));
    }
    let Named { arn: cluster, name, .. } = shape.ecs;
    let composed = || name.as_deref().map(|name| arn("ecs", &format!("cluster/{name}")));
    push("AwsEcsCluster", cluster.0.or_else(composed), name.0.clone());
    let Container { id, name, image, .. } = shape.container;
    let name = name.0.or_else(|| image.0.clone());
    push("Container", id.0.or_else(|| name.clone()).or(image.0), name);
    let Rds { arn: db, name, .. } = shape.rds;
    let composed = || name.as_deref().map(|name| arn("rds", &format!("db:{name}")));
    push("AwsRdsDbInstance", db.0.or_else(composed), name.0.clone());
    push("AwsRdsDbShardGroup", shape.limitless.arn.0, shape.limitless.name.0);
    let Lambda { arn: function, name, .. } = shape.lambda;
    let composed = || name.as_deref().map(|name| arn("lambda", &format!("function:{name}")));
    push("AwsLambdaFunction", function.0.or_else(composed), name.0.clone());
    push("AwsEc2Snapshot", shape.snapshot.arn.0, None);
    push("AwsEc2Image", shape.image.arn.0, None);
    push("AwsBackupRecoveryPoint", shape.recovery.arn.0, None);
    found.extend(sequenced.into_iter().filter_map(of_sequence));
    if let Some(first) = found.iter().position(|resource| resource.kind.as_deref() == main) {
        found.swap(0, first);
    }
    // A kind that has no part of its own here: the account stands for it.
    let has_kind = shape.kind.0.is_some_and(|kind| kind != "AttackSequence");
    if found.is_empty() && has_kind && !place.account.is_empty() {
        let id = Cow::Owned(format!("AWS::::Account:{}", place.account));
        found.push(Resource { id, kind: Some(Cow::Borrowed("AwsAccount")), name: None });
    }
    found
}

/// A resource of an attack sequence; `None` for one without an id.
fn of_sequence(one: Sequenced<'_>) -> Option<Resource<'_>> {
    let Sequenced { uid, name, kind, .. } = one;
    let kind = kind.0.map(|kind| sequenced_type(&kind).map_or(kind, Cow::Borrowed));
    let id = uid.0.or_else(|| name.0.clone())?;
    let name = name.0.or_else(|| super::arn::tail(&id).map(|tail| Cow::Owned(tail.to_owned())));
    Some(Resource { id, kind, name })
}

/// `Resource.ResourceType` as ASFF calls it. Source: GuardDuty API reference, `Resource`.
fn asff_type(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Instance" => "AwsEc2Instance",
        "AccessKey" => "AwsIamAccessKey",
        "S3Bucket" | "S3Object" => "AwsS3Bucket",
        "EKSCluster" | "EksCluster" => "AwsEksCluster",
        "ECSCluster" | "EcsCluster" => "AwsEcsCluster",
        "Container" => "Container",
        "RDSDBInstance" | "RdsDbInstance" => "AwsRdsDbInstance",
        "RDSLimitlessDB" => "AwsRdsDbShardGroup",
        "Lambda" => "AwsLambdaFunction",
        "EBSSnapshot" => "AwsEc2Snapshot",
        "EC2Image" => "AwsEc2Image",
        _ => return None,
    })
}

/// `Detection.Sequence.Resources[].ResourceType` as ASFF calls it. Source: GuardDuty API reference, `ResourceV2`.
fn sequenced_type(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "EC2_INSTANCE" => "AwsEc2Instance",
        "EC2_NETWORK_INTERFACE" => "AwsEc2NetworkInterface",
        "EC2_IMAGE" => "AwsEc2Image",
        "EC2_LAUNCH_TEMPLATE" => "AwsEc2LaunchTemplate",
        "EC2_VPC" => "AwsEc2Vpc",
        "S3_BUCKET" => "AwsS3Bucket",
        "S3_OBJECT" => "AwsS3Object",
        "ACCESS_KEY" => "AwsIamAccessKey",
        "IAM_INSTANCE_PROFILE" => "AwsIamInstanceProfile",
        "EKS_CLUSTER" => "AwsEksCluster",
        "ECS_CLUSTER" => "AwsEcsCluster",
        "ECS_TASK" => "AwsEcsTask",
        "KUBERNETES_WORKLOAD" => "KubernetesWorkload",
        "CONTAINER" => "Container",
        "AUTOSCALING_AUTO_SCALING_GROUP" => "AwsAutoScalingAutoScalingGroup",
        "CLOUDFORMATION_STACK" => "AwsCloudFormationStack",
        _ => return None,
    })
}
