//! `--from`: files and folders, whatever they hold.

use std::path::PathBuf;

use crate::server::{Heard, asff, guardduty};
use yagura::model::{Service, SourceState};
use yagura::source::{self, Follow, Settings};

fn settings(from: PathBuf) -> Settings {
    Settings { from: vec![from], follow: Follow::Once, ..Settings::default() }
}

#[tokio::test]
async fn a_folder_is_read_whole_and_deep_and_aws_is_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    std::fs::create_dir(folder.path().join(".hidden")).unwrap();
    let page = serde_json::json!({"Findings": asff(20)}).to_string();
    std::fs::write(folder.path().join("a.txt"), page).unwrap();
    let lines: String = guardduty(30).iter().map(|f| format!("{f}\n")).collect();
    std::fs::write(folder.path().join("inner/b"), zstd::encode_all(lines.as_bytes(), 3).unwrap()).unwrap();
    std::fs::write(folder.path().join(".hidden/c"), "no").unwrap();
    let heard = Heard::all(source::spawn(settings(folder.path().to_owned()))).await;
    assert_eq!(heard.unique(), 50);
    assert!(matches!(heard.state(), SourceState::Complete { .. }), "{:?}", heard.last());
    assert_eq!((heard.last().pages, heard.last().pages_known), (2, Some(2)));
    assert!(heard.statuses.iter().all(|status| status.scope.service == Service::File));
    assert_eq!(heard.ended_sweeps(), 1);
}

#[tokio::test]
async fn a_bad_record_is_named_by_file_and_line_and_the_rest_loads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mixed.ndjson");
    let good = asff(2);
    std::fs::write(&path, format!("{}\n{{\"Id\": oops\n{}\n", good[0], good[1])).unwrap();
    let heard = Heard::all(source::spawn(settings(path.clone()))).await;
    assert_eq!(heard.unique(), 2);
    let status = heard.last();
    assert_eq!(status.rejected, 1);
    let said = &status.last_error.as_ref().unwrap().1;
    assert!(said.starts_with(&format!("{}:2: ", path.display())), "{said}");
    assert!(matches!(status.state, SourceState::Partial { .. }), "{:?}", status.state);
}

#[tokio::test]
async fn a_path_that_is_not_there_has_failed() {
    let heard = Heard::all(source::spawn(settings(PathBuf::from("/does/not/exist.json")))).await;
    let SourceState::Failed { reason } = heard.state() else { panic!("{:?}", heard.last()) };
    assert!(reason.contains("/does/not/exist.json"), "{reason}");
}

#[tokio::test]
async fn one_unreadable_file_of_two_is_partial() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("good.json"), asff(1)[0].to_string()).unwrap();
    std::fs::write(folder.path().join("torn.gz"), [0x1f, 0x8b, 8, 0, 0, 0]).unwrap();
    let heard = Heard::all(source::spawn(settings(folder.path().to_owned()))).await;
    assert_eq!(heard.unique(), 1);
    assert!(matches!(heard.state(), SourceState::Partial { .. }), "{:?}", heard.last());
    assert_eq!(heard.ended_sweeps(), 0);
}
