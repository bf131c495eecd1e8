//! `Service.Action` of each kind.

use super::super::json::Json;
use super::super::scene::Scene;
use super::super::table::Action;
use super::sight::Sight;

/// `action`, for the kinds of finding that have one.
pub(crate) fn native(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    match sight.kind.action {
        Action::NetworkIn => connection(j, sight, "INBOUND"),
        Action::NetworkOut => connection(j, sight, "OUTBOUND"),
        Action::Dns => dns(j, sight),
        Action::ApiCall => api_call(j, scene, sight),
        Action::PortProbe => port_probe(j, sight),
        Action::Kubernetes => kubernetes(j, scene, sight),
        Action::RdsLogin => login(j, sight),
        Action::Runtime | Action::EbsScan | Action::ObjectScan | Action::Sequence => {}
    }
}

fn typed(j: &mut Json, kind: &str, key: &str, fill: impl FnOnce(&mut Json)) {
    j.object_at("action", |j| {
        j.text("actionType", kind);
        j.object_at(key, fill);
    });
}

fn local(j: &mut Json, sight: &Sight, inbound: bool) {
    let (port, name) = if inbound { sight.local_port() } else { (sight.actor.port, "Unknown") };
    j.object_at("localPortDetails", |j| {
        j.int("port", i64::from(port));
        j.text("portName", name);
    });
    j.object_at("localIpDetails", |j| {
        j.plain(
            "ipAddressV4",
            format_args!("10.0.{}.{}", sight.resource.word % 16, sight.resource.word / 16 % 250 + 4),
        );
    });
}

fn connection(j: &mut Json, sight: &Sight, direction: &str) {
    let inbound = direction == "INBOUND";
    typed(j, "NETWORK_CONNECTION", "networkConnectionAction", |j| {
        j.bool("blocked", sight.blocked);
        j.text("connectionDirection", direction);
        local(j, sight, inbound);
        j.plain("localNetworkInterface", format_args!("eni-0{:016x}", sight.resource.word));
        j.text("protocol", if sight.kind.name.ends_with("Dns") { "UDP" } else { "TCP" });
        sight.actor.native(j);
        let (port, name) = if inbound { (sight.actor.port, "Unknown") } else { remote_port(sight) };
        j.object_at("remotePortDetails", |j| {
            j.int("port", i64::from(port));
            j.text("portName", name);
        });
    });
}

fn remote_port(sight: &Sight) -> (u16, &'static str) {
    match sight.kind.name {
        name if name.contains("Spambot") => (25, "SMTP"),
        name if name.contains("Bitcoin") => (8333, "Unknown"),
        name if name.contains("DNSResolver") || name.ends_with(".Dns") => (53, "DNS"),
        name if name.contains("Tor") => (9001, "Unknown"),
        name if name.contains("PortUnusual") => (31_337, "Unknown"),
        _ => (443, "HTTPS"),
    }
}

fn dns(j: &mut Json, sight: &Sight) {
    typed(j, "DNS_REQUEST", "dnsRequestAction", |j| {
        j.text("domain", sight.domain);
        j.text("protocol", "UDP");
        j.bool("blocked", sight.blocked);
        j.text("domainWithSuffix", sight.domain.split_once('.').map_or(sight.domain, |(_, suffix)| suffix));
    });
}

fn api_call(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    typed(j, "AWS_API_CALL", "awsApiCallAction", |j| {
        j.text("api", sight.api.0);
        j.text("serviceName", sight.api.1);
        j.text("callerType", "Remote IP");
        if let Some(error) = sight.error {
            j.text("errorCode", error);
        }
        j.text("userAgent", sight.user_agent);
        sight.actor.native(j);
        if sight.kind.name.ends_with("InsideAWS") {
            j.object_at("remoteAccountDetails", |j| {
                j.text("accountId", "999900001111");
                j.bool("affiliated", false);
            });
        }
        j.object_at("affectedResources", |j| {
            if sight.resource.kind.word == "bucket" {
                j.text("AWS::S3::Bucket", &sight.resource.name);
            } else if sight.kind.name.contains("CloudTrail") {
                j.plain(
                    "AWS::CloudTrail::Trail",
                    format_args!("arn:aws:cloudtrail:{}:{}:trail/organization", scene.region, scene.account.id),
                );
            }
        });
    });
}

fn port_probe(j: &mut Json, sight: &Sight) {
    typed(j, "PORT_PROBE", "portProbeAction", |j| {
        j.bool("blocked", sight.blocked);
        j.array_at("portProbeDetails", |j| {
            j.object(|j| {
                local(j, sight, true);
                sight.actor.native(j);
            });
        });
    });
}

fn kubernetes(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    let (verb, resource, uri, status) = match sight.kind.name {
        name if name.contains("Secrets") || name.contains("CredentialAccess") => {
            ("list", "secrets", "/api/v1/namespaces/payments/secrets", 200)
        }
        name if name.contains("Exec") => {
            ("create", "pods/exec", "/api/v1/namespaces/kube-system/pods/coredns-0/exec", 101)
        }
        name if name.contains("Admin") || name.contains("AnonymousAccessGranted") => {
            ("create", "clusterrolebindings", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", 201)
        }
        name if name.contains("Permission") => {
            ("create", "selfsubjectaccessreviews", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", 201)
        }
        _ => ("create", "pods", "/api/v1/namespaces/default/pods", 201),
    };
    typed(j, "KUBERNETES_API_CALL", "kubernetesApiCallAction", |j| {
        j.text("requestUri", uri);
        j.text("verb", verb);
        j.text("resource", resource);
        j.text("namespace", if sight.kind.name.contains("KubeSystem") { "kube-system" } else { "default" });
        j.plain("resourceName", format_args!("{}-0", scene.account.team));
        j.strings("sourceIPs", [&sight.actor.ip]);
        j.text("userAgent", sight.user_agent);
        sight.actor.native(j);
        j.int("statusCode", status);
    });
}

fn login(j: &mut Json, sight: &Sight) {
    typed(j, "RDS_LOGIN_ATTEMPT", "rdsLoginAttemptAction", |j| {
        sight.actor.native(j);
        let won = !sight.kind.name.contains("Failed") && !sight.kind.name.contains("Discovery");
        j.array_at("LoginAttributes", |j| {
            j.object(|j| {
                j.text("user", "admin");
                j.text("application", sight.process.0);
                j.int("failedLoginAttempts", i64::from(sight.count));
                j.int("successfulLoginAttempts", i64::from(won));
            });
        });
    });
}
