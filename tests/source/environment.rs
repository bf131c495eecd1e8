//! What the SDK honours is honoured: each case runs in a process of its own, with an environment of its own.

use std::process::Command;

use crate::server::{Answer, Heard, Server, asff};
use yagura::model::Service;
use yagura::source::{self, Follow, Settings};

/// Set for the child alone.
const CHILD: &str = "YAGURA_TEST_ENVIRONMENT";

/// The child: asks Security Hub with nothing but its environment, and prints what came of it.
#[tokio::test]
async fn child() {
    let Some(endpoint) = std::env::var_os(CHILD) else { return };
    let endpoint = endpoint.into_string().unwrap();
    let settings = Settings {
        endpoint_url: (!endpoint.is_empty()).then_some(endpoint),
        services: vec![Service::SecurityHub],
        follow: Follow::Once,
        ..Settings::default()
    };
    let heard = Heard::all(source::spawn(settings)).await;
    println!("STATE {} FOUND {} {:?}", heard.state().word(), heard.unique(), heard.state());
}

/// Runs the child with exactly these variables; its one line.
async fn run(endpoint: &str, config: &str, variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    std::fs::write(&file, config).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "environment::child", "--nocapture"]).env_clear();
    command.env(CHILD, endpoint).env("HOME", folder.path()).env("AWS_CONFIG_FILE", &file);
    command.env("AWS_SHARED_CREDENTIALS_FILE", folder.path().join("none")).env("AWS_EC2_METADATA_DISABLED", "true");
    command.envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.find("STATE ").map(|at| line[at..].to_owned()));
    line.unwrap_or_else(|| panic!("{text}\n{}", String::from_utf8_lossy(&output.stderr)))
}

const KEYS: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "no"), ("AWS_REGION", "eu-central-1")];

/// One that answers, and one that must not be asked for findings.
async fn servers() -> (Server, Server) {
    let right = Server::start(asff(6), |_, _| None).await;
    let wrong = Server::start(Vec::new(), |asked, _| {
        (asked.service == "securityhub").then(|| Answer::Raw(500, "text/plain", "the wrong one".to_owned()))
    })
    .await;
    (right, wrong)
}

#[tokio::test]
async fn the_endpoint_of_the_service_is_stronger_than_the_endpoint_of_all() {
    let (right, wrong) = servers().await;
    let mut env = KEYS.to_vec();
    env.extend([("AWS_ENDPOINT_URL", wrong.url.as_str()), ("AWS_ENDPOINT_URL_SECURITYHUB", right.url.as_str())]);
    let line = run("", "", &env).await;
    assert!(line.starts_with("STATE ok FOUND 6"), "{line}");
    assert!(wrong.asked().iter().all(|asked| asked.service == "sts"));
}

#[tokio::test]
async fn the_command_line_is_stronger_than_the_environment() {
    let (right, wrong) = servers().await;
    let mut env = KEYS.to_vec();
    env.extend([("AWS_ENDPOINT_URL", wrong.url.as_str()), ("AWS_ENDPOINT_URL_SECURITYHUB", wrong.url.as_str())]);
    let line = run(&right.url, "", &env).await;
    assert!(line.starts_with("STATE ok FOUND 6"), "{line}");
    assert!(wrong.asked().is_empty());
}

#[tokio::test]
async fn a_profile_gives_region_endpoint_and_a_credential_process() {
    let (right, _) = servers().await;
    let process = r#"printf '{"Version":1,"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"no"}'"#;
    let config = format!(
        "[profile watch]\nregion = eu-west-1\nendpoint_url = {}\ncredential_process = sh -c \"{}\"\n",
        right.url,
        process.replace('"', "\\\"")
    );
    // A value that the SDK would panic on, were it left to read it.
    let env = [("AWS_PROFILE", "watch"), ("AWS_MAX_ATTEMPTS", "banana"), ("PATH", "/usr/bin:/bin")];
    let line = run("", &config, &env).await;
    assert!(line.starts_with("STATE ok FOUND 6"), "{line}");
    assert!(right.asked().iter().all(|asked| asked.region == "eu-west-1"));
}

#[tokio::test]
async fn an_sso_profile_without_a_login_says_which_command_to_run() {
    let config = "[profile dev]\nregion = eu-west-1\nsso_session = corp\nsso_account_id = 111122223333\n\
                  sso_role_name = reader\n[sso-session corp]\nsso_region = eu-west-1\n\
                  sso_start_url = https://example.com/start\n";
    let line = run("", config, &[("AWS_PROFILE", "dev")]).await;
    assert!(line.starts_with("STATE login") && line.contains("aws sso login --profile dev"), "{line}");
}

#[tokio::test]
async fn no_region_and_no_credentials_say_what_to_do() {
    let line = run("", "", &[]).await;
    assert!(line.starts_with("STATE failed") && line.contains("--region"), "{line}");
    let line = run("", "", &[("AWS_REGION", "eu-west-1")]).await;
    assert!(line.starts_with("STATE login") && line.contains("AWS_PROFILE"), "{line}");
}
