//! Questions and their answers, on real threads.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::{Duration, Instant};

use jiff::SignedDuration;

use super::*;
use crate::app::notice::{How, Watches};
use crate::app::saved::SavedView;
use crate::app::{Effect, State, update};
use crate::model::{Batch, Format, Provenance, RawRecord, Service, SourceStatus, Update};
use crate::store::Store;

#[tokio::test]
async fn a_question_that_panics_is_told_and_the_next_is_answered() {
    let (mut work, mut answers) = Work::new(Files::default());
    let snapshot = Arc::default();
    work.query = Slot::Busy { waiting: None };
    work.run(Lost::Query(Generation(7)), || std::panic::resume_unwind(Box::new("lost")));
    let told = work.answered(answers.recv().await.unwrap(), &snapshot);
    assert!(matches!(told, Some(Msg::Lost(Lost::Query(Generation(7))))), "{told:?}");
    work.query(Generation(8), Arc::new(query::parse("").unwrap()), Sort::default(), &snapshot);
    let told = work.answered(answers.recv().await.unwrap(), &snapshot);
    assert!(matches!(told, Some(Msg::Rows { generation: Generation(8), .. })), "{told:?}");
}

#[test]
fn a_query_into_the_records_waits_for_nobody_and_holds_nobody_up() {
    let answerer = Answerer::default();
    let held = answerer.hold();
    let (asked, (done, answer)) = (answerer.clone(), std::sync::mpsc::channel());
    std::thread::spawn(move || {
        let query = query::parse("is:open -path:Id=x").unwrap();
        done.send(asked.evaluate(&query, &Snapshot::default(), &Context::at(Timestamp::UNIX_EPOCH)))
    });
    assert!(answer.recv_timeout(Duration::from_mins(1)).is_ok());
    drop(held);
}

#[tokio::test]
async fn every_question_is_answered_with_its_generation() {
    let (mut work, mut answers) = Work::new(Files::default());
    let snapshot = Arc::default();
    let query = Arc::new(query::parse("").unwrap());
    for generation in 1..=3 {
        work.query(Generation(generation), Arc::clone(&query), Sort::default(), &snapshot);
    }
    let mut answered = Vec::new();
    while answered.last() != Some(&3) {
        let answer = answers.recv().await.unwrap();
        if let Some(Msg::Rows { generation, .. }) = work.answered(answer, &snapshot) {
            answered.push(generation.0);
        }
    }
    assert_eq!(answered, [1, 3]);
}

#[tokio::test]
async fn what_the_last_session_left_calls_nobody_and_is_not_the_start() {
    let (mut work, mut answers) = Work::new(Files::default());
    let text = "severity:critical";
    let view = SavedView {
        name: "Criticals".to_owned(),
        text: text.to_owned(),
        query: Arc::new(query::parse(text).unwrap()),
        sort: None,
        group: None,
        columns: None,
        chord: None,
        notify: Some(How::Bell),
    };
    let mut state = State { watches: Watches::of(&[view], SignedDuration::ZERO), ..State::default() };
    let (mut store, scope) = (Store::new(), scope());
    let mut told = Vec::new();
    // Two are left by the last session, the second of them still to be confirmed; the third came while nobody looked.
    for (stage, criticals) in [
        (SourceState::Cached, 2),
        (SourceState::Updating { since: Timestamp::UNIX_EPOCH }, 3),
        (SourceState::Complete { at: Timestamp::UNIX_EPOCH }, 4),
        (SourceState::Complete { at: Timestamp::UNIX_EPOCH }, 5),
    ] {
        let provenance = Provenance { scope: Arc::clone(&scope), sweep: None };
        store.apply(Update::Records(Batch { provenance, records: vec![critical(criticals - 1), critical(criticals)] }));
        store.apply(status(stage, Arc::clone(&scope)));
        let snapshot = store.publish();
        let mut effects = update(&mut state, Msg::Snapshot, &snapshot, Timestamp::UNIX_EPOCH);
        let asked = effects.iter().position(|effect| matches!(effect, Effect::Match { .. })).unwrap();
        let Effect::Match { queries } = effects.swap_remove(asked) else { panic!("a question of the views") };
        work.matching(queries, &snapshot);
        let answer = work.answered(answers.recv().await.unwrap(), &snapshot).unwrap();
        let effects = update(&mut state, answer, &snapshot, Timestamp::UNIX_EPOCH);
        told.push(effects.into_iter().find_map(|effect| match effect {
            Effect::Notify { text, .. } => Some(text),
            _ => None,
        }));
    }
    let new = "1 finding newly matches Criticals: CRITICAL Number 5".to_owned();
    assert_eq!(told, [None, None, None, Some(new)]);
}

#[test]
fn a_view_is_loading_until_no_source_is_and_none_is_cached() {
    for (stages, loading) in [
        (&[][..], true),
        (&[SourceState::Cached], true),
        (&[SourceState::Complete { at: Timestamp::UNIX_EPOCH }, SourceState::Cached], true),
        (&[SourceState::Complete { at: Timestamp::UNIX_EPOCH }, SourceState::Syncing], true),
        (&[SourceState::Complete { at: Timestamp::UNIX_EPOCH }, SourceState::Denied { action: "a".to_owned() }], false),
    ] {
        let mut store = Store::new();
        for (at, stage) in stages.iter().enumerate() {
            let scope = Arc::new(Scope { region: at.to_string().into(), ..Scope::clone(&scope()) });
            store.apply(status(stage.clone(), scope));
        }
        assert_eq!(is_loading(&store.publish()), loading, "{stages:?}");
    }
}

#[test]
fn who_waits_for_the_evaluator_has_it_before_who_had_it_last() {
    let answerer = Answerer::default();
    let (order, patience) = (Arc::new(Mutex::new(Vec::new())), Duration::from_secs(30));
    let counting = answerer.hold();
    let typed = {
        let (answerer, order) = (answerer.clone(), Arc::clone(&order));
        std::thread::spawn(move || {
            let _held = answerer.hold();
            order.lock().unwrap().push("what is typed");
        })
    };
    let until = Instant::now() + patience;
    while answerer.0.0.try_lock().is_ok() {
        assert!(Instant::now() < until, "nobody is next, and somebody waits");
        std::thread::yield_now();
    }
    // The list of counts goes on with its next query.
    drop(counting);
    let counting = answerer.hold();
    order.lock().unwrap().push("the next count");
    drop(counting);
    typed.join().unwrap();
    assert_eq!(*order.lock().unwrap(), ["what is typed", "the next count"]);
}

fn scope() -> Arc<Scope> {
    Arc::new(Scope { service: Service::SecurityHub, account: "111122223333".into(), region: "us-east-1".into() })
}

fn status(state: SourceState, scope: Arc<Scope>) -> Update {
    Update::Status(Box::new(SourceStatus { state, ..SourceStatus::waiting(scope, None) }))
}

fn critical(n: u32) -> RawRecord {
    let record = serde_json::json!({
        "Id": format!("finding-{n}"), "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/guardduty",
        "AwsAccountId": "111122223333", "Title": format!("Number {n}"), "Severity": {"Label": "CRITICAL"},
    });
    RawRecord { format: Format::Asff, json: record.to_string().into() }
}
