//! The application without a screen: state, messages, update, effects, actions, keymap.
