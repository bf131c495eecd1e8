//! The terminal: guard, input, frame writer, capabilities, clipboard.
