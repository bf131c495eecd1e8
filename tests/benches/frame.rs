//! A frame of the findings view at 160x45 over a million findings: update, render and diff, p50 and p99.
//!
//! `cargo bench --bench frame`; `YAGURA_BENCH_FINDINGS` sets another number of findings. Prints its figures; the README
//! has those of a named machine.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on has failed, and it prints")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{KeyEvent, KeyModifiers};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use yagura::app::keymap::Chord;
use yagura::app::{Effect, Msg, State, update};
use yagura::model::{Batch, Format, Provenance, RawRecord, Scope, Service, Update};
use yagura::query::{self, Ordered};
use yagura::store::{Snapshot, Store};
use yagura::ui::{Look, render};

const SIZE: (u16, u16) = (160, 45);
const BATCH: usize = 1_000;

fn main() {
    let count: usize = std::env::var("YAGURA_BENCH_FINDINGS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let started = Instant::now();
    let snapshot = filled(count);
    println!("{count} findings ingested in {:.1?}", started.elapsed());
    let mut stage = Stage::over(snapshot);
    for (name, keys, times) in [
        ("cursor down a line", "j", 2_000),
        ("half a page down", "Ctrl-d", 2_000),
        ("page up", "PageUp", 1_000),
        ("to the end and back", "G g", 500),
    ] {
        stage.measure(name, keys, times);
    }
}

struct Stage {
    state: State,
    snapshot: Arc<Snapshot>,
    now: Timestamp,
    look: Look,
    before: Buffer,
    after: Buffer,
}

impl Stage {
    fn over(snapshot: Arc<Snapshot>) -> Self {
        let area = Rect::new(0, 0, SIZE.0, SIZE.1);
        let mut stage = Self {
            state: State::default(),
            snapshot,
            now: "2026-03-14T14:02:30Z".parse().unwrap(),
            look: Look::default(),
            before: Buffer::empty(area),
            after: Buffer::empty(area),
        };
        stage.send(Msg::Resize { width: SIZE.0, height: SIZE.1 });
        stage.press("2");
        let started = Instant::now();
        assert!(!stage.state.findings.rows.is_empty(), "the list has rows");
        println!("list of {} rows ready, first frame {:.2?}", stage.state.findings.rows.len(), {
            stage.frame();
            started.elapsed()
        });
        stage
    }

    fn send(&mut self, msg: Msg) {
        for effect in update(&mut self.state, msg, &self.snapshot, self.now) {
            if let Effect::Query { generation, query, sort } = effect {
                let started = Instant::now();
                let rows = query::evaluate(&query, &self.snapshot, &query::Context::at(self.now));
                let rows: Ordered = query::sort(&rows, &self.snapshot, sort, None).into();
                println!("query and order of {} rows: {:.1?}", rows.len(), started.elapsed());
                self.send(Msg::Rows { generation, rows });
            }
        }
    }

    fn press(&mut self, chord: &str) {
        let chord: Chord = chord.parse().unwrap();
        self.send(Msg::Key(KeyEvent::new(chord.code, chord.modifiers | KeyModifiers::NONE)));
    }

    /// Draws, and finds what changed: as the runtime does it. Cells changed.
    fn frame(&mut self) -> usize {
        self.after.reset();
        let area = self.after.area;
        render(&self.state, &self.snapshot, &self.look, self.now, area, &mut self.after);
        let changed = self.before.diff(&self.after).len();
        std::mem::swap(&mut self.before, &mut self.after);
        changed
    }

    fn measure(&mut self, name: &str, chords: &str, times: usize) {
        let mut taken: Vec<Duration> = Vec::with_capacity(times);
        let mut cells = 0;
        for _ in 0..times {
            for chord in chords.split(' ') {
                let started = Instant::now();
                self.press(chord);
                cells += self.frame();
                taken.push(started.elapsed());
            }
        }
        taken.sort_unstable();
        let at = |percent: usize| taken[(taken.len() - 1) * percent / 100];
        println!(
            "{name:<22} p50 {:>8.1?}  p99 {:>8.1?}  max {:>8.1?}  {} cells a frame",
            at(50),
            at(99),
            at(100),
            cells / taken.len()
        );
    }
}

fn filled(count: usize) -> Arc<Snapshot> {
    let mut store = Store::new();
    let scope =
        Arc::new(Scope { service: Service::SecurityHub, account: "111122223333".into(), region: "us-east-1".into() });
    for first in (0..count).step_by(BATCH) {
        let records = (first..count.min(first + BATCH)).map(record).collect();
        let provenance = Provenance { scope: Arc::clone(&scope), sweep: None };
        let applied = store.apply(Update::Records(Batch { provenance, records }));
        assert!(applied.rejected.is_empty(), "{:?}", applied.rejected.first());
    }
    store.publish()
}

fn record(n: usize) -> RawRecord {
    const TITLES: [&str; 5] = [
        "S3 general purpose buckets should block public access",
        "EC2 instance is querying a domain name that is associated with a known command and control server",
        "IAM users' access keys should be rotated every 90 days or less",
        "CVE-2026-11873 - openssl",
        "東京リージョンの EC2 インスタンスで不審な通信が検出されました",
    ];
    let severity = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"][n * 7 % 31 % 5];
    let account = 111_122_223_333_u64 + (n % 97) as u64;
    let region = ["us-east-1", "eu-west-1", "ap-northeast-1", "us-west-2"][n % 4];
    let at = Timestamp::from_second(1_773_000_000 - i64::try_from(n * 37 % 7_000_000).unwrap()).unwrap();
    let title = TITLES[n % TITLES.len()];
    let json = format!(
        r#"{{"SchemaVersion":"2018-10-08","Id":"arn:aws:securityhub:{region}:{account}:subscription/finding/{n:032x}","ProductArn":"arn:aws:securityhub:{region}::product/aws/securityhub","ProductName":"Security Hub","GeneratorId":"security-control/S3.8","AwsAccountId":"{account}","Region":"{region}","Types":["Software and Configuration Checks"],"CreatedAt":"{at}","UpdatedAt":"{at}","Severity":{{"Label":"{severity}"}},"Title":"{title}","Description":"{title}.","Resources":[{{"Type":"AwsEc2Instance","Id":"arn:aws:ec2:{region}:{account}:instance/i-{:017x}"}}],"Workflow":{{"Status":"NEW"}},"RecordState":"ACTIVE"}}"#,
        n % 50_000
    );
    RawRecord { format: Format::Asff, json: json.into_bytes().into() }
}
