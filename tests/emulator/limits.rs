//! Documented rates, on a clock that the test moves.

use std::time::Duration;

use serde_json::json;
use yagura::emulator::{Clock, Limits, Options};

use crate::client::{ANCHOR, Caller, serve, still};

#[test]
fn get_findings_is_held_to_three_a_second_with_a_burst_of_six() {
    let clock = Clock::manual(ANCHOR);
    let running = serve(Options { limits: Limits::Aws, clock: clock.clone(), ..still(60) });
    let home = Caller::hub(&running, "us-east-1");
    let ask = |caller: &Caller| caller.post("/findings", &json!({"MaxResults": 1}));
    let admitted = |caller: &Caller, calls| (0..calls).filter(|_| ask(caller).status == 200).count();
    assert_eq!(admitted(&home, 9), 6);
    let refused = ask(&home);
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("x-amzn-errortype").as_deref(), Some("TooManyRequestsException"));
    clock.advance(Duration::from_secs(1));
    assert_eq!(admitted(&home, 5), 3);
    // Another Region, another account, another operation: buckets of their own.
    assert_eq!(admitted(&Caller::hub(&running, "eu-west-1"), 7), 6);
    assert_eq!(admitted(&home.clone().member("123456789012"), 7), 6);
    assert_eq!(home.call("GET", "/accounts", "").status, 200);
    let described = (0..40).filter(|_| home.call("GET", "/accounts", "").status == 200).count();
    assert_eq!(described, 29, "ten a second, thirty at once");
    clock.advance(Duration::from_hours(1));
    assert_eq!(admitted(&home, 9), 6, "a full bucket holds no more than its burst");
}
