//! What would hold up the loop, done on other threads: queries, counts, and reading one finding in full. In: a question and the
//! snapshot of the moment. Out: an [`Answer`]. Of each kind one runs and one may wait: a newer question takes the
//! waiting one's place, so typing fast never builds a queue.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use roaring::RoaringBitmap;
use tokio::sync::mpsc;

use super::export::{Files, Progress};
use super::slot::Slot;
use super::{Marks, past, session};
use crate::app::Msg;
use crate::app::effect::Generation;
use crate::app::export::{Export, Exporting};
use crate::app::msg::{Loaded, Lost};
use crate::app::versions::Past;
use crate::decode;
use crate::model::{RecordKey, Scope, SourceState};
use crate::query::{self, Context, Evaluator, Grouped, Ordered, Outline, Query, Sort, Test};
use crate::store::{RowId, Snapshot, StoreError};

/// The result of one question.
pub(super) enum Answer {
    Rows {
        generation: Generation,
        rows: Ordered,
    },
    Outline {
        generation: Generation,
        outline: Arc<Outline>,
    },
    Counts {
        generation: Generation,
        counts: Vec<u64>,
    },
    Detail {
        row: RowId,
        /// `None` when the row is no more.
        result: Option<Result<Box<Loaded>, StoreError>>,
    },
    Matching {
        rows: Vec<RoaringBitmap>,
        loading: bool,
    },
    Export(Exporting),
    /// What only has to be told: an answer that no slot waits for.
    Told(Msg),
    /// The end of a reading of a past; `None` when the row is no more.
    Past(Option<Msg>),
    /// It panicked, and is in the log.
    Lost(Lost),
}

struct Question {
    generation: Generation,
    query: Arc<Query>,
    sort: Sort,
    /// The list in groups; without, row by row.
    grouped: Option<Arc<Grouped>>,
}

/// A reading of a past, with where it comes from.
type PastQuestion = (RowId, usize, session::Past);

/// Sends questions out. Needs the async runtime.
pub(super) struct Work {
    to: mpsc::UnboundedSender<Answer>,
    query: Slot<Question>,
    count: Slot<Counting>,
    detail: Slot<RowId>,
    matching: Slot<Vec<Arc<Query>>>,
    files: Arc<Files>,
    past: Slot<PastQuestion>,
    evaluator: Answerer,
}

/// The evaluator of all questions: what one answer has cost, the next need not pay. It is held for one query at a time,
/// and nobody who waits for it is overtaken by who had it last: what is typed waits for no whole list of counts.
#[derive(Clone, Default)]
struct Answerer(Arc<(Mutex<()>, Mutex<Evaluator>)>);

impl Answerer {
    fn hold(&self) -> MutexGuard<'_, Evaluator> {
        let (next, evaluator) = &*self.0;
        // Held by the one who is next, until it is its turn.
        let _next = next.lock().unwrap_or_else(PoisonError::into_inner);
        // A question that panicked leaves it as it was.
        evaluator.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rows that match. Who reads every record for them holds nobody up.
    fn evaluate(&self, query: &Query, snapshot: &Snapshot, context: &Context) -> RoaringBitmap {
        if query.has(|test| matches!(test, Test::Path { .. })) {
            return query::evaluate(query, snapshot, context);
        }
        self.hold().evaluate(query, snapshot, context)
    }
}

struct Counting {
    generation: Generation,
    queries: Vec<Arc<Query>>,
}

impl Work {
    /// `files`: where exports go.
    pub(super) fn new(files: Files) -> (Self, mpsc::UnboundedReceiver<Answer>) {
        let (to, answers) = mpsc::unbounded_channel();
        let evaluator = Answerer::default();
        let files = Arc::new(files);
        let idle = Self {
            to,
            query: Slot::Idle,
            count: Slot::Idle,
            detail: Slot::Idle,
            past: Slot::Idle,
            matching: Slot::Idle,
            files,
            evaluator,
        };
        (idle, answers)
    }

    /// The application lets only one export run.
    pub(super) fn export(&self, export: Export, snapshot: &Arc<Snapshot>) {
        let (snapshot, files, to) = (Arc::clone(snapshot), Arc::clone(&self.files), self.to.clone());
        self.run(Lost::Export, move || {
            let mut progress = Progress::new(move |news| {
                // Nobody listens once the loop has ended.
                let _ = to.send(Answer::Export(news));
            });
            Answer::Export(files.write(&export, &snapshot, Timestamp::now(), &mut progress))
        });
    }

    /// Nobody waits for it, and a question that comes meanwhile is answered behind it.
    pub(super) fn prepare(&self, snapshot: &Arc<Snapshot>) {
        let (evaluator, snapshot) = (self.evaluator.clone(), Arc::clone(snapshot));
        drop(tokio::task::spawn_blocking(move || evaluator.hold().prepare(&snapshot)));
    }

    pub(super) fn matching(&mut self, queries: Vec<Arc<Query>>, snapshot: &Arc<Snapshot>) {
        if let Some(queries) = self.matching.ask(queries) {
            self.run_matching(queries, snapshot);
        }
    }

    fn run_matching(&self, queries: Vec<Arc<Query>>, snapshot: &Arc<Snapshot>) {
        let (snapshot, evaluator) = (Arc::clone(snapshot), self.evaluator.clone());
        self.run(Lost::Match, move || {
            let loading = is_loading(&snapshot);
            let context = Context::at(Timestamp::now());
            let rows = queries.iter().map(|query| evaluator.evaluate(query, &snapshot, &context)).collect();
            Answer::Matching { rows, loading }
        });
    }

    pub(super) fn query(&mut self, generation: Generation, query: Arc<Query>, sort: Sort, snapshot: &Arc<Snapshot>) {
        self.ask(Question { generation, query, sort, grouped: None }, snapshot);
    }

    pub(super) fn group(
        &mut self,
        generation: Generation,
        query: Arc<Query>,
        sort: Sort,
        grouped: Arc<Grouped>,
        snapshot: &Arc<Snapshot>,
    ) {
        self.ask(Question { generation, query, sort, grouped: Some(grouped) }, snapshot);
    }

    fn ask(&mut self, question: Question, snapshot: &Arc<Snapshot>) {
        if let Some(question) = self.query.ask(question) {
            self.run_query(question, snapshot);
        }
    }

    pub(super) fn count(&mut self, generation: Generation, queries: Vec<Arc<Query>>, snapshot: &Arc<Snapshot>) {
        if let Some(question) = self.count.ask(Counting { generation, queries }) {
            self.run_count(question, snapshot);
        }
    }

    pub(super) fn detail(&mut self, row: RowId, snapshot: &Arc<Snapshot>) {
        if let Some(row) = self.detail.ask(row) {
            self.run_detail(row, snapshot);
        }
    }

    /// Marks this snapshot. Each wish is carried out: the last one holds.
    pub(super) fn mark(&self, marks: &Marks, snapshot: &Arc<Snapshot>) {
        let (marks, snapshot) = (marks.clone(), Arc::clone(snapshot));
        self.run(Lost::Mark, move || Answer::Told(Msg::Marked(marks.set(&snapshot))));
    }

    /// Reads what a record was.
    pub(super) fn past(&mut self, row: RowId, record: usize, snapshot: &Arc<Snapshot>, from: session::Past) {
        if let Some(question) = self.past.ask((row, record, from)) {
            self.run_past(question, snapshot);
        }
    }

    fn run_past(&self, (row, record, from): PastQuestion, snapshot: &Arc<Snapshot>) {
        let snapshot = Arc::clone(snapshot);
        self.run(Lost::Past(row), move || {
            let past = past::load(row, record, &snapshot, &from);
            Answer::Past(past.map(|past| Msg::Past { row, record, past: Arc::new(past) }))
        });
    }

    /// Tells two versions apart.
    pub(super) fn compare(&self, row: RowId, record: usize, past: Arc<Past>, pair: (usize, usize)) {
        self.run(Lost::Compared(row), move || {
            let changes = past.compare(pair.0, pair.1);
            Answer::Told(Msg::Compared { row, record, pair, changes })
        });
    }

    /// Asks AWS what it remembers.
    pub(super) fn history(&self, row: RowId, record: usize, scope: Scope, key: RecordKey, from: session::Past) {
        let to = self.to.clone();
        tokio::spawn(async move {
            let result = past::ask(from, scope, key).await;
            // Nobody listens once the loop has ended.
            let _ = to.send(Answer::Told(Msg::History { row, record, result }));
        });
    }

    /// Starts the question that waited for this answer, and gives what to tell the application.
    pub(super) fn answered(&mut self, answer: Answer, snapshot: &Arc<Snapshot>) -> Option<Msg> {
        match &answer {
            Answer::Rows { .. } | Answer::Outline { .. } | Answer::Lost(Lost::Query(_)) => {
                if let Some(question) = self.query.done() {
                    self.run_query(question, snapshot);
                }
            }
            Answer::Counts { .. } | Answer::Lost(Lost::Count(_)) => {
                if let Some(question) = self.count.done() {
                    self.run_count(question, snapshot);
                }
            }
            Answer::Detail { .. } | Answer::Lost(Lost::Detail(_)) => {
                if let Some(row) = self.detail.done() {
                    self.run_detail(row, snapshot);
                }
            }
            Answer::Matching { .. } | Answer::Lost(Lost::Match) => {
                if let Some(queries) = self.matching.done() {
                    self.run_matching(queries, snapshot);
                }
            }
            Answer::Export(_) | Answer::Told(_) | Answer::Lost(Lost::Export | Lost::Compared(_) | Lost::Mark) => {}
            Answer::Past(_) | Answer::Lost(Lost::Past(_)) => {
                if let Some(question) = self.past.done() {
                    self.run_past(question, snapshot);
                }
            }
        }
        match answer {
            Answer::Rows { generation, rows } => Some(Msg::Rows { generation, rows }),
            Answer::Outline { generation, outline } => Some(Msg::Outline { generation, outline }),
            Answer::Counts { generation, counts } => Some(Msg::Counted { generation, counts }),
            Answer::Detail { row, result } => result.map(|result| Msg::Detail { row, result }),
            Answer::Matching { rows, loading } => Some(Msg::Matching { rows, loading }),
            Answer::Export(news) => Some(Msg::Export(news)),
            Answer::Told(message) => Some(message),
            Answer::Past(message) => message,
            Answer::Lost(lost) => Some(Msg::Lost(lost)),
        }
    }

    fn run_query(&self, question: Question, snapshot: &Arc<Snapshot>) {
        let (snapshot, evaluator) = (Arc::clone(snapshot), self.evaluator.clone());
        self.run(Lost::Query(question.generation), move || {
            let mut evaluator = evaluator.hold();
            let rows = evaluator.evaluate(&question.query, &snapshot, &Context::at(Timestamp::now()));
            let generation = question.generation;
            if let Some(grouped) = question.grouped {
                let outline = Outline::of(&snapshot, &rows, &grouped, question.sort);
                Answer::Outline { generation, outline: Arc::new(outline) }
            } else {
                let rows = evaluator.sorted(&rows, &snapshot, question.sort);
                Answer::Rows { generation, rows }
            }
        });
    }

    fn run_count(&self, question: Counting, snapshot: &Arc<Snapshot>) {
        let (snapshot, evaluator) = (Arc::clone(snapshot), self.evaluator.clone());
        self.run(Lost::Count(question.generation), move || {
            let context = Context::at(Timestamp::now());
            let count = |query: &Arc<Query>| evaluator.evaluate(query, &snapshot, &context).len();
            Answer::Counts { generation: question.generation, counts: question.queries.iter().map(count).collect() }
        });
    }

    fn run_detail(&self, row: RowId, snapshot: &Arc<Snapshot>) {
        let snapshot = Arc::clone(snapshot);
        self.run(Lost::Detail(row), move || Answer::Detail { row, result: load(row, &snapshot) });
    }

    fn run(&self, question: Lost, job: impl FnOnce() -> Answer + Send + 'static) {
        let to = self.to.clone();
        tokio::spawn(async move {
            let answer = tokio::task::spawn_blocking(job).await.unwrap_or_else(|error| {
                tracing::error!(?question, "work off the loop was lost: {error}");
                Answer::Lost(question)
            });
            // Nobody listens once the loop has ended.
            let _ = to.send(answer);
        });
    }
}

impl Drop for Work {
    /// What was half written goes with the session.
    fn drop(&mut self) {
        self.files.abandon();
    }
}

/// Have the sources not all been read for the first time.
fn is_loading(snapshot: &Snapshot) -> bool {
    let sources = snapshot.sources();
    // What the last session left is not what the sources say now.
    let unread = |state: &SourceState| state.is_loading() || *state == SourceState::Cached;
    sources.is_empty() || sources.iter().any(|status| unread(&status.state))
}

/// The row's records with their raw JSON, and the full reading of the first that can be read. None at all can be
/// read only if the store's bytes are not what it decoded: that is logged, and the raw JSON still shown.
fn load(row: RowId, snapshot: &Snapshot) -> Option<Result<Box<Loaded>, StoreError>> {
    let row = snapshot.row(row)?;
    let mut detail = None;
    let mut records = Vec::new();
    for record in row.records() {
        let json = match snapshot.raw(&record) {
            Ok(json) => json,
            Err(error) => return Some(Err(error)),
        };
        if detail.is_none() {
            match decode::detail(record.format(), &json) {
                Ok(read) => detail = Some(read),
                Err(error) => tracing::error!(record = ?record.id(), "a stored record cannot be read in full: {error}"),
            }
        }
        records.push((record.id().into_owned(), json));
    }
    Some(Ok(Box::new(Loaded { detail: detail.unwrap_or_default(), records })))
}

#[cfg(test)]
mod tests;
