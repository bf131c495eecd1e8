//! What was done, and from where: `Action` of ASFF and `Service.Action` of GuardDuty, which have one shape.
//!
//! In: the object. Out: an [`Action`] with one line that says it, the actors that its remote addresses name, and the
//! facts about the network.

use super::tree::{Tree, push};
use crate::model::detail::{Action, Actor, Fact};

/// All that an action says.
#[derive(Default)]
pub(super) struct Done {
    pub(super) action: Option<Action>,
    pub(super) actors: Vec<Actor>,
    pub(super) network: Vec<Fact>,
}

/// Reads an action.
pub(super) fn read(tree: &mut Tree<'_>) -> Done {
    // Some write every kind of action, all but one empty.
    tree.prune();
    let mut done = Done::default();
    let mut action = Action { kind: tree.text("ActionType").unwrap_or_default(), ..Action::default() };
    tree.within("NetworkConnectionAction", |t| network_connection(t, &mut action, &mut done));
    tree.within("AwsApiCallAction", |t| api_call(t, &mut action, &mut done));
    tree.within("DnsRequestAction", |t| dns_request(t, &mut action));
    tree.within("PortProbeAction", |t| port_probe(t, &mut action, &mut done));
    tree.within("KubernetesApiCallAction", |t| kubernetes_call(t, &mut action, &mut done));
    tree.within("KubernetesPermissionCheckedDetails", |t| permission(t, &mut action));
    tree.within("KubernetesRoleBindingDetails", |t| t.flatten(&mut action.facts, "Role binding", 1));
    tree.within("KubernetesRoleDetails", |t| t.flatten(&mut action.facts, "Role", 1));
    tree.within("RdsLoginAttemptAction", |t| rds_login(t, &mut action, &mut done));
    if action.summary.is_empty() {
        action.summary = action.kind.to_ascii_lowercase().replace('_', " ");
    }
    if !action.kind.is_empty() || !action.summary.is_empty() || !action.facts.is_empty() {
        done.action = Some(action);
    }
    done
}

fn network_connection(tree: &mut Tree<'_>, action: &mut Action, done: &mut Done) {
    kind(action, "NETWORK_CONNECTION");
    let direction = tree.text("ConnectionDirection");
    let protocol = tree.text("Protocol");
    action.blocked = tree.flag("Blocked");
    let (local_port, local_name) = port(tree, "LocalPortDetails");
    let (remote_port, remote_name) = port(tree, "RemotePortDetails");
    let local_ip = address(tree, "LocalIpDetails");
    let remote = remote_ip(tree, "RemoteIpDetails");
    let remote_ip = remote.as_ref().and_then(|actor| actor.ip.clone());
    action.summary = connection_line(
        direction.as_deref().unwrap_or_default(),
        protocol.as_deref(),
        (local_port.as_deref(), local_name.as_deref()),
        (remote_ip.as_deref(), remote_port.as_deref(), remote_name.as_deref()),
    );
    let facts = &mut done.network;
    push(facts, "Direction", direction.map(|d| d.to_ascii_lowercase()));
    push(facts, "Protocol", protocol);
    push(facts, "Local", endpoint(local_ip, local_port, local_name));
    push(facts, "Remote", endpoint(remote_ip, remote_port, remote_name));
    tree.fact(facts, "Local interface", "LocalNetworkInterface");
    done.actors.extend(remote);
}

/// `inbound 22/tcp (SSH) from 198.51.100.7:41022`, `outbound 443/tcp (HTTPS) to 198.51.100.7`.
fn connection_line(
    direction: &str,
    protocol: Option<&str>,
    (local_port, local_name): (Option<&str>, Option<&str>),
    (remote_ip, remote_port, remote_name): (Option<&str>, Option<&str>, Option<&str>),
) -> String {
    let outbound = direction.eq_ignore_ascii_case("OUTBOUND");
    let (service, service_name) = if outbound { (remote_port, remote_name) } else { (local_port, local_name) };
    let protocol = protocol.map(str::to_ascii_lowercase);
    let service = match (service, protocol) {
        (Some(port), Some(protocol)) => format!("{port}/{protocol}"),
        (Some(port), None) => format!("port {port}"),
        (None, Some(protocol)) => protocol,
        (None, None) => "connection".to_owned(),
    };
    let direction = match direction {
        "" | "UNKNOWN" => "connection".to_owned(),
        other => other.to_ascii_lowercase(),
    };
    let name = service_name.map_or_else(String::new, |name| format!(" ({name})"));
    let peer = match (remote_ip, remote_port) {
        (Some(ip), _) if outbound => format!(" to {ip}"),
        (Some(ip), Some(port)) => format!(" from {}", with_port(ip, port)),
        (Some(ip), None) => format!(" from {ip}"),
        (None, _) => String::new(),
    };
    format!("{direction} {service}{name}{peer}")
}

fn api_call(tree: &mut Tree<'_>, action: &mut Action, done: &mut Done) {
    kind(action, "AWS_API_CALL");
    let api = tree.text("Api").unwrap_or_default();
    let service = tree.text("ServiceName");
    let error = tree.text("ErrorCode");
    let prefix = service.as_deref().map(|name| name.trim_end_matches(".amazonaws.com"));
    action.summary = match prefix {
        Some(prefix) if !prefix.is_empty() => format!("{prefix}:{api}"),
        _ => api,
    };
    if let Some(error) = error {
        action.summary = format!("{} ({error})", action.summary);
        push(&mut action.facts, "Error", Some(error));
    }
    push(&mut action.facts, "Service", service);
    tree.fact(&mut action.facts, "Caller type", "CallerType");
    let mut actor = remote_ip(tree, "RemoteIpDetails").unwrap_or_default();
    actor.user_agent = tree.text("UserAgent");
    actor.domain = tree.within("DomainDetails", |t| t.text("Domain")).flatten();
    tree.within("RemoteAccountDetails", |t| {
        actor.account = t.text("AccountId");
        t.fact(&mut action.facts, "Account affiliated", "Affiliated");
    });
    tree.within("AffectedResources", |t| t.flatten(&mut action.facts, "Affected", 1));
    for (label, name) in [("First call", "FirstSeen"), ("Last call", "LastSeen")] {
        tree.fact(&mut action.facts, label, name);
    }
    if actor != Actor::default() {
        done.actors.push(actor);
    }
}

fn dns_request(tree: &mut Tree<'_>, action: &mut Action) {
    kind(action, "DNS_REQUEST");
    let domain = tree.text("Domain");
    action.summary = format!("DNS query for {}", domain.as_deref().unwrap_or("a domain"));
    action.blocked = tree.flag("Blocked");
    push(&mut action.facts, "Domain", domain);
    tree.fact(&mut action.facts, "Registered domain", "DomainWithSuffix");
    tree.fact(&mut action.facts, "Protocol", "Protocol");
    tree.fact(&mut action.facts, "VPC owner", "VpcOwnerAccountId");
}

fn port_probe(tree: &mut Tree<'_>, action: &mut Action, done: &mut Done) {
    kind(action, "PORT_PROBE");
    action.blocked = tree.flag("Blocked");
    let mut ports: Vec<String> = Vec::new();
    tree.each("PortProbeDetails", |probe| {
        let (port, name) = port(probe, "LocalPortDetails");
        let local = address(probe, "LocalIpDetails");
        let remote = remote_ip(probe, "RemoteIpDetails");
        push(&mut done.network, "Probed", endpoint(local, port.clone(), name.clone()));
        let named = named_port(port, name);
        ports.extend(named.filter(|port| !ports.contains(port)));
        done.actors.extend(remote.filter(|actor| !done.actors.iter().any(|known| known.ip == actor.ip)));
    });
    let from = match &done.actors[..] {
        [] => String::new(),
        [one] => one.ip.as_ref().map_or_else(String::new, |ip| format!(" from {ip}")),
        many => format!(" from {} addresses", many.len()),
    };
    let ports = if ports.is_empty() { "ports".to_owned() } else { ports.join(", ") };
    action.summary = format!("probed {ports}{from}");
}

fn kubernetes_call(tree: &mut Tree<'_>, action: &mut Action, done: &mut Done) {
    kind(action, "KUBERNETES_API_CALL");
    let verb = tree.text("Verb");
    let uri = tree.text("RequestUri");
    let status = tree.text("StatusCode");
    let line = [verb, uri].into_iter().flatten().collect::<Vec<_>>().join(" ");
    action.summary = status.as_ref().map_or_else(|| line.clone(), |status| format!("{line} ({status})"));
    for (label, name) in [
        ("Resource", "Resource"),
        ("Resource name", "ResourceName"),
        ("Namespace", "Namespace"),
        ("Subresource", "Subresource"),
        ("Parameters", "Parameters"),
        ("Protocol", "Protocol"),
    ] {
        tree.fact(&mut action.facts, label, name);
    }
    let mut actor = remote_ip(tree, "RemoteIpDetails").unwrap_or_default();
    actor.user_agent = tree.text("UserAgent");
    let sources = tree.texts("SourceIps").join(", ");
    if actor.ip.is_none() && !sources.is_empty() {
        actor.ip = Some(sources);
    } else {
        push(&mut done.network, "Source IPs", Some(sources));
    }
    if actor != Actor::default() {
        done.actors.push(actor);
    }
}

fn permission(tree: &mut Tree<'_>, action: &mut Action) {
    let part = |tree: &mut Tree<'_>, name| tree.text(name).unwrap_or_default();
    let (verb, resource) = (part(tree, "Verb"), part(tree, "Resource"));
    let namespace = part(tree, "Namespace");
    let allowed = tree.flag("Allowed");
    let outcome = match allowed {
        Some(true) => " (allowed)",
        Some(false) => " (denied)",
        None => "",
    };
    let place = if namespace.is_empty() { String::new() } else { format!(" in {namespace}") };
    let line = format!("checked permission to {verb} {resource}{place}{outcome}");
    if action.summary.is_empty() {
        action.summary = line;
    } else {
        push(&mut action.facts, "Permission", Some(line));
    }
}

fn rds_login(tree: &mut Tree<'_>, action: &mut Action, done: &mut Done) {
    kind(action, "RDS_LOGIN_ATTEMPT");
    let mut attempts = Vec::new();
    let mut actor = remote_ip(tree, "RemoteIpDetails").unwrap_or_default();
    tree.each("LoginAttributes", |login| {
        let user = login.text("User").unwrap_or_else(|| "unknown user".to_owned());
        let failed = login.count("FailedLoginAttempts").unwrap_or(0);
        let good = login.count("SuccessfulLoginAttempts").unwrap_or(0);
        attempts.push(format!("{user}: {failed} failed, {good} successful"));
        actor.user_agent = actor.user_agent.take().or(login.text("Application"));
        actor.principal.get_or_insert(user);
    });
    action.summary = match &attempts[..] {
        [] => "database login attempt".to_owned(),
        lines => format!("database login: {}", lines.join("; ")),
    };
    if actor != Actor::default() {
        done.actors.push(actor);
    }
}

/// The action's kind, where `ActionType` does not say it.
fn kind(action: &mut Action, kind: &str) {
    if action.kind.is_empty() {
        kind.clone_into(&mut action.kind);
    }
}

/// `RemoteIpDetails`: where it came from. Words that stand for "not known" are not kept.
pub(super) fn remote_ip(tree: &mut Tree<'_>, name: &str) -> Option<Actor> {
    tree.within(name, |remote| {
        let ip = remote.text("IpAddressV4").or_else(|| remote.text("IpAddressV6"));
        let mut actor = Actor { ip, ..Actor::default() };
        actor.city = remote.within("City", |city| city.known("CityName")).flatten();
        actor.country = remote
            .within("Country", |country| {
                let code = country.text("CountryCode");
                country.known("CountryName").or(code)
            })
            .flatten();
        remote.within("Organization", |organization| {
            actor.asn = organization.text("Asn");
            let names = ["AsnOrg", "Isp", "Org", "IspOrg"].map(|name| organization.known(name));
            let mut distinct: Vec<String> = Vec::new();
            for name in names.into_iter().flatten() {
                if !distinct.contains(&name) {
                    distinct.push(name);
                }
            }
            actor.organization = (!distinct.is_empty()).then(|| distinct.join(", "));
        });
        actor
    })
    .filter(|actor| *actor != Actor::default())
}

fn port(tree: &mut Tree<'_>, name: &str) -> (Option<String>, Option<String>) {
    tree.within(name, |port| (port.text("Port"), port.known("PortName"))).unwrap_or_default()
}

fn address(tree: &mut Tree<'_>, name: &str) -> Option<String> {
    tree.within(name, |ip| ip.text("IpAddressV4").or_else(|| ip.text("IpAddressV6"))).flatten()
}

fn named_port(port: Option<String>, name: Option<String>) -> Option<String> {
    let port = port?;
    Some(match name {
        Some(name) => format!("{port} ({name})"),
        None => port,
    })
}

fn endpoint(ip: Option<String>, port: Option<String>, name: Option<String>) -> Option<String> {
    match (ip, port) {
        (Some(ip), Some(port)) => named_port(Some(with_port(&ip, &port)), name),
        (Some(ip), None) => Some(ip),
        (None, port) => named_port(port, name).map(|port| format!("port {port}")),
    }
}

fn with_port(ip: &str, port: &str) -> String {
    if ip.contains(':') { format!("[{ip}]:{port}") } else { format!("{ip}:{port}") }
}
