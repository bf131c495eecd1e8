//! What the SDK honours is honoured: each case runs in a process of its own, with an environment of its own.

use std::process::Command;
use std::time::Duration;

use crate::server::{Answer, Heard, Server, asff, error};
use yagura::model::{Service, SourceState};
use yagura::source::{self, Feed, Follow, Settings};

/// Set for the child alone.
const CHILD: &str = "YAGURA_TEST_ENVIRONMENT";
/// The profiles that the child names, with commas.
const PROFILES: &str = "YAGURA_TEST_PROFILES";
/// Where it is set, the child goes on until a source is whole, as the dashboard does.
const GOES_ON: &str = "YAGURA_TEST_GOES_ON";

/// The child: asks Security Hub with nothing but its environment, and prints what came of it.
#[tokio::test]
async fn child() {
    let Some(endpoint) = std::env::var_os(CHILD) else { return };
    let endpoint = endpoint.into_string().unwrap();
    let profiles = std::env::var(PROFILES).unwrap_or_default();
    let hour = Duration::from_hours(1);
    let goes_on = std::env::var_os(GOES_ON).is_some();
    let settings = Settings {
        profiles: profiles.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        endpoint_url: (!endpoint.is_empty()).then_some(endpoint),
        services: vec![Service::SecurityHub],
        follow: if goes_on { Follow::Keep { delta: hour, sweep: hour } } else { Follow::Once },
        ..Settings::default()
    };
    let heard =
        if goes_on { until_whole(source::spawn(settings)).await } else { Heard::all(source::spawn(settings)).await };
    let last = heard.last();
    println!(
        "STATE {} FOUND {} {:?} PROFILE {:?} NOTES {:?} ERROR {:?}",
        last.state.word(),
        heard.unique(),
        last.state,
        last.profile,
        last.notes,
        last.last_error.as_ref().map(|(_, words)| words)
    );
}

async fn until_whole(mut feed: Feed) -> Heard {
    let mut heard = Heard::default();
    while !heard.statuses.last().is_some_and(|status| matches!(status.state, SourceState::Complete { .. })) {
        // Less than a source that failed rests.
        let update = tokio::time::timeout(Duration::from_secs(30), feed.updates.recv()).await;
        heard.hear(update.expect("in time").expect("an update"));
    }
    feed.control.stop();
    heard
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

/// Two profiles of one account, and a server that lets only some of them look.
async fn two(allowed: &'static [&'static str], profiles: &str, more: &[(&str, &str)]) -> (String, Vec<String>) {
    let server = Server::start(asff(6), |asked, _| {
        let refused = asked.service == "securityhub" && !allowed.contains(&asked.key.as_str());
        refused.then(|| error(403, "AccessDeniedException", "no"))
    })
    .await;
    let config = "[profile one]\nregion = eu-west-1\naws_access_key_id = AKIDONE\naws_secret_access_key = no\n\
         [profile two]\nregion = eu-west-1\naws_access_key_id = AKIDTWO\naws_secret_access_key = no\n";
    let line = run(&server.url, config, &[&[(PROFILES, profiles)], more].concat()).await;
    let mut keys: Vec<String> =
        server.asked().into_iter().filter(|a| a.operation() == "GetFindings").map(|asked| asked.key).collect();
    keys.dedup();
    (line, keys)
}

#[tokio::test]
async fn of_two_profiles_of_one_account_one_asks_and_the_screen_names_the_other() {
    let (line, keys) = two(&["AKIDONE", "AKIDTWO"], "one,two", &[]).await;
    assert!(line.starts_with("STATE ok FOUND 6"), "{line}");
    assert_eq!(keys.len(), 1, "both asked: {keys:?}");
    let (asks, waits) = if keys[0] == "AKIDONE" { ("one", "two") } else { ("two", "one") };
    assert!(line.contains(&format!("PROFILE Some({asks:?})")), "{line}");
    assert!(line.contains(&format!("profile {waits} is of this account too")), "{line}");
    let (line, _) = two(&["AKIDONE"], "one,one", &[]).await;
    assert!(line.starts_with("STATE ok FOUND 6") && !line.contains("of this account"), "the same, named twice: {line}");
}

#[tokio::test]
async fn where_the_first_profile_of_an_account_is_denied_the_second_asks() {
    for (allowed, denied, name) in [(&["AKIDTWO"], "one", "two"), (&["AKIDONE"], "two", "one")] {
        // Once, and as the dashboard does: at once, and not when the one that is denied would have rested.
        for more in [&[][..], &[(GOES_ON, "yes")]] {
            let (line, _) = two(allowed, "one,two", more).await;
            assert!(line.starts_with("STATE ok FOUND 6"), "{line}");
            assert!(line.contains(&format!("PROFILE Some({name:?})")), "{line}");
            // Whichever was the first to know its account.
            let noted = format!("profile {denied} may not ask: securityhub:");
            let stood_by = format!("profile {denied} is of this account too");
            assert!(more.len() == 1 || line.contains(&noted) || line.contains(&stood_by), "{line}");
        }
    }
    let (line, keys) = two(&[], "one,two", &[]).await;
    assert!(line.starts_with("STATE denied FOUND 0") && line.contains("may not ask: securityhub:"), "{line}");
    assert!(keys.len() <= 2, "each was asked once: {keys:?}");
}

#[tokio::test]
async fn a_profile_that_is_named_is_that_profile_whatever_keys_the_environment_has() {
    let server = Server::start(asff(6), |_, _| None).await;
    let config = "[profile audit]\naws_access_key_id = AKIDAUDIT\naws_secret_access_key = no\n\
                  [profile bare]\nregion = eu-west-1\n";
    let with = |profiles: &'static str| {
        let mut env = KEYS.to_vec();
        env.push((PROFILES, profiles));
        env
    };
    let line = run(&server.url, config, &with("audit")).await;
    assert!(line.starts_with("STATE ok FOUND 6"), "{line}");
    assert!(server.asked().iter().all(|asked| asked.key == "AKIDAUDIT"), "{:?}", server.asked());
    // A profile that says nothing of credentials takes those that the SDK finds elsewhere.
    let line = run(&server.url, config, &with("bare")).await;
    assert!(line.starts_with("STATE ok FOUND 6"), "{line}");
    assert!(server.asked().iter().any(|asked| asked.key == "AKIDEXAMPLE"));
    let before = server.asked().len();
    let line = run(&server.url, config, &with("adit")).await;
    assert!(line.starts_with("STATE login FOUND 0") && line.contains("define profile adit"), "{line}");
    assert_eq!(server.asked().len(), before, "somebody else's credentials asked");
}
