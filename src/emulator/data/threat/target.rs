//! `Resource` in `GuardDuty`'s own JSON: instance, access key, bucket, cluster, task, function, database.

use super::super::envelope::tag_pairs;
use super::super::json::Json;
use super::super::resource::uuid;
use super::super::scene::Scene;
use super::super::table::Action;
use super::sight::Sight;

/// The members of `resource`.
pub(crate) fn native(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    if sight.kind.action == Action::Sequence {
        j.text("resourceType", "AttackSequence");
        return;
    }
    match sight.resource.kind.word {
        "access-key" => {
            j.text("resourceType", "AccessKey");
            access_key(j, sight);
        }
        "bucket" => {
            j.text("resourceType", "S3Bucket");
            access_key(j, sight);
            bucket(j, scene, sight);
        }
        "s3-object" => {
            j.text("resourceType", "S3Object");
            bucket(j, scene, sight);
        }
        "cluster" => {
            j.text("resourceType", "EKSCluster");
            cluster(j, scene, sight);
        }
        "ecs-task" => {
            j.text("resourceType", "ECSCluster");
            task(j, scene, sight);
        }
        "function" => {
            j.text("resourceType", "Lambda");
            function(j, scene, sight);
        }
        "db-instance" => {
            j.text("resourceType", "RDSDBInstance");
            database(j, scene, sight);
        }
        _ => {
            j.text("resourceType", "Instance");
            instance(j, scene, sight);
            if sight.kind.action == Action::EbsScan {
                volumes(j, scene, sight);
            }
        }
    }
}

fn tags(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    j.array_at("tags", |j| {
        for (key, value) in tag_pairs(scene, &sight.resource) {
            j.object(|j| {
                j.text("key", key);
                j.text("value", value);
            });
        }
    });
}

pub(crate) fn access_key(j: &mut Json, sight: &Sight) {
    j.object_at("accessKeyDetails", |j| {
        j.text("accessKeyId", &sight.access_key);
        j.plain("principalId", format_args!("AIDA{:012X}EXAMPLE", sight.resource.word >> 16));
        j.text("userName", &sight.principal);
        j.text("userType", sight.principal_type);
    });
}

fn instance(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    let mut rng = sight.resource.rng();
    j.object_at("instanceDetails", |j| {
        j.plain("availabilityZone", format_args!("{}{}", scene.region, rng.pick(&["a", "b", "c"])));
        j.object_at("iamInstanceProfile", |j| {
            j.plain(
                "arn",
                format_args!("arn:aws:iam::{}:instance-profile/{}-node", scene.account.id, scene.account.team),
            );
            j.plain("id", format_args!("AIPA{:012X}EXAMPLE", rng.next() >> 16));
        });
        j.text("imageDescription", "Amazon Linux 2023 AMI 2023.7 x86_64 HVM kernel-6.1");
        j.plain("imageId", format_args!("ami-0{:016x}", rng.next()));
        j.text("instanceId", &sight.resource.id);
        j.text("instanceState", "running");
        j.text("instanceType", rng.pick::<&str>(&["t3.large", "m7g.xlarge", "c7i.2xlarge", "r6i.large"]));
        j.time("launchTime", scene.created() - i64::from(rng.below(200)) * 86_400_000);
        j.array_at("networkInterfaces", |j| {
            j.object(|j| {
                j.strings::<&str>("ipv6Addresses", []);
                j.plain("networkInterfaceId", format_args!("eni-0{:016x}", sight.resource.word));
                let private = format!("10.0.{}.{}", sight.resource.word % 16, sight.resource.word / 16 % 250 + 4);
                j.text("privateIpAddress", &private);
                j.plain(
                    "privateDnsName",
                    format_args!("ip-{}.{}.compute.internal", private.replace('.', "-"), scene.region),
                );
                j.plain("publicIp", format_args!("203.0.113.{}", rng.between(1, 254)));
                j.array_at("securityGroups", |j| {
                    j.object(|j| {
                        j.plain("groupId", format_args!("sg-0{:016x}", rng.next()));
                        j.plain("groupName", format_args!("{}-app", scene.account.team));
                    });
                });
                j.plain("subnetId", format_args!("subnet-0{:016x}", rng.next()));
                j.plain("vpcId", format_args!("vpc-0{:016x}", rng.next()));
            });
        });
        tags(j, scene, sight);
    });
}

fn bucket(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    let public = sight.kind.name.contains("Granted") || sight.kind.name.contains("Disabled");
    j.array_at("s3BucketDetails", |j| {
        j.object(|j| {
            j.plain("arn", format_args!("arn:aws:s3:::{}", sight.resource.name));
            j.text("name", &sight.resource.name);
            j.text("type", "Destination");
            j.epoch("createdAt", scene.created() - 40_000_000_000);
            j.object_at("owner", |j| {
                j.plain("id", format_args!("{:016x}{:016x}", sight.resource.word, !sight.resource.word));
            });
            tags(j, scene, sight);
            j.object_at("defaultServerSideEncryption", |j| j.text("encryptionType", "AES256"));
            j.object_at("publicAccess", |j| {
                j.text("effectivePermission", if public { "PUBLIC" } else { "NOT_PUBLIC" });
                j.object_at("permissionConfiguration", |j| {
                    j.object_at("bucketLevelPermissions", |j| {
                        j.object_at("bucketPolicy", |j| {
                            j.bool("allowsPublicReadAccess", public);
                            j.bool("allowsPublicWriteAccess", false);
                        });
                        j.object_at("blockPublicAccess", |j| {
                            for key in
                                ["ignorePublicAcls", "restrictPublicBuckets", "blockPublicAcls", "blockPublicPolicy"]
                            {
                                j.bool(key, !public);
                            }
                        });
                    });
                });
            });
            if sight.kind.action == Action::ObjectScan {
                j.array_at("s3ObjectDetails", |j| {
                    j.object(|j| {
                        j.text("objectArn", &format!("arn:aws:s3:::{}/{}", sight.resource.name, sight.object_key));
                        j.text("key", sight.object_key);
                        j.plain("eTag", format_args!("{:016x}", sight.resource.word));
                        j.plain(
                            "hash",
                            format_args!("{:016x}{:016x}", sight.resource.word, sight.resource.word.rotate_left(9)),
                        );
                    });
                });
            }
        });
    });
}

fn cluster(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    j.object_at("eksClusterDetails", |j| {
        j.text("name", &sight.resource.name);
        j.text("arn", &sight.resource.arn);
        j.plain("vpcId", format_args!("vpc-0{:016x}", sight.resource.word));
        j.text("status", "ACTIVE");
        tags(j, scene, sight);
        j.epoch("createdAt", scene.created() - 20_000_000_000);
    });
    j.object_at("kubernetesDetails", |j| {
        j.object_at("kubernetesUserDetails", |j| {
            let anonymous = sight.kind.name.contains("Anonymous") && !sight.is_anomaly();
            j.text("username", if anonymous { "system:anonymous" } else { &sight.principal });
            j.text("uid", &uuid(sight.resource.word, 3));
            j.strings("groups", [if anonymous { "system:unauthenticated" } else { "system:authenticated" }]);
        });
        j.object_at("kubernetesWorkloadDetails", |j| {
            j.plain("name", format_args!("{}-worker-7d9f8", scene.account.team));
            j.text("type", "pods");
            j.text("uid", &uuid(sight.resource.word, 5));
            j.text("namespace", "default");
            j.text("serviceAccountName", "default");
            j.array_at("containers", |j| j.object(|j| container(j, scene, sight)));
            j.array_at("volumes", |j| {
                j.object(|j| {
                    j.text("name", "host");
                    j.object_at("hostPath", |j| j.text("path", "/var/run/docker.sock"));
                });
            });
        });
    });
}

fn container(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    j.text("containerRuntime", "containerd");
    j.plain("id", format_args!("{:016x}{:016x}", sight.resource.word, !sight.resource.word));
    j.text("name", "app");
    j.plain(
        "image",
        format_args!("{}.dkr.ecr.{}.amazonaws.com/{}:1.42", scene.account.id, scene.region, scene.account.team),
    );
    j.array_at("volumeMounts", |j| {
        j.object(|j| {
            j.text("name", "host");
            j.text("mountPath", "/host");
        });
    });
    j.object_at("securityContext", |j| j.bool("privileged", sight.kind.name.contains("Privileged")));
}

fn task(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    j.object_at("ecsClusterDetails", |j| {
        j.text("name", "main");
        j.plain("arn", format_args!("arn:aws:ecs:{}:{}:cluster/main", scene.region, scene.account.id));
        j.text("status", "ACTIVE");
        j.int("runningTasksCount", 14);
        tags(j, scene, sight);
        j.object_at("taskDetails", |j| {
            j.text("arn", &sight.resource.arn);
            j.plain(
                "definitionArn",
                format_args!(
                    "arn:aws:ecs:{}:{}:task-definition/{}:12",
                    scene.region, scene.account.id, scene.account.team
                ),
            );
            j.text("version", "3");
            j.epoch("createdAt", scene.created() - 3_600_000);
            j.epoch("startedAt", scene.created() - 3_590_000);
            j.text("launchType", "FARGATE");
            j.array_at("containers", |j| j.object(|j| container(j, scene, sight)));
        });
    });
}

fn function(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    j.object_at("lambdaDetails", |j| {
        j.text("functionArn", &sight.resource.arn);
        j.text("functionName", &sight.resource.name);
        j.epoch("lastModifiedAt", scene.created() - 900_000_000);
        j.text("revisionId", &uuid(sight.resource.word, 9));
        j.text("functionVersion", "$LATEST");
        j.plain("role", format_args!("arn:aws:iam::{}:role/{}-lambda", scene.account.id, scene.account.team));
        j.object_at("vpcConfig", |j| {
            j.plain("vpcId", format_args!("vpc-0{:016x}", sight.resource.word));
            j.strings("subnetIds", [format!("subnet-0{:016x}", !sight.resource.word)]);
        });
        tags(j, scene, sight);
    });
}

fn database(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    j.object_at("rdsDbInstanceDetails", |j| {
        j.text("dbInstanceIdentifier", &sight.resource.name);
        j.text("engine", "Aurora PostgreSQL");
        j.text("engineVersion", "16.6");
        j.plain("dbClusterIdentifier", format_args!("{}-db", scene.account.team));
        j.text("dbInstanceArn", &sight.resource.arn);
        tags(j, scene, sight);
    });
    j.object_at("rdsDbUserDetails", |j| {
        j.text("user", "admin");
        j.text("application", "psql");
        j.plain("database", format_args!("{}", scene.account.team));
        j.text("ssl", "TLSv1.3");
        j.text("authMethod", "password");
    });
}

fn volumes(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    j.object_at("ebsVolumeDetails", |j| {
        j.array_at("scannedVolumeDetails", |j| {
            j.object(|j| {
                j.text("volumeArn", &super::scan::volume(scene, sight));
                j.text("volumeType", "gp3");
                j.text("deviceName", "/dev/xvda");
                j.int("volumeSizeInGB", 64);
                j.text("encryptionType", "UNENCRYPTED");
            });
        });
        j.array_at("skippedVolumeDetails", |_| {});
    });
}
