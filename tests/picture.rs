//! Makes the picture in the README from a real frame: the demo's endpoint, through the SDK, the store and the view.
//!
//! ```text
//! cargo test --release --test picture -- --ignored
//! ```
//! writes `assets/screen.svg`, the overview at 120x40. The made organisation stands still at one moment, so the same
//! version of yagura makes the same picture.
#![allow(clippy::unwrap_used, reason = "a picture that cannot be made has failed")]

mod picture {
    pub(crate) mod demo;
    pub(crate) mod svg;
}

use std::path::Path;

use picture::{demo, svg};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use yagura::app::{Msg, State, update};
use yagura::ui::{Look, render};

const SIZE: (u16, u16) = (120, 40);

#[test]
#[ignore = "writes assets/screen.svg"]
fn screen() {
    let snapshot = demo::snapshot();
    let now = demo::moment();
    let mut state = State { size: SIZE, banner: Some("demo: emulated data"), ..State::default() };
    update(&mut state, Msg::Snapshot, &snapshot, now);
    let area = Rect::new(0, 0, SIZE.0, SIZE.1);
    let mut buffer = Buffer::empty(area);
    render(&state, &snapshot, &Look::default(), now, area, &mut buffer);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screen.svg");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, svg::of(&buffer, "yagura: the overview of the demo's made organisation")).unwrap();
}
