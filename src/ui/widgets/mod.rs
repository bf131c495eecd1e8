//! The small things every view is made of. In: [`Safe`](super::Safe) text, numbers and a [`Look`](super::Look).
//! Out: cells. No widget takes a string from outside, and none wraps or cuts without a mark.

pub mod age;
pub mod ascii;
pub mod bar;
pub mod count;
pub mod pen;
pub mod rule;
pub mod severity;
pub mod spark;
pub mod window;

pub use age::age;
pub use count::{Count, grouped};
pub use pen::{Align, Cut, Pen};
pub use rule::{heading, rule};
pub use window::Window;
