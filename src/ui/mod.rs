//! What is drawn: root, views, widgets, overlays, themes, and the gate for text.
