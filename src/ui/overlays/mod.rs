//! The overlays of the screen.
