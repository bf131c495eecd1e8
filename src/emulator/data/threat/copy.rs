//! The copy of a `GuardDuty` finding that Security Hub holds, in ASFF.
//!
//! `Id` is the finding's ARN, `GeneratorId` the detector's, the type is rewritten with the taxonomy in front
//! (`GuardDuty` user guide, "Security Hub integration"). Product fields name what the native finding says.

use super::super::envelope::{Envelope, finding, resource};
use super::super::json::Json;
use super::super::row::State;
use super::super::scene::Scene;
use super::super::table::Action;
use super::sequence;
use super::sight::Sight;

/// Renders one finding; nothing when the row is not `GuardDuty`'s.
pub(crate) fn render(j: &mut Json, scene: &Scene<'_>) {
    let Some(sight) = Sight::of(scene) else { return };
    let kind = rewritten(sight.kind.name);
    let (title, description) = (sight.title(), sight.description(scene));
    let envelope = Envelope {
        product: "GuardDuty",
        company: "Amazon",
        generator: scene.detector_arn(),
        types: &[&kind],
        title: &title,
        description: &description,
        original: &format!("{:.1}", sight.kind.severity),
        sample: sight.sample,
    };
    finding(j, scene, &envelope, |j| {
        j.plain(
            "SourceUrl",
            format_args!(
                "https://{}.console.aws.amazon.com/guardduty/home?region={}#/findings?macros=current&fId={}",
                scene.region,
                scene.region,
                scene.hex()
            ),
        );
        j.object_at("ProductFields", |j| product_fields(j, scene, &sight));
        j.array_at("Resources", |j| {
            resource(j, scene, &sight.resource, |j| details(j, scene, &sight));
        });
        action(j, scene, &sight);
        match sight.kind.action {
            Action::Sequence => sequence::copy(j, scene, &sight),
            Action::Runtime => process(j, &sight),
            Action::EbsScan | Action::ObjectScan => j.array_at("Malware", |j| {
                j.object(|j| {
                    j.text("Name", "EICAR-Test-File");
                    j.text("Type", "POTENTIALLY_UNWANTED");
                    j.text("Path", sight.process.1);
                    j.text("State", "OBSERVED");
                });
            }),
            _ => {}
        }
    });
}

/// `UnauthorizedAccess:EC2/SSHBruteForce` as Security Hub writes it; attack sequences keep their slash.
pub(crate) fn rewritten(name: &str) -> String {
    let purpose = name.split(':').next().unwrap_or("");
    let taxonomy = match purpose {
        "AttackSequence" => return format!("TTPs/{name}"),
        "UnauthorizedAccess" | "InitialAccess" => "TTPs/Initial Access",
        "Backdoor" | "Trojan" => "TTPs/Command and Control",
        "Recon" | "Discovery" => "TTPs/Discovery",
        "CredentialAccess" => "TTPs/Credential Access",
        "Persistence" => "TTPs/Persistence",
        "PrivilegeEscalation" => "TTPs/Privilege Escalation",
        "DefenseEvasion" | "Stealth" => "TTPs/Defense Evasion",
        "Execution" | "Object" => "TTPs/Execution",
        "CryptoCurrency" => "Effects/Resource Consumption",
        "Exfiltration" => "Effects/Data Exfiltration",
        "Impact" => "Effects/Data Destruction",
        "Policy" => "Software and Configuration Checks/AWS Security Best Practices",
        _ => "Unusual Behaviors/User",
    };
    format!("{taxonomy}/{}", name.replace('/', "-"))
}

fn product_fields(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    let place = sight.actor.place;
    let count = sight.count.to_string();
    let archived = if scene.row.guardduty == State::Archived { "true" } else { "false" };
    j.text("aws/guardduty/service/serviceName", "guardduty");
    j.text("aws/guardduty/service/detectorId", &scene.detector());
    j.text("aws/guardduty/service/count", &count);
    j.text("aws/guardduty/service/archived", archived);
    j.text("aws/guardduty/service/resourceRole", sight.role());
    j.text("aws/guardduty/service/featureName", super::native::feature(sight));
    j.time("aws/guardduty/service/eventFirstSeen", scene.created() - 240_000);
    j.time("aws/guardduty/service/eventLastSeen", scene.updated() - 90_000);
    let prefix = match sight.kind.action {
        Action::NetworkIn | Action::NetworkOut => "networkConnectionAction",
        Action::ApiCall => "awsApiCallAction",
        Action::Kubernetes => "kubernetesApiCallAction",
        Action::RdsLogin => "rdsLoginAttemptAction",
        _ => "",
    };
    if !prefix.is_empty() {
        let mut field =
            |tail: &str, value: &str| j.entry(&format!("aws/guardduty/service/action/{prefix}/{tail}"), value);
        field("remoteIpDetails/ipAddressV4", &sight.actor.ip);
        field("remoteIpDetails/country/countryName", place.country);
        field("remoteIpDetails/city/cityName", place.city);
        field("remoteIpDetails/organization/asn", &place.asn.to_string());
        field("remoteIpDetails/organization/asnOrg", place.network);
        if prefix == "awsApiCallAction" {
            field("userAgent", sight.user_agent);
        }
    }
    j.plain("aws/securityhub/FindingId", format_args!("{}/{}", scene.product_arn(), scene.guardduty_arn()));
    j.text("aws/securityhub/ProductName", "GuardDuty");
    j.text("aws/securityhub/CompanyName", "Amazon");
}

fn details(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    let mut rng = sight.resource.rng();
    match sight.resource.kind.word {
        "instance" => j.object_at("Details", |j| {
            j.object_at("AwsEc2Instance", |j| {
                j.text("Type", rng.pick::<&str>(&["t3.large", "m7g.xlarge", "c7i.2xlarge"]));
                j.plain("ImageId", format_args!("ami-0{:016x}", rng.next()));
                j.strings(
                    "IpV4Addresses",
                    [format!("10.0.{}.{}", sight.resource.word % 16, sight.resource.word / 16 % 250 + 4)],
                );
                j.plain(
                    "IamInstanceProfileArn",
                    format_args!("arn:aws:iam::{}:instance-profile/{}-node", scene.account.id, scene.account.team),
                );
                j.plain("VpcId", format_args!("vpc-0{:016x}", rng.next()));
                j.plain("SubnetId", format_args!("subnet-0{:016x}", rng.next()));
                j.time("LaunchedAt", scene.created() - 8_640_000_000);
            });
        }),
        "access-key" => j.object_at("Details", |j| {
            j.object_at("AwsIamAccessKey", |j| {
                j.text("AccessKeyId", &sight.access_key);
                j.text("PrincipalName", &sight.principal);
                j.text("PrincipalType", sight.principal_type);
                j.plain("PrincipalId", format_args!("AIDA{:012X}EXAMPLE", sight.resource.word >> 16));
            });
        }),
        "bucket" | "s3-object" => j.object_at("Details", |j| {
            j.object_at("AwsS3Bucket", |j| {
                j.text("Name", &sight.resource.name);
                j.plain("OwnerId", format_args!("{:016x}{:016x}", sight.resource.word, !sight.resource.word));
            });
        }),
        _ => {}
    }
}

fn action(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    let typed = |j: &mut Json, kind: &str, key: &str, fill: &dyn Fn(&mut Json)| {
        j.object_at("Action", |j| {
            j.text("ActionType", kind);
            j.object_at(key, |j| fill(j));
        });
    };
    match sight.kind.action {
        Action::NetworkIn | Action::NetworkOut => {
            let inbound = sight.kind.action == Action::NetworkIn;
            typed(j, "NETWORK_CONNECTION", "NetworkConnectionAction", &|j| {
                j.text("ConnectionDirection", if inbound { "INBOUND" } else { "OUTBOUND" });
                sight.actor.asff(j);
                j.object_at("RemotePortDetails", |j| j.int("Port", i64::from(sight.actor.port)));
                j.object_at("LocalPortDetails", |j| j.int("Port", i64::from(sight.local_port().0)));
                j.text("Protocol", "TCP");
                j.bool("Blocked", sight.blocked);
            });
        }
        Action::ApiCall => typed(j, "AWS_API_CALL", "AwsApiCallAction", &|j| {
            j.text("Api", sight.api.0);
            j.text("ServiceName", sight.api.1);
            j.text("CallerType", "remoteIp");
            sight.actor.asff(j);
            j.time("FirstSeen", scene.created() - 240_000);
            j.time("LastSeen", scene.updated() - 90_000);
        }),
        Action::Dns => typed(j, "DNS_REQUEST", "DnsRequestAction", &|j| {
            j.text("Domain", sight.domain);
            j.text("Protocol", "UDP");
            j.bool("Blocked", sight.blocked);
        }),
        Action::PortProbe => typed(j, "PORT_PROBE", "PortProbeAction", &|j| {
            j.array_at("PortProbeDetails", |j| {
                j.object(|j| {
                    j.object_at("LocalPortDetails", |j| j.int("Port", i64::from(sight.local_port().0)));
                    sight.actor.asff(j);
                });
            });
            j.bool("Blocked", sight.blocked);
        }),
        _ => {}
    }
}

fn process(j: &mut Json, sight: &Sight) {
    j.object_at("Process", |j| {
        j.text("Name", sight.process.0);
        j.text("Path", sight.process.1);
    });
}
